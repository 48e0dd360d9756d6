"""Which redirects are believed, and what a wall against bots looks like."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from aggregator.core.model import Feed, FeedState
from aggregator.edges.http import Response
from aggregator.edges.workers import moving, refusing

OLD, NEW, OTHER = "https://old.example/feed", "https://new.example/feed", "https://cdn.example/feed"


def feed(url: str = OLD, *, moved: str | None = None) -> FeedState:
    """Make a feed that may have moved."""
    return FeedState(id=1, feed=Feed(url=url), name="Old", moved=moved)


def answer(*redirects: tuple[int, str], body: bytes = b"<rss/>") -> Response:
    """Make an answer at the end of redirects."""
    return Response(status=200, url="", headers={}, body=body, redirects=redirects)


@pytest.mark.parametrize(
    ("redirects", "expected"),
    [
        ((), None),
        (((301, NEW),), NEW),
        (((308, NEW),), NEW),
        (((302, NEW),), None),
        (((307, NEW),), None),
        (((303, NEW),), None),
        (((301, NEW), (308, OTHER)), OTHER),
        (((301, NEW), (302, OTHER)), NEW),
        (((302, NEW), (301, OTHER)), None),
        (((301, "http://new.example/feed"),), None),
        (((301, OLD),), None),
    ],
)
def test_only_the_permanent_hops_at_the_start_count(
    redirects: tuple[tuple[int, str], ...], expected: str | None
) -> None:
    """A move is what begins with 301 or 308, up to the first hop that is temporary, and never gives up encryption."""
    assert moving.moved(feed(), answer(*redirects)) == expected


def test_an_answer_without_a_document_moves_nothing() -> None:
    """A 304 at the end of a redirect has not served the feed at the new address."""
    assert moving.moved(feed(), answer((301, NEW), body=b"")) is None
    assert moving.moved(feed(moved=NEW), answer((301, OTHER), body=b"")) == NEW


def test_a_moved_feed_stays_there_moves_on_or_comes_home() -> None:
    """The address in use stays until a permanent redirect leads on; one to the configured address ends the move."""
    assert moving.moved(feed(moved=NEW), answer()) == NEW
    assert moving.moved(feed(moved=NEW), answer((301, OTHER))) == OTHER
    assert moving.moved(feed(moved=NEW), answer((301, OLD))) is None


def test_what_is_served_again_proves_the_move() -> None:
    """A new address that serves the very bytes that were read before serves the feed."""
    assert moving.moved(feed(), replace(answer((301, NEW), body=b""), repeats=True)) == NEW


def test_an_address_with_a_password_is_never_left() -> None:
    """The new address would be asked without the password."""
    assert moving.moved(feed("https://me:secret@old.example/feed"), answer((301, NEW))) is None


@pytest.mark.parametrize(
    ("status", "headers", "body", "whose"),
    [
        (403, {"cf-mitigated": "challenge"}, b"", "of Cloudflare"),
        (200, {"cf-mitigated": "challenge"}, b"", "of Cloudflare"),
        (403, {"x-datadome": "protected"}, b"", "of DataDome"),
        (403, {"server": "DataDome"}, b"", "of DataDome"),
        (429, {"set-cookie": "a=b, datadome=x; Path=/"}, b"", "of DataDome"),
        (403, {}, b'<script src="https://ct.captcha-delivery.com/c.js"></script>', "of DataDome"),
        (503, {}, b"<html><title>Just a moment...</title>", "of Cloudflare"),
        (200, {}, b"<html><title>Verify: are you a robot?</title>", "answers"),
        (200, {}, b"<html><script src=/_Incapsula_Resource?x=1></script>", "of Imperva"),
    ],
)
def test_a_wall_against_bots_is_named(status: int, headers: dict[str, str], body: bytes, whose: str) -> None:
    """The reason says that a wall answered, whose it is where that is known, and what to do."""
    response = Response(status=status, url="", headers=headers, body=body)
    reason = refusing.bot_wall(response)
    assert reason is not None
    assert reason.startswith(f"HTTP {status}: a bot wall {whose}") and "ask the site" in reason


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (403, {}, b"<html><title>Forbidden</title>"),
        (404, {"x-datadome": "protected"}, b""),
        (200, {"x-datadome": "protected"}, b"<html><title>News</title>"),
        (500, {"server": "cloudflare"}, b""),
    ],
)
def test_an_ordinary_answer_is_no_wall(status: int, headers: dict[str, str], body: bytes) -> None:
    """A site behind such a wall that lets us through, or that just refuses, is not called one."""
    assert refusing.bot_wall(Response(status=status, url="", headers=headers, body=body)) is None
