"""Looking changes no byte of the home, whatever credential helpers stand in the chain."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import HELPER, Sandbox
from tests.hostile.tripwire import URL, Tripwires
from tests.lab.programs import put_manager

LOOKS: list[tuple[str, ...]] = [
    ("--offline",),
    (),
    (URL + "-two", "--offline"),
    ("--all-repositories", ".", "--offline"),
    ("explain-error", "fatal: Authentication failed"),
    ("checks",),
    ("--show-settings",),
    ("--dry-run", "--offline"),
]
CHAINS = {
    "store": "\thelper = store\n",
    "cache": "\thelper = cache --timeout=60\n",
    "manager": "\thelper = manager\n\tcredentialStore = plaintext\n",
}
CHAINS["all"] = "".join(CHAINS.values())


@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize("name", CHAINS)
def test_looking_changes_nothing(healthy: Sandbox, tmp_path: Path, name: str, behind: bool) -> None:
    if name in ("manager", "all"):
        put_manager(healthy.bin, tmp_path)
    aws = f"\thelper = {HELPER}\n"
    chain = aws + CHAINS[name] if behind else CHAINS[name] + aws
    healthy.write(".gitconfig", f"[credential]\n{chain}\tUseHttpPath = true\n")
    healthy.write(".git-credentials", "https://me:it@example.org\n")
    wires = Tripwires(healthy, tmp_path)
    before = wires.home()
    for words in LOOKS:
        healthy.doctor(*words)
        assert wires.home() == before, words
