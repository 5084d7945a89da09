"""What no machine should have. Whatever it is: a clear result, a documented exit code."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from tests.conftest import HEALTHY, HELPER, SYSTEM_PATH, URL, Finished, Sandbox

CODES = (0, 1, 2, 3)


def test_an_aws_that_hangs_is_a_clear_result(healthy: Sandbox) -> None:
    healthy.program("aws", "exec sleep 600")
    done = healthy.examine("--only", "aws-cli-version", "--timeout", "3")
    assert (done.code, done.status("aws-cli-version")) == (3, "error")
    assert "time" in done.results["aws-cli-version"]["summary"]


@pytest.mark.parametrize("stream", [1, 2])
def test_an_aws_that_prints_100_megabytes(healthy: Sandbox, stream: int) -> None:
    healthy.program("aws", f"exec head -c 100000000 /dev/zero >&{stream}")
    done = healthy.examine("--only", "aws-cli-version")
    assert (done.code, done.status("aws-cli-version")) == (1, "fail")
    assert "printed more than" in done.results["aws-cli-version"]["summary"]
    assert len(done.out) < 100_000


@pytest.mark.parametrize("signal", ["SEGV", "KILL", "PIPE"])
def test_an_aws_that_dies(healthy: Sandbox, signal: str) -> None:
    healthy.program("aws", f"kill -{signal} $$")
    done = healthy.examine("--only", "aws-cli-version")
    assert (done.code, done.status("aws-cli-version")) == (1, "fail")
    assert f"SIG{signal}" in done.results["aws-cli-version"]["summary"]


@pytest.mark.parametrize("kind", ["directory", "no execution", "binary garbage", "empty"])
def test_an_aws_that_is_no_program(healthy: Sandbox, kind: str) -> None:
    aws = healthy.bin / "aws"
    aws.unlink()
    if kind == "directory":
        aws.mkdir()
    else:
        aws.write_bytes({"binary garbage": b"\x7fELF\0\xff"}.get(kind, b""))
        aws.chmod(0o644 if kind == "no execution" else 0o755)
    healthy.env["PATH"] = f"{healthy.bin}:{SYSTEM_PATH}"
    done = healthy.examine("--only", "aws-cli-version")
    assert (done.code, done.status("aws-cli-version")) == (1, "fail")


@pytest.mark.parametrize(
    "script", ["head -c 3000000 /dev/urandom", "exit 1", "printf '\\033[2J[red]x'", "kill -9 $$"]
)
def test_a_git_that_talks_nonsense(healthy: Sandbox, script: str) -> None:
    healthy.program("git", script)
    done = healthy.examine(URL)
    assert (done.code, done.status("git-version")) == (1, "fail")
    assert done.with_status("error") == set()
    assert "\033" not in done.out


def test_a_git_that_hangs(healthy: Sandbox) -> None:
    healthy.program("git", "exec sleep 600")
    done = healthy.examine("--region", "us-east-2", "--timeout", "3", cwd=healthy.home)
    assert done.code in (1, 3)
    assert done.with_status("fail", "error")


def test_neither_git_nor_aws(healthy: Sandbox) -> None:
    healthy.env["PATH"] = str(healthy.home)
    done = healthy.examine()
    assert {"git-version", "aws-cli-version"} <= done.with_status("fail")
    assert done.code == 1


@pytest.mark.parametrize("path", ["", ":", ":::/nonexistent", "relative/bin"])
def test_an_odd_path(healthy: Sandbox, path: str) -> None:
    healthy.env["PATH"] = path
    assert healthy.examine(URL).code in CODES


@pytest.mark.parametrize(
    "text",
    [
        b"[credential]\n\thelper = caf\xe9\n\tUseHttpPath = \xff\n",
        b'[credential "https://\xff\xfe"]\n\thelper = x\n',
        b'[remote "caf\xe9"]\n\turl = ' + URL.encode() + b"\xe9\n",
        b'[url "\xff"]\n\tinsteadOf = \xfe\n',
    ],
)
def test_bytes_that_are_no_utf8(healthy: Sandbox, text: bytes) -> None:
    healthy.write(".gitconfig", HEALTHY.encode() + text)
    assert healthy.examine().code in CODES
    shown = healthy.doctor("--offline", "--verbose")
    assert shown.code in CODES and shown.out


ESCAPES = "\033[2J\033]0;title\007[bold red]x[/bold red][/][link=x]\u202e\r"


@pytest.mark.parametrize("form", ["json", "console"])
def test_escapes_and_markup_are_shown_and_not_obeyed(healthy: Sandbox, form: str) -> None:
    healthy.git("config", "--global", "--add", "credential.provider", ESCAPES)
    healthy.git("config", "--global", "--add", "credential.usehttppath", f"{ESCAPES}")
    done = healthy.doctor("--offline", "--format", form, "--verbose")
    assert done.code == 1
    assert not set("\033\007\r\u202e") & set(done.out + done.err)
    assert "[boldred]x[/boldred][/]" in "".join(done.out.split())


def test_two_thousand_sections(healthy: Sandbox) -> None:
    sections = "".join(
        f'[credential "https://h{n}.example"]\n\thelper = store\n' for n in range(2000)
    )
    healthy.write(".gitconfig", sections + HEALTHY)
    done = healthy.examine("--skip", "kms-deny")
    assert done.with_status("fail", "warn", "error") == set()
    facts = done.results["use-http-path"]["evidence"]
    assert facts[0]["location"]["line"] == 4003


def test_a_file_of_five_megabytes(healthy: Sandbox) -> None:
    junk = "".join(f"[alias]\n\tjunk{n} = !echo {'x' * 80}\n" for n in range(50_000))
    healthy.write(".gitconfig", junk + f"[credential]\n\thelper = {HELPER}\n")
    done = healthy.examine("--only", "use-http-path")
    assert (done.code, done.status("use-http-path")) == (1, "fail")
    location = done.results["use-http-path"]["evidence"][0]["location"]
    assert location["line"] == 100_002


@pytest.mark.parametrize("home", [None, "", "/nonexistent/home", "relative"])
def test_a_home_that_is_not_there(healthy: Sandbox, home: str | None) -> None:
    del healthy.env["HOME"]
    if home is not None:
        healthy.env["HOME"] = home
    healthy.env |= {"XDG_CONFIG_HOME": str(healthy.home), "GIT_CONFIG_GLOBAL": "/dev/null"}
    assert healthy.examine(URL).code in CODES


def test_the_current_directory_is_deleted(healthy: Sandbox) -> None:
    gone = healthy.home / "gone"
    gone.mkdir()
    line = 'cd "$1" && rmdir "$1" && shift && exec "$@"'
    words = [sys.executable, "-P", "-m", "codecommit_doctor", "--offline", URL]
    if sys.version_info < (3, 11):
        words.remove("-P")
    done = subprocess.run(
        ["sh", "-c", line, "sh", str(gone), *words],
        env=healthy.env, capture_output=True, text=True, timeout=90,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert done.returncode in CODES and done.stdout + done.stderr


@pytest.mark.parametrize("name", [".gitconfig", ".aws/config", ".aws/credentials"])
@pytest.mark.parametrize("kind", ["directory", "unreadable", "loop of links"])
def test_files_that_can_not_be_read(healthy: Sandbox, name: str, kind: str) -> None:
    path = healthy.home / name
    if kind == "unreadable":
        healthy.obeys_modes = True
        path.chmod(0)
    else:
        path.unlink()
        if kind == "directory":
            path.mkdir()
        else:
            path.symlink_to(path)
    done = healthy.examine()
    assert done.code in (0, 1)
    assert done.with_status("error") == set()


@pytest.mark.parametrize("size", [0, 1, 200])
def test_garbage_instead_of_the_aws_files(healthy: Sandbox, size: int) -> None:
    shutil.rmtree(healthy.home / ".aws")
    for name in ("config", "credentials"):
        healthy.write(f".aws/{name}", bytes(range(256)) * size)
    done = healthy.examine()
    assert done.status("aws-configuration") == ("fail" if size else "pass")
    assert done.with_status("error") == set()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--only", "no-such-check"), 2),
        (("nothing-of-that-name",), 2),
        (("https://github.com/x/y",), 2),
        (("x" * 5000,), 2),
        (("--timeout", "0"), 2),
        (("--no-such-option",), 2),
    ],
)
def test_words_that_mean_nothing(healthy: Sandbox, words: tuple[str, ...], code: int) -> None:
    done: Finished = healthy.doctor("--offline", *words)
    assert (done.code, done.out) == (code, "")
    assert done.err
