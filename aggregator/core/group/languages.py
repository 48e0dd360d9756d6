"""Which words of a language say nothing of an event, and how its words are cut down to their stems.

Both are small on purpose: a stem only has to be the same for the forms that headlines use. Words come folded.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable

ENGLISH = "en"

_STOP = {
    "en": (
        "a about after again against all also am amid among an and any are aren as at back be became because become"
        " been before being best between both but by came can cannot cant come comes could couldnt day days did didnt"
        " do does doesnt doing dont down during each even ever every few first for from full get gets getting go goes"
        " going gone got had has hasnt have havent having he her here heres hers herself him himself his how hows i if"
        " im in into is isnt it its itself ive just know last latest least less let lets like live look looks made"
        " make makes making many may me might month months more most much must my need never new news next no nor not"
        " now of off on once one only or other others our out over own part per put report reportedly reports right"
        " said same say saying says see seen set several she should shows since so some still such take takes than"
        " that thats the their them then there theres these they theyre things think this those through time times to"
        " today told too top two under until up update updates upon us use used very video want wants was wasnt watch"
        " way we week weeks well were werent what whats when where wheres which while who whos why will with within"
        " without wont would year years yes yesterday yet you your youre"
    ),
}


def stops(language: str) -> frozenset[str]:
    """Give the words of a language that tell nothing; those of English where a language has no list."""
    return _stops().get(language[:2].casefold(), _stops()[ENGLISH])


@functools.cache
def _stops() -> dict[str, frozenset[str]]:
    return {language: frozenset(words.split()) for language, words in _STOP.items()}


def stemmer(language: str) -> Callable[[str], str]:
    """Give what cuts the words of a language down; words of a language without rules stay as they are."""
    return _STEMMERS.get(language[:2].casefold(), str)


@functools.lru_cache(maxsize=32_768)
def english(word: str) -> str:
    """Cut an English word down: plural, past and -ing forms become one with the bare word."""
    if len(word) < 4 or not word.isascii() or word.isdigit():
        return word
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) > 2 and set(word[: -len(ending)]) & set("aeiouy"):
            return _undoubled(word[: -len(ending)])
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _undoubled(stem: str) -> str:
    return stem[:-1] if stem[-1] == stem[-2] and stem[-1] not in "lsz" else stem.removesuffix("e")


_STEMMERS: dict[str, Callable[[str], str]] = {"en": english}


def guessed(words: Iterable[str]) -> str:
    """Guess a language by the words of it that everybody uses; English where nothing speaks for another."""
    said = set(words)
    return max(_stops(), key=lambda language: (len(said & _stops()[language]), language == ENGLISH))
