"""Links that may be shown, and keys that tell pages apart, by tables and by properties."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aggregator.core import urls
from aggregator.core.urls import cleaning

#: Every kind of character, lone surrogates and controls included.
ANYTHING = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)
#: Something like a link: a beginning that parses, then anything.
LINKISH = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(
            ["http://", "HTTPS://", "http:", "//", "", " https://", "javascript:", "http://[", "http://a@"]
        ),
        st.sampled_from(["news.example", "www.News.example:80", "münchen.example", "[::1]", "[::1%", "a..b", "", "１"]),
        st.sampled_from(["", "/", "/a", "?", "#", ":8080/", "]/", "%", "\\", "@"]),
        ANYTHING,
    ),
)
#: A clean link with a path and parameters of ordinary characters.
WORDS = st.text("abcXYZ019-_~", min_size=1, max_size=6)
PARAMETERS = st.lists(st.tuples(WORDS, WORDS), max_size=3, unique_by=lambda pair: pair[0])


def assembled(path: list[str], parameters: list[tuple[str, str]]) -> str:
    """Write a link with this path and these parameters."""
    query = "&".join(f"{name}={value}" for name, value in parameters)
    return "https://news.example/" + "/".join(path) + (f"?{query}" if query else "")


# --- clean -----------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(LINKISH | ANYTHING, st.sampled_from(["", "https://base.example/feeds/a.xml?x=1"]))
@example("http://[::1%é]/", "")
@example('http://[::1%25"><script>]/', "")
@example("http://[v1.é:]/", "")
@example("http://a/%\ud8004a", "")
def test_a_clean_link_is_safe_and_stays_so(link: str, base: str) -> None:
    """What comes out is ASCII, http or https, has a host, ends no attribute, and is clean already."""
    clean = urls.clean(link, base=base)
    if clean is None:  # most soups are no link at all
        return
    assert clean.isascii()
    assert re.match(r"https?://[^/?#]", clean)
    assert not re.search('[\x00-\x20\x7f"<>\\\\^`{|}]', clean)
    assert not re.search(r"%(?![0-9A-Fa-f]{2})", clean.partition("://")[2].partition("/")[2])
    assert len(clean) <= urls.LINK_LIMIT
    assert urls.clean(clean) == clean
    assert urls.clean(clean, base=base) == clean


@settings(deadline=None)
@given(LINKISH)
def test_every_clean_link_can_be_asked_everything(link: str) -> None:
    """No clean link makes a question about it fail, and what names its page is ASCII."""
    clean = urls.clean(link)
    if clean is None:  # most soups are no link at all
        return
    assert (urls.key(clean) or "").isascii()
    assert urls.origin(clean)
    assert urls.host(clean).rpartition(":")[2].isdigit()
    assert urls.is_opaque(clean) in (True, False)
    assert "@" not in urlsplit(urls.public(clean)).netloc
    assert "/" not in urls.file_name(clean)


@pytest.mark.parametrize(
    ("link", "clean"),
    [
        ("https://news.example/a", "https://news.example/a"),
        ("  https://news.example/a \n", "https://news.example/a"),
        ("https://news.exam\nple/a\tb", "https://news.example/ab"),
        ("\ufeffhttps://news.example/\u00a0", "https://news.example/"),
        ("\x0chttps://news.example/\x1f", "https://news.example/"),
        ("HTTPS://News.EXAMPLE/Path", "https://news.example/Path"),
        ("https://news.example/a b", "https://news.example/a%20b"),
        ("https://news.example/ä?ü=ö#ß", "https://news.example/%C3%A4?%C3%BC=%C3%B6#%C3%9F"),
        ("https://news.example/%C3%A4", "https://news.example/%C3%A4"),
        ("https://news.example/100%", "https://news.example/100%25"),
        ("https://news.example/a\ud800b", "https://news.example/ab"),
        ('https://news.example/"><script>', "https://news.example/%22%3E%3Cscript%3E"),
        ("https://münchen.example/", "https://xn--mnchen-3ya.example/"),
        ("https://ｎews.example/", "https://news.example/"),
        ("https://[2001:DB8::1]:8080/a", "https://[2001:db8::1]:8080/a"),
        ("https://news.example:443/a", "https://news.example:443/a"),
        ("https://reader:word@news.example/", "https://reader:word@news.example/"),
        ("https://good.example\\@bad.example/", "https://good.example%5C@bad.example/"),
        ("/a/b", "https://base.example/a/b"),
        ("b?c=1", "https://base.example/feeds/b?c=1"),
        ("../b", "https://base.example/b"),
        ("//other.example/b", "https://other.example/b"),
        ("?p=2", "https://base.example/feeds/a.xml?p=2"),
        ("#part", "https://base.example/feeds/a.xml#part"),
    ],
)
def test_clean_by_example(link: str, clean: str) -> None:
    """A publisher's link becomes what a browser would open."""
    assert urls.clean(link, base="https://base.example/feeds/a.xml") == clean


@pytest.mark.parametrize(
    "link",
    [
        None,
        "",
        "  \n",
        "\u00a0",
        "javascript:alert(1)",
        " java\nscript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://news.example/",
        "mailto:desk@news.example",
        "tag:news.example,2026:1",
        "urn:uuid:1",
        "blob:https://news.example/1",
        "http://",
        "http:///a",
        "http://?a",
        "http://:80/",
        "http://news.example:99999/",
        "http://news.example:http/",
        "http://[::1/",
        "http://[::1%25eth0]/",
        "http://exa mple.org/",
        "http://<script>/",
        "http://a\u2100b.example/",
        "http://ä..example/",
        "http://" + "ä" * 70 + ".example/",
        "http://news.example/" + "a" * urls.LINK_LIMIT,
        "http://news.example/" + "ä" * (urls.LINK_LIMIT // 4),
    ],
)
def test_what_is_no_link_is_none(link: str | None) -> None:
    """Other schemes, broken hosts and payloads are no links, with a base or without."""
    assert urls.clean(link) is None
    assert urls.clean(link, base="https://base.example/") is None or link in ("http://", "http:///a", "http://?a")


# --- key -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://news.example/a", "https://news.example/a"),
        ("https://www.news.example/a", "https://news.example/a"),
        ("https://news.example:443/a", "https://news.example/a"),
        ("http://news.example:80/a", "https://news.example:443/a"),
        ("https://user:word@news.example/a", "https://news.example/a"),
        ("https://news.example/a/", "https://news.example/a"),
        ("https://news.example//a//b", "https://news.example/a/b"),
        ("https://news.example/a/index.html", "https://news.example/a"),
        ("https://news.example/a/default.aspx", "https://news.example/a/"),
        ("https://news.example/a#comments", "https://news.example/a"),
        ("https://news.example/a?", "https://news.example/a"),
        ("https://news.example/a?b=1&c=2", "https://news.example/a?c=2&b=1"),
        ("https://news.example/a?b=x%20y", "https://news.example/a?b=x+y"),
        ("https://news.example/a?utm_source=rss&UTM_medium=feed", "https://news.example/a"),
        ("https://news.example/a?id=1&fbclid=x&gclid=y", "https://news.example/a?id=1"),
        ("https://news.example/a?mc_cid=1&mc_eid=2&_hsenc=3&at_medium=RSS", "https://news.example/a"),
        ("https://news.example/a?mtm_campaign=1&pk_kwd=2&ns_source=3&igshid=4", "https://news.example/a"),
    ],
)
def test_key_forgets_what_does_not_tell_pages_apart(one: str, other: str) -> None:
    """Two ways to write the address of one page share a key."""
    assert urls.key(one) == urls.key(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://news.example/?p=1", "https://news.example/?p=2"),
        ("https://news.example/a?id=1", "https://news.example/a"),
        ("https://news.example/a?id=", "https://news.example/a"),
        ("https://news.example/a?1", "https://news.example/a?2"),
        ("https://news.example/a?id=1&id=2", "https://news.example/a?id=1"),
        ("https://news.example/a?id=1%26b", "https://news.example/a?id=1&b"),
        ("https://news.example/a?t=%C0", "https://news.example/a?t=%C1"),
        ("https://news.example/a?t=%EF%BF%BD", "https://news.example/a?t=%FF"),
        ("https://news.example/a?content_source=1", "https://news.example/a?content_source=2"),
        ("https://news.example/a?source=1", "https://news.example/a?source=2"),
        ("https://news.example/a?ref=1", "https://news.example/a?ref=2"),
        ("https://news.example/a?smidgen=1", "https://news.example/a?smidgen=2"),
        ("https://news.example/Ab", "https://news.example/aB"),
        ("https://news.example/a?id=Ab", "https://news.example/a?id=aB"),
        ("https://news.example/a%2Fb", "https://news.example/a/b"),
        ("https://news.example/a.html", "https://news.example/a"),
        ("https://news.example/a/index.html/b", "https://news.example/a/b"),
        ("https://news.example/my-index.html", "https://news.example/my-"),
        ("https://news.example:8080/a", "https://news.example/a"),
        ("http://news.example:443/a", "http://news.example/a"),
        ("https://news.example/#!/a", "https://news.example/#!/b"),
        ("https://news.example/app#/a", "https://news.example/app#/b"),
    ],
)
def test_key_keeps_what_does(one: str, other: str) -> None:
    """Two pages have two keys."""
    assert urls.key(one) != urls.key(other)


@pytest.mark.parametrize(
    "link",
    [
        "https://news.example",
        "https://news.example/",
        "http://www.news.example:80//",
        "https://news.example/index.html",
        "https://news.example/index.php?utm_source=rss",
        "https://news.example/?",
        "https://news.example/#top",
        "https://news.example/#/",
        "https://news.example/#!",
    ],
)
def test_a_home_page_has_no_key(link: str) -> None:
    """The front page of a site names no article."""
    assert urls.key(link) is None


@settings(deadline=None)
@given(st.lists(WORDS, max_size=3), PARAMETERS, st.lists(WORDS, max_size=3), PARAMETERS)
def test_no_two_pages_share_a_key(
    path: list[str], parameters: list[tuple[str, str]], path2: list[str], parameters2: list[tuple[str, str]]
) -> None:
    """Links of ordinary words share a key exactly when path and parameters are the same, in whatever order."""
    keys = urls.key(assembled(path, parameters)), urls.key(assembled(path2, parameters2))
    assert (keys[0] == keys[1]) == ((path, sorted(parameters)) == (path2, sorted(parameters2)))


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=4), st.binary(min_size=1, max_size=4))
def test_parameters_are_told_apart_by_their_bytes(one: bytes, other: bytes) -> None:
    """A parameter in whatever encoding tells pages apart as its bytes do."""
    keys = [urls.key(f"https://news.example/a?title={quote(value)}") for value in (one, other)]
    assert (keys[0] == keys[1]) == (one == other)


@settings(deadline=None)
@given(LINKISH, st.lists(st.sampled_from(["utm_source=rss", "fbclid=a%20b", "_ga=1", "ncid=x"]), max_size=3))
def test_tracking_changes_no_key(link: str, tracking: list[str]) -> None:
    """Tracking parameters and fragments added to a link leave its key as it was."""
    clean = urls.clean(link)
    if clean is None:  # most soups are no link at all
        return
    parts = urlsplit(clean)
    tracked = parts._replace(query="&".join([*([parts.query] if parts.query else []), *tracking])).geturl()
    assert urls.key(tracked) == urls.key(clean)


def test_a_thousand_parameters_are_one() -> None:
    """A query of absurd length is compared as it stands."""
    query = "&".join(f"a{number}=1" for number in range(2000))
    assert urls.key(f"https://news.example/?{query}") != urls.key(f"https://news.example/?{query}&b=1")


# --- the rest --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://News.example/a", "news.example:80"),
        ("https://news.example", "news.example:443"),
        ("https://news.example:8443/", "news.example:8443"),
        ("http://[::1]:80/", "::1:80"),
        ("http://news.example:x/", ""),
        ("http://[::1", ""),
    ],
)
def test_host_names_where_a_request_goes(url: str, host: str) -> None:
    """The host and the port, the scheme's own where none is given; nothing where the URL cannot be read."""
    assert urls.host(url) == host


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:word@news.example/a@b", "https://news.example/a@b"),
        ("https://user@news.example/", "https://news.example/"),
        ("HTTPS://us@er:wo@rd@news.example", "HTTPS://news.example"),
        ("https://news.example/?mail=a@b", "https://news.example/?mail=a@b"),
        ("https://news.example", "https://news.example"),
    ],
)
def test_public_hides_the_password(url: str, shown: str) -> None:
    """Whatever stands before the host is not shown, and an @ elsewhere is."""
    assert urls.public(url) == shown


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://news.example/audio/episode-1.mp3?x=1", "episode-1.mp3"),
        ("https://news.example/a/", "a"),
        ("https://news.example/", ""),
        ("https://news.example", ""),
        ("http://[broken", ""),
    ],
)
def test_file_name_is_the_last_of_the_path(url: str, name: str) -> None:
    """The last part of the path stands for a title; an address that cannot be read has none."""
    assert urls.file_name(url) == name


def test_redirecting_services_are_opaque() -> None:
    """A link of a redirecting service names no article; one that only resembles it does."""
    assert urls.is_opaque("https://news.google.com/rss/articles/x")
    assert urls.is_opaque("https://t.co/x")
    assert not urls.is_opaque("https://not.co/x")
    assert not urls.is_opaque("https://news.example/t.co/")


@given(
    st.from_regex(cleaning._PLAIN, fullmatch=True),
    st.sampled_from(["", "http://a.example/b/", "https://a.example/b?c"]),
)
def test_plain_links_are_what_taking_them_apart_makes_of_them(link: str, base: str) -> None:
    """The short cut for links in which nothing is wrong gives what the long way gives, which a fragment forces."""
    assert urls.clean(f"{link}#part", base=base) == f"{link}#part"
    assert urls.clean(link, base=base) == link


@settings(deadline=None)
@given(LINKISH | st.from_regex(cleaning._NAMED, fullmatch=True))
@example("http://news.example?a=1/b#c?d")
@example("https://news.example:8080/a")
def test_a_clean_link_is_taken_apart_as_the_standard_library_does(link: str) -> None:
    """The short cut for links to a host without user and port gives the parts that the long way gives."""
    clean = urls.clean(link)
    if clean is None:  # most soups are no link at all
        return
    assert cleaning.split(clean) == urlsplit(clean)
