"""The XML reader that feedparser is given: expat, spared what makes it slow. Knows nothing of feeds.

``xml.sax`` makes a reader of this module by its name, through ``create_parser``.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any
from xml.sax import expatreader

#: Bytes that expat is fed at once: the whole document. Fed in parts of 64 KB, it reads a long token again with every
#: part: an attribute of 8 MB took it 1.4 s, and takes 0.4.
_AT_ONCE = 1 << 30
#: Attributes of one element that are read; no format has as many. Python looks for each among all: 43,000 took 41 s.
_MOST_ATTRIBUTES = 500


class _Reader(expatreader.ExpatParser):
    """Gives a text as one piece, where the standard library's reader breaks it at every line and reference.

    A third of the time that a feed takes went into putting the pieces (50 KB: 3,400) together again.
    """

    _parser: Any

    def reset(self) -> None:
        """Begin a document."""
        super().reset()
        self._parser.buffer_size = 1 << 16
        self._parser.buffer_text = True

    def start_element_ns(self, name: str, attrs: Mapping[str, str]) -> None:
        """Hand an element on, with no more attributes than it may have."""
        few = attrs if len(attrs) <= _MOST_ATTRIBUTES else dict(islice(attrs.items(), _MOST_ATTRIBUTES))
        super().start_element_ns(name, few)


def create_parser() -> expatreader.ExpatParser:
    """Make a reader, as ``xml.sax.make_parser`` asks for it."""
    return _Reader(bufsize=_AT_ONCE)
