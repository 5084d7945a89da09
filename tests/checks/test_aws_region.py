from __future__ import annotations

import pytest

from tests.conftest import URL, Sandbox

ADDRESS = "codecommit://demo"


@pytest.fixture
def helped(healthy: Sandbox) -> Sandbox:
    healthy.program("git-remote-codecommit", "exit 0")
    return healthy


def test_the_host_names_it(healthy: Sandbox) -> None:
    (healthy.home / ".aws/config").unlink()
    done = healthy.examine()
    assert done.status("aws-region") == "pass"
    assert not done.with_status("fail", "warn")


@pytest.mark.parametrize("address", [ADDRESS, "codecommit::us-east-2://demo"])
def test_codecommit_address(helped: Sandbox, address: str) -> None:
    assert helped.examine(address).status("aws-region") == "pass"


def test_codecommit_address_without_one(helped: Sandbox) -> None:
    helped.write(".aws/config", "[default]\noutput = json\n[profile x]\nregion = eu-west-1\n")
    done = helped.examine(ADDRESS)
    assert done.with_status("fail") == {"aws-region"}
    assert done.results["aws-region"]["fix"]["safety"] == "unsafe"
    helped.follow(done, "aws-region")
    assert helped.examine(ADDRESS).status("aws-region") == "pass"


def test_region_of_the_environment(helped: Sandbox) -> None:
    (helped.home / ".aws/config").unlink()
    assert helped.examine(ADDRESS).status("aws-region") == "fail"
    helped.env["AWS_DEFAULT_REGION"] = "us-east-2"
    assert helped.examine(ADDRESS).status("aws-region") == "pass"
    del helped.env["AWS_DEFAULT_REGION"]
    helped.env["AWS_REGION"] = "us-east-2"
    done = helped.examine(ADDRESS)
    assert done.results["aws-region"]["fix"]["safety"] == "safe"


def test_host_in_capital_letters(healthy: Sandbox) -> None:
    healthy.write(".aws/config", "[default]\noutput = json\n")
    healthy.git("remote", "set-url", "origin", URL.replace("git-", "GIT-"))
    assert "aws-region" in healthy.examine().with_status("fail")


@pytest.mark.parametrize("output", ["json", "text", "table", "yaml", "yaml-stream"])
def test_output_formats(healthy: Sandbox, output: str) -> None:
    healthy.write(".aws/config", f"[default]\nregion = us-east-2\noutput = {output}\n")
    assert not healthy.examine().with_status("fail", "warn")


def test_no_such_output_format(healthy: Sandbox) -> None:
    healthy.write(".aws/config", "[default]\nregion = us-east-2\noutput = jsn\n")
    done = healthy.examine()
    assert done.with_status("warn") == {"aws-region"}
    assert not done.with_status("fail")
    healthy.follow(done, "aws-region")
    assert healthy.examine().status("aws-region") == "pass"
    healthy.env["AWS_DEFAULT_OUTPUT"] = "xml"
    assert healthy.examine().status("aws-region") == "warn"
