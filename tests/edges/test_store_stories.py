"""Stories as the store keeps them: what they are made of, what was told of them, and what becomes of their ids."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from aggregator import grouping, pipeline
from aggregator.core import text
from aggregator.core.model import Account, Assignment, Config, Open, Standing, Terms, Tie
from aggregator.edges import schema
from aggregator.edges.store import FILE_NAME, Writer
from aggregator.edges.store.grouping import Basis
from tests.edges.stores import (
    CLOSE,
    HERE,
    NOON,
    THERE,
    TODAY,
    Clock,
    change,
    close,
    failure,
    held,
    item,
    record,
    record_reading,
    rows,
)

WINDOW = timedelta(hours=72)
BASIS = Basis(snapshot=b"", edition="", counted_to=0, rules="")


def words(*titles: str) -> Terms:
    """Build what an item says."""
    return Terms(plain=" ".join(titles), title=titles)


def opened(*items: int) -> list[Open]:
    """Build open items of these ids."""
    return [Open(id=number, time=NOON, terms=words("word", str(number))) for number in items]


def keep(store: Writer, *items: int, ties: Iterable[tuple[int, int, float]] = (), anew: bool = False) -> None:
    """Remember the words and ties of items, as a regrouping does."""
    with store.transaction():
        store.forget_ties(None if anew else items)
        store.keep_terms((item.id, item.terms) for item in opened(*items))
        store.keep_ties(Tie(item=one, other=other, score=score) for one, other, score in ties)
        store.keep_grouping(BASIS, window=WINDOW)


def said(store: Writer, *items: int) -> list[tuple[int, Terms]]:
    """Give the words that are kept of items."""
    return [(one.id, one.terms) for one in store.archive.opened(items)]


def put(store: Writer, **stories: int) -> int:
    """Move items, named i1, i2 …, into stories; aliases are named s1, s2 …."""
    story_of = {int(name[1:]): story for name, story in stories.items() if name[0] == "i"}
    aliases = {int(name[1:]): story for name, story in stories.items() if name[0] == "s"}
    before = {one.id: one.story for of in (None, TODAY) for one in held(store, of=of)}
    with store.transaction():
        return store.move(Assignment(story_of=story_of, aliases=aliases), before)


def ties(store: Writer) -> set[tuple[int, int, float]]:
    """Give the ties that are kept."""
    return {(tie.item, tie.other, tie.score) for tie in store.archive.ties(range(99))}


# --- what is open ----------------------------------------------------------------------------------------------------


def test_candidates_are_what_stories_may_be_made_of(store: Writer, tmp_path: Path) -> None:
    """Open is what no edition has, what is in the window, and all of a story on which the user ruled; never hidden."""
    for days in (9, 8, 2, 1, 0):
        record(store, item(10 + days, published=NOON - timedelta(days=days)))
    change(tmp_path, f"INSERT INTO editions (date, closes) VALUES ('{TODAY}', '{text.instant(CLOSE)}')")
    change(tmp_path, f"UPDATE items SET edition = '{TODAY}' WHERE id < 5")
    change(tmp_path, "UPDATE items SET shown = 0 WHERE id = 4")
    ids = {how: [one.id for one in store.archive.candidates(window=WINDOW, ruled=how)] for how in ((), (1,))}
    assert ids == {(): [3, 5], (1,): [1, 3, 5]}
    change(tmp_path, "UPDATE items SET story = 1 WHERE id = 2")
    assert [one.id for one in store.archive.candidates(window=WINDOW, ruled=[1])] == [1, 2, 3, 5]
    change(tmp_path, "UPDATE feeds SET grouped = 0")
    assert list(store.archive.candidates(window=WINDOW, ruled=[1])) == []
    assert store.archive.left_out(window=WINDOW) == {}
    change(tmp_path, "UPDATE items SET story = 5 WHERE id = 3")
    assert store.archive.left_out(window=WINDOW) == {3: 5, 5: 5}


def test_what_is_settled_is_not_looked_at_again(store: Writer, tmp_path: Path) -> None:
    """Until something is stored or told differently, nobody looks at all open items to find nothing."""
    record(store, item(1))
    keep(store, 1)
    change(tmp_path, "DELETE FROM terms")  # behind the store's back: whoever looks, sees it
    record(store, item(1))
    assert store.archive.is_settled(window=WINDOW)
    record_reading(store, failure())
    assert not store.archive.is_settled(window=WINDOW)
    with store.transaction():
        store.note_settled()
    assert store.archive.is_settled(window=WINDOW)
    record(store, item(1), item(2))
    assert not store.archive.is_settled(window=WINDOW)


def test_terms_and_ties_are_kept_and_made_anew(store: Writer, tmp_path: Path) -> None:
    """Words and ties come back as they were left; a new grouping replaces all, and what is reworded counts as new."""
    record(store, item(1), item(2), item(3))
    assert not store.archive.is_settled(window=WINDOW)
    keep(store, 1, 2, 3, ties=[(1, 2, 0.5), (1, 3, 0.25)])
    assert store.archive.is_settled(window=WINDOW)
    assert said(store, 3, 1, 2) == [(one.id, one.terms) for one in opened(3, 1, 2)]
    record(store, item(1, title="Told in other words"), item(2), item(3, content="<p>More text.</p>"))
    assert [one.is_new for one in store.archive.candidates(window=WINDOW)] == [True, False, False]
    assert [item for item, _ in said(store, 1, 2)] == [2]
    assert store.archive.tied([1]) == {2, 3}
    assert store.archive.tied([3]) == {1}
    assert not store.archive.is_settled(window=WINDOW)
    keep(store, 1, ties=[(1, 3, 0.75)])
    assert ties(store) == {(1, 3, 0.75)}
    keep(store, 1, 2, 3, ties=[(2, 3, 1.0)], anew=True)
    assert ties(store) == {(2, 3, 1.0)}
    change(tmp_path, "DELETE FROM items WHERE id = 3")
    assert ties(store) == set()


def test_what_is_closed_and_out_of_the_window_is_forgotten(store: Writer, clock: Clock) -> None:
    """Words and ties go with the window; what no edition has printed yet keeps them however old it is."""
    record(store, item(1, published=NOON - timedelta(hours=20)), item(2))
    keep(store, 1, 2, ties=[(1, 2, 0.5)])
    close(store)
    clock.now = CLOSE + timedelta(hours=46)
    record(store, item(3, published=clock.now), item(4, published=NOON - timedelta(days=300)))
    keep(store, 3, 4, ties=[(2, 3, 0.5), (3, 4, 0.25)])
    assert ties(store) == {(2, 3, 0.5), (3, 4, 0.25)}
    assert rows(store._path.parent, "SELECT item FROM terms ORDER BY 1") == [(2,), (3,), (4,)]


# --- moving ----------------------------------------------------------------------------------------------------------


def test_a_move_counts_and_leaves_the_rest_alone(store: Writer, tmp_path: Path) -> None:
    """What moves is counted and noticed by the pages; moving nothing counts no revision."""
    record(store, item(1), item(2), item(3))
    revision = store.archive.revision()
    assert put(store, i1=1, i2=2) == 0
    assert store.archive.revision() == revision
    assert put(store, i1=1, i2=1, s2=1) == 1
    assert store.archive.revision() == revision + 1
    assert rows(tmp_path, "SELECT id, story FROM items") == [(1, 1), (2, 1), (3, 3)]


def test_an_old_number_leads_to_the_story_through_every_merge(store: Writer) -> None:
    """A story that went into one that went into another is found under its first number still."""
    record(store, item(1), item(2), item(3))
    put(store, i1=1, i2=1, s2=1)
    put(store, i1=3, i2=3, i3=3, s1=3)
    found = [store.archive.story(number) for number in (1, 2, 3)]
    assert [story and (story.id, len(story.items)) for story in found] == [(3, 3)] * 3
    with store.transaction():
        assert store.fresh_story() == 4
    assert store.archive.story(4) is None


def test_an_imported_line_is_printed_with_the_story_that_it_first_finds(store: Writer, tmp_path: Path) -> None:
    """What a closed edition took in before it was grouped is printed there with its story, once and for all."""
    record(store, item(1), item(2), item(3))
    change(tmp_path, f"INSERT INTO editions (date, closes) VALUES ('{TODAY}', '{text.instant(CLOSE)}')")
    change(tmp_path, f"UPDATE items SET edition = '{TODAY}', printed = story, place = nullif(id, 1)")
    with store.transaction():
        assigned = Assignment(story_of={2: 1, 3: 1}, aliases={2: 1, 3: 1})
        assert store.move(assigned, {2: 2, 3: 3}, new={2}) == 2
    assert rows(tmp_path, "SELECT story, printed FROM items") == [(1, 1), (1, 1), (1, 3)]


def head(store: Writer, *, new: Iterable[int] = (), **affairs: int) -> bool:
    """Put items, named i1, i2 …, under headings, and five others under none; tell whether a revision was counted."""
    before = store.archive.revision()
    with store.transaction():
        store.keep_affairs(range(1, 6), {int(name[1:]): affair for name, affair in affairs.items()}, new={*new})
    return store.archive.revision() > before


def headings(folder: Path) -> list[int | None]:
    """Give the affairs of all items, in the order of their ids."""
    return [row[0] for row in rows(folder, "SELECT affair FROM items ORDER BY id")]


def test_headings_are_of_what_is_open(store: Writer, clock: Clock, tmp_path: Path) -> None:
    """An open item has the affair that it belongs to now, a closed one that which it had; only a change counts."""
    record(store, item(1), item(2), item(3))
    assert head(store, i1=1, i2=1)
    assert not head(store, i1=1, i2=1)
    close(store)
    clock.now = CLOSE + timedelta(hours=1)
    record(store, item(1), item(2), item(3), item(4))
    assert head(store, i1=2, i3=2, i4=2)
    assert headings(tmp_path) == [1, 1, None, 2]
    assert head(store)
    assert headings(tmp_path) == [1, 1, None, None]
    assert store.archive.affairs(of=TODAY) == {1: 1, 2: 1}
    assert store.archive.affairs(of=None) == {}


def test_what_is_imported_comes_under_the_headings_of_its_edition(store: Writer, tmp_path: Path) -> None:
    """Lines of a list get headings when lines come into their edition, those that are there; other news gets none."""
    record(store, *map(item, range(1, 6)))
    yesterday = TODAY - timedelta(days=1)
    for day in (TODAY, yesterday):
        change(tmp_path, f"INSERT INTO editions (date, closes) VALUES ('{day}', '{text.instant(CLOSE)}')")
    change(tmp_path, f"UPDATE items SET edition = '{TODAY}', printed = story, place = id")
    change(tmp_path, "UPDATE items SET affair = 7, place = NULL WHERE id = 1")
    change(tmp_path, "UPDATE items SET place = NULL WHERE id = 4")
    change(tmp_path, f"UPDATE items SET edition = '{yesterday}' WHERE id = 5")
    told: dict[str, Any] = dict.fromkeys(("i1", "i2", "i3", "i4", "i5"), 9)
    assert not head(store, **told)
    assert headings(tmp_path) == [7, None, None, None, None]
    assert head(store, new=[3], **told)
    assert headings(tmp_path) == [7, 7, 7, None, None]
    assert not head(store, new=[3], **dict.fromkeys(told, 8))
    assert head(store, new=[5], **told)
    assert headings(tmp_path) == [7, 7, 7, None, 9]


def test_a_story_has_one_heading_though_its_items_had_two(store: Writer, tmp_path: Path) -> None:
    """Where an import has left two numbers in one printed story, the older one counts."""
    record(store, item(1), item(2))
    change(tmp_path, "UPDATE items SET story = 1, affair = id + 3")
    assert store.archive.affairs(of=None) == {1: 4}


def test_closed_items_of_a_story_go_where_it_goes(store: Writer, clock: Clock, tmp_path: Path) -> None:
    """When a story goes into another its closed items do too, and stay printed as they were."""
    record(store, item(1))
    close(store)
    clock.now = CLOSE + timedelta(hours=1)
    record(store, item(1), item(2))
    put(store, i1=2, i2=2, s1=2)
    assert rows(tmp_path, "SELECT story, printed FROM items") == [(2, 1), (2, None)]
    assert [story.id for story in store.archive.stories(of=TODAY)] == [1]
    assert store.archive.printed(2, of=TODAY) == 1
    assert store.archive.printed(2, of=date(2020, 1, 1)) == 2


def test_a_story_is_as_old_as_its_first_item(store: Writer, clock: Clock, tmp_path: Path) -> None:
    """What moves in or out changes when a story was first seen, so that the feed keeps its order."""
    record(store, item(1))
    clock.pass_by(hours=1)
    record(store, item(1), item(2))
    put(store, i1=2, i2=2, s1=2)
    assert rows(tmp_path, "SELECT first_seen FROM stories WHERE id = 2") == [(text.instant(NOON),)]


# --- what was told ---------------------------------------------------------------------------------------------------


def account(lead: int, **changes: Any) -> Account:
    """Build what an edition says."""
    return Account(**{"lead": lead, "headline": f"Headline {lead}", **changes})


def test_accounts_come_back_as_they_were_written(store: Writer) -> None:
    """All that an edition says of its stories is kept, names in any script included."""
    record(store, item(1), item(2))
    full = account(
        2,
        standing=Standing.DEVELOPING,
        rank=1.25,
        day=3,
        last=date(2026, 1, 12),
        was="Früher",
        more=("Zeitung für Überall", "新聞"),
        words=("Bridge",),
        repeats=(1,),
        items=(2, 1),
    )
    close(store, accounts={1: account(1), 2: full})
    assert store.archive.accounts([1, 2, 3], of=TODAY) == {1: account(1), 2: full}
    assert store.archive.accounts([2], of=TODAY) == {2: full}
    assert store.archive.accounts([1, 2], of=date(2020, 1, 1)) == {}


def told_over_days(store: Writer, clock: Clock, *standings: Standing) -> None:
    """Close an edition a day, each with one more item of story 1, and that it said so of it."""
    for number, standing in enumerate(standings, start=1):
        record(store, *(item(each) for each in range(1, number + 1)))
        put(store, **{f"i{number}": 1})
        closes = CLOSE + timedelta(days=number - 1)
        close(store, (closes - timedelta(1)).date(), at=closes, accounts={1: account(number, standing=standing)})
        clock.now = closes + timedelta(hours=1)


N, D, R, M = Standing.NEW, Standing.DEVELOPING, Standing.REPEATED, Standing.MUTED


@pytest.mark.parametrize(
    ("standings", "first", "last", "known"),
    [
        ([N], 14, 14, [1]),
        ([N, D, D], 14, 16, [1, 2, 3]),
        ([N, R], 14, 14, [1, 2]),
        ([M, N, D], 15, 16, [2, 3]),
        ([N, M, R], 14, 14, [1, 3]),
        ([N, D, M], 14, 15, [1, 2]),
    ],
)
def test_what_was_told_is_what_editions_printed(
    standings: list[Standing], first: int, last: int, known: list[int], store: Writer, clock: Clock
) -> None:
    """First and last are editions that printed the story; what was muted is not known to the reader, repeats are."""
    told_over_days(store, clock, *standings)
    found = store.archive.told([1], before=None)[1]
    assert (found.first.day, found.last.day) == (first, last)
    assert [one.id for one in found.items] == known
    assert found.headline == f"Headline {last - 13}"


def test_what_was_never_printed_was_not_told(store: Writer, clock: Clock) -> None:
    """Of a story that was always muted, or is in no closed edition, nothing was told; nor before its first day."""
    told_over_days(store, clock, M, M)
    assert store.archive.told([1, 77], before=None) == {}
    record(store, item(8))
    assert store.archive.told([3], before=None) == {}


def test_only_editions_before_a_date_have_told_before_it(store: Writer, clock: Clock) -> None:
    """Seen from an edition, it and the later ones have told nothing yet."""
    told_over_days(store, clock, N, D)
    assert store.archive.told([1], before=TODAY) == {}
    assert store.archive.told([1], before=TODAY + timedelta(1))[1].last == TODAY


# --- search ----------------------------------------------------------------------------------------------------------


def test_words_are_searched_as_they_are_written(store: Writer) -> None:
    """Signs that SQL gives a meaning have none, earlier headlines count, and the newest story comes first."""
    record(store, item(1, title="Prices rise by 100% in a_year"), item(2, title="Prices rise by 1000 in abyear"))
    record(store, item(1, title="Something else by now"), item(2))
    assert store.archive.search("100%") == [1]
    assert store.archive.search("A_YEAR") == [1]
    assert store.archive.search("else") == [1]
    assert store.archive.search("prices") == [2, 1]
    assert store.archive.search("\\") == []


def test_words_are_searched_as_identity_folds_them(store: Writer) -> None:
    """Apostrophes, accents and points make no difference; of what is folded, words are whole."""
    record(
        store,
        item(1, title="Here’s what the café owners’ U.S. lawyers don’t"),
        item(2, title="Heresy in the town hall"),
    )
    for words in (
        "heres what",
        "here's",
        "Here‘s what the CAFE owners",
        "here’s café",
        "US lawyers",
        "owners u.s.",
        "lawyers dont",
    ):
        assert store.archive.search(words) == [1], words
    assert store.archive.search("heres") == [2, 1]
    assert store.archive.search("owner's in") == []
    assert store.archive.search("'") == store.archive.search(" ") == []


@pytest.mark.parametrize(
    "link",
    [
        "news.example/politics/1",
        "//www.news.example/politics/1/",
        "http://news.example/politics/1",
        "HTTPS://WWW.News.Example/politics/1?utm_source=x#top",
        " news.example/politics/1?fbclid=2\n",
        "m.news.example/politics/1",
    ],
)
def test_a_link_is_found_however_it_is_written(link: str, store: Writer) -> None:
    """Scheme, site for telephones and tracking make no difference, and the scheme may be missing."""
    record(store, item(1, link="https://news.example/politics/1"), item(2, link="https://news.example/politics/2"))
    assert store.archive.find(link) == [1]


# --- from the version before -----------------------------------------------------------------------------------------


def test_a_store_of_version_two_keeps_its_stories_and_editions(tmp_path: Path) -> None:
    """Made by the migrations of the version before: closed editions print what they printed, and news are grouped."""
    db = Database(tmp_path / FILE_NAME)
    schema.migrations.apply(db, stop_before="m03_stories")
    insert(
        db, "feeds", [{"id": n, "url": feed.url, "name": feed.name, "every": 60} for n, feed in ((1, HERE), (2, THERE))]
    )
    insert(db, "stories", [{"id": n, "first_seen": text.instant(NOON)} for n in (1, 2, 3, 4)])
    insert(db, "editions", [{"date": "2026-01-13", "closes": text.instant(NOON - timedelta(hours=12))}])
    titles = [
        "Ferry Lena aground off Skerry",
        "Skerry ferry Lena aground in fog",
        "Mayor resigns",
        "Lena ferry off Skerry",
    ]
    for number, title in enumerate(titles, start=1):
        seen = text.instant(NOON - timedelta(hours=20 - number))
        empty = dict.fromkeys(("summary", "content", "author", "language", "category"), "")
        row = {"id": number, "story": number, "title": title, "source": "Here", "feed": 1 + number % 2, "time": seen}
        edition = "2026-01-13" if number < 4 else None
        insert(db, "items", [{**row, **empty, "first_seen": seen, "edition": edition, "shown": 1}])
    db.close()
    config = Config(path=tmp_path / "feeds.yaml", feeds=(HERE, THERE), storage=tmp_path)
    with Writer(tmp_path, who="a test", clock=Clock()) as store:
        before = [(story.id, [one.id for one in story.items]) for story in store.archive.stories(of=date(2026, 1, 13))]
        assert before == [(1, [1]), (2, [2]), (3, [3])]
        store.configure(config.feeds)
        pipeline.close_due(store, config)
        ferry = {row[0] for row in rows(tmp_path, "SELECT story FROM items WHERE id != 3")}
        assert len(ferry) == 1
        assert [
            (story.id, [one.id for one in story.items]) for story in store.archive.stories(of=date(2026, 1, 13))
        ] == before
        told = store.archive.told([*ferry], before=None)[ferry.pop()]
        assert (told.first, [one.id for one in told.items]) == (date(2026, 1, 13), [1, 2])
        with store.transaction():
            assert grouping.regroup(store, config) == 0


def insert(db: Database, table: str, found: list[dict[str, Any]]) -> None:
    """Put rows into a table."""
    for row in found:
        names, places = ", ".join(row), ", ".join("?" * len(row))
        db.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", list(row.values()))
