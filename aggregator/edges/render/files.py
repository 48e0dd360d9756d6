"""How the site's files are replaced: whole, only where their bytes differ, one build at a time. Knows no content."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Make the folder if need be, and wait until no other build writes to it: builds share a temporary file."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def replace(path: Path, content: bytes) -> bool:
    """Write a file if its bytes differ, and say whether; a reader sees the old or the new, also after a power cut.

    The temporary file lies beside the folder, where no web server serves it, and always has the same name: what a
    killed build left behind is overwritten by the next one.
    """
    if path.is_file() and path.read_bytes() == content:
        return False
    temporary = path.parent.with_name(f"tmp-{path.parent.name}")
    with open(temporary, "wb", opener=_opened) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return True


def _opened(path: str, flags: int) -> int:
    return os.open(path, flags, 0o644)


def beginning(path: Path, size: int) -> bytes:
    """Read the first ``size`` bytes of a file; nothing where there is none."""
    try:
        with path.open("rb") as file:
            return file.read(size)
    except FileNotFoundError:
        return b""
