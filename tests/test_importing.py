"""Headline lists that somebody kept: into their editions, among what came in feeds, and out again line for line."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from aggregator import importing, pipeline, publishing
from aggregator.core import lists
from aggregator.core.model import Config, Stored
from aggregator.edges.store import Archive, Writer
from tests.edges.stores import HERE, Clock, contents, item, record, rows

#: A list in the program's own spelling, with all the oddities of headlines; ours, like the places in it.
KEPT = (Path(__file__).parent / "kept_headlines.txt").read_text(encoding="utf-8")
NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
DAY = date(2026, 1, 14)
DATES = "January 14th, 2026 [January 14th, 2026]"


class Office:
    """One installation: settings, a store, a clock."""

    def __init__(self, folder: Path, **settings: object) -> None:
        defaults: dict[str, object] = {"timezone": ZoneInfo("Europe/London"), "listen": None}
        self.config = Config(path=folder / "feeds.yaml", feeds=(HERE,), storage=folder, **(defaults | settings))  # type: ignore[arg-type]
        self.folder, self.clock = folder, Clock(NOW)

    def open(self) -> Writer:
        """Open the store for writing."""
        return Writer(self.folder, who="a test", clock=self.clock)

    def imports(self, text: str) -> int:
        """Import the lines of a text, and publish."""
        with self.open() as store:
            new = importing.headlines(store, self.config, lists.read(text).lines)
            pipeline.publish(store, self.config, site_url=None)
            return new

    def polls(self, *titles: str, **changes: object) -> None:
        """Record a poll of a feed by the outlet Example News, close what is due, and publish."""
        with self.open() as store:
            store.configure(self.config.feeds)
            told = [item(at, title=title, published=self.clock.now, **changes) for at, title in enumerate(titles, 1)]
            record(store, *told)
            pipeline.close_due(store, self.config)
            pipeline.publish(store, self.config, site_url=None)

    def exported(self, only: date | None = None) -> str:
        """Give what `aggregator export headlines` prints."""
        with Archive.open(self.folder) as archive:
            assert archive
            return b"".join(publishing.headline_lists(archive, self.config, only=only)).decode()

    def items(self, of: date | None) -> list[Stored]:
        """Give the items of an edition, None: of none yet."""
        with Archive.open(self.folder) as archive:
            assert archive
            return [one for story in archive.stories(of=of) for one in story.items]

    def page(self, name: str) -> str:
        """Read a page of the site."""
        return (self.folder / "site" / name).read_text(encoding="utf-8")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Set up an office at noon of a day in January."""
    return Office(tmp_path)


def test_no_feed_is_said_to_have_answered_for_what_was_imported(office: Office) -> None:
    """An edition that an import has made says nothing of feeds; one in which something came in a feed does."""
    office.imports(f"- One - News - {DATES}\n- Two - News - {DATES}\n")
    assert "Every feed answered" not in office.page("2026-01-14.html")
    assert "feeds" not in office.page("2026-01-14.html").partition("<footer>")[2]
    office.polls("Ferry aground")
    office.clock.pass_by(hours=24)
    office.imports("- Three - News - January 20th, 2026 [January 20th, 2026]\n")
    assert "Every feed answered for this edition" in office.page("2026-01-20.html")


# --- there and back --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["Europe/London", "Pacific/Kiritimati", "America/Los_Angeles"])
@pytest.mark.parametrize("hours", [24, 7, 0, 12.5])
def test_a_list_comes_out_as_it_went_in(tmp_path: Path, zone: str, hours: float) -> None:
    """Import and export give the same lines in the same order, wherever it is and whenever editions close."""
    office = Office(tmp_path, timezone=ZoneInfo(zone), closes_at=timedelta(hours=hours))
    assert len(KEPT.splitlines()) > 80
    assert lists.read(KEPT).unread == ()
    assert office.imports(KEPT) == len(KEPT.splitlines())
    assert office.exported() == KEPT
    assert office.exported(DAY) == "".join(line for line in KEPT.splitlines(True) if "[January 14th" in line)
    assert office.page("2026-01-14.txt") == office.exported(DAY)


def test_a_second_import_changes_nothing(office: Office) -> None:
    """The same list again, also in another order, adds no row and touches no page."""
    office.imports(KEPT)
    before, site = contents(office.folder), {path: path.stat().st_mtime_ns for path in office.folder.glob("site/*")}
    assert office.imports(KEPT) == 0
    assert office.imports("".join(reversed(KEPT.splitlines(True)))) == 0
    assert contents(office.folder) == before
    assert {path: path.stat().st_mtime_ns for path in office.folder.glob("site/*")} == site
    assert office.exported() == KEPT


def test_a_list_that_is_kept_on_brings_its_new_lines_only(office: Office) -> None:
    """A list imported again when it has grown adds what is new, behind what was there."""
    first, second = f"- A - News - {DATES}\n", f"- B - News - {DATES}\n"
    assert office.imports(first) == 1
    assert office.imports(second + first) == 1
    assert office.exported() == first + second


def test_a_line_that_is_there_twice_is_one_item(office: Office) -> None:
    """The same line twice, or the same article seen again on a later day, is one item of the first day."""
    seen_again = "- A tale - News - January 14th, 2026 [January 15th, 2026]\n"
    assert office.imports(seen_again + f"- A tale - News - {DATES}\n" * 2) == 1
    assert office.exported() == f"- A tale - News - {DATES}\n"


def test_an_import_that_fails_leaves_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong in the midst of a list takes all of it back."""
    with office.open():
        pass
    before = contents(office.folder)
    monkeypatch.setattr("aggregator.importing.grouping.regroup", lambda *_: 1 / 0)
    monkeypatch.setattr("aggregator.pipeline.close_by", lambda *_, **__: [])
    with pytest.raises(ZeroDivisionError):
        office.imports(KEPT)
    assert contents(office.folder) == before


# --- editions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [24, 7, 0])
def test_an_item_belongs_to_the_edition_dated_its_date_seen(tmp_path: Path, hours: float) -> None:
    """Editions that have closed are made closed, one that has not is the open one, whenever they close."""
    office = Office(tmp_path, closes_at=timedelta(hours=hours))
    office.clock.now = datetime(2026, 1, 14, 2, 0, tzinfo=UTC)
    late = "- Late - News - January 1st, 2026 [January 13th, 2026]\n"
    office.imports(late + f"- Now - News - {DATES}\n")
    with Archive.open(office.folder) as archive:
        assert archive
        closed = [(one.date, one.closes <= office.clock.now) for one in archive.closed()]
    assert closed == [(day, True) for day in (date(2026, 1, 14), date(2026, 1, 13))[hours > 0 :]]
    assert [one.title for one in office.items(date(2026, 1, 13))] == ["Late"]
    assert office.exported(DAY) == f"- Now - News - {DATES}\n"


def test_an_open_edition_closes_with_what_was_imported(office: Office) -> None:
    """What is imported for today is in the edition that closes tonight, beside what came in feeds."""
    office.clock.now = datetime(2026, 1, 14, 9, 0, tzinfo=UTC)
    office.polls("Council number one votes on the bridge")
    office.imports(f"- Imported today - News - {DATES}\n")
    office.clock.pass_by(hours=20)
    office.polls("Council number one votes on the bridge", "A second thing that happened later")
    assert [one.title for one in office.items(DAY)] == ["Council number one votes on the bridge", "Imported today"]
    assert [one.title for one in office.items(None)] == ["A second thing that happened later"]


def test_an_import_shifts_no_open_edition(office: Office) -> None:
    """Lists of days gone by, today and next week leave what is open where it is; what was due closes first."""
    office.clock.now = datetime(2026, 1, 14, 9, 0, tzinfo=UTC)
    office.polls("Seen on the fourteenth, long before")
    office.clock.now = NOW
    days = ("13th", "15th", "20th", "27th")
    text = "".join(f"- Of the {day} - News - January {day}, 2026 [January {day}, 2026]\n" for day in days)
    assert office.imports(text) == 4
    assert [one.title for one in office.items(DAY)] == ["Seen on the fourteenth, long before"]
    assert [one.title for one in office.items(None)] == ["Of the 20th", "Of the 27th"]
    office.polls("Seen on the fourteenth, long before", "Seen on the twentieth, in a feed")
    assert "Seen on the twentieth, in a feed" in office.exported(date(2026, 1, 20))
    assert office.exported(date(2026, 1, 27)) == text.splitlines(True)[3]


def test_a_clock_that_went_back_opens_no_edition_again(office: Office) -> None:
    """What was seen before the edition that closed last is in a closed edition, whatever the clock says now."""
    office.polls("Seen on the twentieth, in a feed")
    office.clock.pass_by(days=2)
    office.polls("Seen on the twentieth, in a feed")
    office.clock.now = datetime(2026, 1, 10, tzinfo=UTC)
    text = f"- Ahead of the clock - News - {DATES}\n"
    assert office.imports(text) == 1
    assert [one.title for one in office.items(DAY)] == ["Ahead of the clock"]
    assert rows(office.folder, "SELECT count(*) FROM items WHERE edition IS NOT NULL AND printed IS NOT story") == [
        (0,)
    ]


def test_a_closed_page_shows_what_was_imported_into_it(office: Office) -> None:
    """An import into an edition that has closed refreshes its page and its text, and no other's."""
    office.clock.now = datetime(2026, 1, 14, 9, 0, tzinfo=UTC)
    office.polls("Council number one votes on the bridge")
    office.clock.now = NOW
    office.polls("Council number one votes on the bridge", "Something else of the twentieth")
    assert "Imported afterwards" not in office.page("2026-01-14.html")
    office.imports(f"- Imported afterwards - News - {DATES}\n")
    for name in ("2026-01-14.html", "2026-01-14.txt"):
        page = office.page(name)
        assert "Council number one votes" in page
        assert "Imported afterwards" in page
        assert "Imported headlines" not in page  # what stands for them among the feeds is no outlet
    assert ">14 January</time>" in office.page("2026-01-14.html")  # nobody said at what time of the day
    assert "Imported afterwards" not in office.page("2026-01-20.html")


def test_nothing_imported_is_announced(office: Office) -> None:
    """Imported items are neither in the outgoing feed nor under "Since then", also when a feed carries them later."""
    office.polls("Council number one votes on the bridge")
    office.clock.pass_by(days=1)
    office.polls("Council number one votes on the bridge", "What came since then in a feed")
    dates = "January 21st, 2026 [January 21st, 2026]"
    office.imports(f"- Kept quiet - Example News - {dates}\n- Old - News - {DATES}\n")
    office.polls("Council number one votes on the bridge", "What came since then in a feed", "Kept quiet")
    index, feed = office.page("index.html"), office.page("feed.xml")
    assert "What came since then in a feed" in index
    assert "What came since then in a feed" in feed
    for title in ("Kept quiet", ">Old<"):
        assert title not in index
        assert title not in feed
    assert "Kept quiet" in office.page("2026-01-21.html")


# --- identity --------------------------------------------------------------------------------------------------------


def test_what_a_feed_has_brought_is_not_imported_again(office: Office) -> None:
    """The same headline and source within three days, or the same link, is known; it stays the feed's item."""
    office.clock.now = datetime(2026, 1, 14, 9, 0, tzinfo=UTC)
    office.polls("Here’s how the council votes", "Another thing entirely")
    known = f"- Heres how the council votes - Example News - {DATES}\n"
    by_link = f"- [A new headline](https://news.example/articles/2) - Elsewhere - {DATES}\n"
    assert office.imports(known + by_link) == 0
    assert office.imports(f"- Heres how the council votes - Other News - {DATES}\n") == 1
    far = "- Heres how the council votes - Example News - January 4th, 2026 [January 4th, 2026]\n"
    assert office.imports(far) == 1
    assert len(rows(office.folder, "SELECT 1 FROM items")) == 4


def test_lists_are_told_apart_by_outlet_date_and_headline(office: Office) -> None:
    """In a later list the same headline, source and date is known in any spelling; another outlet or date is new."""
    assert office.imports(f"- Heres how the council votes - Example News - {DATES}\n") == 1
    assert office.imports(f"- Here’s How the Council Votes - Example News - {DATES}\n") == 0
    assert office.imports(f"- Heres how the council votes - Other News - {DATES}\n") == 1
    later = "January 15th, 2026 [January 15th, 2026]"
    assert office.imports(f"- Heres how the council votes - Example News - {later}\n") == 1
    assert office.imports(f"- Letters - A - {DATES}\n- Letters - B - {DATES}\n") == 2
    assert office.imports(f"- Letters - C - {DATES}\n- Letters - A - {DATES}\n") == 1


def test_what_was_imported_is_known_when_a_feed_brings_it(office: Office) -> None:
    """A feed that carries an imported article later adds a sighting, and changes nothing of what was imported."""
    dates = "January 20th, 2026 [January 20th, 2026]"
    text = f"- Heres how the council votes - Example News - {dates}\n"
    office.imports(text)
    office.polls("Here’s how the council votes")
    office.polls("Here’s how the council votes now", guid="guid-1")
    assert office.exported() == text
    (one,) = office.items(None)
    assert [sighting.feed for sighting in one.sightings] == ["import:headlines", HERE.url]


def test_imported_reports_of_one_event_share_a_story(office: Office) -> None:
    """Imported items take part in stories, in the closed edition that they went to."""
    told = ["Harbour ferry strike strands four hundred islanders", "Ferry strike strands 400 harbour islanders"]
    text = "".join(
        f"- {title} - {source} - {DATES}\n" for title, source in zip(told, ("The Point", "News"), strict=True)
    )
    office.imports(text + f"- Mayor resigns over stolen goose - News - {DATES}\n")
    stories = {one.title: one.story for one in office.items(DAY)}
    assert len(set(stories.values())) == 2
    assert stories[told[0]] == stories[told[1]]
