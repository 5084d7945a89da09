"""The bundle: what is in it, what is not, and that nobody gets one without being asked."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from codecommit_doctor.probes.git_config import Entry
from codecommit_doctor.redaction import Redactor
from codecommit_doctor.redaction.inventory import (
    aws_lines,
    environment,
    git_settings,
    without_user_name,
)
from codecommit_doctor.reports.bundle import Member, pack
from tests.conftest import CREDENTIALS, HELPER, SECRET_KEY, URL, VALIDATOR, Sandbox

FAST = ("--offline", "--only", "use-http-path", "--only", "credential-handshake")
NAMES = [
    "manifest.json",
    "report.json",
    "git-config.txt",
    "aws-config.txt",
    "aws-credentials.txt",
    "environment.txt",
    "handshake.txt",
    "git-output.txt",
    "versions.txt",
    "summary.md",
]


def contents(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        return {name: file.read(name).decode() for name in file.namelist()}


def bundled(sandbox: Sandbox, *words: str) -> dict[str, str]:
    path = sandbox.home.parent / "bundle.zip"
    done = sandbox.doctor("bundle", "--yes", "--output", str(path), *(words or FAST))
    assert (done.code, done.out) == (0, f"{path}\n")
    return contents(path)


# the whole


def test_members_and_manifest(healthy: Sandbox) -> None:
    found = bundled(healthy)
    assert list(found) == NAMES
    manifest = json.loads(found["manifest.json"])
    assert manifest["bundle_version"] == "1.0"
    assert list(manifest["files"]) == NAMES[1:]
    for name, entry in manifest["files"].items():
        data = found[name].encode()
        assert entry == {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    report = json.loads(found["report.json"])
    VALIDATOR.validate(report)
    assert [result["id"] for result in report["targets"][0]["results"]] == list(FAST[2::2])
    assert f"remote.origin.url={URL}" in found["git-config.txt"]
    assert "global  ~/.gitconfig, line 3: credential.usehttppath=true" in found["git-config.txt"]
    assert found["aws-config.txt"] == "[default]\nregion = us-east-2\noutput = json\n"
    assert found["aws-credentials.txt"].splitlines()[:2] == ["[default]", "aws_access_key_id = …"]
    assert "HOME=~\n" in found["environment.txt"]
    assert "\ngit 2." in found["versions.txt"]
    assert str(healthy.home) not in "".join(found.values())


def test_handshake_tells_who_was_started_and_how_it_ended(healthy: Sandbox) -> None:
    healthy.program("git-credential-quiet", "echo username=never-told; exit 7")
    healthy.write(
        ".gitconfig",
        "[credential]\n\thelper = lost\n\thelper =\n\thelper = quiet\n"
        f"\thelper = {HELPER}\n\thelper = store\n\tUseHttpPath = true\n",
    )
    told = bundled(healthy, "--trust-repository", "--only", "use-http-path")["handshake.txt"]
    lines = told.splitlines()
    assert lines[0] == f"# origin: {URL}"
    assert lines[1] == "the path is sent: yes"
    assert lines[2].startswith("removed by a reset: ")
    assert lines[3].startswith("1. ") and lines[3].endswith("=quiet: started, exit code 7")
    assert lines[4].startswith("2. ") and "credential-helper $@: started, exit code " in lines[4]
    assert lines[5].startswith("3. ") and "=store: " in lines[5]
    assert lines[6].startswith("a user name and a password were given: ")
    assert "never-told" not in told


def test_helpers_of_the_repository_are_not_run(healthy: Sandbox, tmp_path: Path) -> None:
    healthy.git("config", "credential.helper", f"!touch '{tmp_path}/ran'")
    told = bundled(healthy)["handshake.txt"]
    assert "the helpers were not run: the clone's own configuration" in told
    assert "credential.helper=!touch …: not started" in told
    assert not (tmp_path / "ran").exists()


def test_same_content_makes_the_same_bytes() -> None:
    members = [Member("report.json", "", b"{}"), Member("b.txt", "", b"b" * 1000)]
    data = pack(members)
    assert pack(members) == data
    assert data.count(b"\x00\x00\x21\x00") >= 3  # 1980-01-01, and no time


# asking


def test_nobody_to_ask(healthy: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    done = healthy.doctor("bundle", *FAST, "--output", str(path))
    assert (done.code, done.out) == (2, "")
    assert "--yes writes without asking" in done.err
    assert not path.exists()


def asked(sandbox: Sandbox, answer: bytes, *words: str) -> tuple[int, str]:
    """Runs the command at a terminal of its own, and types an answer."""
    import pty

    parent, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "codecommit_doctor", "bundle", *FAST, *words],
        cwd=sandbox.clone,
        env=sandbox.env,
        stdin=child,
        stdout=subprocess.PIPE,
        stderr=child,
    )
    os.close(child)
    seen = bytearray()

    def watch() -> None:
        try:
            while chunk := os.read(parent, 4096):
                seen.extend(chunk)
                if seen.endswith(b"[y/N] "):
                    os.write(parent, answer)
        except OSError:
            pass  # the other end is closed

    watcher = threading.Thread(target=watch)
    watcher.start()
    out, _ = process.communicate(timeout=90)
    watcher.join(timeout=10)
    os.close(parent)
    return process.returncode, seen.decode() + out.decode()


@pytest.mark.parametrize(
    ("answer", "code"), [(b"y\n", 0), (b"yes\n", 0), (b"\n", 1), (b"no\n", 1), (b"\x04", 1)]
)
def test_it_shows_what_will_be_in_it_and_asks(
    healthy: Sandbox, tmp_path: Path, answer: bytes, code: int
) -> None:
    path = tmp_path / "b.zip"
    ended, seen = asked(healthy, answer, "--output", str(path))
    assert ended == code
    before = seen.partition("[y/N]")[0]
    assert all(name in before for name in NAMES)
    assert path.exists() == (code == 0)
    assert ("nothing was written" in seen) == (code == 1)


def test_file_is_for_its_owner_alone_and_replaces_an_older_one(
    healthy: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "bundle.zip"
    path.write_text("older")
    path.chmod(0o644)
    done = healthy.doctor("bundle", "--yes", *FAST, "--output", str(path))
    assert done.code == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "manifest.json" in contents(path)
    assert [file.name for file in tmp_path.glob("*.zip*")] == ["bundle.zip"]


def test_name_is_the_time_if_none_is_given(healthy: Sandbox) -> None:
    done = healthy.doctor("bundle", "--yes", *FAST)
    (made,) = healthy.clone.glob("codecommit-doctor-*Z.zip")
    assert done.out == f"{made.name}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--output", "none/b.zip"), "No such file or directory"),
        (("--output", "."), "Is a directory"),
        (("--only", "no-such-check"), "there is no check no-such-check"),
        (("no-such-thing",), "neither an address"),
    ],
)
def test_wrong_words(healthy: Sandbox, words: tuple[str, ...], said: str) -> None:
    done = healthy.doctor("bundle", "--yes", "--offline", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert not list(healthy.clone.glob("*.zip"))


# settings of git


def listed(key: str, value: str | None) -> str:
    entry = Entry(key, value, "/etc/gitconfig", "system", 4)
    (line,) = git_settings([entry], Redactor())
    start = "system  /etc/gitconfig, line 4: "
    assert line.startswith(start)
    return line.removeprefix(start)


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("credential.helper", HELPER, HELPER),
        ("credential.helper", "", ""),
        ("credential.helper", "manager", "manager"),
        ("credential.helper", "cache --timeout=60", "cache --timeout=60"),
        ("credential.helper", "!git credential-store --file x", "!git credential-store --file …"),
        ("credential.helper", "!f() { echo hunter2; }; f", "!f() { echo …; }; f"),
        ("credential.https://host.helper", "!X-1 y", "!…"),
        ("credential.usehttppath", "true", "true"),
        ("credential.username", "ann", "…"),
        ("http.sslverify", "false", "false"),
        ("http.https://host/.sslcainfo", "/ca.pem", "/ca.pem"),
        ("http.extraheader", "X: y", "…"),
        ("http.cookiefile", "/c", "…"),
        ("http.proxy", "http://me:hunter2@proxy.test:1", "http://…@proxy.test:1"),
        ("http.proxy", "me:hun/ter@2@proxy.test:1", "…@proxy.test:1"),
        ("remote.origin.url", "https://x:y/z@host/p", "https://…@host/p"),
        ("remote.origin.url", "git@host:path", "git@host:path"),
        ("remote.origin.url", "codecommit::us-east-1://me@repo", "codecommit::us-east-1://me@repo"),
        ("url.https://host/.insteadof", "codecommit:", "codecommit:"),
        ("alias.deploy", "!curl -u me:hunter2 x", "…"),
        ("core.sshcommand", "sshpass -p hunter2 ssh", "…"),
        ("core.autocrlf", "input", "input"),
        ("core.editor", "edit hunter2", "…"),
        ("branch.main.remote", "https://x:y@host/p", "https://…@host/p"),
        ("user.name", "Ann Example", "…"),
        ("sendemail.smtppass", "hunter2", "…"),
        ("filter.lfs.process", "x", "…"),
        ("safe.directory", "*", "*"),
        ("include.path", "a\nb", "a\\nb"),
    ],
)
def test_settings_of_git(key: str, value: str, shown: str) -> None:
    assert listed(key, value) == f"{key}={shown}"


def test_name_of_a_section_holds_no_password() -> None:
    shown = listed("url.https://me:1234/5@host/.insteadof", "cc:")
    assert shown == "url.https://…@host/.insteadof=cc:"


def test_setting_without_a_value() -> None:
    assert listed("credential.usehttppath", None) == "credential.usehttppath"


# AWS files


def told(text: str, *, values: bool = True) -> list[str]:
    return list(aws_lines(text, Redactor(), values=values))


def test_aws_config_keeps_names_and_lines() -> None:
    text = (
        "# key hunter2\n[profile a b]\nregion = eu-west-1\n"
        "role_arn=arn:aws:iam::123456789012:role/x\nexternal_id = hunter2\n"
        "credential_process = /bin/x hunter2\ns3 =\n  addressing_style = path\n"
        "  my_own = hunter2\naws_secret_access_key = hunter2\n\nhunter2\n[broken\n"
    )
    assert told(text) == [
        "# … (a comment)",
        "[profile a b]",
        "region = eu-west-1",
        "role_arn=arn:aws:iam::…9012:role/x",
        "external_id = …",
        "credential_process = …",
        "s3 =",
        "  addressing_style = path",
        "  my_own = …",
        "aws_secret_access_key = …",
        "",
        "…",
        "…",
    ]


def test_credentials_file_is_names_alone() -> None:
    lines = told(f"{CREDENTIALS}region = eu-west-1\n", values=False)
    assert lines == [
        "[default]",
        "aws_access_key_id = …",
        "aws_secret_access_key = …",
        "region = …",
    ]
    assert SECRET_KEY not in "".join(lines)


def test_file_that_is_not_there(healthy: Sandbox) -> None:
    (healthy.home / ".aws" / "config").unlink()
    assert "No such file" in bundled(healthy)["aws-config.txt"]


# the environment


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("AWS_PROFILE", "a b", "AWS_PROFILE=a b"),
        ("AWS_REGION", "us-east-2", "AWS_REGION=us-east-2"),
        ("AWS_SECRET_ACCESS_KEY", "hunter2", "AWS_SECRET_ACCESS_KEY is set (not shown)"),
        ("AWS_SESSION_TOKEN", "hunter2", "AWS_SESSION_TOKEN is set (not shown)"),
        ("AWS_BEARER_TOKEN_X", "hunter2", "AWS_BEARER_TOKEN_X is set (not shown)"),
        ("GIT_CONFIG_PARAMETERS", "'a.b=hunter2'", "GIT_CONFIG_PARAMETERS is set (not shown)"),
        ("GIT_CONFIG_VALUE_0", "hunter2", "GIT_CONFIG_VALUE_0 is set (not shown)"),
        ("GIT_CONFIG_KEY_0", "http.proxy", "GIT_CONFIG_KEY_0=http.proxy"),
        ("GIT_SSL_NO_VERIFY", "1", "GIT_SSL_NO_VERIFY=1"),
        ("https_proxy", "http://me:h/@unter2@p.test:3", "https_proxy=http://…@p.test:3"),
        ("HTTPS_PROXY", "me:hunter2@p.test:3", "HTTPS_PROXY=…@p.test:3"),
        ("no_proxy", "localhost,.test", "no_proxy=localhost,.test"),
        ("PATH", "/usr/bin:/bin", "PATH=/usr/bin:/bin"),
        ("CI", "a\nb", "CI=a\\nb"),
        ("MY_VARIABLE", "hunter2", None),
        ("USER", "ann", None),
        ("DATABASE_URL", "hunter2", None),
    ],
)
def test_environment(name: str, value: str, line: str | None) -> None:
    assert list(environment({name: value}, Redactor())) == ([line] if line else [])


@pytest.mark.parametrize(
    ("user", "text", "shown"),
    [
        ("ann", "PATH=/opt/ann/bin and ann@host", "PATH=/opt/~/bin and ~@host"),
        ("ann", "annexe, joanna, ann-b", "annexe, joanna, ann-b"),
        ("root", "the root of it", "the root of it"),
        ("git", "git 2.39.5", "git 2.39.5"),
    ],
)
def test_user_name(monkeypatch: pytest.MonkeyPatch, user: str, text: str, shown: str) -> None:
    monkeypatch.setenv("LOGNAME", user)
    assert without_user_name(text) == shown


def test_healthy_configuration_is_shown_whole(healthy: Sandbox) -> None:
    shown = bundled(healthy)["git-config.txt"]
    assert "…" not in shown
    assert f"credential.helper={HELPER}\n" in shown
