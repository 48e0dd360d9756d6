"""Addresses as people read them: hosts, files, and nothing that is secret."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from aggregator.core.urls.cleaning import DEFAULT_PORTS


def host(url: str) -> str:
    """Give the host and port that a request to this URL goes to; "" where there is none."""
    try:
        parts = urlsplit(url)
        return f"{parts.hostname or ''}:{parts.port or DEFAULT_PORTS.get(parts.scheme, 0)}"
    except ValueError:
        return ""


def served_at(listen: tuple[str, int]) -> str:
    """Write the address of a site that listens there, for people and for links."""
    host, port = listen
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - shown, not bound
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"


def public(url: str) -> str:
    """Show a URL without its user and password."""
    if "@" not in url:
        return url
    return re.sub(r"^([a-zA-Z][a-zA-Z0-9+.-]*://)[^/?#]*@", r"\1", url)


def file_name(url: str) -> str:
    """Name what a URL ends in, to stand for a missing title; "" where it ends in nothing."""
    try:
        return urlsplit(url).path.rstrip("/").rpartition("/")[2]
    except ValueError:  # an unclosed IPv6 bracket
        return ""
