"""How broken markup is put right before a parser sees it."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.edges.sources.mending import mended


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("R&D", "R&amp;D"),
        ("a & b && c", "a &amp; b &amp;&amp; c"),
        ('<a href="?a=1&copy=2"/>', '<a href="?a=1&amp;copy=2"/>'),
        ("&nbsp;&hellip;&NotEqualTilde;", "&#160;&#8230;&#8770;&#824;"),
        ("&nosuch; &;", "&amp;nosuch; &amp;;"),
        ("&#x110000;&#xD83D;&#0;&#65534;|&#8212;&#x9;", "|&#8212;&#x9;"),
        ("&#1234567890;", "&amp;#1234567890;"),
        ("&lt;&gt;&amp;&quot;&apos;", "&lt;&gt;&amp;&quot;&apos;"),
    ],
)
def test_references_are_put_right(written: str, expected: str) -> None:
    """Bare ampersands are escaped, HTML's entities spelt out, impossible characters dropped, the rest kept."""
    assert mended(written) == expected


@pytest.mark.parametrize(
    "kept",
    [
        *("<![CDATA[R&D &nbsp; &#0;]]>", "<!-- R&D -->", "<?php a && b ?>", "<![CDATA[ never & closed", "<!-- nor &"),
        *('<!DOCTYPE x [<!ENTITY a "b & c">]><x>&a;&nbsp;</x>', "<!DOCTYPE html SYSTEM 'a&b'>"),
    ],
)
def test_where_references_mean_nothing_nothing_is_touched(kept: str) -> None:
    """CDATA, comments, instructions and declarations are kept, and so are names in a document that declares some."""
    assert mended(kept) == kept


@pytest.mark.parametrize("unit", ["<!DOCTYPE ", "<!DOCTYPE [", "<![CDATA[", "<!--", "<?", "]", "&", "&a"])
def test_hostile_documents_are_mended_in_linear_time(unit: str) -> None:
    """Endless openings are passed over; a quadratic reader would take minutes for them."""
    document = unit * (400_000 // len(unit))
    assert mended(document).count("&amp;") == document.count("&")


@given(st.text(alphabet="&#x01dD8;ampltnbs <![CDATA[]]>-?", max_size=60))
def test_mending_twice_is_mending_once(written: str) -> None:
    """What has been mended needs no more mending."""
    once = mended(written)
    assert mended(once) == once


@given(st.text(alphabet="&#x0D8;ampltnbs ", max_size=60))
def test_mended_text_is_well_formed(written: str) -> None:
    """Text of references and ampersands alone is well-formed once mended."""
    assert ElementTree.fromstring(f"<t>{mended(written)}</t>").tag == "t"
