"""Entries that their feed tells in other words at every poll, through the real store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from aggregator.core import identity
from aggregator.core.model import Item, Verdict
from aggregator.edges.store import Writer
from tests.edges.stores import HERE, NOON, THERE, Clock, contents, held, item, record, rows, state

#: An entry that is told in other words at each poll.
RESTLESS: dict[str, Callable[[int], Item]] = {
    "counting": lambda n: item(1, summary=f"{n} comments"),
    "alternating": lambda n: item(1, title=f"The bridge by {'day' if n % 2 else 'night'}", link=None),
    "retitled": lambda n: item(1, title=f"Council votes on the bridge: {n} for it"),
    "moving": lambda n: item(1, guid=None, link=f"https://news.example/moved/{n}"),
    "nameless": lambda n: item(1, guid=None, link=None, summary=f"{n} comments"),
}


@pytest.mark.parametrize("kind", RESTLESS)
def test_an_entry_that_never_rests_is_left_alone(store: Writer, tmp_path: Path, clock: Clock, kind: str) -> None:
    """After some twenty updates it is no update any more: nothing of it is written, and its headlines are bounded."""
    verdicts = []
    for number in range(60):
        clock.pass_by(hours=1)
        if number == 40:
            before = contents(tmp_path)
        verdicts += [change.verdict for change in record(store, RESTLESS[kind](number))]
    rest = 59 - identity.MOST_EDITS
    assert verdicts == [Verdict.NEW, *[Verdict.EDITED] * identity.MOST_EDITS, *[Verdict.UNCHANGED] * rest]
    after = contents(tmp_path)
    assert {table for table in before if after[table] != before[table]} == {"feeds", "polls"}
    assert len(after["titles"]) <= 1 + identity.MOST_EDITS
    assert len(after["keys"]) <= 5 + 3 * identity.MOST_EDITS


def test_other_entries_of_the_feed_are_told_anew_as_ever(store: Writer) -> None:
    """One restless entry costs the others nothing, nor another feed that tells the same article."""
    for number in range(40):
        record(store, item(1, summary=f"{number} comments"), item(2))
    record(store, item(1, guid="other"), feed=THERE)
    (change,) = record(store, item(1, guid="other", summary="All is said."), feed=THERE)
    assert change.verdict is Verdict.EDITED
    changes = record(store, item(1, summary="40 comments"), item(2, summary="Corrected."))
    assert [one.verdict for one in changes] == [Verdict.UNCHANGED, Verdict.EDITED]


def test_a_feed_whose_guids_never_last_adds_no_keys(store: Writer, tmp_path: Path) -> None:
    """After a few polls its rows stay as they are, but for its own and the records of polls."""
    for number in range(12):
        if number == 6:
            before = contents(tmp_path)
        record(store, *(item(one, guid=f"{number} {one}") for one in range(3)))
    after = contents(tmp_path)
    assert {table for table in before if after[table] != before[table]} == {"polls"}
    assert state(store).unsteady == identity.UNSTEADY
    assert len(rows(tmp_path, "SELECT * FROM keys WHERE key LIKE 'guid %'")) == 3 * (1 + identity.UNSTEADY)


def test_a_nameless_entry_dated_anew_keeps_its_time(store: Writer, clock: Clock) -> None:
    """Told again with the date of each poll for a fortnight: one item, where it was first in time."""
    for _ in range(14):
        record(store, item(1, guid=None, link=None, published=clock.now), feed=HERE)
        clock.pass_by(days=1)
    (one,) = held(store)
    assert (one.published, one.time, one.first_seen) == (NOON, NOON, NOON)
