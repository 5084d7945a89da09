"""What is changed in a function, and how."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType

__all__ = ["Mutant", "mutants_of"]

_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_OTHER_NAMES = {
    "warned": "failed",
    "failed": "warned",
    "passed": "skipped",
    "any": "all",
    "all": "any",
    "min": "max",
    "max": "min",
    "startswith": "endswith",
    "endswith": "startswith",
    "lower": "upper",
}
_COMPARING = re.compile(
    r"get|pop|starts?with|endswith|removeprefix|removesuffix|r?partition|r?split|r?find|index"
    r"|count|replace|[lr]?strip|fullmatch|match|search"
)
_DROPPED = frozenset({"advice", "confirmed", "fix"})
"""Arguments that may be left out, and mean something to the program."""

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Where = tuple[ast.AST, str, int | None]
"""A node, its field, and the place in that field where it is a list."""


@dataclass(frozen=True)
class Mutant:
    """One change. lines: those that run where it can be noticed. function, line: of the outermost
    function around it, as its code object tells them.
    """

    path: Path
    function: str
    line: int
    lines: range
    change: str
    code: CodeType = field(repr=False)

    @property
    def name(self) -> str:
        """Without numbers of lines, so that it stays the same while other lines change."""
        return f"{self.function}: {self.change}"


def mutants_of(path: Path) -> Iterator[Mutant]:
    """All mutants of a file. A change at the level of the module is not tried."""
    tree = ast.parse(path.read_text("utf-8"))
    seen: Counter[str] = Counter()
    for outer, function in _functions(tree, ""):
        for (parent, name, index), lines in _places(function):
            old = _get(parent, name, index)
            for new in _variants(old, parent, name):
                change = f"{_shown(old)} -> {_shown(new)}"
                seen[outer + change] += 1
                if (number := seen[outer + change]) > 1:
                    change += f" #{number}"
                _set(parent, name, index, ast.copy_location(new, old))
                made = compile(ast.fix_missing_locations(tree), str(path), "exec")
                _set(parent, name, index, old)
                line = _first_line(function)
                code = _code(made, _code_name(function), line)
                if code is not None:
                    yield Mutant(path, outer, line, lines, change, code)


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
    """The outermost functions, with their qualified names."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            yield prefix + _code_name(child), child
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{prefix}{child.name}.")
        else:
            yield from _functions(child, prefix)


def _code_name(function: Function) -> str:
    return "<lambda>" if isinstance(function, ast.Lambda) else function.name


def _first_line(function: Function) -> int:
    decorators = [] if isinstance(function, ast.Lambda) else function.decorator_list
    return min([function.lineno, *(decorator.lineno for decorator in decorators)])


def _code(module: CodeType, name: str, line: int) -> CodeType | None:
    """The code object of a function, which may stand in a class."""
    for part in module.co_consts:
        if isinstance(part, CodeType):
            if (part.co_name, part.co_firstlineno) == (name, line):
                return part
            if found := _code(part, name, line):
                return found
    return None


def _places(function: Function) -> Iterator[tuple[Where, range]]:
    """All nodes of a function that can be changed, with the lines of their statements."""
    body = function.body if isinstance(function.body, list) else [function.body]
    for number, part in enumerate(body):
        where = (function, "body", number if isinstance(function.body, list) else None)
        yield from _below(where, part, _lines(part))


def _below(where: Where, node: ast.AST, lines: range) -> Iterator[tuple[Where, range]]:
    if _is_docstring(node) or isinstance(node, (ast.Assert, ast.JoinedStr)):
        return
    if isinstance(node, (ast.stmt, ast.ExceptHandler, ast.match_case)):
        lines = _lines(node)
    yield where, lines
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params", "ctx", "ops"):
            continue
        if isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, ast.AST):
                    yield from _below((node, name, index), item, lines)
        elif isinstance(value, ast.AST):
            yield from _below((node, name, None), value, lines)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _lines(node: ast.AST) -> range:
    """The lines of a simple statement, or the head of one that has a body."""
    body = getattr(node, "body", None)
    first = getattr(node, "lineno", None) or node.pattern.lineno  # type: ignore[attr-defined]
    if isinstance(body, list):
        return range(first, max(first + 1, body[0].lineno))
    return range(first, (getattr(node, "end_lineno", None) or first) + 1)


def _get(parent: ast.AST, name: str, index: int | None) -> ast.AST:
    value = getattr(parent, name)
    found: ast.AST = value if index is None else value[index]
    return found


def _set(parent: ast.AST, name: str, index: int | None, node: ast.AST) -> None:
    if index is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[index] = node


def _shown(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split("\n")[0].split())


def _variants(node: ast.AST, parent: ast.AST, name: str) -> Iterator[ast.AST]:
    """The nodes that are put in the place of this one."""
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in _TURNED:
            yield ast.Compare(node.left, [_TURNED[type(operator)]()], node.comparators)
        case ast.Compare(ops=operators):
            for at, one in enumerate(operators):
                turned = [*operators[:at], _TURNED[type(one)](), *operators[at + 1 :]]
                yield ast.Compare(node.left, turned, node.comparators)
        case ast.BoolOp(op=joined, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(joined, ast.And) else ast.And(), values)
            for at in range(len(values)):
                rest = values[:at] + values[at + 1 :]
                yield ast.BoolOp(joined, rest) if len(rest) > 1 else rest[0]
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.BinOp() if type(node.op) in _ARITHMETIC and not _joins_texts(node):
            yield ast.BinOp(node.left, _ARITHMETIC[type(node.op)](), node.right)
        case ast.Constant():
            yield from _constants(node, parent, name)
        case ast.Name(id=old) if old in _OTHER_NAMES and name == "func":
            yield ast.Name(_OTHER_NAMES[old], ast.Load())
        case ast.Attribute(attr=old) if old in _OTHER_NAMES and name == "func":
            yield ast.Attribute(node.value, _OTHER_NAMES[old], ast.Load())
        case ast.Call(keywords=keywords):
            for at, keyword in enumerate(keywords):
                if keyword.arg in _DROPPED:
                    yield ast.Call(node.func, node.args, keywords[:at] + keywords[at + 1 :])
        case ast.comprehension(ifs=[_, *_]):
            yield ast.comprehension(node.target, node.iter, node.ifs[1:], node.is_async)
        case ast.stmt():
            yield from _statements(node)
    if (
        name == "test"
        and isinstance(node, ast.expr)
        and not isinstance(node, (ast.Compare, ast.BoolOp, ast.UnaryOp))
    ):
        yield ast.UnaryOp(ast.Not(), node)


def _statements(node: ast.stmt) -> Iterator[ast.stmt]:
    match node:
        case ast.Return(value=value) if value is not None:
            if not isinstance(value, ast.Constant):
                yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call()) | ast.AugAssign():
            yield ast.Pass()
        case ast.Continue():
            yield ast.Break()
        case ast.Break():
            yield ast.Continue()


def _constants(node: ast.Constant, parent: ast.AST, name: str) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
    elif isinstance(value, str) and _is_compared(parent, name):
        yield ast.Constant("XX" + value)


def _is_compared(parent: ast.AST, name: str) -> bool:
    """Is a text here for the program? Words for people are left alone."""
    match parent:
        case ast.Compare() | ast.MatchValue() | ast.Subscript():
            return True
        case ast.keyword(arg="code"):
            return True
        case ast.Call(func=ast.Attribute(attr=attr)):
            return name == "args" and bool(_COMPARING.fullmatch(attr))
    return False


def _joins_texts(node: ast.BinOp) -> bool:
    """Is this + one of texts or of tuples? Another operator would end it in any case."""
    sides = (node.left, node.right)
    return isinstance(node.op, ast.Add) and any(
        isinstance(side, (ast.JoinedStr, ast.Tuple, ast.List, ast.BinOp))
        or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        for side in sides
    )
