"""From samples to a table: medians, ratios, and what makes a run unfit to be believed."""

from __future__ import annotations

from benchmarks import table
from benchmarks.measure import Measured
from benchmarks.scenes import MODES, Mode
from benchmarks.table import Sample

FIRST, UNCHANGED = MODES[:2]


def sample(cpu: float, *, stored: int = 100, late: int = 0, healthy: float = 1.0) -> Sample:
    """Make a sample that took so much CPU time, and as long."""
    taken = Measured(
        cpu=cpu, wall=2 * cpu, started=0.0, main_peak=50_000_000, tree_peak=120_000_000, status=0, late=late
    )
    return Sample(measured=taken, stored=stored, healthy=healthy, statuses={"200": 10})


def expected(_: Mode) -> int:
    """Give how many items there were."""
    return 100


SAMPLES = {
    ("first", "aggregator"): [sample(1.0), sample(9.0), sample(2.0)],
    ("first", "reader"): [sample(3.0, stored=90), sample(4.0, stored=90), sample(50.0, stored=90)],
    ("304", "aggregator"): [sample(0.02, healthy=0.5)] * 3,
    ("304", "reader"): [],
}


def test_writes_medians_and_their_ratio() -> None:
    """Each figure is the median of its rounds, the ratio is that of medians, and what is missing is a dash."""
    lines = table.written([FIRST, UNCHANGED], ["aggregator", "reader"], SAMPLES).splitlines()
    assert lines[2] == "| first poll of an empty store | 2.00 | 4.00 | **.50** | .65 | .45 | 4.00 | 8.00 | 50 / 120 |"
    assert lines[3].startswith("| nothing changed, validators (304) | 0.02 | – | **–** | .60 | .45 | 0.04 | – |")
    assert len({line.count("|") for line in lines}) == 1


def test_says_who_stored_too_little_and_when_healthy_feeds_were_done() -> None:
    """A peer that lost items is named with what it stored; the time is told for modes that can be compared by it."""
    told = list(table.remarks([FIRST, UNCHANGED], SAMPLES, expected=expected))
    assert told == [
        "reader stored 90 items of 100 (first).",
        "nothing changed, validators (304): the last feed that is well was answered after aggregator 0.50 s.",
    ]


def test_names_what_cannot_be_believed() -> None:
    """Missing rounds, processes that outlive their command and missing items are failures of the run, ours alone."""
    assert list(table.failures([FIRST, UNCHANGED], SAMPLES, rounds=3, expected=expected)) == []
    bad = {("first", "aggregator"): [sample(1.0, stored=99), sample(1.0, late=2)]}
    assert list(table.failures([FIRST], bad, rounds=3, expected=expected)) == [
        "first: 1 of 3 rounds did not end in time",
        "first: 99 items stored of 100",
        "first: 2 processes had to be killed after the command",
    ]
