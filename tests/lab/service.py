"""The lab: a CodeCommit, with the parts of AWS around it, behind one proxy on loopback."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path
from types import TracebackType

import trustme

from tests.lab.accounts import Account, Accounts
from tests.lab.aws_host import AwsHost, read_call
from tests.lab.git_host import GitHost
from tests.lab.hosts import Host
from tests.lab.journal import Entry, Journal
from tests.lab.programs import Programs
from tests.lab.proxy import Certificates, Clock, Proxy
from tests.lab.wire import Answer, Request


class Lab:
    """Runs from its making to close(); also a context manager.

    clock: the service's; move it to make a machine's clock wrong. journal: all that was asked.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="codecommit-lab-"))
        self.clock = Clock()
        self.journal = Journal()
        self.accounts = Accounts(self.folder / "repositories")
        self.programs = Programs(self.folder / "programs")
        self._hosts: dict[str, GitHost | AwsHost] = {
            "git": GitHost(self.accounts, self.clock),
            "api": AwsHost(self.accounts, self.clock),
        }
        authority = trustme.CA()
        self.ca_bundle = self.folder / "ca.pem"
        authority.cert_pem.write_to_path(self.ca_bundle)
        self._no_authorities = self.folder / "no-authorities"  # the system's take a while to load
        self._no_authorities.mkdir()
        self._proxy = Proxy(Certificates(authority), self.clock, self._respond, self._refused)

    def __enter__(self) -> Lab:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._proxy.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def account(self, partition: str = "aws") -> Account:
        """A new account, which shares nothing with the others."""
        return self.accounts.new(partition)

    @property
    def proxy_url(self) -> str:
        return self._proxy.url

    def variables(self) -> dict[str, str]:
        """The environment variables that lead git, the aws command and boto3 here."""
        bundle = str(self.ca_bundle)
        return {
            "HTTPS_PROXY": self._proxy.url,
            "GIT_SSL_CAINFO": bundle,
            "GIT_SSL_CAPATH": str(self._no_authorities),
            "AWS_CA_BUNDLE": bundle,
            "REQUESTS_CA_BUNDLE": bundle,
            "SSL_CERT_FILE": bundle,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def _respond(self, host: Host, request: Request) -> Answer:
        if host.kind == "git":
            operation = request.parameter("service")
        else:
            operation = f"{host.service}:{read_call(request)[0]}"
        began = time.monotonic()
        try:
            answer = self._hosts[host.kind].respond(host, request)
        except Exception as error:  # seen in the journal, and as a 500
            answer = Answer(500, why=f"the lab broke: {type(error).__name__}: {error}")
        self.journal.add(
            Entry(
                request.method,
                host.name,
                request.path,
                operation,
                answer.status,
                answer.who,
                answer.why,
                began,
                time.monotonic(),
            )
        )
        return answer

    def _refused(self, host: str, status: int, why: str) -> None:
        self.journal.add(Entry("CONNECT", host, "", "", status, why=why))
