"""From words on the command line to targets, in real clones."""

from __future__ import annotations

from pathlib import Path

import pytest

from codecommit_doctor.engine.discovery import (
    Discovery,
    DiscoveryError,
    discover,
    discover_below,
)
from codecommit_doctor.engine.machine import Machine
from tests.conftest import HELPER, URL, Sandbox

OTHER = "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/other"


def found(*words: str, region: str | None = None, profile: str | None = None) -> Discovery:
    machine = Machine()
    machine.ask_for(region=region, profile=profile, offline=True)
    return discover(words, machine)


def addresses(*words: str) -> list[tuple[str, str]]:
    return [(target.name, target.url) for target in found(*words).targets]


def test_without_words_the_clones_remotes(inside: Sandbox) -> None:
    inside.git("remote", "add", "second", OTHER)
    inside.git("remote", "add", "elsewhere", "https://github.com/x/y")
    assert addresses() == [("origin", URL), ("second", OTHER)]


def test_an_address_is_a_target_anywhere(inside: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(inside.home)
    assert addresses(OTHER) == [(OTHER, OTHER)]
    assert addresses("codecommit::eu-west-1://x")[0][1] == "codecommit::eu-west-1://x"


def test_a_password_in_an_address_is_not_its_name(inside: Sandbox) -> None:
    (target,) = found(OTHER.replace("//", "//me:hunter2@")).targets
    assert (target.user, "hunter2" in target.name) == ("me", False)


def test_a_remotes_name(inside: Sandbox) -> None:
    inside.git("remote", "add", "second", OTHER)
    assert addresses("second") == [("second", OTHER)]
    assert addresses("second", "origin", "second") == [("second", OTHER), ("origin", URL)]


def test_the_path_of_a_clone(inside: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    away = inside.home / "an other clone"
    inside.git("init", "--quiet", str(away))
    inside.git("remote", "add", "origin", OTHER, cwd=away)
    (target,) = found(str(away)).targets
    assert (target.url, target.directory) == (OTHER, away)
    monkeypatch.chdir(inside.home)
    assert addresses("an other clone") == [("origin", OTHER)]
    assert addresses("./clone") == [("origin", URL)]


def test_a_remotes_name_comes_before_a_directory_of_that_name(inside: Sandbox) -> None:
    (inside.clone / "origin").mkdir()
    assert addresses("origin") == [("origin", URL)]


def test_a_subdirectory_belongs_to_its_clone(
    inside: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inside.clone / "sub").mkdir()
    assert addresses("sub") == [("origin", URL)]
    monkeypatch.chdir(inside.clone / "sub")
    assert addresses() == [("origin", URL)]


def test_rewritten_addresses_are_those_that_git_uses(inside: Sandbox) -> None:
    inside.git("config", "url.https://git-codecommit.eu-west-1.amazonaws.com/.insteadOf", "cc:")
    inside.git("remote", "add", "short", "cc:v1/repos/other")
    (target,) = found("short").targets
    assert (target.url, target.written_url) == (OTHER, "cc:v1/repos/other")
    inside.git("config", "url.https://mirror.example/.insteadOf", URL)
    assert [target.name for target in found().targets] == ["short"]


def test_an_address_given_is_rewritten_too(inside: Sandbox) -> None:
    inside.git(
        "config",
        "url.https://git-codecommit-fips.us-east-2.amazonaws.com/.insteadOf",
        "https://git-codecommit.us-east-2.amazonaws.com/",
    )
    (target,) = found(URL).targets
    assert (target.name, target.written_url) == (URL, URL)
    assert target.host == "git-codecommit-fips.us-east-2.amazonaws.com"


def test_an_address_for_pushing_alone_is_a_target_of_its_own(inside: Sandbox) -> None:
    inside.git("config", "remote.origin.pushurl", OTHER)
    assert addresses() == [("origin", URL), ("origin (push)", OTHER)]
    inside.git("config", "remote.origin.url", "https://github.com/x/y")
    assert addresses() == [("origin (push)", OTHER)]
    assert addresses("origin") == [("origin (push)", OTHER)]


def test_an_address_rewritten_for_pushing_is_a_target_of_its_own(inside: Sandbox) -> None:
    inside.git("config", "url.codecommit::us-east-2://demo.pushInsteadOf", URL)
    assert addresses() == [("origin", URL), ("origin (push)", "codecommit::us-east-2://demo")]


@pytest.mark.parametrize("kind", ["worktree", "bare", "submodule", "GIT_DIR"])
def test_every_kind_of_clone(inside: Sandbox, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    inside.git("-c", "user.name=x", "-c", "user.email=x@x", "commit", "--allow-empty", "-qm", "x")
    where = inside.home / kind
    if kind == "worktree":
        inside.git("worktree", "add", "-q", str(where))
    elif kind == "bare":
        inside.git("init", "-q", "--bare", str(where))
        inside.git("remote", "add", "origin", URL, cwd=where)
    elif kind == "submodule":
        allow = ("-c", "protocol.file.allow=always")
        inside.git(*allow, "submodule", "--quiet", "add", str(inside.clone), "sub")
        where = inside.clone / "sub"
        inside.git("remote", "set-url", "origin", URL, cwd=where)
        inside.git("remote", "remove", "origin")
    else:
        where.mkdir()
        monkeypatch.setenv("GIT_DIR", str(inside.clone / ".git"))
    monkeypatch.chdir(where)
    assert addresses() == [("origin", URL)]


def test_a_clone_without_a_codecommit_remote_is_the_machine_in_general(inside: Sandbox) -> None:
    inside.git("remote", "set-url", "origin", "https://github.com/x/y")
    discovery = found()
    assert [target.assumed for target in discovery.targets] == [True]
    assert "no remote of this clone leads to CodeCommit" in discovery.notices[0]


def in_general(inside: Sandbox, monkeypatch: pytest.MonkeyPatch, **asked: str) -> list[str]:
    monkeypatch.chdir(inside.home)
    discovery = found(region=asked.get("region"), profile=asked.get("profile"))
    assert all(target.assumed for target in discovery.targets)
    return [f"{target.host} {target.region}" for target in discovery.targets]


PUBLIC = "git-codecommit.{}.amazonaws.com"


def test_nothing_configured_names_no_region(
    inside: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert in_general(inside, monkeypatch) == [f"{PUBLIC.format('us-east-1')} None"]


def test_the_region_asked_for_wins(inside: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    inside.write(".aws/config", "[default]\nregion = eu-west-1\n[profile p]\nregion = eu-west-2\n")
    assert in_general(inside, monkeypatch) == [f"{PUBLIC.format('eu-west-1')} eu-west-1"]
    assert in_general(inside, monkeypatch, profile="p") == [
        f"{PUBLIC.format('eu-west-2')} eu-west-2"
    ]
    monkeypatch.setenv("AWS_REGION", "eu-west-3")
    assert in_general(inside, monkeypatch, profile="p") == [
        f"{PUBLIC.format('eu-west-3')} eu-west-3"
    ]
    asked = in_general(inside, monkeypatch, profile="p", region="cn-north-1")
    assert asked == [f"{PUBLIC.format('cn-north-1')}.cn cn-north-1"]


def test_the_hosts_that_the_configuration_names(
    inside: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = "vpce-1-a.git-codecommit.us-east-1.vpce.amazonaws.com"
    inside.write(
        ".gitconfig",
        f'[credential "https://{host}"]\n\thelper = {HELPER}\n'
        f'[credential "https://{PUBLIC.format("sa-east-1")}/"]\n\thelper = {HELPER}\n'
        '[credential "https://git-codecommit.*.amazonaws.com"]\n\thelper =\n',
    )
    expected = [f"{host} us-east-1", f"{PUBLIC.format('sa-east-1')} sa-east-1"]
    assert in_general(inside, monkeypatch) == expected


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("https://github.com/x/y", "https://github.com/x/y is not an address of CodeCommit"),
        ("https://me:hunter2@github.com/x", "https://…@github.com/x is not an address"),
        ("nothing", "nothing is neither an address, nor a remote here, nor a directory"),
        ("elsewhere", "the remote elsewhere leads to https://…@github.com/x/y, which is not"),
        ("..", ".. is not a Git clone"),
        ("", " is neither an address"),
        ("\0", "is neither an address"),
        ("x" * 5000, "is neither an address"),
    ],
)
def test_words_that_name_nothing(inside: Sandbox, word: str, says: str) -> None:
    inside.git("remote", "add", "elsewhere", "https://me:hunter2@github.com/x/y")
    with pytest.raises(DiscoveryError) as refused:
        found(word)
    assert says in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_a_word_that_is_a_file(inside: Sandbox) -> None:
    Path("file").write_text("", "utf-8")
    with pytest.raises(DiscoveryError, match="neither"):
        found("file")


def test_without_git_an_address_is_still_a_target(
    inside: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(inside.home))
    assert addresses(URL) == [(URL, URL)]
    assert [target.assumed for target in found().targets] == [True]


def test_remote_of_the_branch_comes_first_and_else_origin(inside: Sandbox) -> None:
    inside.git("remote", "add", "backup", OTHER)
    assert [name for name, _ in addresses()] == ["origin", "backup"]
    inside.git("checkout", "-qb", "feature/a.b")
    inside.git("config", "branch.feature/a.b.remote", "backup")
    assert [name for name, _ in addresses()] == ["backup", "origin"]
    inside.git("config", "--replace-all", "branch.feature/a.b.remote", "gone")
    assert [name for name, _ in addresses()] == ["origin", "backup"]


def test_an_address_in_place_of_a_remotes_name(inside: Sandbox) -> None:
    """The branch's own comes first; a name is no address."""
    third = OTHER.replace("other", "third")
    for key, value in (
        ("branch.topic.remote", "origin"),
        ("branch.topic.pushRemote", OTHER),
        ("branch.main.remote", third),
        ("remote.pushDefault", OTHER),
        ("branch.far.remote", "https://github.com/x/y"),
        ("branch.here.remote", "."),
    ):
        inside.git("config", key, value)
    (inside.clone / ".git" / "HEAD").write_text("ref: refs/heads/main\n", "ascii")
    targets = found().targets
    assert [(target.name, target.url) for target in targets] == [
        ("branch main", third),
        ("origin", URL),
        ("branch topic", OTHER),
    ]
    assert [target.pushes for target in targets] == [False, False, True]
    assert addresses("origin") == [("origin", URL)]


MANY = {
    "remotes": '[remote "r{}"]\n\turl = {}\n',
    "urls of one remote": '[remote "one"]\n\tfetch = {}\n\turl = {}\n',
    "branches": '[branch "b{}"]\n\tremote = {}\n',
    "branches by a rule": '[branch "b{}"]\n\tremote = c{}\n[url "http"]\n\tinsteadOf = chttp\n',
}


@pytest.mark.parametrize("kind", MANY)
def test_a_clone_can_not_keep_the_doctor_busy(inside: Sandbox, kind: str) -> None:
    """Of the addresses that a clone names, the first ones are looked at, and a notice says so."""
    config = inside.clone / ".git" / "config"
    lines = [MANY[kind].format(number, f"{URL}{number}") for number in range(300)]
    config.write_text(config.read_text("utf-8") + "".join(lines), "utf-8")
    told = found()
    assert len(told.targets) == 50
    assert told.notices[0].startswith("50 of ")
    assert len(found(".").targets) == 50
    machine = Machine()
    below = discover_below(inside.clone, machine)
    assert (len(below.targets), len(below.notices)) == (50, 1)
    assert addresses("origin")[0] == ("origin", URL)


def test_sections_of_a_clone_name_some_hosts(inside: Sandbox) -> None:
    inside.write(".aws/config", "")
    sections = [
        f'[credential "https://git-codecommit.{number}.example"]\n\thelper = cache\n'
        for number in range(300)
    ]
    (inside.clone / ".git" / "config").write_text("".join(sections), "utf-8")
    assert len(found().targets) == 50


def test_a_clone_that_git_refuses_is_not_passed_over(inside: Sandbox) -> None:
    inside.git("init", "--quiet", str(inside.home / "broken"))
    (inside.home / "broken" / ".git" / "config").write_text("[x\n", "utf-8")
    told = discover_below(inside.home, Machine())
    assert told.notices == ("git refuses broken: bad config line 1 in file .git/config",)
    with pytest.raises(DiscoveryError, match="at CodeCommit; git refuses broken: bad config"):
        discover_below(inside.home / "broken", Machine())
