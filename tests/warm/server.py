"""The server behind tests.warm: forks for each start of one program.

    python server.py FOLDER PROGRAM

In FOLDER, the pipe ``requests`` brings the id of a process that wants to be the program, a line
each; what became of it goes to a pipe named like that id. It ends when its standard input does.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import pkgutil
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module, reload
from pathlib import Path
from types import FunctionType
from typing import Any, NoReturn

ADDRESS = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/x"
_LOCALE = ("LANG", "LC_ALL", "LC_CTYPE")
_ENCODING = b"PYTHONIOENCODING"
_SAMPLES = (
    ("--offline", ADDRESS),
    ("--offline", "--format", "json", ADDRESS),
    ("--offline", "--format", "html", ADDRESS),
    ("explain-error", "fatal: x"),
    ("run", "true"),
    ("undo",),
    ("bundle", "--help"),
)
"""Words for the doctor; what it loads then is loaded beforehand."""
_LOOKED_THROUGH = ("awscli", "boto3", "botocore", "checks", "codecommit_doctor")

Mention = Callable[[str, str], None]
"""Replaces one path by another in something that was worked out at an import."""


class Cold(Exception):
    """The program has to be started as it is."""


@dataclass
class Job:
    """What a client waits for.

    client: a descriptor of its process. ends: one of its worker's, whose id is pid; None once that
    has ended. told: the pipe with the answer, open until the client has ended.
    """

    client: int
    answer: Path
    pid: int = 0
    ends: int | None = None
    told: int | None = None

    def begin(self, number: int, run: Callable[[], None], homes: list[Mention]) -> None:
        """Has a child become the program, unless that must start cold."""
        try:
            self.pid = start(number, run, homes)
        except Cold:
            self.tell("cold")
        except Exception:
            traceback.print_exc()
            self.tell("125")
        else:
            self.ends = os.pidfd_open(self.pid)

    def tell(self, words: str) -> None:
        self.told = os.open(self.answer, os.O_RDWR)  # to read too: so it doesn't wait for a reader
        os.write(self.told, f"{words}\n".encode())

    def end_worker(self) -> None:
        """Tells how the worker has ended."""
        assert self.ends is not None
        os.close(self.ends)
        self.ends = None
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        self.tell(str(code if code >= 0 else 128 - code))

    def end_client(self) -> None:
        """Ends a worker that nobody waits for any more."""
        if self.ends is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self.end_worker()
        for descriptor in (self.client, self.told):
            if descriptor is not None:
                os.close(descriptor)
        self.answer.unlink()  # its name will be that of another process


def main(folder: Path, program: str) -> None:
    """Serves until nobody is left who could ask."""
    run = {"aws": warm_aws, "doctor": warm_doctor, "fleet": warm_fleet}[program]()
    homes = list(mentions(os.environ["HOME"]))
    gc.freeze()  # what is there is shared with those who are forked, until somebody writes to it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests = os.open(folder / "requests", os.O_RDWR)
    jobs: list[Job] = []
    buffer = b""
    while True:
        watched = {job.client for job in jobs} | {job.ends for job in jobs if job.ends is not None}
        poll = select.poll()
        for descriptor in (0, requests, *watched):
            poll.register(descriptor, select.POLLIN)
        ready = {descriptor for descriptor, _ in poll.poll()}
        if 0 in ready:
            return
        for job in jobs.copy():
            if job.ends in ready:
                job.end_worker()
            if job.client in ready:
                job.end_client()
                jobs.remove(job)
        if requests in ready:
            *lines, buffer = (buffer + os.read(requests, 4096)).split(b"\n")
            for number in map(int, lines):
                with contextlib.suppress(ProcessLookupError):
                    jobs.append(Job(os.pidfd_open(number), folder / str(number)))
                    jobs[-1].begin(number, run, homes)


def start(client: int, run: Callable[[], None], homes: list[Mention]) -> int:
    """Forks a worker that is what the client would have become. Raises Cold."""
    place = Path("/proc", str(client))
    pairs = (place / "environ").read_bytes().rstrip(b"\0").split(b"\0")
    environ = dict(pair.split(b"=", 1) for pair in pairs if b"=" in pair)
    _, _, *words = (place / "cmdline").read_bytes().removesuffix(b"\0").split(b"\0")
    if not is_ordinary(environ) or rights(place) != rights(Path("/proc/self")):
        raise Cold
    streams: list[int] = []
    try:
        for number, flags in enumerate((os.O_RDONLY, os.O_WRONLY, os.O_WRONLY)):
            streams.append(reopened(place, number, flags))
        if worker := os.fork():
            return worker
        become(place, environ, words, streams, run, homes)
    finally:
        for stream in streams:
            os.close(stream)


def become(
    place: Path,
    environ: dict[bytes, bytes],
    words: list[bytes],
    streams: list[int],
    run: Callable[[], None],
    homes: list[Mention],
) -> NoReturn:
    """In a child: runs the program as that process would have."""
    try:
        nobody = os.environ["HOME"]
        os.setpgid(0, 0)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.chdir(place / "cwd")
        os.environb.clear()
        os.environb.update(environ)
        time.tzset()
        for change in homes:
            change(nobody, os.path.expanduser("~"))
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        os.closerange(3, 4096)
        open_streams()
        sys.argv[1:] = [os.fsdecode(word) for word in words]
        finish(run)
    finally:
        os._exit(125)


def is_ordinary(environ: dict[bytes, bytes]) -> bool:
    """Whether Python would start there as it has started here."""
    if any(name.startswith(b"PYTHON") and name != _ENCODING for name in environ):
        return False
    if Path(os.fsdecode(environ.get(b"HOME", b"/")), ".aws", "models").exists():
        return False  # descriptions of services of the user's own
    return all(
        environ.get(name.encode(), b"") == os.environ.get(name, "").encode() for name in _LOCALE
    )


def mentions(home: str) -> Iterator[Mention]:
    """Ways to correct what modules made of the home directory when they were imported: values,
    those of classes, and defaults of parameters.
    """
    owners: dict[int, Any] = {}
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in _LOOKED_THROUGH:
            owners[id(module)] = module
            owners |= {id(v): v for v in vars(module).values() if isinstance(v, type)}
    for owner in owners.values():
        for name, value in list(vars(owner).items()):
            if isinstance(value, str) and value.startswith(home):
                yield _of_attribute(owner, name, value)
            elif type(value) is FunctionType and home in str(value.__defaults__):
                yield _of_defaults(value)


def _of_attribute(owner: object, name: str, value: str) -> Mention:
    return lambda old, new: setattr(owner, name, value.replace(old, new))


def _of_defaults(function: Any) -> Mention:
    def change(old: str, new: str) -> None:
        function.__defaults__ = tuple(
            value.replace(old, new) if isinstance(value, str) else value
            for value in function.__defaults__
        )

    return change


def rights(place: Path) -> list[bytes]:
    """The limits, the umask and the capabilities of a process."""
    status = (place / "status").read_bytes().splitlines()
    found = [line for line in status if line.startswith((b"Umask", b"CapEff", b"CapBnd"))]
    return [*found, (place / "limits").read_bytes()]


def reopened(place: Path, number: int, flags: int) -> int:
    """Another process's stream. Raises Cold for what is no pipe or file."""
    try:
        stream = os.open(place / "fd" / str(number), flags | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError as error:
        raise Cold from error
    os.set_blocking(stream, True)
    if os.isatty(stream):
        os.close(stream)
        raise Cold
    return stream


def open_streams() -> None:
    """As Python opens them in the locale C.UTF-8, or with the encoding of its own variable."""
    encoding, _, errors = os.environ.get(_ENCODING.decode(), "").partition(":")
    usual = "strict" if encoding and not errors else errors or "surrogateescape"
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, 1, encoding=encoding or "utf-8", errors=how, closefd=False)  # noqa: SIM115
        for number, mode, how in ((0, "r", usual), (1, "w", usual), (2, "w", "backslashreplace"))
    )


def finish(run: Callable[[], None]) -> NoReturn:
    """Runs the program and ends as Python would."""
    code: object = 0
    try:
        run()
    except SystemExit as end:
        code = end.code
    except KeyboardInterrupt:
        code = 130
    except BaseException:
        traceback.print_exc()
        code = 1
    if code is not None and not isinstance(code, int):
        print(code, file=sys.stderr)
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit((code or 0) & 0xFF)


def remember(botocore: str) -> None:
    """Has a botocore work out only once what follows from the installed files and names alone:
    which services there are, what they can do, which parameters a handler takes.
    """
    session: Any = import_module(f"{botocore}.session")
    hooks: Any = import_module(f"{botocore}.hooks")
    session.create_loader = cache(session.create_loader)
    hooks.accepts_kwargs = cache(hooks.accepts_kwargs)
    alias = hooks.EventAliaser._alias_event_name
    known: dict[str, str] = {}

    def of_name(self: object, name: str) -> str:
        return known[name] if name in known else known.setdefault(name, alias(self, name))

    hooks.EventAliaser._alias_event_name = of_name


def warm_aws() -> Callable[[], None]:
    """The AWS CLI's helper, run once, so that all that it loads is loaded."""
    import awscli.clidriver

    remember(awscli.clidriver.botocore.__name__)
    before, streams = dict(os.environ), (sys.stdin, sys.stdout)
    request = "protocol=https\nhost=git-codecommit.us-east-2.amazonaws.com\npath=v1/repos/x\n"
    sys.stdin, sys.stdout = io.StringIO(request), io.StringIO()
    os.environ.update(AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY="x")
    try:
        awscli.clidriver.create_clidriver().main(["codecommit", "credential-helper", "get"])
    finally:
        sys.stdin, sys.stdout = streams
        os.environ.clear()
        os.environ.update(before)
    sys.argv[:] = [str(Path(sys.executable).with_name("aws"))]

    def run() -> None:
        reload(awscli)  # it adds its own data to AWS_DATA_PATH
        sys.exit(awscli.clidriver.main())

    return run


def warm_doctor() -> Callable[[], None]:
    """The doctor, with all its modules and what they load when they are first used."""
    import boto3
    import rich.console
    import rich.text  # noqa: F401

    import codecommit_doctor
    from codecommit_doctor.cli import main

    remember("botocore")
    for service in ("codecommit", "iam", "kms", "sts"):
        boto3.Session().client(service, region_name="us-east-2")
    for package in ("", ".checks", ".cli", ".fixes", ".formats", ".probes"):
        found = import_module(codecommit_doctor.__name__ + package)
        for module in pkgutil.iter_modules(found.__path__):
            if module.name != "__main__":
                import_module(f"{found.__name__}.{module.name}")
    sys.argv[:] = [str(Path(codecommit_doctor.__file__).with_name("__main__.py"))]
    for words in _SAMPLES:
        for name in loaded_by(main, *words):
            with contextlib.suppress(ImportError):
                import_module(name)
    recognition = import_module("codecommit_doctor.engine.recognition")
    recognition.recognise("x", import_module("codecommit_doctor.engine.registry").load().checks)
    return main


def warm_fleet() -> Callable[[], None]:
    """The doctor, with the database that ``fleet`` asks too."""
    run = warm_doctor()
    for name in loaded_by(run, "fleet", os.devnull):
        with contextlib.suppress(ImportError):
            import_module(name)
    return run


def loaded_by(run: Callable[[], None], *words: str) -> list[str]:
    """The modules that are there when the program ends; a child runs it and tells."""
    source, sink = os.pipe()
    if os.fork() == 0:
        end = os._exit

        def tell(status: int) -> NoReturn:
            os.write(sink, " ".join(sys.modules).encode())
            end(status)

        os._exit = tell
        sys.argv[1:] = words
        sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115
        finish(run)
    os.close(sink)
    with os.fdopen(source) as told:
        names = told.read().split()
    os.wait()
    return names


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
