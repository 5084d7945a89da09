"""The check ``remote-helper``."""

from __future__ import annotations

from codecommit_doctor.check import (
    PROGRAM,
    Advice,
    Environment,
    Evidence,
    Git,
    Host,
    Kind,
    Libraries,
    Origin,
    Profiles,
    RemoteHelper,
    Result,
    Symptom,
    Target,
    Transport,
    check,
    failed,
    forbidden_by,
    general,
    handed_on,
    no_permission,
    passed,
    regions,
    skipped,
)


@check(
    id="remote-helper",
    category="programs",
    title="Does git-remote-codecommit start, and can it sign here?",
    why="Git hands a codecommit:: address to that program, which is not part of Git or the AWS "
    "CLI. It runs on a Python and a botocore of its own.",
    source="https://docs.aws.amazon.com/codecommit/latest/userguide/setting-up-git-remote-codecommit.html",
    after=("git-version", "git-configuration"),
    explains=("git-access", "credential-handshake"),
    symptoms=(
        Symptom(
            r"'(remote-)?codecommit' is not a git command"
            r"|Unable to find remote helper for 'codecommit'|unsupported protocol:? .?codecommit"
            r"|git-remote-codecommit' is not recognized"
            r"|that satisfies the requirement git-remote-codecommit|externally-managed-environment",
            "git-remote-codecommit is not installed where Git looks for it.",
            "not-found",
        ),
        Symptom(
            r"No module named '?git_remote_codecommit|failed to create process\."
            r"|git-remote-codecommit: .*(?:bad interpreter|not found|No such file)"
            r"|'git-remote-codecommit[^']*' distribution was not found",
            "git-remote-codecommit does not start: its Python has changed.",
            "does-not-start",
        ),
        Symptom(
            r"transport 'codecommit' not allowed",
            "Git may not use codecommit:: addresses here; in submodules it asks to be told so.",
            "protocol-not-allowed",
        ),
        Symptom(
            r"AWS Region is not available for use with AWS CodeCommit",
            "The botocore of git-remote-codecommit does not know this region.",
            "botocore-too-old-for-region",
        ),
        Symptom(
            r"login credential provider requires an additional dependency",
            "The botocore of git-remote-codecommit, or of AWS CLI 1, can't read an `aws login` "
            "session.",
            "cannot-read-aws-login",
        ),
    ),
)
def remote_helper(
    target: Target,
    git: Git,
    remote_helper: RemoteHelper,
    profiles: Profiles,
    host: Host,
    environment: Environment,
) -> Result:
    """## Symptom
    `git: 'remote-codecommit' is not a git command`, `fatal: Unable to find remote helper for
    'codecommit'`, `git-remote-codecommit: .../python: bad interpreter`, `No module
    named 'git_remote_codecommit'`, `failed to create process.`,
    `transport 'codecommit' not allowed`, or
    `The following AWS Region is not available for use with AWS CodeCommit`.

    ## How it looks
    For an address that begins with `codecommit::` it asks Git's own shell for
    git-remote-codecommit, starts it without arguments in an empty folder, and asks the Python that
    it was installed for which botocore it has, which regions that knows, and which kinds of login
    it reads. For a submodule it looks whether Git may use the address: `protocol.codecommit.allow`.
    git-access then lets Git try the address.

    ## By hand
    ### Install it
    On Windows; the Scripts folder of that Python has to be on the PATH:

    ```bat
    py -m pip install --upgrade git-remote-codecommit botocore
    ```

    On macOS and Linux; `~/.local/bin` has to be on the PATH:

    ```sh
    pipx install git-remote-codecommit
    ```

    ### Allow it for submodules
    On Windows, macOS and Linux:

    ```shell
    git config --global protocol.codecommit.allow always
    ```

    ## Known limits
    What a program of your own under that name does is not known.
    """
    if target.transport is not Transport.REMOTE_HELPER:
        return skipped("the address is not a codecommit:: one", code="other-address")
    if forbidden := _forbidden(target, git, environment):
        return forbidden
    found = remote_helper.path
    if found is None:
        return _missing(remote_helper, host)
    where = Evidence(found, Origin.command("command", "-v", PROGRAM))
    if remote_helper.python_is_gone:
        return failed(
            f"{PROGRAM} was installed for a Python that is gone",
            Evidence(f"its first line names {remote_helper.interpreter}", Origin.of_file(found, 1)),
            advice=_again(remote_helper, host),
            code="python-is-gone",
        )
    if obstacle := remote_helper.obstacle():
        return failed(
            f"{PROGRAM} does not start: {obstacle}",
            Evidence(obstacle, Origin.command(found)),
            where,
            advice=_again(remote_helper, host),
            confirmed=True,
            code="does-not-start",
        )
    libraries = remote_helper.libraries()
    if libraries is None:
        return passed(f"{PROGRAM} starts", where, *_stores(target, git))
    fact = Evidence(
        f"git-remote-codecommit {libraries.program} with botocore {libraries.botocore}, Python "
        f"{libraries.python}",
        Origin.command(libraries.interpreter),
    )
    return (
        _unknown_region(target, profiles, environment, remote_helper, libraries, fact)
        or _unreadable_login(target, profiles, remote_helper, libraries, fact)
        or passed(
            f"{PROGRAM} {libraries.program} starts, with botocore {libraries.botocore}",
            where,
            fact,
            *_stores(target, git),
        )
    )


def _forbidden(target: Target, git: Git, environment: Environment) -> Result | None:
    """Whether Git refuses the protocol before it starts anything."""
    entries = git.configuration().entries
    pairs = [(entry.key, entry.value) for entry in entries]
    submodule = target.submodule is not None
    cause = forbidden_by("codecommit", pairs, environment.variables, submodule=submodule)
    if cause is None:
        return None
    setting = [entry for entry in entries if entry.key == cause]
    what = "the submodule" if submodule else "the address"
    why = f"Git may not use codecommit:: for {what}: {cause} forbids it"
    if not setting and cause.startswith("protocol."):
        why = f"Git uses codecommit:: for no submodule while {cause} is not set to always"
    if cause == "GIT_ALLOW_PROTOCOL":
        fact = Evidence(f"{cause}={environment.get(cause)}", Origin.environment(cause))
        advice = Advice("Add codecommit to the list in GIT_ALLOW_PROTOCOL, or unset it")
    else:
        fact = Evidence.of_setting(setting[-1]) if setting else Evidence(
            f"{cause} is not set", Origin.command("git", "config", "--list")
        )  # fmt: skip
        words = ("git", "config", "--global", "protocol.codecommit.allow", "always")
        advice = Advice("Allow it", words)
    return failed(why, fact, advice=(advice,), code="protocol-not-allowed")


def _missing(remote_helper: RemoteHelper, host: Host) -> Result:
    said = remote_helper.said_of_missing()
    origin = Origin.command("git", "ls-remote")
    facts = [Evidence(line, origin) for line in said.splitlines()[:1]]
    if there := remote_helper.unstartable():
        return no_permission("Git can't start", there, *facts, code="no-permission")
    advice = _install(host)
    if lost := remote_helper.off_the_path():
        facts.append(Evidence(f"it is at {lost}", Origin(str(lost.parent))))
        advice = (Advice(f"Put {lost.parent} on the PATH"),)
    return failed(
        f"Git does not find {PROGRAM}",
        *facts,
        advice=advice,
        confirmed="is not a git command" in said,
        code="not-found",
    )


def _unknown_region(
    target: Target,
    profiles: Profiles,
    environment: Environment,
    remote_helper: RemoteHelper,
    libraries: Libraries,
    fact: Evidence,
) -> Result | None:
    """A region that may have CodeCommit, and that this botocore has not heard of."""
    region = target.region
    if region is None:
        name = target.profile or profiles.default_name()
        region = environment.get("AWS_DEFAULT_REGION") or profiles.setting(name, "region")
    if not region or region in libraries.regions or region not in regions.all_regions():
        return None
    return failed(
        f"the botocore of {PROGRAM} is too old: {libraries.botocore} does not know {region}",
        fact,
        advice=_upgrade(libraries, remote_helper, "botocore"),
        confirmed=True,
        code="botocore-too-old-for-region",
    )


def _unreadable_login(
    target: Target,
    profiles: Profiles,
    remote_helper: RemoteHelper,
    libraries: Libraries,
    fact: Evidence,
) -> Result | None:
    """A kind of login that this botocore does not read."""
    source = profiles.source(target.profile)
    if source.kind is Kind.SSO and source.session and not libraries.sso_session:
        return failed(
            f"the botocore of {PROGRAM} is too old: {libraries.botocore} reads no sso-session, "
            f"which {source.who} has",
            fact,
            advice=_upgrade(libraries, remote_helper, "botocore"),
            code="botocore-too-old-for-sso",
        )
    if source.kind is not Kind.LOGIN or (libraries.login and libraries.crt):
        return None
    lacks = "has no awscrt" if libraries.login else f"is too old ({libraries.botocore})"
    return failed(
        f"{PROGRAM} can't read the `aws login` session of {source.who}: its botocore {lacks}",
        fact,
        advice=(
            *_upgrade(libraries, remote_helper, "botocore[crt]"),
            Advice(*handed_on(source.profile or "default")),
        ),
        code="cannot-read-aws-login",
    )


def _stores(target: Target, git: Git) -> list[Evidence]:
    """Helpers that keep what git-remote-codecommit signs: git offers them each password."""
    return [
        Evidence(
            f"{Evidence.of_setting(entry).fact} keeps each password of {PROGRAM}, which expires "
            "after 15 minutes and is refused later, for an https:// address too",
            Evidence.of_setting(entry).origin,
        )
        for entry in git.credential(_https_of(target)).chain
        if entry.helper.credential_store
    ]


def _https_of(target: Target) -> Target:
    """The address that git-remote-codecommit makes of this one."""
    return general(target.region or "us-east-1", target.directory, name=target.name)


def _install(host: Host) -> tuple[Advice, ...]:
    python = ("py", "-m", "pip") if host.is_windows else ("pipx",)
    return (Advice(f"Install {PROGRAM}", (*python, "install", PROGRAM)),)


def _again(remote_helper: RemoteHelper, host: Host) -> tuple[Advice, ...]:
    if remote_helper.installer == "pipx":
        return (Advice("Install it again", ("pipx", "reinstall", PROGRAM)),)
    if host.is_windows:
        words = ("py", "-m", "pip", "install", "--force-reinstall", PROGRAM)
        return (Advice("Install it again", words),)
    return (
        Advice(f"Remove {remote_helper.path}, and install it again", ("pipx", "install", PROGRAM)),
    )


def _upgrade(
    libraries: Libraries, remote_helper: RemoteHelper, requirement: str
) -> tuple[Advice, ...]:
    words: tuple[str, ...] = (libraries.interpreter, "-m", "pip", "install", "--upgrade")
    if remote_helper.installer == "pipx":
        words = ("pipx", "runpip", PROGRAM, "install", "--upgrade")
    elif remote_helper.installer == "uv":
        words = ("uv", "tool", "install", "--upgrade", PROGRAM, "--with")
    return (Advice(f"Install a current {requirement} for {PROGRAM}", (*words, requirement)),)
