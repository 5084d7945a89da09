"""The packages of Linux distributions: .deb and .rpm, around the folder with its own Python."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import datetime, timezone
from email.utils import format_datetime
from pathlib import Path

from tools.release.source import DESCRIPTION, HOMEPAGE, SUMMARY, Source, run

__all__ = ["build_deb", "build_rpm", "needed_glibc", "stage"]

_LIBRARY = "usr/lib/codecommit-doctor"
_COMPLETIONS = {
    "bash": "usr/share/bash-completion/completions/codecommit-doctor",
    "fish": "usr/share/fish/vendor_completions.d/codecommit-doctor.fish",
    "zsh": "usr/share/zsh/vendor-completions/_codecommit-doctor",
}
_MAINTAINER = "The codecommit-doctor maintainers <codecommit-doctor@users.noreply.github.com>"
_COPYRIGHT = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: codecommit-doctor
Source: {homepage}
Comment: What is bundled has licences of its own: /{library}/THIRD-PARTY-LICENSES.txt

Files: *
Copyright: The codecommit-doctor maintainers
License: Apache-2.0
 /usr/share/common-licenses/Apache-2.0 has the text on Debian systems.
"""


def stage(source: Source, onedir: Path, root: Path) -> None:
    """Lays the files out below ``root`` as they stand on an installed system."""
    shutil.copytree(onedir, root / _LIBRARY, symlinks=True)
    (root / "usr/bin").mkdir(parents=True)
    for name in ("codecommit-doctor", "git-codecommit-doctor"):
        (root / "usr/bin" / name).symlink_to("../lib/codecommit-doctor/codecommit-doctor")
    (root / _LIBRARY / "git-codecommit-doctor").unlink(missing_ok=True)
    for page in (source.folder / "man").iterdir():
        _write_gzip(root / "usr/share/man/man1" / f"{page.name}.gz", page.read_bytes())
    for shell, place in _COMPLETIONS.items():
        variables = source.environment | {"_CODECOMMIT_DOCTOR_COMPLETE": f"source_{shell}"}
        script = run(onedir / "codecommit-doctor", variables=variables)
        _write(root / place, script.encode("utf-8"))
    for path in [root, *root.rglob("*")]:
        if not path.is_symlink():
            executable = path.is_dir() or path.stat().st_mode & 0o100
            is_library = ".so" in path.suffixes
            path.chmod(0o755 if executable and not is_library else 0o644)
        os.utime(path, (source.epoch, source.epoch), follow_symlinks=False)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _write_gzip(path: Path, content: bytes) -> None:
    _write(path, gzip.compress(content, 9, mtime=0))


def needed_glibc(root: Path) -> str:
    """The newest version of the C library that a file below ``root`` asks for."""
    found = {"2.17"}
    for path in root.rglob("*"):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    found |= {n.decode() for n in re.findall(rb"\0GLIBC_(2\.\d+)\0", file.read())}
    return max(found, key=lambda version: int(version.split(".")[1]))


def build_deb(source: Source, onedir: Path, dist: Path) -> Path:
    """Writes the .deb; its path. Raises RuntimeError."""
    architecture = run("dpkg", "--print-architecture").strip()
    target = dist / f"codecommit-doctor_{source.version}_{architecture}.deb"
    with tempfile.TemporaryDirectory(prefix="codecommit-doctor-") as work:
        root = Path(work, "root")
        stage(source, onedir, root)
        documents = root / "usr/share/doc/codecommit-doctor"
        _write(documents / "copyright", _copyright().encode())
        _write_gzip(documents / "changelog.gz", _debian_changelog(source).encode("utf-8"))
        _write(root / "DEBIAN" / "control", _control(source, root, architecture).encode())
        _write(root / "DEBIAN" / "md5sums", "".join(_md5_sums(root)).encode())
        for path in root.rglob("*"):
            os.utime(path, (source.epoch, source.epoch), follow_symlinks=False)
        words = ("--build", "--root-owner-group", "-Zxz", root, target)
        run("dpkg-deb", *words, variables=source.environment)
    return target


def _copyright() -> str:
    return _COPYRIGHT.format(homepage=HOMEPAGE, library=_LIBRARY)


def _debian_changelog(source: Source) -> str:
    date = format_datetime(datetime.fromtimestamp(source.epoch, timezone.utc))
    return (
        f"codecommit-doctor ({source.version}) unstable; urgency=medium\n\n"
        f"  * Release {source.version}; {HOMEPAGE}/blob/main/CHANGELOG.md tells of it.\n\n"
        f" -- {_MAINTAINER}  {date}\n"
    )


def _control(source: Source, root: Path, architecture: str) -> str:
    size = sum(path.lstat().st_size for path in root.rglob("*")) // 1024
    fields = {
        "Package": "codecommit-doctor",
        "Version": source.version,
        "Architecture": architecture,
        "Maintainer": _MAINTAINER,
        "Installed-Size": str(size),
        "Depends": f"libc6 (>= {needed_glibc(root)}), git",
        "Suggests": "awscli",
        "Section": "vcs",
        "Priority": "optional",
        "Homepage": HOMEPAGE,
        "Description": "\n ".join((SUMMARY, *DESCRIPTION)),
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def _md5_sums(root: Path) -> Iterator[str]:
    import hashlib

    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink() and "DEBIAN" not in path.parts:
            sum = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
            yield f"{sum}  {path.relative_to(root)}\n"


_RPM = """\
Name: codecommit-doctor
Version: {version}
Release: 1
Summary: {summary}
License: Apache-2.0
URL: {homepage}
BuildArch: {architecture}
AutoReqProv: no
Requires: git
Requires: glibc >= {glibc}

%global __os_install_post %{{nil}}
%global _build_id_links none
%global debug_package %{{nil}}

%description
{description}

%install
cp -a {root}/. %{{buildroot}}/

%files
{files}
"""


def build_rpm(source: Source, onedir: Path, dist: Path) -> Path:
    """Writes the .rpm; its path. Raises RuntimeError."""
    architecture = os.uname().machine
    with tempfile.TemporaryDirectory(prefix="codecommit-doctor-") as work:
        root, spec = Path(work, "root"), Path(work, "codecommit-doctor.spec")
        stage(source, onedir, root)
        text = _RPM.format(
            version=source.version,
            summary=SUMMARY[0].upper() + SUMMARY[1:],
            homepage=HOMEPAGE,
            architecture=architecture,
            glibc=needed_glibc(root),
            description="\n".join(DESCRIPTION),
            root=root,
            files="\n".join(_rpm_files(root)),
        )
        spec.write_text(text, "utf-8")
        macros = {
            "_topdir": f"{work}/rpm",
            "_rpmdir": f"{work}/rpms",
            "_binary_payload": "w6.gzdio",
            "_buildhost": "release",
            "use_source_date_epoch_as_buildtime": "1",
            "clamp_mtime_to_source_date_epoch": "1",
        }
        words = [w for name, value in macros.items() for w in ("--define", f"{name} {value}")]
        run("rpmbuild", "-bb", "--target", architecture, *words, spec, variables=source.environment)
        (made,) = Path(work, "rpms").rglob("*.rpm")
        return Path(shutil.copy(made, dist / made.name))


def _rpm_files(root: Path) -> Iterator[str]:
    yield "%defattr(-,root,root)"
    yield f"/{_LIBRARY}"
    yield from ("/usr/bin/codecommit-doctor", "/usr/bin/git-codecommit-doctor")
    yield "%doc /usr/share/man/man1/*"
    yield from (f"/{place}" for place in _COMPLETIONS.values())


def has_rpmbuild() -> bool:
    return shutil.which("rpmbuild") is not None


def installed_files(deb: Path) -> list[str]:
    """What a .deb holds, as ``dpkg-deb --contents`` lists it."""
    done = subprocess.run(["dpkg-deb", "--contents", deb], check=True, capture_output=True)
    return done.stdout.decode("utf-8").splitlines()
