"""How alike two headlines are, letter by letter: retitlings, copies of an agency's text, updates of a figure.

Headlines are compared as ``text.folded`` leaves them. Knows no words, no frequencies and no time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: At least so alike is the same text told again. On publishers' own retitlings it finds 51 of 55, with no false pair
#: among 4,275 other headlines.
COPY = 0.7
#: At least so alike is the same event, told with other figures or another turn of phrase.
UPDATE = 0.5

_GRAM = 4
_NUMBER = re.compile(r"\d+")


def grams(plain: str) -> frozenset[str]:
    """Give all runs of four characters of a folded headline, spaces and its two ends among them."""
    padded = f" {plain} "
    return frozenset(padded[at : at + _GRAM] for at in range(max(1, len(padded) - _GRAM + 1))) if plain else frozenset()


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """Give the share of what two sets have in common, 0 to 1; nothing has nothing in common."""
    common = len(one & other)
    return common / (len(one) + len(other) - common) if common else 0.0


def numbers(plain: str) -> frozenset[str]:
    """Give the numbers of a headline, as written in digits."""
    return frozenset(_NUMBER.findall(plain))


@dataclass(frozen=True, slots=True)
class Wording:
    """A folded text, cut up once to be compared with many."""

    numbers: frozenset[str]
    grams: frozenset[str]

    def is_copy(self, other: Wording) -> bool:
        """Ask whether two texts are the same with the same figures, so that one of them says it all."""
        shorter, longer = sorted((len(self.grams), len(other.grams)))
        is_near = shorter >= COPY * longer and self.numbers == other.numbers  # sizes and numbers cost next to nothing
        return is_near and jaccard(self.grams, other.grams) >= COPY


def wording(plain: str) -> Wording:
    """Cut up a folded text."""
    return Wording(numbers(plain), grams(plain))


def is_copy(one: str, other: str) -> bool:
    """Ask whether two folded headlines tell the same text with the same figures; for many, cut each up once."""
    return wording(one).is_copy(wording(other))
