"""The site: its pages, headline lists and outgoing feed, and which of them a build has to write.

Chooses, ranks and groups nothing, and asks no store and no clock: the same values give the same bytes. ``theme`` knows
the templates, ``files`` how a file is replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from hashlib import blake2b
from io import BytesIO
from itertools import accumulate, takewhile, zip_longest
from pathlib import Path
from zoneinfo import ZoneInfo

from markupsafe import Markup
from msgspec import Struct, field
from msgspec.structs import replace

from aggregator import __version__
from aggregator.core import accounts, headlines, text, urls
from aggregator.core.model import GENERATOR, Digest, Edition, Listed, Missed, Shelf, Site, Story
from aggregator.edges.render import files, theme

#: A page that would grow beyond this shows fewer stories of each section.
PAGE_BYTES = 4 * 2**20
#: Of each section so many stories are printed in full, each with so many others of its affair in a line each, and the
#: next so many in a line each; of the others a page says only how many there are. A page too large is tried with the
#: next three.
STORIES_SHOWN = ((100, 1000, 1000), (64, 512, 512), (16, 256, 256), (4, 64, 64), (1, 16, 16), (1, 0, 0))
FEED_BYTES = 4 * 2**20
FEED_STORIES = 200
#: What the feed holds besides its items: a title of 200 characters, escaped, fits in twice.
_CHANNEL_BYTES = 8 * 2**10
#: How far into a page its fingerprint may lie; the styles, which are longer, come after it.
_HEAD_BYTES = 2048
#: What the page of an open edition says where that of a closed one names its build.
_OPEN_PAGE = f'<meta name="generator" content="{GENERATOR}">'.encode()
#: Editions that are written before anything else: the open one and the one that closed last.
_NEWEST = 2
#: Stories that are kept as printed, for the other pages that show them; of a kilobyte or two each.
_KEPT_STORIES = 8192


def site(
    folder: Path,
    *,
    site: Site,
    latest: Digest | None,
    since: Digest | None,
    editions: Sequence[Edition],
    stories: Sequence[Story],
    missed: Sequence[Missed],
    feeds: int,
    asked: int,
    digest_of: Callable[[Edition], Digest],
    revision: Callable[[Edition], str],
    keep_going: Callable[[], bool] = lambda: True,
) -> tuple[Path, ...]:
    """Bring the site in ``folder`` up to date and give the files that were replaced.

    ``editions`` and ``stories`` come newest first; ``asked`` of the ``feeds`` have been asked at least once. What
    people look at is written first; once ``keep_going`` says no, older editions are left for another time. A closed
    edition whose page already carries the fingerprint of its theme, edition and ``revision`` costs one small read:
    ``digest_of`` is not called for it. Raises OSError where the folder cannot be written; files replaced before that
    stay, each of them whole.
    """
    press = _Press(
        site=site,
        missed=tuple(missed),
        feeds=feeds,
        asked=asked,
        theme=_hash(theme.files()),
        print_details=theme.macro("story.html", "details", site=site),
        print_lines=theme.macro("story.html", "lines", site=site),
    )
    dated = list(zip_longest(editions, editions[1:]))

    def pages(edition: Edition, previous: Edition | None) -> Iterator[tuple[str, bytes]]:
        build = press.fingerprint(edition, previous, revision(edition)) if edition.closed else ""
        if not (build and _is_built(folder, edition, build)):
            yield from press.edition(digest_of(edition), previous, build)

    def contents() -> Iterator[tuple[str, bytes]]:
        for edition, previous in dated[:_NEWEST]:
            yield from pages(edition, previous)
        yield "archive.html", press.page("archive.html", editions=editions)
        yield "feed.xml", feed(stories, site=site)
        yield "index.html", press.page("index.html", latest=latest, since=since)
        for edition, previous in takewhile(lambda _: keep_going(), dated[_NEWEST:]):
            yield from pages(edition, previous)

    with files.alone(folder):
        files.remove(folder, _abandoned(folder, editions))
        return tuple(folder / name for name, content in contents() if files.replace(folder / name, content))


def feed(stories: Sequence[Story], *, site: Site, limit: int = FEED_BYTES) -> bytes:
    """Print the outgoing feed (RSS 2.0) of the newest stories, the oldest left out beyond ``limit`` bytes."""
    print_item = theme.macro("feed-item.xml", "item")
    printed = [print_item(story) for story in stories[:FEED_STORIES]]
    sizes = accumulate(len(item.encode(errors="replace")) + 1 for item in printed)  # with what is not legal yet
    fitting = sum(size <= limit - _CHANNEL_BYTES for size in sizes)
    shown = stories[:fitting]
    return theme.fill(
        "feed.xml",
        site=site,
        items=printed[:fitting],
        languages={story.lead.language for story in shown},
        newest=max((item.first_seen for story in shown for item in story.items), default=None),
    )


def headline_list(items: Iterable[Listed], timezone: ZoneInfo) -> bytes:
    """Print an edition as plain text, one line an item; last what was imported, in the order of its list."""
    printed, imported = BytesIO(), list[Listed]()  # tens of thousands of lines are ten megabytes
    for item in items:
        if item.place:
            imported.append(item)
        else:
            printed.write(_headline(item, timezone))
    for item in sorted(imported, key=lambda item: item.place or 0):
        printed.write(_headline(item, timezone))
    return printed.getvalue()


def _headline(item: Listed, timezone: ZoneInfo) -> bytes:
    source = urls.public(item.source)  # a feed without a name goes by its address, which may hold a password
    line = headlines.line(item.title, source, published=item.published, seen=item.first_seen, timezone=timezone)
    return text.encoded(f"{line}\n")


class _Press(Struct, frozen=True, kw_only=True):
    """What all pages of one build have in common."""

    site: Site
    missed: tuple[Missed, ...]
    feeds: int
    asked: int
    theme: str  #: names the theme's files as they are now
    print_details: Callable[[Story, Edition], Markup]
    print_lines: Callable[[Iterable[Story], Collection[int]], Markup]
    _details: dict[tuple[date, int], Markup] = field(default_factory=dict)  #: by edition and story
    _lines: dict[tuple[date, tuple[int, ...]], Markup] = field(default_factory=dict)  #: by edition and stories
    _common: dict[tuple[date, tuple[int, ...]], tuple[str, ...]] = field(default_factory=dict)  #: likewise

    def edition(self, digest: Digest, previous: Edition | None, build: str) -> Iterator[tuple[str, bytes]]:
        """Print an edition's files, the page last: its fingerprint vouches for the list too."""
        day = digest.edition.date
        yield f"{day}.txt", headline_list(digest.listed, self.site.timezone)
        yield f"{day}.html", self.page("edition.html", build=build, digest=digest, previous=previous)

    def page(self, template: str, *, build: str = "", **values: object) -> bytes:
        """Print a page, with as many stories of each section as a reader can use and ``PAGE_BYTES`` allow."""
        known = {
            "site": self.site,
            "missed": self.missed,
            "feeds": self.feeds,
            "asked": self.asked,
            "build": build,
            "details": self.details,
            "lines": self.lines,
            "common": self.common,
            **values,
        }
        for full, beside, brief in STORIES_SHOWN:
            content = theme.fill(template, full=full, most_beside=beside, brief=brief, **known)
            if len(content) <= PAGE_BYTES:
                break
        return content

    def details(self, story: Story, edition: Edition) -> Markup:
        """Print what stands under a story's headline, once for all pages of the edition and all tries at their size."""
        key = (edition.date, story.id)
        if key not in self._details:
            if len(self._details) >= _KEPT_STORIES:
                self._details.clear()
            self._details[key] = self.print_details(story, edition)
        return self._details[key]

    def lines(self, stories: Shelf[Story], edition: Edition, taken: Collection[int]) -> Markup:
        """Print stories in a line each, likewise; not those of a page on which links lead to some of them elsewhere."""
        if taken:
            return self.print_lines(stories, taken)
        key = (edition.date, tuple(stories.ids))
        if key not in self._lines:
            self._lines[key] = self.print_lines(stories, ())
        return self._lines[key]

    def common(self, story: Story, beside: Shelf[Story], edition: Edition) -> tuple[str, ...]:
        """Name what a story and those beside it have in common, likewise."""
        key = (edition.date, (story.id, *beside.ids))
        if key not in self._common:
            self._common[key] = accounts.common(story, beside)
        return self._common[key]

    def fingerprint(self, edition: Edition, previous: Edition | None, revision: str) -> str:
        """Name all that the page of a closed edition is made from."""
        site = replace(self.site, url=None)  # an edition's page does not say where the site lives
        return _hash(__version__, self.theme, site, edition, previous and previous.date, revision)


def _hash(*parts: object) -> str:
    return blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def _abandoned(folder: Path, editions: Sequence[Edition]) -> list[str]:
    """Name the files of an edition that was open under another date, before the settings changed when it closes."""
    dates = {str(edition.date) for edition in editions}
    pages = [page for page in folder.glob("????-??-??.html") if page.stem not in dates]
    unclosed = [page for page in pages if _OPEN_PAGE in files.beginning(page, _HEAD_BYTES)]
    return [f"{page.stem}{suffix}" for page in unclosed for suffix in (".html", ".txt")]


def _is_built(folder: Path, edition: Edition, build: str) -> bool:
    head = files.beginning(folder / f"{edition.date}.html", _HEAD_BYTES)
    return build.encode() in head and (folder / f"{edition.date}.txt").is_file()
