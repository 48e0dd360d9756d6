"""The store: one SQLite file in which polling and publishing meet.

``Writer`` is the one process that may change it; ``Archive`` reads it, and needs no permission.
"""

from .archive import Archive
from .database import FILE_NAME
from .writer import Writer

__all__ = ["FILE_NAME", "Archive", "Writer"]
