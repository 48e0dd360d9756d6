"""The command line, as typed: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.newsstand import Newsstand, entry, rss, settings


class Shell:
    """Run `aggregator` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *words: str, code: int = 0) -> str:
        """Run a command line, hold it to its exit code, and give what it printed on both streams."""
        done = self.run(*words)
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command line."""
        command = [sys.executable, "-m", "aggregator", *words]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=60)

    @property
    def file(self) -> Path:
        """Give its feeds.yaml."""
        return self.folder / "feeds.yaml"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Open a shell in an empty folder."""
    return Shell(tmp_path)


@pytest.fixture
def stand() -> Iterator[Newsstand]:
    """Set up a newsstand with two feeds."""
    with Newsstand() as stand:
        stand.put("/courier", rss(entry("Ferry aground at the point", guid="1", link="https://courier.example/1")))
        stand.put("/reader", rss(entry("Mayor resigns over goose", guid="1"), title="Reader"))
        yield stand


def test_without_a_file_it_says_which_command_makes_one(shell: Shell) -> None:
    """Bare `aggregator` in an empty folder names the missing file and the way on."""
    printed = shell(code=2)
    assert "feeds.yaml: there is no such file" in printed
    assert "aggregator init" in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize("command", [["check"], ["once"], ["run"], ["list"], ["export", "json"], ["add", "x"]])
def test_a_command_that_needs_the_file_says_so_in_one_line(shell: Shell, command: list[str]) -> None:
    """Every command that needs feeds.yaml ends with exit code 78 and one line with the remedy."""
    printed = shell(*command, code=78)
    assert len(printed.splitlines()) == 1
    assert "aggregator init" in printed


def test_init_makes_a_file_that_checks_and_is_never_overwritten(shell: Shell) -> None:
    """`init` writes a valid feeds.yaml with its schema beside it, and leaves an existing one alone."""
    assert "aggregator once" in shell("init")
    first = shell.file.read_text(encoding="utf-8")
    assert first.startswith("# yaml-language-server: $schema=feeds.schema.json\n")
    assert json.loads((shell.folder / "feeds.schema.json").read_text())["type"] == "object"
    assert "no mistakes" in shell("check")
    shell.file.write_text("feeds: []\n")
    assert "already there" in shell("init", code=1)
    assert shell.file.read_text() == "feeds: []\n"


def test_mistakes_are_named_with_their_place_and_exit_code_78(shell: Shell) -> None:
    """All mistakes at once, each `feeds.yaml:line:column: what is wrong, and what to write instead`."""
    shell.file.write_text("titel: x\nfeeds:\n  - url: https://a.example/f\n    every: 30\n")
    done = shell.run("check")
    assert done.returncode == 78
    first, second = sorted(done.stderr.splitlines())
    assert first.startswith("feeds.yaml:1:1: ")
    assert "title" in first
    assert second.startswith("feeds.yaml:4:12: ")
    assert "30m" in second


def test_the_settings_file_may_be_named_by_option_or_environment(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-c FILE` and AGGREGATOR_CONFIG stand for ./feeds.yaml."""
    other = shell.folder / "other.yaml"
    other.write_text("feeds: [https://a.example/feed]\n")
    assert "other.yaml: 1 feed;" in shell("-c", "other.yaml", "check")
    monkeypatch.setenv("AGGREGATOR_CONFIG", "other.yaml")
    assert "other.yaml: 1 feed;" in shell("check")


def test_once_reads_publishes_and_ends(shell: Shell, stand: Newsstand) -> None:
    """`once` sums up what it did, and a second one finds nothing due; no progress bar reaches a pipe."""
    shell.file.write_text(settings(stand, ["/courier", "/reader"]))
    printed = shell("once")
    assert "2 of 2 feeds polled: 2 read, 0 unchanged, 0 failed." in printed
    assert "2 new items" in printed
    assert "\x1b" not in printed
    assert (shell.folder / "storage" / "site" / "index.html").exists()
    assert "No feed is due" in shell("once")
    assert "0 new items" in shell("once", "--all")


def test_failed_feeds_change_the_exit_code_only_when_strict(shell: Shell, stand: Newsstand) -> None:
    """`once` names a failing feed on standard error and exits 0; `--strict` exits 1."""
    shell.file.write_text(settings(stand, ["/courier", "/nowhere"]))
    done = shell.run("once")
    assert (done.returncode, done.stderr) == (0, "failed: Nowhere: HTTP 404: there is nothing at this address\n")
    shell("once", "--all", "--strict", code=1)


def test_list_is_an_array_for_programs(shell: Shell, stand: Newsstand) -> None:
    """`list --json` has the promised fields, before the first poll and after it, well or failing."""
    shell.file.write_text(settings(stand, ["/courier", "/nowhere"]))
    assert [row["status"] for row in json.loads(shell("list", "--json"))] == ["new", "new"]
    shell.run("once")
    well, ill = json.loads(shell.run("list", "--json").stdout)
    promised = "url title category status last_error items last_polled next_poll next_reason moved_to same_as rhythm"
    assert list(well) == promised.split()
    assert (well["url"], well["title"], well["items"]) == (stand.url("/courier"), "Courier", 1)
    assert (well["status"], well["last_error"], ill["status"]) == ("ok", None, "failing")
    assert ill["last_error"].startswith("HTTP 404")
    assert well["last_polled"] < well["next_poll"]


def test_list_for_people_says_why_a_feed_fails(shell: Shell, stand: Newsstand) -> None:
    """The table has every feed, when it comes next and why, and the reason of those that fail or are empty."""
    stand.put("/empty", rss())
    shell.file.write_text(settings(stand, ["/courier", "/nowhere", "/empty"]))
    shell("once")
    printed = shell("list")
    assert "Courier" in printed
    assert "Nowhere: HTTP 404" in printed
    assert "Empty: its document holds no entries" in printed
    empty = json.loads(shell.run("list", "--json").stdout)[2]
    assert (empty["status"], empty["last_error"]) == ("empty", "its document holds no entries")
    assert "min: every" in printed


def test_export_json_by_edition_and_altogether(shell: Shell, stand: Newsstand) -> None:
    """Without --edition an array, newest first; with it one object; an unknown date is an error."""
    shell.file.write_text(settings(stand, ["/courier"]))
    assert json.loads(shell.run("export", "json").stdout) == []
    shell("once")
    (edition,) = json.loads(shell("export", "json"))
    assert json.loads(shell("export", "json", "--edition", edition["edition"])) == edition
    assert "no edition of 1999-01-01" in shell("export", "json", "--edition", "1999-01-01", code=1)
    assert "write it like 2026-01-14" in shell("export", "json", "--edition", "yesterday", code=2)


def test_test_shows_what_is_understood_and_stores_nothing(shell: Shell, stand: Newsstand) -> None:
    """`test URL` prints format, entries and links of one feed."""
    shell.file.write_text(settings(stand, ["/courier"]))
    printed = shell("test", stand.url("/reader"))
    assert "Reader (RSS 2.0), 1 entry, 1 without a believable date" in printed
    assert "Mayor resigns over goose" in printed
    assert not (shell.folder / "storage").exists()
    assert "HTTP 404" in shell("test", stand.url("/nowhere"), code=1)


def test_a_private_address_is_refused_with_the_remedy(shell: Shell, stand: Newsstand) -> None:
    """Without network.allow a loopback address is not asked, and the message says what to write."""
    shell.file.write_text("feeds: [https://a.example/feed]\n")
    printed = shell("test", stand.url("/courier"), code=1)
    assert "network.allow" in printed
    assert not stand.asked


def test_add_finds_the_feed_behind_a_page_and_keeps_comments(shell: Shell, stand: Newsstand) -> None:
    """`add` follows the page's link to its feed, writes it with its settings, and keeps the rest to the byte."""
    stand.put("/", '<html><link rel="alternate" type="application/rss+xml" href="/reader"></html>')
    before = settings(stand, ["/courier"]) + "  # the last word\n"
    shell.file.write_text(before)
    assert f"Added {stand.url('/reader')}" in shell(
        "add", stand.url("/"), "--name", "The Reader: daily", "--every", "15m"
    )
    after = shell.file.read_text()
    assert all(line in after.splitlines() for line in before.splitlines())
    assert "2 feeds" in shell("check")
    assert json.loads(shell("list", "--json"))[1]["title"] == "The Reader: daily"
    assert "already in" in shell("add", stand.url("/reader"), code=1)
    assert shell.file.read_text() == after


def test_add_says_when_there_is_no_feed(shell: Shell, stand: Newsstand) -> None:
    """A page without a feed changes nothing and is told so."""
    stand.put("/", "<html><p>Nothing here</p></html>")
    shell.file.write_text(settings(stand, ["/courier"]))
    before = shell.file.read_text()
    assert "no feed was found" in shell("add", stand.url("/"), code=1)
    assert shell.file.read_text() == before


def test_a_password_in_a_feed_address_is_never_shown(shell: Shell, stand: Newsstand) -> None:
    """No output, page, feed or message carries the user and password of a feed's address."""
    secret = stand.url("/courier").replace("http://", "http://reader:s3cret@")
    gone = stand.url("/nowhere").replace("http://", "http://reader:s3cret@")
    shell.file.write_text(f'network: {{allow: ["127.0.0.0/8"]}}\nserve: false\nfeeds: ["{secret}", "{gone}"]\n')
    printed = shell("-v", "once") + shell("list") + shell("list", "--json") + shell("export", "json")
    printed += shell("test", gone, code=1)
    assert "s3cret" not in printed
    assert stand.asked_for("/courier")[0]["authorization"].startswith("Basic ")
    for page in (shell.folder / "storage" / "site").iterdir():
        assert "s3cret" not in page.read_text()


def test_version_and_help_name_the_program(shell: Shell) -> None:
    """`--version` and `--help` answer, the latter with every command."""
    from aggregator import __version__

    assert shell("--version") == f"aggregator {__version__}\n"
    helped = shell("--help")
    for command in "init check add once run list test export config demo".split():
        assert f"\n  {command} " in helped


def test_help_imports_none_of_the_heavy_parts() -> None:
    """What makes start-up slow is imported by the commands that need it, not by `--help`."""
    script = "import sys, aggregator.cli; print(*sorted(set(m.split('.')[0] for m in sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    heavy = {"feedparser", "requests", "apscheduler", "sqlite_utils", "jinja2", "rich", "starlette", "yaml"}
    assert not heavy & set(done.stdout.split())


def test_an_unknown_command_is_corrected(shell: Shell) -> None:
    """A mistyped command is answered with the one that was meant, and exit code 2."""
    assert "Did you mean 'check'" in shell("chekc", code=2)


def test_options_of_the_program_after_the_command_are_explained(shell: Shell) -> None:
    """`once -c FILE` says where the option belongs."""
    assert "-c goes before the command: aggregator -c" in shell("once", "-c", "feeds.yaml", code=2)


def test_a_wrong_option_of_add_is_not_blamed_on_the_file(shell: Shell, stand: Newsstand) -> None:
    """`add URL --every 5` is wrong usage, exit code 2, and changes nothing."""
    shell.file.write_text(settings(stand, ["/courier"]))
    assert "5m" in shell("add", stand.url("/reader"), "--every", "5", code=2)
    assert "1 feed;" in shell("check")


def test_advice_names_the_file_that_was_given(shell: Shell) -> None:
    """With `-c FILE` every command that is advised carries it."""
    assert "aggregator -c other.yaml init" in shell("-c", "other.yaml", "check", code=78)
    assert "aggregator -c other.yaml once" in shell("-c", "other.yaml", "init")


def test_a_progress_bar_is_for_terminals(shell: Shell, stand: Newsstand) -> None:
    """On a terminal `once` shows how far it is."""
    import os
    import pty

    shell.file.write_text(settings(stand, ["/courier", "/reader"]))
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "aggregator", "once"]
    environment = {**os.environ, "TERM": "xterm"}
    done = subprocess.run(command, cwd=shell.folder, stdout=subprocess.PIPE, stderr=theirs, env=environment, timeout=60)
    os.close(theirs)
    shown = os.read(ours, 65536)
    os.close(ours)
    assert done.returncode == 0
    assert b"Reading feeds" in shown


def test_what_servers_say_cannot_move_the_cursor(shell: Shell, stand: Newsstand) -> None:
    """Control characters of a server's answer do not reach the terminal."""
    stand.put("/courier", "x", Content_Encoding="\x1b[2Jgzip")
    shell.file.write_text(settings(stand, ["/courier"]))
    printed = shell("once") + shell("list") + shell("test", stand.url("/courier"), code=1)
    printed += shell("add", stand.url("/courier"), code=1)
    assert "\x1b" not in printed


def test_the_demo_serves_a_growing_page_and_ends_cleanly(tmp_path: Path) -> None:
    """`demo` prints the page's address alone on a flushed line; items appear; Ctrl-C ends it and leaves nothing."""
    import os
    import signal
    import tempfile
    import time
    from urllib.request import urlopen

    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-m", "aggregator", "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )
    assert tempfile.gettempdir() != str(tmp_path)
    try:
        assert process.stdout
        address = next(line for line in process.stdout if line.startswith("http://")).strip()
        seen = set()
        for _ in range(150):
            with urlopen(address + "feed.xml", timeout=5) as answer:
                seen.add(answer.read().count(b"<item>"))
            if len(seen) > 1:
                break
            time.sleep(0.2)
        assert len(seen) > 1
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
    assert not list(tmp_path.iterdir())
