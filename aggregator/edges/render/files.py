"""How the site's files are replaced: whole, only where their bytes differ, one build at a time. Knows no content."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterable, Iterator
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

    The temporary file lies beside the folder, where no web server serves it, or hidden in it where the folder is a file
    system of its own. It always has the same name: what a killed build left behind is overwritten by the next one.
    """
    if path.is_file() and path.read_bytes() == content:
        return False
    folder = path.parent
    try:
        _write(content, folder.with_name(f"tmp-{folder.name}")).replace(path)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _write(content, folder / ".tmp").replace(path)
    return True


def _write(content: bytes, path: Path) -> Path:
    with open(path, "wb", opener=_opened) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return path


def _opened(path: str, flags: int) -> int:
    """Open a file that all may read; never the one that a link planted in its place leads to."""
    return os.open(path, flags | os.O_NOFOLLOW, 0o644)


def remove(folder: Path, names: Iterable[str]) -> None:
    """Remove files that are no longer part of the site."""
    for name in names:
        (folder / name).unlink(missing_ok=True)


def beginning(path: Path, size: int) -> bytes:
    """Read the first ``size`` bytes of a file; nothing where there is none."""
    try:
        with path.open("rb") as file:
            return file.read(size)
    except FileNotFoundError:
        return b""
