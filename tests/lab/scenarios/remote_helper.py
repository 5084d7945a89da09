"""git-remote-codecommit: the real one, the newest and one of 2022, each with its own botocore."""

from __future__ import annotations

import sys
from datetime import timedelta

from tests.lab.environment import HEALTHY_AWS_CREDENTIALS, HEALTHY_POLICIES, Environment, Setup
from tests.lab.programs import MISSING, REAL
from tests.lab.scenario import Scenario
from tests.lab.scenarios.texts import FORBIDDEN, denied

_ADDRESS = "codecommit::us-east-2://demo"
_NEW = {"git-remote-codecommit": REAL}
_OLD = {"git-remote-codecommit": "1.16"}
_SESSION = (
    "[profile corp]\nregion = us-east-2\nsso_session = corp\nsso_account_id = 111122223333\n"
    "sso_role_name = Dev\n[sso-session corp]\nsso_start_url = https://x.awsapps.com/start\n"
    "sso_region = us-east-1\n"
)

_WITHOUT_ITS_MODULE = f"""#!{sys.executable}
import sys
from git_remote_codecommit import main
if __name__ == '__main__':
    sys.exit(main())
"""
"""The script that pip writes, for a Python that does not have the module."""


def _scenario(name: str, setup: Setup, address: str = _ADDRESS, **more: object) -> Scenario:
    words: dict[str, object] = {"git": ("ls-remote", address), "doctor": (address,), **more}
    return Scenario(name=f"remote-helper-{name}", setup=setup, **words)  # type: ignore[arg-type]


def _process(command: str) -> Setup:
    text = f"[profile work]\nregion = us-east-2\ncredential_process = {command}\n"
    return Setup(user="", programs=_NEW, aws_config=text, aws_credentials="")


def _in_israel(machine: Environment) -> None:
    machine.account.repository("demo", "il-central-1")


def _submodule(machine: Environment) -> None:
    machine.git("remote", "remove", "origin")
    text = f'[submodule "lib"]\n\tpath = lib\n\turl = {_ADDRESS}\n'
    machine.write("clone/.gitmodules", text)
    machine.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},lib")


_IN_A_SUBMODULE = ("submodule", "update", "--init")

SCENARIOS = (
    _scenario("works", Setup(user="", programs=_NEW)),
    _scenario("works-without-an-aws-cli", Setup(user="", programs=_NEW | {"aws": MISSING})),
    _scenario(
        "works-where-a-profile-is-named",
        Setup(
            user="",
            programs=_NEW,
            aws_config="[profile work]\nregion = us-east-2\n",
            aws_credentials=HEALTHY_AWS_CREDENTIALS.replace("default", "work"),
        ),
        "codecommit://work@demo",
    ),
    _scenario("of-2022-works-where-it-knows-the-region", Setup(user="", programs=_OLD)),
    _scenario(
        "and-a-store-that-keeps-its-passwords",
        Setup(user="[credential]\n\thelper = store\n", programs=_NEW),
    ),
    _scenario(
        "and-a-clock-an-hour-behind",
        Setup(user="", programs=_NEW, clock_behind=timedelta(hours=1)),
        broken="AWS takes no signature of an hour ago",
        shows=FORBIDDEN,
        fails={"clock-skew"},
        may={"git-access", "remote-helper"},
    ),
    _scenario(
        "and-a-proxy-that-is-not-there",
        Setup(user="[http]\n\tproxy = http://127.0.0.1:9\n", programs=_NEW),
        broken="Git's proxy does not answer",
        shows="Failed to connect to 127.0.0.1 port 9",
        fails={"git-access"},
    ),
    _scenario("offline", Setup(user="", programs=_NEW), offline=True),
    *(
        _scenario(
            f"whose-python-has-lost-it{how}",
            Setup(user="", programs={"git-remote-codecommit": _WITHOUT_ITS_MODULE}),
            broken="the module is not there",
            shows="No module named 'git_remote_codecommit'",
            fails={"remote-helper"},
            offline=bool(how),
        )
        for how in ("", "-offline")
    ),
    _scenario(
        "whose-launcher-finds-no-python",
        Setup(
            user="",
            programs={"git-remote-codecommit": "echo failed to create process. >&2; exit 1"},
        ),
        broken="what the launcher of pip prints on Windows",
        shows="failed to create process.",
        fails={"remote-helper"},
    ),
    _scenario(
        "of-2022-in-a-region-of-2023",
        Setup(user="", programs=_OLD, prepare=_in_israel),
        "codecommit::il-central-1://demo",
        broken="its botocore does not know the region",
        shows="Region is not available for use with AWS CodeCommit: il-central-1",
        fails={"remote-helper"},
    ),
    _scenario(
        "of-2022-with-an-sso-session",
        Setup(user="", programs=_OLD, aws_config=_SESSION, aws_credentials=""),
        "codecommit::us-east-2://corp@demo",
        broken="its botocore reads no sso-session",
        shows="missing required configuration: sso_start_url",
        fails={"remote-helper"},
        may={"aws-credentials"},
    ),
    _scenario(
        "with-a-session-of-aws-login",
        Setup(
            user="",
            programs=_NEW,
            aws_config="[profile corp]\nregion = us-east-2\n"
            "login_session = arn:aws:iam::111122223333:user/dev\n",
            aws_credentials="",
        ),
        "codecommit::us-east-2://corp@demo",
        broken="its botocore has no awscrt",
        shows='pip install "botocore[crt]"',
        fails={"remote-helper"},
        may={"aws-credentials"},
    ),
    _scenario(
        "in-a-submodule",
        Setup(programs=_NEW, prepare=_submodule),
        git=_IN_A_SUBMODULE,
        broken="Git uses codecommit:: for no submodule unless it is told to",
        shows="transport 'codecommit' not allowed",
        fails={"remote-helper"},
        doctor=(),
    ),
    _scenario(
        "that-git-may-not-use",
        Setup(user="[protocol]\n\tallow = never\n", programs=_NEW),
        broken="protocol.allow is never",
        shows="transport 'codecommit' not allowed",
        fails={"remote-helper"},
    ),
    _scenario(
        "and-a-user-who-may-not-pull",
        Setup(user="", programs=_NEW, policies=(*HEALTHY_POLICIES, denied("codecommit:GitPull"))),
        broken="a policy denies codecommit:GitPull",
        shows=FORBIDDEN,
        fails={"iam-permissions"},
        may={"git-access"},
    ),
    _scenario(
        "and-no-such-repository",
        Setup(user="", programs=_NEW),
        "codecommit::us-east-2://nothing",
        broken="the account has no such repository",
        shows="not found",
        fails={"repository-exists"},
        may={"git-access"},
    ),
    _scenario(
        "and-a-profile-that-is-missing",
        Setup(user="", programs=_NEW),
        "codecommit::us-east-2://nosuch@demo",
        broken="there is no profile nosuch",
        shows="The following profile was not found: nosuch",
        fails={"profile-exists"},
        may={"git-access"},
    ),
    _scenario(
        "and-no-region",
        Setup(user="", programs=_NEW, aws_config="[default]\noutput = json\n"),
        "codecommit://demo",
        broken="the profile has no region",
        shows="does not have an AWS Region: default",
        fails={"aws-region"},
        may={"git-access"},
    ),
    *(
        _scenario(
            f"and-a-credential-process-that-{how}",
            _process(command),
            "codecommit::us-east-2://work@demo",
            broken="the program says why on standard error",
            shows=shows,
            fails={"aws-credentials"},
            may={"git-access"},
        )
        for how, (command, shows) in {
            "fails": ('sh -c "echo session expired >&2; exit 1"', "session expired"),
            "says-nothing": ('sh -c "echo session expired >&2"', "JSONDecodeError"),
        }.items()
    ),
)
