"""The check ``aws-cli-version``."""

from __future__ import annotations

import os

from packaging.version import Version

from codecommit_doctor.check import (
    Advice,
    AwsCli,
    Evidence,
    Git,
    Handshake,
    Helper,
    Host,
    Origin,
    Result,
    Symptom,
    Target,
    Transport,
    check,
    failed,
    passed,
    skipped,
    warned,
)
from codecommit_doctor.probes.aws_cli import CliVersion

MINIMUM = "1.7.38"

_INSTALL = "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"


@check(
    id="aws-cli-version",
    category="programs",
    title=f"Is the AWS CLI found by Git's own shell, and at least {MINIMUM}?",
    why=f"The credential helper is part of the AWS CLI since {MINIMUM}, and Git starts it.",
    source="https://docs.aws.amazon.com/codecommit/latest/userguide/troubleshooting-ch.html",
    after=("aws-configuration",),  # aws stops at a malformed file, even with --version
    explains=("credential-handshake", "credential-handshake/no-answer"),
    symptoms=(
        Symptom(
            r"\baws(?:\.cmd|\.exe)?: (?:command )?not found|'aws' is not recognized"
            r"|bad interpreter|aws: No such file|No module named '?awscli"
            r"|executable file not found.*aws",
            "Git's own shell can't start the AWS CLI.",
        ),
        Symptom(
            r"Invalid choice:? '?codecommit|argument command: Invalid choice",
            "This AWS CLI has no CodeCommit commands: it is too old.",
        ),
    ),
)
def aws_cli_version(
    target: Target, git: Git, aws_cli: AwsCli, host: Host, handshake: Handshake
) -> Result:
    """## Symptom
    `aws: command not found` or `Invalid choice: 'codecommit'` before a prompt for a user name.

    ## How it looks
    It takes the program that the helper for this address names (else `aws`), asks Git's own shell
    where that is, since an IDE or Git for Windows may see another PATH than a terminal, and runs
    `--version` there. Where the helper has just made a signature the program need not be started
    once more: the version is read off the installation. All other `aws` on the PATH are named; an
    AWS CLI 1 that stands before an AWS CLI 2 is a warning.

    ## By hand
    - Windows: the MSI installer of AWS CLI 2. With an AWS CLI of pip, Git's shell does not find
      `aws.cmd`: write `aws.cmd` or the full path in the helper.
    - macOS: the pkg installer of AWS CLI 2, or `brew install awscli`.
    - Linux: the zip installer of AWS CLI 2.
    """
    if target.transport is Transport.REMOTE_HELPER:
        return skipped("git-remote-codecommit needs no AWS CLI", code="not-needed")
    program, named, is_sure = _program(target, git)
    path = aws_cli.seen_by_git(program)
    if not named and path is None and target.transport is Transport.HTTPS:
        answer = handshake.seen()
        if answer and answer.credential:
            return skipped("no AWS helper applies to this address, and another one answers")
    if path is None:
        if program != "aws":
            return skipped(f"the helper names {program}, which is gone: see credential-helper")
        if not is_sure:
            return skipped("it can't be told which AWS CLI the helper starts", *named)
        return _not_found(program, named, aws_cli, host)
    version, fact = _version(path, aws_cli, handshake if named else None)
    if not is_sure and (version.number is None or version.number < Version(MINIMUM)):
        return skipped("it can't be told which AWS CLI the helper starts", *named)
    facts = (
        fact,
        *named,
        *(
            Evidence(f"another aws: {other}", Origin.environment("PATH"))
            for other in aws_cli.found()
            if other != path
        ),
    )
    if version.number is None:
        why = f"it {version.failure}" if version.failure else "it prints no version"
        judge = failed if version.failure else warned
        return judge(
            f"{path} does not answer as the AWS CLI does: {why}", *facts, advice=_install(host)
        )
    if version.number < Version(MINIMUM):
        return failed(
            f"AWS CLI {version.number} is older than {MINIMUM}, the first one with the helper",
            *facts,
            advice=_install(host),
        )
    return _second_version(version.number, path, aws_cli, facts, host) or passed(
        f"AWS CLI {version.number}", *facts
    )


def _version(
    path: str, aws_cli: AwsCli, handshake: Handshake | None
) -> tuple[CliVersion, Evidence]:
    """The version, and how it is known. handshake: if a helper names this program."""
    installed = aws_cli.installed(path)
    if installed and handshake and handshake.signed_now():
        return installed, Evidence(installed.text, Origin(path, path))
    version = aws_cli.version(path)
    return version, Evidence(version.text or "no output", Origin.command(path, "--version"))


def _program(target: Target, git: Git) -> tuple[str, tuple[Evidence, ...], bool]:
    """The program to look at, the setting that names it, and whether it is sure that it does."""
    if target.transport is Transport.HTTPS and not git.configuration().failure:
        for entry in git.credential(target).chain:
            helper = Helper(entry.value or "")
            if helper.is_aws and helper.flaw is None and not helper.aws.unbalanced:
                fact = Evidence.of_setting(entry)
                if helper.aws.snippet:
                    return "aws", (fact,), False
                return os.path.expanduser(helper.aws.program), (fact,), True
            if helper.is_meant_as_aws:
                return "aws", (Evidence.of_setting(entry),), False
    return "aws", (), True


def _not_found(program: str, named: tuple[Evidence, ...], aws_cli: AwsCli, host: Host) -> Result:
    yours = aws_cli.found()
    facts = (
        Evidence(f"Git's shell finds no {program}", Origin.command("command", "-v", program)),
        *named,
        *(Evidence(f"your PATH has {path}", Origin.environment("PATH")) for path in yours),
        *(
            Evidence(f"{folder} is a directory, not a program", Origin.environment("PATH"))
            for folder in aws_cli.folders_named_aws()
        ),
    )
    if program == "aws" and yours:
        return failed(
            "aws is on your PATH, but Git's own shell does not find it",
            *facts,
            advice=(Advice(f"Write the full path in the helper: {yours[0]}"), *_install(host)),
        )
    return failed(f"Git's shell does not find {program}", *facts, advice=_install(host))


def _second_version(
    number: Version, path: str, aws_cli: AwsCli, facts: tuple[Evidence, ...], host: Host
) -> Result | None:
    """A warning if an AWS CLI 1 hides an AWS CLI 2."""
    if number.major != 1:
        return None
    for other in aws_cli.others(path):
        found = aws_cli.version(other).number
        if found and found.major >= 2:
            return warned(
                f"AWS CLI {number} stands before AWS CLI {found} on the PATH",
                *facts,
                advice=(
                    Advice(f"Put the directory of {other} first on the PATH, or remove {path}"),
                ),
            )
    return None


def _install(host: Host) -> tuple[Advice, ...]:
    if host.is_windows:
        return (Advice("Install AWS CLI 2", ("winget", "install", "--id", "Amazon.AWSCLI", "-e")),)
    if host.system == "Darwin":
        return (Advice("Install AWS CLI 2", ("brew", "install", "awscli")),)
    return (Advice(f"Install AWS CLI 2: {_INSTALL}"),)
