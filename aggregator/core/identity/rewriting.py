"""Feeds that rewrite what names their entries: all at once after a move of house, or at every poll."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from aggregator.core import keys
from aggregator.core.identity.entries import Told
from aggregator.core.identity.rules import HEADLINE_WINDOW, Bench, has_text
from aggregator.core.model import Change, Known, Verdict

#: After so many polls in a row that gave known entries other guids, the guids of a feed count no more.
UNSTEADY = 3
#: A document of fewer such entries proves nothing.
_FEWEST = 2


def rebound(entries: Sequence[Told], found: Mapping[int, object], bench: Bench) -> dict[int, Known]:
    """Know the entries of a document that was rewritten as a whole, by the headlines of those they took the place of.

    At least half of its entries, two or more, must each be the only one with the headline of the only item that goes
    by it, and that item was in the feed's last document and is in this one no more.
    """
    fresh = [at for at in range(len(entries)) if at not in found]
    pairs = {at: known for at in fresh if (known := _predecessor(entries[at], bench))}
    rivals = Counter(known.item for known in pairs.values())
    sole = {at: known for at, known in pairs.items() if rivals[known.item] == 1}
    size = len(entries) + len(bench.repeated)
    return sole if len(sole) >= _FEWEST and 2 * len(sole) >= size else {}


def _predecessor(told: Told, bench: Bench) -> Known | None:
    held = [one for one in bench.headlined(told) if one.here]
    return held[0] if len(held) == 1 and _made_way(held[0], bench) and _agrees(told, held[0]) else None


def _made_way(known: Known, bench: Bench) -> bool:
    if bench.before is None:  # what its last document held is not remembered where a document could not be cut
        return bench.is_free(known) and abs(bench.now - known.time) <= HEADLINE_WINDOW
    return bench.has_just_left(known)


def _agrees(told: Told, known: Known) -> bool:
    """Ask whether something is left beside the headline: a part of the name, or every word of a text."""
    item = told.item
    parts = ((item.guid, known.guid), (item.link, known.link), (item.published, known.published))
    if any(mine is None or mine == other for mine, other in parts):
        return True
    return has_text(told) and keys.fingerprint(item, link=known.link) == known.fingerprint


def unsteadiness(changes: Sequence[Change], *, repeated: bool, before: int) -> int:
    """Count the polls in a row that gave every known entry another guid; ``before`` is the count until now.

    A feed once found out stays so until its document repeats entries letter by letter (``repeated``).
    """
    if repeated:
        return 0
    met = list(_met_again(changes))
    if before >= UNSTEADY or not met:
        return before
    return 0 if any(change.rule.startswith("guid") for change in met) else before + 1


def _met_again(changes: Sequence[Change]) -> Iterator[Change]:
    here = (Verdict.UNCHANGED, Verdict.EDITED)
    return (change for change in changes if change.verdict in here and change.item.guid)
