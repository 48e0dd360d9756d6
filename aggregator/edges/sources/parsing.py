"""feedparser, with its mistakes mended: the only module that touches it. Does not know what its values mean to us.

It is used for its knowledge of formats, not of the world: it gets text that is decoded already, through BytesIO (it
would *open* bytes that are a path), and cleans nothing (nh3 does). It is no safety boundary either: it raises on some
documents and takes quadratic time on others, so this belongs into a process that can be killed.

It also keeps one entry's state for the next. Here an entry means the same whatever stands before it, or nothing may
ever be cut out of a document.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import feedparser
from feedparser import api, mixin, util
from feedparser.parsers import strict

from aggregator.core import text, urls
from aggregator.core.errors import ParseError
from aggregator.edges.sources import authors, dates, driver

#: A FeedParserDict, read only by ``dict.get``: its own ``get`` answers "updated" with "published", and warns.
Values = dict[str, Any]
#: The key of an entry under which its own base stands (xml:base, RFC 4287 §2), as no element can be named.
BASE = "base of this entry"

_Mixin = mixin._FeedParserMixin
_Strict = strict._StrictFeedParser


def parsed(document: bytes, *, url: str) -> Values:
    """Give what feedparser makes of a UTF-8 document from ``url``; raises ParseError when it fails."""
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": urls.clean(url) or ""}
    try:
        result: Values = feedparser.parse(
            io.BytesIO(document),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # UnicodeError, ValueError, re.error and more: see upstream issue 599
        what = text.shortened(text.line(str(error)), 200)
        raise ParseError(url, f"the parser failed: {type(error).__name__}: {what}") from error
    return result


# --- its values ------------------------------------------------------------------------------------------------------


def value_at(values: Values, name: str) -> object:
    """Give what stands under a name, None where nothing does."""
    return dict.get(values, name)


def text_at(values: Values, name: str) -> str:
    """Give the text under a name, "" where none is."""
    value = dict.get(values, name)
    return value.strip() if isinstance(value, str) else ""


def values_at(values: Values, name: str) -> Values:
    """Give the values under a name, none where none are."""
    value = value_at(values, name)
    return value if isinstance(value, dict) else {}


def all_at(values: Values, name: str) -> list[Values]:
    """Give the list of values under a name, an empty one where none is."""
    value = value_at(values, name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


# --- mistakes in one entry -------------------------------------------------------------------------------------------


def _leave_ids_alone() -> None:
    """Keep guids as published, and out of the link: feedparser resolves them and forgets whether they are permalinks.

    RFC 4287 §4.2.6 and RSS 2.0 compare ids character by character. May go when feedparser does so too.
    """

    def end(parser: Any) -> None:
        parser.pop("id")
        parser._save("guidislink", bool(parser.guidislink))

    _Mixin.can_be_relative_uri = _Mixin.can_be_relative_uri - {"id"}
    _Mixin._end_guid = _Mixin._end_id = end


def _bound_author_search() -> None:
    """Skip the search for an e-mail address in what is no name: it takes 8 s for 31 KB of "a.a.a.".

    May go with feedparser's issue 562 (pull 580).
    """
    search = _Mixin._sync_author_detail

    def bounded(parser: Any, key: str = "author") -> None:
        if len(dict.get(parser._get_context(), key) or "") <= authors.LIMIT:
            search(parser, key)

    _Mixin._sync_author_detail = bounded


def _keep_descriptions_apart() -> None:
    """Store what players show, media:description and itunes:summary, beside the description instead of in its place.

    feedparser takes the first of the three for the summary and the next for the content. May go when it does not.
    """
    for name in ("media_description", "itunes_summary"):
        setattr(_Mixin, f"_start_{name}", lambda parser, _, name=name: parser.push(name, 1))
        setattr(_Mixin, f"_end_{name}", lambda parser, name=name: parser.pop(name))


# --- mistakes that one entry makes in the next -----------------------------------------------------------------------


def _close_every_tag() -> None:
    """End the reach of xml:base and xml:lang with their element, always.

    feedparser forgets to for a div in a text that is said to be no markup, and for a base where it knows none around
    it: what follows, the next entry included, then resolves its links against a base that is over.
    """
    close = _Mixin.unknown_endtag

    def closed(parser: Any, tag: str) -> None:
        depth = parser.depth
        close(parser, tag)
        if parser.depth == depth and parser.basestack:
            parser.depth -= 1
            parser.basestack.pop()
            parser.langstack.pop()
        if parser.basestack:
            parser.baseuri, parser.lang = parser.basestack[-1], parser.langstack[-1]

    _Mixin.unknown_endtag = closed


def _begin_every_entry_afresh() -> None:
    """Read every entry as if it were the first: feedparser takes over what it thinks is open.

    A title in a title leaves "we are in a text: -1", for instance, and the texts of all later entries have no type.
    """
    start, end = _Mixin._start_item, _Mixin._end_item

    def started(parser: Any, attributes: Any) -> None:
        _forget(parser)
        start(parser, attributes)
        parser.entries[-1][BASE] = parser.baseuri

    def ended(parser: Any) -> None:
        end(parser)
        _forget(parser)

    _Mixin._start_item = _Mixin._start_entry = started
    _Mixin._end_item = _Mixin._end_entry = ended


#: What feedparser takes to be open, beside its stacks.
_OPEN = "inauthor incontent incontributor ingeometry inimage inpublisher insource intextinput hasContent svgOK".split()


def _forget(parser: Any) -> None:
    vars(parser).update(dict.fromkeys(_OPEN, 0), psc_chapters_flag=False, _summaryKey=None)
    parser.contentparams.clear()
    parser.sourcedata.clear()


def _leave_the_feed_alone() -> None:
    """Keep what stands in an entry in that entry.

    feedparser gives what stands in an entry's image or text input to those of the feed, and fails where it has none.
    """
    context = _Mixin._get_context

    def own(parser: Any) -> Any:
        return parser.entries[-1] if parser.inentry and not parser.insource else context(parser)

    _Mixin._get_context = own


def _close_every_namespace() -> None:
    """Give a prefix the meaning that the nearest element around declares, and no other (Namespaces in XML §6.1).

    feedparser keeps a meaning for the rest of the document, and takes the next entry's use of the prefix for it.
    """
    declare = _Strict.startPrefixMapping

    def begun(parser: Any, prefix: str | None, uri: str | None) -> None:
        names = {prefix or "", "", parser._matchnamespaces.get((uri or "").lower(), "")}
        hidden = [(parser.namespacemap, prefix), *((parser.namespaces_in_use, name) for name in names)]
        before = [(known, name, known.get(name)) for known, name in hidden]
        vars(parser).setdefault("hidden_namespaces", []).append(before)
        parser.namespacemap.pop(prefix, None)
        declare(parser, prefix, uri)

    def ended(parser: Any, _: str | None) -> None:
        for known, name, value in parser.hidden_namespaces.pop():
            known.pop(name, None) if value is None else known.update({name: value})

    _Strict.startPrefixMapping, _Strict.endPrefixMapping = begun, ended


def _waste_no_time() -> None:
    """Give feedparser our reader, where it looks for libxml2's every time, and join nothing to a base in vain.

    A first reading takes four tenths less time, and what other readers are installed makes no difference.
    """
    join = mixin.make_safe_absolute_uri

    def joined(base: str, address: str | None = None) -> Any:
        return base if address == base else join(base, address)

    mixin.make_safe_absolute_uri = joined
    resolve = mixin._urljoin
    mixin._urljoin = lambda base, address: address if urls.is_plain(address) else resolve(base, address)
    api.PREFERRED_XML_PARSERS = [driver.__name__]


def _read_usual_dates_first() -> None:
    """Read the two usual forms of dates before feedparser tries one of its dozen readers after the other."""

    def read(written: str) -> Any:
        usual = dates.usual(written)
        return usual and usual.utctimetuple()

    feedparser.registerDateHandler(read)


def _look_up_quickly() -> None:
    """Spare feedparser what it looks up in vain: a fifth of a first reading.

    Every value is asked for by names that mean others, most of which mean none; three texts are copied to any depth,
    for each entry, that have none; and each text goes letter by letter through a table of a few controls that
    windows-1252 has other letters for.
    """
    for name in ("get", "setdefault", "__getitem__", "__setitem__", "__contains__"):
        setattr(util.FeedParserDict, name, _quick(name))
    util.FeedParserDict.__deepcopy__ = lambda values, _: util.FeedParserDict(values)
    _Strict.decode_entities = staticmethod(lambda _, text: _Text(text))


def _quick(name: str) -> Callable[..., Any]:
    """Make a method of FeedParserDict look for other names only for names that mean others."""
    thorough, plain = getattr(util.FeedParserDict, name), getattr(dict, name)

    def look_up(values: Any, key: str, *default: Any) -> Any:
        return (thorough if key in _ALIASED else plain)(values, key, *default)

    return look_up


#: Names that FeedParserDict answers from other places.
_ALIASED = frozenset(util.FeedParserDict.keymap) | frozenset(
    {"category", "enclosures", "license", "updated", "updated_parsed"}
)
#: U+0080 to U+009F in UTF-8: looked for by their first byte, which costs half as much as by a class of letters.
_CONTROLS = re.compile(rb"\xc2[\x80-\x9f]")


class _Text(str):
    """A text on its way through feedparser: translated only where it holds what the table is for."""

    __slots__ = ()

    def translate(self, table: Any, /) -> str:
        holds_some = not self.isascii() and _CONTROLS.search(self.encode("utf-8", "replace"))
        return super().translate(table) if holds_some else str(self)


_leave_ids_alone()
_bound_author_search()
_keep_descriptions_apart()
_close_every_tag()
_begin_every_entry_afresh()
_leave_the_feed_alone()
_close_every_namespace()
_waste_no_time()
_read_usual_dates_first()
_look_up_quickly()
