"""Links of one page and of two: hand-made cases of what aggregators, mailings, telephones and trackers do to links."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core import urls

PAGE = "https://courier.example/news/ferry-aground"
QUOTED = quote(PAGE, safe="")


def google_news(page: str, *, twin: str = "", kind: int = 0x13) -> str:
    """Make an id of Google News as those made until 2024: a protocol buffer in base64."""
    told = b"\x08" + bytes([kind]) + b'"' + _field(page) + (b"\xd2\x01" + _field(twin) if twin else b"")
    return urlsafe_b64encode(told).decode().rstrip("=")


def _field(value: str) -> bytes:
    size = len(value)
    return bytes([size] if size < 0x80 else [size & 0x7F | 0x80, size >> 7]) + value.encode()


#: Links of PAGE, as they are met.
SAME = [
    "http://courier.example/news/ferry-aground",
    "https://www.courier.example/news/ferry-aground/",
    "https://COURIER.example:443//news//ferry-aground",
    "https://courier.example/news/ferry%2Daground",
    "https://courier.example/news/ferry-aground#comments",
    "https://courier.example/news/ferry-aground/index.html",
    "https://courier.example/news/ferry-aground/index.php?utm_source=rss",
    "https://courier.example/news/ferry-aground;jsessionid=0A1B2C",
    "https://courier.example/news/ferry-aground;JSESSIONID=0A1B2C?PHPSESSID=1",
    "https://m.courier.example/news/ferry-aground",
    "https://mobile.courier.example/news/ferry-aground",
    "https://amp.courier.example/news/ferry-aground",
    "https://touch.courier.example/news/ferry-aground",
    "https://wap.courier.example/news/ferry-aground",
    "https://www.m.courier.example/news/ferry-aground",
    "https://courier.example/news/ferry-aground/amp",
    "https://courier.example/news/ferry-aground/amp/",
    "https://courier.example/news/ferry-aground.amp",
    "https://courier.example/news/ferry-aground?amp=1",
    "https://courier.example/news/ferry-aground?amp",
    "https://courier.example/news/ferry-aground?outputType=amp",
    "https://courier.example/news/ferry-aground?utm_medium=rss&utm_campaign=x&mtm_kwd=y&hsa_ad=1&wt_zmc=2",
    "https://courier.example/news/ferry-aground?fbclid=a&gclid=b&msclkid=c&twclid=d&srsltid=e&_gl=f",
    "https://courier.example/news/ferry-aground?mc_cid=1&mkt_tok=2&_hsmi=3&vero_id=4&oly_enc_id=5&ml_subscriber=6&emc=rss",
    "https://courier.example/news/ferry-aground?smid=tw&CMP=share_btn&ICID=1&ito=2&xtor=RSS-1&at_medium=RSS&ns_campaign=x",
    "https://courier.example/news/ferry-aground?sc_channel=feed&guccounter=1&guce_referrer=x&soc_src=y&WT.mc_id=z",
    "https://courier.example/news/ferry-aground?source=rss",
    "https://courier.example/news/ferry-aground?src=twitter&from=newsletter&cid=rss_front",
    "https://courier.example/news/ferry-aground?ref=home&share=whatsapp&via=reader&mod=rss_news",
    "https://courier.example/news/ferry-aground?utm_source=rss&amp;utm_medium=feed",
    f"https://www.google.com/url?rct=j&sa=t&url={QUOTED}&ct=ga&cd=CAIy",
    f"https://www.google.co.uk/url?q={QUOTED}",
    f"https://www.google.com/url?q={quote('https://l.facebook.com/l.php?u=' + QUOTED, safe='')}",
    "https://www.google.com/amp/s/amp.courier.example/news/ferry-aground",
    "http://google.de/amp/courier.example/news/ferry-aground",
    "https://courier-example.cdn.ampproject.org/c/s/courier.example/news/ferry-aground/amp",
    "https://courier-example.cdn.ampproject.org/v/s/courier.example/news/ferry-aground?usqp=mq331&amp_js_v=0.1",
    f"https://l.facebook.com/l.php?u={QUOTED}%3Ffbclid%3DIwAR&h=AT0",
    f"https://l.instagram.com/?u={QUOTED}&e=ATM",
    f"http://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&tid=1&url={QUOTED}&c=2&mkt=en-us",
    f"https://www.bing.com/ck/a?!&&p=1&u=a1{urlsafe_b64encode(PAGE.encode()).decode().rstrip('=')}&ntb=1",
    f"https://out.reddit.com/t3_abc?url={QUOTED}&token=AQAA",
    f"https://news.google.com/news/url?sa=t&fd=R&usg=AFQ&url={QUOTED}",
    f"https://news.google.com/rss/articles/{google_news(PAGE)}?oc=5",
    f"https://news.google.com/articles/{google_news(PAGE, twin=PAGE + '/amp')}?hl=en-GB&gl=GB",
    f"https://news.google.com/__i/rss/rd/articles/{google_news(PAGE)}?oc=5",
    f"https://eur01.safelinks.protection.outlook.com/?url={QUOTED}&data=04",
]

#: Links of two pages.
DIFFERENT = [
    ("https://youtube.com/watch?v=a1", "https://youtube.com/watch?v=b2"),
    ("https://courier.example/#!/news/1", "https://courier.example/#!/news/2"),
    ("https://courier.example/app#/news/1", "https://courier.example/app#/news/2"),
    ("https://courier.example/story?id=1", "https://courier.example/story?id=2"),
    ("https://courier.example/?p=1", "https://courier.example/?p=2"),
    ("https://courier.example/news?page=1", "https://courier.example/news?page=2"),
    ("https://courier.example/news?story=1", "https://courier.example/news?article=1"),
    ("https://courier.example/en/news", "https://courier.example/de/news"),
    ("https://courier.example/News", "https://courier.example/news"),
    ("https://courier.example/list?source=1", "https://courier.example/list?source=2"),
    ("https://courier.example/list?source=council", "https://courier.example/list?source=harbour"),
    ("https://courier.example/list?cid=12", "https://courier.example/list?cid=13"),
    ("https://courier.example/list?from=2025", "https://courier.example/list?from=2026"),
    ("https://courier.example/list?ref=1", "https://courier.example/list?ref=2"),
    ("https://courier.example/forum?mod=1", "https://courier.example/forum?mod=2"),
    ("https://courier.example/page?sc_lang=en", "https://courier.example/page?sc_lang=de"),
    ("https://courier.example/list?output=1", "https://courier.example/list?output=2"),
    ("https://m.example/a", "https://amp.example/a"),
    ("https://m.co.uk/a", "https://co.uk/a"),
    ("https://team.courier.example/a", "https://teacourier.example/a"),
    ("https://sport.courier.example/a", "https://courier.example/a"),
    ("https://courier.example/guide/camp", "https://courier.example/guide/c"),
    ("https://courier.example/a%2Fb", "https://courier.example/a/b"),
    ("https://courier.example/a%3Fb", "https://courier.example/a?b"),
    ("https://courier.example/a.html", "https://courier.example/a"),
    (f"https://www.google.com/url?q={QUOTED}", "https://www.google.com/url?q=https%3A%2F%2Fcourier.example%2Fother"),
    ("https://www.google.com/search?q=ferry", "https://www.google.com/search?q=bridge"),
    (f"https://courier.example/url?q={QUOTED}", PAGE),
    (f"https://translate.google.com/translate?u={QUOTED}", PAGE),
    (f"https://web.archive.org/web/2026/{PAGE}", PAGE),
]


@pytest.mark.parametrize("link", SAME)
def test_a_page_has_one_key_however_its_link_is_dressed(link: str) -> None:
    """Wrappers, trackers, telephones, AMP, sessions and spelling leave the key of a page as it is."""
    clean = urls.clean(link)
    assert clean
    assert urls.key(clean) == urls.key(PAGE) == "courier.example/news/ferry-aground"


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_pages_have_two_keys(one: str, other: str) -> None:
    """What chooses a page is kept: numbers, routes, languages, case, and whatever is not known to track."""
    assert urls.key(one) != urls.key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://courier.example/a.amp.html", "https://courier.example/a.html"),
        ("https://en.m.wikipedia.org/wiki/Ferry", "https://en.wikipedia.org/wiki/Ferry"),
        ("https://courier.example/a?b=1&amp;c=2", "https://courier.example/a?c=2&b=1"),
        ("https://courier.example/(a),b", "https://courier.example/%28a%29%2cb"),
        ("https://courier.example/%c3%a4", "https://courier.example/ä"),
    ],
)
def test_other_pages_are_dressed_too(one: str, other: str) -> None:
    """Endings, encyclopedias on telephones, twice escaped ampersands and needless escapes make no other page."""
    assert urls.key(urls.clean(one) or "") == urls.key(urls.clean(other) or "") is not None


@pytest.mark.parametrize(
    "link",
    [
        "https://m.courier.example/",
        "https://amp.courier.example/amp/",
        "https://courier.example/en/",
        "https://courier.example/index.html?source=rss",
        f"https://www.google.com/url?q={quote('https://courier.example/', safe='')}",
    ],
)
def test_a_dressed_home_page_has_no_key(link: str) -> None:
    """The front page names no article, whatever is around its link and whichever language it is in."""
    assert urls.key(link) is None


@pytest.mark.parametrize("link", [one for one in SAME if "courier.example:" not in urls.host(one)])
def test_the_link_shown_is_the_publishers(link: str) -> None:
    """What a wrapper carries is taken out of it, clean and complete."""
    target = urls.unwrapped(link)
    assert (
        target.removeprefix("http://")
        .removeprefix("https://amp.")
        .removeprefix("https://")
        .startswith("courier.example/news/ferry-aground")
    )
    assert urls.clean(target) == target
    assert not urls.is_opaque(target)


@pytest.mark.parametrize(
    "link",
    [
        f"https://news.google.com/rss/articles/{google_news('AU_yqLNx1kDjSAyK0123456789')}?oc=5",
        "https://news.google.com/rss/articles/CBMiVkFVX3lxTE1RZ2hqUg?oc=5",
        "https://news.google.com/articles/!!!!",
        "https://news.google.com/stories/CAAqNggKIjBDQklTSGpvSmMzUnZjbmt0TXpZd1NoRUtEd2ll",
        "https://feeds.feedburner.com/~r/courier/~3/abc/",
        "https://t.co/abc",
    ],
)
def test_a_link_that_carries_no_target_stays_and_is_opaque(link: str) -> None:
    """Newer ids of Google News and short links say nothing of the page behind them."""
    assert urls.unwrapped(link) == link
    assert urls.is_opaque(link)


@pytest.mark.parametrize(
    "link",
    [
        "https://www.google.com/url?q=javascript:alert(1)",
        "https://www.google.com/url?q=/search",
        "https://www.google.com/url?q=http://",
        "https://l.facebook.com/l.php?h=1",
        f"https://l.facebook.com/sharer?u={QUOTED}",
        "https://x.cdn.ampproject.org/c/s/nothing",
        "https://www.bing.com/ck/a?u=a1!!!",
        "https://www.google.com/url?" + "&".join(["q=https://courier.example/a"] * 200),
    ],
)
def test_what_is_no_wrapper_or_carries_no_link_stays(link: str) -> None:
    """Only an http or https address, where the service puts it, is taken for a target."""
    assert urls.unwrapped(link) == link


def test_wrappers_in_wrappers_end() -> None:
    """A link that wraps itself many times over is taken apart only so far."""
    link = PAGE
    for _ in range(6):
        link = f"https://www.google.com/url?q={quote(link, safe='')}"
    assert urls.unwrapped(link).startswith("https://www.google.com/url?q=")


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_id_can_be_looked_into(told: bytes) -> None:
    """Whatever an id of Google News decodes to, looking into it raises nothing and gives a clean link."""
    link = f"https://news.google.com/rss/articles/{urlsafe_b64encode(told).decode()}"
    target = urls.unwrapped(link)
    assert target == link or urls.clean(target) == target


@settings(deadline=None)
@given(st.text("abXY0-", min_size=1, max_size=12), st.integers(0, 200))
def test_a_target_of_any_length_comes_out_whole(name: str, more: int) -> None:
    """The length of the address inside an id, of one byte or two, is read right."""
    page = f"https://courier.example/{name}{'a' * more}"
    assert urls.unwrapped(f"https://news.google.com/rss/articles/{google_news(page, twin=PAGE)}") == page
