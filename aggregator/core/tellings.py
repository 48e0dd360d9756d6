"""How a story is told: which report leads, which only repeat another, and who reports for himself.

Takes the items of one story and lays them out. Does not decide what a story is (that is ``group``), nor how much one
weighs (that is ``rank``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
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
_BYLINE = re.compile(r"^(?:by|von|par|por|di|af|av|door)\s+", re.IGNORECASE)
#: What stands behind the agency's name in a byline and names nobody.
_STAFF = re.compile(r"\s+(?:staff|news staff|writers?|reporters?|and agencies|news agency)$", re.IGNORECASE)
#: Shorter texts are alike by chance.
_SHORTEST_TEXT = 80


def agency(item: Stored) -> str:
    """Name the agency that an item's text is credited to, by its outlet, its byline or its dateline; "" for none."""
    dateline = _DATELINE.match(item.summary)
    byline = _STAFF.sub("", _BYLINE.sub("", item.author))
    credited = (item.source, byline, *re.split(r"[,;/]| and | with ", byline), dateline[1] if dateline else "")
    return next((_AGENCY_OF[name] for name in map(text.folded, credited) if name in _AGENCY_OF), "")


def arrange(items: Iterable[Stored], *, first: int | None = None) -> tuple[Telling, ...]:
    """Lay out the items of one story: the best first, each with those folded under it that repeat it.

    Original reporter before carrier, own text before teaser, free before paywalled, then the user's weight of the
    source, then the earliest; before all of them the item ``first``, if it is there.
    """
    items = tuple(items)
    if len(items) == 1:  # as most stories are; whose text it is matters where several carry it
        return (Telling(item=items[0], agency=agency(items[0]) if len(items[0].sightings) > 1 else ""),)
    credited = {item.id: agency(item) for item in items}
    heads: list[tuple[Stored, str, list[Stored]]] = []
    for item in sorted(items, key=lambda item: (item.id != first, _merit(item, credited[item.id]))):
        worded = titles.plain(item.title, item.source)
        copied = next((copies for _, other, copies in heads if likeness.is_copy(worded, other)), None)
        if copied is None:
            heads.append((item, worded, []))
        else:
            copied.append(item)
    return tuple(Telling(item=head, copies=tuple(copies), agency=credited[head.id]) for head, _, copies in heads)


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
        return (Origin(name=alone.agency or alone.item.source, outlets=outlets_of(alone.item)),)
    found: list[tuple[str, dict[str, str], list[str]]] = []
    for telling in tellings:
        outlets = {titles.outlet(name): name for item in telling.items for name in outlets_of(item)}
        texts = [text.folded(item.summary) for item in telling.items if len(item.summary) >= _SHORTEST_TEXT]
        name = telling.agency or telling.item.source
        same = next((one for one in found if _is_same(one, name, outlets, texts)), None)
        if same is None:
            found.append((name, outlets, texts))
        else:
            same[1].update({folded: outlet for folded, outlet in outlets.items() if folded not in same[1]})
            same[2].extend(texts)
    return tuple(Origin(name=name, outlets=tuple(outlets.values())) for name, outlets, _ in found)


def _is_same(
    origin: tuple[str, dict[str, str], list[str]],
    name: str,
    outlets: dict[str, str],
    texts: list[str],
) -> bool:
    known_name, known_outlets, known_texts = origin
    if known_name == name or titles.outlet(name) in known_outlets or titles.outlet(known_name) in outlets:
        return True
    return any(likeness.is_copy(one, other) for one in texts for other in known_texts)


def outlets_of(item: Stored) -> tuple[str, ...]:
    """Name the outlets that carry an item, each once: its own source, then the feeds that were seen with it."""
    names = dict.fromkeys((item.source, *(one.name for one in item.sightings)))
    return tuple({titles.outlet(name): name for name in names if name}.values()) if len(names) > 1 else tuple(names)
