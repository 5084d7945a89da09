"""One zip for whoever helps: the report, and what it rests on, without secrets.

The same content makes the same bytes: members are in a fixed order, with a fixed time.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from codecommit_doctor import __version__
from codecommit_doctor.probes.endpoint import endpoint as endpoint_of
from codecommit_doctor.probes.files import read_regular
from codecommit_doctor.probes.helpers import credential_programs
from codecommit_doctor.probes.remote_helper import remote_helper as remote_helper_of
from codecommit_doctor.probes.unavailable import Unavailable
from codecommit_doctor.redaction import Redactor, in_force
from codecommit_doctor.redaction.inventory import (
    aws_lines,
    environment,
    git_settings,
    without_user_name,
)
from codecommit_doctor.reports.building import cleaned
from codecommit_doctor.reports.report import encode
from codecommit_doctor.reports.unpacking import MANIFEST, REPORT
from codecommit_doctor.rules.target import Transport

if TYPE_CHECKING:
    from codecommit_doctor.engine.machine import Machine
    from codecommit_doctor.engine.session import Look
    from codecommit_doctor.probes.git_config import Entry
    from codecommit_doctor.probes.handshake import Answer
    from codecommit_doctor.reports.report import Report
    from codecommit_doctor.rules.target import Target

__all__ = ["Member", "members", "pack"]

_UNKNOWN = "of unknown version"
_WHEN = (1980, 1, 1, 0, 0, 0)
_LIBRARIES = ("boto3", "botocore", "msgspec", "packaging", "psutil", "rich", "typer")


class Member(Struct, frozen=True):
    """A file of the bundle. about: what it holds, for the person who is asked."""

    name: str
    about: str
    data: bytes


def members(look: Look, report: Report, *, show_accounts: bool = False) -> tuple[Member, ...]:
    """All files of the bundle but the manifest. Reads what the look has not read already."""
    machine = look.machine
    redactor = machine.redactor(show_accounts=show_accounts)
    targets = [section.target for section in look.sections]
    texts = (
        (
            "git-config.txt",
            "git's settings and where they stand; values that may be secret are left out",
            _git_config(machine, targets, redactor),
        ),
        (
            "aws-config.txt",
            "the AWS config file; values that may be secret are left out",
            _aws_file(machine.profiles.files()[0].path, redactor, values=True),
        ),
        (
            "aws-credentials.txt",
            "names of profiles and settings in the AWS credentials file; no value",
            _aws_file(machine.profiles.files()[1].path, redactor, values=False),
        ),
        (
            "environment.txt",
            "variables of a fixed list that Git and AWS obey",
            environment(os.environ, redactor),
        ),
        (
            "handshake.txt",
            "which credential helpers Git started and how they ended; not what they said",
            _handshakes(machine, targets, redactor),
        ),
        (
            "git-output.txt",
            "what git and the credential helpers printed; no password",
            _printed(machine, targets, redactor),
        ),
        (
            "versions.txt",
            "versions of git, aws, credential helpers, Python and this program; the clock",
            map(redactor.clean, _versions(machine, targets)),
        ),
    )
    written = [
        (name, about, without_user_name("".join(f"{line}\n" for line in lines)))
        for name, about, lines in texts
    ]
    if names := in_force():  # once more: a later file may have told of a name in an earlier one
        written = [(name, about, names.applied(text)) for name, about, text in written]
        report = cleaned(report, redactor)
    return (
        Member(REPORT, "the report, as --format json gives it", encode(report)),
        *(Member(n, about, text.encode("utf-8", "backslashreplace")) for n, about, text in written),
    )


def pack(found: Sequence[Member]) -> bytes:
    """The zip, with a manifest in front."""
    manifest = {
        "bundle_version": "1.0",
        "tool": {"name": "codecommit-doctor", "version": __version__},
        "files": {
            member.name: {
                "sha256": hashlib.sha256(member.data).hexdigest(),
                "size": len(member.data),
            }
            for member in found
        },
    }
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for member in (Member(MANIFEST, "", encode(manifest)), *found):
            info = zipfile.ZipInfo(member.name, _WHEN)
            info.create_system = 3  # Unix, so that the mode counts, on every machine
            info.external_attr = 0o100600 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(info, member.data)
    return file.getvalue()


def _aws_file(path: str, redactor: Redactor, *, values: bool) -> Iterator[str]:
    try:
        text = read_regular(path, 1_000_000).decode("utf-8", "replace")
    except OSError as error:
        yield f"(it can't be read: {error.strerror or type(error).__name__})"
    else:
        yield from aws_lines(text, redactor, values=values)


def _git_config(machine: Machine, targets: list[Target], redactor: Redactor) -> Iterator[str]:
    for directory in dict.fromkeys(target.directory for target in targets):
        yield f"# git config --list --show-scope --show-origin, in {redactor.clean(str(directory))}"
        configuration = machine.git(directory).configuration()
        if configuration.failure:
            yield f"git could not tell: {redactor.clean(configuration.failure)}"
        yield from git_settings(configuration.entries, redactor)


def _versions(machine: Machine, targets: list[Target]) -> Iterator[str]:
    from importlib.metadata import PackageNotFoundError, version

    yield f"codecommit-doctor {__version__}"
    for name, value in machine.host.described().items():
        yield f"{name} {value}"
    yield f"system release {machine.host.release}"
    git = machine.git(targets[0].directory if targets else Path.cwd())
    for number, path in enumerate(git.found):
        told = git.version() if number == 0 else git.of(path).version()
        yield f"git {told.text if told else _UNKNOWN} ({path})"
    for path in machine.aws_cli.found():
        yield f"aws {_aws_version(machine, path)} ({path})"
    exec_path = git.run_unconfigured("--exec-path").text.strip()
    for program, version_told in credential_programs(exec_path):
        yield f"{Path(program).stem} {version_told} ({program})"
    remote_helper = machine.read(remote_helper_of)
    if helper := remote_helper.path:
        libraries = remote_helper.libraries()
        named = f"{libraries.program}, botocore {libraries.botocore}" if libraries else _UNKNOWN
        yield f"git-remote-codecommit {named} ({helper})"
    yield from _clock(machine, targets)
    for name in _LIBRARIES:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"{name} {_UNKNOWN}"


def _clock(machine: Machine, targets: list[Target]) -> Iterator[str]:
    """How far this clock is from the server's, where a server was asked."""
    for target in targets:
        endpoint = machine.read(endpoint_of, target)
        if target.transport is Transport.HTTPS and endpoint.unavailable_reason() is None:
            skew = endpoint.reach().skew
            told = "unknown" if skew is None else f"{skew:+.0f} seconds"
            yield f"clock offset to {target.host}: {told}"


def _printed(machine: Machine, targets: list[Target], redactor: Redactor) -> Iterator[str]:
    """What git printed while it was looked at, target by target."""
    for target in targets:
        if target.transport is not Transport.HTTPS:
            continue
        yield redactor.clean(f"# {target.name}: git credential fill")
        try:
            said = machine.handshake(target).answer().said
        except Unavailable as reason:
            said = (f"(not run: {reason.reason})",)
        yield from map(redactor.clean, said)
        endpoint = machine.read(endpoint_of, target)
        if (obstacle := endpoint.unavailable_reason()) is None:
            yield redactor.clean(f"# {target.name}: git ls-remote, without a password")
            yield redactor.clean(endpoint.reach().said or "(nothing)")
            yield redactor.clean(f"# {target.name}: git ls-remote, with the helpers' password")
            yield redactor.clean(_said_of_access(machine, target))
        else:
            yield redactor.clean(f"# {target.name}: git ls-remote\n(not run: {obstacle})")


def _said_of_access(machine: Machine, target: Target) -> str:
    try:
        access = machine.read(endpoint_of, target).access(machine.handshake(target))
    except Unavailable as reason:
        return f"(not run: {reason.reason})"
    return access.said or ("(the refs)" if access.got_refs else "(nothing)")


def _aws_version(machine: Machine, path: str) -> str:
    return machine.aws_cli.version(path).text or _UNKNOWN


def _handshakes(machine: Machine, targets: list[Target], redactor: Redactor) -> Iterator[str]:
    """Each target's handshake; what was found once is not asked again."""
    for target in targets:
        yield redactor.clean(f"# {target.name}: {target.shown_url}")
        yield from _handshake(machine, target, redactor)


def _handshake(machine: Machine, target: Target, redactor: Redactor) -> Iterator[str]:
    if target.transport is not Transport.HTTPS:
        yield "Git asks no credential helper for this address"
        return
    try:
        settings = machine.git(target.directory).credential(target)
    except Unavailable as unanswered:
        yield redactor.clean(f"not known: {unanswered.reason}")
        return
    yield f"the path is sent: {_WORDS[settings.sends_path]}"
    for entry in settings.removed:
        yield f"removed by a reset: {_placed(entry, redactor)}"
    if not settings.chain:
        yield "no helper applies: Git prompts"
        return
    try:
        answer = machine.handshake(target).answer()
    except Unavailable as reason:
        yield redactor.clean(f"the helpers were not run: {reason.reason}")
        answer = None
    for number, entry in enumerate(settings.chain):
        yield f"{number + 1}. {_placed(entry, redactor)}: {_fate(answer, number)}"
    if answer:
        given = "yes" if answer.credential else "no"
        yield f"a user name and a password were given: {given}"
    if answer and answer.failure:
        yield redactor.clean(f"git {answer.failure}")


_WORDS = {True: "yes", False: "no", None: "unknown"}


def _placed(entry: Entry, redactor: Redactor) -> str:
    """A helper with the place where it stands, as the listing of settings shows it."""
    (line,) = git_settings([entry], redactor)
    return line.strip()


def _fate(answer: Answer | None, number: int) -> str:
    """What became of one helper of the chain."""
    if answer is None:
        return "not started"
    if answer.asked is None:
        return "unknown whether it was started (git is older than 2.22)"
    if number >= len(answer.codes):
        return "not started"
    code = answer.codes[number]
    return "started, ended with git" if code is None else f"started, exit code {code}"
