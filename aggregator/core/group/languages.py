"""What a word of a language comes to when reports are compared: nothing, or the stem that its forms share.

Small on purpose: a stem only has to be the same for the forms that headlines use, and need not be a word. Words come
folded, without accents and apostrophes.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from aggregator.core import text
from aggregator.core.group.stopwords import STOPWORDS
from aggregator.core.group.synonyms import SAME

ENGLISH = "en"
#: Two words that no other language uses outweigh what a feed says of its own: many name one that nobody ever set.
CLAIM = 1.5

#: A word in Cyrillic letters speaks for the one listed language that is written in them.
CYRILLIC = ("ru",)

#: Other names under which a listed language goes.
_NAMES = {"nb": "no", "nn": "no"}
#: What is cut off a word's end, the first that fits, where so many letters remain. English has rules of its own.
_ENDINGS = {
    "de": (4, "ern em er en es e n s"),
    "fr": (4, "ees ee es er ez s e x"),
    "es": (4, "aron an es os as s a o e"),
    "it": (4, "i e a o"),
    "pt": (4, "coes cao oes ao es os as s a o e"),
    "nl": (4, "en e s"),
    "sv": (4, "erna arna orna ande ens ets en et ar er or a s n t"),
    "da": (4, "ernes erne ene ens ets en et er e s"),
    "no": (4, "enes ene ens ets en et er e s"),
    "pl": (4, "ami ach owi ego emu ych ymi om ow ie em a e i o u y"),
    "ru": (
        3,
        "иями ями ами ого его ому ему ыми ими ов ев ей ий ый ой ая яя ое ее ые ие ых их ам ям ах ях ом ем ую юю а я о е"
        " ы и у ю ь",
    ),
}
#: A number, whatever is written behind it: 340m, 50bn, 19th, 737s.
_FIGURE = re.compile(r"(\d+)(?:m|mn|mio|mrd|bn|b|k|tn|s|st|nd|rd|th|er|e|km|kg|p|pc)?$")
_LETTERS = 40  #: of a word; what is longer is no word
_CACHE = 16_384  #: stems of one language; as many as a day's news have


def of(words: Iterable[str], claimed: str = "") -> str:
    """Tell the language of a text by its words of everyday use; what it is said to be counts as some of them.

    ``claimed`` is a language tag ("en-GB"). English where nothing speaks for a language that is listed here.
    """
    said = claimed[:2].casefold()
    votes = defaultdict(float, {ENGLISH: 0.0, _NAMES.get(said, said) or ENGLISH: CLAIM})
    for speaking in filter(None, _speaking(list(words))):
        for language in speaking:
            votes[language] += 1 / len(speaking)
    listed = [language for language in votes if language in STOPWORDS]
    return max(listed, key=lambda language: (votes[language], language == ENGLISH, language))


def _speaking(words: list[str]) -> Iterator[tuple[str, ...] | None]:
    """Give the languages that each word speaks for."""
    known = _languages_of().get
    if max(words, default="") < "а":  # nothing in Cyrillic letters
        return map(known, words)
    return (known(word) or (CYRILLIC if "а" <= word[0] <= "я" else None) for word in words)


@functools.cache
def _languages_of() -> Mapping[str, tuple[str, ...]]:
    """Give the languages of each word of everyday use."""
    languages: dict[str, tuple[str, ...]] = {}
    for language in STOPWORDS:
        for word in stopwords(language):
            languages[word] = (*languages.get(word, ()), language)
    return languages


@functools.cache
def stopwords(language: str) -> frozenset[str]:
    """Give the words of a language that tell nothing, folded."""
    return frozenset(text.folded(STOPWORDS[language]).split())


class _Stems(dict[str, str]):
    """The stems of one language's words; those met before are at hand."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, word: str) -> str:
        if len(self) >= _CACHE:
            self.clear()
        self[word] = cut = stem(word, self._language)
        return cut


@functools.cache
def _stems(language: str) -> _Stems:
    return _Stems(language)


def stems(words: Iterable[str], language: str) -> list[str]:
    """Cut words of a listed language down to their stems, and leave out those that tell nothing."""
    return list(filter(None, map(_stems(language).__getitem__, words)))


def stem(word: str, language: str) -> str:
    """Cut a word of a listed language down to its stem; "" where it tells nothing."""
    if word in stopwords(language) or (len(word) < 2 and word.isascii() and not word.isdigit()):
        return ""
    if figure := _FIGURE.match(word):
        return figure[1][:_LETTERS]
    if language == ENGLISH:
        return (_meanings().get(word) or _english(word))[:_LETTERS]
    return _cut(word, language)[:_LETTERS]


def meanings(stem: str) -> tuple[str, ...]:
    """Give what stands for English words of a stem that tell the same as others, none where no word of it does."""
    return _meanings_of().get(stem, ())


@functools.cache
def _meanings() -> Mapping[str, str]:
    """Give for each form of a word in the thesaurus what stands for its meaning: capitals, as no stem has."""
    return {form: first.upper() for first, *others in _lines() for word in (first, *others) for form in _forms(word)}


@functools.cache
def _meanings_of() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for first, *others in _lines():
        for word in (first, *others):
            found.setdefault(_english(word), {})[first.upper()] = None
    return {stem: tuple(tokens) for stem, tokens in found.items()}


def _lines() -> list[list[str]]:
    return [line.split() for line in SAME.split("\n") if line]


def _forms(word: str) -> Iterator[str]:
    """Give a word as it is and with regular endings; one that is none harms nobody. "Plan" is no form of "plane"."""
    bare = word.removesuffix("e")
    yield from (word, f"{word}s", f"{word}es", f"{bare}ed", f"{bare}ing")
    yield from (f"{word}{word[-1]}ed", f"{word}{word[-1]}ing")
    if word.endswith("y"):
        yield from (f"{word[:-1]}ies", f"{word[:-1]}ied")


def _cut(word: str, language: str) -> str:
    least, endings = _ENDINGS[language]
    for ending in _folded(endings):
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word.removesuffix(ending)
    return word


@functools.cache
def _folded(endings: str) -> tuple[str, ...]:
    return tuple(text.folded(endings).split())


def _english(word: str) -> str:
    """Make plural, past and -ing forms one with the bare word: storms, stormed, storming."""
    if len(word) < 4 or not word.isascii():
        return word
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]
    for ending in ("ing", "ed"):
        bare = word.removesuffix(ending)
        if bare != word and len(bare) > 2 and set(bare) & set("aeiouy"):
            return _undoubled(bare)
    return word.removesuffix("e") if len(word) > 3 else word


def _undoubled(bare: str) -> str:
    """Take back what an ending did: stopp(ed), agre(ed)."""
    return bare[:-1] if bare[-1] == bare[-2] and bare[-1] not in "lsz" else bare.removesuffix("e")
