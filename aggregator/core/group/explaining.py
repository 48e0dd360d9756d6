"""Why one report is in the story of others, in words that a reader can check."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from aggregator.core.group import pairs, terms, vectors
from aggregator.core.model import Evidence, Open, Report, Rulings, Statistics

#: So many words explain enough.
SHOWN = 8

_WRITTEN = re.compile(r"[^\W_]+(?:[.'’‘][^\W_]+)*\.?")


def evidence(
    report: Report, others: Iterable[Report], statistics: Statistics, rulings: Rulings | None = None
) -> tuple[Evidence, ...]:
    """Tell what a report has in common with each of the others, the most alike first."""
    weigher = vectors.Weigher(statistics)
    joined = _joined_to(report.id, (rulings or Rulings()).joined)
    found = [_between(report, other, weigher, is_joined=other.id in joined) for other in others]
    return tuple(sorted(found, key=lambda evidence: (-evidence.score, evidence.item)))


def mean(found: Iterable[Evidence]) -> float:
    """Give how alike a report is to the others on the whole: what decides that it is one of them."""
    scores = [evidence.score for evidence in found]
    return round(sum(scores) / len(scores), 4) if scores else 0.0


def _joined_to(item: int, sets: Iterable[frozenset[int]]) -> frozenset[int]:
    """Find all items that the user joined to one, also by way of others."""
    reached, left = frozenset({item}), list(sets)
    while near := [joined for joined in left if joined & reached]:
        reached = reached.union(*near)
        left = [joined for joined in left if joined not in near]
    return reached


def _between(report: Report, other: Report, weigher: vectors.Weigher, *, is_joined: bool) -> Evidence:
    one, two = (pairs.side(Open(id=told.id, time=told.time, terms=terms.of(told)), weigher) for told in (report, other))
    judged = pairs.Judge(one, weigher).judged(two)
    whole = sum(judged.common.values())
    shares = {weigher.word(number): share / whole for number, share in judged.common.items()}
    return Evidence(
        item=other.id,
        rule=str(pairs.Rule.JOINED if is_joined else judged.rule),
        score=judged.score,
        hours=round(abs(one.hours - two.hours), 1),
        words=tuple(_readable(shares, report)),
    )


def _readable(shares: Mapping[str, float], report: Report) -> Iterator[tuple[str, float]]:
    """Write the telling words as the report has them, the greatest share first."""
    written = _written(report)
    for stem, share in sorted(shares.items(), key=lambda pair: (-pair[1], pair[0]))[:SHOWN]:
        yield written.get(stem, stem), round(share, 3)


def _written(report: Report) -> dict[str, str]:
    """Find how a report writes each of its words; pairs of letters are no words and stay as they are."""
    forms: dict[str, str] = {}
    language = terms.language(report)
    for word in _WRITTEN.findall(f"{report.title} {report.summary}"):
        stems = terms.of(Report(id=0, title=word, source="", time=report.time, language=language)).title
        if len(stems) == 1:
            forms.setdefault(stems[0], word)
    return forms
