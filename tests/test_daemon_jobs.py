"""The daemon's jobs one by one, in this process: what each does, and that none of them ends the others."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from aggregator import config, daemon, grouping, pipeline
from aggregator.edges.store import Writer
from tests.newsstand import Newsstand, entry, rss, settings

START = datetime(2026, 1, 14, 9, 0, tzinfo=UTC)


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[tuple[daemon._Jobs, time_machine.Traveller, Newsstand]]:
    """Make the jobs of a daemon with one feed, on the morning of 14 January 2026."""
    with Newsstand() as stand, time_machine.travel(START, tick=False) as clock:
        stand.put("/courier", rss(entry("Ferry aground at dawn", guid="1")))
        path = tmp_path / "feeds.yaml"
        path.write_text(settings(stand, ["/courier"], digest='{closes_at: "12:00"}'))
        loaded = config.load(path)
        with Writer(loaded.storage, who="a test") as store:
            jobs = daemon._Jobs(
                store, loaded, reload=lambda: config.load(path), stop=threading.Event(), site_url="http://a.example/"
            )
            jobs.start()
            yield jobs, clock, stand
            jobs.stop()
            jobs.close()


def site(jobs: daemon._Jobs) -> set[str]:
    """Name the files of the site."""
    return {path.name for path in (jobs._config.storage / "site").iterdir()}


def test_the_close_job_closes_while_the_daemon_runs(jobs: Any) -> None:
    """An edition closes when its time has come, though no feed brings anything."""
    work, clock, _ = jobs
    work.poll_due()
    clock.shift(timedelta(hours=4))
    assert not work._store.archive.closed()
    work.close_due()
    assert [str(one.date) for one in work._store.archive.closed()] == ["2026-01-14"]
    page = (work._config.storage / "site" / "2026-01-14.html").read_text()
    assert "Every feed answered for this edition" in page


def test_the_start_closes_what_was_missed(jobs: Any) -> None:
    """What should have closed while nobody was running is closed before anything else."""
    work, clock, _ = jobs
    work.poll_due()
    clock.shift(timedelta(days=2))
    work.start()
    assert [str(one.date) for one in work._store.archive.closed()] == ["2026-01-14"]


def test_the_tidy_job_forgets_old_polls(jobs: Any) -> None:
    """Records of polls are kept for a fortnight."""
    work, clock, _ = jobs
    work.poll_due()
    clock.shift(pipeline.KEEP_POLLS + timedelta(days=1))
    work.tidy()
    with sqlite3.connect(work._config.storage / "aggregator.db") as db:
        assert db.execute("SELECT count(*) FROM polls").fetchone() == (0,)
    db.close()


def test_there_are_three_jobs(jobs: Any) -> None:
    """APScheduler runs the due feeds, the close and the housekeeping, and nothing else."""
    work, _, _ = jobs
    scheduled = daemon._scheduler(work).get_jobs()
    assert {job.func for job in scheduled} == {work.poll_due, work.close_due, work.tidy}


@pytest.mark.logs("bug job=poll", "bug job=close")
def test_a_bug_in_one_job_ends_none(jobs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong in a job is logged, and the next job does its work."""
    work, _, _ = jobs

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr(pipeline, "due", broken)
    work.poll_due()
    monkeypatch.undo()
    monkeypatch.setattr(pipeline, "is_close_due", broken)
    work.close_due()
    monkeypatch.undo()
    work._rest_until = 0.0
    work.poll_due()
    assert work._store.archive.states()[0].sightings == 1


@pytest.mark.logs("failed job=poll")
def test_a_store_that_cannot_be_written_gives_servers_a_rest(jobs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a failed write no feed is asked for a while, since what it says could not be kept."""
    work, _, stand = jobs

    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(work._store, "record", full)
    work.poll_due()
    asked = len(stand.asked)
    for _ in range(3):
        work.poll_due()
    assert len(stand.asked) == asked == 1


@pytest.mark.logs("failed job=poll")
def test_a_page_that_could_not_be_written_is_written_later(jobs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk was full for the pages only, they are published once there is room, though nothing new has come."""
    work, _, _ = jobs

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pipeline, "publish", full)
    work.poll_due()
    monkeypatch.undo()
    work._rest_until = 0.0
    work.poll_due()
    assert "Ferry aground at dawn" in (work._config.storage / "site" / "index.html").read_text()


def test_publishing_does_not_take_all_the_time(jobs: Any) -> None:
    """Where the last pages took a minute to write, the next wait ten, at most; a close does not."""
    work, clock, _ = jobs
    index = work._config.storage / "site" / "index.html"
    work._publishing_took = 60.0
    work.poll_due()
    assert "Ferry aground at dawn" not in index.read_text()
    work._published_at -= 590
    work.poll_due()
    assert "Ferry aground at dawn" not in index.read_text()
    work._publishing_took = 300.0
    work._published_at -= 11
    work.poll_due()
    assert "Ferry aground at dawn" in index.read_text()
    assert work._publishing_took < 60
    work._publishing_took = 60.0
    clock.shift(timedelta(hours=4))
    work.close_due()
    assert "2026-01-14.html" in site(work)


def test_nothing_is_grouped_while_no_edition_is_due(jobs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The look for editions to close, every five seconds, leaves grouping to whoever publishes."""
    work, clock, _ = jobs
    grouped: list[object] = []
    monkeypatch.setattr(grouping, "regroup", lambda *given: grouped.append(given))
    work._publishing_took = 60.0
    work.poll_due()
    work.close_due()
    assert grouped == []
    clock.shift(timedelta(hours=4))
    work.close_due()
    assert grouped


@pytest.mark.logs("failed job=poll")
def test_a_rest_does_not_hide_that_the_database_is_gone(jobs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that is taken away in the middle of a round ends the daemon at the next look, rest or not."""
    work, _, _ = jobs

    def lost(*_: object, **__: object) -> None:
        raise FileNotFoundError(2, "No such file or directory", "site")

    monkeypatch.setattr(pipeline, "publish", lost)
    work.poll_due()
    work._config.storage.rename(work._config.storage.with_name("away"))
    work.poll_due()
    assert work._stop.is_set()
    assert "deleted or replaced" in str(work.ended)


@pytest.mark.logs("takes effect when aggregator is started again")
def test_storage_is_not_changed_while_it_runs(jobs: Any, tmp_path: Path) -> None:
    """A new storage folder waits for the next start, and the warning names that setting alone."""
    work, _, stand = jobs
    old = work._config.storage
    work._config.path.write_text(settings(stand, ["/courier"], storage="elsewhere"))
    work.poll_due()
    assert work._config.storage == old
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.logs("settings not changed, the old ones stay in force")
def test_what_the_user_says_of_stories_takes_effect_at_once(jobs: Any, tmp_path: Path) -> None:
    """A line in stories.yaml mutes a story though nothing comes in; a broken file leaves the rulings in force."""
    work, _, _ = jobs
    work.poll_due()
    index = work._config.storage / "site" / "index.html"
    assert "Ferry aground at dawn" in index.read_text()
    path = tmp_path / "stories.yaml"
    path.write_text('- mute: "Ferry aground at dawn - Courier"\n')
    work.poll_due()
    assert "Ferry aground at dawn" not in index.read_text()
    path.write_text("- hide: x\n")
    work.poll_due()
    assert len(work._config.rulings) == 1
    path.unlink()
    work.poll_due()
    assert "Ferry aground at dawn" in index.read_text()


def test_a_new_time_zone_holds_for_the_days_of_polled_lists(jobs: Any) -> None:
    """Dates without a time are read in the zone that the settings name now, without a restart."""
    work, clock, stand = jobs
    stand.put("/courier", "- One - News - January 14th, 2026 [January 14th, 2026]\n")
    text = settings(stand, ["/courier"]).replace("Europe/London", "Asia/Tokyo")
    work._config.path.write_text(f"{text}    type: headlines\n")
    clock.shift(timedelta(hours=1))
    work.poll_due()
    published = work._store._db.execute("SELECT published FROM items WHERE title = 'One'").fetchall()
    assert [tuple(row) for row in published] == [("2026-01-14T03:00:00Z",)]


@pytest.mark.logs("clock set back")
def test_a_clock_that_goes_back_wakes_the_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    """APScheduler sleeps until a time of day; set back by hours, the clock would let it oversleep."""

    @dataclass
    class Job:
        moved: list[datetime] = field(default_factory=list)

        def modify(self, *, next_run_time: datetime) -> None:
            self.moved.append(next_run_time)

    class Scheduler:
        job = Job()

        def get_jobs(self) -> list[Job]:
            return [self.job]

    class Stop:
        looks = 0

        def wait(self, _: float) -> bool:
            self.looks += 1
            if self.looks == 2:
                clock.shift(timedelta(hours=-2))
            return self.looks > 3

    with time_machine.travel(START, tick=True) as clock:
        daemon._wait(Stop(), Scheduler())  # type: ignore[arg-type]
    assert len(Scheduler.job.moved) == 1
    assert abs(Scheduler.job.moved[0] - (START - timedelta(hours=2))) < timedelta(seconds=5)
