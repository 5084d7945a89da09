"""The doctor on Windows machines that are broken as people's are."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable

import pytest

from tests.windows.machine import CREDENTIALS, GOOD, HELPER, URL, Drive, Windows
from tests.windows.scenario import Scenario

CONFLICT = frozenset({"credential-manager-conflict"})
MALFORMED = frozenset({"credential-helper"})
ODD = "R&D (x86) 100% O'Neil ^a !b"
OUTDATED = (
    "import sys\n"
    "if sys.argv[1:] == ['get']:\n"
    f"    print('username=AKIAIOSFODNN7EXAMPLE\\npassword=20200101T000000Z{'0' * 64}')\n"
)


def _two_homes(windows: Windows) -> None:
    """A machine of a domain: HOMEDRIVE and HOMEPATH lead to a share, which git takes for the home;
    the file that the person edits lies in USERPROFILE.
    """
    share = f"{windows.root}\\share"
    windows.at(share).mkdir()
    windows.env["HOMEPATH"] = share.removeprefix("C:")


def _slashes(path: str) -> str:
    return path.replace("\\", "/")


def _a_stored_signature(windows: Windows, folder: str | None = None) -> None:
    """A manager that answers with what was stored long ago."""
    core = f"{windows.git_folder}\\mingw64\\libexec\\git-core"
    windows.python_program(f"{folder or core}\\git-credential-manager.exe", OUTDATED)


def _by_its_path(windows: Windows) -> None:
    """Git Credential Manager writes itself so, where it lies in ``Program Files (x86)``."""
    folder = f"{windows.root}\\Program Files (x86)\\GCM"
    _a_stored_signature(windows, folder)
    path = re.sub("[ ()]", lambda found: rf"\\{found[0]}", _slashes(folder))
    helper = f"{path}/git-credential-manager.exe"
    windows.write(".gitconfig", f"[credential]\n\thelper = {helper}\n{GOOD}")


def _by_a_path_in_quotes(windows: Windows) -> None:
    folder = f"{windows.root}\\Program Files\\GCM"
    _a_stored_signature(windows, folder)
    helper = f"!'{_slashes(folder)}/git-credential-manager.exe'"
    windows.write(".gitconfig", f'[credential]\n\thelper = "{helper}"\n{GOOD}')


def _aws_in_double_quotes(windows: Windows) -> None:
    """They reach the shell, and in them the shell keeps these backslashes; and HOME is set."""
    path = windows.aws_folder.replace("\\", "\\\\")
    helper = HELPER.replace("!aws", f'!\\"{path}\\\\aws.exe\\"')
    windows.write(".gitconfig", GOOD.replace(HELPER, f'"{helper}"'))
    windows.env |= {"HOME": windows.home, "HOMEPATH": "\\nowhere"}


def _in_program_data(windows: Windows) -> None:
    file = f"{windows.env['ProgramData']}\\Git\\config"
    windows.write(file, "[credential]\n\thelper = manager\n")
    _a_stored_signature(windows)


def _named_with_umlauts(windows: Windows, encoding: str = "cp1252") -> None:
    """The AWS CLI reads its files in the code page of Windows."""
    text = windows.at(".aws/credentials").read_text("utf-8")
    windows.write(".aws/credentials", text.replace("default", "Zoë Öz").encode(encoding))


def _a_window(windows: Windows) -> None:
    folder = f"{windows.git_folder}\\mingw64\\libexec\\git-core"
    windows.python_program(
        f"{folder}\\git-credential-helper-selector.exe",
        f"open({windows.root + chr(92) + 'window'!r}, 'w').close()\n",
    )


def _unlike_others(windows: Windows) -> None:
    """Keys on a drive of the company's, one AWS CLI under four spellings, a Python of the Store."""
    folder = f"{windows.home}\\OneDrive - Müller & Söhne (DE)"
    windows.write(f"{folder}\\credentials", windows.at(".aws/credentials").read_bytes())
    windows.at(".aws/credentials").unlink()
    store = f"{windows.env['LOCALAPPDATA']}\\Microsoft\\WindowsApps"
    for name in ("python.exe", "python3.exe"):
        windows.write(f"{store}\\{name}", b"")
    same = windows.aws_folder
    spelled = (same.upper(), f"{same}\\", f'"{same}"', _slashes(same))
    windows.env["PATH"] = ";".join((store, windows.env["PATH"], *spelled))
    windows.env["AWS_SHARED_CREDENTIALS_FILE"] = (
        "%USERPROFILE%\\OneDrive - Müller & Söhne (DE)\\credentials"
    )


def _aws_in_single_quotes(windows: Windows) -> None:
    path = f"'{_slashes(windows.aws_folder)}/aws.exe'"
    windows.write(".gitconfig", GOOD.replace("!aws", f"!{path}"))


_UMLAUTS = GOOD.replace("helper $@", "helper --profile 'Zoë Öz' $@")
_OF_AN_EDITOR = _UMLAUTS.replace("UseHttpPath", "usehttppath").replace("\n", "\r\n")

SCENARIOS = (
    Scenario(name="nothing-usual-and-nothing-wrong", prepare=_unlike_others, person=ODD),
    Scenario(
        name="path-in-double-quotes-with-backslashes-and-a-home-variable",
        prepare=_aws_in_double_quotes,
    ),
    Scenario(
        name="path-in-quotes-and-the-drive-of-the-home-is-gone",
        prepare=_aws_in_single_quotes,
        variables={"HOMEDRIVE": "H:", "HOMEPATH": "\\"},
    ),
    Scenario(
        name="byte-order-mark-lines-of-windows-lower-case-and-a-profile-with-umlauts",
        user=b"\xef\xbb\xbf" + _OF_AN_EDITOR.encode(),
        prepare=_named_with_umlauts,
    ),
    Scenario(
        name="double-quotes-that-powershell-5-takes-out",
        user=GOOD.replace(HELPER, "!aws --profile default"),  # ... "default" codecommit ...
        shows="could not read Username",
        fails=MALFORMED,
        says="it ends before the words",
        fixable=True,
    ),
    Scenario(
        name="aws-cmd-where-only-the-new-installer-was",
        user=GOOD.replace("!aws", "!aws.cmd"),
        shows="aws.cmd: command not found",
        fails=frozenset({"aws-cli-version"}),
        says="the helper names aws.cmd",
        fixable=True,
    ),
    Scenario(
        name="manager-in-the-system-file",
        system="[credential]\n\thelper = manager\n",
        prepare=_a_stored_signature,
        shows="password=20200101T000000Z",
        fails=CONFLICT,
        says="Git Credential Manager answers before the AWS helper",
        fixable=True,
        undone=True,
    ),
    *(
        Scenario(
            name=f"{helper}-in-the-system-file",
            system=f"[credential]\n\thelper = {helper}\n",
            warns=CONFLICT,
            says=helper,
        )
        for helper in ("manager-core", "wincred")
    ),
    Scenario(
        name="system-file-includes-that-of-programdata",
        system="[include]\n\tpath = ../../../ProgramData/Git/config\n",
        prepare=_in_program_data,
        shows="password=20200101T000000Z",
        fails=CONFLICT,
    ),
    Scenario(
        name="manager-by-its-path-with-escapes",
        prepare=_by_its_path,
        shows="password=20200101T000000Z",
        fails=CONFLICT,
        says="Git Credential Manager answers before the AWS helper",
    ),
    Scenario(
        name="manager-by-its-path-in-quotes",
        prepare=_by_a_path_in_quotes,
        shows="password=20200101T000000Z",
        fails=CONFLICT,
        says="Git Credential Manager answers before the AWS helper",
    ),
    Scenario(
        name="path-in-double-quotes-which-git-takes-out",
        prepare=lambda windows: windows.write(
            ".gitconfig", GOOD.replace("!aws", f'!"{_slashes(windows.aws_folder)}/aws.exe"')
        ),
        shows="command not found",
        fails=MALFORMED,
        fixable=True,
        undone=True,
    ),
    *(
        Scenario(
            name=f"profile-as-cmd-stores-it-{name}",
            variables={"AWS_PROFILE": value},
            shows=f"The config profile ({value}) could not be found",
            fails=frozenset({"profile-exists"}),
            says="did you mean default?",
        )
        for name, value in (("with-its-quotes", "'default'"), ("with-a-space", "default "))
    ),
    Scenario(
        name="cmd-keeps-single-quotes",
        user=GOOD.replace(HELPER, f"'{HELPER}'"),
        shows="could not read Username",
        fails=MALFORMED,
    ),
    Scenario(
        name="path-with-backslashes-and-spaces",
        user=GOOD.replace("!aws", "!C:\\\\Program Files\\\\Amazon\\\\AWSCLIV2\\\\aws.exe"),
        shows="could not read Username",
        fails=MALFORMED,
    ),
    Scenario(
        name="the-example-of-the-guide-with-single-backslashes",
        user=GOOD.replace("!aws", "!C:\\Program Files\\Amazon\\AWSCLIV2\\aws.exe"),
        shows="bad config line 2 in file",
        fails=frozenset({"git-configuration"}),
    ),
    Scenario(
        name="file-written-by-powershell-5",
        user=GOOD.replace("\n", "\r\n").encode("utf-16"),
        shows="bad config line 1 in file",
        fails=frozenset({"git-configuration"}),
        says="UTF-16",
    ),
    Scenario(
        name="lines-of-windows-are-kept-by-a-fix",
        user=GOOD.replace("\tUseHttpPath = true\n", "").replace("\n", "\r\n"),
        shows="'path'",
        fails=frozenset({"use-http-path"}),
        fixable=True,
        undone=True,
    ),
    Scenario(
        name="profile-with-umlauts-in-utf-8",
        user=_UMLAUTS,
        prepare=lambda windows: _named_with_umlauts(windows, "utf-8"),
        shows="could not be found",
        fails=frozenset({"profile-exists"}),
    ),
    Scenario(
        name="home-on-a-share",
        prepare=_two_homes,
        shows="could not read Username",
        fails=frozenset({"config-shadowing"}),
        says="is not read here: Git's home folder is",
    ),
    Scenario(
        name="selector-opens-no-window",
        system="[credential]\n\thelper = helper-selector\n",
        prepare=_a_window,
        shows="",
        fails=CONFLICT,
        says="helper-selector",
    ),
    Scenario(
        name="aws-cmd-of-the-old-installer-alone",
        prepare=lambda windows: windows.old_installer(),
        shows="command not found",
        fails=frozenset({"aws-cli-version"}),
        says="Git's own shell does not find it",
        fixable=True,
        undone=True,
    ),
)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_scenario(drive: Drive, scenario: Scenario) -> None:
    windows = Windows(drive, scenario.person)
    scenario.lay_out(windows)
    before = windows.fill()
    healthy = time.strftime("\npassword=%Y", time.gmtime())
    shown = healthy if scenario.shows is None else scenario.shows
    assert shown in before.out + before.err, before
    window = windows.at(f"{windows.root}\\window")
    window.unlink(missing_ok=True)
    done = windows.examine()
    assert done.with_status("fail") == scenario.fails, done.out
    assert done.with_status("warn", "error") == scenario.warns, done.out
    if named := sorted(scenario.fails or scenario.warns):
        assert scenario.says in done.results[named[0]]["summary"]
    assert not window.exists()
    if scenario.fixable:
        _cured(windows, undone=scenario.undone)


def _cured(windows: Windows, *, undone: bool) -> None:
    """``--fix`` mends it, and ``undo`` gives the bytes back."""
    bytes_before = windows.at(".gitconfig").read_bytes()
    fixed = windows.doctor("--offline", "--fix", "--yes")
    assert windows.fill().code == 0, fixed.out + fixed.err
    after = windows.at(".gitconfig").read_bytes()
    assert after.count(b"\r\n") in (0, after.count(b"\n"))
    if undone:
        ended = windows.doctor("undo")
        assert ended.code == 0, ended.err
        assert windows.at(".gitconfig").read_bytes() == bytes_before


def _of_visual_studio(windows: Windows) -> None:
    folder = windows.at(
        f"{windows.root}\\x86\\Microsoft Visual Studio\\2019\\Community\\Common7\\IDE"
        "\\CommonExtensions\\Microsoft\\TeamFoundation\\Team Explorer\\Git"
    )
    shutil.copytree(windows.at(windows.git_folder), folder, copy_function=os.link)
    (folder / "etc" / "gitconfig").unlink()
    (folder / "etc" / "gitconfig").write_text("[credential]\n\thelper = manager\n", "ascii")
    windows.env["ProgramFiles(x86)"] = f"{windows.root}\\x86"


def _renamed(windows: Windows, name: str) -> None:
    windows.at(name).rename(windows.at(f"{name}.txt"))


def _by_pip_install_user(windows: Windows) -> None:
    windows.repository(f"{windows.home}\\other", "codecommit::us-east-2://demo")
    windows.clone = f"{windows.home}\\other"
    scripts = f"{windows.env['APPDATA']}\\Python\\Python313\\Scripts"
    windows.python_program(f"{scripts}\\git-remote-codecommit.exe", "")


EXPIRED = f"20200101T000000Z{'0' * 64}"
ENTRY = f"machine {URL.split('/')[2]} login AKIAIOSFODNN7EXAMPLE password {EXPIRED}"
KEYS = CREDENTIALS.encode()
NAMED: tuple[tuple[str, Callable[[Windows], object], str, str], ...] = (
    ("fail", lambda w: w.write("_netrc", ENTRY), "authorization-override", "from _netrc"),
    (
        "fail",
        lambda w: w.write(".aws/credentials", b"\xef\xbb\xbf" + KEYS),
        "aws-configuration",
        "byte order mark",
    ),
    (
        "fail",
        lambda w: w.write(".aws/credentials", CREDENTIALS.encode("utf-16")),
        "aws-configuration",
        "UTF-16",
    ),
    (
        "warn",
        lambda w: _renamed(w, ".aws/credentials"),
        "aws-configuration",
        "does not read credentials.txt",
    ),
    ("fail", lambda w: _renamed(w, ".gitconfig"), "config-shadowing", "ends in .txt"),
    ("warn", _of_visual_studio, "git-installations", "Team Explorer"),
    ("fail", _by_pip_install_user, "remote-helper", "Scripts"),
    (
        "fail",
        lambda w: w.system("[core]\n\tautocrlf = true\n[credential\n"),
        "git-configuration",
        "etc/gitconfig",
    ),
    (
        "warn",
        lambda w: w.env.update(
            AWS_SHARED_CREDENTIALS_FILE=f'"{w.home}\\.aws\\credentials"',
        ),
        "environment-overrides",
        "quotes",
    ),
)


@pytest.mark.parametrize(("status", "prepare", "id", "says"), NAMED)
def test_it_is_named(
    windows: Windows, status: str, prepare: Callable[[Windows], object], id: str, says: str
) -> None:
    prepare(windows)
    result = windows.examine("--only", id).results[id]
    assert result["status"] == status, result
    assert says in json.dumps(result, ensure_ascii=False), result


def test_a_file_that_a_fix_makes_has_no_name_before(drive: Drive) -> None:
    windows = Windows(drive, ODD)
    windows.at(".gitconfig").unlink()
    _a_stored_signature(windows)
    windows.system(f"[credential]\n\thelper = manager\n{GOOD}")
    done = windows.doctor("--offline", "--fix", "--yes")
    assert "--- /dev/null\n" in done.out + done.err
    assert "password=20200101" not in windows.fill().out
    assert windows.doctor("undo").code == 0
    assert not windows.at(".gitconfig").exists()
