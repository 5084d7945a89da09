"""``python -m tools.agents`` writes what programs and coding agents read, out of the program.

Two files: a skill for coding agents, and a page of the site. Commands and options come from the
help, fields from the schema of the report, codes from the checks, so that neither can drift.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from codecommit_doctor.cli.app import app
from codecommit_doctor.engine.registry import load
from codecommit_doctor.reports import report
from tools import man
from tools.sources import ROOT

__all__ = ["EXAMPLES", "FILES", "exit_codes", "outcomes", "texts"]

FILES = {
    "skill": ROOT / "skills" / "codecommit-doctor" / "SKILL.md",
    "page": ROOT / "docs" / "use-from-a-program.md",
}
_SCHEMA: dict[str, Any] = report.schema()["$defs"]
_STRUCTURES = ("Report", "TargetItem", "Verdict", "Cause", "ResultItem", "AdviceItem", "FixOutcome")
_FOR_PROGRAMS = {
    "doctor": ("--format", "--offline", "--require", "--baseline", "--fix", "--yes", "--dry-run"),
    "run": ("--report", "--offline"),
    "bundle": ("--output",),
}
"""Options that an agent needs; all of them are in the manual page and on the page of the site."""

EXAMPLES = {
    "sh": """\
code=0
codecommit-doctor --format json --output report.json || code=$?
case $code in
    0) echo "nothing failed" ;;
    1) echo "something failed: see report.json" ;;
    *) echo "not examined: exit code $code" >&2 ;;
esac
""",
    "python": """\
import json
import subprocess

done = subprocess.run(["codecommit-doctor", "--format", "json"], capture_output=True, text=True)
if done.returncode not in (0, 1):
    raise SystemExit(done.stderr)
report = json.loads(done.stdout)
for target in report["targets"]:
    print(target["target"], target["verdict"]["outcome"])
    for cause in target["verdict"]["causes"]:
        print(cause["code"] or cause["check"], cause["confidence"])
if report["fix_command"]:
    print("can be fixed:", report["fix_command"])
""",
}
"""By language. A test runs both."""

_DESCRIPTION = (
    "Finds out why Git over HTTPS to AWS CodeCommit fails: 403, prompts for a password, wrong "
    "account or region, credential helpers, IAM. Use it when git clone, fetch, pull or push of a "
    "git-codecommit.*.amazonaws.com or codecommit:: address fails, before changing any Git or AWS "
    "configuration by hand."
)

_STEPS = """\
1. In the clone that fails, run `codecommit-doctor --format json`. It changes nothing, asks nobody,
   and prints one JSON document; messages go to standard error. For a command that fails:
   `codecommit-doctor run --report json=report.json -- git push`.
2. Read `targets[].verdict`: `outcome`, then `causes`, the most likely first. Each cause has a
   `code`; the result with the same `code` has `evidence`, with file and line, and `advice`, with
   commands for this machine's shell.
3. Compare ids and codes, never sentences: those may be reworded in any release. What a code means:
   `codecommit-doctor explain CODE --format json`.
4. Is there a `fix_command`? Show the user what it would change:
   `codecommit-doctor --fix --dry-run`. With their consent:
   `codecommit-doctor --fix --yes --format json`. What it did stands in `fixes`;
   `codecommit-doctor undo` takes it back. Never add `--unsafe-fixes` or `--trust-repository` of
   your own accord.
5. With the outcome `refused` the machine is in order: give the user the text `forward` for the
   administrator of the account. Change nothing.
6. A check with the status `skip` was not looked at. Say so; do not report it as passed.
7. Run it again. It is over when `outcome` is `works`; `not-tested` means that Git was not seen to
   work.
"""


def texts() -> dict[str, str]:
    """Both files, by their names in FILES."""
    return {"skill": "\n".join(_skill()) + "\n", "page": "\n".join(_page()) + "\n"}


def exit_codes() -> dict[str, str]:
    """What each exit code means, as --help says."""
    (told,) = re.findall(r"Exit codes: (.*?)\.\s*$", _help(), re.S | re.M)
    parts = re.split(r", (?=\d+ )", " ".join(told.split()))
    return dict(part.split(" ", 1) for part in parts)


def outcomes() -> dict[str, str]:
    """What each outcome of a verdict means, as the schema says."""
    told = " ".join(_SCHEMA["Verdict"]["description"].split())
    found = dict(re.findall(r"([a-z-]+) \(([^)]+)\)", told.partition("outcome: ")[2]))
    allowed = _SCHEMA["Verdict"]["properties"]["outcome"]["enum"]
    return {name: found[name] for name in allowed if name in found}


def _help() -> str:
    return inspect.cleandoc(get_command(app).help or "")


def _skill() -> Iterator[str]:
    yield from ("---", "name: codecommit-doctor", f"description: {json.dumps(_DESCRIPTION)}")
    yield from ("license: Apache-2.0", "---", "# codecommit-doctor", "", _STEPS)
    yield from ("## Exit codes", *_table(("code", "meaning"), exit_codes().items()), "")
    yield from ("## Outcomes", *_table(("outcome", "meaning"), outcomes().items()), "")
    yield "## Commands"
    yield from _table(("command", "what it does"), _commands())
    yield from ("", "Of the options, these are for programs:", "")
    for name, wanted in _FOR_PROGRAMS.items():
        rows = [
            row for row in _options(name) if set(re.findall(r"-{2}[a-z-]+", row[0])) & {*wanted}
        ]
        yield from (f"`{name}`:", "", *_table(("option", "meaning"), rows), "")
    yield "## Checks"
    yield from _table(("id", "question"), ((check.id, check.title) for check in _checks()))


def _page() -> Iterator[str]:
    yield "# Use it from a program"
    yield "What is promised is on the page [For programs](for-programs.md). This one is made from"
    yield "the program: its help, its schema and its codes. Coding agents find the same in"
    yield "`skills/codecommit-doctor/SKILL.md`."
    yield from ("", "## In a few steps", _STEPS)
    yield from ("## Exit codes", *_table(("code", "meaning"), exit_codes().items()), "")
    yield from ("## Outcomes", *_table(("outcome", "meaning"), outcomes().items()), "")
    yield "## Examples"
    for language, text in EXAMPLES.items():
        yield from (f"```{'bash' if language == 'sh' else language}", text.rstrip(), "```", "")
    yield "## Fields of the report"
    for name in _STRUCTURES:
        yield from (f"### {name}", _prose(_SCHEMA[name].get("description", "")), "")
        yield from (*_table(("field", "value"), _fields(name)), "")
    yield "## Commands"
    for name, purpose in _commands():
        yield from (f"### {name}", purpose, "")
        yield from (*_table(("option", "meaning"), _options(name)), "")
    yield "## Codes"
    rows = (
        (f"{check.id}/{code}", meaning)
        for check in _checks()
        for code, meaning in check.codes.items()
    )
    yield from _table(("code", "meaning"), rows)


def _checks() -> list[Any]:
    return sorted(load().checks, key=lambda check: check.id)


def _prose(text: str) -> str:
    return " ".join(text.replace("``", "`").split())


def _commands() -> list[tuple[str, str]]:
    root: Any = get_command(app)
    return [(name, man.purpose(command)) for name, command in root.commands.items()]


def _options(name: str) -> list[tuple[str, str]]:
    root: Any = get_command(app)
    return list(man.described(root.commands[name]))


def _fields(name: str) -> Iterator[tuple[str, str]]:
    for field, told in _SCHEMA[name]["properties"].items():
        yield field, _kind(told)


def _kind(told: dict[str, Any]) -> str:
    """What a value of this schema is, in a few words."""
    if "$ref" in told:
        return str(told["$ref"]).rpartition("/")[2]
    if "anyOf" in told:
        return " or ".join(_kind(one) for one in told["anyOf"])
    if "enum" in told:
        return ", ".join(f"`{value}`" for value in told["enum"])
    if told["type"] == "array":
        return f"list of {_kind(told['items'])}"
    return {"object": "object of strings"}.get(told["type"], str(told["type"]))


def _table(head: tuple[str, str], rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f"| {head[0]} | {head[1]} |"
    yield "|---|---|"
    for first, second in rows:
        cells = [f"`{first}`", _prose(second)]
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def main() -> None:
    for name, text in texts().items():
        path: Path = FILES[name]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
