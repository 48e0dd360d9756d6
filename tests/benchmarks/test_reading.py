"""The run: each measurement starts from a store as it was filled, and what cannot be believed ends it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks import certificates, stage
from benchmarks.peers import Peer
from benchmarks.reading import Bench, samples_of
from benchmarks.scenes import MODES
from benchmarks.world import World

ROOT = Path(__file__).parents[2]
FIRST, UNCHANGED, *_ = MODES
#: A program that counts its own runs in its folder.
COUNTS = (
    "import pathlib; file = pathlib.Path('runs'); file.write_text(file.read_text() + 'x' if file.exists() else 'x')"
)


def peer(program: str, *, name: str = "peer", polls_to_prime: int = 1) -> Peer:
    """Make a peer of a Python program; what it stored is how often it has run."""
    return Peer(
        name=name,
        version="1",
        set_up=lambda folder, urls: None,
        command=lambda folder: [sys.executable, "-c", program],
        stored=lambda folder: len((folder / "runs").read_text()),
        polls_to_prime=polls_to_prime,
    )


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Serve two feeds."""
    world = World(size=2, now=datetime(2026, 11, 22, 7, 30, tzinfo=UTC))
    made = certificates.make(tmp_path)
    with stage.opened(world, ports=1, certificate=made.server) as opened:
        yield Bench(world=world, stage=opened, certificates=made, folder=tmp_path, timeout=1.5)


def test_every_sample_starts_from_the_same_store(bench: Bench) -> None:
    """A measurement neither sees nor leaves anything of another one: it works on a copy of what was filled before."""
    slow_learner = peer(COUNTS, polls_to_prime=2)
    assert [bench.sample(slow_learner, UNCHANGED).stored for _ in range(2)] == [3, 3]
    assert bench.sample(slow_learner, FIRST).stored == 1
    assert not (bench.folder / "run").exists()


def test_what_does_not_end_in_time_is_left_out(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    """A peer that hangs costs its own samples, in each round anew, and no other peer's."""
    hangs, counts = peer("import time; time.sleep(60)", name="hangs"), peer(COUNTS, name="counts")
    samples = samples_of(bench, [hangs, counts], [UNCHANGED], rounds=2)
    assert [len(samples["304", name]) for name in ("hangs", "counts")] == [0, 2]
    assert capsys.readouterr().err.count("did not end within") == 2


def test_a_command_that_fails_ends_the_run_with_its_words(bench: Bench) -> None:
    """An exit status is no sample; what the command said is told."""
    with pytest.raises(RuntimeError, match=r"peer ended with status 3; it said last:\n.*no such feed"):
        bench.sample(peer("import sys; print('no such feed'); sys.exit(3)"), FIRST)


def run(*arguments: str, cache: Path) -> subprocess.CompletedProcess[str]:
    """Run the benchmark as its users do."""
    command = [sys.executable, "-m", "benchmarks.reading", "--cache", str(cache), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_measures_and_prints_a_table(tmp_path: Path) -> None:
    """Our own program ends with a row of the table, every item stored and every answer a 304; nothing is installed."""
    ended = run("--feeds", "4", "--rounds", "1", "--modes", "304", "--peers", "aggregator", cache=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "| nothing changed, validators (304) |" in ended.stdout
    assert "4x304" in ended.stderr
    assert "stored" not in ended.stdout  # nobody lost an item
    assert list(tmp_path.iterdir()) == []


def test_refuses_a_mode_that_there_is_not(tmp_path: Path) -> None:
    """A misspelt mode is named before anything is measured."""
    ended = run("--modes", "304,frist", cache=tmp_path)
    assert ended.returncode == 2
    assert "no such mode: frist" in ended.stderr
