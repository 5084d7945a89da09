"""A real browser for the tests of pages: Chromium, driven over the W3C WebDriver protocol."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["AUDITS", "Browser", "axe_core", "missing", "started"]

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1000,1000",
)
_PATIENCE = 120.0
AUDIT = "axe.run({resultTypes: ['violations']})"
"""What a page breaks, by axe-core; of what it holds to, no more than the names of the rules."""

AUDITS = {
    "light": AUDIT,
    "dark": AUDIT.replace(
        "({", "({runOnly: {type: 'rule', values: ['color-contrast', 'link-in-text-block']}, "
    ),
}
"""By the colours that are worn: all rules, then those about colours; nothing else is another."""


@cache
def axe_core() -> Path | None:
    """The script of the npm package: named by AXE_CORE, of this folder, or installed globally."""
    named = Path(os.environ.get("AXE_CORE", ""))
    if named.is_file():
        return named
    places = [Path("node_modules")]
    if npm := shutil.which("npm"):
        done = subprocess.run([npm, "root", "--global"], capture_output=True, text=True)
        places.append(Path(done.stdout.strip() or "."))
    found = [place / "axe-core" / "axe.min.js" for place in places]
    return next((path for path in found if path.is_file()), None)


def missing() -> str | None:
    """Which of the programs is not there."""
    for names in (("chromium", "chromium-browser", "google-chrome"), ("chromedriver",)):
        if not any(map(shutil.which, names)):
            return f"{names[0]} is not installed"
    return None


class Browser:
    """One window. Scripts of a test run beside the page's own, whatever its policy says."""

    def __init__(self, driver: str, folder: Path) -> None:
        self._address = driver
        chrome = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
        flags = [*_FLAGS, f"--user-data-dir={folder / 'profile'}"]
        options = {"args": flags, **({"binary": chrome} if chrome else {})}
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
            "timeouts": {"script": int(_PATIENCE * 1000)},
        }
        made = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._address += f"/session/{made['sessionId']}"
        self._ask("POST", "/url", {"url": "about:blank"})  # the page it starts with has scripts

    def open(self, page: Path) -> None:
        self._ask("POST", "/url", {"url": page.as_uri()})

    def run(self, script: str, *arguments: object) -> Any:
        """What a script returns, which may be a promise."""
        return self._ask("POST", "/execute/sync", {"script": script, "args": arguments})

    def tell(self, command: str, **parameters: object) -> Any:
        """A command of the DevTools protocol."""
        words = {"cmd": command, "params": parameters}
        return self._ask("POST", "/goog/cdp/execute", words)

    def wears(self, scheme: str) -> None:
        """Asks for ``light`` or ``dark``."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.tell("Emulation.setEmulatedMedia", features=features)

    def type(self, keys: str) -> None:
        """Presses keys one after another; those without a letter have WebDriver's code points."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        words = {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]}
        self._ask("POST", "/actions", words)

    def complaints(self) -> list[str]:
        """What stands in the console since the last call: errors, breaches of the policy."""
        return [entry["message"] for entry in self._ask("POST", "/se/log", {"type": "browser"})]

    def requests(self) -> list[str]:
        """The addresses that were asked for since the last call."""
        events = self._ask("POST", "/se/log", {"type": "performance"})
        messages = [json.loads(event["message"])["message"] for event in events]
        sent = [m for m in messages if m["method"] == "Network.requestWillBeSent"]
        return [message["params"]["request"]["url"] for message in sent]

    def alert(self) -> str | None:
        """The text of a dialogue that is open."""
        try:
            return str(self._ask("GET", "/alert/text"))
        except urllib.error.HTTPError:
            return None

    def screenshot(self, file: Path) -> None:
        """The whole page, from top to bottom."""
        picture = self.tell("Page.captureScreenshot", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(picture["data"]))

    def close(self) -> None:
        self._ask("DELETE", "")

    def _ask(self, method: str, path: str, words: object = None) -> Any:
        data = None if words is None else json.dumps(words).encode()
        request = urllib.request.Request(self._address + path, data, method=method)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
            return json.load(answer)["value"]


@contextmanager
def started(folder: Path) -> Iterator[Browser]:
    """A browser with a profile of its own; it and its driver are gone afterwards."""
    words = ["chromedriver", "--port=0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as driver:
        assert driver.stdout
        try:
            ports = (re.search(r"on port (\d+)\.", line) for line in driver.stdout)
            port = next(filter(None, ports))[1]
            browser = Browser(f"http://127.0.0.1:{port}", folder)
            try:
                yield browser
            finally:
                browser.close()
        finally:
            driver.terminate()
