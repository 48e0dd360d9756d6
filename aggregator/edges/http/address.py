"""Knows URLs: their passwords, which are kept apart from them, and where a redirect leads.

Does not resolve names and does not compare articles' links (that is ``core.urls``).
"""

from __future__ import annotations

import base64
import re
from contextlib import suppress
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

import requests
from msgspec import Struct

from aggregator.edges.http.words import Failed

#: What RFC 3986 lets stand in a URL besides letters and digits, the percent sign included: it may encode already.
_URL_CHARACTERS = "!#$%&'()*+,/:;=?@[]~"
#: A URL that is as it should be, as nearly all: no user, no escape, no name that begins with a dot, no port too high.
_PLAIN = re.compile(
    r"https?://[a-z0-9][a-z0-9.-]*+(?::(?:[1-9]|[1-5][0-9])[0-9]{0,3})?"
    r"(?=/)(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*+)*+/?(?:\?[A-Za-z0-9_.~=&-]++)?"
)


class Address(Struct, frozen=True, kw_only=True):
    """Where to ask: a URL in ASCII without user, password and fragment, and the credentials beside it."""

    url: str
    authorization: str | None = None  #: the value of an Authorization header

    def __repr__(self) -> str:
        return f"Address(url={self.url!r})"  # what is printed or logged holds no credentials

    @property
    def origin(self) -> tuple[str, str, int]:
        """Give scheme, host (lower case, no brackets) and port."""
        parts = urlsplit(self.url)
        return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def parse(url: str, *, base: str = "") -> Address:
    """Read a URL as people and servers write it, relative to ``base``; raise Failed when it is none for us."""
    if _PLAIN.fullmatch(url):  # asking takes a tenth of taking it apart and putting it together again
        return Address(url=url)
    try:
        parts = urlsplit(urljoin(base, url.strip()))
        if parts.scheme not in ("http", "https"):
            raise Failed("only http:// and https:// addresses can be read")
        userinfo, _, host = parts.netloc.rpartition("@")
        prepared = requests.PreparedRequest()  # IDNA, percent-encoding and the checks that requests makes anyway
        prepared.prepare_url(urlunsplit((parts.scheme, host, parts.path, parts.query, "")), None)
        address = Address(url=prepared.url or "", authorization=_basic(userinfo))
        _ = address.origin  # raises ValueError for a port that is no number
    except (requests.RequestException, ValueError) as error:  # UnicodeError and LocationParseError are ValueErrors
        raise Failed("this is not a valid address") from error
    return address


def follow(address: Address, location: str) -> Address:
    """Give the address that a Location header (latin-1, as received) means when ``address`` was asked.

    User and password stay only with the scheme, host and port that they were meant for (RFC 9110 §15.4); those that a
    Location brings are dropped. Raise Failed like ``parse``.
    """
    raw = location.strip().encode("latin-1")  # servers send UTF-8 here; its bytes are percent-encoded one by one
    target = parse(quote(raw, safe=_URL_CHARACTERS), base=address.url)
    stays = target.origin == address.origin
    return Address(url=target.url, authorization=address.authorization if stays else None)


def concealed(url: str) -> str:
    """Give a URL for people to read: without user and password, also when it is no valid URL."""
    with suppress(ValueError):
        parts = urlsplit(url)
        if parts.hostname and (parts.port is None or parts.port >= 0):  # a port that is no number raises ValueError
            return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return re.sub(r"(?s)^([a-z]+://)?.*@", r"\1", url)


def _basic(userinfo: str) -> str | None:
    """Write user and password for HTTP Basic (RFC 7617), in UTF-8."""
    if not userinfo.strip(":"):
        return None
    user, _, password = userinfo.partition(":")
    joined = unquote_to_bytes(user) + b":" + unquote_to_bytes(password)
    return "Basic " + base64.b64encode(joined).decode("ascii")
