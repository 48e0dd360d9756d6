"""Politeness, on the straight way of `aggregator once`, as the servers see it."""

from __future__ import annotations

import gzip
import html
import threading
import time
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.edges.servers import Visit, reply, routes
from tests.hostile.office import HEALTHY, START, Office, unharmed
from tests.newsstand import entry, rss

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEED = rss(entry("Ferry aground at the point", guid="f1")).encode()
#: As POLLING of the office, but one request at a time.
ONE_AT_A_TIME = "{every: 1h, shortest: 1s, gap: 0s, per_host: 1, backfill: all}"


# --- what a server sees ----------------------------------------------------------------------------------------------


class Busy:
    """An answer that takes a moment, and remembers when each began and how many were under way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way = 0
        self.most = 0
        self.began: list[float] = []

    def __call__(self, visit: Visit) -> None:
        """Answer with a feed, after a while."""
        with self._lock:
            self.began.append(time.monotonic())
            self._under_way += 1
            self.most = max(self.most, self._under_way)
        visit.server.closing.wait(0.1)
        with self._lock:
            self._under_way -= 1
        visit.send(reply(FEED))


@pytest.mark.parametrize(("per_host", "gap"), [(1, 1), (3, 0)])
def test_a_host_is_asked_as_often_as_it_may_be(office: Office, per_host: int, gap: int) -> None:
    """No more than ``per_host`` requests are under way at a host, and begin ``gap`` apart; other hosts do not wait."""
    busy, other = Busy(), Busy()
    server, elsewhere = office.serve(busy), office.serve(other)
    feeds = {f"{number}": server.url(f"/{number}") for number in range(3 if gap else 9)}
    settings = f"{{every: 1h, shortest: 1s, gap: {gap}s, per_host: {per_host}, backfill: all}}"
    office.subscribe(feeds | {"Elsewhere": elsewhere.url()}, polling=settings)
    assert unharmed(office, office.once())
    assert sorted(visit.path for visit in server.visits) == sorted(f"/{name}" for name in feeds)
    assert busy.most == per_host
    assert all(later - earlier >= gap - 0.2 for earlier, later in pairwise(busy.began))
    assert other.began[0] < busy.began[-1]


def test_a_request_says_who_asks_and_nothing_else(office: Office) -> None:
    """One request a feed and poll, conditional from the second on, without cookie, referer, query or body."""
    server = office.serve(reply(FEED, headers=("ETag: one", "Last-Modified: once", "Set-Cookie: a=b; Path=/")))
    office.is_calm = True
    office.subscribe({"Sick": server.url("/feed?a=1#top")}, site_url="https://digest.example/")
    for _ in range(2):
        office.once()
    first, second = (visit.request.decode("latin-1").split("\r\n") for visit in server.visits)
    assert first[0] == second[0] == "GET /feed?a=1 HTTP/1.1"
    names = [sorted(line.partition(":")[0].lower() for line in lines[1:] if line) for lines in (first, second)]
    always = ["accept", "accept-encoding", "connection", "host", "user-agent"]
    assert names == [always, sorted([*always, "if-modified-since", "if-none-match"])]
    assert "(+https://digest.example/)" in str(server.visits[0].header("user-agent"))


def test_a_server_that_says_not_modified_for_a_week_is_asked_for_the_whole_once(office: Office) -> None:
    """Validators that are stuck are found out; a server that honours them is asked conditionally otherwise."""

    def answer(visit: Visit) -> None:
        is_known = visit.header("if-none-match") == b"stuck"
        visit.send(reply(status="304 Not Modified") if is_known else reply(FEED, headers=("ETag: stuck",)))

    server = office.serve(answer)
    office.is_calm = True
    office.subscribe({"Sick": server.url()})
    outcomes = [office.once(later=days * DAY)["Sick"].status for days in (0, 3, 3, 2, 3)]
    assert outcomes == [200, 304, 304, 200, 304]


# --- when it is asked ------------------------------------------------------------------------------------------------


@pytest.mark.logs("failed url=")
def test_too_many_requests_quiet_the_whole_host_and_no_other(office: Office) -> None:
    """After a 429 no feed of its host is asked until the time it names, in this round, by force or after a restart."""
    is_busy = True
    server = office.serve(
        lambda visit: visit.send(
            reply(status="429 Slow down", headers=("Retry-After: 600",)) if is_busy else reply(FEED)
        )
    )
    office.subscribe({name: server.url(f"/{name}") for name in "abc"}, polling=ONE_AT_A_TIME)
    polled = office.once()
    assert (len(server.visits), len(polled)) == (1, 2)
    for later in (timedelta(0), timedelta(seconds=599)):
        polled = office.once(later=later)
        assert unharmed(office, polled)
        assert set(polled) == {HEALTHY}
    assert office.printed("list").count("Retry-After") == 2  # of those who were not asked; the third waits for longer
    is_busy = False
    assert set(office.once(later=timedelta(seconds=1))) == {HEALTHY, *"abc"}
    assert len(server.visits) == 4


@pytest.mark.logs("failed url=")
@pytest.mark.parametrize("status", [301, 302])
def test_the_host_that_says_too_many_is_quieted_not_the_one_that_led_there(office: Office, status: int) -> None:
    """Where a redirect or a move leads to a host that answers 429, that host's feeds are left alone, and no others."""
    busy = [False]
    slow_down = reply(status="429 Slow down", headers=("Retry-After: 3600",))
    there = office.serve(lambda visit: visit.send(slow_down if busy[0] and visit.path == "/one" else reply(FEED)))
    away = reply(status=f"{status} Elsewhere", headers=(f"Location: {there.url('/one')}",))
    here = office.serve(lambda visit: visit.send(away if visit.path == "/one" else reply(FEED)))
    feeds = {"Here 1": here.url("/one"), "Here 2": here.url("/two"), "There 2": there.url("/two")}
    office.is_calm = True
    office.subscribe(feeds)
    assert set(office.once()) == {HEALTHY, *feeds}
    busy[0] = True
    office.once()
    assert set(office.once()) == {HEALTHY, "Here 2"}


@pytest.mark.logs("failed url=")
def test_a_feed_that_fails_is_asked_more_and_more_rarely(office: Office) -> None:
    """In a day of hourly rounds a server in trouble is asked six times at most, an empty address three times."""
    server = office.serve(routes({"/500": reply(status="500 Oops")}))
    office.is_calm = True
    office.subscribe({"/500": server.url("/500"), "/404": server.url("/404")})
    for _ in range(24):
        office.once(everything=False, later=HOUR)
    asked = [visit.path for visit in server.visits]
    assert 4 <= asked.count("/500") <= 6
    assert 2 <= asked.count("/404") <= 3
    assert len(office.healthy.visits) > 10


#: Headers and parts of a document that ask for a rest, the rest that is given, and its reason.
HINTS = {
    "max-age": ("Cache-Control: public, max-age=10800", "", 3 * HOUR, "max-age"),
    "Expires": ("Expires: Wed, 14 Jan 2026 12:00:00 GMT", "", 3 * HOUR, "Expires"),
    "both": ("Cache-Control: max-age=7200\r\nExpires: Wed, 14 Jan 2026 21:00:00 GMT", "", 2 * HOUR, "max-age"),
    "ttl": ("X: y", "<ttl>180</ttl>", 3 * HOUR, "ttl"),
    "sy": ("X: y", '<s:updatePeriod xmlns:s="http://purl.org/rss/1.0/modules/syndication/">daily</s:updatePeriod>',
           DAY, "sy:update"),
    "too much": ("Cache-Control: max-age=999999999", "", DAY, "max-age"),
    "too little": ("Cache-Control: max-age=60", "<ttl>5</ttl>", HOUR, "every"),
    "no-cache": ("Cache-Control: no-cache, max-age=10800", "", HOUR, "every"),
    "nonsense": ("Cache-Control: max-age=soon\r\nExpires: 0", "<ttl>long</ttl>", HOUR, "every"),
}  # fmt: skip


def test_hints_of_server_and_document_are_a_lower_bound_of_the_next_poll(office: Office) -> None:
    """The longest wish decides, a day at most; nobody is asked sooner, and the list says why."""
    answers = {
        f"/{number}": reply(FEED.replace(b"<item>", more.encode() + b"<item>"), headers=(header,))
        for number, (header, more, _, _) in enumerate(HINTS.values())
    }
    server = office.serve(routes(answers))
    office.is_calm = True
    office.subscribe({name: server.url(f"/{number}") for number, name in enumerate(HINTS)})
    office.once()
    states = office.states()
    assert {name: states[name].next_reason for name in HINTS} == {name: why for name, (_, _, _, why) in HINTS.items()}
    for name, (_, _, rest, _) in HINTS.items():
        upcoming, polled = states[name].next_poll, states[name].last_polled
        assert upcoming and polled and 0.95 * rest <= upcoming - polled <= 1.2 * rest
    assert ": ttl" in office.printed("list")
    rested = office.once(everything=False, later=1.3 * HOUR)
    assert set(rested) == {HEALTHY, *(name for name, (_, _, rest, _) in HINTS.items() if rest == HOUR)}


def _window(first: int) -> str:
    """Write the ten entries from some hour on, one an hour."""
    hours = range(first, first + 10)
    return rss(*(entry(f"Bell strikes for the {hour}. time", guid=f"{hour}", at=START + hour * HOUR) for hour in hours))


@pytest.mark.logs("missed url=")
def test_entries_that_were_missed_are_recorded_and_make_the_next_poll_come_sooner(office: Office) -> None:
    """A window that rolled over is said in the log and kept with its poll; the interval is halved, and eases again."""
    documents = iter((_window(-9), _window(11), _window(12), _window(13)))
    server = office.serve(lambda visit: visit.send(reply(next(documents).encode())))
    office.is_calm = True
    office.subscribe({"Bell": server.url()})
    missed, waits, reasons = [], [], []
    for later in (0, 20, 1, 1):
        missed.append(office.once(later=later * HOUR)["Bell"].missed)
        state = office.states()["Bell"]
        assert state.next_poll and state.last_polled
        waits.append((state.next_poll - state.last_polled) / HOUR)
        reasons.append(state.next_reason)
    assert missed == [0, 11, 0, 0]
    assert office.rows("SELECT missed FROM polls WHERE feed = 1 ORDER BY id") == [(0,), (11,), (0,), (0,)]
    assert reasons == ["every", *["entries were missed"] * 3]
    expected = (1, 0.5, 0.55, 0.605)
    assert all(0.95 * hours <= wait <= 1.21 * hours for hours, wait in zip(expected, waits, strict=True))


# --- what is said ----------------------------------------------------------------------------------------------------

LINKS = b"""<html><head><title>Harbour news</title><link rel="alternate" type="application/rss+xml" href="/real.xml">
    </head></html>"""
CHALLENGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>"
#: Answers that are no feed, and what is said of them.
WALLS = {
    "page": (reply(LINKS), "this is a web page, not a feed; it links to {}/real.xml"),
    "mitigated": (reply(status="403 No", headers=("cf-mitigated: challenge",)), "HTTP 403: a bot wall of Cloudflare"),
    "challenge": (reply(CHALLENGE, status="503 Wait"), "HTTP 503: a bot wall of Cloudflare"),
    "success": (reply(CHALLENGE), "HTTP 200: a bot wall of Cloudflare"),
    "packed": (
        reply(gzip.compress(CHALLENGE), status="403 No", headers=("Content-Encoding: gzip",)),
        "HTTP 403: a bot wall of Cloudflare",
    ),
    "datadome": (reply(status="403 No", headers=("X-DataDome: protected",)), "HTTP 403: a bot wall of DataDome"),
    "refusal": (reply(b"<html>No.</html>", status="403 No"), "HTTP 403: the server refuses us"),
}


@pytest.mark.logs("failed url=")
def test_what_stands_in_a_feeds_place_is_named(office: Office) -> None:
    """A page names the feed that it links to and a wall against bots its owner, in the log, the list and the footer."""
    server = office.serve(routes({f"/{name}": answer for name, (answer, _) in WALLS.items()}))
    office.subscribe({name: server.url(f"/{name}") for name in WALLS})
    polled = office.once()
    assert unharmed(office, polled)
    assert {visit.path for visit in server.visits} == {f"/{name}" for name in WALLS}
    listed, page = office.printed("list"), html.unescape(office.pages()["index.html"])
    for name, (_, words) in WALLS.items():
        said = words.format(server.url(""))
        assert polled[name].reason.startswith(said)
        assert said in listed and said in page
