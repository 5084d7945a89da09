"""The address, and what stands between git and the server."""

from __future__ import annotations

from base64 import b64encode

from tests.lab.environment import HEALTHY_GITCONFIG, URL, Environment, Setup
from tests.lab.scenario import Scenario
from tests.lab.scenarios.texts import FORBIDDEN, HOST, url_in

_NETRC = f"machine {HOST} login @SERVICEUSER@"
_HEADER = (
    f'[http "https://{HOST}"]\n\textraHeader = "Authorization: Basic c29tZW9uZTpzb21ldGhpbmc="\n'
)


def _send_git_credentials(machine: Environment) -> None:
    login = machine.fill_in("@SERVICEUSER@:@SERVICEPASSWORD@").encode()
    header = f"Authorization: Basic {b64encode(login).decode()}"
    machine.write(".gitconfig", f'[http "https://{HOST}"]\n\textraHeader = "{header}"\n')


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
        fails={"endpoint-reachable"},
        warns={"region-supported"},
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
    Scenario(
        name="host-misspelt",
        broken="codecomit",
        setup=Setup(url=url_in("us-east-2", "git-codecomit.us-east-2.amazonaws.com"), exists=False),
        shows="unable to access",
        fails={"repository-url"},
    ),
    Scenario(
        name="host-changed-by-a-rule",
        broken="insteadOf leads to amazonaws.co",
        setup=Setup(
            user=f'{HEALTHY_GITCONFIG}[url "https://{HOST[:-1]}/"]\n\tinsteadOf = https://{HOST}/\n'
        ),
        shows="unable to access",
        fails={"repository-url"},
        git=("ls-remote", "origin"),
        doctor=("origin",),
    ),
    Scenario(
        name="address-that-a-rule-makes",
        setup=Setup(
            user=f'{HEALTHY_GITCONFIG}[url "https://{HOST}/v1/repos/"]\n\tinsteadOf = cc:\n'
        ),
        git=("ls-remote", "cc:demo"),
        doctor=("cc:demo",),
    ),
    Scenario(
        name="git-credentials-in-netrc",
        setup=Setup(
            user="",
            git_credentials="Active",
            files={".netrc": _NETRC + " password @SERVICEPASSWORD@\n"},
        ),
    ),
    Scenario(
        name="wrong-git-credentials-in-netrc",
        broken="no helper is configured, and .netrc holds a password that is refused",
        setup=Setup(user="", files={".netrc": "machine @HOST@ login @SERVICEUSER@ password x\n"}),
        shows=FORBIDDEN,
        fails={"authorization-override"},
        may={"endpoint-reachable", "git-credentials"},
    ),
    Scenario(name="netrc-without-a-password", setup=Setup(files={".netrc": _NETRC + "\n"})),
    Scenario(
        name="git-credentials-in-a-header",
        setup=Setup(user="", git_credentials="Active", prepare=_send_git_credentials),
    ),
    Scenario(
        name="headers-in-two-files",
        broken="each sends an Authorization of somebody else",
        setup=Setup(user=HEALTHY_GITCONFIG + _HEADER, local=_HEADER),
        shows=FORBIDDEN,
        fails={"authorization-override"},
        git=("ls-remote", "origin"),
        doctor=("origin",),
    ),
    Scenario(
        name="https-forbidden-by-the-configuration",
        broken="protocol.https.allow = never",
        setup=Setup(user=HEALTHY_GITCONFIG + '[protocol "https"]\n\tallow = never\n'),
        shows="transport 'https' not allowed",
        fails={"protocol-allowed"},
    ),
    Scenario(
        name="https-forbidden-beside-a-netrc",
        broken="protocol.allow = Never, and .netrc answers",
        setup=Setup(
            user=HEALTHY_GITCONFIG + "[protocol]\n\tallow = Never\n",
            files={".netrc": "machine @HOST@ login a password b\n"},
        ),
        shows="transport 'https' not allowed",
        fails={"protocol-allowed", "authorization-override"},
    ),
    Scenario(
        name="https-forbidden-by-a-variable",
        broken="GIT_ALLOW_PROTOCOL=ssh",
        setup=Setup(variables={"GIT_ALLOW_PROTOCOL": "ssh"}),
        shows="transport 'https' not allowed",
        fails={"protocol-allowed"},
    ),
    Scenario(
        name="tls-library-of-another-system",
        broken="schannel, which only Windows has",
        setup=Setup(user=HEALTHY_GITCONFIG + "[http]\n\tsslBackend = schannel\n"),
        shows="Unsupported SSL backend",
        fails={"endpoint-reachable"},
    ),
    Scenario(
        name="clone-of-another-user",
        broken="git refuses it",
        setup=Setup(variables={"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}),
        git=("remote", "-v"),
        shows="dubious ownership",
        fails={"git-configuration"},
        doctor=(),
    ),
    Scenario(
        name="netrc-with-a-default-entry",
        broken="it answers for every host",
        setup=Setup(files={".netrc": "default login anonymous password me@x.y\n"}),
        shows=FORBIDDEN,
        fails={"authorization-override"},
        may={"git-access"},
    ),
    Scenario(
        name="header-for-every-host",
        broken="http.extraHeader without an address",
        setup=Setup(user=HEALTHY_GITCONFIG + _HEADER.replace(f' "https://{HOST}"', "")),
        shows=FORBIDDEN,
        fails={"authorization-override"},
        may={"git-access"},
    ),
    Scenario(
        name="proxy-that-is-not-there",
        broken="http.proxy",
        setup=Setup(user=HEALTHY_GITCONFIG + "[http]\n\tproxy = http://proxy.nowhere.invalid:80\n"),
        shows="unable to access",
        fails={"endpoint-reachable"},
    ),
)
