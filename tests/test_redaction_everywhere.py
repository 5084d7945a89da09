"""No secret leaves the process, wherever it stands and in whatever form the process speaks."""

from __future__ import annotations

import base64
import json
import string
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from codecommit_doctor.check import Advice, Check, Evidence, Origin, Result, Status
from codecommit_doctor.engine.examination import Finding, Section
from codecommit_doctor.engine.machine import Machine
from codecommit_doctor.formats import NAMES, render
from codecommit_doctor.probes.git_config import Entry
from codecommit_doctor.redaction import Redactor
from codecommit_doctor.redaction.inventory import (
    aws_lines,
    environment,
    git_settings,
    without_user_name,
)
from codecommit_doctor.reports.building import build
from codecommit_doctor.reports.bundle import Member, pack
from codecommit_doctor.reports.reading import parse
from codecommit_doctor.reports.report import encode
from codecommit_doctor.rules.target import parse as parse_target
from tests.conftest import HELPER, URL, Sandbox

HOST = "git-codecommit.us-east-2.amazonaws.com"
USER = "zuzanna"
HOME = f"/srv/people/{USER}"
UPPER = string.ascii_uppercase + string.digits
LETTERS = string.ascii_letters + string.digits
BASE64 = LETTERS + "/+"
MIXED = "aZ9"
"""Makes sure that a random key has a letter of each case and a digit, as keys have."""


@dataclass(frozen=True)
class Secrets:
    """One of each kind."""

    access_key: str
    secret_key: str
    token: str
    signature: str
    password: str
    account: str

    @property
    def needles(self) -> tuple[str, ...]:
        """What may be found nowhere; of an access key id its beginning and end may be shown."""
        basic = base64.b64encode(f"me:{self.password}".encode()).decode()
        plain = (self.secret_key, self.token, self.signature, self.password, basic, self.account)
        quoted = [quote(text, safe="") for text in plain]
        return (self.access_key[4:-4], *plain, *quoted)

    @property
    def basic(self) -> str:
        return base64.b64encode(f"me:{self.password}".encode()).decode()


def text(alphabet: str, size: int, most: int | None = None) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=size, max_size=most or size)


secrets = st.builds(
    Secrets,
    access_key=st.builds(str.__add__, st.sampled_from(["AKIA", "ASIA"]), text(UPPER, 16)),
    secret_key=text(BASE64, 37).map(lambda rest: MIXED + rest),
    token=text(BASE64, 150, 300).map(lambda rest: f"IQoJb3JpZ2lu{rest}=="),
    signature=text("0123456789abcdef", 64).map(lambda rest: f"20261123T120000Z{rest}"),
    password=text(LETTERS, 8, 20).map(lambda rest: f"pW7{rest}"),
    account=text(string.digits, 12),
)


def phrases(s: Secrets) -> list[str]:
    """Secrets as git, AWS, curl and shells write them, where nothing but the look tells."""
    return [
        s.access_key,
        s.secret_key,
        s.token,
        s.signature,
        f"username={s.access_key}%{s.token}",
        f"username={s.access_key}%{s.password}",
        f"password={s.signature}",
        f"password={s.password}",
        f"'password={s.password}'",
        f"aws_secret_access_key = {s.secret_key}",
        f"aws_session_token={s.token}",
        json.dumps({"SecretAccessKey": s.secret_key, "SessionToken": s.token}),
        f"https://me:{s.password}@{HOST}/v1/repos/demo",
        f"https://me:{s.password}/x@{HOST}/v1/repos/demo",
        f"https://{s.password}@{HOST}/v1/repos/demo",
        f"fatal: unable to access 'https://me:{s.password}@{HOST}/': 403",
        f"http://{USER}:{s.password}@proxy.test:3128",
        f"http.proxy={USER}:{s.password}@proxy.test:3128",
        f"socks5h://me:{s.password}@proxy.test",
        f"ssh://me:{s.password}@{HOST}/v1/repos/demo",
        f"Authorization: Basic {s.basic}",
        f"authorization: {s.password}",
        f"the header was: Basic {s.basic}",
        f"http.extraHeader=Authorization: Bearer {s.token}",
        f"machine {HOST} login me password {s.password}",
        f"curl --password {s.password}",
        f"arn:aws:iam::{s.account}:user/x",
        f"account {s.account}",
        f"https://x.test/?X-Amz-Signature={s.signature[16:]}&X-Amz-Security-Token={s.token}",
    ]


def leaks(shown: str, s: Secrets) -> list[str]:
    return [needle for needle in s.needles if needle in shown]


@pytest.fixture
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user with a name and a home, and no secrets in the environment."""
    home = {"HOME": HOME, "LOGNAME": USER, "USER": USER, "PATH": "/usr/bin"}
    monkeypatch.setattr("os.environ", home)


pure = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(secrets, st.data())
@pure
def test_text(at_home: None, s: Secrets, data: st.DataObject) -> None:
    said = data.draw(st.lists(st.sampled_from(phrases(s)), min_size=1, max_size=4))
    joined = data.draw(st.sampled_from([" ", "\n", "; ", "\t"])).join(said)
    assert not leaks(Redactor().clean(joined), s)


class Knowing(Machine):
    """A machine whose AWS files hold secrets."""

    def __init__(self, *values: str) -> None:
        super().__init__()
        self.values = set(values)

    def known_secrets(self) -> set[str]:
        return self.values


def section(words: list[str]) -> Section:
    """A target and a result with these words in every place that a check can fill."""
    word = iter(words * 9)
    name = next(word)
    target = parse_target(next(word), name=name, directory=Path.cwd(), written_url=next(word))
    check = Check("planted", "Is it?", "", "https://x.test/", lambda: None)  # type: ignore[arg-type, return-value]
    origin = Origin(next(word), next(word), 3, "global")
    advice = (Advice(next(word), ("git", "config", next(word))), Advice("", (next(word),)))
    result = Result(Status.FAIL, next(word), (Evidence(next(word), origin),), advice)
    skip = Result(Status.SKIP, next(word))
    return Section(target, (Finding(check, result, 0.1), Finding(check, skip, 0.1)))


@given(secrets, st.data())
@settings(pure, max_examples=60)
def test_every_format_of_a_report(at_home: None, s: Secrets, data: st.DataObject) -> None:
    home = [f"{HOME}/clone", f"~ is {HOME}", f"/home/{USER}/x", f"C:\\Users\\{USER}\\x"]
    words = st.sampled_from([*phrases(s), *home, f"the word {s.password} alone"])
    planted = section(data.draw(st.lists(words, min_size=9, max_size=9)))
    report = build((planted,), Knowing(s.password, s.secret_key, s.token))
    again = parse(encode(report))
    for form in NAMES:
        for shown in (report, again):
            made = render(shown, form, verbose=True).decode()
            assert not leaks(made, s), form
            assert USER not in made
    packed = pack([Member("report.json", "", encode(report))])
    assert not leaks(packed.decode("latin-1"), s)


def keys_of_git(s: Secrets) -> st.SearchStrategy[str]:
    names = st.sampled_from(
        [
            "alias.deploy",
            "core.sshcommand",
            "core.editor",
            "user.name",
            "user.email",
            "github.token",
            "github.user",
            "sendemail.smtppass",
            "credential.username",
            "http.extraheader",
            f"http.https://{HOST}/.extraheader",
            "http.cookiefile",
            "http.useragent",
            "filter.x.clean",
            "difftool.x.cmd",
            "a.b.c",
        ]
    )
    addresses = st.sampled_from(
        [
            f"url.https://me:{s.password}@{HOST}/.x",
            f"url.https://{s.password}@{HOST}/.insteadofall",
            f"url.https://me:1/{s.password}@{HOST}/.x",
            f"http.http://me:{s.password}@{HOST}.pass",
        ]
    )
    return names | addresses


@given(secrets, st.data())
@pure
def test_settings_of_git(at_home: None, s: Secrets, data: st.DataObject) -> None:
    bare = st.sampled_from([s.password, f"x {s.password} y", f"{s.password}\n{s.account}", USER])
    hidden = st.tuples(keys_of_git(s), st.sampled_from(phrases(s)) | bare)
    snippets = st.sampled_from(
        [
            f"!f() {{ echo username=me; echo password={s.password}; }}; f",
            f"!echo {s.password}",
            f"!aws codecommit credential-helper $@ || echo {s.password}",
            f"store --file=/home/{USER}/{s.password}",
            f"!git credential-store --file {s.password}",
            f"cache --socket {s.password}",
            f"/opt/{USER}/helper {s.password}",
        ]
    )
    helper_keys = st.sampled_from(["credential.helper", f"credential.https://{HOST}.helper"])
    helpers = st.tuples(helper_keys, snippets)
    proxies = st.tuples(
        st.sampled_from(["http.proxy", f"http.https://{HOST}.proxy", "remote.origin.proxy"]),
        st.sampled_from([f"http://me:{s.password}@p.test:1", f"me:{s.secret_key}@p.test:1"]),
    )
    shown_names = st.sampled_from(["remote.origin.url", "branch.x.remote", "include.path"])
    numbered = f"https://me:1/{s.password}@{HOST}/v1/repos/demo"
    shown = st.tuples(shown_names, st.sampled_from(phrases(s))) | st.just(
        ("remote.origin.url", numbered)
    )
    entries = [
        Entry(key, value, f"/home/{USER}/.gitconfig", "global", 1)
        for key, value in data.draw(st.lists(hidden | helpers | proxies | shown, min_size=1))
    ]
    listing = without_user_name("\n".join(git_settings(entries, Redactor())))
    assert not leaks(listing, s)
    assert USER not in listing
    assert len(listing.splitlines()) == len(entries)


@given(secrets, st.data())
@pure
def test_aws_files(at_home: None, s: Secrets, data: st.DataObject) -> None:
    bare = [s.password, f"a {s.password} b", f"/bin/x --key {s.password}"]
    names = ["aws_access_key_id", "aws_secret_access_key", "external_id", "credential_process"]
    values = st.sampled_from([*phrases(s), *bare])
    lines = st.one_of(
        st.builds("{} = {}".format, st.sampled_from([*names, "my_own", "X"]), values),
        st.builds("  {}={}".format, st.sampled_from(names), values),
        st.builds("region = {}".format, st.sampled_from(phrases(s))),
        st.builds("# {}".format, values),
        st.sampled_from([phrase for phrase in phrases(s) if "=" not in phrase]),
        st.sampled_from([*bare, "[default]", f"[profile {s.account}]", f"role_arn = {s.account}"]),
    )
    text = "\n".join(data.draw(st.lists(lines, min_size=1)))
    for shown in (True, False):
        assert not leaks("\n".join(aws_lines(text, Redactor(), values=shown)), s)


@given(secrets, st.data())
@pure
def test_environment(at_home: None, s: Secrets, data: st.DataObject) -> None:
    bare = [s.password, s.access_key, s.secret_key, s.token, f"'a.b={s.password}'"]
    hidden = st.tuples(
        st.sampled_from(
            [
                "AWS_ACCESS_KEY_ID",
                "AWS_SECRET_ACCESS_KEY",
                "AWS_SESSION_TOKEN",
                "AWS_SECURITY_TOKEN",
                "AWS_ROLE_SESSION_NAME",
                "GIT_CONFIG_PARAMETERS",
                "GIT_CONFIG_VALUE_0",
                "GIT_AUTHOR_NAME",
                "GIT_SSH_COMMAND",
                "GITHUB_TOKEN",
                "DATABASE_URL",
                "USER",
                "MY_OWN",
            ]
        ),
        st.sampled_from([*bare, *phrases(s)]),
    )
    proxies = st.tuples(
        st.sampled_from(["http_proxy", "HTTPS_PROXY", "all_proxy", "NO_PROXY"]),
        st.sampled_from(
            [f"http://me:{s.password}@p.test", f"me:{s.password}@p", f"http://{s.secret_key}@p"]
        ),
    )
    shown = st.tuples(
        st.sampled_from(["AWS_PROFILE", "PATH", "AWS_ROLE_ARN", "GIT_DIR", "GIT_CONFIG_KEY_0"]),
        st.sampled_from([*phrases(s), f"/home/{USER}/bin:/opt/{USER}/bin"]),
    )
    variables = dict(data.draw(st.lists(hidden | proxies | shown, min_size=1)))
    listing = without_user_name("\n".join(environment(variables, Redactor())))
    assert not leaks(listing, s)
    assert USER not in listing


# the whole program


def plant(sandbox: Sandbox, s: Secrets) -> None:
    """Secrets in every place that the doctor reads, or could come by."""
    sandbox.write(
        ".gitconfig",
        f"[user]\n\tname = {USER}\n\temail = {USER}@{s.password}.test\n"
        f"[credential]\n\tusername = {USER}{s.password}\n"
        f'\thelper = "!f() {{ echo username=me; echo password={s.password}; }}; f"\n'
        f"\thelper = {HELPER} --profile {s.account}\n"
        f"\thelper = store --file='{sandbox.home}/.git-credentials'\n"
        f"[http]\n\textraHeader = Authorization: Basic {s.basic}\n"
        f"\tproxy = me:{s.password}@proxy.test:3128\n"
        f'[http "https://{HOST}"]\n\textraHeader = X-Amz-Security-Token: {s.token}\n'
        f'[url "https://me:{s.password}@{HOST}/"]\n\tinsteadOf = cc:\n'
        f'[alias]\n\tdeploy = "!curl -u me:{s.password} x"\n[github]\n\ttoken = {s.password}\n',
    )
    sandbox.write(
        ".aws/credentials",
        f"[default]\naws_access_key_id = {s.access_key}\naws_secret_access_key = {s.secret_key}\n"
        f"aws_session_token = {s.token}\n[{s.account}]\naws_access_key_id = {s.access_key}\n"
        f"# {s.password}\n",
    )
    sandbox.write(
        ".aws/config",
        f"[default]\nregion = us-east-2\nrole_arn = arn:aws:iam::{s.account}:role/x\n"
        f"external_id = {s.password}\n[profile x]\ncredential_process = /bin/x {s.password}\n",
    )
    sandbox.write(".netrc", f"machine {HOST} login me password {s.password}\n")
    sandbox.write(
        ".git-credentials",
        f"https://{s.access_key}:{s.signature}@{HOST}/v1/repos/demo\n"
        f"https://me:{s.password}@{HOST}\n",
    )
    sandbox.env |= {
        "LOGNAME": USER,
        "USER": USER,
        "AWS_ACCESS_KEY_ID": s.access_key,
        "AWS_SECRET_ACCESS_KEY": s.secret_key,
        "AWS_SESSION_TOKEN": s.token,
        "HTTPS_PROXY": f"http://{USER}:{s.password}@proxy.test:3128",
        "http_proxy": f"{USER}:{s.password}@proxy.test:3128",
        "GIT_AUTHOR_NAME": USER,
        "MY_SETTING": s.password,
    }
    sandbox.git("remote", "set-url", "origin", f"https://me:{s.password}@{HOST}/v1/repos/demo")
    sandbox.git("remote", "add", "plain", URL)
    sandbox.git("config", "credential.helper", f"!echo password={s.password}")
    sandbox.program("aws", 'env; cat "$HOME"/.aws/* "$HOME"/.netrc >&2; exit 1')


def told(sandbox: Sandbox, folder: Path) -> Iterator[str]:
    """All that the program says of this machine, in every form."""
    slow = ("--skip", "aws-cli-codecommit", "--offline", "--trust-repository")
    files = {name: folder / f"report.{name}" for name in NAMES}
    wanted = [word for name, path in files.items() for word in ("--report", f"{name}={path}")]
    done = sandbox.doctor("--verbose", *slow, *wanted)
    yield done.out + done.err
    for path in files.values():
        yield path.read_text("utf-8")
    packed = folder / "bundle.zip"
    done = sandbox.doctor("bundle", "--yes", *slow, "--output", str(packed))
    assert done.code == 0, done.err
    yield done.err
    with zipfile.ZipFile(packed) as file:
        for name in file.namelist():
            yield file.read(name).decode()


@given(s=secrets)
@settings(
    deadline=None,
    max_examples=3,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_whole_program(tmp_path: Path, s: Secrets) -> None:
    with TemporaryDirectory(dir=tmp_path) as name:
        folder = Path(name)
        sandbox = Sandbox(folder)
        plant(sandbox, s)
        found = list(told(sandbox, folder))
        assert HOST in found[0]
        assert len(found) > 2 + len(NAMES)
        for shown in found:
            assert not leaks(shown, s)
            assert str(sandbox.home) not in shown
            assert f"{USER}:" not in shown
