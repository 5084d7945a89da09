"""Fixes that more than one check offers, and the places where settings belong."""

from __future__ import annotations

import ntpath
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from codecommit_doctor.fixes import Fix, GitConfigEdit
from codecommit_doctor.rules import versions
from codecommit_doctor.rules.homes import git_folder, git_home
from codecommit_doctor.rules.target import HostKind

if TYPE_CHECKING:
    from codecommit_doctor.probes.git import CredentialSettings, Git
    from codecommit_doctor.probes.git_config import Entry
    from codecommit_doctor.rules.target import Target

__all__ = [
    "DEFAULT_HELPER",
    "global_file",
    "rename_key",
    "replace_helper",
    "reset_chain",
    "section_for",
    "set_remote_url",
    "set_value",
    "unset_value",
]

DEFAULT_HELPER = "!aws codecommit credential-helper $@"

GUIDE = "https://docs.aws.amazon.com/codecommit/latest/userguide/troubleshooting-ch.html"

_SCOPES = ("system", "global", "local", "worktree")


def set_value(key: str, value: str, at: Entry | None, *, title: str, guide: str) -> Fix | None:
    """Gives a key one value, in the file where the entry stands (else the global one).

    None if the entry stands in no file, as with the command line.
    """
    return _at(at, ("--replace-all", key, value), title=title, guide=guide)


def rename_key(entry: Entry, old: str, new: str, *, guide: str) -> Fix | None:
    """Gives the key in one line another name, and leaves all else of the file as it is written."""
    place = _place(entry)
    if place is None or entry.line is None:
        return None
    scope, file = place
    key = entry.key.rpartition(".")[0] + "." + new
    steps = (("--unset-all", entry.key), ("--replace-all", key, entry.value or "true"))
    edit = GitConfigEdit(steps, scope, file, rename=(entry.line, old, new))
    return Fix(f"Write {new} instead of {old}", (edit,), guide)


def replace_helper(entry: Entry, value: str | None, *, title: str, guide: str) -> Fix | None:
    """Gives one value of ``credential.helper`` other words, and leaves the key's other values.

    None without other words too.
    """
    if entry.value is None or value is None:
        return None
    step = ("--replace-all", entry.key, value, f"^{_escaped(entry.value)}$")
    return _at(entry, step, title=title, guide=guide)


def reset_chain(
    target: Target, git: Git, settings: CredentialSettings, value: str | None, *, title: str
) -> Fix | None:
    """Resets the chain of helpers for CodeCommit hosts alone and names the AWS helper again.

    The reset has to stand behind every other helper of its own and of wider scopes. Where the AWS
    helper has such a place already, its section is completed; else a section is added at the end
    of the file. None without a value, where there is something to reset and git can't (before 2.9),
    or where a helper of the command line or of GIT_CONFIG_* variables comes behind any file.
    """
    emptied = settings.last("helper")
    helpers = settings.chain or ((emptied,) if emptied else ())
    scopes = [entry.scope for entry in helpers]
    if (
        value is None
        or (helpers and not git.at_least(versions.GIT_RESET))
        or any(scope not in (*_SCOPES, "unknown") for scope in scopes)
    ):
        return None
    ranks = [_SCOPES.index(scope) for scope in scopes if scope in _SCOPES]
    scope = _SCOPES[max([1, *ranks])]
    last = settings.chain[-1] if settings.chain else None
    if last and _can_be_completed(last, scope):
        section = f"credential.{last.subsection}"
        steps = _section_steps(section, value)
        if _is_on(last, settings):
            steps = steps[:-1]
        return Fix(title, (GitConfigEdit(steps, scope),), GUIDE)
    elsewhere = [e for e in settings.others if "codecommit" in (e.subsection or "")]
    own = any(entry.helper.is_aws for entry in elsewhere)  # a wildcard would override it
    host = f"https://{target.host}"
    taken = {entry.subsection for entry in settings.matching}  # by hand, git would write there
    usual = host if own else section_for(target, git)
    section = next((name for name in (usual, host) if name not in taken), f"{host}/")
    steps = _section_steps(f"credential.{section}", value)
    if not git.at_least(versions.GIT_RESET):
        steps = steps[1:]
    return Fix(title, (GitConfigEdit(steps, scope, own_section=True),), GUIDE)


def unset_value(entry: Entry, *, title: str, guide: str) -> Fix | None:
    """Takes all values of a key out of the file where this one stands; none is shown."""
    return _at(entry, ("--unset-all", entry.key), title=title, guide=guide)


def set_remote_url(target: Target, git: Git, url: str, *, title: str, guide: str) -> Fix | None:
    """Gives the target's remote another address. None where no file of git's says this one, and
    where git's insteadOf rules would make something else of the new one.
    """
    if target.remote is None or target.written_url in (None, url) or git.rewritten(url) != url:
        return None
    keys = (f"remote.{target.remote}.url", f"remote.{target.remote}.pushurl")
    entries = git.configuration().entries
    for entry in entries:
        if entry.key in keys and entry.value == target.written_url and entry.file:
            step: tuple[str, ...] = ("--replace-all", entry.key, url)
            if sum(other.key == entry.key for other in entries) > 1:
                if "@" in entry.value:
                    return None  # the pattern would show it
                step += (f"^{_escaped(entry.value)}$",)
            return _at(entry, step, title=title, guide=guide)
    return None


def section_for(target: Target, git: Git) -> str:
    """The address of the section that a setting for CodeCommit belongs in.

    All regions of the target's kind of host at once; the one host where git has no wildcards
    (before 2.26) or where the host is one of a kind.
    """
    if target.host_kind in (HostKind.PUBLIC, HostKind.FIPS) and git.at_least(
        versions.GIT_WILDCARDS
    ):
        return "https://" + target.host.replace(f".{target.region}.", ".*.", 1)
    return f"https://{target.host}"


def _section_steps(section: str, value: str) -> tuple[tuple[str, ...], ...]:
    return (
        ("--replace-all", f"{section}.helper", ""),
        ("--add", f"{section}.helper", value),
        ("--replace-all", f"{section}.UseHttpPath", "true"),
    )


def _is_on(last: Entry, settings: CredentialSettings) -> bool:
    """Whether the section of a helper sets UseHttpPath already, so that its line can stay."""
    same = [
        (entry.value or "").lower()
        for entry in settings.matching
        if (entry.file, entry.subsection) == (last.file, last.subsection)
        and entry.key.endswith(".usehttppath")
    ]
    return same[-1:] in (["true"], ["yes"], ["on"], ["1"])


def _can_be_completed(last: Entry, scope: str) -> bool:
    """Whether the last helper of the chain is the AWS helper in a CodeCommit section of its own."""
    return (
        last.subsection is not None
        and "codecommit" in last.subsection
        and last.scope == scope
        and last.helper.is_aws
        and _is_usual(last.file, scope)
    )


def _at(entry: Entry | None, step: tuple[str, ...], *, title: str, guide: str) -> Fix | None:
    """One change of the file where an entry stands; None if it stands in no file."""
    place = _place(entry)
    return place and Fix(title, (GitConfigEdit((step,), *place),), guide)


def _place(entry: Entry | None) -> tuple[str, str | None] | None:
    """The scope and the file to write, file None for the scope's usual one."""
    if entry is None:
        return "global", None
    if entry.file is None:
        return None
    if entry.scope in _SCOPES and _is_usual(entry.file, entry.scope):
        return entry.scope, None
    return entry.scope if entry.scope in _SCOPES else "global", entry.file


def _is_usual(file: str | None, scope: str) -> bool:
    """Whether ``git config --<scope>`` writes this very file, and not one that it includes."""
    if file is None:
        return False
    if scope == "global":
        return os.path.normpath(file) == os.path.normpath(global_file())
    name = ntpath.basename(file)
    if scope == "local":
        return name == "config" and Path(file).with_name("HEAD").exists()
    return name == {"system": "gitconfig", "worktree": "config.worktree"}[scope]


def global_file() -> Path:
    """The file that ``git config --global`` writes. Source: git-config(1), "FILES"."""
    if named := os.environ.get("GIT_CONFIG_GLOBAL"):
        return Path(named)
    own, shared = git_home() / ".gitconfig", git_folder() / "config"
    return shared if shared.exists() and not own.exists() else own


def _escaped(value: str) -> str:
    """The value as a POSIX extended regular expression that matches nothing else, and in which cmd
    finds no %NAME%.
    """
    escaped = re.sub(r"[\\.\[\]{}()*+?^$|]", r"\\\g<0>", value)
    return escaped.replace("%", "[%]") if value.count("%") > 1 else escaped
