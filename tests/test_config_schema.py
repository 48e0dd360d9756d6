"""The descriptions of the settings: schema, documentation and shipped file say what the program does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aggregator.config import parse, schema, starter
from aggregator.core.errors import ConfigError
from aggregator.core.model import Config

ROOT = Path(__file__).parents[1]
PATH = Path("feeds.yaml")


def settings() -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the dotted names of all settings with what the schema says of them."""
    described = schema()
    groups = described["$defs"]
    for name, rule in described["properties"].items():
        yield name, rule
        found = re.search(r"#/\$defs/(\w+)", json.dumps(rule))
        if found:
            yield from ((f"{name}.{inner}", below) for inner, below in groups[found[1]]["properties"].items())


def with_setting(name: str, value: Any) -> Config:
    """Read a file with one setting given."""
    group, _, inner = name.rpartition(".")
    if group == "feeds":
        return parse(json.dumps({"feeds": [{"url": "https://e.org/", inner: value}], "timezone": "UTC"}), PATH)
    return parse(
        json.dumps(
            {"feeds": ["https://e.org/"], "timezone": "UTC"} | {group or inner: {inner: value} if group else value}
        ),
        PATH,
    )


def test_schema_file() -> None:
    """docs/feeds.schema.json is the schema, to the byte."""
    written = (ROOT / "docs" / "feeds.schema.json").read_text(encoding="utf-8")
    assert written == json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def test_schema_is_of_its_draft() -> None:
    """The schema names its draft, needs feeds only, and allows nothing that it does not name."""
    described = schema()
    assert described["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert described["required"] == ["feeds"]
    assert all(group["additionalProperties"] is False for group in (described, *described["$defs"].values()))


def test_every_setting_is_described() -> None:
    """Every setting has a description, as an editor shows it."""
    undescribed = [name for name, rule in settings() if not rule.get("description") and "$ref" not in rule]
    assert undescribed == []


def test_defaults_of_the_schema() -> None:
    """A setting given as the schema writes its default changes nothing."""
    defaults = {name: rule["default"] for name, rule in settings() if "default" in rule}
    assert len(defaults) == 18
    for name, default in defaults.items():
        assert with_setting(name, default) == with_setting("timezone", "UTC"), name


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("polling.every", ["90s", "1h30m", "1w", "auto"], ["", "30", "30m1h", "1h 30m", "m"]),
        (
            "polling.workers",
            ["auto", "dask://h:1", "dask://[::1]:8786"],
            ["", "8", "tcp://h:1", "dask://h", "dask://h:"],
        ),
        ("polling.backfill", ["all", "0s"], ["", "none"]),
        ("digest.closes_at", ["00:00", "23:59", "24:00"], ["24:01", "7:00", "12:60"]),
        ("serve.listen", ["127.0.0.1:80", "[::1]:0", "localhost:8080"], ["8080", ":80", "::1:80"]),
        ("site_url", ["https://e.org", "HTTP://e.org/a"], ["e.org", "https://e.org/?a", "ftp://e.org"]),
    ],
)
def test_patterns(name: str, right: list[str], wrong: list[str]) -> None:
    """The patterns that an editor checks accept and refuse what the program does."""
    pattern = dict(settings())[name]["pattern"]
    for value in right:
        assert re.search(pattern, value)
        assert with_setting(name, value)
    for value in wrong:
        assert not re.search(pattern, value)
        with pytest.raises(ConfigError):
            with_setting(name, value)


def test_documentation_names_every_setting() -> None:
    """docs/configuration.md has a row for every setting, with its default where the schema has one."""
    rows = re.findall(r"^\| `([a-z_.]+)` \| ([^|]*) \|", (ROOT / "docs" / "configuration.md").read_text("utf-8"), re.M)
    documented = dict(rows)
    for name, rule in settings():
        if name in ("digest", "polling", "grouping", "network"):  # their parts have rows
            continue
        assert name in documented
        if "default" in rule:
            default = rule["default"] if isinstance(rule["default"], str) else json.dumps(rule["default"])
            assert documented[name] == f"`{default}`"


def test_documented_files_are_sound() -> None:
    """Every example of a settings file in the documentation can be read."""
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    examples = [example for example in re.findall("```yaml\n(.*?)```", text, re.S) if "feeds:" in example]
    assert len(examples) == 2
    assert all(parse(example, PATH).feeds for example in examples)


def test_documented_mistakes_are_ours() -> None:
    """The messages in the documentation are those that the program prints."""
    said = re.search("```\n(feeds.yaml:.*?)\n```", (ROOT / "docs" / "configuration.md").read_text("utf-8"), re.S)
    text = "# a\n# b\ntimezone: Europe/Lodnon\n\nfeeds:\n  - url: https://e.org/\n    intervall: 30m\n    every: 30\n"
    with pytest.raises(ConfigError) as caught:
        parse(text, PATH)
    assert said
    assert str(caught.value) == said[1]


def test_shipped_file() -> None:
    """The shipped file is sound, names its schema first, and lists some twenty https feeds in several categories."""
    shipped = parse(starter(), PATH)
    assert starter().startswith("# yaml-language-server: $schema=docs/feeds.schema.json\n")
    assert 18 <= len(shipped.feeds) <= 25
    assert len({feed.category for feed in shipped.feeds}) >= 4
    assert all(feed.url.startswith("https://") for feed in shipped.feeds)


def test_shipped_file_shows_every_setting() -> None:
    """Every setting stands in the shipped file, commented out where it is optional, with its default."""
    text = re.sub(r"(?m)^( *)# (?= *[a-z_]+:( |$))", r"\1", starter())
    shown, shipped = parse(text, PATH), parse(starter(), PATH)
    for name, _ in settings():
        assert re.search(rf"(?m)^[ -]*{name.rpartition('.')[2]}:", text), name
    assert (shown.title, shown.storage, shown.closes_at) == (shipped.title, shipped.storage, shipped.closes_at)
    assert (shown.polling, shown.allow, shown.listen) == (shipped.polling, shipped.allow, shipped.listen)
    assert shown.feeds == shipped.feeds
