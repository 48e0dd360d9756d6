"""Answers that would mislead, on the straight way of `aggregator once`: validators, redirects, refusals, identities.

Every round of polling opens the store anew, so whatever holds from one to the next also survives a restart.
"""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from tests.edges.servers import Answer, reply, routes
from tests.hostile.office import START, Office, unharmed
from tests.newsstand import entry, rss

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
FEED = rss(entry("Ferry aground at the point", guid="f1", link="https://courier.example/1")).encode()
PAGE = b"<html><title>Welcome to the harbour hotel</title></html>"


def in_turn(*answers: bytes) -> Answer:
    """Answer one after the other, the last for good."""
    waiting = list(answers)
    return lambda visit: visit.send(waiting.pop(0) if len(waiting) > 1 else waiting[0])


def to(url: str, status: int = 301) -> bytes:
    """Write a redirect."""
    return reply(status=f"{status} Elsewhere", headers=(f"Location: {url}",))


# --- 14: validators --------------------------------------------------------------------------------------------------


@pytest.mark.logs("failed url=")
def test_validators_are_echoed_byte_for_byte_and_renewed_by_every_good_answer(office: Office) -> None:
    """What came last with a 200 or a 304 goes back as it came, also after a failure, and nothing is made up."""
    odd = 'W/"caf\xe9 \xa0\xff,; \'"'
    server = office.serve(
        in_turn(
            reply(FEED, headers=(f"ETag: {odd}", "Last-Modified: sometime, last Tuesday")),
            reply(status="304 Not Modified", headers=('ETag: "two"',)),
            reply(status="500 Oops", headers=('ETag: "of the error page"',)),
            reply(FEED, headers=('ETag: "three"',)),
            reply(status="304 Not Modified", headers=("Last-Modified: later",)),
            reply(status="304 Not Modified"),
        )
    )
    office.is_calm = True
    office.subscribe({"Sick": server.url()})
    outcomes = [office.once()["Sick"].outcome for _ in range(7)]
    assert outcomes == ["read", "unchanged", "failed", *["unchanged"] * 4]
    sent = [(visit.header("if-none-match"), visit.header("if-modified-since")) for visit in server.visits]
    assert sent == [
        (None, None),
        (odd.encode("latin-1"), b"sometime, last Tuesday"),
        (b'"two"', b"sometime, last Tuesday"),
        (b'"two"', b"sometime, last Tuesday"),
        (b'"three"', None),
        (b'"three"', b"later"),
        (b'"three"', b"later"),
    ]


# --- 15: Retry-After -------------------------------------------------------------------------------------------------


def _after(span: timedelta) -> str:
    return format_datetime(START + span, usegmt=True)


#: Status, Retry-After and Date of an answer, and the first of the moments below at which the feed is asked again.
QUIET = {
    "seconds": ("429 Slow", "7200", "", 2 * HOUR),
    "a date": ("503 Later", _after(2 * HOUR), "", 2 * HOUR),
    "a date by another clock": ("503 Later", _after(DAY + 2 * HOUR), _after(DAY), 2 * HOUR),
    "huge": ("429 Slow", "9" * 400, "", DAY),
    "a far date": ("503 Later", "Fri, 01 Jan 2100 00:00:00 GMT", "", DAY),
    "a past date": ("503 Later", "Thu, 01 Jan 1970 00:00:00 GMT", "", SECOND),
    "negative": ("503 Later", "-7200", "", SECOND),
    "nonsense": ("503 Later", "when the tide is in", "", SECOND),
    "on another status": ("404 No", "7200", "", SECOND),
    "nonsense on a 429": ("429 Slow", "soon", "", HOUR),
    "nothing on a 429": ("429 Slow", "", "", HOUR),
}
MOMENTS = (SECOND, 0.95 * HOUR - SECOND, HOUR, 2 * HOUR - SECOND, 2 * HOUR, DAY - SECOND, DAY)


@pytest.mark.logs("failed url=")
def test_retry_after_holds_for_a_day_at_most_whatever_is_forced(office: Office) -> None:
    """Nobody is asked before, not by --all either and not after a restart; what cannot be read is no wish."""
    office.is_calm = True
    feeds = {}
    for name, (status, value, date, _) in QUIET.items():
        server = office.serve(reply(status=status, headers=(f"Retry-After: {value}", f"Date: {date}")))
        feeds[name] = server.url()  # hosts of their own: a 429 is of all feeds of its host
    office.subscribe(feeds)
    office.once()
    again: dict[str, timedelta] = {}
    for before, moment in pairwise((timedelta(0), *MOMENTS)):
        again = dict.fromkeys(office.once(later=moment - before), moment) | again
    assert {name: again[name] for name in QUIET} == {name: at for name, (_, _, _, at) in QUIET.items()}


# --- 16: feeds that are gone, and feeds that move --------------------------------------------------------------------


@pytest.mark.logs("failed url=")
def test_a_feed_that_is_gone_is_not_asked_again_and_said_to_be(office: Office) -> None:
    """A 410 ends the polling of a feed, also over restarts and by force; what it brought stays."""
    server = office.serve(in_turn(reply(FEED), reply(status="410 Gone")))
    office.subscribe({"Sick": server.url()})
    for _ in range(2):
        office.once()
    assert "Sick" not in office.once(later=30 * DAY)
    assert len(server.visits) == 2
    assert "Sick: HTTP 410: the feed was removed for good; it is not asked again" in office.printed("list")
    assert [item["title"] for item in office.items("Sick")] == ["Ferry aground at the point"]


@pytest.mark.logs("failed url=")
def test_a_move_is_followed_once_it_leads_to_a_feed(office: Office) -> None:
    """Of a chain of permanent redirects the last address is asked from then on; temporary ones are never kept.

    What leads to a web page or an error moves nothing.
    """
    answers = {
        "/feed": reply(FEED),
        "/page": reply(PAGE),
        "/301": to("/308"),
        "/308": to("/feed", 308),
        "/302": to("/feed", 302),
        "/303": to("/feed", 303),
        "/307": to("/feed", 307),
        "/301-302": to("/302"),
        "/302-301": to("/301", 302),
        "/301-page": to("/page"),
        "/308-404": to("/nothing", 308),
    }
    server = office.serve(routes(answers))
    known = {"/301": "/feed", "/301-302": "/302"}
    feeds = [path for path in answers if path not in ("/feed", "/page", "/308")]
    office.subscribe({path: server.url(path) for path in feeds})
    polled = office.once()
    assert unharmed(office, polled)
    moved = {path: office.states()[path].moved for path in feeds}
    assert moved == {path: server.url(known[path]) if path in known else None for path in feeds}
    server.visits.clear()
    office.once()
    asked = [visit.path for visit in server.visits]
    assert [asked.count(path) for path in ("/301-302", "/302", "/301", "/308")] == [0, 1, 1, 1]  # by way of /302-301
    for words in ("list", "check"):
        assert f"/301: moved to {server.url('/feed')}; update" in office.printed(words)


#: What becomes of an address that a feed has moved to.
SPOILT = (to("/portal", 302), reply(PAGE), reply(status="404 No"), reply(status="410 Gone"), b"")


@pytest.mark.logs("failed url=")
def test_feeds_come_home_when_their_new_addresses_fail(office: Office) -> None:
    """A new address that fails, or becomes a web page, is left for the configured one; the items stay."""
    new = reply(FEED, headers=('ETag: "new"',))
    answers = {"/portal": reply(PAGE)}
    for number in range(len(SPOILT)):
        answers |= {f"/old/{number}": to(f"/new/{number}"), f"/new/{number}": new}
    server = office.serve(lambda visit: visit.send(answers[visit.path]))
    names = [f"Feed {number}" for number in range(len(SPOILT))]
    office.is_calm = True
    office.subscribe({name: server.url(f"/old/{number}") for number, name in enumerate(names)})
    for outcome in ("read", "unchanged", "failed", "read", "unchanged"):
        if outcome == "failed":
            answers |= {f"/new/{number}": spoilt for number, spoilt in enumerate(SPOILT)}
            answers |= {f"/old/{number}": reply(FEED) for number in range(len(SPOILT))}
        polled = office.once()
        assert {polled[name].outcome for name in names} == {outcome}
    for number in range(len(SPOILT)):
        visits = [visit for visit in server.visits if visit.path[5:] == str(number)]
        asked = [(visit.path[:4], visit.header("if-none-match")) for visit in visits]
        assert asked == [("/old", None), ("/new", None), *[("/new", b'"new"')] * 2, ("/old", None), ("/old", None)]
    assert office.rows("SELECT count(*) FROM items") == [(1,)]


def test_two_subscriptions_that_end_at_one_address_are_named_and_polled_once(office: Office) -> None:
    """A feed that moved onto another's address is polled with it; list and check name the two."""
    server = office.serve(routes({"/old": to("/new"), "/new": reply(FEED)}))
    office.is_calm = True
    office.subscribe({"Old": server.url("/old"), "New": server.url("/new")})
    assert {"Old", "New"} <= set(office.once())
    server.visits.clear()
    assert "Old" not in office.once()
    assert [visit.path for visit in server.visits] == ["/new"]
    for words in ("list", "check"):
        assert "Old: ends at the same address as New; polled once." in office.printed(words)


@pytest.mark.logs("failed url=")
def test_of_two_at_one_address_each_is_asked_for_itself_once_that_fails(office: Office) -> None:
    """A feed that is polled with another comes home when their common address fails, though it is never asked there."""
    answers = {"/old": to("/new"), "/new": reply(FEED)}
    server = office.serve(lambda visit: visit.send(answers[visit.path]))
    office.is_calm = True
    office.subscribe({"Old": server.url("/old"), "New": server.url("/new")})
    office.once()
    answers |= {"/new": reply(status="500 Oops"), "/old": reply(FEED)}
    assert office.once()["New"].reason.startswith("HTTP 500")
    assert office.once()["Old"].reason == ""


# --- 17: identities --------------------------------------------------------------------------------------------------


def _restless(number: int) -> dict[str, str]:
    """Write documents whose entries go by nothing that lasts, or all by the same; ``number`` is never the same."""
    tales = [f"Tale {name} of the northern sea" for name in ("one", "two", "three")]
    link = "https://x.example/{}".format
    return {
        "guids change": rss(*(entry(t, guid=f"{number} {n}", link=link(n)) for n, t in enumerate(tales))),
        "guids change, no links": rss(*(entry(t, guid=f"{number} {t}") for t in tales)),
        "guids and links change": rss(
            *(entry(t, guid=f"{number}{t}", link=link(f"s{n}?sid={number}"), at=START) for n, t in enumerate(tales))
        ),
        "guids and texts change": rss(
            *(
                entry(t, guid=f"{number}{t}", link=link(f"c{n}"), more=f"<description>{number} comments</description>")
                for n, t in enumerate(tales)
            )
        ),
        "links change": rss(*(entry(t, guid=t, link=link(f"{n}?{number}")) for n, t in enumerate(tales))),
        "nothing but titles": rss(*map(entry, tales)),
        "one guid for all": rss(*(entry(t, guid="same", link=link(f"g{n}")) for n, t in enumerate(tales))),
        "one link for all": rss(*(entry(t, guid=f"l {t}", link=link("all")) for t in tales)),
        "one link, guids change": rss(*(entry(t, guid=f"{number}{t}", link=link("every")) for t in tales)),
    }


def test_entries_without_lasting_names_are_not_told_again(office: Office) -> None:
    """Guids and links that change, are shared or missing: each entry is one item, told once, and nothing piles up."""
    names = list(_restless(0))
    rounds = iter(range(99))
    server = office.serve(lambda visit: visit.send(reply(_restless(next(rounds))[names[int(visit.path[1:])]].encode())))
    office.is_calm = True
    office.subscribe({name: server.url(f"/{place}") for place, name in enumerate(names)})
    polled = office.once()
    assert {polled[name].new for name in names} == {3}
    tables = ("items", "sightings", "titles", "stories")
    before = [office.rows(f"SELECT count(*) FROM {table}") for table in tables]
    for _ in range(3):
        polled = office.once(later=HOUR)
        assert {polled[name].new for name in names} == {0}
    assert [office.rows(f"SELECT count(*) FROM {table}") for table in tables] == before


# --- 18: bad answers after good ones ---------------------------------------------------------------------------------


@pytest.mark.logs("failed url=")
def test_what_was_read_stays_when_bad_answers_follow(office: Office) -> None:
    """A web page, nothing, half a feed or an error costs no item, is counted, and is over with the next good answer."""
    tales = [entry(f"Tale{n} harbour{n}", guid=f"h{n}", link=f"https://x.example/{n}") for n in range(9)]
    whole = rss(*tales).encode()
    bad = {
        "a page": reply(PAGE),
        "nothing": reply(b""),
        "no entries": reply(whole[: whole.index(b"<item>")]),
        "an error": reply(whole, status="500 Oops"),
        "a refusal": reply(whole, status="403 No"),
        "broken off": reply(whole)[:-200],
        "no answer": b"",
    }
    office.is_calm = True
    servers = {name: office.serve(in_turn(reply(whole), answer, answer, reply(whole))) for name, answer in bad.items()}
    half = office.serve(in_turn(reply(whole), reply(whole[: whole.rindex(b"harbour")]), reply(whole)))
    empty = office.serve(in_turn(reply(whole), reply(rss().encode()), reply(whole)))
    office.subscribe(
        {name: server.url() for name, server in servers.items()} | {"half": half.url(), "empty": empty.url()}
    )
    office.once()
    before = office.rows("SELECT * FROM items ORDER BY id")
    for failures in (1, 2, 0):
        polled = office.once()
        assert {office.states()[name].failures for name in bad} == {failures}
        assert {bool(polled[name].reason) for name in bad} == {failures > 0}
        assert {one.new for one in polled.values()} == {0}
        assert (polled["half"].reason, polled["empty"].reason) == ("", "")
        assert office.rows("SELECT * FROM items ORDER BY id") == before
        assert all(f"Tale{n} harbour{n}" in office.pages()["index.html"] for n in range(9))
