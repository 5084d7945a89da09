"""The check ``credential-helper``."""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import get_close_matches

from codecommit_doctor.check import (
    Advice,
    Answer,
    AskedHelper,
    AwsCli,
    CredentialSettings,
    Entry,
    Environment,
    Evidence,
    Fix,
    Git,
    Handshake,
    Host,
    HostKind,
    Netrc,
    Origin,
    Profiles,
    Result,
    Shape,
    Signer,
    Status,
    Symptom,
    Target,
    by_hand,
    check,
    failed,
    helper_repair,
    no_helpers_asked,
    no_permission,
    passed,
    recipes,
    skipped,
    told_why,
    versions,
)

_GUIDE = "https://docs.aws.amazon.com/codecommit/latest/userguide/setting-up-https-unixes.html"
_WRITE = "Set the AWS helper for CodeCommit hosts"
_MODE = "no-permission"
_NONE_APPLIES = "no AWS helper applies to this address"


@check(
    id="credential-helper",
    category="configuration",
    title="Does a well-formed AWS credential helper apply to this address?",
    why="Without it Git asks for a user name and a password, which only IAM Git credentials have.",
    source=_GUIDE,
    after=("git-version", "git-configuration", "config-shadowing"),
    explains=("credential-handshake/no-answer", "credential-handshake"),
    symptoms=(
        Symptom(
            r"(?: |^)[A-Za-z]:[\w.-]*: (?:command )?not found"
            r"|(?:/[a-z]|[A-Za-z]:)/Program: (?:No such file|(?:command )?not found)",
            "Git's shell dropped the backslashes of a Windows path, or cut it at a space: write it "
            "with / in between and quotes around it.",
        ),
        Symptom(
            r"git: 'credential-(?:aws|!aws|'!aws)[^']*' is not a git command"
            r"|Unterminated quoted string|unexpected EOF while looking for matching"
            r"|Syntax error: end of file unexpected|Syntax error: Unterminated"
            r"|credential-'!aws|credential-'|event not found"
            r"|key does not contain a section: |!aws: (?:command )?not found"
            r"|\d: Syntax error: |syntax error near unexpected token|Bad substitution"
            r"|unknown option `(?:get|profile|region)'|aws: error: too few arguments"
            r"|arguments are required: (?:command|subcommand|operation)",
            "The value of credential.helper is not a command that Git's shell understands.",
        ),
        Symptom(
            r"usage: git credential-(?:store|cache)\b",
            "The helper has words that it does not take. Write `store`, or `store --file PATH`.",
        ),
    ),
)
def credential_helper(
    target: Target,
    git: Git,
    signer: Signer,
    aws_cli: AwsCli,
    profiles: Profiles,
    handshake: Handshake,
    netrc: Netrc,
    environment: Environment,
    host: Host,
) -> Result:
    """## Symptom
    Git asks for a user name, or says `git: 'credential-aws' is not a git command`, `Unterminated
    quoted string`, `Invalid choice` or `No such file or directory`.

    ## How it looks
    It reads the chain of helpers that Git asks for this address, and takes each AWS helper apart
    as Git, its shell and the AWS CLI do: `!` in front, no quotes left over from cmd or bash,
    nothing cut off by a `;` or `#`, the right words, options that the AWS CLI knows, a program that
    exists, and in WSL one that WSL starts. A helper that is more than one plain `aws` command is not taken apart: there the program
    that it starts has to be on the PATH of Git's shell. What the handshake shows counts more than
    the words: a helper that made a signature is well-formed. Where none applies it looks for one
    that is configured for other hosts: `https://git-codecommit.*.amazonaws.com` covers neither
    FIPS nor VPC endpoints nor China, and Git before 2.26 knows no wildcards there. Where no AWS
    helper applies, another helper that answers, as with IAM Git credentials, is no fault; it is one
    where nobody answers and this machine has AWS profiles.

    ## By hand
    ### With the default profile
    {reset}

    ### With another profile
    {reset with a profile}

    ### The clone names a wrong helper too
    On Windows, macOS and Linux, in the clone:

    ```shell
    git config --local --unset-all credential.helper
    ```

    ### Clean up
    A wrong helper for all hosts may stay: the reset takes it away for this host. It still disturbs
    other hosts, so delete its line: `git config --global --edit` opens the file.

    ## Fix safety
    Correcting a helper is safe: only its own value changes. Where no helper is configured at all,
    and neither a profile nor a variable brings AWS credentials, writing one is unsafe: Git then no
    longer prompts for IAM Git credentials at CodeCommit.

    ## Known limits
    A helper that is a script or a function of its own is judged by what it answers, not by its words.
    """  # noqa: E501
    if skip := no_helpers_asked(target):
        return skip
    if target.host_kind is HostKind.UNKNOWN and not target.assumed:
        why = f"{target.host} is not a host name of CodeCommit: see repository-url"
        return skipped(why, code="other-host")
    found = signer.aws_helpers
    if not (found or signer.passed_over):
        if not target.has_password and (cut := _cut_off(git, signer, handshake, aws_cli)):
            return cut
        return _none(target, git, signer, profiles, handshake, netrc, environment, aws_cli)
    answer = handshake.seen()
    proved = answer.by if answer and answer.judgement.shape is Shape.AWS_SIGNATURE else None
    meant = (*signer.passed_over, *found)
    flawed = [asked for asked in meant if asked.helper.flaw and asked.entry != proved]
    if flawed:
        works = signer.passed_over or len(flawed) < len(found)
        status = Status.WARN if works else Status.FAIL
        value, also = _that_runs(flawed[0], aws_cli)
        why = f"the AWS helper is malformed: {flawed[0].helper.flaw}{also}"
        return _mended(status, why, flawed[0], value, "malformed", aws_cli)
    if proved in [asked.entry for asked in found]:
        return passed("the AWS helper answers for this address", *_evidence(found))
    if not found:
        return _none(target, git, signer, profiles, handshake, netrc, environment, aws_cli)
    if unable := _not_started_in_wsl(found, host):
        return unable
    stopped = [_lost_program(asked, aws_cli) or _other_version(asked, aws_cli) for asked in found]
    if lost := next(filter(None, stopped), None):
        return lost if all(stopped) else replace(lost, status=Status.WARN)
    if answer and signer.by:
        if lost := _lost_operation(answer, signer.by):
            return lost
        if said := _refused_by_the_shell(answer, signer.by, aws_cli):
            why = f"the AWS helper does not run: {said}"
            return _mended(Status.FAIL, why, signer.by, None, "does-not-run", aws_cli)
    return passed("the AWS helper applies to this address", *_evidence(found))


def _cut_off(git: Git, signer: Signer, handshake: Handshake, aws_cli: AwsCli) -> Result | None:
    """A failure if Git takes the AWS helper for a comment, and nobody else has an answer."""
    answer = handshake.seen() if signer.chain else None
    for asked in () if (answer.credential if answer else signer.chain[1:]) else signer.chain:
        value = helper_repair.whole(asked.helper, git.comment_behind(asked.entry))
        if value is not None:
            why = "the AWS helper is malformed: it is cut off at a ; or # outside of double quotes"
            return _mended(Status.FAIL, why, asked, value, "malformed", aws_cli)
    return None


def _evidence(found: tuple[AskedHelper, ...]) -> list[Evidence]:
    return [asked.evidence for asked in found]


def _not_started_in_wsl(found: tuple[AskedHelper, ...], host: Host) -> Result | None:
    """A failure if the helper is a program of Windows, and WSL is told not to start such ones."""
    if not host.is_wsl or host.starts_windows_programs is not False:
        return None
    asked = next((asked for asked in found if asked.helper.aws.is_of_windows), None)
    if asked is None:
        return None
    program = asked.helper.aws.program
    why = f"the AWS helper is {program}, and WSL starts no programs of Windows here"
    fact = Evidence("no WSLInterop", Origin.of_file("/proc/sys/fs/binfmt_misc"))
    steps = (
        Advice("Install the AWS CLI in WSL, and name aws in the helper"),
        Advice("Or set enabled=true below [interop] in /etc/wsl.conf, then in Windows:"),
        Advice("Restart WSL, in Windows", ("wsl", "--shutdown")),
    )
    return failed(why, asked.evidence, fact, advice=steps, code="interop-off")


def _lost_program(asked: AskedHelper, aws_cli: AwsCli) -> Result | None:
    """A failure if the path in the helper, or the program that starts the AWS CLI, is not there."""
    aws = asked.helper.aws
    if aws.wrapper:
        if there := aws_cli.unstartable(aws.wrapper):
            return no_permission("the AWS helper can't start", there, asked.evidence, code=_MODE)
        if aws_cli.seen_by_git(aws.wrapper):
            return None
        why = f"the AWS helper starts {aws.wrapper}, and Git's shell does not find it"
        steps = (Advice(f"Install {aws.wrapper}, or write its full path in the helper"),)
        return failed(why, asked.evidence, advice=steps, code="wrapper-not-found")
    if aws.opaque or not re.search(r"[\\/]", aws.program):
        return None
    if aws_cli.seen_by_git(aws.program) or aws_cli.unstartable(aws.program):
        return None  # whose mode is the business of aws-cli-version
    value = (
        helper_repair.with_program(asked.helper.value, "aws")
        if aws_cli.seen_by_git("aws")
        else None
    )
    why = f"the helper names {aws.program}, which does not exist"
    return _mended(Status.FAIL, why, asked, value, "program-not-found", aws_cli)


def _other_version(asked: AskedHelper, aws_cli: AwsCli) -> Result | None:
    """A failure if the AWS CLI here does not take the words that the other version takes."""
    aws = asked.helper.aws
    path = aws_cli.seen_by_git(aws.program) if aws.only_in else None
    if path is None:
        return None
    number = (aws_cli.installed(path) or aws_cli.version(path)).number
    if number is None or number.major == aws.only_in:
        return None
    why = f"only AWS CLI {aws.only_in} accepts the words of the helper; this is AWS CLI {number}"
    fact = Evidence(f"AWS CLI {number}", Origin(path, path))
    steps = (Advice("Remove the options that this AWS CLI does not know"),)
    return failed(why, asked.evidence, fact, advice=steps, code="other-version")


_WINDOW = re.compile(
    r"ssh-?askpass|git-gui--askpass|lxqt-openssh-askpass|vscode|git[\\/]dist[\\/]askpass"
    r"|intellij-git-askpass|desktop-askpass|sourcetree|win-ssh-askpass",
    re.IGNORECASE,
)
"""Programs that open a window and ask a person, as Git does at a terminal: no answer of their own.

Source: gitcredentials(7); SSH_ASKPASS, which Git tries last, names such a program always.
"""

_NO_OPERATION = re.compile(r"error: too few arguments|arguments are required: (?:sub)?command")
"""What AWS CLI 1 and 2 print where no word follows credential-helper."""

_SHELL_SAYS = re.compile(
    r"not found|No such file|Permission denied|syntax error|unterminated|unexpected EOF"
    r"|Invalid choice|Unknown options|is not a git command|following arguments are required",
    re.IGNORECASE,
)


def _lost_operation(answer: Answer, by: AskedHelper) -> Result | None:
    """A failure if the word that Git adds (get) stops at a pipe or a function."""
    if answer.credential or not by.helper.aws.opaque:
        return None
    said = next((line for line in answer.said if _NO_OPERATION.search(line)), None)
    if said is None:
        return None
    shown = Evidence(said.strip(), Origin("output of the AWS CLI"))
    step = Advice(f'Write it as {recipes.DEFAULT_HELPER}; a function has to hand on its "$@"')
    why = "the word get, which Git adds to the helper, does not reach the AWS CLI"
    return failed(why, by.evidence, shown, advice=(step,), confirmed=True, code="operation-lost")


def _refused_by_the_shell(answer: Answer, by: AskedHelper, aws_cli: AwsCli) -> str | None:
    """What the shell or the AWS CLI said of the helper's words, where no helper answered.

    An ``aws`` that is not found or may not be started is the business of aws-cli-version.
    """
    program = by.helper.aws.program
    if answer.credential or answer.failure or not re.search(r"[\\/'\"]", program):
        return None
    if aws_cli.unstartable(program):
        return None
    return next((line.strip() for line in answer.said if _SHELL_SAYS.search(line)), None)


def _mended(
    status: Status, why: str, asked: AskedHelper, value: str | None, code: str, aws_cli: AwsCli
) -> Result:
    """The verdict on one helper, with the fix that gives it other words."""
    fix = None
    if value and _is_there(asked.helper.rewritten(value).aws.program, aws_cli):
        fix = recipes.replace_helper(asked.entry, value, title="Correct the helper", guide=_GUIDE)
    advice = by_hand(fix, f"Write the helper as {recipes.DEFAULT_HELPER}, with your options")
    return Result(status, why, (asked.evidence,), advice, fix, code=code)


def _that_runs(asked: AskedHelper, aws_cli: AwsCli) -> tuple[str | None, str]:
    """The mended helper, with the aws of the PATH where its own one can't start, and why not."""
    value = asked.helper.corrected
    if value is None:
        return None, ""
    path = aws_cli.seen_by_git(asked.helper.rewritten(value).aws.program)
    lost = aws_cli.lost_interpreter(path) if path else None
    if lost is None:
        return value, ""
    other = aws_cli.seen_by_git("aws")
    if other and not aws_cli.lost_interpreter(other):
        value = helper_repair.with_program(value, "aws")
    return value, f"; and the AWS CLI there can't start, because {lost} is gone"


def _is_there(program: str, aws_cli: AwsCli) -> bool:
    """Whether a program with a path exists; a name alone is looked for by another check."""
    is_path = re.search(r"[\\/]", program)
    return not is_path or aws_cli.seen_by_git(program) is not None


def _none(
    target: Target,
    git: Git,
    signer: Signer,
    profiles: Profiles,
    handshake: Handshake,
    netrc: Netrc,
    environment: Environment,
    aws_cli: AwsCli,
) -> Result:
    """No AWS helper applies: what was meant?"""
    settings = git.credential(target)
    removed = [e for e in settings.removed if e.helper.is_meant_as_aws]
    if removed and not settings.chain:
        facts = map(Evidence.of_setting, removed)
        why = "an empty helper removes the AWS helper: see config-shadowing"
        return skipped(why, *facts, code="taken-away")
    answer = handshake.seen() if settings.chain else None
    if answer and answer.failure:
        answer = None
    if target.has_password:
        why = "the user name and password in the address, in plain text, answer before any helper"
        return skipped(why, *_password_rule(target, git), code="password-in-address")
    if answer and answer.credential:
        who = answer.by.helper.name if answer.by else "another helper"
        has_none = "the AWS helper has no answer" if signer.passed_over else _NONE_APPLIES
        why = f"{has_none}; {who} answers"
        return skipped(why, *_evidence(signer.chain), code="other-helper-answers")
    others = [e for e in settings.others if e.key.endswith(".helper")]
    if elsewhere := [e for e in others if e.helper.is_meant_as_aws]:
        return _elsewhere(target, git, settings, elsewhere)
    entries = (*settings.matching, *settings.others)
    own = [e for e in entries if "codecommit" in (e.subsection or "").lower()]
    meant = [e for e in own if e.key.endswith(".usehttppath")]
    if meant and not any(e.value for e in own if e.key.endswith(".helper")):
        fix = recipes.reset_chain(target, git, settings, recipes.DEFAULT_HELPER, title=_WRITE)
        why = "the [credential] section for CodeCommit sets no helper"
        return failed(
            why, *map(Evidence.of_setting, meant), advice=_to_set(fix), fix=fix, code="no-helper"
        )
    programs = [asked.helper.program for asked in signer.chain]
    lost = [name for name in programs if name and not aws_cli.has_program(name)]
    is_lost = bool(lost) and len(lost) == len(signer.chain)
    if answer is None and not is_lost and not _for_other_hosts(signer):
        first = signer.chain[0].helper.name
        why = f"no AWS helper is configured; {first} may hold IAM Git credentials"
        return skipped(why, *_evidence(signer.chain), code="other-helper")
    said = "\n".join(answer.said) if answer else ""
    if answer and answer.broken and told_why(said) and "is not a git command" not in said:
        names = " and ".join(entry.helper.name for entry in answer.broken)
        why = f"{_NONE_APPLIES}, and {names} failed: see credential-handshake"
        return skipped(why, *_evidence(signer.chain), code="other-helper-failed")
    if other := _answered_otherwise(target, git, netrc, environment):
        why = f"no credential helper is configured; {other} answers"
        return skipped(why, code="answered-otherwise")
    if is_lost and (there := aws_cli.unstartable(lost[0])):
        return no_permission("Git can't start", there, signer.chain[0].evidence, code=_MODE)
    return _nothing(target, git, signer, profiles, environment, lost if is_lost else [])


def _password_rule(target: Target, git: Git) -> list[Evidence]:
    """The insteadOf rule that puts a password into the address, without the password."""
    for entry in git.configuration().entries:
        rule = re.match(r"url\.(\w+)://([^/@]*):[^/@]*@(.*)\.(?:push)?insteadof\Z", entry.key, re.S)
        if rule and target.url.startswith(entry.key.split(".", 1)[1].rpartition(".")[0]):
            shown = f"url.{rule[1]}://{rule[2]}:…@{rule[3]}.insteadOf={entry.value}"
            return [replace(Evidence.of_setting(entry), fact=shown)]
    return []


def _for_other_hosts(signer: Signer) -> bool:
    return all(asked.helper.is_for_other_hosts for asked in signer.chain)


def _elsewhere(
    target: Target, git: Git, settings: CredentialSettings, elsewhere: list[Entry]
) -> Result:
    value = _words(elsewhere[0])
    why = f"the AWS helper is configured for {elsewhere[0].subsection}, not for {target.host}"
    if "*" in (elsewhere[0].subsection or "") and not git.at_least(versions.GIT_WILDCARDS):
        why += "; Git before 2.26 knows no wildcards there"
    fix = recipes.reset_chain(target, git, settings, value, title=_WRITE)
    facts = [Evidence.of_setting(entry, "other hosts") for entry in elsewhere]
    return failed(why, *facts, advice=_to_set(fix), fix=fix, code="other-hosts")


def _words(entry: Entry) -> str:
    """The AWS helper of an entry, in a form that works."""
    return entry.helper.corrected or entry.helper.value


def _to_set(fix: Fix | None) -> tuple[Advice, ...]:
    """What to write where no file can have it."""
    return by_hand(fix, f"Set the helper to {recipes.DEFAULT_HELPER}")


def _answered_otherwise(
    target: Target, git: Git, netrc: Netrc, environment: Environment
) -> str | None:
    """What else may hold IAM Git credentials, where no helper does."""
    if entry := netrc.answering(target):
        return entry.name
    values = {e.key: e.value for e in git.configuration().entries if e.value}
    for name, program in (
        ("GIT_ASKPASS", environment.get("GIT_ASKPASS")),
        ("core.askPass", values.get("core.askpass", "")),
    ):
        if program:
            window = _WINDOW.search(program) or "VSCODE_GIT_ASKPASS_MAIN" in environment
            return None if window else f"the program of {name}"
    return next((key for key in sorted(values) if key.endswith(".extraheader")), None)


def _is_misspelt(entry: Entry) -> bool:
    """Whether an AWS helper stands below a name that Git does not know, such as credentials."""
    first, last = entry.key.partition(".")[0], entry.key.rpartition(".")[2]
    is_near = get_close_matches(first, ["credential"], cutoff=0.8) and last.startswith("help")
    known = (first, last) == ("credential", "helper")
    return bool(is_near) and not known and entry.is_yours and entry.helper.is_aws


def _nothing(
    target: Target,
    git: Git,
    signer: Signer,
    profiles: Profiles,
    environment: Environment,
    lost: list[str],
) -> Result:
    """lost: the programs of all helpers, if Git finds none of them."""
    settings = git.credential(target)
    reset = [e for e in settings.removed if e.is_yours and e.helper.is_meant_as_aws]
    value = _words(reset[0]) if reset else recipes.DEFAULT_HELPER
    fix = recipes.reset_chain(target, git, settings, value, title=_WRITE)
    has_aws = bool(profiles.names()) or environment.brings_credentials
    if fix and not has_aws:
        fix = fix.unsafe("Git then no longer prompts for IAM Git credentials at CodeCommit")
    facts = _evidence(signer.chain) or [
        Evidence("no credential.helper", Origin.command("git", "config", "--list"))
    ]
    if misspelt := [entry for entry in git.configuration().entries if _is_misspelt(entry)]:
        key = misspelt[-1].key.split(".")
        why = f"Git knows no setting {key[0]}.{key[-1]}: it reads credential.helper"
        found = [Evidence.of_setting(entry, "Git ignores it") for entry in misspelt]
        fix = recipes.reset_chain(target, git, settings, misspelt[-1].value, title=_WRITE)
        return failed(why, *found, advice=_to_set(fix), fix=fix, code="misspelt-key")
    summary = "no credential helper is configured, so Git prompts for a user name and password"
    code = "none-configured"
    emptied = settings.last("helper")
    if settings.removed and emptied and not emptied.value:
        summary = "an empty credential.helper takes the helpers away, so Git prompts for a password"
        facts = [Evidence.of_setting(settings.removed[-1], "taken away")]
        facts += [Evidence.of_setting(emptied, "takes it away")]
    if signer.chain:
        names = " and ".join(asked.helper.name for asked in signer.chain)
        summary = f"no AWS helper applies, and {names} returns no password, so Git prompts"
        code = "no-answer"
    if lost:
        summary = f"no AWS helper is configured, and Git does not find {' and '.join(lost)}"
        code = "helper-not-found"
    step = "enter them at Git's prompt. Otherwise:"
    return Result(
        Status.FAIL if has_aws or lost else Status.WARN,
        summary,
        tuple(facts),
        (Advice(f"If you have an IAM Git user name and password, {step}"), *_to_set(fix)),
        fix,
        code=code,
    )
