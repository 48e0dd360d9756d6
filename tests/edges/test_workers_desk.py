"""A desk: feeds are found and read there by the rules it was given, with everything that it needs."""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from aggregator.core.errors import FetchError, ParseError
from aggregator.core.model import Config, Feed, FeedState, Outcome, Polling, Reading, Trace, Validators
from aggregator.edges.http import Fetcher, Response
from aggregator.edges.killable import Killable
from aggregator.edges.workers import Desk, Rules
from aggregator.edges.workers import desk as desks
from tests.edges.servers import LOOPBACK, Visit, reply, routes, serving

NOW = datetime(2026, 1, 14, 12, 0, tzinfo=UTC)
RULES = Rules(polling=Polling(), allow=LOOPBACK, deadline=timedelta(seconds=10))
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


def test_a_desk_counts_the_documents_that_are_here(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a document is understood it counts, whatever comes of it; while a server is waited for, nothing does."""
    counts: list[int] = []

    def run(self: Killable, function: object, job: object) -> None:
        counts.append(desk.documents)
        raise ParseError("https://news.example/", "it was not understood")

    def answer(visit: Visit) -> None:
        counts.append(desk.documents)
        visit.send(FEED)

    monkeypatch.setattr(Killable, "run", run)
    with serving(answer) as server:
        assert desk.read(state_of(server.url()), now=NOW).outcome is Outcome.FAILED
    assert [*counts, desk.documents] == [0, 1, 0]


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


# --- from one host to another ----------------------------------------------------------------------------------------


def leading_to(url: str) -> bytes:
    """Build the answer that redirects to an address."""
    return reply(status="302 Found", headers=(f"Location: {url}",))


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    """Give a fetcher that may reach this machine, for half a second."""
    with Fetcher(allow=LOOPBACK, deadline=timedelta(seconds=0.5)) as made:
        yield made


def test_a_desk_follows_redirects_step_by_step(desk: Desk) -> None:
    """A step ends where another host is to be asked, and goes on from there; reading takes all steps at once."""
    with (
        serving(FEED) as there,
        serving(routes({"/feed": leading_to("/next"), "/next": leading_to(there.url())})) as here,
    ):
        state = replace(state_of(here.url()), validators=Validators(etag='"1"'), trace=Trace(fetched=NOW))
        answer = desk.step(state, now=NOW)
        assert isinstance(answer, Response)
        assert (len(here.visits), len(there.visits)) == (2, 0)
        step = desk.step(state, now=NOW, after=pickle.loads(pickle.dumps(answer)))
        assert (len(here.visits), len(there.visits)) == (2, 1)
        assert step == desk.read(state, now=NOW)
        assert there.visits[0].header("If-None-Match") == b'"1"'
    assert isinstance(step, Reading)
    assert [item.title for item in step.items] == ["River rises"]


def test_a_redirect_that_leads_on_says_where(fetcher: Fetcher) -> None:
    """An answer that leads on has every redirect so far, and a password is not for the other host."""
    with serving(FEED) as there, serving(leading_to(there.url())) as here:
        answer = fetcher.fetch(here.url(userinfo="me:secret@"), leave_host=False)
        assert (answer.leads_on, answer.status, answer.redirects) == (True, 302, ((302, there.url()),))
        arrived = fetcher.fetch(here.url(userinfo="me:secret@"), leave_host=False, after=answer)
        assert (arrived.leads_on, arrived.status, arrived.url) == (False, 200, there.url())
        assert arrived.redirects == answer.redirects
        assert here.visits[0].header("Authorization") is not None
        assert there.visits[0].header("Authorization") is None


def test_redirects_in_a_circle_are_refused_across_hosts(desk: Desk) -> None:
    """Two hosts that redirect to each other are asked once each."""
    with serving(lambda visit: visit.send(leading_to(here.url()))) as there, serving(leading_to(there.url())) as here:
        reading = desk.read(state_of(here.url()), now=NOW)
        assert reading.reason.startswith("the redirects go in a circle")
        assert (len(here.visits), len(there.visits)) == (1, 1)


def test_one_deadline_holds_for_all_hosts() -> None:
    """What one host took of the time is not there for the next one, also when another exchange began before."""

    def hesitate(visit: Visit) -> None:
        visit.server.closing.wait(2)
        visit.send(leading_to(there.url()))

    def hang(visit: Visit) -> None:
        visit.drip([b"HTTP/1.1 200 OK\r\n", *[b"X-Slow: yes\r\n"] * 400])

    deadline = timedelta(seconds=3)
    with serving(hang) as there, serving(hesitate) as here, Fetcher(allow=LOOPBACK, deadline=deadline) as fetcher:
        answer = fetcher.fetch(here.url(), leave_host=False)
        assert answer.seconds >= 2
        other = threading.Thread(target=failure, args=(fetcher, there.url(), None))
        other.start()
        assert there.arrived.wait(10)
        begun = time.monotonic()
        assert failure(fetcher, here.url(), answer).startswith("the server did not answer within 3 s")
        assert time.monotonic() - begun < 2
        other.join()


def failure(fetcher: Fetcher, url: str, after: Response | None) -> str:
    """Fetch what fails and give the reason."""
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(url, leave_host=False, after=after)
    return caught.value.reason


# --- too much --------------------------------------------------------------------------------------------------------


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
