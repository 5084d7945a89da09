"""The check ``aws-cli-version``."""

from __future__ import annotations

import re
from dataclasses import replace

from codecommit_doctor.check import (
    Advice,
    Answer,
    AwsCli,
    CliVersion,
    Evidence,
    Fix,
    Handshake,
    Host,
    HostKind,
    Origin,
    Result,
    Signer,
    SignerKind,
    Status,
    Symptom,
    Target,
    Transport,
    check,
    failed,
    helper_repair,
    late,
    no_permission,
    not_signing,
    recipes,
    skipped,
    versions,
    warned,
)

MINIMUM = versions.AWS_CLI
OTHER_HOSTS = versions.AWS_CLI_OTHER_HOSTS
BLANK_LINE = versions.AWS_CLI_BLANK_LINE

_END_OF_1 = (
    "AWS CLI 1 is in maintenance since 5 August 2026 and ends on 15 July 2027: install AWS CLI 2"
)
"""Source: the AWS CLI's maintenance and support policy."""

_UNPACK = re.compile("not enough values to unpack|need more than 1 value to unpack")

_NO_TERMINAL = re.compile("input device is not a (?:TTY|terminal)", re.IGNORECASE)
"""What docker and podman say where ``-t`` asks for a terminal, and Git's pipe is none."""

_INSTALL = "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"


@check(
    id="aws-cli-version",
    category="programs",
    title=f"Is the AWS CLI found by Git's own shell, and at least {MINIMUM}?",
    why=f"The credential helper is part of the AWS CLI since {MINIMUM}, and Git starts it.",
    source="https://docs.aws.amazon.com/codecommit/latest/userguide/troubleshooting-ch.html#troubleshooting-py3",
    after=("aws-configuration",),  # aws stops at a malformed file, even with --version
    explains=("credential-handshake", "credential-handshake/no-answer"),
    symptoms=(
        Symptom(
            r"\baws(?:\.cmd|\.exe)?: (?:command )?not found|'aws' is not recognized"
            r"|^(?!.*git-remote-codecommit).*bad interpreter|aws: No such file"
            r"|No module named '?awscli|executable file not found.*aws|exec: \"aws\": executable"
            r"|cannot (?:run|spawn|exec) [^:]*credential-helper"
            r"|codecommit credential-helper.*: (?:not found|cannot execute|Permission denied)"
            r"|cannot execute binary file|aws: cannot execute|aws: Permission denied"
            r"|/aws: line \d+: |command not found: aws|Unknown command:? '?aws\b",
            "Git's own shell can't start the AWS CLI.",
        ),
        Symptom(
            r"Invalid choice:? '?codecommit|argument command: Invalid choice",
            "This AWS CLI has no CodeCommit commands: it is too old.",
        ),
        Symptom(
            r"not enough values to unpack \(expected 2, got 1\)|need more than 1 value to unpack",
            f"The AWS helper is older than {BLANK_LINE}, and stops at a blank line.",
            "blank-line",
        ),
        Symptom(
            r"input device is not a (?:TTY|terminal)",
            "A wrapper starts the AWS CLI in a container and asks for a terminal, which Git does "
            "not give: leave out -t (--tty) of docker, and keep -i.",
            "needs-terminal",
        ),
        Symptom(
            r"The system cannot find the path specified",
            "Windows found no file at a path that a program or a script names. If the AWS helper "
            "printed it, aws.cmd leads to a Python that is gone: install the AWS CLI anew.",
        ),
    ),
)
def aws_cli_version(
    target: Target, signer: Signer, aws_cli: AwsCli, host: Host, handshake: Handshake
) -> Result:
    """## Symptom
    `aws: command not found` or `Invalid choice: 'codecommit'` before a prompt for a user name.

    ## How it looks
    It takes the program that the helper for this address names (else `aws`), asks Git's own shell
    where that is, since an IDE or Git for Windows may see another PATH than a terminal, and runs
    `--version` there. Where the helper has just made a signature the program need not be started
    once more: the version is read off the installation. All other `aws` on the PATH are named.
    For AWS CLI 1 a note says when its support ends. Before 1.16.130 it signs the hosts of FIPS and
    VPC endpoints wrongly, and before 1.18.8 it stops at a blank line behind Git's question with
    `not enough values to unpack (expected 2, got 1)`.

    ## By hand
    Ask Git's own shell, on Windows, macOS and Linux:

    ```shell
    git -c "alias.which-aws=!command -v aws" which-aws
    aws --version
    ```

    If the first line prints nothing, Git does not find the AWS CLI:

    - Windows: the MSI installer of AWS CLI 2. The one of AWS CLI 1 brings `aws.cmd` alone, which
      Git's shell does not find: write `aws.cmd` in the helper. pip brings `aws` as well, which
      fails with `bad interpreter` where Python's path has a space: install AWS CLI 2.
    - macOS: the pkg installer of AWS CLI 2, or `brew install awscli`.
    - Linux: the zip installer of AWS CLI 2.
    - WSL: the same. It finds the AWS CLI of Windows as `aws.exe` alone, which signs with the files
      in `.aws` of Windows, not with those of WSL.

    A full path in the helper needs single quotes and forward slashes. With backslashes every git
    command ends with `fatal: bad config line`:

    ```ini
    [credential "https://HOST"]
        helper =
        helper = !'C:/Program Files/Amazon/AWSCLIV2/aws.exe' codecommit credential-helper $@
        UseHttpPath = true
    ```

    ## Fix safety
    The fix is safe: it writes another name of the program into the helper, where Git's shell finds
    that one. The doctor installs nothing.

    ## Known limits
    A program that Git finds only in another terminal, or only in an IDE, is not seen from here. A
    wrapper's own choice of the AWS CLI is not followed.
    """
    if signer.kind is SignerKind.OPAQUE_AWS_HELPER and (skip := not_signing(signer)):
        return skip
    if target.transport is Transport.REMOTE_HELPER:
        return skipped("git-remote-codecommit needs no AWS CLI", code="not-needed")
    program, named = "aws", signer.evidence if signer.aws_helpers else ()
    if signer.kind is SignerKind.AWS_HELPER and signer.by:
        program = signer.by.helper.aws.program
    path = aws_cli.seen_by_git(program)
    if path is None and (skip := _not_needed(target, named, handshake)):
        return skip
    is_broken = signer.kind is SignerKind.BROKEN_AWS_HELPER
    if path is None and is_broken and (skip := not_signing(signer)):
        return skip
    if there := aws_cli.unstartable(program):
        return no_permission("Git's shell can't start", there, *named, code="no-permission")
    if path is None and re.search(r"[\\/]", program):
        why = f"the helper names {program}, which does not exist: see credential-helper"
        return skipped(why, code="path-not-found")
    if path is None:
        return _not_found(program, signer, named, aws_cli, host)
    version, fact = _version(path, aws_cli, handshake if named else None)
    is_old = version.number is None or version.is_before(MINIMUM)
    if is_broken and is_old and (skip := not_signing(signer)):
        return skip
    if is_old and (skip := _not_needed(target, named, handshake)):
        return skip
    facts = (
        fact,
        *named,
        *(
            Evidence(f"another aws: {other}", Origin.environment("PATH"))
            for other in aws_cli.others(path)
        ),
    )
    if version.late:
        return replace(late(f"{path} --version"), evidence=facts)
    if version.number is None:
        return _without_version(path, version, facts, host)
    if version.is_before(MINIMUM):
        return failed(
            f"AWS CLI {version.number} is older than {MINIMUM}, the first one with the helper",
            *facts,
            advice=_install(host),
            code="too-old",
        )
    if named and (old := _too_old_for(target, version, handshake.seen(), facts, host)):
        return old
    note = (Advice(_END_OF_1),) if version.number.major == 1 else ()
    return Result(Status.PASS, f"AWS CLI {version.number}", facts, note)


def _without_version(
    path: str, version: CliVersion, facts: tuple[Evidence, ...], host: Host
) -> Result:
    """What it means that a program told no version of the AWS CLI."""
    if _NO_TERMINAL.search(version.text):
        why = f"{path} asks for a terminal, and Git gives it none: {version.text}"
        step = Advice(
            f"Leave out -t (--tty) of docker in {path}; keep -i, which hands Git's words on"
        )
        return failed(why, *facts, advice=(step,), code="needs-terminal")
    why = f"it {version.failure}" if version.failure else "it prints no version"
    why = f"{path} does not answer as the AWS CLI does: {why}"
    if version.failure:
        return failed(why, *facts, advice=_install(host), code="does-not-run")
    return warned(why, *facts, advice=_install(host), code="no-version")


def _not_needed(target: Target, named: tuple[Evidence, ...], handshake: Handshake) -> Result | None:
    """The skip where no helper names the AWS CLI, and one of those that apply answers."""
    if named or target.transport is not Transport.HTTPS:
        return None
    answer = handshake.seen()
    if answer is None or answer.credential is None:
        return None
    why = "Git does not need the AWS CLI for this address: another helper answers"
    return skipped(why, code="other-helper-answers")


def _too_old_for(
    target: Target,
    version: CliVersion,
    answer: Answer | None,
    facts: tuple[Evidence, ...],
    host: Host,
) -> Result | None:
    """A failure if this version of the helper can't do what is asked of it here."""
    if version.is_before(BLANK_LINE) and answer and _UNPACK.search("\n".join(answer.said)):
        why = f"AWS CLI {version.number} stops at a blank line; {BLANK_LINE} and later do not"
        return failed(why, *facts, advice=_install(host), confirmed=True, code="blank-line")
    is_right = answer is not None and answer.judgement.verified is True
    if is_right or target.host_kind not in (HostKind.FIPS, HostKind.VPC):
        return None
    if not version.is_before(OTHER_HOSTS):
        return None
    kind = "FIPS" if target.host_kind is HostKind.FIPS else "VPC"
    why = f"AWS CLI {version.number} signs {kind} endpoints wrongly; {OTHER_HOSTS} and later do not"
    return failed(why, *facts, advice=_install(host), code="too-old-for-host")


def _version(
    path: str, aws_cli: AwsCli, handshake: Handshake | None
) -> tuple[CliVersion, Evidence]:
    """The version, and how it is known. handshake: if a helper names this program."""
    installed = aws_cli.installed(path)
    if installed and handshake and handshake.signed_now():
        return installed, Evidence(installed.text, Origin(path, path))
    version = aws_cli.version(path)
    return version, Evidence(version.text or "no output", Origin.command(path, "--version"))


def _not_found(
    program: str, signer: Signer, named: tuple[Evidence, ...], aws_cli: AwsCli, host: Host
) -> Result:
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
    if program == "aws" and host.is_wsl and (windows := aws_cli.seen_by_git("aws.exe")):
        return _only_in_windows(windows, facts, signer, host)
    endings = ("", ".exe", ".cmd") if program.lower() in ("aws.exe", "aws.cmd") else ("",)
    found = next(filter(aws_cli.seen_by_git, (f"aws{ending}" for ending in endings)), None)
    if signer.by and found:
        value = helper_repair.with_program(signer.by.helper.value, found)
        title = f"Name {found} in the helper instead of {program}"
        fix = recipes.replace_helper(signer.by.entry, value, title=title, guide=_INSTALL)
        why = f"the helper names {program}, and Git's shell finds only {found}"
        return failed(why, *facts, advice=() if fix else _install(host), fix=fix, code="other-name")
    if program == "aws" and yours:
        value, fix = _written_out(yours[0], signer, aws_cli)
        return failed(
            "aws is on your PATH, but Git's own shell does not find it",
            *facts,
            advice=(Advice(f"Write the helper as {value}"), *_install(host)),
            fix=fix,
            code="not-on-path-of-git",
        )
    why = f"Git's shell does not find {program}"
    return failed(why, *facts, advice=_install(host), code="not-found")


def _only_in_windows(
    windows: str, facts: tuple[Evidence, ...], signer: Signer, host: Host
) -> Result:
    """In WSL, where Windows' ``aws.exe`` is on the PATH and Linux looks for ``aws``."""
    value = helper_repair.with_program(
        signer.by.helper.value if signer.by else recipes.DEFAULT_HELPER, "aws.exe"
    )
    steps = [
        Advice("Install the AWS CLI in WSL, with profiles in ~/.aws of WSL", step.command)
        for step in _install(host)
    ]
    if host.starts_windows_programs is not False and value:
        steps.append(
            Advice(f"Or write the helper as {value}: it signs with the AWS files of Windows")
        )
    return failed(
        "the AWS CLI is installed only in Windows: in WSL it is called aws.exe, and Git looks for "
        "aws",
        *facts,
        Evidence(f"the AWS CLI of Windows is {windows}", Origin.environment("PATH")),
        advice=tuple(steps),
        code="only-in-windows",
    )


def _written_out(path: str, signer: Signer, aws_cli: AwsCli) -> tuple[str, Fix | None]:
    """The helper with a program that Git's shell finds, and the fix that writes it if it does.

    ``aws.cmd``, which the installer of AWS CLI 1 brings, is found by its whole name; any other
    program by its path, in quotes and with the slashes of a shell.
    """
    name = re.split(r"[\\/]", path)[-1].lower()
    quoted = "'" + path.replace("\\", "/") + "'"
    known = name in ("aws.cmd", "aws.exe") and aws_cli.seen_by_git(name)
    helper = signer.by.helper.value if signer.by else recipes.DEFAULT_HELPER
    program = name if known else quoted
    value = helper_repair.with_program(helper, program)
    if value is None:
        return recipes.DEFAULT_HELPER.replace("aws", program), None
    if not known or not signer.by:
        return value, None
    title = f"Name {name} in the helper, which Git's shell finds"
    return value, recipes.replace_helper(signer.by.entry, value, title=title, guide=_INSTALL)


def _install(host: Host) -> tuple[Advice, ...]:
    if host.is_windows:
        return (Advice("Install AWS CLI 2", ("winget", "install", "--id", "Amazon.AWSCLI", "-e")),)
    if host.system == "Darwin":
        return (Advice("Install AWS CLI 2", ("brew", "install", "awscli")),)
    return (Advice(f"Install AWS CLI 2: {_INSTALL}"),)
