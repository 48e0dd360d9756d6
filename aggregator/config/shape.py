"""What feeds.yaml may say: every setting, its default, what it means, and the JSON Schema made from it.

Knows the names and the nesting; how a single value is checked is said in ``texts``, ``times``, ``choices`` and
``addresses``, and how a mistake is worded in ``wording``. A table of our own and not pydantic, whose import is a fifth
of a second of processor time for every command.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from aggregator.config import addresses, choices, texts, times
from aggregator.config.checking import Check, Group, Many, Plain, Rule, Setting, Shape, Short
from aggregator.core.model import Config, FeedType, Polling, Strictness

_POLLING: Final = Polling()
_CONFIG: Final = Config(path=Path(), feeds=(), storage=Path("storage"))


def _text(check: Check, **rules: Any) -> Plain:
    return Plain(check, {"type": "string"} | rules)


def _setting(shape: Shape, default: object, meaning: str, *, written: object = None) -> Setting:
    """Describe a setting that may be left out; ``written`` is its default as a user writes it."""
    return Setting(shape=shape, default=lambda: default, meaning=meaning, written=written)


def _group(group: Group, meaning: str | None = None) -> Setting:
    return Setting(shape=group, default=group.defaults, meaning=meaning or group.meaning)


def _bare_feed(value: object) -> object:
    return {"url": value} if isinstance(value, str) else value


def _serve(value: object) -> object:
    if isinstance(value, str):
        advice = f"{{listen: {texts.quoted(value)}}}" if ":" in value else "false, or leave it out to serve"
        raise ValueError(f"{texts.kind(value)} is not understood; write {advice}")
    return {True: {}, False: None}[value] if isinstance(value, bool) else value


_LINE: Final = _text(texts.line, minLength=1, maxLength=texts.LONGEST)
_INTERVAL: Final = _text(times.interval, pattern=f"^{times.DURATION}$", examples=["30m"])
_EVERY: Final = _text(times.every, pattern=f"^(?:auto|{times.DURATION})$", examples=["30m", "auto"])
_GAP: Final = _text(times.gap, pattern=f"^{times.DURATION}$", examples=["1s"])
_BACKFILL: Final = _text(times.backfill, pattern=f"^(?:all|{times.DURATION})$", examples=["1d", "all"])
_TIME_OF_DAY: Final = _text(times.time_of_day, pattern=f"^(?:{times.TIME_OF_DAY})$", examples=["07:00"])
_ZONE: Final = _text(times.zone, examples=["Europe/London", "UTC"])
_FOLDER: Final = _text(texts.folder, minLength=1)
_SITE_URL: Final = _text(addresses.site_url, pattern=f"^{addresses.SITE_URL}$")
_FEED_URL: Final = _text(addresses.feed_url, pattern=f"^{addresses.FEED_URL}$")
_NETWORK: Final = _text(addresses.network, examples=["127.0.0.0/8", "::1"])
_LISTEN: Final = _text(addresses.listen, pattern=f"^{addresses.LISTEN}$")
_WORKERS: Final = _text(
    addresses.workers, pattern=f"^(?:{addresses.WORKERS})$", examples=["auto", "dask://scheduler:8786"]
)
_PER_HOST: Final = Plain(choices.per_host, {"type": "integer", "minimum": 1, "maximum": 64})
_WEIGHT: Final = Plain(choices.weight, {"type": "number", "minimum": 0.1, "maximum": 10})
_YES_OR_NO: Final = Plain(choices.yes_or_no, {"type": "boolean"})
_FEED_TYPE: Final = _text(choices.feed_type, enum=list(FeedType))
_STRICTNESS: Final = _text(choices.strictness, enum=list(Strictness))

FEED: Final = Group(
    name="FeedLine",
    meaning="A feed: where it is, and how it is shown and read. It may also be just its address, as text.",
    settings={
        "url": Setting(shape=_FEED_URL, meaning="Address of the feed: http or https.", is_needed=True),
        "type": _setting(
            _FEED_TYPE,
            FeedType.FEED,
            "What the address holds; feed: RSS, Atom or JSON Feed; headlines: a page or text that lists dated"
            " headlines.",
            written=str(FeedType.FEED),
        ),
        "name": Setting(shape=_LINE, meaning="What to call the feed; default: its own title."),
        "category": Setting(shape=_LINE, meaning="Section of the page in which its stories stand; default: none."),
        "every": Setting(
            shape=_EVERY,
            meaning="Time between two polls of this feed; auto: as often as it publishes; default: polling.every.",
        ),
        "weight": _setting(
            _WEIGHT,
            1.0,
            "How much its reports count in the order of the stories, and who leads one; 0.1 to 10.",
            written=1,
        ),
        "paywall": _setting(
            _YES_OR_NO,
            False,
            "Its articles cost money: where another outlet reports the same, that one leads the story.",
            written=False,
        ),
        "group": _setting(_YES_OR_NO, True, "Whether its items may share a story with others.", written=True),
    },
)

_DIGEST: Final = Group(
    name="DigestGroup",
    meaning="The daily digest.",
    settings={
        "closes_at": _setting(
            _TIME_OF_DAY,
            _CONFIG.closes_at,
            "Local time of day, 00:00 to 24:00, at which the day's edition closes; 24:00 belongs to the day that it"
            " ends.",
            written="24:00",
        ),
    },
)

_POLLS: Final = Group(
    name="PollingGroup",
    meaning="How often and how gently feeds are read. Durations: 90s, 30m, 2h, 1d, 1w, 1h30m.",
    settings={
        "every": _setting(
            _EVERY,
            _POLLING.every,
            "Time between two polls of a feed; auto: as often as each feed publishes, between 10m and 24h.",
            written="30m",
        ),
        "shortest": _setting(
            _INTERVAL,
            _POLLING.shortest,
            "No feed is polled more often than this.",
            written=times.spell(_POLLING.shortest),
        ),
        "per_host": _setting(
            _PER_HOST, _POLLING.per_host, "Requests at a time to one host and port.", written=_POLLING.per_host
        ),
        "gap": _setting(
            _GAP, _POLLING.gap, "Pause between two requests to one host and port.", written=times.spell(_POLLING.gap)
        ),
        "backfill": _setting(
            _BACKFILL,
            _POLLING.backfill,
            "Entries older than this, when a feed is met for the first time, are stored but not shown; all: show them"
            " all.",
            written=times.spell(_POLLING.backfill or timedelta(0)),
        ),
        "unconditional": _setting(
            _INTERVAL,
            _POLLING.unconditional,
            "After so long of nothing but “not modified”, the whole document is asked for.",
            written=times.spell(_POLLING.unconditional),
        ),
        "workers": _setting(
            _WORKERS,
            _POLLING.cluster,
            "Who reads the feeds: auto, this machine; dask://host:port, the workers of that Dask scheduler.",
            written="auto",
        ),
    },
)

_GROUPING: Final = Group(
    name="GroupingGroup",
    meaning="Which items share a story.",
    settings={
        "strictness": _setting(
            _STRICTNESS,
            _CONFIG.strictness,
            "How alike items must be to share a story; tight: fewer wrong ones, loose: fewer stories told twice.",
            written=str(_CONFIG.strictness),
        ),
        "leave_out": _setting(
            Many(of=_LINE),
            (),
            "Categories whose items each stay a story of their own; default: none.",
            written=[],
        ),
    },
)

_NETWORKS: Final = Group(
    name="NetworkGroup",
    meaning="Which addresses may be asked.",
    settings={
        "allow": _setting(
            Many(of=_NETWORK),
            _CONFIG.allow,
            "Private networks or addresses that feeds may be read from; default: none.",
            written=[],
        ),
    },
)

_SERVING: Final = Group(
    name="ServeGroup",
    meaning="Where the site is served.",
    settings={
        "listen": _setting(
            _LISTEN,
            _CONFIG.listen,
            "Address to serve the site on, host:port or [v6]:port; port 0: any free one.",
            written="127.0.0.1:8080",
        ),
    },
)

SETTINGS: Final = Group(
    name="Settings",
    meaning="Settings of the headline aggregator.",
    settings={
        "title": _setting(_LINE, _CONFIG.title, "Title of the site and of its feed.", written=_CONFIG.title),
        "timezone": Setting(
            shape=_ZONE,
            default=times.system_zone,
            meaning="Time zone of the digest, by its IANA name; default: the system's, else UTC.",
        ),
        "storage": _setting(
            _FOLDER,
            _CONFIG.storage,
            "Folder for the database and the written pages, relative to this file; ~ is your home.",
            written=str(_CONFIG.storage),
        ),
        "site_url": Setting(
            shape=_SITE_URL, meaning="Address at which the site will live; default: wherever it is served."
        ),
        "digest": _group(_DIGEST),
        "polling": _group(_POLLS, "How often and how gently feeds are read."),
        "grouping": _group(_GROUPING),
        "network": _group(_NETWORKS),
        "serve": Setting(
            shape=Short(meant=_serve, described={"type": "boolean"}, of=_SERVING),
            default=_SERVING.defaults,
            meaning="Where the site is served; false: do not serve it.",
        ),
        "feeds": Setting(
            shape=Many(of=Short(meant=_bare_feed, described=_FEED_URL.rule(), of=FEED), least=1),
            meaning="The feeds to read.",
            is_needed=True,
        ),
    },
)

GROUPS: Final[dict[str, Group]] = {  #: by the setting that holds them; "" is the file itself
    "": SETTINGS,
    "digest": _DIGEST,
    "polling": _POLLS,
    "grouping": _GROUPING,
    "network": _NETWORKS,
    "serve": _SERVING,
    "feeds": FEED,
}


def schema() -> Rule:
    """Give the JSON Schema (draft 2020-12) of feeds.yaml, with descriptions and defaults for editors."""
    groups = sorted((group for name, group in GROUPS.items() if name), key=lambda group: group.name)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "feeds.yaml",
        "$defs": {group.name: group.described() for group in groups},
        **SETTINGS.described(),
    }
