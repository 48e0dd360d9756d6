"""Outlets by name and by domain: "The New York Times" and www.nytimes.com are one. Compared, never shown."""

from __future__ import annotations

import functools
import re

from aggregator.core import text

#: Outlets that others name behind a headline, as domain: names. Names that are ordinary words (Time, Metro) are left
#: out: they count where they are the item's own source.
_KNOWN = """
    abc.net.au: ABC News Australia, ABC Australia
    abcnews.go.com: ABC News
    aljazeera.com: Al Jazeera, Al Jazeera English
    apnews.com: AP News, Associated Press, AP
    arstechnica.com: Ars Technica
    axios.com: Axios
    bbc.com bbc.co.uk: BBC, BBC News, BBC News Online, BBC World News
    bloomberg.com: Bloomberg, Bloomberg News
    breitbart.com: Breitbart, Breitbart News
    businessinsider.com: Business Insider
    buzzfeed.com buzzfeednews.com: BuzzFeed, BuzzFeed News
    cbc.ca: CBC, CBC News
    cbsnews.com: CBS News
    cnbc.com: CNBC
    cnet.com: CNET
    cnn.com: CNN, CNN International, CNN.com
    corriere.it: Corriere della Sera
    csmonitor.com: Christian Science Monitor
    ctvnews.ca: CTV News
    dailymail.co.uk: Daily Mail, Daily Mail Online, Mail Online, MailOnline
    derstandard.at: Der Standard
    dw.com: DW, Deutsche Welle
    economist.com: The Economist
    elmundo.es: El Mundo
    elpais.com: El País
    engadget.com: Engadget
    espn.com: ESPN
    euronews.com: Euronews
    faz.net: FAZ, FAZ.NET, Frankfurter Allgemeine, Frankfurter Allgemeine Zeitung
    forbes.com: Forbes
    foreignpolicy.com: Foreign Policy
    foxnews.com: Fox News
    france24.com: France 24
    ft.com: FT, Financial Times
    gizmodo.com: Gizmodo
    haaretz.com: Haaretz
    hindustantimes.com: Hindustan Times
    huffpost.com huffingtonpost.com: HuffPost, Huffington Post
    independent.co.uk: Independent.co.uk
    indianexpress.com: Indian Express
    irishtimes.com: Irish Times
    japantimes.co.jp: Japan Times
    jpost.com: Jerusalem Post
    latimes.com: LA Times, Los Angeles Times
    lefigaro.fr: Le Figaro
    lemonde.fr: Le Monde
    liberation.fr: Libération
    mashable.com: Mashable
    miamiherald.com: Miami Herald
    motherjones.com: Mother Jones
    msnbc.com: MSNBC
    nationalgeographic.com: National Geographic
    nationalreview.com: National Review
    nbcnews.com: NBC News
    ndtv.com: NDTV, NDTV.com
    newscientist.com: New Scientist
    newsweek.com: Newsweek
    newyorker.com: New Yorker
    nhk.or.jp: NHK, NHK World
    npr.org: NPR
    nypost.com: New York Post
    nytimes.com: NYT, NY Times, New York Times
    nzz.ch: NZZ, Neue Zürcher Zeitung
    pbs.org: PBS, PBS NewsHour
    politico.com politico.eu: Politico, Politico Europe
    propublica.org: ProPublica
    repubblica.it: la Repubblica
    reuters.com: Reuters, Reuters UK
    rfi.fr: RFI
    rollingstone.com: Rolling Stone
    rt.com: RT, RT International
    rte.ie: RTÉ, RTÉ News
    sciencealert.com: ScienceAlert
    scmp.com: South China Morning Post, SCMP
    scientificamerican.com: Scientific American
    sfchronicle.com sfgate.com: San Francisco Chronicle, SFGATE
    skynews.com news.sky.com: Sky News
    smh.com.au: Sydney Morning Herald
    spiegel.de: Der Spiegel, Spiegel Online, DER SPIEGEL
    straitstimes.com: Straits Times
    sueddeutsche.de: Süddeutsche Zeitung, SZ.de
    tagesschau.de: tagesschau, tagesschau.de
    techcrunch.com: TechCrunch
    telegraph.co.uk: Daily Telegraph, The Telegraph
    theatlantic.com: The Atlantic
    theconversation.com: The Conversation
    thedailybeast.com: Daily Beast
    theglobeandmail.com: Globe and Mail
    theguardian.com guardian.co.uk: The Guardian
    thehill.com: The Hill
    theintercept.com: The Intercept
    thehindu.com: The Hindu
    theregister.com theregister.co.uk: The Register
    thesun.co.uk: The Sun
    thetimes.co.uk thetimes.com: The Times, The Sunday Times
    theverge.com: The Verge
    timesofindia.indiatimes.com: Times of India
    timesofisrael.com: Times of Israel
    tmz.com: TMZ
    upi.com: UPI, UPI.com
    usatoday.com: USA Today
    usnews.com: US News, U.S. News & World Report
    vanityfair.com: Vanity Fair
    volkskrant.nl: de Volkskrant
    vox.com: Vox, Vox.com
    washingtonexaminer.com: Washington Examiner
    washingtonpost.com: Washington Post, WaPo
    washingtontimes.com: Washington Times
    wsj.com: WSJ, Wall Street Journal
    zeit.de: ZEIT ONLINE, DIE ZEIT
"""

_DOMAIN = re.compile(r"(?:https?://)?([a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z]{2,})(?::\d+)?(?:/.*)?", re.IGNORECASE)
#: Second levels that are no name yet: example.co.uk, example.com.au.
_SECOND_LEVEL = frozenset("ac co com edu gob gov gouv net or org".split())
#: What says which part of an outlet: "New York Times (News)", "NBC News (Online)".
_PART = re.compile(r"\s*\([^()]*\)$")
_SEPARATOR = re.compile(r"\s(?:[-–—|·•]|::)\s")
_LONGEST_NAME = 60


@functools.lru_cache(maxsize=1024)
def outlet(source: str) -> str:
    """Name an outlet for comparing, by its name or by the domain that stands for it; "" where neither is there.

    ``CBS News``, ``cbsnews.com`` and ``https://www.cbsnews.com/feed`` come to one; so do ``The Skerry Courier`` and
    ``skerrycourier.example``.
    """
    name = _PART.sub("", source.strip())
    domain = _DOMAIN.fullmatch(name)
    return _of_domain(domain.group(1).lower()) if domain else _NAMES.get(squeezed := _squeezed(name), squeezed)


def _of_domain(domain: str) -> str:
    labels = domain.split(".")
    wider = (".".join(labels[at:]) for at in range(len(labels) - 1))
    found = next((_DOMAINS[name] for name in wider if name in _DOMAINS), None)
    return found or _without_article(_label(labels))


def _label(labels: list[str]) -> str:
    """Take from a domain what its outlet chose: the label before the public ones."""
    is_second = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return labels[-3 if is_second else -2].replace("-", "")


def _squeezed(name: str) -> str:
    return _without_article(text.folded(name).replace(" ", ""))


def _without_article(name: str) -> str:
    """Drop "the", which names and domains carry or not as they like."""
    return name[3:] if name.startswith("the") and len(name) > 5 else name


def without_outlet(title: str, source: str) -> str:
    """Cut off the outlet's name behind a headline, where it is that of the source or a known one; twice at most."""
    for _ in range(2):
        last = next(reversed(list(_SEPARATOR.finditer(title))), None)
        if last is None or not _is_outlet(title[last.end() :].strip(), source):
            break
        title = title[: last.start()].rstrip()
    return title


def _is_outlet(name: str, source: str) -> bool:
    if not name or len(name) > _LONGEST_NAME:
        return False
    domain = _DOMAIN.fullmatch(name)
    is_known = outlet(name) in _CANONICAL if domain else text.folded(name) in _WRITTEN
    return is_known or (bool(source) and outlet(name) == outlet(source) != "")


def _read(table: str) -> dict[str, tuple[list[str], list[str]]]:
    """Read the table of known outlets: under the canonical name of each its domains and its names."""
    found = {}
    for line in table.strip().splitlines():
        domains, _, names = line.partition(":")
        listed = [name.strip() for name in names.split(",")]
        found[_squeezed(listed[0])] = domains.split(), listed
    return found


_OUTLETS = _read(_KNOWN)
_CANONICAL = frozenset(_OUTLETS)
_DOMAINS = {domain: outlet for outlet, (domains, _) in _OUTLETS.items() for domain in domains}
_NAMES = {_squeezed(name): outlet for outlet, (_, names) in _OUTLETS.items() for name in names}
#: As they stand behind headlines; "the" may come but not go, where what is left may be an ordinary word.
_WRITTEN = frozenset(
    written for _, names in _OUTLETS.values() for name in map(text.folded, names) for written in (name, f"the {name}")
)
