"""What feeds.yaml may say: every setting, its default, what it means, and the JSON Schema made from it.

Knows the names and the nesting; how a single value is checked is said in ``texts``, ``times`` and ``addresses``, and
how a mistake is worded in ``wording``.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema, model_validator
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from aggregator.config import addresses, texts, times
from aggregator.core import model
from aggregator.core.model import Config, IPNetwork, Polling

_POLLING: Final = Polling()
_CONFIG: Final = Config(path=Path(), feeds=(), storage=Path("storage"))


def _text(**rules: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "string"} | rules)


def _setting(default: Any, meaning: str, *, written: Any = None) -> Any:
    """Describe an optional setting; ``written`` is its default as a user writes it, None where that cannot be said."""
    extra: dict[str, Any] = {} if written is None else {"default": written}
    # A factory, since pydantic would put the default as it spells it, such as PT30M, into the schema.
    return Field(default_factory=lambda: default, description=meaning, json_schema_extra=extra)


def _per_host(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 64:
        raise ValueError(f"{texts.kind(value)} is not a whole number from 1 to 64; write for example 1")
    return value


def _weight(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.1 <= value <= 10:
        raise ValueError(f"{texts.kind(value)} is not a number from 0.1 to 10; write for example 2")
    return float(value)


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{texts.kind(value)} is not true or false; write one of the two")
    return value


def _feed_type(value: object) -> model.FeedType:
    try:
        return model.FeedType(str(value))
    except ValueError as error:
        raise ValueError(f"{texts.kind(value)} is not understood; write {' or '.join(model.FeedType)}") from error


def _strictness(value: object) -> model.Strictness:
    try:
        return model.Strictness(str(value))
    except ValueError as error:
        *others, last = model.Strictness
        known = f"{', '.join(others)} or {last}"
        raise ValueError(f"{texts.kind(value)} is not understood; write {known}") from error


def _bare_feed(value: object) -> object:
    return {"url": value} if isinstance(value, str) else value


def _serve(value: object) -> object:
    if isinstance(value, str):
        advice = f"{{listen: {texts.quoted(value)}}}" if ":" in value else "false, or leave it out to serve"
        raise ValueError(f"{texts.kind(value)} is not understood; write {advice}")
    return {True: {}, False: None}[value] if isinstance(value, bool) else value


Line = Annotated[str, PlainValidator(texts.line), _text(minLength=1, maxLength=texts.LONGEST)]
Interval = Annotated[timedelta, PlainValidator(times.interval), _text(pattern=f"^{times.DURATION}$", examples=["30m"])]
Every = Annotated[
    timedelta | None,  # None: auto
    PlainValidator(times.every),
    _text(pattern=f"^(?:auto|{times.DURATION})$", examples=["30m", "auto"]),
]
Gap = Annotated[timedelta, PlainValidator(times.gap), _text(pattern=f"^{times.DURATION}$", examples=["1s"])]
Backfill = Annotated[
    timedelta | None,
    PlainValidator(times.backfill),
    _text(pattern=f"^(?:all|{times.DURATION})$", examples=["1d", "all"]),
]
TimeOfDay = Annotated[
    timedelta, PlainValidator(times.time_of_day), _text(pattern=f"^(?:{times.TIME_OF_DAY})$", examples=["07:00"])
]
Zone = Annotated[ZoneInfo, PlainValidator(times.zone), _text(examples=["Europe/London", "UTC"])]
Folder = Annotated[Path, PlainValidator(texts.folder), _text(minLength=1)]
SiteUrl = Annotated[str, PlainValidator(addresses.site_url), _text(pattern=f"^{addresses.SITE_URL}$")]
FeedUrl = Annotated[str, PlainValidator(addresses.feed_url), _text(pattern=f"^{addresses.FEED_URL}$")]
Network = Annotated[IPNetwork, PlainValidator(addresses.network), _text(examples=["127.0.0.0/8", "::1"])]
Listen = Annotated[tuple[str, int], PlainValidator(addresses.listen), _text(pattern=f"^{addresses.LISTEN}$")]
Workers = Annotated[
    str | None,  # None: auto
    PlainValidator(addresses.workers),
    _text(pattern=f"^(?:{addresses.WORKERS})$", examples=["auto", "dask://scheduler:8786"]),
]
Strictness = Annotated[
    model.Strictness,
    PlainValidator(_strictness),
    WithJsonSchema({"type": "string", "enum": list(model.Strictness)}),
]
FeedType = Annotated[
    model.FeedType, PlainValidator(_feed_type), WithJsonSchema({"type": "string", "enum": list(model.FeedType)})
]
Weight = Annotated[float, PlainValidator(_weight), WithJsonSchema({"type": "number", "minimum": 0.1, "maximum": 10})]
YesOrNo = Annotated[bool, PlainValidator(_yes_or_no), WithJsonSchema({"type": "boolean"})]
PerHost = Annotated[int, PlainValidator(_per_host), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 64})]


class Group(BaseModel):
    """A group of settings: nothing else may stand in it, and one left empty is as if it were not there."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True, strict=True)

    @model_validator(mode="before")
    @classmethod
    def _skip_empty(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {name: value for name, value in data.items() if value is not None or name not in cls.model_fields}


class FeedLine(Group):
    """A feed: where it is, and how it is shown and read. It may also be just its address, as text."""

    url: FeedUrl = Field(description="Address of the feed: http or https.")
    type: FeedType = _setting(
        model.FeedType.FEED,
        "What the address holds; feed: RSS, Atom or JSON Feed; headlines: a page or text that lists dated headlines.",
        written=str(model.FeedType.FEED),
    )
    name: Line | None = _setting(None, "What to call the feed; default: its own title.")
    category: Line | None = _setting(None, "Section of the page in which its stories stand; default: none.")
    every: Every = _setting(
        None, "Time between two polls of this feed; auto: as often as it publishes; default: polling.every."
    )
    weight: Weight = _setting(
        1.0, "How much its reports count in the order of the stories, and who leads one; 0.1 to 10.", written=1
    )
    paywall: YesOrNo = _setting(
        False,
        "Its articles cost money: where another outlet reports the same, that one leads the story.",
        written=False,
    )
    group: YesOrNo = _setting(True, "Whether its items may share a story with others.", written=True)


class DigestGroup(Group):
    """The daily digest."""

    closes_at: TimeOfDay = _setting(
        _CONFIG.closes_at,
        "Local time of day, 00:00 to 24:00, at which the day's edition closes; 24:00 belongs to the day that it ends.",
        written="24:00",
    )


class PollingGroup(Group):
    """How often and how gently feeds are read. Durations: 90s, 30m, 2h, 1d, 1w, 1h30m."""

    every: Every = _setting(
        _POLLING.every,
        "Time between two polls of a feed; auto: as often as each feed publishes, between 10m and 24h.",
        written="30m",
    )
    shortest: Interval = _setting(
        _POLLING.shortest, "No feed is polled more often than this.", written=times.spell(_POLLING.shortest)
    )
    per_host: PerHost = _setting(
        _POLLING.per_host, "Requests at a time to one host and port.", written=_POLLING.per_host
    )
    gap: Gap = _setting(
        _POLLING.gap, "Pause between two requests to one host and port.", written=times.spell(_POLLING.gap)
    )
    backfill: Backfill = _setting(
        _POLLING.backfill,
        "Entries older than this, when a feed is met for the first time, are stored but not shown; all: show them all.",
        written=times.spell(_POLLING.backfill or timedelta(0)),
    )
    unconditional: Interval = _setting(
        _POLLING.unconditional,
        "After so long of nothing but “not modified”, the whole document is asked for.",
        written=times.spell(_POLLING.unconditional),
    )
    workers: Workers = _setting(
        _POLLING.cluster,
        "Who reads the feeds: auto, this machine; dask://host:port, the workers of that Dask scheduler.",
        written="auto",
    )


class GroupingGroup(Group):
    """Which items share a story."""

    strictness: Strictness = _setting(
        _CONFIG.strictness,
        "How alike items must be to share a story; tight: fewer wrong ones, loose: fewer stories told twice.",
        written=str(_CONFIG.strictness),
    )
    leave_out: list[Line] = _setting(
        [], "Categories whose items each stay a story of their own; default: none.", written=[]
    )


class NetworkGroup(Group):
    """Which addresses may be asked."""

    allow: list[Network] = _setting(
        list(_CONFIG.allow), "Private networks or addresses that feeds may be read from; default: none.", written=[]
    )


class ServeGroup(Group):
    """Where the site is served."""

    listen: Listen = _setting(
        _CONFIG.listen,
        "Address to serve the site on, host:port or [v6]:port; port 0: any free one.",
        written="127.0.0.1:8080",
    )


class Settings(Group):
    """Settings of the headline aggregator."""

    title: Line = _setting(_CONFIG.title, "Title of the site and of its feed.", written=_CONFIG.title)
    timezone: Zone = Field(
        default_factory=times.system_zone,
        description="Time zone of the digest, by its IANA name; default: the system's, else UTC.",
    )
    storage: Folder = _setting(
        _CONFIG.storage,
        "Folder for the database and the written pages, relative to this file; ~ is your home.",
        written=str(_CONFIG.storage),
    )
    site_url: SiteUrl | None = _setting(None, "Address at which the site will live; default: wherever it is served.")
    digest: DigestGroup = _setting(DigestGroup(), "The daily digest.")
    polling: PollingGroup = _setting(PollingGroup(), "How often and how gently feeds are read.")
    grouping: GroupingGroup = _setting(GroupingGroup(), "Which items share a story.")
    network: NetworkGroup = _setting(NetworkGroup(), "Which addresses may be asked.")
    serve: Annotated[ServeGroup | None, BeforeValidator(_serve, json_schema_input_type=bool | ServeGroup)] = _setting(
        ServeGroup(), "Where the site is served; false: do not serve it."
    )
    feeds: list[Annotated[FeedLine, BeforeValidator(_bare_feed, json_schema_input_type=FeedUrl | FeedLine)]] = Field(
        description="The feeds to read.", min_length=1
    )


GROUPS: Final[dict[str, type[Group]]] = {  #: by the setting that holds them; "" is the file itself
    "": Settings,
    "digest": DigestGroup,
    "polling": PollingGroup,
    "grouping": GroupingGroup,
    "network": NetworkGroup,
    "serve": ServeGroup,
    "feeds": FeedLine,
}


class _ForEditors(GenerateJsonSchema):
    """Make a schema for people: without titles that repeat the names, and without the null that nobody writes."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 (pydantic's signature)
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def schema() -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of feeds.yaml, with descriptions and defaults for editors."""
    generated = Settings.model_json_schema(schema_generator=_ForEditors)
    groups = {
        name: {key: rule for key, rule in group.items() if key != "title"} for name, group in generated["$defs"].items()
    }
    head = {"$schema": GenerateJsonSchema.schema_dialect, "title": "feeds.yaml"}
    return head | {key: rule for key, rule in generated.items() if key != "title"} | {"$defs": groups}
