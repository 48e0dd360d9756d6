"""The settings file that ships with the program, for ``init`` to write. Knows only where it is."""

from __future__ import annotations

from importlib import resources
from pathlib import Path


def starter() -> str:
    """Give the text of the shipped feeds.yaml."""
    packaged = resources.files("aggregator") / "feeds.yaml"
    # An editable install has no copy in the package (hatchling's force-include acts on wheels only).
    shipped = packaged if packaged.is_file() else Path(__file__).parents[2] / "feeds.yaml"
    return shipped.read_text(encoding="utf-8")
