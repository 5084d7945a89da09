"""How a setting may be shown: which values of git's and AWS's configuration hold no secret."""

from __future__ import annotations

import re

from codecommit_doctor.redaction.address import (
    MASK,
    TELLING,
    masked_address,
    masked_proxy,
    secrets_of_address,
)
from codecommit_doctor.redaction.helper import masked_helper, secrets_of_helper

__all__ = ["aws_value_is_shown", "masked_key", "masked_value", "secrets_of_setting"]

_GIT_SHOWN = re.compile(
    r"(?:credential|http)\.(?:.*\.)?(?:helper|usehttppath|interactive|provider|authority|"
    r"credentialstore|dpapistorepath|cachetimeout|msauthflow|proxy|proxyauthmethod|noproxy|"
    r"sslverify|sslbackend|sslcainfo|sslcapath|sslversion|schannel\w+|version|emptyauth|"
    r"delegation|followredirects|postbuffer|lowspeed\w+)"
    r"|core\.(?:autocrlf|filemode|bare|repositoryformatversion|logallrefupdates|ignorecase|symlinks"
    r"|precomposeunicode|longpaths|fscache|worktree|excludesfile|attributesfile|hookspath|eol|safecrlf"
    r"|compression|protectntfs|protecthfs|quotepath|sharedrepository)"
    r"|(?:init|safe|push|pull|fetch|protocol|feature|codecommit-doctor)\..*"
    r"|remote\..*\.(?:url|pushurl|fetch|proxy|vcs)|url\..*\.(?:insteadof|pushinsteadof)"
    r"|include(?:if\..*)?\.path|extensions\..*|branch\..*\.(?:remote|pushremote)",
    re.S,
)
"""Settings of git whose values say how it reaches a server, and are no secret by themselves."""

_ADDRESSES = frozenset(["url", "pushurl", "remote", "pushremote", "insteadof", "pushinsteadof"])

_NAMED_SECRET = re.compile(r"pass|secret|token|extraheader|authorization|cookie\Z|apikey", re.I)

_AWS_SHOWN = re.compile(
    r"region|output|source_profile|credential_source|role_arn|duration_seconds|services|s3|ca_bundle"
    r"|sso_(?:session|region|start_url|account_id|role_name|registration_scopes)"
    r"|web_identity_token_file|endpoint_url|ignore_configured_endpoint_urls|addressing_style"
    r"|sts_regional_endpoints|retry_mode|max_attempts|defaults_mode|use_(?:fips|dualstack)_endpoint"
    r"|cli_(?:pager|timestamp_format|auto_prompt|history|binary_format)|parameter_validation"
    r"|tcp_keepalive|max_concurrent_requests|signature_version|ec2_metadata_service_endpoint_mode"
    r"|metadata_service_(?:timeout|num_attempts)",
    re.IGNORECASE,
)
"""Settings of an AWS profile whose values are shown."""

_SHORTEST = 4


def masked_key(key: str) -> str:
    """The name of a setting of git: an address in it without user and password."""
    first, dot, rest = key.partition(".")
    subsection, last_dot, last = rest.rpartition(".")
    return f"{first}{dot}{masked_address(subsection)}{last_dot}{last}" if last_dot else key


def masked_value(key: str, value: str) -> str:
    """The value of a setting of git as it may be shown. key: lower case, as git lists it."""
    name = key.rpartition(".")[2]
    if not value:
        return value
    if name == "helper" and key.startswith("credential."):
        return masked_helper(value)
    if _NAMED_SECRET.search(name):
        return MASK
    if value.lower() in ("true", "false"):
        return value  # in a key of any name, a misspelt one too
    if not _GIT_SHOWN.fullmatch(key):
        return MASK
    if name == "proxy":
        return masked_proxy(value)
    return masked_address(value) if name in _ADDRESSES else value


def aws_value_is_shown(name: str) -> bool:
    """Whether the values of a setting of an AWS profile are harmless."""
    return bool(_AWS_SHOWN.fullmatch(name))


def secrets_of_setting(key: str, value: str) -> set[str]:
    """What must be masked wherever else it stands, because it is masked in this setting of git."""
    name = key.rpartition(".")[2]
    is_secret = _NAMED_SECRET.search(name) is not None
    if not (is_secret or name == "helper" or TELLING.search(key) or TELLING.search(value)):
        return set()  # nearly all settings
    found = secrets_of_address(key.partition(".")[2].rpartition(".")[0])
    if name == "helper" and key.startswith("credential."):
        found |= secrets_of_helper(value)
    elif is_secret:
        found |= {value, *value.split()[-1:]} if name != "cookiefile" else set()
    else:
        found |= secrets_of_address(value)
    return {secret for secret in found if len(secret) >= _SHORTEST}
