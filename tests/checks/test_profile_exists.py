from __future__ import annotations

import pytest

from tests.conftest import ACCESS_KEY, CREDENTIALS, HEALTHY, HELPER, SECRET_KEY, Sandbox

KEYS = f"aws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = {SECRET_KEY}\n"


def with_profile(sandbox: Sandbox, name: str) -> None:
    helper = HELPER.replace("$@", f"--profile {name} $@")
    sandbox.write(".gitconfig", HEALTHY.replace(HELPER, helper))


@pytest.fixture
def work(healthy: Sandbox) -> Sandbox:
    """A machine with the profiles default and work."""
    healthy.write(".aws/credentials", f"{CREDENTIALS}[work]\n{KEYS}[My Profile]\n{KEYS}")
    return healthy


def fails_in_git(sandbox: Sandbox) -> bool:
    request = "protocol=https\nhost=git-codecommit.us-east-2.amazonaws.com\npath=v1/repos/demo\n\n"
    sandbox.env["GIT_TERMINAL_PROMPT"] = "0"
    filled = sandbox.git("credential", "fill", input=request, check=False)
    return filled.returncode != 0


def failures(sandbox: Sandbox) -> set[str]:
    return sandbox.examine("--skip", "credential-handshake").with_status("fail")


@pytest.mark.parametrize("value", ["work ", "'work'", '"work"', '"My Profile"'])
def test_quotes_and_spaces_that_cmd_keeps(work: Sandbox, value: str) -> None:
    work.env["AWS_PROFILE"] = value
    assert fails_in_git(work)
    result = work.examine().results["profile-exists"]
    name = value.strip(" '\"")
    assert f"did you mean {name}? Quotes and spaces" in result["summary"]
    assert f"Name it {name}" in result["advice"][0]["text"]


@pytest.mark.parametrize("name", ["work", "default", "'My Profile'"])
def test_there(work: Sandbox, name: str) -> None:
    with_profile(work, name)
    assert not fails_in_git(work)
    assert work.examine().status("profile-exists") == "pass"


@pytest.mark.parametrize(
    ("name", "safety"), [("Work", "safe"), ("wrok", "unsafe"), ("'my profile'", "safe")]
)
def test_misspelt(work: Sandbox, name: str, safety: str) -> None:
    with_profile(work, name)
    assert fails_in_git(work)
    done = work.examine("--skip", "credential-handshake")
    assert done.with_status("fail") == {"profile-exists"}
    assert done.results["profile-exists"]["fix"]["safety"] == safety
    work.follow(done, "profile-exists")
    assert not fails_in_git(work)
    assert not work.examine().with_status("fail", "warn")


def test_nothing_near(work: Sandbox) -> None:
    with_profile(work, "production")
    assert failures(work) == {"profile-exists"}


@pytest.mark.parametrize("variable", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
def test_named_by_the_environment(work: Sandbox, variable: str) -> None:
    work.env[variable] = "wrok"
    assert fails_in_git(work)
    done = work.examine("--skip", "credential-handshake")
    assert done.with_status("fail") == {"profile-exists"}
    assert "did you mean work?" in done.results["profile-exists"]["summary"]


def test_section_without_the_word_profile(work: Sandbox) -> None:
    work.write(".aws/config", "[default]\nregion = us-east-2\n[team]\nregion = us-east-2\n")
    with_profile(work, "team")
    assert fails_in_git(work)
    done = work.examine()
    assert done.status("profile-exists") == "fail"
    assert "[profile team]" in done.results["profile-exists"]["summary"]


@pytest.mark.parametrize(
    "text",
    [
        "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/R\nsource_profile = gone\n",
        "[profile role]\nsso_session = gone\nsso_account_id = 1\nsso_role_name = R\n",
        "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/R\nsource_profile = mid\n"
        "[profile mid]\nrole_arn = arn:aws:iam::123456789012:role/M\nsource_profile = gone\n",
    ],
)
def test_what_it_rests_on(work: Sandbox, text: str) -> None:
    work.write(".aws/config", text)
    with_profile(work, "role")
    assert failures(work) == {"profile-exists"}


def test_a_role_that_rests_on_itself(work: Sandbox) -> None:
    text = "[profile work]\nrole_arn = arn:aws:iam::123456789012:role/R\nsource_profile = work\n"
    work.write(".aws/config", text)
    with_profile(work, "work")
    assert work.examine().status("profile-exists") == "pass"


def test_no_default_profile(healthy: Sandbox) -> None:
    (healthy.home / ".aws/credentials").unlink()
    (healthy.home / ".aws/config").unlink()
    assert healthy.examine().status("profile-exists") == "skip"
    healthy.env.update(AWS_ACCESS_KEY_ID=ACCESS_KEY, AWS_SECRET_ACCESS_KEY=SECRET_KEY)
    done = healthy.examine()
    assert done.status("profile-exists") == "pass"
    assert not done.with_status("fail", "warn")


def test_of_a_codecommit_address(work: Sandbox) -> None:
    assert work.examine("codecommit::us-east-2://work@demo").status("profile-exists") == "pass"
    assert work.examine("codecommit::us-east-2://gone@demo").status("profile-exists") == "fail"


def test_unquoted_name_is_another_check(work: Sandbox) -> None:
    with_profile(work, "My Profile")
    assert failures(work) == {"profile-quoting"}


def test_a_helper_that_chooses_itself(healthy: Sandbox) -> None:
    text = HEALTHY.replace(HELPER, "!AWS_PROFILE=default aws codecommit credential-helper $@")
    healthy.write(".gitconfig", text)
    assert healthy.examine().status("profile-exists") == "skip"


@pytest.mark.parametrize("front", ["export ", ""])
def test_names_of_keys_that_the_aws_cli_does_not_read(healthy: Sandbox, front: str) -> None:
    for key in KEYS.splitlines():
        pasted = f"{front}{key}" if front else key.replace("aws_", "").replace("_", " ")
        healthy.write(".aws/credentials", f"[default]\n{pasted}\n{KEYS.replace(key, '')}")
        assert fails_in_git(healthy)
        done = healthy.examine("--skip", "credential-handshake")
        assert done.with_status("fail") == {"profile-exists"}
        assert done.results["profile-exists"]["code"] == "profile-exists/misspelt-key"
        assert SECRET_KEY not in done.out


def test_keys_in_a_section_of_the_other_files_form(healthy: Sandbox) -> None:
    with_profile(healthy, "work")
    healthy.write(".aws/config", "[profile work]\nregion = us-east-2\n")
    healthy.write(".aws/credentials", f"[profile work]\n{KEYS}")
    assert fails_in_git(healthy)
    done = healthy.examine("--skip", "credential-handshake")
    assert done.results["profile-exists"]["code"] == "profile-exists/word-in-credentials"
