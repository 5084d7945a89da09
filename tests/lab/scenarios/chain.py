"""Which helpers are asked, in which order, and what they hold."""

from __future__ import annotations

from dataclasses import replace

from tests.lab.environment import (
    AWS_HELPER,
    HEALTHY_AWS_CREDENTIALS,
    HEALTHY_GITCONFIG,
    Environment,
    Setup,
    Stored,
)
from tests.lab.programs import MISSING, REAL
from tests.lab.scenario import Scenario
from tests.lab.scenarios.texts import ASKS, FORBIDDEN, GUIDE, RESET, config

GIT_CREDENTIALS = Stored("store", "@SERVICEUSER@", "@SERVICEPASSWORD@", path=False)


def _store_of_its_own(machine: Environment) -> None:
    script = machine.bin / "git-credential-corp"
    lines = f"username={machine.user.git_user}\npassword={machine.fill_in('@STALE@')}\n"
    script.write_text(f"#!/bin/sh\n[ \"$1\" != get ] || printf '{lines}'\n", "utf-8")
    script.chmod(0o755)


SCENARIOS = (
    Scenario(
        name="store-before-the-helper-replays-a-stale-signature",
        broken="a store in the system's configuration answers first",
        setup=Setup(system="[credential]\n\thelper = store\n", stored=(Stored("store"),)),
        shows=FORBIDDEN,
        fails={"credential-manager-conflict"},
        may={"stored-credentials"},
        fixable=True,
    ),
    Scenario(
        name="manager-before-the-helper-replays-a-stale-signature",
        broken="Git Credential Manager in the system's configuration answers first",
        setup=Setup(system="[credential]\n\thelper = manager\n", stored=(Stored("manager"),)),
        shows=FORBIDDEN,
        fails={"credential-manager-conflict"},
        fixable=True,
    ),
    Scenario(
        name="the-guides-section-does-not-reset",
        broken="the section of the guide stands behind the manager, which is asked all the same",
        setup=Setup(
            system="[credential]\n\thelper = manager\n", user=GUIDE, stored=(Stored("manager"),)
        ),
        shows=FORBIDDEN,
        fails={"credential-manager-conflict"},
        fixable=True,
    ),
    Scenario(
        name="cache-before-the-helper",
        broken="a cache answers first",
        setup=Setup(
            user=config("cache", f"\thelper = {AWS_HELPER}\n\tUseHttpPath = true\n"),
            stored=(Stored("cache"),),
        ),
        shows=FORBIDDEN,
        fails={"credential-manager-conflict"},
        fixable=True,
    ),
    Scenario(
        name="store-before-the-helper-in-the-clone",
        broken="the clone's own configuration adds a store before its helper",
        setup=Setup(
            user="",
            local=config("store", f"\thelper = {AWS_HELPER}\n\tUseHttpPath = true\n"),
            stored=(Stored("store"),),
        ),
        shows=FORBIDDEN,
        fails={"credential-manager-conflict"},
        may={"stored-credentials"},
        fixable=True,
    ),
    Scenario(
        name="store-behind-the-helper",
        setup=Setup(user=config(AWS_HELPER, "\thelper = store\n\tUseHttpPath = true\n")),
    ),
    Scenario(
        name="general-store-behind-the-reset",
        setup=Setup(user=RESET + "[credential]\n\thelper = store\n", stored=(Stored("store"),)),
    ),
    Scenario(
        name="two-helpers-the-wider-one-answers",
        broken="the clone names a profile, but the global helper is asked first",
        setup=Setup(
            aws_config="[default]\nregion = us-east-2\n[profile work]\nregion = us-east-2\n",
            aws_credentials="[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n"
            f"aws_secret_access_key = {'x' * 40}\n"
            + HEALTHY_AWS_CREDENTIALS.replace("[default]", "[work]"),
            local="[credential]\n\thelper = !aws codecommit credential-helper --profile work $@\n",
        ),
        shows=FORBIDDEN,
        fails={"config-shadowing"},
        may={"aws-credentials", "git-access", "aws-identity"},
        fixable=True,
    ),
    *(
        Scenario(
            name=f"no-aws-helper-and-{how}",
            broken="nobody answers",
            setup=setup,
            shows=shows,
            fails={"credential-helper"},
            fixable=True,
        )
        for how, setup, shows in (
            ("none-at-all", Setup(user=""), ASKS),
            ("an-empty-store", Setup(user=config("store", "")), ASKS),
            (
                "an-empty-manager",
                Setup(user=config("manager", ""), programs={"git-credential-manager": REAL}),
                "Cannot prompt because",
            ),
            (
                "a-clone-that-resets-to-an-empty-store",
                Setup(local="[credential]\n\thelper =\n\thelper = store\n"),
                ASKS,
            ),
        )
    ),
    Scenario(
        name="the-same-flaw-in-two-files",
        broken="both helpers lack their exclamation mark",
        setup=Setup(
            user=config(AWS_HELPER.removeprefix("!")),
            local=config(AWS_HELPER.removeprefix("!")),
        ),
        shows=ASKS,
        fails={"credential-helper"},
        fixable=True,
    ),
    Scenario(
        name="git-credentials-before-the-aws-helper",
        setup=Setup(
            user="[credential]\n\thelper = store\n" + HEALTHY_GITCONFIG,
            git_credentials="Active",
            stored=(replace(GIT_CREDENTIALS, path=True),),
        ),
        warns={"credential-manager-conflict"},
    ),
    Scenario(
        name="git-credentials-without-the-aws-cli",
        setup=Setup(
            user="[credential]\n\thelper = store\n",
            git_credentials="Active",
            stored=(GIT_CREDENTIALS,),
            programs={"aws": MISSING},
        ),
    ),
    Scenario(
        name="git-credentials-here-and-the-aws-helper-for-another-region",
        setup=Setup(
            user="[credential]\n\thelper = store\n" + GUIDE.replace("us-east-2", "eu-west-1"),
            git_credentials="Active",
            stored=(GIT_CREDENTIALS,),
        ),
    ),
    Scenario(
        name="stored-password-of-another-kind",
        broken="somebody typed the password of the console",
        setup=Setup(
            user=config("store", ""), stored=(Stored("store", "me", "hunter22", path=False),)
        ),
        shows=FORBIDDEN,
        fails={"credential-handshake"},
    ),
    Scenario(
        name="store-of-an-unknown-name-replays-a-stale-signature",
        broken="a credential store of the company's own stands before the AWS helper",
        setup=Setup(
            user="[credential]\n\thelper = corp\n" + HEALTHY_GITCONFIG,
            prepare=_store_of_its_own,
        ),
        shows=FORBIDDEN,
        fails={"credential-manager-conflict"},
        fixable=True,
    ),
    Scenario(
        name="store-that-is-not-installed",
        setup=Setup(system="[credential]\n\thelper = osxkeychain\n"),
        warns={"credential-manager-conflict"},
    ),
    Scenario(
        name="manager-at-a-path-that-is-gone",
        setup=Setup(system="[credential]\n\thelper = /opt/gone/git-credential-manager\n"),
        warns={"credential-manager-conflict"},
    ),
)
