"""Writes the newsroom's few web pages, so that a headline in the demonstration leads somewhere. Feeds are elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from aggregator.demo.outlets import OUTLETS, Outlet
from aggregator.demo.stories import Article

STYLE = (
    "body{font:1.1rem/1.6 Georgia,serif;max-width:34rem;margin:3rem auto;padding:0 1rem}"
    ":root{color-scheme:light dark}header,footer{font-size:.85rem;opacity:.75}"
)


def lobby() -> bytes:
    """Write the page at the newsroom's door: every outlet, with the way to its pages."""
    lines = "".join(f"<li>{_anchor(f'/{outlet.slug}/', outlet.title)}: {escape(outlet.motto)}" for outlet in OUTLETS)
    return _page("The bundled newsroom", body=f"<ul>{lines}</ul>")


def front(outlet: Outlet, articles: Sequence[Article]) -> bytes:
    """Write an outlet's front page, which names its feed as sites do (rel=alternate)."""
    kind = outlet.format.media_type.partition(";")[0]
    feed = f'<link rel="alternate" type="{kind}" title="{escape(outlet.title)}" href="{outlet.subscribed_path}">'
    lines = "".join(f"<li>{_anchor(article.path, article.headline)}" for article in articles)
    return _page(outlet.title, body=f"<p><em>{escape(outlet.motto)}</em></p><ul>{lines}</ul>", head=feed)


def article(outlet: Outlet, told: Article) -> bytes:
    """Write the page of one article."""
    summary = told.summary if outlet.html else f"<p>{escape(told.summary)}</p>"
    signed = f"<p>By {escape(told.author)}</p>" if told.author else ""
    header = f"<header>{_anchor(f'/{outlet.slug}/', outlet.title)}</header>"
    return _page(told.headline, body=summary + signed, above=header)


def _anchor(path: str, text: str) -> str:
    return f'<a href="{path}">{escape(text)}</a>'


def _page(title: str, *, body: str, head: str = "", above: str = "") -> bytes:
    return (
        f'<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style>{head}</head>\n'
        f"<body>{above}<main><h1>{escape(title)}</h1>{body}</main>\n"
        "<footer><p>Every place, person and event here is invented.</p></footer></body></html>\n"
    ).encode()
