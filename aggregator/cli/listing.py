"""What is said of feeds: a row of the list, the same for programs, and the lines below. Prints nothing itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from aggregator.config import rulings
from aggregator.core import identity, rhythm, schedule, text, urls
from aggregator.core.model import Config, FeedState, Status
from aggregator.edges.store import Archive

COLUMNS = ("Feed", "Category", "Status", "Items", "Last poll", "Next poll")

_SECOND = timedelta(seconds=1)
#: Units of a span of time, with how much of each is said in the next smaller one.
_UNITS = (("days", 86_400, 36 * 3_600), ("h", 3_600, 90 * 60), ("min", 60, 90), ("s", 1, 0))


def states(found: Config) -> list[FeedState]:
    """Give the state of every feed of the settings; one that was never polled has a blank one. Raises StoreError."""
    with Archive.open(found.storage) as archive:
        known = {state.feed.url: state for state in archive.states()} if archive else {}
    blank = [FeedState(id=0, feed=feed, name=feed.name or urls.public(feed.url)) for feed in found.feeds]
    return [
        replace(known[state.feed.url], feed=state.feed, name=state.feed.name or known[state.feed.url].name)
        if state.feed.url in known
        else state
        for state in blank
    ]


def cells(state: FeedState, *, now: datetime) -> tuple[str, ...]:
    """Write the row of the list for a feed, in the order of ``COLUMNS``."""
    category, status = state.feed.category or "", rhythm.status(state).value
    return state.name, category, status, str(state.sightings), _last(state, now=now), _next(state, now=now)


def _last(state: FeedState, *, now: datetime) -> str:
    if state.last_polled is None:
        return "never"
    return f"{span(now - state.last_polled)} ago" if now > state.last_polled else "just now"


def _next(state: FeedState, *, now: datetime) -> str:
    if state.twin:
        return f"with {state.twin}"
    at, reason = schedule.expected(state, now=now)
    if at is None:
        return "never" if state.gone else "when aggregator runs"
    when = f"in {span(at - now)}" if at > now else "now"
    return f"{when}: {reason}" if reason else when


def record(state: FeedState, *, now: datetime) -> dict[str, object]:
    """Give what the list says of a feed as values for other programs; spans in seconds."""
    at, reason = schedule.expected(state, now=now)
    return {
        "url": urls.public(state.feed.url),
        "title": state.name,
        "category": state.feed.category,
        "status": rhythm.status(state).value,
        "last_error": state.trouble,
        "items": state.sightings,
        "last_polled": text.instant(state.last_polled),
        "next_poll": text.instant(at),
        "next_reason": reason or None,
        "moved_to": _shown(state.moved) if state.moved else None,
        "same_as": state.twin,
        "rhythm": _rhythm(state),
    }


def _rhythm(state: FeedState) -> dict[str, object] | None:
    if state.rhythm is None:
        return None
    return {
        "usual_seconds": state.rhythm.usual // _SECOND,
        "longest_seconds": state.rhythm.longest // _SECOND,
        "newest": text.instant(state.rhythm.newest),
    }


def notes(state: FeedState, *, path: Path, timezone: ZoneInfo) -> Iterator[str]:
    """Say what there is to know of a feed beyond its row, a line each; ``path`` is the settings file."""
    yield from advice(state, path=path)
    if state.trouble and not state.twin:
        again = f"; it is not asked again while it stands in {path}" if state.gone else ""
        yield f"{state.name}: {state.trouble}{again}"
    if state.left_out:
        yield f"{state.name}: its document holds more entries than are read; {state.left_out:,} were left out"
    if state.unsteady >= identity.UNSTEADY:
        yield f"{state.name}: gives its entries new guids at every poll; they are known by link, headline and text"
    if state.rhythm and rhythm.status(state) is Status.SILENT:
        since = state.rhythm.newest.astimezone(timezone)
        yield f"{state.name}: nothing new since {since:%Y-%m-%d}, usually every {span(state.rhythm.usual)}"


def advice(state: FeedState, *, path: Path) -> Iterator[str]:
    """Say what in the settings file could follow what became of a feed; to leave it as it is is no mistake."""
    if state.twin:
        yield f"{state.name}: ends at the same address as {state.twin}; polled once. Take one of them out of {path}"
    elif state.moved:
        yield f"{state.name}: moved to {_shown(state.moved)}; update {path}"


def idle(found: Config, *, path: Path) -> Iterator[str]:
    """Say which rulings are about articles that nobody knows, and so rule nothing. Raises StoreError."""
    named = dict.fromkeys(article for ruling in found.rulings for article in ruling.articles)
    with Archive.open(found.storage) as archive:
        unknown = [article for article in named if archive and not archive.find(article)]
    for article in unknown:
        yield f"{path.with_name(rulings.FILE_NAME)}: no article is known by {article!r}; it rules nothing"


def _shown(url: str) -> str:
    return text.line(urls.public(url))


def span(length: timedelta) -> str:
    """Write a length of time in its own unit: "42 min", "30 h", "3 days"."""
    seconds = length // _SECOND
    unit, size = next((unit, size) for unit, size, least in _UNITS if seconds >= least)
    return f"{round(seconds / size)} {unit}"
