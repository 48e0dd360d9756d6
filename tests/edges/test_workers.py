"""Reading feeds: one, from a real server to a Reading; and many, side by side, so many at a time to one host."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from ipaddress import ip_network

import pytest

from aggregator.core.model import Feed, FeedState, Hints, Outcome, Reading, Validators
from aggregator.edges import sources
from aggregator.edges.http import Fetcher
from aggregator.edges.workers import read
from tests.edges.servers import reply, serving, unused_port

NOW = datetime(2026, 1, 14, 12, 0, tzinfo=UTC)
FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Example News</title><ttl>90</ttl>
<link>https://news.example/</link><item><title>Council votes on bridge</title><guid>a1</guid>
<link>https://news.example/articles/1</link><pubDate>Wed, 14 Jan 2026 11:00:00 GMT</pubDate></item></channel></rss>"""
FEED_HASH = blake2b(FEED, digest_size=16).hexdigest()
KNOWN = Validators(etag='"old"', last_modified="Tue, 13 Jan 2026 00:00:00 GMT")
FRESH = ('ETag: W/"new"', "Last-Modified: Wed, 14 Jan 2026 10:00:00 GMT")


@pytest.fixture(scope="module")
def fetcher() -> Iterator[Fetcher]:
    """Give a fetcher that may reach this machine."""
    with Fetcher(allow=(ip_network("127.0.0.0/8"),), deadline=timedelta(seconds=5)) as made:
        yield made


def feed_at(url: str, *, number: int = 1, validators: Validators = KNOWN, body_hash: str | None = None) -> FeedState:
    """Build what is remembered of the feed at an address."""
    feed = Feed(url=url)
    return FeedState(id=number, feed=feed, name="Example News", validators=validators, body_hash=body_hash)


def read_answer(fetcher: Fetcher, answer: bytes, *, body_hash: str | None = None) -> Reading:
    """Read a feed whose server gives this answer."""
    with serving(answer) as server:
        return read(feed_at(server.url(), body_hash=body_hash), fetcher=fetcher, now=NOW)


# --- one feed --------------------------------------------------------------------------------------------------------


def test_a_document_is_understood_and_cleaned(fetcher: Fetcher) -> None:
    """A feed becomes clean items with its title, validators, hash and hints, and the old validators went out."""
    answer = reply(FEED, headers=(*FRESH, "Content-Type: application/rss+xml", "Cache-Control: max-age=600"))
    with serving(answer) as server:
        reading = read(feed_at(server.url()), fetcher=fetcher, now=NOW)
        (visit,) = server.visits
    assert visit.header("If-None-Match") == b'"old"'
    assert visit.header("If-Modified-Since") == b"Tue, 13 Jan 2026 00:00:00 GMT"
    assert (reading.outcome, reading.status, reading.format) == (Outcome.READ, 200, "RSS 2.0")
    assert (reading.title, reading.reason, reading.traceback) == ("Example News", "", "")
    (item,) = reading.items
    assert (item.title, item.guid, item.link) == ("Council votes on bridge", "a1", "https://news.example/articles/1")
    assert reading.validators == Validators(etag='W/"new"', last_modified="Wed, 14 Jan 2026 10:00:00 GMT")
    assert reading.body_hash == FEED_HASH
    assert reading.hints == Hints(ttl=timedelta(minutes=90), max_age=timedelta(minutes=10))


@pytest.mark.parametrize(
    ("headers", "validators"),
    [
        (FRESH, Validators(etag='W/"new"', last_modified="Wed, 14 Jan 2026 10:00:00 GMT")),
        (('ETag: "newer"',), Validators(etag='"newer"', last_modified=KNOWN.last_modified)),
        ((), KNOWN),
    ],
)
def test_304_keeps_the_newest_validators(fetcher: Fetcher, headers: tuple[str, ...], validators: Validators) -> None:
    """Not modified is unchanged; validators that come with it replace ours, those that do not stay."""
    reading = read_answer(fetcher, reply(status="304 Not Modified", headers=headers), body_hash="00ff")
    assert (reading.outcome, reading.status, reading.items) == (Outcome.UNCHANGED, 304, ())
    assert (reading.validators, reading.body_hash, reading.reason) == (validators, "00ff", "")


@pytest.mark.parametrize(
    ("headers", "validators"),
    [(('ETag: "newer"',), Validators(etag='"newer"')), ((), Validators())],
)
def test_the_same_body_is_unchanged(fetcher: Fetcher, headers: tuple[str, ...], validators: Validators) -> None:
    """A body already read is unchanged though it came with 200; the server's validators are what it now says."""
    reading = read_answer(fetcher, reply(FEED, headers=headers), body_hash=FEED_HASH)
    assert (reading.outcome, reading.status, reading.items) == (Outcome.UNCHANGED, 200, ())
    assert (reading.validators, reading.body_hash) == (validators, FEED_HASH)


@pytest.mark.parametrize(
    ("status", "outcome", "reason"),
    [
        ("403 Forbidden", Outcome.FAILED, "HTTP 403: the server refuses us"),
        ("404 Not Found", Outcome.FAILED, "HTTP 404: there is nothing at this address"),
        ("410 Gone", Outcome.GONE, "HTTP 410: the feed was removed for good"),
        ("418 I'm a teapot", Outcome.FAILED, "HTTP 418: I'm a Teapot"),
        ("429 Too Many Requests", Outcome.FAILED, "HTTP 429: we asked too often"),
        ("500 Internal Server Error", Outcome.FAILED, "HTTP 500: the server has a problem"),
        ("599 Odd", Outcome.FAILED, "HTTP 599: the server has a problem"),
        ("499 Odd", Outcome.FAILED, "HTTP 499: not a standard answer"),
    ],
)
def test_refusals_are_said_in_plain_words(fetcher: Fetcher, status: str, outcome: Outcome, reason: str) -> None:
    """A status that brings no feed is a failure, or a farewell, with its number and what it means."""
    reading = read_answer(fetcher, reply(b"<html>no</html>", status=status, headers=FRESH))
    assert (reading.outcome, reading.reason, reading.status) == (outcome, reason, int(status[:3]))
    assert (reading.validators, reading.body_hash, reading.traceback) == (Validators(), None, "")


@pytest.mark.parametrize(
    ("status", "headers", "until"),
    [
        ("429 Too Many Requests", ("Retry-After: 7200",), NOW + timedelta(hours=2)),
        ("503 Service Unavailable", ("Retry-After: 7200",), NOW + timedelta(hours=2)),
        ("429 Too Many Requests", ("Retry-After: soon",), None),
        ("500 Internal Server Error", ("Retry-After: 7200",), None),
    ],
)
def test_retry_after_is_heard(fetcher: Fetcher, status: str, headers: tuple[str, ...], until: datetime | None) -> None:
    """Of a server that asks for quiet, the moment until when comes with the failure."""
    assert read_answer(fetcher, reply(status=status, headers=headers)).hints.retry_after == until


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<!doctype html><html><head><title>Log in</title></head></html>", "this is a web page, not a feed"),
        (b"", "the document is empty"),
        (b"Good morning, everybody.", "no feed format was recognised"),
    ],
)
def test_what_is_no_feed_brings_nothing(fetcher: Fetcher, body: bytes, reason: str) -> None:
    """A page, nothing or noise is a failure in plain words, and none of its validators is taken for the feed's."""
    reading = read_answer(fetcher, reply(body, headers=FRESH))
    assert reading.outcome is Outcome.FAILED
    assert reading.reason.startswith(reason)
    assert (reading.validators, reading.body_hash, reading.traceback) == (Validators(), None, "")


def test_an_unreachable_server_is_a_failure(fetcher: Fetcher) -> None:
    """Where nobody answers, the reading says so in plain words, without a traceback."""
    reading = read(feed_at(f"http://127.0.0.1:{unused_port()}/feed"), fetcher=fetcher, now=NOW)
    assert (reading.outcome, reading.reason) == (Outcome.FAILED, "connection refused")
    assert reading.traceback == ""


def test_a_bug_is_a_reading_too(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug that a document uncovers costs its feed this poll: it is named, with its traceback for the log."""

    def stumble(*arguments: object, **more: object) -> None:
        raise RuntimeError("the parser fell over")

    monkeypatch.setattr(sources, "parse", stumble)
    reading = read_answer(fetcher, reply(FEED, headers=FRESH))
    assert reading.outcome is Outcome.FAILED
    assert reading.reason == "a bug in aggregator: RuntimeError: the parser fell over"
    assert "in stumble" in reading.traceback
    assert (reading.validators, reading.body_hash) == (Validators(), None)
