"""What an edition says of a story to those who have read the editions before: new, developing, or nothing but repeats.

Compares what came into the edition with what earlier ones have told. Decides what is said; the order of the stories is
``rank``'s, and which items are one story is ``group``'s.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from itertools import islice

from msgspec import Struct

from aggregator.core import group, tellings, text, titles
from aggregator.core.model import Account, Report, Standing, Statistics, Stored, Story, Telling

#: Words that are shown of what a story's reports share, and words of a headline in which they are looked for.
_SHOWN = 4
_LONGEST = 40
#: Words that name an affair, and stories of it that are looked at for them.
_NAMING = 3
_COMPARED = 50
#: Of a word that stands alone the time says nothing.
_WHENEVER = datetime.min.replace(tzinfo=UTC)


class Told(Struct, frozen=True, kw_only=True):
    """What editions before this one have told of a story."""

    first: date  #: the first of them
    last: date
    headline: str  #: in the last of them
    story: int  #: as the last of them knew it
    items: tuple[Stored, ...]


def arranged(story: Story) -> Story:
    """Give a story with its items laid out, and those named who report it for themselves.

    Where an account of it stands, its items come in the order it has, its lead first, and its repeats stand aside.
    """
    account = story.account
    fresh = tellings.arrange(story.items, order=(account.items or (account.lead,)) if account else ())
    aside: tuple[Telling, ...] = ()
    if account and account.repeats:
        aside = tuple(telling for telling in fresh if telling.item.id in account.repeats)
        fresh = tuple(telling for telling in fresh if telling.item.id not in account.repeats)
    return Story(
        id=story.id,
        guid=story.guid,
        tellings=fresh,
        repeats=aside,
        origins=tellings.origins(fresh),
        account=account,
    )


def of(
    story: Story, before: Told | None, *, on: date, rank: float, words: tuple[str, ...] = (), muted: bool = False
) -> Account:
    """Say what the edition of a date has of a story that was arranged.

    Where some reports only repeat, the order of its items is left open: ``arranged`` puts those aside.
    """
    items, lead = tuple(item.id for item in story.items), story.lead
    if before is None:
        standing = Standing.MUTED if muted else Standing.NEW
        return Account(lead=lead.id, headline=lead.title, standing=standing, rank=rank, words=words, items=items)
    repeats = _repeats(story, before.items)
    fresh = [telling.item for telling in story.tellings if telling.item.id not in repeats]
    is_repeat = not fresh
    lead = lead if is_repeat else fresh[0]
    outlets = {titles.outlet(name) for item in before.items for name in tellings.outlets_of(item)}
    standing = Standing.REPEATED if is_repeat else Standing.DEVELOPING
    return Account(
        lead=lead.id,
        headline=lead.title,
        standing=Standing.MUTED if muted else standing,
        rank=rank,
        words=words,
        day=(on - before.first).days + 1,
        last=before.last,
        last_story=before.story,
        was=before.headline if text.folded(before.headline) != text.folded(lead.title) else "",
        more=_unheard(story.items, outlets),
        repeats=() if is_repeat else repeats,
        items=items if is_repeat or not repeats else (),
    )


def _repeats(story: Story, before: Iterable[Stored]) -> tuple[int, ...]:
    """Find the tellings that only say what was told before, in nearly the same words."""
    known = [tellings.worded(item) for item in before]
    told = [(telling.item.id, tellings.worded(telling.item)) for telling in story.tellings]
    return tuple(item for item, words in told if any(words.is_copy(old) for old in known))


def _unheard(items: Iterable[Stored], heard: Collection[str]) -> tuple[str, ...]:
    """Name the outlets that had not told the story yet, each once."""
    names = {titles.outlet(name): name for item in items for name in tellings.outlets_of(item)}
    return tuple(name for folded, name in names.items() if folded not in heard)


def words(story: Story, statistics: Statistics) -> tuple[str, ...]:
    """Give the most telling words of the lead's headline that most of a story's other reports share, in its order."""
    if len(story.tellings) == 1:
        return ()
    others = [group.terms.of(report(telling.item)) for telling in story.tellings[1:]]
    telling: dict[str, float] = {}
    for stem, word in _written(story.lead).items():
        shared = sum(stem in other.title or stem in other.summary for other in others)
        if shared * 2 >= len(others):
            telling[word] = shared / len(others) * group.statistics.weight(stem, statistics)
    most = sorted(telling, key=lambda word: -telling[word])[:_SHOWN]
    return tuple(word for word in telling if word in most)


def common(story: Story, beside: Iterable[Story]) -> tuple[str, ...]:
    """Give the words that many headlines of an affair share, as the first that has them writes them."""
    having, written = Counter[str](), dict[str, str]()
    leads = [story.lead, *islice((other.lead for other in beside), _COMPARED)]
    for lead in leads:
        own = group.terms.of(report(lead)).title  # without the outlet's name
        told = {stem: word for stem, word in _written(lead).items() if stem in own}
        having.update(told.keys())
        written = told | written
    enough = max(2.0, len(leads) / 3)
    return tuple(written[stem] for stem, count in having.most_common(_NAMING) if count >= enough)


def _written(item: Stored) -> dict[str, str]:
    """Give the words of a headline by their stems, as they are first written there; pairs of letters are no words."""
    language, found = group.terms.language(report(item)), dict[str, str]()
    for word in item.title.split()[:_LONGEST]:
        stems = _stems(word, language)
        if len(stems) == 1:
            found.setdefault(stems[0], _bare(word))
    return found


@functools.lru_cache(maxsize=4096)  # the news of a day are told in the same words
def _stems(word: str, language: str) -> tuple[str, ...]:
    return group.terms.of(Report(id=0, title=word, source="", time=_WHENEVER, language=language)).title


def report(item: Stored) -> Report:
    """Give an item as grouping sees it."""
    return Report(
        id=item.id,
        title=item.title,
        source=item.source,
        time=item.time,
        summary=item.summary,
        author=item.author,
        language=item.language,
        link=item.link,
    )


def _bare(word: str) -> str:
    bare = re.sub(r"^\W+|(['’]s)?\W*$", "", word)
    return f"{bare}." if re.fullmatch(r"(?:[^\W\d]\.)+[^\W\d]", bare) else bare
