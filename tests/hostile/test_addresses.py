"""Hostile servers, on the straight way of `aggregator once`: addresses, schemes, passwords, and what a poll asks for.

Beside each of them a healthy feed is read, which proves that they harm nobody else. The table of all threats, with the
behaviour expected and the tests that prove it, is docs/threats.md.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from tests.edges.servers import reply, routes, unused_port
from tests.hostile.office import Office, unharmed
from tests.newsstand import entry, rss

FEED = rss(entry("Ferry aground at the point", guid="f1", link="/tales/1")).encode()


class Trap:
    """A port at 127.0.0.2, where nobody has any business."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self.port = int(listener.getsockname()[1])

    def url(self, host: str = "127.0.0.2") -> str:
        """Give its address, the host written in some way."""
        return f"http://{host}:{self.port}/feed"

    @property
    def is_untouched(self) -> bool:
        """Ask whether nobody has so much as connected."""
        with suppress(BlockingIOError):
            self._listener.accept()[0].close()
            return False
        return True


@contextmanager
def trap(port: int = 0) -> Iterator[Trap]:
    """Listen at 127.0.0.2 and wait for nobody; 0: at any port."""
    with socket.create_server(("127.0.0.2", port)) as listener:
        listener.setblocking(False)
        yield Trap(listener)


def to(url: str, *, status: str = "301 Moved Permanently") -> bytes:
    """Write a redirect."""
    return reply(status=status, headers=(f"Location: {url}",))


def resolving(patch: pytest.MonkeyPatch, names: dict[str, list[str]]) -> None:
    """Let names under .example have these addresses, one look-up after the other; the last stays."""
    look_up = socket.getaddrinfo

    def resolved(host: str, port: int, *rest: Any, **more: Any) -> Any:
        if not host.endswith(".example"):
            return look_up(host, port, *rest, **more)
        addresses = names[host]
        address = addresses.pop(0) if len(addresses) > 1 else addresses[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in address.split()]

    patch.setattr(socket, "getaddrinfo", resolved)


# --- 2: addresses that must not be reached ---------------------------------------------------------------------------

#: Ways to write 127.0.0.2 that get past whoever looks at the text.
FORMS = ("127.0.0.2", "2130706434", "0x7f000002", "0177.0.0.2", "127.2", "[::ffff:127.0.0.2]", "[::ffff:7f00:2]")


@pytest.mark.logs("failed url=")
def test_no_way_of_writing_an_address_gets_past_the_guard(office: Office) -> None:
    """Configured or redirected to, in whatever form: an address that is not allowed is not connected to."""
    with trap() as forbidden:
        server = office.serve(lambda visit: visit.send(to(forbidden.url(FORMS[int(visit.path[1:])]))))
        straight = {f"Straight {form}": forbidden.url(form) for form in FORMS}
        around = {f"Around {form}": server.url(f"/{number}") for number, form in enumerate(FORMS)}
        office.subscribe({**straight, **around})
        polled = office.once()
        assert forbidden.is_untouched
    assert unharmed(office, polled)
    assert {polled[name].reason.partition(";")[0] for name in (*straight, *around)} == {
        "127.0.0.2 is a private address"
    }
    assert all("if you trust it, add" in polled[name].reason for name in straight)


@pytest.mark.logs("failed url=")
def test_a_move_to_a_refused_address_is_never_remembered(office: Office) -> None:
    """A 301 or 308 to a private address fails at every poll, and the configured address is asked each time."""
    with trap() as forbidden:
        server = office.serve(
            routes({"/a": to(forbidden.url()), "/b": to(forbidden.url(), status="308 Permanent Redirect")})
        )
        office.subscribe({"A": server.url("/a"), "B": server.url("/b")})
        for _ in range(2):
            polled = office.once()
            assert unharmed(office, polled)
            assert [office.states()[name].moved for name in ("A", "B")] == [None, None]
            assert [polled[name].moved for name in ("A", "B")] == [None, None]
        assert forbidden.is_untouched
    assert sorted(visit.path for visit in server.visits) == ["/a", "/a", "/b", "/b"]


@pytest.mark.logs("failed url=")
def test_a_name_that_changes_its_address_is_judged_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """One look-up a request, and the judged address is the one connected to; a later poll judges anew.

    Also where a feed has moved to: when its new name leads inside, the configured address is tried again.
    """
    with trap() as forbidden:
        server = office.serve(lambda visit: visit.send(reply(FEED) if b"new.example" in visit.request else moved))
        moved = to(f"http://new.example:{server.port}/feed")
        names = {"old.example": ["127.0.0.1"], "new.example": ["127.0.0.1", "127.0.0.2"]}
        resolving(monkeypatch, names)
        office.subscribe({"Sick": f"http://old.example:{server.port}/feed"})
        assert office.once()["Sick"].moved == f"http://new.example:{server.port}/feed"
        for address in (None, None):
            polled = office.once()
            assert polled["Sick"].reason.startswith("127.0.0.2 is a private address")
            assert office.states()["Sick"].moved is address
            assert unharmed(office, polled)
        assert forbidden.is_untouched
    hosts = [str(visit.header("host")).split(".")[0] for visit in server.visits]
    assert hosts == ["b'old", "b'new", "b'old"]


def test_of_several_addresses_only_the_allowed_are_tried(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name with a private and an allowed address is read at the allowed one."""
    server = office.serve(reply(FEED))
    resolving(monkeypatch, {"mixed.example": ["127.0.0.2 10.0.0.1 127.0.0.1"]})
    office.subscribe({"Mixed": f"http://mixed.example:{server.port}/feed"})
    with trap(server.port) as forbidden:
        assert office.once()["Mixed"].new == 1
        assert forbidden.is_untouched


def test_looking_for_a_feed_goes_nowhere_it_must_not(office: Office) -> None:
    """`add` tries what a page links to under the same rules: a link inside is passed over."""
    with trap() as forbidden:
        links = "".join(
            f'<link rel=alternate type=application/rss+xml href="{url}">' for url in (forbidden.url(), "/x")
        )
        server = office.serve(routes({"/": reply(f"<html>{links}</html>".encode()), "/x": reply(FEED)}))
        office.subscribe({})
        said = office.printed("add", server.url("/"))
        assert said == f"Added {server.url('/x')}\nThe page also links to {forbidden.url()}\n"
        assert forbidden.is_untouched


# --- 3: other schemes ------------------------------------------------------------------------------------------------

SCHEMES = ("file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "data:,x", "javascript:alert(1)", "jar:x")


@pytest.mark.logs("failed url=")
def test_no_redirect_leads_to_another_scheme(office: Office) -> None:
    """Only http and https are followed, whatever a server says."""
    server = office.serve(lambda visit: visit.send(to(SCHEMES[int(visit.path[1:])])))
    office.subscribe({scheme: server.url(f"/{number}") for number, scheme in enumerate(SCHEMES)})
    polled = office.once()
    assert {polled[scheme].reason for scheme in SCHEMES} == {"only http:// and https:// addresses can be read"}
    assert unharmed(office, polled)


# --- 27: passwords ---------------------------------------------------------------------------------------------------

USER, SECRET = "harbourmaster", "s3cret"


@pytest.mark.logs("failed url=")
def test_a_password_in_an_address_is_told_to_its_server_and_nobody_else(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """User and password are in no page, feed, log, list, export or message, whatever becomes of their feed."""
    caplog.set_level(logging.DEBUG)
    abroad = office.serve(reply(FEED))
    answers = {
        "/fine": reply(rss(entry("Ferry aground at dawn", link="tale"), title="").encode()),
        "/moved": to("/fine"),
        "/page": reply(b"<html><a href=feed.xml>feed</a></html>"),
        "/none": reply(status="404 Not Found"),
        "/broken": reply(b"<rss"),
        "/away": to(abroad.url("/taken", userinfo="somebody:else@"), status="302 Found"),
        "/circle": to("/circle"),
    }
    server = office.serve(routes(answers))
    feeds = [server.url(path, userinfo=f"{USER}:{SECRET}@") for path in answers]
    closed = f"http://{USER}:{SECRET}@127.0.0.1:{unused_port()}/"
    office.subscribe({url: url for url in (*feeds, closed)})
    polled = office.once()
    assert (len(polled), unharmed(office, polled)) == (9, True)
    assert {bool(visit.header("authorization")) for visit in server.visits} == {True}
    assert [visit.header("authorization") for visit in abroad.visits] == [None]
    commands = ("list", "list --json", "check", "export json", f"test {feeds[3]}", f"add {feeds[0]}", "once --all")
    printed = [office.printed(*words.split()) for words in commands]
    assert all(printed) and "is already in" in printed[5]
    shown = "".join([*printed, *office.pages().values(), caplog.text, *map(str, polled.values())])
    assert SECRET not in shown and USER not in shown
    assert _columns_with(office, SECRET) == {"feeds.url"}


def _columns_with(office: Office, part: str) -> set[str]:
    """Name the columns of the store in which some text stands."""
    tables = [name for (name,) in office.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = [(table, row[1]) for table in tables for row in office.rows(f"PRAGMA table_info('{table}')")]
    query = 'SELECT 1 FROM "{}" WHERE instr(CAST("{}" AS TEXT), \'{}\') LIMIT 1'
    return {f"{table}.{column}" for table, column in columns if office.rows(query.format(table, column, part))}


# --- 33, 4: what a poll asks for -------------------------------------------------------------------------------------


def _laden(base: str) -> bytes:
    """Write a feed that names everything that some reader somewhere would fetch."""
    link = f'<link xmlns="http://www.w3.org/2005/Atom" rel="REL" href="{base}/REL"/>'
    around = "".join(link.replace("REL", relation) for relation in ("hub", "next", "self", "prev-archive", "icon"))
    around += f"""<image><url>{base}/logo.png</url></image><cloud domain="127.0.0.1" port="80" path="/rpc"/>
        <xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{base}/include"/>"""
    page = f"""<img src="{base}/pixel.gif"><link rel=stylesheet href="{base}/style.css"><script src="{base}/x.js">
        </script><iframe src="{base}/frame"></iframe><a ping="{base}/ping" href="{base}/tale">&ext;</a>"""
    more = f'<description>{escape(page)}</description><enclosure url="{base}/tale.mp3" type="audio/mpeg"/>'
    told = entry("Ferry aground at dusk", guid="x", link=f"{base}/tale", more=more)
    head = f"""<?xml-stylesheet type="text/xsl" href="{base}/style.xsl"?><!DOCTYPE rss SYSTEM "{base}/rss.dtd"
        [<!ENTITY % all SYSTEM "{base}/all.ent"> %all; <!ENTITY ext SYSTEM "{base}/external">]>"""
    return rss(around, told).replace("?><rss", f"?>{head}<rss", 1).encode()


def _disclosing(path: Path) -> bytes:
    """Write a feed that would hold a file of this machine."""
    told = rss(entry("Tide table XXL", guid="y", more="<description>&ext;</description>")).replace("XXL", "&ext; here")
    return told.replace("?><rss", f'?><!DOCTYPE rss [<!ENTITY ext SYSTEM "{path.as_uri()}">]><rss', 1).encode()


def test_a_poll_fetches_the_feed_and_nothing_else(office: Office, tmp_path: Path) -> None:
    """Pictures, styles, hubs, further pages, includes, DTDs and external entities are left where they are.

    The feed is read without them, and no file of this machine is in it.
    """
    (tmp_path / "private").write_text(SECRET)
    server = office.serve(lambda visit: visit.send(reply(_laden(f"http://127.0.0.1:{visit.server.port}"))))
    other = office.serve(reply(_disclosing(tmp_path / "private")))
    office.subscribe({"Laden": server.url(), "Local": other.url()})
    polled = office.once()
    assert unharmed(office, polled)
    assert [visit.path for visit in server.visits] == ["/feed"]
    assert [office.items(name)[0]["title"] for name in ("Laden", "Local")] == [
        "Ferry aground at dusk",
        "Tide table here",
    ]
    assert SECRET not in "".join([*office.pages().values(), office.exported()])
