"""Why a report is where it is."""

from __future__ import annotations

from itertools import permutations

import pytest
from msgspec.structs import replace

from aggregator.core import group
from aggregator.core.model import Evidence, Report, Rulings
from tests.core import newsroom

REPORTS = list(newsroom.reports(newsroom.DAY))
STATISTICS = newsroom.counted(newsroom.opened(REPORTS))


def why(one: int, other: int, rulings: Rulings | None = None) -> Evidence:
    """Explain two reports to each other."""
    (evidence,) = group.evidence(REPORTS[one - 1], [REPORTS[other - 1]], STATISTICS, rulings)
    return evidence


def test_words() -> None:
    """Evidence names the common words as the report writes them, the weightiest first, with shares that sum to one."""
    evidence = why(10, 11)
    assert evidence.rule == "words"
    assert evidence.hours == 1
    assert {word for word, _ in evidence.words} == {"Senate", "50", "farm", "bill"}
    shares = [share for _, share in evidence.words]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("claimed", ["", "en", "de"])
def test_words_of_one_meaning(claimed: str) -> None:
    """Of two words that mean the same each report shows its own, whatever language its feed says that it is in."""
    titles = ("Four were killed in the pileup", "Crash: there are four dead after all")
    told = [replace(REPORTS[0], id=at, title=title, language=claimed) for at, title in enumerate(titles, start=1)]
    shown = [
        {word for word, _ in group.evidence(one, [other], STATISTICS)[0].words} for one, other in permutations(told)
    ]
    assert shown == [{"Four", "killed", "pileup"}, {"Crash", "four", "dead"}]


def test_the_score_is_the_one_that_grouped() -> None:
    """The score is that of the tie by which the two were grouped."""
    board = group.Board(statistics=STATISTICS)
    ties = {(tie.item, tie.other): tie.score for tie in board.add(newsroom.opened(REPORTS))}
    assert why(10, 11).score == ties[10, 11] == why(11, 10).score


@pytest.mark.parametrize(
    ("one", "other", "rule"), [(14, 15, "headline told anew"), (16, 17, "near-identical headline")]
)
def test_rules(one: int, other: int, rule: str) -> None:
    """Where a rule holds two reports together, the rule is named, and the score is one."""
    evidence = why(one, other)
    assert evidence.rule == rule
    assert evidence.score == 1


def test_joined_by_the_user() -> None:
    """What the user joined is said to be so, whatever words it has; also when the rulings join them in two steps."""
    assert why(1, 12, Rulings(joined=(frozenset({1, 12}),))).rule == "joined by you"
    assert why(1, 12, Rulings(joined=(frozenset({1, 12}),))).words == ()
    assert why(1, 12, Rulings(joined=(frozenset({1, 5}), frozenset({5, 12})))).rule == "joined by you"


def test_the_mean_decides() -> None:
    """The mean of a report's evidence is what its place in the story hangs on; nothing is no evidence."""
    evidence = group.evidence(REPORTS[0], REPORTS[1:3], STATISTICS)
    assert evidence[0].score > evidence[1].score
    assert group.mean(evidence) == pytest.approx(sum(one.score for one in evidence) / 2, abs=0.0001)
    assert group.mean(()) == 0


def test_too_far_apart() -> None:
    """Beyond the window nothing is evidence, not even the same headline."""
    one, other = newsroom.reports([("a", 0, "A", "Storm reaches the coast"), ("b", 80, "B", "Storm reaches the coast")])
    (evidence,) = group.evidence(one, [other], STATISTICS)
    assert evidence.score == 0
    assert evidence.rule == "words"


def test_other_scripts() -> None:
    """Pairs of letters are shown as they are, and a report without words explains nothing."""
    one, other, empty = newsroom.reports([("a", 0, "A", "東京で地震"), ("a", 0, "B", "地震、東京"), ("b", 0, "C", "")])
    evidence = group.evidence(one, [other, empty], STATISTICS)
    assert {word for word, _ in evidence[0].words} == {"東京", "地震"}
    assert evidence[1] == Evidence(item=empty.id, rule="words")
    assert isinstance(one, Report)


def test_other_figures_hold_together_what_two_outlets_tell() -> None:
    """A toll that another outlet counts higher is the event told anew; one outlet that counts on may tell a series."""
    told = [
        Report(id=at, title=f"Tale {at} of the harbour", source=source, time=newsroom.MIDNIGHT)
        for at, source in enumerate(["Courier", "Courier", "Gazette"])
    ]
    within, across = (group.evidence(told[0], [other], STATISTICS)[0] for other in told[1:])
    assert (within.rule, across.rule) == ("words of one outlet", "headline told anew")
    assert within.score < across.score == 1


def test_a_form_that_one_outlet_fills_in_is_judged_by_words() -> None:
    """The same letters around another subject hold nothing together at one outlet, and do at two."""
    told = [
        Report(id=at, title=f"{shop} opening hours over the holidays", source=source, time=newsroom.MIDNIGHT)
        for at, (shop, source) in enumerate([("Tesco", "Courier"), ("Aldi", "Courier"), ("Aldi", "Gazette")])
    ]
    within, across = (group.evidence(told[0], [other], STATISTICS)[0] for other in told[1:])
    assert (within.rule, across.rule) == ("words of one outlet", "near-identical headline")
