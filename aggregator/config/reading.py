"""feeds.yaml into a ``Config``: all its mistakes at once, or settings that are checked and complete.

Joins the parts of this folder. Does not look whether the file exists beforehand, nor at anything else on the disk.
"""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from aggregator.config import document as documents
from aggregator.config import rulings, wording
from aggregator.config.checking import Fault, Values
from aggregator.config.document import Document
from aggregator.config.shape import SETTINGS
from aggregator.config.syntax import Unreadable
from aggregator.core.errors import ConfigError, Mistake
from aggregator.core.model import Config, Feed, Polling


def load(path: Path) -> Config:
    """Read a settings file (UTF-8) and the rulings beside it.

    Raises ``ConfigError`` with every mistake in one of the two, also where it cannot be read.
    """
    return replace(_load(path), rulings=rulings.load(path.with_name(rulings.FILE_NAME)))


def load_sound(path: Path) -> tuple[Config, ConfigError | None]:
    """Read a settings file and, of the rulings beside it, the sound ones; give also what is wrong with the others.

    For what changes nothing. Raises ``ConfigError`` for mistakes in the settings.
    """
    sound, error = rulings.sound(path.with_name(rulings.FILE_NAME))
    return replace(_load(path), rulings=sound), error


def _load(path: Path) -> Config:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = f"cannot be read ({error.strerror or error}); name a file that you may read"
        raise ConfigError(path, [Mistake(line=0, column=0, message=reason)]) from error
    except UnicodeDecodeError as error:
        raise ConfigError(path, [_not_utf8(error)]) from error
    return parse(text, path)


def parse(text: str, path: Path) -> Config:
    """Read settings from a text; ``path`` is what messages print and what a relative storage folder starts from."""
    try:
        document = documents.read(text)
    except Unreadable as error:
        raise ConfigError(path, [error.mistake]) from error
    settings, mistakes = examine(document)
    if mistakes:
        raise ConfigError(path, mistakes)
    return _config(settings, path)


def examine(document: Document) -> tuple[Values, tuple[Mistake, ...]]:
    """Check a document; give its settings, which are sound where there are no mistakes, and all mistakes by line."""
    value, faults = document.value, list[Fault]()
    settings = SETTINGS.read({} if value is None else value, path=(), faults=faults)
    found = [
        *document.mistakes(),
        *wording.repeated_feeds(value, document),
        *(wording.mistake(fault, document) for fault in faults),
    ]
    return settings, tuple(sorted(found, key=lambda mistake: (mistake.line, mistake.column)))


def _not_utf8(error: UnicodeDecodeError) -> Mistake:
    content: bytes = error.object
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Mistake(line=1, column=1, message="this file is UTF-16; save it as UTF-8")
    before = content[: error.start]
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8-sig", "replace")) + 1
    message = f"byte 0x{content[error.start]:02X} is not UTF-8; save the file as UTF-8"
    return Mistake(line=before.count(b"\n") + 1, column=column, message=message)


def _config(settings: Values, path: Path) -> Config:
    polling = settings["polling"]
    return Config(
        path=path,
        feeds=tuple(_feed(line, settings) for line in settings["feeds"]),
        storage=path.parent / settings["storage"],
        title=settings["title"],
        timezone=settings["timezone"],
        site_url=settings.get("site_url"),
        closes_at=settings["digest"]["closes_at"],
        polling=Polling(
            every=polling["every"],
            shortest=polling["shortest"],
            per_host=polling["per_host"],
            gap=polling["gap"],
            backfill=polling["backfill"],
            unconditional=polling["unconditional"],
            cluster=polling["workers"],
        ),
        strictness=settings["grouping"]["strictness"],
        left_out=tuple(settings["grouping"]["leave_out"]),
        allow=tuple(settings["network"]["allow"]),
        listen=settings["serve"]["listen"] if settings["serve"] else None,
    )


def _feed(line: Values, settings: Values) -> Feed:
    return Feed(
        url=line["url"],
        type=line["type"],
        name=line.get("name"),
        category=line.get("category"),
        every=line.get("every", settings["polling"]["every"]),  # None is auto
        weight=line["weight"],
        paywall=line["paywall"],
        grouped=line["group"] and line.get("category") not in settings["grouping"]["leave_out"],
    )
