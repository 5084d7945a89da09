"""The check ``protocol-allowed``."""

from __future__ import annotations

from codecommit_doctor.check import (
    Advice,
    Environment,
    Evidence,
    Git,
    Origin,
    Result,
    Symptom,
    Target,
    Transport,
    by_hand,
    check,
    failed,
    forbidden_by,
    passed,
    recipes,
    skipped,
)

_GUIDE = "https://git-scm.com/docs/git-config#Documentation/git-config.txt-protocolallow"
_LIST = "GIT_ALLOW_PROTOCOL"


@check(
    id="protocol-allowed",
    category="network",
    title="May Git use HTTPS?",
    why="Git can be told which protocols it may use. Where HTTPS is not one of them, it stops "
    "before it looks at anything else.",
    source=_GUIDE,
    after=("git-version", "git-configuration"),
    explains=("endpoint-reachable/protocol-forbidden",),
    symptoms=(
        Symptom(
            r"unknown value for config 'protocol\.",
            "Git stops at a value of protocol.allow or protocol.https.allow that it does not know.",
        ),
    ),
)
def protocol_allowed(target: Target, git: Git, environment: Environment) -> Result:
    """## Symptom
    `fatal: transport 'https' not allowed`, at once; or `fatal: unknown value for config
    'protocol.https.allow'`.

    ## How it looks
    It reads the variable `GIT_ALLOW_PROTOCOL`, else `protocol.https.allow`, else `protocol.allow`,
    in Git's order.

    ## By hand
    On Windows, macOS and Linux. The first line shows what is set and where:

    ```shell
    git config --show-origin --get-regexp "^protocol"
    git config --global protocol.https.allow always
    ```

    Where the variable `GIT_ALLOW_PROTOCOL` is set, the settings do not count: add `https` to its
    list, which has colons in between, or unset it.

    ## Fix safety
    The fix is unsafe: somebody may have forbidden HTTPS on purpose.

    ## Known limits
    What another terminal, an IDE or a job sets in its own environment is not seen from here.
    """
    if target.transport is not Transport.HTTPS:
        return skipped(
            f"Git does not use HTTPS for this address ({target.transport.value})", code="not-https"
        )
    entries = git.configuration().entries
    pairs = [(entry.key, entry.value) for entry in entries]
    cause = forbidden_by("https", pairs, environment.variables)
    if cause is None:
        return passed("Git may use HTTPS")
    why = f"{cause} forbids Git to use HTTPS"
    if cause == _LIST:
        fact = Evidence(f"{_LIST}={environment.get(_LIST)}", Origin.environment(_LIST))
        step = Advice(f"Add https to the list in {_LIST}, or unset it")
        return failed(why, fact, advice=(step,), confirmed=True, code="forbidden")
    setting = [entry for entry in entries if entry.key == cause][-1]
    key = "protocol.https.allow"
    fix = recipes.set_value(key, "always", setting, title="Allow Git to use HTTPS", guide=_GUIDE)
    fix = fix and fix.unsafe("somebody may have forbidden HTTPS on purpose")
    return failed(
        why,
        Evidence.of_setting(setting),
        advice=by_hand(fix, f"Remove {cause} from the command line or the variables"),
        fix=fix,
        confirmed=True,
        code="forbidden",
    )
