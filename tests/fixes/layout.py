"""Layouts of git's configuration, as data: a fault, the place that holds it, the file's dress."""

from __future__ import annotations

import itertools
import random
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import HELPER, URL, Sandbox
from tests.fixes.patients import HOST, git_works

__all__ = ["DRESSES", "FAULTS", "PLACES", "SYSTEM", "Layout", "all_layouts", "sample"]

_AWS = f"[credential]\n\thelper = {HELPER}\n"
_SWITCH = "[credential]\n\tUseHttpPath = true\n"
_HEALTHY = _AWS + _SWITCH


@dataclass(frozen=True)
class Fault:
    """lines: what is wrong. others: what stands elsewhere. checks: one of them has to name it."""

    name: str
    lines: str
    checks: frozenset[str]
    others: str = _HEALTHY
    is_cured: Callable[[Sandbox, Path], bool] = lambda sandbox, folder: git_works(sandbox, folder)
    unsafe: bool = False
    comes_back: bool = True
    """Whether undo can bring it back: no secret is kept."""


def _unset(key: str) -> Callable[[Sandbox, Path], bool]:
    def is_cured(sandbox: Sandbox, folder: Path) -> bool:
        words = ("config", "--get-urlmatch", key, URL)
        found = sandbox.git(*words, cwd=folder, check=False).stdout.strip()
        return found in ("", "false", "always")

    return is_cured


def _fault(name: str, lines: str, checks: str, others: str = _HEALTHY, **more: object) -> Fault:
    return Fault(name, lines, frozenset(checks.split()), others, **more)  # type: ignore[arg-type]


def _helper(words: str) -> str:
    return f"[credential]\n\thelper = {words}\n"


_OWN = f'[credential "https://{HOST}"]\n'
_BASIC = '[http "https://{}"]\n\textraHeader = Authorization: Basic bWU6cHc=\n'

FAULTS = (
    _fault("path-off", "[credential]\n\tUseHttpPath = false\n", "use-http-path", _AWS),
    _fault("path-off-for-the-host", f"{_OWN}\tusehttppath = no\n", "use-http-path", _AWS),
    _fault("path-of-no-sense", "[credential]\n\tUseHttpPath = maybe\n", "use-http-path", _AWS),
    _fault("path-misspelt", "[credential]\n\tUserHttpPath = true\n", "use-http-path", _AWS),
    _fault("path-unset", _AWS, "use-http-path", ""),
    _fault("store-first", _helper("store"), "credential-manager-conflict"),
    _fault(
        "profile-without-quotes",
        _helper("!aws codecommit credential-helper --profile My Profile $@"),
        "profile-quoting",
        _SWITCH,
    ),
    _fault(
        "profile-in-another-case",
        _helper("!aws codecommit credential-helper --profile MY-profile $@"),
        "profile-exists",
        _SWITCH,
    ),
    _fault("no-exclamation-mark", _helper(HELPER[1:]), "credential-helper", _SWITCH),
    _fault("a-stray-quote", _helper(f"'{HELPER}"), "credential-helper", _SWITCH),
    _fault(
        "a-program-that-is-gone",
        _helper("!/opt/gone/aws codecommit credential-helper $@"),
        "credential-helper aws-cli-version",
        _SWITCH,
    ),
    _fault("emptied", _helper(""), "config-shadowing credential-helper"),
    _fault(
        "emptied-by-configure",
        f"{_OWN}\thelper = {HELPER}\n\tUseHttpPath = true\n{_helper('')}\thelper = store\n",
        "config-shadowing credential-manager-conflict",
        "",
    ),
    _fault(
        "for-another-host",
        f'[credential "https://git-codecommit.eu-west-1.amazonaws.com"]\n\thelper = {HELPER}\n'
        "\tUseHttpPath = true\n",
        "credential-helper",
        "",
    ),
    _fault(
        "misspelt-section",
        f"[credentials]\n\thelper = {HELPER}\n",
        "credential-helper",
        "[user]\n\tname = Jö\n",
    ),
    _fault(
        "header-for-the-host",
        _BASIC.format(HOST),
        "authorization-override",
        is_cured=_unset("http.extraHeader"),
        comes_back=False,
    ),
    _fault(
        "header-for-all",
        _BASIC.format("").replace(' "https://"', ""),
        "authorization-override",
        is_cured=_unset("http.extraHeader"),
    ),
    _fault(
        "empty-auth",
        "[http]\n\temptyAuth = true\n",
        "authorization-override",
        is_cured=_unset("http.emptyAuth"),
    ),
    _fault(
        "https-forbidden",
        '[protocol "https"]\n\tallow = never\n',
        "protocol-allowed",
        is_cured=lambda sandbox, folder: (
            sandbox.git("config", "protocol.https.allow", cwd=folder, check=False).stdout.strip()
            in ("", "always")
        ),
        unsafe=True,
    ),
)


@dataclass(frozen=True)
class Place:
    """file: below the home, or the system's. others: the file of all that is well. lead: what
    leads git to the file, and the file that says so. reach: whether a fix may write there.
    """

    name: str
    file: str
    others: str = ".gitconfig"
    lead: str = ""
    leader: str = ".gitconfig"
    variables: tuple[tuple[str, str], ...] = ()
    folder: str = "clone"
    reach: bool = True


SYSTEM = "system"
_CLONE = "clone/.git/config"


def _include(name: str, condition: str, **more: object) -> Place:
    header = f'includeIf "{condition}"' if condition else "include"
    lead = f"[{header}]\n\tpath = ~/conf/work.inc\n"
    return Place(name, "conf/work.inc", lead=lead, **more)  # type: ignore[arg-type]


PLACES = (
    Place("system", SYSTEM),
    Place("global", ".gitconfig", SYSTEM),
    Place("one-file", ".gitconfig"),
    Place("xdg", ".config/git/config", SYSTEM),
    Place("xdg-beside-the-other", ".config/git/config"),
    Place("local", _CLONE),
    Place(
        "worktree",
        "clone/.git/config.worktree",
        lead="[extensions]\n\tworktreeConfig = true\n",
        leader=_CLONE,
    ),
    Place(
        "linked-worktree",
        "clone/.git/worktrees/other/config.worktree",
        lead="[extensions]\n\tworktreeConfig = true\n",
        leader=_CLONE,
        folder="other",
    ),
    _include("include", ""),
    _include("include-of-the-system", "", leader=SYSTEM),
    _include("by-folder", "gitdir:~/clone/"),
    _include("by-branch", "onbranch:main"),
    _include("by-remote", "hasconfig:remote.*.url:https://git-codecommit.*/**"),
    Place(
        "include-of-the-clone",
        "clone/.git/extra",
        lead="[include]\n\tpath = extra\n",
        leader=_CLONE,
    ),
    Place(
        "outside-of-the-clone",
        "conf/outside",
        lead="[include]\n\tpath = ~/conf/outside\n",
        leader=_CLONE,
        reach=False,
    ),
    Place("named-global", "my.conf", SYSTEM, variables=(("GIT_CONFIG_GLOBAL", "my.conf"),)),
    Place("counted", "", reach=False),
    Place("parameters", "", reach=False),
)


@dataclass(frozen=True)
class Dress:
    """How the file is written. change: of its text. link, mode: of the file itself."""

    name: str
    change: Callable[[str], str] = lambda text: text
    link: bool = False
    mode: int = 0o600


def _crowded(text: str) -> str:
    return f"# first\n[user]\n\tname = Jö\n[credential]\n{text}\n[credential]\n; [credential]\n"


DRESSES = (
    Dress("plain"),
    Dress("crlf", lambda text: text.replace("\n", "\r\n")),
    Dress("mark", lambda text: "\ufeff" + text),
    Dress("crlf-and-mark", lambda text: "\ufeff" + text.replace("\n", "\r\n")),
    Dress("no-last-newline", lambda text: text.removesuffix("\n")),
    Dress("crlf-without-the-last", lambda text: text.replace("\n", "\r\n").removesuffix("\r\n")),
    Dress("comments", lambda text: text.replace("]\n", "] ; mine\n\n# why\n") + "# end"),
    Dress("crowded", _crowded),
    Dress("repeated", lambda text: f"[user]\n\temail = a@b\n{text}[user]\n\tname = x ; y\n"),
    Dress("spaces", lambda text: text.replace("\t", "      ").replace("=", "  =  ", 1) + "\n \n"),
    Dress("one-line", lambda text: text.replace("]\n\t", "] ")),
    Dress("loud", lambda text: text.replace("[credential]", "[CREDENTIAL]")),
    Dress("link", link=True),
    Dress("read-only", mode=0o400),
)


@dataclass(frozen=True)
class Layout:
    """One machine."""

    fault: Fault
    place: Place
    dress: Dress

    @property
    def name(self) -> str:
        return f"{self.fault.name}@{self.place.name}@{self.dress.name}"

    @property
    def is_writable(self) -> bool:
        """A clone's link never leads a fix to a file that is not the clone's."""
        leads_out = self.dress.link and self.place.file.startswith("clone/")
        return self.place.reach and not leads_out and bool(self.dress.mode & stat.S_IWUSR)


def all_layouts() -> list[Layout]:
    """Every one; what stands in no file has one dress."""
    return [
        Layout(*parts)
        for parts in itertools.product(FAULTS, PLACES, DRESSES)
        if parts[1].file or parts[2] is DRESSES[0]
    ]


def sample(count: int, seed: int) -> list[Layout]:
    """Some layouts, the same for the same seed, in which every kind has its turn."""
    chance = random.Random(seed)
    faults = itertools.cycle(chance.sample(FAULTS, len(FAULTS)))
    places = itertools.cycle(chance.sample(PLACES, len(PLACES)))
    dresses = itertools.cycle(chance.sample(DRESSES, len(DRESSES)))
    return [
        Layout(fault, place, next(dresses) if place.file else DRESSES[0])
        for fault, place in itertools.islice(zip(faults, places, strict=False), count)
    ]
