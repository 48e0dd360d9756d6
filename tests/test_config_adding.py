"""One more feed in a settings file, everything else as it was."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.config import add_feed, parse, starter, syntax
from aggregator.core.errors import ConfigError

NEW = "https://new.example/feed"
MORE = {"name": "Foo: Bar", "category": "World", "every": "15m"}


def added(text: str, **more: str) -> str:
    """Add the new feed to a text."""
    return add_feed(text, NEW, **more)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "feeds:\n  - url: https://new.example/feed\n"),
        ("# only this\n", "# only this\nfeeds:\n  - url: https://new.example/feed\n"),
        ("---\n", "---\nfeeds:\n  - url: https://new.example/feed\n"),
        ("title: x", "title: x\nfeeds:\n  - url: https://new.example/feed"),
        ("feeds:\nserve: false\n", "feeds:\n  - url: https://new.example/feed\nserve: false\n"),
        ("feeds:  # mine\n  # - none\n", "feeds:  # mine\n  - url: https://new.example/feed\n  # - none\n"),
        ("feeds: ~ # mine\ntitle: x\n", "feeds: # mine\n  - url: https://new.example/feed\ntitle: x\n"),
        ("feeds: []\n", "feeds: [{url: https://new.example/feed}]\n"),
        ("feeds: [  # none\n]\n", "feeds: [{url: https://new.example/feed}  # none\n]\n"),
        ("  title: x\n", "  title: x\n  feeds:\n    - url: https://new.example/feed\n"),
    ],
)
def test_first_feed(before: str, after: str) -> None:
    """The first feed finds its place where the list is empty, null or not there at all."""
    assert added(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("feeds:\n  - https://a.org/\n", "feeds:\n  - https://a.org/\n  - https://new.example/feed\n"),
        ("feeds:\n- https://a.org/", "feeds:\n- https://a.org/\n- https://new.example/feed"),
        ("feeds:\n-   url: https://a.org/\n", "feeds:\n-   url: https://a.org/\n-   url: https://new.example/feed\n"),
        (
            "feeds:\n  - {url: https://a.org/}  # a\n",
            "feeds:\n  - {url: https://a.org/}  # a\n  - {url: https://new.example/feed}\n",
        ),
        (
            "feeds:\n  - https://a.org/\n  # end of list\n\n# end\nserve: false\n",
            "feeds:\n  - https://a.org/\n  - https://new.example/feed\n  # end of list\n\n# end\nserve: false\n",
        ),
        (
            "feeds:\n  - url: https://a.org/\n    # every: 1h\n  # - b\n",
            "feeds:\n  - url: https://a.org/\n    # every: 1h\n  - url: https://new.example/feed\n  # - b\n",
        ),
        (
            "feeds:\n\n  - https://a.org/\n\n  - https://b.org/\n\n\nserve: false\n",
            "feeds:\n\n  - https://a.org/\n\n  - https://b.org/\n\n  - https://new.example/feed\n\n\nserve: false\n",
        ),
        (
            "feeds:\n  -\n    url: &a https://a.org/\n  - {url: https://b.org/, name: *a}\ntitle: x",
            "feeds:\n  -\n    url: &a https://a.org/\n  - {url: https://b.org/, name: *a}\n"
            "  - {url: https://new.example/feed}\ntitle: x",
        ),
        (
            "feeds:\n  - url: >-\n      https://a.org/\n\ntitle: x\n",
            "feeds:\n  - url: >-\n      https://a.org/\n  - url: https://new.example/feed\n\ntitle: x\n",
        ),
    ],
)
def test_one_more_dash(before: str, after: str) -> None:
    """A feed joins a list of dashes behind the last one and its comments, in that one's style."""
    assert added(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "feeds: [https://a.org/, https://b.org/]\n",
            "feeds: [https://a.org/, https://b.org/, https://new.example/feed]\n",
        ),
        (
            "feeds: [\n  https://a.org/,  # a\n  https://b.org/  # b\n]\n",
            "feeds: [\n  https://a.org/,  # a\n  https://b.org/,  # b\n  https://new.example/feed\n]\n",
        ),
        (
            "feeds: [\n  https://a.org/,  # a\n]\ntitle: x\n",
            "feeds: [\n  https://a.org/,  # a\n  https://new.example/feed,\n]\ntitle: x\n",
        ),
        (
            "feeds: [https://a.org/,\n        https://b.org/]\n",
            "feeds: [https://a.org/,\n        https://b.org/,\n        https://new.example/feed]\n",
        ),
        ("{title: x,}", "{title: x, feeds: [{url: https://new.example/feed}],}"),
        ("{title: x, feeds: }", "{title: x, feeds: [{url: https://new.example/feed}] }"),
        ("{title: x, feeds: ~, serve: false}", "{title: x, feeds: [{url: https://new.example/feed}], serve: false}"),
    ],
)
def test_one_more_in_brackets(before: str, after: str) -> None:
    """A feed joins a list in brackets with its commas, lines and comments."""
    assert added(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{}", '{"feeds": [{"url": "https://new.example/feed"}]}'),
        ('{"title": "x"}', '{"title": "x", "feeds": [{"url": "https://new.example/feed"}]}'),
        ('{\n\t"title": "x"\n}\n', '{\n\t"title": "x",\n\t"feeds": [{"url": "https://new.example/feed"}]\n}\n'),
        ('{"feeds": null, "title": "x"}', '{"feeds": [{"url": "https://new.example/feed"}], "title": "x"}'),
        ('{"feeds": ["https://a.org/"]}', '{"feeds": ["https://a.org/", "https://new.example/feed"]}'),
        (
            '{"title": "\\ud83d\\ude00",\n "feeds": [\n\t{"url": "https://a.org/"}\n]}',
            '{"title": "\\ud83d\\ude00",\n "feeds": [\n\t{"url": "https://a.org/"},\n\t'
            '{"url": "https://new.example/feed"}\n]}',
        ),
    ],
)
def test_json_stays_json(before: str, after: str) -> None:
    """A file in JSON is JSON afterwards, with its layout."""
    assert added(before) == after
    assert json.loads(after)


def test_all_that_is_said_of_a_feed() -> None:
    """Name, category and interval are written below the address, in quotes where YAML needs them."""
    after = 'feeds:\n  - url: https://new.example/feed\n    name: "Foo: Bar"\n    category: World\n    every: 15m\n'
    assert added("feeds:\n", **MORE) == after


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_stay(end: str, mark: str) -> None:
    """New lines end as the others do, and a byte order mark stays in front."""
    before = f"{mark}title: x{end}feeds:{end}  - https://a.org/  # a{end}serve: false{end}"
    after = f"{mark}title: x{end}feeds:{end}  - https://a.org/  # a{end}  - {NEW}{end}serve: false{end}"
    assert added(before) == after


@pytest.mark.parametrize(
    "name",
    [
        *["no", "12:30", "a, b", "# a", "a #b", "'a", '"a"', "-", "- a", "1e3", "null", "~", "[a]", "a]", "a: b", "*a"],
        *[
            "@a",
            "a:",
            "%a",
            "<<",
            "=",
            "a\\b",
            "!a",
            "?",
            "? a",
            "|",
            ">",
            "é 🎉",
            "{a}",
            "2026-01-14",
            "a\u00a0b",
            "&a",
        ],
    ],
)
@pytest.mark.parametrize("before", ["feeds:\n", "feeds: []\n", '{"feeds": []}'])
def test_names_mean_themselves(name: str, before: str) -> None:
    """A name that YAML 1.1 or 1.2 could take for something else is quoted."""
    after = added(before, name=name)
    assert parse(after, Path("f")).feeds[0].name == name
    assert yaml.safe_load(after)["feeds"][0]["name"] == name


@pytest.mark.parametrize(
    ("text", "url", "more", "said"),
    [
        ("feeds:\n", "feed://a", {}, 'feeds.yaml: url: "feed://a" starts with "feed:"; write https://a'),
        ("feeds:\n", NEW, {"every": "30"}, "feeds.yaml: every: 30 has no unit; write 30m, not 30"),
        ("feeds:\n", NEW, {"name": " "}, "feeds.yaml: name: this is empty; write a text, or leave the setting out"),
        (f"title: x\nfeeds:\n  - {NEW}\n", NEW, {}, f"feeds.yaml:3:5: {NEW} is in the list already"),
        ("tilte: x\n", NEW, {}, 'feeds.yaml:1:1: "tilte" is not a setting; did you mean "title"?'),
        ("a: [\n", NEW, {}, "feeds.yaml:2:1: a bracket is still open; write a comma"),
        (
            "title: x\n...\n",
            NEW,
            {},
            "feeds.yaml: no safe place for one more feed; write it into the list of feeds by hand: ",
        ),
        ('{"feeds"\n: []}', NEW, {}, "feeds.yaml: no safe place for one more feed; "),
        ("? feeds\n: - https://a.org/\n", NEW, {}, "feeds.yaml: no safe place for one more feed; "),
        ("title: &a x\nfeeds: [\n", NEW, {}, "feeds.yaml:3:1: a bracket is still open"),
        (
            "<<: {<<: {feeds: &a [https://a.org/]}}\nfeeds: *a\n",
            NEW,
            {},
            "feeds.yaml: no safe place for one more feed; ",
        ),
        ("<<: {feeds: [https://a.org/]}\n", NEW, {}, "feeds.yaml: no safe place for one more feed; "),
        ("null\n", NEW, {}, "feeds.yaml: no safe place for one more feed; "),
    ],
)
def test_refusals(text: str, url: str, more: dict[str, str], said: str) -> None:
    """A wrong feed, one that is there already, a wrong file and an odd layout are refused with what to do."""
    with pytest.raises(ConfigError) as caught:
        add_feed(text, url, **more)
    assert str(caught.value).startswith(said)


def test_by_hand_can_be_pasted() -> None:
    """What is to be written by hand is a sound line of the list."""
    with pytest.raises(ConfigError) as caught:
        added("title: x\n...\n", **MORE)
    line = str(caught.value).partition("by hand: ")[2]
    assert parse(f"feeds:\n  {line}\n", Path("f")).feeds[0].name == "Foo: Bar"


def test_shipped_file() -> None:
    """The shipped file takes one more feed at its end and changes nowhere else."""
    assert added(starter(), **MORE).startswith(starter())


def test_slow_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without libyaml a feed is added to the same place."""
    texts = [starter(), "feeds: [\n  https://a.org/  # a\n]\n", '{"feeds": ["https://a.org/"]}']
    fast = [added(text, **MORE) for text in texts]
    monkeypatch.setattr(syntax, "_reader", syntax.PureReader)
    assert [added(text, **MORE) for text in texts] == fast


line = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn", "Co"]), max_size=12).filter(
    # PyYAML's dumper leaves bare what only YAML 1.2 takes for a number, such as 0E0.
    lambda text: text.strip() and not re.match(r"\s*[-+.]*[0-9]", text)
)
path = st.text("abc/?&=%,#:[]{}'~-.", max_size=8)
feed = st.fixed_dictionaries(
    {"url": path.map("https://old.example/{}".format)},
    optional={"name": line, "category": line, "every": st.just("1h")},
)


@st.composite
def files(draw: st.DrawFn) -> str:
    """Draw a sound file: any settings around any feeds, in block, flow or JSON style."""
    content: dict[str, Any] = {"title": draw(line)} if draw(st.booleans()) else {}
    feeds = draw(st.lists(feed | feed.map(lambda entry: entry["url"]), max_size=3, unique_by=str))
    urls = [entry if isinstance(entry, str) else entry["url"] for entry in feeds]
    if len(set(urls)) == len(urls):
        content["feeds"] = feeds
    if draw(st.booleans()):
        content["serve"] = False
    if draw(st.booleans()):
        return json.dumps(content, indent=draw(st.sampled_from([None, 1, "\t"])), ensure_ascii=draw(st.booleans()))
    flow = draw(st.sampled_from([None, True, False]))
    return str(yaml.safe_dump(content, default_flow_style=flow, allow_unicode=draw(st.booleans()), sort_keys=False))


@settings(max_examples=80, deadline=None)
@given(files(), path.map("https://new.example/{}".format), st.none() | line, st.none() | line)
def test_old_and_new(text: str, url: str, name: str | None, category: str | None) -> None:
    """Whatever the file, afterwards it says the old feeds and the new one, and no character of it is gone or moved."""
    after = add_feed(text, url, name=name, category=category)
    *old, new = parse(after, Path("f")).feeds
    assert (new.url, new.name, new.category) == (url, name and name.strip(), category and category.strip())
    if old:
        assert tuple(old) == parse(text, Path("f")).feeds
    following = iter(after)
    assert all(character in following for character in text)
