"""The check ``git-access``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from codecommit_doctor.check import (
    Access,
    Advice,
    Endpoint,
    Evidence,
    Git,
    Handshake,
    Origin,
    RemoteHelper,
    Result,
    Symptom,
    Target,
    Transport,
    Trouble,
    Unavailable,
    check,
    failed,
    forward,
    is_git_user,
    no_helpers_asked,
    passed,
    skipped,
    warned,
)

_ORIGIN = Origin.command("git", "ls-remote")


@check(
    id="git-access",
    category="network",
    title="Does Git get the refs of the repository?",
    why="The whole way at once: what the handshake brought is sent, and CodeCommit decides.",
    source="https://docs.aws.amazon.com/codecommit/latest/userguide/troubleshooting-ae.html",
    after=(
        "repository-url",
        "remote-helper",
        "authorization-override",
        "endpoint-reachable",
        "clock-skew",
        "credential-handshake",
        "git-credentials",
        "repository-exists",
    ),
    effect=True,
    symptoms=(
        Symptom(
            r"\berror: 403|HTTP(?: code =|/[\d.]+)? 403|403 Forbidden|status 403|status: 403"
            r"|code:? 403\b|\(403\)|status code from \S+ server: 403"
            r"|[:：] 403$|^403$|You are not authorized|\bAccessDeniedException(?!: Untrusted)"
            r"|Forbidden - 403|FETCH_403"
            r"|not authorized to perform: codecommit:|returned an error: \(403\)"
            r"|\b403 https://|error 403|403 error|403 from",
            "CodeCommit was reached and refused what it was sent (403).",
            "refused",
        ),
        Symptom(
            r"repository '.*' not found|RepositoryDoesNotExistException|returned error: 404"
            r"|repository not found|NoRemoteRepositoryException|\b404 https://"
            r"|status code:? 404|no AWS CodeCommit repository named"
            r"|service=git-(?:upload|receive)-pack not found",
            "There is no such repository in this region and account.",
            "not-found",
        ),
        Symptom(
            r"returned error: 429|rate limited|Rate exceeded|ThrottlingException"
            r"|Too Many Requests|TooManyRequestsException|Throttling:",
            "AWS asks to slow down: too many requests at a time.",
            "throttled",
        ),
        Symptom(
            r"returned error: 5\d\d|HTTP 5\d\d|Internal Server Error|Service Unavailable"
            r"|Bad Gateway|Gateway Time-?out",
            "The server, or a proxy on the way, had an error of its own: try again later.",
            "server-error",
        ),
    ),
)
def git_access(
    target: Target,
    git: Git,
    handshake: Handshake,
    endpoint: Endpoint,
    remote_helper: RemoteHelper,
) -> Result:
    """## Symptom
    `The requested URL returned error: 403`, `repository '...' not found`, or whatever brought you
    here.

    ## How it looks
    Git asks for the refs with the user name and the password that the handshake brought. Your
    helpers are left out, so that none of them stores or erases anything; one helper of our own
    hands them to Git for this host alone, from the environment of that one process. Whether Git
    asks a helper at all is left to Git: a `.netrc` or an `http.extraHeader` counts as it always
    does. For a codecommit:: address Git starts your git-remote-codecommit, in an empty folder.
    Fetching needs `codecommit:GitPull`; whether you may push is not tried.

    ## By hand
    On Windows, macOS and Linux:

    ```shell
    git ls-remote https://HOST/v1/repos/NAME HEAD
    ```

    This one does let your helpers store what they see. If it works here and not elsewhere, see
    git-installations.

    ## Known limits
    A push is not tried, because it would change the repository. Large files, hooks and rules of
    branches are not looked at.
    """
    if target.transport is Transport.SSH:
        return _over_ssh(target, git)
    by_remote_helper = target.transport is Transport.REMOTE_HELPER
    if not by_remote_helper and (skip := no_helpers_asked(target)):
        return skip
    if target.repository is None:
        return skipped("no repository is named: Git can't ask for refs", code="not-named")
    try:
        if by_remote_helper:
            proxies = [
                Evidence.of_setting(entry)
                for entry in git.configuration().entries
                if entry.value and re.fullmatch(r"http\.(?:.*\.)?proxy", entry.key)
            ]
            return _decided(target, remote_helper.access(target, git), proxies)
        return _decided(target, endpoint.access(handshake), handshake=handshake)
    except Unavailable as reason:
        return skipped(reason.reason, code="not-asked")


def _over_ssh(target: Target, git: Git) -> Result:
    """Nothing of this program's is used there; a rule may have made it so without a word."""
    facts = [Evidence.of_setting(e) for e in git.rewriting(target)]
    rules = "; ".join(f"{fact.fact} in {fact.origin.text}" for fact in facts)
    why = "Git uses SSH for this address" + (f", because of {rules}" if rules else "")
    return skipped(why, *facts, code="ssh")


def _hidden(handshake: Handshake | None) -> tuple[Advice, ...]:
    """How to find out that a condition refuses which only the service sees."""
    answer = handshake.seen() if handshake else None
    if answer is None or answer.credential is None:
        return ()
    user = answer.credential.username
    long_term = is_git_user(user) or user.startswith("AKIA")  # else it is ASIA...%SESSIONTOKEN
    return (Advice(forward.to_try_unseen(long_term=long_term)),)


def _decided(
    target: Target,
    access: Access,
    proxies: Sequence[Evidence] = (),
    *,
    handshake: Handshake | None = None,
) -> Result:
    if access.got_refs:
        return passed("Git gets the refs: fetching works")
    facts = [Evidence(access.said, _ORIGIN)] if access.said else []
    if access.status == 404:
        return failed(
            f"CodeCommit has no repository {target.repository} for this account and region",
            *facts,
            confirmed=True,
            code="not-found",
        )
    if access.status in (401, 403):
        return failed(
            f"CodeCommit refuses the password that Git sends ({access.status})",
            *facts,
            advice=(
                *_hidden(handshake),
                Advice(
                    "If nothing else is wrong here, ask who manages the account whether you may "
                    "use codecommit:GitPull on this repository from here"
                ),
            ),
            confirmed=True,
            code="refused",
        )
    if access.status == 429:
        return warned(
            "CodeCommit asks to slow down (429): try again later", *facts, code="throttled"
        )
    if target.transport is Transport.REMOTE_HELPER and access.trouble is None:
        why = f"git-remote-codecommit makes no password ({access.said})"
        return failed(why, *facts, confirmed=True, code="remote-helper-refuses")
    code = "server-error" if (access.status or 0) >= 500 else "no-refs"
    why = f"Git did not get the refs: {access.said or 'it gave no reason'}"
    if target.transport is Transport.REMOTE_HELPER and access.trouble not in (None, Trouble.TIME):
        step = Advice("Check the proxy, the DNS and the firewall between Git and CodeCommit")
        return failed(why, *facts, *proxies, advice=(step,), confirmed=True, code=code)
    return warned(why, *facts, code=code)
