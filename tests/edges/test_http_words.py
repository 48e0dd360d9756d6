"""The words for failures that no loopback server can bring about."""

from __future__ import annotations

import errno
import http.client
import ssl

import pytest
import requests
import urllib3.exceptions

from aggregator.edges.http.words import Failed, explain, more_than, within


def _wrapped(cause: BaseException) -> BaseException:
    """Wrap an error as urllib3 and requests do: in args, in ``reason``, as a cause."""
    protocol = urllib3.exceptions.ProtocolError("Connection aborted.", cause)
    pool = urllib3.exceptions.MaxRetryError(None, "http://me:secret@x.example/", protocol)  # type: ignore[arg-type]
    return requests.ConnectionError(pool)


def _tls_error(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, "[SSL: ...] in the words of OpenSSL")
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Failed("as it was said"), "as it was said"),
        (OSError(errno.EHOSTUNREACH, "No route to host"), "there is no route to the server"),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "there is no route to the network of the server"),
        (OSError(errno.EMFILE, "Too many open files"), "this process has too many files open"),
        (OSError(errno.EIO, "Input/output error"), "the connection failed: Input/output error"),
        (ConnectionResetError(errno.ECONNRESET, "reset"), "the server closed the connection without an answer"),
        (TimeoutError("timed out"), "the server did not answer in time"),
        (http.client.ResponseNotReady(), "the exchange failed (ResponseNotReady)"),
        (urllib3.exceptions.ProtocolError("Response ended prematurely"), "the answer broke off before its end"),
        (_tls_error("NO_CIPHERS_AVAILABLE"), "no secure connection could be made: no ciphers available"),
    ],
)
def test_finds_the_cause_in_its_wrappings(error: BaseException, words: str) -> None:
    """The words are those of the innermost cause, and hold nothing of the address."""
    assert explain(error) == explain(_wrapped(error)) == words


def test_writes_sizes_and_times_for_people() -> None:
    """Limits are told in the largest unit that fits, times in seconds."""
    assert [more_than(size) for size in (10 * 2**20, 2**16, 1000)] == [
        "more than 10 MiB",
        "more than 64 KiB",
        "more than 1000 bytes",
    ]
    assert within(30.0) == "the server did not answer within 30 s"
