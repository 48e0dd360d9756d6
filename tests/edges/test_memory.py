"""Memory that Python has freed goes back to the system, where the C library can be told so."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

from aggregator.edges import memory

#: Sixteen threads that each free megabytes at once; the process then says how much of itself is resident, in kB.
CHURN = """
import sys, threading
from aggregator.edges import memory
if "tidy" in sys.argv:
    memory.share()
barrier = threading.Barrier(16)
def churn():
    held = [bytearray(2_000) for _ in range(2_000)]
    kept.append(held[-1])
    barrier.wait()
kept = []
threads = [threading.Thread(target=churn) for _ in range(16)]
[one.start() for one in threads], [one.join() for one in threads]
if "tidy" in sys.argv:
    memory.give_back()
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmRSS")))
"""


def resident(*arguments: str) -> int:
    """Churn memory in a process of its own, and give how much of it is resident then (kB)."""
    command = [sys.executable, "-c", CHURN, *arguments]
    return int(subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="this is not glibc")
def test_what_threads_have_freed_goes_back() -> None:
    """Of 64 MB that threads took and freed most goes back, and without a word to the C library most would stay."""
    assert resident("bare") - resident("tidy") > 40_000


def test_a_system_that_cannot_be_told_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without glibc's functions, or any library at all, nothing happens."""
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    memory.share()
    memory.give_back()

    def missing(_: object) -> None:
        raise OSError("no library")

    monkeypatch.setattr(ctypes, "CDLL", missing)
    memory.share()
    memory.give_back()
