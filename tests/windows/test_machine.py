"""The machine itself: it is what the scenarios take it for."""

from __future__ import annotations

import re

import pytest

from tests.windows import wine
from tests.windows.machine import URL, Windows

REAL_AWS = r"C:\Program Files\Amazon\AWSCLIV2"


def test_git_is_git_for_windows_in_its_places(windows: Windows) -> None:
    listed = windows.git("config", "--list", "--show-origin", "--show-scope").out
    system = f"{windows.git_folder}\\etc\\gitconfig".replace("\\", "/")
    assert f"system\tfile:{system}\tcore.autocrlf=true" in listed
    assert "\nglobal\t" in listed and "\nlocal\t" in listed


@pytest.mark.parametrize("real", [True, False])
def test_git_gets_a_signature_from_the_aws_helper(windows: Windows, real: bool) -> None:
    if real:
        windows.env["PATH"] = windows.env["PATH"].replace(windows.aws_folder, REAL_AWS)
    answer = windows.fill()
    assert answer.code == 0, answer
    assert "username=AKIAIOSFODNN7EXAMPLE\n" in answer.out
    assert re.search(r"password=\d{8}T\d{6}Z[0-9a-f]{64}\n", answer.out)


def test_the_quick_aws_signs_as_the_real_one(windows: Windows) -> None:
    host, path = URL.removeprefix("https://").split("/", 1)
    request = f"protocol=https\nhost={host}\npath={path}\n\n".encode()
    words = ("codecommit", "credential-helper", "get")
    answers = [
        windows.run(f"{folder}\\aws.exe", *words, input=request).out
        for folder in (REAL_AWS, windows.aws_folder)
    ]
    for answer in answers:
        stamp, signature = re.findall(r"password=(\w{15})Z(\w{64})\n", answer)[0]
        assert signature == windows.signature(stamp)


def test_modules_that_are_kept_are_found_where_they_would_be(windows: Windows) -> None:
    """In the order of sys.path, with their files beside them, and a text for a traceback."""
    windows.write("first\\colorsys.py", "said = 'another one'\n")
    code = (
        "import colorsys, inspect, json.decoder, os, pkgutil\n"
        "print(colorsys.said, os.path.exists(json.decoder.__file__))\n"
        "print(type(json.decoder.__loader__).__module__, type(colorsys.__loader__).__module__)\n"
        "print('scanner' in [module.name for module in pkgutil.iter_modules(json.__path__)])\n"
        "print(inspect.getsource(json.decoder.JSONDecoder).splitlines()[0])\n"
    )
    windows.env["PYTHONPATH"] = f"{windows.home}\\first"
    done = windows.run(wine.PYTHON, "-c", code)
    kept = "kept_modules _frozen_importlib_external"
    assert done.out == f"another one True\n{kept}\nTrue\nclass JSONDecoder(object):\n", done


def test_a_healthy_machine_has_no_warning(windows: Windows) -> None:
    done = windows.examine()
    assert done.with_status("fail", "warn", "error") == set(), done.out
    assert done.status("credential-handshake") == "pass"
    assert "Jörg" not in done.out
