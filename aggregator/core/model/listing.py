"""A headline list, read: its lines as they were written, and those that could not be read."""

from __future__ import annotations

from datetime import date

from msgspec import Struct


class Line(Struct, frozen=True, kw_only=True):
    """One line of a headline list, its texts as they were written."""

    number: int  #: in its document, from 1
    title: str
    source: str  #: "" where the line names none
    published: date | None  #: None: the line has a date seen only
    seen: date  #: the date published, where the line has no other
    link: str | None = None


class Unread(Struct, frozen=True, kw_only=True):
    """A line that looks like one of a headline list, and why it cannot be read."""

    number: int  #: in its document, from 1
    reason: str
    text: str  #: its beginning

    def __str__(self) -> str:
        """Say it in one line."""
        return f"line {self.number}: {self.reason}: “{self.text}”"


class Listing(Struct, frozen=True, kw_only=True):
    """What a document holds of a headline list, in its order."""

    lines: tuple[Line, ...] = ()
    unread: tuple[Unread, ...] = ()
