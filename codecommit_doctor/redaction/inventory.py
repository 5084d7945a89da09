"""What a bundle tells of a machine besides the report: settings by name, and values by allow-list.

A value is shown where its name says that it holds no secret, and is cleaned all the same. Of every
other setting only the name is told. Files with credentials are never quoted.
"""

from __future__ import annotations

import getpass
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from codecommit_doctor.rules.helper import Helper

if TYPE_CHECKING:
    from codecommit_doctor.probes.git_config import Entry
    from codecommit_doctor.redaction import Redactor

__all__ = ["HIDDEN", "aws_file", "environment", "git_settings", "impersonal"]

HIDDEN = "…"
"""As a Redactor has it."""

_GIT_SHOWN = re.compile(
    r"(?:credential|http)\.(?:.*\.)?(?:helper|usehttppath|interactive|provider|authority|"
    r"credentialstore|dpapistorepath|cachetimeout|msauthflow|proxy|proxyauthmethod|noproxy|"
    r"sslverify|sslbackend|sslcainfo|sslcapath|sslversion|schannel\w+|version|emptyauth|"
    r"delegation|followredirects|postbuffer|lowspeed\w+)"
    r"|core\.(?:autocrlf|filemode|bare|repositoryformatversion|logallrefupdates|ignorecase|symlinks"
    r"|precomposeunicode|longpaths|fscache|worktree|excludesfile|attributesfile|hookspath|eol|safecrlf"
    r"|compression|protectntfs|protecthfs|quotepath|sharedrepository)"
    r"|(?:init|safe|push|pull|fetch|protocol|feature|codecommit-doctor)\..*"
    r"|remote\..*\.(?:url|pushurl|fetch|proxy|vcs)"
    r"|url\..*\.(?:insteadof|pushinsteadof)"
    r"|include(?:if\..*)?\.path|extensions\..*|branch\..*\.(?:remote|pushremote)"
)
"""Settings of git whose values say how it reaches a server, and are no secret by themselves."""

_ADDRESSES = frozenset(
    ["proxy", "url", "pushurl", "remote", "pushremote", "insteadof", "pushinsteadof"]
)

_NAMED_SECRET = re.compile(r"pass|secret|token|extraheader|authorization|cookie|apikey", re.I)

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
        place = entry.file or "command line or environment"
        if entry.file and entry.line:
            place = f"{place}, line {entry.line}"
        key, value = redactor.clean(_git_key(entry)), _git_value(entry)
        shown = key if value is None else f"{key}={redactor.clean(value)}"
        yield f"{entry.scope:<8}{redactor.clean(place)}: {_on_one_line(shown)}"


def _git_key(entry: Entry) -> str:
    if entry.subsection is None:
        return entry.key
    first, last = entry.key.partition(".")[0], entry.key.rpartition(".")[2]
    return f"{first}.{_without_user(entry.subsection)}.{last}"


def _git_value(entry: Entry) -> str | None:
    name = entry.key.rpartition(".")[2]
    if not entry.value:
        return entry.value
    if name == "helper" and entry.key.startswith("credential."):
        return _helper(entry.value)
    if _NAMED_SECRET.search(name) or not _GIT_SHOWN.fullmatch(entry.key):
        return HIDDEN
    return _without_user(entry.value) if name in _ADDRESSES else entry.value


def _helper(value: str) -> str:
    """A helper as it is where it is known; of any other command the program's name alone."""
    helper = Helper(value)
    if helper.is_aws and not helper.aws.snippet:
        return value
    if helper.is_aws:
        return "!… (a shell snippet with the AWS helper in it)"
    if helper.runs_in_shell:
        return f"!{helper.name} …" if helper.keeper or helper.is_for_other_hosts else "!…"
    words = value.split()
    return value if len(words) < 2 else f"{words[0]} …"


def _without_user(value: str) -> str:
    """An address without what stands before the @; a proxy may lack the scheme."""
    if value.startswith("codecommit:"):
        return value
    scheme, separator, rest = value.rpartition("://")
    head, at, host = rest.rpartition("@")
    if not at or (not separator and ":" not in head):
        return value
    return f"{scheme}{separator}…@{host}"


def aws_file(path: Path, redactor: Redactor, *, values: bool) -> Iterator[str]:
    """An AWS configuration file line by line, so that numbers of lines agree.

    values: whether harmless ones are shown; False for the credentials file.
    """
    try:
        with path.open("rb") as file:
            text = file.read(1_000_000).decode("utf-8", "replace")
    except OSError as error:
        yield f"(it can't be read: {error.strerror or type(error).__name__})"
        return
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
        return HIDDEN
    indent, name, equals, value = match.groups()
    shown = values and _AWS_SHOWN.fullmatch(name)
    return f"{indent}{name}{equals}{value if shown or not value else HIDDEN}"


def environment(variables: Mapping[str, str], redactor: Redactor) -> Iterator[str]:
    """The variables of the allow-list, with values; of a few more, that they are set."""
    for name in sorted(variables):
        value = variables[name]
        if _PROXIES.fullmatch(name):
            yield f"{name}={_on_one_line(redactor.clean(_without_user(value)))}"
        elif _SHOWN_VARIABLES.fullmatch(name.upper() if os.name == "nt" else name):
            yield f"{name}={_on_one_line(redactor.clean(value))}"
        elif _TOLD_VARIABLES.fullmatch(name):
            yield f"{name} is set (not shown)"


def _on_one_line(text: str) -> str:
    return text.replace("\n", "\\n")


def impersonal(text: str) -> str:
    """The text without the user's name, wherever it stands as a word of its own."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        return text
    if _NOBODY.fullmatch(user):
        return text
    return re.sub(rf"(?<![\w-]){re.escape(user)}(?![\w-])", "~", text)
