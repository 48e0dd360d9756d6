"""The rules by which an entry is known: each a question to one entry, in order of strength. None sees the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from aggregator.core import titles, urls
from aggregator.core.identity.entries import Told, is_telling
from aggregator.core.model import Known

#: How far apart two items may be that are told to be one by their headline alone.
HEADLINE_WINDOW = timedelta(hours=72)
#: More items than this under one headline or text prove that it names none of them.
MOST_HOLDERS = 20
#: An entry that a feed has told anew this often never rests: it is left as it is. lemon24's reader stops after 24.
MOST_EDITS = 20


@dataclass(slots=True)
class Bench:
    """What judging one document needs at hand: what is known, what the document shares, what is already claimed."""

    now: datetime
    known: Mapping[str, Sequence[Known]]
    shared: Counter[str]  #: how many entries of the document carry each guid, link, text without date, and headline
    repeated: frozenset[int]  #: items that entries of this document are which were not read again
    before: frozenset[int] | None  #: items that the feed's last document held; None: that is not remembered
    claimed: set[int] = field(default_factory=set)  #: items that an entry of this document already is

    _holders: dict[str, frozenset[int]] = field(default_factory=dict)

    def holders(self, key: str) -> frozenset[int]:
        """Give the items that go by a key."""
        if key not in self._holders:
            self._holders[key] = frozenset(known.item for known in self.under(key))
        return self._holders[key]

    def under(self, key: str | None) -> Sequence[Known]:
        """Give what the store holds under a key, nothing under none."""
        return self.known.get(key, ()) if key else ()

    def is_free(self, known: Known) -> bool:
        """Ask whether no entry of this document, read or not, is this item yet."""
        return known.item not in self.claimed and known.item not in self.repeated

    def has_just_left(self, known: Known) -> bool:
        """Ask whether the feed's last document held this item, and this one does not."""
        return self.before is not None and known.item in self.before and self.is_free(known)

    def time_of(self, told: Told) -> datetime:
        """Give the item time that an entry would have."""
        return min(told.item.published or self.now, self.now)

    def headlined(self, told: Told) -> Iterator[Known]:
        """Give what goes by the headline and outlet of an entry, each item once; nothing where too many do."""
        found: dict[int, Known] = {}
        for key in told.keys.headlines:
            under = self.under(key)
            if len(under) <= MOST_HOLDERS:  # told so often it names no article, and comparing would be quadratic
                found.update((known.item, known) for known in under)
        return iter(found.values())


# --- what is named ---------------------------------------------------------------------------------------------------


def by_repeat(told: Told, bench: Bench) -> Known | None:
    """Know a second listing of an entry that was not read again; ``distinct`` asks the same of two that were."""
    near = (known for key in (told.keys.guid, told.keys.link, told.keys.text) for known in bench.under(key))
    held = (known for known in near if known.item in bench.repeated and known.item not in bench.claimed)
    return next((known for known in held if _is_listing_of(told, known)), None) if bench.repeated else None


def _is_listing_of(told: Told, known: Known) -> bool:
    item = told.item
    if item.guid and item.guid == known.guid:
        return _is_still(told, known)
    same_words = not item.guid and item.link is not None and (item.link, item.title) == (known.link, known.title)
    is_copy = is_telling(told) and known.fingerprint == told.keys.fingerprint
    return (same_words or is_copy) and item.published == known.published


def by_guid(told: Told, bench: Bench) -> Known | None:
    """Know an entry by its guid where link, headline or text confirm it."""
    return next((one for one in bench.under(told.keys.guid) if _is_still(told, one)), None)


def _is_still(told: Told, known: Known) -> bool:
    """Ask whether an entry agrees with the item stored under its guid: in text, link or headline; or it was pruned."""
    if known.pruned or known.fingerprint == told.keys.fingerprint:
        return True
    same_link = told.item.link is not None and told.item.link == known.link and told.keys.link is not None
    return same_link or has_same_headline(told, known)


def has_same_headline(told: Told, known: Known) -> bool:
    """Ask whether an entry has the headline of an item, and one that names an article."""
    return told.keys.title is not None and told.keys.title == titles.key(known.title, told.item.source)


def by_guid_alone(told: Told, bench: Bench) -> Known | None:
    """Take the same guid for an edit, even where link and headline both changed, unless it was ever shared."""
    key = told.keys.guid
    known = bench.under(key)
    return known[0] if key and len(known) == 1 and bench.shared[key] == 1 else None


def by_link(told: Told, bench: Bench) -> Known | None:
    """Know an entry by its link, unless another item or entry has it too, or the feed tells its next article there."""
    key = told.keys.link
    known = bench.under(key)
    is_sole = key is not None and len(known) == 1 and bench.shared[key] == 1
    return known[0] if is_sole and not _is_next_at(told, known[0]) else None


def _is_next_at(told: Told, known: Known) -> bool:
    """Ask whether a feed tells its next article at the link of an earlier one (the comic of the day, a live page).

    Then name, words, headline and date are all others; a feed that only rewrites its guids keeps some of them.
    """
    item = told.item
    is_same = has_same_headline(told, known) or known.fingerprint == told.keys.fingerprint
    return known.here and _is_renamed(told, known) and not is_same and item.published != known.time


def _is_renamed(told: Told, known: Known) -> bool:
    """Ask whether an entry names itself by another guid, or where it has none by another place on the page."""
    item = told.item
    if item.guid is not None or known.guid is not None:
        return item.guid is not None and known.guid is not None and item.guid != known.guid
    places = {urlsplit(link or "").fragment for link in (item.link, known.link)}
    return len(places) == 2 and "" not in places


# --- what is nameless, or was named anew -----------------------------------------------------------------------------


def by_text(told: Told, bench: Bench) -> Known | None:
    """Know an entry again whose guid and link do not last, by all that it says and its date.

    Where both links could name an article and differ, it takes more: a telling headline (pictures of the day often say
    nothing else than that they are), and a date, or a text, or that of two without guids the one has just taken the
    other's place.
    """
    known = bench.under(told.keys.text)[:MOST_HOLDERS]
    return next((one for one in known if bench.is_free(one) and _is_sure(told, one, bench)), None)


def _is_sure(told: Told, known: Known, bench: Bench) -> bool:
    if not _may_have_one_source(told, known, bench):
        return False
    if told.keys.link is None or known.link in (None, told.item.link):
        return True
    is_full = told.item.published is not None or has_text(told)
    has_replaced = told.item.guid is None and bench.has_just_left(known)
    return told.keys.title is not None and (is_full or has_replaced)


def _may_have_one_source(told: Told, known: Known, bench: Bench) -> bool:
    """Ask whether an item may be of the outlet of an entry whose guid is another; a feed may carry many outlets'."""
    headlines = told.keys.headlines if told.item.guid else ()
    return not headlines or any(known.item in bench.holders(key) for key in headlines)


def has_text(told: Told) -> bool:
    """Ask whether an entry says more than its headline."""
    return bool(told.item.summary or told.item.content)


def by_words(told: Told, bench: Bench) -> Known | None:
    """Know a nameless entry that its feed dates anew, by all that it says; a generic headline alone says nothing.

    What was last told more than 72 hours away is a column that comes back.
    """
    key, time = told.keys.words, bench.time_of(told)
    if key is None or bench.shared[key] > 1 or not (told.keys.title or has_text(told)):
        return None
    near = (one for one in bench.under(key)[:MOST_HOLDERS] if abs(one.time - time) <= HEADLINE_WINDOW)
    return next(filter(bench.is_free, near), None)


def by_headline_and_date(told: Told, bench: Bench) -> Known | None:
    """Know an entry of which guid and link were both rewritten, by headline and date, once the old one has gone."""
    if told.item.published is None or any(bench.shared[key] > 1 for key in told.keys.headlines):
        return None
    found = [one for one in bench.headlined(told) if one.here and one.published == told.item.published]
    return found[0] if len(found) == 1 and bench.is_free(found[0]) else None


def by_headline(told: Told, bench: Bench) -> Known | None:
    """Know an entry by headline and outlet: the only one that others told within 72 hours; a nameless one's nearest."""
    time = bench.time_of(told)
    near = [one for one in bench.headlined(told) if abs(one.time - time) <= HEADLINE_WINDOW or _is_restless(one, bench)]
    own = [one for one in near if one.here and bench.is_free(one)] if _is_nameless(told, bench) else []
    if own:
        return min(own, key=lambda one: (abs(one.time - time), one.item))
    others = [one for one in near if not one.here and not _are_apart(told, one)]
    return others[0] if len(others) == 1 and bench.is_free(others[0]) else None


def _is_restless(known: Known, bench: Bench) -> bool:
    """Ask whether an item is one whose feed tells it anew all the time, and has just told otherwise."""
    return known.here and known.edits >= MOST_EDITS and bench.has_just_left(known)


def _is_nameless(told: Told, bench: Bench) -> bool:
    """Ask whether neither guid nor link tells this entry from others."""
    return all(key is None or bench.shared[key] > 1 for key in (told.keys.guid, told.keys.link))


def _are_apart(told: Told, known: Known) -> bool:
    """Ask whether one site gives both an address of their own, so that it tells them apart itself.

    An address that ends alike is the same article in another section.
    """
    mine, other = (
        urls.key(link) if link and urls.names_article(link) else None for link in (told.item.link, known.link)
    )
    if mine is None or other is None:
        return False
    sites = {titles.outlet(key.partition("/")[0].partition("?")[0]) for key in (mine, other)}
    return len(sites) == 1 and mine.rpartition("/")[2] != other.rpartition("/")[2]


#: Strongest first. A guid that neither link nor headline confirms comes after what names the entry exactly, since
#: some publishers give several entries one guid and the one that it first named may have left the document.
RULES = (
    ("listed twice", by_repeat),
    ("guid", by_guid),
    ("link", by_link),
    ("text", by_text),
    ("words", by_words),
    ("guid, edited", by_guid_alone),
    ("headline and date", by_headline_and_date),
    ("headline and source", by_headline),
)
