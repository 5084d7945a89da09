"""The check ``clock-skew``."""

from __future__ import annotations

from datetime import timedelta

from codecommit_doctor.check import (
    Advice,
    Endpoint,
    Evidence,
    Host,
    Origin,
    Result,
    Symptom,
    Target,
    Transport,
    check,
    failed,
    passed,
    skipped,
    warned,
)
from codecommit_doctor.rules.signature import in_words

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
    why="A signature carries the time at which it was made, and is good for about 15 minutes.",
    source="https://docs.aws.amazon.com/codecommit/latest/userguide/troubleshooting-ch.html",
    after=("git-version", "git-configuration"),
    explains=("credential-handshake", "git-access/refused"),
    symptoms=(
        Symptom(
            r"Signature expired|Signature not yet current|SignatureDoesNotMatch"
            r"|RequestTimeTooSkewed|certificate is not yet valid"
            r"|not within the allowable range",
            "The time of the signature is not accepted: this machine's clock may be wrong.",
        ),
    ),
)
def clock_skew(target: Target, endpoint: Endpoint, host: Host) -> Result:
    """## Symptom
    403 from every repository, and `SignatureDoesNotMatch` or `RequestTimeTooSkewed` from the AWS
    CLI; often in a virtual machine, in WSL or in a container that was asleep.

    ## How it looks
    It compares this machine's clock with the `Date` of CodeCommit's own answer to a request
    without a password. The time that the request took counts in favour of the clock. More than 5
    minutes is a warning, more than 15 a failure.

    ## By hand
    Compare with the time that any web server tells: `curl -sI https://aws.amazon.com`, the line
    `date:`. Then set the clock: on Windows `w32tm /resync` as administrator, on macOS
    `sudo sntp -sS time.apple.com`, on Linux `sudo timedatectl set-ntp true`; in WSL
    `sudo hwclock -s` or `wsl --shutdown`.
    """
    if target.transport is not Transport.HTTPS:
        return skipped(
            f"no time is told over this address ({target.transport.value})", code="no-clock"
        )
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
        return passed("the clock is right" if off < 60 else "the clock is right enough", fact)
    summary = f"the clock is {in_words(timedelta(seconds=off + 1))} {way} CodeCommit's"
    command = ("sudo", "hwclock", "-s") if host.is_wsl else _SET.get(host.system, ())
    advice = (Advice("Set the clock, and have it kept by the network", command),)
    if off > _FAIL:
        return failed(summary, fact, advice=advice, confirmed=True, code="wrong")
    return warned(summary, fact, advice=advice, code="drifting")
