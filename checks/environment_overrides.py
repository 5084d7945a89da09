"""The check ``environment-overrides``."""

from __future__ import annotations

import os
from pathlib import Path

from codecommit_doctor.check import (
    Advice,
    Evidence,
    Origin,
    Profiles,
    Result,
    Signer,
    Symptom,
    check,
    failed,
    not_signing,
    passed,
    warned,
)

_KEY, _SECRET, _TOKEN = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"
_FILES = {
    "AWS_CONFIG_FILE": "~/.aws/config",
    "AWS_SHARED_CREDENTIALS_FILE": "~/.aws/credentials",
}


@check(
    id="environment-overrides",
    category="credentials",
    title="Do AWS_* variables override the configured profile?",
    why="Keys in the environment win over AWS_PROFILE and over the default profile, so that "
    "another user than the expected one signs.",
    source="https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html",
    after=("git-version", "git-configuration", "aws-configuration"),
    explains=("credential-handshake", "git-access/refused"),
    symptoms=(
        Symptom(
            r"Partial credentials found in env"
            r"|UnrecognizedClientException|InvalidClientTokenId"
            r"|security token included in the request",
            "The AWS_* variables may choose other credentials or another profile than expected.",
            also=True,
        ),
    ),
)
def environment_overrides(signer: Signer, profiles: Profiles) -> Result:
    """## Symptom
    403 for the wrong user, in one terminal and not in another; or `Partial credentials found in
    env, missing: AWS_SECRET_ACCESS_KEY`.

    ## How it looks
    A profile that the helper or the codecommit:: address names wins over the whole environment.
    Else it looks for half a set of keys, for a temporary key without its session token, for a
    session token left over beside a long-term key, and for keys beside AWS_PROFILE or beside other
    keys in the default profile. Variables alone, as in a CI job, are as good as a profile.

    ## By hand
    ### Remove the variables
    On macOS and Linux; look for them in the shell's start-up files, too:

    ```sh
    unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
    ```

    In cmd (for new windows in System Properties, Environment Variables):

    ```bat
    set AWS_ACCESS_KEY_ID=
    set AWS_SECRET_ACCESS_KEY=
    set AWS_SESSION_TOKEN=
    ```

    In PowerShell:

    ```powershell
    Remove-Item Env:AWS_ACCESS_KEY_ID, Env:AWS_SECRET_ACCESS_KEY, Env:AWS_SESSION_TOKEN
    ```

    ### Name the profile in the helper
    It then wins over the environment:

    {reset with a profile}

    ## Known limits
    Variables that only another program sees, such as an IDE that was started before, are not seen.
    """
    if skip := not_signing(signer):
        return skip
    if lost := _lost_files():
        return lost
    if signer.profile:
        return passed(
            f"the profile {signer.profile} is named, and wins over the environment",
            *signer.evidence,
        )
    return _broken_keys() or _rivals(profiles) or passed("the environment overrides nothing")


def _facts(*names: str) -> list[Evidence]:
    return [Evidence(f"{name} is set", Origin.environment(name)) for name in names if _value(name)]


def _value(name: str) -> str:
    return os.environ.get(name, "")


def _unset(*names: str) -> tuple[Advice, ...]:
    return (Advice(f"Unset {' and '.join(names)}, or name the profile in the helper"),)


def _lost_files() -> Result | None:
    """A warning if a variable leads to no file, though the usual one is there."""
    for name, usual in _FILES.items():
        path = Path(os.path.expandvars(_value(name))).expanduser()
        if _value(name) and not path.is_file() and Path(usual).expanduser().exists():
            why = f"{name} leads to no file, so that {usual} is not read"
            advice = (Advice(f"Unset or correct {name}"),)
            return warned(why, *_facts(name), advice=advice, code="file-not-found")
    return None


def _broken_keys() -> Result | None:
    """A failure if the keys of the environment can't belong together."""
    facts = _facts(_KEY, _SECRET, _TOKEN)
    if not _value(_KEY):
        return None
    if not _value(_SECRET):
        why = f"{_KEY} is set without {_SECRET}"
        return failed(why, *facts, advice=_unset(_KEY), code="no-secret")
    if _value(_KEY).startswith("ASIA") and not (_value(_TOKEN) or _value("AWS_SECURITY_TOKEN")):
        why = f"{_KEY} is a temporary key, and its {_TOKEN} is not set"
        return failed(why, *facts, advice=_unset(_KEY, _SECRET), code="no-token")
    if _value(_KEY).startswith("AKIA") and _value(_TOKEN):
        why = f"{_TOKEN} is left over: it belongs to another key than {_KEY}"
        return failed(why, *facts, advice=(Advice(f"Unset {_TOKEN}"),), code="other-token")
    return None


def _rivals(profiles: Profiles) -> Result | None:
    """A warning if what is in the environment contradicts itself or the default profile."""
    named = [name for name in ("AWS_DEFAULT_PROFILE", "AWS_PROFILE") if _value(name)]
    if len({_value(name) for name in named}) > 1:
        why = "AWS_PROFILE and AWS_DEFAULT_PROFILE name different profiles"
        return warned(why, *_facts(*named), advice=_unset(named[0]), code="two-profiles")
    if not _value(_KEY):
        return None
    if named and not _value("AWS_VAULT"):
        values = profiles.by_name().get(_value(named[0]), {})
        if values.get("aws_access_key_id") != _value(_KEY):
            why = f"{_KEY} wins over {named[0]}: the profile {_value(named[0])} is not used"
            advice = _unset(_KEY, _SECRET)
            return warned(why, *_facts(_KEY, *named), advice=advice, code="keys-over-profile")
    default = profiles.by_name().get("default", {}).get("aws_access_key_id")
    if not named and default and default != _value(_KEY) and _value(_KEY).startswith("AKIA"):
        why = f"{_KEY} wins over the default profile, which has another key"
        advice = _unset(_KEY, _SECRET)
        return warned(why, *_facts(_KEY), advice=advice, code="keys-over-default")
    return None
