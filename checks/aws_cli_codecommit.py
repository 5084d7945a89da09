"""The check ``aws-cli-codecommit``."""

from __future__ import annotations

from dataclasses import replace

from codecommit_doctor.check import (
    Advice,
    AwsCli,
    Evidence,
    Handshake,
    Origin,
    Result,
    Shape,
    Signer,
    Status,
    Symptom,
    check,
    failed,
    late,
    not_signing,
    passed,
    skipped,
    warned,
)


@check(
    id="aws-cli-codecommit",
    category="programs",
    title="Does the AWS CLI have its CodeCommit commands?",
    why="The helper is one of them; an old or damaged AWS CLI answers with its usage instead.",
    source="https://docs.aws.amazon.com/codecommit/latest/userguide/setting-up-https-windows.html"
    "#setting-up-https-windows-account",
    after=("git-version", "git-configuration", "aws-cli-version"),
    explains=("credential-handshake", "credential-handshake/no-answer"),
    symptoms=(
        Symptom(
            r"invalid choice: 'codecommit|Invalid choice: 'credential-helper"
            r"|Unable to load data for: |Unknown service: |Unable to load data .* for: ",
            "The AWS CLI is damaged or incomplete: its CodeCommit commands are not there.",
        ),
        Symptom(
            r"invalid credential line",
            "What Git starts as the AWS helper prints something else than a password, as an alias "
            "of the AWS CLI does.",
            "alias",
            also=True,
        ),
    ),
)
def aws_cli_codecommit(signer: Signer, aws_cli: AwsCli, handshake: Handshake) -> Result:
    """## Symptom
    `Invalid choice: 'codecommit'` and the AWS CLI's usage, before a prompt for a user name.

    ## How it looks
    If the AWS helper made the password of the handshake, the commands are there. Otherwise it looks
    for an alias of that name in `~/.aws/cli/alias`, which the AWS CLI prefers, and runs the
    helper's `store`, which does nothing in any version and needs no credentials.

    ## By hand
    On Windows, macOS and Linux:

    ```shell
    aws codecommit help
    ```

    It shows the list of commands (leave it with `q`). If it does not know the command, install a
    current AWS CLI.

    ## Known limits
    Where Git's helper names another program than `aws`, try that one by hand.
    """
    if signer.by is None:
        return not_signing(signer) or skipped(
            "Git asks no credential helper", code="no-helper-asked"
        )
    answer = handshake.seen()
    if answer and answer.judgement.shape is Shape.AWS_SIGNATURE and signer.is_aws(answer.by):
        return passed("the AWS helper answered Git")
    alias = aws_cli.alias()
    is_silent = bool(answer and answer.credential is None)
    if (skip := not_signing(signer)) and not (alias and is_silent):
        return skip
    if alias:
        file, line = alias
        result = failed(
            "an alias of the AWS CLI replaces its command codecommit",
            Evidence("codecommit = …", Origin.of_file(file, line)),
            advice=(Advice(f"Give the alias another name: {file}, line {line}"),),
            confirmed=True,
            code="alias",
        )
        # what starts aws may give it another home
        return replace(result, status=Status.WARN, confirmed=False) if skip else result
    program = signer.by.helper.aws.program
    path = aws_cli.seen_by_git(program)
    if path is None:
        return skipped(f"not checked: Git's shell does not find {program}", code="not-found")
    outcome = aws_cli.codecommit(path)
    if outcome.hung:
        return late("aws codecommit credential-helper")
    if outcome.failure is None:
        return passed("the AWS CLI has the CodeCommit commands")
    said = outcome.error_text.splitlines()[-4:]
    facts = [Evidence(line, Origin.command("aws", "codecommit")) for line in said if line.strip()]
    if "Invalid choice" in outcome.error_text:
        return failed(
            "the AWS CLI does not know the command codecommit credential-helper",
            *facts,
            advice=(Advice("Install a current AWS CLI"),),
            confirmed=True,
            code="no-command",
        )
    why = f"aws codecommit credential-helper {outcome.failure}"
    return warned(why, *facts, code="ended-with-error")
