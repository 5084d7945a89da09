"""The check ``clock-skew``."""

from __future__ import annotations

from datetime import timedelta

from codecommit_doctor.check import (
    CLOCK,
    Advice,
    Aws,
    Endpoint,
    Evidence,
    Host,
    Origin,
    Result,
    Symptom,
    Target,
    Transport,
    Unavailable,
    check,
    failed,
    in_words,
    passed,
    skipped,
    warned,
)

_WARN, _FAIL = 5 * 60.0, 15 * 60.0

_SET = {
    "Windows": ("w32tm", "/resync"),
    "Darwin": ("sudo", "sntp", "-sS", "time.apple.com"),
    "Linux": ("sudo", "timedatectl", "set-ntp", "true"),
}


@check(
    id="clock-skew",
    category="network",
    title="Is the clock right?",
    why="A signature carries the time at which it was made, and is accepted for some minutes only.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-signing.html",
    after=("git-version", "git-configuration"),
    explains=("credential-handshake", "git-access/refused"),
    symptoms=(
        Symptom(
            r"Signature expired|Signature not yet current"
            r"|RequestTimeTooSkewed|certificate is not yet valid|not within the allowable range",
            "The time of the signature is not accepted: this machine's clock may be wrong.",
        ),
    ),
)
def clock_skew(target: Target, endpoint: Endpoint, host: Host, aws: Aws) -> Result:
    """## Symptom
    403 from every repository. The AWS CLI says `SignatureDoesNotMatch: Signature expired` where it
    asks STS, and `InvalidSignatureException: Signature not yet current` where it asks CodeCommit.
    Often in a virtual machine, in WSL or in a container that was asleep.

    ## How it looks
    It compares this machine's clock with the `Date` of CodeCommit's own answer to a request
    without a password. The time that the request took counts in favour of the clock.
    Where git-remote-codecommit signs, AWS is asked who signs, and says if it refuses the time.

    More than 5 minutes is a warning: that is AWS's general limit for a request. More than 15
    minutes is a failure: for that long CodeCommit accepts a password of the AWS helper, says its
    User Guide. What CodeCommit itself allows in between is not published.

    ## By hand
    Compare with the time that any web server tells, in the line `date:`. On macOS and Linux:

    ```sh
    curl -sI https://aws.amazon.com
    date -u
    ```

    On Windows, in cmd or PowerShell (in Windows PowerShell `curl` alone is another program):

    ```bat
    curl.exe -sI https://aws.amazon.com
    powershell -Command "[DateTime]::UtcNow.ToString('R')"
    ```

    Then set the clock. On Windows, as administrator; the first line starts the time service if it
    does not run:

    ```bat
    net start w32time
    w32tm /resync
    ```

    On macOS:

    ```sh
    sudo sntp -sS time.apple.com
    ```

    On Linux:

    ```sh
    sudo timedatectl set-ntp true
    ```

    In WSL (or `wsl --shutdown` in Windows):

    ```sh
    sudo hwclock -s
    ```

    ## Known limits
    Through a proxy that changes the `Date` of an answer, the difference is not known.
    """
    if target.transport is Transport.REMOTE_HELPER and (refused := _refused(aws, host)):
        return refused
    if target.transport is not Transport.HTTPS:
        return skipped(f"this address tells no time ({target.transport.value})", code="no-clock")
    if reason := endpoint.unavailable_reason():
        return skipped(reason, code="not-asked")
    reach = endpoint.reach()
    if reach.skew is None:
        return skipped("not checked: no answer from the server", code="no-answer")
    if not reach.aws and reach.status != 401:
        return skipped("not checked: something else may have answered", code="other-answer")
    off = abs(reach.skew)
    way = "behind" if reach.skew > 0 else "ahead of"
    fact = Evidence(f"{round(off)} seconds {way} it", Origin(f"the Date header of {target.host}"))
    if off <= _WARN:
        return passed(
            "the clock is right" if off < 60 else "the clock is less than 5 minutes off", fact
        )
    summary = f"the clock is {in_words(timedelta(seconds=off + 1))} {way} CodeCommit's"
    if off > _FAIL:
        return failed(summary, fact, advice=_steps(host), confirmed=True, code="wrong")
    return warned(summary, fact, advice=_steps(host), code="drifting")


def _refused(aws: Aws, host: Host) -> Result | None:
    """A failure if AWS, which was asked who signs, refuses the time of the signature."""
    try:
        aws.identity()
    except Unavailable as unseen:
        if unseen.code == CLOCK:
            fact = Evidence(unseen.reason, Origin("sts:GetCallerIdentity"))
            why = "the clock is wrong: AWS refuses the time of this machine's signatures"
            return failed(why, fact, advice=_steps(host), confirmed=True, code="wrong")
    return None


def _steps(host: Host) -> tuple[Advice, ...]:
    """How to set the clock of this system."""
    command = ("sudo", "hwclock", "-s") if host.is_wsl else _SET.get(host.system, ())
    step = Advice("Set the clock and turn on network time", command)
    if not host.is_windows:
        return (step,)
    start = Advice("Start the time service if it does not run", ("net", "start", "w32time"))
    return start, step
