"""The words of a report, cut down so that those that tell the same event agree. Knows no frequencies.

Words come in the order of the headline, since pairs of neighbours are compared too. Scripts that put no spaces between
words give pairs of letters instead.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from aggregator.core import titles
from aggregator.core.group import languages
from aggregator.core.model import Report, Terms

#: Of one headline and of one summary; what comes later says little, and a hostile text must cost no more.
TITLE_WORDS = 40
SUMMARY_WORDS = 80
_TITLE_LETTERS, _SUMMARY_LETTERS = 500, 1200

#: Scripts whose words are not told apart by spaces, or carry their particles with them: Thai, Lao, Burmese, Khmer,
#: kana, Han, Hangul.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]+"
)
#: 7.5 and 7,5 are one word, as is 1.000.
_FIGURE = re.compile(r"(?<=\d)[.,](?=\d)")


def of(report: Report) -> Terms:
    """Take the words of a report's headline and of the first lines of its summary."""
    plain = titles.plain(_FIGURE.sub("", report.title[:_TITLE_LETTERS]), report.source)
    summary = titles.plain(_FIGURE.sub("", report.summary[:_SUMMARY_LETTERS]))
    language = report.language or languages.guessed([*plain.split(), *summary.split()])
    title = tuple(_stems(plain, language, limit=TITLE_WORDS))
    rest = dict.fromkeys(_stems(summary, language, limit=SUMMARY_WORDS))
    return Terms(plain=plain, title=title, summary=tuple(word for word in rest if word not in title))


def _stems(plain: str, language: str, *, limit: int) -> Iterator[str]:
    stops, stem = languages.stops(language), languages.stemmer(language)
    words = (word for word in _words(plain) if word not in stops and (len(word) > 1 or word.isdigit()))
    for word, _ in zip(words, range(limit), strict=False):
        yield stem(word[:40])


def _words(plain: str) -> Iterator[str]:
    for word in plain.split():
        yield from (word,) if word.isascii() or not _UNSPACED.search(word) else _letters(word)


@functools.lru_cache(maxsize=4096)
def _letters(word: str) -> tuple[str, ...]:
    """Cut what has no spaces into pairs of neighbours; what stands between such runs stays a word."""
    runs = [run for run in re.split(f"({_UNSPACED.pattern})", word) if run]
    return tuple(
        piece
        for run in runs
        for piece in (
            [run] if len(run) < 3 or not _UNSPACED.match(run) else [run[at : at + 2] for at in range(len(run) - 1)]
        )
    )


# --- stored ----------------------------------------------------------------------------------------------------------


def packed(terms: Terms) -> bytes:
    """Write terms as bytes for the store."""
    return "\n".join((terms.plain, " ".join(terms.title), " ".join(terms.summary))).encode()


def unpacked(stored: bytes) -> Terms:
    """Read what ``packed`` wrote; ValueError where it did not."""
    plain, title, summary = stored.decode().split("\n")
    return Terms(plain=plain, title=tuple(title.split()), summary=tuple(summary.split()))
