"""What the checks of the chain of helpers make of facts, beyond test_helper_facts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from codecommit_doctor.check import (
    Answer,
    Entry,
    Flaw,
    Judgement,
    Result,
    Shape,
    Stored,
    WindowsCredential,
)
from tests import facts
from tests.facts import AWS, entry, seen, target

SIGNED, OTHER, GIT_CREDENTIALS = Shape.AWS_SIGNATURE, Shape.OTHER, Shape.GIT_CREDENTIALS
SSH = target("ssh://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo")
STORE, AWS_BEHIND = entry("store", line=2), entry(AWS, line=3)
FUNCTION = "!f() { echo password=x; }; f"


@pytest.mark.parametrize(
    "id", ["credential-manager-conflict", "config-shadowing", "use-http-path", "credential-helper"]
)
def test_an_address_that_asks_no_helper(id: str) -> None:
    check = facts.check(id)
    given = {"target": SSH, "git": facts.git(AWS), "signer": facts.signer(AWS)}
    result: Result = check.function(**{name: given.get(name) for name in check.reads})
    assert seen(result) == ("skip", "no-helper-asked", False)


# credential-manager-conflict


def conflict(
    *helpers: str | Entry,
    handshake: Any = None,
    netrc: Any = None,
    kept: tuple[WindowsCredential, ...] = (),
    stored: Stored | None = None,
    **git: Any,
) -> Result:
    """kept: by Windows. stored: what the helper named store has in its file."""
    return facts.ask(
        facts.check("credential-manager-conflict"),
        target(),
        facts.git(*helpers, **git),
        facts.signer(*helpers),
        handshake or facts.handshake(),
        SimpleNamespace(windows_credentials=lambda _: kept),
        SimpleNamespace(answering=lambda _: netrc),
        SimpleNamespace(
            stored=lambda _, helper, sends_path: stored if helper.value == "store" else None
        ),
    )


@pytest.mark.parametrize(
    ("aws", "first"),
    [
        (AWS, ()),
        (AWS.removeprefix("!"), ()),
        ("!f() { aws codecommit credential-helper $@", ("credential-helper",)),
    ],
)
def test_what_can_not_be_repaired_by_itself_is_mended_first(
    aws: str, first: tuple[str, ...]
) -> None:
    for answer in (None, facts.handshake(SIGNED, STORE, Flaw.OLD)):
        result = conflict(STORE, entry(aws, line=3), handshake=answer)
        assert (result.status.value, result.mend_first) == ("fail", first)
        assert ["see credential-helper" in step.text for step in result.advice][:1] == [bool(first)]


@pytest.mark.parametrize(
    ("helpers", "by", "meanings"),
    [
        (("store", "cache", AWS), 0, ["answers first", "asked first", "never asked"]),
        (("store", "cache", AWS), 2, ["asked first", "asked first", ""]),
        (("store", "cache", AWS), None, ["asked first", "asked first", ""]),
        (("store", AWS, "manager", FUNCTION), 0, ["answers first", "", "never asked"]),
        ((AWS, "manager", FUNCTION), 0, ["", ""]),
    ],
)
def test_the_part_of_each_helper(
    helpers: tuple[str, ...], by: int | None, meanings: list[str]
) -> None:
    who = None if by is None else entry(helpers[by], line=by + 2)
    result = conflict(*helpers, handshake=facts.handshake(SIGNED, who))
    assert [item.meaning for item in result.evidence] == meanings
    values = [item.fact.partition("=")[2] for item in result.evidence]
    assert len(values) == len(set(values))
    unasked = conflict(*helpers)
    assert "answers first" not in [item.meaning for item in unasked.evidence]


@pytest.mark.parametrize(
    ("by", "netrc", "code"),
    [
        (entry("netrc", line=2), None, "answers-otherwise"),
        (entry(AWS, line=3), object(), None),
        (None, object(), "asked-first"),
        (None, None, None),
    ],
)
def test_netrc_stores_nothing(by: Entry | None, netrc: Any, code: str | None) -> None:
    handshake = facts.handshake(OTHER if by and by.value == "netrc" else SIGNED, by)
    assert conflict("netrc", AWS, handshake=handshake, netrc=netrc).code == code
    if by is None:
        assert conflict("netrc", AWS, netrc=netrc).code == code


@pytest.mark.parametrize(
    ("helpers", "shape", "flaws", "code"),
    [
        (("store", AWS), SIGNED, (Flaw.OLD,), "asked-first"),
        (("store", AWS), GIT_CREDENTIALS, (), "asked-first"),
        (("store", AWS), OTHER, (), "asked-first"),
        ((FUNCTION, AWS), OTHER, (), "may-answer"),
    ],
)
def test_an_answer_of_the_aws_helper_blames_no_other(
    helpers: tuple[str, ...], shape: Shape, flaws: tuple[Flaw, ...], code: str
) -> None:
    handshake = facts.handshake(shape, AWS_BEHIND, *flaws)
    assert conflict(*helpers, handshake=handshake).code == code


def test_each_finding_has_a_way_out() -> None:
    said = ("git: 'credential-store' is not a git command",)
    found = {
        "answers-first": conflict(
            "store", AWS, handshake=facts.handshake(SIGNED, STORE, Flaw.OLD), version=(2, 8)
        ),
        "answers-otherwise": conflict(
            "store", AWS, handshake=facts.handshake(OTHER, STORE), version=(2, 8)
        ),
        "asked-first": conflict("store", AWS, version=(2, 8)),
        "not-found": conflict(
            "store", AWS, handshake=facts.handshake(Shape.EMPTY, said=said), version=(2, 8)
        ),
        "may-answer": conflict(FUNCTION, AWS, version=(2, 8)),
    }
    for code, result in found.items():
        assert result.code == code
        assert "has no reset: remove the other helper, or upgrade" in result.advice[0].text
    not_found = conflict("store", AWS, handshake=facts.handshake(Shape.EMPTY, said=said))
    assert (not_found.code, bool(not_found.fix), not_found.advice) == ("not-found", True, ())
    theirs = conflict("store", AWS, handshake=facts.handshake(GIT_CREDENTIALS, STORE))
    assert "remove the credential store" not in theirs.summary
    assert theirs.advice
    by_command = conflict(entry("store", scope="command", file=None), AWS_BEHIND)
    assert by_command.fix is None
    assert by_command.advice[0].text.startswith("Remove the helper from the command line")
    broken = "!aws codecommit credential-helper --frob $@"
    assert conflict("store", broken, version=(2, 8)).advice[0].text.endswith("or upgrade")


def test_helpers_are_named_as_people_know_them() -> None:
    manager = conflict(
        "manager", AWS, handshake=facts.handshake(OTHER, entry("manager", line=2))
    ).summary
    assert manager.startswith("Git Credential Manager answers before")
    function = conflict(
        FUNCTION, AWS, handshake=facts.handshake(OTHER, entry(FUNCTION, line=2))
    ).summary
    assert function.startswith("f answers before")


def test_one_helper_that_is_missing_beside_one_that_is_not() -> None:
    said = ("git: 'credential-store' is not a git command",)
    handshake = facts.handshake(Shape.EMPTY, said=said)
    result = conflict("store", "cache", AWS, handshake=handshake)
    assert result.code == "asked-first"
    assert "Git asks cache" in result.summary
    assert [step.command[1] for step in result.advice] == ["credential-cache"]
    result = conflict(FUNCTION, "store", AWS, handshake=handshake)
    assert result.code == "may-answer"
    assert result.summary.startswith("Git asks f before")


@pytest.mark.parametrize(
    ("name", "version", "kept", "command", "words"),
    [
        ("store", (2, 40), (), (), "git-credential-store holds, if any"),
        ("cache", (2, 40), (), ("git", "credential-cache", "exit"), ""),
        ("osxkeychain", (2, 40), (), ("git", "credential-osxkeychain", "erase"), "repeat it"),
        ("osxkeychain", (2, 99), (), ("git", "credential-osxkeychain", "erase"), ""),
        ("OSXKeychain", (2, 40), (), ("git", "credential-osxkeychain", "erase"), ""),
        ("libsecret", (2, 40), (), ("git", "credential-libsecret", "erase"), ""),
        ("wincred", (2, 40), (), ("git", "credential-wincred", "erase"), ""),
        ("manager", (2, 40), ("cmdkey", "/delete:x"), ("cmdkey", "/delete:x"), ""),
        ("manager", (2, 40), (), (), "if any"),
    ],
)
def test_how_a_stored_password_is_erased(
    name: str, version: tuple[int, ...], kept: Any, command: tuple[str, ...], words: str
) -> None:
    entries = (WindowsCredential("git:x", kept), WindowsCredential("git:y", ())) if kept else ()
    result = conflict(name, AWS, version=version, kept=entries)
    (step,) = result.advice
    assert step.optional
    assert step.command == command
    assert ("repeat it" in step.text) is (words == "repeat it")
    assert words in step.text
    if command[2:] == ("erase",):
        assert step.lines == ("protocol=https", f"host={facts.HOST}", "")


def test_an_exit_code_of_no_known_helper_blames_none() -> None:
    answer = Answer(None, Judgement(Shape.EMPTY), None, None, codes=(127,))
    assert conflict("store", AWS, handshake=facts.HandshakeFacts(answer)).code == "asked-first"


def test_what_stores_nothing_is_not_erased() -> None:
    assert conflict(FUNCTION, AWS).advice == ()


def test_only_what_is_refused_is_erased() -> None:
    old = Judgement(SIGNED, flaws=(Flaw.OLD,), explanation=("old",))
    refused, good = Stored("/f", 1, old, b"r"), Stored("/f", 1, Judgement(GIT_CREDENTIALS), b"r")
    for stored, edits in ((refused, 2), (good, 1), (None, 1)):
        result = conflict("store", AWS, stored=stored)
        assert result.fix
        assert len(result.fix.edits) == edits


# config-shadowing


def shadowing(
    *helpers: str | Entry,
    handshake: Any = None,
    unread: tuple[str, str] | None = None,
    missing: tuple[tuple[Entry, str], ...] = (),
    default: str = "default",
    **git: Any,
) -> Result:
    return facts.ask(
        facts.check("config-shadowing"),
        target(),
        facts.git(*helpers, **git),
        facts.signer(*helpers),
        facts.profiles(default=default),
        handshake or facts.handshake(),
        SimpleNamespace(with_aws_helper=lambda: unread, missing=lambda: missing),
    )


OWN = "credential.https://git-codecommit.*.amazonaws.com.helper"
TAKEN = entry(AWS, OWN, line=1)
RESET = entry("", line=3)
LEFT = entry("store", line=4)


@pytest.mark.parametrize(
    ("removed", "chain", "handshake", "status", "code", "confirmed"),
    [
        (TAKEN, (), None, "fail", "taken-away", False),
        (TAKEN, (LEFT,), None, "warn", "taken-away-by-configure", False),
        (TAKEN, (LEFT,), facts.handshake(GIT_CREDENTIALS, LEFT), "pass", None, False),
        (TAKEN, (LEFT,), facts.handshake(Shape.EMPTY), "fail", "taken-away-by-configure", True),
        (
            TAKEN,
            (LEFT,),
            facts.handshake(SIGNED, LEFT, Flaw.OLD),
            "fail",
            "taken-away-by-configure",
            True,
        ),
        (entry(AWS, line=1), (LEFT,), None, "pass", None, False),
        (entry(AWS, line=1), (LEFT,), facts.handshake(Shape.EMPTY), "pass", None, False),
    ],
)
def test_a_reset(
    removed: Entry,
    chain: tuple[Entry, ...],
    handshake: Any,
    status: str,
    code: str,
    confirmed: bool,
) -> None:
    other = entry("", "credential.username", line=2)
    lines = (removed, other, RESET, *chain)
    more: dict[str, Any] = {"removed": (removed,), "matching": lines, "handshake": handshake}
    result = shadowing(*chain, **more)
    assert seen(result) == (status, code, confirmed)
    assert [item.origin.line for item in result.evidence[:2]] == [1, 3]
    assert (result.fix is not None) is (code is not None)
    if code:
        old = shadowing(*chain, version=(2, 8), **more)
        assert (old.fix, old.advice[0].text[:23]) == (None, "Remove the empty helper")
    if code == "taken-away-by-configure":
        assert result.evidence[2].meaning == "answers instead"
    elif chain:
        assert result.summary.startswith("store is chosen")


def test_a_reset_for_the_own_section_is_meant() -> None:
    lines = (TAKEN, entry("", OWN, line=3), LEFT)
    result = shadowing(LEFT, removed=(TAKEN,), matching=lines)
    assert seen(result) == ("pass", None, False)


@pytest.mark.parametrize(
    ("written", "again"),
    [
        ("!aws codecommit --profile work credential-helper $@", None),
        (
            "aws codecommit --profile work credential-helper $@",
            "!aws codecommit --profile work credential-helper $@",
        ),
        ("!aws codecommit credential-helper --frob $@", None),
    ],
)
def test_the_helper_is_named_again_as_it_was(written: str, again: str | None) -> None:
    taken = entry(written, OWN, line=1)
    result = shadowing(removed=(entry("store", line=1), taken), matching=(taken, RESET))
    steps = [step for step in facts.first_edit(result).steps if step[0] == "--add"]
    assert [step[2] for step in steps] == [again or written]
    store = entry("store", line=1)
    assert shadowing(removed=(store,), matching=(store, RESET)).code == "no-aws-helper"


def test_the_reset_decides_where_the_helper_is_named_again() -> None:
    """Behind a reset of the clone, the fix goes into the clone."""
    reset = entry("", line=3, scope="local", file="/clone/.git/x")
    result = shadowing(removed=(TAKEN,), matching=(TAKEN, reset))
    assert facts.first_edit(result).scope == "local"
    left = entry("store", line=4, scope="system", file="/etc/gitconfig")
    result = shadowing(left, removed=(TAKEN,), matching=(TAKEN, RESET, left))
    assert facts.first_edit(result).scope == "global"


def test_files_that_git_does_not_read() -> None:
    unread = ("/home/me/.gitconfig.txt", "its name ends in .txt")
    for helpers, status in (((), "fail"), (("store",), "warn")):
        result = shadowing(*helpers, unread=unread)
        assert seen(result) == (status, "not-read", False)
        assert result.advice
    elsewhere = entry(AWS, "credential.https://x.helper")
    assert shadowing(others=(elsewhere,), unread=unread).code == "other-hosts"


def test_an_include_that_is_not_there() -> None:
    include = entry("~/x", "include.path", line=7)
    result = shadowing(missing=((include, "/home/me/x"), (include, "/home/me/x")))
    assert seen(result) == ("warn", "include-missing", False)
    assert result.summary.count("/home/me/x") == 1
    assert result.evidence[0].origin.line == 7
    assert result.advice
    assert shadowing("store", missing=((include, "/home/me/x"),)).code == "no-aws-helper"


def aws(profile: str, section: str = "", scope: str = "global", line: int = 2) -> Entry:
    key = f"credential.{section}.helper" if section else "credential.helper"
    option = f" --profile {profile}" if profile else ""
    return entry(f"!aws codecommit{option} credential-helper $@", key, scope=scope, line=line)


NEAR = "https://git-codecommit.us-east-2.amazonaws.com"
WIDE = "https://git-codecommit.*.amazonaws.com"


@pytest.mark.parametrize(
    ("helpers", "code"),
    [
        ((aws(""), aws("work", NEAR)), "outranked"),
        ((aws(""), aws("default", NEAR)), None),
        ((aws("a", NEAR), aws("b")), None),
        ((aws("a"), aws("b", line=3), aws("a", line=4)), None),
        ((aws("a"), aws("b", line=3), aws("a", NEAR)), None),
        ((aws("a"), aws("b", line=3)), "two-profiles"),
        ((aws("a", scope="unknown"), aws("b", scope="system", line=3)), "two-profiles"),
        ((aws("a", WIDE), aws("b", NEAR)), "outranked"),
        ((aws("a", NEAR), aws("b", f"{NEAR}/v1")), "outranked"),
        ((aws("a", WIDE), aws("b", line=3)), None),
    ],
)
def test_two_profiles(helpers: tuple[Entry, ...], code: str | None) -> None:
    result = shadowing(*helpers)
    assert result.code == code
    if code:
        meanings = [item.meaning for item in result.evidence]
        assert meanings == ["answers first", "never asked"]
    if code == "two-profiles":
        assert (result.fix, len(result.advice)) == (None, 1)
    if code == "outranked":
        assert helpers[-1].value in [step[-1] for step in facts.first_edit(result).steps]
        assert result.advice == ()
        old = shadowing(*helpers, version=(2, 8))
        assert old.advice[0].text == "Put an empty helper in front of the nearer one"


# use-http-path

AWS_HERE = entry(AWS, line=2)


def http_path(
    *matching: Entry, line: str | None = None, aws: Entry = AWS_HERE, **more: Any
) -> Result:
    """line: as it is written in the file. aws: the AWS helper."""
    found = (aws, *matching)
    return facts.ask(
        facts.check("use-http-path"),
        target(),
        facts.git(aws, **{"matching": found, "sends_path": False} | more),
        facts.signer(aws),
        facts.handshake(),
        SimpleNamespace(line=lambda *_: line),
    )


KEY = "credential.usehttppath"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("UserHttpPath = true", "UserHttpPath"),
        ("USERHTTPPATH=true", "USERHTTPPATH"),
        (None, "userhttppath"),
        ("something else", "userhttppath"),
    ],
)
def test_a_misspelt_name_is_told_as_it_is_written(line: str | None, shown: str) -> None:
    near = entry("true", "credential.userhttppath", line=5)
    others = entry("x", "credential.username", line=6), entry("y", "credential.interactive")
    result = http_path(near, *others, line=line)
    assert seen(result) == ("fail", "misspelt", False)
    assert result.summary.startswith(f"{shown} is misspelt")
    nowhere = http_path(entry("true", "credential.userhttppath", file=None), line=line)
    assert [step.text for step in nowhere.advice] == [f"Write UseHttpPath instead of {shown}"]


@pytest.mark.parametrize(
    ("shape", "by", "code"),
    [
        (GIT_CREDENTIALS, STORE, "aws-helper-not-asked"),
        (GIT_CREDENTIALS, None, "unset"),
        (SIGNED, STORE, "unset"),
        (OTHER, STORE, "unset"),
        (GIT_CREDENTIALS, AWS_HERE, "unset"),
    ],
)
def test_git_credentials_of_a_store_need_no_path(shape: Shape, by: Entry | None, code: str) -> None:
    result = facts.ask(
        facts.check("use-http-path"),
        target(),
        facts.git(STORE, AWS_HERE, matching=(STORE, AWS_HERE), sends_path=False),
        facts.signer(STORE, AWS_HERE),
        facts.handshake(shape, by),
        SimpleNamespace(line=lambda *_: None),
    )
    assert (result.code, result.status.value == "skip") == (code, code == "aws-helper-not-asked")


def test_what_switches_it_off() -> None:
    off = entry("false", KEY, line=7)
    elsewhere = entry("true", "credential.https://x.usehttppath", line=8)
    other = entry("me", "credential.https://x.username", line=9)
    result = http_path(off, others=(elsewhere, other))
    assert [item.origin.line for item in result.evidence] == [7, 2, 8]
    assert "(its message: 'path')" in result.summary
    assert facts.first_edit(result).steps == (("--replace-all", "credential.UseHttpPath", "true"),)
    result = http_path(others=(other,))
    assert (result.code, [item.origin.line for item in result.evidence]) == ("unset", [2])
    by_command = http_path(entry("false", KEY, scope="command", file=None))
    assert by_command.fix is None
    assert by_command.advice[0].text.startswith("Remove it from the command line")


@pytest.mark.parametrize(
    ("aws", "scope"),
    [
        (entry(AWS, scope="local", file="/clone/.git/config"), "local"),
        (entry(AWS, scope="command", file=None), "global"),
    ],
)
def test_it_is_switched_on_where_the_helper_stands(aws: Entry, scope: str) -> None:
    assert facts.first_edit(http_path(aws=aws)).scope == scope


SAID = "fatal: bad boolean config value 'x' for 'credential.useHttpPath'"


def test_a_value_that_is_no_boolean() -> None:
    summary = SAID.removeprefix("fatal: ")
    unknown = http_path(sends_path=None, failure=SAID)
    assert seen(unknown) == ("fail", "bad-value", True)
    assert unknown.summary == summary
    bad = http_path(entry("x", KEY, line=7), sends_path=None, failure=f"warning: y\n{SAID}")
    assert seen(bad) == ("fail", "bad-value", True)
    assert bad.summary == summary
    assert bad.evidence[0].origin.line == 7
    assert facts.first_edit(bad).steps == (("--replace-all", "credential.UseHttpPath", "true"),)
    by_command = entry("x", KEY, scope="command", file=None)
    advised = http_path(by_command, sends_path=None, failure=SAID)
    assert (advised.fix, len(advised.advice)) == (None, 1)
    other = http_path(sends_path=None, failure="fatal: something\nelse")
    assert other.summary.endswith(": else")
    assert http_path(sends_path=None).code == "not-asked"
