"""Reading one feed, from a real server to a Reading: what is asked, what is recognised, what is said of failures."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from msgspec.structs import replace

from aggregator.core import pieces
from aggregator.core.model import Feed, FeedState, Hints, Outcome, Polling, Reading, Timetable, Trace, Validators
from aggregator.edges import sources, understanding
from aggregator.edges.http import Fetcher, body
from aggregator.edges.understanding import Job, Understood
from aggregator.edges.workers.reading import Reader
from tests.edges.servers import reply, routes, serving, unused_port

NOW = datetime(2026, 1, 14, 12, 0, tzinfo=UTC)
FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Example News</title><ttl>90</ttl>
<link>https://news.example/</link><item><title>Council votes on bridge</title><guid>a1</guid>
<link>https://news.example/articles/1</link><pubDate>Wed, 14 Jan 2026 11:00:00 GMT</pubDate></item></channel></rss>"""
FEED_HASH = body.digest(FEED, "")
KNOWN = Validators(etag='"old"', last_modified="Tue, 13 Jan 2026 00:00:00 GMT")
FRESH = ('ETag: W/"new"', "Last-Modified: Wed, 14 Jan 2026 10:00:00 GMT")
#: What is remembered of a document that came an hour ago.
LATELY = Trace(body="00ff", fetched=NOW - timedelta(hours=1))


@pytest.fixture(scope="module")
def fetcher() -> Iterator[Fetcher]:
    """Give a fetcher that may reach this machine."""
    with Fetcher(allow=(ip_network("127.0.0.0/8"),), deadline=timedelta(seconds=5)) as made:
        yield made


def feed_at(url: str, **memory: object) -> FeedState:
    """Build what is remembered of the feed at an address."""
    state = FeedState(id=1, feed=Feed(url=url), name="Example News", validators=KNOWN, trace=LATELY)
    return replace(state, **memory)


def read(state: FeedState, *, fetcher: Fetcher, understand: object = understanding.understand) -> Reading:
    """Read a feed at noon, its document understood in this process."""
    return Reader(fetcher, understand, polling=Polling()).read(state, now=NOW)  # type: ignore[arg-type]


def read_answer(fetcher: Fetcher, answer: bytes, **memory: object) -> Reading:
    """Read a feed whose server gives this answer."""
    with serving(answer) as server:
        return read(feed_at(server.url(), **memory), fetcher=fetcher)


# --- one feed --------------------------------------------------------------------------------------------------------


def test_a_document_is_understood_and_cleaned(fetcher: Fetcher) -> None:
    """A feed becomes clean items with its title, validators, hash and hints, and the old validators went out."""
    answer = reply(FEED, headers=(*FRESH, "Content-Type: application/rss+xml", "Cache-Control: max-age=600"))
    with serving(answer) as server:
        reading = read(feed_at(server.url()), fetcher=fetcher)
        (visit,) = server.visits
    assert visit.header("If-None-Match") == b'"old"'
    assert visit.header("If-Modified-Since") == b"Tue, 13 Jan 2026 00:00:00 GMT"
    assert (reading.outcome, reading.status, reading.format) == (Outcome.READ, 200, "RSS 2.0")
    assert (reading.title, reading.reason, reading.traceback) == ("Example News", "", "")
    (item,) = reading.items
    assert (item.title, item.guid, item.link) == ("Council votes on bridge", "a1", "https://news.example/articles/1")
    assert reading.validators == Validators(etag='W/"new"', last_modified="Wed, 14 Jan 2026 10:00:00 GMT")
    assert reading.trace == Trace(body=FEED_HASH, tail=pieces.tail_digest(FEED), head_read=NOW, fetched=NOW)
    assert (reading.timetable, reading.asked) == (Timetable(ttl=timedelta(minutes=90)), NOW)
    assert reading.hints == Hints(max_age=timedelta(minutes=10))


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
    reading = read_answer(fetcher, reply(status="304 Not Modified", headers=headers))
    assert (reading.outcome, reading.status, reading.items) == (Outcome.UNCHANGED, 304, ())
    assert (reading.validators, reading.trace, reading.reason) == (validators, LATELY, "")


def test_what_was_said_of_a_feed_is_passed_on(fetcher: Fetcher) -> None:
    """What is remembered of the head goes with the document, and what is to be remembered comes with the reading."""
    jobs: list[Job] = []

    def understand(job: Job) -> Understood:
        jobs.append(job)
        return Understood(format="RSS 2.0", head="the next")

    with serving(reply(FEED)) as server:
        reading = read(feed_at(server.url(), head="the last"), fetcher=fetcher, understand=understand)
    assert (jobs[0].head, reading.head) == ("the last", "the next")


@pytest.mark.parametrize(
    ("headers", "validators"),
    [(('ETag: "newer"',), Validators(etag='"newer"')), ((), Validators())],
)
def test_the_same_body_is_unchanged(fetcher: Fetcher, headers: tuple[str, ...], validators: Validators) -> None:
    """A body already read is unchanged though it came with 200; the server's validators are what it now says."""
    reading = read_answer(fetcher, reply(FEED, headers=headers), trace=replace(LATELY, body=FEED_HASH))
    assert (reading.outcome, reading.status, reading.items) == (Outcome.UNCHANGED, 200, ())
    assert (reading.validators, reading.trace.body, reading.trace.fetched) == (validators, FEED_HASH, NOW)


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
    assert (reading.validators, reading.trace, reading.traceback) == (Validators(), Trace(), "")


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
    assert (reading.validators, reading.trace, reading.traceback) == (Validators(), Trace(), "")


def test_an_unreachable_server_is_a_failure(fetcher: Fetcher) -> None:
    """Where nobody answers, the reading says so in plain words, without a traceback."""
    reading = read(feed_at(f"http://127.0.0.1:{unused_port()}/feed"), fetcher=fetcher)
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
    assert (reading.validators, reading.trace) == (Validators(), Trace())


# --- work only where something is new --------------------------------------------------------------------------------

ITEM = b"<item><title>Council votes on bridge</title><guid>a1</guid></item>"
SECOND = b"<item><title>Ferry runs aground</title><guid>a2</guid></item>"


def document(*items: bytes, built: bytes = b"now") -> bytes:
    """Write a feed; ``built`` stands before its entries."""
    head = b"<title>Example News</title><lastBuildDate>" + built + b"</lastBuildDate>"
    return b'<rss version="2.0"><channel>' + head + b"".join(items) + b"</channel></rss>"


def remembered(reading: Reading, url: str, **memory: object) -> FeedState:
    """Build what is remembered after a reading."""
    known = pieces.packed((mark, number) for number, mark in enumerate(reading.pieces))
    return feed_at(url, **{"trace": reading.trace, "pieces": known, "validators": Validators(), **memory})


def never(job: Job) -> Understood:
    """Stand for a parser that must not be asked."""
    raise AssertionError("there was nothing to understand")


def test_a_new_head_alone_is_not_parsed(fetcher: Fetcher) -> None:
    """Other bytes before the first entry, such as a build date, are no news; the new body is recognised next time."""
    other = document(ITEM, built=b"later")
    with serving(routes({"/a": reply(document(ITEM)), "/b": reply(other)})) as server:
        first = read(feed_at(server.url("/a")), fetcher=fetcher)
        state = remembered(first, server.url("/b"))
        again = read(state, fetcher=fetcher, understand=never)
    assert (again.outcome, again.reason, again.trace.body) == (Outcome.UNCHANGED, "", body.digest(other, ""))
    assert again.trace.head_read == first.trace.head_read


def test_the_same_packed_bytes_are_not_unpacked(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that is sent as it was last time is known by that, packed; packed otherwise, by its entries."""
    coding = "Content-Encoding: gzip"
    twice = (gzip.compress(FEED, mtime=moment) for moment in (1, 2))
    answers = {f"/{at}": reply(packed, headers=(coding,)) for at, packed in enumerate(twice)}
    with serving(routes(answers)) as server:
        first = read(feed_at(server.url("/0")), fetcher=fetcher)
        otherwise = read(remembered(first, server.url("/1")), fetcher=fetcher, understand=never)
        monkeypatch.setattr(body, "unpack", never)
        same = read(remembered(first, server.url("/0")), fetcher=fetcher, understand=never)
    assert (otherwise.outcome, otherwise.reason, otherwise.trace.tail) == (Outcome.UNCHANGED, "", first.trace.tail)
    assert (same.outcome, same.reason, same.trace) == (Outcome.UNCHANGED, "", first.trace)
    assert first.items and otherwise.trace.body != first.trace.body


def test_of_the_same_bytes_what_was_left_out_is_read(fetcher: Fetcher) -> None:
    """A document with more entries than are read at once is read on at the next poll, though it is the same."""
    with serving(reply(document(ITEM, SECOND))) as server:
        first = read(feed_at(server.url()), fetcher=fetcher)
        kept = replace(first, pieces=first.pieces[:1])
        again = read(remembered(kept, server.url(), left_out=1), fetcher=fetcher)
    assert [item.guid for item in again.items] == ["a2"]
    assert (again.outcome, again.repeated) == (Outcome.READ, first.pieces[:1])


def test_the_same_bytes_packed_in_another_way_are_another_body(fetcher: Fetcher) -> None:
    """What a server packed twice does not pass for what it packed once."""
    packed = gzip.compress(FEED, mtime=1)
    one, other = (reply(packed, headers=(f"Content-Encoding: {coding}",)) for coding in ("gzip", "gzip, gzip"))
    with serving(routes({"/a": one, "/b": other})) as server:
        first = read(feed_at(server.url("/a")), fetcher=fetcher)
        again = read(remembered(first, server.url("/b")), fetcher=fetcher)
    assert (first.outcome, again.outcome) == (Outcome.READ, Outcome.FAILED)
    assert "but it is not" in again.reason


@pytest.mark.parametrize("hours", [25, -1])
def test_the_head_is_read_again_daily(fetcher: Fetcher, hours: int) -> None:
    """A new title is noticed within a day, also after the clock was set back, and brings no entries."""
    with serving(reply(document(ITEM, built=b"later"))) as server:
        first = read(feed_at(server.url()), fetcher=fetcher)
        trace = replace(first.trace, body="00ff", head_read=NOW - timedelta(hours=hours))
        again = read(remembered(first, server.url(), trace=trace), fetcher=fetcher)
    assert (again.outcome, again.items, again.repeated) == (Outcome.READ, (), first.pieces)
    assert again.trace.head_read == NOW


def test_only_an_unknown_entry_is_read(fetcher: Fetcher) -> None:
    """Of a document that gained an entry only that one is parsed; the others are said to be there."""
    with serving(routes({"/feed": reply(document(ITEM))})) as server:
        first = read(feed_at(server.url()), fetcher=fetcher)
        server.answer = routes({"/feed": reply(document(SECOND, ITEM))})
        again = read(remembered(first, server.url()), fetcher=fetcher)
    assert [item.title for item in again.items] == ["Ferry runs aground"]
    assert (len(again.pieces), again.repeated) == (1, first.pieces)


def test_after_a_week_of_304s_the_whole_document_is_asked_for(fetcher: Fetcher) -> None:
    """A server whose validators are stuck is found out: once a week the request goes without them."""
    with serving(reply(FEED, headers=FRESH)) as server:
        trace = replace(LATELY, fetched=NOW - timedelta(days=8))
        reading = read(feed_at(server.url(), trace=trace), fetcher=fetcher)
        (visit,) = server.visits
    assert visit.header("If-None-Match") is None and visit.header("If-Modified-Since") is None
    assert (reading.outcome, reading.trace.fetched) == (Outcome.READ, NOW)


# --- moving ----------------------------------------------------------------------------------------------------------


def test_a_feed_that_moved_is_read_where_it_is(fetcher: Fetcher) -> None:
    """A permanent redirect to a feed is adopted; the next request goes there."""
    with serving(routes({"/new": reply(FEED)})) as server:
        moved = reply(status="301 Moved Permanently", headers=("Location: /new",))
        server.answer = routes({"/old": moved, "/new": reply(FEED)})
        first = read(feed_at(server.url("/old")), fetcher=fetcher)
        assert first.moved == server.url("/new")
        read(feed_at(server.url("/old"), moved=first.moved), fetcher=fetcher)
        assert [visit.path for visit in server.visits] == ["/old", "/new", "/new"]


@pytest.mark.parametrize("page", [reply(b"<html><title>Log in</title></html>"), reply(status="404 Not Found")])
def test_what_serves_no_feed_is_not_moved_to(fetcher: Fetcher, page: bytes) -> None:
    """A captive portal, or an address with nothing at it, takes no feed away, however permanent the redirect."""
    with serving(routes({})) as server:
        portal = reply(status="308 Permanent Redirect", headers=("Location: /portal",))
        server.answer = routes({"/feed": portal, "/portal": page})
        reading = read(feed_at(server.url("/feed")), fetcher=fetcher)
    assert (reading.outcome, reading.moved) == (Outcome.FAILED, None)


def test_only_the_configured_address_can_say_that_a_feed_is_gone(fetcher: Fetcher) -> None:
    """A 410 at an address that was moved to is a failure there: the configured one is tried again."""
    with serving(reply(status="410 Gone")) as server:
        reading = read(feed_at("http://old.example/feed", moved=server.url()), fetcher=fetcher)
    assert (reading.outcome, reading.moved) == (Outcome.FAILED, None)


@pytest.mark.parametrize(
    ("status", "outcome"), [("302 Found", Outcome.FAILED), ("301 Moved Permanently", Outcome.GONE)]
)
def test_a_feed_is_not_gone_where_it_only_is_for_the_time_being(
    fetcher: Fetcher, status: str, outcome: Outcome
) -> None:
    """A 410 behind a temporary redirect is a failure; behind a permanent one the feed itself has said it."""
    with serving(routes({})) as server:
        away = reply(status=status, headers=("Location: /away",))
        server.answer = routes({"/feed": away, "/away": reply(status="410 Gone")})
        assert read(feed_at(server.url("/feed")), fetcher=fetcher).outcome is outcome


@pytest.mark.parametrize(
    "answer",
    [
        reply(b"<html><title>Just a moment...</title></html>", status="403 Forbidden"),
        reply(status="403 Forbidden", headers=("cf-mitigated: challenge",)),
        reply(b"<html><title>Just a moment...</title></html>"),
    ],
)
def test_a_bot_wall_is_named(fetcher: Fetcher, answer: bytes) -> None:
    """The reason says that a wall against bots answers, not only that the server refuses or sends a page."""
    reading = read_answer(fetcher, answer)
    assert "a bot wall of Cloudflare answers instead of the feed" in reading.reason
