"""What is said about a wrong settings file: the place, what is wrong, and what to write instead."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.config import parse
from aggregator.core.errors import ConfigError

PATH = Path("conf/feeds.yaml")
ONE_FEED = "feeds: [https://example.org/news.xml]\n"


def complaints(text: str) -> list[str]:
    """Give the lines of the error that a text causes."""
    with pytest.raises(ConfigError) as caught:
        parse(text, PATH)
    return str(caught.value).splitlines()


def complaint(setting: str) -> str:
    """Give the one mistake of a sound file with one more setting, without its place."""
    [line] = complaints(f"{setting}\n{ONE_FEED}")
    return line.split(" ", 1)[1]


def test_all_mistakes_at_once() -> None:
    """Every mistake is told in one go, in the order of the lines, each with its place."""
    text = """\
title: 2024
tilte: x
polling: {every: 30, intervall: 5m}
serve: no
feeds:
  - url: feed://example.org/x
    categry: World
  - name: Nobody
  -
  - [a]
  - url: https://example.org/a
    every: 0s
  - https://example.org/a
title: Again
"""
    assert complaints(text) == [
        'conf/feeds.yaml:2:1: "tilte" is not a setting; did you mean "title"?',
        "conf/feeds.yaml:3:18: polling.every: the number 30 has no unit; write 30m, not 30",
        'conf/feeds.yaml:3:22: "intervall" is not a setting of polling; did you mean "every"?',
        'conf/feeds.yaml:4:8: serve: the text "no" is not understood; write false, or leave it out to serve',
        'conf/feeds.yaml:6:10: url: "feed://example.org/x" starts with "feed:"; write https://example.org/x',
        'conf/feeds.yaml:7:5: "categry" is not a setting of a feed; did you mean "category"?',
        'conf/feeds.yaml:8:5: this feed has no address; write "url: https://example.org/news.xml"',
        "conf/feeds.yaml:9:4: this feed is empty; write its address, or remove the line",
        "conf/feeds.yaml:10:5: this is a list, not a feed; write its address, or remove the line",
        "conf/feeds.yaml:12:12: every: 0s is too short; write 1s or more",
        'conf/feeds.yaml:13:5: "https://example.org/a" is listed twice (lines 11 and 13); keep one of them',
        'conf/feeds.yaml:14:1: "title" is given twice (line 1 and here); keep one of the two',
    ]


def test_path_is_printed_as_given() -> None:
    """A mistake starts with the path as the user gave it, even one that is not tidy."""
    with pytest.raises(ConfigError, match=r"^\.\./x/feeds\.yaml:1:1: no feeds yet"):
        parse("", Path("../x/feeds.yaml"))


@pytest.mark.parametrize("text", ["", "# nothing\n", "feeds:\n", "feeds: []\n", "title: x\n", "{}", "---\n"])
def test_no_feeds(text: str) -> None:
    """A file without feeds says so, with an example that is a sound file itself."""
    [line] = complaints(text)
    said = re.search('no feeds yet; write for example "(.*)"', line)
    assert said
    assert parse(said[1], PATH).feeds


@pytest.mark.parametrize("text", ["- https://example.org/a\n", "hello\n", "7\n", "true\n"])
def test_no_settings(text: str) -> None:
    """A file that holds something else than settings says what it holds."""
    [line] = complaints(text)
    assert "conf/feeds.yaml:1:1: this file is " in line
    assert ", not settings; write for example" in line


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("polling: {every: 30}", "polling.every: the number 30 has no unit; write 30m, not 30"),
        ('polling: {every: "30"}', "polling.every: 30 has no unit; write 30m, not 30"),
        ("polling: {every: 30 minutes}", 'polling.every: the text "30 minutes" is not a duration; write 30m'),
        ("polling: {every: 2 Hours}", 'polling.every: the text "2 Hours" is not a duration; write 2h'),
        ("polling: {every: 30m1h}", 'polling.every: the text "30m1h" is not a duration; write 30m, 2h or 1h30m'),
        ("polling: {every: -1s}", 'polling.every: the text "-1s" is not a duration; write 30m, 2h or 1h30m'),
        ("polling: {every: 1.5}", "polling.every: the number 1.5 has no unit; write 2m, not 1.5"),
        ("polling: {every: true}", 'polling.every: the truth value "true" is not a duration; write 30m, 2h or 1h30m'),
        ("polling: {every: ''}", 'polling.every: the text "" is not a duration; write 30m, 2h or 1h30m'),
        (
            "polling: {every: adaptive}",
            'polling.every: the text "adaptive" is not a duration; write 30m, 2h or 1h30m, or auto',
        ),
        ("polling: {shortest: auto}", 'polling.shortest: the text "auto" is not a duration; write 30m, 2h or 1h30m'),
        ("polling: {unconditional: never}", 'polling.unconditional: the text "never" is not a duration; write 30m, 2h'),
        ("polling: {unconditional: 0s}", "polling.unconditional: 0s is too short; write 1s or more"),
        (
            "polling: {workers: 8}",
            "polling.workers: the number 8 names no workers; write auto, or dask://scheduler:8786",
        ),
        (
            "polling: {workers: threads}",
            'polling.workers: the text "threads" names no workers; write auto, or dask://scheduler:8786',
        ),
        (
            "polling: {workers: 'tcp://hal:9999'}",
            'polling.workers: the text "tcp://hal:9999" names no workers; write auto, or dask://hal:9999',
        ),
        (
            "polling: {workers: 'dask://hal'}",
            'polling.workers: the text "dask://hal" names no workers; write auto, or dask://hal:8786',
        ),
        (
            "polling: {workers: 'hal:18786'}",
            'polling.workers: the text "hal:18786" names no workers; write auto, or dask://hal:18786',
        ),
        (
            "polling: {workers: 'dask://hal:65536'}",
            'polling.workers: the text "dask://hal:65536" names no workers; write auto, or dask://scheduler:8786',
        ),
        (
            "polling: {workers: 'dask://hal:0'}",
            'polling.workers: the text "dask://hal:0" names no workers; write auto, or dask://scheduler:8786',
        ),
        (
            "polling: {workers: [auto]}",
            "polling.workers: a list names no workers; write auto, or dask://scheduler:8786",
        ),
        ("polling: {every: 367d}", "polling.every: 367d is too long; write 366d or less"),
        ("polling: {every: 999999999w}", "polling.every: 999999999w is too long; write 366d or less"),
        ("polling: {shortest: 0s}", "polling.shortest: 0s is too short; write 1s or more"),
        ("polling: {backfill: none}", 'polling.backfill: the text "none" is not a duration; write 30m, 2h or 1h30m'),
        (
            "polling: {per_host: 0}",
            "polling.per_host: the number 0 is not a whole number from 1 to 64; write for example 1",
        ),
        ("polling: 30m", 'polling cannot be the text "30m"; write polling: {every: 30m}'),
        (
            "digest: {closes_at: 7}",
            'digest.closes_at: the number 7 is not a time of day; write "07:00", with hours 00 to 24',
        ),
        ("closes_at: 07:00", '"closes_at" is not a setting; "closes_at" belongs under "digest"'),
        ("timezone: Europe/Lodnon", 'timezone: "Europe/Lodnon" is not a time zone; did you mean Europe/London?'),
        ("timezone: new york", 'timezone: "new york" is not a time zone; did you mean America/New_York?'),
        (
            "timezone: ../../etc/passwd",
            'timezone: "../../etc/passwd" is not a time zone; write a name like Europe/London or UTC',
        ),
        ("timezone: Europe", 'timezone: "Europe" is not a time zone; '),
        ("timezone: 1", "timezone: the number 1 is not a time zone; write for example Europe/London"),
        ("title: ''", "title: this is empty; write a text, or leave the setting out"),
        ("title: 2024", "title: this is the number 2024, not text; put it in quotes"),
        ("title: [a]", "title: this is a list, not text; write for example World"),
        (f"title: {'x' * 201}", "title: this has 201 characters; write at most 200"),
        ('title: "a\\nb"', "title: this holds a line break or control character; write it on one line"),
        ("storage: ''", 'storage: "" names no folder; write for example storage'),
        ("storage: ~nobody-of-that-name/x", 'storage: "~nobody-of-that-name/x": nobody\'s home is there; write the'),
        ("network: {allow: 127.0.0.1}", 'network.allow cannot be the text "127.0.0.1"; write allow: ["127.0.0.0/8"]'),
        (
            "network: {allow: [10.1.2.3/8]}",
            'network.allow: "10.1.2.3/8" is an address within a network; write 10.0.0.0/8',
        ),
        (
            "network: {allow: [localhost]}",
            'network.allow: "localhost" is not a network; write for example 127.0.0.0/8 or ::1',
        ),
        ("network: {allow: [~]}", "network.allow: nothing is not a network; write for example 127.0.0.0/8"),
        ("network: {allow: [10]}", "network.allow: the number 10 is not a network; write for example 127.0.0.0/8"),
        (
            "serve: {listen: 8080}",
            'serve.listen: the number 8080 is not an address to serve on; write "127.0.0.1:8080"',
        ),
        ("serve: {listen: ':80'}", 'serve.listen: the text ":80" is not an address to serve on; write "127.0.0.1:80"'),
        (
            "serve: {listen: '::1:80'}",
            'serve.listen: the text "::1:80" is not an address to serve on; write "[::1]:80"',
        ),
        (
            "serve: {listen: localhost}",
            'serve.listen: the text "localhost" is not an address to serve on; write "localhost:8080"',
        ),
        (
            "serve: {listen: 'h:65536'}",
            'serve.listen: there is no port 65536; write one from 0 to 65535, for example "h:8080"',
        ),
        ("serve: {listen: '[1.2]:80'}", 'serve.listen: "1.2" is not a host; write "127.0.0.1:80"'),
        ("serve: 127.0.0.1:80", 'serve: the text "127.0.0.1:80" is not understood; write {listen: "127.0.0.1:80"}'),
        ("serve: [1]", 'serve cannot be a list; write serve: {listen: "127.0.0.1:8080"}, or false'),
        (
            "site_url: news.example.org",
            'site_url: "news.example.org" does not start with https://; did you mean https://news.example.org?',
        ),
        ("site_url: https://e.org/?a", 'site_url: "https://e.org/?a" has a query or fragment; write https://e.org/'),
        (
            "site_url: https://me:pw@e.org",
            "site_url: a password here would stand on every page; write the address without it",
        ),
        (
            'site_url: https://e.org/"x',
            'site_url: "https://e.org/"x" holds a character that an address spells as %XX; write it so',
        ),
        ("colour: red", '"colour" is not a setting; known are title, timezone, storage, site_url, digest, polling,'),
    ],
)
def test_wrong_settings(setting: str, said: str) -> None:
    """A wrong setting says what is wrong and what to write instead."""
    assert complaint(setting).startswith(said)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("feed:https://example.org/x", 'starts with "feed:"; write https://example.org/x'),
        ("example.org/feed", "does not start with https://; did you mean https://example.org/feed?"),
        ("//example.org/feed", "did you mean https://example.org/feed?"),
        ("example.org:8080/feed", "did you mean https://example.org:8080/feed?"),
        ("file:///etc/passwd", '"file:" cannot be read, only http and https; write for example https://'),
        ("https://", "names no host; write for example https://example.org/news.xml"),
        ("http://:80/x", "names no host"),
        ("https://example.org/a b", "holds a blank or control character; write %20 for a blank"),
        (" https://example.org/a", "holds a blank or control character; write https://example.org/a"),
        ("https://example.org:99999/", "is not an address (Port out of range"),
        ("http://[::1/", "is not an address"),
        ("", "this is empty; write for example https://example.org/news.xml"),
    ],
)
def test_wrong_feed_addresses(url: str, said: str) -> None:
    """A feed's address is http or https with a host; anything else says what to write."""
    [line] = complaints(f'feeds: ["{url}"]')
    assert said in line


@pytest.mark.parametrize("written", ["24:01", "7:00", "07:60", "07:00:00", "-1:00", "07:00\u0660"])
def test_no_closing_time(written: str) -> None:
    """A time of day outside 00:00 to 24:00, or written otherwise, is a mistake with a time to write."""
    assert "is not a time of day; write" in complaint(f'digest: {{closes_at: "{written}"}}')


def test_error_has_its_cause() -> None:
    """The error for the user is raised from what found it."""
    with pytest.raises(ConfigError) as caught:
        parse("feeds: [", PATH)
    assert caught.value.__cause__ is not None


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
names = st.sampled_from(["title", "timezone", "storage", "site_url", "digest", "polling", "network", "serve", "feeds"])
inner = st.sampled_from(
    [
        "closes_at",
        "every",
        "shortest",
        "per_host",
        "gap",
        "backfill",
        "unconditional",
        "workers",
        "allow",
        "listen",
        "url",
        "name",
    ]
)
anything = st.recursive(
    scalars, lambda below: st.lists(below, max_size=3) | st.dictionaries(inner | st.text(max_size=4), below, max_size=3)
)


@settings(deadline=None)
@given(st.dictionaries(names | inner, anything, max_size=6))
def test_messages_are_plain(content: dict[str, Any]) -> None:
    """Whatever stands in the file, it is read, or every mistake is told in our words, one a line."""
    try:
        parse(yaml.safe_dump(content, allow_unicode=False), PATH)
    except ConfigError as error:
        for line in str(error).split("\n"):
            assert re.match(r"conf/feeds\.yaml:\d+:\d+: .+", line), line
            assert "; " in line, line
            assert not re.search("Input should|value_error|pydantic|type=|Value error|valid dictionary", line), line
