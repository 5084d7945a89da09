"""Windows and macOS, simulated where the doctor meets them: at the programs that it starts."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import pytest
from pytest_subprocess import FakeProcess

from codecommit_doctor.check import Check, Result, Status
from codecommit_doctor.engine.machine import Machine
from codecommit_doctor.engine.registry import load
from codecommit_doctor.probes import aws_cli
from codecommit_doctor.probes.aws_cli import _FIND
from codecommit_doctor.probes.host import Host
from codecommit_doctor.rules.target import parse
from tests.conftest import HELPER, URL

GIT_FOR_WINDOWS = "C:/Program Files/Git/etc/gitconfig"
APPLE = "/Applications/Xcode.app/Contents/Developer/usr/share/git-core/gitconfig"
USER = "C:/Users/j\u00f6 e/.gitconfig"


ENDING = ".exe" if os.name == "nt" else ""


class Elsewhere:
    """A machine whose git answers what is registered."""

    def __init__(self, fp: FakeProcess, patch: pytest.MonkeyPatch, folder: Path) -> None:
        self.fp, self.patch, self.folder = fp, patch, folder
        self.git = folder / f"git{ENDING}"
        self.git.write_text("", "utf-8")
        self.git.chmod(0o755)
        patch.setenv("PATH", str(folder))
        patch.chdir(folder)
        fp.keep_last_process(True)

    def runs(self, system: str) -> None:
        self.patch.setattr(platform, "system", lambda: system)
        self.patch.setattr(Host, "is_windows", property(lambda _: system == "Windows"))

    def version(self, text: str) -> None:
        self.fp.register([str(self.git), "--version"], stdout=f"git version {text}\n")

    def configuration(self, *entries: tuple[str, str, str, str]) -> None:
        """entries: scope, file, key, value."""
        listing = "".join(
            f"{scope}\0file:{file}\0{key}\n{value}\0" for scope, file, key, value in entries
        )
        words = ["config", "--list", "--show-scope", "--show-origin", "-z"]
        self.fp.register([str(self.git), *words], stdout=listing.encode())
        answer = "protocol=https\nhost=h\npath=v1/repos/demo\nusername=x\npassword=x\n"
        any_words = self.fp.any()
        self.fp.register([str(self.git), any_words], stdout=answer)
        self.fp.register([str(self.git), "credential", "fill"], stdout=answer, stderr=self.numbers)

    numbers = ""

    def result(self, id: str) -> Result:
        check: Check = next(check for check in load().checks if check.id == id)
        machine = Machine()
        machine.ask_for(offline=True)
        target = parse(URL, name="origin", directory=self.folder)
        outcome: Result = check.function(**machine.read_for(check, target))
        return outcome


@pytest.fixture
def elsewhere(fp: FakeProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Elsewhere:
    return Elsewhere(fp, monkeypatch, tmp_path)


@pytest.mark.parametrize("helper", ["manager", "manager-core", "wincred"])
def test_git_for_windows_brings_a_manager_in_its_system_file(
    elsewhere: Elsewhere, helper: str
) -> None:
    elsewhere.runs("Windows")
    elsewhere.version("2.44.0.windows.1")
    elsewhere.configuration(
        ("system", GIT_FOR_WINDOWS, "credential.helper", helper),
        ("system", GIT_FOR_WINDOWS, "credential.https://dev.azure.com.usehttppath", "true"),
        ("global", USER, "credential.helper", HELPER),
        ("global", USER, "credential.usehttppath", "true"),
    )
    result = elsewhere.result("credential-manager-conflict")
    assert result.status is Status.FAIL
    assert result.summary.startswith(f"Git asks {helper} (")
    origin = result.evidence[0].origin
    assert (origin.file or "").replace("\\", "/").endswith(GIT_FOR_WINDOWS)
    assert origin.scope == "system"
    assert result.fix is not None
    assert all("--system" not in command for command in result.fix.commands())
    assert any("--global" in command for command in result.fix.commands())


def test_apples_git_brings_the_keychain(elsewhere: Elsewhere) -> None:
    elsewhere.runs("Darwin")
    elsewhere.version("2.39.3 (Apple Git-146)")
    elsewhere.configuration(
        ("system", APPLE, "credential.helper", "osxkeychain"),
        ("global", "/Users/joe/.gitconfig", "credential.helper", HELPER),
        ("global", "/Users/joe/.gitconfig", "credential.usehttppath", "true"),
    )
    result = elsewhere.result("credential-manager-conflict")
    file = os.path.splitdrive(result.evidence[0].origin.file or "")[1]
    assert (result.status, file.replace("\\", "/")) == (Status.FAIL, APPLE)
    assert "the macOS keychain" in result.summary


@pytest.mark.parametrize(
    ("version", "status"),
    [
        ("2.44.0.windows.1", Status.PASS),
        ("2.45.0-rc1.windows.1", Status.PASS),
        ("2.39.3 (Apple Git-146)", Status.PASS),
        ("2.11.0.windows.3", Status.WARN),
        ("2.11.0.windows.1", Status.PASS),
        ("1.7.7.windows.0", Status.FAIL),
    ],
)
@pytest.mark.parametrize(
    ("system", "program"), [("Windows", "winget"), ("Darwin", "brew"), ("Linux", None)]
)
def test_versions_of_vendors_and_what_is_advised_there(
    elsewhere: Elsewhere, version: str, status: Status, system: str, program: str | None
) -> None:
    elsewhere.runs(system)
    elsewhere.version(version)
    result = elsewhere.result("git-version")
    assert result.status is status
    if status is not Status.PASS:
        assert [advice.command[:1] for advice in result.advice] == [(program,) if program else ()]


@pytest.mark.parametrize("found", [True, False])
def test_aws_cmd_is_yours_but_not_that_of_gits_shell(elsewhere: Elsewhere, found: bool) -> None:
    elsewhere.runs("Windows")
    aws = elsewhere.folder / f"aws{ENDING}"
    aws.write_text("", "utf-8")
    aws.chmod(0o755)
    elsewhere.version("2.44.0.windows.1")
    version = "aws-cli/2.15.30 Python/3.11.8 Windows/10 exe/AMD64 prompt/off\r\n"
    elsewhere.fp.register([str(aws), "--version"], stdout=version)
    answer = f"{aws}\n" if found else ""
    alias = [
        str(elsewhere.git),
        "-c",
        f"alias.doctor-asks-where={_FIND}",
        "doctor-asks-where",
        "aws",
    ]
    elsewhere.fp.register(alias, stdout=answer, returncode=int(not found))
    elsewhere.configuration(("global", USER, "credential.helper", HELPER))
    result = elsewhere.result("aws-cli-version")
    assert result.status is (Status.PASS if found else Status.FAIL)
    if not found:
        assert result.summary == "aws is on your PATH, but Git's own shell does not find it"
        assert aws.as_posix() in result.advice[0].text
        assert result.advice[1].command[0] == "winget"


def test_a_path_of_gits_shell_is_written_as_windows_writes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if os.name != "nt":
        assert aws_cli._native("/c/Program Files/aws") == "/c/Program Files/aws"
    with monkeypatch.context() as windows:
        windows.setattr(f"{aws_cli.__name__}.os.name", "nt")
        windows.setattr(aws_cli, "find", lambda path: None)
        assert aws_cli._native("/c/Program Files/Amazon/aws") == r"C:\Program Files\Amazon\aws"
        assert aws_cli._native("/usr/bin/aws") == "/usr/bin/aws"
