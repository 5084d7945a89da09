"""What the git probe claims, held against what real git does."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from codecommit_doctor.probes.git import Git, GitVersion
from codecommit_doctor.rules.target import Target, parse
from tests.conftest import URL, Sandbox

HOST = "git-codecommit.us-east-2.amazonaws.com"


def target(url: str = URL, directory: Path | None = None) -> Target:
    return parse(url, name="t", directory=directory or Path.cwd())


def asked_by_git(sandbox: Sandbox, about: Target) -> list[str]:
    """The numbers that the marker helpers print when git asks them, in order."""
    done = subprocess.run(
        ["git", "credential", "fill"],
        input=about.credential_request,
        cwd=sandbox.clone,
        env={**sandbox.env, "GIT_TERMINAL_PROMPT": "0"},
        capture_output=True,
    )
    return [line for line in done.stderr.decode().splitlines() if line.isdigit()]


def claimed(git: Git, about: Target) -> list[str]:
    values = [entry.value or "" for entry in git.credential(about).chain]
    return [value.split()[1] for value in values if value.startswith("!echo")]


def marker(number: int) -> str:
    return f'\thelper = "!echo {number} >&2; :"\n'


@pytest.mark.parametrize(
    ("output", "text", "number"),
    [
        ("git version 2.39.5\n", "2.39.5", "2.39.5"),
        ("git version 2.39.3 (Apple Git-146)\n", "2.39.3 (Apple Git-146)", "2.39.3"),
        ("git version 2.44.0.windows.1\n", "2.44.0.windows.1", "2.44.0"),
        ("git version 2.39.GIT\n", "2.39.GIT", "2.39"),
        ("git version 1.7.9.rc1\n", "1.7.9.rc1", "1.7.9rc1"),
        ("git version 2.45.0-rc1.windows.1\n", "2.45.0-rc1.windows.1", "2.45.0rc1"),
        ("git version 2.30.1.dirty\n", "2.30.1.dirty", "2.30.1"),
        ("git version 1.7.9.5\n", "1.7.9.5", "1.7.9.5"),
        ("git version 2.47.0.389.gd1b0d1c2ab\n", "2.47.0.389.gd1b0d1c2ab", "2.47.0.389"),
        ("warning: something\ngit version 2.1.4\nhub version 2.2\n", "2.1.4", "2.1.4"),
    ],
)
def test_version_strings_of_vendors(output: str, text: str, number: str) -> None:
    found = GitVersion.parse(output)
    assert found
    assert (found.text, found.number) == (text, Version(number))


@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=4),
    st.lists(st.integers(0, 3), min_size=1, max_size=4),
    st.sampled_from(["", ".rc0", "-rc1", ".windows.1"]),
)
def test_versions_are_compared_as_packaging_compares_them(
    own: list[int], other: list[int], end: str
) -> None:
    minimum = ".".join(map(str, other))
    found = GitVersion.parse(f"git version {'.'.join(map(str, own))}{end}")
    assert found
    assert found.at_least(minimum) == (found.number >= Version(minimum))


@pytest.mark.parametrize("output", ["", "git version", "hg 4.2", "git version unknown", "\udcff"])
def test_what_is_no_version(output: str) -> None:
    assert GitVersion.parse(output) is None


PATTERNS = [
    f"https://{HOST}",
    f"https://{HOST}/",
    f"https://{HOST}/v1",
    f"https://{HOST}/v1/repos",
    f"https://{HOST}/v1/repos/",
    f"https://{HOST}/v1/repos/demo",
    f"https://{HOST}/v1/repos/dem",
    f"https://{HOST}/v1/repos/other",
    f"https://{HOST}:443",
    f"https://{HOST}:8443",
    f"https://{HOST}:8443/v1/repos/demo",
    f"https://{HOST.upper()}",
    f"HTTPS://{HOST}",
    f"http://{HOST}",
    f"ssh://{HOST}",
    f"https://me@{HOST}",
    f"https://you@{HOST}",
    f"https://me:secret@{HOST}",
    "https://git-codecommit.*.amazonaws.com",
    "https://*.us-east-2.amazonaws.com",
    "https://*.amazonaws.com",
    "https://*.*.*.com",
    "https://git-codecommit.us-*.amazonaws.com",
    "https://*",
    "https://git-codecommit.*.amazonaws.com/v1",
    "https://git-codecommit.*.amazonaws.com:443",
    "https://git-codecommit.*.amazonaws.com.cn",
    f"https://{HOST}.",
    f"https://{HOST}?x",
    f"https://{HOST}#x",
    f" https://{HOST}",
    HOST,
    "amazonaws.com",
    "",
    "*",
    "https://",
    "https:///v1/repos/demo",
    f"//{HOST}",
    f'https://{HOST}/a"b',
    f"https://{HOST}/a\\b",
    "https://x y",
    "https://%zz",
    "https://h\u00f6st",
]
ADDRESSES = [
    URL,
    URL + "/",
    f"https://{HOST}/v1/repos/demo.git",
    f"https://me@{HOST}/v1/repos/demo",
    f"https://me:secret@{HOST}/v1/repos/demo",
    f"https://{HOST}:8443/v1/repos/demo",
    f"https://{HOST}:443/v1/repos/demo",
    f"https://{HOST.upper()}/v1/repos/demo",
    f"https://{HOST}/v1/repos/a%20b",
    f'https://{HOST}/a"b',
    f"https://{HOST}/",
    "https://git-codecommit.cn-north-1.amazonaws.com.cn/v1/repos/demo",
]


@pytest.mark.parametrize("url", ADDRESSES)
def test_sections_apply_where_git_applies_them(inside: Sandbox, url: str) -> None:
    text = "[credential]\n\tuseHttpPath = true\n"
    for number, pattern in enumerate(PATTERNS):
        quoted = pattern.replace("\\", "\\\\").replace('"', '\\"')
        text += f'[credential "{quoted}"]\n{marker(number)}'
    inside.write(".gitconfig", text)
    about = target(url)
    wanted = asked_by_git(inside, about)
    assert claimed(Git(inside.clone), about) == wanted
    assert wanted


def test_the_order_is_that_of_the_scopes_and_of_the_includes(
    inside: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside.system_config.write_text("[credential]\n" + marker(1), "utf-8")
    inside.write("more", f'[credential "https://{HOST}"]\n{marker(3)}')
    inside.write(
        ".gitconfig",
        f"[credential]\n{marker(2)}[include]\n\tpath = more\n[credential]\n{marker(4)}",
    )
    inside.git("config", "extensions.worktreeConfig", "true")
    inside.git("config", "credential.helper", "!echo 5 >&2; :")
    inside.git("config", "--worktree", "credential.helper", "!echo 6 >&2; :")
    for name, value in {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"credential.https://{HOST}.helper",
        "GIT_CONFIG_VALUE_0": "!echo 7 >&2; :",
    }.items():
        monkeypatch.setenv(name, value)
        inside.env[name] = value
    assert asked_by_git(inside, target()) == ["1", "2", "3", "4", "5", "6", "7"]
    assert claimed(Git(inside.clone), target()) == ["1", "2", "3", "4", "5", "6", "7"]


@pytest.mark.parametrize(
    "text",
    [
        f'[credential]\n{marker(1)}[credential "https://{HOST}"]\n\thelper =\n{marker(2)}',
        f'[credential "https://{HOST}"]\n\thelper =\n{marker(2)}[credential]\n{marker(1)}',
        f'[credential]\n{marker(1)}[credential "https://x.example"]\n\thelper =\n{marker(2)}',
        f'[credential]\n{marker(1)}\thelper = ""\n{marker(2)}\thelper =\n{marker(3)}',
        f"[credential]\n{marker(1)}\thelper =\n",
        f'[credential]\n{marker(1)}[credential "https://{HOST}/v1/repos/x"]\n\thelper =\n',
    ],
)
def test_an_empty_value_takes_away_what_stands_before_it(inside: Sandbox, text: str) -> None:
    inside.write(".gitconfig", "[credential]\n\tuseHttpPath = true\n" + text)
    settings = Git(inside.clone).credential(target())
    assert claimed(Git(inside.clone), target()) == asked_by_git(inside, target())
    applying = [e for e in settings.matching if e.key.endswith(".helper") and e.value]
    assert [*settings.removed, *settings.chain] == applying


def test_a_reset_by_a_section_with_a_path_needs_the_path(inside: Sandbox) -> None:
    section = f'[credential "{URL}"]\n\thelper =\n{marker(2)}'
    for use in ("true", "false"):
        inside.write(".gitconfig", f"[credential]\n{marker(1)}\tuseHttpPath = {use}\n" + section)
        assert claimed(Git(inside.clone), target()) == asked_by_git(inside, target())


def path_by_git(sandbox: Sandbox, about: Target) -> bool | None:
    """Whether a helper of the user's own is handed a path; None if git dies."""
    helpers = ("-c", "credential.helper=", "-c", "credential.helper=!cat >&2; :")
    done = subprocess.run(
        ["git", *helpers, "credential", "fill"],
        input=about.credential_request,
        cwd=sandbox.clone,
        env={**sandbox.env, "GIT_TERMINAL_PROMPT": "0"},
        capture_output=True,
    )
    text = done.stderr.decode()
    return None if "protocol=" not in text else "path=" in text


BOOLEANS = [
    *("true", "True", "TRUE", "yes", "on", "1", "2", "-1", "0x1"),
    *("false", "no", "off", "0", "00", '""', "", "1k", '"true "', "true # c"),
    *("yess", "ja", "enabled", "t", "1x", "truefalse", '"true', "true;", "\u00fc", "0.0"),
]


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("value", BOOLEANS)
def test_whether_the_path_is_sent_by_every_spelling(inside: Sandbox, value: str, old: bool) -> None:
    inside.write(".gitconfig", f"[credential]\n\tUseHttpPath = {value}\n")
    if old:
        inside.program("git", _OLD.format(version="2.8.6", refused="--show-scope"))
    git = Git(inside.clone)
    if git.configuration().failure:
        assert path_by_git(inside, target()) is None
        return
    settings = git.credential(target())
    assert settings.sends_path is path_by_git(inside, target())
    assert (settings.failure is not None) == (settings.sends_path is None)


@pytest.mark.parametrize("old", [False, True])
def test_a_name_without_a_value_is_what_git_makes_of_it(inside: Sandbox, old: bool) -> None:
    inside.write(".gitconfig", "[credential]\n\tUseHttpPath\n")
    if old:
        inside.program("git", _OLD.format(version="2.8.6", refused="--show-scope"))
    settings = Git(inside.clone).credential(target())
    assert settings.sends_path is path_by_git(inside, target())


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        (f'[credential "https://{HOST}"]\n\tuseHttpPath = true\n', True),
        ('[credential "https://git-codecommit.*.amazonaws.com"]\n\tuseHttpPath\n', None),
        ('[credential "https://x.example"]\n\tuseHttpPath = true\n', False),
        (f'[credential]\n\tuseHttpPath = 1\n[credential "{URL}"]\n\tuseHttpPath = 0\n', False),
        (f'[credential "{URL}"]\n\tuseHttpPath = 0\n[credential]\n\tuseHttpPath = 1\n', True),
        ("", False),
    ],
)
def test_whether_the_path_is_sent_by_sections(
    inside: Sandbox, text: str, sent: bool | None
) -> None:
    inside.write(".gitconfig", text)
    assert path_by_git(inside, target()) is sent
    assert Git(inside.clone).credential(target()).sends_path is sent


def test_the_users_helpers_are_not_run_by_looking(inside: Sandbox) -> None:
    inside.write(".gitconfig", f"[credential]\n\thelper = !touch '{inside.home}/run'; :\n")
    Git(inside.clone).credential(target())
    assert not (inside.home / "run").exists()


def test_the_last_entry_decides(inside: Sandbox) -> None:
    inside.write(".gitconfig", "[credential]\n\tusername = a\n\tusername = b\n")
    entry = Git(inside.clone).credential(target()).last("username")
    assert entry is not None and (entry.value, entry.line) == ("b", 3)
    assert Git(inside.clone).credential(target()).last("helper") is None


_OLD = """
case " $* " in
*" --version "*) echo git version {version}; exit ;;
*" {refused} "*) echo "error: unknown option" >&2; exit 129 ;;
esac
exec /usr/bin/git "$@"
"""


@pytest.mark.parametrize(
    ("refused", "scope", "line"),
    [("--show-scope", "unknown", 2), ("--show-origin", "unknown", None)],
)
def test_an_old_git_tells_less_and_that_is_said(
    inside: Sandbox, refused: str, scope: str, line: int | None
) -> None:
    inside.write(".gitconfig", "[credential]\n\thelper = store\n")
    inside.program("git", _OLD.format(version="2.20.1", refused=refused))
    (entry,) = Git(inside.clone).credential(target()).chain
    assert (entry.value, entry.scope, entry.line) == ("store", scope, line)
    assert (entry.file is None) == (line is None)


def test_before_2_9_an_empty_value_resets_nothing(inside: Sandbox) -> None:
    inside.write(".gitconfig", "[credential]\n\thelper = a\n\thelper =\n\thelper = b\n")
    assert [e.value for e in Git(inside.clone).credential(target()).chain] == ["b"]
    inside.program("git", _OLD.format(version="2.8.6", refused="--show-scope"))
    settings = Git(inside.clone).credential(target())
    assert ([e.value for e in settings.chain], settings.removed) == (["a", "b"], ())


def test_a_target_without_a_repository_is_judged_like_one_with(inside: Sandbox) -> None:
    inside.write(".gitconfig", "[credential]\n\tuseHttpPath = true\n")
    bare = target()._replace(repository=None, path="/")
    assert Git(inside.clone).credential(bare).sends_path is True
