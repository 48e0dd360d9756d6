"""The straight line: feeds on a loopback server in; store, pages, outgoing feed and export out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
import time_machine

from aggregator import config, pipeline, publishing
from aggregator.core.model import Config, FeedState
from aggregator.edges.http import Response
from aggregator.edges.store import FILE_NAME, Archive, Writer
from tests.newsstand import Newsstand, entry, rss, settings

START = datetime(2026, 1, 14, 9, 0, tzinfo=UTC)


class Office:
    """One installation: its settings, its store, and the time it is there."""

    def __init__(self, folder: Path, stand: Newsstand, clock: time_machine.Traveller) -> None:
        self.folder, self.stand, self.clock = folder, stand, clock
        self.config: Config

    def configure(self, *paths: str, **more: str) -> None:
        """Write and read feeds.yaml."""
        path = self.folder / "feeds.yaml"
        path.write_text(settings(self.stand, paths, **more), encoding="utf-8")
        self.config = config.load(path)

    def once(self, *, everything: bool = True) -> list[pipeline.Polled]:
        """Do what `aggregator once` does."""
        with Writer(self.config.storage, who="a test") as store:
            return pipeline.run_once(store, self.config, site_url=None, everything=everything)

    def page(self, name: str) -> str:
        """Read a page of the site."""
        return (self.config.storage / "site" / name).read_text(encoding="utf-8")

    def exported(self) -> list[dict[str, Any]]:
        """Read what `aggregator export json` prints."""
        with Archive.open(self.config.storage) as archive:
            assert archive
            editions = publishing.exported(archive, self.config)
            found = json.dumps([{"edition": str(day), "stories": list(stories)} for day, stories in editions])
        return list(json.loads(found))

    def items(self) -> list[dict[str, Any]]:
        """List the exported items of all editions, each with its edition."""
        return [
            {**item, "edition": one["edition"]}
            for one in self.exported()
            for story in one["stories"]
            for item in story["items"]
        ]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Open an office on the morning of 14 January 2026."""
    with Newsstand() as stand, time_machine.travel(START, tick=False) as clock:
        yield Office(tmp_path, stand, clock)


def new(polled: list[pipeline.Polled]) -> int:
    """Count the new items of a round."""
    return sum(one.new for one in polled)


def test_items_reach_store_page_text_and_feed(office: Office) -> None:
    """An entry that a feed carries is on the page, in the headline list, in the feed and in the export."""
    link = "https://courier.example/ferry?a=1&b=2"
    office.stand.put("/courier", rss(entry("Ferry & goose aground", guid="1", link=link, at=START)))
    office.configure("/courier")
    assert new(office.once()) == 1
    assert "Ferry &amp; goose aground" in office.page("index.html")
    assert "- Ferry & goose aground - Courier - January 14th, 2026 [January 14th, 2026]" in office.page(
        "2026-01-14.txt"
    )
    feed = feedparser.parse(office.page("feed.xml").encode())
    assert [(one.title, one.link) for one in feed.entries] == [("Ferry & goose aground", link)]
    (item,) = office.items()
    assert {key: item[key] for key in ("title", "source", "link", "published", "shown", "edition")} == {
        "title": "Ferry & goose aground",
        "source": "Courier",
        "link": link,
        "published": "2026-01-14T09:00:00Z",
        "shown": True,
        "edition": "2026-01-14",
    }


def test_the_export_has_exactly_the_promised_keys(office: Office) -> None:
    """`export json` is a contract with other programs: these keys and no others."""
    office.stand.put("/courier", rss(entry("Ferry aground at the point", guid="1", link="https://courier.example/1")))
    office.configure("/courier")
    office.once()
    (edition,) = office.exported()
    assert set(edition) == {"edition", "stories"}
    (story,) = edition["stories"]
    assert set(story) == {"id", "title", "items"}
    (item,) = story["items"]
    assert list(item) == "id title source link published first_seen shown summary sightings".split()
    (sighting,) = item["sightings"]
    assert sighting == {
        "feed": office.stand.url("/courier"),
        "guid": "1",
        "link": "https://courier.example/1",
        "title": "Ferry aground at the point",
        "first_seen": "2026-01-14T09:00:00Z",
    }


def test_a_second_round_finds_nothing_and_touches_no_file(office: Office) -> None:
    """With nothing new every file keeps its bytes and its time of change, though hours have passed."""
    office.stand.put("/courier", rss(entry("Ferry aground", guid="1", at=START), entry("No date, no guid here")))
    office.configure("/courier")
    office.once()
    site = office.config.storage / "site"
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in site.iterdir()}
    office.clock.shift(timedelta(hours=3))
    assert new(office.once()) == 0
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in site.iterdir()} == before


def test_validators_are_echoed_and_renewed(office: Office) -> None:
    """What a server gave is sent back byte for byte; a 304 with a fresh ETag renews it."""
    office.stand.put("/courier", rss(entry("Ferry aground")), ETag='W/"odd one"', Last_Modified="some day, perhaps")
    office.configure("/courier")
    office.once()
    office.stand.put("/courier", status=304, ETag='"two"')
    office.once()
    office.once()
    asked = office.stand.asked_for("/courier")
    assert [one.get("if-none-match") for one in asked] == [None, 'W/"odd one"', '"two"']
    assert [one.get("if-modified-since") for one in asked] == [None, "some day, perhaps", "some day, perhaps"]


def test_the_same_article_in_a_second_feed_is_one_item_with_two_sightings(office: Office) -> None:
    """A second feed with the same link adds a sighting, which the page names."""
    link = "https://courier.example/ferry"
    office.stand.put("/courier", rss(entry("Ferry aground", guid="1", link=link)))
    office.configure("/courier", "/reader")
    office.stand.put("/reader", rss())
    office.once()
    office.stand.put("/reader", rss(entry("A ferry has run aground", guid="r9", link=link + "?utm_source=reader")))
    assert new(office.once()) == 0
    (item,) = office.items()
    assert [one["title"] for one in item["sightings"]] == ["Ferry aground", "A ferry has run aground"]
    assert "Reader" in office.page("index.html")


@pytest.mark.logs("failed url=")
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"status": 500}, "HTTP 500"),
        ({"status": 404}, "HTTP 404"),
        ({"body": "<html><body>Please log in</body></html>"}, "web page"),
        ({"body": b""}, "empty"),
        ({"body": b"\x00\x01\x02 not a feed"}, "feed"),
        ({"body": "{" * 5000}, "JSON"),
        ({"body": b"x", "Content_Encoding": "gzip"}, ""),
    ],
)
def test_a_failing_feed_says_why_and_stops_nobody(office: Office, answer: dict[str, str], reason: str) -> None:
    """Whatever one feed answers, the other is read, and the reason stands in the store and on the page."""
    office.stand.put("/sick", **answer)  # type: ignore[arg-type]
    office.stand.put("/courier", rss(entry("Ferry aground at the point")))
    office.configure("/sick", "/courier")
    assert new(office.once()) == 1
    with Archive.open(office.config.storage) as archive:
        assert archive
        (missed,) = archive.missed()
    assert (missed.name, missed.since) == ("Sick", START)
    assert missed.reason and reason in missed.reason
    assert "Sick" in office.page("index.html")


@pytest.mark.logs("bug url=")
def test_a_bug_met_by_one_feed_stops_nobody(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of our own costs the feed that met it one poll, and is logged with its traceback."""
    from aggregator.edges.workers import moving

    def broken(state: FeedState, response: Response) -> None:
        if state.name == "Sick":
            raise ZeroDivisionError("of all things")

    monkeypatch.setattr(moving, "moved", broken)
    office.stand.put("/sick", rss(entry("Never read at all")))
    office.stand.put("/courier", rss(entry("Ferry aground at the point")))
    office.configure("/sick", "/courier")
    assert [item["title"] for item in (office.once(), office.items())[1]] == ["Ferry aground at the point"]


@pytest.mark.logs("failed url=")
def test_validators_of_a_document_that_did_not_parse_are_not_kept(office: Office) -> None:
    """A broken answer must not be confirmed by a 304 next time."""
    office.stand.put("/courier", "<html>maintenance</html>", ETag='"broken"')
    office.configure("/courier")
    office.once()
    office.once()
    assert "if-none-match" not in office.stand.asked_for("/courier")[1]


def test_an_edit_keeps_its_place_and_the_earlier_headline(office: Office) -> None:
    """A changed headline under the same guid is the same item, with its dates, and says what it said before."""
    office.stand.put("/courier", rss(entry("Ferry aground", guid="1", at=START)))
    office.configure("/courier")
    office.once()
    (before,) = office.items()
    office.clock.shift(timedelta(hours=1))
    office.stand.put("/courier", rss(entry("Ferry freed", guid="1", at=START + timedelta(hours=1))))
    (polled,) = office.once()
    assert (polled.new, polled.edited) == (0, 1)
    (after,) = office.items()
    assert after["title"] == "Ferry freed"
    assert [after[key] for key in ("id", "published", "first_seen")] == [
        before[key] for key in ("id", "published", "first_seen")
    ]
    assert "Ferry aground" in office.page("index.html")


def test_backfill_is_stored_and_exported_but_not_shown(office: Office) -> None:
    """Of a new feed only young entries are on the page and in the feed; the older ones are known all the same."""
    old, young = START - timedelta(days=9), START - timedelta(hours=2)
    office.stand.put(
        "/courier", rss(entry("Young ferry tale", guid="1", at=young), entry("Old sea tale", guid="2", at=old))
    )
    office.configure("/courier", polling="{backfill: 1d, shortest: 1s, gap: 0s}")
    assert new(office.once()) == 2
    assert {item["title"]: item["shown"] for item in office.items()} == {
        "Young ferry tale": True,
        "Old sea tale": False,
    }
    for name in ("index.html", "feed.xml", "2026-01-14.html", "2026-01-14.txt"):
        assert "Young ferry tale" in office.page(name)
        assert "Old sea tale" not in office.page(name)


def test_polls_wait_for_their_time_and_all_does_not(office: Office) -> None:
    """Without --all only what is due is asked; --all ignores the interval and max-age."""
    office.stand.put("/courier", rss(entry("Ferry aground")), Cache_Control="max-age=7200")
    office.configure("/courier")
    assert [len(office.once(everything=False)) for _ in range(2)] == [1, 0]
    office.clock.shift(timedelta(minutes=90))
    assert len(office.once(everything=False)) == 0
    assert len(office.once(everything=True)) == 1


@pytest.mark.logs("failed url=")
@pytest.mark.parametrize("answer", [{"status": 429, "Retry_After": "600"}, {"status": 410}])
def test_all_never_overrides_retry_after_or_gone(office: Office, answer: dict[str, str]) -> None:
    """A server that said "not before" or "never again" is not asked, even by --all."""
    office.stand.put("/courier", **answer)  # type: ignore[arg-type]
    office.configure("/courier")
    assert [len(office.once()) for _ in range(2)] == [1, 0]
    office.clock.shift(timedelta(seconds=601))
    assert len(office.once()) == (1 if answer["status"] == 429 else 0)  # type: ignore[comparison-overlap]


# --- editions --------------------------------------------------------------------------------------------------------


def test_an_edition_closes_and_the_page_shows_since_then(office: Office) -> None:
    """After the close the old edition stands in full below what came since."""
    office.stand.put("/courier", rss(entry("Ferry aground at dawn", guid="1")))
    office.configure("/courier", digest='{closes_at: "12:00"}')
    office.once()
    office.clock.shift(timedelta(hours=4))
    office.stand.put("/courier", rss(entry("Mayor resigns at noon", guid="2")))
    office.once()
    assert {item["title"]: item["edition"] for item in office.items()} == {
        "Ferry aground at dawn": "2026-01-14",
        "Mayor resigns at noon": "2026-01-15",
    }
    index = office.page("index.html")
    assert index.index("Mayor resigns at noon") < index.index("Ferry aground at dawn")


@pytest.mark.logs("failed url=")
def test_a_closed_page_stays_as_it_was(office: Office) -> None:
    """Later items, later sightings and later failures leave a closed page alone; a corrected headline does not."""
    link = "https://courier.example/ferry"
    office.stand.put("/courier", rss(entry("Ferry aground at dawn", guid="1", link=link)))
    office.stand.put("/reader", rss())
    office.configure("/courier", "/reader", digest='{closes_at: "12:00"}')
    office.once()
    office.clock.shift(timedelta(hours=4))
    office.once()
    closed = office.page("2026-01-14.html"), office.page("2026-01-14.txt")
    office.stand.put("/reader", rss(entry("Ferry!", guid="r", link=link), entry("Mayor resigns at noon", guid="2")))
    office.once()
    office.stand.put("/reader", status=500)
    office.clock.shift(timedelta(days=2))
    office.once()
    assert (office.page("2026-01-14.html"), office.page("2026-01-14.txt")) == closed
    office.stand.put("/courier", rss(entry("Ferry afloat at dawn", guid="1", link=link)))
    office.once()
    corrected = office.page("2026-01-14.html")
    assert "Ferry afloat at dawn" in corrected
    assert "Also in" not in corrected
    assert "Reader" not in corrected


def test_what_no_page_shows_changes_no_closed_page(office: Office) -> None:
    """A pixel that changes in an entry's content at every poll does not rewrite the closed page."""

    def document(pixel: int) -> str:
        content = (
            f'<content:encoded>&lt;p&gt;Long.&lt;/p&gt;&lt;img src="https://t.example/{pixel}"&gt;</content:encoded>'
        )
        more = f"<description>Short.</description>{content}"
        item = entry("Ferry aground at dawn", guid="1", more=more)
        return rss(item).replace("<rss ", '<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" ')

    office.stand.put("/courier", document(1))
    office.configure("/courier", digest='{closes_at: "12:00"}')
    office.once()
    office.clock.shift(timedelta(hours=4))
    office.once()
    closed = office.page("2026-01-14.html")
    office.stand.put("/courier", document(2))
    assert office.once()[0].edited == 1
    assert office.page("2026-01-14.html") == closed


@pytest.mark.logs("failed url=")
def test_a_late_close_blames_no_feed_that_failed_later(office: Office) -> None:
    """What an edition says it could not see is what failed before it closed, however late it was closed."""
    office.stand.put("/courier", rss(entry("Ferry aground at dawn", guid="1")))
    office.stand.put("/reader", rss())
    office.configure("/courier", "/reader", digest='{closes_at: "12:00"}')
    office.once()
    office.clock.shift(timedelta(days=3))
    office.stand.put("/reader", status=500)
    office.once()
    assert "Every feed answered for this edition" in office.page("2026-01-14.html")


def test_a_renamed_feed_is_not_also_in_itself(office: Office) -> None:
    """Items keep the name under which their feed brought them; a new name makes no second source."""
    office.stand.put("/courier", rss(entry("Ferry aground at dawn", guid="1")))
    office.configure("/courier")
    office.once()
    path = office.folder / "feeds.yaml"
    path.write_text(path.read_text().replace("name: Courier", "name: The Daily Courier"))
    office.config = config.load(path)
    office.once()
    assert "Also in" not in office.page("index.html")


def test_a_page_that_is_open_under_an_old_date_goes(office: Office) -> None:
    """When the closing time moves, the open edition moves with it and leaves no page behind."""
    office.stand.put("/courier", rss(entry("Ferry aground at dawn", guid="1")))
    office.configure("/courier", digest='{closes_at: "12:00"}')
    office.once()
    (office.config.storage / "site" / "2020-01-01.html").write_text("somebody else's page")
    office.configure("/courier", digest='{closes_at: "08:00"}')
    office.once()
    names = {path.name for path in (office.config.storage / "site").glob("2*")}
    assert names == {"2020-01-01.html", "2026-01-15.html", "2026-01-15.txt"}


def test_the_feed_says_where_it_lives_and_holds_two_hundred(office: Office) -> None:
    """`site_url` is in rel=self and in the User-Agent; the newest 200 stories are in the feed."""
    office.stand.put("/courier", rss(*(entry(f"Tale number {n} of the sea", guid=str(n)) for n in range(205))))
    office.configure("/courier", site_url="https://news.example.org/daily")
    office.once()
    assert 'rel="self"' in office.page("feed.xml")
    assert 'href="https://news.example.org/daily/feed.xml"' in office.page("feed.xml")
    assert len(feedparser.parse(office.page("feed.xml").encode()).entries) == 200
    agent = office.stand.asked_for("/courier")[0]["user-agent"]
    assert re.fullmatch(r"headline-aggregator/[0-9.]+ \(\+https://news\.example\.org/daily/\)", agent)


def test_once_keeps_the_gap_between_requests_to_a_host(office: Office) -> None:
    """Feeds of one host and port are asked one after the other, with the gap in between."""
    for path in ("/a", "/b", "/c"):
        office.stand.put(path, rss())
    office.configure("/a", "/b", "/c", polling="{gap: 1s, per_host: 1, shortest: 1s}")
    office.once()
    first, second, third = office.stand.times
    assert second - first > 0.9
    assert third - second > 0.9


@pytest.mark.logs("bug url=")
def test_a_bug_met_while_recording_costs_one_feed_its_poll(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one feed brings may break the judging; the others are recorded, and the feed has its reason."""
    from aggregator.core import identity

    judge = identity.compare

    def broken(items: Any, known: Any, **rest: Any) -> Any:
        if items and items[0].item.source == "Sick":
            raise ZeroDivisionError("of all things")
        return judge(items, known, **rest)

    monkeypatch.setattr(identity, "compare", broken)
    office.stand.put("/sick", rss(entry("Never recorded at all")))
    office.stand.put("/courier", rss(entry("Ferry aground at the point")))
    office.configure("/sick", "/courier")
    reasons = {polled.name: polled.reason for polled in office.once()}
    assert [item["title"] for item in office.items()] == ["Ferry aground at the point"]
    assert reasons["Sick"].startswith("a bug in aggregator: ZeroDivisionError")


@pytest.mark.logs("failed url=")
@pytest.mark.parametrize("status", [400, 412, 431])
def test_validators_that_a_server_chokes_on_are_dropped(office: Office, status: int) -> None:
    """After an answer that may mean our validators, the next request goes without."""
    office.stand.put("/courier", rss(entry("Ferry aground")), ETag='"poison"')
    office.configure("/courier")
    office.once()
    office.stand.put("/courier", status=status)
    office.once()
    office.once()
    assert [one.get("if-none-match") for one in office.stand.asked_for("/courier")] == [None, '"poison"', None]


@pytest.mark.logs("failed url=")
@pytest.mark.parametrize("status", [204, 206, 304])
def test_an_answer_without_a_whole_document_is_a_failure(office: Office, status: int) -> None:
    """A part, nothing at all, or "not modified" to a first question is no reading."""
    office.stand.put("/courier", rss(entry("Ferry aground")) if status == 206 else "", status=status)
    office.configure("/courier")
    (polled,) = office.once()
    assert (polled.new, polled.outcome) == (0, "failed")
    assert str(status) in polled.reason


def test_every_item_is_in_one_edition_over_clock_changes_and_missed_runs(office: Office) -> None:
    """Two days around each clock change, with runs missed at random places: each item once, none lost."""
    office.configure("/courier", digest='{closes_at: "01:30"}')
    number = 0
    for first in (datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 10, 24, 20, tzinfo=UTC)):
        for minutes in (0, 60, 200, 269, 270, 271, 329, 330, 331, 400, 1800, 4000):
            office.clock.move_to(first + timedelta(minutes=minutes))
            number += 1
            office.stand.put("/courier", rss(entry(f"Bell strikes for the {number}. time", guid=str(number))))
            office.once()
    office.clock.shift(timedelta(days=3))
    office.once()
    items = office.items()
    assert sorted(str(item["title"]) for item in items) == sorted(
        f"Bell strikes for the {n}. time" for n in range(1, number + 1)
    )
    for item in items:
        seen = datetime.fromisoformat(str(item["first_seen"])).astimezone(office.config.timezone).replace(tzinfo=None)
        late = (seen.hour, seen.minute) >= (1, 30)
        if seen.date().isoformat() not in ("2026-03-29", "2026-10-25"):  # where 01:30 is missing or comes twice
            assert item["edition"] == (seen.date() + timedelta(days=late)).isoformat()


def test_the_pages_can_be_rebuilt_from_the_store_alone(office: Office) -> None:
    """Deleting the site and publishing again gives the same bytes."""
    office.stand.put("/courier", rss(*(entry(f"Tale number {n} of the sea", guid=str(n)) for n in range(9))))
    office.configure("/courier", digest='{closes_at: "12:00"}')
    office.once()
    office.clock.shift(timedelta(hours=4))
    office.once()
    site = office.config.storage / "site"
    before = {path.name: path.read_bytes() for path in site.iterdir()}
    for path in site.iterdir():
        path.unlink()
    office.clock.shift(timedelta(days=1))
    office.once()
    assert {path.name: path.read_bytes() for path in site.iterdir()} == before


def test_hostile_text_leaves_harmless(office: Office) -> None:
    """Markup, script, controls and javascript: links of a feed are inert in every output."""
    nasty = "<script>alert(1)</script><img src=x onerror=alert(1)>Ferry \u202etale"
    office.stand.put(
        "/courier",
        rss(
            entry(nasty, guid="1", link="javascript:alert(1)", more="<description>&lt;b onclick=x&gt;hi</description>")
        ),
    )
    office.configure("/courier")
    office.once()
    (item,) = office.items()
    assert item["link"] is None
    for name in ("index.html", "2026-01-14.html", "feed.xml", "2026-01-14.txt"):
        text = office.page(name)
        assert "<script" not in text
        assert "onerror" not in text
        assert "javascript:" not in text
        assert "\u202e" not in text
    assert (office.config.storage / FILE_NAME).exists()
