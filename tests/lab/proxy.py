"""A CONNECT proxy that is the whole internet: it ends TLS itself, for any host the lab knows.

There is no second hop. After "200 Connection established" the same connection speaks TLS with a
certificate of the lab's CA for the host that was asked for, and HTTP inside of it.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import trustme

from tests.lab.hosts import Host, look_up
from tests.lab.wire import Answer, Request, read_body

_PATIENCE = 60.0
"""Seconds that a silent connection is kept."""


class Clock:
    """The service's clock. A machine whose clock is behind sees a service that is ahead."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(timezone.utc) + self.offset


class Certificates:
    """Server certificates, one for each host, made when it is first asked for."""

    def __init__(self, authority: trustme.CA) -> None:
        self._authority = authority
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._lock = threading.Lock()

    def context(self, host: str) -> ssl.SSLContext:
        with self._lock:
            if host not in self._contexts:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.minimum_version = ssl.TLSVersion.TLSv1_2
                self._authority.issue_cert(host).configure_cert(context)
                self._contexts[host] = context
            return self._contexts[host]


class Proxy(ThreadingHTTPServer):
    """Listens on a free port of loopback until close().

    respond: makes the answer of a known host. refused: told of each host that nobody knows, and
    of each client that did not trust our certificate.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self,
        certificates: Certificates,
        clock: Clock,
        respond: Callable[[Host, Request], Answer],
        refused: Callable[[str, int, str], None],
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.certificates, self.clock = certificates, clock
        self.respond, self.refused = respond, refused
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def close(self) -> None:
        """Ends the server and every connection that a client still holds."""
        self.shutdown()
        with self._open_lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self.server_close()
        self._thread.join()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._open_lock:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is no event."""


class _Connection(BaseHTTPRequestHandler):
    """What comes before TLS: the CONNECT request."""

    server: Proxy
    protocol_version = "HTTP/1.1"
    timeout = _PATIENCE

    def do_CONNECT(self) -> None:
        name, _, port = self.path.rpartition(":")
        self.close_connection = True
        host = look_up(name)
        if host is None or port != "443":
            self.server.refused(name, 502, "no such host")
            self.send_response_only(502, "Could not resolve host")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self._speak(host)

    def _speak(self, host: Host) -> None:
        context = self.server.certificates.context(host.name)
        # the copy of the descriptor is ours to close; socketserver closes the other
        plain = self.connection.dup()
        try:
            secure = context.wrap_socket(plain, server_side=True)
        except OSError as error:
            plain.close()
            why = error.reason if isinstance(error, ssl.SSLError) else type(error).__name__
            self.server.refused(host.name, 0, f"TLS: {why}")
            return
        with secure:
            _Conversation(secure, self.client_address, self.server, host)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Conversation(BaseHTTPRequestHandler):
    """HTTP inside TLS, with one host."""

    server: Proxy
    protocol_version = "HTTP/1.1"
    timeout = _PATIENCE

    def __init__(self, secure: ssl.SSLSocket, address: Any, server: Proxy, host: Host) -> None:
        self.host = host
        self.asked = False
        with contextlib.suppress(OSError):  # the client may go away
            super().__init__(secure, address, server)
        if not self.asked:  # some clients finish the handshake before they judge the certificate
            server.refused(host.name, 0, "TLS: the client left without a request")

    def _respond(self) -> None:
        self.asked = True
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = read_body(self.rfile, headers)
        request = Request(self.command, self.host.name, self.path, headers, body)
        answer = self.server.respond(self.host, request)
        reason = HTTPStatus(answer.status).phrase
        self.send_response_only(answer.status, reason)
        self.send_header("Date", format_datetime(self.server.clock.now(), usegmt=True))
        for name, value in answer.headers:
            if name.lower() not in ("date", "server", "content-length", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = _respond  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        pass
