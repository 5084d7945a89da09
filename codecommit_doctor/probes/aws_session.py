"""A session with AWS that asks nobody anything, waits for nothing long, and explains its failures.

Reasons are written here and hold at most names of profiles, operations and error codes: messages
of the AWS SDK may quote what a credential process printed.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codecommit_doctor.probes import process
from codecommit_doctor.probes.once import once
from codecommit_doctor.probes.unavailable import Unavailable
from codecommit_doctor.rules.access_key import Keys
from codecommit_doctor.rules.telling import spoken_reason

if TYPE_CHECKING:
    from botocore.credentials import CredentialResolver
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.session import Session

__all__ = ["CLOCK", "AwsSession", "Unavailable"]

_PATIENCE = 5
"""Seconds to connect to AWS, and seconds to wait for an answer."""

_PROCESS_LIMIT = 10.0
"""Seconds for a profile's credential_process."""

_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")
_EXPIRED = ("ExpiredToken", "ExpiredTokenException", "RequestExpired")
_REFUSED = (
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "SignatureDoesNotMatch",
    "IncompleteSignature",
    "AuthFailure",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
)
CLOCK = "CLOCK"
"""The code where AWS takes this machine's clock for wrong."""

_OF_THE_CLOCK = re.compile(
    r"Signature (?:expired|not yet current): \d{8}T\d{6}Z is (?:now|still) \w+ than \d{8}T\d{6}Z"
)

_LOGIN = ("SSOError", "TokenRetrievalError", "LoginError")
_NETWORK = (
    "ConnectionError",
    "ConnectTimeoutError",
    "EndpointConnectionError",
    "HTTPClientError",
    "ProxyConnectionError",
    "ReadTimeoutError",
    "SSLError",
)

_UNREAD = "UNREAD"
"""The code where our botocore can't read a login: another program may."""

_OTHER_SHAPE = (AttributeError, ImportError, TypeError)
"""What a botocore raises that is built in another way than is known, or meets what it never did."""


class AwsSession:
    """Calls to AWS with the credentials of a profile; None stands for whatever the SDK finds.

    asks_cli: the user's own AWS CLI is asked for keys that our botocore can't read.
    """

    def __init__(
        self, profile: str | None, region: str | None, offline: bool, *, asks_cli: bool = False
    ) -> None:
        self.profile, self.region, self.offline = profile, region, offline
        self._asks_cli = asks_cli
        self._building = threading.Lock()
        self._programs: list[process.Completed] = []

    @property
    def who(self) -> str:
        """The profile, in words; the environment, where botocore takes the keys from there."""
        from codecommit_doctor.probes.profiles import Profiles

        if self.profile is None and os.environ.get("AWS_ACCESS_KEY_ID"):
            return "the AWS_* environment variables"
        return f"the profile {self.profile or Profiles().default_name()}"

    def long_term(self) -> bool:
        """True for an access key that never expires. Raises Unavailable."""
        return self.keys().token is None

    @once
    def keys(self) -> Keys:
        """The credentials as they are now: to sign with, never to show. Raises Unavailable."""
        try:
            return self._read_keys()
        except Unavailable as unread:
            if unread.code != _UNREAD or not (keys := self._exported()):
                raise
            with self._explained():
                self._core().set_credentials(keys.access_key, keys.secret, keys.token)
            return keys

    def _read_keys(self) -> Keys:
        with self._explained(unusable=True):
            credentials = self._session().get_credentials()
            if credentials is None:
                if self._has_unread_login():
                    raise Unavailable(_cannot_read(), code=_UNREAD)
                reason = f"no AWS credentials were found for {self.who}"
                raise Unavailable(reason, unusable=True)
            frozen = credentials.get_frozen_credentials()
            ends = getattr(credentials, "_expiry_time", None)
            return Keys(self.who, frozen.access_key, frozen.secret_key, frozen.token, ends)

    def _exported(self) -> Keys | None:
        """The keys as the user's AWS CLI gives them out; None if it can't or is not to be asked."""
        from codecommit_doctor.probes.export import exported_keys
        from codecommit_doctor.probes.profiles import Profiles

        if not self._asks_cli:
            return None
        return exported_keys(self.profile or Profiles().default_name(), self.who)

    def _has_unread_login(self) -> bool:
        """A session of ``aws login``, and a botocore of before 1.41, which passes it over."""
        from botocore import credentials

        login = "login_session" in self._core().get_scoped_config()
        return login and not hasattr(credentials, "LoginProvider")

    def ask(self, service: str, operation: str, /, **parameters: Any) -> dict[str, Any]:
        """One call, named as in boto3. Raises Unavailable."""
        with self._explained():
            answer = getattr(self._client(service), operation)(**parameters)
            return dict(answer)

    def ask_in(
        self, region: str, service: str, operation: str, /, **parameters: Any
    ) -> dict[str, Any]:
        """One call in another region. Raises Unavailable."""
        with self._explained():
            return dict(getattr(self._client(service, region), operation)(**parameters))

    def ask_all(self, service: str, operation: str, key: str, /, **parameters: Any) -> list[Any]:
        """All pages of a call. key: the member that holds the list. Raises Unavailable."""
        with self._explained():
            pages = self._client(service).get_paginator(operation).paginate(**parameters)
            return [item for page in pages for item in page.get(key, [])]

    @once
    def _client(self, service: str, region: str | None = None) -> Any:
        self.keys()  # looked for once, by one thread
        session = self._session()
        with self._building:  # boto3 sessions are not made for several threads
            return session.client(service, region_name=region)

    @once
    def _session(self) -> Any:
        if self.offline:
            raise Unavailable("AWS was not asked: --offline is set")
        import boto3

        return boto3.Session(botocore_session=self._core(), region_name=self._region())

    def _region(self) -> str:
        return self.region or self._core().get_config_variable("region") or "us-east-1"

    @once
    def _core(self) -> Any:
        import botocore.session
        from botocore.config import Config

        core = botocore.session.Session(profile=self.profile)
        core.set_default_client_config(
            Config(
                connect_timeout=_PATIENCE,
                read_timeout=_PATIENCE,
                retries={"total_max_attempts": 2, "mode": "standard"},
            )
        )
        region = self.region or core.get_config_variable("region") or "us-east-1"
        core.register_component("credential_provider", _harmless(core, region, self._programs))
        return core

    @contextmanager
    def _explained(self, *, unusable: bool = False) -> Iterator[None]:
        """unusable: what fails here fails for the AWS CLI too."""
        if self.offline:
            raise Unavailable("AWS was not asked: --offline is set")
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError

        try:
            yield
        except ClientError as error:
            raise self._refusal(error) from None
        except BotoCoreError as error:
            raise self._trouble(error) from None
        except ResponseParserError:
            raise Unavailable("something answered that is not AWS, perhaps a proxy") from None
        except RuntimeError as error:
            if "still expired" not in str(error):
                raise
            what = "credential_process" if self._programs else "program"
            reason = f"the credentials of {self.who} have expired: its {what} gives old ones"
            raise Unavailable(reason, unusable=unusable) from None
        except (*_OTHER_SHAPE, ValueError, KeyError, OSError) as error:
            kind = type(error).__name__
            is_ours = isinstance(error, _OTHER_SHAPE)  # and says nothing of the AWS CLI's own
            failed = self._failed_program(unusable=unusable)
            if failed and not (is_ours and self._printed_keys()):
                raise failed from None
            if is_ours:
                raise Unavailable(f"{_botocore()} failed here ({kind})", code=_UNREAD) from None
            if str(error).startswith("Unsupported host"):
                kind = str(error).partition(". ")[0]
            if isinstance(error, OSError) and error.filename:
                kind = f"{error.filename}: {error.strerror}"
            reason = f"the credentials of {self.who} can't be read ({kind})"
            raise Unavailable(reason, unusable=unusable) from None

    def _refusal(self, error: ClientError) -> Unavailable:
        code = str(error.response.get("Error", {}).get("Code", ""))
        operation = error.operation_name
        said = str(error.response.get("Error", {}).get("Message", ""))
        if refused := _OF_THE_CLOCK.match(said):
            return Unavailable(f"AWS refuses the time of a signature: {refused[0]}", code=CLOCK)
        if code in _EXPIRED:
            reason = f"the credentials of {self.who} have expired"
            return Unavailable(reason, code=code, unusable=True)
        if code in _REFUSED:
            reason = f"AWS does not accept the credentials of {self.who} ({code})"
            return Unavailable(reason, code=code, unusable=True)
        if code in _DENIED and operation.startswith("AssumeRole"):
            reason = f"the role of {self.who} may not be assumed: sts:{operation} is denied"
            return Unavailable(reason, code=code, unusable=True)
        if code in _DENIED:
            action = f"{_service_of(operation)}:{operation}"
            return Unavailable(f"{self.who} may not call {action}", action, code)
        return Unavailable(f"AWS answered {code or 'with an error'} to {operation}", code=code)

    def _trouble(self, error: BotoCoreError) -> Unavailable:
        names = {cls.__name__ for cls in type(error).__mro__}
        if "CredentialRetrievalError" in names and (failed := self._failed_program()):
            return failed
        unusable = {
            **dict.fromkeys(_LOGIN, f"the login of {self.who} has expired or was never made"),
            "ProfileNotFound": f"{self.who} is not in the AWS configuration",
            "NoCredentialsError": f"no AWS credentials were found for {self.who}",
            "PartialCredentialsError": f"the credentials of {self.who} are incomplete",
            "CredentialRetrievalError": _supplier(error, self.who),
            "InfiniteLoopConfigError": f"the source profiles of {self.who} lead in a circle",
            "InvalidConfigError": f"the settings of {self.who} do not make sense together",
        }
        other = {
            "MissingDependencyException": _cannot_read(),
            "ConfigParseError": "the AWS configuration is not well-formed",
            "SSLError": "AWS could not be asked: its certificate was not accepted",
        }
        for name, reason in other.items():
            if name in names:
                code = _UNREAD if name == "MissingDependencyException" else ""
                return Unavailable(reason, code=code)
        if names & set(_NETWORK):
            kind = type(error).__name__
            return Unavailable(f"AWS could not be reached over the network ({kind})")
        for name, reason in unusable.items():
            if name in names:
                return Unavailable(reason, unusable=True)
        kind = type(error).__name__
        return Unavailable(f"the credentials of {self.who} can't be used ({kind})")

    def _failed_program(self, *, unusable: bool = True) -> Unavailable | None:
        """What the credential_process said, if it was run and brought nothing."""
        if not self._programs:
            return None
        outcome = self._programs[-1]
        if outcome.hung:  # the AWS CLI waits longer, for a person who logs in perhaps
            limit = f"{_PROCESS_LIMIT:g} seconds"
            return Unavailable(f"the credential_process of {self.who} gave no answer in {limit}")
        said = spoken_reason(outcome.error_text)
        if outcome.failure:
            program = f"{outcome.words[0]} " if outcome.code is None else ""
            said = said or f"{program}{outcome.failure}"
            why = f"the credential_process of {self.who} failed: {said}"
            return Unavailable(why, unusable=unusable)
        why = f": {said}" if said else f" ({_lacking(outcome.output)})"
        why = f"the credential_process of {self.who} prints no credentials{why}"
        return Unavailable(why, unusable=unusable)

    def _printed_keys(self) -> bool:
        """Whether the credential_process printed what AWS prescribes.

        Source: "Process credential provider" in the AWS SDKs and Tools Reference Guide.
        """
        try:
            printed = json.loads(self._programs[-1].output)
            return isinstance(printed["AccessKeyId"], str) and bool(printed["SecretAccessKey"])
        except (IndexError, KeyError, TypeError, ValueError):
            return False


class _BoundedProcess:
    """Stands in for Popen where a credential_process is run: time limit, no input, no prompt."""

    def __init__(self, words: list[str], ran: list[process.Completed]) -> None:
        self._words, self._ran = words, ran
        self.returncode = 1

    def communicate(self) -> tuple[bytes, bytes]:
        outcome = process.run(self._words, limit=_PROCESS_LIMIT)
        self._ran.append(outcome)
        self.returncode = 0 if outcome.failure is None else 1
        return outcome.output, b""


def _harmless(core: Session, region: str, ran: list[process.Completed]) -> CredentialResolver:
    """Botocore's own chain, its providers made so that they neither prompt, wait nor write.

    ran: takes what became of each program that a provider starts. Everything is handed to public
    constructors; a botocore that does not take it raises AttributeError, ImportError, or TypeError.
    """
    from botocore import credentials
    from botocore.utils import JSONFileCache

    class ReadOnlyCache(JSONFileCache):
        """Sessions of roles that the AWS CLI left behind, so that a second factor counts."""

        def __setitem__(self, cache_key: str, value: Any) -> None:
            return None

    def refuse(prompt: str) -> str:
        reason = "a second factor (MFA) is asked for, and the doctor does not prompt"
        raise Unavailable(reason, code="MFA")

    def config() -> Any:
        return core.full_config

    def client(service_name: str, **more: Any) -> Any:
        return core.create_client(service_name, **{"region_name": region, **more})

    def program(profile: str) -> Any:
        start: Any = lambda words, **_: _BoundedProcess(words, ran)  # noqa: E731
        return credentials.ProcessProvider(profile, config, popen=start)

    class OfProfile(credentials.ProfileProviderBuilder):
        """A role asks for the providers of its source profile too."""

        def providers(self, profile_name: str, disable_env_vars: bool = False) -> list[Any]:
            usual = super().providers(profile_name, disable_env_vars)
            return _exchanged(usual, {"custom-process": program(profile_name)})

    profile = core.get_config_variable("profile") or "default"
    cache: Any = ReadOnlyCache(str(Path("~/.aws/cli/cache").expanduser()))
    chain = credentials.create_credential_resolver(core, cache=cache, region_name=region)
    sources = [credentials.EnvProvider(), credentials.ContainerProvider()]
    role = credentials.AssumeRoleProvider(
        load_config=config,
        client_creator=client,
        cache=cache,
        profile_name=profile,
        prompter=refuse,
        credential_sourcer=credentials.CanonicalNameCredentialSourcer(
            [*sources, chain.get_provider("iam-role")]
        ),
        profile_provider_builder=OfProfile(core, cache=cache, region_name=region),
    )
    made = {"assume-role": role, "custom-process": program(profile)}
    return credentials.CredentialResolver(_exchanged(chain.providers, made))


def _exchanged(usual: Sequence[Any], made: Mapping[str, object]) -> list[Any]:
    """The providers, some of them exchanged. Raises AttributeError where one is not among them."""
    methods = [provider.METHOD for provider in usual]
    if missing := made.keys() - methods:
        raise AttributeError(f"no provider {', '.join(missing)}")
    return [made.get(provider.METHOD, provider) for provider in usual]


def _lacking(output: bytes) -> str:
    """Why an AWS program takes no keys from what a credential_process printed."""
    try:
        printed = json.loads(output)
    except ValueError:
        return "no JSON"
    if not isinstance(printed, dict):
        return "no JSON object"
    if (version := printed.get("Version")) != 1:
        return "no Version" if version is None else "its Version is not 1"
    names = ("AccessKeyId", "SecretAccessKey")
    return f"no {next((name for name in names if not printed.get(name)), 'usable key')}"


_SUPPLIERS = {
    "Ec2InstanceMetadata": "the instance has no role that gives credentials to",
    "EcsContainer": "the container has no role that gives credentials to",
    "Environment": "the AWS_* variables hold no credentials for",
}
"""What a profile may name as its ``credential_source``."""


def _supplier(error: BotoCoreError, who: str) -> str:
    """Who should have supplied credentials, and did not."""
    if error.kwargs.get("provider") == "container-role":
        silent = re.search(r'endpoint URL: "(\w+://[^/"]+)', str(error.kwargs.get("error_msg")))
        why = f": no answer from {silent[1]}" if silent else ""
        return f"the container gives no credentials to {who}{why}"
    named = _SUPPLIERS.get(str(error.kwargs.get("provider")))
    return f"{named} {who}" if named else f"the program that supplies credentials for {who} failed"


def _botocore() -> str:
    import botocore

    return f"the doctor's own botocore {botocore.__version__}"


def _cannot_read() -> str:
    return f"{_botocore()} can't read this kind of login"


def _service_of(operation: str) -> str:
    """The prefix of an operation's IAM action, among the services that are asked here."""
    if operation in ("GetCallerIdentity", "AssumeRole", "AssumeRoleWithWebIdentity"):
        return "sts"
    if operation == "GetRepository":
        return "codecommit"
    return "kms" if operation in ("ListAliases", "DescribeKey", "GetKeyPolicy") else "iam"
