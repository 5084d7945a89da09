"""The check ``repository-url``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from codecommit_doctor.check import (
    CONSOLE,
    Advice,
    Evidence,
    Git,
    HostKind,
    Origin,
    Result,
    Status,
    Symptom,
    Target,
    Transport,
    by_hand,
    check,
    failed,
    parse,
    passed,
    recipes,
    regions,
    skipped,
    warned,
)

_GUIDE = "https://docs.aws.amazon.com/codecommit/latest/userguide/how-to-connect.html"

_REGION = re.compile(r"(?<![a-z0-9-])[a-z]{2}(?:-[a-z]+)+-\d(?![a-z0-9-])")
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}\Z")


@dataclass
class _Review:
    """faults: what is wrong. doubts: what may be. url: the right address, where it can be told."""

    faults: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    url: str | None = None


_UNENCODED = (
    "its password has a / or another character that is not encoded, so Git takes a part of the "
    "password for the host. Write / as %2F, + as %2B, = as %3D, @ as %40, # as %23, ? as %3F, or "
    "leave user name and password out of the address"
)


@check(
    id="repository-url",
    category="address",
    title="Is the repository's address well formed?",
    why="CodeCommit answers at https://git-codecommit.REGION.amazonaws.com/v1/repos/NAME and at "
    "no other spelling of it.",
    source=_GUIDE,
    after=("git-version", "git-configuration"),
    explains=(
        "git-access/not-found",
        "endpoint-reachable/name",
        "endpoint-reachable",
        "git-access",
        "credential-handshake",
    ),
    symptoms=(
        Symptom(
            r"/v1/repos/(?:git-codecommit|https?:)",
            "The address holds the host twice. Behind codecommit:: comes only REGION://NAME, "
            "without a host.",
        ),
        Symptom(
            r"(?:repository|unable to access|fatal:) ['\"]?https?://\S*console\.aws\.amazon\.com",
            "The address is that of a page of the AWS console. Copy the clone URL there (Clone "
            "URL, Clone HTTPS).",
        ),
        Symptom(
            r"The following URL is malformed",
            "The address is none of git-remote-codecommit's: write codecommit::REGION://NAME or "
            "codecommit::REGION://PROFILE@NAME.",
        ),
        Symptom(
            r"protocol '[^']*[^\x21-\x7e][^']*' is not supported"
            r"|protocol '(?:https?|[^a-z][^']*)' is not supported"
            r"|remote-[^\w ' -]+https' is not a git command",
            "The address begins with a character that was pasted along, often one that is not "
            "seen. Type the address by hand from https:// on.",
        ),
        Symptom(
            r"URL using bad/illegal format|Port number was not a decimal number"
            r"|Malformed input to a|URL rejected|illegal characters found in URL"
            r"|no path specified|credential url cannot be parsed|No host part in the URL"
            r"|InvalidRepositoryName|RepositoryNameRequired|missing protocol field"
            r"|missing host field|url has no scheme|url contains a newline|invalid URL",
            "The address can't be taken apart. A password with / + or = in it must be "
            "encoded; better, leave it out of the address.",
        ),
    ),
)
def repository_url(target: Target, git: Git) -> Result:
    """## Symptom
    `fatal: repository 'https://...' not found`, `Could not resolve host`, or 403 at an address that
    looks right.

    ## How it looks
    It takes the address apart as Git would use it, with all `insteadOf` rules applied: host, path,
    the rules for names of repositories, `.git` at the end, `http://`, a page of the AWS console,
    and the host of the API (`codecommit.REGION`, without `git-`). A slash at the end does no harm.
    A user name is meant for IAM Git credentials; beside the AWS helper it is a warning.

    ## By hand
    ### The address is wrong
    Copy the clone URL from the CodeCommit console (Clone URL, Clone HTTPS), then on Windows, macOS
    and Linux, in the clone:

    ```shell
    git remote set-url origin https://HOST/v1/repos/NAME
    ```

    ### A rule changes a right address
    The first line shows the rules and where they are set. The second one removes the rule whose
    new beginning you name:

    ```shell
    git config --show-origin --get-regexp insteadof
    git config --global --remove-section url.BEGINNING
    ```

    ## Fix safety
    The fix is safe: it changes the address of this one remote. Rules are left alone.

    ## Known limits
    A name that is well-formed and wrong is found by repository-exists alone.
    """
    if target.assumed:
        return skipped("no repository was named", code="not-named")
    result = _judged(target, git)
    reaches = target.host_kind is not HostKind.UNKNOWN and target.repository is not None
    if result.status is Status.PASS or not reaches or not target.url.startswith("https:"):
        return result
    return replace(
        result, explains=("git-access/not-found", "git-access")
    )  # Git gets as far as that


def _judged(target: Target, git: Git) -> Result:
    review = _review(target)
    facts = [Evidence(target.shown_url, Origin(f"address of {target.name}"))]
    rules = git.rewriting(target)
    facts += [Evidence.of_setting(rule) for rule in rules]
    if not review.faults and not review.doubts:
        return passed(f"{target.shown_url} is well formed", *facts)
    summary = "the address is wrong: " if review.faults else "the address may not work: "
    summary += "; ".join(review.faults or review.doubts)
    judge = failed if review.faults else warned
    if rules and _is_right(target):
        where = "; ".join(Evidence.of_setting(rule).origin.text for rule in rules)
        return judge(
            summary, *facts, advice=(Advice(f"Change the insteadOf rule in {where}"),), code="rule"
        )
    if review.url is None:
        advice = Advice("Copy the clone URL from the CodeCommit console, in the right region")
        return judge(summary, *facts, advice=(advice,), code="no-address")
    fix = None
    if target.unencoded or not target.has_password:
        title = "Correct the address"
        if target.unencoded:
            title = "Remove user name and password from the address"
        fix = recipes.set_remote_url(target, git, review.url, title=title, guide=_GUIDE)
    right = parse(review.url, name="", directory=target.directory).shown_url
    advice_ = by_hand(fix, f"Use the address {right}")
    return judge(
        summary, *facts, advice=advice_, fix=fix, code="wrong" if review.faults else "doubtful"
    )


def _review(target: Target) -> _Review:
    if target.transport is Transport.REMOTE_HELPER:
        return _of_name(target.repository, _Review())[1]
    if target.unencoded:
        review = _review(parse(target.shown_url, name="", directory=target.directory))
        review.faults.append(_UNENCODED)
        return review
    if target.url.startswith("codecommit:"):
        return _of_remote_helper(target.url)
    scheme, colon, _ = target.url.partition("://")
    if target.transport is Transport.OTHER and not colon:
        review = _review(parse(f"https://{target.url}", name="", directory=target.directory))
        review.faults.append("it does not begin with https://")
        return review
    rest = target.host + target.path
    if page := CONSOLE.match(rest):
        return _of_console(rest, page["region"])
    review = _Review()
    if target.transport is Transport.OTHER:
        review.faults.append(f"it begins with {scheme}://, and CodeCommit is only at https://")
    host = _of_host(target, review)
    path = target.path.partition("?")[0].partition("#")[0]
    parts = [part for part in path.split("/") if part]
    if target.repository is None:
        while parts and parts[0].lower() in ("v1", "repo", "repos", "repositories"):
            parts.pop(0)
        if parts:
            review.faults.append("its path is not /v1/repos/NAME")
    name, _ = _of_name(parts[-1] if len(parts) in (1, 3) else None, review)
    if host and name:
        beginning = "https://"
        if target.transport is Transport.SSH:
            beginning = f"ssh://{target.user}@" if target.user else "ssh://"
        review.url = f"{beginning}{host}/v1/repos/{name}"
    return review


def _of_remote_helper(url: str) -> _Review:
    """An address for git-remote-codecommit that it can't read; often one with a host in it."""
    review = _Review(["it is not of the form codecommit::REGION://PROFILE@NAME"])
    named = re.search(r"//(?:[^/@]*@)?git-codecommit\.([a-z0-9-]+)\.[^/]*/.*?([^/]+)\Z", url)
    if named and _REGION.fullmatch(named[1]) and _NAME.match(named[2]):
        review.url = f"codecommit::{named[1]}://{named[2]}"
    return review


def _of_console(rest: str, region: str | None) -> _Review:
    """A page of the console, with the clone URL of the repository that it shows."""
    review = _Review(["it is a page of the AWS console, not the address to clone from"])
    named = re.search(r"[?&]region=([a-z0-9-]+)", rest)
    region = named[1] if named else region
    repository = re.search(r"/repositor(?:y|ies)/([^/?#]+)", rest)
    if region and repository and _NAME.match(repository[1]):
        host = f"git-codecommit.{region}.{regions.host_suffix(region)}"
        review.url = f"https://{host}/v1/repos/{repository[1]}"
    return review


def _of_host(target: Target, review: _Review) -> str | None:
    """The right host, with its port."""
    host, colon, port = target.host.lower().partition(":")
    if target.host_kind is not HostKind.UNKNOWN:
        if target.host != target.host.lower():
            review.doubts.append("the AWS CLI reads no region from a host in capital letters")
        return host + colon + port
    region = _REGION.search(host)
    fips = "-fips" if "fips" in host else ""
    if re.match(r"codecommit(-fips)?\.", host) and region:
        review.faults.append(f"{host} is the host of CodeCommit's API; Git's begins with git-")
    else:
        review.faults.append(f"{host} is not a host name of CodeCommit")
    if region is None or host.startswith("vpce-") or "amazon" not in host:
        return None
    return f"git-codecommit{fips}.{region[0]}.{regions.host_suffix(region[0])}{colon}{port}"


def _of_name(name: str | None, review: _Review) -> tuple[str | None, _Review]:
    """The right name, and the review with what is wrong about this one."""
    if not name:
        if not any("path" in fault for fault in review.faults):
            review.faults.append("it names no repository")
        return None, review
    if name.lower().endswith(".git"):
        review.faults.append("names of repositories at CodeCommit do not end in .git")
        name = name[:-4]
    if (seen := "".join(char for char in name if char.isprintable()).strip()) != name:
        review.faults.append("a space, or an invisible character, is at its end")
        name = seen
    if not _NAME.match(name):
        review.faults.append("a name has at most 100 letters, digits, dots, hyphens, underscores")
        return None, review
    return name, review


def _is_right(target: Target) -> bool:
    """Whether the written address would be well formed without rules."""
    written = parse(target.written_url or "", name="", directory=target.directory)
    return not _review(written).faults
