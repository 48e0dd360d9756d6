"""Plain texts of the settings: titles, names, categories, folders; and how messages quote what was written.

Validators take whatever YAML holds and raise ``ValueError`` with what is wrong and what to write; the setting's name is
put before it elsewhere.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

LONGEST: Final = 200  #: characters of a title, a name or a category

# Control characters, line separators and what XML 1.0 §2.2 forbids.
_UNFIT: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def quoted(text: str) -> str:
    """Quote a text for a message: at most 80 characters of it, control characters spelt out."""
    shown = text if len(text) <= 80 else text[:79] + "…"
    return '"' + _UNFIT.sub(lambda found: json.dumps(found[0])[1:-1], shown) + '"'


def kind(value: object) -> str:
    """Name what YAML made of a value, as a person would."""
    if isinstance(value, bool):
        return f'the truth value "{str(value).lower()}"'
    if isinstance(value, int | float):
        return f"the number {value}" if len(str(value)) < 30 else "a long number"
    if isinstance(value, str):
        return f"the text {quoted(value)}"
    if value is None:
        return "nothing"
    return "a list" if isinstance(value, list) else "a group of settings"


def text(value: object, *, example: str) -> str:
    """Insist on text; numbers and truth values are told to take quotes."""
    if isinstance(value, bool | int | float):
        raise ValueError(f"this is {kind(value)}, not text; put it in quotes")
    if not isinstance(value, str):
        raise ValueError(f"this is {kind(value)}, not text; write for example {example}")
    return value


def line(value: object) -> str:
    """Check a title, name or category: one line of 1 to 200 characters; blanks around it are taken off."""
    stripped = text(value, example="World").strip()
    if not stripped:
        raise ValueError("this is empty; write a text, or leave the setting out")
    if len(stripped) > LONGEST:
        raise ValueError(f"this has {len(stripped)} characters; write at most {LONGEST}")
    if _UNFIT.search(stripped):
        raise ValueError("this holds a line break or control character; write it on one line")
    return stripped


def folder(value: object) -> Path:
    """Check a folder's name and follow ``~``; a relative one stays relative."""
    written = text(value, example="storage")
    if not written.strip() or _UNFIT.search(written):
        raise ValueError(f"{quoted(written)} names no folder; write for example storage")
    try:
        return Path(written).expanduser()
    except RuntimeError as error:  # no such user, or no home
        raise ValueError(f"{quoted(written)}: nobody's home is there; write the folder's full path") from error
