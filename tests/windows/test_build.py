"""The building of the Windows machine, with parts that are made at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.windows import build, recipe


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is made, one after another; nothing is, in truth."""
    names: list[str] = []

    def make(name: str, *given: Path | None) -> None:
        names.append(" ".join([name, *("nothing" for part in given if part is None)]))

    def machine(made: Path, git: Path, packages: Path) -> None:
        make("machine", git, packages)
        (made / "prefix").mkdir()

    monkeypatch.setenv("CODECOMMIT_DOCTOR_WINDOWS", str(tmp_path))
    monkeypatch.setattr(build, "reason_against", lambda: None)
    monkeypatch.setattr(build, "_version_of", lambda program: program)
    monkeypatch.setattr(recipe, "make_curl", lambda made: make("curl"))
    monkeypatch.setattr(recipe, "make_git", lambda made, curl: make("git", curl))
    monkeypatch.setattr(recipe, "make_packages", lambda made: make("packages"))
    monkeypatch.setattr(recipe, "make_machine", machine)
    return names


def test_each_part_is_made_once(made: list[str]) -> None:
    first = build.build()
    assert made == ["curl", "git", "packages", "machine"]
    assert build.build() == first == build.built()
    assert len(made) == 4


def test_without_libcurl_the_machine_is_made_until_it_can_be_had(
    made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    can_be_had = recipe.make_curl

    def cannot(folder: Path) -> None:
        raise RuntimeError("apt-get ended with 100")

    monkeypatch.setattr(recipe, "make_curl", cannot)
    said: list[str] = []
    poor = build.build(said.append)
    assert made == ["git nothing", "packages", "machine"]
    assert any("no HTTPS" in line and "apt-get ended with 100" in line for line in said)
    assert build.build(said.append) == poor == build.built()
    assert len(made) == 3
    monkeypatch.setattr(recipe, "make_curl", can_be_had)
    whole = build.build()
    assert made[3:] == ["curl", "git", "machine"]
    assert whole != poor
    assert build.built() == whole


def test_what_else_is_missing_is_told(made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(folder: Path, curl: Path | None) -> None:
        raise RuntimeError("make ended with 2")

    monkeypatch.setattr(recipe, "make_git", cannot)
    with pytest.raises(build.CannotBuild, match="make ended with 2"):
        build.build()
    assert build.built() is None
    assert made == ["curl"]
