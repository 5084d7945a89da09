"""Settings, from wherever a user writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from codecommit_doctor.cli.settings import Settings, SettingsError, resolve
from codecommit_doctor.probes.git_config import Entry
from tests.conftest import Sandbox

PREFIX = "codecommit-doctor."


def entry(name: str, value: str | None, scope: str = "global", line: int = 1) -> Entry:
    return Entry(PREFIX + name, value, "/home/me/.gitconfig", scope, line)


def of(*entries: Entry, env: dict[str, str] | None = None, **given: object) -> Settings:
    return resolve(given, env or {}, entries)


def test_defaults() -> None:
    assert of() == Settings()


def test_command_line_over_variables_over_git() -> None:
    own = (entry("skip", "a"), entry("skip", "b"), entry("timeout", "5"), entry("region", "x"))
    env = {"CODECOMMIT_DOCTOR_SKIP": "c, d", "CODECOMMIT_DOCTOR_TIMEOUT": "6"}
    settings = of(*own, env=env, timeout=7.0)
    assert (settings.skip, settings.timeout, settings.region) == (("c", "d"), 7.0, "x")
    assert settings.origins["timeout"] == ("command line",)
    assert settings.origins["skip"] == ("environment variable CODECOMMIT_DOCTOR_SKIP",) * 2
    assert settings.origins["region"] == ("/home/me/.gitconfig, line 1 (global)",)


def test_lists_add_up_and_an_empty_value_begins_anew() -> None:
    assert of(entry("skip", "a"), entry("skip", "b", "command")).skip == ("a", "b")
    assert of(entry("skip", "a"), entry("skip", ""), entry("skip", "b")).skip == ("b",)
    assert of(entry("profile", "a"), entry("profile", "")).profile is None
    assert of(entry("skip", "a"), skip=[""]).skip == ()


def test_empty_variable_says_nothing() -> None:
    env = {"CODECOMMIT_DOCTOR_SKIP": "", "CODECOMMIT_DOCTOR_OFFLINE": " "}
    assert of(entry("skip", "a"), env=env).skip == ("a",)
    assert of(env=env).offline is False


@pytest.mark.parametrize(
    ("value", "meant"),
    [(None, True), ("Yes", True), ("on", True), ("1", True), ("FALSE", False), ("", False)],
)
def test_switches_are_written_as_git_writes_them(value: str | None, meant: bool) -> None:
    assert of(entry("strict", value)).strict is meant
    assert of(entry("offline", "true"), offline=False).offline is False


def test_format() -> None:
    assert of(entry("format", "junit")).format == "junit"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("timeout", "soon"),
        ("timeout", "0"),
        ("timeout", "nan"),
        ("timeout", "inf"),
        ("offline", "perhaps"),
        ("format", "yaml"),
        ("skip", None),
        ("profile", None),
    ],
)
def test_bad_value_names_its_place(name: str, value: str | None) -> None:
    with pytest.raises(SettingsError, match=rf"{name} is .*gitconfig, line 3 \(system\)"):
        of(entry(name, value, "system", 3))
    if value:
        with pytest.raises(SettingsError, match=f"CODECOMMIT_DOCTOR_{name.upper()}"):
            of(env={f"CODECOMMIT_DOCTOR_{name.upper()}": value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("skip", "kms-deny"),
        ("only", "git-version"),
        ("timeout", "0.1"),
        ("timeout", "soon"),
        ("offline", "true"),
        ("require", ""),
        ("strict", "false"),
        ("region", "us-east-1"),
        ("profile", "x"),
        ("format", "json"),
        ("no-such", "x"),
    ],
)
@pytest.mark.parametrize("scope", ["local", "worktree", "unknown"])
def test_a_clones_own_settings_have_no_effect(name: str, value: str, scope: str) -> None:
    settings = of(entry(name, value, scope, 7))
    assert all(origin == "default" for _, _, origin in settings.described())
    (notice,) = settings.notices
    assert f"{PREFIX}{name}={value}" in notice
    assert f", line 7 ({scope})" in notice and "has no effect" in notice


def test_a_clones_settings_do_not_take_the_users_away() -> None:
    assert of(entry("skip", "a", "global"), entry("skip", "", "local")).skip == ("a",)


def test_a_trusted_clones_settings_take_effect_and_are_told() -> None:
    settings = resolve({}, {}, [entry("skip", "a", "local")], trusted=True)
    assert settings.skip == ("a",)
    assert "has an effect" in settings.notices[0]


def test_misspelt_name_is_told() -> None:
    assert "did you mean codecommit-doctor.skip?" in of(entry("skp", "a")).notices[0]


def test_git_config_is_honoured_and_a_clone_is_told(healthy: Sandbox) -> None:
    healthy.git("config", "--global", "codecommit-doctor.offline", "true")
    healthy.git("config", "--global", "--add", "codecommit-doctor.skip", "kms-deny")
    healthy.git("config", "--local", "codecommit-doctor.only", "git-version")
    done = healthy.examine("--trust-repository", offline=False)
    assert list(done.results) == ["git-version"]
    done = healthy.examine(offline=False)
    assert len(done.results) > 20
    assert "has no effect; --trust-repository admits it" in done.err
    number = len((healthy.clone / ".git" / "config").read_text("utf-8").splitlines())
    place = f"(~/clone/.git/config, line {number} (local))"
    assert f"codecommit-doctor.only=git-version {place}" in done.err


def test_show_settings_names_each_place_and_examines_nothing(healthy: Sandbox) -> None:
    healthy.git("config", "--global", "codecommit-doctor.skip", "kms-deny")
    healthy.env |= {"CODECOMMIT_DOCTOR_REQUIRE": "git-version", "CODECOMMIT_DOCTOR_TIMEOUT": "9"}
    done = healthy.doctor("--show-settings", "--no-strict", "--format", "junit")
    assert (done.code, done.err) == (0, "")
    lines = {line.split()[0]: " ".join(line.split()[1:]) for line in done.out.splitlines()}
    number = len((healthy.home / ".gitconfig").read_text("utf-8").splitlines())
    assert lines == {
        "only": "- default",
        "skip": f"kms-deny ~/.gitconfig, line {number} (global)",
        "require": "git-version environment variable CODECOMMIT_DOCTOR_REQUIRE",
        "label": "- default",
        "offline": "false default",
        "strict": "false command line",
        "timeout": "9 environment variable CODECOMMIT_DOCTOR_TIMEOUT",
        "profile": "- default",
        "region": "- default",
        "format": "junit command line",
    }


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CODECOMMIT_DOCTOR_SKIP", "no-such", "there is no check no-such (environment variable"),
        ("CODECOMMIT_DOCTOR_REQUIRE", "no-such", "there is no check no-such (environment variable"),
        ("CODECOMMIT_DOCTOR_TIMEOUT", "soon", "environment variable CODECOMMIT_DOCTOR_TIMEOUT"),
    ],
)
def test_bad_setting_is_wrong_usage(healthy: Sandbox, name: str, value: str, words: str) -> None:
    healthy.env[name] = value
    done = healthy.doctor()
    assert (done.code, done.out) == (2, "")
    assert words in done.err


def test_git_is_asked_for_its_configuration_once(healthy: Sandbox, tmp_path: Path) -> None:
    log = tmp_path / "log"
    healthy.program("git", f'echo "$@" >> "{log}"; exec /usr/bin/git "$@"')
    healthy.examine("--only", "use-http-path", "--only", "git-configuration")
    listings = [line for line in log.read_text("utf-8").splitlines() if "--list" in line]
    assert len(listings) == 1
