"""The bundled newsroom, asked over real HTTP, with a clock that the test turns."""

from __future__ import annotations

import calendar
import gzip
import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import feedparser
import pytest
import yaml

from aggregator import demo
from aggregator.core import group
from aggregator.core.model import Open, Report
from aggregator.demo import documents, stories
from aggregator.demo.outlets import OUTLETS, Format, Outlet

OPENED = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
OUTLET = {outlet.slug: outlet for outlet in OUTLETS}
SOUND = [outlet for outlet in OUTLETS if not outlet.broken]
ALL_TOLD = 300  # seconds after opening
MODIFIED = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}


class Clock:
    """Seconds since 1970, moved by hand."""

    def __init__(self) -> None:
        self.now = OPENED.timestamp() + 0.7

    def __call__(self) -> float:
        """Read it."""
        return self.now


class Reply:
    """One response, read to its end."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()


@pytest.fixture
def clock() -> Clock:
    """Give a clock that stands still shortly after the newsroom's opening."""
    return Clock()


@pytest.fixture
def newsroom(clock: Clock) -> Iterator[demo.Newsroom]:
    """Open a newsroom whose slow outlet is not very slow."""
    with demo.Newsroom(clock=clock, delay=0.05) as opened:
        yield opened


def ask(newsroom: demo.Newsroom, path: str, *, method: str = "GET", **headers: str) -> Reply:
    """Send one request on a connection of its own; ``_`` in a header's name stands for ``-``."""
    connection = http.client.HTTPConnection(urlsplit(newsroom.address).netloc, timeout=5)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        return Reply(connection.getresponse())
    finally:
        connection.close()


def articles(outlet: Outlet, *, after: float) -> tuple[stories.Article, ...]:
    """Give what an outlet has told some seconds after opening."""
    return stories.told(outlet.slug, start=OPENED, now=OPENED + timedelta(seconds=after))


def entries(outlet: Outlet, body: bytes) -> list[tuple[str, str, str, datetime]]:
    """Read guid, link, headline and time published from a feed document as a stranger would."""
    if outlet.format is Format.JSON_FEED_1_1:
        items: list[Any] = json.loads(body)["items"]
        return [(i["id"], i["url"], i["title"], datetime.fromisoformat(i["date_published"])) for i in items]
    parsed = feedparser.parse(BytesIO(body), response_headers={"content-type": outlet.format.media_type})
    assert not parsed.bozo, parsed.bozo_exception
    return [(e.id, e.link, e.title, moment(e)) for e in parsed.entries]


def moment(entry: Any) -> datetime:
    """Give an entry's time; of RSS 1.0, whose only date is dc:date, feedparser calls it the time of an update."""
    stamp = entry.published_parsed if "published_parsed" in entry else entry.updated_parsed
    return datetime.fromtimestamp(calendar.timegm(stamp), UTC)


@pytest.mark.parametrize("outlet", SOUND, ids=lambda outlet: outlet.slug)
@pytest.mark.parametrize("after", [0, 60, ALL_TOLD])
def test_a_stranger_reads_what_was_told(outlet: Outlet, after: int) -> None:
    """Every sound document is well-formed and gives each article's guid, link, headline and time, newest first."""
    told = articles(outlet, after=after)
    body = documents.write(outlet, told, address="http://news.example")
    if outlet.format is not Format.JSON_FEED_1_1:
        ElementTree.fromstring(body)
    keeps_guid = outlet.format is not Format.RSS_1_0  # which has no guid but the link
    expected = []
    for article in told:
        link = documents.link(outlet, article, "http://news.example")
        expected.append((article.guid if keeps_guid else link, link, article.headline, article.published))
    assert entries(outlet, body) == expected
    assert expected


@pytest.mark.parametrize(
    ("slug", "version"), [("courier", "rss20"), ("tinderbox", "rss10"), ("dispatch", "atom10"), ("ledger", None)]
)
def test_formats_are_what_they_say(slug: str, version: str | None) -> None:
    """RSS 2.0, RSS 1.0, Atom 1.0 and JSON Feed 1.1 are recognised as such, with the outlet's title."""
    body = documents.write(OUTLET[slug], articles(OUTLET[slug], after=0), address="http://news.example")
    if version is None:
        assert json.loads(body)["version"] == "https://jsonfeed.org/version/1.1"
        assert json.loads(body)["title"] == "Quay & Ledger"
    else:
        parsed = feedparser.parse(BytesIO(body))
        assert (parsed.version, parsed.feed.title) == (version, OUTLET[slug].title)


def test_outlets_tell_only_of_themselves() -> None:
    """Every telling belongs to an outlet that can tell it, and no outlet tells one event twice."""
    tellings = Counter((telling.outlet, event) for event, told in stories.EVENTS.items() for telling in told)
    assert {outlet for outlet, _ in tellings} == {outlet.slug for outlet in SOUND}
    assert set(tellings.values()) == {1}
    assert 14 <= len(stories.EVENTS) <= 20
    assert all(1 <= len(told) <= 4 for told in stories.EVENTS.values())


def test_shared_articles_keep_their_link_and_their_source() -> None:
    """A gathered article leads to the original page, counted by utm parameters, and names the outlet it is from."""
    body = documents.write(OUTLET["reader"], articles(OUTLET["reader"], after=ALL_TOLD), address="http://news.example")
    originals = {link for slug in ("courier", "tinderbox") for link in links(OUTLET[slug])}
    for entry in feedparser.parse(BytesIO(body)).entries:
        assert "?utm_source=" in entry.link
        assert entry.link.partition("?")[0] in originals
        named = next(outlet for outlet in OUTLETS if outlet.title == entry.source.title)
        assert entry.source.href == f"http://news.example{named.path}"


def links(outlet: Outlet) -> list[str]:
    """Give the links of all that an outlet tells."""
    body = documents.write(outlet, articles(outlet, after=ALL_TOLD), address="http://news.example")
    return [link for _, link, _, _ in entries(outlet, body)]


def test_wire_copy_has_one_headline_under_each_masthead() -> None:
    """Two outlets print the agency's copy with one headline, two links and the agency as source, in RSS and Atom."""
    seen: dict[str, set[str]] = {}
    for outlet in SOUND:
        body = documents.write(outlet, articles(outlet, after=ALL_TOLD), address="http://news.example")
        for entry in feedparser.parse(BytesIO(body)).entries if outlet.format is not Format.JSON_FEED_1_1 else ():
            if entry.get("source", {}).get("title") == "Heron Wire":
                seen.setdefault(entry.title, set()).add(entry.link)
    assert len(seen) == 2
    assert all(len(pair) == 2 for pair in seen.values())


def test_one_outlet_writes_html_and_one_speaks() -> None:
    """The Tally Stick's summaries are HTML with a script to clean away; the Almanac's items carry recordings."""
    tally = documents.write(OUTLET["tally"], articles(OUTLET["tally"], after=0), address="http://news.example")
    assert b"&lt;script&gt;" in tally
    assert b"<script" not in tally
    almanac = documents.write(OUTLET["almanac"], articles(OUTLET["almanac"], after=0), address="http://news.example")
    recording = feedparser.parse(BytesIO(almanac)).entries[0].enclosures[0]
    assert recording.type == "audio/mpeg"
    assert int(recording.length) > 1_000_000


def test_news_comes_while_one_watches(newsroom: demo.Newsroom, clock: Clock) -> None:
    """Articles appear when their moment has come, in documents that do not change between such moments."""
    before = ask(newsroom, "/courier/feed.xml").body
    clock.now += 7
    assert ask(newsroom, "/courier/feed.xml").body == before
    clock.now += 1
    after = ask(newsroom, "/courier/feed.xml").body
    (newest, *rest) = entries(OUTLET["courier"], after)
    assert newest[2].startswith("Storm Umbel turns north")
    assert newest[3] == OPENED + timedelta(seconds=8)
    assert rest == entries(OUTLET["courier"], before)


def test_a_good_deal_happens_in_the_first_minute() -> None:
    """Enough is there at once to fill a page, and several articles come within a minute and some minutes later."""
    told = [len([a for outlet in SOUND for a in articles(outlet, after=after)]) for after in (0, 60, ALL_TOLD)]
    assert told[0] >= 20
    assert told[1] >= told[0] + 8
    assert told[2] >= told[1] + 5
    assert min(a.published for outlet in SOUND for a in articles(outlet, after=0)) >= OPENED - timedelta(hours=20)


def test_a_headline_is_rewritten_under_the_same_guid() -> None:
    """The vote at Varrowby gets a new headline after 25 seconds and keeps its guid, its link and its time."""
    (before,) = (a for a in articles(OUTLET["dispatch"], after=24) if a.guid.endswith("varrowby-vote"))
    (after,) = (a for a in articles(OUTLET["dispatch"], after=25) if a.guid.endswith("varrowby-vote"))
    assert before.headline.endswith("too close to call")
    assert after.headline.endswith("elected Keeper by 212 ballots")
    assert (after.path, after.published) == (before.path, before.published)
    assert after.updated == OPENED + timedelta(seconds=25)


@pytest.mark.parametrize("outlet", SOUND, ids=lambda outlet: outlet.slug)
def test_validators_are_honoured(newsroom: demo.Newsroom, clock: Clock, outlet: Outlet) -> None:
    """What an outlet gives as a validator brings a 304 with it and no body, until it tells something new."""
    first = ask(newsroom, outlet.path)
    given = {asked: first.headers[name] for name, asked in MODIFIED.items() if name in first.headers}
    assert ("If-None-Match" in given, "If-Modified-Since" in given) == (outlet.etag, outlet.last_modified)
    again = ask(newsroom, outlet.path, **given)
    assert (again.status, again.body) == ((304, b"") if given else (200, first.body))
    assert again.headers["ETag"] == first.headers["ETag"]
    clock.now += ALL_TOLD
    assert ask(newsroom, outlet.path, **given).status == 200


def test_validators_of_all_kinds_occur() -> None:
    """Some outlets give an ETag, some a date, one both and some nothing."""
    assert {(outlet.etag, outlet.last_modified) for outlet in SOUND} == {
        (True, True),
        (True, False),
        (False, True),
        (False, False),
    }


@pytest.mark.parametrize("nonsense", ["yesterday", "Sat, 14 Mar 2026 09:26:53 -0000", ""])
def test_nonsense_for_a_date_is_ignored(newsroom: demo.Newsroom, nonsense: str) -> None:
    """A date that is none, or has no zone, brings the whole document."""
    assert ask(newsroom, OUTLET["tally"].path, If_Modified_Since=nonsense).status == 200


def test_one_feed_has_moved(newsroom: demo.Newsroom) -> None:
    """The path in the settings answers 301 with the place where the feed is now."""
    moved = ask(newsroom, OUTLET["harbour"].subscribed_path)
    assert (moved.status, moved.headers["Location"]) == (301, "/harbour/atom.xml")
    assert ask(newsroom, moved.headers["Location"]).status == 200


def test_one_feed_is_broken(newsroom: demo.Newsroom) -> None:
    """The Foghorn answers 500, whatever is asked."""
    assert ask(newsroom, OUTLET["foghorn"].path).status == 500


def test_one_feed_is_packed_for_those_who_can_unpack(newsroom: demo.Newsroom) -> None:
    """The parish news come gzipped to a client that accepts it, and plain to others."""
    plain = ask(newsroom, OUTLET["parish"].path)
    packed = ask(newsroom, OUTLET["parish"].path, Accept_Encoding="gzip, br")
    assert (plain.headers["Content-Encoding"], packed.headers["Content-Encoding"]) == (None, "gzip")
    assert gzip.decompress(packed.body) == plain.body


def test_one_feed_is_slow(clock: Clock) -> None:
    """The slow outlet keeps its reader waiting for the delay, and the others do not."""
    with demo.Newsroom(clock=clock, delay=0.4) as newsroom:
        began = time.monotonic()
        assert ask(newsroom, OUTLET["valve"].path).status == 200
        assert time.monotonic() - began >= 0.4


def test_the_newsroom_closes_over_a_slow_request(clock: Clock) -> None:
    """Leaving does not wait for the slow outlet, whose reader is left without an answer."""
    outcome: list[object] = []

    def read_slowly() -> None:
        try:
            outcome.append(ask(opened, OUTLET["valve"].path).status)
        except (OSError, http.client.HTTPException) as error:
            outcome.append(error)

    reader = threading.Thread(target=read_slowly)
    with demo.Newsroom(clock=clock, delay=30) as opened:
        reader.start()
        time.sleep(0.2)  # the request is on its way
    reader.join(timeout=4)
    assert not reader.is_alive()
    assert isinstance(outcome[0], OSError)  # the connection was closed on it


def test_headlines_lead_to_pages(newsroom: demo.Newsroom, clock: Clock) -> None:
    """Every link of every feed leads to a page with its headline, and what is not yet told is not found."""
    assert ask(newsroom, "/courier/varrowby-vote").status == 404
    clock.now += ALL_TOLD
    for outlet in SOUND:
        for _, link, headline, _ in entries(outlet, ask(newsroom, outlet.path).body):
            page = ask(newsroom, link.removeprefix(newsroom.address))
            assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
            assert f"<h1>{headline.replace('&', '&amp;')}</h1>" in page.body.decode()


def test_front_pages_name_their_feeds(newsroom: demo.Newsroom) -> None:
    """The lobby leads to every outlet, whose front page names its feed as web sites do; a wrong path is not found."""
    lobby = ask(newsroom, "/").body.decode()
    for outlet in OUTLETS:
        assert f'href="/{outlet.slug}/"' in lobby
        assert f'href="{outlet.subscribed_path}"' in ask(newsroom, f"/{outlet.slug}/").body.decode()
    assert ask(newsroom, "/nowhere").status == 404


def test_head_is_get_without_the_body(newsroom: demo.Newsroom) -> None:
    """HEAD gives the headers of GET and nothing after them."""
    head = ask(newsroom, OUTLET["courier"].path, method="HEAD")
    get = ask(newsroom, OUTLET["courier"].path)
    assert (head.body, head.headers["Content-Length"]) == (b"", str(len(get.body)))


def test_settings_subscribe_to_every_outlet(newsroom: demo.Newsroom) -> None:
    """The settings are YAML that names each outlet's address once, in a few categories, and lets loopback be polled."""
    settings = yaml.safe_load(newsroom.settings(closes_at="07:05"))
    assert settings["title"] == "The Demo Edition"
    assert settings["digest"] == {"closes_at": "07:05"}
    assert settings["polling"] == {"every": "4s", "shortest": "2s", "per_host": 4, "gap": "0s", "backfill": "1d"}
    assert settings["network"] == {"allow": ["127.0.0.0/8"]}
    assert settings["serve"] == {"listen": "127.0.0.1:0"}
    assert [feed["url"] for feed in settings["feeds"]] == [newsroom.address + o.subscribed_path for o in OUTLETS]
    assert [feed.get("name") for feed in settings["feeds"]] == [o.title if o.named else None for o in OUTLETS]
    assert {feed["category"] for feed in settings["feeds"]} == {"World", "Business", "Science & Technology", "Local"}


def test_the_edition_closes_at_midnight_unless_told_otherwise(newsroom: demo.Newsroom) -> None:
    """Without a time the settings say 24:00, as text."""
    assert yaml.safe_load(newsroom.settings())["digest"] == {"closes_at": "24:00"}


def test_the_newsroom_is_silent(newsroom: demo.Newsroom, capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing is printed for requests, errors or a client that hangs up."""
    ask(newsroom, "/nowhere")
    impatient = http.client.HTTPConnection(urlsplit(newsroom.address).netloc, timeout=5)
    impatient.request("GET", OUTLET["valve"].path)
    impatient.close()
    time.sleep(0.1)  # the slow outlet answers into the void
    assert capfd.readouterr() == ("", "")


def test_no_story_of_the_newsroom_stands_twice() -> None:
    """What its outlets tell of one event is one story, and no story mixes two events."""
    told = [(event, telling) for event, tellings in stories.EVENTS.items() for telling in tellings]
    reports = [
        Report(
            id=number,
            title=telling.headline,
            source=telling.source or telling.outlet,
            time=OPENED + timedelta(seconds=telling.at),
            summary=telling.summary,
        )
        for number, (_, telling) in enumerate(told)
    ]
    items = [Open(id=report.id, time=report.time, terms=group.terms.of(report)) for report in reports]
    words = [item.terms for item in items]
    board = group.Board(statistics=group.statistics.counted(group.statistics.cold(), words, words))
    board.add(items)
    events = [{told[item][0] for item in members} for members in board.groups()]
    assert all(len(event) == 1 for event in events)
    assert len(events) == len(stories.EVENTS)
