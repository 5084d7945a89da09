"""The check ``aws-configuration``."""

from __future__ import annotations

import re

from codecommit_doctor.check import (
    Advice,
    AwsCli,
    AwsFile,
    Environment,
    Evidence,
    Origin,
    Profiles,
    Result,
    Signer,
    Symptom,
    check,
    failed,
    helper_repair,
    passed,
    recipes,
    warned,
)


@check(
    id="aws-configuration",
    category="configuration",
    title="Can the AWS configuration files be read?",
    why="The AWS CLI stops at a file that it can't read, so its helper answers Git with nothing.",
    source="https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html",
    explains=("credential-handshake", "credential-handshake/no-answer"),
    symptoms=(
        Symptom(
            r"Unable to parse config file|Duplicate(?:Section|Option)Error|MissingSectionHeader"
            r"|The specified config file \("
            r"|Error parsing source file|contains no section headers|Error processing"
            r"|Invalid value provided to \"mode\"|Invalid value provided to \"max_attempts\""
            r"|Cannot provide retry configuration|Invalid configuration value"
            r"|Unsupported configuration value|Invalid endpoint configuration"
            r"|regional endpoint option|regional endpoints option|defaults mode"
            r"|Token provider named|Credential named|Unknown Signature Version"
            r"|Signature version\(s\) are|variant\(s\)",
            "The AWS CLI can't use one of its configuration files, or a value in it.",
        ),
        Symptom(
            r"Unknown options: protocol=https|NoConsoleScreenBufferError|required: --auto-prompt",
            "AWS CLI 2 prompts for its options, and takes Git's question for them.",
            "auto-prompt",
        ),
    ),
)
def aws_configuration(
    profiles: Profiles, aws_cli: AwsCli, environment: Environment, signer: Signer
) -> Result:
    r"""## Symptom
    `Unable to parse config file: ...` before a prompt for a user name; with auto-prompt
    `Unknown options: protocol=https` and `invalid credential line`.

    ## How it looks
    botocore's own parser reads `~/.aws/config` and `~/.aws/credentials`, or what AWS_CONFIG_FILE
    and AWS_SHARED_CREDENTIALS_FILE name. Files that do not exist are no fault, nor is a folder of
    that name, which counts as none: an instance role or environment variables need no file. AWS CLI
    2 may be told to prompt for its options, `on` at every command: Git's helper can't answer that.

    ## By hand
    On Windows, macOS and Linux:

    ```shell
    aws configure list
    ```

    It names the file that can't be read. Open that file in an editor: every line is a section in
    brackets or `name = value`. On Windows the files are in `%USERPROFILE%\.aws`, on macOS and Linux
    in `~/.aws`. Git's home on Windows is `HOME`, else `HOMEDRIVE` and `HOMEPATH`; the AWS CLI reads
    nothing there.

    If the AWS CLI prompts for its options, either of the two. The second one changes every command:

    ```shell
    git config --global credential.helper "!aws codecommit credential-helper --no-cli-auto-prompt \$@"
    aws configure set cli_auto_prompt off --no-cli-auto-prompt
    ```

    ## Fix safety
    The option in the helper is a safe fix: commands that you type prompt as before.

    ## Known limits
    The values are not judged here: whether a key or a role works is the question of aws-credentials.
    """  # noqa: E501
    if broken := profiles.failures:
        return _unusable(broken)
    if prompting := _auto_prompt(profiles, aws_cli, environment, signer):
        return prompting
    if elsewhere := profiles.in_git_home():
        return _elsewhere(elsewhere[0].name, list(map(str, elsewhere)), profiles.files()[0].folder)
    if misnamed := profiles.misnamed():
        name = misnamed[0].name
        return warned(
            f"the AWS CLI does not read {name}: its name has to be {name.removesuffix('.txt')}",
            *(Evidence("its name ends in .txt", Origin.of_file(str(path))) for path in misnamed),
            advice=(Advice("Rename the file; Explorer hides its ending"),),
            code="hidden-ending",
        )
    facts = [file.evidence("read") for file in profiles.files()]
    return passed(f"{len(profiles.names())} AWS profiles are readable", *facts)


def _elsewhere(name: str, paths: list[str], folder: str) -> Result:
    """A warning: on Windows Git's home and the AWS CLI's are two folders."""
    return warned(
        f"{name} is in Git's home, and the AWS CLI reads only {folder}",
        *(Evidence("not read by the AWS CLI", Origin.of_file(path)) for path in paths),
        advice=(Advice(f"Move it to {folder}"),),
        code="other-home",
    )


def _unusable(broken: tuple[AwsFile, ...]) -> Result:
    facts = [
        Evidence(
            file.locked.words if file.locked else str(file.failure),
            Origin.of_file(str(file.locked.path) if file.locked else file.path, file.line),
        )
        for file in broken
    ]
    why = f"{broken[0].path} can't be used: {broken[0].failure}"
    if locked := broken[0].locked:
        text, words = locked.step
        return failed(why, *facts, advice=(Advice(text, words),), code="no-permission")
    step = Advice("Correct the file, then ask the AWS CLI", ("aws", "configure", "list"))
    return failed(why, *facts, advice=(step,), code="unreadable")


def _auto_prompt(
    profiles: Profiles, aws_cli: AwsCli, environment: Environment, signer: Signer
) -> Result | None:
    """A warning if AWS CLI 2 prompts at every command. ``on-partial`` prompts only after an error.

    Source: AWS CLI User Guide, "Command line prompting"; an option counts more than the variable,
    and that more than the profile, which the helper's own --profile does not change.
    """
    variable, name = "AWS_CLI_AUTO_PROMPT", profiles.default_name()
    set_in = environment.get(variable)
    value = set_in or profiles.setting(name, "cli_auto_prompt") or ""
    if value.lower() != "on" or signer.by is None or _PROMPT.search(signer.by.helper.value):
        return None
    path = aws_cli.seen_by_git(signer.by.helper.aws.program)
    number = (aws_cli.installed(path) or aws_cli.version(path)).number if path else None
    if number is None or number.major < 2:
        return None
    place = profiles.place(name, "cli_auto_prompt")
    origin = Origin.of_file(*place) if place else Origin(f"profile {name}")
    step = Advice(f"Or write on-partial instead of {value} there: it prompts only after an error")
    if set_in:
        origin = Origin.environment(variable)
        step = Advice(f"Or set {variable} to on-partial: it prompts only after an error")
    title = "Let the helper run without auto-prompt"
    fix = recipes.replace_helper(
        signer.by.entry,
        helper_repair.without_prompt(signer.by.helper),
        title=title,
        guide=_PROMPTING,
    )
    return warned(
        f"AWS CLI {number} prompts for its options at every command, so it can't answer Git",
        Evidence(f"auto-prompt is {value}", origin),
        signer.by.evidence,
        advice=(step,),
        fix=fix,
        code="auto-prompt",
    )


_PROMPTING = "https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-prompting.html"
_PROMPT = re.compile(r"auto[-_]prompt", re.IGNORECASE)
