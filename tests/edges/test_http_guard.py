"""Which addresses are reached, and how a URL is taken apart."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.edges.http import Fetcher
from aggregator.edges.http.address import Address, concealed, follow, parse
from aggregator.edges.http.guard import refusal
from aggregator.edges.http.words import Failed
from tests.edges.servers import LOOPBACK, deaf, reason, reply, serving, unused_port


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    """Make a Fetcher that may reach loopback."""
    with Fetcher(allow=LOOPBACK, deadline=timedelta(seconds=0.9)) as made:
        yield made


def _resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: tuple[str, int | None]) -> list[str]:
    """Let every name resolve to these (address, port; None: the wanted one); give the list of names asked for."""
    asked: list[str] = []

    def look_up(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        found = []
        for address, own in addresses:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            place: tuple[Any, ...] = (address, own or port)
            found.append((family, socket.SOCK_STREAM, 6, "", (*place, 0, 0) if ":" in address else place))
        return found

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize(
    "address",
    """0.0.0.0 0.1.2.3 10.0.0.1 100.64.7.7 127.0.0.1 127.8.8.8 169.254.169.254 172.16.0.1 192.0.0.8 192.0.0.9 192.0.2.1
    192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
    :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::7f00:1 64:ff9b::808:808
    64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:7f00:1:: 2002:808:808:: 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1
    fe80::1%eth0 fec0::1 ff02::1 ff0e::1 4000::1 8000::1""".split(),
)
def test_refuses_what_is_not_public(address: str) -> None:
    """Every address that does not belong to the public internet is refused, in whatever form it comes."""
    assert refusal(address, ()) is not None


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "::ffff:8.8.8.8", "2606:4700::1111", "2a00:1450::1"])
def test_reaches_the_public_internet(address: str) -> None:
    """Ordinary public addresses are reached."""
    assert refusal(address, ()) is None


@given(address=st.ip_addresses(network=None))
def test_a_refusal_names_its_remedy(address: Any) -> None:
    """Whatever is refused is reached once the network that the refusal names is allowed."""
    said = refusal(str(address), ())
    if said is not None:
        assert refusal(str(address), (ip_network(said.split('"')[1]),)) is None


@given(address=st.ip_addresses(v=4))
def test_a_mapped_address_is_judged_as_what_it_maps(address: Any) -> None:
    """A v4 address hidden in a v6 one gets the same verdict, without and with an allowed network."""
    mapped = str(IPv6Address(b"\0" * 10 + b"\xff\xff" + address.packed))
    for allow in ((), LOOPBACK, (ip_network("10.0.0.0/8"),)):
        assert refusal(mapped, allow) == refusal(str(address), allow)


def test_words_of_a_refusal() -> None:
    """The words say what is refused and what to write where, for v4 and v6."""
    assert refusal("127.0.0.1", ()) == (
        '127.0.0.1 is a private address; if you trust it, add "127.0.0.1/32" to network.allow'
    )
    assert refusal("::1", ()) == '::1 is a private address; if you trust it, add "::1/128" to network.allow'
    assert "224.0.0.1 is not a public address" in str(refusal("224.0.0.1", ()))
    assert '"fe80::1/128"' in str(refusal("fe80::1%eth0", ()))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "[::1]", "[::ffff:127.0.0.1]"],
)
def test_refuses_this_machine_however_it_is_written(host: str) -> None:
    """Loopback is refused in all notations, and nothing is sent to it."""
    with serving(reply(b"secret")) as server, Fetcher() as fetcher:
        assert "if you trust it, add" in reason(fetcher, server.url(host=host))
        assert server.visits == []


def test_refuses_a_redirect_inside() -> None:
    """Every hop is judged: a public server cannot send us to a private one."""
    with serving(reply(b"secret")) as inner:
        moved = reply(status="301 Moved", headers=(f"Location: {inner.url(host='127.0.0.2')}",))
        with serving(moved) as server, Fetcher(allow=[ip_network("127.0.0.1/32")]) as fetcher:
            said = reason(fetcher, server.url())
    assert said.startswith("127.0.0.2 is a private address")
    assert inner.visits == []


def test_looks_a_name_up_once_and_keeps_it(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address judged is the address used: one look-up a request, and the Host header keeps the name."""
    asked = _resolve_to(monkeypatch, ("127.0.0.1", None))
    with serving(reply(b"x")) as server:
        fetcher.fetch(server.url(host="news.example."))
    assert asked == ["news.example."]
    assert server.visits[0].header("host") == f"news.example:{server.port}".encode()


def test_skips_the_addresses_that_are_refused(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a name with good and bad addresses only the good ones are connected to."""
    with serving(reply(b"secret")) as bad, serving(reply(b"good")) as good:
        monkeypatch.setattr(fetcher, "_dialler", type(fetcher._dialler)([ip_network("127.0.0.1/32")]))
        _resolve_to(monkeypatch, ("127.0.0.2", bad.port), ("10.1.2.3", bad.port), ("127.0.0.1", good.port))
        assert fetcher.fetch("http://news.example/").body == b"good"
        assert bad.visits == []


def test_tries_the_next_address(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that refuses or does not answer gives way to the next."""
    with deaf() as nowhere, serving(reply(b"good")) as good:
        _resolve_to(monkeypatch, ("127.0.0.1", unused_port()), ("127.0.0.1", nowhere), ("127.0.0.1", good.port))
        assert fetcher.fetch("http://news.example/").body == b"good"


def test_says_that_there_is_no_such_host(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that nobody knows, and one that cannot be asked for, are told apart."""

    def fail_with(number: int) -> Any:
        def look_up(*_: Any, **__: Any) -> None:
            raise socket.gaierror(number, "in the words of the resolver")

        return look_up

    monkeypatch.setattr(socket, "getaddrinfo", fail_with(socket.EAI_NONAME))
    assert reason(fetcher, "http://me:secret@news.example/") == "no such host: news.example"
    monkeypatch.setattr(socket, "getaddrinfo", fail_with(socket.EAI_AGAIN))
    assert "cannot be looked up just now" in reason(fetcher, "http://news.example/")


LATIN_1 = st.text(st.characters(max_codepoint=255), max_size=20)  # as header values are read
LETTERS = st.text("abcdefghijklmnopqrstuvwxyz0123456789%:@/?#[]\\. \u00e9", max_size=20)


@given(location=st.one_of(LETTERS, LETTERS.map("//{}".format), LETTERS.map("http://{}".format), LATIN_1))
def test_credentials_never_leave_their_origin(location: str) -> None:
    """Wherever a Location leads, the password goes along only to the same scheme, host and port."""
    home = Address(url="http://home.example/feed", authorization="Basic secret")
    try:
        target = follow(home, location)
    except Failed as error:
        assert "secret" not in str(error)
        return
    assert (target.authorization is not None) == (target.origin == ("http", "home.example", 80))
    assert "@" not in target.url.split("/")[2]
    assert target.url.isascii()


#: URLs as they should be and nearly so: ports too high, names that begin with dots, empty ones, escapes, capitals.
NEARLY_PLAIN = st.from_regex(
    r"https?://[a-z0-9][a-zA-Z0-9.-]{0,6}(:[0-9]{0,5})?(/(\.|\.\.|[a-zA-Z0-9._~%@-]{0,3})){0,4}(\?[a-z0-9=&%+.]{0,5})?#?",
    fullmatch=True,
)


@example("http://x.example/a/../b").via("a name of dots")
@example("http://x.example/.").via("a name of one dot")
@example("http://x.example:65536/").via("a port that is none")
@example("http://x.example:080/").via("a port with a zero before it")
@example("http://x.example//a/").via("an empty name")
@example("http://x.example?a=b").via("no path")
@given(url=NEARLY_PLAIN)
def test_a_plain_url_is_what_taking_it_apart_gives(url: str) -> None:
    """What is known to need nothing comes to what taking it apart gives, as is done behind a blank."""
    assert _parsed(url) == _parsed(f" {url}") == _parsed(url, base="http://y.example/feed")


def _parsed(url: str, base: str = "") -> Address | str:
    try:
        return parse(url, base=base)
    except Failed as error:
        return str(error)


@given(userinfo=st.from_regex(r"[a-z]{0,3}:(pass|[#/?@:%\[ ]){0,4}word", fullmatch=True), rest=st.text(max_size=8))
def test_a_concealed_url_has_no_password(userinfo: str, rest: str) -> None:
    """What is shown of a URL that is no valid one holds nothing from before its last @."""
    shown = concealed(f"ht!tp://{userinfo}@{rest}")
    assert "word" not in shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://me:secret@x.example/a?b#c", "http://x.example/a?b#c"),
        ("https://medium.example/@someone/feed", "https://medium.example/@someone/feed"),
        ("http://x.example:8080/", "http://x.example:8080/"),
    ],
)
def test_a_concealed_url_is_otherwise_as_written(url: str, shown: str) -> None:
    """Only user and password are left out of an address that is shown."""
    assert concealed(url) == shown


def test_hides_credentials_in_its_representation() -> None:
    """An Address that is printed by accident does not show its password."""
    address = parse("http://me:secret@x.example/")
    assert address.authorization is not None
    assert address.authorization not in repr(address)
    assert ip_address("127.0.0.1") not in ip_network("::/0")  # so that networks of both kinds can be mixed in allow
