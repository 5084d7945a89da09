"""Runs a command of the user's with its terminal untouched, and listens to git's own trace.

Git's trace2 events (since 2.22) tell of every git that ran below the command, whoever started it:
its folder, its address, some of its variables, how it ended and what it said. So nothing has to
stand between git and the terminal, and no text has to be known.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from codecommit_doctor.probes.fills import events_in
from codecommit_doctor.probes.process import observe
from codecommit_doctor.probes.programs import find, words_to_start
from codecommit_doctor.probes.temporary import temporary_folder
from codecommit_doctor.rules.observation import Observation, Operation
from codecommit_doctor.rules.target import looks_like_codecommit

__all__ = ["VARIABLES", "GitFailure", "Traced", "failures_in", "run_traced"]

_NOT_FOUND, _NOT_EXECUTABLE = 127, 126
"""What a shell answers for such commands."""

_NUMBERED = tuple(f"GIT_CONFIG_{what}_{n}" for n in range(10) for what in ("KEY", "VALUE"))
VARIABLES = (
    *("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "PATH", "PWD", "GIT_DIR", "GIT_WORK_TREE"),
    *("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_PARAMETERS"),
    *("GIT_CONFIG_COUNT", *_NUMBERED, "GIT_ALLOW_PROTOCOL", "GIT_PROTOCOL_FROM_USER"),
    *("GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_SSL_NO_VERIFY", "SSL_CERT_FILE", "SSL_CERT_DIR"),
    *("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"),
    *("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CA_BUNDLE"),
    *("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_ACCESS_KEY_ID", "AWS_ROLE_ARN"),
    *("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
    *("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_EC2_METADATA_DISABLED", "AWS_CLI_AUTO_PROMPT"),
)
"""What git is asked to tell of its environment. No secret: the trace is a file."""

_REMOTE_COMMANDS = frozenset(
    ["clone", "fetch", "fetch-pack", "ls-remote", "pull", "push", "send-pack"]
)
"""Commands of git that talk to a server, if they do not end before that."""

_WITH_A_VALUE = re.compile(
    r"-[bcjou]|--(branch|config|depth|filter|jobs|origin|reference|reference-if-able|revision"
    r"|separate-git-dir|server-option|shallow-exclude|shallow-since|template|upload-pack)"
)
"""Options of ``git clone`` whose value may be a word of its own."""


class GitFailure(Struct, frozen=True):
    """One git that failed at a server.

    address: of CodeCommit, as git used it; None where it came to none. remote: the remote's name,
    None where none was named. folder: where its configuration is to be read. isolated: the
    configuration of a clone around that folder does not count, as for ``git clone``. settings:
    what ``git clone --config`` was told. variables: those of VARIABLES that git had; None if it
    does not tell.
    """

    observation: Observation
    address: str | None
    remote: str | None
    folder: Path
    isolated: bool = False
    settings: tuple[str, ...] = ()
    variables: Mapping[str, str] | None = None


class Traced(Struct, frozen=True):
    """code: the command's exit code, as a shell gives it. heard: whether any git told of itself.
    failures: the gits that failed at a server and were not tried again with success.
    """

    code: int
    heard: bool
    failures: tuple[GitFailure, ...]


def run_traced(words: Sequence[str]) -> Traced:
    """Runs a command to its end. Its standard streams are ours."""
    env = {name: value for name, value in os.environ.items() if name != "GIT_TRACE2_PARENT_SID"}
    # a program left in the background may hold the trace open, which Windows does not let go of
    with temporary_folder() as folder:
        trace = Path(folder) / "trace"
        env |= {"GIT_TRACE2_EVENT": str(trace), "GIT_TRACE2_ENV_VARS": ",".join(VARIABLES)}
        code = _run(words, env)
        events = events_in(trace) if code else []
    return Traced(code, bool(events), failures_in(events))


def failures_in(events: Iterable[Mapping[str, Any]]) -> tuple[GitFailure, ...]:
    """The gits that failed at a server, in the order in which they began."""
    processes = _processes(events)
    found: dict[tuple[object, ...], GitFailure | None] = {}
    for process in processes.values():
        if not _talks(process, processes):
            continue
        failure = _failure(process, processes)
        if process.transports and not failure.address:
            continue  # another server
        what = (failure.address, failure.remote, failure.folder, failure.observation.operation)
        found[what] = failure if process.failed else None
    return tuple(failure for failure in found.values() if failure)


def _run(words: Sequence[str], env: dict[str, str]) -> int:
    began = time.monotonic()
    program: str | None = words[0]
    if os.name == "nt" and not os.path.dirname(words[0]):
        program = find(words[0])  # there, npm is npm.cmd
    if program is None:
        return _NOT_FOUND
    try:
        process = subprocess.Popen([*words_to_start(program), *words[1:]], env=env)
    except FileNotFoundError:
        return _NOT_FOUND
    except OSError:
        return _NOT_EXECUTABLE
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            continue  # the terminal has told the command as well; it decides
        observe(words, began, f"ended with exit code {code}")
        return code if code >= 0 else 128 - code


class _Process(Struct):
    """One git, as its events tell. transports: the words of each program that talks for it."""

    sid: str
    words: tuple[str, ...] = ()
    command: str = ""
    worktree: str | None = None
    code: int | None = None
    errors: list[str] = field(default_factory=list)
    transports: list[tuple[str, ...]] = field(default_factory=list)
    endings: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """A git that was ended from outside tells no code."""
        return self.code != 0

    def take(self, event: Mapping[str, Any]) -> None:
        kind = event.get("event")
        if kind == "start":
            self.words = _words(event)
            self.command = self.command or _command(self.words)
        elif kind == "cmd_name":
            self.command = str(event.get("name"))
        elif kind == "def_repo" and event.get("repo") == 1:
            self.worktree = str(event.get("worktree"))
        elif kind == "def_param" and event.get("param") in VARIABLES:
            self.variables[str(event["param"])] = str(event.get("value"))
        elif kind == "error":
            self.errors.append(str(event.get("msg")))
        elif kind in ("exit", "atexit") and isinstance(event.get("code"), int):
            self.code = event["code"]
        elif kind == "child_start" and str(event.get("child_class")).startswith("remote-"):
            self.transports.append(_words(event))
        elif kind == "child_exit" and event.get("code"):
            code = event["code"]  # -1: git could not start it
            self.endings.append(
                "could not be started" if code == -1 else f"ended with exit code {code}"
            )


def _words(event: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(word) for word in event.get("argv", ()))


def _processes(events: Iterable[Mapping[str, Any]]) -> dict[str, _Process]:
    found: dict[str, _Process] = {}
    for event in events:
        sid = str(event.get("sid"))
        found.setdefault(sid, _Process(sid)).take(event)
    return found


def _below(process: _Process, processes: Mapping[str, _Process]) -> list[_Process]:
    """A process and all that it started."""
    return [one for sid, one in processes.items() if f"{sid}/".startswith(f"{process.sid}/")]


def _above(process: _Process, processes: Mapping[str, _Process]) -> list[_Process]:
    """The processes that a process was started by."""
    return [one for sid, one in processes.items() if process.sid.startswith(f"{sid}/")]


def _talks(process: _Process, processes: Mapping[str, _Process]) -> bool:
    """Whether it is the git that asks a server: none below another that does, nor one above."""
    if any(one.transports for one in _above(process, processes)):
        return False  # git-remote-codecommit starts gits of its own
    if process.transports:
        return True
    if process.command not in _REMOTE_COMMANDS or not process.failed:
        return False
    below = _below(process, processes)[1:]
    return not any(one.transports or one.command in _REMOTE_COMMANDS for one in below)


def _failure(process: _Process, processes: Mapping[str, _Process]) -> GitFailure:
    address, remote = _asked(process)
    root = processes.get(process.sid.partition("/")[0], process)
    operation: Operation = "push" if process.command in ("push", "send-pack") else "fetch"
    folder, isolated = _folder(process, _below(process, processes))
    return GitFailure(
        Observation(
            f"git {_typed(root)}".strip(), _said(process, processes), operation, process.code
        ),
        address,
        remote,
        folder,
        isolated,
        _options(_behind("clone", process.words), "-c", "--config"),
        process.variables or None,
    )


def _typed(process: _Process) -> str:
    """The command of git that was typed; git calls one that it hands on ``_run_dashed_``."""
    if not process.command.startswith("_"):
        return process.command
    return next((word for word in process.words[1:] if not word.startswith("-")), "")


def _asked(process: _Process) -> tuple[str | None, str | None]:
    """The address of CodeCommit that a git used, and the name of the remote that it belongs to."""
    for _, program, name, address in (words for words in process.transports if len(words) == 4):
        if program == "remote-codecommit" and not address.startswith("codecommit://"):
            address = f"codecommit::{address}"
        return address if looks_like_codecommit(address) else None, (None if ":" in name else name)
    arguments = _arguments(process)
    for word in arguments:
        if looks_like_codecommit(word):
            return word, None
    return None, arguments[0] if arguments else None


def _said(process: _Process, processes: Mapping[str, _Process]) -> str:
    """The last words of a git and of those below it; how its helper ended, where it gave none."""
    below = _below(process, processes)
    lines = [line for one in below for line in one.errors]
    if not lines:
        lines = [line for one in _above(process, processes) for line in one.errors]
    if not lines and process.transports:
        program = process.transports[0][1]
        lines = [f"git-{program} {ending}" for one in below for ending in one.endings]
    return "\n".join(dict.fromkeys(line.strip() for line in lines))


def _folder(process: _Process, below: Sequence[_Process]) -> tuple[Path, bool]:
    """Where git's configuration is to be read, and whether only what is no clone's counts."""
    here = _working_folder(process)
    if process.command == "clone":
        made = process.worktree
        return (_cloned_from(process, Path(made)) if made else here), True
    if named := _options(process.words, "--git-dir") or _variable(process, "GIT_DIR"):
        folder = here / named[-1]
        return (folder.parent if folder.name == ".git" else folder), False
    trees = [one.worktree for one in below if one.worktree]
    refused = re.search(
        r"(?:repository at|in file) '?(/[^']+?)'?(?:$|\s)", "\n".join(process.errors)
    )
    if trees:
        return Path(trees[0]), False
    if refused:
        folder = Path(refused[1])
        return (folder if os.path.isdir(folder) else here), False  # noqa: PTH112 - any text
    return here, False


def _working_folder(process: _Process) -> Path:
    """The current folder of a git: what its shell says, and its -C options."""
    folder = Path(process.variables.get("PWD") or Path.cwd())
    words = process.words
    own = words[: words.index(process.command)] if process.command in words else words
    for start in _options(own, "-C"):
        folder = folder / start
    return folder


def _cloned_from(process: _Process, made: Path) -> Path:
    """The folder in which ``git clone`` ran, of the folder that it made."""
    arguments = _arguments(process)
    wanted = Path(arguments[1]) if len(arguments) > 1 else Path(made.name)
    if wanted.is_absolute() or ".." in wanted.parts or not wanted.parts:
        return made.parent
    return made.parents[len(wanted.parts) - 1]


def _behind(command: str, words: Sequence[str]) -> list[str]:
    """The words behind the name of a command of git."""
    return list(words[words.index(command) + 1 :]) if command in words else []


def _arguments(process: _Process) -> list[str]:
    """The words behind the command that are no options."""
    rest = _behind(process.command, process.words)
    found: list[str] = []
    while rest:
        word = rest.pop(0)
        if word == "--":
            return found + rest
        if not word.startswith("-"):
            found.append(word)
        elif _WITH_A_VALUE.fullmatch(word) and process.command == "clone" and rest:
            rest.pop(0)
    return found


def _options(words: Sequence[str], *names: str) -> tuple[str, ...]:
    """The values of an option, ``--name value`` and ``--name=value``."""
    found = []
    for word, following in zip(words, [*words[1:], ""], strict=False):
        if word in names:
            found.append(following)
        elif word.partition("=")[0] in names and word.startswith("--"):
            found.append(word.partition("=")[2])
    return tuple(found)


def _variable(process: _Process, name: str) -> tuple[str, ...]:
    return (process.variables[name],) if name in process.variables else ()


def _command(words: Sequence[str]) -> str:
    """The command of git that its words name."""
    return next((word for word in words[1:] if word in _REMOTE_COMMANDS), "")
