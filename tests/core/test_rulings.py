"""What the user's rulings come to: later ones win, and what is not in the store rules nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import rulings
from aggregator.core.model import Ruling, RulingKind, Rulings

FOUND = {"a": [1], "b": [2], "c": [3], "ab": [1, 2], "gone": []}


def rule(kind: str, *articles: str) -> Ruling:
    """Write a ruling."""
    return Ruling(kind=RulingKind(kind), articles=articles)


def obeyed(*rules: Ruling) -> Rulings:
    """Give what rulings come to in a store of three articles."""
    return rulings.obeyed(rules, FOUND)


def test_each_kind_says_what_it_says() -> None:
    """Join puts together, never keeps apart pair by pair, split sets alone, mute moves nothing."""
    assert obeyed(rule("join", "a", "b", "c")) == Rulings(joined=(frozenset({1, 2, 3}),))
    pairs = frozenset({frozenset({1, 2}), frozenset({1, 3}), frozenset({2, 3})})
    assert obeyed(rule("never", "a", "b", "c")) == Rulings(apart=pairs)
    assert obeyed(rule("split", "a")) == Rulings(alone=frozenset({1}))
    assert obeyed(rule("mute", "a")) == Rulings()
    assert rulings.muted([rule("mute", "ab"), rule("mute", "gone"), rule("split", "c")], FOUND) == {1, 2}


@pytest.mark.parametrize(
    ("rules", "result"),
    [
        ([rule("join", "a", "b"), rule("split", "a")], Rulings(alone=frozenset({1}))),
        ([rule("split", "a"), rule("join", "a", "b")], Rulings(joined=(frozenset({1, 2}),))),
        ([rule("join", "a", "b"), rule("never", "a", "b")], Rulings(apart=frozenset({frozenset({1, 2})}))),
        ([rule("never", "a", "b"), rule("join", "a", "b")], Rulings(joined=(frozenset({1, 2}),))),
        (
            [rule("join", "a", "b", "c"), rule("split", "a")],
            Rulings(joined=(frozenset({2, 3}),), alone=frozenset({1})),
        ),
        (
            [rule("never", "a", "b", "c"), rule("join", "a", "b")],
            Rulings(joined=(frozenset({1, 2}),), apart=frozenset({frozenset({1, 3}), frozenset({2, 3})})),
        ),
        ([rule("split", "a"), rule("split", "b"), rule("join", "a", "b")], Rulings(joined=(frozenset({1, 2}),))),
    ],
)
def test_later_rulings_win(rules: Sequence[Ruling], result: Rulings) -> None:
    """Where two rulings contradict each other the later one holds, as far as the contradiction goes."""
    assert obeyed(*rules) == result


def test_never_takes_only_the_later_named_out_of_what_was_joined() -> None:
    """Of three that were joined and two that are kept apart, the third stays with the first of the two."""
    result = obeyed(rule("join", "a", "b", "c"), rule("never", "b", "a"))
    assert result == Rulings(joined=(frozenset({2, 3}),), apart=frozenset({frozenset({1, 2})}))


def test_joins_that_share_an_article_are_one() -> None:
    """What is joined by way of a third article can be kept apart later, and joined over an earlier ban."""
    chain = [rule("join", "a", "c"), rule("join", "b", "c")]
    assert obeyed(*chain).joined == (frozenset({1, 2, 3}),)
    assert obeyed(*chain, rule("never", "a", "b")).joined == (frozenset({1, 3}),)
    assert obeyed(rule("never", "a", "b"), *chain).apart == frozenset()


def test_what_is_not_in_the_store_rules_nothing() -> None:
    """Articles that the store does not hold are as if they were not named."""
    rules = [rule("join", "a", "gone"), rule("never", "gone", "b"), rule("split", "gone"), rule("mute", "unheard of")]
    assert obeyed(*rules) == Rulings()
    assert rulings.muted(rules, FOUND) == frozenset()


def test_one_name_of_two_articles_keeps_them_together_or_not_but_never_apart() -> None:
    """Where a name means two items, never keeps the others from both, and does not part the two."""
    assert obeyed(rule("never", "ab", "c")).apart == {frozenset({1, 3}), frozenset({2, 3})}
    assert obeyed(rule("never", "ab", "a")).apart == {frozenset({1, 2})}
    assert obeyed(rule("join", "ab", "gone")).joined == (frozenset({1, 2}),)


_RULES = st.lists(
    st.builds(rule, st.sampled_from([*RulingKind]), st.sampled_from("abc"), st.sampled_from("abc")), max_size=6
)


@given(rules=_RULES, last=st.sampled_from(["join", "never", "split"]))
def test_the_last_word_is_obeyed_whole(rules: list[Ruling], last: str) -> None:
    """Whatever was said before, the last ruling holds for both its articles, and nothing contradicts it."""
    result = obeyed(*rules, rule(last, "a", "b"))
    joined = [one for one in result.joined if {1, 2} <= one]
    if last == "join":
        assert joined
        assert not result.alone & {1, 2}
        assert frozenset({1, 2}) not in result.apart
    elif last == "never":
        assert not joined
        assert frozenset({1, 2}) in result.apart
    else:
        assert {1, 2} <= result.alone
        assert not any(one & {1, 2} for one in result.joined)
