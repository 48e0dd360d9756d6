"""Links of services that lead on to the publisher's: taken out where they carry it, known as opaque where they do not.

Nothing is fetched; what a link does not say stays unknown.
"""

from __future__ import annotations

import binascii
import functools
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qs

from aggregator.core.urls.cleaning import clean, host_of, split

#: Wrappers in wrappers; more of them are no way to name an article.
_DEEPEST = 4

#: Where services lead on from, and the parameters that name the target: host, path, parameters.
_LEADING_ON = {
    "l.facebook.com": ("/l.php", "u"),
    "lm.facebook.com": ("/l.php", "u"),
    "facebook.com": ("/l.php", "u"),
    "l.instagram.com": ("/", "u"),
    "l.threads.net": ("/", "u"),
    "l.threads.com": ("/", "u"),
    "l.messenger.com": ("/l.php", "u"),
    "news.google.com": ("/news/url", "url"),
    "bing.com": ("/news/apiclick.aspx", "url"),
    "out.reddit.com": ("/", "url"),
    "youtube.com": ("/redirect", "q"),
    "t.umblr.com": ("/redirect", "z"),
    "vk.com": ("/away.php", "to"),
    "away.vk.com": ("/away.php", "to"),
    "duckduckgo.com": ("/l/", "uddg"),
    "linkedin.com": ("/redir/", "url"),
    "slack-redir.net": ("/link", "url"),
    "steamcommunity.com": ("/linkfilter", "url", "u"),
    "getpocket.com": ("/redirect", "url"),
    "exit.sc": ("/", "url"),
    "go.redirectingat.com": ("/", "url"),
    "go.skimresources.com": ("/", "url"),
    "click.linksynergy.com": ("/", "murl"),
}
_GOOGLE = re.compile(r"(?:www\.)?google\.(?:com|[a-z]{2}|com?\.[a-z]{2})")
#: A page in somebody's store of AMP pages: its own address follows, behind "s" where it is https.
_STORED_AMP = re.compile(r"/(?:amp|[a-z]|wp)/(s/)?([^/]+\.[^/]+/.*)")
_AMP_STORES = (".cdn.ampproject.org", ".ampproject.net", ".bing-amp.com")
_GOOGLE_ARTICLE = re.compile(r"/(?:rss/|__i/rss/rd/)?(?:articles|read)/([A-Za-z0-9_-]{16,})=*")

#: Services whose links carry no stable name of the article.
_OPAQUE_HOSTS = frozenset(
    "news.google.com feedproxy.google.com feeds.feedburner.com feeds2.feedburner.com feeds.feedblitz.com"
    " rss.feedsportal.com t.co bit.ly buff.ly dlvr.it fb.me goo.gl ift.tt is.gd lnkd.in ow.ly share.google tinyurl.com"
    " trib.al".split()
)


@functools.lru_cache(maxsize=512)  # asked for the link that is shown, for its key and for whether it names an article
def unwrapped(link: str) -> str:
    """Give the publisher's link that a clean link carries, clean too; the link itself where it carries none."""
    for _ in range(_DEEPEST):
        target = _target(split(link))
        if target is None:
            break
        link = target
    return link


def is_opaque(link: str) -> bool:
    """Ask whether a link names a redirecting service rather than the article."""
    return host_of(split(link)) in _OPAQUE_HOSTS


def _target(parts: SplitResult) -> str | None:
    host = host_of(parts).removeprefix("www.")
    if host in _LEADING_ON:
        found = _named(parts, *_LEADING_ON[host]) or (_of_bing(parts) if host == "bing.com" else None)
        return found or (_of_google_news(parts) if host == "news.google.com" else None)
    if host.endswith(_AMP_STORES):
        return _stored_amp(parts)
    if host.endswith(".safelinks.protection.outlook.com"):
        return _named(parts, "/", "url")
    return (_named(parts, "/url", "url", "q") or _stored_amp(parts)) if _GOOGLE.fullmatch(host) else None


def _named(parts: SplitResult, path: str, *parameters: str) -> str | None:
    """Read the target from the first of these parameters that has one."""
    if not parts.path.startswith(path):
        return None
    told = parse_qs(parts.query) if parts.query.count("&") < 100 else {}
    return next((target for name in parameters if (target := _absolute(told.get(name, [""])[0]))), None)


def _absolute(target: str) -> str | None:
    return clean(target) if re.match("https?://", target, re.IGNORECASE) else None


def _stored_amp(parts: SplitResult) -> str | None:
    match = _STORED_AMP.fullmatch(parts.path)
    query = f"?{parts.query}" if parts.query else ""
    return clean(f"{'https' if match.group(1) else 'http'}://{match.group(2)}{query}") if match else None


def _of_bing(parts: SplitResult) -> str | None:
    """Read what bing.com/ck/a wraps: "a1" and the target in base64."""
    wrapped = parse_qs(parts.query).get("u", [""])[0] if parts.path.startswith("/ck/") else ""
    return _absolute(_decoded(wrapped[2:]).decode("utf-8", "replace")) if wrapped.startswith("a1") else None


def _of_google_news(parts: SplitResult) -> str | None:
    """Read the target from an id of Google News, as those made until 2024 hold it; later ones hold nothing.

    A protocol buffer in base64: field 1 (a kind), field 4 (the address), perhaps field 26 (its AMP twin).
    """
    article = _GOOGLE_ARTICLE.fullmatch(parts.path)
    told = _fields(_decoded(article.group(1))) if article else iter(())
    return next((target for text in told if (target := _absolute(text))), None)


def _decoded(value: str) -> bytes:
    try:
        return urlsafe_b64decode(value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 4))
    except (binascii.Error, ValueError):
        return b""


def _fields(message: bytes) -> Iterator[str]:
    """Give the texts of a protocol buffer, until something else comes that is no small number."""
    at = 0
    while at + 1 < len(message):
        kind = message[at] & 7
        at += 1 if message[at] < 0x80 else 2
        size, at = _number(message, at)
        if kind == 2:
            yield message[at : at + size].decode("utf-8", "replace")
            at += size
        elif kind != 0:
            return


def _number(message: bytes, at: int) -> tuple[int, int]:
    """Read a number of up to four bytes, seven bits in each; give where it ends."""
    number = 0
    for place, byte in enumerate(message[at : at + 4]):
        number |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return number, at + place + 1
    return number, len(message)
