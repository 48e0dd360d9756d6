"""The errors we expect, each carrying what it is about.

    AggregatorError
    ├── ConfigError      feeds.yaml cannot be used; carries every mistake with its line
    ├── FeedError        one feed could not be read this time; carries its URL
    │   ├── FetchError   nothing usable arrived: network, redirect, size, deadline, refused address, HTTP status
    │   └── ParseError   something arrived, but no feed
    ├── StoreError       the database cannot be used; carries its path
    │   └── StoreBusy    another process is writing to it
    ├── ClusterError     the Dask cluster cannot be used now; carries its address
    └── ServeError       the address to serve on cannot be had

``str(error)`` is one line that a user can act on. This module does not decide what happens next.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Self


class AggregatorError(Exception):
    """Be the common root, so that the command line can print one line instead of a traceback."""

    exit_code = 1


class Mistake(NamedTuple):
    """One thing wrong in a settings file; ``line`` and ``column`` count from 1, 0 where there is no place.

    A tuple, so that commands which read no settings need not load what other values are made with.
    """

    line: int
    column: int
    message: str


class ConfigError(AggregatorError):
    """Say everything that is wrong in a settings file at once, one line a mistake."""

    exit_code = 78  # EX_CONFIG of sysexits.h

    def __init__(self, path: Path | str, mistakes: Sequence[Mistake]) -> None:
        self.path = path
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self._line(mistake) for mistake in self.mistakes))

    def _line(self, mistake: Mistake) -> str:
        place = f":{mistake.line}:{mistake.column}" if mistake.line else ""
        return f"{self.path}{place}: {mistake.message}"


class FeedError(AggregatorError):
    """Say why one feed could not be read; ``reason`` is plain words without the URL."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        self.reason = reason
        super().__init__(f"{url}: {reason}")

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        """Survive the way from one process to another."""
        return type(self), (self.url, self.reason)


class FetchError(FeedError):
    """Say why nothing usable came over the network."""


class ParseError(FeedError):
    """Say why what came is not a feed."""


class StoreError(AggregatorError):
    """Say why the store cannot be used."""

    def __init__(self, path: Path | str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}")


class StoreBusy(StoreError):
    """Name the process that is already writing to the store."""

    exit_code = 75  # EX_TEMPFAIL of sysexits.h: the same command works later


class ClusterError(AggregatorError):
    """Say why the Dask cluster cannot read feeds now."""

    def __init__(self, address: str, reason: str) -> None:
        self.address = address
        self.reason = reason
        super().__init__(f"{address}: {reason}")

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        """Survive the way from one process to another."""
        return type(self), (self.address, self.reason)


class ServeError(AggregatorError):
    """Say why the site cannot be served at the wanted address."""
