"""A change of the AWS config file."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["AwsConfigEdit"]


@dataclass(frozen=True)
class AwsConfigEdit:
    """One setting of a profile in the AWS config file."""

    profile: str
    name: str
    value: str

    @property
    def path(self) -> Path:
        named = os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config"
        return Path(os.path.expandvars(named)).expanduser()

    def commands(self) -> tuple[tuple[str, ...], ...]:
        """The same by hand."""
        profile = () if self.profile == "default" else ("--profile", self.profile)
        return (("aws", "configure", "set", self.name, self.value, *profile),)

    def edited(self, before: bytes | None) -> bytes:
        """Sets one value in one section, as ``aws configure set`` names it; all else stays."""
        text = (before or b"").decode("utf-8", "surrogateescape")
        name = self.profile if self.profile == "default" else f"profile {self.profile}"
        lines = text.splitlines(keepends=True)
        ending = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
        names = (name, "profile default") if name == "default" else (name,)
        start = next((i for i, line in enumerate(lines) if _section(line) in names), None)
        if start is None:
            if lines and not lines[-1].endswith("\n"):
                lines[-1] += ending
            quoted = f"profile '{self.profile}'" if " " in self.profile else name
            header = f"[{name if self.profile == 'default' else quoted}]"
            lines += [f"{header}{ending}", f"{self.name} = {self.value}{ending}"]
        else:
            end = next((i for i in range(start + 1, len(lines)) if _section(lines[i])), len(lines))
            setting = re.compile(rf"{re.escape(self.name)}\s*[=:]", re.IGNORECASE)
            old = next((i for i in range(start + 1, end) if setting.match(lines[i])), None)
            if not lines[start].endswith("\n"):
                lines[start] += ending
            first = start + 1 if old is None else old
            last = first if old is None else old + 1
            while old is not None and last < end and re.match(r"[ \t]+\S", lines[last]):
                last += 1  # a line that goes on
            lines[first:last] = [f"{self.name} = {self.value}{ending}"]
        return "".join(lines).encode("utf-8", "surrogateescape")


def _section(line: str) -> str | None:
    """``profile x`` of ``[profile x]`` or ``[profile 'x']``, None for any other line."""
    match = re.match(r"\[\s*(.*?)\s*\]", line)
    if not match:
        return None
    kind, _, name = match[1].partition(" ")
    return f"{kind} {name.strip().strip(_QUOTES)}" if name else kind


_QUOTES = "'\""
