"""Word statistics: counted, renewed, bounded, stored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.group import statistics
from aggregator.core.model import Statistics, Terms


def told(*words: str) -> Terms:
    """Build the terms of a headline."""
    return Terms(plain=" ".join(words), title=words)


COUNTS = st.dictionaries(st.text("abcdé漢", min_size=1, max_size=4), st.integers(1, 9), max_size=8)
SNAPSHOTS = st.builds(Statistics, reports=st.integers(0, 99), known=COUNTS, recent=st.integers(0, 99), current=COUNTS)


def test_counting() -> None:
    """New reports add to what is known in general; the window is counted anew; a word counts once a report."""
    first = statistics.counted(Statistics(), [told("ferry", "ferry", "sinks")], [told("ferry")])
    second = statistics.counted(first, [told("ferry"), told("storm")], [told("storm"), told("storm", "coast")])
    assert second == Statistics(
        reports=3, known={"ferry": 2, "sinks": 1, "storm": 1}, recent=2, current={"storm": 2, "coast": 1}
    )


def test_rare_words_tell_more() -> None:
    """A word tells the more, the fewer reports have it in general and today; none tells nothing at all."""
    snapshot = Statistics(reports=1000, known={"trump": 500, "ferry": 5}, recent=100, current={"ferry": 60, "trump": 3})
    unknown, ferry, trump = (statistics.weight(word, snapshot) for word in ("kelling", "ferry", "trump"))
    assert unknown > ferry > statistics.LEAST
    assert unknown > trump > statistics.LEAST
    everywhere = Statistics(reports=9, known={"ferry": 9}, recent=900, current={"ferry": 900})
    assert statistics.weight("ferry", everywhere) == pytest.approx(statistics.LEAST, abs=0.1)
    assert statistics.weight("ferry", Statistics()) > 0


def test_a_small_window_is_no_crowd() -> None:
    """Two of the only four reports share a word by no less chance than two of fifty do: it tells nearly as much."""
    few = Statistics(reports=1000, recent=4, current={"ferry": 2})
    assert statistics.weight("ferry", few) > 0.75 * statistics.weight("unknown", few)


def test_the_first_day() -> None:
    """What is shipped knows common words of English news from rare ones, and stays small."""
    cold = statistics.cold()
    assert statistics.weight("trump", cold) < statistics.weight("kelling", cold)
    assert len(statistics.packed(cold)) < 70_000


def test_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the table is full the rarest words leave it, and which of them does not depend on their order."""
    monkeypatch.setattr(statistics, "LARGEST", 2)
    reports = [told("storm", "coast"), told("storm", "ferry"), told("ferry", "zebra")]
    one = statistics.counted(Statistics(), reports, reports)
    assert one.known == one.current == {"storm": 2, "ferry": 2}
    assert statistics.counted(Statistics(), reversed(reports), reversed(reports)) == one


@given(SNAPSHOTS)
def test_snapshots_survive_the_store(snapshot: Statistics) -> None:
    """A snapshot is the same after it was stored, and the same snapshot gives the same bytes."""
    stored = statistics.packed(snapshot)
    assert statistics.unpacked(stored) == snapshot
    turned = Statistics(
        reports=snapshot.reports,
        known=dict(sorted(snapshot.known.items(), reverse=True)),
        recent=snapshot.recent,
        current=dict(sorted(snapshot.current.items(), reverse=True)),
    )
    assert statistics.packed(turned) == stored


def test_what_is_no_snapshot() -> None:
    """Bytes that are no snapshot are refused."""
    with pytest.raises(ValueError, match="not a snapshot"):
        statistics.unpacked(b"nonsense")


def test_frequent_words() -> None:
    """A word is frequent in more than so many reports, in a larger window in more than such a share of them."""
    assert statistics.frequent(Statistics(recent=1000)) == 150
    assert statistics.frequent(Statistics(recent=10_000)) == 500


def test_counts_of_an_earlier_version() -> None:
    """What stands for a meaning counts as often as the stems of its words, and these keep their own counts."""
    before = Statistics(reports=9, known={"di": 2, "kill": 3, "plan": 4, "ferry": 1}, recent=4, current={"kill": 1})
    reworded = statistics.reworded(before)
    assert reworded.known == {**before.known, "DIE": 3, "PLANE": 4}
    assert (reworded.reports, reworded.recent) == (9, 4)
