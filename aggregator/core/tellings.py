"""How a story is told: which report leads, which only repeat another, and who reports for himself.

Takes the items of one story and lays them out. Does not decide what a story is (that is ``group``), nor how much one
weighs (that is ``rank``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from aggregator.core import likeness, text, titles
from aggregator.core.model import Origin, Stored, Telling

#: News agencies, by the names under which they are credited, folded.
_AGENCIES = {
    "AAP": ("aap", "australian associated press"),
    "AFP": ("afp", "agence france presse"),
    "ANP": ("anp",),
    "ANSA": ("ansa",),
    "AP": ("ap", "the associated press", "associated press", "ap news", "apnews"),
    "APA": ("apa", "austria presse agentur"),
    "Belga": ("belga",),
    "Canadian Press": ("the canadian press", "canadian press"),
    "dpa": ("dpa", "deutsche presse agentur"),
    "EFE": ("efe", "agencia efe"),
    "IANS": ("ians",),
    "Interfax": ("interfax",),
    "Keystone-SDA": ("keystone sda", "sda"),
    "Kyodo": ("kyodo", "kyodo news"),
    "NTB": ("ntb",),
    "PA": ("pa", "pa media", "press association"),
    "PTI": ("pti", "press trust of india"),
    "Reuters": ("reuters", "thomson reuters"),
    "Ritzau": ("ritzau",),
    "TASS": ("tass",),
    "TT": ("tt nyhetsbyran",),
    "UPI": ("upi", "united press international"),
    "Xinhua": ("xinhua", "xinhua news agency"),
    "Yonhap": ("yonhap", "yonhap news agency"),
}
_AGENCY_OF = {name: agency for agency, names in _AGENCIES.items() for name in names}
#: "WASHINGTON (AP) —", "(Reuters) -", "Berlin (dpa) -": the credit with which agency copy begins.
_DATELINE = re.compile(r"^[^()]{0,60}\(([^()]{2,30})\)\s*[-–—:.]")
#: "… said on Monday. (Reuters)": the credit with which it ends.
_SIGNATURE = re.compile(r"\(([^()]{2,30})\)\W*$")
_BYLINE = re.compile(r"^(?:by|von|par|por|di|af|av|door)\s+", re.IGNORECASE)
#: What stands behind the agency's name in a byline and names nobody.
_STAFF = re.compile(r"\s+(?:staff|news staff|writers?|reporters?|and agencies|news agency)$", re.IGNORECASE)
#: Shorter texts are alike by chance.
_SHORTEST_TEXT = 80


def agency(item: Stored) -> str:
    """Name the agency that an item's text is credited to, by its outlet, its byline or its dateline; "" for none."""
    dateline = _DATELINE.match(item.summary)
    byline = _STAFF.sub("", _BYLINE.sub("", item.author))
    signed = _SIGNATURE.search(item.summary)
    marks = [mark[1] for mark in (dateline, signed) if mark]
    credited = (item.source, byline, *re.split(r"[,;/]| and | with ", byline), *marks)
    return next((_AGENCY_OF[name] for name in map(text.folded, credited) if name in _AGENCY_OF), "")


def arrange(items: Iterable[Stored], *, order: Sequence[int] = ()) -> tuple[Telling, ...]:
    """Lay out the items of one story: the best first, each with those folded under it that repeat it.

    Original reporter before carrier, own text before teaser, free before paywalled, then the user's weight of the
    source, then the earliest; before all of them what ``order`` names, as they were told before.
    """
    items = tuple(items)
    if len(items) == 1:  # as most stories are; whose text it is matters where several carry it
        return (Telling(item=items[0], agency=agency(items[0]) if len(items[0].sightings) > 1 else ""),)
    credited = {item.id: agency(item) for item in items}
    heads: list[tuple[Stored, likeness.Wording, list[Stored]]] = []
    places = {item: place for place, item in enumerate(order, start=-len(order))}
    for item in sorted(items, key=lambda item: (places.get(item.id, 0), _merit(item, credited[item.id]))):
        headline = worded(item)
        copied = next((copies for _, other, copies in heads if headline.is_copy(other)), None)
        if copied is None:
            heads.append((item, headline, []))
        else:
            copied.append(item)
    return tuple(
        Telling(
            item=head,
            copies=tuple(copies),
            agency=next(filter(None, (credited[one.id] for one in (head, *copies))), ""),
        )
        for head, _, copies in heads
    )


def worded(item: Stored) -> likeness.Wording:
    """Cut up an item's headline, to see whom it repeats."""
    return likeness.wording(titles.plain(item.title, item.source), titles.outlet(item.source))


def _merit(item: Stored, credit: str) -> tuple[bool, bool, bool, bool, float, datetime, int]:
    """Sort what should stand for a story before what should not, and what no page shows to the end."""
    is_carrier = bool(credit) and _AGENCY_OF.get(text.folded(item.source)) != credit
    return not item.shown, is_carrier, not item.has_text, item.paywalled, -item.weight, item.time, item.id


def origins(tellings: Sequence[Telling]) -> tuple[Origin, ...]:
    """Tell who reports a story for himself, in the order of the tellings, each with the outlets that carry it.

    Reports that credit one agency, that repeat each other, or whose texts are nearly the same come from one origin; so
    do the reports of one outlet.
    """
    if len(tellings) == 1 and not tellings[0].copies:
        alone = tellings[0]
        name = alone.agency or alone.item.source
        return (Origin(name=name, outlets=outlets_of(alone.item), is_agency=bool(alone.agency)),)
    found: list[_Reporter] = []
    for telling in tellings:
        one = _reporter(telling)
        same = next((other for other in found if other.is_same(one)), None)
        if same is None:
            found.append(one)
        else:
            same.outlets.update(
                {folded: outlet for folded, outlet in one.outlets.items() if folded not in same.outlets}
            )
            same.texts.extend(one.texts)
            if one.is_agency and not same.is_agency:
                same.name, same.folded, same.is_agency = one.name, one.folded, True
    return tuple(Origin(name=one.name, outlets=tuple(one.outlets.values()), is_agency=one.is_agency) for one in found)


@dataclass(slots=True)
class _Reporter:
    """An origin on its way, with what others are recognised by that come from it too."""

    name: str
    folded: str
    is_agency: bool
    outlets: dict[str, str]
    texts: list[likeness.Wording]

    def is_same(self, other: _Reporter) -> bool:
        is_outlet = not (self.is_agency or other.is_agency)  # who carries an agency may report for himself as well
        is_carried = is_outlet and (other.folded in self.outlets or self.folded in other.outlets)
        if self.folded == other.folded or is_carried:
            return True
        return any(text.is_copy(known) for text in other.texts for known in self.texts)


def _reporter(telling: Telling) -> _Reporter:
    name = telling.agency or telling.item.source
    return _Reporter(
        name=name,
        folded=titles.outlet(name),
        is_agency=bool(telling.agency),
        outlets={titles.outlet(outlet): outlet for item in telling.items for outlet in outlets_of(item)},
        texts=[
            likeness.wording(text.folded(item.summary)) for item in telling.items if len(item.summary) >= _SHORTEST_TEXT
        ],
    )


def outlets_of(item: Stored) -> tuple[str, ...]:
    """Name the outlets that carry an item, each once: its own source, then the feeds that were seen with it."""
    if len(item.sightings) == 1 and item.sightings[0].name == item.source != "":  # as most items have it
        return (item.source,)
    told = (one.name for one in item.sightings if not one.is_list)
    names = dict.fromkeys(name for name in (item.source, *told) if name)
    return tuple({titles.outlet(name): name for name in names}.values()) if len(names) > 1 else tuple(names)


def carriers(origin: Origin) -> tuple[str, ...]:
    """Name the outlets that carry what an origin reports, besides itself."""
    own = titles.outlet(origin.name)
    return tuple(outlet for outlet in origin.outlets if titles.outlet(outlet) != own)
