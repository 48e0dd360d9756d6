"""Why an answer brings no feed, in words for the person who reads the footer: statuses, and walls against bots."""

from __future__ import annotations

import re
from http import HTTPStatus
from http.client import responses

from aggregator.edges.http import Response

#: What the common refusals mean.
_MEANINGS = {
    204: "the server sent nothing",
    206: "the server sent a part that nobody asked for",
    304: "not modified, says the server, but it was asked for the whole document",
    401: "it wants a user name and password",
    403: "the server refuses us",
    404: "there is nothing at this address",
    410: "the feed was removed for good",
    429: "we asked too often",
    451: "withheld for legal reasons",
}

#: Statuses with which walls refuse; behind them, their headers stand on good answers too.
_WALLED = frozenset({401, 403, 405, 429, 503})
#: Who says so in a header: name of the header, what stands in it, whose wall it is.
_BY_HEADER = (
    ("cf-mitigated", re.compile("."), "Cloudflare"),
    ("x-datadome", re.compile("."), "DataDome"),
    ("x-dd-b", re.compile("."), "DataDome"),
    ("server", re.compile("datadome", re.IGNORECASE), "DataDome"),
    ("set-cookie", re.compile(r"(?:^|, )datadome="), "DataDome"),
    ("x-amzn-waf-action", re.compile("."), "AWS"),
)
#: Who says so on a page that wants scripts, patience or a picture puzzle.
_BY_PAGE = (
    (re.compile(rb"captcha-delivery\.com", re.IGNORECASE), "DataDome"),
    (re.compile(rb"/cdn-cgi/challenge-platform|cf-chl|<title>(?:Just a moment|Attention Required)"), "Cloudflare"),
    (re.compile(rb"_Incapsula_Resource"), "Imperva"),
    (re.compile(rb"awsWafCookieDomainList|awswaf\.com"), "AWS"),
    (re.compile(rb"perimeterx|px-captcha", re.IGNORECASE), "HUMAN"),
    (re.compile(rb"Making sure you(?:&#39;|')re not a bot"), "Anubis"),
    (re.compile(rb"<title>[^<]{0,60}(?:captcha|you are human|are you a robot|bot verification)", re.IGNORECASE), ""),
)
#: Bytes of a page that are looked at.
_BEGINNING = 64 * 1024


def refusal(status: int) -> str:
    """Say in plain words what an HTTP status that brings no feed means."""
    phrase = responses.get(status, "not a standard answer")
    meaning = _MEANINGS.get(
        status, "the server has a problem" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else phrase
    )
    return f"HTTP {status}: {meaning}"


def bot_wall(response: Response) -> str | None:
    """Name the wall against bots that answered instead of the feed; None where there is no sign of one."""
    for header, sign, whose in _BY_HEADER if response.status in _WALLED else _BY_HEADER[:1]:
        if sign.search(response.headers.get(header, "")):
            return _named(response.status, whose)
    page = response.body[:_BEGINNING]
    whose_page = next((whose for sign, whose in _BY_PAGE if sign.search(page)), None)
    return None if whose_page is None else _named(response.status, whose_page)


def _named(status: int, whose: str) -> str:
    wall = f"a bot wall of {whose}" if whose else "a bot wall"
    return f"HTTP {status}: {wall} answers instead of the feed; ask the site to let feed readers through"
