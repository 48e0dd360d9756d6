"""Writing: what a poll found, and closing editions. One writer, one transaction a feed, all or nothing.

Decides nothing: verdicts, keys and times to come arrive as values.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

from msgspec.structs import replace

from aggregator.core import pieces, text
from aggregator.core.model import (
    Account,
    Assignment,
    Change,
    Edition,
    Feed,
    FeedState,
    Known,
    Missed,
    Next,
    Reading,
    Terms,
    Tie,
)
from aggregator.edges.store import grouping, importing, recording, settings, soundness, stories
from aggregator.edges.store.archive import Archive
from aggregator.edges.store.database import (
    FILE_NAME,
    PATIENCE,
    certain_time,
    connect,
    explained,
    lock,
)
from aggregator.edges.store.grouping import Basis


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class Writer:
    """The store, opened by the one process that may change it; a context manager.

    Raises StoreBusy when another process writes to this folder, StoreError when the database cannot be used.
    """

    def __init__(self, folder: Path, *, who: str, clock: Callable[[], datetime] = _wall_clock) -> None:
        self._clock = clock
        self._path = folder / FILE_NAME
        with ExitStack() as stack:
            stack.enter_context(lock(folder, who=who))
            today = clock().date()
            self._db = connect(folder, write_on=today)
            stack.push(partial(_vouch, self._path, today))
            stack.callback(self._db.close)
            with explained(self._path):
                self._ensure_name()
            self._file = _identity(self._path)
            self._has_shown = False  #: what pages may show was recorded in this transaction
            self.archive = Archive(self._db)
            self._open = stack.pop_all()

    def is_in_place(self) -> bool:
        """Ask whether the database file is still the one that was opened; somebody may have deleted or replaced it."""
        try:
            return _identity(self._path) == self._file
        except OSError:
            return False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.__exit__(kind, error, at)

    def _ensure_name(self) -> None:
        self._db.execute(
            "INSERT INTO library (id, created) SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM library)",
            [str(uuid4()), text.instant(self._clock())],
        )

    @contextmanager
    def transaction(self) -> Iterator[datetime]:
        """Do all or nothing, and give the moment at which it happens.

        What its polls have brought counts as one revision when it ends, so that grouping belongs into one of its own.
        Raises StoreError when the file cannot take it, as on a full disk.
        """
        with explained(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            self._has_shown = False
            try:
                yield self._clock().replace(microsecond=0)
                if self._has_shown:  # once for all, since the row has word statistics, too, and is written whole
                    recording.count_revision(self._db)
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.conn.in_transaction:  # on a full disk SQLite has rolled back by itself
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def part(self) -> Iterator[None]:
        """Do all or nothing of a part of a transaction; what went wrong in it leaves the other parts as they are."""
        with explained(self._path):
            self._db.execute("SAVEPOINT part")
            try:
                yield
            except BaseException:
                if self._db.conn.in_transaction:
                    self._db.execute("ROLLBACK TO part")
                    self._db.execute("RELEASE part")
                raise
            self._db.execute("RELEASE part")

    def _first_seen(self, now: datetime) -> datetime:
        """Give the moment at which what is new now counts as seen.

        Never before the last edition's close, whatever the clock does, so that nothing enters a closed edition.
        """
        closed = self._db.execute("SELECT max(closes) FROM editions").fetchone()[0]
        return max(now, certain_time(closed)) if closed else now

    # --- feeds ---------------------------------------------------------------------------------------------------

    def configure(self, feeds: Sequence[Feed], *, shortest: timedelta = timedelta(0)) -> None:
        """Make the table of feeds agree with feeds.yaml; what is known of feeds that left it stays."""
        with self.transaction():
            if settings.configure(self._db, feeds, shortest=shortest):
                recording.count_revision(self._db)

    def retry_failing(self) -> None:
        """Make every feed due that failed, unless its server asked for quiet: what stood in its way may be gone."""
        with self.transaction():
            self._db.execute("UPDATE feeds SET next_poll = NULL WHERE failures AND NOT gone")

    # --- recording -----------------------------------------------------------------------------------------------

    def known(self, keys: Sequence[str], *, feed: int) -> dict[str, list[Known]]:
        """Give what is stored under each key, as this feed last told it where it did."""
        return recording.known(self._db, keys, feed=feed)

    def record(
        self,
        state: FeedState,
        reading: Reading,
        *,
        changes: Sequence[Change],
        upcoming: Next,
        now: datetime,
        missed: int = 0,
    ) -> None:
        """Store what one poll found: items, sightings, keys, validators and the next poll; inside a transaction.

        ``state`` has the feed's rhythm and pace as they are now, ``missed`` is an estimate of the entries that came and
        went between two polls.
        """
        before, name = state, state.feed.name or reading.title or state.name
        state = state if name == state.name else replace(state, name=name)
        seen = self._first_seen(now) if changes else now
        known = pieces.unpacked(state.pieces) if reading.pieces or reading.repeated else {}
        items = {mark: known[mark] for mark in reading.repeated}
        for change in changes:
            item = recording.change(self._db, change, feed=state, now=seen)
            if reading.pieces:
                items |= {reading.pieces[place]: item for place in change.places}
        recording.feed(self._db, state, reading, entries=pieces.packed(items.items()), upcoming=upcoming, now=now)
        recording.poll(self._db, state, reading, changes, missed=missed, now=now)
        self._has_shown = self._has_shown or recording.shows(before, reading, changes)

    # --- importing -----------------------------------------------------------------------------------------------

    def imports(self) -> FeedState:
        """Give what stands for all imported headline lists among the feeds, inside a transaction."""
        return importing.feed(self._db)

    def add_imported(
        self, changes: Sequence[Change], *, feed: FeedState, seen: datetime, closed: Edition | None
    ) -> None:
        """Store new lines of a headline list, in its order, inside a transaction.

        They count as first seen at ``seen``, in the closed edition given, which is made where it does not exist; None:
        in the one that is open then.
        """
        importing.add(self._db, changes, feed=feed, seen=seen, closed=closed)
        recording.count_revision(self._db)

    # --- stories -------------------------------------------------------------------------------------------------

    def fresh_story(self) -> int:
        """Make a story that holds nothing yet, inside a transaction."""
        return grouping.fresh_story(self._db)

    def keep_terms(self, made: Iterable[tuple[int, Terms]]) -> None:
        """Remember the words of items, inside a transaction."""
        grouping.keep_terms(self._db, made)

    def keep_sides(self, made: Iterable[tuple[int, bytes]]) -> None:
        """Remember what word statistics made of items whose words are kept, inside a transaction."""
        grouping.keep_sides(self._db, made)

    def keep_ties(self, found: Iterable[Tie]) -> None:
        """Remember how alike items are, inside a transaction."""
        grouping.keep_ties(self._db, found)

    def forget_ties(self, items: Iterable[int] | None = None) -> None:
        """Forget all the ties of some items, None: of all; inside a transaction."""
        grouping.forget_ties(self._db, items)

    def keep_grouping(self, made_from: Basis, *, window: timedelta) -> None:
        """Remember what stories were made from, inside a transaction, and forget words and ties outside the window."""
        grouping.keep_basis(self._db, made_from)
        grouping.forget_closed(self._db, window=window)
        grouping.note_settled(self._db)

    def note_settled(self) -> None:
        """Remember, inside a transaction, that ``archive.is_settled``, so that it need not look at all open items."""
        grouping.note_settled(self._db)

    def move(self, assigned: Assignment, before: Mapping[int, int], *, new: Collection[int] = ()) -> int:
        """Put items into their stories, inside a transaction, and give how many were in another one before.

        ``new`` have never been grouped.
        """
        moved = grouping.move(self._db, assigned, before, new=new)
        if moved:
            recording.count_revision(self._db)
        return moved

    def keep_affairs(self, items: Iterable[int], affair_of: Mapping[int, int], *, new: Collection[int] = ()) -> None:
        """Write down, inside a transaction, which affair each of some items belongs to; ``new`` as for ``move``."""
        if grouping.keep_affairs(self._db, items, affair_of, new=new):
            recording.count_revision(self._db)

    # --- editions ------------------------------------------------------------------------------------------------

    def close(self, edition: Edition, *, missed: Sequence[Missed], accounts: Iterable[tuple[int, Account]]) -> None:
        """Close an edition, inside a transaction: what was first seen before its close and is in none yet is in it.

        ``accounts`` is what it says of each of its stories from then on; they may be read meanwhile of what is still
        open.
        """
        notes = [{"name": one.name, "reason": one.reason, "since": text.instant(one.since)} for one in missed]
        self._db.execute(
            "INSERT INTO editions (date, closes, missed) VALUES (?, ?, ?)",
            [edition.date.isoformat(), text.instant(edition.closes), json.dumps(notes, ensure_ascii=False)],
        )
        stories.keep_accounts(self._db, edition.date, accounts)
        self._db.execute(
            "UPDATE items SET edition = ?, printed = story WHERE edition IS NULL AND first_seen < ?",
            [edition.date.isoformat(), text.instant(edition.closes)],
        )
        recording.count_revision(self._db)

    def note_published(self, stamp: str, *, announced: Iterable[int] = ()) -> None:
        """Remember what the pages that have just been written were made from, and the stories in the outgoing feed."""
        with self.transaction():
            self._db.execute("UPDATE library SET published = ?", [stamp])
            stories.keep_announced(self._db, announced)

    # --- upkeep --------------------------------------------------------------------------------------------------

    def tidy(self, *, keep_polls: timedelta) -> None:
        """Forget old poll records, fold the write-ahead log back and refresh the planner's statistics."""
        with self.transaction() as now:
            self._db.execute("DELETE FROM polls WHERE at < ?", [text.instant(now - keep_polls)])
        self._db.execute("PRAGMA optimize")
        self._db.execute("PRAGMA busy_timeout = 500")  # do not wait for a long export: there is a next time
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self._db.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")


def _vouch(path: Path, checked: date, kind: type[BaseException] | None, *_: object) -> None:
    """Say that the file is sound after all has gone well."""
    if kind is None:
        soundness.vouch(path, checked=checked)


def _identity(path: Path) -> tuple[int, int]:
    """Name the file behind a path: another one at the same path has another name."""
    status = path.stat()
    return status.st_dev, status.st_ino
