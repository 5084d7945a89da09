"""What people see, and what it is: the tree that ``explain`` prints and the site begins with."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

__all__ = ["TREE", "Branch", "Leaf", "found", "written"]


class Leaf(Struct, frozen=True):
    """One thing that is seen. checks: ids of those whose pages say more, the likeliest first."""

    seen: str
    meaning: str
    checks: tuple[str, ...]


class Branch(Struct, frozen=True):
    """A first question. words: by which it is found, in small letters."""

    question: str
    words: tuple[str, ...]
    leaves: tuple[Leaf, ...]


TREE: tuple[Branch, ...] = (
    Branch(
        "Git asks for a user name or a password",
        ("prompt", "username", "password", "401", "window", "popup", "dialog", "pop-up"),
        (
            Leaf(
                "The prompt ends with the host: `Username for 'https://git-codecommit....com'`",
                "UseHttpPath is off, or no AWS helper applies to this address",
                ("use-http-path", "credential-helper", "config-shadowing"),
            ),
            Leaf(
                "The prompt has the path: "
                "`Username for 'https://git-codecommit....com/v1/repos/...'`",
                "the AWS helper was asked, and failed",
                ("aws-cli-version", "profile-exists", "profile-quoting", "aws-credentials"),
            ),
            Leaf(
                "`'path'` stands above the prompt",
                "the AWS helper was not told which repository it is",
                ("use-http-path",),
            ),
            Leaf(
                "A window opens",
                "a credential manager asks. Choose Cancel: what you type is stored if it works",
                ("credential-manager-conflict", "credential-handshake"),
            ),
            Leaf(
                "`Failed to write item to store. [0x6f7]`",
                "Git Credential Manager can't store a temporary credential",
                ("credential-manager-conflict",),
            ),
        ),
    ),
    Branch(
        "403: `The requested URL returned error: 403`",
        ("403", "forbidden", "denied", "refused"),
        (
            Leaf(
                "It worked, and about 15 minutes later it does not",
                "a credential manager returns a stored password that has expired",
                ("credential-manager-conflict", "stored-credentials"),
            ),
            Leaf(
                "At once, every time",
                "the keys, the profile, `.netrc`, a header, or a policy",
                (
                    "aws-credentials",
                    "environment-overrides",
                    "authorization-override",
                    "iam-permissions",
                    "kms-deny",
                ),
            ),
            Leaf(
                "`git pull` works, `git push` does not",
                "`codecommit:GitPush` is not allowed, or a rule for branches lacks its `Null` "
                "condition",
                ("iam-permissions",),
            ),
            Leaf(
                "In every repository, often after the machine was asleep",
                "the clock is wrong",
                ("clock-skew",),
            ),
            Leaf(
                "For everybody, in one repository",
                "the key that encrypts the repository is disabled or about to be deleted",
                ("kms-key",),
            ),
            Leaf(
                "With a user name such as `alice-at-111122223333`",
                "these IAM Git credentials are inactive, reset or deleted",
                ("git-credentials",),
            ),
            Leaf(
                "In a region that the account had to enable, and `aws sts get-caller-identity` "
                "works",
                "the session token is one of the global STS endpoint",
                ("aws-credentials",),
            ),
            Leaf(
                "`HTTP code 403 from proxy after CONNECT`",
                "the proxy refuses, not CodeCommit",
                ("endpoint-reachable",),
            ),
            Leaf(
                "In one folder or as one user, for the wrong IAM user",
                "another helper or profile signs than you mean",
                ("config-shadowing", "aws-identity", "environment-overrides"),
            ),
        ),
    ),
    Branch(
        "404: `repository '...' not found`",
        ("404", "not found", "notfound", "repository"),
        (
            Leaf(
                "The address is the one of the console",
                "it is in another region, or belongs to another account",
                ("repository-exists", "aws-identity"),
            ),
            Leaf(
                "The address was typed, or changed by a rule",
                "the host, the path or the name is wrong",
                ("repository-url",),
            ),
        ),
    ),
    Branch(
        "Git gets no connection",
        (
            "connection",
            "connect",
            "network",
            "proxy",
            "resolve",
            "ssl",
            "tls",
            "certificate",
            "timeout",
            "hang",
            "hangs",
            "407",
        ),
        (
            Leaf(
                "`Could not resolve host`",
                "the region in the address does not exist, or the network has no DNS",
                ("region-supported", "repository-url", "endpoint-reachable"),
            ),
            Leaf(
                "`SSL certificate problem`",
                "a proxy inspects TLS, and Git does not know its CA",
                ("endpoint-reachable",),
            ),
            Leaf(
                "`Failed to connect to HOST`, `407 from proxy`, or it hangs",
                "a proxy, a firewall or a VPC endpoint",
                ("endpoint-reachable",),
            ),
            Leaf(
                "`transport 'https' not allowed`",
                "Git is told not to use HTTPS",
                ("protocol-allowed",),
            ),
        ),
    ),
    Branch(
        "An error of a program stands above it",
        ("aws", "profile", "credentials", "command not found", "helper", "sso", "login", "region"),
        (
            Leaf(
                "`aws: command not found`, `bad interpreter`, `Invalid choice: 'codecommit'`",
                "Git's own shell does not find the AWS CLI, or it is old or damaged",
                ("aws-cli-version", "aws-cli-codecommit"),
            ),
            Leaf(
                "`git: 'credential-aws' is not a git command`, `Unterminated quoted string`",
                "the helper's line is written wrongly",
                ("credential-helper",),
            ),
            Leaf(
                "`The config profile (...) could not be found`",
                "the profile does not exist, or its name needs quotes",
                ("profile-exists", "profile-quoting"),
            ),
            Leaf(
                "`Unable to locate credentials`, `Token has expired`",
                "the login has ended, or there are no keys",
                ("aws-credentials",),
            ),
            Leaf(
                "`Unable to parse config file`",
                "the AWS CLI can't read its files",
                ("aws-configuration",),
            ),
            Leaf(
                "`does not have an AWS Region`, `expected str instance, NoneType found`",
                "no region is configured where one is needed",
                ("aws-region",),
            ),
            Leaf(
                "`fatal: bad config line`",
                "Git can't read its own configuration",
                ("git-configuration",),
            ),
            Leaf(
                "`Unable to find remote helper for 'codecommit'`",
                "git-remote-codecommit is not where Git looks",
                ("remote-helper",),
            ),
            Leaf(
                "Git is not found, or is very old",
                "Git is missing, or older than credential helpers",
                ("git-version",),
            ),
        ),
    ),
    Branch(
        "It works here and not there",
        ("ide", "terminal", "client", "elsewhere", "sudo", "works"),
        (
            Leaf(
                "In the terminal, and not in an IDE or a graphical client",
                "two gits with two configurations",
                ("git-installations",),
            ),
            Leaf(
                "In one terminal, and not in another",
                "`AWS_*` variables",
                ("environment-overrides",),
            ),
            Leaf(
                "In one clone, and not in another",
                "the clone's own configuration, or an include with a condition",
                ("config-shadowing", "git-access"),
            ),
        ),
    ),
)


def written(branches: Iterable[Branch] = TREE, link: str = "{}") -> str:
    """The tree, or branches of it, in Markdown. link: how a check is named, ``{}`` for its id."""
    lines: list[str] = []
    for branch in branches:
        lines += [f"## {branch.question}", ""]
        for leaf in branch.leaves:
            checks = ", ".join(link.format(check) for check in leaf.checks)
            lines.append(f"- {leaf.seen}: {leaf.meaning}. See {checks}.")
        lines.append("")
    return "\n".join(lines)


def found(text: str) -> tuple[Branch, ...]:
    """The branches that are about a word; none if the tree does not know it."""
    wanted = text.lower().strip()
    return tuple(branch for branch in TREE if wanted in branch.words)
