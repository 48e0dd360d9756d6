"""Parameters of a link that say where a reader came from, and nothing of the page. Knows no hosts."""

from __future__ import annotations

import re

#: Whole families, and single names: campaigns, clicks, mailings, the ways of newsrooms, sessions, AMP.
_ALWAYS = re.compile(
    r"(utm|mtm|matomo|pk|piwik|hsa|wt|itm|otm|guce|__twitter|vero|oly|ml|at|ns)_.*|_hs.*|wt\..*"
    r"|sc_(?!lang|itemid|site|mode|device).*"  # Sitecore chooses its pages by these
    r"|fbclid|gclid|gclsrc|gad_source|dclid|gbraid|wbraid|msclkid|yclid|ysclid|twclid|ttclid|igshid|igsh|mibextid"
    r"|li_fat_id|srsltid|_ga|_gl|_openstat|fb_(action_ids|action_types|source|ref)|epik"
    r"|mc_[ce]id|mkt_tok|emc|ck_subscriber_id|s_kwcid"
    r"|smid|smtyp|smprod|partner|ncid|cmpid|cmp|icid|intcid|intcmp|ito|ocid|xtor|wpisrc|wpmm|guccounter|soc_(src|trk)"
    r"|tpcc|sr_share|taid|s_cid|mbid|ftcamp|ref_(src|url)"
    r"|jsessionid|phpsessid|aspsessionid\w*|usqp|amp_(js_v|gsa)"
)
#: Names that track with a word for a value; with a number they may choose a page.
_UNLESS_NUMBER = frozenset({"mod", "ref", "share", "sref", "via"})
#: Names that mean a channel where their value is one, and anything else elsewhere.
_CHANNEL_NAMES = frozenset({"source", "src", "from", "cid"})
_CHANNEL = re.compile(
    r"(rss|rss2|atom|feeds?|rssfeed|feedburner|feedly|twitter|tw|facebook|fb|e-?mail|newsletter|social|whatsapp|telegram"
    r"|reddit|linkedin|pinterest|instagram|flipboard|pocket|google-?_?news|gnews|apple-?_?news|share|push|sms|syndication"
    r")([-_.].*)?"
)
_AMP_NAMES = {"amp": ("", "1", "true"), "outputtype": ("amp",), "output": ("amp",)}


def is_tracking(name: str, value: str) -> bool:
    """Ask whether a parameter of this name and value makes no other page."""
    name, value = name.lower(), value.lower()
    if name in _UNLESS_NUMBER:
        return not value.isdigit()
    if name in _CHANNEL_NAMES:
        return _CHANNEL.fullmatch(value) is not None
    return value in _AMP_NAMES[name] if name in _AMP_NAMES else _ALWAYS.fullmatch(name) is not None
