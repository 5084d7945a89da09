"""Real repositories, served by git's own ``git http-backend`` as a CGI program."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.lab.wire import Answer, Request

SYSTEM_PATH = os.defpath if sys.platform == "win32" else "/usr/local/bin:/usr/bin:/bin"

_LIMIT = 60.0
"""Seconds for one request."""


def server_environment(home: Path) -> dict[str, str]:
    """For the server's own git: nothing of this machine's configuration reaches it."""
    return {
        "PATH": os.environ.get("PATH", SYSTEM_PATH),
        "HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "LANG": "C.UTF-8",
    }


def create(folder: Path, *, empty: bool = False) -> None:
    """Makes a bare repository with one commit on the branch main, or with none."""
    folder.mkdir(parents=True)
    env = server_environment(folder)
    run = ["git", "-c", "init.defaultBranch=main", "-c", "gc.auto=0"]
    subprocess.run([*run, "init", "--quiet", "--bare", str(folder)], env=env, check=True)
    if empty:
        return
    stream = (
        "commit refs/heads/main\n"
        "committer Lab <lab@example.com> 1700000000 +0000\n"
        "data 5\nfirst\nM 100644 inline README\ndata 6\nhello\n\n"
    )
    subprocess.run(
        ["git", "--git-dir", str(folder), "fast-import", "--quiet"],
        input=stream.encode(),
        env=env,
        check=True,
    )


def serve(folder: Path, request: Request, inner_path: str, user: str) -> Answer:
    """Answers a request of git's smart protocol.

    folder: the bare repository. inner_path: what follows its URL, such as /info/refs. user: who
    asks; git http-backend allows a push only with a name.
    """
    env = server_environment(folder) | {
        "GIT_PROJECT_ROOT": str(folder),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": inner_path,
        "QUERY_STRING": request.query,
        "REQUEST_METHOD": request.method,
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "REMOTE_USER": user,
        "REMOTE_ADDR": "127.0.0.1",
        "GIT_PROTOCOL": request.headers.get("git-protocol", ""),
        "HTTP_CONTENT_ENCODING": request.headers.get("content-encoding", ""),
    }
    done = subprocess.run(
        ["git", "-c", "safe.directory=*", "http-backend"],
        input=request.body,
        env=env,
        capture_output=True,
        timeout=_LIMIT,
    )
    return _from_cgi(done.stdout)


def _from_cgi(output: bytes) -> Answer:
    """Splits what a CGI program printed (RFC 3875, section 6) into an answer."""
    head, _, body = output.partition(b"\r\n\r\n")
    status, headers = 200, []
    for line in head.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "status":
            status = int(value.split()[0])
        elif value:
            headers.append((name, value.strip()))
    return Answer(status, body, headers)
