"""Ties: kept in a few bytes, and the same when they are asked for."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.core.group.ties import Ties
from aggregator.core.model import Tie

SCORES = st.integers(0, 10_000).map(lambda whole: round(whole / 10_000, 4))


@example({(7, 3): 0.5, (7, 8): 1.0, (9, 7): 0.0, (7, 2**17 + 7): 0.25, (1, 7): 0.1, (7, 2**40): 0.3})
@given(st.dictionaries(st.tuples(st.integers(1, 2**40), st.integers(1, 2**40)), SCORES, max_size=9))
def test_ties_are_known_from_both_ends(scores: dict[tuple[int, int], float]) -> None:
    """Each of two items knows the other and the very score; who has no tie knows nobody."""
    ties = Ties()
    for (one, other), score in scores.items():
        ties.add(Tie(item=one, other=other, score=score))
    for (one, other), score in scores.items():
        assert (other, score) in ties.of(one)
        assert (one, score) in ties.of(other)
    assert sum(len([*ties.of(item)]) for item in {end for pair in scores for end in pair}) == 2 * len(scores)
    assert list(ties.of(0)) == []
