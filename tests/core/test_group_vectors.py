"""Reports as vectors: what each word adds, and how far common words prove anything."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.group import vectors
from aggregator.core.model import Statistics, Terms

STATISTICS = Statistics(reports=1000, recent=100)
WORDS = st.lists(st.sampled_from("storm ferry coast bridge toll".split()), max_size=8).map(tuple)


def told(title: str, summary: str = "") -> Terms:
    """Build terms of words that are all as rare as each other."""
    return Terms(plain=title, title=tuple(title.split()), summary=tuple(summary.split()))


def certainty(one: Terms, other: Terms) -> float:
    """Say how far what two reports have in common proves the same event."""
    weigher = vectors.Weigher(STATISTICS)
    first, second = weigher.vector(one), weigher.vector(other)
    neighbours = {*vectors.neighbours(first)} & {*vectors.neighbours(second)}
    return vectors.certainty(weigher.shares(weigher.weights(first), second), neighbours)


def test_a_word_of_the_summary_counts_half() -> None:
    """Of two words as rare as each other, the one in the headline weighs twice as much."""
    weigher = vectors.Weigher(STATISTICS)
    ferry, harbour = weigher.weights(weigher.vector(told("ferry", "harbour"))).values()
    assert ferry == pytest.approx(2 * harbour, rel=0.001)


def test_words_are_told_apart_however_many_there_are() -> None:
    """Of a hundred thousand words the last ones are as good as the first, in a report and between two."""
    weigher = vectors.Weigher(STATISTICS)
    many = weigher.vector(told("storm", " ".join(f"w{number}" for number in range(100_000))))
    one = weigher.vector(told("ferry w99998 toll", "storm"))
    other = weigher.vector(told("w99998 coast ferry"))
    assert (len(many.words), len(set(many.words))) == (100_001, 100_001)
    assert {weigher.word(number) for number in weigher.weights(one)} == {"ferry", "w99998", "toll", "storm"}
    common = weigher.shares(weigher.weights(one), other)
    assert {weigher.word(number) for number in common} == {"ferry", "w99998"}


def test_of_a_long_summary_the_rarest_words_find() -> None:
    """A report is found by its headline and so many words of its summary, those that the fewest others have."""
    words = [f"w{number}" for number in range(60)]
    counted = Statistics(reports=1000, recent=1000, current={word: at for at, word in enumerate(words)})
    weigher = vectors.Weigher(counted)
    found = vectors.finders(weigher.vector(told("ferry toll", " ".join(reversed(words)))))
    assert [weigher.word(number) for number in found.headline] == ["ferry", "toll"]
    assert [weigher.word(number) for number in found.summary] == words[: vectors.SUMMARY_FINDERS]


@given(WORDS, WORDS)
def test_vectors_have_one_length(title: tuple[str, ...], summary: tuple[str, ...]) -> None:
    """However much a report says, its vector is as long as any other, but for rounding; that of nothing is empty."""
    rest = tuple(dict.fromkeys(word for word in summary if word not in title))
    weigher = vectors.Weigher(STATISTICS)
    weights = weigher.weights(weigher.vector(Terms(plain="", title=title, summary=rest)))
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    assert length == pytest.approx(vectors.UNIT if title or rest else 0, rel=0.001)


@pytest.mark.parametrize(
    ("one", "other", "proof"),
    [
        ("lena marlow wins award", "lena marlow sells home", 0.5),  # one name
        ("ferry sinks", "ferry fares doubled", 0.5),  # one word
        ("ferry sinks", "sinks ferry", 1),  # two words, not one phrase
        ("lena marlow wins award", "award for lena marlow", 0.9),  # a name and a word, which weighs half of it
        ("lena marlow wins top award", "storm", 0),
    ],
)
def test_matters(one: str, other: str, proof: float) -> None:
    """One word or one phrase proves half; two matters of the same weight prove all."""
    assert certainty(told(one), told(other)) == pytest.approx(proof, abs=0.001)


def test_time() -> None:
    """After 72 hours a third is left, and beyond nothing."""
    whole = vectors.UNIT**2
    assert vectors.faded(whole, 0) == 1
    assert vectors.faded(whole, 72) == pytest.approx(1 / math.e)
    assert vectors.faded(whole, 72.01) == 0
