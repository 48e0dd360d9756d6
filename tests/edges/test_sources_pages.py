"""Which feeds a web page offers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.edges import sources
from aggregator.edges.sources import pages

URL = "https://example.org/blog/post.html"


def found(page: str, *, url: str = URL) -> tuple[str, ...]:
    """Discover the feeds of a page."""
    return sources.discover(page.encode(), url=url)


@pytest.mark.parametrize(
    "kind",
    [
        *("application/rss+xml", "application/atom+xml", "application/feed+json", "application/json"),
        *("application/rdf+xml", "Application/RSS+XML; charset=utf-8"),
    ],
)
def test_announced_feeds_are_found(kind: str) -> None:
    """A link element with rel=alternate and a feed's type is a feed."""
    assert found(f'<link rel="alternate" type="{kind}" href="/feed">') == ("https://example.org/feed",)


@pytest.mark.parametrize(
    "tag",
    [
        "<LINK TYPE='application/rss+xml' REL='home ALTERNATE' TITLE='a > b' HREF='/feed' />",
        "<link rel=alternate type=application/rss+xml href=/feed>",
        '<link\nrel = "alternate"\ttype="application/rss+xml"\nhref="\n/feed "\n>',
        '<link href="&#x2f;feed" rel="alternate" type="application&sol;rss&plus;xml">',
        '<link href="/feed" href="/other" rel="alternate" type="application/rss+xml">',
        '<a href="feed:https://example.org/feed">',
        '<a href="feed://example.org/feed">',
    ],
)
def test_tags_are_read_as_browsers_read_them(tag: str) -> None:
    """Quotes of any kind, any case and order, entities and line breaks do not hide a feed."""
    assert [link.replace("http:", "https:") for link in found(tag)] == ["https://example.org/feed"]


@pytest.mark.parametrize(
    "page",
    [
        '<link rel="stylesheet" type="application/rss+xml" href="/x.css">',
        '<link rel="alternate" hreflang="de" href="/de/">',
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">',
        '<link rel="alternate" type="application/rss+xml">',
        '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">',
        '<!-- <link rel="alternate" type="application/rss+xml" href="/feed"> -->',
        "<script>'<a href=\"/feed\">'</script>",
        '<a href="/feedback"><a href="/atomic"><a href="/sitemap.xml"><a href="https://rss.example/about">',
    ],
)
def test_what_is_no_feed_is_not_found(page: str) -> None:
    """Other links, other schemes, comments and scripts offer no feed."""
    assert found(page) == ()


def test_plain_links_follow_the_announced_ones() -> None:
    """Links that look like feeds come after the announced feeds, in their order, each once."""
    page = """<a href="/rss">RSS</a> <a href="news.xml#top">x</a> <a href="/?feed=rss2">x</a> <a href="/feeds/all">x</a>
      <a href="/about">x</a> <link rel=alternate type=application/atom+xml href=/atom.xml> <a href="/atom.xml">x</a>"""
    assert found(page) == (
        "https://example.org/atom.xml",
        "https://example.org/rss",
        "https://example.org/blog/news.xml#top",
        "https://example.org/?feed=rss2",
        "https://example.org/feeds/all",
    )


def test_base_is_respected() -> None:
    """Addresses start from the page's base, and from the page where that is unusable."""
    link = '<link rel="alternate" type="application/rss+xml" href="feed">'
    assert found(f'<base href="/other/">{link}') == ("https://example.org/other/feed",)
    assert found(f'<base href="javascript:x">{link}') == ("https://example.org/blog/feed",)
    assert found(f'<base target="_top">{link}') == ("https://example.org/blog/feed",)


def test_pages_in_wide_encodings_are_read() -> None:
    """The page's encoding is found out as a feed's is."""
    page = '<html><link rel="alternate" type="application/rss+xml" href="/é"></html>'
    assert sources.discover(page.encode("utf-16"), url=URL) == ("https://example.org/%C3%A9",)


def test_only_the_beginning_is_read_and_few_are_offered() -> None:
    """Feeds beyond the limit are not looked for, and a page full of them offers a bounded number."""
    assert found(" <p>" + "x" * pages.READ_LIMIT + '<a href="/feed">') == ()
    assert len(found("".join(f'<a href="/{n}.xml">' for n in range(500)))) == pages.OFFER_LIMIT


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "<a ",
            "<link ",
            '<link "',
            "<link \"'",
            "<!--",
            "<!-- <",
            "<?",
            "<script>",
            "<a a='",
            '<a x="',
            "<base href=",
        ),
        *("<", "<a a ", '"<a "', "&lt", "<a" + " " * 50),
    ],
)
def test_hostile_pages_are_read_in_linear_time(unit: str) -> None:
    """Endless openings are passed over; a quadratic reader would take minutes for them."""
    page = unit * (pages.READ_LIMIT // len(unit))
    assert found(page) == ()
    assert found(f"<a {'a' * 100_000}{'b=' * 50_000}{' ' * 100_000}>") == ()
    assert pages.root_element(page) in ("", "a", "link", "base", "script")


@given(st.text(alphabet="<>/=\"' abhref!-?&;#xlink", max_size=200))
def test_no_page_breaks_discovery(page: str) -> None:
    """Any text is a page whose offers, if any, are web addresses."""
    assert all(link.startswith(("http://", "https://")) for link in found(page))


def test_guesses_start_beside_the_page() -> None:
    """The usual names are tried beside the page, then at the root, each once."""
    tried = sources.guesses("https://example.org/blog/post.html?a=1#b")
    assert tried[:3] == (
        "https://example.org/blog/feed",
        "https://example.org/blog/feed/",
        "https://example.org/blog/rss",
    )
    assert "https://example.org/feed.json" in tried
    assert len(tried) == len(set(tried)) == 16


@pytest.mark.parametrize("url", ["https://example.org", "https://example.org/", "https://example.org/index.html"])
def test_guesses_at_the_root_are_made_once(url: str) -> None:
    """A page at the root has one set of guesses."""
    assert sources.guesses(url) == tuple(
        f"https://example.org/{name}"
        for name in ("feed", "feed/", "rss", "rss.xml", "atom.xml", "index.xml", "feed.xml", "feed.json")
    )


def test_a_folder_without_its_slash_is_a_folder() -> None:
    """/blog is guessed as /blog/."""
    assert sources.guesses("https://example.org/blog")[0] == "https://example.org/blog/feed"


@pytest.mark.parametrize("url", ["", "ftp://example.org/", "file:///etc", "http://[", "example.org"])
def test_what_is_no_web_address_has_no_guesses(url: str) -> None:
    """Nothing is guessed from what is no http or https address."""
    assert sources.guesses(url) == ()
