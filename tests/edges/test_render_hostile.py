"""Hostile content: whatever publishers write stays text, on pages, in lists and in the feed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.core.model import Story
from aggregator.edges import render
from tests.builders import digest, missed, sighting, site, stored, story
from tests.edges.printed import VECTORS, Outline, build, page


@pytest.mark.parametrize("shown", [(1, 1, 0), (0, 0, 1)])
@pytest.mark.parametrize("vector", VECTORS)
def test_hostile_texts_stay_text(
    vector: str, shown: tuple[int, int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Markup, template syntax, bad links and illegal characters in any field stay inert on pages and in the feed."""
    monkeypatch.setattr(render, "STORIES_SHOWN", (shown,))  # in full, beside, in brief
    item = stored(8, title=vector, source=vector, link=vector)
    hostile = story(
        7,
        item,
        title=vector,
        source=vector,
        link=vector,
        summary=vector,
        author=vector,
        category=vector,
        language=vector,
        earlier_titles=(vector,),
        sightings=(sighting(vector, link=vector, feed=vector),),
    )
    quiet = missed(vector, reason=vector)
    beside = replace(hostile, id=9)
    build(tmp_path, digest(hostile, beside, affairs={7: 1, 9: 1}), about=site(title=vector), missing=[quiet])
    for name in ("index.html", "2026-01-14.html", "archive.html"):
        outline = Outline(page(tmp_path, name))
        assert not {tag for tag, _ in outline.elements} & {"script", "img", "svg"}
        assert not [key for _, attributes in outline.elements for key in attributes if key.startswith("on")]
        assert not [link for link in outline.all("href") if link.startswith("javascript:")]
        assert "49" not in outline.text
    ElementTree.fromstring((tmp_path / "feed.xml").read_bytes())


def test_password_of_a_feed_address_is_not_published(tmp_path: Path) -> None:
    """The user and password in a feed's address appear in no file, be it as address or as the feed's name."""
    address = "https://reader:secret@private.example/feed"
    one = story(1, source=address, sightings=(sighting(address, feed=address), sighting("B", feed=address)))
    build(tmp_path, digest(one), missing=[missed(address)])
    assert not [path.name for path in tmp_path.iterdir() if "secret" in path.read_text()]


texts = st.text(st.characters(codec=None), max_size=30) | st.sampled_from(VECTORS)
times = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Draw a story with anything in its fields."""
    fields = {name: draw(texts) for name in ("title", "source", "summary", "author", "category", "language", "link")}
    seen = {name: draw(times) for name in ("published", "first_seen", "time")}
    others = draw(st.lists(texts.map(lambda name: sighting(name, link=name, feed=name)), max_size=2))
    further = draw(st.lists(texts.map(lambda title: stored(9, title=title, link=title)), max_size=1))
    return story(1, *further, earlier_titles=(draw(texts),), sightings=tuple(others), **fields, **seen)


@given(st.lists(stories(), max_size=3), texts)
@settings(max_examples=60, deadline=None)
def test_feed_of_anything_is_sound_and_repeatable(drawn: list[Story], title: str) -> None:
    """Whatever its texts are, the feed is well-formed XML with all its stories, the same bytes each time."""
    about = site(title=title)
    content = render.feed(drawn, site=about)
    assert len(ElementTree.fromstring(content).findall("channel/item")) == len(drawn)
    assert render.feed(list(drawn), site=about) == content


@given(st.lists(stories(), max_size=2), texts)
@settings(max_examples=15, deadline=None)
def test_pages_of_anything_are_sound_and_repeatable(drawn: list[Story], title: str) -> None:
    """Whatever its texts are, a page closes what it opens and two builds give the same bytes."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(render, "STORIES_SHOWN", ((1, 1, 1),))
        for name in ("one", "two"):
            build(Path(folder, name), digest(*drawn), about=site(title=title), missing=[missed(title)])
        for path in Path(folder, "one").iterdir():
            assert path.read_bytes() == Path(folder, "two", path.name).read_bytes()
            if path.suffix == ".html":
                outline = Outline(path.read_text(encoding="utf-8"))
                assert outline.open == []
                assert "script" not in {tag for tag, _ in outline.elements}
