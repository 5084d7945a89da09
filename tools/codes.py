"""Lists the codes that the checks use and that nothing gives a meaning, or the other way round.

``python -m tools.codes``. Codes are read off the source of ``checks/``: what is given as ``code=``,
and where a variable, a parameter or a table is given there, every text that it can be.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from codecommit_doctor.engine.registry import load
from codecommit_doctor.rules.codes import RETIRED, codes_of

__all__ = ["used"]

CHECKS = Path(__file__).parent.parent / "checks"
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


def used() -> set[str]:
    """Every ``check/code`` in the source of the built-in checks."""
    found = set()
    for file in sorted(CHECKS.glob("*.py")):
        if file.stem != "__init__":
            check = file.stem.replace("_", "-")
            codes = _Codes(ast.parse(file.read_text("utf-8"))).all()
            found |= {f"{check}/{code}" for code in codes}
    return found


class _Codes:
    """The codes in one module."""

    def __init__(self, module: ast.Module) -> None:
        self._nodes = list(ast.walk(module))
        self._followed: set[str] = set()

    def all(self) -> set[str]:
        found = set()
        for node in self._nodes:
            if isinstance(node, ast.Call) and not _is_symptom(node):
                for keyword in node.keywords:
                    if keyword.arg == "code":
                        found |= set(self._texts(keyword.value))
        return {text for text in found if _CODE.match(text)}

    def _texts(self, node: ast.expr) -> Iterator[str]:
        """The texts that an expression can be, as far as this module tells."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.IfExp):
            yield from self._texts(node.body)
            yield from self._texts(node.orelse)
        elif isinstance(node, ast.BoolOp):
            for value in node.values:
                yield from self._texts(value)
        elif isinstance(node, ast.Subscript):
            yield from self._texts(node.value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from self._texts(node.func.value)  # a table's .get(key, "otherwise")
            for argument in node.args[1:]:
                yield from self._texts(argument)
        elif isinstance(node, ast.Dict):
            for value in node.values:
                yield from self._texts(value)
        elif isinstance(node, ast.Name) and node.id not in self._followed:
            self._followed.add(node.id)
            yield from self._of_name(node.id)

    def _of_name(self, name: str) -> Iterator[str]:
        for node in self._nodes:
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    yield from self._assigned(name, target, node.value)
            elif isinstance(node, ast.AnnAssign) and node.value:
                yield from self._assigned(name, node.target, node.value)
            elif isinstance(node, ast.FunctionDef):
                names = [argument.arg for argument in node.args.args]
                if name in names:
                    yield from self._passed(node.name, names.index(name))

    def _assigned(self, name: str, target: ast.expr, value: ast.expr) -> Iterator[str]:
        if isinstance(target, ast.Name) and target.id == name:
            yield from self._texts(value)
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, its in zip(target.elts, value.elts, strict=False):
                yield from self._assigned(name, one, its)

    def _passed(self, function: str, position: int) -> Iterator[str]:
        calls = [node for node in self._nodes if isinstance(node, ast.Call)]
        for call in calls:
            is_it = isinstance(call.func, ast.Name) and call.func.id == function
            if is_it and len(call.args) > position:
                yield from self._texts(call.args[position])


def _is_symptom(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == "Symptom"


if __name__ == "__main__":
    listed = {f"{check.id}/{code}" for check in load().checks for code in check.codes}
    own = {code for code in used() if code.partition("/")[2] not in codes_of("*")}
    for code in sorted(own - listed):
        print(f"not listed: {code}")
    for code in sorted(listed - own - RETIRED):
        print(f"not used:   {code}")
    sys.exit(own != listed - RETIRED)
