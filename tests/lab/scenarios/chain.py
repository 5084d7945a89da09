"""Which helpers are asked, in which order, and what they hold."""

from __future__ import annotations

from tests.lab.environment import AWS_HELPER, HEALTHY_AWS_CREDENTIALS, Setup, Stored
from tests.lab.scenario import Scenario
from tests.lab.scenarios.texts import FORBIDDEN, GUIDE, RESET, config

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
        broken="it works, but each signature is stored",
        setup=Setup(user=config(AWS_HELPER, "\thelper = store\n\tUseHttpPath = true\n")),
        warns={"credential-manager-conflict"},
    ),
    Scenario(
        name="general-store-behind-the-reset",
        broken="the reset stands before a general helper, which is asked all the same",
        setup=Setup(user=RESET + "[credential]\n\thelper = store\n", stored=(Stored("store"),)),
        warns={"credential-manager-conflict"},
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
)
