"""Windows machines for tests: each a home, a git and an environment of its own on one drive C:."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import itertools
import json
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codecommit_doctor.rules.access_key import Keys
from codecommit_doctor.rules.signature import Resource, sign
from tests.conftest import SECRET_KEY, VALIDATOR, Finished
from tests.windows import wine
from tests.windows.recipe import ROOT, keep_modules, launcher, quick_program

__all__ = ["Drive", "Ran", "Windows", "installed"]

URL = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo"
HELPER = "!aws codecommit credential-helper $@"
GOOD = f"[credential]\n\thelper = {HELPER}\n\tUseHttpPath = true\n"
CREDENTIALS = (
    f"[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = {SECRET_KEY}\n"
)


@dataclass(frozen=True)
class Ran:
    """What a Windows program did; lines end with LF alone."""

    code: int | None
    out: str
    err: str


class Drive:
    """A wine prefix with an agent in it that starts programs."""

    def __init__(self, prefix: Path) -> None:
        self.prefix = prefix
        agent = wine.windows_path(Path(__file__).with_name("agent.py"))
        self._agent = wine.spawn(prefix, [wine.PYTHON, "-X", "utf8", agent])
        self._numbers = itertools.count()
        self.tests = f"C:\\t\\{os.getpid()}"
        self.at(self.tests).mkdir(parents=True, exist_ok=True)
        self.product = installed(prefix)

    def at(self, path: str) -> Path:
        return wine.native(self.prefix, path)

    def folder(self) -> str:
        """A new folder for one machine."""
        path = f"{self.tests}\\{next(self._numbers)}"
        self.at(path).mkdir()
        return path

    def run(self, job: dict[str, Any]) -> Ran:
        """Has the agent start a program."""
        assert self._agent.stdin and self._agent.stdout
        self._agent.stdin.write(json.dumps(job).encode() + b"\n")
        self._agent.stdin.flush()
        answer = json.loads(self._agent.stdout.readline())
        out, err = (base64.b64decode(answer[stream]) for stream in ("out", "err"))
        text = [data.decode("utf-8", "replace").replace("\r\n", "\n") for data in (out, err)]
        return Ran(answer["code"], *text)

    def close(self) -> None:
        assert self._agent.stdin and self._agent.stdout and self._agent.stderr
        self._agent.stdin.close()  # with it the agent ends; wine's own programs keep the others
        self._agent.wait(60)
        self._agent.stdout.close()
        self._agent.stderr.close()
        shutil.rmtree(self.at(self.tests), ignore_errors=True)


def installed(prefix: Path) -> str:
    """The folder with the doctor as it is in this work tree, and its .exe."""
    files = [
        (file, name / file.relative_to(ROOT / top))
        for top, name in (("codecommit_doctor", Path("codecommit_doctor")), ("checks", _CHECKS))
        for file in sorted((ROOT / top).rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    ]
    digest = hashlib.sha256()
    for file, name in files:
        digest.update(str(name).encode() + file.read_bytes())
    folder = f"C:\\product\\{digest.hexdigest()[:12]}"
    made = wine.native(prefix, folder)
    if not made.exists():
        unfinished = made.with_name(f"unfinished-{os.getpid()}")
        for file, name in files:
            (unfinished / "site" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, unfinished / "site" / name)
        keep_modules(prefix, unfinished / "site", f"{folder}\\site")
        launcher(prefix, unfinished / "codecommit-doctor.exe", _DOCTOR.format(f"{folder}\\site"))
        try:
            unfinished.rename(made)
        except OSError:  # another worker was first
            shutil.rmtree(unfinished, ignore_errors=True)
        _forget_old(made.parent)
    return folder


_DOCTOR = """\
import sys
sys.path.insert(0, {0!r})
import kept_modules
kept_modules.use({0!r})
from codecommit_doctor.cli import main
sys.exit(main())
"""
_CHECKS = Path("codecommit_doctor", "checks")


def _forget_old(products: Path) -> None:
    for folder in products.iterdir():
        if time.time() - folder.stat().st_mtime > 86400:
            shutil.rmtree(folder, ignore_errors=True)


class Windows:
    """A healthy machine: Git for Windows' layout, AWS CLI 2 by its installer, and a clone.

    home: of the person, as Windows names it. env: of every program that runs there.
    """

    def __init__(self, drive: Drive, user: str = "Jörg Müller") -> None:
        self.drive = drive
        self.root = drive.folder()
        self.home = f"{self.root}\\Users\\{user}"
        self.clone = f"{self.home}\\clone"
        self.git_folder = f"{self.root}\\Program Files\\Git"
        self._lay_out_git()
        self.aws_folder = f"{self.root}\\Program Files\\Amazon\\AWSCLIV2"
        drive.at(self.aws_folder).mkdir(parents=True)
        os.link(drive.at("C:/quick/aws.exe"), drive.at(self.aws_folder) / "aws.exe")
        self.env = self._environment()
        for folder in (self.clone, self.env["TEMP"], self.env["APPDATA"]):
            drive.at(folder).mkdir(parents=True)
        self.write(".aws/credentials", CREDENTIALS)
        self.write(".aws/config", "[default]\nregion = us-east-2\n")
        self.write(".gitconfig", GOOD)
        self.system("[core]\n\tautocrlf = true\n")
        self.repository(self.clone)

    def _lay_out_git(self) -> None:
        """Links to one git in the places where Git for Windows has it."""
        source, target = self.drive.at("C:/Program Files/Git"), self.drive.at(self.git_folder)
        for part in ("cmd", "mingw64/bin", "mingw64/libexec/git-core"):
            shutil.copytree(source / part, target / part, copy_function=os.link)
        for folder in ("etc", "mingw64/share/git-core/templates"):
            (target / folder).mkdir(parents=True)

    def _environment(self) -> dict[str, str]:
        drive, _, path = self.home.partition("\\")
        local = f"{self.home}\\AppData\\Local"
        return {
            "SystemRoot": r"C:\windows",
            "SystemDrive": "C:",
            "windir": r"C:\windows",
            "ComSpec": r"C:\windows\system32\cmd.exe",
            "PATHEXT": ".COM;.EXE;.BAT;.CMD;.VBS;.JS",
            "PATH": f"{self.git_folder}\\cmd;{self.aws_folder};C:\\windows\\system32",
            "ProgramFiles": f"{self.root}\\Program Files",
            "ProgramData": f"{self.root}\\ProgramData",
            "USERPROFILE": self.home,
            "HOMEDRIVE": drive,
            "HOMEPATH": f"\\{path}",
            "APPDATA": f"{self.home}\\AppData\\Roaming",
            "LOCALAPPDATA": local,
            "WIN_PD_OVERRIDE_LOCAL_APPDATA": local,  # where wine has one for all
            "TEMP": f"{local}\\Temp",
            "TMP": f"{local}\\Temp",
            "USERNAME": "user",
            "AWS_EC2_METADATA_DISABLED": "true",
            "PYTHONIOENCODING": "utf-8",
        }

    def at(self, path: str) -> Path:
        """Where this system has a path of the home, or an absolute one."""
        return self.drive.at(path if ":" in path else f"{self.home}\\{path}")

    def write(self, path: str, text: str | bytes) -> Path:
        file = self.at(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".exe":
            file.unlink(missing_ok=True)  # it may be a link to what all machines have
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def system(self, text: str | bytes) -> Path:
        """Writes the file of Git's installation."""
        return self.write(f"{self.git_folder}\\etc\\gitconfig", text)

    def python_program(self, path: str, code: str) -> None:
        """An .exe that runs a Python text with the standard library."""
        quick_program(self.drive.prefix, self.at(path), code)

    def background(self, opens: str, *, name: str, code: int = 0) -> None:
        """A program that leaves another one behind, which holds a file open until it is told to go.

        opens: a Python expression for the file. code: the program's own exit code.
        """
        ready, end = self.at(f"{self.root}\\ready"), self.at(f"{self.root}\\end")
        for mark in (ready, end):
            mark.unlink(missing_ok=True)
        left = (
            "import os, time\n"
            f"held = {opens}\n"
            f"open({self.root + chr(92) + 'ready'!r}, 'w').close()\n"
            f"for _ in range(600):\n"
            f"    if os.path.exists({self.root + chr(92) + 'end'!r}):\n"
            "        break\n"
            "    time.sleep(0.1)\n"
        )
        starts = (
            "import os, subprocess, sys, time\n"
            f"subprocess.Popen([{wine.PYTHON!r}, '-c', {left!r}], creationflags=8)\n"
            f"while not os.path.exists({self.root + chr(92) + 'ready'!r}):\n"
            "    time.sleep(0.1)\n"
            f"sys.exit({code})\n"
        )
        self.python_program(f"{self.root}\\{name}.exe", starts)

    def end_background(self) -> None:
        self.write(f"{self.root}\\end", "")

    @staticmethod
    def quick_aws() -> str:
        """The text of the AWS CLI that starts at once."""
        return Path(__file__).with_name("aws.py").read_text("utf-8")

    def old_installer(self) -> None:
        """As AWS CLI 1 by its installer: ``aws.cmd`` and no ``aws.exe``."""
        real = f"{self.root}\\old\\real.exe"
        self.at(real).parent.mkdir()
        (self.at(self.aws_folder) / "aws.exe").rename(self.at(real))
        self.write(f"{self.aws_folder}\\aws.cmd", f'@"{real}" %*\r\n')

    def repository(self, folder: str, url: str = URL) -> None:
        """What ``git init`` and ``git remote add origin`` make; without starting git twice."""
        config = (
            "[core]\n\trepositoryformatversion = 0\n\tbare = false\n"
            f'[remote "origin"]\n\turl = {url}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n'
        )
        for made in ("objects", "refs/heads"):
            self.at(f"{folder}/.git/{made}").mkdir(parents=True)
        self.write(f"{folder}/.git/HEAD", "ref: refs/heads/main\n")
        self.write(f"{folder}/.git/config", config)

    def run(
        self,
        *words: str,
        folder: str | None = None,
        input: bytes = b"",
        limit: float = 120,
        key: int | None = None,
        until: str = "",
    ) -> Ran:
        """Runs a program, found as Windows finds it. key: pressed in its console once a file is
        there: 0 is Ctrl-C, 1 is Ctrl-Break.
        """
        return self._run(list(words), folder or self.clone, input, limit, key, until)

    def _run(
        self,
        words: str | list[str],
        folder: str,
        input: bytes = b"",
        limit: float = 120,
        key: int | None = None,
        until: str = "",
    ) -> Ran:
        return self.drive.run(
            {
                "words": words,
                "folder": folder,
                "environment": self.env,
                "input": base64.b64encode(input).decode("ascii"),
                "limit": limit,
                "key": key,
                "until": until,
            }
        )

    def run_line(self, line: str) -> Ran:
        """Runs a command line as it is, which cmd splits in its own way."""
        return self._run(line, self.clone)

    def running(self, program: str) -> list[str]:
        """The command lines of all processes of this machine that name a program."""
        lines = []
        for file in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                lines.append(file.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
        return [line for line in lines if self.root in line and program in line]

    def git(self, *words: str, **options: Any) -> Ran:
        return self.run(f"{self.git_folder}\\cmd\\git.exe", *words, **options)

    def fill(self) -> Ran:
        """What git would send, asked of git itself."""
        host = URL.split("/")[2]
        request = f"protocol=https\nhost={host}\npath=v1/repos/demo\n\n".encode()
        before = self.env
        self.env = before | {"GIT_TERMINAL_PROMPT": "0"}
        try:
            return self.git("credential", "fill", input=request)
        finally:
            self.env = before

    @staticmethod
    def signature(stamp: str) -> str:
        """What the AWS helper has to sign the demo repository with at a time."""
        host, path = URL.removeprefix("https://").split("/", 1)
        keys = Keys("the test", "AKIAIOSFODNN7EXAMPLE", SECRET_KEY)
        return sign(keys, Resource(host, path, "us-east-2"), stamp)

    def doctor(self, *words: str, **options: Any) -> Finished:
        """Runs the doctor's .exe."""
        ran = self.run(f"{self.drive.product}\\codecommit-doctor.exe", *words, **options)
        assert ran.code is not None, f"the doctor hung: {ran.err}"
        assert "Traceback" not in ran.out + ran.err, ran.err
        assert SECRET_KEY not in ran.out + ran.err
        return Finished(ran.code, ran.out, ran.err)

    def examine(self, *words: str, online: bool = False, **options: Any) -> Finished:
        """The doctor's report, validated against the published schema."""
        network = ("--timeout", "120") if online else ("--offline",)
        done = self.doctor("--format", "json", *network, *words, **options)
        assert done.out, done.err
        done.report = json.loads(done.out)
        VALIDATOR.validate(done.report)
        return done
