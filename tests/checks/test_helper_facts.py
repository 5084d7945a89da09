"""The checks of helpers alone: facts in, a result out."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from codecommit_doctor.check import Result, SignerKind, Status, not_signing
from codecommit_doctor.probes.git_config import Entry
from codecommit_doctor.probes.handshake import Answer
from codecommit_doctor.rules.signature import Flaw, Judgement, Shape
from tests import facts
from tests.facts import AWS, HOST, URL, entry

aws_cli_codecommit = facts.check("aws-cli-codecommit")
aws_cli_version = facts.check("aws-cli-version")
aws_region = facts.check("aws-region")
credential_helper = facts.check("credential-helper")
credential_manager_conflict = facts.check("credential-manager-conflict")
environment_overrides = facts.check("environment-overrides")
profile_exists = facts.check("profile-exists")
profile_quoting = facts.check("profile-quoting")
use_http_path = facts.check("use-http-path")

HELPER = "!aws codecommit credential-helper"
OPAQUE = [
    ("!AWS_PROFILE=work aws codecommit credential-helper $@", "a variable is set in front of it"),
    ("!aws-vault exec work -- aws codecommit credential-helper $@", "aws-vault starts the AWS CLI"),
    ("!env A=b aws codecommit credential-helper $@", "env starts the AWS CLI"),
    (
        "!f() { aws codecommit credential-helper $@; }; f",
        "a function or a group of commands",
    ),
    ("!cd /x && aws codecommit credential-helper $@", "several commands"),
    ("!/opt/corp/login.sh codecommit credential-helper $@", "login.sh starts the AWS CLI"),
]
WRAPPERS = {
    "aws": "/usr/bin/aws",
    "aws-vault": "/usr/bin/aws-vault",
    "env": "/usr/bin/env",
    "/opt/corp/login.sh": "/opt/corp/login.sh",
}


def told(result: Result) -> tuple[str, str | None]:
    return result.status.value, result.code


# who signs


@pytest.mark.parametrize(
    ("helpers", "url", "kind", "profile", "region"),
    [
        ([AWS], URL, SignerKind.AWS_HELPER, None, None),
        (
            ["!aws codecommit --profile work --region eu-west-1 credential-helper $@"],
            URL,
            SignerKind.AWS_HELPER,
            "work",
            "eu-west-1",
        ),
        (["store", AWS], URL, SignerKind.AWS_HELPER, None, None),
        (["aws codecommit credential-helper", AWS], URL, SignerKind.AWS_HELPER, None, None),
        (["aws codecommit credential-helper"], URL, SignerKind.BROKEN_AWS_HELPER, None, None),
        ([f"{HELPER} --profile 'x"], URL, SignerKind.BROKEN_AWS_HELPER, None, None),
        ([f"{HELPER} --profile My P"], URL, SignerKind.BROKEN_AWS_HELPER, None, None),
        ([OPAQUE[0][0], AWS], URL, SignerKind.OPAQUE_AWS_HELPER, None, None),
        (["store"], URL, SignerKind.STORE, None, None),
        ([], URL, SignerKind.NOBODY, None, None),
        ([AWS], f"ssh://{HOST}/v1/repos/demo", SignerKind.NOBODY, None, None),
        ([], URL.replace("//", "//me-at-123456789012@"), SignerKind.GIT_CREDENTIALS, None, None),
        (["store"], URL.replace("//", "//x:y@"), SignerKind.GIT_CREDENTIALS, None, None),
        ([], "codecommit::us-east-2://work@demo", SignerKind.REMOTE_HELPER, "work", None),
    ],
)
def test_who_signs(
    helpers: list[str], url: str, kind: SignerKind, profile: str | None, region: str | None
) -> None:
    signer = facts.signer(*helpers, url=url)
    assert (signer.kind, signer.profile, signer.region) == (kind, profile, region)
    assert signer.signs is (kind in (SignerKind.AWS_HELPER, SignerKind.REMOTE_HELPER))
    assert (not_signing(signer) is None) is signer.signs


def test_the_chain_around_the_aws_helper() -> None:
    signer = facts.signer("store", "cache", AWS, "manager", f"{HELPER} --profile x", "oauth")
    assert [asked.helper.name for asked in signer.before] == ["store", "cache"]
    assert [asked.helper.name for asked in signer.behind] == ["manager", "oauth"]
    assert len(signer.aws_helpers) == 2
    assert signer.is_aws(signer.aws_helpers[0].entry)
    assert not signer.is_aws(signer.before[0].entry) and not signer.is_aws(None)


def test_a_variable_of_the_helper_is_read_from_the_environment() -> None:
    helper = "!aws codecommit --profile ${P} credential-helper $@"
    assert facts.signer(helper, environment={"P": "work"}).profile == "work"
    broken = facts.signer(helper)
    assert broken.kind is SignerKind.BROKEN_AWS_HELPER
    assert broken.reason == (
        "the profile is empty: P has no value, and --profile takes the next word"
    )


@pytest.mark.parametrize(("helper", "reason"), OPAQUE)
def test_every_check_says_the_same_of_an_opaque_helper(helper: str, reason: str) -> None:
    signer, profiles = facts.signer(helper), facts.profiles("default")
    target, cli, unseen = facts.target(), facts.cli(programs=WRAPPERS), facts.handshake()
    results = [
        facts.ask(profile_quoting, signer, profiles),
        facts.ask(profile_exists, signer, profiles),
        facts.ask(aws_region, target, signer, profiles),
        facts.ask(environment_overrides, signer, profiles),
        facts.ask(aws_cli_version, target, signer, cli, facts.host(), unseen),
        facts.ask(aws_cli_codecommit, signer, cli, unseen),
    ]
    assert {told(result) for result in results} == {("skip", "opaque-helper")}
    assert {result.summary for result in results} == {
        f"not checked: the AWS helper is more than one plain aws command ({reason})"
    }
    assert all(result.evidence for result in results)


@pytest.mark.parametrize("helper", [helper for helper, _ in OPAQUE])
def test_an_opaque_helper_is_well_formed(helper: str) -> None:
    result = helper_result(helper, cli=facts.cli(programs=WRAPPERS))
    assert told(result) == ("pass", None)


# credential-helper


def helper_result(
    *helpers: str | Entry,
    url: str = URL,
    cli: Any = None,
    handshake: Any = None,
    profiles: Any = None,
    **git: Any,
) -> Result:
    return facts.ask(
        credential_helper,
        facts.target(url),
        facts.git(*helpers, **git),
        facts.signer(*helpers, url=url),
        cli or facts.cli(),
        profiles or facts.profiles("default"),
        handshake or facts.handshake(),
    )


HOME_AWS = "/home/me/my tools/aws"


@pytest.mark.parametrize(
    ("helper", "status", "code", "fixed"),
    [
        (AWS, "pass", None, None),
        ("!aws codecommit --profile x --output json credential-helper $@", "pass", None, None),
        ("!aws --no-verify-ssl codecommit --region=x credential-helper $@", "pass", None, None),
        ("aws codecommit credential-helper $@", "fail", "malformed", AWS),
        (
            "!aws codecomit --profile x credential-helper $@",
            "fail",
            "malformed",
            "!aws codecommit --profile x credential-helper $@",
        ),
        (f"!{HOME_AWS} codecommit credential-helper $@", "fail", "malformed", None),
        (f"{HELPER} --frob $@", "fail", "malformed", None),
        (f"{HELPER} --profile $P $@", "fail", "malformed", None),
        ("!/gone/aws codecommit credential-helper $@", "fail", "program-not-found", AWS),
        (
            "!'/gone/aws' --profile 'a b' codecommit credential-helper $@",
            "fail",
            "program-not-found",
            "!aws --profile 'a b' codecommit credential-helper $@",
        ),
        (f"{OPAQUE[1][0]}", "fail", "wrapper-not-found", None),
        (f"{HELPER} --no-cli-pager $@", "pass", None, None),
        (f"{HELPER} --v2-debug $@", "fail", "other-version", None),
    ],
)
def test_the_form_of_a_helper(
    helper: str, status: str, code: str | None, fixed: str | None
) -> None:
    result = helper_result(helper)
    assert told(result) == (status, code)
    assert facts.words_of(result) == fixed
    assert status == "pass" or result.fix or result.advice
    assert result.evidence[0].origin.line == 2


CUT = [
    ("!export AWS_PROFILE=x", "; aws codecommit credential-helper $@", True),
    ("!export AWS_PROFILE=x", "# && aws codecommit credential-helper $@", True),
    ("!. ~/.env", ';aws --profile \\"x\\" codecommit credential-helper $@', True),
    ("!/opt/creds", "; was !aws codecommit credential-helper $@", False),
    ("!/opt/creds", "; signs with aws", False),
    ("store", "; aws codecommit credential-helper $@", False),
    ("!/opt/creds", "", False),
]


@pytest.mark.parametrize(("value", "comment", "is_cut"), CUT)
def test_an_aws_helper_that_git_takes_for_a_comment(value: str, comment: str, is_cut: bool) -> None:
    one = entry(value, line=2)
    result = helper_result(one, comments={one: comment})
    assert (result.code == "malformed") == is_cut
    if is_cut and '"' not in comment:
        assert facts.words_of(result) == value + comment
    behind = entry("store", line=3)
    more = helper_result(one, behind, comments={one: comment})
    assert more.code != "malformed"  # that one may have an answer


def test_an_unquoted_path_is_quoted_where_the_program_is_there() -> None:
    programs = {HOME_AWS: HOME_AWS}
    result = helper_result(f"!{HOME_AWS} codecommit credential-helper $@",
                           cli=facts.cli(programs=programs))  # fmt: skip
    assert facts.words_of(result) == f"!'{HOME_AWS}' codecommit credential-helper $@"


@pytest.mark.parametrize(
    ("programs", "named"), [(("aws",), "!aws"), ((), f"!'{HOME_AWS}'")], ids=["another", "none"]
)
def test_an_aws_without_its_interpreter_is_not_what_the_mended_helper_names(
    programs: tuple[str, ...], named: str
) -> None:
    found = {HOME_AWS: HOME_AWS} | {name: f"/usr/bin/{name}" for name in programs}
    cli = facts.cli(programs=found, lost={HOME_AWS: "/gone/python"})
    result = helper_result(f"!{HOME_AWS} codecommit credential-helper $@", cli=cli)
    assert facts.words_of(result) == f"{named} codecommit credential-helper $@"
    assert "/gone/python is gone" in result.summary


def test_a_path_that_is_gone_is_no_aws_where_there_is_none() -> None:
    result = helper_result("!/gone/aws codecommit credential-helper $@", cli=facts.cli(programs={}))
    assert told(result) == ("fail", "program-not-found")
    assert result.fix is None


def test_a_helper_that_made_a_signature_is_well_formed() -> None:
    """The handshake counts more than what was concluded from the words."""
    odd = f"{HELPER} --frob $@"
    seen = facts.handshake(Shape.AWS_SIGNATURE, entry(odd, line=2))
    assert told(helper_result(odd, handshake=seen)) == ("pass", None)
    by_another = facts.handshake(Shape.AWS_SIGNATURE, entry("store", line=3))
    assert told(helper_result(odd, "store", handshake=by_another)) == ("fail", "malformed")


def test_a_bad_helper_beside_a_good_one_is_a_warning() -> None:
    bad = "aws codecommit credential-helper"
    assert helper_result(AWS, bad).status is Status.WARN
    seen = facts.handshake(Shape.AWS_SIGNATURE, entry(AWS, line=2))
    assert helper_result(AWS, bad, handshake=seen).status is Status.WARN


def test_what_the_shell_says_of_a_path_is_a_failure() -> None:
    path = "!'/opt/aws cli/aws' codecommit credential-helper $@"
    cli = facts.cli(programs={"/opt/aws cli/aws": "/opt/aws cli/aws"})
    said = ("sh: 1: /opt/aws cli/aws: Permission denied",)
    result = helper_result(path, cli=cli, handshake=facts.handshake(Shape.EMPTY, said=said))
    assert told(result) == ("fail", "does-not-run")
    assert result.fix is None and "Permission denied" in result.summary
    seen = facts.handshake(Shape.EMPTY, said=("The config profile (x) could not be found",))
    assert told(helper_result(path, cli=cli, handshake=seen)) == ("pass", None)
    seen = facts.handshake(Shape.EMPTY, said=("sh: 1: aws: not found",))
    assert told(helper_result(AWS, handshake=seen)) == ("pass", None)


@pytest.mark.parametrize(
    ("facts_of_git", "status", "code"),
    [
        ({}, "fail", "none-configured"),
        ({"removed": (entry(AWS),)}, "skip", "taken-away"),
        (
            {"others": (entry(AWS, f"credential.https://{HOST}x.helper"),)},
            "fail",
            "other-hosts",
        ),
        (
            {"others": (entry("true", "credential.https://git-codecommit.x.usehttppath"),)},
            "fail",
            "no-helper",
        ),
        ({"entries": (entry("/bin/x", "core.askpass"),)}, "skip", "answered-otherwise"),
        ({"entries": (entry("A: b", "http.extraheader"),)}, "skip", "answered-otherwise"),
    ],
)
def test_no_aws_helper(
    facts_of_git: dict[str, Any], status: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GIT_ASKPASS", "SSH_ASKPASS", "AWS_ACCESS_KEY_ID", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/nonexistent")
    assert told(helper_result(**facts_of_git)) == (status, code)


def test_no_helper_and_no_profile_is_a_suspicion(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_ASKPASS", "SSH_ASKPASS", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/nonexistent")
    none = facts.profiles()
    result = helper_result(profiles=none)
    assert told(result) == ("warn", "none-configured")
    assert result.fix and result.fix.safety.value == "unsafe"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA")
    assert told(helper_result(profiles=none)) == ("fail", "none-configured")


def test_what_the_environment_empties_is_no_file_s_to_fill() -> None:
    emptied = entry("", scope="command", file=None)
    result = helper_result(matching=(emptied,))
    assert (told(result), result.fix) == (("fail", "none-configured"), None)
    assert result.advice[-1].text.startswith("Set the helper to !aws")
    local = helper_result(matching=(entry("", scope="local"),))
    assert facts.first_edit(local).scope == "local"


def test_a_helper_that_was_taken_away_is_configured() -> None:
    removed, emptied = entry("!x", line=1), entry("", scope="command", file=None)
    result = helper_result(removed=(removed,), matching=(removed, emptied))
    assert told(result) == ("fail", "none-configured")
    assert result.summary.startswith("an empty credential.helper takes the helpers away")
    assert [item.meaning for item in result.evidence] == ["taken away", "takes it away"]


def test_a_helper_behind_the_one_that_empties_is_the_chain() -> None:
    removed, other = entry("!x", line=1), entry("my-own", line=3)
    result = helper_result(removed=(removed,), matching=(removed, entry("", line=2), other))
    assert "taken away" not in [item.meaning for item in result.evidence]


@pytest.mark.parametrize(("word", "is_met"), [("Profile", True), ("protocol=https", False)])
def test_words_that_the_aws_cli_does_not_know_and_git_s_question(word: str, is_met: bool) -> None:
    patterns = [symptom.pattern for symptom in facts.check("profile-quoting").symptoms]
    assert any(re.search(it, f"Unknown options: {word}") for it in patterns) is is_met


def test_git_stops_at_a_value_before_it_asks_a_helper() -> None:
    words = "fatal: bad boolean config value 'x' for 'credential.usehttppath'"
    check, none = facts.check("credential-handshake"), facts.handshake()
    stopped = facts.ask(check, facts.target(), facts.git(failure=words), none, None)
    assert (told(stopped), stopped.confirmed) == (("fail", "no-answer"), True)
    assert re.search(facts.check("use-http-path").symptoms[0].pattern, stopped.evidence[0].fact)
    more = facts.git(failure="\n".join(["1", "2", "3", "4", words]))
    last = facts.ask(check, facts.target(), more, none, None).evidence
    assert [item.fact for item in last] == ["2", "3", "4", words]
    assert told(facts.ask(check, facts.target(), facts.git(), none, None)) == ("skip", "no-helper")
    answers = SimpleNamespace(answer=facts.handshake(Shape.GIT_CREDENTIALS, entry("store")).seen)
    helped = facts.git("store", failure=words)
    assert told(facts.ask(check, facts.target(), helped, answers, None)) == ("pass", None)


def test_a_kept_signature_that_is_refused_makes_room_for_the_aws_helper() -> None:
    check = facts.check("credential-handshake")
    held = facts.handshake(Shape.AWS_SIGNATURE, entry("store"), Flaw.SECRET)
    stale = SimpleNamespace(answer=held.seen)
    alone, beside = facts.git("store"), facts.git("store", AWS)
    result = facts.ask(check, facts.target(), alone, stale, None)
    assert told(result) == ("fail", "refused")
    assert [step[-1] for step in facts.first_edit(result).steps] == ["", AWS, "true"]
    assert facts.ask(check, facts.target(), beside, stale, None).fix is None
    for other in (facts.handshake(Shape.AWS_SIGNATURE), facts.handshake(Shape.OTHER)):
        kept, refuses = SimpleNamespace(answer=other.seen), SimpleNamespace(refused=lambda _: True)
        assert facts.ask(check, facts.target(), alone, kept, refuses).fix is None


def test_another_helper_alone() -> None:
    unseen = helper_result("store")
    assert told(unseen) == ("skip", "other-helper")
    answers = facts.handshake(Shape.GIT_CREDENTIALS, entry("store", line=2))
    assert told(helper_result("store", handshake=answers)) == ("skip", "other-helper-answers")
    silent = facts.handshake(Shape.EMPTY)
    assert told(helper_result("store", handshake=silent)) == ("fail", "no-answer")
    hung = facts.handshake(Shape.EMPTY, failure="did not end")
    assert told(helper_result("store", handshake=hung)) == ("skip", "other-helper")


@pytest.mark.parametrize(
    ("removed", "scope", "written"),
    [
        (f"{HELPER} --profile work $@", "global", f"{HELPER} --profile work $@"),
        (f"{HELPER[1:]} --profile work $@", "global", f"{HELPER} --profile work $@"),
        (f"{HELPER} --profile theirs $@", "local", AWS),
        ("manager", "global", AWS),
    ],
)
def test_the_helper_that_a_reset_took_away_is_written_again(
    removed: str, scope: str, written: str
) -> None:
    """With its profile; not what a clone names."""
    silent = facts.handshake(Shape.EMPTY)
    gone = (entry(removed, line=2, scope=scope),)
    result = helper_result("store", handshake=silent, removed=gone)
    assert told(result) == ("fail", "no-answer")
    assert result.fix and written in [word for words in result.fix.commands() for word in words]


def test_a_password_in_the_address_answers() -> None:
    rule = entry(f"https://{HOST}/", f"url.https://me-at-1:hunter2@{HOST}/.insteadof", line=7)
    url = URL.replace("//", "//me-at-1:hunter2@")
    result = helper_result(url=url, entries=(rule,))
    assert told(result) == ("skip", "password-in-address")
    assert "plain text" in result.summary
    assert [fact.origin.line for fact in result.evidence] == [7]
    assert "hunter2" not in str(result)


@pytest.mark.parametrize("key", ["credentials.helper", "credential.helpers", "credentail.x.helper"])
def test_a_helper_below_a_name_that_git_does_not_know_is_named(key: str) -> None:
    value = f"{HELPER} --profile work $@"
    result = helper_result(entries=(entry(value, key, line=7),))
    assert told(result) == ("fail", "misspelt-key")
    assert result.evidence[0].origin.line == 7
    assert any(value in step for step in facts.first_edit(result).steps)
    assert helper_result(entries=(entry("osxkeychain", key),)).code == "none-configured"


@pytest.mark.parametrize("url", [f"ssh://{HOST}/v1/repos/demo", "codecommit::us-east-2://demo"])
def test_addresses_without_helpers_are_skipped(url: str) -> None:
    assert helper_result(AWS, url=url).status is Status.SKIP


# credential-manager-conflict


def conflict(*helpers: str | Entry, handshake: Any = None, **git: Any) -> Result:
    return facts.ask(
        credential_manager_conflict,
        facts.target(),
        facts.git(*helpers, **git),
        facts.signer(*helpers),
        handshake or facts.handshake(),
        facts.host(),
    )


STORE = entry("store", line=2)


@pytest.mark.parametrize("name", ["/gone/git-credential-manager", "!'/gone/git-credential-store'"])
@pytest.mark.parametrize(("ended", "code"), [(127, "not-found"), (1, "asked-first")])
def test_a_store_that_the_shell_does_not_find_is_not_asked(
    name: str, ended: int, code: str
) -> None:
    store, aws = entry(name, line=2), entry(AWS, line=3)
    answer = Answer(None, Judgement(Shape.EMPTY), (store, aws), None, codes=(ended, 0))
    result = conflict(store, aws, handshake=facts.HandshakeFacts(answer))
    assert result.code == code
    assert result.status is (Status.WARN if ended == 127 else Status.FAIL)


FUNCTION = "!f() { echo username=oauth2; echo password=x; }; f"


@pytest.mark.parametrize(
    ("helpers", "handshake", "status", "code", "confirmed"),
    [
        ((AWS,), None, "pass", None, False),
        (("store",), None, "skip", "no-aws-helper", False),
        (("store", AWS), None, "fail", "asked-first", False),
        (("store", AWS), (Shape.AWS_SIGNATURE, STORE, Flaw.OLD), "fail", "answers-first", True),
        (("store", AWS), (Shape.AWS_SIGNATURE, STORE), "fail", "asked-first", False),
        (("store", AWS), (Shape.GIT_CREDENTIALS, STORE), "warn", "git-credentials", False),
        (("store", AWS), (Shape.OTHER, STORE), "fail", "answers-otherwise", True),
        ((FUNCTION, AWS), None, "warn", "may-answer", False),
        (
            (FUNCTION, AWS),
            (Shape.OTHER, entry(FUNCTION, line=2)),
            "fail",
            "answers-otherwise",
            True,
        ),
        (("!login", AWS), (Shape.AWS_SIGNATURE, entry("!login", line=2)), "pass", None, False),
        (("!gh auth git-credential", AWS), None, "pass", None, False),
        ((AWS, "store"), None, "pass", None, False),
        ((AWS, "manager"), (Shape.AWS_SIGNATURE, entry(AWS, line=2)), "pass", None, False),
        (("netrc", AWS), (Shape.AWS_SIGNATURE, entry(AWS, line=3)), "pass", None, False),
        (
            ("netrc", AWS),
            (Shape.AWS_SIGNATURE, entry("netrc", line=2), Flaw.OLD),
            "fail",
            "answers-first",
            True,
        ),
        (("netrc", "store", AWS), (Shape.EMPTY, None), "fail", "asked-first", False),
    ],
)
def test_who_answers_first(
    helpers: tuple[str, ...],
    handshake: tuple[Any, ...] | None,
    status: str,
    code: str | None,
    confirmed: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", "/nonexistent")
    result = conflict(*helpers, handshake=facts.handshake(*(handshake or ())))
    assert (*told(result), result.confirmed) == (status, code, confirmed)
    assert bool(result.fix) is (
        status != "pass" and code not in ("git-credentials", "no-aws-helper")
    )


def test_a_helper_behind_is_only_noted() -> None:
    result = conflict(AWS, "store")
    assert result.fix is None
    assert [step.text for step in result.advice] == [
        "store stores each password of the AWS helper, and is not asked for it"
    ]
    assert conflict(AWS).advice == ()


def test_a_helper_that_git_does_not_find() -> None:
    said = ("git: 'credential-manager' is not a git command. See 'git --help'.",)
    seen = facts.handshake(Shape.AWS_SIGNATURE, entry(AWS, line=3), said=said)
    assert told(conflict("manager", AWS, handshake=seen)) == ("warn", "not-found")


def test_the_password_is_told_by_its_flaw() -> None:
    old = facts.handshake(Shape.AWS_SIGNATURE, STORE, Flaw.OLD)
    other = facts.handshake(Shape.AWS_SIGNATURE, STORE, Flaw.SECRET)
    assert conflict("store", AWS, handshake=old).summary.endswith("with an expired password")
    assert conflict("store", AWS, handshake=other).summary.endswith("that CodeCommit refuses")


def test_no_fix_writes_an_aws_helper_that_can_not_work() -> None:
    result = conflict("store", f"{HELPER} --frob $@")
    assert result.fix is None
    assert result.advice[0].text == "Mend the AWS helper first: see credential-helper"


def test_a_git_without_a_reset_has_no_fix() -> None:
    result = conflict("store", AWS, version=(2, 8))
    assert result.fix is None
    assert "upgrade" in result.advice[0].text


# use-http-path


def http_path(*matching: Any, handshake: Any = None, **more: Any) -> Result:
    found = (entry(AWS, line=2), *matching)
    git = facts.git(AWS, **{"matching": found, "sends_path": False} | more)
    helpers = facts.signer(AWS)
    return facts.ask(use_http_path, facts.target(), git, helpers, handshake or facts.handshake())


PATH = "credential.usehttppath"


@pytest.mark.parametrize(
    ("matching", "more", "status", "code"),
    [
        ((), {}, "fail", "unset"),
        ((entry("false", PATH, line=3),), {}, "fail", "off"),
        ((), {"others": (entry("true", "credential.https://x.usehttppath"),)}, "fail",
         "other-hosts"),
        ((entry("true", "credential.userhttppath", line=3),), {}, "fail", "misspelt"),
        ((entry("true", "credential.usehttpspath", line=3),), {}, "fail", "misspelt"),
        ((entry("me", "credential.username", line=3),), {}, "fail", "unset"),
        ((entry("true", PATH, line=3),), {"sends_path": True}, "pass", None),
        ((), {"sends_path": None}, "skip", "not-asked"),
        ((), {"sends_path": None, "failure": "fatal: bad 'credential.usehttppath'"}, "fail",
         "bad-value"),
        ((), {"sends_path": None, "failure": "fatal: else"}, "warn", "unreadable"),
    ],
)  # fmt: skip
def test_whether_the_path_is_sent(
    matching: tuple[Any, ...], more: dict[str, Any], status: str, code: str | None
) -> None:
    assert told(http_path(*matching, **more)) == (status, code)


def test_a_misspelt_line_gets_its_name_in_place() -> None:
    result = http_path(entry("true", "credential.https://x.userhttppath", line=5))
    assert result.fix
    assert facts.first_edit(result).rename == (5, "userhttppath", "UseHttpPath")
    assert result.evidence[0].origin.line == 5
    assert result.fix.commands() == (
        ("git", "config", "--file", "/home/me/.gitconfig", "--unset-all",
         "credential.https://x.userhttppath"),
        ("git", "config", "--file", "/home/me/.gitconfig", "--replace-all",
         "credential.https://x.UseHttpPath", "true"),
    )  # fmt: skip


def test_a_misspelt_line_before_the_one_that_decides_is_not_the_cause() -> None:
    lines = entry("true", "credential.userhttppath", line=3), entry("false", PATH, line=4)
    assert http_path(*lines).code == "off"
    assert http_path(*reversed(lines)).code == "misspelt"


def test_without_an_aws_helper_the_path_does_not_matter() -> None:
    git = facts.git("store", sends_path=False)
    result = facts.ask(use_http_path, facts.target(), git, facts.signer("store"), facts.handshake())
    assert told(result) == ("skip", "no-helper")


@pytest.mark.parametrize(
    ("handshake", "confirmed"),
    [
        (facts.handshake(), False),
        (facts.handshake(Shape.EMPTY, said=("'path'",)), True),
        (facts.handshake(Shape.AWS_SIGNATURE, None, Flaw.PATH), True),
        (facts.handshake(Shape.AWS_SIGNATURE, None, Flaw.OLD), False),
    ],
)
def test_a_missing_path_is_confirmed_where_it_was_felt(handshake: Any, confirmed: bool) -> None:
    assert http_path(handshake=handshake).confirmed is confirmed


def key_of(*helpers: Any) -> str:
    git = facts.git(*helpers, sends_path=False)
    signer, unseen = facts.signer(*helpers), facts.handshake()
    result = facts.ask(use_http_path, facts.target(), git, signer, unseen)
    return facts.first_edit(result).steps[0][1]


def test_other_helpers_are_not_asked_in_another_way() -> None:
    """The setting never stands for all hosts, not even where the AWS helper is alone."""
    section = "credential.https://git-codecommit.*.amazonaws.com.UseHttpPath"
    own = entry(AWS, "credential.https://x.helper", line=2)
    assert key_of(AWS) == section
    assert key_of("store", AWS) == section
    assert key_of("store", own) == "credential.https://x.UseHttpPath"
