"""How bytes become text, whatever is declared."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.edges.sources import charset

RUSSIAN = "Хлеб вернулся"


def declared(encoding: str, text: str) -> str:
    """Write a small document that declares an encoding."""
    return f'<?xml version="1.0" encoding="{encoding}"?><t>{text}</t>'


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("content_type", ["", "text/xml; charset=windows-1251"])
def test_a_byte_order_mark_outranks_every_claim(encoding: str, content_type: str) -> None:
    """A byte order mark decides, whatever header and declaration say."""
    body = declared("koi8-r", RUSSIAN).encode(encoding)
    assert charset.decode(body, content_type=content_type) == declared("koi8-r", RUSSIAN)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", [declared("utf-8", RUSSIAN), '{"title": "Хлеб"}'])
def test_wide_encodings_without_a_mark_are_known_by_their_beginning(encoding: str, text: str) -> None:
    """UTF-16 and UTF-32 without a mark are recognised, for XML and for JSON."""
    assert charset.decode(text.encode(encoding)) == text


@pytest.mark.parametrize("content_type", ["", "text/xml", "text/xml; charset=ISO-8859-1", "text/xml; charset=us-ascii"])
@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "utf-16"])
def test_valid_utf_8_is_utf_8(content_type: str, encoding: str) -> None:
    """Bytes that are valid UTF-8 and not ASCII are UTF-8, against header and declaration."""
    document = declared(encoding, RUSSIAN)
    assert charset.decode(document.encode(), content_type=content_type) == document


def test_the_header_outranks_the_declaration() -> None:
    """Where both could be true, the header's charset counts (RFC 7303)."""
    body = declared("iso-8859-2", RUSSIAN).encode("windows-1251")
    assert RUSSIAN in charset.decode(body, content_type='application/rss+xml; Charset="Windows-1251"')


@pytest.mark.parametrize(
    ("encoding", "codec", "text"),
    [
        ("windows-1251", "cp1251", RUSSIAN),
        ("iso-8859-1", "cp1252", "“Crème” – 5 €"),
        ("Shift_JIS", "cp932", "パンが①戻った"),
        ("gb2312", "gb18030", "面包回来了 €"),
        ("iso-2022-jp", "iso-2022-jp", "パン"),
    ],
)
def test_declared_encodings_mean_what_browsers_take_them_for(encoding: str, codec: str, text: str) -> None:
    """A declared encoding is read as the larger one that publishers really write."""
    assert text in charset.decode(declared(encoding, text).encode(codec))


def test_undeclared_western_text_is_read() -> None:
    """Bytes that are no UTF-8 and of which nothing is said are windows-1252."""
    assert charset.decode("<t>Crème “brûlée”</t>".encode("cp1252")) == "<t>Crème “brûlée”</t>"


def test_a_stray_byte_costs_one_letter() -> None:
    """A letter cut in half leaves the rest of a UTF-8 document readable."""
    body = declared("utf-8", "Brötchen für Müller, gekürz").encode() + b"\xc3"
    assert charset.decode(body) == declared("utf-8", "Brötchen für Müller, gekürz") + "\ufffd"


def test_controls_and_leading_space_are_dropped() -> None:
    """Characters that XML forbids, and what stands before the document, never reach a parser."""
    assert charset.decode(b"\xef\xbb\xbf\xef\xbb\xbf\r\n <t>a\x0b\x00\x1fb\tc</t>") == "<t>ab\tc</t>"


@given(st.binary(max_size=300), st.text(max_size=40))
def test_decoding_never_fails(body: bytes, claim: str) -> None:
    """Any bytes under any claim become text that UTF-8 can hold."""
    charset.decode(body, content_type=f"text/xml; charset={claim}").encode("utf-8")


@given(
    body=st.one_of(st.binary(max_size=20), st.text(max_size=20).map(str.encode)),
    begins=st.sampled_from([b"", b"\xef\xbb\xbf", b"\n ", b"\xef\xbb\xbf\n"]),
    declares=st.sampled_from(["", "utf-8", "UTF-8", "iso-2022-jp", "koi8-r", "us-ascii", "utf-16"]),
    header=st.sampled_from(["", "text/xml", "text/xml; charset=utf-8", "text/xml; charset=iso-2022-jp"]),
)
def test_what_is_not_decoded_is_what_it_would_be(body: bytes, begins: bytes, declares: str, header: str) -> None:
    """A document that is given undecoded is the text that decoding it gives, if it is UTF-8 without controls."""
    declaration = f"<?xml version='1.0' encoding='{declares}'?>".encode() if declares else b""
    whole = begins + declaration + b"<t>" + body + b"</t>"
    given_back = charset.undecoded(whole, content_type=header)
    assert bool(given_back) == (declares in ("", "utf-8", "UTF-8") and "2022" not in header)
    if given_back and not any(byte < 0x20 for byte in body):
        with suppress(UnicodeDecodeError):
            assert charset.decode(whole, content_type=header) == given_back.decode()
