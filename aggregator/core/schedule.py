"""When to look at a feed again, and why then. One pure function of what happened; reads no clock, sleeps nowhere.

The interval is the longest of what the user, the publisher and the failures ask for; a Retry-After always holds.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from aggregator.core.model import FeedState, Hints, Next, Outcome, Polling, Reading

#: No hint of a publisher, and no Retry-After, keeps us away for longer than this.
LONGEST_HINT = timedelta(days=1)
LONGEST_BACKOFF = timedelta(days=1)
#: Share of the interval by which feeds are spread, so that those added together do not stay together.
JITTER = 0.05


def after(state: FeedState, reading: Reading, *, polling: Polling, now: datetime) -> Next:
    """Decide when to poll a feed next, counted from ``now``, with the reason in words."""
    if reading.outcome is Outcome.GONE:
        return Next(at=None, reason="gone: the server says this feed was removed for good (HTTP 410)")
    wait, reason = _interval(state, reading, polling=polling)
    at = now + wait + _jitter(state.feed.url, wait)
    quiet = _quiet_until(reading.hints, now=now)
    if quiet and quiet > at:
        return Next(at=quiet, reason="Retry-After", quiet_until=quiet)
    return Next(at=at, reason=reason, quiet_until=quiet)


def _interval(state: FeedState, reading: Reading, *, polling: Polling) -> tuple[timedelta, str]:
    wishes = [(state.feed.every, "every"), (polling.shortest, "polling.shortest")]
    wishes += [(min(hint, LONGEST_HINT), name) for hint, name in _publisher(reading.hints)]
    if reading.outcome is Outcome.FAILED:
        wishes.append(
            (_backoff(state.feed.every, failures=state.failures + 1), f"failed {state.failures + 1} in a row")
        )
    longest = max(wait for wait, _ in wishes)
    return longest, next(name for wait, name in wishes if wait == longest)


def _publisher(hints: Hints) -> list[tuple[timedelta, str]]:
    return [(hint, name) for hint, name in ((hints.ttl, "ttl"), (hints.max_age, "max-age")) if hint]


def _backoff(every: timedelta, *, failures: int) -> timedelta:
    """Double the interval with each failure after the first, a day at most (or the interval, if longer)."""
    return max(every, min(every * (1 << min(failures - 1, 20)), LONGEST_BACKOFF))


def _quiet_until(hints: Hints, *, now: datetime) -> datetime | None:
    return min(hints.retry_after, now + LONGEST_HINT) if hints.retry_after and hints.retry_after > now else None


def _jitter(url: str, wait: timedelta) -> timedelta:
    """Give a feed its own fixed share of the jitter, so that its rhythm is steady."""
    share = random.Random(url).random()  # noqa: S311 - spreads load, guards nothing
    return timedelta(seconds=int(wait.total_seconds() * JITTER * share))


def is_due(state: FeedState, *, now: datetime, ignore_hints: bool = False) -> bool:
    """Ask whether a feed may be polled now; ``ignore_hints`` waits for nothing but Retry-After and 410."""
    is_quiet = state.quiet_until is not None and now < state.quiet_until <= now + LONGEST_HINT  # else a clock was wrong
    if state.gone or is_quiet:
        return False
    clock_went_back = state.last_polled is not None and state.last_polled > now
    return ignore_hints or clock_went_back or state.next_poll is None or state.next_poll <= now


def hints(headers: Mapping[str, str], *, status: int, ttl: timedelta | None, now: datetime) -> Hints:
    """Read what an answer says about coming again; header names are lower-case.

    ``Cache-Control: max-age`` (RFC 9111 §5.2.2.1) unless ``no-cache`` or ``no-store`` cancel it; ``Retry-After``
    (RFC 9110 §10.2.3), seconds or a date, on 429 and 503 only. What cannot be read is no hint.
    """
    control = headers.get("cache-control", "").lower()
    age = None if re.search(r"\bno-(cache|store)\b", control) else re.search(r"\bmax-age\s*=\s*\"?(\d{1,9})", control)
    return Hints(
        ttl=ttl,
        max_age=timedelta(seconds=int(age.group(1))) if age else None,
        retry_after=_retry_after(headers, now=now) if status in (429, 503) else None,
    )


def _retry_after(headers: Mapping[str, str], *, now: datetime) -> datetime | None:
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d+", value):
        return now + min(timedelta(seconds=min(int(value[:12]), 10**9)), LONGEST_HINT)
    moment = _http_date(value)
    sent = _http_date(headers.get("date", ""))
    wait = moment - (sent or now) if moment else None  # relative to their clock, not ours
    return None if wait is None else now + min(max(wait, timedelta(0)), LONGEST_HINT)


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
