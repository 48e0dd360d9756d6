"""An installation for tests: a healthy feed, and beside it whatever a test puts on servers of its own.

Everything goes the straight way of `aggregator once`: feeds.yaml, loopback servers, the reading threads and the
processes that can be killed, the store, the pages. Only the clock and the budgets are a test's to set.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from msgspec.structs import replace

from aggregator import config, pipeline, publishing
from aggregator.cli import main
from aggregator.core.model import FeedState
from aggregator.edges import workers
from aggregator.edges.killable import Killable
from aggregator.edges.store import FILE_NAME, Archive, Writer
from aggregator.edges.workers import desk
from tests.edges.servers import Answer, Server, Visit, reply, serving
from tests.newsstand import entry, rss

START = datetime(2026, 1, 14, 9, 0, tzinfo=UTC)
#: What the healthy feed is called.
HEALTHY = "Courier"
POLLING = "{every: 1h, shortest: 1s, gap: 0s, per_host: 64, backfill: all}"


@dataclass
class Office:
    """One installation, its servers and its clock; the healthy feed tells one more tale at every request."""

    folder: Path
    clock: time_machine.Traveller
    patch: pytest.MonkeyPatch
    stack: ExitStack
    told: int = 0  #: tales of the healthy feed
    is_calm: bool = False  #: it tells none, so that a test of many rounds is quick
    delay: float = 0.0  #: seconds that it takes to answer
    healthy: Server = field(init=False)
    config: Any = field(init=False)

    def __post_init__(self) -> None:
        self.healthy = self.serve(self._tell)

    # --- servers -----------------------------------------------------------------------------------------------------

    def serve(self, answer: Answer | bytes) -> Server:
        """Start a server, a host of its own, that lives as long as the office."""
        return self.stack.enter_context(serving(answer))

    def _tell(self, visit: Visit) -> None:
        self.told += not self.is_calm
        visit.server.closing.wait(self.delay)
        tales = [entry(f"Tale number {number} of the sea", guid=f"t{number}") for number in range(self.told)]
        visit.send(reply(rss(*tales).encode()))

    # --- settings ----------------------------------------------------------------------------------------------------

    def subscribe(self, feeds: dict[str, str], **more: str) -> None:
        """Write and read feeds.yaml for the feeds of a test, by their names, and the healthy one.

        What is named by its address has no name there.
        """
        known = {**feeds, HEALTHY: self.healthy.url()}
        told = {
            "network": '{allow: ["127.0.0.1/32"]}',
            "serve": "false",
            "timezone": "Europe/London",
            "polling": POLLING,
            **more,
            "feeds": json.dumps(
                [{"url": url} | ({} if name == url else {"name": name}) for name, url in known.items()]
            ),
        }
        path = self.folder / "feeds.yaml"
        path.write_text("".join(f"{name}: {value}\n" for name, value in told.items()), encoding="utf-8")
        self.config = config.load(path)

    def limit(
        self,
        *,
        deadline: timedelta = timedelta(seconds=30),
        limit: int = 10 * 2**20,
        cpu: timedelta | None = None,
    ) -> None:
        """Read by tighter budgets: time and bytes of an exchange, processor time of a document."""
        of = workers.Rules.of
        self.patch.setattr(workers.Rules, "of", lambda settings: replace(of(settings), deadline=deadline, limit=limit))
        if cpu:
            self.patch.setattr(desk, "Killable", partial(Killable, cpu=cpu))

    # --- polling -----------------------------------------------------------------------------------------------------

    def once(self, *, everything: bool = True, later: timedelta = timedelta(0)) -> dict[str, pipeline.Polled]:
        """Do what `aggregator once` does, in a store opened anew, some time later; give the polls by feed."""
        self.clock.shift(later)
        with Writer(self.config.storage, who="a test") as store:
            polled = pipeline.run_once(store, self.config, site_url=None, everything=everything)
        return {one.name: one for one in polled}

    # --- what came of it ---------------------------------------------------------------------------------------------

    @property
    def site(self) -> Path:
        """Give the folder of the pages."""
        return Path(self.config.storage / "site")

    def pages(self) -> dict[str, str]:
        """Read every file of the site."""
        return {path.name: path.read_text(encoding="utf-8") for path in sorted(self.site.iterdir()) if path.is_file()}

    def states(self) -> dict[str, FeedState]:
        """Give what is remembered of each feed, by name."""
        with Archive.open(self.config.storage) as archive:
            assert archive
            return {state.name: state for state in archive.states()}

    def exported(self) -> str:
        """Give what `aggregator export json` prints."""
        with Archive.open(self.config.storage) as archive:
            assert archive
            editions = publishing.exported(archive, self.config)
            told = [{"edition": str(day), "stories": list(stories)} for day, stories in editions]
            return json.dumps(told, ensure_ascii=False)

    def items(self, feed: str) -> list[dict[str, Any]]:
        """List the exported items that a feed has brought."""
        stories = [story for one in json.loads(self.exported()) for story in one["stories"]]
        return [item for story in stories for item in story["items"] if item["source"] == feed]

    def printed(self, *words: str) -> str:
        """Run a command of the command line and give what it prints."""
        return str(CliRunner().invoke(main, ["-c", str(self.config.path), *words]).output)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the file of the store itself."""
        with closing(sqlite3.connect(self.config.storage / FILE_NAME)) as connection:
            return connection.execute(query).fetchall()


class Kept(Killable):
    """Processes that outlive the round of polling for which they were started."""

    def stop(self) -> None:
        """Do nothing yet."""

    def close(self) -> None:
        """Do nothing yet."""

    def end(self) -> None:
        """Stop, and wait until no process is left."""
        super().stop()
        super().close()


@contextmanager
def opened(folder: Path, patch: pytest.MonkeyPatch, *, processes: Killable) -> Iterator[Office]:
    """Open an office on the morning of 14 January 2026."""
    patch.setattr(desk, "Killable", lambda: processes)
    with ExitStack() as stack, time_machine.travel(START, tick=False) as clock:
        yield Office(folder=folder, clock=clock, patch=patch, stack=stack)


def unharmed(office: Office, polled: dict[str, pipeline.Polled]) -> bool:
    """Ask whether the healthy feed was read in a round, and its newest tale is on the page."""
    newest = f"Tale number {office.told - 1} of the sea"
    return polled[HEALTHY].new == 1 and not polled[HEALTHY].reason and newest in office.pages()["index.html"]


@contextmanager
def peak() -> Iterator[Callable[[], int]]:
    """Measure by how many bytes the memory of this process grew at most while the block ran."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # proc(5): resets the peak
    before = _memory("VmRSS")
    yield lambda: _memory("VmHWM") - before


def _memory(name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"), re.MULTILINE)
    assert found
    return int(found[1]) * 1024
