"""Which entries of a document are read: those whose marks are not known, up to a number. Does not read them."""

from __future__ import annotations

from collections.abc import Sequence, Set

from msgspec import Struct

#: Entries of one document that are read, so that a hundred thousand of them cost seconds; the next poll reads as many
#: more. Feeds that carry their whole archive have some hundreds.
MOST_ENTRIES = 2000


class Choice(Struct, frozen=True, kw_only=True):
    """What becomes of the entries of a document, each named by its mark, in the document's order."""

    places: tuple[int, ...]  #: of those that are read
    pieces: tuple[bytes, ...]  #: their marks
    repeated: tuple[bytes, ...]  #: marks of those that were known
    left_out: int  #: how many are beyond the most


def choose(marks: Sequence[bytes], known: Set[bytes]) -> Choice:
    """Choose the entries to read, by their marks. Copies of one entry have one mark, and the same fate."""
    unknown = [place for place, mark in enumerate(marks) if mark not in known]
    places = tuple(unknown[:MOST_ENTRIES])
    return Choice(
        places=places,
        pieces=tuple(marks[place] for place in places),
        repeated=tuple(mark for mark in marks if mark in known),
        left_out=len(unknown) - len(places),
    )
