"""Ctrl-C on Windows: nothing half done, no program left behind, no traceback."""

from __future__ import annotations

import json

from tests.conftest import VALIDATOR
from tests.windows.machine import GOOD, Windows

BROKEN = GOOD.replace("\tUseHttpPath = true\n", "")


_LEAVES = "no = subprocess.DEVNULL; subprocess.Popen([{!r}], stdin=no, stdout=no, stderr=no)"


AT_WORK = (
    "if 'get' not in sys.argv:\n    print('aws-cli/2.31.0 Python/3.13.7 Windows/10 exe/AMD64')\n"
    "    sys.exit()"
)
"""Of an AWS CLI: it hangs only where it is to sign."""


def _that_hangs(windows: Windows, program: str, first: str = "") -> str:
    """A program that hangs, and one behind it that nothing connects with the doctor any more; a
    file that says so. first: what it does before.
    """
    mark, left = f"{windows.root}\\hangs", f"{windows.root}\\left.exe"
    windows.python_program(left, "import time\ntime.sleep(600)\n")
    middle = f"{windows.root}\\middle.exe"
    windows.python_program(middle, f"import subprocess\n{_LEAVES.format(left)}\n")
    windows.python_program(
        program,
        f"import subprocess, sys, time\n{first}\nsubprocess.call([{middle!r}])\n"
        f"open({mark!r}, 'w').close()\ntime.sleep(600)\n",
    )
    return mark


def test_ctrl_c_ends_the_doctor_and_all_that_it_started(windows: Windows) -> None:
    mark = _that_hangs(windows, f"{windows.aws_folder}\\aws.exe", AT_WORK)
    done = windows.doctor("--offline", "--format", "json", key=0, until=mark)
    assert done.code == 130, done
    report = json.loads(done.out)
    VALIDATOR.validate(report)
    assert (report["interrupted"], report["exit_code"]) == (True, 130)
    assert windows.running("aws.exe") == windows.running("left.exe") == []


def test_a_fix_that_is_interrupted_is_whole_or_not_there(windows: Windows) -> None:
    """The helper hangs as soon as the fix is written, while the doctor looks again."""
    asks = f"{AT_WORK}\nif 'path=' not in sys.stdin.read():\n    sys.exit(\"'path'\")\n"
    file = windows.write(".gitconfig", BROKEN)
    mark = _that_hangs(windows, f"{windows.aws_folder}\\aws.exe", asks)
    done = windows.doctor("--offline", "--fix", "--yes", key=0, until=mark)
    assert done.code == 130, done
    assert file.read_text("utf-8") == BROKEN
    assert [path.name for path in file.parent.iterdir() if "gitconfig" in path.name] == [file.name]
    assert windows.running("aws.exe") == windows.running("left.exe") == []


def test_a_helper_that_hangs_is_ended_with_all_that_it_started(windows: Windows) -> None:
    _that_hangs(windows, f"{windows.aws_folder}\\aws.exe", AT_WORK)
    done = windows.examine("--only", "credential-handshake")
    assert "did not finish" in done.results["credential-handshake"]["summary"]
    assert windows.running("aws.exe") == windows.running("left.exe") == []
