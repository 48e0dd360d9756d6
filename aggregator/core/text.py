"""Plain text and safe HTML out of whatever publishers write. Knows nothing of feeds, entries or dates.

nh3 decides which HTML is kept (it builds the tree as a browser does); what leaves here holds no character that XML
forbids, and that is the last step on purpose: nh3 decodes ``&#1;`` to a raw U+0001.
"""

from __future__ import annotations

import functools
import html
import re
import unicodedata
from datetime import UTC, datetime

import nh3

#: nh3 is quadratic in nesting depth (32,000 nested <div>, 156 KB: 6 s), so input is cut before it is cleaned.
HTML_LIMIT = 64 * 1024
#: What it may come to when it is clean: a short address that starts from a long base grows 300-fold.
CLEAN_LIMIT = 4 * HTML_LIMIT

KEPT_TAGS = frozenset(
    "a abbr b bdi bdo blockquote br cite code dd del dfn div dl dt em figcaption figure h3 h4 h5 h6 hr i img ins kbd"
    " li mark ol p pre q rp rt ruby s samp small span strong sub sup table tbody td tfoot th thead time tr u ul"
    " var".split()
)
KEPT_ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "bdo": {"dir"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
SCHEMES = frozenset({"http", "https", "mailto"})

#: Elements that begin a new line when shown; between two of them words must not run together.
_BLOCKS = frozenset(
    "address article aside blockquote br caption center dd details dialog div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section summary table tbody td tfoot th thead tr"
    " ul".split()
)
_SILENT = frozenset("head iframe math noscript object script select style svg template textarea title".split())
#: Keeps the ends of blocks and nothing else, every tag of them closed.
_BALANCE = nh3.Cleaner(tags=set(_BLOCKS), clean_content_tags=set(_SILENT), attributes={}, link_rel=None)
_TAG = re.compile(r"<[^>]*>")
#: Something between tags, or before or after them, in what nh3 gives: a tag ends at its first ">" here.
_SHOWN = re.compile(r"(?:\A|>)\s*+[^<\s]")
_PICTURE = re.compile(r"<img [^>]*\bsrc=")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
#: What XML 1.0 §2.2 forbids, and lone surrogates; all but what it allows, which reaches beyond U+FFFF, would take 9 ms
#: to compile instead of 1.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: Its control characters, each one byte of UTF-8.
_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\r"})
#: Controls that are legal XML but never text: C1, direction overrides and embeddings, invisible marks. ZWJ and ZWNJ
#: shape words in many scripts and LRM, RLM and the isolates are harmless, so these stay.
_JUNK = re.compile(
    "[\x7f-\x84\x86-\x9f\u00ad\u200b\u2028\u2029\u202a-\u202e\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffc]"
)
#: Of these, what does more than not to be seen.
_BREAKING = re.compile("[\x7f-\x9f\u202a-\u202e\ufff9-\ufffc]")
_APOSTROPHES = re.compile("['’‘‛`´ʹʻʼʽ′＇]")
#: What ``folded`` makes of each ASCII character.
_PLAIN_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)} | {0x27: "", 0x60: ""}
#: The same, where apostrophes are gone already.
_BARE_ASCII = _PLAIN_ASCII | {0x27: " ", 0x60: " "}
#: Dashes, quotation marks and the like in texts of Latin letters; each comes to a space, as all that is no letter.
_TYPOGRAPHY = re.compile("[\u00ab\u00bb\u2010-\u2027]+")
#: Of Latin, Greek and Cyrillic only: elsewhere (Japanese, Hindi) a mark makes another letter.
_ACCENTS = re.compile("[\u0300-\u036f]")
_MARKS = "[\u0300-\u036f\u0489\u1ab0-\u1aff\u20d0-\u20ff]"
#: More marks on one letter than any script stacks ("zalgo"). The first is written apart: then it is searched for fast.
_PILED_MARKS = re.compile(f"({_MARKS}{_MARKS}{{3}}){_MARKS}+")


@functools.lru_cache(maxsize=512)  # the moment of a poll is written half a dozen times for each of its items
def instant(moment: datetime | None) -> str | None:
    """Write a time as ISO-8601 text in UTC with whole seconds ("2026-01-14T07:00:00Z"); such texts sort as times do."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z" if moment else None


def legal(value: str) -> str:
    """Drop what XML 1.0 §2.2 forbids, lone surrogates included."""
    return _ILLEGAL.sub("", value)


def encoded(value: str) -> bytes:
    """Write what ``legal`` leaves as UTF-8, in an eighth of its time: pages and lists are megabytes."""
    written = value.encode(errors="ignore").translate(None, _CONTROLS)  # lone surrogates are all that UTF-8 lacks
    return written.replace(b"\xef\xbf\xbe", b"").replace(b"\xef\xbf\xbf", b"")


def line(value: str) -> str:
    """Make one line of clean plain text: no controls, no direction overrides, white space collapsed."""
    text = value.replace("\n", " ")
    if not text.isprintable() or "\ufffc" in text:  # nearly all are: no letter of these is illegal or junk but that one
        text = _JUNK.sub("", legal(re.sub("[\x85\u2028\u2029]", " ", text)))
    if not text.isascii():
        text = _PILED_MARKS.sub(r"\1", text)
    return " ".join(text.split())


def unbroken(value: str) -> str:
    """Keep a line of text as it was written, but for what would break it: line ends, controls, direction overrides."""
    return _PILED_MARKS.sub(r"\1", _BREAKING.sub("", legal(re.sub("[\t\n\r\x85\u2028\u2029]", " ", value))))


def plain(value: str, *, is_html: bool) -> str:
    """Make one line of plain text from a title or summary as published.

    Markup goes, block ends become a space, and entities are decoded once more than the XML parser did, since feeds
    escape twice (``AT&amp;amp;T``); only well-formed entities with their semicolon are.
    """
    return line(decoded(without_markup(value) if is_html else value))


def decoded(value: str) -> str:
    """Decode character references that end in a semicolon, once."""
    return _ENTITY.sub(lambda match: html.unescape(match.group()), value) if "&" in value else value


def without_markup(value: str) -> str:
    """Read HTML as text: a space at block ends, nothing for inline tags; one level of entities decoded."""
    written = value[:HTML_LIMIT]
    if "<" not in written and "&" not in written:
        return written
    return html.unescape(_TAG.sub(" ", _BALANCE.clean(legal(written))))


def safe_html(value: str, *, base: str = "") -> str:
    """Keep the harmless part of HTML, links absolute against ``base``; "" when no text and no picture is left."""
    cleaner = _cleaner(base)
    written = legal(value[:HTML_LIMIT])
    clean = cleaner.clean(written)
    if len(clean) > CLEAN_LIMIT:
        clean = cleaner.clean(clean[:CLEAN_LIMIT])  # ends what the cut left open
    if "&#" in written:  # else every character of it is one of the legal ones
        clean = legal(clean)
    return clean.strip() if _SHOWN.search(clean) or _PICTURE.search(clean) else ""


@functools.lru_cache(maxsize=64)
def _cleaner(base: str) -> nh3.Cleaner:
    """Make what cleans HTML whose links start from ``base``; making it costs more than using it."""
    return nh3.Cleaner(
        tags=set(KEPT_TAGS),
        clean_content_tags=set(_SILENT),
        attributes={tag: set(names) for tag, names in KEPT_ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        url_relative=("rewrite_with_base", base) if _is_base(base) else "deny",
        link_rel="noopener noreferrer nofollow",
    )


def _is_base(base: str) -> bool:
    """Ask nh3 itself whether links can start here: it raises at what its own URL parser refuses (``http://xn--/``)."""
    try:
        nh3.clean("", url_relative=("rewrite_with_base", base))
    except ValueError:
        return False
    return base.startswith(("http://", "https://"))


def shortened(value: str, limit: int) -> str:
    """Cut a line at a word's end so that it has at most ``limit`` characters, an ellipsis included."""
    if len(value) <= limit:
        return value
    cut = value[: limit - 1]
    at_word = cut.rsplit(" ", 1)[0] if " " in cut[limit // 2 :] else cut
    return at_word.rstrip(" ,;:.–—-") + "…"


def first_words(value: str, count: int = 12) -> str:
    """Take the first words of a text, to stand for a missing title."""
    words = value.split()
    return shortened(" ".join(words[:count]) + ("…" if len(words) > count else ""), 200)


def folded(value: str) -> str:
    """Fold case, Latin accents, punctuation and apostrophes away, for comparing only (Here’s = Heres = here's)."""
    if value.isascii():  # most are, and letter by letter costs twenty times as much
        return " ".join(value.translate(_PLAIN_ASCII).split())
    decomposed = unicodedata.normalize("NFKD", _TYPOGRAPHY.sub(" ", _APOSTROPHES.sub("", value))).casefold()
    bare = _ACCENTS.sub("", decomposed)
    if bare.isascii():  # as most texts in Latin letters are by now
        return " ".join(bare.translate(_BARE_ASCII).split())
    return " ".join(unicodedata.normalize("NFC", bare).translate(_LETTERS).split())


class _Letters(dict[int, str]):
    """A table for ``str.translate`` that keeps letters, numbers and marks; the common ones are looked up once."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        kept = letter if unicodedata.category(letter)[0] in "LNM" else " "
        if code < 0x3000:
            self[code] = kept
        return kept


_LETTERS = _Letters()
