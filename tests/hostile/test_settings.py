"""No setting of a clone's runs, reads, writes or calls anything while the doctor looks or mends."""

from __future__ import annotations

import itertools
import random
import subprocess
from pathlib import Path

import pytest

from tests import warm
from tests.conftest import HEALTHY, Sandbox
from tests.hostile.tripwire import URL, Tripwires, config_text, settings_of_git, tripwires

LOOKS: list[tuple[str, ...]] = [
    ("--offline",),
    (),
    ("--all-repositories", ".", "--offline"),
    ("bundle", "--offline", "--yes", "--output", "../../bundle.zip"),
    ("explain-error", "The requested URL returned error: 403"),
    ("run", "--offline", "--", "git", "ls-remote", "https://git-codecommit.invalid/v1/repos/x"),
    ("--fix", "--yes", "--offline"),
]
_OLD_GIT = """
case " $* " in
*" --version "*) echo git version 2.25.4; exit ;;
*" --show-scope "*) echo "error: unknown option" >&2; exit 129 ;;
esac
unset GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM
exec /usr/bin/git "$@"
"""


def readable(box: Sandbox, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those with which git lists the configuration of a clone: the others no doctor reads."""
    hostile(box, pairs)
    if box.git("config", "--list", check=False).returncode == 0:
        return pairs
    half = len(pairs) // 2
    return readable(box, pairs[:half]) + readable(box, pairs[half:]) if half else []


def groups(wires: Tripwires) -> list[list[tuple[str, str]]]:
    """All settings, sixty in a clone, drawn in an order that a seed fixes."""
    keys = settings_of_git()
    random.Random(7).shuffle(keys)
    pairs = readable(wires.box, [(key, wires.values(key)) for key in keys])
    return [pairs[start : start + 60] for start in range(0, len(pairs), 60)]


def hostile(box: Sandbox, pairs: list[tuple[str, str]]) -> None:
    remote = f'[remote "origin"]\n\turl = {URL}\n'
    (box.clone / ".git" / "config").write_text(
        "[core]\n\trepositoryformatversion = 0\n" + config_text(pairs) + remote, "utf-8"
    )


def is_unharmed(wires: Tripwires, words: tuple[str, ...], before: dict[str, str]) -> None:
    """Nothing ran, nothing was called, and no file of the home is another one."""
    wires.box.doctor(*words)
    assert wires.touched() == [], words
    if words[0:1] != ("--fix",):
        after = {k: v for k, v in wires.home().items() if "codecommit-doctor" not in k}
        assert after == before, words


@pytest.mark.parametrize("git", ["real", "old"])
def test_every_setting_that_git_lists(healthy: Sandbox, tmp_path: Path, git: str) -> None:
    if git == "old":
        healthy.program("git", _OLD_GIT)
    with tripwires(healthy, tmp_path) as wires:
        before = wires.home()
        looks = LOOKS if git == "real" else LOOKS[:1]
        tried = 0
        for number, pairs in enumerate(groups(wires)):
            hostile(healthy, pairs)
            assert healthy.git("config", "--list").returncode == 0
            tried += len(pairs)
            for words in {looks[0], looks[number % len(looks)]}:
                is_unharmed(wires, words, before)
                healthy.write(".gitconfig", HEALTHY)
        assert tried > 600


def rewriting(wires: Tripwires) -> list[tuple[str, str]]:
    """Addresses that rules of the clone lead elsewhere, and what would then be run or asked."""
    here = f"http://127.0.0.1:{wires.port}/"
    return [
        ("url.ssh://h/.insteadOf", "https://git-codecommit"),
        ("url.ext::.insteadOf", "https://git-codecommit"),
        (f"url.{here}.insteadOf", "https://git-codecommit"),
        ("url.file:///.insteadOf", "https://git-codecommit"),
        ("url.x::.insteadOf", "https://git-codecommit"),
        ("url.codecommit::.insteadOf", "https://git-codecommit"),
        ("remote.origin.url", f"ext::{wires.program}"),
        ("remote.origin.url", "codecommit::us-east-2://demo"),
        ("remote.origin.url", "-oProxyCommand=x"),
        ("remote.origin.vcs", "codecommit"),
        ("core.sshCommand", f"{wires.program}"),
        ("core.gitProxy", f"{wires.program}"),
        ("core.askPass", f"{wires.program}"),
        ("protocol.allow", "always"),
        ("protocol.https.allow", "never"),
        ("protocol.ssh.allow", "always"),
        ("protocol.ext.allow", "always"),
        ("http.proxy", here),
        ("http.sslVerify", "false"),
        ("http.curloptResolve", "git-codecommit.us-east-2.amazonaws.com:443:127.0.0.1"),
        ("http.cookieFile", str(wires.precious)),
        ("http.saveCookies", "true"),
        ("http.followRedirects", "true"),
        ("alias.remote-codecommit", f"!{wires.program}"),
        ("credential.helper", f"!{wires.program} codecommit credential-helper $@"),
        ("credential.helper", str(wires.program)),
        ("credential.helper", f"!aws codecommit credential-helper $@; {wires.program}"),
        ("credential.helper", f"!aws codecommit credential-helper `{wires.program}`"),
        ("credential.helper", f"!aws codecommit credential-helper --profile $({wires.program}) $@"),
        ("credential.helper", f"!aws codecommit credential-helper $@ > {wires.precious}"),
        ("credential.helper", f"store --file={wires.precious}"),
        ("credential.https://x%0a\u2028\u00b2\u2028.helper", f"!{wires.program}"),
        ("credential.https://*.amazonaws.com.helper", f"!{wires.program}; :"),
        ("include.path", str(wires.precious)),
    ]


@pytest.mark.parametrize("git", ["real", "old"])
def test_pairs_of_settings_that_work_together(healthy: Sandbox, tmp_path: Path, git: str) -> None:
    if git == "old":
        healthy.program("git", _OLD_GIT)
    with tripwires(healthy, tmp_path) as wires:
        wires.precious.write_text("# Netscape HTTP Cookie File\nprecious\n", "utf-8")
        wires.box.write(".netrc", "machine 127.0.0.1 login me password hunter22\n")
        before = wires.home()
        drawn = random.Random(11)
        dangerous = [pair for pair in rewriting(wires) if pair[0] != "include.path"]
        for _ in range(24 if git == "real" else 8):
            hostile(healthy, drawn.sample(dangerous, drawn.choice([2, 3, 4, 8])))
            is_unharmed(wires, drawn.choice(LOOKS if git == "real" else LOOKS[:2]), before)
            healthy.write(".gitconfig", HEALTHY)


def test_each_dangerous_setting_alone(healthy: Sandbox, tmp_path: Path) -> None:
    with tripwires(healthy, tmp_path) as wires:
        before = wires.home()
        for number, pair in enumerate(rewriting(wires)):
            hostile(healthy, [pair])
            is_unharmed(wires, LOOKS[number % 2], before)


def test_the_tripwires_work(healthy: Sandbox, tmp_path: Path) -> None:
    """The same settings do harm to whoever runs git in the clone."""
    with tripwires(healthy, tmp_path) as wires:
        hostile(healthy, [("credential.helper", f"!{wires.program}; :")])
        subprocess.run(
            ["git", "credential", "fill"],
            input=b"protocol=https\nhost=git-codecommit.us-east-2.amazonaws.com\n\n",
            cwd=healthy.clone,
            env={**healthy.env, "GIT_TERMINAL_PROMPT": "0"},
            capture_output=True,
        )
        assert wires.touched()


def test_programs_that_the_clones_helper_names_are_not_started(
    healthy: Sandbox, tmp_path: Path
) -> None:
    with tripwires(healthy, tmp_path) as wires:
        healthy.write(".gitconfig", "[credential]\n\tUseHttpPath = true\n")
        aws = healthy.clone / "aws"
        aws.write_text(wires.program.read_text("utf-8"), "utf-8")
        aws.chmod(0o755)
        relative = str(aws)[1:]
        for program in (str(aws), "./aws", "aws/../aws", relative, f'"{aws}"', f"'{aws}'"):
            hostile(healthy, [("credential.helper", f"!{program} codecommit credential-helper $@")])
            done = healthy.examine()
            assert wires.touched() == [], program
            assert done.status("credential-handshake") == "skip"


def test_sections_that_can_not_be_told_close_the_door(healthy: Sandbox, tmp_path: Path) -> None:
    """Thousands of spellings of the host do not pass an evil helper for a harmless chain."""
    with tripwires(healthy, tmp_path) as wires:
        host = "git-codecommit.us-east-2.amazonaws.com"
        letters = [place for place, letter in enumerate(host) if letter.isalpha()][:13]
        spellings = [
            "".join(c.upper() if place in chosen else c for place, c in enumerate(host))
            for size in range(len(letters) + 1)
            for chosen in map(set, itertools.combinations(letters, size))
        ]
        many = [(f"credential.https://{spelling}.helper", "cache") for spelling in spellings]
        hostile(healthy, [*many, ("credential.https://*.helper", f"!{wires.program}; :")])
        done = healthy.examine()
        assert wires.touched() == []
        assert done.status("credential-handshake") == "skip"


def test_watching_is_looking(healthy: Sandbox, tmp_path: Path) -> None:
    """One round of ``--watch``, in a clone whose settings lead to the wires."""
    with tripwires(healthy, tmp_path) as wires:
        before = wires.home()
        for pairs in ([pair] for pair in rewriting(wires)[::4]):
            hostile(healthy, [*pairs, ("credential.helper", f"!{wires.program}; :")])
            with subprocess.Popen(
                [warm.doctor(), "--watch", "--offline"],
                cwd=healthy.clone,
                env=healthy.env,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            ) as watcher:
                assert watcher.stdout
                told = watcher.stdout.readline()
                watcher.kill()
            assert told
            assert (wires.touched(), wires.home()) == ([], before)
