"""How much a word tells: rare in general and rare today. Counts, renews and stores the snapshot that grouping uses.

A word that is everywhere in today's news says little of an event, though it is rare in the language; and a word of the
language says little, though today only two reports have it. So both counts are asked, and neither outweighs the other.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from aggregator.core.group import cold as _cold
from aggregator.core.group import languages
from aggregator.core.model import Statistics, Terms

#: Words of the general table; the rarest leave when it grows, since a word seen once is as telling as an unknown one.
LARGEST = 40_000
#: Words of so many reports of the window, and of such a share of them, find no pairs: who shares nothing else tells
#: another event.
FREQUENT = 150
FREQUENT_SHARE = 0.05
#: So many reports are taken to be in the window that have none of its words: two of the only five reports share a word
#: by no less chance than two of fifty do.
UNSEEN = 50
#: A word that is everywhere still tells a little, so that reports of nothing else can be alike.
LEAST = 0.05


def cold() -> Statistics:
    """Give what is known of words before anything is stored: of English ones only, where it helps and does no harm."""
    known = Counter[str]()
    for line in _cold.COUNTS.split("\n"):
        count, *words = line.split() or ["0"]
        for word in words:
            known[languages.stem(word, languages.ENGLISH)] += int(count)
    return Statistics(reports=_cold.HEADLINES, known=dict(known))


def counted(before: Statistics, new: Iterable[Terms], window: Iterable[Terms]) -> Statistics:
    """Renew a snapshot: ``new`` are the reports stored since it was made, ``window`` all those that are open now."""
    reports, known = _counts(new)
    recent, current = _counts(window)
    known.update(before.known)
    return Statistics(
        reports=before.reports + reports,
        known=_bounded(known),
        recent=recent,
        current=_bounded(current),
    )


def reworded(before: Statistics) -> Statistics:
    """Bring the counts of an earlier version up to date: what stands for a meaning counts as often as all its stems.

    That is the most it can be. A stem keeps its own count, since words that mean something else may have it.
    """
    known = Counter(before.known)
    for word, count in before.known.items():
        known.update(dict.fromkeys(languages.meanings(word), count))
    return replace(before, known=dict(known))


def _counts(reports: Iterable[Terms]) -> tuple[int, Counter[str]]:
    number, counts = 0, Counter[str]()
    for terms in reports:
        number += 1
        counts.update({*terms.title, *terms.summary})
    return number, counts


def _bounded(counts: Counter[str]) -> Mapping[str, int]:
    if len(counts) <= LARGEST:
        return dict(counts)
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:LARGEST])


def weight(word: str, statistics: Statistics) -> float:
    """Give the weight of a word: the geometric mean of its rarity in general and in the window."""
    general = math.log((statistics.reports + 1) / (statistics.known.get(word, 0) + 0.5))
    today = math.log((statistics.recent + UNSEEN + 1) / (statistics.current.get(word, 0) + 0.5))
    return max(LEAST, math.sqrt(max(general, 0.0) * max(today, 0.0)))


def frequent(statistics: Statistics) -> int:
    """Give the number of reports of the window in which a word may be and still find pairs."""
    return max(FREQUENT, int(FREQUENT_SHARE * statistics.recent))


# --- stored ----------------------------------------------------------------------------------------------------------


def packed(statistics: Statistics) -> bytes:
    """Write a snapshot as bytes for the store; the same snapshot gives the same bytes."""
    lines = [f"{statistics.reports} {statistics.recent}"]
    for word in sorted({*statistics.known, *statistics.current}):
        lines.append(f"{word} {statistics.known.get(word, 0)} {statistics.current.get(word, 0)}")
    return zlib.compress("\n".join(lines).encode())


def unpacked(stored: bytes) -> Statistics:
    """Read what ``packed`` wrote; ValueError where it did not."""
    try:
        first, *lines = zlib.decompress(stored).decode().split("\n")
    except zlib.error as error:
        raise ValueError("not a snapshot of word statistics") from error
    reports, recent = map(int, first.split())
    known: dict[str, int] = {}
    current: dict[str, int] = {}
    for line in lines:
        word, general, today = line.split(" ")
        known[word], current[word] = int(general), int(today)
    return Statistics(
        reports=reports,
        known={word: count for word, count in known.items() if count},
        recent=recent,
        current={word: count for word, count in current.items() if count},
    )
