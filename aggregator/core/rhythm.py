"""How often a feed really publishes, and what follows: its interval of ``every: auto``, its silence, what was missed.

Measured from the times of its newest items alone. Knows nothing of what servers ask for; see ``core.schedule``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby, pairwise

from aggregator.core.model import Change, FeedState, Polling, Reading, Rhythm, Status, Verdict

#: The newest items that count, so that a feed that changes its habits is known by the new ones soon.
SAMPLE = 30
FEWEST = 3
#: Bounds of ``every: auto``, and what it means for a feed of which too little is known.
SHORTEST = timedelta(minutes=10)
LONGEST = timedelta(days=1)
UNKNOWN = timedelta(minutes=30)
#: Four times the longest silence lately is no weekend or holiday any more; three days are one for any feed.
SILENT_FACTOR = 4
SILENT_LEAST = timedelta(days=3)

_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)


def of(times: Iterable[datetime], *, now: datetime) -> Rhythm | None:
    """Measure a feed's rhythm from the times of its items, in any order; None while fewer than three differ.

    The 30 newest count. Of five gaps or more the longest is left out: an article that is pinned since last year says
    nothing of today.
    """
    # Not by a set: to hash the times would be a quarter of all this (195,000 instructions for 21 of them, now 147,000).
    known = [time for time, _ in groupby(sorted(time for time in times if time <= now))][-SAMPLE:]
    if len(known) < FEWEST:
        return None
    gaps = sorted(later - earlier for earlier, later in pairwise(known))
    telling = gaps[:-1] if len(gaps) > 4 else gaps
    usual = sum(telling, timedelta(0)) / len(telling)
    return Rhythm(usual=_whole(usual), longest=_whole(telling[-1]), newest=known[-1])


# --- how often to look -----------------------------------------------------------------------------------------------


def interval(state: FeedState, *, now: datetime) -> tuple[timedelta, str]:
    """Give the time between two polls that suits a feed by itself, and its name; no hint of a server is in it yet.

    What ``every`` says. Where that is auto, half of the usual gap, so that an entry waits for a quarter of it on
    average; more, in proportion, once the feed is silent for twice as long as it lately has been at all, so that an
    entry waits for a quarter of the silence at most; within 10 minutes and 24 hours. A tighter pace goes before both.
    """
    own, name = _own(state, now=now)
    return (state.pace, "entries were missed") if state.pace and state.pace < own else (own, name)


def _own(state: FeedState, *, now: datetime) -> tuple[timedelta, str]:
    if state.feed.every is not None:
        return state.feed.every, "every"
    if state.rhythm is None:
        return UNKNOWN, "auto: too little is known of it"
    silence, longest = now - state.rhythm.newest, 2 * max(state.rhythm.longest, _SECOND)
    gap = max(state.rhythm.usual, _SECOND) * max(1.0, silence / longest)
    said = often(gap) if silence <= longest else f"nothing new for {_long(silence)}"
    return min(max(_whole(gap / 2), SHORTEST), LONGEST), f"auto: {said}"


def paced(state: FeedState, *, missed: int, polling: Polling, now: datetime) -> timedelta | None:
    """Give the interval for a feed that may need a tighter one than its own, after a poll that worked; None: its own.

    Where entries were missed it is half of what was in force, but not under ``polling.shortest``. Each poll that
    missed nothing, also one that found nothing new, lengthens it by a tenth: eight of them undo one halving.
    """
    own, _ = _own(state, now=now)
    pace = min(state.pace or own, own)
    following = _whole(max(pace / 2, polling.shortest) if missed else pace * 1.1)
    return following if following < own else None


# --- what it tells ---------------------------------------------------------------------------------------------------


def missed(state: FeedState, reading: Reading, changes: Sequence[Change], *, now: datetime) -> int:
    """Estimate how many entries came and went between a feed's last document and this one; 0 where none did.

    ``state`` is as it was before this poll. Two documents without a common entry are a window that rolled over: at
    least one is missing, else as many as usually come between the last poll that worked and the first entry of the
    new document (without dates: a window's length ago). A document of one entry is a notice, and no window.
    """
    is_seen = any(change.verdict in (Verdict.EDITED, Verdict.UNCHANGED) for change in changes)
    if state.entries < 2 or not changes or reading.repeated or is_seen:
        return 0
    if state.rhythm is None:
        return 1
    usual = max(state.rhythm.usual, _SECOND)
    dated = [change.item.published for change in changes if change.item.published]
    begins = min(dated, default=now - usual * len(changes))
    looked = min((moment for moment in (state.last_polled, state.failing_since) if moment), default=now)
    return max(1, round((begins - looked) / usual))


def is_silent(state: FeedState) -> bool:
    """Ask whether a feed has brought nothing for long, compared with its own rhythm.

    Its last poll counts and not the clock: what nobody looked for is no silence.
    """
    if state.rhythm is None or state.last_polled is None:
        return False
    return state.last_polled - state.rhythm.newest > max(SILENT_FACTOR * state.rhythm.longest, SILENT_LEAST)


def status(state: FeedState) -> Status:
    """Say in one word how a feed is doing, also compared with the others and with its own rhythm."""
    if state.twin:
        return Status.TWIN
    return Status.SILENT if state.status is Status.OK and is_silent(state) else state.status


# --- in words --------------------------------------------------------------------------------------------------------


def often(gap: timedelta) -> str:
    """Say how often something comes: "about 6 entries a day", "about 1 entry in 3 days"."""
    if gap >= 1.5 * _DAY:
        return f"about 1 entry in {round(gap / _DAY)} days"
    daily = round(_DAY / gap)
    return f"about {daily} entries a day" if daily > 1 else "about 1 entry a day"


def _long(span: timedelta) -> str:
    return f"{span // _DAY} days" if span >= 2 * _DAY else f"{span // timedelta(hours=1)} hours"


def _whole(span: timedelta) -> timedelta:
    """Round up to whole seconds."""
    return -(-span // _SECOND) * _SECOND
