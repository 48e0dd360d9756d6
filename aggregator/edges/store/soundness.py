"""Whether the database file has to be looked through for damage before anything is built on it.

To look through it takes as long as to read it, so it is done where damage is plausible: once a day, and where the file
is not as the last writer left it. That one ended before it could say so, or the file was restored, copied or changed.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from datetime import date
from pathlib import Path

#: Beside the database: its size, its time, and the day on which it was looked through.
NOTE_NAME = "aggregator.sound"


def check(connection: sqlite3.Connection, path: Path, *, today: date) -> None:
    """Find a damaged file, unless it was found sound today and is as it was then left; raise DatabaseError for it."""
    if _note(path) == _sound(path, today):
        path.with_name(NOTE_NAME).unlink()  # until this writer has ended well, too
        return
    path.with_name(NOTE_NAME).unlink(missing_ok=True)
    verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise sqlite3.DatabaseError(f"the database is damaged ({' '.join(verdict.split())})")


def vouch(path: Path, *, checked: date) -> None:
    """Note how a writer that met no trouble leaves the file, closed; without a note it is looked through next time."""
    with contextlib.suppress(OSError):
        # The kernel's own times are ticks of milliseconds; another change in this tick shall be seen as well.
        os.utime(path, ns=(time.time_ns(), time.time_ns()))
        path.with_name(NOTE_NAME).write_text(_sound(path, checked), encoding="ascii")


def _note(path: Path) -> str:
    try:
        return path.with_name(NOTE_NAME).read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


def _sound(path: Path, checked: date) -> str:
    """Say how the file is; a log that was not folded back, as another reader of the file leaves it, is part of it."""
    parts = [path, path.with_name(f"{path.name}-wal")]
    found = [(status.st_size, status.st_mtime_ns) for part in parts if part.exists() for status in [part.stat()]]
    return f"{found} {checked}"
