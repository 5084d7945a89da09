"""Environments as data: what a machine is like, and that machine made for a test."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from tests.lab.accounts import PolicySource
from tests.lab.hosts import partition_of
from tests.lab.identities import Credential
from tests.lab.programs import MISSING, REAL
from tests.lab.service import Lab
from tests.lab.signature import git_password

AWS_HELPER = "!aws codecommit credential-helper $@"
HEALTHY_GITCONFIG = f"[credential]\n\thelper = {AWS_HELPER}\n\tUseHttpPath = true\n"
HEALTHY_AWS_CONFIG = "[default]\nregion = us-east-2\noutput = json\n"
HEALTHY_AWS_CREDENTIALS = (
    "[default]\naws_access_key_id = @KEY@\naws_secret_access_key = @SECRET@\n@TOKENLINE@"
)
HEALTHY_POLICIES: tuple[PolicySource, ...] = ("AWSCodeCommitPowerUser", "IAMReadOnlyAccess")

URL = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo"

STALE = timedelta(minutes=40)
"""The age of the signature that @STALE@ stands for."""

SIGNATURE = re.compile(r"\d{8}T\d{6}Z[0-9a-f]{64}")

_LIMIT = 120.0
"""Seconds for one program."""


@dataclass(frozen=True)
class Stored:
    """A password in a real store. helper: "store", "cache" or "manager".

    path: whether the entry is for the repository alone, as UseHttpPath makes it.
    """

    helper: str
    username: str = "@GITUSER@"
    password: str = "@STALE@"
    path: bool = True


@dataclass(frozen=True, kw_only=True)
class Setup:
    """A machine, as data; by itself a healthy one.

    Everywhere in its texts: @URL@ and @HOST@ of the repository, @HOME@, @BIN@ (the first folder of
    the PATH), @KEY@, @SECRET@, @TOKEN@ and @GITUSER@ of the user, @PASSWORD@ (a signature made
    now), @STALE@ (made 40 minutes ago), @SERVICEUSER@ and @SERVICEPASSWORD@ (Git credentials).

    url: of the clone's origin. exists: whether the lab has that repository. home: name of the home
    folder. system, user, local: the texts of the three gitconfigs. files: more files, by path
    below the home. programs: see Programs.path(); the machine's git is always there. policies: of
    the user. git_credentials: their status, "" for none. session: use temporary credentials.
    stored: what credential stores hold. clock_behind: how far the machine's clock is behind the
    service's. prepare: for what is no data, called last.
    """

    url: str = URL
    exists: bool = True
    home: str = "hö me"
    system: str = ""
    user: str = HEALTHY_GITCONFIG
    local: str = ""
    aws_config: str = HEALTHY_AWS_CONFIG
    aws_credentials: str = HEALTHY_AWS_CREDENTIALS
    files: Mapping[str, str] = field(default_factory=dict)
    programs: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    policies: tuple[PolicySource, ...] = HEALTHY_POLICIES
    git_credentials: str = ""
    session: timedelta | None = None
    stored: tuple[Stored, ...] = ()
    clock_behind: timedelta = timedelta()
    prepare: Callable[[Environment], None] | None = None


class Environment:
    """A machine made from a Setup, with an AWS account of its own. Use as a context manager.

    folder: an empty folder for all of it. home, clone, bin: parts of it. user: the access key that
    the AWS files hold (temporary if the Setup says so).
    """

    def __init__(self, lab: Lab, folder: Path, setup: Setup | None = None) -> None:
        self.lab, self.folder, self.setup = lab, folder, setup or Setup()
        self.home = folder / self.setup.home
        self.clone = self.home / "clone"
        self.bin = folder / "bin"
        split = urlsplit(self.setup.url)
        self.host, self.path = split.hostname or "", split.path
        self._secrets: set[str] = set()
        self._make_account()
        self._make_machine()
        lab.clock.offset = self.setup.clock_behind
        for stored in self.setup.stored:
            self.store(stored)
        if self.setup.prepare:
            self.setup.prepare(self)

    def __enter__(self) -> Environment:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the daemon of git-credential-cache, if there is one."""
        self.lab.clock.offset = timedelta()
        for socket in (self.home / ".cache/git/credential", self.home / ".git-credential-cache"):
            if socket.is_dir():
                self.run("git", "credential-cache", "exit")

    # making it

    @property
    def region(self) -> str:
        """The region of the URL's host; us-east-2 if it has none."""
        found = re.search(r"git-codecommit(?:-fips)?\.([a-z0-9-]+)\.", self.host)
        return found[1] if found else "us-east-2"

    def _make_account(self) -> None:
        setup = self.setup
        self.account = self.lab.account(partition_of(self.region))
        long_term = self.account.user("dev", *setup.policies)
        self.user: Credential = long_term
        if setup.session is not None:
            self.user = self.account.session(long_term.caller, valid=setup.session)
        self.service = self.account.git_credential("dev", setup.git_credentials or "Inactive")
        if not setup.git_credentials:
            self.account.git_credentials.remove(self.service)
        if setup.exists:
            self.account.repository(self.path.rpartition("/")[2], self.region)

    def _make_machine(self) -> None:
        for made in (self.home, self.folder / "tmp"):
            made.mkdir(parents=True)
        programs = {"aws": REAL} | dict(self.setup.programs)
        if any(stored.helper == "manager" for stored in self.setup.stored):
            programs = {"git-credential-manager": REAL} | programs
        scripts = {name: self.fill_in(text) for name, text in programs.items()}
        self._path = self.lab.programs.path(self.bin, scripts)
        self.system_config = self.folder / "gitconfig"
        self.system_config.write_text(self.fill_in(self.setup.system), "utf-8")
        self.write(".gitconfig", self.setup.user)
        self.write(".aws/config", self.setup.aws_config)
        self.write(".aws/credentials", self.setup.aws_credentials)
        for name, text in self.setup.files.items():
            self.write(name, text)
        self._make_clone()

    def _make_clone(self) -> None:
        """Like ``git init``, which a broken configuration would not let us run."""
        config = (
            "[core]\n\trepositoryformatversion = 0\n\tbare = false\n"
            f'[remote "origin"]\n\turl = {self.setup.url}\n'
            "\tfetch = +refs/heads/*:refs/remotes/origin/*\n" + self.setup.local
        )
        self.write("clone/.git/HEAD", "ref: refs/heads/main\n")
        self.write("clone/.git/config", config)
        for folder in ("objects", "refs"):
            (self.clone / ".git" / folder).mkdir()

    def write(self, name: str, text: str) -> Path:
        """Writes a file below the home, private as ~/.netrc and ~/.aws want it."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.fill_in(text), "utf-8")
        path.chmod(0o600)
        return path

    def signature(self, age: timedelta = timedelta()) -> str:
        """A password as the AWS helper made it that long ago, by the service's clock."""
        at = self.lab.clock.now() - age
        made = git_password(self.user.secret, self.host, self.path, self.region, at)
        self._secrets.add(made)
        return made

    def fill_in(self, text: str) -> str:
        """Replaces the @NAMES@ of Setup; anything else between two @ stays."""
        token = self.user.token or ""
        values: dict[str, Callable[[], str]] = {
            "URL": lambda: self.setup.url,
            "HOST": lambda: self.host,
            "HOME": lambda: str(self.home),
            "BIN": lambda: str(self.bin),
            "KEY": lambda: self.user.access_key,
            "SECRET": lambda: self.user.secret,
            "TOKEN": lambda: token,
            "TOKENLINE": lambda: f"aws_session_token = {token}\n" if token else "",
            "GITUSER": lambda: self.user.git_user,
            "PASSWORD": self.signature,
            "STALE": lambda: self.signature(STALE),
            "SERVICEUSER": lambda: self.service.name,
            "SERVICEPASSWORD": lambda: self.service.password,
        }
        return re.sub(rf"@({'|'.join(values)})@", lambda found: values[found[1]](), text)

    def store(self, stored: Stored) -> None:
        """Gives a password to a real credential store, by its own command."""
        lines = {
            "protocol": "https",
            "host": self.host,
            "path": self.path.lstrip("/") if stored.path else "",
            "username": self.fill_in(stored.username),
            "password": self.fill_in(stored.password),
        }
        self._secrets.add(lines["password"])
        text = "".join(f"{name}={value}\n" for name, value in lines.items() if value)
        self.run("git", f"credential-{stored.helper}", "store", input=text, check=True)

    # using it

    def url_of(self, repository: str) -> str:
        """The URL of another repository at the same host."""
        return self.setup.url.rpartition("/")[0] + f"/{repository}"

    def environ(self) -> dict[str, str]:
        """The whole environment of the machine's programs; nothing comes from this machine's."""
        home = str(self.home)
        found = {
            "HOME": home,
            "USERPROFILE": home,
            "XDG_CONFIG_HOME": f"{home}/.config",
            "XDG_CACHE_HOME": f"{home}/.cache",
            "XDG_DATA_HOME": f"{home}/.local/share",
            "XDG_STATE_HOME": f"{home}/.local/state",
            "PATH": self._path,
            "TMPDIR": str(self.folder / "tmp"),
            "LANG": "C.UTF-8",
            "GIT_CONFIG_SYSTEM": str(self.system_config),
            "GCM_CREDENTIAL_STORE": "plaintext",
            "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1",
            **self.lab.variables(),
        }
        variables = {name: self.fill_in(text) for name, text in self.setup.variables.items()}
        return {name: text for name, text in (found | variables).items() if text != MISSING}

    def run(
        self,
        *words: str,
        cwd: Path | None = None,
        input: str = "",
        check: bool = False,
        variables: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Runs a program of the machine, without a terminal. cwd: the home if not given."""
        env = self.environ() | dict(variables or {})
        program = shutil.which(words[0], path=env["PATH"]) or words[0]
        done = subprocess.run(
            [program, *map(self.fill_in, words[1:])],
            cwd=cwd or self.home,
            env=env,
            input=input.encode(),
            capture_output=True,
            timeout=_LIMIT,
            start_new_session=os.name == "posix",
        )
        out, err = (text.decode("utf-8", "backslashreplace") for text in (done.stdout, done.stderr))
        assert not check or done.returncode == 0, f"{words}: {done.returncode}\n{out}\n{err}"
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    def git(self, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Runs git, which may not ask at a terminal. cwd: the clone if not given."""
        return self.run(
            "git", *words, cwd=cwd or self.clone, variables={"GIT_TERMINAL_PROMPT": "0"}
        )

    def aws(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.run("aws", *words)

    def planted(self) -> set[str]:
        """Every secret that stands anywhere on this machine or in its account."""
        found = {self.user.secret, self.service.password, *self._secrets}
        found |= {self.user.token} if self.user.token else set()
        found |= {g.password for g in self.account.git_credentials}
        for name in self.account.iam.users.values():
            found |= {key.secret_access_key for key in name.access_keys}
        return {secret for secret in found if secret}
