"""UTF-8 that somebody read as Windows-1252 or Latin-1, read back. For comparing only: shown is what was written."""

from __future__ import annotations

import re

#: What is left of the byte 0x80-0xBF of UTF-8 when it is read as Latin-1 or, where that has letters, as Windows-1252.
_BYTES = {bytes([code]).decode("cp1252", "ignore") or chr(code): code for code in range(0x80, 0xC0)}
_CODES = _BYTES | {chr(code): code for code in range(0x80, 0x100)}
_MORE = "[" + re.escape("".join(dict.fromkeys([*_BYTES, *map(chr, range(0x80, 0xC0))]))) + "]"
#: First bytes of what is common in headlines: Latin letters and signs, Greek, Cyrillic, typography, pictograms. Capital
#: letters before a closing quotation mark are no such thing.
_GARBLED = re.compile(
    rf"[ÂÃ]{_MORE}|[ÄÅ](?![“”‘’«»…–—]){_MORE}|(?:[ÎÏÐÑ](?![“”‘’«»]){_MORE}){{2,}}|â[€\x80‚\x82„\x84]{_MORE}|ðŸ{_MORE}{{2}}"
)
_SUSPECT = re.compile("[ÂÃÄÅÎÏÐÑâð]")

# Where the invisible bytes were dropped on the way, "â" alone stands for a quotation mark or a dash, "Ã" for í or à.
_LOST_APOSTROPHE = re.compile(r"(?<=[A-Za-z]{2})â(?=(?:s|re|ve|ll|d|m)\b)|(?<=n)â(?=t\b)")
_LOST_CLOSING = re.compile(r"(?<=[\w,.!?])â(?!\w)")
_LOST_OPENING = re.compile(r"(?<!\w)â(?=[A-Z0-9$])")
_LOST_DASH = re.compile(r"(?<=[a-z])â(?=[A-Z])|(?<=\s)â(?=\s)")
_LOST_BEFORE_WORD = re.compile(r"(?<!\w)â(?=\w)")
_LOST_ACUTE_I = re.compile("(?<=[a-z])Ã(?=[a-z])")


def repaired(title: str) -> str:
    """Read garbled UTF-8 back, twice where it was garbled twice; what cannot be garbled stays as it is."""
    if not _SUSPECT.search(title):
        return title
    return _without_remains(_GARBLED.sub(_read_back, _GARBLED.sub(_read_back, title)))


def _read_back(match: re.Match[str]) -> str:
    try:
        return bytes(_CODES[letter] for letter in match.group()).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return match.group()


def _without_remains(title: str) -> str:
    """Drop what stands for a mark of punctuation whose other bytes are lost; before a word only beside surer ones."""
    if "â" in title:
        marked = _LOST_OPENING.sub("", _LOST_CLOSING.sub("", _LOST_APOSTROPHE.sub("", _LOST_DASH.sub(" ", title))))
        title = _LOST_BEFORE_WORD.sub("", marked) if marked != title else title
    return _LOST_ACUTE_I.sub("í", title)
