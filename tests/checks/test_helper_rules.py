"""What the checks of the AWS helper and of its program make of facts, beyond test_helper_facts."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from codecommit_doctor.check import Answer, CliVersion, Entry, Environment, Judgement, Result, Shape
from codecommit_doctor.probes.handshake import Credential
from tests import facts
from tests.facts import AWS, HOST, URL, entry, seen

STARTED = "!/opt/aws codecommit credential-helper $@"
OPAQUE = "!f() { aws codecommit credential-helper; }; f"
WINDOWS = "!aws.exe codecommit credential-helper $@"
BROKEN = "aws codecommit credential-helper"
OTHERS = "!gh auth git-credential"


def shaken(
    *said: str, by: Entry | None = None, shape: Shape = Shape.EMPTY, broken: tuple[Entry, ...] = ()
) -> Any:
    """An answer of the helpers; broken: those that ended with an error."""
    credential = None if shape is Shape.EMPTY else Credential("name", "password")
    codes = tuple(1 for _ in broken)
    answer = Answer(credential, Judgement(shape), broken, by, said, None, codes)
    return SimpleNamespace(seen=lambda: answer, signed_now=lambda: shape is Shape.AWS_SIGNATURE)


def helper(
    *helpers: str | Entry,
    url: str = URL,
    cli: Any = None,
    handshake: Any = None,
    netrc: Any = None,
    host: Any = None,
    profiles: tuple[str, ...] = ("default",),
    variables: Mapping[str, str] | None = None,
    assumed: bool = False,
    **git: Any,
) -> Result:
    return facts.ask(
        facts.check("credential-helper"),
        facts.target(url)._replace(assumed=assumed),
        facts.git(*helpers, **git),
        facts.signer(*helpers, url=url),
        cli or facts.cli(),
        facts.profiles(*profiles),
        handshake or facts.handshake(),
        SimpleNamespace(answering=lambda _: netrc),
        Environment(variables or {}),
        host or facts.host(),
    )


# credential-helper


def test_a_host_of_another_service() -> None:
    url = "https://codecommit.corp.example/v1/repos/demo"
    assert seen(helper(AWS, url=url)) == ("skip", "other-host", False)
    assert seen(helper(AWS, url=url, assumed=True)) == ("pass", None, False)


@pytest.mark.parametrize(
    ("written", "is_wsl", "starts", "status"),
    [
        (WINDOWS, True, False, "fail"),
        (WINDOWS, True, None, "pass"),
        (WINDOWS, True, True, "pass"),
        (WINDOWS, False, False, "pass"),
        (AWS, True, False, "pass"),
    ],
)
def test_wsl_without_programs_of_windows(
    written: str, is_wsl: bool, starts: bool | None, status: str
) -> None:
    host = facts.host(is_wsl=is_wsl, starts_windows_programs=starts)
    result = helper(written, host=host)
    assert seen(result) == (status, "interop-off" if status == "fail" else None, False)
    assert bool(result.advice) is (status == "fail")


def test_a_signature_of_another_helper_proves_nothing() -> None:
    store = entry("store", line=3)
    silent = shaken("sh: 1: /opt/aws: Permission denied")
    cli = facts.cli(programs={"/opt/aws": "/opt/aws"})
    assert helper(STARTED, cli=cli, handshake=silent).code == "does-not-run"
    stored = shaken(*silent.seen().said, by=store, shape=Shape.GIT_CREDENTIALS)
    assert helper(STARTED, store, cli=cli, handshake=stored).status.value == "pass"
    failed = SimpleNamespace(seen=lambda: replace(silent.seen(), failure="was late"))
    assert helper(STARTED, cli=cli, handshake=failed).status.value == "pass"
    own = entry(BROKEN, line=2)
    claimed = shaken(by=own, shape=Shape.GIT_CREDENTIALS)
    assert helper(own, handshake=claimed).code == "malformed"
    assert helper(own, handshake=shaken(by=own, shape=Shape.AWS_SIGNATURE)).status.value == "pass"
    assert helper("/opt/my aws/aws codecommit credential-helper", handshake=silent).code


LOST = "aws: error: too few arguments"


@pytest.mark.parametrize(
    ("written", "said", "shape", "code"),
    [
        (OPAQUE, ("usage: aws", LOST), Shape.EMPTY, "operation-lost"),
        (OPAQUE, ("usage: aws",), Shape.EMPTY, None),
        (OPAQUE, (LOST,), Shape.OTHER, None),
        (AWS, (LOST,), Shape.EMPTY, None),
    ],
)
def test_a_word_that_does_not_arrive(
    written: str, said: tuple[str, ...], shape: Shape, code: str | None
) -> None:
    result = helper(written, handshake=shaken(*said, shape=shape))
    assert seen(result) == ("fail" if code else "pass", code, bool(code))
    if code:
        assert result.evidence[1].fact == LOST
        assert result.advice


@pytest.mark.parametrize(
    ("files", "asked", "code"),
    [
        ({}, CliVersion("", None), None),
        ({}, facts.cli_version("2.0.0"), None),
        ({}, facts.cli_version("1.44.0"), "other-version"),
        ({"/usr/bin/aws": facts.cli_version("1.44.0")}, CliVersion("", None), "other-version"),
    ],
)
def test_words_of_another_version(
    files: dict[str, CliVersion], asked: CliVersion, code: str | None
) -> None:
    cli = facts.cli(files=files, versions={"/usr/bin/aws": asked})
    result = helper("!aws codecommit credential-helper --no-cli-pager $@", cli=cli)
    assert seen(result) == ("fail" if code else "pass", code, False)


def test_programs_that_are_not_there() -> None:
    none = facts.cli(programs={})
    assert facts.words_of(helper(BROKEN, cli=none)) == AWS
    inside = "!f() { /opt/aws codecommit credential-helper $@; }; f"
    either = "!/opt/aws codecommit credential-helper $@ || aws codecommit credential-helper $@"
    for opaque in (inside, either):
        assert helper(opaque, cli=none).status.value == "pass"


def test_a_helper_that_can_not_be_corrected() -> None:
    """Its aws and the other one have both lost their Python."""
    written = "!/home/me/my tools/aws codecommit credential-helper $@"
    path = "/home/me/my tools/aws"
    cli = facts.cli(
        programs={path: path, "aws": "/usr/bin/aws"},
        lost={path: "/gone/python", "/usr/bin/aws": "/gone/too"},
    )
    result = helper(written, cli=cli)
    assert result.code == "malformed"
    assert f"'{path}'" in str(facts.words_of(result))


SECTION = "credential.https://git-codecommit.us-east-2.amazonaws.com"
USE_PATH = entry("true", f"{SECTION}.usehttppath", line=9)
PATH_OF_OTHERS = entry("true", "credential.https://x.example.usehttppath")
ELSEWHERE = entry(AWS, "credential.https://x.example.helper")
WILDCARD = entry(AWS, "credential.https://git-codecommit.*.x.helper")
STORE = entry("store", line=2)
TOLD = "Unable to locate credentials"


@pytest.mark.parametrize(
    ("helpers", "more", "status", "code"),
    [
        ([], {"removed": (entry("store"),)}, "fail", "none-configured"),
        ([], {"removed": (entry(AWS), entry("x"))}, "skip", "taken-away"),
        ([], {"others": (ELSEWHERE, entry("store", "credential.x.helper"))}, "fail", "other-hosts"),
        ([], {"others": (ELSEWHERE._replace(key="credential.x.username"),)}, "fail",
         "none-configured"),
        ([], {"others": (entry("store", "credential.x.helper"),)}, "fail", "none-configured"),
        ([], {"others": (PATH_OF_OTHERS,)}, "fail", "none-configured"),
        ([], {"others": (USE_PATH, PATH_OF_OTHERS)}, "fail", "no-helper"),
        ([], {"matching": (USE_PATH,)}, "fail", "no-helper"),
        ([], {"others": (entry("me", f"{SECTION}.username"),)}, "fail", "none-configured"),
        (["store"], {"matching": (STORE, USE_PATH)}, "fail", "no-helper"),
        (["store"], {"matching": (USE_PATH, entry("store", f"{SECTION}.helper"))}, "skip",
         "other-helper"),
        (["store"], {"matching": (USE_PATH, entry("", f"{SECTION}.helper"))}, "fail", "no-helper"),
        (["store"], {}, "skip", "other-helper"),
        ([OTHERS], {}, "fail", "no-answer"),
        ([OTHERS, "store"], {}, "skip", "other-helper"),
        (["store"], {"handshake": shaken(broken=(STORE,))}, "fail", "no-answer"),
        (["store"], {"handshake": shaken(TOLD)}, "fail", "no-answer"),
        (["store"], {"handshake": shaken(TOLD, broken=(STORE,))}, "skip", "other-helper-failed"),
        (["store"], {"handshake": shaken(
            TOLD, "git: 'credential-store' is not a git command", broken=(STORE,))},
         "fail", "no-answer"),
        ([], {"handshake": shaken(by=STORE, shape=Shape.OTHER)}, "fail", "none-configured"),
        (["store"], {"handshake": shaken(shape=Shape.OTHER)}, "skip", "other-helper-answers"),
        ([], {"netrc": SimpleNamespace(name=".netrc")}, "skip", "answered-otherwise"),
        ([], {"profiles": ()}, "warn", "none-configured"),
        ([], {"profiles": (), "variables": {"AWS_ACCESS_KEY_ID": "A"}}, "fail", "none-configured"),
        *(
            ([], {"profiles": (), "variables": {name: "x"}}, "fail", "none-configured")
            for name in (
                *("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"),
                *("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
            )
        ),
    ],
)  # fmt: skip
def test_no_aws_helper(helpers: list[str], more: dict[str, Any], status: str, code: str) -> None:
    result = helper(*helpers, **more)
    assert seen(result) == (status, code, False)
    assert bool(result.fix or result.advice) is (status != "skip")
    safe = {"fail": "safe", "warn": "unsafe"}.get(status)
    assert (result.fix and result.fix.safety.value) == safe
    if code == "none-configured":
        assert result.evidence[0].fact == "no credential.helper"
    if code == "no-answer":
        assert len(result.evidence) == len(helpers)
        assert result.evidence[0].fact.startswith("credential.helper=")
    if code in ("other-hosts", "no-helper", "taken-away"):
        assert not any("store" in item.fact for item in result.evidence)
        assert len(result.evidence) == 1


@pytest.mark.parametrize(
    ("name", "more", "code"),
    [
        ("store", {"matching": (USE_PATH,)}, "no-helper"),
        (OTHERS, {"others": (ELSEWHERE,)}, "other-hosts"),
        (OTHERS, {"entries": (entry(AWS, "credentials.helper"),)}, "misspelt-key"),
        (OTHERS, {"profiles": ()}, "no-answer"),
    ],
)
def test_no_file_comes_behind_a_helper_of_the_command_line(
    name: str, more: dict[str, Any], code: str
) -> None:
    result = helper(entry(name, scope="command", file=None), **more)
    assert (result.code, result.fix) == (code, None)
    assert result.advice[-1].text == f"Set the helper to {AWS}"


def test_what_git_takes_for_a_comment_is_no_matter_where_another_answers() -> None:
    cut = entry("!true", line=2)
    comments = {cut: "; aws codecommit credential-helper $@"}
    assert helper(cut, comments=comments).code == "malformed"
    answered = shaken(by=cut, shape=Shape.OTHER)
    assert helper(cut, comments=comments, handshake=answered).code == "other-helper-answers"
    url = URL.replace("://", "://me:pw@")
    assert helper(cut, comments=comments, url=url).code == "password-in-address"


def test_the_names_of_those_that_answer() -> None:
    answered = helper("store", handshake=shaken(by=STORE, shape=Shape.OTHER))
    assert answered.summary == "no AWS helper applies to this address; store answers"
    netrc = helper(netrc=SimpleNamespace(name="_netrc"))
    assert netrc.summary.endswith("; _netrc answers")
    nameless = helper("store", handshake=shaken(shape=Shape.OTHER))
    assert nameless.summary.endswith("; another helper answers")


@pytest.mark.parametrize(
    ("variables", "entries", "answers"),
    [
        ({"GIT_ASKPASS": "/bin/x"}, (), "the program of GIT_ASKPASS"),
        ({"GIT_ASKPASS": "/usr/lib/ssh/ssh-askpass"}, (), None),
        ({"GIT_ASKPASS": "/bin/x", "VSCODE_GIT_ASKPASS_MAIN": "/y"}, (), None),
        ({}, (entry("/bin/x", "core.askpass"),), "the program of core.askPass"),
        ({}, (entry("", "core.askpass"),), None),
        ({}, (entry("", "http.extraheader"),), None),
        ({}, (entry("A: b", "http.extraheader"),), "http.extraheader"),
    ],
)
def test_what_else_may_answer(
    variables: dict[str, str], entries: tuple[Entry, ...], answers: str | None
) -> None:
    result = helper(variables=variables, entries=entries)
    assert result.code == ("answered-otherwise" if answers else "none-configured")
    assert result.summary.endswith(f"; {answers} answers") or not answers


@pytest.mark.parametrize(
    ("found", "version", "words"),
    [
        (WILDCARD, (2, 25), "knows no wildcards"),
        (WILDCARD, (2, 26), None),
        (ELSEWHERE, (2, 25), None),
        (entry(AWS, "credential.helper"), (2, 25), None),
    ],
)
def test_a_helper_for_other_hosts(
    found: Entry, version: tuple[int, ...], words: str | None
) -> None:
    result = helper(others=(found,), version=version)
    assert seen(result) == ("fail", "other-hosts", False)
    assert ("Git before 2.26" in result.summary) is (words is not None)
    assert result.advice == ()


def test_the_words_of_the_helper_elsewhere_are_taken_over() -> None:
    profile = "!aws codecommit --profile work credential-helper $@"
    for value, written in (
        (profile, profile),
        (profile[1:], profile),
        ("!aws codecommit credential-helper --frob", None),
    ):
        result = helper(others=(ELSEWHERE._replace(value=value),))
        assert [step[2] for step in facts.first_edit(result).steps][1] == (written or value)


def test_a_git_without_a_reset_needs_none_where_it_has_no_helper() -> None:
    old = (2, 8)
    for result in (
        helper(version=old, others=(ELSEWHERE,)),
        helper(version=old, matching=(USE_PATH,)),
        helper(version=old, entries=(entry(AWS, "credentials.helper"),)),
    ):
        assert result.status.value == "fail"
        assert [step[2] for step in facts.first_edit(result).steps] == [AWS, "true"]
    without = helper(version=old, profiles=())
    assert seen(without) == ("warn", "none-configured", False)
    assert "enter them at Git's prompt" in without.advice[0].text


@pytest.mark.parametrize(
    ("key", "value", "scope", "code"),
    [
        ("credentials.helper", AWS, "global", "misspelt-key"),
        ("credentials.helper", AWS, "local", "none-configured"),
        ("credentials.username", AWS, "global", "none-configured"),
        ("includeif.helper", AWS, "global", "none-configured"),
        ("credential.helper", AWS, "global", "none-configured"),
    ],
)
def test_a_name_that_git_does_not_know(key: str, value: str, scope: str, code: str) -> None:
    result = helper(entries=(entry(value, key, scope=scope),))
    assert result.code == code
    assert bool(result.advice) is (code != "misspelt-key")
    if code == "misspelt-key":
        assert result.summary.startswith("Git knows no setting credentials.helper:")


@pytest.mark.parametrize(
    ("key", "scope", "found"),
    [
        (f"url.https://me:pw@{HOST}/.insteadof", "global", "/home/me/.gitconfig"),
        (f"url.https://me:pw@{HOST}/.pushinsteadof", "command", None),
        (f"url.https://me:pw@{HOST}/.other", "global", ""),
        ("url.https://me:pw@other.example/.insteadof", "global", ""),
        (f"url.https://{HOST}/.insteadof", "global", ""),
    ],
)
def test_the_rule_that_puts_a_password_into_the_address(
    key: str, scope: str, found: str | None
) -> None:
    rule = entry(
        "cc:", key, scope=scope, file=None if scope == "command" else "/home/me/.gitconfig"
    )
    result = helper(url=URL.replace("://", "://me:pw@"), entries=(rule,))
    assert seen(result) == ("skip", "password-in-address", False)
    assert [item.origin.file for item in result.evidence] == ([] if found == "" else [found])
    if found is None:
        assert result.evidence[0].origin.text.startswith("command line")


# aws-cli-version


def version(
    *helpers: str | Entry, url: str = URL, host: Any = None, handshake: Any = None, **cli: Any
) -> Result:
    return facts.ask(
        facts.check("aws-cli-version"),
        facts.target(url),
        facts.signer(*helpers, url=url),
        facts.cli(**cli),
        host or facts.host(),
        handshake or facts.handshake(),
    )


def of(number: str | None, **more: Any) -> dict[str, CliVersion]:
    found = CliVersion("", None, **more) if number is None else facts.cli_version(number)
    return {"/usr/bin/aws": found}


BLANK = "ValueError: not enough values to unpack (expected 2, got 1)"
FIPS = URL.replace("git-codecommit", "git-codecommit-fips")
VPC = f"https://vpce-1-2.{HOST.replace('us-east-2.', 'us-east-2.vpce.')}/v1/repos/demo"


@pytest.mark.parametrize(
    ("url", "number", "answer", "code"),
    [
        (URL, "1.16.0", shaken(BLANK), "blank-line"),
        (URL, "1.16.0", shaken(TOLD), None),
        (URL, "1.16.0", None, None),
        (URL, "2.30.0", shaken(BLANK), None),
        (FIPS, "1.16.0", None, "too-old-for-host"),
        (VPC, "1.16.0", shaken(), "too-old-for-host"),
        (FIPS, "2.30.0", None, None),
        (FIPS, "1.16.0", "right", None),
        (FIPS, "1.16.0", "wrong", "too-old-for-host"),
    ],
)
def test_what_old_versions_can_not_do(url: str, number: str, answer: Any, code: str | None) -> None:
    if isinstance(answer, str):
        judgement = Judgement(Shape.AWS_SIGNATURE, verified=answer == "right")
        told = Answer(Credential("name", "password"), judgement, None, None)
        answer = SimpleNamespace(seen=lambda: told, signed_now=lambda: True)
    result = version(AWS, url=url, versions=of(number), handshake=answer)
    assert seen(result) == ("fail" if code else "pass", code, code == "blank-line")
    assert ("Install AWS CLI 2" in str(result.advice)) is bool(code)
    if code == "too-old-for-host":
        assert ("signs FIPS endpoints" if url == FIPS else "signs VPC endpoints") in result.summary
    assert version(url=url, versions=of(number), handshake=answer).status.value == "pass"


@pytest.mark.parametrize(
    ("versions", "status", "code", "words"),
    [
        (of(None, late=True), "warn", "late", "did not answer"),
        (of(None), "warn", "no-version", "it prints no version"),
        (
            of(None, failure="exited with 1"),
            "fail",
            "does-not-run",
            "as the AWS CLI does: it exited",
        ),
        (
            {"/usr/bin/aws": CliVersion("the input device is not a TTY", None, failure="ended")},
            "fail",
            "needs-terminal",
            "asks for a terminal",
        ),
    ],
)
def test_programs_that_tell_no_version(
    versions: dict[str, CliVersion], status: str, code: str, words: str
) -> None:
    result = version(AWS, versions=versions)
    assert seen(result) == (status, code, False)
    assert words in result.summary
    needs_terminal = code == "needs-terminal"
    assert (result.evidence[0].fact == "no output") is not needs_terminal
    assert ("AWS CLI 2" in str(result.advice)) is (code in ("no-version", "does-not-run"))
    assert ("Leave out -t" in str(result.advice)) is needs_terminal
    assert len(result.evidence) == 2
    assert version(BROKEN, versions=versions).code == "broken-helper"


def test_the_version_that_the_files_tell_is_enough_where_it_signed() -> None:
    files, asked = of("2.1.0"), of("2.2.0")
    signed = shaken(by=entry(AWS, line=2), shape=Shape.AWS_SIGNATURE)
    more: dict[str, Any] = {"files": files, "versions": asked}
    assert version(AWS, handshake=signed, **more).summary == "AWS CLI 2.1.0"
    assert version(AWS, **more).summary == "AWS CLI 2.2.0"
    assert version(handshake=signed, **more).summary == "AWS CLI 2.2.0"
    result = version(AWS, handshake=signed, versions=asked)
    assert (result.summary, result.evidence[0].fact) == ("AWS CLI 2.2.0", "aws-cli/2.2.0")


def test_a_program_that_is_not_there() -> None:
    none: dict[str, Any] = {"programs": {}}
    assert version(BROKEN, **none).code == "broken-helper"
    assert version(BROKEN).status.value == "pass"
    assert version("!/gone/aws codecommit credential-helper --profile $P x").status.value == "pass"
    there = {"/opt/aws": "/opt/aws"}
    assert version(STARTED, programs=there).status.value == "pass"
    assert version("store", handshake=shaken(TOLD), **none).code == "not-found"
    answered = shaken(shape=Shape.OTHER)
    assert version("store", handshake=answered, **none).code == "other-helper-answers"
    assert version("store", handshake=answered).status.value == "pass"
    assert version(AWS, handshake=answered, **none).code == "not-found"
    ssh = URL.replace("https", "ssh")
    assert version(url=ssh, handshake=answered, **none).code == "not-found"
    other = version("!aws.cmd codecommit credential-helper $@", on_path=("/x/aws",), programs={})
    assert other.code == "not-found"
    named = version("!aws.cmd codecommit credential-helper $@")
    assert (named.code, named.advice) == ("other-name", ())
    by_command = entry("!aws.cmd codecommit credential-helper $@", scope="command", file=None)
    assert version(by_command).advice[0].text.startswith("Install AWS CLI 2")
    assert version("store", versions=of("1.7.37")).code == "too-old"
    old = version("store", handshake=answered, versions=of("1.7.37"))
    assert old.code == "other-helper-answers"


ESCAPED = r"!\aws codecommit credential-helper $@"
"""The program's name is not written as one plain word."""


@pytest.mark.parametrize(
    ("helpers", "starts", "steps"),
    [((), None, 2), ((AWS,), True, 2), ((AWS,), False, 1), ((ESCAPED,), True, 1)],
)
def test_only_in_windows(helpers: tuple[str, ...], starts: bool | None, steps: int) -> None:
    programs = {"aws.exe": "/mnt/c/aws.exe"}
    host = facts.host(is_wsl=True, starts_windows_programs=starts)
    result = version(*helpers, host=host, programs=programs)
    assert seen(result) == ("fail", "only-in-windows", False)
    assert len(result.advice) == steps
    if steps == 2:
        assert "Or write the helper as !aws.exe codecommit" in result.advice[1].text
    assert version(*helpers, programs=programs).code == "not-found"
    assert version(*helpers, host=host, programs={}).code == "not-found"
    other = version("!aws2 codecommit credential-helper $@", host=host, programs=programs)
    assert other.code == "not-found"


@pytest.mark.parametrize(
    ("helpers", "path", "programs", "written", "fixed"),
    [
        ((AWS,), "C:\\AWS\\AWS.CMD", ("aws.cmd",), "!aws.cmd codecommit", True),
        ((AWS,), "C:\\AWS\\aws.cmd", (), "!'C:/AWS/aws.cmd' codecommit", False),
        ((AWS,), "/opt/x/aws", ("aws2",), "!'/opt/x/aws' codecommit", False),
        ((AWS,), "/opt/x/aws.bat", ("aws.bat",), "!'/opt/x/aws.bat' codecommit", False),
        ((ESCAPED,), "C:\\AWS\\aws.cmd", ("aws.cmd",), "!aws.cmd codecommit", False),
        ((), "C:\\AWS\\aws.exe", ("aws.exe",), "!aws.exe codecommit", False),
        ((), "/opt/x/aws", (), "!'/opt/x/aws' codecommit", False),
    ],
)
def test_where_git_does_not_look(
    helpers: tuple[str, ...], path: str, programs: tuple[str, ...], written: str, fixed: bool
) -> None:
    found = {name: name for name in programs}
    result = version(*helpers, programs=found, on_path=(path,))
    assert seen(result) == ("fail", "not-on-path-of-git", False)
    assert result.advice[0].text.startswith(f"Write the helper as {written}")
    assert "Install AWS CLI 2" in result.advice[1].text
    assert bool(result.fix) is fixed
