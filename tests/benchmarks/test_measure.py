"""Measuring a command: what it and its descendants took, and that nothing is left of it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from benchmarks.measure import Measured, measured

BURN = "import time\ndef burn(seconds):\n    while time.process_time() < seconds: pass\n"


def measure(program: str, folder: Path, *, timeout: float = 20) -> Measured:
    """Measure a Python program."""
    command = [sys.executable, "-c", program]
    return measured(command, folder=folder, environment=os.environ, timeout=timeout, log=folder / "log")


def test_counts_the_command_itself(tmp_path: Path) -> None:
    """CPU time, wall time, memory and exit status are the command's own."""
    program = f"{BURN}burn(0.3)\nkept = b'x' * int(60e6)\ntime.sleep(0.2)\nprint('words')\nexit(3)"
    found = measure(program, tmp_path)
    assert found.cpu >= 0.3
    assert found.cpu + 0.2 <= found.wall + 0.1
    assert 60e6 < found.main_peak < 120e6
    assert (found.status, found.late) == (3, 0)
    assert (tmp_path / "log").read_text() == "words\n"


def test_counts_workers_that_were_killed_and_those_that_outlive_the_command(tmp_path: Path) -> None:
    """A killed child counts, and so does a worker of a fork server, though the command ends before them."""
    program = f"""{BURN}
import os, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {BURN + "burn(0.3)"!r} + "; time.sleep(60)"])
while float(open(f"/proc/{{child.pid}}/schedstat").read().split()[0]) < 0.3e9: time.sleep(0.02)
child.kill(), child.wait()
if os.fork() == 0:
    if os.fork() == 0: burn(0.3)
    os._exit(0)
os._exit(0)
"""
    found = measure(program, tmp_path)
    assert found.cpu >= 0.6
    assert found.late == 0


def test_counts_the_memory_of_all_processes(tmp_path: Path) -> None:
    """The peak of the tree holds what a child holds, the peak of the main process does not."""
    child = "import time; kept = b'x' * int(80e6); time.sleep(0.4)"
    found = measure(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])", tmp_path)
    assert found.main_peak < 60e6
    assert found.tree_peak > 80e6


def test_kills_what_does_not_end(tmp_path: Path) -> None:
    """After the timeout the command and its children are gone, and TimeoutError says so."""
    program = """
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
pathlib.Path("pid").write_text(str(child.pid))
time.sleep(60)
"""
    with pytest.raises(TimeoutError):
        measure(program, tmp_path, timeout=0.8)
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text()}").exists()
