"""Headlines as lines of text, and headlines as names of an article. Reads no feed and knows no item.

The headline list is the plain-text form of an edition, one item a line: ``- Title - Source - January 14th, 2026
[January 14th, 2026]``, the date published first, the date seen in brackets.
"""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from aggregator.core import days, text

#: Words that fill the title of a regular column and say nothing of one article.
_GENERIC_WORDS = frozenset(
    "a afternoon am an and archive arts at audio blog books breaking brief briefing briefings briefs bulletin"
    " business cartoon clarifications column correction corrections coverage crossword culture daily day daybook dead"
    " desk diary digest edition editor editorial editorials editors evening feed film for forecast friday from front"
    " gallery headline headlines health home horoscope hour in index last latest letter letters links live local lotto"
    " market markets midday minute monday money monthly morning music news newscast newsletter next night no noon"
    " notes now number obituaries obituary of on open opinion our page photo photos pictures playlist pm podcast"
    " politics post press puzzle quiz quote radio readers recap release report reports review roundup saturday science"
    " section show sport sports status stories story sudoku summary sunday tech technology the this thread thursday"
    " times title to today todays tomorrow tonight top travel tuesday untitled update updates video videos watch"
    " weather wednesday week weekend weekly whats world wrap yesterday your january february march april may june july"
    " august september october november december".split()
)

#: Scripts that put no spaces between words: Thai, Lao, Burmese, Khmer, kana, Han.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]")


def line(title: str, source: str, *, published: datetime | None, seen: datetime, timezone: ZoneInfo) -> str:
    """Write one line of the headline list; an undated item prints its date seen twice."""
    shown = ordinal_date(published or seen, timezone)
    told = f"{title} - {source}" if source else f"{title} -"
    return f"- {told} - {shown} [{ordinal_date(seen, timezone)}]"


def ordinal_date(moment: datetime, timezone: ZoneInfo) -> str:
    """Write a local date as the list does: "January 14th, 2026"."""
    return days.ordinal(moment.astimezone(timezone).date())


def key(title: str) -> str | None:
    """Give what identifies an article told under this headline; None where it is generic or says too little.

    "Morning briefing", "Open thread" and "Letters, 14 January" come back day after day; a single word names nothing.
    """
    folded = text.folded(title)
    words = folded.split()
    telling = [word for word in words if word not in _GENERIC_WORDS and not re.fullmatch(r"\d+(st|nd|rd|th)?", word)]
    is_one_word = len(words) < 2 and not _UNSPACED.search(folded)
    return folded if telling and not is_one_word else None
