"""Measures one command with all its descendants: CPU seconds, wall seconds, peak memory.

Runs as a process of its own around the command, so that the kernel's sum over its children is that command's. It is
the subreaper of its descendants (prctl(2)): a worker or a fork server that outlives the command comes to it, is waited
for, and counts. What dies unwaited below a parent that ignores SIGCHLD would escape the sum. Linux only.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict

_PR_SET_CHILD_SUBREAPER = 36
_TICK = 0.05  #: seconds between two looks at the memory
_GRACE = 10.0  #: seconds that descendants get to end after the command
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Measured(Struct, frozen=True, kw_only=True):
    """What one command took."""

    cpu: float  #: seconds, user and system, of the command and all its descendants
    wall: float  #: seconds until the command itself ended
    started: float  #: on the monotonic clock
    main_peak: int  #: bytes, the largest resident set of the command's own process (VmHWM)
    tree_peak: int  #: bytes, the largest sum of resident sets seen, what they share counted for each
    status: int  #: exit status; negative: the signal that ended it
    late: int  #: descendants that had to be killed, since they outlived the command for too long


def measured(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str], timeout: float, log: Path
) -> Measured:
    """Run a command in a folder and measure it; what it says is added to ``log``.

    It is killed, with all its descendants, after ``timeout`` seconds; TimeoutError then.
    """
    with tempfile.TemporaryDirectory(prefix="measured-") as scratch, log.open("ab") as words:
        result = Path(scratch) / "result.json"
        subprocess.run(
            [sys.executable, __file__, str(result), str(timeout), str(folder), *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            timeout=timeout + 3 * _GRACE,
            check=True,
        )
        told = json.loads(result.read_text(encoding="ascii"))
    if told is None:
        raise TimeoutError(f"{command[0]} did not end within {timeout:.0f} seconds; see {log}")
    return Measured(**told)


def _measure(command: Sequence[str], *, folder: Path, timeout: float) -> Measured | None:
    """Run and measure in this process, which must have no other children; None: killed after ``timeout`` seconds."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    started = time.monotonic()
    child = subprocess.Popen(command, cwd=folder)
    main_peak, tree_peak = _watched(child.pid, until=started + timeout)
    wall = time.monotonic() - started
    ended = wall < timeout
    if not ended:
        _kill_descendants()
    status = child.wait()
    late = _wait_for_the_rest(time.monotonic() + _GRACE)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    if not ended:
        return None
    return Measured(
        cpu=usage.ru_utime + usage.ru_stime,
        wall=wall,
        started=started,
        main_peak=main_peak,
        tree_peak=tree_peak,
        status=status,
        late=late,
    )


def _watched(pid: int, *, until: float) -> tuple[int, int]:
    """Look at the memory of a process and its descendants until it ends; give the peaks of it and of all, in bytes."""
    main_peak = tree_peak = 0
    ended, poll = os.pidfd_open(pid), select.poll()
    poll.register(ended, select.POLLIN)
    while not poll.poll(_TICK * 1000) and time.monotonic() < until:
        main_peak = max(main_peak, _high_water(pid))
        tree_peak = max(tree_peak, sum(map(_resident, [pid, *_descendants(pid)])))
    os.close(ended)
    return main_peak, max(main_peak, tree_peak)


def _high_water(pid: int) -> int:
    """Give VmHWM; not ru_maxrss, which starts at the size of the process that forked (getrusage(2))."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def _resident(pid: int) -> int:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE
    return 0


def _descendants(pid: int) -> Iterator[int]:
    """Give the children of every thread of a process, and theirs, as they are at this moment."""
    children: list[str] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            children += (task / "children").read_text(encoding="ascii").split()
    for child in map(int, children):
        yield child
        yield from _descendants(child)


def _wait_for_the_rest(until: float) -> int:
    """Wait for what the command left behind, so that it counts; kill what stays, and give how many that were."""
    killed = 0
    while True:
        try:
            ended, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return killed
        if time.monotonic() > until:
            killed += bool(ended)
            _kill_descendants()
        if not ended:
            time.sleep(_TICK / 5)


def _kill_descendants() -> None:
    for pid in list(_descendants(os.getpid())):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def main() -> None:
    """Measure the command of the command line: RESULT TIMEOUT FOLDER COMMAND..."""
    result, timeout, folder, *command = sys.argv[1:]
    found = _measure(command, folder=Path(folder), timeout=float(timeout))
    Path(result).write_text(json.dumps(found and asdict(found)), encoding="ascii")


if __name__ == "__main__":
    main()
