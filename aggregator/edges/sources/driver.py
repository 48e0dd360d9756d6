"""The XML reader that feedparser is given: expat, spared what makes it slow, and without what nobody here asks for.

``xml.sax`` makes a reader of this module by its name, through ``create_parser``.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from itertools import islice
from typing import Any
from xml.sax import expatreader
from xml.sax.xmlreader import AttributesNSImpl

#: Bytes that expat is fed at once: the whole document. Fed in parts of 64 KB, it reads a long token again with every
#: part: an attribute of 8 MB took it 1.4 s, and takes 0.4.
_AT_ONCE = 1 << 30
#: Attributes of one element that are read; no format has as many. Python looks for each among all: 43,000 took 41 s.
_MOST_ATTRIBUTES = 500


_NO_ATTRIBUTES = AttributesNSImpl({}, {})

_MEDIA = frozenset(
    "adult category comments community copyright credit embed hash keywords location player price rating restriction"
    " scenes statistics status tags text thumbnail".split()
)
#: Elements of entries that no reader of ``parsing.parsed`` looks at, by namespace. They are a third of what real feeds
#: consist of, and feedparser takes as long for each as for a title.
_UNREAD = {
    None: frozenset({"category", "comments"}),
    "http://www.w3.org/2005/Atom": frozenset({"category", "contributor"}),
    "http://purl.org/dc/elements/1.1/": frozenset(
        "contributor coverage format identifier publisher relation rights subject type".split()
    ),
    "http://purl.org/rss/1.0/modules/slash/": frozenset("comments department hit_parade section".split()),
    "http://purl.org/syndication/thread/1.0": frozenset({"in-reply-to", "total"}),
    "http://search.yahoo.com/mrss": _MEDIA,
    "http://search.yahoo.com/mrss/": _MEDIA,
    "http://wellformedweb.org/CommentAPI/": frozenset({"comment", "commentRss"}),
    "http://www.georss.org/georss": frozenset("box featurename line point polygon where".split()),
    "http://www.itunes.com/dtds/podcast-1.0.dtd": frozenset(
        "block category duration episode episodeType explicit image keywords order owner season subtitle".split()
    ),
    "com-wordpress:feed-additions:1": frozenset({"post-id", "site"}),
}


@functools.lru_cache(maxsize=1024)
def _pair(name: str) -> tuple[str | None, ...]:
    """Take apart expat's name of an element: namespace and local name, as ``xml.sax`` does."""
    parts = name.split()
    return (None, name) if len(parts) == 1 else tuple(parts[:2] if len(parts) == 3 else parts)


@functools.lru_cache(maxsize=1024)
def _is_unread(name: str) -> bool:
    namespace, local, *_ = _pair(name)
    return local in _UNREAD.get(namespace, ())


class _Reader(expatreader.ExpatParser):
    """Gives a text as one piece, where the standard library's reader breaks it at every line and reference.

    A third of the time that a feed takes went into putting the pieces (50 KB: 3,400) together again.
    """

    _parser: Any
    _cont_handler: Any

    def reset(self) -> None:
        """Begin a document."""
        super().reset()
        self._unread = 0  #: open elements that are not handed on
        self._parser.buffer_size = 1 << 16
        self._parser.buffer_text = True

    def start_element_ns(self, name: str, attrs: Mapping[str, str]) -> None:
        """Hand an element on, with no more attributes than it may have; one that is not read is left out, whole."""
        if self._unread or _is_unread(name):
            self._unread += 1
            self._parser.CharacterDataHandler = None
        elif not attrs:  # as most are
            self._cont_handler.startElementNS(_pair(name), None, _NO_ATTRIBUTES)
        else:
            few = attrs if len(attrs) <= _MOST_ATTRIBUTES else dict(islice(attrs.items(), _MOST_ATTRIBUTES))
            super().start_element_ns(name, few)

    def end_element_ns(self, name: str) -> None:
        """Hand the end of an element on, if its start was."""
        if not self._unread:
            self._cont_handler.endElementNS(_pair(name), None)
            return
        self._unread -= 1
        if not self._unread:
            self._parser.CharacterDataHandler = self._cont_handler.characters


def create_parser() -> expatreader.ExpatParser:
    """Make a reader, as ``xml.sax.make_parser`` asks for it."""
    return _Reader(bufsize=_AT_ONCE)
