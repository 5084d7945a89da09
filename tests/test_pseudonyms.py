"""Pseudonyms: the same name has the same token in every report, and no name is left in any."""

from __future__ import annotations

import json
import os
import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codecommit_doctor.formats import NAMES, render
from codecommit_doctor.redaction import Redactor
from codecommit_doctor.redaction.pseudonyms import Pseudonyms, use
from codecommit_doctor.reports.building import cleaned
from codecommit_doctor.reports.report import EvidenceItem, TargetItem, Verdict
from tests.conftest import HEALTHY, Sandbox
from tests.formats import reports

KEY = b"0123456789abcdef0123456789abcdef"
ACCOUNT, USER, PROXY = "493827160542", "jane.doe", "proxy.corp.example"

LETTERS = "abcdefghijklmnopqrstuvwxyz"
USERS = st.text(LETTERS + "0123456789._-", min_size=3, max_size=20).map(lambda text: f"q{text}z")
HOSTS = st.lists(st.text(LETTERS, min_size=3, max_size=9), min_size=2, max_size=4).map(
    lambda labels: "x" + ".".join(labels) + ".example"
)
ACCOUNTS = st.text("123456789", min_size=12, max_size=12)


@pytest.fixture(autouse=True)
def none_left_in_force() -> Iterator[None]:
    yield
    use(None)


def key_file(folder: Path, mode: int = 0o600, data: bytes = KEY) -> Path:
    path = folder / "doctor.key"
    path.write_bytes(data)
    path.chmod(mode)
    return path


def test_token_depends_on_the_key_the_kind_and_the_name_alone() -> None:
    one, same, other = Pseudonyms(KEY), Pseudonyms(KEY), Pseudonyms(KEY[::-1])
    assert one.token("host", "A.example") == same.token("host", "a.EXAMPLE")
    tokens = {
        one.token("host", "a"),
        one.token("user", "a"),
        one.token("host", "b"),
        other.token("host", "a"),
    }
    assert len(tokens) == 4
    assert all(re.fullmatch(r"(host|user)-[0-9a-f]{12}", token) for token in tokens)


@settings(deadline=None, max_examples=60)
@given(account=ACCOUNTS, user=USERS, session=USERS, host=HOSTS)
def test_no_name_is_left_in_any_format(account: str, user: str, session: str, host: str) -> None:
    use(Pseudonyms(KEY))
    facts = (
        f"arn:aws:iam::{account}:user/team/{user}",
        f"arn:aws:sts::{account}:assumed-role/{user}/{session}",
        f"http.proxy=http://{host}:8080",
        f"{user}-at-{account}",
    )
    evidence = [EvidenceItem(fact, "sts:GetCallerIdentity", None) for fact in facts]
    said = f"{session} of {user} in {account} is refused by {host}"
    result = reports.result("iam-permissions", "fail", said, evidence=evidence)
    url = f"https://{host}/v1/repos/demo"
    target = TargetItem("origin", url, "us-east-2", "demo", [result], Verdict([]))
    made = reports.report([target], system="Linux")
    redactor = Redactor()
    for _ in range(2):
        made = cleaned(made, redactor)
    for form in NAMES:
        text = render(made, form, verbose=True).decode()
        for name in (account, user, session, host):
            assert name not in text, (form, name)
    use(None)


def test_public_hosts_and_programs_keep_their_names() -> None:
    names = Pseudonyms(KEY)
    text = (
        "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo ~/.gitconfig:2 aws.cmd "
        "https://docs.aws.amazon.com/x http://127.0.0.1:8080 credential.helper Git 2.39.5"
    )
    assert names.applied(text) == text
    own = "https://vpce-0abc-def.git-codecommit.us-east-2.vpce.amazonaws.com/v1"
    assert "vpce-0abc" not in names.applied(own)
    assert "10.1.2.3" not in names.applied("http://10.1.2.3:3128")


@pytest.fixture
def named(healthy: Sandbox) -> Sandbox:
    """A machine whose files name an account, a role and a proxy."""
    healthy.write(
        ".aws/config",
        f"[default]\nregion = us-east-2\n[profile work]\n"
        f"role_arn = arn:aws:iam::{ACCOUNT}:role/{USER}\nsource_profile = default\n",
    )
    healthy.write(
        ".gitconfig", HEALTHY + f'[http "https://example.com"]\n\tproxy = http://{PROXY}:3128\n'
    )
    return healthy


def test_report_and_bundle_of_a_machine_name_nobody(named: Sandbox) -> None:
    key = str(key_file(named.home))
    given = ("--offline", "--pseudonyms", key)
    out = named.home / "bundle.zip"
    assert named.doctor("bundle", "--yes", "--output", str(out), *given).code == 0
    with zipfile.ZipFile(out) as file:
        texts = {name: file.read(name).decode() for name in file.namelist()}
    shown = named.doctor("--verbose", *given)
    texts["console"] = shown.out + shown.err
    for name in (ACCOUNT, USER, PROXY):
        assert [where for where, text in texts.items() if name in text] == [], name
    tokens = Pseudonyms(KEY)
    assert tokens.token("account", ACCOUNT) in texts["aws-config.txt"]
    assert tokens.token("user", USER) in texts["aws-config.txt"]
    assert tokens.token("host", PROXY) in texts["git-config.txt"]
    json.loads(texts["report.json"])


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
@pytest.mark.parametrize(
    ("mode", "data", "why"),
    [
        (0o640, KEY, "others can read it"),
        (0o606, KEY, "others can read it"),
        (0o600, b"short", "a key has 32 to 4096 bytes"),
        (0o600, b"x" * 5000, "a key has 32 to 4096 bytes"),
    ],
)
def test_key_that_is_no_secret_is_refused(
    healthy: Sandbox, mode: int, data: bytes, why: str
) -> None:
    path = key_file(healthy.home, mode, data)
    done = healthy.doctor("--offline", "--pseudonyms", str(path))
    assert (done.code, done.out) == (2, "")
    assert why in done.err


def test_key_in_a_clone_or_nowhere_is_refused(healthy: Sandbox) -> None:
    inside = healthy.doctor("--offline", "--pseudonyms", str(key_file(healthy.clone)))
    assert inside.code == 2
    assert "it lies in a clone" in inside.err
    nowhere = healthy.doctor("--offline", "--pseudonyms", str(healthy.home / "nothing"))
    assert nowhere.code == 2
    assert "can't be read" in nowhere.err


def test_accounts_are_not_shown_and_hidden_at_once(healthy: Sandbox) -> None:
    key = str(key_file(healthy.home))
    done = healthy.doctor("--offline", "--pseudonyms", key, "--show-accounts")
    assert done.code == 2
    assert "use one of them" in done.err


@pytest.mark.skipif(os.name != "posix", reason="a line of sh")
def test_documented_line_makes_a_key(healthy: Sandbox) -> None:
    text = Path(__file__).parent.parent.joinpath("docs", "for-programs.md").read_text("utf-8")
    (line,) = re.findall(r"^\(umask 077; .*$", text, re.MULTILINE)
    import subprocess

    subprocess.run(["sh", "-c", line], check=True, env=healthy.env, cwd=healthy.home)
    made = healthy.home / ".codecommit-doctor.key"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert healthy.doctor("--offline", "--pseudonyms", str(made)).code == 0


def test_pseudonym_of_the_machine_can_not_be_computed_from_its_name(healthy: Sandbox) -> None:
    key = str(key_file(healthy.home))
    plain, made = healthy.examine("--offline"), healthy.examine("--offline", "--pseudonyms", key)
    tokens = Pseudonyms(KEY)
    for kind, field in (("host", "id"), ("user", "account")):
        name = plain.report["machine"][field]
        assert made.report["machine"][field] == tokens.token(kind, name)
