"""Commands of the doctor, and of its users, on Windows."""

from __future__ import annotations

import pytest

from tests.windows.machine import GOOD, HELPER, Windows

BROKEN = GOOD.replace("\tUseHttpPath = true\n", "")
OLD = "username=AKIAIOSFODNN7EXAMPLE\\npassword=20200101T000000Z" + "0" * 64
MARK = "open({!r}, 'w').close()\n"


def test_programs_of_the_current_folder_are_never_started(windows: Windows) -> None:
    mark = f"{windows.root}\\started"
    for name in ("git", "aws", "cmdkey", "icacls", "sh", "python"):
        windows.python_program(f"{windows.clone}\\{name}.exe", MARK.format(mark))
    windows.env["PATH"] = f".;{windows.env['PATH']}"
    done = windows.examine()
    assert done.with_status("fail", "warn", "error") == set(), done.out
    assert not windows.at(mark).exists()


def test_aws_of_pip_is_started_as_gits_shell_starts_it(windows: Windows) -> None:
    """A script without an ending, and ``aws.cmd`` beside it."""
    scripts = f"{windows.root}\\Scripts"
    windows.write(
        f"{scripts}\\aws", b"#!C:\\Python313\\python.exe\r\n" + windows.quick_aws().encode()
    )
    windows.write(f"{scripts}\\aws.cmd", "@echo not what Git's shell starts\r\n@exit /b 9\r\n")
    windows.env["PATH"] = windows.env["PATH"].replace(windows.aws_folder, scripts)
    assert windows.fill().code == 0
    done = windows.examine()
    assert done.with_status("fail", "warn", "error") == set(), done.out
    assert done.results["aws-cli-version"]["summary"] == "AWS CLI 2.31.0"


def test_run_finds_what_the_shell_would_find(windows: Windows) -> None:
    windows.write(f"{windows.aws_folder}\\npm.cmd", "@echo built %1\r\n@exit /b 7\r\n")
    done = windows.doctor("run", "--", "npm", "twice")
    assert (done.code, done.out) == (7, "built twice\n")
    assert windows.doctor("run", "--", "no-such-program").code == 127


def test_run_survives_a_trace_that_is_held_open(windows: Windows) -> None:
    windows.background("open(os.environ['GIT_TRACE2_EVENT'], 'a')", name="holder", code=5)
    done = windows.doctor("run", "--", f"{windows.root}\\holder.exe")
    windows.end_background()
    assert (done.code, done.err) == (5, "")


def test_a_file_that_is_open_elsewhere_is_named(windows: Windows) -> None:
    file = windows.write(".gitconfig", BROKEN)
    windows.background(f"open({windows.home + chr(92) + '.gitconfig'!r})", name="editor")
    windows.run(f"{windows.root}\\editor.exe")
    done = windows.doctor("--offline", "--fix", "--yes")
    windows.end_background()
    assert done.code == 1
    assert "another program has" in done.out + done.err
    assert file.read_text("utf-8") == BROKEN


def test_a_read_only_file_is_told_from_one_of_administrators(windows: Windows) -> None:
    file = windows.write(".gitconfig", BROKEN)
    file.chmod(0o444)
    done = windows.doctor("--offline", "--fix", "--yes")
    assert done.code == 1
    assert "attrib -R" in done.out + done.err
    assert "administrator" not in done.out + done.err
    assert file.read_text("utf-8") == BROKEN


def test_an_access_list_that_forbids_writing_is_told_from_read_only(windows: Windows) -> None:
    """The owner may not write and others may: to wine that is an access list and no attribute."""
    file = windows.write(".gitconfig", BROKEN)
    file.chmod(0o466)
    done = windows.doctor("--offline", "--fix", "--yes")
    assert done.code == 1
    assert "its access list keeps you out: icacls" in done.out + done.err
    assert "attrib" not in done.out + done.err
    assert file.read_text("utf-8") == BROKEN


def test_an_access_list_that_forbids_reading_is_named(windows: Windows) -> None:
    windows.at(".gitconfig").chmod(0o266)
    assert "Permission denied" in windows.git("config", "--list").err
    result = windows.examine("--only", "git-configuration").results["git-configuration"]
    assert result["status"] == "fail", result
    assert "access list does not let this user read it" in str(result)
    assert result["advice"][0]["command"].startswith("icacls ")


def test_a_console_of_cp1252_gets_what_it_can_show(windows: Windows) -> None:
    windows.write(".gitconfig", BROKEN)
    windows.env |= {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    done = windows.doctor("--offline", "--only", "use-http-path")
    assert done.code == 1
    assert "use-http-path" in done.out


def test_bundle_and_view(windows: Windows) -> None:
    windows.write(".gitconfig", BROKEN)
    windows.doctor("bundle", "--offline", "--yes", "--output", "Bündel.zip")
    assert windows.at(f"{windows.clone}\\Bündel.zip").is_file()
    seen = windows.doctor("view", "Bündel.zip")
    assert "use-http-path" in seen.out
    assert "Müller" not in seen.out


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ('git config --global credential.helper "{helper}"', True),
        ("git config --global credential.helper '{helper}'", False),
    ],
)
def test_quotes_of_the_guide_in_cmd(windows: Windows, line: str, written: bool) -> None:
    windows.write(".gitconfig", "[credential]\n\tUseHttpPath = true\n")
    windows.run_line(f'cmd /d /s /c "{line.format(helper=HELPER)}"')
    assert (f"helper = {HELPER}\n" in windows.at(".gitconfig").read_text("utf-8")) is written
    assert (windows.fill().code == 0) is written
    done = windows.examine()
    assert (done.with_status("fail") == set()) is written, done.out


@pytest.mark.parametrize("quote", ["'", '"'])
def test_quotes_of_the_guide_in_git_bash(windows: Windows, quote: str) -> None:
    """In a script double quotes take ``$@`` away, which does no harm: Git adds the operation."""
    windows.write(".gitconfig", "[credential]\n\tUseHttpPath = true\n")
    shell = f"{windows.git_folder}\\mingw64\\libexec\\git-core\\sh.exe"
    windows.run(shell, "-c", f"git config --global credential.helper {quote}{HELPER}{quote}")
    assert "!aws codecommit credential-helper" in windows.at(".gitconfig").read_text("utf-8")
    assert windows.fill().code == 0
    assert windows.examine().with_status("fail", "warn") == set()


def test_printed_commands_work_in_cmd(windows: Windows) -> None:
    core = f"{windows.git_folder}\\mingw64\\libexec\\git-core"
    windows.system("[credential]\n\thelper = manager\n")
    windows.python_program(
        f"{core}\\git-credential-manager.exe",
        f"import sys\nif sys.argv[1:] == ['get']:\n    print('{OLD}')\n",
    )
    assert "password=20200101T" in windows.fill().out
    done = windows.examine("--only", "credential-manager-conflict")
    result = done.results["credential-manager-conflict"]
    commands = [step["command"] for step in result["advice"] if step["command"]]
    commands += (result.get("fix") or {}).get("commands", [])
    assert commands
    for command in commands:
        ran = windows.run_line(f'cmd /d /s /c "{command}"')
        assert ran.code == 0, (command, ran)
    assert "password=20200101T" not in windows.fill().out


def test_windows_own_credentials_are_named(windows: Windows) -> None:
    listing = (
        "\nAktuell gespeicherte Anmeldeinformationen:\n\n"
        "    Ziel: LegacyGeneric:target=git:https://git-codecommit.us-east-2.amazonaws.com\n"
        "    Typ: Allgemeine \n    Benutzer: AKIAIOSFODNN7EXAMPLE\n"
    )
    windows.python_program(f"{windows.aws_folder}\\cmdkey.exe", f"print({listing!r})\n")
    windows.write(".gitconfig", f"{GOOD}[credential]\n\thelper = manager\n")
    result = windows.examine("--only", "stored-credentials").results["stored-credentials"]
    assert result["status"] == "warn", result
    assert 'cmdkey "/delete:LegacyGeneric:target=git:https' in result["advice"][0]["command"]


def test_two_programs_of_one_git_for_windows_are_one_git(windows: Windows) -> None:
    windows.env["PATH"] = f"{windows.git_folder}\\mingw64\\bin;{windows.env['PATH']}"
    result = windows.examine("--only", "git-installations").results["git-installations"]
    assert result["summary"] == "there is one git on this machine"
