"""Addresses of the settings: of feeds, of the site, of networks, and the one to serve on.

Validators take whatever YAML holds and raise ``ValueError`` with what is wrong and what to write. Nothing is looked up,
and a feed's URL is kept exactly as it was written.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, urlsplit

from aggregator.config.texts import kind, quoted
from aggregator.core.model import IPNetwork

FEED_URL: Final = r"[Hh][Tt][Tt][Pp][Ss]?://[^\s]+"  #: for editors; ``feed_url`` looks closer
SITE_URL: Final = r"[Hh][Tt][Tt][Pp][Ss]?://[^\s?#]+"
LISTEN: Final = r"(?:\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+):[0-9]{1,5}"
WORKERS: Final = f"auto|dask://{LISTEN}"

_UNFIT: Final = re.compile("[\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff]")
_NOT_IN_HTML: Final = re.compile(r"""[<>"'\\^`{|}]""")
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})")


def feed_url(value: object) -> str:
    """Check a feed's address: http or https, with a host and without blanks."""
    return _checked(value, example="https://example.org/news.xml")[0]


def site_url(value: object) -> str:
    """Check where the site will live: absolute, without query, fragment and password; give it with a "/" at its end."""
    url, parts = _checked(value, example="https://news.example.org")
    if "?" in url or "#" in url:
        raise ValueError(f"{quoted(url)} has a query or fragment; write {re.split('[?#]', url)[0]}")
    if parts.username is not None:
        raise ValueError("a password here would stand on every page; write the address without it")
    if _NOT_IN_HTML.search(url):
        raise ValueError(f"{quoted(url)} holds a character that an address spells as %XX; write it so")
    return url if url.endswith("/") else f"{url}/"


def network(value: object) -> IPNetwork:
    """Check a network (``10.0.0.0/8``) or a single address (``127.0.0.1``, ``::1``)."""
    if not isinstance(value, str):
        raise ValueError(f"{kind(value)} is not a network; write for example 127.0.0.0/8")
    try:
        wide = ip_network(value.strip(), strict=False)
    except ValueError as error:
        raise ValueError(f"{quoted(value)} is not a network; write for example 127.0.0.0/8 or ::1") from error
    try:
        return ip_network(value.strip())
    except ValueError as error:
        raise ValueError(f"{quoted(value)} is an address within a network; write {wide}") from error


def listen(value: object) -> tuple[str, int]:
    """Check ``host:port`` or ``[v6]:port``; give both, port 0 standing for any free one."""
    found = re.fullmatch(LISTEN, value) if isinstance(value, str) else None
    if not isinstance(value, str) or not found:
        raise ValueError(f'{kind(value)} is not an address to serve on; write "{_nearest_listen(value)}"')
    host, _, port = value.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if int(port) > 65_535:
        raise ValueError(f'there is no port {port}; write one from 0 to 65535, for example "{_bracketed(host)}:8080"')
    if not (_is_v6(host) if ":" in host or value.startswith("[") else _HOST.fullmatch(host)):
        raise ValueError(f'{quoted(host)} is not a host; write "127.0.0.1:{port}"')
    return host, int(port)


def workers(value: object) -> str | None:
    """Check who reads the feeds: None for ``auto``, else the address of a Dask scheduler as Dask writes it."""
    written = value.strip() if isinstance(value, str) else ""
    if written.lower() == "auto":
        return None
    if not _is_scheduler(written):
        raise ValueError(f"{kind(value)} names no workers; write auto, or {_nearest_workers(written)}")
    return written.replace("dask://", "tcp://")


def _is_scheduler(address: str) -> bool:
    return bool(re.fullmatch(WORKERS, address)) and 0 < int(address.rpartition(":")[2]) <= 65_535


def _checked(value: object, *, example: str) -> tuple[str, SplitResult]:
    if not isinstance(value, str) or not value.strip():
        what = "this is empty" if isinstance(value, str) else f"{kind(value)} is not an address"
        raise ValueError(f"{what}; write for example {example}")
    if _UNFIT.search(value):
        remedy = value.strip() if not _UNFIT.search(value.strip()) else "%20 for a blank"
        raise ValueError(f"{quoted(value)} holds a blank or control character; write {remedy}")
    try:
        parts = urlsplit(value)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise ValueError(f"{quoted(value)} is not an address ({error}); write for example {example}") from error
    if parts.scheme not in ("http", "https"):
        raise ValueError(_other_scheme(value, example=example))
    if not host or port == 0 or host.strip(".") == "":
        raise ValueError(f"{quoted(value)} names no host; write for example {example}")
    return value, parts


def _other_scheme(url: str, *, example: str) -> str:
    rest = re.sub("^(?:feed|rss|itpc|podcast):(?://)?(?:https?:(?://)?)?", "", url, flags=re.IGNORECASE)
    if rest != url:
        return f'{quoted(url)} starts with "{url.partition(":")[0]}:"; write https://{rest}'
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):(?![0-9])", url)
    if scheme:
        return f'"{scheme[1]}:" cannot be read, only http and https; write for example {example}'
    return f"{quoted(url)} does not start with https://; did you mean https://{url.lstrip('/')}?"


def _nearest_workers(written: str) -> str:
    found = re.fullmatch(r"([a-z]+://)?(\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+)(?::([0-9]{1,5}))?/?", written)
    guess = f"dask://{found[2]}:{found[3] or 8786}" if found and (found[1] or found[3]) else ""
    return guess if guess and _is_scheduler(guess) else "dask://scheduler:8786"


def _nearest_listen(value: object) -> str:
    written = str(value).strip()
    if re.fullmatch(":?[0-9]{1,5}", written):
        return f"127.0.0.1:{written.lstrip(':')}"
    host, _, port = written.rpartition(":")
    if _is_v6(host) and re.fullmatch("[0-9]{1,5}", port):
        return f"[{host}]:{port}"
    return f"{_bracketed(written)}:8080" if _HOST.fullmatch(written) or _is_v6(written) else "127.0.0.1:8080"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _is_v6(host: str) -> bool:
    try:
        return isinstance(ip_address(host), IPv6Address)
    except ValueError:
        return False
