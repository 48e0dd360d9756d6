"""Reading one feed: ask, recognise what has not changed, understand the document, clean its entries.

Stateless: everything it needs comes in, everything it learns goes out as a ``Reading``. Stores nothing, schedules
nothing, and does not know which items are new.
"""

from __future__ import annotations

import traceback
from datetime import datetime
from hashlib import blake2b
from http import HTTPStatus
from http.client import responses

from aggregator.core import normalise, schedule, text
from aggregator.core.errors import FeedError
from aggregator.core.model import FeedState, Outcome, Reading, Validators
from aggregator.edges import sources
from aggregator.edges.http import Fetcher, Response

REASON_LIMIT = 400
#: Longer ones do not fit into a request that servers accept.
VALIDATOR_LIMIT = 2048
#: Answers that bring no whole document, though they are successes.
_NO_DOCUMENT = (HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT, HTTPStatus.PARTIAL_CONTENT)


def read(state: FeedState, *, fetcher: Fetcher, now: datetime) -> Reading:
    """Read one feed, whatever happens: a feed that fails, or a bug that it uncovers, is a Reading with its reason."""
    status = None
    try:
        response = fetcher.fetch(state.feed.url, validators=state.validators)
        status = response.status
        return _judged(response, state=state, now=now)
    except FeedError as error:
        return Reading(outcome=Outcome.FAILED, status=status, reason=_plain(error.reason))
    except Exception as error:  # noqa: BLE001 - a bug must cost its feed one poll, never the other feeds theirs
        reason = _plain(f"a bug in aggregator: {type(error).__name__}: {error}")
        return Reading(outcome=Outcome.FAILED, status=status, reason=reason, traceback=traceback.format_exc())


def _plain(reason: str) -> str:
    """Make a reason fit to print anywhere: it may quote what a server sent."""
    return text.shortened(text.line(reason), REASON_LIMIT)


def _judged(response: Response, *, state: FeedState, now: datetime) -> Reading:
    if response.status == HTTPStatus.NOT_MODIFIED and state.validators != Validators():
        return _unchanged(response, state=state, now=now)
    if not HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES or response.status in _NO_DOCUMENT:
        return _refused(response, now=now)
    body_hash = blake2b(response.body, digest_size=16).hexdigest()
    if body_hash == state.body_hash:
        return _unchanged(response, state=state, now=now)
    return _understood(response, body_hash=body_hash, state=state, now=now)


def _unchanged(response: Response, *, state: FeedState, now: datetime) -> Reading:
    """Keep what is known; a validator that this answer carries is newer than ours (RFC 9111 §4.3.4)."""
    fresh = _validators(response)
    kept = Validators() if response.status == HTTPStatus.OK else state.validators
    return Reading(
        outcome=Outcome.UNCHANGED,
        status=response.status,
        validators=Validators(etag=fresh.etag or kept.etag, last_modified=fresh.last_modified or kept.last_modified),
        body_hash=state.body_hash,
        hints=schedule.hints(response.headers, status=response.status, ttl=state.ttl, now=now),
    )


def _understood(response: Response, *, body_hash: str, state: FeedState, now: datetime) -> Reading:
    content_type = response.headers.get("content-type", "")
    document = sources.parse(response.body, url=response.url, content_type=content_type)
    return Reading(
        outcome=Outcome.READ,
        status=response.status,
        format=document.format,
        title=normalise.feed_title(document),
        items=normalise.items(document, name=state.feed.name, url=response.url, now=now),
        validators=_validators(response),
        body_hash=body_hash,
        hints=schedule.hints(response.headers, status=response.status, ttl=document.ttl, now=now),
    )


def _refused(response: Response, *, now: datetime) -> Reading:
    return Reading(
        outcome=Outcome.GONE if response.status == HTTPStatus.GONE else Outcome.FAILED,
        status=response.status,
        hints=schedule.hints(response.headers, status=response.status, ttl=None, now=now),
        reason=refusal(response.status),
    )


def _validators(response: Response) -> Validators:
    etag, last_modified = (response.headers.get(name, "") for name in ("etag", "last-modified"))
    return Validators(
        etag=etag if 0 < len(etag) <= VALIDATOR_LIMIT else None,
        last_modified=last_modified if 0 < len(last_modified) <= VALIDATOR_LIMIT else None,
    )


#: What the common refusals mean to the person who reads the footer.
_MEANINGS = {
    204: "the server sent nothing",
    206: "the server sent a part that nobody asked for",
    304: "not modified, says the server, but nothing of it was read before",
    401: "it wants a user name and password",
    403: "the server refuses us",
    404: "there is nothing at this address",
    410: "the feed was removed for good",
    429: "we asked too often",
    451: "withheld for legal reasons",
}


def refusal(status: int) -> str:
    """Say in plain words what an HTTP status that brings no feed means."""
    phrase = responses.get(status, "not a standard answer")
    meaning = _MEANINGS.get(
        status, "the server has a problem" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else phrase
    )
    return f"HTTP {status}: {meaning}"
