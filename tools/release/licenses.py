"""The licences of everything that the bundles hold beside our own modules, with their texts."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

__all__ = [
    "Licensed",
    "of_libraries",
    "of_library",
    "of_loader",
    "of_packages",
    "render",
    "write",
]

_OWN = "codecommit-doctor"
_TEXT = re.compile(r"(licen[cs]e|copying|notice|authors)", re.I)


_LIBRARIES = {
    "libbz2-1.0": "bzip2-1.0.6",
    "libffi8": "MIT",
    "libgcc-s1": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "liblzma5": "0BSD",
    "libssl3": "Apache-2.0",
    "libuuid1": "BSD-3-Clause",
    "zlib1g": "Zlib",
}
"""Of the libraries alone: Debian's texts are of all in the packages that they come from. A library
that is not listed stops the release.
"""


@dataclass(frozen=True)
class Licensed:
    """A part that is not ours. license: as it names its own, shortly. text: all of its words.

    purl: what it is called in a bill of materials.
    """

    name: str
    version: str
    license: str
    text: str
    purl: str


def of_packages(modules: Path) -> list[Licensed]:
    """The Python packages among the installed modules."""
    found = [_package(info) for info in modules.glob("*.dist-info")]
    return sorted((f for f in found if f.name != _OWN), key=lambda found: found.name.lower())


def _package(info: Path) -> Licensed:
    distribution = Distribution.at(info)
    name, version = distribution.name, distribution.version
    files = sorted(p for p in info.rglob("*") if p.is_file() and _TEXT.search(p.name))
    text = "\n\n".join(path.read_text("utf-8", "replace") for path in files)
    return Licensed(name, version, _short(distribution), text, f"pkg:pypi/{name.lower()}@{version}")


def _short(distribution: Distribution) -> str:
    metadata: Any = distribution.metadata  # an email.message.Message
    classifiers = [
        value.rpartition(" :: ")[2]
        for value in metadata.get_all("Classifier") or ()
        if value.startswith("License ::") and value != "License :: OSI Approved"
    ]
    stated = metadata.get("License-Expression") or " AND ".join(classifiers)
    return stated or (metadata.get("License") or "").strip().partition("\n")[0]


def of_libraries(onedir: Path) -> list[Licensed]:
    """Python itself, PyInstaller's loader, and the libraries of this system that it put beside."""
    python = _python()
    libraries = sorted(
        path.name
        for path in (onedir / "_internal").glob("*.so*")
        if not path.name.startswith("libpython")
    )
    packages: dict[str, Licensed] = {}
    for name in libraries:
        found = _library(name)
        packages.setdefault(found.name, found)
    return [python, of_loader(), *sorted(packages.values(), key=lambda found: found.name)]


def of_loader() -> Licensed:
    """What PyInstaller starts its folder with."""
    distribution = Distribution.from_name("pyinstaller")
    found = [path for path in distribution.files or () if _TEXT.search(path.name)]
    text = "\n\n".join(path.read_text("utf-8") for path in found)
    version = distribution.version
    license = "GPL-2.0-or-later WITH Bootloader-exception"
    return Licensed("PyInstaller", version, license, text, f"pkg:pypi/pyinstaller@{version}")


def of_library(file: str, *, name: str, version: str) -> Licensed:
    """The same library as this system's, in another version, with this system's text of it."""
    here = _library(file)
    return Licensed(name, version, here.license, here.text, f"pkg:generic/{name}@{version}")


def _python() -> Licensed:
    version = sys.version.split()[0]
    text = Path(sysconfig.get_path("stdlib"), "LICENSE.txt")
    told = text.read_text("utf-8") if text.exists() else ""
    return Licensed("Python", version, "PSF-2.0", told, f"pkg:generic/python@{version}")


def _library(name: str) -> Licensed:
    """A shared library, by the package that brought it to this system."""
    for query in _owners(name):
        package, _, version = query.partition(" ")
        text = Path("/usr/share/doc", package, "copyright")
        told = text.read_text("utf-8", "replace") if text.exists() else ""
        purl = f"pkg:deb/debian/{package}@{version}"
        return Licensed(package, version, _LIBRARIES[package], told, purl)
    raise ValueError(f"no package says whose {name} is")


def _owners(library: str) -> Iterator[str]:
    for folder in ("/lib", "/usr/lib"):
        done = subprocess.run(
            ["dpkg-query", "--search", f"{folder}/*/{library}"], capture_output=True, text=True
        )
        for line in done.stdout.splitlines():
            package = line.partition(": ")[0].partition(":")[0]
            version = subprocess.run(
                ["dpkg-query", "--show", "--showformat", "${Version}\n", package],
                capture_output=True,
                text=True,
            ).stdout.partition("\n")[0]
            yield f"{package} {version}"


def render(parts: list[Licensed]) -> str:
    """The list, then the texts."""
    width = max(len(f"{part.name} {part.version}") for part in parts)
    rows = [f"{f'{part.name} {part.version}':{width}}  {part.license}" for part in parts]
    texts = [f"{'=' * 72}\n{part.name} {part.version}\n\n{part.text.strip()}" for part in parts]
    head = "codecommit-doctor is under the Apache-2.0 licence. It comes with:"
    return "\n\n".join([head, "\n".join(rows), *texts]) + "\n"


def write(parts: list[Licensed], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(render(parts), "utf-8", newline="\n")
