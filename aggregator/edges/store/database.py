"""Opening the database file, and being its only writer. Knows no table but the list of migrations.

SQLite before 3.51.3 can lose a write when two connections write and checkpoint at once (WAL reset), so one process
holds a lock on the folder for as long as it writes; the lock goes with the process, however it ends.
"""

from __future__ import annotations

import fcntl
import functools
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO

from sqlite_utils import Database

from aggregator.core.errors import StoreBusy, StoreError
from aggregator.edges import schema
from aggregator.edges.store import soundness

FILE_NAME = "aggregator.db"
LOCK_NAME = "aggregator.lock"
#: Seconds to wait for another connection.
PATIENCE = 30


def time_of(value: str | None) -> datetime | None:
    """Read a time of the store."""
    return certain_time(value) if value else None


@functools.lru_cache(maxsize=1024)  # of what a poll brings all items have one moment
def certain_time(value: str) -> datetime:
    """Read a time that a column always holds."""
    return datetime.fromisoformat(value)


def connect(folder: Path, *, write_on: date | None = None) -> Database:
    """Open the database in a folder, to write on some day: makes what is missing; None: nothing is changed.

    Raises StoreError when the file is no database, is damaged, or cannot be read.
    """
    path = folder / FILE_NAME
    with explained(path):
        connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            connection.row_factory = sqlite3.Row
            if write_on:
                soundness.check(connection, path, today=write_on)
            return _prepared(connection, write=bool(write_on))
        except BaseException:
            connection.close()
            raise


def _prepared(connection: sqlite3.Connection, *, write: bool) -> Database:
    db = Database(connection, execute_plugins=False)
    if write:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA foreign_keys = ON")
        schema.apply(db)
    elif not schema.is_current(db):
        raise sqlite3.OperationalError("it was made by another version; run `aggregator once` to bring it up to date")
    return db


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite says against the file into a StoreError; what it says against our statements stays as it is."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:  # bad SQL is a bug of ours
            raise
        raise StoreError(path, f"{error}{_REMEDIES.get(str(error), '')}") from error
    except sqlite3.DatabaseError as error:
        if type(error) is not sqlite3.DatabaseError:  # a broken constraint or a wrong call is a bug of ours
            raise
        remedy = "put a backup in its place or move it away to start anew; nothing was changed"
        raise StoreError(path, f"{error}; {remedy}") from error


#: What to do about what SQLite says in few words.
_REMEDIES = {
    "attempt to write a readonly database": "; SQLite writes beside the file even to read it: be the user who owns it",
    "unable to open database file": "; look at the permissions of its folder",
    "database or disk is full": "; make room, nothing was lost",
}


def _unwritable(error: OSError) -> str:
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        return "this is not a folder; choose another `storage`"
    return f"cannot be written ({error.strerror}); choose another `storage`, or mend its permissions"


@contextmanager
def lock(folder: Path, *, who: str) -> Iterator[None]:
    """Be the only writer in a folder; ``who`` is what a second one is told.

    Raises StoreBusy at once, naming the holder, and StoreError when the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = (folder / LOCK_NAME).open("a+", encoding="utf-8")
    except OSError as error:
        raise StoreError(folder, _unwritable(error)) from error
    with handle:
        _take(handle, folder=folder, who=who)
        yield


def _take(handle: IO[str], *, folder: Path, who: str) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handle.seek(0)
        holder = handle.read(200).strip() or "another aggregator"
        raise StoreBusy(folder, f"{holder} is already writing here; stop it first, or let it do the work") from error
    handle.truncate(0)
    handle.write(f"`{who}` (process {os.getpid()})")
    handle.flush()
