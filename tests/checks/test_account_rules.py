"""What ``kms-key`` and ``repository-exists`` make of CodeCommit's and KMS's answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from codecommit_doctor.check import Result, Target, Unavailable
from codecommit_doctor.fixes import Safety
from codecommit_doctor.probes.aws import Repository
from tests import facts

REGION, KEY = "us-east-2", "22222222-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
PLACE = ("--key-id", KEY, "--region", REGION)
CANCEL = ("aws", "kms", "cancel-key-deletion", *PLACE)
ENABLE = ("aws", "kms", "enable-key", *PLACE)
REMOTE_HELPER = "codecommit::us-east-2://work@demo"


def refusal(code: str) -> Unavailable:
    return Unavailable(f"AWS says {code}", code=code)


def repository(key_id: str | None = KEY, region: str = REGION) -> Repository:
    arn = f"arn:aws:codecommit:{region}:111122223333:demo"
    return Repository("demo", arn, region, "111122223333", key_id)


@dataclass
class Aws:
    """found, described: an answer, or the refusal. elsewhere: regions that have the repository."""

    found: Repository | Unavailable | None = field(default_factory=repository)
    described: Mapping[str, Any] | Unavailable = field(
        default_factory=lambda: {"KeyState": "Enabled", "KeyManager": "AWS"}
    )
    signs: bool = True
    region: str | None = None
    profile: str | None = None
    elsewhere: tuple[str, ...] = ()
    owned_by: tuple[str, ...] = ()
    like: str | None = None
    asked: list[str] = field(default_factory=list)

    def repository(self, name: str, region: str) -> Repository | None:
        self.asked.append(region)
        if isinstance(self.found, Unavailable):
            raise self.found
        return self.found

    def key(self, key_id: str, region: str) -> Mapping[str, Any]:
        self.asked.append(region)
        if isinstance(self.described, Unavailable):
            raise self.described
        return self.described

    def identity(self) -> Any:
        return SimpleNamespace(account="111122223333")

    def repositories(self, name: str, regions: list[str]) -> list[Repository]:
        self.asked += regions
        return [repository(region=region) for region in self.elsewhere]

    def owners(self, name: str, region: str) -> tuple[str, ...]:
        return self.owned_by

    def repository_like(self, name: str, region: str) -> str | None:
        return self.like


def kms(aws: Aws, *, url: str = facts.URL, helper: str = facts.AWS) -> Result:
    return facts.ask(facts.check("kms-key"), facts.target(url), aws, facts.signer(helper, url=url))


def exists(
    aws: Aws,
    *,
    target: Target | None = None,
    helper: str = facts.AWS,
    refused: bool | None = None,
    settings: Mapping[str, Mapping[str, str]] | None = None,
) -> Result:
    target = target or facts.cloned()
    remote = facts.entry(target.url, "remote.origin.url", file="/clone/.git/config")
    given = {
        "target": target,
        "git": facts.git(helper, entries=(remote,)),
        "aws": aws,
        "profiles": facts.profiles(*(settings or {}), settings=settings or {}),
        "signer": facts.signer(helper, url=target.url),
        "endpoint": SimpleNamespace(refused=lambda _: refused),
        "handshake": facts.handshake(),
    }
    check = facts.check("repository-exists")
    result: Result = check.function(**{name: given[name] for name in check.reads})
    return result


def commands(result: Result) -> tuple[tuple[str, ...], ...]:
    return tuple(step.command for step in result.advice if step.command)


@pytest.mark.parametrize(
    ("aws", "status", "code", "steps"),
    [
        (Aws(), "pass", None, ()),
        (Aws(repository(None), refusal("never asked")), "pass", None, ()),
        (Aws(None), "skip", "no-repository", ()),
        (Aws(refusal("AccessDenied")), "skip", "not-asked", ()),
        (Aws(described=refusal("AccessDenied")), "skip", "not-seen", ()),
        (Aws(described=refusal("NotFoundException")), "fail", "unknown-key", ()),
        (Aws(described={"KeyState": "Creating"}), "warn", "other-state", ()),
        (Aws(described={}), "warn", "other-state", ()),
        (Aws(described={"KeyState": "Disabled"}), "fail", "disabled", (ENABLE,)),
        (Aws(described={"KeyState": "PendingDeletion"}), "fail", "will-be-deleted",
         (CANCEL, ENABLE)),
        (Aws(described={"KeyState": "PendingImport"}), "fail", "no-key-material", ()),
        (Aws(described={"KeyState": "Unavailable"}), "fail", "not-available", ()),
    ],
)  # fmt: skip
def test_the_state_of_the_key(
    aws: Aws, status: str, code: str | None, steps: tuple[tuple[str, ...], ...]
) -> None:
    result = kms(aws)
    assert (result.status.value, result.code, commands(result)) == (status, code, steps)
    assert not result.confirmed
    assert bool(result.advice) is (status == "fail")
    if ENABLE in steps:
        assert result.advice[-1].text.startswith("and then" if len(steps) > 1 else "Ask an")
    assert set(aws.asked) == {REGION}


@pytest.mark.parametrize(
    ("said", "code", "step"),
    [
        ("EncryptionKeyDisabledException", "disabled", "enable it"),
        ("EncryptionKeyNotFoundException", "unknown-key", "available again"),
        ("EncryptionKeyAccessDeniedException", "access-denied", "kms-deny"),
        ("EncryptionKeyUnavailableException", "not-available", "available again"),
        ("EncryptionKeyInvalidUsageException", "wrong-usage", "available again"),
    ],
)
def test_what_codecommit_says_of_the_key_is_proved(said: str, code: str, step: str) -> None:
    result = kms(Aws(refusal(said)))
    assert (result.status.value, result.code, result.confirmed) == ("fail", code, True)
    assert step in result.advice[0].text
    result = exists(Aws(refusal(said)))
    assert result.status.value == "pass"  # CodeCommit found it, and then could not read it


@pytest.mark.parametrize(
    ("manager", "words"), [("AWS", "the AWS managed key"), ("CUSTOMER", "a customer managed key")]
)
def test_whose_key_it_is(manager: str, words: str) -> None:
    result = kms(Aws(described={"KeyState": "Enabled", "KeyManager": manager}))
    assert result.summary == f"{words} is enabled"
    assert f"KeyState Enabled, KeyManager {manager}" in result.evidence[-1].fact
    assert kms(Aws(described={})).evidence[-1].fact == "KeyState , KeyManager "


@pytest.mark.parametrize("judge", [kms, lambda aws, **more: exists(aws, **_with_target(more))])
def test_what_must_be_known_before(judge: Any) -> None:
    opaque = "!AWS_PROFILE=work aws codecommit credential-helper $@"
    unsigned = facts.signer(opaque).unknown()
    assert unsigned
    unknown = Aws(signs=False)
    result = judge(unknown, helper=opaque)
    assert (result.status.value, result.code, unknown.asked) == ("skip", unsigned.code, [])
    assert judge(Aws(), helper=opaque).status.value == "pass"  # who signs is known another way
    assert judge(Aws(signs=False)).status.value == "pass"
    unnamed = f"https://{facts.HOST}/v1/repos/"
    assert judge(Aws(), url=unnamed).code == "not-named"
    anywhere = "codecommit://work@demo"
    assert judge(Aws(), url=anywhere).code == "not-named"
    there = Aws(region="eu-west-1")
    assert judge(there, url=anywhere).status.value == "pass"
    assert set(there.asked) == {"eu-west-1"}
    named = Aws(region="eu-west-1")
    assert judge(named).status.value == "pass"
    assert set(named.asked) == {REGION}


def _with_target(more: dict[str, Any]) -> dict[str, Any]:
    url = more.pop("url", None)
    return more | ({"target": facts.target(url)} if url else {})


@pytest.mark.parametrize(
    ("aws", "refused", "status", "code", "confirmed"),
    [
        (Aws(), None, "pass", None, False),
        (Aws(refusal("AccessDenied")), None, "skip", "not-asked", False),
        (Aws(None), False, "pass", None, False),
        (Aws(None), None, "fail", "not-found", False),
        (Aws(None), True, "fail", "not-found", True),
        (Aws(None, elsewhere=("eu-west-1",)), None, "fail", "other-region", False),
        (Aws(None, elsewhere=("eu-west-1",)), True, "fail", "other-region", True),
        (Aws(None, elsewhere=("eu-west-1", "eu-west-3")), None, "fail", "other-region", False),
        (Aws(None, owned_by=("work",)), None, "fail", "other-profile", False),
    ],
)
def test_where_it_is(
    aws: Aws, refused: bool | None, status: str, code: str | None, confirmed: bool
) -> None:
    result = exists(aws, refused=refused)
    assert (result.status.value, result.code, result.confirmed) == (status, code, confirmed)
    assert bool(result.fix) is (aws.elsewhere == ("eu-west-1",))


def test_the_fix_points_to_the_only_other_region() -> None:
    result = exists(Aws(None, elsewhere=("eu-west-1",)))
    right = facts.URL.replace(REGION, "eu-west-1")
    assert [item.fact for item in result.evidence] == [
        "arn:aws:codecommit:eu-west-1:111122223333:demo"
    ]
    assert result.fix
    assert right in facts.first_edit(result).steps[0]
    assert result.fix.safety is Safety.SAFE


THERE = "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/"


@pytest.mark.parametrize(
    ("url", "there", "mends"),
    [
        (facts.URL, f"{THERE}demo", True),
        (f"https://{facts.HOST}/v1/repos/a.{REGION}.b", f"{THERE}a.{REGION}.b", True),
        (facts.URL.replace("commit.", "commit-fips."), THERE.replace("commit.", "commit-fips.")
         + "demo", True),
        (REMOTE_HELPER, "codecommit::eu-west-1://work@demo", True),
        (f"codecommit://{REGION}", f"codecommit::eu-west-1://{REGION}", True),
        (f"https://vpce-1-2.{facts.HOST.replace('us-east-2.', 'us-east-2.vpce.')}/v1/repos/demo",
         f"{THERE}demo", False),
        ("https://git-codecommit.example.com/v1/repos/demo", f"{THERE}demo", False),
    ],
)  # fmt: skip
def test_the_address_in_another_region(url: str, there: str, mends: bool) -> None:
    aws = Aws(None, elsewhere=("eu-west-1",), region=REGION)
    by_hand = exists(aws, target=facts.target(url))
    assert by_hand.fix is None
    assert [step.text for step in by_hand.advice] == [f"Use the address there: {there}"]
    cloned = exists(aws, target=facts.cloned(url))
    assert (bool(cloned.fix), bool(cloned.advice)) == (mends, not mends)
    if mends:
        assert facts.first_edit(cloned).steps[0][-1] == there


@pytest.mark.parametrize("end", ["", "/"])
def test_a_name_that_is_nearly_right(end: str) -> None:
    result = exists(Aws(None, like="demo2"), target=facts.cloned(facts.URL + end))
    assert "did you mean demo2?" in result.summary
    assert result.fix
    assert result.fix.safety is Safety.UNSAFE
    assert not result.advice
    assert f"https://{facts.HOST}/v1/repos/demo2{end}" in facts.first_edit(result).steps[0]


def test_an_address_given_by_hand_is_not_mended() -> None:
    result = exists(Aws(None, like="demo2"), target=facts.target())
    assert (result.code, result.fix, "did you mean demo2?" in result.summary) == (
        "not-found",
        None,
        True,
    )


def test_what_there_is_is_listed_with_the_profile() -> None:
    look = ("aws", "codecommit", "list-repositories", "--region", REGION)
    assert commands(exists(Aws(None))) == (look,)
    assert commands(exists(Aws(None, profile="work"))) == ((*look, "--profile", "work"),)


def test_the_profile_that_has_it_is_named_where_git_reads_it() -> None:
    aws = Aws(None, owned_by=("other", "third"))
    result = exists(aws)
    assert result.summary.endswith("the account of the profile other and third")
    assert len(result.evidence) == 2
    assert "--profile other" in result.advice[0].text
    result = exists(aws, target=facts.target(REMOTE_HELPER))
    assert "codecommit::us-east-2://other@demo" in result.advice[0].text


def test_likely_regions_come_first() -> None:
    aws = Aws(None)
    exists(aws, settings={"a": {"region": "ap-south-1"}, "b": {"region": "cn-north-1"}, "c": {}})
    _, first, *others = aws.asked
    assert first == "ap-south-1"
    assert REGION not in others
    assert "cn-north-1" not in others
    assert {"us-east-1", "us-west-2", "eu-west-1"} <= set(others)
    assert len(others) == len(set(others))
    aws = Aws(None)
    target = facts.cloned(facts.URL.replace(REGION, "ap-south-1"))
    exists(aws, target=target, settings={"a": {"region": "eu-north-1"}})
    assert aws.asked[1:] == [
        *("eu-north-1", "us-east-1", "us-east-2", "us-west-2", "eu-west-1"),
        *("ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-2"),
        *("eu-central-1", "eu-west-2"),
    ]
    china = facts.URL.replace(f"{REGION}.amazonaws.com", "cn-north-1.amazonaws.com.cn")
    aws = Aws(None)
    exists(aws, target=facts.cloned(china))
    assert aws.asked == ["cn-north-1", "cn-northwest-1"]
