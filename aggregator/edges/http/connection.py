"""Opens connections: to judged addresses only, with one certificate store for all of them, and counts what they bring.

Knows sockets, TLS and the seam of requests into which they fit. Does not know redirects, headers or bodies.
"""

from __future__ import annotations

import io
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from functools import partial
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection

from aggregator.core.model import IPNetwork
from aggregator.edges.http.deadline import Exchange
from aggregator.edges.http.guard import refusal
from aggregator.edges.http.words import Failed, explain, more_than, of_lookup

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: Answers before the answer; as many as http.client reads headers.
_MOST_INTERIM = 100

Dial = Callable[[], socket.socket]
#: Told of every number of bytes that has come; raises Failed when it is too many.
Count = Callable[[int], None]


class Dialler:
    """Open sockets to hosts; thread-safe."""

    def __init__(self, allow: Iterable[IPNetwork]) -> None:
        self._allow = tuple(allow)
        self._lock = threading.Lock()
        self._context: ssl.SSLContext | None = None

    def dial(self, host: str, port: int, *, secure: bool, exchange: Exchange) -> socket.socket:
        """Connect to a host within the time of the exchange; raise Failed or OSError.

        The name is looked up once, every address it gives is judged, and only judged ones are connected to, in their
        order, until one answers. TLS checks the certificate against the name, not the address.
        """
        plain = _connect(self._allowed(_look_up(host, port)), exchange=exchange)
        return self._wrap(plain, host) if secure else plain

    def _wrap(self, plain: socket.socket, host: str) -> ssl.SSLSocket:
        """Shake hands; raise Failed, not OSError: urllib3 takes a BrokenPipeError for an answer that came early."""
        try:
            wrapped = self._tls().wrap_socket(plain, server_hostname=host.rstrip(".").partition("%")[0])
        except (OSError, ValueError) as error:
            plain.close()
            raise Failed(explain(error)) from error
        if wrapped.version() is None:  # cut before the handshake, wrap_socket skips it and says nothing
            wrapped.close()
            raise Failed("the server closed the connection without an answer")
        return wrapped

    def _allowed(self, addresses: list[_Found]) -> list[_Found]:
        verdicts = [(address, refusal(str(address[1][0]), self._allow)) for address in addresses]
        allowed = [address for address, reason in verdicts if reason is None]
        if not allowed:
            raise Failed(next(reason for _, reason in verdicts if reason is not None))
        return allowed

    def _tls(self) -> ssl.SSLContext:
        """Give the one context, made on first use: reading a certificate store costs tens of milliseconds.

        It trusts the certificates of the system (and SSL_CERT_FILE) and those that requests brings along.
        """
        with self._lock:
            if self._context is None:
                context = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
                context.load_default_certs()
                context.set_alpn_protocols(["http/1.1"])
                self._context = context
            return self._context


_Found = tuple[socket.AddressFamily, tuple[Any, ...]]


def _look_up(host: str, port: int) -> list[_Found]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise Failed(of_lookup(error, host)) from error
    except UnicodeError as error:  # a label that is empty or longer than 63 characters
        raise Failed("this is not a valid address") from error
    return list(dict.fromkeys((family, address) for family, _, _, _, address in found))


def _connect(addresses: list[_Found], *, exchange: Exchange) -> socket.socket:
    """Try one address after the other; each gets its share of the time left, so that a dead one does not eat it all."""
    failures: list[OSError] = []
    for number, (family, address) in enumerate(addresses):
        exchange.check()
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            exchange.watch(connection)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(max(exchange.left(), 0.001) / (len(addresses) - number))
            connection.connect(address)
            exchange.check()
            connection.settimeout(max(exchange.left(), 0.001))
            return connection
        except OSError as error:
            connection.close()
            failures.append(error)
        except BaseException:
            connection.close()
            raise
    raise Failed(explain(failures[-1])) from failures[-1]


class _Counted(io.RawIOBase):
    """Read what comes over a socket, and have it counted."""

    def __init__(self, raw: io.RawIOBase, count: Count) -> None:
        self._raw = raw
        self._count = count

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        number = self._raw.readinto(buffer)
        self._count(number or 0)
        return number

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(HTTPResponse):
    """Count all that a server sends: http.client bounds each line of headers, trailers and chunk sizes, not their sum.

    Interim answers (RFC 9110 §15.2) are skipped, all of them: http.client skips 100 and takes an early hint, 103, for
    the answer itself (Python 3.11 to 3.14).
    """

    def __init__(self, connection: socket.socket, *arguments: Any, count: Count, **options: Any) -> None:
        super().__init__(connection, *arguments, **options)
        self.fp = io.BufferedReader(_Counted(self.fp.detach(), count))
        self._interim = 0

    def _read_status(self) -> tuple[str, int, str]:
        version, status, reason = super()._read_status()  # type: ignore[misc]  # typeshed leaves it out
        if not 100 <= status < 200 or status == HTTPStatus.SWITCHING_PROTOCOLS:
            return version, status, reason
        self._interim += 1
        if self._interim > _MOST_INTERIM:
            raise HTTPException(f"got more than {_MOST_INTERIM} interim answers")
        return version, HTTPStatus.CONTINUE, reason


class _Plain(HTTPConnection):
    """Take the socket from ``dial`` instead of making one."""

    def __init__(self, *arguments: Any, dial: Dial, count: Count, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._dial = dial
        self.response_class = partial(_Answer, count=count)  # type: ignore[assignment]  # it is only called

    def _new_conn(self) -> socket.socket:
        return self._dial()


class _Secure(_Plain):
    """Write the Host header as https does; the socket from ``dial`` is a TLS one already.

    TLS is not left to urllib3, because its HTTPSConnection sets verify_mode and ALPN anew on the context that all
    threads share, while another thread may be reading it without the GIL (seen in urllib3 2.8.0, ssl_wrap_socket).
    """

    default_port = 443  # type: ignore[misc]  # typeshed calls http.client's class variable one of the instance


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPConnectionPool):
    ConnectionCls = _Secure


class Adapter(HTTPAdapter):
    """Let requests talk over the sockets of a Dialler, for one exchange; a new connection for every request.

    All answers of the exchange together may have ``most`` bytes.
    """

    def __init__(self, dialler: Dialler, exchange: Exchange, *, most: int) -> None:
        super().__init__()
        self._dialler = dialler
        self._exchange = exchange
        self._most, self._received = most, 0
        self._pools: list[HTTPConnectionPool] = []

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, *_: Any, **__: Any
    ) -> HTTPConnectionPool:
        """Give a pool for this request alone; proxies are not used, they would reach what the guard refuses."""
        parts = urlsplit(str(request.url))
        host, secure = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if secure else 80)

        def dial() -> socket.socket:
            return self._dialler.dial(host, port, secure=secure, exchange=self._exchange)

        pool = (_SecurePool if secure else _PlainPool)(host, port, dial=dial, count=self._count)
        self._pools.append(pool)
        return pool

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Do nothing: the Dialler has seen to it, and requests would parse its certificate store once more."""

    def _count(self, number: int) -> None:
        self._received += number
        if self._received > self._most:
            raise Failed(more_than(self._most))

    def close(self) -> None:
        """Close every connection that is still open."""
        for pool in self._pools:
            pool.close()
        super().close()
