"""When the database file is looked through for damage: once a day, and where it is not as a writer left it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from aggregator.edges.store import FILE_NAME, soundness

TODAY, TOMORROW = date(2026, 1, 14), date(2026, 1, 15)


def made(folder: Path) -> Path:
    """Make a database of some pages, as a writer leaves it."""
    path = folder / FILE_NAME
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE words (word TEXT)")
        connection.executemany("INSERT INTO words VALUES (?)", [("word " * 500,)] * 10)
        connection.commit()
    soundness.vouch(path, checked=TODAY)
    return path


def is_looked_through(path: Path, *, today: date = TODAY) -> bool:
    """Ask whether a writer that opens the file looks through it."""
    statements: list[str] = []
    with closing(sqlite3.connect(path)) as connection:
        connection.set_trace_callback(statements.append)
        soundness.check(connection, path, today=today)
    return any("quick_check" in statement for statement in statements)


def test_a_file_is_looked_through_once_a_day(tmp_path: Path) -> None:
    """What a writer left well needs no second look on the same day, and gets one on the next."""
    path = made(tmp_path)
    assert not is_looked_through(path)
    soundness.vouch(path, checked=TODAY)
    assert is_looked_through(path, today=TOMORROW)


def test_a_writer_that_did_not_end_well_vouches_for_nothing(tmp_path: Path) -> None:
    """Where the last writer was killed the file is looked through, until one has ended well again."""
    path = made(tmp_path)
    assert not is_looked_through(path)
    assert is_looked_through(path)
    assert is_looked_through(path)
    soundness.vouch(path, checked=TODAY)
    assert not is_looked_through(path)


def test_a_file_that_changed_is_looked_through(tmp_path: Path) -> None:
    """A single byte that was changed the moment after, and a log beside the file, are noticed; a true copy is not."""
    path = made(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content)
    assert is_looked_through(path)
    soundness.vouch(path, checked=TODAY)
    path.with_name(f"{FILE_NAME}-wal").touch()
    assert is_looked_through(path)
    path.with_name(f"{FILE_NAME}-wal").unlink()
    soundness.vouch(path, checked=TODAY)
    times = path.stat()
    path.unlink()
    path.write_bytes(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert not is_looked_through(path)


def test_damage_is_found(tmp_path: Path) -> None:
    """A damaged file is an error, and stays one."""
    path = made(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: 4096 * 2] + b"\xff" * 4096 * 4 + content[4096 * 6 :])
    for _ in range(2):
        with pytest.raises(sqlite3.DatabaseError, match=r"the database is damaged|malformed"):
            is_looked_through(path)
