"""Identity where a document is not read whole: entries known by their bytes are left out, their items are named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.core.model import Change, Item, Verdict
from tests.core.test_identity import NOW, Shelf, article, verdicts

ENTRIES = st.builds(
    article,
    st.sampled_from(["Ferry runs aground", "Bridge vote tonight", "Morning briefing"]),
    guid=st.sampled_from([None, "1", "2", "3"]),
    link=st.sampled_from([None, "https://c.example/1", "https://c.example/2", "https://c.example/"]),
    summary=st.sampled_from(["", "Nobody was hurt."]),
    published=st.sampled_from([None, NOW - timedelta(hours=2), NOW - timedelta(hours=1)]),
)
DOCUMENTS = st.lists(ENTRIES, max_size=5)


def poll_unknown(shelf: Shelf, items: Sequence[Item], held: dict[Item, int]) -> list[Change]:
    """Judge a document as after reading only the entries that the one before did not hold byte for byte."""
    unknown = [item for item in items if item not in held]
    return shelf.poll(unknown, repeated=[held[item] for item in items if item in held])


def holding(changes: Sequence[Change], items: Sequence[Item]) -> dict[Item, int]:
    """Say which item each entry of a document is, from the judgement of all of them."""
    return {items[place]: change.known for change in changes for place in change.places if change.known}


def test_an_entry_under_the_guid_of_one_that_is_still_there_is_no_edit_of_it() -> None:
    """Only the new of two entries under one guid is read; taking it for an edit would lose an article."""
    first, second = article("Ferry runs aground", guid="1"), article("Bridge vote tonight", guid="1")
    shelf = Shelf()
    held = holding(shelf.poll([first]), [first])
    assert verdicts(poll_unknown(shelf, [first, second], held)) == ["new"]
    shelf = Shelf()
    shelf.poll([first])
    assert verdicts(shelf.poll([second])) == ["edited"]


def test_an_entry_at_the_link_of_one_that_is_still_there_is_another_article() -> None:
    """A live page tells several articles at one address; the one that was known by its bytes holds it."""
    first = article("Ferry runs aground", link="https://c.example/live")
    second = article("Bridge vote tonight", link="https://c.example/live")
    shelf = Shelf()
    held = holding(shelf.poll([first]), [first])
    assert verdicts(poll_unknown(shelf, [first, second], held)) == ["new"]


def test_a_second_listing_of_an_entry_that_was_not_read_again_is_that_entry() -> None:
    """A document may list an entry twice, once with other bytes: the same guid and headline make it no new article."""
    first = article("Ferry runs aground", guid="1", link="https://c.example/1")
    again = replace(first, summary="Nobody was hurt.")
    bare = article("Bridge vote tonight", link="https://c.example/2")
    longer = replace(bare, summary="It may fail.")
    shelf = Shelf()
    held = holding(shelf.poll([first, bare]), [first, bare])
    changes = poll_unknown(shelf, [again, first, bare, longer], held)
    assert [(change.verdict, change.known) for change in changes] == [
        (Verdict.EDITED, held[first]),
        (Verdict.EDITED, held[bare]),
    ]


def new_either_way(before: list[Item], added: list[Item]) -> tuple[list[str], list[str]]:
    """Name the new articles of a document that keeps all entries and adds some: read whole, read where it is new."""
    document = [*added, *before]
    whole, partial = Shelf(), Shelf()
    held = holding(whole.poll(before), before)
    partial.poll(before)
    both = whole.poll(document), poll_unknown(partial, document, held)
    told, alone = ([change.item.title for change in one if change.verdict is Verdict.NEW] for one in both)
    return told, alone


@given(DOCUMENTS, DOCUMENTS)
def test_leaving_out_what_is_known_loses_no_article(before: list[Item], added: list[Item]) -> None:
    """However entries share guids and links, what is new under its own headline is new, all entries read or not."""
    own = [replace(item, title=f"{item.title} in district {number}") for number, item in enumerate(added)]
    whole, alone = new_either_way(before, own)
    assert {title for title in whole if "district" in title} <= set(alone)


@given(st.lists(ENTRIES, max_size=8), st.integers(0, 8))
def test_leaving_out_what_is_known_doubles_no_article(entries: list[Item], known: int) -> None:
    """Where every entry has a headline of its own, the same articles are new, whatever guids and links they share."""
    document = [replace(item, title=f"{item.title} in district {number}") for number, item in enumerate(entries)]
    whole, alone = new_either_way(document[known:], document[:known])
    assert sorted(alone) == sorted(whole)
