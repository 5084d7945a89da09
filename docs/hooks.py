"""Makes the pages that have their source elsewhere: of each check, the README, and the like.

The page of a check is what ``codecommit-doctor explain`` shows, so that it can't drift.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import File, Files

from codecommit_doctor import probes
from codecommit_doctor.check import Check
from codecommit_doctor.engine.registry import load
from codecommit_doctor.reports.report import SCHEMA_VERSION
from codecommit_doctor.rules.codes import meanings
from codecommit_doctor.rules.tree import written

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

ROOT = Path(__file__).parent.parent
_GROUPS = {
    "sh": "In sh, on a machine of the lab",
    "cmd": "In cmd, on a Windows machine under wine",
    "sh, cmd": "In both",
}
COPIES = {
    "about.md": "README.md",
    "contributing.md": "CONTRIBUTING.md",
    "changelog.md": "CHANGELOG.md",
}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the generated pages to the site."""
    checks = sorted(load().checks, key=lambda check: check.id)
    pages = {name: _linked(ROOT / source, config) for name, source in COPIES.items()}
    pages["index.md"] = _first()
    pages["probes.md"] = _probes()
    pages["checks/index.md"] = _list(checks)
    pages["commands.md"] = _commands()
    pages["checks/codes.md"] = _all_codes()
    pages["report.md"] = _report()
    pages["versions.md"] = _versions()
    pages |= {f"checks/{check.id}.md": _page(check) for check in checks}
    for name, text in pages.items():
        files.append(File.generated(config, name, content=text))
    return files


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Puts the checks into the navigation."""
    checks = sorted(check.id for check in load().checks)
    listed = [
        {"All checks": "checks/index.md"},
        {"All codes": "checks/codes.md"},
        *({id: f"checks/{id}.md"} for id in checks),
    ]
    nav = [entry for entry in config.nav or [] if "Checks" not in entry]
    config.nav = [*nav, {"Checks": listed}]
    return config


def _probes() -> str:
    """What a check may name, out of the probes' own words."""
    parts = [
        "# Probes",
        "A check, or another probe, names one of these as a parameter and gets what it reads; "
        "`target` is the address that is looked at. [Contributing](contributing.md) shows a new "
        "one.",
    ]
    for name in probes.names():
        made: Any = probes.find(name)
        kind = made if inspect.isclass(made) else vars(inspect.getmodule(made))[_type(made)]
        parts += [f"## {name}", f"`{kind.__name__}`", inspect.getdoc(made) or ""]
        answers = [
            f"- `{answer}`: {' '.join((inspect.getdoc(value) or '').split())}"
            for answer, value in vars(kind).items()
            if not answer.startswith("_") and inspect.getdoc(value)
            if callable(value) or isinstance(value, property)
        ]
        parts.append("\n".join(answers))
    return "\n\n".join(parts) + "\n"


def _type(function: Any) -> str:
    return str(function.__annotations__["return"])


def _page(check: Check) -> str:
    """The page of a check, with an anchor for each code, as rules/codes.py names it."""
    codes = {f"{check.id}/{code}": text for code, text in check.codes.items()}
    rows = [f'- <a id="{code}"></a>`{code}`: {text}' for code, text in codes.items()]
    return "\n".join([check.page, "## Codes", "", *rows, ""]) if rows else check.page


def _first() -> str:
    """The first page: what people see, and what it is."""
    return "\n".join(
        [
            "# What you see, and what it is",
            "",
            "Find what Git shows, and go to the page behind it: each says how to look and what to "
            "type, on Windows, macOS and Linux, without any other program. Or let "
            "[codecommit-doctor](about.md) look: it finds the cause on your machine and mends it.",
            "",
            written(link="[{0}](checks/{0}.md)"),
            "Why so many causes look the same: [how Git gets a password](how-git-asks.md).",
            "",
        ]
    )


def _commands() -> str:
    """Where each command of the pages is tried, out of ``docs/commands.txt``."""
    text = (ROOT / "docs" / "commands.txt").read_text("utf-8")
    parts = [
        "# How the commands of these pages are tried",
        "",
        "Each command is typed by a test, with values for the words in capital letters, or it says "
        "here why it is not.",
    ]
    for group in text.split("\n\n")[1:]:
        name, _, lines = group.strip().partition("\n")
        title = _GROUPS.get(name.strip("[]"), name.strip("[]").capitalize())
        parts += ["", f"## {title}", "", "```text", lines, "```"]
    return "\n".join([*parts, ""])


def _all_codes() -> str:
    """Every code with its meaning, and a link to its place."""
    rows = [
        f"| [{code}]({code.partition('/')[0]}.md#{code}) | {text} |"
        if not code.startswith("*/")
        else f"| CHECK{code[1:]} | {text} |"
        for code, text in meanings().items()
    ]
    return "\n".join(["# Codes", "", "| code | meaning |", "|---|---|", *rows, ""])


def _report() -> str:
    """The parts of the JSON report, out of its schema."""
    name = f"report-{SCHEMA_VERSION}.json"
    parts = ["# The report in JSON", "", f"Made from `schema/{name}`, which is the last word."]
    schema = json.loads((ROOT / "schema" / name).read_text("utf-8"))
    for title, described in schema["$defs"].items():
        text = " ".join(described.get("description", "").replace("``", "`").split())
        parts += ["", f"## {title}", "", text, ""]
        needed = described.get("required", [])
        fields = described.get("properties", {}).items()
        parts += ["| field | type | always there |", "|---|---|---|"] if fields else []
        parts += [
            f"| `{field}` | {_field_type(kind)} | {'yes' if field in needed else 'no'} |"
            for field, kind in fields
        ]
    return "\n".join([*parts, ""])


def _field_type(kind: dict[str, Any]) -> str:
    """A type of the schema in words."""
    if "anyOf" in kind:
        return " or ".join(_field_type(one) for one in kind["anyOf"])
    if "$ref" in kind:
        name = kind["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "enum" in kind:
        return ", ".join(f"`{value}`" for value in kind["enum"])
    if kind.get("type") == "array":
        return f"list of {_field_type(kind.get('items', {}))}"
    return str(kind.get("type", "any"))


def _versions() -> str:
    """The versions that the checks compare with, each with its source."""
    tree = ast.parse((ROOT / "codecommit_doctor" / "rules" / "versions.py").read_text("utf-8"))
    rows = []
    for node, told in zip(tree.body, tree.body[1:], strict=False):
        if not isinstance(node, ast.Assign) or not isinstance(told, ast.Expr):
            continue
        value, text = ast.literal_eval(node.value), ast.literal_eval(told.value)
        program = "AWS CLI" if str(node.targets[0].id).startswith("AWS") else "Git"  # type: ignore[attr-defined]
        since = value if isinstance(value, str) else "; ".join(value.values())
        rows.append(f"| {program} | {since} | {' '.join(text.replace('``', '`').split())} |")
    head = ["# Versions", "", "Since which version a program does something.", ""]
    return "\n".join([*head, "| program | version | what |", "|---|---|---|", *rows, ""])


def _list(checks: list[Check]) -> str:
    rows = [f"| [{check.id}]({check.id}.md) | {check.title} |" for check in checks]
    return "\n".join(["# Checks", "", "| check | question |", "|---|---|", *rows, ""])


def _linked(source: Path, config: MkDocsConfig) -> str:
    """A file of the repository, whose links to other files lead to the repository."""
    text = source.read_text("utf-8")
    for name, copied in COPIES.items():
        text = text.replace(f"]({copied})", f"]({name})")
    base = f"{config.repo_url}/blob/main/"
    names = "|".join(map(re.escape, COPIES))
    return re.sub(rf"\]\((?!https?:|#|(?:{names})\))([^)]+)\)", rf"]({base}\1)", text)
