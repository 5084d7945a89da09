"""Draws the picture of the requests out of its text: ``python -m tools.diagram`` writes the SVG."""

from __future__ import annotations

import re
from pathlib import Path
from xml.sax.saxutils import escape

DOCS = Path(__file__).parent.parent / "docs"
TEXT, PICTURE = DOCS / "request.txt", DOCS / "request.svg"

_COLUMNS = {"1": 60, "2": 370, "3": 690}
_FIRST, _STEP, _NOTE = 62, 40, 16
"""Pixels: where the first arrow is, from one to the next, and what a note takes more."""

_STYLE = """text { font: 14px system-ui, sans-serif; fill: #1f2328 }
.head { font-weight: 600 } .note { font-size: 12px; fill: #57606a }
line, path { stroke: #57606a; stroke-width: 1.5; fill: none }
.life { stroke-dasharray: 4 4; stroke: #afb8c1 }
.bad { stroke: #b42318 } .badtext { fill: #b42318; font-weight: 600 }
#a path { fill: #57606a }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .note { fill: #9da7b3 }
line, path { stroke: #9da7b3 } .life { stroke: #444c56 }
.bad { stroke: #ff8a80 } .badtext { fill: #ff8a80 } #a path { fill: #9da7b3 } }"""
_MARKER = (
    '<defs><marker id="a" markerWidth="9" markerHeight="9" refX="8" refY="4.5" orient="auto">'
    '<path d="M0 0 9 4.5 0 9z" stroke="none"/></marker></defs>'
)
_PART = re.compile(r"(\d)(?: ([>!]) (\d))?: (.*?)(?: -- (.*))?\Z")


def drawn(text: str) -> str:
    """The SVG of such a text, for light and dark. Raises ValueError for a line that is none."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    named = dict(line.split(": ", 1) for line in lines[:3])
    parts, y = [], _FIRST
    for line in lines[3:]:
        found = [_PART.match(part) for part in line.split(" & ")]
        for match in found:
            if match is None:
                raise ValueError(f"no arrow of the picture: {line!r}")
            parts += _arrow(match, y) if match[2] else _words(match, y)
        y += _STEP + (_NOTE if " -- " in line else 0)
    names = zip(_COLUMNS.values(), named["columns"].split(" | "), strict=True)
    heads = [_text(x, 24, name, "head") for x, name in names]
    lives = [_line(x, 34, x, y, "life") for x in _COLUMNS.values()]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {y + 10}" role="img" '
            'aria-labelledby="t d">',
            f'<title id="t">{escape(named["title"])}</title>',
            f'<desc id="d">{escape(named["description"])}</desc>',
            f"<style>\n{_STYLE}\n</style>",
            _MARKER,
            *heads,
            *lives,
            *parts,
            "</svg>\n",
        ]
    )


def _arrow(match: re.Match[str], y: int) -> list[str]:
    begin, kind, end, text, note = match.groups()
    bad = kind == "!"
    side = 1 if _COLUMNS[end] > _COLUMNS[begin] else -1
    middle = (_COLUMNS[begin] + _COLUMNS[end]) // 2
    parts = [
        _line(_COLUMNS[begin] + 2 * side, y, _COLUMNS[end] - 4 * side, y, "bad" if bad else "")
    ]
    parts.append(_text(middle, y - 7, text, "badtext" if bad else ""))
    return [*parts, _text(middle, y + 17, note, "note")] if note else parts


def _words(match: re.Match[str], y: int) -> list[str]:
    return [_text((_COLUMNS["1"] + _COLUMNS["2"]) // 2, y + 5, match[4], "badtext")]


def _line(x1: int, y1: int, x2: int, y2: int, kind: str) -> str:
    of = f' class="{kind}"' if kind else ""
    end = "" if kind == "life" else ' marker-end="url(#a)"'
    return f'<line{of} x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"{end}/>'


def _text(x: int, y: int, text: str, kind: str) -> str:
    of = f' class="{kind}"' if kind else ""
    return f'<text{of} x="{x}" y="{y}" text-anchor="middle">{escape(text)}</text>'


def main() -> None:
    PICTURE.write_text(drawn(TEXT.read_text("utf-8")), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
