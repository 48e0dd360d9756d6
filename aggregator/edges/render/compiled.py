"""Templates as Python compiled them, kept beside them: to compile the theme anew is a tenth of a second of every build.

They lie where Python keeps its own compiled modules, and only if it keeps those: whoever may write there may change the
program anyway, which is not so of the folder of the site.
"""

from __future__ import annotations

import importlib.util
import sys
from contextlib import suppress
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache


class _Compiled(FileSystemBytecodeCache):
    """Compiled templates in a folder: what cannot be read is compiled anew, what cannot be written is not kept."""

    def __init__(self, folder: Path, *, made_by: str) -> None:
        super().__init__(str(folder), "%s.jinja")
        self._made_by = f"{made_by} {jinja2.__version__}"

    def get_source_checksum(self, source: str) -> str:
        """Name a template together with all else that its compiled form depends on."""
        return super().get_source_checksum(f"{self._made_by} {source}")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load a template if it is there, whole and of the same source."""
        try:
            super().load_bytecode(bucket)
        except Exception:  # noqa: BLE001 - half a file, after a power cut, fails in any of a dozen ways
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template if the disk takes it."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def beside(folder: Path, *, made_by: str) -> FileSystemBytecodeCache | None:
    """Give the place for the compiled templates of a folder; None where Python would keep no compiled modules.

    ``made_by`` names the settings and functions by which they are compiled.
    """
    if sys.dont_write_bytecode:
        return None
    kept = Path(importlib.util.cache_from_source(str(folder / "page.html"))).parent
    with suppress(OSError):
        kept.mkdir(parents=True, exist_ok=True)
    return _Compiled(kept, made_by=made_by)
