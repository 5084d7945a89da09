"""Types the commands that a report prints, as they are printed, on the machine that it is about.

What a command promises is tried too: settings that it writes make git work where the cause lies on
the machine; keys that it asks for are typed; the real AWS CLI understands each question. Two may
fail as the machine does: the one that shows why there are no credentials, and the one that tries a
file after it was corrected.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from typing import Any

from tests.lab.environment import Environment

__all__ = ["commands", "follow", "typed"]

UNTRIED = ("pipx install ", "sudo timedatectl ")
"""They would change this machine, and not the one of the scenario; pip, too, by the network."""

_LIMIT = 120.0
_WRONG_USAGE = re.compile(r"usage:|Unknown options|Invalid choice|the following arguments", re.I)


def commands(report: dict[str, Any]) -> Iterator[str]:
    """The commands of everything that is wrong, in the order of the report."""
    for result in report["targets"][0]["results"]:
        if result["status"] in ("fail", "warn"):
            yield from (step["command"] for step in result["advice"] if step["command"])


def typed(
    environment: Environment, line: str, said: str = ""
) -> subprocess.CompletedProcess[bytes]:
    """A line typed into the clone's shell. said: what is typed when the command asks."""
    return subprocess.run(
        ["sh", "-c", line],
        cwd=environment.clone,
        env={**environment.environ(), "GIT_TERMINAL_PROMPT": "0"},
        input=said.encode(),
        capture_output=True,
        timeout=_LIMIT,
        start_new_session=True,
    )


def follow(environment: Environment, report: dict[str, Any]) -> int:
    """Types them all. Returns how many were typed."""
    number = 0
    for line in commands(report):
        if line.startswith(UNTRIED) or " -m pip install " in line:
            continue
        number += 1
        account = environment.account.id
        line = re.sub(r"\bACCOUNT_\d{4}\b", account, line)
        said = ""
        if re.match(r"aws configure( --profile \S+)?$", line):
            said = f"{environment.user.access_key}\n{environment.user.secret}\n\n\n"
        done = typed(environment, line, said)
        told = (done.stdout + done.stderr).decode("utf-8", "backslashreplace")
        if line.startswith("aws ") and not line.startswith("aws configure"):
            assert not _WRONG_USAGE.search(told), f"{line}\n{told}"
            understood = done.returncode == 0 or "An error occurred (" in told
            unanswered = "get-caller-identity" in line or " login " in line  # no browser, no portal
            assert understood or unanswered, f"{line}\n{told}"
        elif not (line == "aws configure list" and "Unable to parse config file" in told):
            assert done.returncode == 0, f"{line}\n{done.returncode}\n{told}"
    return number
