from __future__ import annotations

from tests.conftest import HELPER, Sandbox


def test_on(healthy: Sandbox) -> None:
    assert healthy.examine().status("use-http-path") == "pass"


def test_missing(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", f"[credential]\n\thelper = {HELPER}\n")
    done = healthy.examine()
    assert done.with_status("fail") == {"use-http-path"}
    assert done.code == 1
