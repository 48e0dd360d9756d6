"""Measures how feeds are read, side by side with others, and prints a Markdown table: ``python -m benchmarks.reading``.

Every measurement is a whole command, from the start of its interpreter to its end, over the same feeds. Rounds are
interleaved: each peer runs once in each mode before any runs twice, so that a slow quarter of an hour slows all.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from msgspec import Struct, field

from benchmarks import certificates, measure, peers, stage, table
from benchmarks.certificates import Certificates
from benchmarks.peers import Peer
from benchmarks.scenes import MODES, Mode, Scene
from benchmarks.stage import Stage
from benchmarks.table import Sample
from benchmarks.world import Telling, World

#: Servers that the feeds are spread over, each a port.
PORTS = 100
_PEERS = ("aggregator", "reader", "newsboat")
#: Characters of a failed command's output that are shown.
_LAST_WORDS = 2000


class Bench(Struct, frozen=True, kw_only=True):
    """What stands ready for measuring."""

    world: World
    stage: Stage
    certificates: Certificates
    folder: Path
    timeout: float
    _primed: dict[tuple[str, Scene], Path] = field(default_factory=dict)

    def sample(self, peer: Peer, mode: Mode) -> Sample:
        """Run a peer once in a mode, on a copy of its store; TimeoutError when it does not end."""
        folder = self.folder / "run"
        try:
            if mode.primed:
                shutil.copytree(self._filled(peer, mode.before), folder)
            else:
                self._set_up(peer, folder, secure=mode.scene.secure)
            self.stage.play(mode.scene)
            taken = self._run(peer, folder, secure=mode.scene.secure)
            asked = self.stage.asked()
            healthy = asked.healthy_done - taken.started
            return Sample(measured=taken, stored=peer.stored(folder), healthy=healthy, statuses=asked.statuses)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _filled(self, peer: Peer, scene: Scene) -> Path:
        """Give a folder in which a peer has read everything as it was first told."""
        key = (peer.name, scene)
        if key not in self._primed:
            folder = self.folder / f"primed-{len(self._primed)}"
            shutil.rmtree(folder, ignore_errors=True)  # of an attempt that did not end in time
            self._set_up(peer, folder, secure=scene.secure)
            self.stage.play(scene)
            for _ in range(peer.polls_to_prime):
                self._run(peer, folder, secure=scene.secure)
            self._primed[key] = folder
        return self._primed[key]

    def _set_up(self, peer: Peer, folder: Path, *, secure: bool) -> None:
        folder.mkdir()
        peer.set_up(folder, self.stage.urls(secure=secure))

    def _run(self, peer: Peer, folder: Path, *, secure: bool) -> measure.Measured:
        """Run a peer's command; RuntimeError, with what it said last, when it fails."""
        trust = self.certificates.environment() if secure else {}
        log = self.folder / f"{peer.name}.log"
        taken = measure.measured(
            peer.command(folder),
            folder=folder,
            environment={**_surroundings(), "HOME": str(folder), **trust},
            timeout=self.timeout,
            log=log,
        )
        if taken.status:
            said = log.read_text(encoding="utf-8", errors="replace")[-_LAST_WORDS:]
            raise RuntimeError(f"{peer.name} ended with status {taken.status}; it said last:\n{said}")
        return taken


def samples_of(bench: Bench, found: Sequence[Peer], modes: Sequence[Mode], *, rounds: int) -> table.Samples:
    """Measure every peer in every mode, round by round; what does not end in time is told and left out."""
    samples: dict[tuple[str, str], list[Sample]] = defaultdict(list)
    for number in range(rounds):
        for mode in modes:
            for peer in found if number % 2 == 0 else reversed(found):
                try:
                    sample = bench.sample(peer, mode)
                except TimeoutError as error:
                    _say(f"round {number + 1}  {mode.name:8} {error}")
                    continue
                samples[mode.name, peer.name].append(sample)
                _say(f"round {number + 1}  {mode.name:8} {peer.name:11} {_told(sample)}")
    return {(mode.name, peer.name): samples[mode.name, peer.name] for mode in modes for peer in found}


def _told(sample: Sample) -> str:
    taken = sample.measured
    answers = " ".join(f"{count}x{status}" for status, count in sorted(sample.statuses.items()))
    return (
        f"{taken.cpu:7.2f} CPU s {taken.wall:7.2f} s {taken.main_peak / 1e6:5.0f} MB {sample.stored:7} items  {answers}"
    )


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    """Run the benchmark that the command line describes; exit 1 when our own figures cannot be believed."""
    said = _arguments()
    world = World(size=said.feeds, now=said.now, seed=said.seed)
    found = peers.found(said.peers, cache=said.cache)
    try:
        started, samples = _measured(said, world, found)
    except RuntimeError as error:
        sys.exit(str(error))

    def expected(mode: Mode) -> int:
        return world.items(mode.scene.telling)

    print(_heading(world, found, rounds=said.rounds))
    print(table.written(said.modes, [peer.name for peer in found], samples))
    print(f"- `aggregator --help` takes {started * 1000:.0f} ms.")
    for remark in table.remarks(said.modes, samples, expected=expected):
        print(f"- {remark}")
    failures = list(table.failures(said.modes, samples, rounds=said.rounds, expected=expected))
    for failure in failures:
        _say(f"not to be believed: {failure}")
    sys.exit(bool(failures))


def _measured(said: argparse.Namespace, world: World, found: Sequence[Peer]) -> tuple[float, table.Samples]:
    """Serve the world and measure in it: how long the program takes to start (seconds), and all samples."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as scratch:
        folder = Path(scratch)
        made = certificates.make(folder)
        with stage.opened(world, ports=min(PORTS, said.feeds), certificate=made.server) as opened:
            bench = Bench(world=world, stage=opened, certificates=made, folder=folder, timeout=said.timeout)
            return _start_up(folder), samples_of(bench, found, said.modes, rounds=said.rounds)


def _surroundings() -> dict[str, str]:
    """Give the environment for commands: ours, but modules stay compiled, as those of installed programs are."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _start_up(folder: Path) -> float:
    """Give the wall seconds that the shortest command takes, the median of five."""
    command = [str(Path(sys.executable).with_name("aggregator")), "--help"]
    log = folder / "help.log"
    runs = [
        measure.measured(command, folder=folder, environment=_surroundings(), timeout=30, log=log) for _ in range(5)
    ]
    return median(run.wall for run in runs)


def _heading(world: World, found: Sequence[Peer], *, rounds: int) -> str:
    versions = ", ".join(f"{peer.name} {peer.version}" for peer in found)
    items = world.items(Telling.FIRST)
    taken = f"medians of {rounds} rounds" if rounds > 1 else "one round"
    return (
        f"{world.size:,} feeds with {items:,} items, {taken}; {versions}; Python"
        f" {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[2]:.1f}; seed {world.seed},"
        f" now {world.now.isoformat()}.\n"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__)
    parser.add_argument("--feeds", type=int, default=400, help="how many feeds (400)")
    parser.add_argument("--rounds", type=int, default=3, help="how many rounds (3)")
    parser.add_argument("--modes", type=_modes, default=list(MODES), help=", ".join(mode.name for mode in MODES))
    parser.add_argument("--peers", type=lambda text: text.split(","), default=list(_PEERS), help=", ".join(_PEERS))
    parser.add_argument("--seed", type=int, default=1, help="of the world (1)")
    parser.add_argument("--now", type=datetime.fromisoformat, help="the world's moment, with its zone (this minute)")
    parser.add_argument("--timeout", type=float, default=600, help="seconds that one command may take (600)")
    parser.add_argument("--cache", type=Path, default=Path(".bench"), help="where reader is installed (.bench)")
    said = parser.parse_args()
    said.now = (said.now or datetime.now(UTC)).replace(second=0, microsecond=0)
    said.cache = said.cache.absolute()
    return said


def _modes(text: str) -> list[Mode]:
    names = text.split(",")
    if unknown := set(names) - {mode.name for mode in MODES}:
        raise argparse.ArgumentTypeError(f"no such mode: {', '.join(sorted(unknown))}")
    return [mode for mode in MODES if mode.name in names]


if __name__ == "__main__":
    main()
