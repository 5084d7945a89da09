"""The check ``git-configuration``."""

from __future__ import annotations

import re
from collections.abc import Callable

from codecommit_doctor.check import (
    Advice,
    Environment,
    Evidence,
    Files,
    Git,
    Host,
    Origin,
    Result,
    Symptom,
    Target,
    Transport,
    Unreadable,
    check,
    failed,
    fatal_words,
    late,
    passed,
    warned,
)


@check(
    id="git-configuration",
    category="configuration",
    title="Can git read its configuration?",
    why="Where one file is malformed, every git command stops; where your own one may not be read, "
    "git warns and goes on without it.",
    source="https://git-scm.com/docs/git-config#_syntax",
    after=("git-version",),
    explains=("credential-handshake", "endpoint-reachable", "git-access"),
    symptoms=(
        Symptom(
            r"bad config (?:line|variable|file)|bad (?:boolean|numeric) config value"
            r"|missing value for '|unknown error occurr?ed while reading the configuration"
            r"|could not parse config|invalid section name|invalid key: ",
            "Git can't read its configuration, or a value in it.",
        ),
        Symptom(
            r"dubious ownership|safe\.directory|unsafe repository",
            "The clone belongs to another user, and Git refuses to work in it.",
        ),
        Symptom(
            r"not a git repository: [^(]",
            "The file .git here leads to a folder that is no Git repository.",
            "leads-nowhere",
        ),
        Symptom(
            r"\$HOME not set|could not expand include path '~|failed to expand user dir",
            "HOME is not set, so Git finds no configuration of yours: set it for the "
            "service, the script or the job that starts git.",
        ),
        Symptom(
            r"unable to access '[^']*(?:config|attributes|ignore)': Permission denied"
            r"|error: could not lock config file|could not read file '[^']*gitconfig"
            r"|warning: unable to access",
            "Git may not read a file of its configuration: see who owns it.",
        ),
    ),
)
def git_configuration(
    target: Target, git: Git, host: Host, files: Files, environment: Environment
) -> Result:
    r"""## Symptom
    `fatal: bad config line 12 in file ...`, or `fatal: unknown error occurred while reading the
    configuration files`, at every command; `fatal: $HOME not set`; or
    `warning: unable to access '/home/ann/.gitconfig': Permission denied`; or git hangs.

    ## How it looks
    It runs `git config --list` in the directory of the clone and passes on git's own words. Where
    no remote is found it says why git refuses the clone, as one that belongs to another user. It
    looks whether HOME leads to a folder, and whether your own file may be read: after `sudo git
    config --global` it may belong to root.

    ## By hand
    ### A bad line
    Open the file that git names, at the line that it names: most often a quote, a bracket or a
    backslash was left over. On macOS and Linux the user's file is `~/.gitconfig`, on Windows
    `.gitconfig` in Git's home: `HOME`, else `HOMEDRIVE` and `HOMEPATH` if that folder exists, else
    `USERPROFILE`. This opens it, if git can read it at all:

    ```shell
    git config --global --edit
    ```

    ### A named pipe, or a device, in place of a file
    Git waits until somebody writes to it: remove it, or the line that includes it.

    ### A file that you may not read
    On macOS and Linux:

    ```sh
    sudo chown "$(id -un)" ~/.gitconfig
    ```

    ### A clone that belongs to another user
    On Windows, macOS and Linux, if you trust what is in it:

    ```shell
    git config --global --add safe.directory FOLDER
    ```

    ### A file .git that leads nowhere
    A linked worktree and a submodule have a file `.git` that names the folder of their repository.
    If the main clone of a worktree was moved, repair it there; otherwise clone again. On Windows,
    macOS and Linux:

    ```shell
    git worktree repair FOLDER
    ```

    ## Known limits
    Values that git reads without an error are judged by other checks.
    """
    configuration = git.configuration()
    if configuration.late:
        return late("git config --list", blocks="git-configuration")
    if configuration.failure is None and target.assumed and (refusal := git.refusal()):
        return _refused(git, refusal.removeprefix("fatal: "))
    if without := _without_your_file(target, git, host, files, environment):
        return without
    if configuration.failure is None:
        read = {entry.file for entry in configuration.entries if entry.file}
        return passed(f"git reads its configuration ({len(read)} files)")
    lines = list(dict.fromkeys(map(str.strip, configuration.failure.splitlines())))
    words = fatal_words(configuration.failure).removeprefix("fatal: ")
    file, number = _place(words)
    command = Origin.command("git", "config", "--list")
    origin = Origin.of_file(file, number) if number else command
    facts = [Evidence(line, origin) for line in lines[:4]]
    if words.startswith("not a git repository"):
        return failed(
            f"the file .git leads to no Git repository{words.removeprefix('not a git repository')}",
            *facts,
            advice=(
                Advice(
                    "If the main clone of this worktree was moved, run there:",
                    ("git", "worktree", "repair", str(git.directory)),
                ),
                Advice("Otherwise clone the repository or its superproject again"),
            ),
            code="leads-nowhere",
        )
    if waits := re.search(r"\bwaits for (.+), which is a (.+)\Z", words, re.S):
        return failed(
            f"Git hangs: it {words.removeprefix('git ')}",
            Evidence(f"it is a {waits[2]}, to which nobody writes", Origin.of_file(waits[1])),
            advice=(Advice("Put a file in its place, or remove it: every git command hangs here"),),
            code="not-a-file",
        )
    if file and files.utf_16(git.directory / file):
        return failed(
            f"{file} is written in UTF-16, which git can't read",
            *facts,
            advice=(Advice(f"Save the file as UTF-8: {_SAVE}"),),
            code="other-encoding",
        )
    if file and (locked := files.unreadable(git.directory / file)):
        return _locked(f"git can't read its configuration: {words}", locked, failed)
    where = f"{file}, line {number}" if number else "the file that git names"
    return failed(
        f"git can't read its configuration: {words}",
        *facts,
        advice=(Advice(f"Correct {where} in an editor: no git command works until then"),),
        code="malformed",
    )


_SAVE = "in Notepad, Save As, Encoding UTF-8; Windows PowerShell 5.1 writes UTF-16 with > and >>"


_SET_HOME = 'export HOME="$(eval echo ~$(id -un))"'
"""Without ``~`` alone, which rests on HOME; the system knows the home of each user."""


def _place(words: str) -> tuple[str, int | None]:
    """The file that git names, or "", and the line. Source: git_config_die of git's config.c."""
    if match := re.search(r"line (\d+) in file (.+)\Z", words, re.S):
        return match[2], int(match[1])
    if match := re.search(r"in file '(.+)' at line (\d+)\Z", words, re.S):
        return match[1], int(match[2])
    if match := re.search(r"unable to access '(.+)': ", words, re.S):
        return match[1], None
    return "", None


def _without_your_file(
    target: Target, git: Git, host: Host, files: Files, environment: Environment
) -> Result | None:
    """Your own settings are not read: a warning where git has a helper without them."""
    asks_none = target.transport is Transport.REMOTE_HELPER  # it signs without helpers
    reads = git.configuration().failure is None
    judge = warned if reads and (asks_none or git.credential(target).chain) else failed
    home = environment.get("HOME")
    has_own = host.is_windows or "GIT_CONFIG_GLOBAL" in environment
    if not has_own and not (home and files.is_folder(home)):
        why = f"HOME is {home}, which is not a folder" if home else "HOME is not set"
        return judge(
            f"{why}: Git reads no ~/.gitconfig and stores nothing there",
            Evidence(f"HOME={home}" if home else "not set", Origin.environment("HOME")),
            advice=(Advice(f"Set HOME: {_SET_HOME}"),),
            code="no-home",
        )
    for file in files.of_yours():
        if locked := files.unreadable(file):
            why = f"Git may not read {file}, and goes on without your settings"
            return _locked(why, locked, judge)
    return None


def _locked(why: str, locked: Unreadable, judge: Callable[..., Result]) -> Result:
    text, words = locked.step
    fact = Evidence(locked.words, Origin.of_file(str(locked.path)))
    return judge(why, fact, advice=(Advice(text, words),), code="no-permission")


def _refused(git: Git, words: str) -> Result:
    fact = Evidence(words, Origin.command("git", "remote"))
    advice: tuple[Advice, ...] = ()
    if "dubious ownership" in words:
        trust = ("git", "config", "--global", "--add", "safe.directory", str(git.directory))
        text = "The clone belongs to another user: become its owner, or, if you trust it, say so"
        advice = (Advice(text, trust),)
    elif re.search(r"repository extension|git repo version", words):
        advice = (Advice("Use the Git that made this clone, or a newer one: this one is too old"),)
    return failed(f"git refuses this clone: {words}", fact, advice=advice, code="refused-clone")
