"""Texts that many scenarios share."""

from __future__ import annotations

from tests.lab.environment import AWS_HELPER, HEALTHY_AWS_CREDENTIALS, Setup

FORBIDDEN = "The requested URL returned error: 403"
ASKS = "could not read Username for"
HOST = "git-codecommit.us-east-2.amazonaws.com"
RESET = (
    f'[credential "https://{HOST}"]\n\thelper =\n\thelper = {AWS_HELPER}\n\tUseHttpPath = true\n'
)
GUIDE = f'[credential "https://{HOST}"]\n\thelper = {AWS_HELPER}\n\tUseHttpPath = true\n'


def config(helper: str, more: str = "\tUseHttpPath = true\n") -> str:
    return f"[credential]\n\thelper = {helper}\n{more}"


def spaced_profile(helper: str) -> Setup:
    """Credentials stand in a profile whose name has a space; there is no other."""
    return Setup(
        user=config(helper),
        aws_config="[profile My Profile]\nregion = us-east-2\n",
        aws_credentials=HEALTHY_AWS_CREDENTIALS.replace("[default]", "[My Profile]"),
    )


def denied(*actions: str, resource: str = "*") -> dict[str, object]:
    statement = {"Sid": "No", "Effect": "Deny", "Action": list(actions), "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


def url_in(region: str, host: str = "", name: str = "demo") -> str:
    host = host or f"git-codecommit.{region}.amazonaws.com"
    return f"https://{host}/v1/repos/{name}"
