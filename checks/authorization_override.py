"""The check ``authorization-override``."""

from __future__ import annotations

import base64
import re
from dataclasses import replace

from codecommit_doctor.check import (
    Advice,
    Endpoint,
    Evidence,
    Fix,
    Git,
    GitConfigEdit,
    Netrc,
    NetrcEntry,
    Origin,
    Result,
    Shape,
    Target,
    by_hand,
    check,
    failed,
    is_git_user,
    no_helpers_asked,
    passed,
    recipes,
    skipped,
    warned,
)

_GUIDE = "https://git-scm.com/docs/git-config#Documentation/git-config.txt-httpextraHeader"


@check(
    id="authorization-override",
    category="configuration",
    title="Does something bypass the credential helpers?",
    why="Git sends http.extraHeader with its first request. After a 401 libcurl sends the password "
    "in .netrc or in the address, before Git asks a helper. A 403 to either ends it.",
    source=_GUIDE,
    after=("git-version", "git-configuration"),
    explains=("git-access/refused", "endpoint-reachable/forbidden"),
)
def authorization_override(target: Target, git: Git, netrc: Netrc, endpoint: Endpoint) -> Result:
    """## Symptom
    `The requested URL returned error: 403` at once, though `git credential fill` shows the right
    answer.

    ## Why
    - `http.extraHeader` goes out with the first request.
    - CodeCommit answers 401 to a request without a password. libcurl, which Git uses, then sends
      what `.netrc` or `https://user:password@HOST` holds, inside the same request.
    - CodeCommit answers 403 to a wrong password, and Git stops. Only after a second 401, which
      other servers send, does Git ask its credential helpers.

    ## How it looks
    It looks for an Authorization in `http.extraHeader`, by Git's own matching of addresses; for an
    entry of the host, or a `default` one, in `.netrc` as libcurl reads it; for a password in the
    address; and for `http.emptyAuth`, which is on without a value, too. IAM Git credentials may
    well stand in `.netrc` or in the address: they are a warning only where an AWS helper is
    configured too, and a fault where CodeCommit was seen to refuse what `.netrc` sends. No value is
    shown.

    ## By hand
    ### A header
    On Windows, macOS and Linux. The first line shows where a header is set, without its value. The
    second one sends no extra header to this host, whatever is set for all hosts:

    ```shell
    git config --show-origin --name-only --get-regexp extraheader
    git config --global --replace-all http.https://HOST.extraHeader ""
    ```

    If the header is set for this host in the clone itself, remove it there:

    ```shell
    git config --local --unset-all http.https://HOST.extraHeader
    ```

    ### An entry in .netrc
    On macOS and Linux; this sets the whole file aside, so that you see whether it is the cause:

    ```sh
    mv ~/.netrc ~/.netrc.off
    ```

    Then open that file in an editor, delete the entry of the host, from `machine HOST` to the next
    `machine`, and give it back its name. On Windows the file is `.netrc` or `_netrc` in Git's home:
    `HOME`, else `HOMEDRIVE` and `HOMEPATH` if that folder exists, else `USERPROFILE`. A `default`
    entry answers for every host, and libcurl knows no exception: name the hosts it is meant for.

    ### A password in the address
    On Windows, macOS and Linux, in the clone:

    ```shell
    git remote set-url origin https://HOST/v1/repos/NAME
    ```

    ### An empty user name
    On Windows, macOS and Linux:

    ```shell
    git config --global http.https://HOST.emptyAuth false
    ```

    ## Fix safety
    The fixes are safe. They change settings for CodeCommit hosts, or the address of one remote. A
    header that was removed can't be brought back with `undo`, because its value is not kept.
    `.netrc` is never changed.

    ## Known limits
    An entry of `.netrc` for another user than the address names is used by some libcurls, which
    send its password with the user name of the address: it is a warning where CodeCommit answers
    403. A header that is set in an included file, or in the environment, is found but not removed.
    """
    if skip := no_helpers_asked(target):
        return skip
    if target.unencoded:
        why = "Git can't tell the password in the address from its host: see repository-url"
        return skipped(why, code="unencoded")
    has_helper = any(e.helper.is_meant_as_aws for e in git.credential(target).chain)
    return (
        _header(target, git, has_helper)
        or _in_address(target, git, has_helper)
        or _netrc(target, netrc, endpoint, has_helper)
        or _empty(target, git, has_helper)
        or _of_another_user(target, netrc, endpoint)
        or passed("nothing answers instead of the helpers")
    )


def _header(target: Target, git: Git, has_helper: bool) -> Result | None:
    used = git.http("extraheader", target.url)
    found = [e for e in used if (e.value or "").lower().startswith("authorization:")]
    if not found:
        return None
    facts = [
        replace(Evidence.of_setting(e, "sent first"), fact=f"{e.key}=Authorization: …")
        for e in found
    ]
    if all(is_git_user(_basic_user(entry.value or "")) for entry in found):
        why = "http.extraHeader sends IAM Git credentials"
        if not has_helper:
            return passed(why, *facts)
        advice = Advice("Remove the one that you do not want")
        return warned(
            f"{why}, and the AWS helper is not asked",
            *facts,
            advice=(advice,),
            code="header-git-credentials",
        )
    why = "http.extraHeader sends its own Authorization, and no helper is asked"
    fix: Fix | None = None
    if all("codecommit" in (entry.subsection or "") for entry in found):
        fix = recipes.unset_value(found[0], title="Remove the header for CodeCommit", guide=_GUIDE)
    elif all(entry.scope in ("system", "global") for entry in found):
        step = ("--add", f"http.{recipes.section_for(target, git)}.extraHeader", "")
        edit = GitConfigEdit((step,), "global", own_section=True)
        fix = Fix("Send no extra header to CodeCommit", (edit,), _GUIDE)
    steps = by_hand(fix, "Remove the header from the place named above")
    return failed(why, *facts, advice=steps, fix=fix, code="header")


def _basic_user(header: str) -> str:
    """The user name in ``Authorization: Basic ...``; "" in another header."""
    match = re.match(r"(?i)authorization:\s*basic\s+(\S+)\s*\Z", header)
    try:
        text = base64.b64decode(match[1], validate=True).decode() if match else ""
    except ValueError:
        return ""
    return text.partition(":")[0]


def _in_address(target: Target, git: Git, has_helper: bool) -> Result | None:
    if not target.has_password:
        return None
    rules = [Evidence.of_setting(rule, "has the password") for rule in git.rewriting(target)]
    fact = Evidence(target.shown_url, Origin(f"address of {target.name}"))
    facts = rules or [fact]
    is_git = is_git_user(target.user or "")
    if is_git and not has_helper:
        return passed("the address has IAM Git credentials in it", *facts)
    bare = re.sub(r"(?s)://.*@", "://", target.url)
    fix = recipes.set_remote_url(
        target, git, bare, title="Remove the password from the address", guide=_GUIDE
    )
    text = f"Use {bare}, without user name and password"
    if rules:
        text = f"Remove user name and password from the rule in {rules[-1].origin.text}"
    advice = by_hand(fix, text)
    if is_git:
        why = "the address has IAM Git credentials in it, and the AWS helper is not asked"
        return warned(why, *facts, advice=advice, fix=fix, code="address-git-credentials")
    why = "the address has a password in it, and no helper is asked"
    return failed(why, *facts, advice=advice, fix=fix, code="address-password")


def _netrc(target: Target, netrc: Netrc, endpoint: Endpoint, has_helper: bool) -> Result | None:
    entry = netrc.answering(target)
    if entry is None:
        return None
    name = entry.name
    what = _in_words(entry)
    fact = Evidence(what, Origin.of_file(entry.file, entry.line), "answers first")
    is_refused = not has_helper and _refused(endpoint)
    if entry.shape is Shape.GIT_CREDENTIALS and not has_helper and not is_refused:
        return passed(f"IAM Git credentials stand in {name}", fact)
    advice = Advice(_cure(entry))
    if entry.shape is Shape.AWS_SIGNATURE:
        return failed(
            f"Git sends an expired password from {name}, and never asks the AWS helper",
            fact,
            advice=(advice,),
            code="netrc-expired",
        )
    if is_refused:
        return failed(
            f"{target.host} refuses the password that {name} sends: {what}",
            fact,
            advice=(advice,) if entry.machine is None else (_CORRECT, advice),
            confirmed=True,
            code="netrc-refused",
        )
    if not has_helper or entry.shape is Shape.GIT_CREDENTIALS:
        return warned(
            f"{name} answers for {target.host}: {what}",
            fact,
            advice=(advice,),
            code="netrc-answers",
        )
    return failed(
        f"{name} answers for {target.host}, and the AWS helper is not asked",
        fact,
        advice=(advice,),
        code="netrc-overrides",
    )


def _refused(endpoint: Endpoint) -> bool:
    """Whether CodeCommit was seen to refuse a request in which no helper had a part."""
    return endpoint.unavailable_reason() is None and endpoint.reach().status == 403


_CORRECT = Advice(
    "Correct the user name and the password there, if they are Git credentials; else:"
)


def _of_another_user(target: Target, netrc: Netrc, endpoint: Endpoint) -> Result | None:
    """An entry that only some libcurls use; where CodeCommit does not refuse, it does no harm."""
    entry = netrc.of_another_user(target)
    if entry is None:
        return None
    name = entry.name
    what = _in_words(entry)
    fact = Evidence(f"{what}, of another user", Origin.of_file(entry.file, entry.line))
    if not _refused(endpoint):
        return passed("nothing answers instead of the helpers, unless libcurl is an old one", fact)
    return warned(
        f"{name} has a password of another user than the address names: some libcurls send it with "
        "the user name of the address, and Git asks no helper",
        fact,
        advice=(Advice(_cure(entry)), Advice("Or take the user name out of the address")),
        code="netrc-other-user",
    )


def _in_words(entry: NetrcEntry) -> str:
    return "its default entry" if entry.machine is None else f"its entry for {entry.machine}"


def _cure(entry: NetrcEntry) -> str:
    if entry.machine is None:
        return (
            f"Name the hosts that the default entry is meant for: {entry.file}, line {entry.line}"
        )
    return f"Remove the entry for {entry.machine} from {entry.file}, line {entry.line}"


def _empty(target: Target, git: Git, has_helper: bool) -> Result | None:
    used = git.http("emptyauth", target.url)
    if not has_helper or not used or not used[-1].is_true:
        return None
    key = f"http.{recipes.section_for(target, git)}.emptyAuth"
    edit = GitConfigEdit((("--replace-all", key, "false"),), "global")
    return warned(
        "http.emptyAuth sends an empty user name and password first, which CodeCommit may refuse",
        Evidence.of_setting(used[-1]),
        fix=Fix("Switch it off for CodeCommit", (edit,), _GUIDE),
        code="empty-auth",
    )
