"""The values that cross a boundary: frozen, slotted, by keyword. They compute nothing but themselves.

All times are aware datetimes in UTC with whole seconds; all texts of an ``Item`` are clean.
"""

from aggregator.core.model.deciding import Change, Known, Next, Verdict
from aggregator.core.model.publishing import (
    GENERATOR,
    Account,
    Digest,
    Edition,
    Missed,
    Origin,
    Section,
    Sighting,
    Site,
    Standing,
    Stored,
    Story,
    Telling,
)
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
    "Account",
    "Change",
    "Config",
    "Digest",
    "Document",
    "Edition",
    "Entry",
    "Feed",
    "FeedState",
    "Hints",
    "IPNetwork",
    "Item",
    "Known",
    "Missed",
    "Next",
    "Origin",
    "Outcome",
    "Polling",
    "Prose",
    "Reading",
    "Rhythm",
    "Section",
    "Sighting",
    "Site",
    "Standing",
    "Status",
    "Stored",
    "Story",
    "Telling",
    "Timetable",
    "Trace",
    "Validators",
    "Verdict",
]
