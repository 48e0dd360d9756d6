"""Headlines compared letter by letter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import likeness, titles

TITLES = st.text("abc 12", max_size=20)


@pytest.mark.parametrize(
    ("one", "other", "copy"),
    [
        ("Storm reaches the northern coast, 12 hurt", "Storm reaches northern coast; 12 hurt", True),
        ("Heres how the ferry sank off Port Kelling", "Here’s how the ferry sank off Port Kelling", True),
        ("Storm reaches the northern coast, 12 hurt", "Storm reaches the northern coast, 14 hurt", False),
        ("Storm reaches the northern coast", "Ferry sinks off Port Kelling", False),
        ("Minister resigns", "Minister resigns over ferry contract after long night of talks", False),
        ("", "", False),
    ],
)
def test_copies(one: str, other: str, copy: bool) -> None:
    """A retitling is a copy; another figure makes it an update, other words another text, and nothing is no copy."""
    assert likeness.is_copy(titles.plain(one), titles.plain(other)) is copy


@pytest.mark.parametrize(
    ("one", "other", "form"),
    [
        ("jpmorgan q4 earnings snapshot", "delta q4 earnings snapshot", True),
        ("how to watch chelsea against leeds online", "how to watch real betis online", True),
        ("minister resigns over ferry contract", "minister resigned over ferry contract", False),  # the same told anew
        ("storm reaches the northern coast", "storm reaches northern coast", False),
        ("ferry aground in fog", "ferry aground in fog", False),
        ("", "ferry", False),
        ("storm hits ferry port", "gale hits ferry dock", False),  # two places
    ],
)
def test_forms(one: str, other: str, form: bool) -> None:
    """What is filled in has nothing in common with what was filled in before; what is left out or inflected has."""
    assert likeness.is_form(one, other) is likeness.is_form(other, one) is form


def test_numbers_are_digits_and_words_that_count() -> None:
    """Figures, number words, Roman numerals and weekdays are told apart, as they are written."""
    assert likeness.numbers("part iii of the two 12 on friday") == {"iii", "two", "12", "friday"}
    assert likeness.numbers("i met one of xi s men at first") == frozenset()


def test_an_update_is_alike_though_no_copy() -> None:
    """Of the same text with another figure most letters agree: the same event, told with what became known since."""
    one, other = (likeness.grams(f"storm on the northern coast leaves {number} hurt") for number in (12, 145))
    assert likeness.UPDATE <= likeness.jaccard(one, other) < 1


@given(TITLES, TITLES)
def test_likeness_is_a_share(one: str, other: str) -> None:
    """Likeness lies between 0 and 1, is the same from both sides, and is 1 for what has the same letters."""
    alike = likeness.jaccard(likeness.grams(one), likeness.grams(other))
    assert 0 <= alike <= 1
    assert alike == likeness.jaccard(likeness.grams(other), likeness.grams(one))
    assert likeness.jaccard(likeness.grams(one), likeness.grams(one)) == (1 if one else 0)


def test_numbers() -> None:
    """Numbers are told whole, each once."""
    assert likeness.numbers("12 of 120 cars and 12 buses in 2026") == {"12", "120", "2026"}
