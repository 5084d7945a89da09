"""Somebody with the page alone can cure the machine: the page's commands, typed as they stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

from tests.lab.environment import Environment
from tests.lab.plugin import Machine
from tests.lab.scenario import prove
from tests.lab.scenarios import SCENARIOS
from tests.page_commands import by_hand, filled

pytestmark = pytest.mark.process

VALUES = {
    "HOST": "git-codecommit.us-east-2.amazonaws.com",
    "NAME": "demo",
    "REGION": "us-east-2",
    "PROFILE": "default",
    "USER": "dev",
}
"""What a person puts in place of the words in capital letters."""


WORK = {"PROFILE": "work"}


@dataclass(frozen=True)
class Cure:
    """A machine of the lab, and the page that its user reads.

    heading: the part of "By hand" that fits, "" for all of it. then: another part. only: a part of
    the commands' block, where they are for one case of several. values: what is other than usual.
    typed: what the user answers to questions. administrator: who runs the commands. values_of:
    values that only the machine knows.
    """

    machine: str
    page: str
    heading: str = ""
    then: str = ""
    only: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    typed: str = ""
    administrator: bool = False
    values_of: Callable[[Environment], Mapping[str, str]] | None = None


def _key(machine: Environment) -> Mapping[str, str]:
    (key,) = machine.account.backend("kms", machine.region).keys
    return {"KEY": key}


CURES = (
    Cure("store-before-the-helper-replays-a-stale-signature", "credential-manager-conflict"),
    Cure("manager-before-the-helper-replays-a-stale-signature", "credential-manager-conflict"),
    Cure("the-guides-section-does-not-reset", "credential-manager-conflict"),
    Cure("cache-before-the-helper", "credential-manager-conflict"),
    Cure("no-use-http-path", "use-http-path", "It is missing"),
    Cure("use-http-path-is-no-boolean", "use-http-path", "A wrong value is set"),
    Cure("use-http-path-switched-off-in-the-clone", "use-http-path", "A wrong value is set"),
    Cure("use-http-path-switched-off-behind-the-section", "use-http-path", "A wrong value is set"),
    Cure("helper-without-exclamation-mark", "credential-helper", "With the default profile"),
    Cure("quotes-of-cmd-left-in-the-helper", "credential-helper", "With the default profile"),
    Cure("helper-cut-by-cmd", "credential-helper", "With the default profile"),
    Cure("misspelt-helper", "credential-helper", "With the default profile"),
    Cure("no-aws-helper-and-none-at-all", "credential-helper", "With the default profile"),
    Cure("no-aws-helper-and-an-empty-manager", "credential-helper", "With the default profile"),
    Cure(
        "the-same-flaw-in-two-files",
        "credential-helper",
        "With the default profile",
        then="The clone names a wrong helper too",
    ),
    *(
        Cure(f"profile-option-with-{how}", "credential-helper", "With another profile", values=WORK)
        for how in ("a-long-dash", "one-dash")
    ),
    Cure("profile-in-an-empty-variable", "credential-helper", "With another profile", values=WORK),
    Cure("wrapper-that-is-not-installed", "credential-helper", "With another profile", values=WORK),
    Cure("section-of-one-label-too-many", "credential-helper", "With the default profile"),
    Cure("store-by-an-includeif", "credential-manager-conflict"),
    Cure("store-in-the-xdg-configuration", "credential-manager-conflict"),
    Cure("store-of-an-unknown-name-replays-a-stale-signature", "credential-manager-conflict"),
    Cure("helpers-emptied-by-the-environment", "config-shadowing", "The environment takes it away"),
    Cure("password-in-netrc", "authorization-override", "An entry in .netrc"),
    Cure("netrc-with-a-default-entry", "authorization-override", "An entry in .netrc"),
    Cure(
        "config-section-without-the-word-profile",
        "profile-exists",
        "The section lacks the word profile",
        values=WORK,
    ),
    Cure("helper-for-another-host-alone", "credential-helper", "With the default profile"),
    Cure("reset-behind-the-helper", "config-shadowing", "An empty value takes the helper away"),
    Cure(
        "two-helpers-the-wider-one-answers",
        "config-shadowing",
        "Another IAM user in one clone",
        values={"PROFILE": "work"},
    ),
    Cure(
        "profile-with-a-space-without-quotes", "profile-quoting", values={"PROFILE": "My Profile"}
    ),
    Cure("profile-that-does-not-exist", "profile-exists", "Name a profile that exists"),
    Cure(
        "profile-of-the-environment-that-does-not-exist",
        "profile-exists",
        "AWS_PROFILE names no profile",
    ),
    Cure("keys-of-the-environment-win", "environment-overrides", "Remove the variables"),
    Cure("keys-of-the-environment-win", "environment-overrides", "Name the profile in the helper"),
    Cure(
        "no-credentials-at-all",
        "aws-credentials",
        "Keys are missing or wrong",
        typed="@KEY@\n@SECRET@\nus-east-2\njson\n",
    ),
    Cure("authorization-in-an-extra-header", "authorization-override", "A header"),
    Cure("header-for-every-host", "authorization-override", "A header"),
    Cure("headers-in-two-files", "authorization-override", "A header"),
    Cure("password-in-the-address", "authorization-override", "A password in the address"),
    Cure(
        "repository-in-another-region",
        "repository-exists",
        values={"REGION": "eu-west-1", "HOST": "git-codecommit.eu-west-1.amazonaws.com"},
    ),
    Cure(
        "host-changed-by-a-rule",
        "repository-url",
        "A rule changes a right address",
        values={"BEGINNING": "https://git-codecommit.us-east-2.amazonaws.co/"},
    ),
    Cure("proxy-that-is-not-there", "endpoint-reachable", "A proxy", only="--unset-all"),
    Cure("https-forbidden-by-the-configuration", "protocol-allowed"),
    Cure("pull-is-not-allowed", "iam-permissions", "Allow it", administrator=True),
    Cure(
        "key-of-the-repository-is-disabled",
        "kms-key",
        "It is disabled",
        administrator=True,
        values_of=_key,
    ),
    Cure(
        "key-of-the-repository-will-be-deleted",
        "kms-key",
        "It waits for its deletion",
        administrator=True,
        values_of=_key,
    ),
)

SILENT = ("fatal: no such section", "fatal: No such section")
"""What the pages say may be printed."""


@pytest.mark.parametrize("cure", CURES, ids=lambda cure: f"{cure.machine}-{cure.page}")
def test_the_page_alone_cures_the_machine(cure: Cure, machine: Machine) -> None:
    (scenario,) = [found for found in SCENARIOS if found.name == cure.machine]
    here = machine(scenario.setup)
    prove(scenario, here)
    values = {**VALUES, **cure.values, **(cure.values_of(here) if cure.values_of else {})}
    lines = [
        line
        for heading in ((cure.heading, cure.then) if cure.then else (cure.heading,))
        for line in by_hand(cure.page, heading, languages=("sh", "shell"), only=cure.only)
    ]
    lines = [here.fill_in(filled(line, values)) for line in lines]
    again = "git " + " ".join(scenario.git)
    if cure.administrator:
        root = here.account.root()
        here.account.user("colleague", "AWSCodeCommitPowerUser")  # the lab then has this policy
        keys = f"aws_access_key_id = {root.access_key}\naws_secret_access_key = {root.secret}\n"
        file = here.write("administrator", f"[default]\nregion = {here.region}\n{keys}")
        _type(here, lines, "", {"AWS_SHARED_CREDENTIALS_FILE": str(file)})
        lines = []
    said = _type(here, [*lines, here.fill_in(again)], cure.typed, {})
    assert "refs/heads/" in said, said


def _type(here: Environment, lines: list[str], typed: str, variables: Mapping[str, str]) -> str:
    """All that is printed when these lines are typed in one shell, in the clone."""
    done = here.run(
        "/bin/sh",
        "-c",
        "\n".join(lines),
        cwd=here.clone,
        input=here.fill_in(typed),
        variables={"GIT_TERMINAL_PROMPT": "0", "AWS_PAGER": "", **variables},
    )
    return done.stdout + done.stderr
