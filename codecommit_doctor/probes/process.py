"""The one place that starts programs.

No shell, a time limit, a cap on output, the whole process tree ended with the program, and an
environment in which nothing can prompt or trace.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import IO, NamedTuple

from codecommit_doctor.probes import deadline
from codecommit_doctor.probes.job import Job, job_for
from codecommit_doctor.probes.programs import NEUTRAL, find, words_to_start

CAP = 4_000_000
"""Bytes kept of each stream; a program that prints more is ended."""

LIMIT = 10.0
"""Seconds a program may take where the caller names no other limit."""

_GRACE = 0.5
"""Seconds to wait for output after the program's end: a daemon it left may hold the pipe open."""

_QUICK = 0.05
"""Seconds within which most programs end, and with them their output."""

beginners: list[Callable[[Sequence[str]], None]] = []
"""Told of each program that has been started: its words."""

observers: list[Callable[[Sequence[str], float, str], None]] = []
"""Told of each program that has run: its words, its seconds, and how it ended."""

_LONG = 0.7
"""Seconds that hardly a question takes, after which it is looked for what is in the way."""

Doubt = Callable[[str], str | None]
"""Says why a program that runs in this folder does not come to an end, in words that follow its
name; None if nothing tells.
"""

_LATE = "did not answer within {:.3g} seconds"

_live: dict[subprocess.Popen[bytes], Job | None] = {}
_live_lock = threading.Lock()
_closed = threading.Event()
"""Set when the doctor is about to end: a thread that is still at work starts nothing more."""


class Completed(NamedTuple):
    """What became of a program.

    code: its exit code, None if it did not start or was ended by us. failure: why there is no
    usable answer, in words that follow "aws ..."; None if the program ended by itself with 0. hung:
    its time was over. stuck: it would never have ended, as failure says.
    """

    words: tuple[str, ...]
    code: int | None
    output: bytes = b""
    errors: bytes = b""
    failure: str | None = None
    hung: bool = False
    stuck: bool = False

    @property
    def text(self) -> str:
        return self.output.decode("utf-8", "surrogateescape")

    @property
    def error_text(self) -> str:
        return self.errors.decode("utf-8", "surrogateescape").strip()


def quiet_environment(changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """This process's environment, unable to prompt, page or trace, with English messages.

    changes: variables to set, or with None to take away.
    """
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_TRACE", "GIT_CURL_VERBOSE", "GCM_TRACE"))
    }
    if "PYTHONPATH" in env:  # a relative folder would be looked for where the program runs
        folders = filter(os.path.isabs, env["PYTHONPATH"].split(os.pathsep))
        env["PYTHONPATH"] = os.pathsep.join(folders)
    if "LC_ALL" in env:
        env["LC_CTYPE"] = env.pop("LC_ALL")
    env.update(
        LC_MESSAGES="C",
        LANGUAGE="C",
        GIT_TERMINAL_PROMPT="0",
        GIT_ASKPASS="",
        SSH_ASKPASS="",
        GCM_INTERACTIVE="never",
        GIT_PAGER="cat",
        AWS_PAGER="",
        GIT_OPTIONAL_LOCKS="0",
        NoDefaultCurrentDirectoryInExePath="1",
    )
    for name, value in (changes or {}).items():
        if value is None:
            env.pop(name, None)
        else:
            env[name] = value
    return env


def run(
    words: Sequence[str],
    *,
    input: bytes = b"",
    limit: float = LIMIT,
    cwd: str | os.PathLike[str] | None = None,
    env: Mapping[str, str | None] | None = None,
    cap: int = CAP,
    doubt: Doubt | None = None,
) -> Completed:
    """Runs a program to its end and never raises for anything that the program does.

    It has no more time than is left of the whole.

    The program is started by its absolute path: a mere name is looked up in the absolute folders of
    the PATH, and a relative path is no program. It runs in ``NEUTRAL`` if no folder is named.

    Args:
        words: the program and its arguments, no shell.
        input: bytes for its standard input.
        limit: seconds.
        cwd: the folder where it runs.
        env: changes to this process's environment.
        cap: bytes kept of each output stream.
        doubt: asked once if the program takes longer than most.
    """
    changes = frozenset((env or {}).items())
    task = _Task(tuple(words), input, limit, str(cwd or NEUTRAL), changes, cap, doubt)
    begun = _begun.pop(task, None)
    return begun.outcome() if begun else _run(task)


def begin(
    words: tuple[str, ...],
    *,
    env: Mapping[str, str | None],
    cwd: str | os.PathLike[str],
    cap: int = CAP,
    doubt: Doubt | None = None,
) -> None:
    """Starts a program at once: the first that runs it with the same arguments gets its outcome."""
    task = _Task(words, b"", LIMIT, str(cwd), frozenset(env.items()), cap, doubt)
    _begun[task] = _Begun(task)


class _Task(NamedTuple):
    """A program, and how it is run."""

    words: tuple[str, ...]
    input: bytes
    limit: float
    cwd: str
    env: frozenset[tuple[str, str | None]]
    cap: int
    doubt: Doubt | None


class _Begun(threading.Thread):
    """A run that is under way before anybody asks for it."""

    def __init__(self, task: _Task) -> None:
        super().__init__(daemon=True)
        self._task = task
        self._outcome: Completed | None = None
        self.start()

    def run(self) -> None:
        with contextlib.suppress(Exception):  # whoever asks runs it again, and can tell
            self._outcome = _run(self._task)

    def outcome(self) -> Completed:
        self.join(deadline.left(2 * LIMIT))
        if self.is_alive():
            return Completed(self._task.words, None, failure=_LATE.format(LIMIT), hung=True)
        return self._outcome or _run(self._task)


_begun: dict[_Task, _Begun] = {}


def _run(task: _Task) -> Completed:
    words = task.words
    began = time.monotonic()
    program = find(words[0])
    if program is None and not os.path.isabs(words[0]):
        return Completed(words, None, failure="is not on the PATH")
    if not deadline.left():
        return Completed(words, None, failure="was not started: the time was over", hung=True)
    started = (*words_to_start(program or words[0]), *words[1:])
    try:
        process = _start(started, task.cwd, quiet_environment(dict(task.env)))
    except (OSError, ValueError) as error:
        outcome = Completed(words, None, failure=f"could not be started: {_reason(error)}")
        observe(words, began, outcome.failure)
        return outcome
    try:
        for beginner in beginners:
            beginner(words)
        outcome = _finish(task, process)
        if (job := _live.get(process)) and not outcome.hung:
            job.let_go()
        observe(words, began, outcome.failure)
        return outcome
    except BaseException:
        end_tree(process)
        raise
    finally:
        with _live_lock:
            _live.pop(process, None)


def observe(words: Sequence[str], began: float, failure: str | None) -> None:
    """Tells the observers of a program that has run. began: as time.monotonic() gave it."""
    for observer in observers:
        observer(words, time.monotonic() - began, failure or "ended with exit code 0")


def end_all(*, for_good: bool = False) -> None:
    """Ends every program that is still running, with all its descendants.

    for_good: nothing can be started afterwards either.
    """
    if for_good:
        _closed.set()
    with _live_lock:
        running = list(_live)
    for process in running:
        end_tree(process)


def end_tree(process: subprocess.Popen[bytes]) -> None:
    """Ends a program and all that it started."""
    import psutil

    if process.poll() is not None:
        return
    if job := _live.get(process):
        job.end()
    try:
        root = psutil.Process(process.pid)
        tree = [*root.children(recursive=True), root]
    except psutil.Error:
        tree = []
    for member in tree:
        try:
            member.kill()
        except psutil.Error:
            pass
    if os.name == "posix":
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except OSError:
            pass
    process.kill()


def _start(words: tuple[str, ...], cwd: str, env: dict[str, str]) -> subprocess.Popen[bytes]:
    """Starts a program. Under the lock, so that end_all() misses none that is just starting."""
    with _live_lock:
        if _closed.is_set():
            raise OSError("the doctor is ending")
        process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env=env,
            start_new_session=os.name == "posix",
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        _live[process] = job_for(process)
        return process


def _finish(task: _Task, process: subprocess.Popen[bytes]) -> Completed:
    readers = [_Reader(stream, task.cap, process) for stream in (process.stdout, process.stderr)]
    if task.input:
        threading.Thread(target=_feed, args=(process, task.input), daemon=True).start()
    else:
        _feed(process, b"")
    failure, hung = None, False
    limit = deadline.left(task.limit)
    reason = None
    code = _ended(process, readers[0], min(limit, _LONG) if task.doubt else limit)
    if code is None and task.doubt and limit > _LONG:
        reason = task.doubt(task.cwd)
        code = None if reason else _ended(process, readers[0], limit - _LONG)
    if code is None:
        end_tree(process)
        with contextlib.suppress(subprocess.TimeoutExpired):  # one that waits for a dead disk
            process.wait(timeout=max(_GRACE, deadline.left(5)))
        failure, hung = reason or _LATE.format(limit), True
    for reader in readers:
        reader.join(max(_QUICK, deadline.left(_GRACE)))
    if any(reader.over for reader in readers):
        code, failure = None, f"printed more than {task.cap // 1_000_000} MB"
    output, errors = (bytes(reader.kept) for reader in readers)
    return Completed(task.words, code, output, errors, failure or _ending(code), hung, bool(reason))


def _ended(process: subprocess.Popen[bytes], output: threading.Thread, limit: float) -> int | None:
    """Waits for a program; its exit code, or None if its time is over.

    With a time limit wait() sleeps, up to 50 ms longer than the program runs; so it waits without
    one, in a thread. Most programs end with their output, and quickly.
    """
    output.join(min(limit, _QUICK))
    if process.poll() is None:
        waiter = threading.Thread(target=process.wait, daemon=True)
        waiter.start()
        waiter.join(limit)
    return process.returncode


def _feed(process: subprocess.Popen[bytes], data: bytes) -> None:
    if process.stdin is None:
        return
    try:
        with process.stdin as stream:
            stream.write(data)
    except (OSError, ValueError):
        pass  # it ended without reading; its exit code tells more


class _Reader(threading.Thread):
    """Keeps what a stream brings, up to a cap."""

    def __init__(self, stream: IO[bytes] | None, cap: int, process: subprocess.Popen[bytes]):
        super().__init__(daemon=True)
        self.kept = bytearray()
        self.over = False
        self._stream, self._cap, self._process = stream, cap, process
        self.start()

    def run(self) -> None:
        if self._stream is None:
            return
        try:
            with self._stream as stream:
                while chunk := getattr(stream, "read1", stream.read)(65536):
                    self.kept += chunk
                    if len(self.kept) > self._cap:
                        self.over = True
                        end_tree(self._process)
                        return
        except (OSError, ValueError):
            return


def _ending(code: int | None) -> str | None:
    if code is None or code == 0:
        return None
    if code < 0:
        try:
            return f"was ended by signal {signal.Signals(-code).name}"
        except ValueError:
            return f"was ended by signal {-code}"
    return f"ended with exit code {code}"


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
