"""What a settings file means when it is read."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.config import load, parse, times
from aggregator.core.errors import ConfigError
from aggregator.core.model import Config, Feed, Polling

PATH = Path("conf/feeds.yaml")
ONE_FEED = "feeds: [https://example.org/news.xml]\n"

FULL = """\
title: The Morning Edition
timezone: Europe/London       # default: the system's, else UTC
storage: storage              # relative to this file
site_url: https://news.example.org
digest: {closes_at: "07:00"}
polling: {every: 30m, shortest: 5m, per_host: 2, gap: 1s, backfill: 1d, unconditional: 2w, workers: "dask://scheduler:8786"}
network: {allow: ["127.0.0.0/8", "::1"]}
serve: {listen: "127.0.0.1:8081"}
feeds:
  - url: https://example.org/news.xml
    name: Example News
    category: World
    every: 15m
  - https://example.org/other.xml
"""


def with_setting(setting: str) -> Config:
    """Read a sound file with one more setting."""
    return parse(f"{setting}\n{ONE_FEED}", PATH)


def test_full_file() -> None:
    """Every setting of the file arrives in the Config, durations and addresses as values."""
    assert parse(FULL, PATH) == Config(
        path=PATH,
        feeds=(
            Feed(
                url="https://example.org/news.xml",
                name="Example News",
                category="World",
                every=timedelta(minutes=15),
            ),
            Feed(url="https://example.org/other.xml"),
        ),
        storage=Path("conf/storage"),
        title="The Morning Edition",
        timezone=ZoneInfo("Europe/London"),
        site_url="https://news.example.org/",
        closes_at=timedelta(hours=7),
        polling=Polling(per_host=2, unconditional=timedelta(weeks=2), cluster="tcp://scheduler:8786"),
        allow=(ip_network("127.0.0.0/8"), ip_network("::1")),
        listen=("127.0.0.1", 8081),
    )


def test_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with nothing but a feed gets the defaults of the model."""
    monkeypatch.setattr("tzlocal.get_localzone_name", lambda: "UTC")
    feed = Feed(url="https://example.org/news.xml")
    assert parse(ONE_FEED, PATH) == Config(path=PATH, feeds=(feed,), storage=Path("conf/storage"))


def test_empty_settings_are_defaults() -> None:
    """A setting or group that is left empty is as if it were not written."""
    empty = with_setting("title:\ntimezone: UTC\nsite_url: ~\ndigest:\npolling: {every: , gap: null}\nserve:\nnetwork:")
    assert empty == with_setting("timezone: UTC")


def test_feed_interval_follows_polling() -> None:
    """A feed without an interval takes that of polling."""
    assert with_setting("polling: {every: 2h}").feeds[0].every == timedelta(hours=2)


def test_auto_is_an_interval_of_its_own() -> None:
    """``auto`` holds for all feeds or for one, and a feed's own interval goes before it."""
    feeds = "feeds: [https://a.example/, {url: https://b.example/, every: 1h}, {url: https://c.example/, every: }]"
    found = parse(f"polling: {{every: auto}}\n{feeds}\n", PATH)
    assert (found.polling.every, [feed.every for feed in found.feeds]) == (None, [None, timedelta(hours=1), None])
    assert parse("feeds: [{url: https://a.example/, every: ' Auto'}]", PATH).feeds[0].every is None


@pytest.mark.parametrize(
    ("written", "cluster"),
    [
        ("auto", None),
        ("", None),
        ("dask://scheduler:8786", "tcp://scheduler:8786"),
        ("dask://10.0.0.7:1", "tcp://10.0.0.7:1"),
        ("'dask://[::1]:65535'", "tcp://[::1]:65535"),
    ],
)
def test_workers(written: str, cluster: str | None) -> None:
    """Feeds are read here, or by the workers of a Dask scheduler, whose address is handed on as Dask writes it."""
    assert with_setting(f"polling: {{workers: {written}}}").polling.cluster == cluster


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90s", 90), ("30m", 1800), ("2h", 7200), ("1d", 86400), ("1w", 604800), ("1h30m", 5400), ("366d", 31622400)],
)
def test_durations(written: str, seconds: int) -> None:
    """A duration is a number and a unit, or several from the largest to the smallest."""
    assert with_setting(f"polling: {{every: {written}}}").polling.every == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "url",
    [
        "https://e.org",
        "HTTP://E.org:80/../a?b#c",
        "https://me:pw@e.org/",
        "https://bücher.example/ü",
        "http://[::1]:8/",
    ],
)
def test_feed_addresses_are_kept(url: str) -> None:
    """A feed's address is kept exactly as it was written."""
    assert parse(f"feeds:\n  - '{url}'\n", PATH).feeds[0].url == url


@pytest.mark.parametrize(("written", "hours"), [("00:00", 0), ("07:30", 7.5), ("24:00", 24)])
def test_closing_time(written: str, hours: float) -> None:
    """An edition may close at any minute from 00:00 to 24:00, without quotes too."""
    assert with_setting(f"digest: {{closes_at: {written}}}").closes_at == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("written", "listen"),
    [
        ("true", ("127.0.0.1", 8080)),
        ("{}", ("127.0.0.1", 8080)),
        ("false", None),
        ("{listen: '[::1]:0'}", ("::1", 0)),
        ("{listen: localhost:65535}", ("localhost", 65535)),
    ],
)
def test_serve(written: str, listen: tuple[str, int] | None) -> None:
    """The site is served at an address, at the default one, or not at all."""
    assert with_setting(f"serve: {written}").listen == listen


def test_backfill_and_gap_bounds() -> None:
    """Back-fill may be everything or nothing, and there may be no gap between requests."""
    assert with_setting("polling: {backfill: all}").polling.backfill is None
    assert with_setting("polling: {backfill: 0s, gap: 0s}").polling == Polling(backfill=timedelta(0), gap=timedelta(0))


@pytest.mark.parametrize("written", ["https://e.org", "https://e.org/", "HTTPS://e.org/a/b"])
def test_site_url_ends_in_slash(written: str) -> None:
    """The site's address ends in one slash whether it was written or not."""
    assert with_setting(f"site_url: {written}").site_url == written.rstrip("/") + "/"


def test_storage(monkeypatch: pytest.MonkeyPatch) -> None:
    """The storage folder is relative to the file, absolute, or in the user's home."""
    monkeypatch.setenv("HOME", "/home/reader")
    assert with_setting("storage: ../data").storage == Path("conf/../data")
    assert with_setting("storage: /var/lib/news").storage == Path("/var/lib/news")
    assert with_setting("storage: ~/news").storage == Path("/home/reader/news")


def test_texts_are_stripped() -> None:
    """Blanks around a title or name are taken off, and any language may stand in it."""
    assert with_setting('title: "  Zeitung – 新聞 👩‍👩‍👧  "').title == "Zeitung – 新聞 👩‍👩‍👧"


@pytest.mark.parametrize(
    ("name", "zone"), [("Asia/Tokyo", "Asia/Tokyo"), ("local", "UTC"), (None, "UTC"), (LookupError("no zone"), "UTC")]
)
def test_system_zone(monkeypatch: pytest.MonkeyPatch, name: Any, zone: str) -> None:
    """Without a time zone the system's is taken, and UTC where the system names none that exists."""

    def answer() -> Any:
        if isinstance(name, Exception):
            raise name
        return name

    monkeypatch.setattr("tzlocal.get_localzone_name", answer)
    assert parse(ONE_FEED, PATH).timezone == ZoneInfo(zone)


def test_load(tmp_path: Path) -> None:
    """A file is read as UTF-8, with or without a byte order mark."""
    file = tmp_path / "feeds.yaml"
    file.write_bytes("\ufefftitle: Zürich\n".encode() + ONE_FEED.encode())
    assert load(file).title == "Zürich"
    assert load(file).storage == tmp_path / "storage"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"# ok\ntitle: Z\xfcrich\n", ":2:9: byte 0xFC is not UTF-8; save the file as UTF-8"),
        ("title: x\n".encode("utf-16"), ":1:1: this file is UTF-16; save it as UTF-8"),
    ],
)
def test_load_other_encoding(tmp_path: Path, content: bytes, said: str) -> None:
    """A file in another encoding names the place and the remedy."""
    file = tmp_path / "feeds.yaml"
    file.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load(file)
    assert str(caught.value) == f"{file}{said}"


def test_load_unreadable(tmp_path: Path) -> None:
    """A path that cannot be read as a file is an error without a line."""
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        load(tmp_path)
    assert caught.value.mistakes[0].line == 0
    assert caught.value.exit_code == 78


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=366 * 86_400))
def test_durations_round_trip(seconds: int) -> None:
    """A duration spelled by us is read as the same duration."""
    assert times.gap(times.spell(timedelta(seconds=seconds))) == timedelta(seconds=seconds)
