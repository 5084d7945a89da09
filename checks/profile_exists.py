"""The check ``profile-exists``."""

from __future__ import annotations

from difflib import get_close_matches

from codecommit_doctor.check import (
    Advice,
    CredentialSource,
    Environment,
    Evidence,
    Fix,
    Kind,
    Origin,
    Profiles,
    Result,
    Signer,
    Symptom,
    check,
    failed,
    helper_repair,
    not_signing,
    passed,
    recipes,
    skipped,
)

_CIRCLE = "circle"

_MOST = 8
"""Profiles to name in one sentence."""

_GUIDE = "https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html"


@check(
    id="profile-exists",
    category="credentials",
    title="Does the AWS profile that signs exist?",
    why="The AWS CLI stops at a profile that it does not find, and Git gets no password.",
    source=_GUIDE,
    after=("git-version", "git-configuration", "aws-configuration", "profile-quoting"),
    explains=("credential-handshake", "credential-handshake/no-answer", "git-access"),
    symptoms=(
        Symptom(
            r"config profile \(.*\) could not be found|profile was not found"
            r"|Infinite loop in credential configuration|The source profile \""
            r"|The source_profile \"|profile .* does not exist"
            r"|profile .* not found in your AWS config"
            r"|ProfileNotFound|file doesn't contain profile|failed to load config profile"
            r"|Unknown component: credential_provider",  # AWS CLI 1.7
            "The profile that is asked for is not in the AWS files.",
        ),
    ),
)
def profile_exists(signer: Signer, profiles: Profiles, environment: Environment) -> Result:
    r"""## Symptom
    `The config profile (work) could not be found`, or `The following profile was not found`, and
    a prompt for a user name. From an AWS CLI as old as 1.7.38:
    `Unknown component: credential_provider`.

    ## How it looks
    It takes the profile that the AWS helper or the codecommit:: address names, else the one of
    AWS_PROFILE, else the default profile, and looks it up in the AWS files by botocore's rules;
    then the profiles that a role is assumed from, and the sso-session. A default profile is not
    needed where credentials come from the environment, a container or an instance. For a name
    that is not there the nearest one is offered.

    ## By hand
    ### See which profiles there are
    With AWS CLI 2, on Windows, macOS and Linux:

    ```shell
    aws configure list-profiles
    ```

    With any version, look into the files. In `~/.aws/config` (on Windows `%USERPROFILE%\.aws\config`)
    a section is called `[profile work]`, in `~/.aws/credentials` only `[work]`; capital letters count.

    ### Name a profile that exists
    {reset with a profile}

    ### The section lacks the word profile
    In `~/.aws/config` write `[profile PROFILE]` instead of `[PROFILE]`. On macOS and Linux:

    ```sh
    sed -i.bak 's/^\[PROFILE\]/[profile PROFILE]/' ~/.aws/config
    ```

    ### AWS_PROFILE names no profile
    On macOS and Linux:

    ```sh
    unset AWS_PROFILE
    ```

    In cmd:

    ```bat
    set AWS_PROFILE=
    ```

    In PowerShell:

    ```powershell
    Remove-Item Env:AWS_PROFILE
    ```

    ## Fix safety
    The fix names the nearest profile in the helper. Where only capital letters differ it is safe.
    Else it is unsafe: that profile may be another AWS user than the one you mean.

    ## Known limits
    The doctor makes no profile: only you know its keys.
    """  # noqa: E501
    if skip := not_signing(signer):
        return skip
    name, origin = _named(signer, environment)
    known = profiles.by_name()
    if name is None and "default" not in known:
        if environment.get("AWS_ACCESS_KEY_ID"):
            return passed("the keys come from the environment; no profile is needed")
        why = "no profile is named and there is no default profile: AWS uses the machine's own role"
        return skipped(why, code="no-profile-named")
    fact = Evidence(f"profile {name or 'default'}", origin) if origin else signer.evidence[0]
    if origin and not name:
        variable = origin.text.split()[-1]
        why = f"{variable} is empty, and the AWS CLI reads that as the name of a profile"
        advice = (Advice(f"Unset {variable}, or name a profile in it"),)
        return failed(why, fact, advice=advice, code="empty-variable")
    if name is not None and name not in known:
        return _missing(name, fact, signer, profiles, environment)
    if broken := _broken_link(name or "default", profiles):
        holder, wanted, what = broken
        if what == _CIRCLE:
            why = f"the source profiles of {name or 'default'} lead in a circle, back to {wanted}"
            step = Advice(f"Let source_profile of {holder} name a profile with keys of its own")
            return failed(why, fact, *_files(profiles, "read"), advice=(step,), code="circle")
        return failed(
            f"the profile {holder} needs the {what} {wanted}, which does not exist",
            fact,
            *_files(profiles, f"no {what} {wanted}"),
            advice=(Advice(f"Correct the name in the profile {holder}, or add it"),),
            code="missing-source",
        )
    if misread := _misread(name or "default", fact, profiles, profiles.source(signer.profile)):
        return misread
    return passed(f"the profile {name or 'default'} exists", fact)


def _misread(
    name: str, fact: Evidence, profiles: Profiles, source: CredentialSource
) -> Result | None:
    """A profile without a whole key, and one that stands there under names that are not read."""
    if source.kind is not Kind.NONE and not (source.kind is Kind.KEYS and source.missing):
        return None
    if f"profile {name}" in profiles.names():
        return failed(
            f"the section [profile {name}] of the credentials file has to be called [{name}]",
            fact,
            advice=(Advice(f"Call it [{name}] in {profiles.files()[1].path}"),),
            code="word-in-credentials",
        )
    if not (misspelt := profiles.misspelt_keys(name)):
        return None
    facts = [
        Evidence(f"{one.name}, not {one.right}", Origin.of_file(*one.place))
        for one in misspelt
        if one.place
    ]
    return failed(
        f"the AWS CLI does not read `{misspelt[0].name}`: the name has to be {misspelt[0].right}",
        *facts,
        fact,
        advice=(Advice(f"Write {' and '.join(one.right for one in misspelt)} there, each alone"),),
        code="misspelt-key",
    )


def _named(signer: Signer, environment: Environment) -> tuple[str | None, Origin | None]:
    """The profile that is asked for outright, and what asks for it."""
    if signer.profile:
        return signer.profile, None
    if environment.profile is None:
        return None, None
    name, variable = environment.profile
    return name, Origin.environment(variable)


def _broken_link(name: str, profiles: Profiles) -> tuple[str, str, str] | None:
    """Where what a profile rests on ends: the profile that names it, its name, and what it is.

    Keys in a source profile are taken before its role. Source: botocore's AssumeRoleProvider.
    """
    known, seen = profiles.by_name(), set[str]()
    while True:
        values = known[name]
        session = values.get("sso_session")
        if session and session not in profiles.sso_sessions():
            return name, str(session), "sso-session"
        has_keys = "aws_access_key_id" in values
        assumes = "role_arn" in values and "web_identity_token_file" not in values
        source = str(values.get("source_profile", ""))
        if not source or not assumes or (seen and has_keys):
            return None
        if source not in known:
            return name, source, "profile"
        seen.add(name)
        if source in seen and not has_keys:
            return name, source, _CIRCLE
        name = source


def _missing(
    name: str, fact: Evidence, signer: Signer, profiles: Profiles, environment: Environment
) -> Result:
    known = profiles.names()
    lower = {one.lower(): one for one in known}
    near = lower.get(name.lower()) or next(iter(get_close_matches(name, known, cutoff=0.75)), None)
    why, code = f'no profile "{name}"', "missing"
    why += f"; did you mean {near}?" if near else f"; {_named_list(known)}"
    advice: tuple[Advice, ...]
    advice = (Advice(f"Name an existing profile, or add {name} to {profiles.files()[0].path}"),)
    bare = name.strip(" '\"")
    if bare in known:
        near = bare
        why = f"no profile '{name}'; did you mean {bare}? Quotes and spaces belong to the name"
        advice = (Advice(f"Name it {bare}; cmd keeps quotes, and spaces in front of &"),)
    if name in profiles.sections_without_profile():
        code = "section-name"
        why = f"the section [{name}] of the config file has to be called [profile {name}]"
        advice = (Advice(f"Call it [profile {name}] in {profiles.files()[0].path}"),)
    elif f"profile {name}" in known:  # the config file's form, in the other file
        code = "word-in-credentials"
        why = f"the section [profile {name}] of the credentials file has to be called [{name}]"
        advice = (Advice(f"Call it [{name}] in {profiles.files()[1].path}"),)
    elif environment.get("AWS_CONFIG_FILE") or environment.get("AWS_SHARED_CREDENTIALS_FILE"):
        advice = (*advice, Advice("Or correct the variable that leads to another file"))
    if signer.profile and environment.get("AWS_ACCESS_KEY_ID"):
        named = f"--profile {name}" if signer.by else f"{name}@"
        step = f"Or take {named} away: then the keys in AWS_ACCESS_KEY_ID count"
        advice = (*advice, Advice(step))
    fix = _fix(near, name, signer) if near and code == "missing" else None
    advice = () if fix else advice
    where = _files(profiles, f"no profile {name}")
    return failed(why, fact, *where, advice=advice, fix=fix, code=code)


def _named_list(names: tuple[str, ...]) -> str:
    """``there are: default, work``, at most eight of them."""
    if not names:
        return "there is none"
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return f"there are: {', '.join(names[:_MOST])}{more}"


def _fix(near: str, name: str, signer: Signer) -> Fix | None:
    """The nearest name in the helper: another one than in its letters' case may be another user."""
    if signer.by is None:
        return None
    value = helper_repair.with_profile(signer.by.helper.value, near)
    if value is None:
        return None
    fix = recipes.replace_helper(
        signer.by.entry, value, title=f"Name the profile {near}", guide=_GUIDE
    )
    if fix and near.lower() != name.lower():
        fix = fix.unsafe(f"the profile {near} may be another AWS user than the one you mean")
    return fix


def _files(profiles: Profiles, found: str) -> list[Evidence]:
    """The AWS files, and what was found in those that exist."""
    return [file.evidence(found) for file in profiles.files()]
