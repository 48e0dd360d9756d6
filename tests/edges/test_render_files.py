"""Which files a build writes, and how: whole, and only where something changed."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator.core.model import Digest, Edition
from aggregator.edges import render
from aggregator.edges.render import theme
from tests.builders import digest, edition, missed, site, story
from tests.edges.printed import MONDAY, TUESDAY, build, page, three_days


def never(_: Edition) -> Digest:
    """Stand for a store that must not be asked."""
    raise AssertionError("a digest was asked for")


# --- which files -----------------------------------------------------------------------------------------------------


def test_site_consists_of_pages_lists_archive_and_feed(tmp_path: Path) -> None:
    """A build writes a page and a list for each edition, the archive, the feed and the front page, and says so."""
    replaced = build(tmp_path / "site", *three_days())
    days = {f"2026-01-{day}.{kind}" for day in (12, 13, 14) for kind in ("html", "txt")}
    assert {path.name for path in replaced} == days | {"index.html", "archive.html", "feed.xml"}
    assert set((tmp_path / "site").iterdir()) == set(replaced)


def test_second_build_touches_nothing(tmp_path: Path) -> None:
    """A build with nothing new replaces no file and keeps every modification time."""
    build(tmp_path / "site", *three_days())
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "site").iterdir()}
    assert build(tmp_path / "site", *three_days()) == ()
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "site").iterdir()} == before


def test_only_what_changed_is_replaced(tmp_path: Path) -> None:
    """A new story in the open edition replaces its page and list, the feed and the front page only."""
    opened, *closed = three_days()
    build(tmp_path / "site", opened, *closed)
    grown = digest(*opened.stories, story(4), of=opened.edition)
    replaced = build(tmp_path / "site", grown, *closed)
    assert [path.name for path in replaced] == ["2026-01-14.txt", "2026-01-14.html", "feed.xml", "index.html"]


def test_files_of_editions_no_longer_listed_stay(tmp_path: Path) -> None:
    """A page whose edition is no longer listed is left alone."""
    build(tmp_path / "site", *three_days())
    build(tmp_path / "site", *three_days()[:2])
    assert (tmp_path / "site" / "2026-01-12.html").exists()


def test_closed_page_survives_later_editions_and_failures(tmp_path: Path) -> None:
    """The page of a closed edition keeps its bytes when later editions appear and feeds begin to fail."""
    tuesday = digest(story(2), of=edition(TUESDAY, missed=[missed("Silent Times")]))
    monday = digest(story(1), of=edition(MONDAY))
    build(tmp_path / "early", tuesday, monday)
    build(tmp_path / "late", three_days()[0], tuesday, monday, missing=[missed("Fallen Star")])
    early, late = page(tmp_path / "early", "2026-01-13.html"), page(tmp_path / "late", "2026-01-13.html")
    assert early == late
    assert "Silent Times" in late
    assert "Fallen Star" not in late


def test_built_closed_editions_are_not_asked_for_again(tmp_path: Path) -> None:
    """A closed edition that is already printed is recognised by its page alone."""
    days = [edition(MONDAY - timedelta(days=day)) for day in range(150)]
    digests = [digest(story(1), of=day) for day in days]
    build(tmp_path / "site", *digests)
    assert build(tmp_path / "site", *digests, digest_of=never) == ()


@pytest.mark.parametrize("change", ["revision", "site", "theme", "version", "edition", "list", "page"])
def test_closed_page_is_printed_again_when_something_changed(
    change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A correction, another title, theme or version, a changed edition or a lost file bring its digest back."""
    monday = digest(story(1), of=edition(MONDAY))
    build(tmp_path, monday)
    asked: list[Edition] = []

    def ask(edition: Edition) -> Digest:
        asked.append(edition)
        return monday

    again: dict[str, Any] = {"digest_of": ask}
    if change == "revision":
        again["revision"] = lambda edition: "2"
    elif change == "site":
        again["about"] = site(title="Another Digest")
    elif change == "theme":
        monkeypatch.setattr(theme, "files", lambda: (("page.html", b"other"),))
    elif change == "version":
        monkeypatch.setattr(render, "__version__", "99")
    elif change == "edition":
        monday = digest(story(1), of=edition(MONDAY, missed=[missed()]))
    else:
        (tmp_path / f"2026-01-12.{'txt' if change == 'list' else 'html'}").unlink()
    build(tmp_path, monday, **again)
    assert asked == [monday.edition]


# --- how files are written -------------------------------------------------------------------------------------------


def test_failed_write_leaves_the_old_page_and_nothing_in_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk refuses, readers keep the old page and no temporary file is served."""
    build(tmp_path / "site", *three_days())
    before = {path: path.read_bytes() for path in (tmp_path / "site").iterdir()}

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        build(tmp_path / "site", *three_days(), about=site(title="Another Digest"))
    assert {path: path.read_bytes() for path in (tmp_path / "site").iterdir()} == before


def test_leftover_of_a_killed_build_is_taken_over(tmp_path: Path) -> None:
    """A temporary file that a killed build left behind is gone after the next build."""
    (tmp_path / "tmp-site").write_bytes(b"x" * 100_000)
    build(tmp_path / "site", *three_days())
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_files_are_readable_to_a_web_server(tmp_path: Path) -> None:
    """Files have mode 0644, less what the umask forbids."""
    before = os.umask(0o027)
    try:
        build(tmp_path / "site", *three_days())
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "site").iterdir()} == {0o640}


def test_builds_at_the_same_time_wait_for_each_other(tmp_path: Path) -> None:
    """Builds started together all succeed, and leave whole files."""
    titles = ["First Digest", "Second Digest", "Third Digest"]
    with ThreadPoolExecutor(len(titles)) as pool:
        list(pool.map(lambda title: build(tmp_path / "site", *three_days(), about=site(title=title)), titles))
    pages = [path.read_text() for path in (tmp_path / "site").glob("*.html")]
    assert all(page.rstrip().endswith("</html>") for page in pages)
    assert len({title for title in titles if any(title in page for page in pages)}) == 1


REWRITING = """
import sys
from pathlib import Path
from aggregator.edges.render import files
path = Path(sys.argv[1])
with files.alone(path.parent):
    while True:
        for letter in (b"a", b"b", b"c"):
            files.replace(path, letter * 300_000 + b"</html>")
"""


def test_reader_sees_only_whole_files_while_writers_are_killed(tmp_path: Path) -> None:
    """However often a build is killed, a reader finds the old file or the new one, never a part."""
    path = tmp_path / "site" / "index.html"
    path.parent.mkdir()
    path.write_bytes(b"</html>")
    for _ in range(3):
        seen: set[bytes] = set()
        with subprocess.Popen([sys.executable, "-c", REWRITING, str(path)]) as writer:
            while len(seen) < 3 and writer.poll() is None:
                seen.add(path.read_bytes())
            writer.kill()
        assert {(len(content), content[-7:]) for content in seen | {path.read_bytes()}} <= {
            (7, b"</html>"),
            (300_007, b"</html>"),
        }
    assert [each.name for each in path.parent.iterdir()] == ["index.html"]


def test_a_folder_on_another_file_system_is_written_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be moved into the folder from outside, the temporary file is hidden in it, and gone after."""
    import errno

    from aggregator.edges.render import files

    move = Path.replace

    def within(self: Path, target: Path) -> Path:
        if self.parent != Path(target).parent:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return move(self, target)

    monkeypatch.setattr(Path, "replace", within)
    (tmp_path / "site").mkdir()
    assert files.replace(tmp_path / "site" / "a.html", b"x")
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["a.html"]
    assert (tmp_path / "site" / "a.html").read_bytes() == b"x"
