"""A desk: feeds are found and read there by the rules it was given, with everything that it needs."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_network
from pathlib import Path

import pytest

from aggregator.core.errors import FetchError, ParseError
from aggregator.core.model import Config, Feed, FeedState, Outcome, Polling
from aggregator.edges.killable import Killable
from aggregator.edges.workers import Desk, Rules
from aggregator.edges.workers import desk as desks
from tests.edges.servers import Visit, reply, routes, serving

NOW = datetime(2026, 1, 14, 12, 0, tzinfo=UTC)
RULES = Rules(polling=Polling(), allow=(ip_network("127.0.0.0/8"),), deadline=timedelta(seconds=10))
FEED = reply(
    b"<rss version='2.0'><channel><title>Example News</title><item><title>River rises</title></item></channel></rss>"
)
#: Not well-formed, so feedparser's second parser reads it, in Python; that takes many seconds.
HEAVY = reply(b"<rss version='2.0'><channel>" + b"<item><title>Rain</title><link>/rain</link></item>" * 30_000)


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    """Give a desk that may reach this machine."""
    with Desk(RULES) as made:
        yield made


def page(*hrefs: str) -> bytes:
    """Build the answer that is a web page which announces feeds."""
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="{href}">' for href in hrefs)
    return reply(f"<!doctype html><html><head>{links}</head></html>".encode())


def state_of(url: str) -> FeedState:
    """Build what is remembered of a new feed."""
    return FeedState(id=1, feed=Feed(url=url), name="")


def stop_after(arrived: threading.Event, desk: Desk) -> None:
    """Stop a desk once a request has arrived somewhere."""
    arrived.wait(10)
    desk.stop()


# --- rules -----------------------------------------------------------------------------------------------------------


def test_rules_come_from_the_settings_and_travel() -> None:
    """Rules take what the settings say, are equal when it is equal, and are the same on another machine."""
    polling = Polling(per_host=3)
    config = Config(path=Path("feeds.yaml"), feeds=(), storage=Path("storage"), polling=polling, allow=RULES.allow)
    rules = Rules.of(config)
    assert (rules.polling, rules.allow, rules.contact) == (polling, RULES.allow, None)
    assert {rules, Rules.of(config), pickle.loads(pickle.dumps(rules))} == {rules}


# --- reading ---------------------------------------------------------------------------------------------------------


def test_a_feed_is_read(desk: Desk) -> None:
    """A feed becomes a reading with its items and the moment that it was asked for."""
    with serving(FEED) as server:
        reading = desk.read(state_of(server.url()), now=NOW)
    assert (reading.outcome, reading.asked, reading.title) == (Outcome.READ, NOW, "Example News")
    assert [item.title for item in reading.items] == ["River rises"]


def test_a_stop_ends_reading_at_once() -> None:
    """Told to stop while a server keeps it waiting, the desk gives a failed reading, and refuses what comes later."""

    def hang(visit: Visit) -> None:
        visit.server.closing.wait(20)

    with serving(hang) as server, Desk(RULES) as desk:
        stopping = threading.Thread(target=stop_after, args=(server.arrived, desk))
        stopping.start()
        readings = [desk.read(state_of(server.url()), now=NOW) for _ in range(2)]
        stopping.join()
    assert [(reading.outcome, reading.reason) for reading in readings] == [(Outcome.FAILED, "stopped")] * 2


@pytest.fixture
def strict_desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Give a desk that gives up a document after a second of processor time."""
    monkeypatch.setattr(desks, "Killable", partial(Killable, cpu=timedelta(seconds=1)))
    with Desk(RULES) as made:
        yield made


def test_a_document_that_takes_too_much_is_a_failure(strict_desk: Desk) -> None:
    """A document that takes too long to parse costs its feed a failure with the reason, and no traceback."""
    with serving(HEAVY) as server:
        reading = strict_desk.read(state_of(server.url()), now=NOW)
    words = "reading it took more than 1 s of processor time; it was given up"
    assert (reading.outcome, reading.reason, reading.traceback) == (Outcome.FAILED, words, "")


# --- finding ---------------------------------------------------------------------------------------------------------


def test_an_address_may_be_the_feed_itself(desk: Desk) -> None:
    """The address of a feed is found to be itself, with one request."""
    with serving(FEED) as server:
        assert desk.find(server.url()) == (server.url(), ())
        assert len(server.visits) == 1


def test_a_page_leads_to_the_first_feed_that_works(desk: Desk) -> None:
    """Of what a page announces the first that is a feed is found, and the others are named."""
    with serving(routes({"/": page("/gone", "/page", "/feed", "/other"), "/page": page(), "/feed": FEED})) as server:
        found, others = desk.find(server.url("/"))
        assert found == server.url("/feed")
        assert others == tuple(server.url(path) for path in ("/gone", "/page", "/other"))


def test_the_usual_places_are_tried(desk: Desk) -> None:
    """Where a page announces nothing, its site's usual places are looked at."""
    with serving(routes({"/": page(), "/rss.xml": FEED})) as server:
        assert desk.find(server.url("/")) == (server.url("/rss.xml"), ())


def test_no_feed_is_said_so_after_a_few_tries(desk: Desk) -> None:
    """Where nothing is found that is an error, and the site was asked a bounded number of times."""
    with serving(routes({"/": page(*(f"/{number}" for number in range(40)))})) as server:
        with pytest.raises(ParseError, match="no feed was found here or behind it"):
            desk.find(server.url("/"))
        assert len(server.visits) == 13
        with pytest.raises(FetchError, match="HTTP 404: there is nothing at this address"):
            desk.find(server.url("/nothing"))


def test_what_takes_too_much_is_no_feed(strict_desk: Desk) -> None:
    """Of what a page announces, one that cannot be read in time is passed over."""
    with serving(routes({"/": page("/heavy", "/feed"), "/heavy": HEAVY, "/feed": FEED})) as server:
        assert strict_desk.find(server.url("/")) == (server.url("/feed"), (server.url("/heavy"),))
