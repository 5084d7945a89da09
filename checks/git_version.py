"""The check ``git-version``."""

from __future__ import annotations

from codecommit_doctor.check import (
    Advice,
    Evidence,
    Git,
    Host,
    Origin,
    Result,
    Symptom,
    check,
    failed,
    late,
    passed,
    versions,
    warned,
)

MINIMUM = versions.GIT

_HOW = {
    "Windows": Advice("Install Git for Windows", ("winget", "install", "--id", "Git.Git", "-e")),
    "Darwin": Advice("Install a current Git", ("brew", "install", "git")),
    "Linux": Advice("Install git with the system's package manager (apt, dnf, zypper, pacman)"),
}


@check(
    id="git-version",
    category="programs",
    title=f"Is git on the PATH, and at least {MINIMUM}?",
    why=f"CodeCommit supports Git {MINIMUM} and later; credential helpers came with that version.",
    source="https://docs.aws.amazon.com/codecommit/latest/userguide/setting-up.html#setting-up-compat",
    explains=("credential-handshake", "endpoint-reachable", "git-access"),
    symptoms=(
        Symptom(
            r"spawn git ENOENT|git: (?:command )?not found|'git' is not recognized"
            r"""|No such file or directory: 'git'|Cannot run program \"git\""""
            r"|executable file not found in \$PATH.*git|command not found: git"
            r"|Unknown command:? '?git\b|Cannot find command 'git'|git must be available"
            r"|exec: \"git\": executable|git executable must be specified",
            "Git is not installed, or not on the PATH of the program that starts it.",
        ),
        Symptom(
            r"invalid active developer path|unable to find utility .git",
            "The command line tools of macOS are missing, as after an upgrade of the system: "
            "xcode-select --install brings them back.",
        ),
        Symptom(
            r"agreed to the Xcode license",
            "macOS starts no git until the licence of Xcode is accepted: sudo xcodebuild -license.",
        ),
        Symptom(
            r"git[\w-]*: symbol lookup error|git[\w./-]*: error while loading shared libraries"
            r"|error while loading shared libraries: libcurl|Library not loaded: "
            r"|git-remote-https?\.exe.*Entry Point",
            "Git, or a program that it starts, lacks a library: install Git again.",
        ),
    ),
)
def git_version(git: Git, host: Host) -> Result:
    """## Symptom
    `git` is not found, or an old Git asks for a user name whatever helper is configured.

    ## How it looks
    It takes the first `git` on the PATH, runs `git --version` and compares the number. What a
    vendor adds (`(Apple Git-146)`, `.windows.1`, `.GIT`) does not count; a release candidate is
    older than its release. Other gits on the PATH are named, because an IDE may use them. Two old
    releases of Git for Windows, 2.11.0(3) and 1.9.5.msysgit.1, are a warning: CodeCommit's guide
    names them as faulty.

    ## By hand
    On Windows, macOS and Linux:

    ```shell
    git --version
    ```

    - Windows: install Git for Windows, then open a new terminal.
    - macOS: `xcode-select --install`, or `brew install git`.
    - Linux: install `git` with the package manager of the distribution.

    ## Known limits
    CodeCommit's guide also asks for a recent libcurl. Git does not tell which one it uses, so it is
    not looked at.
    """
    how = (_HOW.get(host.system, _HOW["Linux"]),)
    if not git.path:
        return failed(
            "git is not on the PATH",
            Evidence("no program called git", Origin.environment("PATH")),
            advice=how,
            code="not-found",
        )
    version = git.version()
    if version is None:
        outcome = git.run_unconfigured("--version")
        if outcome.hung:
            return late(f"{git.path} --version", blocks="git-version")
        said = outcome.failure or f"answered {(outcome.text.strip() or 'nothing')[:80]!r}"
        return failed(
            f"git does not tell its version: it {said}",
            Evidence(git.path, Origin.environment("PATH")),
            advice=how,
            code="no-version",
        )
    facts = (
        Evidence(f"git version {version.text}", Origin.command(git.path, "--version")),
        *(Evidence(f"another git: {path}", Origin.environment("PATH")) for path in git.found[1:]),
    )
    if not git.at_least(MINIMUM):
        return failed(
            f"Git {version.number} is older than {MINIMUM}, the first one that CodeCommit supports",
            *facts,
            advice=how,
            code="too-old",
        )
    if why := next(
        (why for name, why in versions.GIT_FAULTY.items() if version.text.startswith(name)), None
    ):
        return warned(
            why,
            *facts,
            advice=how,
            code="broken-release",
        )
    return passed(f"Git {version.text}", *facts)
