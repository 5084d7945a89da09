"""The README's lines for Windows, typed in cmd."""

from __future__ import annotations

import json
import re
import shlex

import pytest
import tree_sitter
import tree_sitter_powershell

from tests.conftest import ROOT
from tests.windows.machine import Windows

LINES = [
    line
    for block in re.findall(r"```bat\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    for line in re.findall(r"\S.*", block)
]
SAYS = "import json, sys\nprint(json.dumps(sys.argv[1:]))\n"


@pytest.mark.parametrize("line", dict.fromkeys(LINES))
def test_cmd_starts_the_program_with_the_words_of_the_line(windows: Windows, line: str) -> None:
    """py, pip and pytest are stand-ins, which say how they were called; the doctor is real."""
    program, *words = shlex.split(line.replace("\\", "/"))
    folder = windows.clone if "/" in program else windows.aws_folder
    made = f"{folder}\\{program}.exe".replace("/", "\\")
    if program.endswith("codecommit-doctor"):
        made = f"{windows.drive.product}\\codecommit-doctor.exe"
        line = line.replace(program.replace("/", "\\"), made)
    else:
        windows.python_program(made, SAYS)
    done = windows.run_line(f'cmd /d /s /c "{line}"')
    assert done.code == 0, done
    if program.endswith("codecommit-doctor"):
        assert re.fullmatch(r"codecommit-doctor [\d.]+\n", done.out)
    else:
        assert json.loads(done.out) == words


@pytest.mark.parametrize("line", dict.fromkeys(LINES))
def test_powershell_reads_each_line_as_one_command(line: str) -> None:
    """PowerShell 5.1 as well: none has an operator that only 7 knows."""
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
    root = parser.parse(line.encode()).root_node
    nodes, waiting = [], [root]
    while waiting:
        nodes.append(waiting.pop())
        waiting += nodes[-1].children
    commands = [node.text.decode() for node in nodes if node.type == "command" and node.text]
    assert not root.has_error
    assert commands == [line]
