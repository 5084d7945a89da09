"""What a bundle tells of a machine besides the report: settings by name, and values by allow-list.

A value is shown where its name says that it holds no secret, and is cleaned all the same. Every
other value is masked. Of files with credentials only names are shown.
"""

from __future__ import annotations

import getpass
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from codecommit_doctor.redaction.address import MASK, masked_address, masked_proxy
from codecommit_doctor.redaction.settings import aws_value_is_shown

if TYPE_CHECKING:
    from codecommit_doctor.probes.git_config import Entry
    from codecommit_doctor.redaction import Redactor

__all__ = ["aws_lines", "environment", "git_settings", "persons_name", "without_user_name"]

_SECTION = re.compile(r"\s*\[[^\]\n]*\]\s*\Z")
_SETTING = re.compile(r"(\s*)([A-Za-z][A-Za-z0-9_]{0,63})(\s*=\s*)(.*)\Z", re.S)

_SHOWN_VARIABLES = re.compile(
    r"AWS_(?:DEFAULT_)?(?:PROFILE|REGION|OUTPUT)|AWS_CONFIG_FILE|AWS_SHARED_CREDENTIALS_FILE"
    r"|AWS_CA_BUNDLE|AWS_SDK_LOAD_CONFIG|AWS_EC2_METADATA_\w+|AWS_STS_REGIONAL_ENDPOINTS"
    r"|AWS_ENDPOINT_URL(?:_[A-Z]+)?|AWS_USE_(?:FIPS|DUALSTACK)_ENDPOINT|AWS_ROLE_ARN"
    r"|AWS_EXECUTION_ENV|AWS_(?:CLI_)?PAGER|AWS_MAX_ATTEMPTS|AWS_RETRY_MODE|AWS_DEFAULTS_MODE"
    r"|AWS_IGNORE_CONFIGURED_ENDPOINT_URLS|AWS_WEB_IDENTITY_TOKEN_FILE"
    r"|GIT_CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d{1,6})"
    r"|GIT_(?:DIR|WORK_TREE|EXEC_PATH|COMMON_DIR)"
    r"|GIT_SSL_(?:NO_VERIFY|CAINFO|CAPATH|VERSION)|GIT_TERMINAL_PROMPT|GIT_ASKPASS|GIT_HTTP_\w+"
    r"|GIT_CEILING_DIRECTORIES|GIT_DISCOVERY_ACROSS_FILESYSTEM|GIT_OPTIONAL_LOCKS"
    r"|GIT_ALLOW_PROTOCOL|GIT_PROTOCOL|GIT_DEFAULT_HASH"
    r"|GCM_(?:INTERACTIVE|PROVIDER|CREDENTIAL_STORE|MODAL_PROMPT|AUTHORITY|ALLOW_WINDOWSAUTH)"
    r"|CODECOMMIT_DOCTOR_[A-Z]+|SSH_ASKPASS|CI|SHELL|TERM|LANG|LC_[A-Z]+|HOME|USERPROFILE"
    r"|HOMEDRIVE|HOMEPATH|XDG_CONFIG_HOME|PATH|PATHEXT|COMSPEC|MSYSTEM|WSL_DISTRO_NAME"
    r"|PROGRAMFILES|PROGRAMDATA|SSL_CERT_(?:FILE|DIR)|CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE"
    r"|CODEBUILD_CI|GITHUB_ACTIONS|GITLAB_CI|TF_BUILD"
)
_PROXIES = re.compile(r"(?:https?|all|ftp)_proxy|no_proxy", re.I)
_TOLD_VARIABLES = re.compile(
    r"AWS_[A-Z0-9_]{1,60}|GIT_[A-Z0-9_]{1,60}|GCM_[A-Z0-9_]{1,60}", re.IGNORECASE
)
"""Variables of which it is told that they are set, and no more."""

_NOBODY = re.compile(
    r".{0,2}|root|admin|administrator|users?|ubuntu|debian|ec2-user|centos|fedora|alpine|core|git"
    r"|runner|runneradmin|jenkins|gitlab|gitlab-runner|vagrant|docker|codebuild-user|home|name|test"
    r"|default|aws|origin|main|system|public|guest|nobody|build|builder|vscode|node|python"
    r"|codecommit|global|local|worktree|command|credential|helper|store|manager|http|https",
    re.IGNORECASE,
)
"""Names of accounts that name no person, or that would be found in any text."""


def git_settings(entries: Iterable[Entry], redactor: Redactor) -> Iterator[str]:
    """``git config --list --show-scope --show-origin``, one value a line."""
    for entry in entries:
        place = redactor.clean(entry.place or "command line or environment")
        yield f"{entry.scope:<8}{place}: {_on_one_line(redactor.clean(entry.shown))}"


def aws_lines(text: str, redactor: Redactor, *, values: bool) -> Iterator[str]:
    """An AWS configuration file line by line, so that numbers of lines agree.

    values: whether harmless ones are shown; False for the credentials file.
    """
    for line in text.splitlines():
        yield redactor.clean(_aws_line(line, values)).replace("\n", "\\n")


def _aws_line(line: str, values: bool) -> str:
    if not line.strip():
        return ""
    if line.lstrip().startswith(("#", ";")):
        return "# … (a comment)"
    if _SECTION.match(line):
        return line.strip()
    match = _SETTING.match(line)
    if not match:
        return MASK
    indent, name, equals, value = match.groups()
    shown = values and aws_value_is_shown(name)
    return f"{indent}{name}{equals}{value if shown or not value else MASK}"


def environment(variables: Mapping[str, str], redactor: Redactor) -> Iterator[str]:
    """The variables of the allow-list with their values; a few more by name alone."""
    for name in sorted(variables):
        value = variables[name]
        if _PROXIES.fullmatch(name):
            is_list = name.lower() == "no_proxy"
            shown = masked_address(value) if is_list else masked_proxy(value)
            yield f"{name}={_on_one_line(redactor.clean(shown))}"
        elif _SHOWN_VARIABLES.fullmatch(name.upper() if os.name == "nt" else name):
            yield f"{name}={_on_one_line(redactor.clean(value))}"
        elif _TOLD_VARIABLES.fullmatch(name):
            yield f"{name} is set (not shown)"


def _on_one_line(text: str) -> str:
    return text.replace("\n", "\\n")


def persons_name() -> str | None:
    """The name of the account that runs us; None if it tells of nobody, or stands in any text."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        return None
    return None if _NOBODY.fullmatch(user) else user


def without_user_name(text: str) -> str:
    """The text without the user's name, wherever it stands as a word of its own."""
    user = persons_name()
    return re.sub(rf"(?<![\w-]){re.escape(user)}(?![\w-])", "~", text) if user else text
