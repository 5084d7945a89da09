"""The check ``endpoint-reachable``."""

from __future__ import annotations

import re
from dataclasses import replace

from codecommit_doctor.check import (
    Advice,
    Endpoint,
    Evidence,
    Origin,
    Reach,
    Result,
    Symptom,
    Target,
    Transport,
    Trouble,
    check,
    failed,
    passed,
    skipped,
    warned,
)

_WHAT = {
    Trouble.NAME: "the name {host} can't be looked up",
    Trouble.PROXY_NAME: "the name of Git's proxy can't be looked up",
    Trouble.PROXY_LOGIN: "Git's proxy wants a login (407)",
    Trouble.PROXY_REFUSES: "Git's proxy refuses the way to {host}",
    Trouble.CONNECTION: "there is no connection to {host}",
    Trouble.TLS: "Git does not trust the connection to {host}, or can't set it up",
    Trouble.TIME: "Git gave up waiting for {host}",
    Trouble.FORBIDDEN: "Git is told not to use HTTPS",
}

_CODES = {
    Trouble.NAME: "name",
    Trouble.PROXY_NAME: "proxy-name",
    Trouble.PROXY_LOGIN: "proxy-login",
    Trouble.PROXY_REFUSES: "proxy-refuses",
    Trouble.CONNECTION: "connection",
    Trouble.TLS: "tls",
    Trouble.TIME: "time",
    Trouble.FORBIDDEN: "protocol-forbidden",
}
_HOW = {
    Trouble.NAME: "Check the region in the address, the DNS, the VPN and the proxy",
    Trouble.PROXY_NAME: "Correct http.proxy or the variable HTTPS_PROXY",
    Trouble.PROXY_LOGIN: "Give Git the proxy's login: git's http.proxy, http.proxyAuthMethod",
    Trouble.PROXY_REFUSES: "Allow CONNECT to this host, port 443, in the proxy",
    Trouble.CONNECTION: "Check the firewall, the proxy and the VPC endpoint for git-codecommit",
    Trouble.TLS: "Set http.sslCAInfo for this host to the CA of the proxy that inspects TLS",
    Trouble.TIME: "Check the firewall, the proxy and the VPC endpoint for git-codecommit",
    Trouble.FORBIDDEN: "Allow HTTPS again: see protocol-allowed",
}


_DECIDES = {
    **dict.fromkeys((Trouble.NAME, Trouble.CONNECTION, Trouble.TIME), "proxy|curlopt"),
    **dict.fromkeys((Trouble.PROXY_NAME, Trouble.PROXY_LOGIN, Trouble.PROXY_REFUSES), "proxy"),
    Trouble.TLS: "ssl|proxy",
    Trouble.FORBIDDEN: "protocol",
}
"""Which settings and variables can bring a trouble about."""

_SCHANNEL = (
    "Add the CA of the proxy that inspects TLS to Windows (certmgr.msc, Trusted Root Certification "
    "Authorities): Git uses schannel, which reads http.sslCAInfo only where "
    "http.schannelUseSSLCAInfo is true"
)
"""Source: git-config(1), http.schannelUseSSLCAInfo."""

_FILE = "The file that {} names must hold the CA of the proxy that inspects TLS"
_INSTEAD = ": Git's schannel reads it instead of the CAs of Windows"


@check(
    id="endpoint-reachable",
    category="network",
    title="Does Git reach CodeCommit?",
    why="Name, proxy, connection and certificate come before any password. Git has settings of its "
    "own for them, which the AWS CLI does not share.",
    source="https://docs.aws.amazon.com/codecommit/latest/userguide/codecommit-and-interface-VPC.html",
    after=(
        "git-version",
        "git-configuration",
        "protocol-allowed",
        "region-supported",
        "repository-url",
        "authorization-override",
    ),
    effect=True,
    explains=("git-access",),
    symptoms=(
        Symptom(
            r"(?:Could not|Couldn't) resolve host|Name or service not known"
            r"|Temporary failure in name resolution|nodename nor servname|getaddrinfo failed"
            r"|ENOTFOUND|EAI_AGAIN|UnknownHostException|remote name could not be resolved"
            r"|No such host is known|: no such host|Could not resolve hostname(?!.*ssh)",
            "The server's name can't be looked up: the region, the address, the DNS or the VPN.",
            "name",
        ),
        Symptom(
            r"(?:Could not|Couldn't) resolve proxy",
            "The name of the proxy can't be looked up.",
            "proxy-name",
        ),
        Symptom(
            r"Unsupported proxy (?:syntax|scheme)|Port number was not a decimal.*proxy",
            "The proxy setting is not an address: write http://HOST:PORT.",
        ),
        Symptom(
            r"407 from proxy|response 407|407 Proxy Auth|returned error: 407",
            "The proxy wants a login.",
            "proxy-login",
        ),
        Symptom(
            r"from proxy after CONNECT|CONNECT tunnel failed|Proxy CONNECT aborted"
            r"|Failed to connect to proxy URL|SOCKS[45]a? (?:connection|request)|connect to SOCKS",
            "The proxy does not let Git through to CodeCommit.",
            "proxy-refuses",
        ),
        Symptom(
            r"CRYPT_E_(?:NO_REVOCATION|REVOCATION)|0x8009201[23]|revocation function was unable"
            r"|revocation server was offline",
            "Windows can't ask whether the server's certificate was withdrawn: the place where "
            "such lists are kept is not reachable from here. Let the proxy or firewall pass it; or "
            "leave the question out, with git config --global http.schannelCheckRevoke false.",
            "tls",
        ),
        Symptom(
            r"SSL connect error|tlsv1 alert|sslv3 alert|alert protocol version"
            r"|unsupported protocol(?!:? .?codecommit)|alert handshake failure"
            r"|no protocols available|SEC_E_UNSUPPORTED_FUNCTION|SEC_E_ALGORITHM_MISMATCH",
            "The two sides have no version of TLS in common: CodeCommit wants 1.2, and this Git's "
            "libcurl, or a proxy on the way, is older. Upgrade Git.",
            "tls",
        ),
        Symptom(
            r"wrong version number|unknown protocol|packet length too long"
            r"|received record with unexpected|unexpected TLS packet|An unexpected TLS packet",
            "The other side does not speak TLS on this port: a proxy that is set as https:// and "
            "speaks http://, a login page, or a wrong port.",
            "tls",
        ),
        Symptom(
            r"SSL_ERROR_SYSCALL|non-properly terminated|Error in the pull function"
            r"|unexpected eof while reading|SSL_ERROR_ZERO_RETURN|failed to receive handshake"
            r"|SSL_read: |GnuTLS recv error|schannel: server closed"
            r"|decryption failed or bad record",
            "The TLS connection was cut: most often by a firewall or a proxy, or because the "
            "network changed.",
            "connection",
        ),
        Symptom(
            r"SSL certificate problem|gnutls_handshake\(\) failed: (?!The TLS connection was non"
            r"|Error in the pull|An unexpected TLS|A TLS packet)"
            r"|schannel: (?!failed to receive|server closed|.*(?:revocation|0x8009201))"
            r"|SSL_ERROR_(?!SYSCALL|ZERO)"
            r"|SSL_connect(?!: SSL_ERROR_(?:SYSCALL|ZERO)|.*wrong version)"
            r"|certificate verify failed|CertificateVerifyFailed|unable to get local issuer"
            r"|SSL validation failed|self.signed certificate|server certificate verification"
            r"|unsupported SSL backend|Could not set SSL backend|TLS connect error"
            r"|error setting certificate|Problem with the SSL CA cert"
            r"|SSL: no alternative certificate|SSL: certificate (?:subject|verification)"
            r"|errSSL\w+|SSLHandshake failed|adding trust anchors from"
            r"|SSL peer certificate or SSH remote key|legacy renegotiation disabled"
            r"|CA certificate|CAfile: "
            r"|certificate subject name|PKIX path building failed|x509: |SEC_E_UNTRUSTED_ROOT"
            r"|unable to verify the first certificate|SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER"
            r"|UNABLE_TO_VERIFY_LEAF|CERT_HAS_EXPIRED|ERR_TLS_CERT|SSLHandshakeException"
            r"|trust relationship for the SSL",
            "The connection is not trusted: a proxy that inspects TLS, or a list of CAs that is "
            "old.",
            "tls",
        ),
        Symptom(
            r"Failed to connect to(?! repository)|Connection refused|Couldn't connect to server"
            r"|Could not connect to server|Network is unreachable|No route to host"
            r"|Connection reset by peer|Recv failure|Send failure|Empty reply from server"
            r"|ECONNREFUSED (?!/)|ECONNRESET|EHOSTUNREACH|ENETUNREACH|actively refused it"
            r"|forcibly closed by|java\.net\.ConnectException|socket hang up|/info/refs\S*\": EOF"
            r"|Could not connect to the endpoint URL|Connection was closed before"
            r"|Failed to establish a new connection|Connection aborted"
            r"|HTTP Client failed to establish|HTTP Client raised an unhandled"
            r"|https?://\S+: connection failed|cannot open git-(?:upload|receive)-pack",
            "There is no connection to the server: a firewall, a proxy, or a VPC endpoint.",
            "connection",
        ),
        Symptom(
            r"Connection timed out|Operation timed out|Connect timeout on|Read timeout on"
            r"|Operation too slow|Timeout was reached|timed out after|i/o timeout"
            r"|context deadline exceeded|TLS handshake timeout|request canceled while waiting"
            r"|ETIMEDOUT|SocketTimeoutException|connect timed out|connected party did not properly"
            r"|The operation has timed out",
            "The server does not answer in time: a firewall, a proxy, or a VPC endpoint.",
            "time",
        ),
        Symptom(
            r"transport 'https' not allowed",
            "Git may not use HTTPS: protocol.allow, protocol.https.allow or GIT_ALLOW_PROTOCOL.",
            "protocol-forbidden",
        ),
        Symptom(
            r"Protocol \"?https\"? not supported|Protocol \"?https\"? (is )?disabled"
            r"|'remote-https?' is not a git command|Unable to find remote helper for 'https",
            "This Git can't use HTTPS: its package for it is missing, or its libcurl has no TLS.",
            "no-answer",
        ),
    ),
)
def endpoint_reachable(target: Target, endpoint: Endpoint) -> Result:
    """## Symptom
    `Could not resolve host`, `Failed to connect to HOST`, `SSL certificate problem: unable to get
    local issuer certificate`, `Received HTTP code 407 from proxy after CONNECT`; or it hangs.

    ## How it looks
    Git itself asks for the refs, without a password and with all credential helpers left out. So
    its proxy, its list of CAs and its TLS library count exactly as they do for you. CodeCommit is
    expected to answer 401. How far Git got is read from its verbose output.

    ## By hand
    ### Try it
    On Windows, macOS and Linux. It should end with a question for a user name, or with
    `could not read Username`:

    ```shell
    git -c credential.helper= ls-remote https://HOST/v1/repos/NAME
    ```

    ### A proxy
    On Windows, macOS and Linux. The first line shows what is set, the second one removes a proxy for
    all hosts:

    ```shell
    git config --show-origin --get-regexp "^http.*proxy"
    git config --global --unset-all http.proxy
    ```

    To use no proxy for this host alone:

    ```shell
    git config --global http.https://HOST.proxy ""
    ```

    The variables `HTTPS_PROXY` and `NO_PROXY` count too. `HTTP code 403 from proxy after CONNECT`
    is the proxy's own refusal: ask whoever runs it to let HOST through.

    ### A certificate
    Name the CA of the proxy that inspects TLS, for this host alone:

    ```shell
    git config --global http.https://HOST.sslCAInfo FILE
    ```

    On Windows, have Git use the system's list of CAs instead:

    ```bat
    git config --global http.sslBackend schannel
    ```

    With schannel, Git reads `http.sslCAInfo` only where `http.schannelUseSSLCAInfo` is true, and
    then it reads no other list.

    Never switch `http.sslVerify` off.

    ### In a VPC
    `git-codecommit`, for Git, and `codecommit`, for the AWS CLI, are two endpoints, each with a
    policy of its own.

    ## Known limits
    A network that behaves now and fails at other times is not seen. The policy of a VPC endpoint
    can't be read from here.
    """  # noqa: E501
    if target.transport is not Transport.HTTPS:
        return skipped(
            f"Git does not use HTTPS for this address ({target.transport.value})", code="not-https"
        )
    if reason := endpoint.unavailable_reason():
        return skipped(reason, code="not-asked")
    reach = endpoint.reach()
    facts = [Evidence(reach.said, Origin.command("git", "ls-remote"))] if reach.said else []
    if reach.status is None:
        return _out_of_reach(target, endpoint, reach, facts)
    if reach.via and reach.via.lower() != target.host.partition(":")[0].lower():
        facts.append(Evidence(f"through {reach.via}", Origin("git's verbose output")))
    if reach.status == 401:
        return passed(f"{target.host} answers Git, and asks for a password", *facts)
    if reach.aws:
        return passed(f"{target.host} answers Git with {reach.status}", *facts)
    if not reach.said:
        return passed(f"{target.host} lets Git in without asking for a password", *facts)
    if reach.status == 403:
        return warned(
            f"{target.host} answers 403 though no helper was asked: something else sends an "
            "authorization, or a proxy answers",
            *facts,
            *_settings(endpoint),
            code="forbidden",
        )
    return warned(
        f"{target.host} answers {reach.status} where CodeCommit would ask who you are: "
        "something on the way may answer in its place",
        *facts,
        *_settings(endpoint),
        code="other-answer",
    )


def _out_of_reach(
    target: Target, endpoint: Endpoint, reach: Reach, facts: list[Evidence]
) -> Result:
    trouble = reach.trouble or Trouble.OTHER
    if proxy := _dead_proxy(endpoint, reach, facts):
        return proxy
    facts += _settings(endpoint, trouble)
    if trouble not in _WHAT:
        return warned(
            f"Git did not get as far as an answer of {target.host}: {reach.said}",
            *facts,
            code="no-answer",
        )
    if reach.late:  # Git would wait for minutes, and may get an answer
        why = f"{target.host} did not answer Git within {reach.seconds:.0f} seconds"
        result = warned(why, *facts, advice=(Advice(_HOW[Trouble.TIME]),), code="time")
        return replace(result, because_of="endpoint-reachable")
    how = _trust(endpoint, reach) if trouble is Trouble.TLS else _HOW[trouble]
    advice = (Advice(how),)
    return failed(
        _WHAT[trouble].format(host=target.host),
        *facts,
        advice=advice,
        confirmed=True,
        code=_CODES[trouble],
    )


def _trust(endpoint: Endpoint, reach: Reach) -> str:
    """Where the CA of a proxy that inspects TLS belongs: into the list that Git reads.

    Source: http.c of git: schannel gets no file of CAs if http.sslBackend says ``schannel``, unless
    http.schannelUseSSLCAInfo is true.
    """
    entries, variables = endpoint.settings()
    settings = {entry.name: entry for entry in entries}
    named = "GIT_SSL_CAINFO" if "GIT_SSL_CAINFO" in variables else ""
    if (file := settings.get("sslcainfo")) and file.value and not named:
        named = "http.sslCAInfo"
    if "schannel" not in reach.said:
        return _FILE.format(named) if named else _HOW[Trouble.TLS]
    backend, reads_file = settings.get("sslbackend"), settings.get("schannelusesslcainfo")
    is_read = not (backend and backend.value == "schannel") or (reads_file and reads_file.is_true)
    return _FILE.format(named) + _INSTEAD if named and is_read else _SCHANNEL


def _dead_proxy(endpoint: Endpoint, reach: Reach, facts: list[Evidence]) -> Result | None:
    """A proxy that is not there, with what names it. Git tells which host it tried."""
    if reach.trouble not in (Trouble.CONNECTION, Trouble.PROXY_NAME, Trouble.TIME):
        return None
    found = endpoint.proxy()
    if found and re.search(rf"(?<![\w.-]){re.escape(found[0])}(?![\w-])", reach.said):
        host, origin = found
        fact = Evidence(f"the proxy {host}", origin)
        step = Advice(f"Correct the proxy, or remove it: {origin.text}")
        why = f"the proxy {host} of {origin.text} does not answer"
        return failed(why, fact, *facts, advice=(step,), confirmed=True, code="dead-proxy")
    return None


def _settings(endpoint: Endpoint, trouble: Trouble | None = None) -> list[Evidence]:
    """What decides over connections; with a trouble, only what can bring that one about."""
    entries, variables = endpoint.settings()
    word = _DECIDES.get(trouble, "") if trouble else ""
    entries = tuple(entry for entry in entries if re.search(word, entry.key))
    variables = tuple(name for name in variables if re.search(word, name.lower()))
    facts = [Evidence.of_setting(entry) for entry in entries]
    facts += [Evidence(f"{name} is set", Origin.environment(name)) for name in variables]
    return facts
