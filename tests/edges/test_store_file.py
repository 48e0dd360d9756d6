"""The database file: damage, full disks, folders that cannot be written, and what other programs see in it."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.core.errors import StoreError
from aggregator.edges.store import FILE_NAME, Archive, Writer, soundness
from tests.edges.stores import (
    HERE,
    NOON,
    THERE,
    change,
    close,
    contents,
    failure,
    fill,
    held,
    item,
    opened,
    record,
    record_reading,
    rows,
    state,
)

# --- files that cannot be used ---------------------------------------------------------------------------------------


def damaged(content: bytes) -> bytes:
    """Overwrite pages in the middle."""
    return content[: 4096 * 2] + b"\xff" * 4096 * 6 + content[4096 * 8 :]


def truncated(content: bytes) -> bytes:
    """Cut the file within a page."""
    return content[: len(content) // 2 + 100]


def text(content: bytes) -> bytes:
    """Put another kind of file in its place."""
    return b"This is a letter, not a database.\n" * 100


@pytest.mark.parametrize("spoil", [damaged, truncated, text])
def test_a_spoilt_file_is_refused_and_left_alone(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    """A file that is no sound database is named in one line with what to do, and not one byte of it is changed."""
    fill(tmp_path)
    path = tmp_path / FILE_NAME
    path.write_bytes(spoil(path.read_bytes()))
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        opened(tmp_path)
    line = str(caught.value)
    assert line.startswith(f"{path}: ")
    assert "put a backup in its place or move it away" in line
    assert "\n" not in line
    assert path.read_bytes() == before


def test_a_writer_in_trouble_does_not_vouch_for_the_file(tmp_path: Path) -> None:
    """After a writer that ended well the file is vouched for; not after one that ended with an error."""
    fill(tmp_path)
    assert (tmp_path / soundness.NOTE_NAME).exists()
    with pytest.raises(RuntimeError), opened(tmp_path):
        raise RuntimeError
    assert not (tmp_path / soundness.NOTE_NAME).exists()


@pytest.mark.parametrize("spoil", [damaged, truncated, text])
def test_a_reader_of_a_spoilt_file_is_told_so(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    """Damage that a reader meets, at the start or while it reads, is a StoreError that names the file."""
    fill(tmp_path, polls=3)
    path = tmp_path / FILE_NAME
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(StoreError, match=FILE_NAME), Archive.open(tmp_path) as archive:
        assert archive is not None
        archive.stories(of=None)
        archive.states()


def test_an_empty_file_is_simply_new(tmp_path: Path) -> None:
    """A file of zero bytes, as a crash at the very start leaves it, becomes a store."""
    (tmp_path / FILE_NAME).touch()
    fill(tmp_path)
    assert rows(tmp_path, "SELECT count(*) FROM items") == [(20,)]


def test_a_database_of_another_version_is_explained(tmp_path: Path) -> None:
    """A reader that meets a database without our tables says which command brings it up to date."""
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.execute("CREATE TABLE something (id INTEGER)")
    with pytest.raises(StoreError, match="another version; run `aggregator once`") as caught, Archive.open(tmp_path):
        pass
    assert "backup" not in str(caught.value)


def test_a_file_in_the_way_of_the_folder_is_named(tmp_path: Path) -> None:
    """A storage folder that cannot be made is named with the reason."""
    (tmp_path / "storage").touch()
    with pytest.raises(StoreError, match=r"storage: this is not a folder; choose another"):
        opened(tmp_path / "storage")


@contextmanager
def nobody() -> Iterator[None]:
    """Go without the rights of root, which may write anywhere."""
    if os.geteuid():
        yield
        return
    try:
        os.seteuid(65534)
    except OSError:
        pytest.skip("as root, and not able to be anybody else")
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_read_only_folder_is_named() -> None:
    """In a folder that may not be written the writer is refused with the folder's name and the reason."""
    folder = Path(tempfile.mkdtemp())  # not tmp_path, which nobody but its owner may enter
    try:
        folder.chmod(0o555)
        with nobody(), pytest.raises(StoreError) as caught:
            opened(folder)
        assert str(caught.value).startswith(f"{folder}: cannot be written (Permission denied); ")
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_a_full_disk_costs_one_poll(tmp_path: Path) -> None:
    """A poll that the disk has no room for is refused in plain words and leaves nothing; with room again it goes on."""
    with opened(tmp_path) as store:
        store.configure([HERE])
        record(store, item(1))
        before = contents(tmp_path)
        limit = _limit(store, 1)
        with pytest.raises(StoreError, match=rf"{FILE_NAME}: database or disk is full"):
            record(store, *(item(number, summary="x" * 5000) for number in range(200)))
        assert contents(tmp_path) == before
        _limit(store, limit)
        record(store, item(2))
        assert [one.id for one in held(store)] == [1, 2]


def _limit(store: Writer, pages: int) -> int:
    """Let the file have so many pages at most (SQLite: never fewer than it has); give what it might have before."""
    connection = store._db.conn
    before = connection.execute("PRAGMA max_page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    return int(before)


def test_a_commit_that_fails_leaves_the_store_usable(tmp_path: Path) -> None:
    """Where the commit itself is refused nothing is recorded, and the next transaction begins afresh."""
    with opened(tmp_path) as store:
        store.configure([HERE])
        with pytest.raises(sqlite3.IntegrityError), store.transaction():
            store._db.execute("PRAGMA defer_foreign_keys = ON")
            store._db.execute("INSERT INTO titles (item, feed, title, first_seen) VALUES (99, 1, '', '')")
        record(store, item(1))
        assert rows(tmp_path, "SELECT item FROM titles") == [(1,)]


# --- what others see -------------------------------------------------------------------------------------------------


def test_migrations_apply_once(tmp_path: Path) -> None:
    """Opening a store again changes neither its tables, nor its name, nor the list of migrations that ran."""
    fill(tmp_path)
    queries = ("SELECT * FROM sqlite_master ORDER BY name", "SELECT * FROM library", "SELECT * FROM _sqlite_migrations")
    before = [rows(tmp_path, query) for query in queries]
    fill(tmp_path)
    assert [rows(tmp_path, query) for query in queries] == before
    assert len(before[1]) == 1


def test_the_file_reads_well_in_other_programs(tmp_path: Path) -> None:
    """After polls, edits, failures, a close and a pruning every reference holds and the view ``latest`` works."""
    with opened(tmp_path) as store:
        store.configure([HERE, THERE])
        record(store, item(1), item(2), item(3, published=NOON - timedelta(days=9)))
        record(store, item(2, guid="other"), feed=THERE)
        record(store, item(1, title="Another headline of the bridge"), item(2))
        record_reading(store, failure(), feed=THERE)
        close(store, missed=store.archive.missed())
        change(tmp_path, "DELETE FROM items WHERE id = 2")
        store.configure([THERE])
        assert state(store, THERE).failures == 1
    assert rows(tmp_path, "PRAGMA foreign_key_check") == []
    assert rows(tmp_path, "PRAGMA integrity_check") == [("ok",)]
    assert rows(tmp_path, "PRAGMA journal_mode") == [("wal",)]
    assert rows(tmp_path, "SELECT id, title FROM latest") == [(1, "Another headline of the bridge")]
    assert rows(tmp_path, "SELECT title FROM latest WHERE title LIKE '%bridge%' AND first_seen > '2026'")


def test_times_are_texts_that_sort(tmp_path: Path) -> None:
    """Every time in the file is ISO-8601 text in UTC with whole seconds, so that it sorts as text."""
    fill(tmp_path)
    columns = {"items": ("first_seen", "time", "published"), "feeds": ("last_polled", "next_poll"), "polls": ("at",)}
    queries = (f"SELECT {column} FROM {table}" for table, names in columns.items() for column in names)
    values = [value for query in queries for (value,) in rows(tmp_path, query) if value is not None]
    assert values
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value) for value in values)
