"""TLS: one certificate store for all connections, and certificates still checked; made by the openssl command."""

from __future__ import annotations

import shutil
import socket
import ssl
import struct
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator.edges.http import Fetcher
from aggregator.edges.http.connection import Dialler
from aggregator.edges.http.words import Failed
from tests.edges.servers import LOOPBACK, Visit, reason, reply, serving

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl command is not installed")

SETTINGS = """
[req]
distinguished_name = name
prompt = no
[name]
CN = aggregator test
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = {names}
"""


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, timeout=20)


def _make_certificate(folder: Path, names: str) -> ssl.SSLContext:
    """Make a server's context whose certificate is for ``names``, signed by the folder's authority."""
    (folder / "settings").write_text(SETTINGS.format(names=names))
    new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-config", "settings")
    if not (folder / "ca.pem").exists():
        _openssl(folder, "req", "-x509", *new_key, "-extensions", "authority", "-keyout", "ca.key", "-out", "ca.pem")
    _openssl(folder, "req", *new_key, "-keyout", "key.pem", "-out", "request.pem")
    signing = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2")
    _openssl(folder, "x509", "-req", "-in", "request.pem", *signing, "-extfile", "settings", "-extensions", "server",
            "-out", "server.pem")  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "key.pem")
    return context


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder for keys and certificates."""
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def right(folder: Path) -> ssl.SSLContext:
    """Make a certificate for the names that the tests use."""
    return _make_certificate(folder, "DNS:localhost, DNS:news.example, IP:127.0.0.1")


@pytest.fixture(scope="module")
def wrong(folder: Path) -> ssl.SSLContext:
    """Make a certificate for another name."""
    return _make_certificate(folder, "DNS:other.example")


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    """Make a Fetcher that may reach loopback."""
    with Fetcher(allow=LOOPBACK, deadline=timedelta(seconds=5)) as made:
        yield made


def test_reads_over_tls(fetcher: Fetcher, right: ssl.SSLContext, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server with a certificate that the system trusts is read, by address and by name."""
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))
    with serving(reply(b"<rss/>"), tls=right) as server:
        assert fetcher.fetch(server.url()).body == b"<rss/>"
        assert fetcher.fetch(server.url(host="localhost")).body == b"<rss/>"


def test_refuses_an_unknown_authority(fetcher: Fetcher, right: ssl.SSLContext) -> None:
    """A certificate that nobody known has signed is refused in words, and nothing is sent."""
    with serving(reply(b"secret"), tls=right) as server:
        said = reason(fetcher, server.url())
    assert said.startswith("the certificate is not valid: ")
    assert "issuer" in said
    assert server.visits == []


def test_refuses_a_wrong_name(
    fetcher: Fetcher, wrong: ssl.SSLContext, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certificate for another host is refused in words, and nothing is sent."""
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))
    with serving(reply(b"secret"), tls=wrong) as server:
        for host, words in (("127.0.0.1", "IP address mismatch"), ("localhost", "Hostname mismatch")):
            assert reason(fetcher, server.url(host=host)).startswith(f"the certificate is not valid: {words}")
    assert server.visits == []


def test_keeps_the_name_in_tls(
    fetcher: Fetcher, right: ssl.SSLContext, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection goes to the judged address, while SNI, certificate and Host header are for the name."""
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))
    names: list[str | None] = []
    found = socket.getaddrinfo("127.0.0.1", 0, type=socket.SOCK_STREAM)[0]

    def look_up(*_: Any, **__: Any) -> list[Any]:
        return [(*found[:4], ("127.0.0.1", server.port))]

    monkeypatch.setattr(right, "sni_callback", lambda connection, name, context: names.append(name))
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with serving(lambda visit: visit.send(reply(visit.header("host") or b"")), tls=right) as server:
        assert fetcher.fetch(server.url(host="news.example")).body == f"news.example:{server.port}".encode()
        assert fetcher.fetch("https://news.example/").body == b"news.example"
        assert reason(fetcher, server.url(host="else.example")).startswith("the certificate is not valid: Hostname")
    assert names == ["news.example", "news.example", "else.example"]


def test_reads_the_certificate_store_once(
    fetcher: Fetcher, right: ssl.SSLContext, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bundle of authorities is parsed for the first connection and for no other."""
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))
    loaded: list[object] = []
    load = ssl.SSLContext.load_verify_locations

    def counting(context: ssl.SSLContext, *arguments: Any, **options: Any) -> None:
        loaded.append(context)
        load(context, *arguments, **options)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", counting)
    with serving(reply(b"x"), tls=right) as server:
        for _ in range(3):
            fetcher.fetch(server.url())
    assert len(loaded) == 1


def test_says_that_a_server_does_not_speak_tls(fetcher: Fetcher) -> None:
    """Plain HTTP behind an https address is told as such."""

    def answer(visit: Visit) -> None:
        visit.connection.recv(65536)
        visit.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with serving(answer, waits_for_request=False) as server:
        said = reason(fetcher, f"https://127.0.0.1:{server.port}/")
    assert said.startswith("what answered does not speak TLS")


def test_says_that_a_handshake_was_hung_up(fetcher: Fetcher) -> None:
    """A server that hangs up in the middle of the handshake is told as such."""
    with serving(lambda visit: None, waits_for_request=False) as server:
        said = reason(fetcher, f"https://127.0.0.1:{server.port}/")
    assert said == "the server closed the connection without an answer"


def test_sends_nothing_without_a_handshake() -> None:
    """A connection that was reset before TLS began is an error, not a plain-text connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        accepted = listener.accept()[0]
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closing sends a reset
        accepted.close()
        with pytest.raises(ConnectionResetError):
            client.recv(1)
        with pytest.raises(Failed, match="closed the connection"):
            Dialler(())._wrap(client, "127.0.0.1")
