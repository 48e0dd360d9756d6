"""The daemon as its users run it: a process of its own, signals, a settings file that changes, a served page."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.newsstand import Answer, Newsstand, entry, rss, settings

QUICK = "{every: 1s, shortest: 1s, gap: 0s, per_host: 4, backfill: all}"


class Daemon:
    """`aggregator run` over one folder, with what it says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"
        self.out = folder / "out"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it says that it runs."""
        with self.log.open("ab") as log, self.out.open("ab") as out:
            self.process = subprocess.Popen([*self.command, "-v", "run"], stdout=out, stderr=log)
        wait_for(lambda: "published" in self.says() or (self.process and self.process.poll() is not None))

    @property
    def command(self) -> list[str]:
        """Give the command line up to the command."""
        return [sys.executable, "-m", "aggregator", "-c", str(self.folder / "feeds.yaml")]

    def says(self) -> str:
        """Read its log."""
        return self.log.read_text(encoding="utf-8")

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Send a signal; give the exit code and the seconds until it ended."""
        assert self.process
        began = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(15)
        return code, time.monotonic() - began

    def titles(self) -> list[str]:
        """Give the titles that the store holds, by the command that other programs use."""
        done = subprocess.run([*self.command, "export", "json"], capture_output=True, check=True, timeout=30)
        return [story["title"] for edition in json.loads(done.stdout) for story in edition["stories"]]


def wait_for(happened: Callable[[], object], *, seconds: float = 20) -> None:
    """Wait until something is so; fail when it takes too long."""
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def stand() -> Iterator[Newsstand]:
    """Set up a newsstand with one feed."""
    with Newsstand() as stand:
        stand.put("/courier", rss(entry("Ferry aground at the point", guid="1")))
        yield stand


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    """Prepare a daemon that is ended whatever the test does."""
    daemon = Daemon(tmp_path)
    yield daemon
    if daemon.process and daemon.process.poll() is None:
        daemon.process.kill()
        daemon.process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_within_five_seconds_and_loses_nothing(stand: Newsstand, daemon: Daemon, number: int) -> None:
    """While one server hangs, a signal ends the daemon soon, cleanly, and what was recorded is there."""
    import threading

    stand.answers["/slow"] = Answer(body=b"", hold=threading.Event())
    (daemon.folder / "feeds.yaml").write_text(settings(stand, ["/courier", "/slow"], polling=QUICK))
    daemon.start()
    wait_for(lambda: stand.asked_for("/slow") and "new=1" in daemon.says())
    code, seconds = daemon.stop(number)
    assert code == 0
    assert seconds < 5
    assert "Traceback" not in daemon.says()
    assert daemon.titles() == ["Ferry aground at the point"]


def test_new_items_reach_the_served_page(stand: Newsstand, daemon: Daemon) -> None:
    """The daemon polls again by itself, and the page at the address it prints has what came."""
    text = settings(stand, ["/courier"], polling=QUICK).replace("serve: false", 'serve: {listen: "127.0.0.1:0"}')
    (daemon.folder / "feeds.yaml").write_text(text)
    daemon.start()
    wait_for(lambda: "http://" in daemon.out.read_text())
    (address,) = [line for line in daemon.out.read_text().splitlines() if line.startswith("http://")]

    def page() -> str:
        with urlopen(address, timeout=5) as answer:
            return str(answer.read().decode())

    wait_for(lambda: "Ferry aground at the point" in page())
    stand.put("/courier", rss(entry("Ferry afloat again", guid="2")))
    wait_for(lambda: "Ferry afloat again" in page())
    with urlopen(address + "feed.xml", timeout=5) as answer:
        assert f'href="{address}feed.xml"' in answer.read().decode()
    assert daemon.stop()[0] == 0


def test_a_second_writer_is_refused_by_name(stand: Newsstand, daemon: Daemon) -> None:
    """`once` and `run` beside a running daemon end at once with exit code 75 and name it."""
    (daemon.folder / "feeds.yaml").write_text(settings(stand, ["/courier"], polling=QUICK))
    daemon.start()
    assert daemon.process
    for command in ("once", "run"):
        done = subprocess.run([*daemon.command, command], capture_output=True, text=True, timeout=10)
        assert done.returncode == 75
        assert "aggregator run" in done.stderr
        assert str(daemon.process.pid) in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert daemon.stop()[0] == 0


def test_a_taken_port_is_a_warning_and_polling_goes_on(stand: Newsstand, daemon: Daemon) -> None:
    """When another program has the port, the daemon says so and does the rest of its work."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        text = settings(stand, ["/courier"], polling=QUICK)
        (daemon.folder / "feeds.yaml").write_text(
            text.replace("serve: false", f'serve: {{listen: "127.0.0.1:{port}"}}')
        )
        daemon.start()
        wait_for(lambda: "new=1" in daemon.says())
        assert f"cannot serve on 127.0.0.1:{port}" in daemon.says()
        assert daemon.stop()[0] == 0


def test_a_broken_settings_file_leaves_the_old_settings_in_force(stand: Newsstand, daemon: Daemon) -> None:
    """A file that breaks is named with its place, once; polling goes on; the mended file takes effect."""
    path = daemon.folder / "feeds.yaml"
    path.write_text(settings(stand, ["/courier"], polling=QUICK))
    daemon.start()
    wait_for(lambda: stand.asked_for("/courier"))
    path.write_text("feeds:\n  - url: [\n")
    wait_for(lambda: "the old ones stay in force" in daemon.says())
    assert f"{path}:" in daemon.says()
    asked = len(stand.asked_for("/courier"))
    wait_for(lambda: len(stand.asked_for("/courier")) > asked + 1)
    assert daemon.says().count("the old ones stay in force") == 1
    stand.put("/reader", rss(entry("Mayor resigns over goose", guid="9")))
    fresh = daemon.folder / "fresh"
    fresh.write_text(settings(stand, ["/courier", "/reader"], polling=QUICK))
    fresh.replace(path)
    wait_for(lambda: "Mayor resigns over goose" in daemon.titles())
    assert daemon.stop()[0] == 0


def test_an_edition_that_was_missed_is_closed_at_the_start(stand: Newsstand, daemon: Daemon) -> None:
    """What a run of yesterday left open is closed when the daemon starts, and nothing is asked of the trigger."""
    import sqlite3

    (daemon.folder / "feeds.yaml").write_text(settings(stand, ["/courier"], polling=QUICK))
    subprocess.run([*daemon.command, "once"], check=True, capture_output=True, timeout=30)
    with sqlite3.connect(daemon.folder / "storage" / "aggregator.db") as store:
        store.execute("UPDATE items SET first_seen = '2026-01-14T09:00:00Z', time = '2026-01-14T09:00:00Z'")
    store.close()
    daemon.start()
    wait_for(lambda: (daemon.folder / "storage" / "site" / "2026-01-14.html").exists())
    assert "closed edition=2026-01-14" in daemon.says()
    assert daemon.stop()[0] == 0


@pytest.mark.parametrize("times", [4])
def test_a_kill_at_any_moment_leaves_a_store_that_goes_on(stand: Newsstand, daemon: Daemon, times: int) -> None:
    """After kill -9 the next start is not blocked, no item is lost or doubled, and every page is whole."""
    (daemon.folder / "feeds.yaml").write_text(settings(stand, ["/courier"], polling=QUICK))
    for number in range(times):
        tales = (entry(f"Tale{n} sea{n}", guid=str(n)) for n in range(20 * (number + 1)))
        stand.put("/courier", rss(*tales))
        daemon.log.unlink(missing_ok=True)
        daemon.start()
        asked = len(stand.asked_for("/courier"))
        wait_for(lambda asked=asked: len(stand.asked_for("/courier")) > asked)  # type: ignore[misc]
        time.sleep(0.02 * number)
        assert daemon.stop(signal.SIGKILL)[0] == -signal.SIGKILL
    for page in (daemon.folder / "storage" / "site").glob("*.html"):
        assert page.read_text(encoding="utf-8").rstrip().endswith("</html>")
    subprocess.run([*daemon.command, "once", "--all"], check=True, capture_output=True, timeout=30)
    titles = daemon.titles()
    assert sorted(titles) == sorted(f"Tale{n} sea{n}" for n in range(20 * times))


def test_one_hanging_server_holds_up_nobody(stand: Newsstand, daemon: Daemon) -> None:
    """While a server says nothing, other feeds keep their rhythm and changed settings take effect."""
    import threading

    stand.answers["/slow"] = Answer(body=b"", hold=threading.Event())
    path = daemon.folder / "feeds.yaml"
    path.write_text(settings(stand, ["/courier", "/slow"], polling=QUICK))
    daemon.start()
    wait_for(lambda: stand.asked_for("/slow") and len(stand.asked_for("/courier")) >= 4)
    path.write_text(path.read_text() + "title: Another Title\n")
    wait_for(lambda: "Another Title" in (daemon.folder / "storage" / "site" / "index.html").read_text())
    assert daemon.stop()[0] == 0


def test_a_network_that_is_allowed_later_is_tried_at_once(stand: Newsstand, daemon: Daemon) -> None:
    """The remedy that a refused address names works in the running daemon, without waiting for the interval."""
    path = daemon.folder / "feeds.yaml"
    allowed = settings(stand, ["/courier"], polling="{every: 1h, shortest: 1s}")
    path.write_text(allowed.replace('["127.0.0.0/8"]', "[]"))
    daemon.start()
    wait_for(lambda: "network.allow" in daemon.says())
    path.write_text(allowed)
    wait_for(lambda: stand.asked_for("/courier"))
    assert daemon.stop()[0] == 0


def test_it_ends_when_its_database_is_taken_away(stand: Newsstand, daemon: Daemon) -> None:
    """A daemon whose storage is deleted says so and exits 1 rather than working for nothing."""
    (daemon.folder / "feeds.yaml").write_text(settings(stand, ["/courier"], polling=QUICK))
    daemon.start()
    (daemon.folder / "storage").rename(daemon.folder / "away")
    assert daemon.process
    assert daemon.process.wait(15) == 1
    assert "deleted or replaced" in daemon.says()


def test_closing_its_terminal_ends_it_cleanly(stand: Newsstand, daemon: Daemon) -> None:
    """SIGHUP ends the daemon as SIGTERM does; and not served, it says where the page is."""
    (daemon.folder / "feeds.yaml").write_text(settings(stand, ["/courier"], polling=QUICK))
    daemon.start()
    wait_for(lambda: "index.html" in daemon.out.read_text())
    assert daemon.stop(signal.SIGHUP)[0] == 0


def test_a_settings_file_that_goes_missing_is_named_once(stand: Newsstand, daemon: Daemon) -> None:
    """A feeds.yaml that is moved away leaves the old settings in force and says so."""
    path = daemon.folder / "feeds.yaml"
    path.write_text(settings(stand, ["/courier"], polling=QUICK))
    daemon.start()
    kept = path.rename(daemon.folder / "kept")
    wait_for(lambda: "is gone" in daemon.says())
    asked = len(stand.asked_for("/courier"))
    wait_for(lambda: len(stand.asked_for("/courier")) > asked + 1)
    assert daemon.says().count("is gone") == 1
    kept.rename(path)
    assert daemon.stop()[0] == 0
