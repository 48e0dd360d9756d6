"""A story's id lasts: whatever comes in, merges, splits, is ruled on or grows old, ids keep their meaning.

So do the entries of the outgoing feed, which go by them: each article is announced, and none twice.
"""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator import grouping, publishing
from tests.newsroom import FERRY, OWL, Newsroom, first_day, item

_WORDS = "ferry aground harbour fog Lena Skerry owner minister vote budget owl tower".split()


class Drawn:
    """A newsroom in which things happen by chance."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.room, self.chance = Newsroom(folder), chance
        self.told = [self._item(number) for number in range(30)]
        self.number = 0

    def _item(self, number: int) -> tuple[str, str]:
        return " ".join(self.chance.sample(_WORDS, 5)), self.chance.choice(("Courier", "Reader", "Gazette"))

    def go_on(self) -> None:
        """Let an outlet tell something, new or anew, or have the user say something of two articles; time passes."""
        kind, (title, outlet) = self.chance.random(), self.told[self.number % len(self.told)]
        number = self.number if kind < 0.7 or not self.number else self.chance.randrange(self.number)
        told = item(title, outlet, guid=str(number), link=f"https://news.example/{number}")
        if kind < 0.9:
            self.room.hear(outlet, replace(told, published=self.room.clock.now))
            self.number += 1
        else:
            other = f"https://news.example/{self.chance.randrange(self.number + 1)}"
            self.room.rule(self.chance.choice(("join", "never")), told.link or "", other)
        self.room.clock.pass_by(hours=self.chance.choice((1, 1, 6, 20, 40)))

    def stories(self) -> dict[int, int]:
        """Give the story of each item."""
        return dict(self.room.rows("SELECT id, story FROM items"))

    def frozen(self) -> set[int]:
        """Give the items that no story may be made of now."""
        archive = self.room.store.archive
        ruled = grouping._ruled(grouping.obeying(archive, self.room.config))
        return {*self.stories()} - {one.id for one in archive.candidates(window=grouping.WINDOW, ruled=ruled)}


@settings(max_examples=8, phases=[Phase.generate])  # a history of forty polls takes minutes to cut down
@given(chance=st.randoms(use_true_random=False))
def test_what_is_frozen_stays_and_every_id_leads_somewhere(chance: random.Random) -> None:
    """No item outside the window changes its story but by a ruling; no alias leads to an alias, and each to items."""
    given_out = set[int]()
    with tempfile.TemporaryDirectory() as folder:
        drawn = Drawn(Path(folder), chance)
        for _ in range(40):
            drawn.go_on()
            before, frozen = drawn.stories(), drawn.frozen()
            drawn.room.close()
            after = drawn.stories()
            assert {one: after[one] for one in frozen} == {one: before[one] for one in frozen}
            given_out |= {*after.values()}
            aliases = dict(drawn.room.rows("SELECT id, alias_of FROM stories WHERE alias_of IS NOT NULL"))
            assert not {*aliases.values()} & {*aliases}
            assert not {*after.values()} & {*aliases}
            assert all(drawn.room.store.archive.story(story) for story in given_out)
        drawn.room.end()


def links(room: Newsroom) -> Iterator[tuple[str, str]]:
    """Give where the pages' "told before" leads: a page, and a story on it."""
    for page in room.files().values():
        yield from re.findall(r'href="([\d-]+\.html)#(story-\d+)"', page.decode())


@settings(max_examples=4, phases=[Phase.generate])
@given(chance=st.randoms(use_true_random=False))
def test_told_before_leads_to_where_it_was_told(chance: random.Random) -> None:
    """However stories are merged and split meanwhile, each link to an edition before finds its story on that page."""
    with tempfile.TemporaryDirectory() as folder:
        drawn = Drawn(Path(folder), chance)
        for _ in range(40):
            drawn.go_on()
            entries(drawn.room)
            assert [story for page, story in links(drawn.room) if f'id="{story}"' not in drawn.room.page(page)] == []
        drawn.room.end()


def test_told_before_leads_to_a_story_that_was_another_then(room: Newsroom) -> None:
    """What was printed under one number and belongs to another story today is linked by the number on that page."""
    first_day(room)
    owl, chicks = room.story_of(OWL), "Museum clock tower owl: rare chicks hatch"
    room.pass_by(hours=24)
    room.rule("join", f"{FERRY[0]} - Courier", f"{OWL} - Reader")
    room.close()
    room.rule("split", f"{FERRY[1]} - Reader")
    room.rule("split", f"{FERRY[0]} - Courier")
    room.tell("Gazette", chicks, "Bell tolls over the old town")
    room.pass_by(hours=1)
    assert room.story_of(chicks) != owl
    assert {*links(room)} == {("2026-01-14.html", f"story-{owl}")}
    room.pass_by(hours=24)
    room.raze()
    room.publish()
    assert {*links(room)} == {("2026-01-14.html", f"story-{owl}")}


def written_anew(room: Newsroom, folder: Path) -> dict[str, bytes]:
    """Give the files of a site that is written from the store where none was."""
    publishing.publish(room.store.archive, replace(room.config, storage=folder), site_url=None)
    return {path.name: path.read_bytes() for path in (folder / "site").iterdir()}


@settings(max_examples=4, phases=[Phase.generate])
@given(chance=st.randoms(use_true_random=False))
def test_pages_are_what_they_would_be_if_written_anew(chance: random.Random) -> None:
    """Whatever changes, also word counts that move no article, the site is what the store gives in an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        drawn = Drawn(Path(folder), chance)
        for step in range(25):
            drawn.go_on()
            entries(drawn.room)
            assert written_anew(drawn.room, Path(folder) / str(step)) == drawn.room.files()
        drawn.room.end()


# --- the outgoing feed -----------------------------------------------------------------------------------------------


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    """Open a newsroom of three outlets on the morning of 14 January 2026."""
    room = Newsroom(tmp_path)
    yield room
    room.end()


def entries(room: Newsroom) -> dict[str, str]:
    """Publish, and give the headlines of the outgoing feed by their guids."""
    room.close()
    room.publish()
    return {entry.id: entry.title for entry in feedparser.parse(room.page("feed.xml")).entries}


def test_what_is_split_off_is_not_announced_again(room: Newsroom) -> None:
    """A report that leaves its story is no new entry, after a restart neither; one that joins it there is."""
    first_day(room)
    before = entries(room)
    room.rule("split", f"{FERRY[0]} - Courier")
    room.restart()
    assert room.story_of(FERRY[0]) == room.story_of(FERRY[1])  # not yet
    after = entries(room)
    assert room.story_of(FERRY[0]) != room.story_of(FERRY[1])
    assert after.keys() == before.keys()
    room.clock.pass_by(minutes=1)
    room.tell("Courier", "Bell tolls over the old town")
    room.clock.pass_by(minutes=1)
    room.tell("Gazette", FERRY[2])
    joined = entries(room)
    assert room.story_of(FERRY[1]) == room.story_of(FERRY[2])
    assert room.store.archive.announcing(limit=1) == [room.story_of(FERRY[2])]  # by what is new in it
    assert len(joined) == len(before) + 2
    assert before.keys() < joined.keys()
    assert entries(room) == joined


def test_what_is_split_before_it_was_announced_is_announced(room: Newsroom) -> None:
    """Reports that never stood in a feed, since nothing was published or their story was muted, are announced."""
    first_day(room)
    room.close()
    room.rule("split", f"{FERRY[0]} - Courier")
    assert {*FERRY[:2], OWL} < {*entries(room).values()}


def test_what_merges_is_not_announced_again(room: Newsroom) -> None:
    """Of two entries whose stories become one the older stays; when they part again there is no third."""
    first_day(room)
    before = entries(room)
    assert len(before) == 3
    room.rule("join", f"{FERRY[0]} - Courier", f"{OWL} - Reader")
    merged = entries(room)
    assert len(merged) == 2
    room.config = replace(room.config, rulings=())
    assert entries(room).keys() == merged.keys()
    assert merged.keys() < before.keys()


@pytest.mark.parametrize("hours", [1, 24])
def test_an_article_that_is_rewritten_alone_is_not_told_again(hours: int, room: Newsroom) -> None:
    """Under another guid, link and date it is another item, for it may be the next of a column; no page repeats it."""
    told = item(FERRY[0], published=room.clock.now, summary="Nobody on board was hurt, the owners say.")
    room.hear("Courier", told)
    room.tell("Reader", OWL)
    before = entries(room)
    room.pass_by(hours=hours)
    room.documents["Courier"] = {}
    anew = replace(told, guid="anew", link="https://courier.example/anew", published=room.clock.now)
    room.hear("Courier", anew)
    assert entries(room) == before
    assert room.rows(f"SELECT count(*) FROM items WHERE title = '{FERRY[0]}'") == [(2,)]
    pages = sorted(name for name in room.files() if name.startswith("2026") and name.endswith(".html"))
    assert [room.page(name).count(FERRY[0]) for name in pages] == [1, 0][: len(pages)]
    assert sorted(room.standings().values()) == ["new", "new", *["repeated"] * (hours > 12)]


@settings(max_examples=4, phases=[Phase.generate])
@given(chance=st.randoms(use_true_random=False))
def test_everything_is_announced_and_nothing_twice(chance: random.Random) -> None:
    """Whatever happens, an entry is new only where it holds an article that no entry has held, and all are in one."""
    heard, known = set[int](), set[str]()
    with tempfile.TemporaryDirectory() as folder:
        drawn = Drawn(Path(folder), chance)
        for _ in range(30):
            drawn.go_on()
            if chance.random() < 0.3:
                drawn.room.close()  # and the program is ended before it publishes
                continue
            found = entries(drawn.room)
            held = {story.guid: {one.id for one in story.items} for story in drawn.room.store.archive.newest(limit=200)}
            assert held.keys() == found.keys()
            for guid in held.keys() - known:
                assert held[guid] - heard
            known |= held.keys()
            heard = heard.union(*held.values())
            assert heard == {*drawn.stories()}
        drawn.room.end()
