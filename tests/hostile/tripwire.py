"""A machine on which nothing that a clone chose may run, be read, be written or be called.

The clone's settings lead to tripwires: a program that leaves a mark, a file that must not change, a
port that must not be called. ``intact`` tells which of them was touched.
"""

from __future__ import annotations

import hashlib
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import Sandbox

URL = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo"

_PLACEHOLDERS = {
    "alias.*": ["alias.remote-codecommit", "alias.credential-manager", "alias.config"],
    "credential.<url>.*": [
        "credential.https://git-codecommit.us-east-2.amazonaws.com.helper",
        "credential.https://*.helper",
    ],
    "http.<url>.*": [
        f"http.https://git-codecommit.us-east-2.amazonaws.com.{name}"
        for name in ("proxy", "cookieFile", "sslCert", "sslKey", "sslCAInfo", "extraHeader")
    ],
    "includeIf.<condition>.path": ["includeIf.gitdir:/.path"],
    "feature.*": [],
    "bundle.<id>.*": [],
}
_NAMES = {
    "<name>": ["origin", "https", "demo"],
    "<cmd>": ["config", "remote", "credential", "ls-remote"],
    "<url>": ["https://git-codecommit"],
}


class Tripwires:
    """The wires around one machine."""

    def __init__(self, box: Sandbox, folder: Path) -> None:
        self.box = box
        self.mark = folder / "ran"
        self.program = folder / "wire"
        self.program.write_text(f'#!/bin/sh\necho "$0 $@" >> {self.mark}\nexit 0\n', "utf-8")
        self.program.chmod(0o755)
        self.precious = box.write("precious", "# Netscape HTTP Cookie File\nprecious\n")
        self.calls = 0
        self.port = 0

    def values(self, key: str) -> str:
        """What the key leads to, by what its name says that it is."""
        name = key.lower()
        if any(word in name for word in ("proxy", "uri", ".url", "pushurl", "insteadof")):
            return f"http://127.0.0.1:{self.port}/"
        if "cookiefile" in name or name.startswith("include"):
            return str(self.precious)
        if any(word in name for word in ("file", "cainfo", "capath", "sslcert", "sslkey", "path")):
            return str(self.precious)
        if name.startswith(("alias.", "credential.")):
            return f"!{self.program}; :"
        return f"{self.program}"

    def touched(self) -> list[str]:
        """The wires that were touched."""
        found = []
        if self.mark.exists():
            found.append(f"ran: {self.mark.read_text('utf-8')}")
        if self.precious.read_text("utf-8") != "# Netscape HTTP Cookie File\nprecious\n":
            found.append("the precious file was written")
        if self.calls:
            found.append("the port was called")
        return found

    def home(self) -> dict[str, str]:
        """The hash of every file of the home, the clone's own left out."""
        return {
            str(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.box.home.rglob("*"))
            if path.is_file() and self.box.clone not in path.parents
        }


@contextmanager
def tripwires(box: Sandbox, folder: Path) -> Iterator[Tripwires]:
    """Wires, with their port open."""
    wires = Tripwires(box, folder)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        wires.port = server.getsockname()[1]
        done = threading.Event()

        def count() -> None:
            while not done.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                wires.calls += 1
                connection.close()

        thread = threading.Thread(target=count, daemon=True)
        thread.start()
        try:
            yield wires
        finally:
            done.set()
            thread.join()


def settings_of_git() -> list[str]:
    """Every setting that ``git help --config`` lists, with names for its placeholders."""
    done = subprocess.run(["git", "help", "--config"], capture_output=True, text=True, check=True)
    keys: dict[str, None] = {}
    for line in done.stdout.splitlines():
        listed = line.strip()
        if not listed or " " in listed or "." not in listed:
            continue
        for key in _PLACEHOLDERS.get(listed, [listed]):
            for named in _named(key):
                keys[named] = None
    more = ["core.fsmonitor", "trace2.eventTarget", "core.pager", "remote.origin.vcs"]
    return list(dict.fromkeys([*keys, *more]))


def _named(key: str) -> list[str]:
    for placeholder, names in _NAMES.items():
        if placeholder in key:
            return [key.replace(placeholder, name) for name in names]
    if "<" in key:
        return [key[: key.index("<")] + "x" + key[key.index(">") + 1 :]]
    return [] if "*" in key else [key]


def config_text(pairs: list[tuple[str, str]]) -> str:
    """Settings as a clone's configuration has them."""
    lines = []
    for key, value in pairs:
        first, last = key.find("."), key.rfind(".")
        section = key[:first]
        if first < last:
            section += f' "{key[first + 1 : last]}"'
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'[{section}]\n\t{key[last + 1 :]} = "{quoted}"\n')
    return "".join(lines)
