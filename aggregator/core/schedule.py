"""When to look at a feed again, and why then. One pure function of what happened; reads no clock, sleeps nowhere.

The interval is the longest of what the user, the publisher and the failures ask for; a Retry-After always holds, and
hours that a publisher does not want us in are waited for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import blake2b

from aggregator.core import rhythm
from aggregator.core.model import FeedState, Hints, Next, Outcome, Polling, Reading, Timetable

#: No hint of a publisher, and no Retry-After, keeps us away for longer than this.
LONGEST_HINT = timedelta(days=1)
LONGEST_BACKOFF = timedelta(days=1)
#: How long a 429 that names no time quiets the other feeds of its host, at most.
LONGEST_SILENT_QUIET = timedelta(hours=1)
#: A poll is over by then; a request longer ago than this, or one yet to come, means that a clock was set meanwhile.
LONGEST_POLL = timedelta(hours=1)

_NOT_FOUND, _TOO_MANY_REQUESTS = 404, 429
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND, _HOUR = timedelta(seconds=1), timedelta(hours=1)


def after(state: FeedState, reading: Reading, *, polling: Polling, now: datetime) -> Next:
    """Decide when to poll a feed next, with the reason in words; ``now`` is when the reading is recorded.

    ``state`` is as it was before the poll, but with the rhythm and the pace that follow from it.
    """
    if reading.outcome is Outcome.GONE:
        return Next(at=None, reason="gone: the server says this feed was removed for good (HTTP 410)")
    wait, reason = _interval(state, reading, polling=polling, now=now)
    at = _slot(state.feed.url, wait, asked=_asked(reading, now=now))
    quiet = _quiet_until(reading, at=at, now=now)
    if quiet and quiet > at:
        at, reason = quiet, "Retry-After"
    timetable = reading.timetable if reading.outcome is Outcome.READ else state.timetable
    at, skipped = _welcome(state.feed.url, at, timetable=timetable)
    is_of_host = reading.status == _TOO_MANY_REQUESTS
    return Next(at=at, reason=skipped or reason, quiet_until=quiet, host_quiet=is_of_host)


# --- the interval ----------------------------------------------------------------------------------------------------


def _interval(state: FeedState, reading: Reading, *, polling: Polling, now: datetime) -> tuple[timedelta, str]:
    """Give the longest of all wishes and its name; of equal ones the first."""
    wishes = [rhythm.interval(state, now=now), (polling.shortest, "polling.shortest")]
    timetable = reading.timetable if reading.outcome is Outcome.READ else state.timetable
    wishes += [(min(hint, LONGEST_HINT), said) for hint, said in _publisher(timetable, reading.hints)]
    if reading.outcome is Outcome.FAILED:
        wishes.append(_backoff(wishes[0][0], failures=state.failures + 1, status=reading.status))
    return max(wishes, key=lambda wish: wish[0])


def _publisher(timetable: Timetable, hints: Hints) -> Iterator[tuple[timedelta, str]]:
    """List what document and server ask for; where there is a max-age, Expires means nothing (RFC 9111 §5.3)."""
    expires = hints.expires if hints.max_age is None else None
    said = ((timetable.ttl, "ttl"), (timetable.update, "sy:update"), (hints.max_age, "max-age"), (expires, "Expires"))
    return ((hint, name) for hint, name in said if hint)


def _backoff(every: timedelta, *, failures: int, status: int | None) -> tuple[timedelta, str]:
    """Double the interval with each failure after the first, a day at most (or the interval, if longer).

    An address at which there is nothing is asked more rarely still: four times the interval, then sixteen.
    """
    is_missing = status == _NOT_FOUND
    doublings = 2 * failures if is_missing else failures - 1
    name = f"failed {failures} in a row" + (" (HTTP 404)" if is_missing else "")
    return max(every, min(every * (1 << min(doublings, 20)), LONGEST_BACKOFF)), name


# --- the slot --------------------------------------------------------------------------------------------------------


def _slot(url: str, wait: timedelta, *, asked: datetime) -> datetime:
    """Give the first slot of a feed that is no sooner than 95 % of its interval after the last request.

    A feed's slots lie a quarter of the interval apart, counted from a fixed moment, by an offset of its own. So the
    next slot follows from the one that was polled: a poll up to 5 % late shifts nothing, one that is later waits a
    quarter more at most, and thousands of feeds that were asked together after a restart do not stay together.
    """
    distance = max(1, -(-wait // (4 * _SECOND)))
    earliest = _whole(asked + wait - wait // 20)
    offset = _share(url, distance)
    return _EPOCH + (offset - (offset - earliest) // distance * distance) * _SECOND


def _whole(moment: datetime) -> int:
    """Count the seconds from the fixed moment to this one, begun ones included."""
    return -(-(moment - _EPOCH) // _SECOND)


def _asked(reading: Reading, *, now: datetime) -> datetime:
    is_sound = reading.asked is not None and timedelta(0) <= now - reading.asked <= LONGEST_POLL
    return reading.asked if reading.asked and is_sound else now


def _share(url: str, parts: int) -> int:
    """Give a feed a number from 0 to ``parts`` - 1 that is its own and never changes; not Python's hash, which does."""
    digest = blake2b(url.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) * parts >> 64


def _quiet_until(reading: Reading, *, at: datetime, now: datetime) -> datetime | None:
    """Give the time before which nothing may be asked: what the server named, else after a 429 our own."""
    named = reading.hints.retry_after
    if named and named > now:
        return min(named, now + LONGEST_HINT)
    return min(at, now + LONGEST_SILENT_QUIET) if reading.status == _TOO_MANY_REQUESTS else None


def _welcome(url: str, at: datetime, *, timetable: Timetable) -> tuple[datetime, str | None]:
    """Put a poll off to the first hour that the publisher does not skip, and name what did; hours and days are GMT.

    Each feed has its own second of that hour, so that not all come on the stroke. To skip every hour or every day is
    nonsense and means nothing.
    """
    hours = timetable.skip_hours if not timetable.skip_hours.issuperset(range(24)) else frozenset()
    days = timetable.skip_days if not timetable.skip_days.issuperset(range(7)) else frozenset()
    moment, skipped = at, None
    while moment.weekday() in days or moment.hour in hours:
        skipped = "skipDays" if moment.weekday() in days else "skipHours"
        moment = moment.replace(minute=0, second=0, microsecond=0) + _HOUR
    return (moment + _share(url, 3600) * _SECOND if skipped else at), skipped


# --- asking ----------------------------------------------------------------------------------------------------------


def is_due(state: FeedState, *, now: datetime, ignore_hints: bool = False) -> bool:
    """Ask whether a feed may be polled now; ``ignore_hints`` waits for nothing but Retry-After and 410.

    A feed whose twin is polled is never due.
    """
    if state.gone or state.twin or _is_quiet(state, now=now):
        return False
    clock_went_back = state.last_polled is not None and state.last_polled > now
    return ignore_hints or clock_went_back or state.next_poll is None or state.next_poll <= now


def _is_quiet(state: FeedState, *, now: datetime) -> bool:
    """Ask whether a server wants quiet; for longer than a day means that a clock was wrong."""
    return state.quiet_until is not None and now < state.quiet_until <= now + LONGEST_HINT


def expected(state: FeedState, *, now: datetime) -> tuple[datetime | None, str]:
    """Say when a feed is polled next and why then, as far as is known: its host may have asked for quiet meanwhile."""
    if state.twin:
        return None, ""
    is_sooner = state.next_poll is None or state.quiet_until is None or state.next_poll < state.quiet_until
    if _is_quiet(state, now=now) and is_sooner and not state.gone:
        return state.quiet_until, "Retry-After"
    return state.next_poll, state.next_reason


def wants_all(state: FeedState, *, polling: Polling, now: datetime) -> bool:
    """Ask whether to request a whole document whatever the validators say: for long nothing but 304s has come."""
    fetched = state.trace.fetched
    return fetched is None or not timedelta(0) <= now - fetched < polling.unconditional


# --- hints -----------------------------------------------------------------------------------------------------------


def hints(headers: Mapping[str, str], *, status: int, now: datetime) -> Hints:
    """Read what an answer says about coming again; header names are lower-case.

    ``Cache-Control: max-age`` (RFC 9111 §5.2.2.1) and ``Expires`` (§5.3), unless ``no-cache`` or ``no-store`` cancel
    both; ``Retry-After`` (RFC 9110 §10.2.3), seconds or a date, on 429 and 503 only. Dates are compared with the
    answer's own. What cannot be read is no hint.
    """
    control = headers.get("cache-control", "").lower()
    is_cacheable = not re.search(r"\bno-(cache|store)\b(?!\s*=)", control)  # no-cache="Set-Cookie" is of that header
    age = re.search(r"\bmax-age\s*=\s*\"?(\d{1,9})", control) if is_cacheable else None
    now = _EPOCH + _whole(now) * _SECOND
    return Hints(
        max_age=timedelta(seconds=int(age.group(1))) if age else None,
        expires=_until(headers, "expires", now=now) if is_cacheable else None,
        retry_after=_retry_after(headers, now=now) if status in (429, 503) else None,
    )


def _retry_after(headers: Mapping[str, str], *, now: datetime) -> datetime | None:
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]+", value):
        return now + min(timedelta(seconds=min(int(value[:12]), 10**9)), LONGEST_HINT)
    wait = _until(headers, "retry-after", now=now)
    return None if wait is None else now + min(wait, LONGEST_HINT)


def _until(headers: Mapping[str, str], name: str, *, now: datetime) -> timedelta | None:
    """Give the time from an answer's Date to the date in another of its headers: by their clock, not by ours."""
    moment = _http_date(headers.get(name, ""))
    sent = _http_date(headers.get("date", ""))
    return max(moment - (sent or now), timedelta(0)) if moment else None


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
