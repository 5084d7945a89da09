"""The check ``environment-overrides``."""

from __future__ import annotations

from dataclasses import replace

from codecommit_doctor.check import (
    Advice,
    Endpoint,
    Environment,
    Evidence,
    Handshake,
    Origin,
    Profiles,
    Result,
    Signer,
    Status,
    Symptom,
    Target,
    Transport,
    check,
    failed,
    not_signing,
    passed,
    warned,
)

_KEY, _SECRET, _TOKEN = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"


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
            r"Partial credentials found in env|UnrecognizedClientException|InvalidClientTokenId"
            r"|security token included in the request",
            "The AWS_* variables may choose other credentials or another profile than expected.",
            also=True,
        ),
    ),
)
def environment_overrides(
    signer: Signer,
    profiles: Profiles,
    environment: Environment,
    endpoint: Endpoint,
    handshake: Handshake,
    target: Target,
) -> Result:
    """## Symptom
    403 for the wrong user, in one terminal and not in another; or `Partial credentials found in
    env, missing: AWS_SECRET_ACCESS_KEY`.

    ## How it looks
    A profile that the helper or the codecommit:: address names wins over the whole environment.
    Else it looks for half a set of keys, for a temporary key without its session token, for a
    session token left over beside a long-term key, and for keys beside AWS_PROFILE or beside other
    keys in the default profile. Variables alone, as in a CI job, are as good as a profile.
    Where Git gets the refs of the repository, none of that is a fault.

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
    found = _judged(signer, profiles, environment)
    if target.transport is Transport.REMOTE_HELPER:
        found = replace(found, advice=_for_address(target, found.advice))
    if found.status is Status.WARN and endpoint.refused(handshake) is False:
        return passed(f"{found.summary}; Git gets the refs anyway", *found.evidence)
    return found


def _judged(signer: Signer, profiles: Profiles, environment: Environment) -> Result:
    if lost := _lost_files(profiles):
        return lost
    if signer.profile:
        return passed(
            f"the profile {signer.profile} is named, and wins over the environment",
            *signer.evidence,
        )
    return (
        _broken_keys(environment)
        or _rivals(profiles, environment)
        or passed("the environment overrides nothing")
    )


def _facts(environment: Environment, *names: str) -> list[Evidence]:
    set_ones = filter(environment.get, names)
    return [Evidence(f"{name} is set", Origin.environment(name)) for name in set_ones]


_IN_HELPER = "name the profile in the helper"


def _unset(*names: str) -> tuple[Advice, ...]:
    return (Advice(f"Unset {' and '.join(names)}, or {_IN_HELPER}"),)


def _for_address(target: Target, advice: tuple[Advice, ...]) -> tuple[Advice, ...]:
    """The advice where no helper is asked: a codecommit:: address names the profile itself."""
    region = f"::{target.region}" if target.region else ""
    address = f"codecommit{region}://PROFILE@{target.repository or 'NAME'}"
    here = f"name the profile in the address: {address}"
    return tuple(replace(step, text=step.text.replace(_IN_HELPER, here)) for step in advice)


def _lost_files(profiles: Profiles) -> Result | None:
    """A warning if a variable leads to no file, though the usual one is there."""
    lost = profiles.file_not_found()
    if lost is None:
        return None
    name, usual = lost
    fact = Evidence(f"{name} is set", Origin.environment(name))
    if usual is None:
        why = f"{name} leads to no file: quotes or spaces around it belong to the name"
        step = Advice(f"Set {name} without them: cmd keeps quotes, and spaces in front of &")
        return warned(why, fact, advice=(step,), code="file-not-found")
    why = f"{name} leads to no file, so that {usual} is not read"
    return warned(why, fact, advice=(Advice(f"Unset or correct {name}"),), code="file-not-found")


def _broken_keys(environment: Environment) -> Result | None:
    """A failure if the keys of the environment can't belong together."""
    facts = _facts(environment, _KEY, _SECRET, _TOKEN)
    key, secret, token = map(environment.get, (_KEY, _SECRET, _TOKEN))
    if not key:
        return None
    if not secret:
        why = f"{_KEY} is set without {_SECRET}"
        return failed(why, *facts, advice=_unset(_KEY), code="no-secret")
    if key.startswith("ASIA") and not (token or environment.get("AWS_SECURITY_TOKEN")):
        why = f"{_KEY} is a temporary key, and its {_TOKEN} is not set"
        return failed(why, *facts, advice=_unset(_KEY, _SECRET), code="no-token")
    if key.startswith("AKIA") and token:
        why = f"{_TOKEN} is left over: it belongs to another key than {_KEY}"
        return failed(why, *facts, advice=(Advice(f"Unset {_TOKEN}"),), code="other-token")
    return None


def _rivals(profiles: Profiles, environment: Environment) -> Result | None:
    """A warning if what is in the environment contradicts itself or the default profile."""
    named = list(filter(environment.get, ("AWS_DEFAULT_PROFILE", "AWS_PROFILE")))
    names = list(dict.fromkeys(map(environment.get, named)))
    key, known = environment.get(_KEY), profiles.by_name()
    if len(names) > 1:
        why, facts = "AWS_PROFILE and AWS_DEFAULT_PROFILE name different profiles", named
        step, code = _unset(named[0]), "two-profiles"
        return warned(why, *_facts(environment, *facts), advice=step, code=code)
    if not key:
        return None
    step = _unset(_KEY, _SECRET)
    of_profiles = [known.get(name, {}).get("aws_access_key_id") for name in names]
    if of_profiles and of_profiles[0] != key and not environment.get("AWS_VAULT"):
        why = f"{_KEY} wins over {named[0]}: the profile {names[0]} is not used"
        facts, code = [_KEY, *named], "keys-over-profile"
        return warned(why, *_facts(environment, *facts), advice=step, code=code)
    default = known.get("default", {}).get("aws_access_key_id")
    if not named and default and default != key and key.startswith("AKIA"):
        why = f"{_KEY} wins over the default profile, which has another key"
        code = "keys-over-default"
        return warned(why, *_facts(environment, _KEY), advice=step, code=code)
    return None
