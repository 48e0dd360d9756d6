"""The words of a report, cut down so that those that tell the same event agree. Knows no frequencies.

Words come in the order of the headline, since neighbours tell one matter. Scripts that put no spaces between words give
pairs of letters instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from aggregator.core import text, titles
from aggregator.core.group import languages
from aggregator.core.model import Report, Terms

#: Of one headline and of one summary; what comes later says little, and a hostile text must cost no more.
TITLE_WORDS = 40
SUMMARY_WORDS = 80
_TITLE_LETTERS, _SUMMARY_LETTERS = 500, 800

#: Scripts whose words are not told apart by spaces, or carry their particles with them: Thai, Lao, Burmese, Khmer,
#: kana, Han, Hangul.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]+"
)
#: The country, told from the pronoun by its capitals; ``titles.plain`` does the same and more.
_STATES = re.compile(r"\bU\.S\.(?:A\.)?|\bUSA?\b")
#: 7.5 and 7,5 are one word, as is 1.000.
_FIGURE = re.compile(r"[.,](?<=\d.)(?=\d)")
#: L'accord is an accord: short words of French and Italian that lose their vowel before another word.
_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu|un|(?:d|n|s)?[ae]?l?l)['’](?=\w\w)", re.IGNORECASE)


def of(report: Report) -> Terms:
    """Take the words of a report's headline and of the first lines of its summary; none of a generic headline."""
    plain, summary = _folded(report)
    told_in = languages.of([*plain.split(), *summary.split()], report.language)
    title = [] if _is_generic(plain) else _stems(plain, told_in)[:TITLE_WORDS]
    rest = dict.fromkeys(_stems(summary, told_in)[:SUMMARY_WORDS])
    return Terms(
        plain=plain,
        title=tuple(title),
        summary=tuple(word for word in rest if word not in title),
        outlet=titles.outlet(report.source),
    )


def language(report: Report) -> str:
    """Tell the language in which ``of`` takes a report's words, so that one alone is taken as it is among them."""
    plain, summary = _folded(report)
    return languages.of([*plain.split(), *summary.split()], report.language)


def _folded(report: Report) -> tuple[str, str]:
    """Fold a report's headline and the first lines of its summary."""
    plain = titles.plain(_parted(report.title[:_TITLE_LETTERS]), report.source)
    return plain, text.folded(_stated(_parted(report.summary[:_SUMMARY_LETTERS])))


def _is_generic(plain: str) -> bool:
    """Ask whether a headline comes back day after day: "Morning briefing" tells of nothing, one rare word may."""
    return " " in plain and not titles.is_telling(plain)


def _parted(written: str) -> str:
    whole = _FIGURE.sub("", written)
    return _ELISION.sub(" ", whole) if "'" in whole or "’" in whole else whole


def _stated(written: str) -> str:
    return _STATES.sub("usa", written) if "US" in written or "U.S." in written else written


def _stems(plain: str, language: str) -> list[str]:
    return languages.stems(_words(plain), language)


def _words(plain: str) -> Iterable[str]:
    return plain.split() if plain.isascii() or not _UNSPACED.search(plain) else _pieces(plain)


def _pieces(plain: str) -> Iterator[str]:
    """Cut what has no spaces into pairs of neighbouring letters; what stands between such runs stays a word."""
    for run in re.split(f"({_UNSPACED.pattern})", plain):
        if _UNSPACED.match(run) and len(run) > 2:
            yield from (run[at : at + 2] for at in range(len(run) - 1))
        else:
            yield from run.split()


# --- stored ----------------------------------------------------------------------------------------------------------


def packed(terms: Terms) -> bytes:
    """Write terms as bytes for the store."""
    return "\n".join((terms.plain, " ".join(terms.title), " ".join(terms.summary), terms.outlet)).encode()


def headline(stored: bytes) -> tuple[str, str]:
    """Read of what ``packed`` wrote the headline, as ``Terms.plain``, and the outlet; ValueError where it did not."""
    plain, _, _, outlet = stored.decode().split("\n")
    return plain, outlet


def unpacked(stored: bytes) -> Terms:
    """Read what ``packed`` wrote; ValueError where it did not."""
    plain, title, summary, outlet = stored.decode().split("\n")
    return Terms(plain=plain, title=tuple(title.split()), summary=tuple(summary.split()), outlet=outlet)
