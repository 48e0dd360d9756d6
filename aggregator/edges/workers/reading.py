"""Reading one feed: ask, recognise what has not changed, have what is new understood where it can be killed.

Five steps, each ending the work where it can: a 304; the same body; the same bytes from the first entry on; no unknown
entry; the unknown entries alone. Stateless: everything it needs comes in, everything it learns goes out as a
``Reading``. Stores nothing, and does not know which items are new.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from aggregator.core import pieces, schedule, text, urls
from aggregator.core.errors import FeedError
from aggregator.core.model import FeedState, FeedType, Outcome, Polling, Reading, Trace, Validators
from aggregator.edges.http import Fetcher, Response
from aggregator.edges.understanding import Job, Understood
from aggregator.edges.workers import moving, refusing

UTC = ZoneInfo("UTC")
REASON_LIMIT = 400
#: Longer ones do not fit into a request that servers accept.
VALIDATOR_LIMIT = 2048
#: While its entries stay the same, what stands before them (a title, a timetable) is read again this often.
READ_HEAD_EVERY = timedelta(days=1)
#: Answers that bring no whole document, though they are successes.
_NO_DOCUMENT = (HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT, HTTPStatus.PARTIAL_CONTENT)


class Reader:
    """Read feeds under one set of rules; thread-safe.

    ``understand`` does all that looks into a document, and raises FeedError in words that a user can act on.
    """

    def __init__(
        self, fetcher: Fetcher, understand: Callable[[Job], Understood], *, polling: Polling, timezone: ZoneInfo = UTC
    ) -> None:
        self._fetcher = fetcher
        self._understand = understand
        self._polling = polling
        self._timezone = timezone

    def read(self, state: FeedState, *, now: datetime) -> Reading:
        """Read one feed, wherever its redirects lead; else as ``step``."""
        outcome = self.step(state, now=now)
        while isinstance(outcome, Response):
            outcome = self.step(state, now=now, after=outcome)
        return outcome

    def step(self, state: FeedState, *, now: datetime, after: Response | None = None) -> Reading | Response:
        """Read one feed as far as one host leads: the feed's own, or the one to which ``after`` leads on.

        An answer that leads on to another host is given as it is. Whatever else happens, a feed that fails, or a bug
        that it uncovers, is a Reading with its reason. ``now`` is the moment at which the request is sent.
        """
        status = None
        try:
            whole = schedule.wants_all(state, polling=self._polling, now=now) or _has_more(state)
            asked = replace(state, validators=Validators()) if whole else state
            response = self._fetcher.fetch(
                asked.address,
                validators=asked.validators,
                leave_host=False,
                after=after,
                known=None if _has_more(state) else state.trace.body,
            )
            status = response.status
            if response.leads_on:
                return response
            return self._judged(response, state=asked, now=now)
        except FeedError as error:
            return _failed(error.reason, status=status, now=now)
        except Exception as error:  # noqa: BLE001 - a bug must cost its feed one poll, never the other feeds theirs
            reason = f"a bug in aggregator: {type(error).__name__}: {error}"
            return replace(_failed(reason, status=status, now=now), traceback=traceback.format_exc())

    def _judged(self, response: Response, *, state: FeedState, now: datetime) -> Reading:
        if response.status == HTTPStatus.NOT_MODIFIED and state.validators != Validators():
            return _not_modified(response, state=state, now=now)
        if not HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES or response.status in _NO_DOCUMENT:
            return _refused(response, state=state, now=now)
        before = state.trace
        tail = before.tail if response.repeats else _tail(response.body, state)
        trace = Trace(body=response.digest, tail=tail, head_read=before.head_read, fetched=now)
        if response.repeats or (_repeats_entries(trace, before, now=now) and not _has_more(state)):
            return _unchanged(response, state=state, validators=_validators(response), trace=trace, now=now)
        return self._understood(response, trace=replace(trace, head_read=now), state=state, now=now)

    def _understood(self, response: Response, *, trace: Trace, state: FeedState, now: datetime) -> Reading:
        job = Job(
            body=response.body,
            url=response.url,
            content_type=response.headers.get("content-type", ""),
            known=state.pieces,
            head=state.head,
            is_list=state.feed.type is FeedType.HEADLINES,
            name=state.feed.name,
            timezone=self._timezone.key,
            now=int(now.timestamp()),
        )
        try:
            found = self._understand(job)
        except FeedError as error:
            wall = refusing.bot_wall(response)
            if wall:
                raise FeedError(response.url, wall) from error
            raise
        return Reading(
            outcome=Outcome.READ,
            asked=now,
            status=response.status,
            format=found.format,
            title=found.title,
            items=found.items,
            pieces=found.pieces,
            repeated=found.repeated,
            left_out=found.left_out,
            unread=found.unread,
            head=found.head,
            validators=_validators(response),
            trace=trace,
            timetable=found.timetable,
            hints=schedule.hints(response.headers, status=response.status, now=now),
            moved=moving.moved(state, response),
        )


def _tail(body: bytes, state: FeedState) -> str | None:
    """Hash a document from its first entry on; None where it is a headline list, which has no such mark."""
    return pieces.tail_digest(body) if state.feed.type is FeedType.FEED else None


def _has_more(state: FeedState) -> bool:
    """Ask whether a feed's document had more entries than are read at once; the next poll reads on where it is cut."""
    return bool(state.left_out and state.pieces)


def _repeats_entries(trace: Trace, before: Trace, *, now: datetime) -> bool:
    """Ask whether a document is the one before from its first entry on, and what stands there was read of late."""
    is_head_known = before.head_read is not None and before.head_read <= now < before.head_read + READ_HEAD_EVERY
    return trace.tail is not None and trace.tail == before.tail and is_head_known


def _not_modified(response: Response, *, state: FeedState, now: datetime) -> Reading:
    """Keep what is known; a validator that this answer carries is newer than ours (RFC 9111 §4.3.4)."""
    fresh, kept = _validators(response), state.validators
    validators = Validators(etag=fresh.etag or kept.etag, last_modified=fresh.last_modified or kept.last_modified)
    return _unchanged(response, state=state, validators=validators, trace=state.trace, now=now)


def _unchanged(response: Response, *, state: FeedState, validators: Validators, trace: Trace, now: datetime) -> Reading:
    return Reading(
        outcome=Outcome.UNCHANGED,
        asked=now,
        status=response.status,
        validators=validators,
        trace=trace,
        timetable=state.timetable,
        hints=schedule.hints(response.headers, status=response.status, now=now),
        moved=moving.moved(state, response),
    )


def _refused(response: Response, *, state: FeedState, now: datetime) -> Reading:
    """Report what brought no document; only the configured address can say that a feed is gone for good.

    Where that redirects for the time being, it has said nothing of the kind.
    """
    is_gone = response.status == HTTPStatus.GONE and state.moved is None and moving.is_for_good(response)
    reason = refusing.bot_wall(response) or refusing.refusal(response.status)
    return Reading(
        outcome=Outcome.GONE if is_gone else Outcome.FAILED,
        asked=now,
        status=response.status,
        host=urls.host(response.url),
        hints=schedule.hints(response.headers, status=response.status, now=now),
        reason=reason,
    )


def _failed(reason: str, *, status: int | None, now: datetime) -> Reading:
    """Report a failure in words fit to print anywhere: they may quote what a server sent."""
    plain = text.shortened(text.line(reason), REASON_LIMIT)
    return Reading(outcome=Outcome.FAILED, asked=now, status=status, reason=plain)


def _validators(response: Response) -> Validators:
    etag, last_modified = (response.headers.get(name, "") for name in ("etag", "last-modified"))
    return Validators(
        etag=etag if 0 < len(etag) <= VALIDATOR_LIMIT else None,
        last_modified=last_modified if 0 < len(last_modified) <= VALIDATOR_LIMIT else None,
    )
