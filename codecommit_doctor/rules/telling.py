"""The sentence that says why, out of all that a program printed before it failed.

What stands last is often only a consequence: git's prompt, a usage, the frames of a traceback.
"""

from __future__ import annotations

import re

__all__ = ["fatal_words", "spoken_reason", "telling_sentence", "told_why"]

_TRACEBACK = "Traceback (most recent call last)"

_NOISE = re.compile(
    r"\s+File \"|\s*[\^~]+\s*\Z|usage:|To see help text|\s*aws (\S+ )*help\Z|note:|hint:"
    r"|During handling of the above|The above exception was|\s*\Z|Note: AWS CLI|Valid choices"
    r"|Please make sure you have the correct access|and the repository exists",
    re.IGNORECASE,
)
"""Lines that never say why."""

_CONSEQUENCE = re.compile(
    r"fatal: (could not read (Username|Password)|Could not read from remote|unable to get password"
    r"|the remote end hung up|Cannot prompt because user|credential helper .* told us)"
    r"|error: unable to read askpass|(Username|Password) for |Exception ignored in|BrokenPipeError"
    r"|warning: invalid credential line|\[Errno 32\]"
)
"""What follows in git, or in a pipe, from a program that failed before."""

_EXCEPTION = re.compile(
    r"(?P<name>[A-Za-z_][\w.]*(?:Error|Exception|NotFound|Failed|Exit))\b:? ?(?P<text>.*)"
)

_MUTE = frozenset(
    ["JSONDecodeError", "AttributeError", "TypeError", "KeyError", "IndexError", "BrokenPipeError"]
)
"""Exceptions whose text is about the program, not about the machine."""

_WHY = re.compile(
    r"expired|denied|not found|no such|unable|can(no|')t|could not|error|fail|invalid|unknown"
    r"|refused|must|not (been |yet )?(logged|authenticated|available|allowed|supported|installed)"
    r"|log ?in|missing|duplicate|does not|doesn't|is not|unsupported|timed out",
    re.IGNORECASE,
)


def fatal_words(said: str) -> str:
    """The line in which git says why it ends, whole where it goes on; else its first line.

    Source: die() in git; the names of extensions and of included files stand in lines of their own.
    """
    lines = said.splitlines()
    ends = [number for number, line in enumerate(lines) if line.startswith("fatal: ")]
    number = ends[-1] if ends else 0
    rest = [line.strip() for line in lines[number + 1 :]]
    is_whole = not lines[number].endswith((":", " including"))
    return lines[number] if is_whole else " ".join([lines[number], *rest[:4]])


def telling_sentence(text: str) -> str:
    """The line of a failed program's output that says most of the reason; "" where there is none.

    Args:
        text: standard error, or both streams.
    """
    own, raised = _parted(text)
    candidates = [line for line in own if not _CONSEQUENCE.match(line)]
    mute = raised is not None and raised[0].rpartition(".")[2] in _MUTE
    if raised and raised[1] and not mute:
        return _plain(raised[1])
    for line in candidates:
        if _WHY.search(line):
            return _plain(line)
    if candidates:
        return _plain(candidates[-1])
    if raised:
        return f"{raised[0].rpartition('.')[2]}: {raised[1]}".rstrip(": ")
    return _plain(own[-1]) if own else ""


def spoken_reason(text: str) -> str:
    """The telling sentence of a program that handles secrets; "" where it is no sentence.

    Words that may be keys or tokens are masked: long ones of letters and digits together.
    """
    sentence = telling_sentence(text)
    raised = _parted(text)[1]
    if " " not in sentence or not (_WHY.search(sentence) or (raised and raised[1] in sentence)):
        return ""
    return re.sub(r"(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+/=-]{20,}", "…", sentence)


def told_why(text: str) -> bool:
    """Whether a program gave a reason of its own, and not only the end of a traceback."""
    own, raised = _parted(text)
    mute = raised is None or raised[0].rpartition(".")[2] in _MUTE
    return any(not _CONSEQUENCE.match(line) for line in own) or not mute


def _parted(text: str) -> tuple[list[str], tuple[str, str] | None]:
    """A program's own lines, and the last exception that a traceback in them ended with."""
    own: list[str] = []
    raised: tuple[str, str] | None = None
    inside = False
    for line in text.splitlines():
        if _TRACEBACK in line:
            inside = True
        elif inside and (found := _EXCEPTION.match(line)):
            raised, inside = (found["name"], found["text"].strip()), False
        elif not inside and not _NOISE.match(line):
            own.append(line.strip())
    return own, raised


def _plain(line: str) -> str:
    """A line without the prefixes that say nothing."""
    prefix = r"\A(fatal|error|ERROR|aws: error|aws: \[ERROR\]|aws): +"
    return re.sub(prefix, "", line.strip())[:300]
