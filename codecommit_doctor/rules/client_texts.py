"""Texts of clients that run no git, or that say something of their own when git fails."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["CLIENTS", "Text"]

_NO_HELPERS = (
    "runs no Git credential helpers, so the AWS helper is never asked. Give it IAM Git "
    "credentials (a user name and a password for HTTPS), or let the command line's git do this"
)


class Text(Struct, frozen=True):
    """One text.

    id: ``family/name``, never changes. pattern: searched in each line. meaning: what it
    says, and what to do, without a full stop at its end. general: it is only worth telling where
    nothing else was recognised. elsewhere: it is of another server, and not worth telling where a
    line says that CodeCommit refused.
    """

    id: str
    pattern: str
    meaning: str
    general: bool = False
    elsewhere: bool = False


CLIENTS: tuple[Text, ...] = (
    Text(
        "client/jgit",
        r"no CredentialsProvider has been registered|could not be stablished because of SSL"
        r"|Auth cancel$|git-(?:upload|receive)-pack not permitted"
        r"|org\.eclipse\.jgit(?!.*(?:NoRemoteRepository|connection failed|cannot open git-))"
        r"|: not authorized\)?$|Cannot clone or checkout repository"
        r"|Can't connect to any (?:URI|repository): (?!.*(?:connection failed|cannot open))"
        r"|https?://\S+: authentication not supported",
        "JGit (Eclipse, Gerrit, Jenkins and Maven plugins) printed this. JGit " + _NO_HELPERS,
    ),
    Text(
        "client/libgit2",
        r"libgit2|authentication required but no callback set|authentication replays"
        r"|unexpected HTTP status code: 40[13]|request failed with status code: 40[13]"
        r"|\(_?git2?\.GitError\)|class=Http \(|appropriate mechanism for credentials"
        r"|invalid cred type|Failed to authenticate to git|unsupported URL protocol"
        r"|remote authentication required",
        "libgit2 (cargo, pygit2, some graphical clients) " + _NO_HELPERS + ". For cargo set "
        "net.git-fetch-with-cli to true",
    ),
    Text(
        "client/cargo",
        r"failed to authenticate when downloading repository"
        r"|attempted to find username/password via git|net\.git-fetch-with-cli",
        "cargo did not run git: it fetches with a library of its own, which asks helpers in its "
        "own way. Set net.git-fetch-with-cli to true (or CARGO_NET_GIT_FETCH_WITH_CLI=true)",
    ),
    Text(
        "client/go-git",
        r"go-git|failed to list refs|SPNEGO token required|NotAuthorizedException"
        r"|unable to clone\b.*: authorization failed"
        r"|rpc error: code = \w+ desc = .*repository not found"
        r"|^(?:.*: )?authentication required['\"]?$"
        r"|authorization failed(?! for)|unexpected requesting .*status code: 40[13]"
        r"|rpc error: code = \w+ desc = (?!NOAUTH).*authentication required",
        "go-git (Argo CD, Flux, Terraform providers) " + _NO_HELPERS,
    ),
    Text(
        "client/go-git-transfer",
        r"empty git-upload-pack given|reference delta not found|offset deltas are not supported"
        r"|unexpected requesting .*status code: 400",
        "CodeCommit let go-git in (Flux, Argo CD, Terraform providers, programs in Go), and go-git "
        "can't read what it sends: an old one lacks a part of Git's protocol. Upgrade that "
        "program, or let it run git itself",
    ),
    Text(
        "client/no-codecommit-addresses",
        r"(?:invalid|unsupported|unknown|malformed|unrecogni[sz]ed|not parse|unable to parse"
        r"|bad uri|couldn't find package|looks like a path)\b.*codecommit:"
        r"|codecommit:.*(?:not (?:supported|valid|recogni[sz]ed)|unsupported|unknown)"
        r"|codecommit is not a supported",
        "The program that read this address knows no codecommit:: addresses; only Git itself does. "
        "Give it https://git-codecommit.REGION.amazonaws.com/v1/repos/NAME (for pip with git+ in "
        "front), or a folder that you cloned",
        general=True,
    ),
    Text(
        "client/composer",
        r"No driver found to handle VCS",
        "Composer asked git about this address, and git failed, so it knows no kind of repository. "
        'Write "type": "git" in composer.json: then it shows what git prints',
    ),
    Text(
        "client/helpers-off",
        r"-c credential\.helper=(?:'')?(?: |$)",
        "The program that ran git switched every credential helper off with -c "
        "credential.helper= (GitHub Desktop and other graphical clients do). Use the command "
        "line's git for this repository, or give the program IAM Git credentials",
    ),
    Text(
        "client/dulwich",
        r"\bdulwich\b|unexpected http resp(?:onse)? \d{3}|HTTPUnauthorized",
        "Dulwich (poetry and other Python programs) " + _NO_HELPERS + ". For poetry set "
        "system-git-client to true",
    ),
    Text(
        "client/isomorphic-git",
        r"isomorphic-git|HttpError: HTTP Error|HTTP Error: 40[13]"
        r"|failed to clone with and without '\.git' suffix",
        "isomorphic-git (programs in JavaScript) " + _NO_HELPERS,
    ),
    Text(
        "client/go-modules",
        r"unrecognized import path|\?go-get=1|go-get=1:? 40\d|no secure protocol found for"
        r"|terminal prompts disabled\s+Confirm the import path|invalid version: git ls-remote"
        r"|proxy\.golang\.org|sum\.golang\.org|cannot find module (?:for path|providing package)"
        r"|no required module provides package|malformed module path"
        r"|reading (?:https?://\S*/)?git-codecommit\S*: \d{3} ",
        "Go asks its proxy, or the server over HTTPS, and runs git only for a module whose path "
        "has .git in it. Write HOST/v1/repos/NAME.git as the module's path, and set GOPRIVATE to "
        "the host",
    ),
    Text(
        "client/go-getter",
        r"download not supported for scheme|error downloading '[^']*codecommit::",
        "go-getter (Terraform, Packer, Nomad) knows no codecommit:: addresses. Write the module's "
        "source as git::https://git-codecommit.REGION.amazonaws.com/v1/repos/NAME",
    ),
    Text(
        "client/npm",
        r'Unsupported URL Type "codecommit:|EUNSUPPORTEDPROTOCOL',
        "npm knows no codecommit:: addresses. Write git+https://git-codecommit.REGION.amazonaws.com"
        "/v1/repos/NAME",
    ),
    Text(
        "client/gitpython",
        r"codecommit:*`? protocol looks suspicious|UnsafeProtocolError",
        "GitPython refuses addresses of remote helpers. Call clone_from with "
        "allow_unsafe_protocols=True, or use the HTTPS address",
    ),
    Text(
        "client/xcode",
        r"Authentication failed because no credentials were provided|xcodebuild: error: Could not"
        r"|SourceControlErrorDomain|com\.apple\.dt\.SourceControl",
        "Xcode fetches packages with a Git of its own, which " + _NO_HELPERS + ". With xcodebuild "
        "the option -scmProvider system does that",
    ),
    Text(
        "client/graphical",
        r"The repository is archived on GitHub|repository does not seem to exist anymore"
        r"|not a valid source path / URL|Missing or invalid credentials"
        r"|Please review your username and password|Failed to authenticate user"
        r"|Incorrect credentials"
        r"|^(?:Git: )?(?:remote: )?Invalid (?:username or password|credentials)\b",
        "A graphical program or an editor says this in its own words, and not what git printed. "
        "Try the same with git in a terminal: it says more, and with it the AWS helper is asked",
        general=True,
    ),
    Text(
        "client/jenkins",
        r"CredentialId .* could not be found|Could not find credentials entry with ID",
        "Jenkins does not find the credentials that the job names: they may stand in another "
        "folder or domain, or have another ID. For CodeCommit they are a user name and a password "
        "(IAM Git credentials), or none, where the agent's git has the AWS helper",
    ),
    Text(
        "client/pod",
        r"Unable to add a source with url",
        "CocoaPods ran git, and git failed: run pod with --verbose to see what git printed",
        general=True,
    ),
)
