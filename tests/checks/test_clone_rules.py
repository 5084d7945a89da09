"""What the checks of a clone's address and of Git's own files make of facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from codecommit_doctor.check import Environment, Result
from codecommit_doctor.probes.files import Unreadable
from codecommit_doctor.probes.git import Configuration
from codecommit_doctor.probes.git_config import Entry
from tests import facts

BASE = f"https://{facts.HOST}"
CLONE = Path("/clone")


@dataclass
class Git(facts.GitFacts):
    """words: why git can't read its configuration. refused: why it refuses the clone."""

    words: str | None = None
    late: bool = False
    refused: str | None = None
    path: str = "/usr/bin/git"
    directory: Path = CLONE

    def configuration(self) -> Configuration:
        return Configuration(self.entries, self.words, self.late)

    def refusal(self) -> str | None:
        return self.refused


def asking(*helpers: str) -> tuple[Entry, ...]:
    return tuple(facts.entry(helper, line=line) for line, helper in enumerate(helpers, 2))


# the address


def address(url: str, *, written: str | None = None, **more: Any) -> Result:
    """What ``repository-url`` says of a remote with this address; written: before Git's rules."""
    target = facts.cloned(url, written)._replace(**more)
    remote = facts.entry(written or url, "remote.origin.url", file="/clone/.git/config")
    rules = (facts.entry(written, f"url.{url}.insteadof", line=3),) if written else ()
    return facts.ask(facts.check("repository-url"), target, Git(entries=(remote,), rules=rules))


@pytest.mark.parametrize(
    ("url", "status", "right"),
    [
        (f"{BASE}/v1/repos/demo", "pass", None),
        (f"{BASE}:443/v1/repos/demo/", "pass", None),
        (f"{BASE}/v1/repos/demo.git", "fail", f"{BASE}/v1/repos/demo"),
        (f"{BASE}/demo", "fail", f"{BASE}/v1/repos/demo"),
        (f"{BASE}/v1/demo", "fail", f"{BASE}/v1/repos/demo"),
        (f"{BASE}/v1/repos/a/b", "fail", None),
        (f"{BASE}/v1/repos/", "fail", None),
        (f"{BASE}/demo?a=b", "fail", f"{BASE}/v1/repos/demo"),
        (f"{BASE}/demo#a", "fail", f"{BASE}/v1/repos/demo"),
        (f"ssh://{facts.HOST}/v1/repos/demo.git", "fail", f"ssh://{facts.HOST}/v1/repos/demo"),
        ("https://git-codecomit.us-east-2.amazonaws.com:443/v1/repos/demo", "fail",
         f"{BASE}:443/v1/repos/demo"),
        ("https://vpce-0a1b.git-codecomit.us-east-2.vpce.amazonaws.com/v1/repos/demo", "fail",
         None),
        ("https://us-east-2.console.aws.amazon.com/codesuite/codecommit/repositories/a%20b/browse",
         "fail", None),
        (f"codecommit::{BASE}/v1/repos/a%20b", "fail", None),
        ("codecommit:demo", "fail", None),
        (f"{BASE}/x/y/demo", "fail", f"{BASE}/v1/repos/demo"),
        (f"{BASE}/v1/repos/demo ", "fail", f"{BASE}/v1/repos/demo"),
        (f"http://{facts.HOST}/v1/repos/demo", "fail", f"{BASE}/v1/repos/demo"),
        (f"http://{facts.HOST}:8080/v1/repos/demo", "fail", f"{BASE}:8080/v1/repos/demo"),
        (f"https://{facts.HOST.upper()}/v1/repos/demo", "warn", f"{BASE}/v1/repos/demo"),
        (f"ssh://APKAEXAMPLE@{facts.HOST}/v1/repos/demo.git", "fail",
         f"ssh://APKAEXAMPLE@{facts.HOST}/v1/repos/demo"),
        (f"APKAEXAMPLE@{facts.HOST}:v1/repos/demo.git", "fail",
         f"ssh://APKAEXAMPLE@{facts.HOST}/v1/repos/demo"),
        (f"https://me@{facts.HOST}/v1/repos/demo.git", "fail", f"{BASE}/v1/repos/demo"),
        (f"HTTPS://{facts.HOST}/v1/repos/demo", "fail", f"{BASE}/v1/repos/demo"),
        (f"https://me:a/b@{facts.HOST}/v1/repos/demo", "fail", f"{BASE}/v1/repos/demo"),
        (f"https://me:a/b@{facts.HOST}/v1/repos/", "fail", None),
        (f"{facts.HOST}/v1/repos/demo", "fail", f"{BASE}/v1/repos/demo"),
        ("../demo", "fail", None),
        ("https://codecommit.us-east-2.amazonaws.com/v1/repos/demo", "fail",
         f"{BASE}/v1/repos/demo"),
        ("https://codecommit-fips.us-east-2.amazonaws.com/v1/repos/demo", "fail",
         "https://git-codecommit-fips.us-east-2.amazonaws.com/v1/repos/demo"),
        ("https://git-codecomit.cn-north-1.amazonaws.com.cn/v1/repos/demo", "fail",
         "https://git-codecommit.cn-north-1.amazonaws.com.cn/v1/repos/demo"),
        ("https://git-codecommit.amazonaws.com/v1/repos/demo", "fail", None),
        ("https://git-codecommit.us-east-2.example.org/v1/repos/demo", "fail", None),
        ("https://console.aws.amazon.com/codesuite/codecommit/repositories/demo/browse"
         "?region=us-east-2", "fail", f"{BASE}/v1/repos/demo"),
        ("https://us-east-2.console.aws.amazon.com/codesuite/codecommit/repositories/demo/browse",
         "fail", f"{BASE}/v1/repos/demo"),
        ("https://us-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/demo/browse"
         "?region=us-east-2", "fail", f"{BASE}/v1/repos/demo"),
        ("https://us-east-2.console.aws.amazon.com/codesuite/codecommit/repositories",
         "fail", None),
        ("https://console.aws.amazon.com/codesuite/codecommit/repositories/demo", "fail", None),
        (f"codecommit::{BASE}/v1/repos/demo", "fail", "codecommit::us-east-2://demo"),
        ("codecommit::https://git-codecommit.x.amazonaws.com/v1/repos/demo", "fail", None),
        ("codecommit::us-east-2://work@demo", "pass", None),
        ("codecommit::us-east-2://work@demo.git", "fail", None),
    ],
)  # fmt: skip
def test_addresses(url: str, status: str, right: str | None) -> None:
    result = address(url)
    code = {"pass": None, "warn": "doubtful", "fail": "wrong" if right else "no-address"}[status]
    assert (result.status.value, result.code) == (status, code), result.summary
    fixed = result.fix and facts.first_edit(result).steps[0][-1]
    assert fixed == right
    assert bool(result.advice) is (status != "pass" and right is None)
    if right:
        assert address(right).status.value == "pass"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (f"{BASE}/v1/repos/", "it names no repository"),
        ("https://codecommit.amazonaws.com/v1/repos/demo", "is not a host name"),
        (f"{BASE}/v1/repos/demo.git", "do not end in .git"),
        (f"{BASE}/v1/repos/demo\u200b", "an invisible character"),
        (f"{BASE}/v1/repos/{'a' * 101}", "at most 100 letters"),
        (f"{BASE}/demo", "its path is not /v1/repos/NAME"),
        ("https://codecommit.us-east-2.amazonaws.com/v1/repos/demo", "begins with git-"),
        ("https://git-codecomit.us-east-2.amazonaws.com/v1/repos/demo", "is not a host name"),
    ],
)
def test_one_fault_is_told_once(url: str, words: str) -> None:
    summary = address(url).summary
    assert words in summary
    assert summary.startswith("the address is wrong: ")
    assert summary.count("; ") == summary.count("API; ")


def test_a_doubt_is_told_as_one() -> None:
    summary = address(f"https://{facts.HOST.upper()}/v1/repos/demo").summary
    assert summary.startswith("the address may not work: the AWS CLI reads no region")


def test_a_wrong_path_is_no_missing_name() -> None:
    assert "names no repository" not in address(f"{BASE}/a/b/c/d").summary


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        (f"me:secret@{facts.HOST}/v1/repos/demo.git", "do not end in .git"),
    ],
)
def test_a_password_is_not_written_by_a_fix(rest: str, words: str) -> None:
    result = address(f"https://{rest}")
    assert words in result.summary
    assert (result.code, result.fix) == ("wrong", None)
    assert f"{BASE}/v1/repos/demo" in result.advice[0].text


def test_a_rule_that_spoils_a_right_address_is_named() -> None:
    spoiled = address(f"{BASE}/v1/repos/demo.git", written=f"{BASE}/v1/repos/demo")
    assert (spoiled.status.value, spoiled.code, spoiled.fix) == ("fail", "rule", None)
    assert "/home/me/.gitconfig" in spoiled.advice[0].text
    assert len(spoiled.evidence) == 2
    both = address(f"{BASE}/v1/repos/demo.git", written=f"{BASE}/demo.git")
    assert both.code == "wrong"
    for other in ({"written": "cc:demo"}, {"written": BASE, "written_url": None}):
        assert address(f"{BASE}/v1/repos/demo.git", **other).code == "wrong"


@pytest.mark.parametrize(
    ("url", "explains"),
    [
        (f"{BASE}/v1/repos/demo.git", True),
        (f"{BASE}/v1/repos/demo", False),
        (f"{BASE}/v1/repos/", False),
        (f"http://{facts.HOST}/v1/repos/demo.git", False),
        ("https://git-codecomit.us-east-2.amazonaws.com/v1/repos/demo.git", False),
    ],
)
def test_what_git_says_is_explained_where_git_gets_so_far(url: str, explains: bool) -> None:
    assert (address(url).explains == ("git-access/not-found", "git-access")) is explains


def test_an_assumed_address_is_not_judged() -> None:
    result = address(f"{BASE}/v1/repos/demo.git", assumed=True)
    assert (result.status.value, result.code) == ("skip", "not-named")


# git's own files


@dataclass
class Files:
    """folders, locked, wide: paths that are folders, may not be read, are in UTF-16."""

    folders: tuple[str, ...] = (".", "/home/me")
    locked: tuple[str, ...] = ()
    wide: tuple[str, ...] = ()
    yours: tuple[Path, ...] = (Path("/home/me/.gitconfig"), Path("/home/me/.config/git/config"))

    def is_folder(self, path: str) -> bool:
        return Path(path).as_posix() in self.folders

    def of_yours(self) -> tuple[Path, ...]:
        return self.yours

    def unreadable(self, path: Path) -> Unreadable | None:
        return Unreadable(path, "root", 0o600) if path.as_posix() in self.locked else None

    def utf_16(self, path: Path) -> bool:
        return path.as_posix() in self.wide


@dataclass
class Host(facts.HostFacts):
    def command(self, words: tuple[str, ...]) -> str:
        return " ".join(words)


def configuration(
    git: Git | None = None,
    files: Files | None = None,
    variables: Mapping[str, str] | None = None,
    system: str = "Linux",
    assumed: bool = False,
    url: str = facts.URL,
) -> Result:
    given = {"HOME": "/home/me"} if variables is None else variables
    return facts.ask(
        facts.check("git-configuration"),
        facts.target(url)._replace(assumed=assumed),
        git or Git(),
        Host(system),
        files or Files(),
        Environment(given),
    )


def test_git_waits_for_a_file_that_does_not_end() -> None:
    result = configuration(Git(words="git waits for /etc/gitconfig, which is a named pipe"))
    assert (result.status.value, result.code) == ("fail", "not-a-file")
    (fact,) = result.evidence
    assert (fact.origin.file, fact.fact) == (
        *("/etc/gitconfig", "it is a named pipe, to which nobody writes"),
    )
    assert result.summary == "Git hangs: it waits for /etc/gitconfig, which is a named pipe"
    assert result.advice


DUBIOUS = "fatal: detected dubious ownership in repository at '/clone'"
ELSEWHERE = "fatal: not a git repository: /moved/.git/worktrees/x"
TOO_NEW = "fatal: unknown repository extension found: refstorage"
TRUST = ("git", "config", "--global", "--add", "safe.directory", str(CLONE))
MINE, FOLDER = "/home/me/.gitconfig", CLONE.as_posix()
LINE = "fatal: bad config line 12 in file /home/me/.gitconfig"


@pytest.mark.parametrize(
    ("ask", "status", "code"),
    [
        (lambda: configuration(), "pass", None),
        (lambda: configuration(Git(late=True)), "warn", "late"),
        (lambda: configuration(Git(refused=DUBIOUS)), "pass", None),
        (lambda: configuration(Git(refused=DUBIOUS), assumed=True), "fail", "refused-clone"),
        (
            lambda: configuration(Git(refused=DUBIOUS, words=LINE), assumed=True),
            "fail",
            "malformed",
        ),
        (lambda: configuration(assumed=True), "pass", None),
        (lambda: configuration(variables={}), "fail", "no-home"),
        (lambda: configuration(variables={}, url="codecommit://demo"), "warn", "no-home"),
        (lambda: configuration(variables={"HOME": "/gone"}), "fail", "no-home"),
        (lambda: configuration(Git(asking(facts.AWS)), variables={}), "warn", "no-home"),
        (
            lambda: configuration(Git(asking(facts.AWS), words=LINE), variables={}),
            "fail",
            "no-home",
        ),
        (lambda: configuration(variables={}, system="Windows"), "pass", None),
        (lambda: configuration(variables={"GIT_CONFIG_GLOBAL": "/f"}), "pass", None),
        (lambda: configuration(files=Files(locked=(MINE,))), "fail", "no-permission"),
        (
            lambda: configuration(Git(asking(facts.AWS)), Files(locked=(MINE,))),
            "warn",
            "no-permission",
        ),
        (lambda: configuration(Git(words=LINE)), "fail", "malformed"),
        (lambda: configuration(Git(words=ELSEWHERE)), "fail", "leads-nowhere"),
        (lambda: configuration(Git(refused=TOO_NEW), assumed=True), "fail", "refused-clone"),
        (
            lambda: configuration(Git(words="fatal: x"), Files(wide=(FOLDER,), locked=(FOLDER,))),
            "fail",
            "malformed",
        ),
        (lambda: configuration(Git(words=LINE), Files(wide=(MINE,))), "fail", "other-encoding"),
        (
            lambda: configuration(
                Git(words="fatal: unable to access '/etc/gitconfig': Permission denied"),
                Files(locked=("/etc/gitconfig",)),
            ),
            "fail",
            "no-permission",
        ),
    ],
)
def test_git_configuration(ask: Callable[[], Result], status: str, code: str | None) -> None:
    result = ask()
    assert (result.status.value, result.code) == (status, code), result.summary
    assert bool(result.advice) is (status in ("fail", "warn"))


def test_only_a_clone_of_another_is_to_be_trusted() -> None:
    (step,) = configuration(Git(refused=DUBIOUS), assumed=True).advice
    assert step.command == TRUST
    other = configuration(Git(refused="fatal: not a git repository"), assumed=True)
    assert (other.summary, other.advice) == ("git refuses this clone: not a git repository", ())


def test_a_git_file_that_leads_nowhere_is_no_wrong_line() -> None:
    result = configuration(Git(words=ELSEWHERE))
    assert result.summary == "the file .git leads to no Git repository: /moved/.git/worktrees/x"
    assert result.advice[0].command == ("git", "worktree", "repair", str(CLONE))


@pytest.mark.parametrize("words", [TOO_NEW, "fatal: expected git repo version <= 0, found 1"])
def test_a_clone_that_a_newer_git_made(words: str) -> None:
    (step,) = configuration(Git(refused=words), assumed=True).advice
    assert "newer one" in step.text


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (LINE, "/home/me/.gitconfig, line 12"),
        (f"error: bad config line 2 in file a\n{LINE}\nhint: x", "/home/me/.gitconfig, line 12"),
        ("error: bad numeric config value in file 'x y' at line 7", "x y, line 7"),
        ("fatal: unable to access '/etc/gitconfig': Permission denied", "the file that git names"),
        ("fatal: unknown error", "the file that git names"),
    ],
)  # fmt: skip
def test_the_place_that_git_names(words: str, place: str) -> None:
    result = configuration(Git(words=words))
    assert f"Correct {place} in" in result.advice[0].text
    assert len(result.evidence) == len(words.splitlines())
    last = [line for line in words.splitlines() if line.startswith("fatal: ")] or [words]
    told = last[-1].removeprefix("fatal: ")
    assert result.summary == f"git can't read its configuration: {told}"
    assert (result.evidence[0].origin.text == place) is (", line " in place)


def test_of_many_words_the_first_are_told() -> None:
    assert len(configuration(Git(words="\n".join("abcdef"))).evidence) == 4


def test_files_are_counted_once() -> None:
    entries = tuple(facts.entry("v", "a.b", file=file) for file in ("/a", "/a", "/b", None))
    assert "(2 files)" in configuration(Git(entries=entries)).summary


def test_what_home_is() -> None:
    result = configuration(variables={"HOME": "/gone"})
    assert result.summary.startswith("HOME is /gone, which is not a folder")
    assert result.evidence[0].fact == "HOME=/gone"
    assert 'export HOME="$(eval echo ~$(id -un))"' in result.advice[0].text
    result = configuration(variables={})
    assert result.summary.startswith("HOME is not set")
    assert result.evidence[0].fact == "not set"


# other gits


def others(git: Git, *gits: Git, url: str = facts.URL) -> Result:
    found = SimpleNamespace(others=lambda: gits)
    return facts.ask(facts.check("git-installations"), facts.target(url), git, found)


def of(path: str, *helpers: str, words: str | None = None) -> Git:
    return Git(asking(*helpers), path=path, words=words)


HERE = of("/usr/bin/git", facts.AWS)
FOR_OTHERS = "!gh auth git-credential"


@pytest.mark.parametrize(
    ("ask", "status", "code"),
    [
        (lambda: others(HERE), "skip", "only-one"),
        (lambda: others(HERE, of("/b", facts.AWS)), "pass", None),
        (lambda: others(HERE, of("/b", facts.AWS, "store")), "pass", None),
        (lambda: others(HERE, of("/b", FOR_OTHERS, facts.AWS)), "pass", None),
        (lambda: others(HERE, of("/b", "store", facts.AWS)), "warn", "other-git-differs"),
        (lambda: others(HERE, of("/b")), "warn", "other-git-differs"),
        (lambda: others(HERE, of("/b", "store", words="fatal: bad")), "pass", None),
        (lambda: others(of("/a", "store"), of("/b", "store")), "skip", "not-needed"),
        (lambda: others(of("/a"), of("/b", facts.AWS)), "skip", "not-needed"),
        (
            lambda: others(HERE, of("/b", "store"), url="ssh://git@" + facts.HOST),
            "skip",
            "no-helper-asked",
        ),
    ],
)
def test_other_gits(ask: Callable[[], Result], status: str, code: str | None) -> None:
    result = ask()
    assert (result.status.value, result.code) == (status, code)
    assert bool(result.advice) is (status == "warn")


def test_each_git_and_what_it_asks() -> None:
    broken, same = of("/b", words="fatal: bad"), of("/c", facts.AWS)
    result = others(HERE, broken, same, of("/d"), of("/e", "store"))
    assert result.summary.startswith("/d asks other helpers than /usr/bin/git")
    told = [(item.fact, item.origin.text) for item in result.evidence]
    assert told[:2] == [("asked", "/usr/bin/git"), ("can't be asked", "/b")]
    assert told[3] == ("asks no helper", "/d")
    assert told[4] == ("asks store", "/e")
    assert len(told) == 6  # with the setting of the one that asks another helper
