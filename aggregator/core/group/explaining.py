"""Why one report is in the story of others, in words that a reader can check."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from aggregator.core import likeness
from aggregator.core.group import terms, vectors
from aggregator.core.model import Evidence, Report, Rulings, Statistics

WORDS = "words"
COPY = "near-identical headline"
UPDATE = "headline told anew"
JOINED = "joined by you"
#: So many words explain enough.
SHOWN = 8

_WRITTEN = re.compile(r"[^\W_]+(?:[.'’‘-][^\W_]+)*\.?")


def evidence(
    report: Report, others: Iterable[Report], statistics: Statistics, rulings: Rulings | None = None
) -> tuple[Evidence, ...]:
    """Tell what each of the others has in common with a report, the most alike first."""
    joined = frozenset[int]().union(*(ids for ids in (rulings or Rulings()).joined if report.id in ids))
    found = [_between(report, other, statistics, is_joined=other.id in joined) for other in others]
    return tuple(sorted(found, key=lambda evidence: (-evidence.score, evidence.item)))


def mean(found: Iterable[Evidence]) -> float:
    """Give how alike a report is to the others on the whole: what decides that it is one of them."""
    scores = [evidence.score for evidence in found]
    return round(sum(scores) / len(scores), 4) if scores else 0.0


def _between(report: Report, other: Report, statistics: Statistics, *, is_joined: bool) -> Evidence:
    weigher = vectors.Weigher(statistics)
    told, heard = terms.of(report), terms.of(other)
    one, two = weigher.vector(told), weigher.vector(heard)
    hours = abs((report.time - other.time).total_seconds()) / 3600
    common = vectors.shares(one, two)
    whole = sum(common.values())
    shares = {weigher.words[number]: share / whole for number, share in common.items()}
    return Evidence(
        item=other.id,
        rule=JOINED if is_joined else _rule(told.plain, heard.plain),
        score=round(vectors.faded(whole, hours) * vectors.certainty(common, one, two), 4),
        hours=round(hours, 1),
        words=tuple(_readable(shares, report)),
    )


def _rule(one: str, other: str) -> str:
    if likeness.is_copy(one, other):
        return COPY
    alike = likeness.jaccard(likeness.grams(one), likeness.grams(other))
    return UPDATE if alike >= likeness.UPDATE else WORDS


def _readable(shares: dict[str, float], report: Report) -> Iterator[tuple[str, float]]:
    """Write the telling words as the report has them, the greatest share first."""
    written = _written(report)
    for stem, share in sorted(shares.items(), key=lambda pair: (-pair[1], pair[0]))[:SHOWN]:
        yield written.get(stem, stem), round(share, 3)


def _written(report: Report) -> dict[str, str]:
    forms: dict[str, str] = {}
    for word in _WRITTEN.findall(f"{report.title} {report.summary}"):
        for stem in terms.of(Report(id=0, title=word, source="", time=report.time, language=report.language)).title:
            forms.setdefault(stem, word)
    return forms
