"""An installation for tests without a network: outlets hand in what they tell, a clock stands where a test sets it.

Everything else is the real thing: the pipeline, the store in its file, the written site.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from aggregator import pipeline, publishing
from aggregator.config import rulings
from aggregator.core.model import Config, Edition, Feed, Item, Outcome, Polling, Reading, Ruling, RulingKind
from aggregator.edges.store import FILE_NAME, Writer
from tests.edges.stores import Clock, rows

START = datetime(2026, 1, 14, 9, 0, tzinfo=UTC)


#: Headlines of two events, each told in several words, and of a third.
FERRY = (
    "Ferry Lena runs aground off Skerry harbour",
    "Skerry ferry Lena aground: harbour closed",
    "Lena ferry passengers leave Skerry harbour",
)
BUDGET = ("Minister resigns over budget vote", "Budget vote: minister resigns in anger")
OWL = "Rare owl nests in museum clock tower"


def item(title: str, source: str = "Courier", **changes: Any) -> Item:
    """Build an entry as an outlet tells it; its guid and link are made from its headline."""
    slug = "-".join(title.casefold().split())
    default = Item(title=title, source=source, guid=slug, link=f"https://{source.casefold()}.example/{slug}")
    return replace(default, **changes)


class Newsroom:
    """Outlets, a store, the settings and the site."""

    def __init__(self, folder: Path, *outlets: str, at: datetime = START, **settings: Any) -> None:
        self.folder, self.clock = folder, Clock(at)
        self.outlets = outlets or ("Courier", "Reader", "Gazette")
        default = Config(
            path=folder / "feeds.yaml",
            storage=folder / "storage",
            feeds=tuple(Feed(url=f"https://{name.casefold()}.example/feed", name=name) for name in self.outlets),
            timezone=ZoneInfo("Europe/London"),
            polling=Polling(backfill=None, shortest=timedelta(0)),
        )
        self.config = replace(default, **settings)
        self.documents: dict[str, dict[str, Item]] = {}  #: what each outlet's feed carries, by guid
        self.store = self._opened()

    def _opened(self) -> Writer:
        store = Writer(self.config.storage, who="a test", clock=self.clock)
        store.configure(self.config.feeds)
        return store

    def end(self) -> None:
        """Close the store."""
        self.store.__exit__(None, None, None)

    def restart(self, **settings: Any) -> None:
        """End, and begin anew, with other settings where they are given."""
        self.end()
        self.config = replace(self.config, **settings)
        self.store = self._opened()

    def change(self, outlet: str, **changes: Any) -> None:
        """Change what feeds.yaml says of one feed."""
        feeds = tuple(replace(feed, **changes) if feed.name == outlet else feed for feed in self.config.feeds)
        self.config = replace(self.config, feeds=feeds)
        self.store.configure(self.config.feeds)

    def rule(self, kind: str, *articles: str) -> None:
        """Say something of stories, as `aggregator story` does."""
        path = self.folder / rulings.FILE_NAME
        rulings.add(path, Ruling(kind=RulingKind(kind), articles=articles))
        self.config = replace(self.config, rulings=rulings.load(path))

    def hear(self, outlet: str, *items: Item) -> None:
        """Record a poll of an outlet's feed, which carries these before what it carried last, and no more."""
        carried = self.documents.get(outlet, {})
        self.documents[outlet] = (
            {one.guid or one.title: one for one in items} | carried | {one.guid or one.title: one for one in items}
        )
        state = next(one for one in self.store.archive.states() if one.feed.name == outlet)
        reading = Reading(
            outcome=Outcome.READ,
            asked=self.clock.now,
            status=200,
            title=outlet,
            items=(*self.documents[outlet].values(),),
        )
        list(pipeline.record(self.store, self.config, [[(state, reading)]]))

    def tell(self, outlet: str, *titles: str) -> None:
        """Have an outlet tell these headlines, now."""
        self.hear(outlet, *(item(title, outlet, published=self.clock.now) for title in titles))

    def lose(self) -> None:
        """Lose the database and all that the feeds carried, and begin anew with the same settings."""
        self.end()
        for file in self.config.storage.glob(f"{FILE_NAME}*"):
            file.unlink()
        self.documents.clear()
        self.store = self._opened()

    def close(self) -> list[Edition]:
        """Group what has come in, and close what is due."""
        return pipeline.close_due(self.store, self.config)

    def publish(self) -> set[str]:
        """Write the site, and name the files that were replaced."""
        return {path.name for path in pipeline.publish(self.store, self.config, site_url=None)}

    def pass_by(self, **span: float) -> None:
        """Let time pass, then close what is due and publish."""
        self.clock.pass_by(**span)
        self.close()
        self.publish()

    def page(self, name: str) -> str:
        """Read a file of the site."""
        return (self.config.storage / "site" / name).read_text(encoding="utf-8")

    def files(self) -> dict[str, bytes]:
        """Give every file of the site."""
        return {path.name: path.read_bytes() for path in (self.config.storage / "site").iterdir()}

    def raze(self) -> None:
        """Delete the site, so that every page is made anew."""
        for path in (self.config.storage / "site").iterdir():
            path.unlink()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the database file."""
        return rows(self.config.storage, query)

    def story_of(self, title: str) -> int:
        """Give the story that the newest article under a headline is in."""
        return int(self.rows(f"SELECT story FROM items WHERE title = '{title}' ORDER BY id DESC")[0][0])

    def stories(self) -> set[frozenset[str]]:
        """Give the headlines that are one story each."""
        together: dict[int, set[str]] = {}
        for story, title in self.rows("SELECT story, title FROM items"):
            together.setdefault(story, set()).add(title)
        return {frozenset(titles) for titles in together.values()}

    def exported(self, **how: Any) -> list[dict[str, Any]]:
        """Give what `export json` prints."""
        found = publishing.exported(self.store.archive, self.config, **how)
        return [{"edition": str(day), "stories": list(stories)} for day, stories in found]

    def standings(self) -> dict[tuple[str, str], str]:
        """Give what each edition says of each story, by its date and the headline it leads with."""
        return {
            (one["edition"], story["title"]): str(story["why"]["standing"])
            for one in self.exported(why=True)
            for story in one["stories"]
        }


def parted(*groups: Iterable[str]) -> set[frozenset[str]]:
    """Write a partition of headlines."""
    return {frozenset(group) for group in groups}


def first_day(room: Newsroom) -> None:
    """Have three outlets tell of a ferry, two of a budget and one of an owl."""
    room.tell("Courier", FERRY[0], BUDGET[0])
    room.tell("Reader", FERRY[1], OWL)
    room.tell("Gazette", BUDGET[1])
