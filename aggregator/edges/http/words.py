"""Says what went wrong with an exchange in words that a tired person understands.

Knows the exceptions of requests, urllib3, http.client, ssl and the operating system. Does not decide what happens
next, and never repeats an address from an exception: it could hold a password.
"""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
from collections.abc import Iterator

import requests
import urllib3.exceptions

#: Everything that an exchange may raise by bad luck or a bad server; anything else is a bug of ours. ValueError is what
#: http.client says of headers that cannot be sent.
EXPECTED = (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, ValueError)


class Failed(Exception):
    """Say inside this folder why an exchange failed; the text is plain words without the URL."""


_BROKEN_OFF = "the answer broke off before its end"
_HUNG_UP = "the server closed the connection without an answer"

#: The first row whose type occurs among an exception and its causes gives the words.
_WORDS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (http.client.IncompleteRead, _BROKEN_OFF),
    (http.client.RemoteDisconnected, _HUNG_UP),
    (http.client.LineTooLong, "the headers of the answer are too long"),
    ((http.client.BadStatusLine, http.client.UnknownProtocol), "what answered does not speak HTTP"),
    (ConnectionRefusedError, "connection refused"),
    ((ConnectionResetError, BrokenPipeError, ConnectionAbortedError), _HUNG_UP),
    ((TimeoutError, urllib3.exceptions.TimeoutError), "the server did not answer in time"),
    (urllib3.exceptions.InvalidHeader, "the headers of the answer contradict each other"),
    (ValueError, "a header of the request cannot be sent"),
)

_UNREACHABLE = {
    errno.ENETUNREACH: "there is no route to the network of the server",
    errno.EHOSTUNREACH: "there is no route to the server",
    errno.EMFILE: "this process has too many files open",
    errno.ENFILE: "this machine has too many files open",
}


def explain(error: BaseException) -> str:
    """Give the plain words for a failure, whatever it is wrapped in."""
    chain = tuple(_causes(error))
    for cause in chain:
        if isinstance(cause, Failed):
            return str(cause)
        if isinstance(cause, ssl.SSLError):
            return _of_tls(cause)
    for kind, words in _WORDS:
        if any(isinstance(cause, kind) for cause in chain):
            return words
    return _of_the_rest(chain)


def of_lookup(error: socket.gaierror, host: str) -> str:
    """Say why a host's name gave no address."""
    if error.errno == socket.EAI_AGAIN:
        return f"the name {host} cannot be looked up just now; is this machine online?"
    return f"no such host: {host}"


def within(seconds: float) -> str:
    """Say that an exchange ran out of its time."""
    return f"the server did not answer within {seconds:g} s"


def more_than(limit: int) -> str:
    """Say that a body is larger than ``limit`` bytes."""
    for unit, name in ((2**20, "MiB"), (2**10, "KiB")):
        if limit and limit % unit == 0:
            return f"more than {limit // unit} {name}"
    return f"more than {limit} bytes"


def _of_tls(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not valid: {error.verify_message}"
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return _HUNG_UP
    if error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST"):
        return "what answered does not speak TLS; is the address http:// instead of https://?"
    return f"no secure connection could be made: {(error.reason or 'unknown reason').replace('_', ' ').lower()}"


def _of_the_rest(chain: tuple[BaseException, ...]) -> str:
    for cause in chain:
        if isinstance(cause, OSError) and cause.errno is not None:
            return _UNREACHABLE.get(cause.errno, f"the connection failed: {cause.strerror}")
    innermost = chain[-1]
    if type(innermost) is http.client.HTTPException:  # http.client's own limits: "got more than 100 headers"
        return f"the headers of the answer are too many: {innermost}"
    if isinstance(innermost, urllib3.exceptions.ProtocolError):  # urllib3's own finding that chunks do not add up
        return _BROKEN_OFF
    return f"the exchange failed ({type(innermost).__name__})"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Walk from an exception to what lies under it; requests and urllib3 hide that in args and ``reason`` too."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        found = waiting.pop(0)
        if isinstance(found, BaseException) and id(found) not in seen:
            seen.add(id(found))
            yield found
            waiting += [getattr(found, "reason", None), found.__cause__, found.__context__, *found.args]
