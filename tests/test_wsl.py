"""Linux inside Windows, simulated at the kernel's files, the PATH and what programs answer."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import pytest
from pytest_subprocess import FakeProcess

from codecommit_doctor.check import Environment, Host, Netrc, SignerKind
from codecommit_doctor.probes import host as host_module
from codecommit_doctor.probes.wanted import Wanted
from codecommit_doctor.rules.helper import Helper
from codecommit_doctor.rules.homes import windows_home
from tests import facts
from tests.checks.test_helper_facts import told
from tests.facts import AWS, HOST

MOUNTED = "/mnt/c/Program Files/Amazon/AWSCLIV2/aws.exe"
GCM = "/mnt/c/Program Files/Git/mingw64/bin/git-credential-manager.exe"
WORDS = "codecommit credential-helper $@"
OF_WINDOWS = [f"!aws.exe {WORDS}", f"!'{MOUNTED}' {WORDS}", f"!AWS.EXE {WORDS}"]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="WSL is Linux")


@pytest.mark.parametrize(
    ("release", "variable", "is_wsl"),
    [
        ("5.15.153.1-microsoft-standard-WSL2", "", True),
        ("4.4.0-19041-Microsoft", "", True),
        ("6.6.36-my-own", "Ubuntu-24.04", True),
        ("6.1.0-21-amd64", "", False),
    ],
)
def test_wsl_is_told_from_its_kernel_or_its_variable(
    monkeypatch: pytest.MonkeyPatch, release: str, variable: str, is_wsl: bool
) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "release", lambda: release)
    monkeypatch.setenv("WSL_DISTRO_NAME", variable)
    assert Host(Wanted()).is_wsl is is_wsl


@pytest.mark.parametrize(
    ("files", "starts"),
    [
        ({}, None),
        ({"status": "enabled"}, False),
        ({"status": "enabled", "WSLInterop": "enabled\ninterpreter /init\nmagic 4d5a"}, True),
        ({"status": "enabled", "WSLInterop-late": "enabled\ninterpreter /init"}, True),
        ({"status": "enabled", "WSLInterop": "disabled\ninterpreter /init"}, False),
    ],
)
def test_interop_is_told_from_binfmt_misc(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, files: dict[str, str], starts: bool | None
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, "ascii")
    monkeypatch.setattr(host_module, "_BINFMT", tmp_path)
    assert Host(Wanted()).starts_windows_programs is starts


@pytest.mark.parametrize(
    ("path", "home"),
    [
        ("/usr/bin:/mnt/c/Users/J\u00f6 M/AppData/Local/Microsoft", "/mnt/c/Users/J\u00f6 M"),
        ("/usr/bin:/d/Users/me/AppData/Local/Programs/x", "/d/Users/me"),
        ("/usr/bin:/mnt/c/Windows/system32", None),
    ],
)
def test_the_home_in_windows(monkeypatch: pytest.MonkeyPatch, path: str, home: str | None) -> None:
    monkeypatch.setenv("PATH", path)
    assert windows_home() == (Path(home) if home else None)


@pytest.mark.parametrize("helper", OF_WINDOWS)
def test_whose_aws_files_count(helper: str) -> None:
    """Those of Windows: nothing is concluded from the ones of WSL."""
    signer = facts.signer(helper, in_wsl=True)
    assert signer.kind is SignerKind.OPAQUE_AWS_HELPER
    result = facts.ask(facts.check("profile-exists"), signer, facts.profiles())
    assert told(result) == ("skip", "opaque-helper")
    assert "it reads the AWS files of Windows, not ~/.aws here" in result.summary
    assert facts.signer(helper).kind is SignerKind.AWS_HELPER
    assert facts.signer(AWS, in_wsl=True).kind is SignerKind.AWS_HELPER


@pytest.mark.parametrize("starts", [True, False, None])
@pytest.mark.parametrize("helper", OF_WINDOWS)
def test_a_helper_of_windows_where_wsl_starts_none(helper: str, starts: bool | None) -> None:
    host = facts.host(is_wsl=True, starts_windows_programs=starts)
    programs = dict.fromkeys(("aws.exe", "AWS.EXE", MOUNTED), MOUNTED)
    result = facts.ask(
        facts.check("credential-helper"),
        facts.target(),
        facts.git(helper),
        facts.signer(helper, in_wsl=True),
        facts.cli(programs=programs),
        facts.profiles(),
        facts.handshake(),
        Netrc(),
        Environment(),
        host,
    )
    assert told(result) == (("fail", "interop-off") if starts is False else ("pass", None))


@pytest.mark.parametrize("starts", [True, False])
def test_the_aws_cli_is_in_windows_alone(starts: bool) -> None:
    result = facts.ask(
        facts.check("aws-cli-version"),
        facts.target(),
        facts.signer(AWS, in_wsl=True),
        facts.cli(programs={"aws.exe": MOUNTED}),
        facts.host(is_wsl=True, starts_windows_programs=starts),
        facts.handshake(),
    )
    assert told(result) == ("fail", "only-in-windows")
    assert any("!aws.exe codecommit" in step.text for step in result.advice) is starts


@pytest.mark.parametrize(
    "value",
    [
        GCM,
        GCM.replace(" ", "\\ "),
        f'!"{GCM}"',
        f"!'{GCM}'",
        GCM.replace("Program Files", "Program Files (x86)"),
        GCM.replace("/mnt/c", "/c"),
        GCM.replace("manager.exe", "manager-core.exe"),
        GCM.replace("manager.exe", "wincred.exe"),
    ],
)
def test_a_store_of_windows_is_known_by_its_mounted_path(value: str) -> None:
    assert Helper(value).name in ("manager", "manager-core", "wincred")
    assert Helper(value).credential_store


@pytest.mark.parametrize(
    ("helper", "code"), [(GCM.replace(" ", "\\ "), "in-windows"), ("manager", "no-store")]
)
def test_the_credential_manager_of_windows_counts_for_its_own_helpers(
    fp: FakeProcess,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    helper: str,
    code: str,
) -> None:
    """Git Credential Manager for Linux, which has the same name, keeps its passwords in Linux."""
    program = tmp_path / "cmdkey.exe"
    program.write_text("", "ascii")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("WSL_DISTRO_NAME", "Ubuntu")
    fp.register(
        [str(program), "/list"],
        stdout=f"\r\n    Target: LegacyGeneric:target=git:https://{HOST}\r\n    Type: Generic \r\n",
    )
    result = facts.ask(
        facts.check("stored-credentials"),
        facts.target(),
        facts.git(helper, AWS),
        Host(Wanted()),
    )
    assert result.code == code
