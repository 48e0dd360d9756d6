"""Sites built for tests, and pages read back: what the tests of the written site have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

from aggregator.core.model import Digest, Edition, Missed, Site
from aggregator.edges import render
from tests.builders import digest, edition, site, story

MONDAY, TUESDAY, WEDNESDAY = date(2026, 1, 12), date(2026, 1, 13), date(2026, 1, 14)

#: Texts that would do harm if they were taken for anything but text.
VECTORS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style><svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "]]><!-- \x00\x08\ud800\uffff -->",
    "\u202egnp.exe",
)

VOID = frozenset("br hr img input link meta".split())


class Outline(HTMLParser):
    """What a page consists of: its elements with their attributes, its headings, its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Hold the page to closing what it opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Collect the visible text."""
        if "style" not in self.open:
            self.text += data

    def all(self, attribute: str) -> list[str]:
        """Give every value of an attribute, in order."""
        return [value for _, attributes in self.elements if (value := attributes.get(attribute)) is not None]

    @property
    def headings(self) -> list[int]:
        """Give the levels of the headings, in order."""
        return [int(tag[1]) for tag, _ in self.elements if re.fullmatch("h[1-6]", tag)]


def build(
    folder: Path,
    *digests: Digest,
    about: Site | None = None,
    missing: Sequence[Missed] = (),
    feeds: int = 45,
    revision: Callable[[Edition], str] = lambda edition: "1",
    digest_of: Callable[[Edition], Digest] | None = None,
) -> tuple[Path, ...]:
    """Build a site of these digests, newest first, as the pipeline would."""
    by_date = {each.edition.date: each for each in digests}
    closed = [each for each in digests if each.edition.closed]
    stories = sorted((story for each in digests for story in each.stories), key=lambda each: -each.id)
    return render.site(
        folder,
        site=about or site(),
        latest=closed[0] if closed else None,
        since=next((each for each in digests if not each.edition.closed), None),
        editions=[each.edition for each in digests],
        stories=stories,
        missed=missing,
        feeds=feeds,
        asked=feeds,
        digest_of=digest_of or (lambda edition: by_date[edition.date]),
        revision=revision,
    )


def page(folder: Path, name: str) -> str:
    """Read a page as text."""
    return (folder / name).read_text(encoding="utf-8")


def three_days() -> tuple[Digest, ...]:
    """Build an open day and two closed ones, of one story each."""
    return (
        digest(story(3, title="Third of all"), of=edition(WEDNESDAY, closed=False)),
        digest(story(2, title="Second of all"), of=edition(TUESDAY)),
        digest(story(1, title="First of all"), of=edition(MONDAY)),
    )
