"""No function has more than 60 lines, and no file more than 450.

The docstring of a check is its page, which is documentation: it is not counted.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

FUNCTION, FILE = 60, 450
FILES = [
    path
    for folder in ("codecommit_doctor", "checks")
    for path in sorted((ROOT / folder).rglob("*.py"))
]


def functions(module: ast.Module) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef))


def lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def page(function: ast.FunctionDef) -> int:
    """The lines of a check's page; 0 for any other function."""
    decorators = [ast.unparse(decorator).partition("(")[0] for decorator in function.decorator_list]
    is_page = "check" in decorators and ast.get_docstring(function) is not None
    return lines(function.body[0]) if is_page else 0


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_sizes(path: Path) -> None:
    text = path.read_text("utf-8")
    found = list(functions(ast.parse(text)))
    sizes = {function.name: lines(function) - page(function) for function in found}
    assert {name: size for name, size in sizes.items() if size > FUNCTION} == {}
    assert len(text.splitlines()) - sum(map(page, found)) <= FILE


def test_a_page_is_told_from_code() -> None:
    text = '@check(id="x")\ndef a() -> None:\n    """One.\n\n    Two."""\n    pass\n'
    (function,) = functions(ast.parse(text))
    assert (lines(function), page(function)) == (5, 3)
    (other,) = functions(ast.parse(text.replace("@check", "@once")))
    assert page(other) == 0
