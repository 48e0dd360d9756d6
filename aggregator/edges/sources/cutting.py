"""A well-formed feed document, cut into its entries and the rest of it. Knows where entries stand, not what they say.

Cut is only what can be cut with certainty: entries that are children of one element, in a format that the beginning of
the document alone tells. Everything else is to be read whole; a document that declares markup of its own is, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from xml.parsers import expat

from msgspec import Struct
from msgspec.structs import replace

_ATOM = "http://www.w3.org/2005/Atom"
_ATOM_03 = "http://purl.org/atom/ns#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RSS_10 = "http://purl.org/rss/1.0/"
_RSS_090 = "http://my.netscape.com/rdf/simple/0.9/"

#: The elements from the root to an entry, as expat names them, and the namespace that the root's tag must declare: RDF
#: may be anything, and a format that only an entry tells would be another one without that entry.
_FORMATS = (
    (("rss", "channel", "item"), b""),
    ((f"{_ATOM} feed", f"{_ATOM} entry"), _ATOM.encode()),
    ((f"{_RDF} RDF", f"{_RSS_10} item"), _RSS_10.encode()),
    ((f"{_RDF} RDF", f"{_RSS_090} item"), _RSS_090.encode()),
    ((f"{_ATOM_03} feed", f"{_ATOM_03} entry"), _ATOM_03.encode()),
)
#: Elements, in whatever namespace, that feeds are made of: anywhere but in their place they leave no certainty.
_ENTRIES = frozenset({"item", "entry"})
_TELLING = _ENTRIES | {"rss", "channel", "feed"}

_DECLARATION = re.compile(rb"<\?xml\s[^>]*>")
#: Tags of a well-formed document. Linear: nothing is tried twice.
_START_TAG = re.compile(rb"""<([^\s/>]++)(?:[^>"']++|"[^"]*+"|'[^']*+')*+>""")
_NAME = re.compile(rb"<([^\s/>]++)")
_END_TAG = re.compile(rb"</([^\s>]++)\s*+>")

_FIRST = re.compile(rb"<((?:[\w.-]{1,40}:)?(?:item|entry))[\s>]")
#: Stands for an entry while the rest of its document is read: nothing but a reader of XML can tell where it stands.
_PLACE_NAME = "place-of-an-entry"
_PLACE = b"<?%b?>" % _PLACE_NAME.encode()


class Cut(Struct, frozen=True, kw_only=True):
    """A document in pieces, in UTF-8 and without its declaration, else byte for byte as published."""

    head: bytes  #: what is left when the entries are taken out
    opened: bytes  #: the start tags that every entry stands in, the root's first
    closed: bytes  #: the end tags of those
    entries: tuple[bytes, ...]


def cut(document: str) -> Cut | None:
    """Cut a document into its entries and the rest; None where it is not certain what its entries are."""
    return _cut(_undeclared(document.encode("utf-8", "replace")))


def skimmed(document: bytes) -> Cut | None:
    """Cut a document in UTF-8 at what looks like its entries, and read only what stands between them.

    Gives what ``cut`` would, at a quarter of its cost, if each of its entries is one. Two things can tell: that it is
    the same, byte for byte, as one that was cut out of such elements before; or ``are_entries``. None where it is not
    certain that entries stand there.
    """
    whole = _undeclared(document)
    edges = _looks(whole)
    pieces = [whole[begun:ended] for begun, ended in pairwise([0, *edges, len(whole)])]
    if not edges or any(_PLACE in piece for piece in pieces[::2]):
        return None
    around = _cut(_PLACE.join(pieces[::2]), places=len(edges) // 2)
    if not around or around.entries:
        return None
    return replace(around, head=around.head.replace(_PLACE, b""), entries=tuple(pieces[1::2]))


def are_entries(pieces: Sequence[bytes], *, of: Cut) -> bool:
    """Ask whether each of some pieces is one entry of a document, where it stands and whatever stands beside it."""
    found = _cut(b"".join((of.opened, *pieces, of.closed)))
    return found is not None and found.entries == tuple(pieces)


def _undeclared(document: bytes) -> bytes:
    """Leave out the declaration: it is often broken, and never needed."""
    declaration = _DECLARATION.match(document)
    return document[declaration.end() :] if declaration else document


def _looks(document: bytes) -> list[int]:
    """Find where what looks like an entry begins and ends, over and over."""
    edges: list[int] = []
    first = _FIRST.search(document)
    if first:
        start, end = re.compile(rb"<%b[\s>]" % re.escape(first[1])), b"</%b>" % first[1]
        found: re.Match[bytes] | None = first
        while found and (ended := document.find(end, found.start())) >= 0:
            edges += [found.start(), ended + len(end)]
            found = start.search(document, edges[-1])
    return edges


def _cut(document: bytes, *, places: int = 0) -> Cut | None:
    try:
        return _Cutter(document, places=places).cut()
    except (expat.ExpatError, _UncertainError):
        return None


class _UncertainError(Exception):
    """The document is in no known format, has entries where none belong, or declares markup of its own."""


class _Kinds(dict[str, bool]):
    """Answers for every name of an element whether feeds are made of it, and remembers the answer."""

    def __missing__(self, name: str) -> bool:
        self[name] = is_telling = _local(name) in _TELLING
        return is_telling


class _Cutter:
    """Follows a document through expat, and keeps where its entries begin and end."""

    def __init__(self, document: bytes, *, places: int) -> None:
        self._document = document
        self._places = places  # where entries are said to stand, and which were not met yet
        self._path: tuple[str, ...] = ()  # from the root to an entry
        self._frame: list[tuple[bytes, bytes]] = []  # start tag and name of each element around the entries
        self._depth = 0  # so many elements are open,
        self._inside = 0  # of which so many, the outermost, are of the path
        self._begun = 0  # where the entry that is open begins
        self._edges = [0]
        self._is_telling = _Kinds()
        self._parser = expat.ParserCreate("utf-8", " ")
        self._parser.StartDoctypeDeclHandler = self._declared
        self._parser.StartElementHandler = self._started
        self._parser.EndElementHandler = self._ended
        if places:
            self._parser.ProcessingInstructionHandler = self._met

    def cut(self) -> Cut:
        """Read the document, all at once: when fed in parts, expat reads a long token again with every part."""
        try:
            self._parser.Parse(self._document, True)
        finally:
            del self._parser  # a circle: it holds this object, and with it the document
        if self._places:
            raise _UncertainError
        pieces = [self._document[begun:ended] for begun, ended in pairwise([*self._edges, len(self._document)])]
        return Cut(
            head=b"".join(pieces[::2]),
            opened=b"".join(tag for tag, _ in self._frame),
            closed=b"".join(b"</%b>" % name for _, name in reversed(self._frame)),
            entries=tuple(pieces[1::2]),
        )

    def _met(self, target: str, _: object) -> None:
        if target == _PLACE_NAME and self._depth == self._inside == len(self._path) - 1:
            self._places -= 1

    def _declared(self, *_: object) -> None:
        raise _UncertainError

    def _started(self, name: str, _: object) -> None:
        self._depth += 1
        if self._depth == 1:
            self._path = _path(name, self._tag()[0])
        if self._depth == 1 or self._is_telling[name]:
            self._told(name, level=self._depth - 1)

    def _told(self, name: str, *, level: int) -> None:
        """Take an element for what it is in its place, the first of its kind; refuse what may be an entry elsewhere."""
        is_entry = level == len(self._path) - 1
        is_at_home = self._inside == level < len(self._path) and self._path[level] == name
        if is_at_home and is_entry:
            self._begun = self._parser.CurrentByteIndex
            self._inside += 1
        elif is_at_home and len(self._frame) == level:
            self._frame.append(self._tag())
            self._inside += 1
        elif self._inside == len(self._path) or _local(name) in _ENTRIES:
            raise _UncertainError

    def _tag(self) -> tuple[bytes, bytes]:
        found = _START_TAG.match(self._document, self._parser.CurrentByteIndex)
        if not found:
            raise _UncertainError
        return found[0], found[1]

    def _ended(self, _: str) -> None:
        if self._depth == self._inside:
            if self._inside == len(self._path):
                self._edges += [self._begun, self._end()]
            self._inside -= 1
        self._depth -= 1

    def _end(self) -> int:
        """Find where the entry ends: at the end of its end tag, or where expat stands after one that is empty."""
        here = self._parser.CurrentByteIndex
        name, end = _NAME.match(self._document, self._begun), _END_TAG.match(self._document, here)
        return end.end() if name and end and name[1] == end[1] else here


def _path(root: str, tag: bytes) -> tuple[str, ...]:
    """Give the path to the entries of the format that a root tells."""
    for path, space in _FORMATS:
        if path[0] == root and (not space or any(quote + space + quote in tag for quote in (b"'", b'"'))):
            return path
    raise _UncertainError


def _local(name: str) -> str:
    return name.rpartition(" ")[2].lower()
