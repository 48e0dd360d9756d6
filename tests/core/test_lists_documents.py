"""Headline lists in documents: in text, Markdown and HTML, after an article, among menus, bylines and broken lines."""

from __future__ import annotations

import time
from datetime import date

import pytest

from aggregator.core import lists
from aggregator.core.model import Listing

D = "January 14th, 2026 [January 14th, 2026]"


def titles(found: Listing) -> list[str]:
    """Give the titles of the lines that were read."""
    return [line.title for line in found.lines]


def numbers(found: Listing) -> tuple[list[int], list[int]]:
    """Give the numbers of the lines that were read, and of those that could not be."""
    return [line.number for line in found.lines], [unread.number for unread in found.unread]


# --- text and Markdown -----------------------------------------------------------------------------------------------

ARTICLE = f"""\
The week in bridges

By Jane Doe - The Bridge Blog - January 14th, 2026

It was a week - a long one - of votes. See [3], and "Votes" [Nature, 2024].
Much was said - as ever - on January 3rd, 2026.

- We saw a ferry
- We crossed it - twice

The list:

- One votes - News - {D}
- Two votes - News - {D}

World
- Three votes - News - {D}

Posted in Bridges - January 14th, 2026
"""


def test_an_article_around_the_list_is_no_item() -> None:
    """Headings, bylines, prose with dashes and dates, and bullets of an article are neither items nor complaints."""
    found = lists.read(ARTICLE)
    assert titles(found) == ["One votes", "Two votes", "Three votes"]
    assert numbers(found) == ([13, 14, 17], [])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_whatever_ends_them(end: str) -> None:
    """The number of a line is that of an editor, for each kind of line end."""
    assert numbers(lists.read(ARTICLE.replace("\n", end))) == ([13, 14, 17], [])


def test_lines_in_and_beside_a_list_need_not_be_whole() -> None:
    """Without a bullet, or without a date seen, a line still counts between or right beside whole ones."""
    text = (
        f"No bullet - News - {D}\n- One - News - {D}\n- No brackets - News - January 13th, 2026\n- Two - News - {D}\n"
    )
    text += "- Last - News - January 12th, 2026\n"
    found = lists.read(text)
    assert titles(found) == ["No bullet", "One", "No brackets", "Two", "Last"]
    assert [line.seen.day for line in found.lines] == [14, 14, 13, 14, 12]


def test_a_sentence_that_shows_a_line_is_none() -> None:
    """Where the list has bullets, a sentence elsewhere that quotes a line is not one of it."""
    text = f"Lines look like this - Title - Source - {D}\n\nHere:\n\n- One - News - {D}\n- Two - News - {D}\n"
    assert titles(lists.read(text)) == ["One", "Two"]


def test_lines_that_were_wrapped_are_put_together() -> None:
    """In a list with bullets a line goes on in the rows behind it until it is dated, and has the first one's number."""
    text = f"""\
An article, wrapped
by its editor on January 3rd, 2026.

- We saw a ferry,
  and crossed it

- One votes - News - {D}
- Two votes, and what the
council said about it - News - January 14th,
2026 [January 14th, 2026]
- Three votes -
    News - {D}

  going on - News - {D}
- Four votes - News - {D}
"""
    found = lists.read(text)
    assert titles(found) == [
        "One votes",
        "Two votes, and what the council said about it",
        "Three votes",
        "going on",
        "Four votes",
    ]
    assert numbers(found) == ([7, 8, 11, 14, 15], [])


def test_where_most_lines_have_no_bullet_none_goes_on_in_another() -> None:
    """A bullet before a list without bullets takes no line of the list for its own end."""
    text = f"- We crossed it - twice\nOne votes - News - {D}\nTwo votes - News - {D}\nThree - News - {D}\n"
    assert titles(lists.read(text)) == ["One votes", "Two votes", "Three"]


@pytest.mark.parametrize("cut", ["- Two votes - News", "- Two vo", "- Two votes - News - January 14th, 2026 ["])
def test_a_line_that_was_cut_off_is_noticed(cut: str) -> None:
    """A line that ends too early is named, wherever in it and in the list that is; menus of a page are not."""
    whole = f"- One votes - News - {D}\n- One more - News - {D}\n"
    assert numbers(lists.read(f"The list:\n\n{whole}{cut}")) == ([3, 4], [5])
    assert numbers(lists.read(f"{cut}\n{whole}\nThe end.\n")) == ([2, 3], [1])
    menu = "<ul><li>Home</li><li>About us</li></ul>\n"
    page = f"{menu}<ul><li>One votes - News - {D}</li>\n<li>Two - News - {D}</li></ul>"
    assert numbers(lists.read(page)) == ([2, 3], [])


def test_an_event_of_several_days_is_no_line() -> None:
    """Two dates without brackets are those of a line only where it has a bullet or stands among others."""
    text = f"The fair - Skerry - January 3rd, 2026 - January 5th, 2026\n\nIt rained.\n\n- One votes - News - {D}\n"
    assert titles(lists.read(text)) == ["One votes"]
    table = "| Title | Source | Published | Seen |\n|---|---|---|---|\n"
    table += "| One | News | January 13th, 2026 | January 14th, 2026 |\n" * 2
    assert [(line.title, line.source) for line in lists.read(table).lines] == [("One", "News")] * 2
    assert [line.seen.day for line in lists.read(table).lines] == [14, 14]


def test_an_article_between_two_lists_is_no_item() -> None:
    """What stands far from the lines of both lists is not within them, and a dated line beyond a gap is not of one."""
    article = "By Jane - The Blog - January 14th, 2026\n" + "It rained.\n" * 8
    text = f"- One - News - {D}\n\n- Posted - The Blog - January 14th, 2026\n{article * 2}\n- Two - News - {D}\n"
    assert titles(lists.read(text)) == ["One", "Two"]


def test_a_list_without_any_brackets_is_one() -> None:
    """Lines with a date published alone are a list where they have bullets or stand together, and no byline is."""
    assert titles(lists.read("A - News - January 14th, 2026\nB - News - January 13th, 2026\n")) == ["A", "B"]
    assert titles(lists.read("- A - News - January 14th, 2026\n\ntext\n")) == ["A"]
    assert titles(lists.read("A - News - January 14th, 2026")) == ["A"]
    assert titles(lists.read("By A - News - January 14th, 2026\n\nIt was a day.\n\nIt ended.\n")) == []


def test_broken_lines_are_named_where_the_list_is() -> None:
    """A line within the list or at its end that holds no dates is named; bullets of an article are not."""
    text = f"- an article - with bullets\n\n- One - News - {D}\n- broken\n- Two - News - {D}\n- Three - News - Janu\n"
    assert numbers(lists.read(text)) == ([3, 5], [4, 6])
    bare = f"One - News - {D}\nA heading\nbroken - News - Janu\nTwo - News - {D}\n"
    assert numbers(lists.read(bare)) == ([1, 4], [3])


def test_markdown_gives_its_links() -> None:
    """The first link of a line is the item's, and the article's headings and links are no items."""
    text = f"""# The list of [the week](https://blog.example/)

Some *words* by **us**.

1. [One - two](https://news.example/a_(b)?x=1 "hint") - News - {D}
2. **[Two](https://news.example/2)** - [News](https://news.example/) - {D}
3. Three \\*stars\\* - [The \\*News\\*](https://news.example/) - {D}
"""
    found = lists.read(text)
    assert [(line.title, line.source, line.link) for line in found.lines] == [
        ("One - two", "News", "https://news.example/a_(b)?x=1"),
        ("Two", "News", "https://news.example/2"),
        ("Three *stars*", "The *News*", "https://news.example/"),
    ]


# --- HTML ------------------------------------------------------------------------------------------------------------

PAGE = f"""<!DOCTYPE html>
<html><head><title>List - Blog - {D}</title><script>"<li>No - News - {D}</li>"</script></head>
<body><nav><ul><li><a href="/">Home</a></li><li>World - more</li></ul></nav>
<h1>The list</h1><p>By Jane Doe - The Bridge Blog - January 14th, 2026</p>
<p>It was a week &mdash; a long one &ndash; of votes.</p>
<!-- <li>Hidden - News - {D}</li> -->
<ul>
<li><a class="x" href="/one?a=1&amp;b=2">AT&amp;T   <b>wins</b>
   again</a> - News - January 14th, 2026
   [January 14th, 2026]</li>
<li>Caf&eacute;&nbsp;&ndash; <i>the</i> vote - <a href='https://news.example/'>The&nbsp;News</a> - {D}
<li><p>Three - News - {D}</p></li>
<li>Broken - News - January 14th, 2026 [Janu</li>
<li>a &lt; b - <a href="#top">News</a> - {D}</li>
</ul>
<p>Filed - under - January 14th, 2026</p><ul><li>Imprint</li></ul></body></html>
"""


def test_a_page_gives_its_list_items() -> None:
    """Entities are decoded, inline tags and line breaks of the source are nothing, relative links start at the page."""
    found = lists.read(PAGE, base="https://blog.example/list")
    assert [(line.title, line.source, line.link) for line in found.lines] == [
        ("AT&T wins again", "News", "https://blog.example/one?a=1&b=2"),
        ("Café\u00a0– the vote", "The\u00a0News", "https://news.example/"),
        ("Three", "News", None),
        ("a < b", "News", None),
    ]
    assert numbers(found) == ([8, 11, 12, 14], [13])
    assert lists.is_one(PAGE)
    assert not lists.is_one(f"<p>Only one - News - {D}</p>")


def table(*rows: str) -> str:
    """Write rows of a table, cells between bars."""
    cells = ("".join(f"<td>{cell.strip()}</td>" for cell in row.split("|")) for row in rows)
    return "<table>\n<tr><th>Headline</th><th>Outlet</th><th>Published</th><th>Seen</th></tr>\n" + "\n".join(
        f"<tr>{row}</tr>" for row in cells
    )


def test_a_table_has_title_source_and_dates_in_cells_of_their_own() -> None:
    """Cells are split from nothing: dashes stay, an empty source is one, a number before the title is none of it."""
    found = lists.read(
        table(
            "Ferry - the Lena - aground | The Post - Online | 13 January 2026 | [January 14th, 2026]",
            "<a href='https://post.example/2'>Owl <b>nests</b></a> | | 1/14/26 10:32 AM | Jan 14, 2026",
            "3. | Bell tolls | The Post | January 14th, 2026",
            f"Tide - Reader - {D} - low | The Post | [January 14th, 2026]",
        )
    )
    assert [(line.title, line.source, line.link) for line in found.lines] == [
        ("Ferry - the Lena - aground", "The Post - Online", None),
        ("Owl nests", "", "https://post.example/2"),
        ("Bell tolls", "The Post", None),
        (f"Tide - Reader - {D} - low", "The Post", None),
    ]
    assert [line.published and line.published.day for line in found.lines] == [13, 14, 14, None]
    assert {line.seen.day for line in found.lines} == {14}
    assert numbers(found) == ([3, 4, 5, 6], [])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("January 14th, 2026 | Ferry | The Post | January 14th, 2026", "its columns are not title, source and dates"),
        ("Ferry | Aground | The Post | January 14th, 2026", "its columns are not title, source and dates"),
        ("Ferry | The Post | February 30th, 2026 | [January 14th, 2026]", "“February 30th, 2026” is no date"),
        (" | The Post | January 14th, 2026", "it has no title"),
    ],
)
def test_a_row_of_a_table_that_is_not_certain_is_named(row: str, reason: str) -> None:
    """Which column is which must be plain; else the row is told with its line."""
    sure = "Owl | The Post | January 14th, 2026 | [January 14th, 2026]"
    found = lists.read(table(sure, row, sure))
    assert len(found.lines) == 2
    assert [(one.number, one.reason) for one in found.unread] == [(4, reason)]


def test_a_table_without_a_list_is_none() -> None:
    """Rows in which a date is not the last cell, or stands beside one other cell, are read as they always were."""
    assert lists.read(table("2026-01-14 | Concert | Town hall", "Updated | 2026-01-14")).lines == ()
    assert not lists.is_one(table("Owl | The Post | 2026-01-14", "Bell | The Post | 2026-01-14"))


@pytest.mark.parametrize(
    "document",
    [
        f"<p>- One - News - {D}</p>\n<p>- Two - News - {D}</p>",
        f"<p>One - News - {D}<br>\nTwo - News - {D}<br/></p>",
        f"One - News - {D}<br>\nTwo - News - {D}<br>\n",
        f"<div>The list:\n- One - News - {D}\n- Two - News - {D}\n</div>",
        f"<pre>\n- One - News - {D}\n- Two - News - {D}</pre>",
        f"<p>- One - News - {D}\n- Two - News - {D}</p>",
        f"<table><tr><td>One - News - {D}</td></tr><tr><td>Two - News - {D}</td></tr></table>",
        f"<UL><LI>One - News - {D}<LI>Two - News - {D}</UL>",
        f"The list: <ol><li>One - News - {D}</li><li>Two - News - {D}</li></ol>",
        f"<p>Intro <ul><li>One - News - {D}</li></ul><p>Two - News - {D}",
    ],
)
def test_a_list_in_html_need_not_be_marked_as_one(document: str) -> None:
    """Paragraphs, line breaks, preformatted text, tables, unclosed and upper-case tags all make lines."""
    found = lists.read(document)
    assert ([line.title for line in found.lines], found.unread) == (["One", "Two"], ())


@pytest.mark.parametrize("form", ["{}", "<p>{}</p>"])
def test_lines_that_lost_their_ends_are_taken_apart(form: str) -> None:
    """Where lines follow each other in one, each with its bullet, they are lines; a title's own brackets part none."""
    run_on = f"- One [x] - more - News - {D} - Two (2024) - it was - News - {D} - Three - News - {D}"
    found = lists.read(form.format(run_on))
    assert [(line.number, line.title) for line in found.lines] == [
        (1, "One [x] - more"),
        (1, "Two (2024) - it was"),
        (1, "Three"),
    ]


def test_tags_in_a_headline_make_no_page_of_a_text() -> None:
    """A text whose headlines speak of tags, or that has an anchor or comment, is a text, and they stay as written."""
    text = f"Some <b>bold</b> words, <!-- and a remark -->\n\n- Why <p> and </li> matter &amp; how - News - {D}\n"
    assert titles(lists.read(text)) == ["Why <p> and </li> matter &amp; how"]


@pytest.mark.parametrize(
    "unit",
    [
        "<",
        "<!",
        "<a ",
        "<a \"'",
        "<li>",
        "<br>\n",
        " - ",
        "[",
        "[a](http://x",
        "(",
        f"{D} ",
        "> ",
        "- \n",
        "&",
        "<script>",
    ],
)
def test_hostile_input_comes_to_an_end(unit: str) -> None:
    """What expressions could go back over, which would take minutes, is passed in one go."""
    begun = time.process_time()
    for document in (unit * (300_000 // len(unit)), f"<li>{unit * (300_000 // len(unit))}</li>"):
        assert isinstance(lists.read(document), Listing)
    assert time.process_time() - begun < 30


def test_one_of_a_thousand_lines_keeps_its_own_dates() -> None:
    """Many lines stay apart, each with its own number and dates."""
    days = [date.fromordinal(date(2025, 1, 1).toordinal() + number) for number in range(1000)]
    text = "".join(f"- Title {number} - News - {day} [{day}]\n" for number, day in enumerate(days))
    found = lists.read(text)
    assert [line.seen for line in found.lines] == days
    assert [line.number for line in found.lines] == list(range(1, 1001))
