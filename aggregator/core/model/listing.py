"""A headline list, read: its lines as they were written, and those that could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a headline list, its texts as they were written."""

    number: int  #: in its document, from 1
    title: str
    source: str  #: "" where the line names none
    published: date | None  #: None: the line has a date seen only
    seen: date  #: the date published, where the line has no other
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A line that looks like one of a headline list, and why it cannot be read."""

    number: int  #: in its document, from 1
    reason: str
    text: str  #: its beginning

    def __str__(self) -> str:
        """Say it in one line."""
        return f"line {self.number}: {self.reason}: “{self.text}”"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a document holds of a headline list, in its order."""

    lines: tuple[Line, ...] = ()
    unread: tuple[Unread, ...] = ()
