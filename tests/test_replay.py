"""Thirty days of a newsroom, replayed: events that go on for days, copies, corrections, a clock change, an absence."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from aggregator.core.model import Item
from tests.newsroom import Newsroom, item

OUTLETS = ("Courier", "Reader", "Gazette", "Post", "Herald", "Echo")
#: London puts its clocks back on 25 October 2026.
FIRST = datetime(2026, 10, 12, tzinfo=UTC)
DAYS = 30
#: Days on which nobody runs the program, though the outlets go on.
ABSENT = (9, 10)
#: On this day the clock is fourteen hours slow for a while: back before the last close.
SLOW = 17
#: On this day an outlet gives all its entries new guids, and on the next one new dates.
REWRITTEN = 20
_SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo yu za".split()


@dataclass(slots=True)
class Event:
    """Something that happens, and in which words it is told."""

    first: int  #: the day on which it begins
    days: int
    words: tuple[str, ...]

    def headline(self, chance: random.Random) -> str:
        """Tell it in some of its words, and one or two that only this report has."""
        return " ".join([*chance.sample(self.words, 4), word(chance)]).capitalize()


def word(chance: random.Random) -> str:
    """Make up a word."""
    return "".join(chance.choices(_SYLLABLES, k=4))


@dataclass(slots=True)
class World:
    """What happens in thirty days, the same every time, and which outlet tells it when."""

    chance: random.Random = field(default_factory=lambda: random.Random(2026))
    events: list[Event] = field(default_factory=list)
    told: dict[str, list[Item]] = field(default_factory=lambda: defaultdict(list))
    last: dict[int, str] = field(default_factory=dict)  #: the last headline of each event

    def go_on(self, day: int, hour: int, now: datetime) -> None:
        """Let events begin and be told."""
        if hour == 7:
            words = tuple(word(self.chance) for _ in range(6))
            self.events += [Event(first=day, days=self.chance.choice([1, 1, 2, 4]), words=words)]
            self.events += [Event(first=day, days=1, words=tuple(word(self.chance) for _ in range(6)))]
        for number, event in enumerate(self.events):
            if event.first <= day < event.first + event.days:
                self._tell(number, event, now)
            elif day == event.first + event.days and hour == 12 and number in self.last and self.chance.random() < 0.5:
                self._add(self.chance.choice(OUTLETS), self.last[number], now)  # it is over, and somebody is late

    def _tell(self, number: int, event: Event, now: datetime) -> None:
        kind = self.chance.random()
        outlets = self.chance.sample(OUTLETS, 3)
        if kind < 0.2:  # three carry what an agency wrote
            title = event.headline(self.chance)
            for outlet in outlets:
                self._add(outlet, title, now, author="AP")
            self.last[number] = title
        elif kind < 0.35 and number in self.last:  # one more prints what another had, perhaps yesterday
            self._add(outlets[0], self.last[number], now)
        elif kind < 0.75:
            self.last[number] = event.headline(self.chance)
            self._add(outlets[0], self.last[number], now)

    def _add(self, outlet: str, title: str, now: datetime, **more: str) -> None:
        number = len(self.told[outlet])
        link = f"https://{outlet.casefold()}.example/{number}"
        self.told[outlet].append(item(title, outlet, guid=f"{number}", link=link, published=now, **more))

    def correct(self, now: datetime) -> None:
        """Have the outlets that have just told something tell it in other words."""
        for told in self.told.values():
            if told and told[-1].published == now:
                told[-1] = replace(told[-1], title=f"{told[-1].title} {word(self.chance)}")

    def rewrite(self, outlet: str) -> None:
        """Have an outlet give all its entries new guids."""
        self.told[outlet] = [replace(one, guid=f"new-{one.guid}") for one in self.told[outlet]]

    def redate(self, outlet: str, now: datetime) -> None:
        """Have an outlet date everything anew."""
        self.told[outlet] = [replace(one, published=now) for one in self.told[outlet]]


@dataclass(slots=True)
class Diary:
    """What was seen on the way."""

    world: World
    pages: dict[str, bytes] = field(default_factory=dict)  #: of closed editions, as first written
    ids: list[dict[int, set[int]]] = field(default_factory=list)  #: the items of each story, day by day
    exported: list[dict[str, Any]] = field(default_factory=list)  #: at the end, with reasons


def ticks() -> Iterator[tuple[int, int, datetime]]:
    """Give the moments at which outlets tell something: day, hour and time."""
    for day in range(DAYS):
        for hour in (7, 12, 17, 22):
            yield day, hour, FIRST + timedelta(days=day, hours=hour)


def played(room: Newsroom) -> Diary:
    """Play the thirty days."""
    diary = Diary(world=World())
    world = diary.world
    for day, hour, now in ticks():
        world.go_on(day, hour, now)
        if day in ABSENT:
            continue
        room.clock.now = now - timedelta(hours=14) if (day, hour) in ((SLOW, 12), (SLOW, 17)) else now
        if day == REWRITTEN and hour == 12:
            world.rewrite("Reader")
        if day == REWRITTEN + 1 and hour == 12:
            world.redate("Gazette", now)
        for outlet in OUTLETS:
            room.documents[outlet] = {}
            room.hear(outlet, *reversed(world.told[outlet][-12:]))
        room.close()
        if hour == 7:
            world.correct(now)
        if hour == 7 and day % 2:
            _look(room, diary)
        if hour == 17 and day % 7 == 3:
            room.restart()
    room.clock.pass_by(days=2)
    room.close()
    _look(room, diary)
    diary.exported = room.exported(why=True)
    return diary


def _look(room: Newsroom, diary: Diary) -> None:
    room.publish()
    closed = {str(one.date) for one in room.store.archive.closed()}
    for name, content in room.files().items():
        if name[:10] in closed:
            diary.pages.setdefault(name, content)
    together: dict[int, set[int]] = defaultdict(set)
    for one, story in room.rows("SELECT id, story FROM items"):
        together[story].add(one)
    diary.ids.append(together)


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Newsroom, Diary]]:
    """Play the month once for all that is asked of it."""
    room = Newsroom(tmp_path_factory.mktemp("replay"), *OUTLETS, at=FIRST)
    yield room, played(room)
    room.end()


Replay = tuple[Newsroom, Diary]


def test_the_month_was_worth_replaying(replay: Replay) -> None:
    """There was all that the other tests are about: copies, stories of many days, repeats, one edition a day."""
    room, diary = replay
    standings = Counter(story["why"]["standing"] for one in diary.exported for story in one["stories"])
    assert standings["new"] > 50
    assert standings["developing"] > 10
    assert standings["repeated"] > 2
    dates = [one["edition"] for one in diary.exported]
    assert len(dates) == len(set(dates)) == DAYS - len(ABSENT)
    assert len(room.stories()) < room.rows("SELECT count(*) FROM items")[0][0] / 2


def test_every_article_is_in_exactly_one_edition(replay: Replay) -> None:
    """Whatever was missed, restarted, re-dated, given new guids or seen by a slow clock: each once, none lost."""
    room, diary = replay
    items = [one["id"] for edition in diary.exported for story in edition["stories"] for one in story["items"]]
    assert len(items) == len(set(items)) == room.rows("SELECT count(*) FROM items")[0][0]
    links = room.rows("SELECT link, count(*) FROM items GROUP BY link HAVING count(*) > 1")
    assert links == []
    assert len(items) == sum(len(told) for told in diary.world.told.values())


def test_the_editions_are_those_of_london(replay: Replay) -> None:
    """Each article is in the edition of the local day on which it was seen, also when the clocks go back."""
    room, _ = replay
    for seen, edition in room.rows("SELECT first_seen, edition FROM items"):
        local = datetime.fromisoformat(seen).astimezone(room.config.timezone)
        assert local.date().isoformat() == edition


def test_no_story_is_printed_as_new_twice(replay: Replay) -> None:
    """Under one id a story is new once, in the first edition that has it; else it took over what one had told."""
    room, _ = replay
    first: dict[int, str] = {}
    oldest = dict(room.rows("SELECT story, min(edition) FROM items GROUP BY story"))
    now = dict(room.rows("SELECT id, coalesce(alias_of, id) FROM stories"))
    for edition, story, standing in room.rows("SELECT edition, story, standing FROM accounts ORDER BY edition"):
        if standing == "new":
            assert story not in first, (edition, story)
        else:
            assert story in first or oldest[now[story]] < edition, (edition, story)
        first.setdefault(story, edition)
    assert len(first) > 50


def test_nothing_is_printed_twice_unchanged(replay: Replay) -> None:
    """No headline that an edition printed is printed by a later one in the same story."""
    room, diary = replay
    printed = set[tuple[int, str]]()
    for edition in reversed(diary.exported):
        today = set[tuple[int, str]]()
        for story in edition["stories"]:
            if story["why"]["standing"] in ("new", "developing"):
                ids = [one["id"] for one in story["items"]]
                now = dict(room.rows(f"SELECT id, story FROM items WHERE id IN ({','.join(map(str, ids))})"))
                told = [one for one in story["items"] if not {one["id"], one["copy_of"]} & {*story["why"]["repeats"]}]
                today |= {(now[one["id"]], one["title"].casefold()) for one in told}
        assert not today & printed, edition["edition"]
        printed |= today


def test_an_id_never_changes_its_meaning(replay: Replay) -> None:
    """An id that was once given leads for ever to the story that has most of what it had."""
    room, diary = replay
    for together in diary.ids:
        for story, items in together.items():
            found = room.store.archive.story(story)
            assert found is not None
            assert len(items & {one.id for one in found.items}) * 2 >= len(items)
    aliases = dict(room.rows("SELECT id, alias_of FROM stories WHERE alias_of IS NOT NULL"))
    assert aliases
    assert not {*aliases.values()} & {*aliases}
    assert not {story for (story,) in room.rows("SELECT DISTINCT story FROM items")} & {*aliases}


def test_a_closed_page_is_the_same_a_month_later(replay: Replay) -> None:
    """Every closed edition, made anew from the store at the end, is what was written when it had closed."""
    room, diary = replay
    room.raze()
    room.publish()
    files = room.files()
    assert len(diary.pages) == 2 * (DAYS - len(ABSENT))
    assert {name: files[name] for name in diary.pages} == diary.pages
