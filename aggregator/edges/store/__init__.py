"""The store: one SQLite file in which polling and publishing meet.

``Writer`` is the one process that may change it; ``Archive`` reads it, and needs no permission.
"""

from aggregator.edges.store.archive import Archive
from aggregator.edges.store.database import FILE_NAME
from aggregator.edges.store.writer import Writer

__all__ = ["FILE_NAME", "Archive", "Writer"]
