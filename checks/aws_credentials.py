"""The check ``aws-credentials``."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from codecommit_doctor.check import (
    ENVIRONMENT,
    PROGRAM,
    Advice,
    Aws,
    AwsCli,
    CredentialSource,
    Endpoint,
    Environment,
    Evidence,
    Handshake,
    Host,
    Keys,
    Kind,
    Origin,
    Profiles,
    Result,
    Signer,
    SignerKind,
    Status,
    Symptom,
    Target,
    Unavailable,
    check,
    failed,
    in_words,
    is_version_1,
    not_signing,
    passed,
    regions,
    skipped,
    versions,
    warned,
)

_CONTAINER = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
_CONTAINERS = (_CONTAINER, "AWS_CONTAINER_CREDENTIALS_FULL_URI")
_TOKEN = "aws_session_token"

_SHORT = timedelta(minutes=15)
"""The AWS SDK renews what lives shorter than that at every look."""


@check(
    id="aws-credentials",
    category="credentials",
    title="Do the AWS credentials resolve, and are they valid?",
    why="The AWS helper signs with them; where there are none it answers nothing, and where they "
    "have expired CodeCommit answers 403.",
    source="https://docs.aws.amazon.com/cli/latest/userguide/cli-chap-authentication.html",
    after=(
        "aws-configuration",
        "profile-exists",
        "environment-overrides",
        "config-shadowing",
    ),
    explains=(
        "credential-handshake",
        "credential-handshake/no-answer",
        "git-access/refused",
        "git-access",
    ),
    symptoms=(
        Symptom(
            r"Token for .* does not exist|Token has expired|Token .* has expired"
            r"|Error loading SSO Token|Error when retrieving token from"
            r"|Unable to locate authorization token|The SSO session associated with this profile"
            r"|resolving AWS credentials or an access token from SSO|SSO session expired"
            r"|aws sso login|Error loading login session token"
            r"|reauthenticate using 'aws login|Error loading or redeeming a login"
            r"|login session profile|unable to create or refresh login|refresh failed"
            r"|Session token not found or invalid|SSO token expired",
            "The login has expired, or was never made: aws sso login or aws login, with "
            "the profile that signs.",
        ),
        Symptom(
            r"configured to use SSO but is missing required|Missing the following required SSO",
            "The profile's SSO settings are incomplete, or the program that reads them is older "
            "than the [sso-session] section (botocore before 1.29): upgrade it.",
        ),
        Symptom(
            r"Enter MFA code|at 'tokenCode' failed|MFA token required|EOF when reading a line"
            r"|AssumeRoleTokenProviderNotSet|Enter passphrase to unlock",
            "The login asks for an MFA code or a passphrase: log in before Git runs.",
        ),
        Symptom(
            r"Unable to locate credentials|Partial credentials found|NoCredentialProviders"
            r"|has no attribute '(?:secret_key|access_key|get_frozen_credentials)'"
            r"|does not have credentials configured|Missing credentials in config"
            r"|Could not load credentials|error validating provider credentials"
            r"|No valid credential sources? (?:for \S.* )?found|Unable to (?:find|load) credentials"
            r"|no providers in chain|Could not resolve credentials|Unable to load AWS credentials"
            r"|failed to retrieve credentials|failed to refresh cached credentials"
            r"|No credentials specified or obtained|set the `?id-token`? permission",
            "The AWS CLI found no complete credentials.",
        ),
        Symptom(
            r"Error when retrieving credentials from|Error retrieving credentials"
            r"|credentials from IMDS|CredentialRetrievalError"
            r"|JSONDecodeError|credential_process|Error retrieving metadata"
            r"|EC2 Instance Metadata|\b169\.254\.1|Missing Dependency: "
            r"|MissingDependencyException|serviceaccount/token'",
            "What should supply the credentials failed: a program, the container's or the "
            "instance's role, or a library that is missing.",
        ),
        Symptom(
            r"\baws-vault\b|\bsaml2aws\b|\bsaml:? assertion|\bgimme-aws-creds\b|\bokta\b"
            r"|Error authenticating to IdP|incorrect MFA code|AADSTS\d|aws_signing_helper"
            r"|Untrusted certificate|Insufficient certificate|roles ?anywhere"
            r"|\bgranted\b.*(?:credential|role|assume)|authorization_pending"
            r"|no access to role|specified keyring backend|AWS credentials have expired"
            r"|Token validity period|aws-azure-login|aws-google-auth|onelogin-aws|\bleapp\b",
            "The program that logs in for the AWS CLI (aws-vault, saml2aws, granted, Okta's and "
            "others) failed: log in with it again, in the session that starts Git.",
            also=True,
        ),
        Symptom(
            r"Permission denied: '[^']*\.aws[\\/]",
            "The AWS CLI may not read or write a file of its own: see who owns it.",
        ),
        Symptom(
            r"signature we calculated does not match",
            "The secret access key does not belong to the access key ID: it was copied in part, or "
            "with a character too many.",
        ),
        Symptom(
            r"SignatureDoesNotMatch(?!.*(?:calculated|expired|not yet current))",
            "AWS could not verify a signature: the secret access key does not belong to the access "
            "key ID, or the clock is wrong.",
        ),
        Symptom(
            r"when calling the (?:AssumeRole\w*|GetRoleCredentials|CreateToken"
            r"|RegisterClient|StartDeviceAuthorization|GetSessionToken"
            r"|GetFederationToken|RefreshToken|CreateOAuth2Token) operation"
            r"|not authorized to perform:? (?:sts:)?AssumeRole",
            "The role or the login behind the profile was refused: whoever asks for it may not "
            "have it, or what it rests on has expired.",
        ),
        Symptom(
            r"ExpiredToken|uses credentials that have expired|UnrecognizedClientException"
            r"|security token .* expired"
            r"|security token .* invalid|InvalidClientTokenId|Invalid security token"
            r"|not able to validate the provided access credentials|InvalidAccessKeyId",
            "AWS does not accept these credentials: they have expired, or were revoked.",
        ),
    ),
)
def aws_credentials(
    target: Target,
    aws: Aws,
    aws_cli: AwsCli,
    profiles: Profiles,
    host: Host,
    signer: Signer,
    endpoint: Endpoint,
    handshake: Handshake,
    environment: Environment,
) -> Result:
    """## Symptom
    `Unable to locate credentials`, `Error loading SSO Token`, `Token has expired and refresh
    failed`, or `'NoneType' object has no attribute 'secret_key'` before a prompt for a user name;
    or a 403, because the helper signs with expired credentials without noticing.

    ## How it looks
    It reads where the credentials of the helper's profile come from: the environment, an access
    key, IAM Identity Center, a role, a program, the machine. A login that has ended is seen in
    the AWS CLI's cache, without the network. Online, the AWS SDK resolves them, without a prompt
    and within seconds, and `sts:GetCallerIdentity`, which needs no permission, tells whether AWS
    accepts them.

    The global endpoint of STS gives session tokens of version 1. `sts:GetCallerIdentity` accepts
    them everywhere, but a region that an account has to enable first does not take them. AWS does
    not publish how to recognize one, so this is a warning, and none if Git gets the refs.

    ## By hand
    ### See who signs
    On Windows, macOS and Linux, with the profile of the helper (`default` if it names none):

    ```shell
    aws sts get-caller-identity --profile PROFILE
    ```

    ### A login has ended
    With AWS CLI 2, the second one since 2.32:

    ```shell
    aws sso login --profile PROFILE
    aws login --profile PROFILE
    ```

    ### Keys are missing or wrong
    On Windows, macOS and Linux. It asks for the access key, its secret, the region and the output
    format:

    ```shell
    aws configure --profile PROFILE
    ```

    ### Temporary keys lack their session token
    On Windows, macOS and Linux:

    ```shell
    aws configure set aws_session_token TOKEN --profile PROFILE
    ```

    ### Keys in the environment are wrong
    See environment-overrides.

    ### The region does not take the session token
    On Windows, macOS and Linux, then log in again:

    ```shell
    aws configure set sts_regional_endpoints regional --profile PROFILE
    ```

    ## Known limits
    The doctor types no password and no code of a second factor, so it can't tell whether a login
    would work. What AWS accepts may still lack a permission: see iam-permissions.
    """
    if not aws.signs and (skip := not_signing(signer)):
        return skip
    path = aws_cli.seen_by_git()
    signs = signer.kind is not SignerKind.REMOTE_HELPER
    if path and signs and (unread := _unreadable_login(aws.source(), path, aws_cli)):
        return unread
    result = _judged(aws, profiles, host, environment)
    if result.code == "second-factor" and not signs:
        why = f"{PROGRAM} asks for the second factor of {aws.source().who} on the terminal"
        return skipped(why, *result.evidence, code="second-factor")
    if result.status is Status.PASS and (found := _global_token(aws, target.region)):
        return result if endpoint.refused(handshake) is False else found
    return _possible(result, path, aws_cli) if path else result


def _judged(aws: Aws, profiles: Profiles, host: Host, environment: Environment) -> Result:
    source = aws.source()
    if source.missing:
        summary = f"the credentials of {source.who} are incomplete: {source.missing} is missing"
        return failed(summary, _origin(source), advice=_advice(source), code="incomplete")
    if source.kind is Kind.NONE:
        return _none(source, profiles)
    if source.malformed:
        return _malformed(source, profiles)
    if found := _locked(source) or _converted(source, environment) or _ended(source, aws, host):
        return found
    if not aws.offline:
        return _resolved(aws, source, profiles, host, environment)
    if source.mfa and not aws.has_session(host.now()):
        return _second_factor(source)
    if source.kind.offline:
        return passed(f"{source.who}: {source.kind.value}; AWS was not asked", _origin(source))
    reason = f"not checked: {source.who} uses {source.kind.value}, and --offline is set"
    return skipped(reason, _origin(source), code="offline")


def _none(source: CredentialSource, profiles: Profiles) -> Result:
    folders = [file for file in profiles.files() if file.other_kind]
    steps = [Advice(f"Put a file in the place of {file.path}, which is none") for file in folders]
    steps = steps or [*_advice(source)]  # `aws configure` can't write into a folder
    with_keys = [name for name in profiles.names() if profiles.source(name).kind is not Kind.NONE]
    if with_keys and source.profile == "default":
        named = " or ".join(with_keys[:8])
        steps.append(Advice(f"Or name a profile that has them, by --profile or as NAME@: {named}"))
    facts = (_origin(source), *(file.evidence("") for file in folders))
    why = f"there are no AWS credentials for {source.who}"
    return failed(why, *facts, advice=tuple(steps), code="none")


def _second_factor(source: CredentialSource) -> Result:
    why = f"{source.who} asks for a second factor, which Git's helper can't do without a terminal"
    advice = (_look(source, "Get a session first; the AWS CLI keeps it for an hour"),)
    return warned(why, _origin(source), advice=advice, code="second-factor")


def _malformed(source: CredentialSource, profiles: Profiles) -> Result:
    """A failure: no such key exists. Its halves are not shown."""
    half = "secret_access_key" if "the secret" in str(source.malformed) else "access_key_id"
    place = profiles.place(source.profile, f"aws_{half}") if source.profile else None
    where = Origin.of_file(*place) if place else _origin(source).origin
    text = "Correct aws_access_key_id and aws_secret_access_key there: no quotes, no spaces"
    if source.kind is Kind.ENVIRONMENT:
        text = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY again; cmd keeps quotes and spaces"
    why = f"the access key of {source.who} is malformed: {source.malformed}"
    return failed(why, Evidence(f"aws_{half}", where), advice=(Advice(text),), code="malformed")


def _unreadable_login(source: CredentialSource, path: str, aws_cli: AwsCli) -> Result | None:
    """A session of ``aws login`` that this AWS CLI can't read."""
    if source.kind is not Kind.LOGIN or aws_cli.reads_login(path) is not False:
        return None
    number = (aws_cli.installed(path) or aws_cli.version(path)).number
    why = f"AWS CLI {number} can't read the `aws login` session of {source.who}"
    if number and number.major >= 2:
        why += f": it is older than {versions.AWS_CLI_LOGIN}"
    return failed(
        why,
        _origin(source),
        advice=(Advice(f"Use AWS CLI {versions.AWS_CLI_LOGIN} or later for the helper"),),
        code="cannot-read-aws-login",
    )


def _possible(result: Result, path: str, aws_cli: AwsCli) -> Result:
    """The result, without commands that this AWS CLI does not have."""
    if not any(step.command[:2] in (("aws", "sso"), ("aws", "login")) for step in result.advice):
        return result
    number = (aws_cli.installed(path) or aws_cli.version(path)).number
    if number is None or number.major >= 2:
        return result
    steps = tuple(
        Advice(f"Log in with AWS CLI 2; AWS CLI {number} has no `{' '.join(step.command[:-2])}`")
        if step.command[:2] in (("aws", "sso"), ("aws", "login"))
        else step
        for step in result.advice
    )
    return replace(result, advice=steps)


def _global_token(aws: Aws, region: str | None) -> Result | None:
    """A session token of version 1, in a region that does not take it."""
    if region is None or not regions.needs_opt_in(region):
        return None
    try:
        if not is_version_1(aws.keys().token or ""):
            return None
    except Unavailable:
        return None
    source = aws.source()
    profile = source.profile or "default"
    key = ("sts_regional_endpoints", "regional")
    words = ("aws", "configure", "set", *key, "--profile", profile)
    return warned(
        f"the session token of {source.who} seems to be of version 1: {region} does not accept it",
        _origin(source),
        advice=(
            Advice("Let AWS programs ask STS in the region, not the global endpoint:", words),
            Advice("Then get a new session: log in, or assume the role again"),
        ),
        code="global-token",
    )


def _locked(source: CredentialSource) -> Result | None:
    """A login that lies in a file which this user may not read."""
    if source.locked is None:
        return None
    text, words = source.locked.step
    return failed(
        f"the login of {source.who} may not be read: {source.locked.path}",
        Evidence(source.locked.words, Origin.of_file(str(source.locked.path))),
        advice=(Advice(text, words),),
        code="no-permission",
    )


def _converted(source: CredentialSource, environment: Environment) -> Result | None:
    """A path that Git Bash made a path of Windows of, on its way to another program.

    Source: https://www.msys2.org/docs/filesystem-paths/
    """
    value = environment.get(_CONTAINER)
    if source.kind is not Kind.CONTAINER or not re.match(r"[A-Za-z]:[\\/]", value):
        return None
    shown = value.partition("/v2/")[0]
    return failed(
        f"{_CONTAINER} begins with {shown}: Git Bash took it for a file and rewrote it",
        Evidence(f"{shown}/v2/...", Origin.environment(_CONTAINER)),
        advice=(Advice("Set MSYS_NO_PATHCONV=1 where Git Bash is started"),),
        code="path-converted",
    )


def _ended(source: CredentialSource, aws: Aws, host: Host) -> Result | None:
    """A login that was never made or has ended for good, as the AWS CLI's cache tells."""
    now = host.now()
    if source.logged_in is None or source.kind is Kind.ROLE:
        return None
    if source.logged_in and (source.renewable or source.ends is None or source.ends > now):
        return None
    if aws.has_session(now):
        return None  # a session that is left of that login may still be good
    if not source.logged_in:
        summary = f"not logged in: {source.who}"
        return failed(summary, _origin(source), advice=_advice(source), code="not-logged-in")
    ago = in_words(now - source.ends) if source.ends else ""
    summary = f"the login of {source.who} ended {ago} ago"
    return failed(summary, _origin(source), advice=_advice(source), code="login-ended")


def _resolved(
    aws: Aws, source: CredentialSource, profiles: Profiles, host: Host, environment: Environment
) -> Result:
    try:
        keys = aws.keys()
        if short := _short_lived(keys, source, host):
            return short
        caller = aws.identity()
    except Unavailable as unseen:
        if unseen.code == "MFA":
            return _second_factor(source)
        if not unseen.unusable:
            return skipped(unseen.reason, _origin(source), code="not-asked")
        return _unusable(unseen, source, profiles, host, environment)
    fact = Evidence(caller.arn, Origin("sts:GetCallerIdentity"))
    return passed(f"AWS accepts the credentials of {source.who}", fact, _origin(source))


def _unusable(
    unseen: Unavailable,
    source: CredentialSource,
    profiles: Profiles,
    host: Host,
    environment: Environment,
) -> Result:
    """AWS, or the AWS SDK, refuses these credentials."""
    facts: tuple[Evidence, ...] = (_standing(source, profiles, environment),)
    steps, code, reason = _advice(source), "unusable", unseen.reason
    base = source.base if source.base and source.base.profile != source.profile else source
    if base is not source and "Denied" not in unseen.code:  # else the role refuses
        reason += f"; it rests on the profile {base.profile}"
        facts += (_standing(base, profiles, environment),)
    if source.kind is Kind.ENVIRONMENT:
        names = [name for name in ENVIRONMENT if name in environment]
        facts = tuple(Evidence("set", Origin.environment(name)) for name in names)
        line = host.unset(names)
        steps = (Advice(f"Set them again, or unset them so that a profile counts: {line}"),)
        code = "environment-refused"
    elif base.kind is Kind.KEYS and base.temporary and "Denied" not in unseen.code:
        facts += _session_token(base, profiles)
        steps, code = (Advice(_RENEW),), "temporary-key-refused"
    return failed(reason, *facts, advice=steps, confirmed=True, code=code)


_RENEW = (
    "The key is temporary: replace aws_access_key_id, aws_secret_access_key and aws_session_token "
    "by fresh ones, all three. `aws configure` leaves the old aws_session_token in place: for a "
    "key that does not expire delete that line"
)

_LINES = {
    Kind.KEYS: "aws_access_key_id",
    Kind.PROCESS: "credential_process",
    Kind.ROLE: "role_arn",
    Kind.LOGIN: "login_session",
}
"""The setting of the AWS files that says how credentials are had."""


def _standing(source: CredentialSource, profiles: Profiles, environment: Environment) -> Evidence:
    """Where it is said how the credentials are had: a line, a variable, or else the profile."""
    if source.kind is Kind.CONTAINER:
        named = [name for name in _CONTAINERS if name in environment]
        return Evidence(source.kind.value, Origin.environment(named[0] if named else _CONTAINER))
    setting = _LINES.get(source.kind)
    place = profiles.place(source.profile, setting) if source.profile and setting else None
    if place is None:
        return _origin(source)
    return Evidence(f"{source.kind.value} of {source.who}", Origin.of_file(*place))


def _session_token(source: CredentialSource, profiles: Profiles) -> tuple[Evidence, ...]:
    place = profiles.place(source.profile or "default", _TOKEN)
    return (Evidence(f"{_TOKEN} is set", Origin.of_file(*place)),) if place else ()


def _short_lived(keys: Keys, source: CredentialSource, host: Host) -> Result | None:
    left = keys.expires - host.now() if keys.expires else _SHORT
    if left >= _SHORT:
        return None
    return warned(
        f"the credentials of {source.who} last less than 15 minutes: key, token and signature "
        "of the AWS helper may not belong together",
        Evidence(f"expires in {in_words(left)}", _origin(source).origin),
        advice=(Advice("Get credentials that last an hour or longer"), *_advice(source)),
        code="short-lived",
    )


def _origin(source: CredentialSource) -> Evidence:
    if source.profile is None:
        is_web = source.kind is Kind.WEB_IDENTITY
        name = "AWS_WEB_IDENTITY_TOKEN_FILE" if is_web else "AWS_ACCESS_KEY_ID"
        return Evidence(source.kind.value, Origin.environment(name))
    session = f", session {source.session}" if source.session else ""
    return Evidence(f"{source.kind.value}{session}", Origin(f"profile {source.profile}"))


def _look(source: CredentialSource, text: str) -> Advice:
    profile = ("--profile", source.profile) if source.profile else ()
    return Advice(text, ("aws", "sts", "get-caller-identity", *profile))


def _advice(source: CredentialSource) -> tuple[Advice, ...]:
    profile = source.profile or "default"
    if source.kind is Kind.SSO or (source.kind is Kind.ROLE and source.logged_in is not None):
        return (Advice("Log in again", ("aws", "sso", "login", "--profile", profile)),)
    if source.kind is Kind.LOGIN:
        return (Advice("Log in again", ("aws", "login", "--profile", profile)),)
    if source.kind is Kind.ENVIRONMENT:
        return (Advice("Set the AWS_* variables again, or unset them so that a profile counts"),)
    if source.kind in (Kind.KEYS, Kind.NONE):
        return (Advice("Enter an access key", ("aws", "configure", "--profile", profile)),)
    return (_look(source, "See what the AWS CLI says of them"),)
