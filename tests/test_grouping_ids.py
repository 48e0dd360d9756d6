"""A story's id lasts: whatever comes in, merges, splits, is ruled on or grows old, ids keep their meaning."""

from __future__ import annotations

import random
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from aggregator import grouping
from tests.newsroom import Newsroom, item

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


@settings(max_examples=15, phases=[Phase.generate])  # a history of forty polls takes minutes to cut down
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
