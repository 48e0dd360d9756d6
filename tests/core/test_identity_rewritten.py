"""Identity where feeds rewrite what names their entries, once or at every poll, and where entries never rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.core import identity
from aggregator.core.model import Item
from tests.core.test_identity import HOUR, NOW, Shelf, article, verdicts

NAMES = ["Ferry runs aground off Skerry Point", "Mayor opens the northern bridge", "Herring fleet sails at dawn"]
#: Three articles that differ in all that names them.
ARTICLES = [
    article(title, guid=f"g{n}", link=f"https://c.example/{n}", published=NOW - (n + 1) * HOUR)
    for n, title in enumerate(NAMES)
]
DAY = 24 * HOUR


def rewritten(items: Sequence[Item], *parts: str, number: int = 1) -> list[Item]:
    """Give entries other guids, links or dates, all of them."""
    fresh: dict[str, Callable[[int], object]] = {
        "guid": lambda n: f"new {number} {n}",
        "link": lambda n: f"https://c.example/archive/{number}/{n}",
        "published": lambda n: NOW + number * HOUR - timedelta(minutes=n),
    }
    return [replace(item, **{part: fresh[part](n) for part in parts}) for n, item in enumerate(items)]


def without(items: Sequence[Item], *parts: str) -> list[Item]:
    """Take a part away from every entry."""
    return [replace(item, **dict.fromkeys(parts)) for item in items]


PARTS = [("guid",), ("link",), ("published",), ("guid", "link"), ("guid", "published"), ("link", "published")]


# --- once ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "missing", [(), ("guid",), ("link",), ("published",)], ids=lambda parts: " ".join(parts) or "-"
)
@pytest.mark.parametrize("parts", PARTS, ids=" ".join)
def test_a_feed_that_rewrites_one_or_two_parts_of_its_names_brings_nothing_again(
    parts: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    """Guids, links or dates, any one or two of them at once: every entry is known, now and later."""
    shelf = Shelf()
    told = without(ARTICLES, *missing)
    shelf.poll(told)
    again = rewritten(told, *(part for part in parts if part not in missing))
    for later in (HOUR, 2 * HOUR, 100 * HOUR):
        changes = shelf.poll(again, now=NOW + later)
        assert [change.known for change in changes] == [1, 2, 3]


@pytest.mark.parametrize("parts", PARTS, ids=" ".join)
def test_what_is_new_in_a_rewritten_document_is_new(parts: tuple[str, ...]) -> None:
    """Among entries that are named anew, an article of its own is still one, and the last of the old may be gone."""
    shelf = Shelf()
    shelf.poll(ARTICLES)
    fourth = article("Lighthouse keeper retires after fifty years", guid="g9", link="https://c.example/9")
    changes = shelf.poll([fourth, *rewritten(ARTICLES[:2], *parts)], now=NOW + HOUR)
    assert [change.known for change in changes] == [4, 1, 2]


def test_all_three_parts_and_the_text_prove_it_too() -> None:
    """Where guids, links and dates are all new, a document whose texts stayed is the same; mere headlines are not."""
    shelf = Shelf()
    texts = [replace(item, summary=f"What came of it: {n}.") for n, item in enumerate(ARTICLES)]
    shelf.poll(texts)
    assert [change.known for change in shelf.poll(rewritten(texts, *"guid link published".split()))] == [1, 2, 3]
    other = Shelf()
    other.poll(ARTICLES)
    assert verdicts(other.poll(rewritten(ARTICLES, *"guid link published".split()))) == ["new"] * 3


def test_headlines_of_a_document_long_gone_prove_nothing() -> None:
    """Notices that come back in other words' names months later are articles: only what has just left is rewritten."""
    shelf = Shelf()
    shelf.poll(ARTICLES)
    shelf.poll([article("Nothing but fog today", guid="f", link="https://c.example/f")], now=NOW + DAY)
    later = NOW + 60 * DAY
    told = [replace(item, published=None) for item in rewritten(ARTICLES, "guid", "link")]
    assert verdicts(shelf.poll(told, now=later)) == ["new"] * 3


def test_a_lone_entry_under_a_headline_of_before_is_an_article() -> None:
    """In a document that else stays as it is, a new guid, link and date under a known headline are a new article."""
    shelf = Shelf()
    shelf.poll(ARTICLES)
    (fresh,) = rewritten(ARTICLES[:1], "guid", "link", "published")
    assert verdicts(shelf.poll([fresh, *ARTICLES[1:]])) == ["new", "unchanged", "unchanged"]


def test_of_two_with_one_headline_neither_is_the_others_rewriting() -> None:
    """A headline that two entries of a document carry, or two items, says nothing of which is which."""
    twice = [replace(ARTICLES[0], guid=f"t{n}", link=f"https://c.example/t{n}", published=None) for n in range(2)]
    shelf = Shelf()
    shelf.poll(twice)
    assert verdicts(shelf.poll(rewritten(twice, "guid", "link"))) == ["new", "new"]


def test_one_of_two_with_one_headline_is_neither() -> None:
    """Where two items went by a headline, an entry that comes alone under it may be either, so it is a third."""
    twice = [replace(ARTICLES[0], guid=f"t{n}", link=f"https://c.example/t{n}", published=None) for n in range(2)]
    shelf = Shelf()
    shelf.poll([*twice, *without(ARTICLES[1:], "published")])
    again = rewritten(without(ARTICLES, "published"), "guid", "link")
    assert [change.known for change in shelf.poll(again)] == [5, 3, 4]


def test_two_entries_in_the_place_of_one_are_two() -> None:
    """An item that was retitled goes by two headlines; entries under both cannot both be it."""
    shelf = Shelf()
    told = without(ARTICLES, "published")
    shelf.poll(told)
    shelf.poll([replace(told[0], title="Ferry towed off Skerry Point"), *told[1:]])
    old, new = told[0], replace(told[0], title="Ferry towed off Skerry Point", guid="g9")
    again = rewritten([old, *told[1:], new], "guid", "link")
    assert verdicts(shelf.poll(again)) == ["new", "edited", "edited", "new"]


def test_two_entries_with_one_headline_and_date_are_no_rewriting() -> None:
    """Where the document has two entries with headline and date of the one that has gone, neither is taken for it."""
    shelf = Shelf()
    shelf.poll(ARTICLES[:1])
    twins = [replace(ARTICLES[0], guid=f"t{n}", link=f"https://c.example/t{n}", summary=f"{n}") for n in range(2)]
    assert verdicts(shelf.poll(twins)) == ["new", "new"]


def test_the_same_words_under_two_new_dates_are_two_articles() -> None:
    """Two nameless entries with the words of one that has gone cannot both be it."""
    shelf = Shelf()
    shelf.poll([article("Weather", summary="Fog.", published=NOW - HOUR)])
    told = [article("Weather", summary="Fog.", published=NOW + n * HOUR) for n in range(2)]
    assert verdicts(shelf.poll(told, now=NOW + 2 * HOUR)) == ["new", "new"]


def test_a_part_of_a_document_is_no_rewriting() -> None:
    """Where most entries were known by their bytes, a few known headlines under other names are articles."""
    shelf = Shelf()
    items = [
        article(f"Tale {n} of the northern sea", guid=f"g{n}", link=f"https://c.example/{n}", published=None)
        for n in range(9)
    ]
    shelf.poll(items)
    assert verdicts(shelf.poll(rewritten(items[:2], "guid", "link"), repeated=range(3, 10))) == ["new", "new"]


# --- at every poll ---------------------------------------------------------------------------------------------------


def test_a_feed_whose_guids_never_last_is_found_out() -> None:
    """Its entries stay known by their links, after a few polls no key by guid is added any more, and news is news."""
    shelf = Shelf()
    shelf.poll(ARTICLES)
    for number in range(30):
        assert verdicts(shelf.poll(rewritten(ARTICLES, "guid", number=number))) == ["unchanged"] * 3
    assert shelf.held_by("guid") <= 3 * (identity.UNSTEADY + 1)
    fourth = article("Lighthouse keeper retires after fifty years", guid="g9", link="https://c.example/9")
    assert verdicts(shelf.poll([fourth, *rewritten(ARTICLES, "guid", number=99)])) == ["new", *["unchanged"] * 3]


def test_a_feed_found_out_is_trusted_again_when_its_document_repeats_entries() -> None:
    """Entries that come back letter by letter have the guid that they had."""
    shelf = Shelf()
    shelf.poll(ARTICLES)
    for number in range(5):
        shelf.poll(rewritten(ARTICLES, "guid", number=number))
    assert shelf.unsteady[1] == identity.UNSTEADY
    shelf.poll([], repeated=[1, 2, 3])
    assert shelf.unsteady[1] == 0


def test_guids_that_change_once_are_no_habit() -> None:
    """Guids that are rewritten now and then, and last in between, are keys as before."""
    shelf = Shelf()
    for number in range(5):
        told = rewritten(ARTICLES, "guid", number=number)
        shelf.poll(told)
        shelf.poll(told)
        assert shelf.unsteady[1] == 0


@pytest.mark.parametrize("summary", ["", "All forty aboard are safe."])
def test_undated_entries_without_guids_whose_links_never_last_are_known(summary: str) -> None:
    """Their headlines and texts name them, whatever their links are; alone in their document, too."""
    for count in (1, 3):
        told = [replace(item, summary=summary) for item in without(ARTICLES[:count], "guid", "published")]
        shelf = Shelf()
        shelf.poll(told)
        for number in range(30):
            now = NOW + number * DAY
            assert "new" not in verdicts(shelf.poll(rewritten(told, "link", number=number), now=now))
        assert shelf.held_by("link") <= 2 + count * identity.MOST_EDITS * 2


@pytest.mark.parametrize("summary", ["", "All forty aboard are safe."])
@pytest.mark.parametrize("link", [None, "https://c.example/"])
def test_nameless_entries_that_are_dated_anew_stay_known(summary: str, link: str | None) -> None:
    """Without guid and link, dated as of each poll: the same words are the same article, also after 72 hours."""
    shelf = Shelf()
    for hours in range(0, 24 * 9, 12):
        now = NOW + hours * HOUR
        told = [replace(article(title), link=link, summary=summary, published=now) for title in NAMES]
        assert verdicts(shelf.poll(told, now=now)) == (["new"] * 3 if hours == 0 else ["unchanged"] * 3)


def test_a_generic_headline_that_is_dated_anew_is_an_article_each_day_unless_its_text_stays() -> None:
    """The weather of two days is two articles; with the same forecast, word by word, it is one."""
    for summary, verdict in (("", "new"), ("Fog, then sun.", "unchanged")):
        shelf = Shelf()
        for day in range(3):
            now = NOW + day * DAY
            changes = shelf.poll([article("Weather", summary=summary, published=now)], now=now)
            assert verdicts(changes) == ["new" if day == 0 else verdict]


# --- never at rest ---------------------------------------------------------------------------------------------------

#: Entries of any kind, each told in other words at every poll.
TICKERS = {
    "a counter in the text": lambda n: replace(ARTICLES[0], summary=f"{n} comments"),
    "two texts in turn": lambda n: replace(ARTICLES[0], summary="Sun." if n % 2 else "Rain."),
    "a counter in the headline": lambda n: replace(ARTICLES[0], title=f"{NAMES[0]}, {n} aboard"),
    "a link that changes": lambda n: replace(ARTICLES[0], link=f"https://c.example/{n}"),
    "no guid": lambda n: replace(ARTICLES[0], guid=None, summary=f"{n} comments"),
    "no name": lambda n: article(NAMES[0], summary=f"{n} comments"),
}


@pytest.mark.parametrize("ticker", TICKERS.values(), ids=TICKERS)
def test_an_entry_that_never_rests_is_left_alone(ticker: Callable[[int], Item]) -> None:
    """What changes at every poll is an update some twenty times, then it stays as it is, known, and grows no keys."""
    shelf = Shelf()
    told = [verdicts(shelf.poll([ticker(n)], now=NOW + n * HOUR))[0] for n in range(100)]
    assert told[0] == "new"
    assert told[1:] == ["edited"] * identity.MOST_EDITS + ["unchanged"] * (99 - identity.MOST_EDITS)
    assert len(shelf.keys) <= 6 + 3 * identity.MOST_EDITS


def test_an_entry_left_alone_that_comes_to_rest_where_it_was_is_no_update() -> None:
    """Resting is counted by feed: another feed's telling of the same article is an update as ever."""
    shelf = Shelf()
    for n in range(30):
        shelf.poll([replace(ARTICLES[0], summary=f"{n} comments")])
    shelf.poll([replace(ARTICLES[0], source="Reader")], feed=2)
    assert verdicts(shelf.poll([replace(ARTICLES[0], source="Reader", summary="All safe.")], feed=2)) == ["edited"]


# --- properties ------------------------------------------------------------------------------------------------------

DOCUMENTS = st.lists(
    st.builds(
        article,
        st.sampled_from(NAMES),
        guid=st.sampled_from([None, "1", "2", "3"]),
        link=st.sampled_from([None, *(f"https://c.example/{n}" for n in range(3))]),
        summary=st.sampled_from(["", "One.", "Two."]),
        published=st.sampled_from([None, NOW - HOUR, NOW - 100 * HOUR]),
    ),
    max_size=5,
    unique_by=lambda item: item.title,
)


@settings(max_examples=300)
@given(DOCUMENTS, st.sampled_from(PARTS))
def test_a_rewritten_document_settles(document: list[Item], parts: tuple[str, ...]) -> None:
    """However a document is rewritten, no two of its entries become one item, and at the next poll nothing is new."""
    shelf = Shelf()
    shelf.poll(document)
    again = rewritten(document, *parts)
    first = shelf.poll(again, now=NOW + HOUR)
    assert len({change.known for change in first}) == len(first)
    second = shelf.poll(again, now=NOW + 2 * HOUR)
    assert [change.known for change in second] == [change.known for change in first]


@settings(max_examples=300)
@given(DOCUMENTS.filter(lambda document: len(document) > 1), st.sampled_from(PARTS))
def test_what_had_all_three_parts_is_never_told_again(document: list[Item], parts: tuple[str, ...]) -> None:
    """Entries with guid, link and date of their own are known whichever one or two of them are rewritten."""
    named = [
        replace(item, guid=f"g{n}", link=f"https://c.example/own/{n}", published=NOW - n * HOUR)
        for n, item in enumerate(document)
    ]
    shelf = Shelf()
    shelf.poll(named)
    assert "new" not in verdicts(shelf.poll(rewritten(named, *parts), now=NOW + HOUR))
