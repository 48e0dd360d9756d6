"""The theme: where its templates lie, and the words and views they may use. Escapes everything; writes no file.

Months and weekdays are English and spelt here, since ``strftime`` follows the locale of the process.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from email.utils import format_datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from aggregator.core import tellings, text, urls
from aggregator.core.model import Digest, Edition, Origin, Section, Shelf, Sighting, Stored, Story, Telling
from aggregator.edges.render import compiled
from aggregator.edges.stamp import templates

_MONTHS = "January February March April May June July August September October November December".split()
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def fill(template: str, **values: object) -> bytes:
    """Fill a template with these values, everything escaped; StrictUndefined raises where one is missing.

    No character that XML forbids comes out, whatever the store holds; all of it is looked through at once.
    """
    return text.encoded(_environment().get_template(template).render(**values))


def macro(template: str, name: str, **values: object) -> Callable[..., Markup]:
    """Give a macro of a template that needs these values, for printing a part of pages by itself."""
    module = _environment().get_template(template).make_module(values)
    found: Callable[..., Markup] = getattr(module, name)
    return found


def files() -> tuple[tuple[str, bytes], ...]:
    """Give the names and bytes of the theme's files, by which a change of theme is noticed."""
    return tuple((path.name, path.read_bytes()) for path in sorted(templates().iterdir()) if path.is_file())


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates()),
        autoescape=True,  # everywhere: select_autoescape() would leave feed.xml raw
        bytecode_cache=compiled.beside(templates(), made_by=Path(__file__).read_text(encoding="utf-8")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        by_month=_by_month,
        carried=_carried,
        carriers=tellings.carriers,
        closing=_closing,
        common_language=_common_language,
        day=_day,
        href=urls.clean,
        ids=_ids,
        language=_language,
        moment=_moment,
        origin=_origin,
        others=_others,
        public=urls.public,
        reports=_reports,
        rfc822=_rfc822,
        sections=_sections,
        tellers=_tellers,
        told=_told,
        utc=text.instant,
        weekday=_weekday,
    )
    return environment


# --- words for times -------------------------------------------------------------------------------------------------


def _weekday(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()]} {day.day}"


def _day(day: date) -> str:
    return f"{_weekday(day)} {_MONTHS[day.month - 1]} {day.year}"


def _moment(moment: datetime, timezone: ZoneInfo) -> str:
    local = moment.astimezone(timezone)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {local:%H:%M}"


def _told(moment: datetime, day: date, timezone: ZoneInfo, *, timed: bool = True) -> str:
    """Say when, seen from a day: the time alone within it, the date too outside it, the year where it differs.

    ``timed``: the time of day is known; else it is the date in any case.
    """
    local = moment.astimezone(timezone)
    if timed and local.date() == day:
        return f"{local:%H:%M}"
    year = "" if local.year == day.year else f" {local.year}"
    return f"{local.day} {_MONTHS[local.month - 1]}{year}" + (f", {local:%H:%M}" if timed else "")


def _closing(edition: Edition, timezone: ZoneInfo) -> str:
    """Say at what time of its day an edition closes; midnight at its end is 24:00."""
    local = edition.closes.astimezone(timezone)
    return f"{local:%H:%M}" if local.date() == edition.date else "24:00"


def _rfc822(moment: datetime) -> str:
    """Write a time as RSS 2.0 wants it (RFC 822 with a year of four digits)."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _by_month(editions: Sequence[Edition]) -> list[tuple[str, list[Edition]]]:
    months = groupby(editions, key=lambda edition: f"{_MONTHS[edition.date.month - 1]} {edition.date.year}")
    return [(month, list(dated)) for month, dated in months]


# --- views of stories ------------------------------------------------------------------------------------------------


def _sections(digest: Digest) -> list[Section]:
    """Give the sections that hold something, in their order, what has no category last."""
    return sorted((section for section in digest.sections if section.stories), key=lambda section: not section.category)


def _ids(stories: Shelf[Story]) -> frozenset[int]:
    """Give the ids of stories, to look up which are among them."""
    return frozenset(stories.ids)


def _others(telling: Telling) -> list[tuple[str, str | None]]:
    """Give who else carried a report, or told it in nearly the same words, with his own link; each once."""
    item = telling.item
    if not telling.copies and all(sighting.name == item.source for sighting in item.sightings):  # nobody else had it
        return []
    own = (sighting for sighting in item.sightings if not sighting.is_list)
    found = [(sighting.name, sighting.link if sighting.link != item.link else None) for sighting in own]
    for copy in telling.copies:
        found += [(copy.source, copy.link), *((one.name, one.link) for one in copy.sightings if not one.is_list)]
    firsts: dict[str, tuple[str, str | None]] = {}
    for name, link in found:
        firsts.setdefault(name.casefold(), (name, link))
    firsts.pop(item.source.casefold(), None)
    return list(firsts.values())


def _reports(story: Story) -> list[Telling]:
    """Give the further reports of a story that are shown."""
    return [telling for telling in story.tellings[1:] if telling.item.shown]


def _carried(story: Story) -> list[Origin]:
    """Give the agencies and outlets whose report several others carry."""
    return [origin for origin in story.origins if len(origin.outlets) > 1 and tellings.carriers(origin)]


def _tellers(story: Story) -> list[tuple[str, str | None]]:
    """Give who told the story besides its lead's source, each once, with the link of his own report."""
    if len(story.tellings) == 1 and story.lead.shown:  # as most stories have it
        return _others(story.tellings[0])
    firsts: dict[str, tuple[str, str | None]] = {}
    for telling in story.tellings:
        if telling.item.shown:
            for name, link in ((telling.item.source, telling.item.link), *_others(telling)):
                firsts.setdefault(name.casefold(), (name, link))
    firsts.pop(story.lead.source.casefold(), None)
    return list(firsts.values())


def _origin(item: Stored) -> Sighting | None:
    """Give the sighting that an item came from: its source's own, else the first."""
    own = (sighting for sighting in item.sightings if sighting.name == item.source)
    return next(own, next(iter(item.sightings), None))


def _language(tag: str) -> str:
    """Give a language tag that looks like one (RFC 5646 §2.1), else ""."""
    return tag if _LANGUAGE.fullmatch(tag) else ""


def _common_language(tags: Iterable[str]) -> str:
    """Give the one language that all agree on, else ""."""
    first, *others = {*tags} or {""}
    return "" if others else _language(first)
