"""How a story and a section are set on a page."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from aggregator.core.model import Account, Edition, Standing, Story
from aggregator.edges import render
from tests.builders import NOON, digest, edition, missed, shelf, sighting, site, stored, story, telling
from tests.edges.printed import MONDAY, TUESDAY, WEDNESDAY, Outline, build, page, three_days


def told(
    tmp_path: Path, *stories: Story, of: Edition | None = None, affairs: Mapping[int, int] | None = None
) -> Outline:
    """Print stories as an edition and give its outline."""
    build(tmp_path, digest(*stories, of=of, affairs=affairs))
    return Outline(page(tmp_path, "2026-01-14.html"))


def test_story_shows_headline_source_time_and_summary(tmp_path: Path) -> None:
    """A story shows its headline, linked, its source, its local time and its summary, under a permanent anchor."""
    outline = told(tmp_path, story(7, title="Rain at last", summary="It fell on Wednesday.", time=NOON))
    assert "story-7" in outline.all("id")
    assert "https://news.example/7" in outline.all("href")
    assert all(words in outline.text for words in ("Rain at last", "Example News · 12:00", "It fell on Wednesday."))
    assert "2026-01-14T12:00:00Z" in outline.all("datetime")


def test_story_without_link_is_plain_text(tmp_path: Path) -> None:
    """A headline without a link is shown as text."""
    outline = told(tmp_path, story(7, title="Rain at last", link=None, sightings=()))
    assert "Rain at last" in outline.text
    assert not [link for link in outline.all("href") if link.startswith("http")]


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 1, 14, 0, 5, tzinfo=UTC), "· 00:05"),
        (datetime(2026, 1, 13, 23, 5, tzinfo=UTC), "· 13 January, 23:05"),
        (datetime(2025, 7, 1, 23, 5, tzinfo=UTC), "· 2 July 2025, 00:05"),
    ],
)
def test_time_of_a_story_is_local_and_as_short_as_can_be(moment: datetime, words: str, tmp_path: Path) -> None:
    """A story of the edition's own day shows the time, others the date too, and the year where it differs."""
    assert words in told(tmp_path, story(time=moment)).text


def test_who_has_no_name_is_not_among_those_who_tell_it(tmp_path: Path) -> None:
    """A line of a list that names no outlet is not among the outlets; by itself it goes by its headline."""
    nameless = stored(8, source="", title="Rain at last", link=None, sightings=())
    copied = replace(story(7), tellings=(telling(stored(7), nameless, stored(9, source="Old Post")),))
    assert "Also at: Old Post" in " ".join(told(tmp_path / "a", copied).text.split())
    assert "Also at" not in told(tmp_path / "b", replace(story(7), tellings=(telling(stored(7), nameless),))).text
    reports = [telling(stored(number, title=f"Rain {number}")) for number in range(10, 17)]
    many = replace(story(7), tellings=(telling(stored(7)), *reports, telling(nameless)))
    assert "And 2 more: Example News, Rain at last" in " ".join(told(tmp_path / "c", many).text.split())


def test_other_feeds_are_named_once_and_linked_where_they_differ(tmp_path: Path) -> None:
    """Other feeds that carried a story are named once each, linked where their link is another."""
    lead = "https://news.example/7"
    sightings = (
        sighting("Example News", link=lead),
        sighting("Far Times", link=lead),
        sighting("Old Post", link="https://old.example/x"),
        sighting("OLD POST", link="https://old.example/y"),
    )
    outline = told(tmp_path, story(7, sightings=sightings))
    assert "Also at: Far Times, Old Post" in " ".join(outline.text.split())
    assert [link for link in outline.all("href") if link.startswith("http")] == [lead, "https://old.example/x"]


def test_earlier_headlines_and_further_reports_are_shown(tmp_path: Path) -> None:
    """Earlier headlines of the lead and the other shown items of the story stand below it."""
    others = (stored(8, title="Another view", source="Far Times"), stored(9, title="Hidden", shown=False))
    text = told(tmp_path, story(7, *others, earlier_titles=("Rain expected",))).text
    assert "Earlier headline: Rain expected" in text
    assert text.find("Reported also by") < text.find("Another view") < text.find("Far Times")
    assert "Hidden" not in text


def test_language_is_marked_where_it_is_not_the_page_s(tmp_path: Path) -> None:
    """A story in another language carries it; English, unknown and impossible languages carry nothing."""
    languages = ("fr", "en", "", 'x" onclick="alert(1)')
    outline = told(tmp_path, *(story(number, language=each) for number, each in enumerate(languages)))
    articles = [attributes.get("lang") for tag, attributes in outline.elements if tag == "article"]
    assert articles == ["fr", None, None, None]


def test_stories_of_one_affair_stand_under_the_first(tmp_path: Path) -> None:
    """The first is told in full, the others in a line each under what they share; each has its anchor."""
    french = story(3, title="Varna: les mineurs sauvés", language="fr")
    stories = (story(1, title="Miners trapped at Varna"), story(2, title="Varna mourns its miners"), french, story(4))
    build(tmp_path, digest(*stories, affairs={1: 8, 2: 8, 3: 8}))
    outline = Outline(page(tmp_path, "2026-01-14.html"))
    text = " ".join(outline.text.split())
    assert "More on Varna, Miners Varna mourns its miners Example News Varna: les mineurs sauvés Example News" in text
    assert text.count("More on") == 1
    assert [name for name in outline.all("id") if name.startswith("story-")] == [f"story-{n}" for n in (1, 2, 3, 4)]
    assert [line.get("lang") for line in briefly(outline)] == [None, "fr"]


def test_what_has_no_word_in_common_is_put_together_all_the_same(tmp_path: Path) -> None:
    """Where the leads of an affair share no word, though their reports do, the heading names none."""
    build(tmp_path, digest(story(1, title="Miners trapped"), story(2, title="Varna mourns"), affairs={1: 8, 2: 8}))
    assert "More on this Varna mourns" in " ".join(Outline(page(tmp_path, "2026-01-14.html")).text.split())


@pytest.mark.usefixtures("short")
def test_an_affair_of_more_stories_than_fit_beside_is_counted(tmp_path: Path) -> None:
    """So many are told beside the first; how many more there are the page says, and the list of headlines has them."""
    outline = told(tmp_path, *(story(number) for number in range(6)), affairs=dict.fromkeys(range(5), 9))
    assert [line["id"] for line in briefly(outline)] == ["story-1", "story-2", "story-5"]
    assert outline.text.count("And 2 more, in the list of headlines.") == 1
    assert len(page(tmp_path, "2026-01-14.txt").splitlines()) == 6


@pytest.mark.usefixtures("short")
def test_an_affair_in_brief_stays_together(tmp_path: Path) -> None:
    """Behind what is told in full an affair has its lines one after the other, and all are counted."""
    outline = told(tmp_path, *(story(number) for number in range(4)), affairs={0: 9, 1: 9, 2: 7, 3: 7})
    assert [line["id"] for line in briefly(outline)] == ["story-1", "story-2", "story-3"]


def test_story_in_both_parts_of_the_front_page_has_one_anchor(tmp_path: Path) -> None:
    """A story that goes on after the close keeps its anchor unique on the front page."""
    build(tmp_path, digest(story(1), of=edition(WEDNESDAY, closed=False)), digest(story(1), of=edition(TUESDAY)))
    assert Outline(page(tmp_path, "index.html")).all("id").count("story-1") == 1


# --- sections --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("closed", "words"),
    [
        (True, "Nothing new came in. 1 more only repeats what earlier editions told. 1 is muted."),
        (False, "Nothing new has come in yet. 1 more only repeats what earlier editions told. 1 is muted."),
    ],
)
def test_an_edition_of_repeats_does_not_say_that_nothing_came_in(closed: bool, words: str, tmp_path: Path) -> None:
    """Where all that came in is left out, the page says so and counts it."""
    build(tmp_path, replace(digest(of=edition(closed=closed)), left_out=shelf(story(7), story(8)), repeated=1))
    assert words in " ".join(Outline(page(tmp_path, "2026-01-14.html")).text.split())


def test_sections_keep_their_order_with_the_rest_last(tmp_path: Path) -> None:
    """Sections follow the digest, what has no category comes last as "More", and all are listed on top."""
    outline = told(tmp_path, story(1, category=""), story(2, category="World"), story(3, category="Art & Craft"))
    text = " ".join(outline.text.split())
    assert "World 1 Art & Craft 1 More 1" in text
    assert [link for link in outline.all("href") if link.startswith("#section")] == [f"#section-{n}" for n in (1, 2, 3)]
    assert {"section-1", "section-2", "section-3"} <= set(outline.all("id"))


@pytest.mark.parametrize(("category", "headings"), [("", [1, 2]), ("World", [1, 2, 3])])
def test_single_section_needs_no_contents(category: str, headings: list[int], tmp_path: Path) -> None:
    """One section alone has no table of contents, and no heading either where it has no name."""
    outline = told(tmp_path, story(1, category=category))
    assert outline.headings == headings
    assert "Sections" not in outline.all("aria-label")


# --- in brief --------------------------------------------------------------------------------------------------------


def briefly(outline: Outline) -> list[dict[str, str | None]]:
    """Give the attributes of the stories that stand in a line each."""
    lines = [attributes for tag, attributes in outline.elements if tag == "li"]
    return [attributes for attributes in lines if "story-" in (attributes.get("id") or "")]


def test_a_hundred_stories_of_a_section_are_told_in_full(tmp_path: Path) -> None:
    """Of each section a hundred stories are articles; those behind them are lines of one list, all in their order."""
    world = [story(number, category="World") for number in range(103)]
    outline = told(tmp_path, *world, *(story(number) for number in range(200, 300)))
    articles = [attributes["id"] for tag, attributes in outline.elements if tag == "article"]
    assert articles == [f"story-{number}" for number in (*range(100), *range(200, 300))]
    assert [line["id"] for line in briefly(outline)] == [f"story-{number}" for number in (100, 101, 102)]
    assert outline.text.count("In brief") == 1
    assert "more, in the list of headlines" not in outline.text


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Print one story of each section in full, and four in a line each."""
    monkeypatch.setattr(render, "STORIES_SHOWN", ((1, 2, 4),))


@pytest.mark.usefixtures("short")
def test_a_line_says_who_reports_and_what_was_told_before(tmp_path: Path) -> None:
    """A line has headline and outlets, each once and linked, the number of reports and the way to earlier editions."""
    others = (stored(8, source="Far Times"), stored(9, source="Hidden", shown=False), stored(10, source="FAR TIMES"))
    sightings = (sighting("Old Post", link="https://old.example/x"), sighting("Far Times"))
    carried = story(7, *others, title="Rain at last", sightings=sightings)
    account = Account(lead=6, headline="", standing=Standing.DEVELOPING, day=3, last=MONDAY)
    developing = replace(story(6, title="", link=None), account=account)
    outline = told(tmp_path, story(1), carried, developing)
    text = " ".join(outline.text.split())
    assert "Rain at last Example News, Old Post, Far Times · 3 reports" in text
    assert "No headline Example News · day 3, told before" in text
    links = ["https://news.example/7", "https://old.example/x", "https://far-times.example/article"]
    assert [link for link in outline.all("href") if link.startswith("http")][1:] == links
    assert "2026-01-12.html#story-6" in outline.all("href")
    assert "Hidden" not in text


@pytest.mark.usefixtures("short")
def test_a_line_in_another_language_carries_it(tmp_path: Path) -> None:
    """A line in another language carries it, with the words of the page marked as English."""
    outline = told(tmp_path, story(1), story(2, language="fr"), story(3, language="en"))
    assert [line.get("lang") for line in briefly(outline)] == ["fr", None]


@pytest.mark.usefixtures("short")
def test_what_fits_in_no_line_is_counted(tmp_path: Path) -> None:
    """Behind the lines a page says how many more there are, and the list of headlines has all of them."""
    outline = told(tmp_path, *(story(number) for number in range(8)))
    assert [line["id"] for line in briefly(outline)] == ["story-1", "story-2", "story-3", "story-4"]
    assert "And 3 more, in the list of headlines." in outline.text
    assert len(page(tmp_path, "2026-01-14.txt").splitlines()) == 8


@pytest.mark.usefixtures("short")
def test_a_line_in_both_parts_of_the_front_page_has_one_anchor(tmp_path: Path) -> None:
    """A story that goes on after the close keeps its anchor unique though both parts tell it in brief."""
    opened = digest(story(1), story(2), of=edition(WEDNESDAY, closed=False))
    build(tmp_path, opened, digest(story(3), story(2), story(4), of=edition(TUESDAY)))
    anchors = [anchor for anchor in Outline(page(tmp_path, "index.html")).all("id") if anchor.startswith("story-")]
    assert anchors == ["story-1", "story-2", "story-3", "story-4"]
    assert "story-2" in Outline(page(tmp_path, "2026-01-13.html")).all("id")


@pytest.mark.parametrize(("number", "full", "brief"), [(100, 16, 84), (400, 4, 64)])
def test_page_too_large_shows_fewer_stories(
    number: int, full: int, brief: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that would grow too large tells fewer stories in full, and fewer in brief, until it fits."""
    monkeypatch.setattr(render, "PAGE_BYTES", 60_000)
    outline = told(tmp_path, *(story(each, summary="word " * 200) for each in range(number)))
    assert (tmp_path / "2026-01-14.html").stat().st_size <= 60_000
    assert sum(tag == "article" for tag, _ in outline.elements) == full
    assert len(briefly(outline)) == brief
    assert (f"And {number - full - brief} more" in outline.text) == (number > full + brief)


# --- whole pages -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shown", [(100, 50, 1000), (1, 1, 1), (0, 0, 1), (1, 0, 0)])
def test_all_pages_are_sound_documents(
    shown: tuple[int, int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every page has one h1, headings without gaps, unique ids, anchors that exist and elements closed in order."""
    monkeypatch.setattr(render, "STORIES_SHOWN", (shown,))
    opened, *closed = three_days()
    others = (story(10, stored(11), category="World"), story(12, category="World"))
    more = digest(*others, *opened.stories, of=opened.edition, affairs=(one := {10: 10, 12: 10}))
    ended = digest(*others, story(20, category="World"), story(21), of=closed[0].edition, affairs=one)
    build(tmp_path, more, ended, missing=[missed()])
    for name in ("index.html", "2026-01-14.html", "2026-01-13.html", "archive.html"):
        outline = Outline(page(tmp_path, name))
        levels, ids = outline.headings, outline.all("id")
        assert outline.open == []
        assert levels.count(1) == 1
        assert levels[0] == 1
        assert all(below - above <= 1 for above, below in itertools.pairwise(levels))
        assert len(ids) == len(set(ids))
        assert {link[1:] for link in outline.all("href") if link.startswith("#")} <= set(ids)
        assert set(outline.all("aria-labelledby")) <= set(ids)


@pytest.mark.parametrize(("zone", "words"), [("UTC", "in UTC"), ("Europe/London", "local to Europe/London")])
def test_a_page_says_whose_times_it_tells(zone: str, words: str, tmp_path: Path) -> None:
    """Below every page stands the zone of its times."""
    build(tmp_path, digest(story(1)), about=site(timezone=ZoneInfo(zone)))
    assert f"Times are {words}." in page(tmp_path, "index.html")


def test_pages_forbid_scripts_and_carry_a_small_stylesheet(tmp_path: Path) -> None:
    """Pages hold no script, forbid all but their own styles, announce the feed, and the styles stay within 8 KiB."""
    build(tmp_path, *three_days())
    content = page(tmp_path, "index.html")
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    assert f'content="{policy}"' in content
    assert "<script" not in content
    assert '<link rel="alternate" type="application/rss+xml"' in content
    assert len(content.split("<style>")[1].split("</style>")[0]) <= 8192
