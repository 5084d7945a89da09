"""Git over HTTPS on Windows: git with schannel, the lab's CodeCommit, and the doctor online."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import trustme

from tests.lab.environment import HEALTHY_POLICIES
from tests.lab.service import Lab
from tests.windows import wine
from tests.windows.machine import GOOD, URL, Drive, Windows

TRUSTS = (
    "[core]\n\tautocrlf = true\n"
    "[http]\n\tsslBackend = schannel\n\tschannelUseSSLCAInfo = true\n\tsslCAInfo = {}\n"
)
CLONE = ("clone", "--quiet", URL)


class Connected(Windows):
    """A Windows machine that reaches the lab as many do: through a proxy whose CA is a file.

    wine's schannel takes any certificate that it is to judge by itself; with a file curl judges.
    """

    def __init__(self, drive: Drive, lab: Lab) -> None:
        super().__init__(drive)
        self.authority = wine.windows_path(lab.ca_bundle)
        account = lab.account()
        account.repository("demo", "us-east-2")
        self.user = account.user("dev", *HEALTHY_POLICIES)
        self.env |= {
            "HTTPS_PROXY": lab.proxy_url,
            "AWS_CA_BUNDLE": self.authority,
            "GIT_TERMINAL_PROMPT": "0",
        }
        self._healthy = self.env
        self.heal()

    def heal(self) -> None:
        """Makes it a healthy machine again."""
        self.env = dict(self._healthy)
        self.system(TRUSTS.format(self.authority.replace("\\", "/")))
        self.write(".gitconfig", GOOD)
        self.keys(self.user.secret)

    def keys(self, secret: str) -> None:
        text = f"aws_access_key_id = {self.user.access_key}\naws_secret_access_key = {secret}\n"
        self.write(".aws/credentials", f"[default]\n{text}")


@pytest.fixture(scope="module")
def one_machine(drive: Drive, lab: Lab) -> Connected:
    if not drive.at("C:/Program Files/Git/mingw64/libexec/git-core/git-remote-https.exe").exists():
        pytest.skip("not installed: the libcurl of the Windows machine's git")
    return Connected(drive, lab)


@pytest.fixture
def connected(one_machine: Connected) -> Iterator[Connected]:
    yield one_machine
    one_machine.heal()


def _is_there(windows: Windows, folder: str) -> bool:
    return windows.at(f"{windows.clone}\\{folder}\\.git\\refs\\remotes\\origin").is_dir()


def test_a_healthy_machine_clones_and_has_no_warning(connected: Connected) -> None:
    cloned = connected.git(*CLONE, "Geklont 1")
    assert (cloned.code, cloned.err) == (0, ""), cloned
    assert _is_there(connected, "Geklont 1")
    done = connected.examine(online=True, limit=300)
    assert done.with_status("fail", "warn", "error") == set(), done.out
    assert done.status("git-access") == "pass"
    assert connected.user.secret not in done.out


def _other_authority(windows: Connected) -> None:
    file = windows.at(f"{windows.root}\\other.pem")
    trustme.CA().cert_pem.write_to_path(file)
    windows.system(TRUSTS.format(f"{windows.root}\\other.pem".replace("\\", "/")))


@dataclass(frozen=True)
class Fault:
    """What is broken, what git prints, the check that must say so, and what it names."""

    name: str
    break_it: Callable[[Connected], object]
    shows: str
    check: str
    says: str
    may: frozenset[str] = frozenset()
    url: str = URL


FAULTS = (
    Fault(
        name="the-secret-of-another-key",
        break_it=lambda windows: windows.keys("x" * 40),
        shows="The requested URL returned error: 403",
        check="aws-credentials",
        says="SignatureDoesNotMatch",
        may=frozenset({"aws-identity", "credential-handshake", "git-access"}),
    ),
    Fault(
        name="no-such-repository",
        break_it=lambda windows: None,
        shows="not found",
        check="repository-exists",
        says="demi",
        may=frozenset({"git-access"}),
        url=URL.replace("demo", "demi"),
    ),
    Fault(
        name="a-certificate-of-somebody-else",
        break_it=_other_authority,
        shows="schannel: CertGetCertificateChain trust error CERT_TRUST_IS_",
        check="endpoint-reachable",
        says="The file that http.sslCAInfo names must hold the CA",
    ),
    Fault(
        name="a-proxy-that-is-not-there",
        break_it=lambda windows: windows.env.update(HTTPS_PROXY="http://127.0.0.1:9"),
        shows="Failed to connect to 127.0.0.1 port 9",
        check="endpoint-reachable",
        says="the proxy 127.0.0.1 of environment variable HTTPS_PROXY does not answer",
        may=frozenset({"aws-credentials"}),
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_doctor_names_what_git_runs_into(connected: Connected, fault: Fault) -> None:
    fault.break_it(connected)
    shown = connected.git("ls-remote", fault.url)
    assert shown.code == 128, shown
    assert fault.shows in shown.err
    done = connected.examine(fault.url, online=True, limit=300)
    assert fault.check in done.with_status("fail"), done.out
    assert done.with_status("fail") <= {fault.check, *fault.may}, done.out
    assert fault.says in json.dumps(done.results[fault.check])
    assert connected.user.secret not in done.out


def test_a_fix_makes_git_clone_work_and_run_watches_it(connected: Connected) -> None:
    connected.write(".gitconfig", GOOD.replace("\tUseHttpPath = true\n", ""))
    failed = connected.doctor("run", "--", "git", *CLONE, "Geklont 2", limit=300)
    assert failed.code == 128, failed
    assert "use-http-path" in failed.err
    fixed = connected.doctor("--fix", "--yes", "--timeout", "120", limit=300)
    assert fixed.code == 0, fixed
    again = connected.doctor("run", "--", "git", *CLONE, "Geklont 2", limit=300)
    assert (again.code, again.out + again.err) == (0, ""), again
    assert _is_there(connected, "Geklont 2")
