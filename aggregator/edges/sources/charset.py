"""Bytes to text, by what the bytes are rather than by what is said of them. Knows nothing of feeds.

RFC 7303 §3 orders the claims: byte order mark, the header's charset, the XML declaration, UTF-8. Publishers get the
last three wrong so often that the bytes are asked first: text that happens to be valid UTF-8 and is not ASCII is UTF-8.
"""

from __future__ import annotations

import codecs
import re

#: Longest first: the mark of UTF-16-LE begins that of UTF-32-LE.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: How "<" or "{" begins a document of a wide encoding that has no mark (XML 1.0 appendix F; RFC 4627 §3 for JSON).
_BEGINNINGS = re.compile(
    rb"(?P<utf_32_le>[<{]\x00\x00\x00)|(?P<utf_32_be>\x00\x00\x00[<{])|(?P<utf_16_le>[<{]\x00)|(?P<utf_16_be>\x00[<{])"
)
_HEADER_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([^\s;\"']+)", re.IGNORECASE)
_DECLARATION = re.compile(rb"""\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
#: Labels mean what they mean to a browser (WHATWG Encoding §4.2), which is what publishers test with.
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
#: Codecs of Python that are no encodings of documents; some of them raise or warn on their own terms.
_NO_CHARSETS = frozenset(
    {"punycode", "idna", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7", "mbcs", "oem"}
)
#: What XML 1.0 §2.2 forbids among the controls: one of them would make the strict parser give the document up.
_CONTROL_BYTES = bytes((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)))
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def decode(body: bytes, *, content_type: str = "") -> str:
    """Turn a document into text without its byte order mark, leading white space and control characters.

    Never fails: what fits no claim is read as UTF-8 if most of it is, else as windows-1252.
    """
    return as_sent(body, content_type=content_type).lstrip("\ufeff \t\r\n")


def undecoded(body: bytes, *, content_type: str = "") -> bytes:
    """Give a document of markup as ``decode`` would in UTF-8, if all of it is that and has no control characters.

    b"" where it claims another encoding: what is in ASCII may be meant as one.
    """
    document = body.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n")
    claims = (_of_header(content_type), _of_declaration(document))
    return document if document.startswith(b"<") and {claim.lower() for claim in claims} <= {"", "utf-8"} else b""


def as_sent(body: bytes, *, content_type: str = "") -> str:
    """Turn a document into text as ``decode`` does, but keep the white space before it: its lines can be counted."""
    marked = _by_mark(body)
    text = _by_claims(body, content_type) if marked is None else marked
    # To look through the bytes costs a quarter as much. The wide encodings have such bytes in every document; all
    # others have them for these characters only.
    is_clean = len(body.translate(None, _CONTROL_BYTES)) == len(body)
    return (text if is_clean else _CONTROLS.sub("", text)).lstrip("\ufeff")


def _by_mark(body: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    wide = _BEGINNINGS.match(body)
    return body.decode(str(wide.lastgroup), "replace") if wide else None


def _by_claims(body: bytes, content_type: str) -> str:
    claims = [name for name in (_of_header(content_type), _of_declaration(body)) if name]
    if not body.isascii():
        claims.insert(0, "utf-8")
    for claim in claims:
        decoded = _strictly(body, claim)
        if decoded is not None:
            return decoded
    return _mostly(body)


def _of_header(content_type: str) -> str:
    found = _HEADER_CHARSET.search(content_type)
    return found.group(1) if found else ""


def _of_declaration(body: bytes) -> str:
    found = _DECLARATION.match(body[:400])
    return found.group(1).decode("ascii") if found else ""


def _strictly(body: bytes, label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
        return None if _is_impossible(name) else body.decode(_MEANT.get(name, name))
    except (LookupError, ValueError):  # an unknown name or no text encoding; a byte that does not fit
        return None


def _is_impossible(name: str) -> bool:
    """Refuse also the wide encodings: their documents were known by their beginning, yet .NET declares them for all."""
    return name in _NO_CHARSETS or name.startswith(("utf-16", "utf-32"))


def _mostly(body: bytes) -> str:
    """Forgive a cut or stray byte: a title cut in mid-letter must not turn every letter of a feed into two."""
    decoded = body.decode("utf-8", "replace")
    wrong = decoded.count("\ufffd")
    letters = len(decoded) - len(decoded.encode("ascii", "ignore")) - wrong
    return decoded if letters >= wrong else body.decode("cp1252", "replace")
