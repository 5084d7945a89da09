"""The check ``aws-configuration``."""

from __future__ import annotations

from codecommit_doctor.check import (
    Advice,
    Evidence,
    Origin,
    Profiles,
    Result,
    check,
    failed,
    passed,
)


@check(
    id="aws-configuration",
    category="configuration",
    title="Can the AWS configuration files be read?",
    why="The AWS CLI stops at a file that it can't read, so its helper answers Git with nothing.",
    source="https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html",
    explains=("credential-handshake",),
)
def aws_configuration(profiles: Profiles) -> Result:
    """## Symptom
    `Unable to parse config file: ...` before a prompt for a user name.

    ## How it looks
    botocore's own parser reads `~/.aws/config` and `~/.aws/credentials`, or what AWS_CONFIG_FILE
    and AWS_SHARED_CREDENTIALS_FILE name. Files that do not exist are no fault: an instance role or
    environment variables need none.

    ## By hand
    Open the file that is named and mend it; `aws configure list` shows whether it can be read. On
    Windows the files stand in `%USERPROFILE%\\.aws`, on macOS and Linux in `~/.aws`.
    """
    if broken := profiles.failures:
        return failed(
            f"{broken[0].path} can't be used: {broken[0].failure}",
            *(Evidence(str(file.failure), Origin.of_file(file.path)) for file in broken),
            advice=(Advice("Mend the file, then ask the AWS CLI", ("aws", "configure", "list")),),
            code="unreadable",
        )
    facts = [
        Evidence(
            "read" if file.exists else "does not exist",
            Origin(f"{file.path} (by {file.variable})" if file.variable else file.path, file.path),
        )
        for file in profiles.files()
    ]
    return passed(f"{len(profiles.names())} AWS profiles are readable", *facts)
