"""One headline as it is compared: without typography, wire marks and the name of its own outlet."""

from __future__ import annotations

import functools
import html
import re
import unicodedata

from aggregator.core import text
from aggregator.core.titles import mojibake, outlets

#: What agencies put before a headline that they send again: "UPDATE 2-", "RPT-", "CORRECTED-(OFFICIAL)-".
_WIRE_MARK = re.compile(
    r"\A(?:(?:UPDATE|WRAPUP|RPT|REPEAT|REFILE|CORRECTED|CORRECTION|RECAST)(?:\s?\d{1,2})?(?:-?\([A-Z]{1,12}\))?\s?[-–—:]\s?"
    r"|(?:RPT|REFILE|CORRECTED)[- ](?=(?:UPDATE|WRAPUP)\s?\d))+"
)
#: What a site puts behind a headline that it has had before: "Storm reaches the coast (2)".
_COUNT = re.compile(r"\s\(\d{1,2}\)$")
#: Letters with a full stop after each: "U.S.", "N.R.A.", "J.K".
_INITIALS = re.compile(r"\b[A-Z](?:\.[A-Z])+\b\.?|\b[uU]\.[sS]\.")
_UNITED_STATES = re.compile(r"\bUSA?\b(?!\$)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
#: What has nothing else is only to be folded, as half of all headlines; asking every rule costs five times as much.
_PLAIN = re.compile(r"[A-Za-z0-9 '\"!?;$%]*+")


@functools.lru_cache(maxsize=1024)
def plain(title: str, source: str = "") -> str:
    """Fold a headline for comparing: what it comes to is the same however its outlet, or an aggregator, wrote it.

    Entities decoded, mojibake repaired, a trailing `` - Source`` or `` | Source`` dropped where it names ``source`` or
    a known outlet (a section such as `` | Letters`` stays), wire marks dropped, U.S. and US kept apart from "us",
    thousands joined, then case, accents, punctuation and apostrophes folded away. "" where nothing is left.
    """
    if _PLAIN.fullmatch(title) and "US" not in title:
        return text.folded(title)
    told = html.unescape(title) if "&" in title else title
    if not told.isascii():
        told = unicodedata.normalize("NFKC", mojibake.repaired(told))
    told = _COUNT.sub("", _WIRE_MARK.sub("", outlets.without_outlet(told.strip(), source)))
    return text.folded(_abbreviated(told))


def _abbreviated(told: str) -> str:
    """Write abbreviations and numbers in one way; in a headline all in capitals, US may be the pronoun."""
    short = _INITIALS.sub(lambda match: match.group().replace(".", "").upper(), told) if "." in told else told
    if "US" in short and (not told.isupper() or short != told):
        short = _UNITED_STATES.sub("usa", short)
    return _THOUSANDS.sub("", short) if "," in short else short
