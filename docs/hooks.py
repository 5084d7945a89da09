"""Makes the pages that have their source elsewhere: of each check, the README, and the like.

The page of a check is what ``codecommit-doctor explain`` shows, so that it can't drift.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.structure.files import File, Files

from codecommit_doctor.check import Check
from codecommit_doctor.engine.registry import load
from codecommit_doctor.rules.codes import codes_of

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

ROOT = Path(__file__).parent.parent
COPIES = {
    "index.md": "README.md",
    "contributing.md": "CONTRIBUTING.md",
    "changelog.md": "CHANGELOG.md",
}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the generated pages to the site."""
    checks = sorted(load().checks, key=lambda check: check.id)
    pages = {name: _linked(ROOT / source, config) for name, source in COPIES.items()}
    pages["checks/index.md"] = _list(checks)
    pages |= {f"checks/{check.id}.md": _page(check) for check in checks}
    for name, text in pages.items():
        files.append(File.generated(config, name, content=text))
    return files


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Puts the checks into the navigation."""
    checks = sorted(check.id for check in load().checks)
    listed = ["checks/index.md", *({id: f"checks/{id}.md"} for id in checks)]
    nav = [entry for entry in config.nav or [] if "Checks" not in entry]
    config.nav = [*nav, {"Checks": listed}]
    return config


def _page(check: Check) -> str:
    """The page of a check, with an anchor for each code: ``checks/use-http-path/#unset``."""
    codes = codes_of(check.id)
    rows = [f'- <a id="{code}"></a>`{check.id}/{code}`: {text}' for code, text in codes.items()]
    return "\n".join([check.page, "## Codes", "", *rows, ""]) if rows else check.page


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
