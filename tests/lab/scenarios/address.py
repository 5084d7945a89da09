"""The address, and what stands between git and the server."""

from __future__ import annotations

from tests.lab.environment import HEALTHY_GITCONFIG, URL, Setup
from tests.lab.scenario import Scenario
from tests.lab.scenarios.texts import FORBIDDEN, url_in

SCENARIOS = (
    Scenario(
        name="region-with-a-slip",
        broken="us-esat-2",
        setup=Setup(url=url_in("us-esat-2"), exists=False),
        shows="unable to access",
        fails={"region-supported"},
        may={"repository-url"},
    ),
    Scenario(
        name="region-without-codecommit",
        broken="CodeCommit is not in eu-south-2",
        setup=Setup(url=url_in("eu-south-2"), exists=False),
        shows="unable to access",
        fails={"region-supported"},
    ),
    Scenario(
        name="china-without-its-suffix",
        broken="amazonaws.com for cn-north-1",
        setup=Setup(url=url_in("cn-north-1"), exists=False),
        shows="unable to access",
        fails={"region-supported"},
        may={"repository-url"},
    ),
    Scenario(
        name="repository-does-not-exist",
        broken="a slip in the repository's name",
        setup=Setup(url=url_in("us-east-2", name="demoo"), exists=False),
        shows="not found",
        fails={"repository-exists"},
        may={"git-access"},
    ),
    Scenario(
        name="dot-git-behind-the-name",
        broken="CodeCommit's addresses have no .git",
        setup=Setup(url=f"{URL}.git", exists=False),
        shows="not found",
        fails={"repository-url"},
        may={"repository-exists", "git-access"},
        doctor=("origin",),
    ),
    Scenario(
        name="password-in-netrc",
        broken="what stands in .netrc is sent before any helper is asked",
        setup=Setup(files={".netrc": "machine @HOST@\nlogin someone\npassword @STALE@\n"}),
        shows=FORBIDDEN,
        fails={"authorization-override"},
        may={"git-access"},
    ),
    Scenario(
        name="authorization-in-an-extra-header",
        broken="a header that a CI job left over",
        setup=Setup(
            user=HEALTHY_GITCONFIG + '[http "https://@HOST@"]\n\textraHeader = '
            '"Authorization: Basic c29tZW9uZTpzb21ldGhpbmc="\n'
        ),
        shows=FORBIDDEN,
        fails={"authorization-override"},
        may={"git-access"},
    ),
    Scenario(
        name="password-in-the-address",
        broken="user:password@ in the remote",
        setup=Setup(url=URL.replace("https://", "https://someone:@STALE@@"), exists=True),
        git=("ls-remote", "origin"),
        shows=FORBIDDEN,
        fails={"authorization-override"},
        may={"git-access", "repository-url"},
        doctor=("origin",),
    ),
)
