"""What the tests of the store share: a store in a folder of its own, and the clock by which it goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.edges.store import Writer
from tests.edges.stores import HERE, THERE, Clock


@pytest.fixture
def clock() -> Clock:
    """Give a clock that stands at noon."""
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Writer]:
    """Open a new store that has two feeds."""
    with Writer(tmp_path, who="a test", clock=clock) as opened:
        opened.configure([HERE, THERE])
        yield opened
