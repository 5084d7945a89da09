"""Becoming another user, for root alone: their rights, home folder and environment.

The environment is what ``su - NAME`` gives: their own login files have a say in it, with their own
rights. Nothing of theirs is run or read with root's.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

from codecommit_doctor.probes.programs import find

__all__ = ["CannotBecome", "become", "environment_of", "own_files"]

_PATIENCE = 30.0
"""Seconds for the login files."""


class CannotBecome(Exception):
    """The message is for the user."""


def environment_of(name: str) -> dict[str, str]:
    """The environment of a fresh login.

    Raises:
        CannotBecome: there is no such account, we are not root, or the account can't log in.
    """
    if os.name != "posix":
        raise CannotBecome("--user is not supported on Windows: run this program as that user")
    if os.geteuid() != 0:
        raise CannotBecome("--user is only for root")
    import pwd

    try:
        pwd.getpwnam(name)
    except (KeyError, ValueError):
        raise CannotBecome(f"there is no account {name!a}") from None
    program = find("su")
    if program is None:
        raise CannotBecome("--user needs the program su")
    mark = secrets.token_hex(16)
    words = [program, "-", name, "-c", f"printf %s {mark}; env -0"]
    try:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            start_new_session=True,
            cwd="/",
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotBecome(f"su - {name}: {error}") from None
    _, found, listing = done.stdout.partition(mark.encode())
    if done.returncode or not found:
        told = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
        raise CannotBecome(f"su - {name} does not work here: {told[-300:] or done.returncode}")
    entries = (os.fsdecode(entry).partition("=") for entry in listing.split(b"\0"))
    return {key: value for key, equals, value in entries if equals and key}


def become(name: str, environment: dict[str, str]) -> None:
    """Gives up root's rights for good, in this process, and goes to that user's home.

    Raises:
        CannotBecome: that user can't read this program's own files.
    """
    import pwd

    account, files = pwd.getpwnam(name), own_files()
    os.initgroups(name, account.pw_gid)
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    os.environ.clear()
    os.environ.update(environment)
    try:
        os.chdir(environment.get("HOME") or account.pw_dir)
    except OSError:
        os.chdir("/")  # as su does
    for file in files:
        if not os.access(file, os.R_OK):
            folder = Path(file).parent
            raise CannotBecome(
                f"{name} can't read this program, which lies in {folder}: "
                "install it where everybody can read it, or run it by their own account"
            )


def own_files() -> list[str]:
    """Files of this program, of what it needs, and of its Python.

    In the folder that brings a Python of its own, the program holds the modules of the other two.
    """
    if getattr(sys, "frozen", False):
        return [__file__, sys.executable]
    import msgspec

    return [__file__, msgspec.__file__, os.__file__]
