"""The Python that a program of pip's was installed for, and what its botocore can do.

Asked of that interpreter itself: the program that really signs is judged by its own libraries, not
by ours.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from codecommit_doctor.probes.files import read_regular
from codecommit_doctor.probes.process import run

__all__ = ["Libraries", "absolute_path", "interpreter_of", "libraries_of"]

_SHELL_SCRIPT = re.compile(rb"#!/bin/sh\n'''exec' \"?(?P<python>[^\"\n]+?)\"? \"\$0\"")
"""How pip writes a first line that is too long or has spaces."""

_LAUNCHER = re.compile(rb"#!\s*\"?([^\"\r\n\0]+?\.exe)\"?\s*\r?\n")
"""In a launcher of Windows: the line before the archive at its end."""

_QUESTIONS = """
import importlib, json, sys
found = {"python": "%d.%d.%d" % sys.version_info[:3]}
try:
    try:
        name = sys.argv[1]
        botocore = importlib.import_module(name)
    except ImportError:
        name = "botocore"
        botocore = importlib.import_module(name)
    credentials = importlib.import_module(name + ".credentials")
    found["botocore"] = botocore.__version__
    session = importlib.import_module(name + ".session").Session()
    found["regions"] = sorted({region for partition in session.get_available_partitions()
        for region in session.get_available_regions("codecommit", partition)})
    sso = getattr(credentials, "SSOProvider", None)
    found["sso_session"] = hasattr(sso, "_SSO_REQUIRED_CONFIG_VARS")
    found["login"] = hasattr(credentials, "LoginProvider")
except ImportError as error:
    found["missing"] = str(error)
try:
    import awscrt
    found["crt"] = True
except ImportError:
    found["crt"] = False
try:
    from importlib.metadata import version
    found["program"] = version("git-remote-codecommit")
except Exception:
    pass
print(json.dumps(found))
"""


class Libraries(Struct, frozen=True):
    """What an interpreter has.

    python, botocore, program: versions, "" if unknown; program: of git-remote-codecommit. regions:
    those that its botocore knows CodeCommit in. sso_session, login, crt: whether it reads profiles
    with an sso-session and of ``aws login``, and has the library that the latter needs.
    """

    interpreter: str
    python: str
    botocore: str
    program: str
    regions: frozenset[str]
    sso_session: bool
    login: bool
    crt: bool


def absolute_path() -> str:
    """The PATH without its relative folders, which mean another place in every folder."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if Path(folder).is_absolute())


def interpreter_of(program: str) -> str | None:
    """The Python that a script or a launcher names; None if it names none."""
    try:
        head = read_regular(program, 4096)
        if head.startswith(b"MZ"):
            with Path(program).open("rb") as file:
                file.seek(max(0, Path(program).stat().st_size - 4_000_000))
                found = _LAUNCHER.findall(file.read())
                return os.fsdecode(found[-1]) if found else None
    except OSError:
        return None
    if exec_line := _SHELL_SCRIPT.match(head):
        return os.fsdecode(exec_line["python"])
    first = os.fsdecode(head.partition(b"\n")[0]).strip()
    if not first.startswith("#!"):
        return None
    words = first.removeprefix("#!").strip()
    if words.startswith("/usr/bin/env "):
        name = next((word for word in words.split()[1:] if not word.startswith("-")), "")
        import shutil

        return shutil.which(name, path=absolute_path()) if "/" not in name else None
    return words if Path(words).exists() or " " not in words else words.split()[0]


def libraries_of(interpreter: str, folder: Path, module: str = "botocore") -> Libraries | None:
    """What this Python has; None if it can't be asked.

    Args:
        interpreter: an absolute path.
        folder: an empty one to run in.
        module: the botocore to ask, ``awscli.botocore`` for the one inside the AWS CLI 1, which
            takes the usual one where it has none.
    """
    name = os.path.basename(interpreter).lower()
    if not Path(interpreter).is_absolute() or not name.startswith(("python", "pypy")):
        return None
    outcome = run([interpreter, "-c", _QUESTIONS, module], cwd=folder, env=_environment())
    try:
        told = json.loads(outcome.text)
    except ValueError:
        return None
    if not isinstance(told, dict) or "botocore" not in told:
        return None
    return Libraries(
        interpreter,
        str(told.get("python", "")),
        str(told["botocore"]),
        str(told.get("program", "")),
        frozenset(map(str, told.get("regions", ()))),
        bool(told.get("sso_session")),
        bool(told.get("login")),
        bool(told.get("crt")),
    )


def _environment() -> Mapping[str, str | None]:
    """Python's own variables without relative folders, and no profile: a session looks it up first.

    The folder that Python runs in is not searched.
    """
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    kept = os.pathsep.join(path for path in paths if Path(path).is_absolute())
    python = {"PYTHONPATH": kept or None, "PYTHONSAFEPATH": "1", "PYTHONSTARTUP": None}
    files = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")
    none = dict.fromkeys(("AWS_PROFILE", "AWS_DEFAULT_PROFILE"))
    return python | none | dict.fromkeys(files, os.devnull)
