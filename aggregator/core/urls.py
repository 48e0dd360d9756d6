"""Links: which may be shown, and which name the same page. Fetches nothing and resolves no redirect.

Two forms of one link: the *clean* link is what a reader clicks (the publisher's own, made safe), the *key* is only ever
compared, so it may forget what does not tell two pages apart.
"""

from __future__ import annotations

import functools
import re
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

#: Longer ones are no links but payloads; browsers and servers stop at about this length too.
LINK_LIMIT = 4096

_DEFAULT_PORTS = {"http": 80, "https": 443}
#: Characters that stand for themselves anywhere in a URL (RFC 3986 §2.2, §2.3), and "%" of escapes already there.
_KEEP = "!#$%&'()*+,/:;=?@[]~"
#: C0 controls and the spaces that people paste; none of them begins or ends a link.
_AROUND = "".join(map(chr, range(0x21))) + "\u00a0\ufeff"
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_TRACKING = re.compile(
    r"(utm|mtm|matomo|pk|piwik|hsa|itm|otm|guce|__twitter)_.*|_hs.*|mc_[ce]id|mkt_tok|guccounter"
    r"|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|li_fat_id|srsltid|_ga|_gl"
    r"|at_(medium|campaign)|ns_(mchannel|source|campaign|linkname)|ocid|cmpid|ncid|smid|xtor|sr_share|taid"
)
#: A link in which nothing is to be put right, as nine of ten are: knowing it takes a tenth of taking it apart.
_PLAIN = re.compile(r"https?://[a-z0-9][a-z0-9.-]*+(?:/[A-Za-z0-9/_.~-]*+(?:\?[A-Za-z0-9=&_.~-]++)?)?")
_INDEX_PAGE = re.compile(r"/(index|default)\.(html?|php|aspx?|jsp)$", re.IGNORECASE)
#: Services whose links carry no stable name of the article.
_OPAQUE_HOSTS = frozenset({"news.google.com", "feedproxy.google.com", "feeds.feedburner.com", "t.co", "bit.ly"})


@functools.lru_cache(maxsize=512)  # of the links of a document most are asked for twice, and its base for each
def clean(link: str | None, *, base: str = "") -> str | None:
    """Make a link safe to show: absolute, http or https, percent-encoded (RFC 3986); None where it cannot be.

    White space that HTML would ignore is dropped (WHATWG URL §4.4: tabs and newlines anywhere, spaces around);
    non-ASCII hosts become IDNA, other non-ASCII characters percent-encoded UTF-8.
    """
    if link and _PLAIN.fullmatch(link) and len(link) <= LINK_LIMIT:
        return link
    text = re.sub("[\t\n\r]", "", link or "").strip(_AROUND)
    if not text or re.fullmatch("https?:/*", text, re.IGNORECASE):  # joined to a base it would name the feed itself
        return None
    try:
        parts = urlsplit(urljoin(base, text) if base else text)
        safe = urlunsplit(_encoded(parts)) if parts.scheme in _DEFAULT_PORTS and parts.hostname else None
    except ValueError:  # a bad port, an unclosed IPv6 bracket, a host that IDNA refuses
        return None
    return safe if safe and len(safe) <= LINK_LIMIT else None


def _encoded(parts: SplitResult) -> SplitResult:
    host = _host(parts)
    port = f":{parts.port}" if parts.port is not None else ""
    user = f"{_quoted(parts.netloc.rpartition('@')[0])}@" if "@" in parts.netloc else ""
    return SplitResult(
        parts.scheme, f"{user}{host}{port}", _quoted(parts.path), _quoted(parts.query), _quoted(parts.fragment)
    )


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if ":" in host and re.fullmatch(r"[0-9a-f:.]+", host):  # IPv6, without a zone: that may hold any character
        return f"[{host}]"
    name = host if host.isascii() else host.encode("idna").decode("ascii")
    if not re.fullmatch(r"[a-z0-9._~!$&'()*+,;=%-]+", name):
        raise ValueError(f"no host name: {name!r}")
    return name


def _quoted(value: str) -> str:
    return quote(_BROKEN_ESCAPE.sub("%25", value), safe=_KEEP, errors="ignore")


def key(link: str) -> str | None:
    """Give what identifies the page behind a clean link, to compare and never to fetch; None for a home page.

    Forgotten: scheme, ``www.``, default port, user, tracking parameters and the order of the others, index pages, a
    trailing or doubled slash, fragments (but ``#!`` and ``#/`` routes). Kept: the path's case, every parameter not
    known to track, byte for byte.
    """
    parts = urlsplit(link)
    path = re.sub("/{2,}", "/", _INDEX_PAGE.sub("/", parts.path)).rstrip("/")
    query = urlencode(sorted(_telling(parts.query)), errors="surrogateescape")
    route = parts.fragment if parts.fragment.startswith(("!", "/")) and len(parts.fragment) > 1 else ""
    if not (path or query or route):
        return None
    return origin(link) + path + (f"?{query}" if query else "") + (f"#{route}" if route else "")


def _telling(query: str) -> list[tuple[str, str]]:
    if query.count("&") >= 1000:
        return [(query, "")]
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")  # not all parameters are UTF-8
    return [(name, value) for name, value in pairs if not _TRACKING.fullmatch(name.lower())]


def origin(link: str) -> str:
    """Give host and port of a URL as identity sees them: without ``www.`` and default port."""
    parts = urlsplit(link)
    host = (parts.hostname or "").removeprefix("www.")
    return host if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f"{host}:{parts.port}"


def is_opaque(link: str) -> bool:
    """Ask whether a link names a redirecting service rather than the article."""
    return (urlsplit(link).hostname or "") in _OPAQUE_HOSTS


def host(url: str) -> str:
    """Give the host and port that a request to this URL goes to; "" where there is none."""
    try:
        parts = urlsplit(url)
        return f"{parts.hostname or ''}:{parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)}"
    except ValueError:
        return ""


def served_at(listen: tuple[str, int]) -> str:
    """Write the address of a site that listens there, for people and for links."""
    host, port = listen
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - shown, not bound
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"


def public(url: str) -> str:
    """Show a URL without its user and password."""
    return re.sub(r"^([a-zA-Z][a-zA-Z0-9+.-]*://)[^/?#]*@", r"\1", url)


def file_name(url: str) -> str:
    """Name what a URL ends in, to stand for a missing title; "" where it ends in nothing."""
    try:
        return urlsplit(url).path.rstrip("/").rpartition("/")[2]
    except ValueError:  # an unclosed IPv6 bracket
        return ""
