"""The page of a check: its sections in their order, and what many pages say in the same words."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["BLOCK", "HEADINGS", "PLACEHOLDERS", "composed", "placeholders", "sections"]

HEADINGS = (
    "Symptom",
    "Why",
    "How it looks",
    "By hand",
    "Fix safety",
    "Known limits",
    "Source",
)
"""The sections of every built-in page, in this order."""

PLACEHOLDERS: Mapping[str, str] = {
    "HOST": "the host name in the repository's address, as git-codecommit.us-east-2.amazonaws.com",
    "NAME": "the name of the repository",
    "REGION": "the region of the repository, as us-east-2",
    "PROFILE": "the AWS profile that signs; `default` is the one without a name",
    "ACCOUNT": "the 12 digits of the AWS account of the repository",
    "PRINCIPAL": "the ARN of the user or role",
    "USER": "the name of the IAM user",
    "ROLE": "the name of the IAM role",
    "KEY": "the id of the KMS key",
    "KEYARN": "the ARN of the KMS key",
    "TOKEN": "the session token",
    "ID": "the id that the line before it prints",
    "TARGET": "a target that the line before it prints",
    "FILE": "the file of the CA in PEM format",
    "FOLDER": "the folder of the clone",
    "BEGINNING": "what stands between `url.` and `.insteadof` in the line before it",
}
"""The words in capital letters that a person replaces in a command, and by what."""

BLOCK = re.compile(r"(?ms)^( *)```(\w+)\n(.*?)^\1```$")
"""A block: what it is indented by, its language, its lines.

Languages: ``shell`` is the same line in every shell, ``sh`` is POSIX, ``bat`` is cmd,
``powershell`` is PowerShell; others are no commands.
"""

_WORD = re.compile(r"(?<![\w$:])[A-Z]{2,}(?![\w=])")


def composed(
    title: str, why: str, body: str, *, source: str, after: tuple[str, ...], can_fix: bool
) -> str:
    """The whole page, in Markdown.

    title: the heading. why: one sentence or two. body: the docstring of the check, with any of the
    sections. Where it has no section on the safety of fixes, and the check has no fix, this is
    said.
    """
    begin, found = _split(body)
    found["Why"] = f"{why}\n\n{found.get('Why', '')}".strip()
    if after:
        listed = ", ".join(after)
        found["How it looks"] = f"{found.get('How it looks', '')}\n\nComes after: {listed}".strip()
    if "By hand" in found:
        found["By hand"] = _filled(found["By hand"])
    if not can_fix:
        found.setdefault("Fix safety", "There is no automatic fix: see By hand.")
    found["Source"] = f"<{source}>"
    order = [*HEADINGS[:-1], *(name for name in found if name not in HEADINGS), HEADINGS[-1]]
    parts = [f"# {title}", begin]
    parts += [f"## {name}\n{found[name]}" for name in order if found.get(name)]
    return "\n\n".join(part for part in parts if part) + "\n"


def sections(page: str) -> dict[str, str]:
    """The sections of a page, by their headings."""
    return _split(page)[1]


def placeholders(text: str) -> list[str]:
    """The placeholders in a text of commands, in the order of their list."""
    words = set(_WORD.findall(text))
    return [name for name in PLACEHOLDERS if name in words]


def _split(text: str) -> tuple[str, dict[str, str]]:
    begin, *parts = re.split(r"(?m)^## (.+)\n", text)
    return begin.strip(), {
        name: part.strip("\n") for name, part in zip(parts[::2], parts[1::2], strict=True)
    }


def _filled(text: str) -> str:
    """The section with the commands that many pages share, and what its placeholders stand for."""
    for mark, commands in _SHARED.items():
        text = text.replace(f"{{{mark}}}", _reset(*commands))
    used = placeholders("\n".join(block[3] for block in BLOCK.finditer(text)))
    if not used:
        return text
    rows = "\n".join(f"- `{name}`: {PLACEHOLDERS[name]}" for name in used)
    return f"{text}\n\nReplace in the commands:\n\n{rows}"


def _reset(scope: str, sh_profile: str, cmd_profile: str, more: str = "") -> str:
    """The commands that let only the AWS helper answer for one host. more: what follows them."""
    key = "credential.https://HOST"
    helper = "!aws codecommit credential-helper"

    def lines(empty: str, quote: str, profile: str) -> str:
        value = f"{quote}{helper}{profile} $@{quote}"
        return (
            f"git config --{scope} --remove-section {key}\n"
            f"git config --{scope} --add {key}.helper {empty}\n"
            f"git config --{scope} --add {key}.helper {value}\n"
            f"git config --{scope} {key}.UseHttpPath true\n"
        )

    return (
        "On macOS and Linux, and in Git Bash on Windows:\n\n"
        f"```sh\n{lines(chr(39) * 2, chr(39), sh_profile)}```\n\n"
        "In cmd on Windows (in PowerShell, type `cmd` first):\n\n"
        f"```bat\n{lines(chr(34) * 2, chr(34), cmd_profile)}```\n\n"
        "The first line removes what is set for this host so far; `no such section` means that "
        "nothing was.\nThe empty value is a reset: it removes all helpers before it." + more
    )


_PROFILE = (' --profile "PROFILE"', " --profile 'PROFILE'")
_KEEP = " If your helper names a profile, keep it:\nwrite `--profile` and its name before `$@`."
_SHARED = {
    "reset": ("global", "", "", _KEEP),
    "reset with a profile": ("global", *_PROFILE),
    "reset of the clone": ("local", *_PROFILE),
}
