"""One writer at a time, readers beside it, and what a killed writer leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.core import identity
from aggregator.core.errors import StoreBusy, StoreError
from aggregator.core.model import Change, Item, Next
from aggregator.edges.store import FILE_NAME, Archive
from tests.edges.stores import (
    HERE,
    NOON,
    fill,
    item,
    opened,
    reading,
    record,
    rows,
    state,
)

ROOT = Path(__file__).parents[2]
LATER = Next(at=NOON + timedelta(hours=1), reason="every")


@contextmanager
def another_process(script: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Run a script beside the test and end it, by force if need be."""
    command = [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


# --- one writer, many readers ----------------------------------------------------------------------------------------

HOLDS = """
    import sys, time
    from pathlib import Path
    from aggregator.edges.store import Writer
    with Writer(Path(sys.argv[1]), who="aggregator run"):
        print("holding", flush=True)
        time.sleep(60)
"""


def test_a_second_writer_is_refused_by_name(tmp_path: Path) -> None:
    """While one writes, a second is refused at once with one line that names the first; afterwards it may."""
    with opened(tmp_path, who="aggregator run"):
        with pytest.raises(StoreBusy) as caught:
            opened(tmp_path, who="aggregator once")
        line = str(caught.value)
        assert f"`aggregator run` (process {os.getpid()})" in line
        assert str(tmp_path) in line
        assert "\n" not in line
    opened(tmp_path).__exit__(None, None, None)


def test_another_process_is_named_and_its_death_frees_the_store(tmp_path: Path) -> None:
    """A writer in another process refuses us by its number; killed, it leaves a lock file that blocks nobody."""
    with another_process(HOLDS, tmp_path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "holding\n"
        with pytest.raises(StoreBusy, match=rf"`aggregator run` \(process {process.pid}\)"):
            opened(tmp_path)
        process.kill()
        process.wait()
        fill(tmp_path)
    assert (tmp_path / "aggregator.lock").exists()


def test_a_refused_writer_leaves_the_holders_name(tmp_path: Path) -> None:
    """Being refused does not rewrite the lock: the third is told the same holder as the second."""
    with opened(tmp_path, who="aggregator run"):
        for _ in range(2):
            with pytest.raises(StoreBusy, match="`aggregator run`"):
                opened(tmp_path, who="aggregator once")


def test_a_store_that_could_not_be_opened_is_not_locked(tmp_path: Path) -> None:
    """A writer that fails on a damaged file frees the lock, so that a mended file can be opened."""
    (tmp_path / FILE_NAME).write_text("no database", encoding="utf-8")
    with pytest.raises(StoreError):
        opened(tmp_path)
    (tmp_path / FILE_NAME).unlink()
    fill(tmp_path)


def test_readers_work_beside_a_writer(tmp_path: Path) -> None:
    """A reader is not held up by a transaction, does not see half of it, and keeps its view until it closes."""
    with opened(tmp_path) as store:
        store.configure([HERE])
        record(store, item(1))
        with Archive.open(tmp_path) as early:
            with store.transaction() as now, Archive.open(tmp_path) as reader:
                store.record(state(store), reading(item(2)), changes=new(item(2)), upcoming=LATER, now=now)
                assert [titles(early), titles(reader)] == [[item(1).title]] * 2
                assert titles(store.archive) == [item(1).title, item(2).title]
            record(store, item(3))
            assert titles(early) == [item(1).title]
        with Archive.open(tmp_path) as late:
            assert titles(late) == [item(1).title, item(2).title, item(3).title]


def titles(archive: Archive | None) -> list[str]:
    """Give the headlines that a reader sees."""
    assert archive is not None
    return [story.lead.title for story in archive.stories(of=None)]


def new(*items: Item) -> tuple[Change, ...]:
    """Judge items of a feed that was never read."""
    return identity.compare(identity.distinct(items, feed=1), {}, now=NOON)


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    """What is opened for reading refuses to write, whatever it is asked."""
    fill(tmp_path)
    with pytest.raises(StoreError, match="readonly"), Archive.open(tmp_path) as archive:
        assert archive is not None
        archive._db.execute("DELETE FROM items")
    assert rows(tmp_path, "SELECT count(*) FROM items") == [(20,)]


def test_a_reader_changes_nothing(tmp_path: Path) -> None:
    """A reader finds nothing where no store is, and makes none."""
    with Archive.open(tmp_path) as archive:
        assert archive is None
    assert list(tmp_path.iterdir()) == []


# --- kills -----------------------------------------------------------------------------------------------------------

POLLS = """
    import sys
    from pathlib import Path
    from aggregator.core.model import Validators
    from aggregator.edges.store import Writer
    from tests.edges.stores import HERE, item, record
    with Writer(Path(sys.argv[1]), who="aggregator run") as store:
        store.configure([HERE])
        for poll in range(int(sys.argv[2]), int(sys.argv[2]) + 2000):
            record(store, *(item(poll * 100 + one) for one in range(50)), validators=Validators(etag=str(poll)))
            print(poll, flush=True)
"""


def test_a_kill_leaves_every_poll_whole(tmp_path: Path) -> None:
    """However often the writer is killed, the file is sound, no recorded poll is lost and none is there by half."""
    recorded = 0
    for kill in range(5):
        with another_process(POLLS, tmp_path, recorded) as process:
            assert process.stdout is not None
            for _ in range(3 + kill):
                last = int(process.stdout.readline())
            os.kill(process.pid, signal.SIGKILL)
            last = max([last, *(int(line) for line in process.stdout if line.endswith("\n"))])
        recorded = whole_polls(tmp_path)
        assert recorded > last


def whole_polls(folder: Path) -> int:
    """Check that the file is sound and every poll in it whole; count them."""
    assert rows(folder, "PRAGMA integrity_check") == [("ok",)]
    assert rows(folder, "PRAGMA foreign_key_check") == []
    ((polls,),) = rows(folder, "SELECT count(*) FROM polls")
    assert rows(folder, "SELECT etag FROM feeds") == [(str(polls - 1),)]
    for table in ("items", "sightings", "titles", "stories"):
        assert rows(folder, f"SELECT count(*) FROM {table}") == [(polls * 50,)]
    assert rows(folder, "SELECT count(*) FROM keys WHERE key LIKE 'guid %'") == [(polls * 50,)]
    assert rows(folder, "SELECT count(*) FROM items WHERE id NOT IN (SELECT item FROM keys)") == [(0,)]
    return int(polls)
