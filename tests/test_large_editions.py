"""Editions of tens of thousands of stories: never held as a whole, and told as small ones are."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from aggregator import editions, publishing
from aggregator.core import edition
from aggregator.core.model import Stored
from aggregator.core.model import publishing as model
from aggregator.edges.store import items as stored_items
from tests.newsroom import BUDGET, FERRY, OWL, Newsroom, first_day, item

#: Stories of the large edition, and how many are fetched at a time.
STORIES, SLICE = 1200, 50
#: What may be held at a time besides: the newest stories, for the feed; what a page tells in full, and what is printed.
BESIDE = 200 + 100 + 2 * SLICE


@dataclass
class Meter:
    """Counts the items that are held whenever some have been read."""

    read: Callable[[Database, Sequence[Any]], list[Stored]]
    before: int = 0  #: held by others, before anything was read
    most: int = 0
    calls: list[int] = field(default_factory=list)

    def __call__(self, db: Database, rows: Sequence[Any]) -> list[Stored]:
        """Read items, and count those there are."""
        found = self.read(db, rows)
        self.calls.append(len(found))
        self.most = max(self.most, _alive() - self.before)
        return found


def _alive() -> int:
    return sum(type(one) is Stored for one in gc.get_objects())


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    """Give an installation."""
    made = Newsroom(tmp_path)
    yield made
    made.end()


@pytest.fixture
def meter(monkeypatch: pytest.MonkeyPatch) -> Meter:
    """Watch what is read of stories, of which few are fetched at a time and none held."""
    gc.collect()
    made = Meter(stored_items.of_rows, before=_alive())
    monkeypatch.setattr(stored_items, "of_rows", made)
    monkeypatch.setattr(model, "_AT_ONCE", SLICE)
    monkeypatch.setattr(editions, "HELD", 0)
    return made


def flood(room: Newsroom) -> None:
    """Have an outlet tell more than any page shows, each of something else."""
    room.hear("Courier", *(item(f"Tale{number} of{number} sea{number}", "Courier") for number in range(STORIES)))


def test_a_large_edition_is_never_held_as_a_whole(room: Newsroom, meter: Meter) -> None:
    """Pages, lists, exports and the close of an edition read its stories some at a time, and let go of them."""
    flood(room)
    room.publish()
    room.clock.pass_by(days=1)
    room.close()
    room.publish()
    assert sum(map(len, publishing.headline_lists(room.store.archive, room.config))) > 20 * STORIES
    told = sum(len(list(stories)) for _, stories in publishing.exported(room.store.archive, room.config))
    assert told == STORIES
    assert sum(meter.calls) > 4 * STORIES
    assert meter.most <= SLICE + BESIDE
    assert room.rows("SELECT count(*) FROM accounts") == [(STORIES,)]


@pytest.mark.parametrize(("held", "at_once"), [(0, 500), (0, 1), (3, 2)])
def test_a_large_edition_is_told_as_a_small_one(
    held: int, at_once: int, room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However few stories are held or fetched at a time, pages, lists, the feed, exports and accounts are the same."""
    first_day(room)
    room.pass_by(days=1)
    room.tell("Gazette", FERRY[2], BUDGET[0], "Snow closes the pass")
    room.tell("Reader", OWL, "Choir sings at dawn")
    room.publish()
    files, exported = room.files(), room.exported(why=True)
    monkeypatch.setattr(editions, "HELD", held)
    monkeypatch.setattr(model, "_AT_ONCE", at_once)
    room.raze()
    publishing.publish(room.store.archive, room.config, site_url=None)
    assert room.files() == files
    assert room.exported(why=True) == exported
    assert len(files) == 7


def test_what_few_stories_an_edition_has_is_read_once(
    room: Newsroom, meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where all stories can be held, each is read once: for its order if several tell it, else when a page shows it."""
    monkeypatch.setattr(editions, "HELD", 10)
    first_day(room)
    room.close()
    (one,) = editions.every(room.store.archive, room.config)
    digest = editions.digest(room.store.archive, one, config=room.config)
    assert sum(meter.calls) == len(FERRY[:2] + BUDGET)
    assert [story.id for story in digest.stories] == [*digest.stories.ids]
    assert [story.id for story in digest.stories[1:]] == [*digest.stories.ids[1:]]
    assert sum(meter.calls) == len((*FERRY[:2], *BUDGET, OWL))


def test_a_story_of_one_report_has_the_place_that_telling_it_would_give(room: Newsroom) -> None:
    """Whoever carries, lists, weighs or mutes a report, its place is the same as if its story had been laid out."""
    room.change("Gazette", weight=2.5, category="World")
    first_day(room)
    room.hear("Reader", item("Bakery wins a prize", "Reader"), item("Choir sings at dawn", "Elsewhere"))
    room.hear("Gazette", item("Bakery wins a prize", "Reader"), item("Snow closes the pass", "Gazette"))
    room.hear("Courier", item("Tram derails in the old town", author="AP"))
    room.rule("mute", "Snow closes the pass")
    room.close()
    assert _lone(room) == [3]
    room.pass_by(days=1)
    room.tell("Gazette", OWL, "Choir sings at dusk", "Mill burns down")
    room.rule("split", FERRY[1])  # both stay one story where they were printed
    room.close()
    assert _lone(room) == [1, 2]
    room.pass_by(days=1)
    assert _lone(room) == [1, 2]


def _lone(room: Newsroom) -> list[int]:
    """Count the stories of each edition whose place is known without telling them, newest first."""
    found = []
    archive = room.store.archive
    for one in editions.every(archive, room.config):
        as_seen = editions.view(archive, one, config=room.config)
        told = editions.told(archive, as_seen)
        spots = {spot.story: spot for spot in editions.spots(archive, as_seen, told)}
        assert spots == {story.id: edition.spot(story, story.account) for story in told if story.account}
        found.append(len(list(archive.lone(of=as_seen.date, hidden=False))))
    return found
