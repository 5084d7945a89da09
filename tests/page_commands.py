"""The commands of the pages, as a person finds them there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from codecommit_doctor.engine.registry import load
from codecommit_doctor.rules.page import BLOCK, PLACEHOLDERS, sections
from tests.conftest import ROOT
from tests.facts import check

SHELLS = ("shell", "sh", "bat", "powershell")
"""Languages of blocks that hold commands; ``shell`` is the same line in every shell."""


_COMMAND = re.compile(r"(?:git|aws|brew|xcode-select|wsl|cmdkey|sudo|pipx|py|net|w32tm) ")


SET_BEFORE = {
    "git config --global --remove-section credential.https://HOST": "credential.https://HOST.x y",
    "git config --local --remove-section credential.https://HOST": "credential.https://HOST.x y",
    "git config --global --remove-section url.BEGINNING": "url.BEGINNING.insteadOf cc:",
    "git config --global --unset-all credential.UseHttpPath": "credential.UseHttpPath false",
    "git config --global --unset-all http.proxy": "http.proxy http://proxy.invalid",
    "git config --local --unset-all credential.UseHttpPath": "credential.UseHttpPath false",
    "git config --local --unset-all credential.helper": "credential.helper x",
    "git config --local --unset-all http.https://HOST.extraHeader": (
        "http.https://HOST.extraHeader x"
    ),
    'git config --show-origin --get-regexp "^http.*proxy"': "http.proxy x",
    'git config --show-origin --get-regexp "^protocol"': "protocol.allow always",
    "git config --show-origin --get-regexp insteadof": "url.x.insteadOf y",
    "git config --show-origin --get-regexp usehttppath": "credential.UseHttpPath true",
    "git config --show-origin --name-only --get-regexp extraheader": "http.extraHeader x",
}
"""What is set before, in the scope of the command, so that there is something to do."""


@dataclass(frozen=True)
class Block:
    """Commands that stand together. heading: of the third level, "" for none."""

    heading: str
    language: str
    lines: tuple[str, ...]


def blocks(text: str) -> list[Block]:
    """The commands of a text, in its order."""
    found = []
    heads = [(match.start(), match[1]) for match in re.finditer(r"(?m)^### (.+)$", text)]
    for match in BLOCK.finditer(text):
        before = [heading for start, heading in heads if start < match.start()]
        if match[2] in SHELLS:
            lines = tuple(line.strip() for line in match[3].splitlines() if line.strip())
            found.append(Block(before[-1] if before else "", match[2], lines))
    return found


def by_hand(id: str, heading: str = "", *, languages: tuple[str, ...], only: str = "") -> list[str]:
    """What the page of a check tells to type in a shell, line by line.

    only: what a block has to hold, where blocks are for one case of several each.
    """
    found = blocks(sections(check(id).page)["By hand"])
    chosen = [b for b in found if b.language in languages and (not heading or b.heading == heading)]
    chosen = [block for block in chosen if only in "\n".join(block.lines)]
    assert chosen, f"{id} has no commands under {heading!r}"
    return [line for block in chosen for line in block.lines]


def filled(line: str, values: Mapping[str, str]) -> str:
    """The line with a person's own values for the placeholders."""
    names = "|".join(sorted(PLACEHOLDERS, key=len, reverse=True))
    return re.sub(
        rf"(?<![\w$:])({names})(?![\w=])", lambda found: values.get(found[1], found[1]), line
    )


def docs() -> dict[str, str]:
    """The pages of docs/ on Git and AWS, by name. Two have tests of their own: that on many
    machines, and the table of what is supported.
    """
    files = [file for file in (ROOT / "docs").glob("*.md") if file.stem not in ("fleet", "support")]
    return {file.name: file.read_text("utf-8") for file in files}


def every_command() -> set[str]:
    """The commands of all pages of the site, from blocks and from sentences on what to do."""
    found: set[str] = set()
    hands = [sections(page.page)["By hand"] for page in load().checks]
    for text in (*hands, *docs().values()):
        found |= {line for block in blocks(text) for line in block.lines}
    for text in hands:
        said = re.findall(r"`([^`\n]+)`", BLOCK.sub("", text))
        found |= {line for line in said if _COMMAND.match(line)}
    return found


def listed(shell: str = "") -> dict[str, str]:
    """The lines of docs/commands.txt and the group of each; of one shell, if it is given."""
    group, found = "", {}
    for line in (ROOT / "docs" / "commands.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            group = line.strip("[]")
        elif line and not line.startswith("# "):
            assert line not in found, line
            found[line] = group
    return {line: group for line, group in found.items() if not shell or shell in group.split(", ")}
