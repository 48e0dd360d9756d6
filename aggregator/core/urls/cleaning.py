"""The link a reader clicks: the publisher's own, made safe."""

from __future__ import annotations

import functools
import re
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

#: Longer ones are no links but payloads; browsers and servers stop at about this length too.
LINK_LIMIT = 4096

#: Of the schemes that are read.
DEFAULT_PORTS = {"http": 80, "https": 443}
#: Characters that stand for themselves anywhere in a URL (RFC 3986 §2.2, §2.3), and "%" of escapes already there.
_KEEP = "!#$%&'()*+,/:;=?@[]~"
#: C0 controls and the spaces that people paste; none of them begins or ends a link.
_AROUND = "".join(map(chr, range(0x21))) + "\u00a0\ufeff"
#: An ampersand that was escaped once too often.
_AMPERSAND = re.compile(r"&(?:amp;|#0{0,3}38;)+")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
#: A link in which nothing is to be put right, as nine of ten are: knowing it takes a tenth of taking it apart.
_PLAIN = re.compile(r"https?://[a-z0-9][a-z0-9.-]*+(?:/[A-Za-z0-9/_.~-]*+(?:\?[A-Za-z0-9=&_.~-]++)?)?")

#: A link with nothing but a name between its slashes: no user, no port.
_NAMED = re.compile(r"(https?)://([a-z0-9][a-z0-9.-]*+)(/[^?#]*+)?(?:\?([^#]*+))?(?:#(.*+))?", re.DOTALL)

#: What most have between their slashes, and what needs no taking apart.
_HOST = re.compile(r"[a-z0-9][a-z0-9.-]*+")


@functools.lru_cache(maxsize=512)  # of the links of a document most are asked for twice, and its base for each
def clean(link: str | None, *, base: str = "") -> str | None:
    """Make a link safe to show: absolute, http or https, percent-encoded (RFC 3986); None where it cannot be.

    White space that HTML would ignore is dropped (WHATWG URL §4.4: tabs and newlines anywhere, spaces around);
    non-ASCII hosts become IDNA, other non-ASCII characters percent-encoded UTF-8. ``&amp;`` is an ampersand, as it is
    wherever a feed escapes twice.
    """
    if link and is_plain(link) and len(link) <= LINK_LIMIT:
        return link
    text = _AMPERSAND.sub("&", re.sub("[\t\n\r]", "", link or "")).strip(_AROUND)
    if not text or re.fullmatch("https?:/*", text, re.IGNORECASE):  # joined to a base it would name the feed itself
        return None
    try:
        parts = urlsplit(urljoin(base, text) if base else text)
        safe = urlunsplit(_encoded(parts)) if parts.scheme in DEFAULT_PORTS and parts.hostname else None
    except ValueError:  # a bad port, an unclosed IPv6 bracket, a host that IDNA refuses
        return None
    return safe if safe and len(safe) <= LINK_LIMIT else None


def is_plain(link: str) -> bool:
    """Ask whether a link is absolute and needs nothing: no encoding, no joining to a base."""
    return _PLAIN.fullmatch(link) is not None


@functools.lru_cache(maxsize=512)  # whether it wraps another, hides one, which page and whose: five questions on a link
def split(link: str) -> SplitResult:
    """Take a clean link apart as ``urlsplit`` does, which takes five times as long."""
    found = _NAMED.fullmatch(link)
    return SplitResult(*found.groups("")) if found else urlsplit(link)


def host_of(parts: SplitResult) -> str:
    """Give the host of a URL in small letters, "" for none."""
    return parts.netloc if _HOST.fullmatch(parts.netloc) else parts.hostname or ""


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
