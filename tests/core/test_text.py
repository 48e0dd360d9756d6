"""Plain text and safe HTML, by tables and by properties over whatever Hypothesis thinks of."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aggregator.core import text

#: Every kind of character, lone surrogates and controls included.
ANYTHING = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
#: Pieces of which hostile and broken markup is made.
PIECES = st.sampled_from(
    "< > \" ' & / = ` - ! a b \x01 \u202e &#1; &#x202e; &lt; &amp;lt; <b> </b> <i> <p> </p> <div> </div> <ul><li>"
    " <table> <tr><td> </table> <a/href='https://x.example/'> <a/href=java&#x73;cript:alert(1)> </a> <pre> <svg>"
    " <img/src='x'/onerror=alert(1)> <math> <style> </style> <title> <script> alert(1) </script> <!-- --> <![CDATA["
    " ]]> <noscript> <textarea> <select> <template>".split(" ")
) | st.sampled_from(" \n")
MARKUP = st.lists(PIECES, max_size=14).map("".join)

ATTACKS = [
    "<script>alert(1)</script>x",
    "<scr<script></script>ipt>alert(1)</script>x",
    "<ScRiPt/src=//evil.example/a.js>x</sCrIpT >x",
    "<img src=x onerror=alert(1)>x",
    "<img/src='x'/onerror='alert(1)'>x",
    '<img src="x` `" onerror="alert(1)">x',
    "<a href=javascript:alert(1)>x</a>",
    "<a href=' java\tscript:alert(1)'>x</a>",
    "<a href='jav&#x0a;ascript:alert(1)'>x</a>",
    "<a href='&#106;avascript&colon;alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='https://ok.example/' onclick='alert(1)'>x</a>",
    "<q cite='javascript:alert(1)'>x</q>",
    "<blockquote cite='javascript:alert(1)'>x</blockquote>",
    "<b style='background:url(javascript:alert(1))'>x</b>",
    "<style>@import 'https://evil.example/';</style>x",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>x",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>x",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></table></mtext></math>x",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>x",
    "<form action=javascript:alert(1)><button formaction=javascript:alert(1)>x</button></form>x",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>x",
    "<object data=javascript:alert(1)></object><embed src=javascript:alert(1)>x",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>x",
    "<base href='javascript:alert(1)//'>x",
    "<link rel=stylesheet href=https://evil.example/x.css>x",
    "<!--><img src=x onerror=alert(1)>-->x",
    "<!-- --!><img src=x onerror=alert(1)>x",
    "<![CDATA[<img src=x onerror=alert(1)>]]>x",
    "<p><table><tr><td>x<p onmouseover=alert(1)>y</table>",
    "<title><b title='</title><img src=x onerror=alert(1)>'></title>x",
    "<details ontoggle=alert(1) open>x</details>",
    "<video><source onerror=alert(1)></video>x",
    "<img srcset='javascript:alert(1) 1x' src=x>x",
    "<time datetime='2026-01-14' onfocus=alert(1) autofocus>x</time>",
    "<p id=content class=lead name=x data-x=y contenteditable>x</p>",
]


class Seen(HTMLParser):
    """Every tag and attribute that a reader of the markup meets."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def is_legal_xml(value: str) -> bool:
    """Ask an XML parser whether these characters may stand in a document."""
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    try:
        ElementTree.fromstring(f"<t>{escaped}</t>".encode())
    except (ElementTree.ParseError, UnicodeEncodeError):
        return False
    return True


def assert_harmless(markup: str) -> None:
    """Hold markup to the list: known tags, known attributes, safe addresses, legal characters."""
    seen = Seen(markup)
    kept = {name for names in text.KEPT_ATTRIBUTES.values() for name in names} | {"rel"}
    assert seen.tags <= text.KEPT_TAGS
    assert {name for name, _ in seen.attributes} <= kept
    links = [value for name, value in seen.attributes if name in ("href", "src")]
    assert all(re.match(r"(https?://|mailto:)", link) for link in links)
    assert is_legal_xml(markup)


# --- lines -----------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(ANYTHING)
@example("\ud800\udfff\x00\x0b\ufffe\uffff\U0001f600")
def test_legal_drops_only_what_xml_forbids(value: str) -> None:
    """What is legal in XML passes unchanged, and nothing else passes, as text or written down."""
    kept = text.legal(value)
    assert text.encoded(value) == kept.encode()
    assert is_legal_xml(kept)
    assert kept == "".join(character for character in value if is_legal_xml(character))


@settings(deadline=None)
@given(ANYTHING | MARKUP)
@example("a\u0301\u200b\u0302\ufeff\u0303\u0304\u0305\u0306")
@example("one\x85two\u2028three\u2029four\x1cfive\x0bsix")
def test_a_line_is_one_clean_line_for_good(value: str) -> None:
    """A line holds no break, no control and no direction override, has single spaces, and is a line already."""
    made = text.line(value)
    assert made == text.line(made)
    assert made.split() == made.split(" ") or made == ""
    assert len(made.splitlines()) <= 1
    assert not any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in made)
    assert not set(made) & set("\u202a\u202b\u202c\u202d\u202e\u200b\ufeff\u00ad")
    assert is_legal_xml(made)


@pytest.mark.parametrize(
    ("value", "made"),
    [
        ("  two \t\r\n  words ", "two words"),
        ("non\u00a0breaking", "non breaking"),
        ("soft\u00adhyphen", "softhyphen"),
        ("line\u2028break", "line break"),
        ("next\x85line", "next line"),
        ("evil\u202egpj.exe", "evilgpj.exe"),
        ("zero\u200bwidth", "zerowidth"),
        ("object\ufffcmark\n", "objectmark"),
        ("क्\u200dष", "क्\u200dष"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("Z" + "\u0301" * 50, "Z" + "\u0301" * 4),
        ("\x00\x08\x1b[31mred", "[31mred"),
        ("👩\u200d🚀 up", "👩\u200d🚀 up"),
    ],
)
def test_a_line_by_example(value: str, made: str) -> None:
    """White space collapses, invisible junk goes, and the joiners that shape words stay."""
    assert text.line(value) == made


@pytest.mark.parametrize(
    ("value", "is_html", "made"),
    [
        ("AT&amp;T", True, "AT&T"),
        ("AT&amp;amp;T", True, "AT&T"),
        ("AT&amp;T", False, "AT&T"),
        ("AT&T and R&D", False, "AT&T and R&D"),
        ("fish &amp chips", False, "fish &amp chips"),
        ("<p>one</p><p>two</p>", True, "one two"),
        ("one<br>two<br/>three", True, "one two three"),
        ("<ul><li>one<li>two</ul>", True, "one two"),
        ("<table><tr><td>one</td><td>two</td></tr></table>", True, "one two"),
        ("H<sub>2</sub>O and <b>b</b>old", True, "H2O and bold"),
        ("1 < 2 and 3 > 2", True, "1 < 2 and 3 > 2"),
        ("if a<b then c>d", False, "if a<b then c>d"),
        ("Use &lt;b&gt; tags", True, "Use <b> tags"),
        ("<script>alert(1)</script>News<style>p{}</style>", True, "News"),
        ("<!-- > hidden -->News", True, "News"),
        ("<p title='a > b'>News</p>", True, "News"),
        ("<svg><text>logo</text></svg>News", True, "News"),
        ("News&#1;&#x8;", True, "News"),
        ("News&#0;", True, "News\ufffd"),
        ("News&#xD800;", True, "News\ufffd"),
        ("News&#x110000;", False, "News\ufffd"),
        ("evil&amp;#x202e;gpj", True, "evilgpj"),
        ("&nbsp;&nbsp;News&nbsp;", True, "News"),
        ("<p> </p>", True, ""),
        ("", True, ""),
    ],
)
def test_plain_by_example(value: str, is_html: bool, made: str) -> None:
    """Markup goes, block ends become a space, and entities are decoded once more than the parser did."""
    assert text.plain(value, is_html=is_html) == made


@settings(deadline=None)
@given(ANYTHING | MARKUP, st.booleans())
@example("&#1;&#x202e;&amp;#10;", True)
def test_plain_is_always_a_line(value: str, is_html: bool) -> None:
    """Whatever comes in, one clean line comes out."""
    made = text.plain(value, is_html=is_html)
    assert made == text.line(made)
    assert is_legal_xml(made)


@pytest.mark.parametrize("value", ["&#9999999999;", "&#xffffffff;", "&" * 5000, "&;", "&#;", "&#x;", "&bogus;"])
def test_what_is_no_entity_stays_as_written(value: str) -> None:
    """A reference that is not well-formed or not known is text."""
    assert text.decoded(value) == value


# --- HTML ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_hostile_survives(attack: str) -> None:
    """Scripts, handlers, styles, foreign elements and unsafe addresses are gone, and cleaning again changes nothing."""
    clean = text.safe_html(attack, base="https://news.example/a/")
    assert_harmless(clean)
    assert text.safe_html(clean, base="https://news.example/a/") == clean


@settings(deadline=None)
@given(MARKUP)
def test_any_soup_comes_out_harmless(value: str) -> None:
    """Whatever order hostile pieces stand in, what is kept is on the list, also when it is read a second time.

    Equal it need not be: HTML moves links that are nested through tables, and the breaks that begin a <pre>.
    """
    clean = text.safe_html(value, base="https://news.example/")
    assert_harmless(clean)
    assert_harmless(text.safe_html(clean, base="https://news.example/"))


@pytest.mark.parametrize(
    ("value", "clean"),
    [
        ("<p>Hello <em>you</em></p>", "<p>Hello <em>you</em></p>"),
        ("<h1>Big</h1>", "Big"),
        ("<p class=x>a", "<p>a</p>"),
        ("<img src=/a.png alt=A width=2>", '<img src="https://news.example/a.png" alt="A" width="2">'),
        (
            "<a href=b?c=1&d=2>x</a>",
            '<a href="https://news.example/a/b?c=1&amp;d=2" rel="noopener noreferrer nofollow">x</a>',
        ),
        ("a&#1;b", "ab"),
        ("<p> </p><br>", ""),
        ("<img>", ""),
        ("<img src=javascript:alert(1)>", ""),
        ("<script>x</script>", ""),
        ("", ""),
    ],
)
def test_safe_html_by_example(value: str, clean: str) -> None:
    """Known tags stay, links become absolute, and what shows nothing is nothing."""
    assert text.safe_html(value, base="https://news.example/a/") == clean


@pytest.mark.parametrize("base", ["", "file:///etc/", "javascript:alert(1)//", "not a base"])
def test_without_a_web_base_relative_links_go(base: str) -> None:
    """A relative link that starts nowhere on the web is dropped, its text kept."""
    clean = text.safe_html("<a href=x>y</a><img src=z alt=w>", base=base)
    assert Seen(clean).attributes == [("rel", "noopener noreferrer nofollow"), ("alt", "w")]


def test_html_is_cut_before_it_is_cleaned() -> None:
    """Nesting beyond reason costs bounded work and leaves bounded text."""
    assert len(text.safe_html("<b>" * 50_000 + "x")) < 10 * text.HTML_LIMIT
    assert len(text.without_markup("x" * 200_000)) == text.HTML_LIMIT


# --- shorter, and for comparing --------------------------------------------------------------------------------------


@settings(deadline=None)
@given(ANYTHING.map(text.line), st.integers(min_value=1, max_value=80))
def test_shortened_keeps_to_its_limit(value: str, limit: int) -> None:
    """What fits is unchanged; what does not is a beginning of it with an ellipsis, within the limit."""
    made = text.shortened(value, limit)
    assert len(made) <= limit
    if len(value) <= limit:
        assert made == value
    else:
        assert made.endswith("…")
        assert value.startswith(made[:-1])


@settings(deadline=None)
@given(st.lists(st.text("abcde", min_size=1, max_size=8), min_size=1, max_size=30), st.integers(20, 100))
def test_shortened_cuts_at_a_word(words: list[str], limit: int) -> None:
    """No word of ordinary length is cut in two."""
    made = text.shortened(" ".join(words), limit)
    kept = made.removesuffix("…").split()
    assert kept == words[: len(kept)]


@pytest.mark.parametrize(
    ("value", "limit", "made"),
    [
        ("Rain, wind and snow", 12, "Rain, wind…"),
        ("Rain — and snow to come", 9, "Rain…"),
        ("x" * 50, 10, "x" * 9 + "…"),
        ("a " + "x" * 50, 10, "a " + "x" * 7 + "…"),
    ],
)
def test_shortened_by_example(value: str, limit: int, made: str) -> None:
    """The cut falls at a word's end and takes dangling punctuation with it, but one giant word is cut inside."""
    assert text.shortened(value, limit) == made


def test_first_words_stand_for_a_title() -> None:
    """Twelve words of a longer text get an ellipsis; a shorter text is itself; no word is too long."""
    assert text.first_words("one two three", 2) == "one two…"
    assert text.first_words("one two", 2) == "one two"
    assert text.first_words("") == ""
    assert len(text.first_words("x" * 1000)) == 200


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Here’s", "heres"),
        ("Here's", "HERES"),
        ("Here`s", "Hereʼs"),
        ("Café Zoë", "cafe zoe"),
        ("STRASSE", "Straße"),
        ("A – B: C!", "a b c"),
        ("Ｎｅｗｓ ２０２６", "news 2026"),
        ("Cafe\u0301", "Café"),
        ("Ώρα", "ώρα"),
        ("  two   words ", "two words"),
    ],
)
def test_folded_forgets_what_does_not_tell_headlines_apart(one: str, other: str) -> None:
    """Case, accents of Latin, Greek and Cyrillic, punctuation and apostrophes make no difference."""
    assert text.folded(one) == text.folded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("がく", "かく"), ("हिंदी", "हद"), ("v1.2", "v1.3"), ("12", "1 2"), ("A+", "B+"), ("서울", "소울")],
)
def test_folded_keeps_what_does(one: str, other: str) -> None:
    """Voicing marks, vowel signs and numbers make another word."""
    assert text.folded(one) != text.folded(other)


@settings(deadline=None)
@given(ANYTHING)
def test_folded_is_words_with_single_spaces(value: str) -> None:
    """Only letters, marks and numbers are left, with single spaces between."""
    made = text.folded(value)
    assert made.split() == (made.split(" ") if made else [])
    assert all(unicodedata.category(character)[0] in "LNM" for character in made.replace(" ", ""))


def test_folded_does_not_depend_on_what_else_is_there() -> None:
    """A letter or sign comes to the same in a text of Latin letters and in one that has others too."""
    for code in (*range(0x20, 0x250), *range(0x2000, 0x2070), 0xFF07, 0xFF40):
        alone = f"one{chr(code)}two {chr(code)}"
        assert f"{text.folded(alone)} 漢".strip() == text.folded(f"{alone} 漢")
