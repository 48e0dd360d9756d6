"""What the tests of hostile servers share: an office, and the processes that read its documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.edges.killable import Killable
from tests.hostile.office import Kept, Office, opened


@pytest.fixture(scope="session")
def processes() -> Iterator[Killable]:
    """Keep the processes from one round of polling to the next: to start them is most of what a round costs."""
    kept = Kept()
    yield kept
    kept.end()


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processes: Killable) -> Iterator[Office]:
    """Open an office that may reach 127.0.0.1 and no other address that is not public."""
    with opened(tmp_path, monkeypatch, processes=processes) as office:
        yield office
