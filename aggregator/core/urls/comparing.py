"""What identifies the page behind a link: compared, never fetched and never shown."""

from __future__ import annotations

import functools
import re
from urllib.parse import SplitResult, parse_qsl, urlencode

from aggregator.core.urls.cleaning import DEFAULT_PORTS, host_of, split
from aggregator.core.urls.tracking import is_tracking
from aggregator.core.urls.wrappers import is_opaque, unwrapped

_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
_AMP_ENDING = re.compile(r"[/.]amp$|\.amp(?=\.html?$)")
_INDEX_PAGE = re.compile(r"/(index|default)\.(html?|php|aspx?|jsp)$", re.IGNORECASE)
_ESCAPE = re.compile("%[0-9A-Fa-f]{2}")
#: What an escape in a path may stand for without meaning something else there (RFC 3986 §3.3).
_SAME_UNESCAPED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,:=@")
#: First labels of sites made for telephones, and for AMP.
_SMALL = re.compile(r"\A(?:m|mobile|mobi|touch|amp|wap)\.(?=[^.]+\.[^.])(?!(?:ac|co|com|edu|gov|net|org)\.[a-z]{2}$)")
#: Front pages of a site in one of its languages.
_LANGUAGES = frozenset("/en /de /fr /es /it /pt /nl /sv /no /fi /pl /ru /uk /tr /el /ar /he /hi /ja /zh /ko".split())


def key(link: str) -> str | None:
    """Give what identifies the page behind a clean link, to compare and never to fetch; None for a home page.

    A wrapper that carries its target counts as that. Forgotten: scheme, ``www.``, the hosts and endings of pages for
    telephones and AMP, default port, user, tracking parameters and the order of the others, sessions, index pages, a
    trailing or doubled slash, fragments (but ``#!`` and ``#/`` routes). Kept: the path's case, its language folder,
    every parameter not known to track, byte for byte.
    """
    return _page_of(link)[0]


def names_article(link: str) -> bool:
    """Ask whether a link can name an article: it is no home page, and says where a redirecting service leads."""
    page, is_certain = _page_of(link)
    return page is not None and is_certain


@functools.lru_cache(maxsize=512)  # a link is asked for its key as the entry's, and again as a known item's
def _page_of(link: str) -> tuple[str | None, bool]:
    """Name the page behind a link with its site, and tell whether that is more than a service that leads on."""
    target = unwrapped(link)
    parts = split(target)
    page = _page(parts)
    return None if page is None else _site(parts) + page, not is_opaque(target)


def _page(parts: SplitResult) -> str | None:
    """Give what identifies a page on its site; None for its home page."""
    path, query = _path(parts.path), _query(parts.query)
    route = parts.fragment if parts.fragment.startswith(("!", "/")) and len(parts.fragment) > 1 else ""
    if not (query or route) and (not path or path in _LANGUAGES):
        return None
    return path + (f"?{query}" if query else "") + (f"#{route}" if route else "")


def _path(path: str) -> str:
    if "%" in path:
        path = _ESCAPE.sub(_unescaped, path)
    if ";" in path:
        path = _SESSION.sub("", path)
    whole = re.sub("/{2,}", "/", path) if "//" in path else path
    return _AMP_ENDING.sub("", _INDEX_PAGE.sub("/", whole).rstrip("/")).rstrip("/")


def _unescaped(match: re.Match[str]) -> str:
    letter = chr(int(match.group()[1:], 16))
    return letter if letter in _SAME_UNESCAPED else match.group().upper()


def _query(query: str) -> str:
    if not query:
        return ""
    if query.count("&") >= 1000:
        return urlencode({query: ""}, errors="surrogateescape")
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")  # not all parameters are UTF-8
    telling = sorted((name, value) for name, value in pairs if not is_tracking(name, value))
    return urlencode(telling, errors="surrogateescape")


def _site(parts: SplitResult) -> str:
    """Name the site of a link, whatever it is read on."""
    named = host_of(parts)
    host = _SMALL.sub("", named.removeprefix("www.")).removeprefix("www.")
    host = host.replace(".m.", ".", 1) if host.count(".") > 2 else host  # en.m.wikipedia.org
    port = None if named == parts.netloc else parts.port
    return host if port in (None, DEFAULT_PORTS.get(parts.scheme)) else f"{host}:{port}"


def origin(link: str) -> str:
    """Give host and port of a URL as identity sees them: without ``www.``, ``m.`` and default port."""
    return _site(split(link))
