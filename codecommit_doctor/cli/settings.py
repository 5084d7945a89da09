"""Settings: the command line over ``CODECOMMIT_DOCTOR_*`` variables over git's own configuration.

``git config codecommit-doctor.skip kms-deny`` writes one; ``only``, ``skip`` and ``require`` may be
there many times, and so may ``label``; an empty value takes away those before it.
A layer that says something of a setting replaces what the layers below say of it. What a clone's
own configuration says has no effect, unless the user trusts the clone; the user is told either way.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field, structs

from codecommit_doctor.formats import NAMES

if TYPE_CHECKING:
    from codecommit_doctor.probes.git_config import Entry

__all__ = ["Settings", "SettingsError", "resolve"]

_SECTION = "codecommit-doctor."
_VARIABLE = "CODECOMMIT_DOCTOR_"
_LISTS = ("only", "skip", "require", "label")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")
_LONGEST_LABEL = 255
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0", "")


class SettingsError(Exception):
    """A setting has a value that it can't have. The message is for the user."""


class Settings(Struct, frozen=True):
    """The values in force. origins: where each comes from; lists have one for each item. notices:
    what the user should know of them.
    """

    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    offline: bool = False
    strict: bool = False
    timeout: float = 60.0
    profile: str | None = None
    region: str | None = None
    format: str = "console"
    origins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    @property
    def labels(self) -> dict[str, str]:
        """The labels by their keys; of two with one key, the later."""
        return {key: value for key, _, value in (text.partition("=") for text in self.label)}

    def origin_of(self, id: str) -> str:
        """Where the id of a check was written."""
        for name in _LISTS:
            for item, origin in zip(getattr(self, name), self.origins.get(name, ()), strict=False):
                if item == id:
                    return origin
        return ""

    def described(self) -> Iterator[tuple[str, str, str]]:
        """Each value that is set, with its name and its origin; and each default."""
        for name in _NAMES:
            value, origins = getattr(self, name), self.origins.get(name) or ("default",)
            for item, origin in zip(
                (value or ("",)) if name in _LISTS else (value,), origins, strict=False
            ):
                yield name, _shown(item), origin


_NAMES = tuple(f.name for f in structs.fields(Settings) if f.name not in ("origins", "notices"))


class _Written(Struct, frozen=True):
    """A value as it was written; None: a name without ``=`` in git's configuration."""

    value: str | None
    origin: str


def resolve(
    given: Mapping[str, Any],
    environment: Mapping[str, str],
    entries: Iterable[Entry],
    *,
    trusted: bool = False,
) -> Settings:
    """The settings in force. Raises SettingsError.

    given: what the command line says; None or an empty list for what it does not. entries: git's
    configuration. trusted: whether the clone's own settings take effect.
    """
    entries = [entry for entry in entries if entry.key.startswith(_SECTION)]
    notices = [_of_the_clone(entry, trusted) for entry in entries if not entry.is_yours]
    entries = [entry for entry in entries if entry.is_yours or trusted]
    values: dict[str, Any] = {}
    origins: dict[str, tuple[str, ...]] = {}
    notices += [_unknown(entry) for entry in entries if _name(entry) not in _NAMES]
    for name in _NAMES:
        if given.get(name) not in (None, [], ()):
            value = given[name]
            values[name] = tuple(filter(None, value)) if name in _LISTS else value
            if name == "label":
                for text in values[name]:
                    _parsed(name, _Written(text, "command line"))
            origins[name] = ("command line",) * max(1, len(values[name]) if name in _LISTS else 1)
            continue
        written = _of_environment(name, environment)
        if not written:
            own = [entry for entry in entries if _name(entry) == name]
            written = _of_git(name, own)
        if written:
            parsed = [_parsed(name, item) for item in written]
            values[name] = tuple(parsed) if name in _LISTS else parsed[-1]
            origins[name] = tuple(item.origin for item in written)
            if name not in _LISTS:
                origins[name] = origins[name][-1:]
    return Settings(**values, origins=origins, notices=tuple(notices))


def _of_environment(name: str, environment: Mapping[str, str]) -> list[_Written]:
    """Lists are parted by commas or spaces, labels by commas; an empty variable says nothing."""
    variable = _VARIABLE + name.upper()
    text = environment.get(variable, "").strip()
    parted = r",+" if name == "label" else r"[\s,]+"
    items = re.split(parted, text) if name in _LISTS else [text]
    return [_Written(item, f"environment variable {variable}") for item in items if item]


def _of_git(name: str, entries: list[Entry]) -> list[_Written]:
    written: list[_Written] = []
    for entry in entries:
        if entry.value == "" and name in (*_LISTS, "profile", "region"):
            written = []
        else:
            written.append(_Written(entry.value, _origin(entry)))
    return written


def _origin(entry: Entry) -> str:
    if entry.place is None:
        return "git -c or GIT_CONFIG_* variables"
    return f"{entry.place} ({entry.scope})"


def _name(entry: Entry) -> str:
    return entry.key.removeprefix(_SECTION)


def _unknown(entry: Entry) -> str:
    from codecommit_doctor.rules.spelling import nearest

    near = nearest(_name(entry), list(_NAMES))
    hint = f"; did you mean {_SECTION}{near}?" if near else ""
    return f"there is no setting {entry.key} ({_origin(entry)}){hint}"


def _of_the_clone(entry: Entry, trusted: bool) -> str:
    what = f"this clone's own setting {entry.shown} ({_origin(entry)})"
    if trusted:
        return f"{what} has an effect: --trust-repository is set"
    return f"{what} has no effect; --trust-repository admits it"


def _parsed(name: str, written: _Written) -> Any:
    parse = _PARSERS.get(name, _text)
    try:
        return parse(written.value)
    except ValueError as error:
        shown = "nothing" if written.value is None else f"{written.value!a}"
        raise SettingsError(f"{name} is {shown}, but {error}: {written.origin}") from None


def _text(value: str | None) -> str:
    if not value:
        raise ValueError("needs a value")
    return value


def _switch(value: str | None) -> bool:
    if value is None or value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise ValueError("has to be true or false")


def _seconds(value: str | None) -> float:
    try:
        seconds = float(value or "")
    except ValueError:
        seconds = 0.0
    if not 0.1 <= seconds < math.inf:
        raise ValueError("has to be a number of seconds, 0.1 at least")
    return seconds


def _format(value: str | None) -> str:
    if value not in NAMES:
        raise ValueError(f"has to be one of {', '.join(NAMES)}")
    return value


def _label(value: str | None) -> str:
    key, equals, said = (value or "").partition("=")
    if not equals or not _KEY.fullmatch(key):
        raise ValueError(
            "has to be KEY=VALUE, with a key of up to 63 letters, digits, or any of -_."
        )
    if len(said) > _LONGEST_LABEL:
        raise ValueError(f"has a value of more than {_LONGEST_LABEL} characters")
    return f"{key}={said}"


_PARSERS: dict[str, Callable[[str | None], Any]] = {
    "offline": _switch,
    "strict": _switch,
    "timeout": _seconds,
    "format": _format,
    "label": _label,
}


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    return value or "-"
