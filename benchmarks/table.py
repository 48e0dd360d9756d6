"""From samples to a Markdown table: medians of the rounds, ratios within one run, and what each has stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median

from msgspec import Struct

from benchmarks.measure import Measured
from benchmarks.scenes import Mode

OURS, PEER = "aggregator", "reader"

#: Modes in which a feed that is well answers alike, so that delays and sick neighbours show in when the last is done.
_COMPARED_BY_TIME = ("304", "latency", "sick")


class Sample(Struct, frozen=True, kw_only=True):
    """One command in one scene."""

    measured: Measured
    stored: int  #: items in its store afterwards
    healthy: float  #: seconds from its start until the last feed that is well was answered
    statuses: Mapping[str, int]  #: answers of feeds that are well


#: All samples of a run, by the names of mode and peer.
Samples = Mapping[tuple[str, str], Sequence[Sample]]


def middle(samples: Sequence[Sample], of: Callable[[Sample], float]) -> float | None:
    """Give the median of a figure; None where nothing was measured."""
    return median(map(of, samples)) if samples else None


def ratio(samples: Samples, mode: str) -> float | None:
    """Give our CPU time as a part of reader's."""
    ours, theirs = (middle(samples.get((mode, name), ()), _cpu) for name in (OURS, PEER))
    return ours / theirs if ours is not None and theirs else None


def written(modes: Sequence[Mode], peers: Sequence[str], samples: Samples) -> str:
    """Write the table, a row for each mode: CPU seconds, our ratio and what it should be, wall seconds, peak memory.

    The peak is that of our main process and, after the slash, of all our processes together.
    """
    head = ["mode", *(f"{name} CPU s" for name in peers), "ratio", "reach", "aim", *(f"{name} s" for name in peers)]
    rows = [[*head, "peak MB"], ["---", *["---:"] * len(head)]]
    rows += [_row(mode, peers, samples) for mode in modes]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(mode: Mode, peers: Sequence[str], samples: Samples) -> list[str]:
    measured = [samples.get((mode.name, name), ()) for name in peers]
    found = ratio(samples, mode.name)
    ours = samples.get((mode.name, OURS), ())
    return [
        mode.title,
        *(_figure(middle(one, _cpu)) for one in measured),
        f"**{_share(found)}**",
        _share(mode.reach),
        _share(mode.aim),
        *(_figure(middle(one, _wall)) for one in measured),
        f"{_megabytes(middle(ours, _main_peak))} / {_megabytes(middle(ours, _tree_peak))}",
    ]


def _cpu(sample: Sample) -> float:
    return sample.measured.cpu


def _wall(sample: Sample) -> float:
    return sample.measured.wall


def _main_peak(sample: Sample) -> float:
    return sample.measured.main_peak


def _tree_peak(sample: Sample) -> float:
    return sample.measured.tree_peak


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def _share(value: float | None) -> str:
    return (
        "–" if value is None else f"{value:.3f}".removeprefix("0") if value < 0.1 else f"{value:.2f}".removeprefix("0")
    )


def _megabytes(value: float | None) -> str:
    return "–" if value is None else f"{value / 1e6:.0f}"


def remarks(modes: Sequence[Mode], samples: Samples, *, expected: Callable[[Mode], int]) -> Iterator[str]:
    """Say who did not store what there was, and when the last feed that is well was answered, a line each."""
    lost: dict[str, list[str]] = defaultdict(list)
    for mode in modes:
        for (name, peer), taken in samples.items():
            if name == mode.name and taken and (counts := {sample.stored for sample in taken}) != {expected(mode)}:
                lost[f"{peer} stored {_list(counts)} items of {expected(mode):,}"].append(name)
    yield from (f"{what} ({', '.join(names)})." for what, names in lost.items())
    for mode in modes:
        if mode.name in _COMPARED_BY_TIME:
            healthy = [(peer, middle(taken, _healthy)) for (name, peer), taken in samples.items() if name == mode.name]
            told = ", ".join(f"{peer} {_figure(seconds)} s" for peer, seconds in healthy if seconds is not None)
            yield f"{mode.title}: the last feed that is well was answered after {told}."


def _healthy(sample: Sample) -> float:
    return sample.healthy


def _list(counts: set[int]) -> str:
    return " or ".join(f"{count:,}" for count in sorted(counts))


def failures(modes: Sequence[Mode], samples: Samples, *, rounds: int, expected: Callable[[Mode], int]) -> Iterator[str]:
    """Say why our own samples cannot be believed: some not taken, a command that failed, items that are missing."""
    for mode in modes:
        taken = samples.get((mode.name, OURS), ())
        if len(taken) < rounds:
            yield f"{mode.name}: {rounds - len(taken)} of {rounds} rounds did not end in time"
        for sample in taken:
            if sample.measured.late:
                yield f"{mode.name}: {sample.measured.late} processes had to be killed after the command"
            if sample.stored != expected(mode):
                yield f"{mode.name}: {sample.stored:,} items stored of {expected(mode):,}"
