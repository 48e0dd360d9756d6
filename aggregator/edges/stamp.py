"""Whether the site that lies there is what would be written now: a stamp over all it is made from, and over itself.

Opens no page and loads no template, so that a run which found nothing new costs nothing more.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from aggregator import __version__


def templates() -> Path:
    """Find the templates: inside the package when it was built into a wheel, else beside it in the checkout."""
    package = Path(__file__).parents[1]
    return package / "templates" if (package / "templates").is_dir() else package.parent / "templates"


def stamp(site: Path, *made_from: object) -> str:
    """Name the state of the site's files, of the theme's, and of what else the site is made from."""
    state = (__version__, made_from, tuple(_files(templates())), tuple(_files(site)))
    return blake2b(repr(state).encode(), digest_size=16).hexdigest()


def _files(folder: Path) -> Iterator[tuple[str, int, int]]:
    try:
        with os.scandir(folder) as entries:
            found = [(entry.name, entry.stat()) for entry in entries if entry.is_file()]
    except OSError:
        return
    yield from sorted((name, status.st_size, status.st_mtime_ns) for name, status in found)
