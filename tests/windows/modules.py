"""Keeps the modules of a folder, compiled, in one file that a Windows Python imports them from.

To look for a file and to open it takes wine many times what it takes Windows; so most of what a
Python did under wine was to import. The folders are asked as before, in the order of ``sys.path``,
and say the same; they only know by heart what is in them. It lies beside the packages of the
machine's Pythons, which use it whenever they start; so it imports next to nothing.
"""

from __future__ import annotations

import marshal
import sys
from _frozen_importlib_external import (  # type: ignore[attr-defined]
    FileFinder,
    SourceFileLoader,
    _get_supported_file_loaders,
    spec_from_file_location,
)
from _thread import allocate_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType
    from typing import Any

__all__ = ["keep", "use"]

_NAME = f"\\kept-modules-{sys.implementation.cache_tag}"
_HEAD = 16
"""Bytes at the beginning: where the table of folders starts, and its length."""

_LEFT_OUT = {"__pycache__", "test", "tests", "ensurepip", "idlelib", "pip", "tkinter", "winpython"}
_LEFT_OUT |= {"moto", "setuptools", "sqlglot"}  # large, and nothing imports them here


class _File:
    """Pieces of one file, for threads that import at the same time."""

    def __init__(self, path: str) -> None:
        self._stream = open(path, "rb", buffering=0)  # noqa: PTH123, SIM115
        self._lock = allocate_lock()

    def read(self, start: int, length: int) -> bytes:
        with self._lock:
            self._stream.seek(start)
            return self._stream.read(length)

    def value(self, start: int, length: int) -> Any:
        return marshal.loads(self.read(start, length))


class _Loader(SourceFileLoader):
    """Of one module; place: where it lies in which file."""

    place: tuple[_File, int, int]

    def get_code(self, fullname: str) -> CodeType:
        file, start, length = self.place
        code: CodeType = file.value(start, length)
        return code


class _Finder(FileFinder):
    """Of one folder. kept: its modules; None stands for what is no compiled Python."""

    kept: dict[str, tuple[str, int, int] | None]
    file: _File

    def find_spec(self, fullname: str, target: ModuleType | None = None) -> ModuleSpec | None:
        name = fullname.rpartition(".")[2]
        if name not in self.kept:
            return None
        if (found := self.kept[name]) is None:
            spec: ModuleSpec | None = super().find_spec(fullname, target)
            return spec
        path = f"{self.path}\\{found[0]}"
        loader = _Loader(fullname, path)
        loader.place = (self.file, *found[1:])
        folders = [f"{self.path}\\{name}"] if found[0].endswith("\\__init__.py") else None
        spec = spec_from_file_location(
            fullname, path, loader=loader, submodule_search_locations=folders
        )
        return spec


def use(top: str) -> None:
    """Lets a folder, and those in it, answer by heart, if that was made of them."""
    try:
        file = _File(top + _NAME)
    except OSError:
        return
    head = file.read(0, _HEAD)
    folders = file.value(*(int.from_bytes(head[at : at + 8], "little") for at in (0, 8)))

    def finder(path: str) -> _Finder:
        if not path.startswith(top) or path[len(top) :] not in folders:
            raise ImportError
        made = _Finder(path, *_get_supported_file_loaders())
        made.file, made.kept = file, file.value(*folders[path[len(top) :]])
        return made

    sys.path_hooks.insert(0, finder)
    for path in [path for path in sys.path_importer_cache if path.startswith(top)]:
        del sys.path_importer_cache[path]


def keep(top: str, called: str) -> None:
    """Makes the file of a folder. called: the folder's name where it will be."""
    import os

    data, folders = bytearray(_HEAD), {}

    def kept(value: Any) -> tuple[int, int]:
        start, piece = len(data), marshal.dumps(value)
        data.extend(piece)
        return start, len(piece)

    for folder, inner, files in os.walk(top):
        others = [name.partition(".")[0] for name in files if name.endswith(".pyd")]
        modules: dict[str, tuple[str, int, int] | None] = dict.fromkeys([*inner, *others])
        inner[:] = [name for name in inner if name not in _LEFT_OUT and "." not in name]
        names = {name: name[:-3] for name in files if name.endswith(".py")}
        names |= {f"{name}\\__init__.py": name for name in inner}  # goes before a file
        for file, name in names.items():
            try:
                with open(f"{folder}\\{file}", "rb") as source:  # noqa: PTH123
                    text = source.read()
                code = compile(text, f"{called}{folder[len(top) :]}\\{file}", "exec", 0, True)
            except (OSError, SyntaxError, ValueError):  # as data may be
                continue
            modules[name] = (file, *kept(code))
        folders[folder[len(top) :]] = modules
    tables = kept({folder: kept(modules) for folder, modules in folders.items()})
    with open(top + _NAME, "wb") as made:  # noqa: PTH123
        data[:_HEAD] = b"".join(number.to_bytes(8, "little") for number in tables)
        made.write(data)


if __name__ == "__main__":
    keep(*sys.argv[1:])
