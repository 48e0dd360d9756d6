"""Headline lists from the command line: imported, exported, polled, tried out and added."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from aggregator.core import days
from aggregator.edges.store import Writer
from tests.edges.stores import rows
from tests.newsstand import Newsstand, entry, rss, settings
from tests.test_cli import Shell

KEPT = Path(__file__).parent / "kept_headlines.txt"
DATES = "January 14th, 2026 [January 14th, 2026]"
LISTED = "type: headlines"
#: What would begin the entries of a feed; all that follows is the same when the list has changed.
SAME = "<item></item>"


@pytest.fixture
def stand() -> Iterator[Newsstand]:
    """Set up a newsstand with a feed and a list."""
    with Newsstand() as stand:
        stand.put("/courier", rss(entry("Ferry aground at the point", guid="1", link="https://courier.example/1")))
        stand.put("/list", page("One thing", "Another thing", more=SAME), etag='"1"', content_type="text/html")
        yield stand


@pytest.fixture
def shell(tmp_path: Path, stand: Newsstand) -> Shell:
    """Open a shell in a folder whose settings name the feed and the list."""
    text = settings(stand, ["/courier", "/list"])
    (tmp_path / "feeds.yaml").write_text(text + f"    {LISTED}\n", encoding="utf-8")
    return Shell(tmp_path)


def page(*titles: str, more: str = "") -> str:
    """Write a page with a list of today."""
    today = days.ordinal(date.today())  # noqa: DTZ011 - any day near now is young enough to be shown
    lines = "".join(f"<li>{title} - News - {today} [{today}]</li>\n" for title in titles)
    return f"<html><title>The List</title><ul>\n{lines}{more}</ul></html>"


# --- import and export -----------------------------------------------------------------------------------------------


def test_a_list_is_imported_and_exported(shell: Shell) -> None:
    """What it did is printed; the export is the list, of all editions or of one; the page is brought up to date."""
    printed = shell("import", "headlines", str(KEPT))
    assert "81 lines read: 81 new, 0 already known." in printed
    assert "0 new, 81 already known" in shell("import", "headlines", str(KEPT))
    assert shell("export", "headlines") == KEPT.read_text(encoding="utf-8")
    one = shell("export", "headlines", "--edition", "2026-01-16")
    assert one == (shell.folder / "storage" / "site" / "2026-01-16.txt").read_text(encoding="utf-8")
    assert len(one.splitlines()) == 22
    assert "there is no edition of 2026-01-17" in shell("export", "headlines", "--edition", "2026-01-17", code=1)
    assert "2026-1-x" in shell("export", "headlines", "--edition", "2026-1-x", code=2)


def test_an_export_of_nothing_is_empty(shell: Shell) -> None:
    """Before anything was stored there is no line and no edition, and standard error says how they come about."""
    for _ in range(2):
        for kind, nothing in (("headlines", ""), ("json", "[\n]\n")):
            done = shell.run("export", kind)
            assert (done.returncode, done.stdout) == (0, nothing)
            assert done.stderr == (
                "There is no edition yet: `aggregator once` reads the feeds,"
                " `aggregator import headlines FILE` takes in a list.\n"
            )
        with Writer(shell.folder / "storage", who="a test"):
            """Make a store with nothing in it."""
    assert "there is no edition" in shell("export", "headlines", "--edition", "2026-01-14", code=1)


def test_lines_that_cannot_be_read_are_named_and_the_others_are_in(shell: Shell) -> None:
    """File, number and reason of each broken line are printed, the exit code is 1, and what can be read is stored."""
    (shell.folder / "a.txt").write_text(f"\n- One - News - {DATES}\n- Two - News - {DATES[:29]}\n", encoding="utf-16")
    (shell.folder / "b.txt").write_bytes(f"- Caf\xe9 - News - {DATES}\r\n".encode("cp1252"))
    (shell.folder / "c.txt").write_text("Nothing of the kind.\n", encoding="utf-8")
    printed = shell("import", "headlines", "a.txt", "b.txt", "c.txt", code=1)
    assert "2 lines read: 2 new" in printed
    assert "a.txt: line 3: no date was recognised at its end: “- Two - News - January 14th, 2026 [January 1”" in printed
    assert "a.txt: 1 line could not be read" in printed
    assert "c.txt: no line like “- Title - Source" in printed
    assert shell("export", "headlines") == f"- One - News - {DATES}\n- Café - News - {DATES}\n"


def test_a_list_comes_through_a_pipe(shell: Shell) -> None:
    """`-` is standard input."""
    command = [sys.executable, "-m", "aggregator", "import", "headlines", "-"]
    done = subprocess.run(
        command, cwd=shell.folder, input=f"- One - News - {DATES}\n- x - {DATES[:-9]}\n".encode(), capture_output=True
    )
    assert done.returncode == 1
    assert b"1 line read: 1 new, 0 already known." in done.stdout
    assert b"standard input: line 2: " in done.stderr


def test_nothing_is_imported_beside_another_writer_or_from_a_missing_file(shell: Shell) -> None:
    """While another aggregator writes, the exit code is 75; a file that is not there is wrong usage."""
    shell("import", "headlines", str(KEPT))
    with Writer(shell.folder / "storage", who="a test"):
        assert "`a test` (process" in shell("import", "headlines", str(KEPT), code=75)
    assert "missing.txt" in shell("import", "headlines", str(KEPT), "missing.txt", code=2)


# --- a list that is polled -------------------------------------------------------------------------------------------


def test_a_list_is_polled_like_a_feed(shell: Shell, stand: Newsstand) -> None:
    """Its lines are items; the same bytes and a 304 bring nothing, a line more brings that line."""
    assert "3 new items" in shell("once")
    assert "News" in (shell.folder / "storage" / "site" / "index.html").read_text(encoding="utf-8")
    stand.put("/list", status=304)
    assert "0 new items" in shell("once", "--all")
    assert stand.asked_for("/list")[1]["if-none-match"] == '"1"'
    stand.put("/list", page("A third thing", "One thing", "Another thing", more=SAME))
    assert "1 new item, 0 edited" in shell("once", "--all")
    assert "0 read, 2 unchanged, 0 failed" in shell("once", "--all")
    titles = rows(shell.folder / "storage", "SELECT title, source FROM items WHERE feed = 2 ORDER BY id")
    assert titles == [("One thing", "News"), ("Another thing", "News"), ("A third thing", "News")]


def test_a_changed_type_has_the_document_read_anew(shell: Shell, stand: Newsstand) -> None:
    """A list that was configured as a feed fails with a hint; with its type set it is read at once."""
    shell.file.write_text(shell.file.read_text(encoding="utf-8").replace(LISTED, "type: feed"), encoding="utf-8")
    assert "this is a headline list, not a feed; add type: headlines" in shell("once")
    shell.file.write_text(shell.file.read_text(encoding="utf-8").replace("type: feed", LISTED), encoding="utf-8")
    assert "2 new items" in shell("once")
    shell.file.write_text(shell.file.read_text(encoding="utf-8").replace(LISTED, "type: feed"), encoding="utf-8")
    shell("once")
    assert "if-none-match" not in stand.asked_for("/list")[-1]


def test_a_broken_line_of_a_polled_list_is_logged(shell: Shell, stand: Newsstand) -> None:
    """The daemon's log and `test` name the line; the others are items."""
    stand.put("/list", page("One thing", "Two", more="<li>Broken - News - January 14th, 2026 [Janu</li>\n"))
    said = "line 4: no date was recognised at its end: “Broken - News - January 14th, 2026 [Janu”"
    printed = shell("-v", "once")
    assert "3 new items" in printed
    assert f"lines=1; {said}" in printed
    assert f"Cannot be read: {said}" in shell("test", stand.url("/list"))


def test_broken_lines_of_a_polled_list_are_named_by_once(shell: Shell, stand: Newsstand) -> None:
    """`once` says in one line for each list how many lines it could not read, and the first of them."""
    stand.put("/list", page("One thing", more=f"<li>\x1b[2JBroken - News - {DATES[:18]} [Janu</li>\n" * 2))
    printed = shell("once").splitlines()
    assert [line for line in printed if "unread" in line] == [
        "unread: List: 2 lines could not be read, the first: line 3: no date was recognised at its end: "
        "“[2JBroken - News - January 14th, 2026 [Janu”"
    ]


def test_a_list_can_be_tried_out(shell: Shell, stand: Newsstand) -> None:
    """`test` takes the type from feeds.yaml, else from its option; what holds no list says so."""
    printed = shell("test", stand.url("/list"))
    assert "The List (headline list), 2 entries" in printed
    assert "One thing" in printed
    assert "not a feed; add type: headlines" in shell("test", "--type", "feed", stand.url("/list"), code=1)
    assert "no line like" in shell("test", "--type", "headlines", stand.url("/courier"), code=1)


def test_a_list_can_be_added(shell: Shell, stand: Newsstand) -> None:
    """`add --type headlines` reads the list once and writes its type; what holds none is not added."""
    stand.put("/other", page("One thing"))
    before = shell.file.read_text(encoding="utf-8")
    assert "no line like" in shell("add", "--type", "headlines", stand.url("/courier") + "?", code=1)
    assert shell.file.read_text(encoding="utf-8") == before
    shell("add", "--type", "headlines", "--name", "Other", stand.url("/other"))
    written = shell.file.read_text(encoding="utf-8").removeprefix(before)
    assert written == f"  - url: {stand.url('/other')}\n    type: headlines\n    name: Other\n"
    assert "3 feeds; no mistakes found" in shell("check")


def test_a_day_that_has_not_come_is_a_slip(shell: Shell) -> None:
    """A line that was seen in a year to come is named, and makes no edition."""
    path = shell.folder / "list.txt"
    path.write_text("- One - News - January 14th, 2126 [January 14th, 2126]\n")
    printed = shell("import", "headlines", str(path), code=1)
    assert "line 1: its date seen has not come yet: “One”" in printed
    assert shell.run("export", "headlines").stdout == ""
