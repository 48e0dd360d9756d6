"""Identity: which entries are the same article. ``Shelf`` plays the store, as small as the rules allow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.core import identity
from aggregator.core.model import Change, Item, Known, Verdict

NOW = datetime(2026, 1, 14, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Shelf:
    """Keep what polls found, the way the store does: items, their keys, and how each feed told them."""

    titles: dict[int, str] = field(default_factory=dict)
    links: dict[int, str | None] = field(default_factory=dict)
    published: dict[int, datetime | None] = field(default_factory=dict)
    keys: dict[str, dict[int, datetime]] = field(default_factory=dict)
    told: dict[tuple[int, int], Change] = field(default_factory=dict)
    edits: Counter[tuple[int, int]] = field(default_factory=Counter)
    pruned: set[int] = field(default_factory=set)
    before: dict[int, set[int]] = field(default_factory=dict)
    unsteady: Counter[int] = field(default_factory=Counter)

    def poll(
        self, items: Sequence[Item], *, feed: int = 1, now: datetime = NOW, repeated: Sequence[int] = (), **how: object
    ) -> list[Change]:
        """Judge a document and keep what came of it; new items get the next number."""
        entries = identity.distinct(items, feed=feed, guids_last=self.unsteady[feed] < identity.UNSTEADY)
        known = {key: self._known(key, feed) for key in identity.wanted(entries)}
        changes = identity.compare(
            entries,
            known,
            now=now,
            repeated=repeated,
            before=self.before.get(feed),
            **how,  # type: ignore[arg-type]
        )
        self.unsteady[feed] = identity.unsteadiness(changes, repeated=bool(repeated), before=self.unsteady[feed])
        kept = [self._keep(change, feed=feed, now=now) for change in changes]
        self.before[feed] = {change.known for change in kept if change.known} | set(repeated)
        return kept

    def _known(self, key: str, feed: int) -> list[Known]:
        return [
            Known(
                key=key,
                item=item,
                time=time,
                pruned=item in self.pruned,
                here=(item, feed) in self.told,
                guid=self.told[item, feed].item.guid if (item, feed) in self.told else None,
                title=self.told[item, feed].item.title if (item, feed) in self.told else self.titles[item],
                link=self.told[item, feed].item.link if (item, feed) in self.told else self.links.get(item),
                published=self.published.get(item),
                fingerprint=self.told[item, feed].fingerprint if (item, feed) in self.told else "",
                edits=self.edits[item, feed],
            )
            for item, time in sorted(self.keys.get(key, {}).items())
        ]

    def _keep(self, change: Change, *, feed: int, now: datetime) -> Change:
        item = change.known or len(self.titles) + 1
        self.titles.setdefault(item, change.item.title)
        self.links.setdefault(item, change.item.link)
        self.published.setdefault(item, change.item.published)
        if item not in self.pruned and change.verdict is not Verdict.UNCHANGED:
            self.told[item, feed] = change
        self.edits[item, feed] += change.verdict is Verdict.EDITED
        for key in change.keys:
            held = self.keys.setdefault(key, {})
            time = min(change.item.published or now, now)
            held[item] = max(time, held.get(item, time))
        return replace(change, known=item)

    def held_by(self, sort: str) -> int:
        """Count the keys of a sort."""
        return sum(key.startswith(f"{sort} ") for key in self.keys)


def article(title: str = "Ferry runs aground off Skerry Point", **fields: object) -> Item:
    """Make an item with nothing but what a test names."""
    return replace(Item(title=title, source="Courier"), **fields)


def verdicts(changes: Sequence[Change]) -> list[str]:
    """Read off what each entry turned out to be."""
    return [change.verdict.value for change in changes]


# --- polling again ---------------------------------------------------------------------------------------------------

SHAPES = {
    "guid and link": article(guid="1", link="https://c.example/1"),
    "guid only": article(guid="1"),
    "link only": article(link="https://c.example/1"),
    "headline only": article(),
    "generic headline only": article("Morning briefing", summary="Fog, then sun."),
    "home page for a link": article("Weather", link="https://c.example/"),
    "opaque link": article(link="https://news.google.com/rss/articles/CBMi"),
    "nothing at all": article("Untitled"),
}


@pytest.mark.parametrize("item", SHAPES.values(), ids=SHAPES)
def test_polling_again_finds_nothing_new(item: Item) -> None:
    """An entry of any shape, undated and still listed a month later, is known again at every poll."""
    shelf = Shelf()
    assert verdicts(shelf.poll([item])) == ["new"]
    for days in (0, 1, 4, 30):
        assert verdicts(shelf.poll([item], now=NOW + timedelta(days=days))) == ["unchanged"]


def test_an_entry_listed_twice_is_one() -> None:
    """The same entry twice in one document makes one item."""
    item = article(guid="1", link="https://c.example/1")
    assert verdicts(Shelf().poll([item, item])) == ["new"]


@pytest.mark.parametrize("shape", [name for name in SHAPES if name != "guid only"])
def test_a_perfect_copy_in_one_document_is_one_item(shape: str) -> None:
    """Whatever an entry is known by, listing it twice is no second article."""
    assert len(Shelf().poll([SHAPES[shape], SHAPES[shape]])) == 1


def test_of_two_versions_in_one_document_the_newer_counts() -> None:
    """An Atom document may hold two versions of one entry; the later updated one is taken."""
    old = article("Ferry aground", guid="1", link="https://c.example/1", updated=NOW - 2 * HOUR)
    new = article("Ferry freed at last", guid="1", link="https://c.example/1", updated=NOW - HOUR)
    for document in ([old, new], [new, old]):
        assert [change.item.title for change in Shelf().poll(document)] == ["Ferry freed at last"]


# --- guid ------------------------------------------------------------------------------------------------------------


def test_the_same_guid_across_polls_is_an_edit() -> None:
    """A guid keeps its item though headline and link both change."""
    shelf = Shelf()
    shelf.poll([article("Ferry aground", guid="1", link="https://c.example/1")])
    (change,) = shelf.poll([article("Ferry freed at high tide", guid="1", link="https://c.example/ferry-freed")])
    assert (change.verdict, change.known, change.rule) == (Verdict.EDITED, 1, "guid, edited")


def test_guids_of_two_feeds_have_nothing_to_do_with_each_other() -> None:
    """Two feeds number their entries 1; these are two articles."""
    shelf = Shelf()
    shelf.poll([article("Ferry aground", guid="1")], feed=1)
    assert verdicts(shelf.poll([article("Mayor resigns", guid="1", source="Reader")], feed=2)) == ["new"]


def test_one_guid_over_different_entries_loses_none() -> None:
    """A guid carried by entries that differ in link and headline identifies none of the later ones."""
    entries = [article(f"Story number {n} of the day", guid="same", link=f"https://c.example/{n}") for n in "abc"]
    shelf = Shelf()
    assert verdicts(shelf.poll(entries)) == ["new"] * 3
    assert verdicts(shelf.poll(entries)) == ["unchanged"] * 3


def test_the_stored_item_keeps_a_guid_that_is_shared_later() -> None:
    """The entry already stored under a guid stays it, though a newer one with the same guid stands before it."""
    shelf = Shelf()
    first = article("Ferry aground", guid="same", link="https://c.example/1")
    shelf.poll([first])
    changes = shelf.poll([article("Mayor resigns", guid="same", link="https://c.example/2"), first])
    assert verdicts(changes) == ["new", "unchanged"]


def test_a_shared_guid_does_not_overwrite_when_its_first_entry_has_left() -> None:
    """Once the first entry under a shared guid has rolled out, the others are still known by their own links."""
    entries = [article(f"Story number {n} of the day", guid="same", link=f"https://c.example/{n}") for n in "ab"]
    shelf = Shelf()
    shelf.poll(entries)
    (change,) = shelf.poll(entries[1:])
    assert (change.verdict, change.known) == (Verdict.UNCHANGED, 2)


@pytest.mark.parametrize("title", ["Ferry aground", "Morning briefing"])
def test_one_guid_and_no_links_loses_no_article(title: str) -> None:
    """Entries that share a guid, have no link and differ in text are all kept, and known again."""
    entries = [article(title, guid="same", summary="One."), article("Mayor resigns", guid="same", summary="Two.")]
    shelf = Shelf()
    assert verdicts(shelf.poll(entries)) == ["new", "new"]
    assert verdicts(shelf.poll(entries)) == ["unchanged", "unchanged"]
    assert verdicts(shelf.poll(entries[1:])) == ["unchanged"]


# --- link ------------------------------------------------------------------------------------------------------------


def test_the_same_link_in_a_second_feed_is_a_sighting() -> None:
    """The same article in a second feed is known, tracking parameters and headline notwithstanding."""
    shelf = Shelf()
    shelf.poll([article(guid="1", link="https://www.c.example/1")], feed=1)
    copy = article("Ferry drama", guid="x", link="http://c.example/1?utm_source=rss", source="Reader")
    assert verdicts(shelf.poll([copy], feed=2)) == ["elsewhere"]
    assert verdicts(shelf.poll([copy], feed=2)) == ["unchanged"]


def test_a_home_page_identifies_nothing() -> None:
    """Entries of two feeds that link to one home page are two articles."""
    shelf = Shelf()
    shelf.poll([article("Ferry aground", link="https://c.example/")], feed=1)
    other = article("Mayor resigns", link="https://c.example/", source="Reader")
    assert verdicts(shelf.poll([other], feed=2)) == ["new"]


def test_a_link_shared_within_a_document_identifies_nothing() -> None:
    """A live blog whose entries all link to one page loses none of them, at this poll and at later ones."""
    entries = [article(f"Update from the harbour, part {n}", guid=n, link="https://c.example/live") for n in "abc"]
    shelf = Shelf()
    assert verdicts(shelf.poll(entries)) == ["new"] * 3
    assert verdicts(shelf.poll(entries)) == ["unchanged"] * 3
    later = article("The harbour blog ends here", guid="d", link="https://c.example/live")
    assert verdicts(shelf.poll([later])) == ["new"]


def test_a_rewritten_guid_is_known_by_its_link() -> None:
    """A feed that changes its guids does not bring its articles again."""
    shelf = Shelf()
    shelf.poll([article(guid="http://c.example/?p=1", link="https://c.example/1")])
    assert verdicts(shelf.poll([article(guid="https://c.example/?p=1", link="https://c.example/1")])) == ["unchanged"]


def test_the_next_article_at_one_link_is_an_article_of_its_own() -> None:
    """A feed that tells a new article each day at one address (a comic) loses none: guid, headline and date are new."""
    shelf = Shelf()
    for day in range(3):
        now = NOW + timedelta(days=day)
        strip = article(f"Strip {day}: the goose speaks", guid=f"{day}", link="https://c.example/comic", published=now)
        assert verdicts(shelf.poll([strip], now=now)) == ["new"]
        assert verdicts(shelf.poll([strip], now=now)) == ["unchanged"]


def test_a_guid_once_shared_is_never_again_an_edit() -> None:
    """What comes later under a guid that two articles carried overwrites neither."""
    entries = [article(f"Story number {n} of the day", guid="same", link=f"https://c.example/{n}") for n in "abc"]
    shelf = Shelf()
    shelf.poll(entries[:2])
    assert verdicts(shelf.poll(entries[2:])) == ["new"]
    assert verdicts(shelf.poll(entries)) == ["unchanged"] * 3


def test_guids_that_count_positions_lose_no_article() -> None:
    """Where guids count places, the article that moved down is known by its text, and the new one is new."""
    shelf = Shelf()
    tales = [article(f"Tale of the {n} goose", summary=n) for n in ("red", "blue", "grey")]
    shelf.poll([replace(tales[0], guid="1"), replace(tales[1], guid="2")])
    changes = shelf.poll([replace(tales[2], guid="1"), replace(tales[0], guid="2")])
    assert verdicts(changes) == ["new", "unchanged"]


@pytest.mark.parametrize(
    "link", [None, "https://c.example/", "https://c.example/1?session={n}"], ids=["no link", "home page", "session id"]
)
def test_a_feed_whose_guids_never_last_does_not_grow(link: str | None) -> None:
    """An entry with a new guid at every poll, and no lasting link, is known by its text and date."""
    shelf = Shelf()
    for n in range(5):
        item = article(guid=f"guid-{n}", link=link and link.format(n=n), published=NOW - HOUR)
        assert verdicts(shelf.poll([item]))[0] == (
            "new" if n == 0 else "edited" if link and "{n}" in link else "unchanged"
        )


def test_two_outlets_in_one_feed_may_say_the_same() -> None:
    """A list of many outlets' headlines holds one headline of two of them, on different days: two articles."""
    one, other = (article(guid=source, source=source, published=NOW) for source in ("Courier", "Reader"))
    shelf = Shelf()
    shelf.poll([one])
    assert verdicts(shelf.poll([other], now=NOW + HOUR)) == ["new"]
    assert verdicts(shelf.poll([one, other], now=NOW + HOUR)) == ["unchanged"] * 2


def test_places_on_one_page_are_articles_of_their_own() -> None:
    """A diary that tells each entry at another place of the day's page loses none, though it gives no guids."""
    shelf = Shelf()
    for hours, place in enumerate(("one", "two")):
        at = NOW + (hours - 2) * HOUR
        told = article(f"Tale {place} of the sea", link=f"https://c.example/today#{place}", published=at)
        assert verdicts(shelf.poll([told], now=NOW + HOUR)) == ["new"]
        assert verdicts(shelf.poll([told], now=NOW + 2 * HOUR)) == ["unchanged"]


def test_the_same_words_at_the_same_link_are_the_same_column() -> None:
    """A column under a generic headline, whose feed gives it another guid and date, is known by link and words."""
    shelf = Shelf()
    column = article("Morning briefing", guid="1", link="https://c.example/brief", summary="Fog.", published=NOW - HOUR)
    shelf.poll([column])
    assert verdicts(shelf.poll([replace(column, guid="2", published=NOW)])) == ["unchanged"]
    assert verdicts(shelf.poll([replace(column, guid="3", published=NOW, summary="Sun.")])) == ["new"]


def test_a_headline_that_many_items_share_names_none() -> None:
    """Judging a document in which one headline stands thousands of times takes a step an entry, not a step a pair."""
    steps = 0

    class Counted(list[Known]):
        def __iter__(self) -> Iterator[Known]:
            nonlocal steps
            steps += len(self)
            return super().__iter__()

    many = [article(guid=str(n), link=f"https://c.example/{n}") for n in range(2000)]
    shelf = Shelf()
    shelf.poll(many)
    entries = identity.distinct(many, feed=1)
    known = {key: Counted(shelf._known(key, 1)) for key in identity.wanted(entries)}
    changes = identity.compare(entries, known, now=NOW)
    assert verdicts(changes) == ["unchanged"] * 2000
    assert steps < 20 * 2000


# --- headline and source ---------------------------------------------------------------------------------------------


def test_headline_and_source_identify_across_feeds() -> None:
    """An aggregating feed that names the source and hides the link brings a sighting, not an item."""
    shelf = Shelf()
    shelf.poll([article(guid="1", link="https://c.example/1")], feed=1)
    copy = article("Ferry Runs Aground Off Skerry Point!", guid="g", link="https://news.google.com/rss/articles/CBMi")
    (change,) = shelf.poll([copy], feed=2)
    assert (change.verdict, change.rule) == (Verdict.ELSEWHERE, "headline and source")


@pytest.mark.parametrize(
    ("copy", "later"),
    [
        (article(source="Reader"), 0),
        (article(), 73),
        (article("Ferry runs aground off Gannet Point"), 0),
    ],
    ids=["another source", "after 72 hours", "another headline"],
)
def test_headline_and_source_stop_where_proof_ends(copy: Item, later: int) -> None:
    """Another source, another headline or more than 72 hours between them make another article."""
    shelf = Shelf()
    shelf.poll([article(guid="1", link="https://c.example/1")], feed=1)
    assert verdicts(shelf.poll([copy], feed=2, now=NOW + later * HOUR)) == ["new"]


@pytest.mark.parametrize(
    ("link", "verdict"),
    [
        ("https://c.example/world/2", "new"),
        ("https://c.example/world/1", "elsewhere"),
        ("https://c.example/", "elsewhere"),
        ("https://reader.example/of/courier/7", "elsewhere"),
    ],
    ids=["another address", "another section", "home page", "another site"],
)
def test_one_site_tells_its_articles_apart_by_their_addresses(link: str, verdict: str) -> None:
    """Under one headline of one source, two addresses of its site are two articles, unless they end alike."""
    shelf = Shelf()
    shelf.poll([article(guid="1", link="https://c.example/1")], feed=1)
    assert verdicts(shelf.poll([article(guid="2", link=link)], feed=2)) == [verdict]


def test_a_headline_that_two_items_share_names_neither_across_feeds() -> None:
    """Where an outlet has told two articles under one headline, a copy that hides its link is of neither."""
    shelf = Shelf()
    shelf.poll([article(guid=n, link=f"https://c.example/{n}") for n in "ab"], feed=1)
    copy = article(guid="g", link="https://news.google.com/rss/articles/CBMi")
    assert verdicts(shelf.poll([copy], feed=2)) == ["new"]


@pytest.mark.parametrize(
    ("source", "home"),
    [("The Skerry Courier", None), ("skerrycourier.example", None), ("A", "https://skerrycourier.example")],
)
def test_an_outlet_is_known_by_its_site_too(source: str, home: str | None) -> None:
    """A feed under the user's own name for it is the outlet that an aggregator names, by name, domain or address."""
    shelf = Shelf()
    shelf.poll([article(guid="1", link="https://www.skerrycourier.example/1", source="My morning paper")], feed=1)
    copy = article(guid="g", link="https://news.google.com/rss/articles/CBMi", source=source, home=home)
    assert verdicts(shelf.poll([copy], feed=2)) == ["elsewhere"]


def test_a_generic_headline_identifies_nothing_across_feeds() -> None:
    """Two feeds of one source that both carry a "Morning briefing" carry two articles."""
    shelf = Shelf()
    shelf.poll([article("Morning briefing", guid="1", link="https://c.example/1")], feed=1)
    assert verdicts(shelf.poll([article("Morning briefing", link="https://c.example/2")], feed=2)) == ["new"]


def test_within_a_feed_a_headline_does_not_overrule_guid_and_link() -> None:
    """Two entries of one feed with one headline but guids and links of their own are two articles."""
    shelf = Shelf()
    shelf.poll([article(guid="1", link="https://c.example/1")])
    assert verdicts(shelf.poll([article(guid="2", link="https://c.example/2")])) == ["new"]


def test_a_nameless_entry_is_known_by_its_headline_when_its_text_changes() -> None:
    """Where guid and link are missing, a changed summary under the same headline is an edit."""
    shelf = Shelf()
    shelf.poll([article(summary="Forty aboard.")])
    (change,) = shelf.poll([article(summary="Forty-two aboard, all safe.")], now=NOW + HOUR)
    assert (change.verdict, change.rule) == (Verdict.EDITED, "headline and source")


def test_a_nameless_column_with_new_dates_is_a_new_article_each_time() -> None:
    """Entries without guid and link under one headline, dated a week apart, are two articles."""
    shelf = Shelf()
    shelf.poll([article("Harbour notes by the pilot", published=NOW - 168 * HOUR)])
    assert verdicts(shelf.poll([article("Harbour notes by the pilot", published=NOW)])) == ["new"]


# --- pruned, back-fill -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", SHAPES.values(), ids=SHAPES)
def test_what_was_pruned_does_not_come_back(item: Item) -> None:
    """An entry whose item was pruned is known and stays away, in its own feed."""
    shelf = Shelf()
    shelf.poll([item])
    shelf.pruned.add(1)
    shelf.told.clear()
    assert verdicts(shelf.poll([item])) == ["unchanged"]


def entries_aged(*hours: float | None) -> list[Item]:
    """Make entries that were published so many hours ago."""
    return [
        article(f"Tale number {n} of the sea", guid=str(n), published=None if age is None else NOW - age * HOUR)
        for n, age in enumerate(hours)
    ]


@pytest.mark.parametrize(
    ("ages", "shown"),
    [
        ([1, 23, 25, 400], [True, True, False, False]),
        ([400, 300, 500], [False, True, False]),
        ([None, 400], [True, False]),
        ([], []),
    ],
    ids=["young ones", "the newest of old ones", "undated counts as young", "none"],
)
def test_backfill_of_a_feed_met_for_the_first_time(ages: list[float | None], shown: list[bool]) -> None:
    """Older entries of a new feed are stored but not shown, its newest excepted."""
    changes = Shelf().poll(entries_aged(*ages), first_time=True, backfill=24 * HOUR)
    assert [change.shown for change in changes] == shown


def test_no_backfill_limit_shows_all_and_a_known_feed_hides_nothing() -> None:
    """`all` shows everything; a feed met before shows even what is dated long ago."""
    old = entries_aged(400, 500)
    assert all(change.shown for change in Shelf().poll(old, first_time=True, backfill=None))
    assert all(change.shown for change in Shelf().poll(old, first_time=False, backfill=24 * HOUR))


# --- properties ------------------------------------------------------------------------------------------------------

_some = st.sampled_from
ITEMS = st.builds(
    article,
    _some(["Ferry aground", "Mayor resigns", "Morning briefing", "Untitled"]),
    guid=_some([None, "1", "2"]),
    link=_some([None, "https://c.example/", "https://c.example/1", "https://c.example/2?utm_source=x"]),
    summary=_some(["", "One.", "Two."]),
    published=_some([None, NOW - HOUR, NOW - 100 * HOUR]),
)


@settings(max_examples=300)
@given(st.lists(ITEMS, max_size=6))
def test_any_document_polled_again_brings_nothing_new(document: list[Item]) -> None:
    """However odd a document is, the second and third reading of it find no new item."""
    shelf = Shelf()
    shelf.poll(document)
    for later in (HOUR, 2 * HOUR):
        assert "new" not in verdicts(shelf.poll(document, now=NOW + later))


@settings(max_examples=300)
@given(st.lists(ITEMS, max_size=6))
def test_no_two_entries_of_a_document_become_one_item(document: list[Item]) -> None:
    """Entries that are distinct in their document never end in the same item."""
    shelf = Shelf()
    for _ in range(2):
        items = [change.known for change in shelf.poll(document)]
        assert len(items) == len(set(items)) == len(identity.distinct(document, feed=1))


@settings(max_examples=200)
@given(st.lists(ITEMS, max_size=6))
def test_judging_is_a_function_of_its_arguments(document: list[Item]) -> None:
    """The same entries and the same knowledge give the same changes."""
    one, other = Shelf(), Shelf()
    assert one.poll(document) == other.poll(document)
