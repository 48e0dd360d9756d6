"""Markup that XML parsers stumble over, put right where only one reading is sensible. Knows XML, but no feed formats.

A bare "&" makes feedparser fall back to its loose parser, which invents semicolons ("R&D;"); a number that names no
character makes that one raise. Both are mended in the text, so that the strict parser reads most broken feeds.
"""

from __future__ import annotations

import re
from html.entities import html5

#: What references have no meaning in, or what is to be passed over whole; then any reference, then a bare ampersand.
_PIECE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!DOCTYPE[^\[>]*+(?:\[.*?(?:\]\s*+>|\Z)|>|\Z)"
    r"|&(?:#(?P<decimal>[0-9]{1,8})|#[xX](?P<hexadecimal>[0-9a-fA-F]{1,8})|(?P<name>[A-Za-z][A-Za-z0-9]{0,31}));|&",
    re.DOTALL,
)
_XML_NAMES = frozenset({"amp", "apos", "gt", "lt", "quot"})


def mended(document: str) -> str:
    """Replace bare ampersands, HTML's entities and references to characters that XML does not have.

    Names are left alone in a document that declares entities of its own.
    """
    declares = "<!ENTITY" in document
    return _PIECE.sub(lambda piece: _mended(piece, declares=declares), document)


def _mended(piece: re.Match[str], *, declares: bool) -> str:
    if piece["decimal"] or piece["hexadecimal"]:
        number = int(piece["decimal"]) if piece["decimal"] else int(piece["hexadecimal"], 16)
        return piece.group() if _is_character(number) else ""
    if piece["name"]:
        return piece.group() if declares or piece["name"] in _XML_NAMES else _spelt_out(piece["name"])
    return "&amp;" if piece.group() == "&" else piece.group()


def _is_character(number: int) -> bool:
    """Ask XML 1.0 §2.2."""
    return number in (9, 10, 13) or 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0x10000 <= number < 0x110000


def _spelt_out(name: str) -> str:
    """Write an HTML entity as the numbers of its characters; an unknown one was meant as text."""
    characters = html5.get(f"{name};")
    return "".join(f"&#{ord(character)};" for character in characters) if characters else f"&amp;{name};"
