"""What the check of git-remote-codecommit makes of facts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from codecommit_doctor.check import (
    CredentialSettings,
    CredentialSource,
    Entry,
    Environment,
    Kind,
    Libraries,
    Result,
    Target,
    Unstartable,
)
from tests import facts
from tests.facts import URL, entry, git, seen, target

GRC = "codecommit::us-east-2://work@demo"
MINE = "/opt/bin/git-remote-codecommit"
LIBRARIES = Libraries(
    "/opt/bin/python", "3.12", "1.40", "1.17", frozenset({"us-east-2"}), True, True, True
)


def remote(
    url: str = GRC,
    *,
    libraries: Libraries | None = LIBRARIES,
    source: CredentialSource | None = None,
    chain: tuple[str, ...] = (),
    entries: tuple[Entry, ...] = (),
    variables: Mapping[str, str] | None = None,
    submodule: str | None = None,
    of_profiles: Mapping[str, str] | None = None,
    windows: bool = False,
    **program: Any,
) -> Result:
    """program: what git-remote-codecommit tells."""
    asked: list[str] = []
    settings = git(*chain, entries=entries or (entry("x", "core.editor"),))
    credential = settings.credential

    def spy(named: Target) -> CredentialSettings:
        asked.append(named.url)
        return credential(named)

    settings.credential = spy  # type: ignore[method-assign, assignment]
    has = {"path": MINE, "python_is_gone": False, "interpreter": None, "installer": None} | program
    helper = SimpleNamespace(
        **{name: has[name] for name in ("path", "python_is_gone", "interpreter", "installer")},
        obstacle=lambda: has.get("obstacle"),
        libraries=lambda: libraries,
        said_of_missing=lambda: has.get("said", ""),
        off_the_path=lambda: has.get("lost"),
        unstartable=lambda: has.get("mode"),
    )
    profiles = SimpleNamespace(
        default_name=lambda: "default",
        setting=lambda profile, name: (of_profiles or {}).get(f"{profile}.{name}"),
        source=lambda profile: source or CredentialSource(Kind.KEYS, profile),
    )
    result = facts.ask(
        facts.check("remote-helper"),
        target(url)._replace(submodule=submodule),
        settings,
        helper,
        profiles,
        facts.host("Windows" if windows else "Linux"),
        Environment(variables or {}),
    )
    region = target(url).region or "us-east-1"
    assert set(asked) <= {f"https://git-codecommit.{region}.amazonaws.com/v1/repos/"}
    return result


SAID = "git: 'remote-codecommit' is not a git command. See 'git --help'.\nmore"


@pytest.mark.parametrize(
    ("more", "status", "code", "confirmed"),
    [
        ({"url": URL}, "skip", "other-address", False),
        ({}, "pass", None, False),
        ({"libraries": None}, "pass", None, False),
        ({"path": None}, "fail", "not-found", False),
        ({"path": None, "said": SAID}, "fail", "not-found", True),
        ({"path": None, "mode": Unstartable(MINE, "644")}, "fail", "no-permission", False),
        ({"python_is_gone": True, "interpreter": "/gone"}, "fail", "python-is-gone", False),
        ({"obstacle": "No module named x"}, "fail", "does-not-start", True),
        ({"submodule": "lib"}, "fail", "protocol-not-allowed", False),
        ({"url": "codecommit::eu-west-1://demo"}, "fail", "botocore-too-old-for-region", True),
        ({"url": "codecommit::eu-wset-1://demo"}, "pass", None, False),
    ],
)
def test_git_remote_codecommit(
    more: dict[str, Any], status: str, code: str | None, confirmed: bool
) -> None:
    result = remote(**more)
    assert seen(result) == (status, code, confirmed)
    assert bool(result.advice) is (status == "fail")
    if code == "python-is-gone":
        assert (result.evidence[0].origin.file, result.evidence[0].origin.line) == (MINE, 1)
    if status == "pass":
        assert result.evidence[0].fact == MINE
        assert len(result.evidence) == (1 if "libraries" in more else 2)


NEVER = entry("never", "protocol.codecommit.allow", line=7)


@pytest.mark.parametrize(
    ("entries", "variables", "submodule", "words", "origin"),
    [
        ((NEVER, entry("x", "core.editor")), {}, None, "for the address: protocol.", 7),
        ((NEVER,), {}, "lib", "for the submodule: protocol.codecommit.allow forbids it", 7),
        ((entry("always", NEVER.key, line=3), NEVER), {}, None, "forbids it", 7),
        ((), {}, "lib", "for no submodule while protocol.codecommit.allow is not set", None),
        ((), {"GIT_ALLOW_PROTOCOL": "https"}, None, "GIT_ALLOW_PROTOCOL forbids it", None),
        ((NEVER,), {"GIT_ALLOW_PROTOCOL": "https"}, None, "GIT_ALLOW_PROTOCOL forbids it", None),
    ],
)
def test_a_protocol_that_git_may_not_use(
    entries: tuple[Entry, ...], variables: dict[str, str], submodule: str | None, words: str,
    origin: int | None,
) -> None:  # fmt: skip
    result = remote(entries=entries, variables=variables, submodule=submodule)
    assert seen(result) == ("fail", "protocol-not-allowed", False)
    assert words in result.summary
    (fact,), (step,) = result.evidence, result.advice
    assert fact.origin.line == origin
    if variables:
        assert fact.fact == "GIT_ALLOW_PROTOCOL=https"
        assert "GIT_ALLOW_PROTOCOL" in step.text
    else:
        assert step.command[-2:] == ("protocol.codecommit.allow", "always")
        assert ("is not set" in fact.fact) is (origin is None)


def test_a_program_that_is_missing() -> None:
    assert remote(path=None).evidence == ()
    said = remote(path=None, said=SAID)
    assert [item.fact for item in said.evidence] == [SAID.splitlines()[0]]
    lost = remote(path=None, said="fatal: x", lost=Path("/home/me/.local/bin/grc"))
    assert [item.fact[:8] for item in lost.evidence] == ["fatal: x", "it is at"]
    assert lost.advice[0].text.endswith("on the PATH")
    assert remote(path=None).advice[0].command[0] == "pipx"
    assert remote(path=None, windows=True).advice[0].command[:3] == ("py", "-m", "pip")


@pytest.mark.parametrize(
    ("installer", "windows", "again", "upgrade"),
    [
        ("pipx", False, ("pipx", "reinstall"), ("pipx", "runpip")),
        ("pipx", True, ("pipx", "reinstall"), ("pipx", "runpip")),
        ("uv", False, ("pipx", "install"), ("uv", "tool")),
        (None, False, ("pipx", "install"), ("/opt/bin/python", "-m")),
        (None, True, ("py", "-m"), ("/opt/bin/python", "-m")),
    ],
)
def test_how_it_is_mended(
    installer: str | None, windows: bool, again: tuple[str, ...], upgrade: tuple[str, ...]
) -> None:
    more: dict[str, Any] = {"installer": installer, "windows": windows}
    for broken in (remote(obstacle="x", **more), remote(python_is_gone=True, **more)):
        assert broken.advice[0].command[:2] == again
    old = remote("codecommit::eu-west-1://demo", **more)
    assert old.advice[0].command[:2] == upgrade
    assert old.advice[0].command[-1] == "botocore"


@pytest.mark.parametrize(
    ("url", "variables", "of_profiles", "code"),
    [
        ("codecommit://demo", {"AWS_DEFAULT_REGION": "eu-west-1"}, {}, "region"),
        ("codecommit://demo", {"AWS_DEFAULT_REGION": "us-east-2"},
         {"default.region": "eu-west-1"}, None),
        ("codecommit://demo", {}, {"default.region": "eu-west-1"}, "region"),
        ("codecommit://work@demo", {}, {"default.region": "eu-west-1"}, None),
        ("codecommit://work@demo", {}, {"work.region": "eu-west-1"}, "region"),
        ("codecommit://demo", {}, {}, None),
        (GRC, {"AWS_DEFAULT_REGION": "eu-west-1"}, {}, None),
    ],
)  # fmt: skip
def test_a_region_that_its_botocore_does_not_know(
    url: str, variables: dict[str, str], of_profiles: dict[str, str], code: str | None
) -> None:
    result = remote(url, variables=variables, of_profiles=of_profiles)
    assert result.code == (code and "botocore-too-old-for-region")


SESSION = CredentialSource(Kind.SSO, "work", session="corp")
LOGIN = CredentialSource(Kind.LOGIN, "work")


@pytest.mark.parametrize(
    ("source", "lacks", "code", "words"),
    [
        (SESSION, {}, None, ""),
        (SESSION, {"sso_session": False}, "botocore-too-old-for-sso", "reads no sso-session"),
        (CredentialSource(Kind.SSO, "work"), {"sso_session": False}, None, ""),
        (CredentialSource(Kind.ROLE, "work", session="corp"), {"sso_session": False}, None, ""),
        (LOGIN, {}, None, ""),
        (LOGIN, {"login": False}, "cannot-read-aws-login", "is too old (1.40)"),
        (LOGIN, {"crt": False}, "cannot-read-aws-login", "has no awscrt"),
        (CredentialSource(Kind.KEYS, "work"), {"login": False, "crt": False}, None, ""),
    ],
)
def test_logins_that_its_botocore_does_not_read(
    source: CredentialSource, lacks: dict[str, bool], code: str | None, words: str
) -> None:
    result = remote(source=source, libraries=replace(LIBRARIES, **lacks))
    assert seen(result) == ("fail" if code else "pass", code, False)
    assert words in result.summary
    assert bool(result.advice) is (code is not None)
    if code == "cannot-read-aws-login":
        assert result.advice[0].command[-1] == "botocore[crt]"
        assert "work-git" in result.advice[1].text
        nameless = remote(
            source=source._replace(profile=None), libraries=replace(LIBRARIES, **lacks)
        )
        assert "default-git" in nameless.advice[1].text


@pytest.mark.parametrize("libraries", [LIBRARIES, None])
@pytest.mark.parametrize("url", [GRC, "codecommit://demo", "codecommit::eu-west-3://demo"])
def test_stores_keep_what_it_signs(libraries: Libraries | None, url: str) -> None:
    known = libraries and replace(libraries, regions=frozenset({"us-east-2", "eu-west-3"}))
    result = remote(url, chain=("store", "!gh auth git-credential"), libraries=known)
    kept = [item.fact for item in result.evidence if "keeps each password" in item.fact]
    assert len(kept) == 1
    assert kept[0].startswith("credential.helper=store keeps")
