"""Home folders: Git's and the AWS CLI's, which are not always one on Windows."""

from __future__ import annotations

import os
import re
from pathlib import Path

__all__ = ["git_files", "git_folder", "git_home", "in_git_home", "windows_home"]

IS_WINDOWS = os.name == "nt"


def git_home() -> Path:
    """The folder that Git takes for the home.

    On Windows: HOME, else HOMEDRIVE and HOMEPATH if that folder exists, else USERPROFILE. Source:
    setup_windows_environment() of compat/mingw.c. The AWS CLI's home there is USERPROFILE alone.
    """
    if home := os.environ.get("HOME"):
        return Path(home)
    if IS_WINDOWS:
        drive, path = os.environ.get("HOMEDRIVE"), os.environ.get("HOMEPATH")
        if drive is not None and path is not None and Path(drive + path).is_dir():
            return Path(drive + path)
    return Path(os.path.expanduser("~"))


def git_folder() -> Path:
    """Where Git looks for your files beside the home itself. Source: git-config(1), "FILES"."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or git_home() / ".config", "git")


def git_files() -> list[Path]:
    """The files of yours and of the system's that Git or libcurl may read, there or not."""
    of_home = (".gitconfig", ".git-credentials", ".netrc", "_netrc")
    of_folder = ("config", "credentials", "ignore", "attributes")
    variables = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG", "NETRC")
    named = filter(None, map(os.environ.get, variables))
    files = [*(git_home() / name for name in of_home), *(git_folder() / name for name in of_folder)]
    return [*files, Path("/etc/gitconfig"), *(Path(os.path.expanduser(name)) for name in named)]


def in_git_home(path: str) -> str:
    """A path as Git and its shell read it: ``~/`` is Git's home."""
    if path == "~" or path.startswith(("~/", "~\\")):
        return str(git_home()) + path[1:]
    return os.path.expanduser(path)


def windows_home() -> Path | None:
    """In WSL, the person's home in Windows; None if it can't be told.

    WSL puts the PATH of Windows behind its own, with ``AppData`` of that home in it.
    """
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if found := re.match(r"((?:/\w+)*/[A-Za-z]/Users/[^/]+)/AppData/", folder):
            return Path(found[1])
    return None
