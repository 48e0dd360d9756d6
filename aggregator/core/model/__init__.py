"""The values that cross a boundary: frozen, slotted, by keyword. They compute nothing but themselves.

All times are aware datetimes in UTC with whole seconds; all texts of an ``Item`` are clean.
"""

from aggregator.core.model.deciding import Change, Known, Next, Verdict
from aggregator.core.model.grouping import (
    Assignment,
    Evidence,
    Open,
    Report,
    Rulings,
    Statistics,
    Strictness,
    Terms,
    Tie,
)
from aggregator.core.model.publishing import GENERATOR, Digest, Edition, Missed, Section, Sighting, Site, Stored, Story
from aggregator.core.model.reading import (
    Document,
    Entry,
    FeedState,
    Hints,
    Item,
    Outcome,
    Prose,
    Reading,
    Rhythm,
    Status,
    Timetable,
    Trace,
    Validators,
)
from aggregator.core.model.settings import Config, Feed, IPNetwork, Polling

__all__ = [
    "GENERATOR",
    "Assignment",
    "Change",
    "Config",
    "Digest",
    "Document",
    "Edition",
    "Entry",
    "Evidence",
    "Feed",
    "FeedState",
    "Hints",
    "IPNetwork",
    "Item",
    "Known",
    "Missed",
    "Next",
    "Open",
    "Outcome",
    "Polling",
    "Prose",
    "Reading",
    "Report",
    "Rhythm",
    "Rulings",
    "Section",
    "Sighting",
    "Site",
    "Statistics",
    "Status",
    "Stored",
    "Story",
    "Strictness",
    "Terms",
    "Tie",
    "Timetable",
    "Trace",
    "Validators",
    "Verdict",
]
