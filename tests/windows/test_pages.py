"""Lines of the pages for cmd, typed in cmd."""

from __future__ import annotations

import re

import pytest

from tests.facts import check
from tests.windows.machine import URL, Windows


def _line(id: str, start: str) -> str:
    """The one line of a page's blocks that begins so, for the repository of the machine."""
    (line,) = re.findall(rf"(?m)^ {{4,}}({re.escape(start)}.*)$", check(id).page)
    return str(line).replace("https://HOST/v1/repos/NAME", URL)


def test_the_line_that_asks_the_helpers(windows: Windows) -> None:
    """By way of a file: the cmd of wine hands nothing through a pipe, not even to find."""
    line = _line("credential-handshake", 'set "GCM_INTERACTIVE=never"')
    before, _, behind = line.partition("| ")
    done = windows.run_line(f'cmd /d /s /c "{before}>asked & {behind} <asked"')
    assert re.search(r"password=\d{8}T\d{6}Z[0-9a-f]{64}", done.out), done


@pytest.mark.parametrize(("text", "is_read"), [("/", True), ("\\", False)])
def test_the_helper_with_a_full_path(windows: Windows, text: str, is_read: bool) -> None:
    line = _line("aws-cli-version", "helper = !'C:/").replace("/", text)
    windows.write(".gitconfig", f"[credential]\n\t{line}\n\tUseHttpPath = true\n")
    done = windows.fill()
    assert ("password=" in done.out, "bad config line" in done.err) == (is_read, not is_read), done
