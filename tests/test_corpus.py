"""Walks tests/corpus: every small document there becomes exactly the items written beside it.

Knows how an expectation is written down (see tests/corpus/README.md). Does not know what a feed looks like.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core import normalise
from aggregator.core.errors import ParseError
from aggregator.core.model import Document, Item
from aggregator.edges import sources

CORPUS = Path(__file__).parent / "corpus"
SUFFIX = ".expected.json"
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
FEED_NAME = "Corpus News"
LEAST = 60

FEED_KEYS = {"about", "content_type", "format", "title", "items"}
FAILURE_KEYS = {"about", "content_type", "error"}
#: What an item has where its expectation does not say.
UNSAID = {
    "guid": None,
    "link": None,
    "title": "",
    "source": FEED_NAME,
    "summary": "",
    "author": "",
    "language": "",
    "published": None,
}
#: Compared only where the expectation says them: their form is a matter of other tests.
ONLY_IF_SAID = {"content", "updated"}

#: What XML 1.0 §2.2 forbids, which no page or feed of ours may hold.
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Expectation = dict[str, Any]


def expectations() -> list[Path]:
    """List the expectations in the order of their names."""
    return sorted(CORPUS.glob(f"*{SUFFIX}"))


def name_of(expectation: Path) -> str:
    """Name the document that an expectation speaks about."""
    return expectation.name.removesuffix(SUFFIX)


def expected(path: Path) -> Expectation:
    """Read an expectation."""
    value = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(value, dict)
    return value


def understood(name: str, *, content_type: str) -> tuple[Document, tuple[Item, ...]]:
    """Read one document of the corpus as a poll would."""
    url = f"https://example.org/feeds/{name}"
    document = sources.parse((CORPUS / name).read_bytes(), url=url, content_type=content_type)
    return document, normalise.items(document, name=FEED_NAME, url=url, now=NOW)


def told(item: Item, *, keys: set[str]) -> dict[str, str | None]:
    """Write an item down as an expectation would, limited to some keys."""
    return {key: _written(getattr(item, key)) for key in sorted(keys)}


def _written(value: str | datetime | None) -> str | None:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value


@pytest.mark.parametrize("path", expectations(), ids=name_of)
def test_document_is_understood_as_written_beside_it(path: Path) -> None:
    """A document yields the format, title and items written beside it, or fails for the reason written there."""
    wanted = expected(path)
    content_type = wanted.get("content_type", "")
    if "error" in wanted:
        with pytest.raises(ParseError) as failure:
            understood(name_of(path), content_type=content_type)
        assert wanted["error"] in failure.value.reason
        return
    document, items = understood(name_of(path), content_type=content_type)
    saying = [UNSAID | item for item in wanted["items"]]
    assert [item["title"] for item in saying] == [item.title for item in items]
    for item, told_of in zip(items, saying, strict=True):
        assert told(item, keys=set(told_of)) == told_of
    assert document.format == wanted.get("format", document.format)
    assert normalise.feed_title(document) == wanted.get("title", normalise.feed_title(document))


def test_every_document_has_its_expectation() -> None:
    """Documents and expectations come in pairs, and there are at least sixty of them."""
    files = {path.name for path in CORPUS.iterdir() if not path.name.startswith(".") and path.name != "README.md"}
    documents = {name for name in files if not name.endswith(SUFFIX)}
    assert files - documents == {name + SUFFIX for name in documents}
    assert len(documents) >= LEAST


@pytest.mark.parametrize("path", expectations(), ids=name_of)
def test_expectation_is_well_formed(path: Path) -> None:
    """An expectation says what its document shows, in keys that are compared, so that no slip goes unseen."""
    wanted = expected(path)
    assert wanted["about"].endswith(".")
    assert set(wanted) <= (FAILURE_KEYS if "error" in wanted else FEED_KEYS)
    assert "error" in wanted or "items" in wanted
    for item in wanted.get("items", []):
        assert set(item) <= set(UNSAID) | ONLY_IF_SAID
        assert item["title"]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(path=st.sampled_from(expectations()), part=st.floats(0, 1), stray=st.binary(max_size=3))
def test_cut_document_is_refused_or_still_clean(path: Path, part: float, stray: bytes) -> None:
    """A document cut anywhere, with stray bytes at its end, is refused as no feed or gives items that are clean."""
    whole = (CORPUS / name_of(path)).read_bytes()
    url = f"https://example.org/feeds/{name_of(path)}"
    try:
        document = sources.parse(whole[: int(len(whole) * part)] + stray, url=url)
    except ParseError as refusal:
        assert refusal.reason
        return
    for item in normalise.items(document, name=FEED_NAME, url=url, now=NOW):
        assert item.title
        assert item.link is None or item.link.startswith(("http://", "https://"))
        assert not FORBIDDEN.search(item.title + item.summary + item.content + item.author + (item.guid or ""))
