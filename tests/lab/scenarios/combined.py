"""Several faults at once."""

from __future__ import annotations

from tests.lab.environment import (
    AWS_HELPER,
    HEALTHY_AWS_CREDENTIALS,
    HEALTHY_POLICIES,
    Setup,
    Stored,
)
from tests.lab.scenario import Scenario
from tests.lab.scenarios.texts import ASKS, FORBIDDEN, config, denied

SCENARIOS = (
    Scenario(
        name="no-use-http-path-and-no-quotes",
        broken="two faults in one helper",
        setup=Setup(
            user=config("!aws codecommit credential-helper --profile My Profile $@", ""),
            aws_config="[profile My Profile]\nregion = us-east-2\n",
            aws_credentials=HEALTHY_AWS_CREDENTIALS.replace("[default]", "[My Profile]"),
        ),
        shows=ASKS,
        fails={"use-http-path", "profile-quoting"},
        fixable=True,
    ),
    Scenario(
        name="manager-first-and-no-use-http-path",
        broken="the manager replays, and behind it the helper would not work either",
        setup=Setup(
            system="[credential]\n\thelper = store\n",
            user=config(AWS_HELPER, ""),
            stored=(Stored("store", path=False),),
        ),
        shows=FORBIDDEN,
        fails={"credential-manager-conflict", "use-http-path"},
        may={"stored-credentials"},
        fixable=True,
    ),
    Scenario(
        name="kms-denied-and-store-first",
        broken="a policy and a store",
        setup=Setup(
            system="[credential]\n\thelper = store\n",
            stored=(Stored("store"),),
            policies=(*HEALTHY_POLICIES, denied("kms:*")),
        ),
        shows=FORBIDDEN,
        fails={"credential-manager-conflict", "kms-deny"},
        may={"stored-credentials", "git-access"},
    ),
)
