from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from codecommit_doctor.rules.access_key import Keys
from codecommit_doctor.rules.signature import Resource, sign
from tests.conftest import ACCESS_KEY, HELPER, SECRET_KEY, Sandbox

ID = "credential-handshake"
KEYS = Keys("", ACCESS_KEY, SECRET_KEY)
HOST = "git-codecommit.us-east-2.amazonaws.com"
PLACE = Resource(HOST, "v1/repos/demo", "us-east-2")
STORE = "[credential]\n\thelper = store\n\tUseHttpPath = true\n"
SAVED = f"https://%s:%s@{HOST}/v1/repos/demo\n"


def password(place: Resource = PLACE, keys: Keys = KEYS, *, minutes: float = 1) -> str:
    """What the AWS helper would have made some minutes ago."""
    made = datetime.now(timezone.utc) - timedelta(minutes=minutes)
    stamp = made.strftime("%Y%m%dT%H%M%S")
    return f"{stamp}Z{sign(keys, place, stamp)}"


def stored(box: Sandbox, secret: str, user: str = ACCESS_KEY) -> Sandbox:
    """A machine whose only helper is git-credential-store, with this password in its file."""
    box.write(".gitconfig", STORE)
    box.write(".git-credentials", SAVED % (user, secret))
    return box


def summary(box: Sandbox, status: str, *words: str) -> str:
    done = box.examine("--only", ID, *words)
    assert done.status(ID) == status, done.results[ID]
    text: str = done.results[ID]["summary"]
    return text


def test_healthy(healthy: Sandbox) -> None:
    assert "right signature of the profile default" in summary(healthy, "pass")


def test_a_stale_password_out_of_a_store(healthy: Sandbox) -> None:
    secret = password(minutes=60 * 24 * 3)
    done = stored(healthy, secret).examine("--only", ID)
    result = done.results[ID]
    assert result["status"] == "fail"
    assert result["summary"].startswith("store answers with a signature that is refused")
    assert "3 days ago" in result["summary"]
    assert secret not in done.out and secret[17:] not in done.out
    assert done.report["targets"][0]["verdict"]["causes"][0]["confidence"] == "confirmed"
    assert (healthy.home / ".git-credentials").read_text() == SAVED % (ACCESS_KEY, secret)


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (Resource(HOST, "", "us-east-2"), "no path"),
        (Resource(HOST, "v1/repos/demo", "eu-west-1"), "region eu-west-1"),
        (
            Resource(HOST.replace("us-east-2", "us-west-2"), "v1/repos/demo", "us-west-2"),
            "us-west-2",
        ),
    ],
)
def test_signed_for_something_else(healthy: Sandbox, place: Resource, says: str) -> None:
    assert says in summary(stored(healthy, password(place)), "fail")


def test_signed_for_another_repository_of_the_clone(healthy: Sandbox) -> None:
    healthy.git("remote", "add", "old", f"https://{HOST}/v1/repos/old")
    secret = password(Resource(HOST, "v1/repos/old", "us-east-2"))
    assert "/v1/repos/old" in summary(stored(healthy, secret), "fail", "origin")


def test_signed_with_the_secret_of_another_profile(healthy: Sandbox) -> None:
    other = Keys("", "AKIAI44QH8DHBEXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY")
    file = healthy.home / ".aws" / "credentials"
    file.write_text(
        f"{file.read_text()}[other]\naws_access_key_id = {other.access_key}\n"
        f"aws_secret_access_key = {other.secret}\n"
    )
    assert "the profile other" in summary(stored(healthy, password(keys=other)), "fail")


def test_git_credentials(healthy: Sandbox) -> None:
    box = stored(healthy, "R2l0IGNyZWRlbnRpYWxzIG9mIElBTSE%3D", "alice-at-111122223333")
    assert "Git credentials of an IAM user" in summary(box, "pass")


def test_an_access_key_as_user_name_and_password(healthy: Sandbox) -> None:
    box = stored(healthy, SECRET_KEY.replace("/", "%2F"))
    assert "an access key is not a user name" in summary(box, "fail")


def test_something_else(healthy: Sandbox) -> None:
    assert "neither" in summary(stored(healthy, "hunter2", "alice"), "warn")


def test_a_store_that_holds_nothing_yet(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", STORE)
    assert "so Git prompts" in summary(healthy, "skip")


def test_no_answer(healthy: Sandbox) -> None:
    healthy.program("aws", 'test "$1" = --version && echo aws-cli/1.46.3')
    assert "gave no reason" in summary(healthy, "fail")


def test_the_words_of_a_helper_that_fails(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", f"[credential]\n\thelper = {HELPER}\n")
    done = healthy.examine("--only", ID)
    assert done.results[ID]["summary"] == "no helper returned a password ('path')"
    assert any(e["fact"] == "'path'" for e in done.results[ID]["evidence"])


def test_a_profile_that_is_not_there(healthy: Sandbox) -> None:
    helper = HELPER.replace("$@", "--profile nobody $@")
    healthy.write(".gitconfig", f"[credential]\n\thelper = {helper}\n\tUseHttpPath = true\n")
    assert "profile (nobody) could not be found" in summary(healthy, "fail")


def test_it_says_who_answered(healthy: Sandbox) -> None:
    """Helpers that git asks later, or that themselves start git, are not taken for it."""
    stored(healthy, password())
    healthy.git("config", "--global", "--add", "credential.helper", "cache")
    result = healthy.examine("--only", ID).results[ID]
    assert result["summary"].startswith("store answers with the right signature")
    facts = [e["fact"] for e in result["evidence"]]
    assert "credential.helper=cache" not in facts


EVIL = [
    "!touch evil; aws codecommit credential-helper $@",
    "!./aws codecommit credential-helper $@",
    '!aws codecommit credential-helper "$(touch evil)"',
    '!aws codecommit credential-helper --profile "$(touch evil)" $@',
    "!aws codecommit credential-helper $@\ntouch evil",
    "!AWS_CONFIG_FILE=evil aws codecommit credential-helper $@",
    "!aws codecommit credential-helper `touch evil` $@",
    "/tmp/evil",
]


@pytest.mark.parametrize("value", EVIL)
def test_a_helper_of_the_repositorys_own_is_not_run(healthy: Sandbox, value: str) -> None:
    healthy.git("config", "credential.helper", value)
    healthy.program("aws", 'test "$1" = --version || touch evil')
    assert "--trust-repository" in summary(healthy, "skip")
    assert not list(healthy.clone.glob("evil"))


def test_unless_it_is_trusted(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", "[credential]\n\tUseHttpPath = true\n")
    healthy.git("config", "credential.helper", "!echo username=x; echo password=y; touch ran; :")
    assert "might use the network" in summary(healthy, "skip", "--trust-repository")
    done = healthy.examine("--only", ID, "--trust-repository", offline=False)
    assert done.status(ID) == "warn"
    assert (healthy.clone / "ran").exists()


@pytest.mark.parametrize("options", ["", "--profile default ", "--profile 'default' --region x "])
def test_the_plain_aws_helper_of_a_repository_is_run(healthy: Sandbox, options: str) -> None:
    healthy.write(".gitconfig", "[credential]\n\tUseHttpPath = true\n")
    healthy.git("config", "credential.helper", HELPER.replace("$@", f"{options}$@"))
    assert "right signature" in summary(healthy, "pass")


@pytest.mark.parametrize(
    "settings",
    [
        "credential_process = touch ran",
        "sso_start_url = https://x.awsapps.com/start\nsso_region = us-east-1",
        "role_arn = arn:aws:iam::111122223333:role/r\nsource_profile = default",
    ],
)
def test_offline_no_helper_runs_that_may_need_the_network(healthy: Sandbox, settings: str) -> None:
    healthy.write(".aws/config", f"[profile p]\n{settings}\n")
    helper = HELPER.replace("$@", "--profile p $@")
    healthy.write(".gitconfig", f"[credential]\n\thelper = {helper}\n\tUseHttpPath = true\n")
    assert "--offline is set" in summary(healthy, "skip")


def test_a_helper_that_would_ask_for_a_second_factor_is_not_run(healthy: Sandbox) -> None:
    healthy.write(
        ".aws/config",
        "[profile p]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = default\n"
        "mfa_serial = arn:aws:iam::111122223333:mfa/alice\n",
    )
    helper = HELPER.replace("$@", "--profile p $@")
    healthy.write(".gitconfig", f"[credential]\n\thelper = {helper}\n\tUseHttpPath = true\n")
    healthy.program("aws", 'test "$1" = --version || touch ran')
    done = healthy.examine("--only", ID, offline=False)
    assert done.status(ID) == "skip"
    assert "second factor" in done.results[ID]["summary"]
    assert not list(healthy.home.rglob("ran"))


def test_nothing_is_left_behind(healthy: Sandbox) -> None:
    healthy.examine("--only", ID)
    assert not list((healthy.bin.parent / "tmp").iterdir())


def test_a_repository_without_helpers(sandbox: Sandbox) -> None:
    assert "so Git prompts" in summary(sandbox, "skip")


@pytest.mark.parametrize(("minutes", "confidence"), [(60, "confirmed"), (1, "likely")])
def test_it_confirms_a_conflict(healthy: Sandbox, minutes: float, confidence: str) -> None:
    healthy.system_config.write_text("[credential]\n\thelper = store\n")
    healthy.write(".git-credentials", SAVED % (ACCESS_KEY, password(minutes=minutes)))
    done = healthy.examine()
    first = done.report["targets"][0]["verdict"]["causes"][0]
    assert (first["check"], first["confidence"]) == ("credential-manager-conflict", confidence)
    assert done.results[ID]["because_of"] == "credential-manager-conflict"


def test_it_confirms_a_missing_path(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", f"[credential]\n\thelper = {HELPER}\n")
    first = healthy.examine().report["targets"][0]["verdict"]["causes"][0]
    assert (first["check"], first["confidence"]) == ("use-http-path", "confirmed")


def test_of_many_clones_one_is_asked_and_the_others_follow(healthy: Sandbox) -> None:
    real = (healthy.bin / "aws").resolve()
    healthy.program("aws", f'test "$1" = --version || echo x >> "$HOME/runs"; exec "{real}" "$@"')
    words = [f"https://{HOST}/v1/repos/r{number}" for number in range(5)]
    done = healthy.examine("--only", ID, *words)
    found = [target["results"][0] for target in done.report["targets"]]
    assert {result["status"] for result in found} == {"pass"}
    assert {result["summary"] for result in found} == {
        "the AWS helper answers with the right signature of the profile default"
    }
    assert (healthy.home / "runs").read_text().split() == ["x"]
