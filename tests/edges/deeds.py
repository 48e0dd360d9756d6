"""What the tests of ``killable`` have done in other processes. Imports next to nothing: every such process loads it."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from typing import Any

from msgspec import Struct

from aggregator.core.errors import ParseError


class Errand(Struct, frozen=True, kw_only=True):
    """What a deed is given."""

    url: str = "https://news.example/feed"
    seconds: float = 0.0
    number: int = 0


class Unportable(Exception):
    """Be written but not read again, as an error is that takes two arguments and keeps one."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what}, for {why}")


def process(errand: Errand) -> int:
    """Tell the process."""
    return os.getpid()


def parent(errand: Errand) -> int:
    """Tell the process that made this one."""
    return os.getppid()


def linger(errand: Errand) -> int:
    """Take some time and tell the process."""
    time.sleep(errand.seconds)
    return os.getpid()


def twice(errand: Errand) -> int:
    """Compute something."""
    return errand.number * 2


def echo(errand: Errand) -> str:
    """Give back what came."""
    return errand.url


def toil(errand: Errand) -> bool:
    """Use some processor time."""
    until = time.process_time() + errand.seconds
    while time.process_time() < until:
        pass
    return True


def burn(errand: Errand) -> None:
    """Compute for ages where no signal handler of Python is ever called."""
    re.match("(a*)*b", "a" * 60)


def eat(errand: Errand) -> None:
    """Take all memory there is."""
    eaten = []
    while True:
        eaten.append(bytearray(2**24))


def run_out(errand: Errand) -> None:
    """Raise what is raised when there is no memory left."""
    raise MemoryError


def tell_too_much(errand: Errand) -> bytes:
    """Give a very long answer."""
    return bytes(errand.number)


def refuse(errand: Errand) -> None:
    """Raise an error that is expected."""
    raise ParseError(errand.url, "this is no feed")


def stumble(errand: Errand) -> None:
    """Raise an error that is not."""
    raise KeyError("nowhere")


def stumble_badly(errand: Errand) -> None:
    """Raise an error that cannot be read again."""
    raise Unportable("a fall", "two reasons")


def answer_badly(errand: Errand) -> Any:
    """Give what cannot be written."""
    return lambda: None


def end(errand: Errand) -> None:
    """End the process."""
    os._exit(errand.number)


def crash(errand: Errand) -> None:
    """End the process as a crash does."""
    os.kill(os.getpid(), signal.SIGSEGV)


def shout(errand: Errand) -> None:
    """Write where the user reads."""
    os.write(1, b"out of a worker")
    os.write(2, b"out of a worker")


def niceness(errand: Errand) -> tuple[int, int]:
    """Tell how nice the process is, before and after some time."""
    before = os.nice(0)
    time.sleep(errand.seconds)
    return before, os.nice(0)


def be_nice(errand: Errand) -> int:
    """Make the process nicer, as if the whole program had been started so."""
    return os.nice(3)


def modules(errand: Errand) -> set[str]:
    """Name what is loaded."""
    return set(sys.modules)


def signals(errand: Errand) -> set[str]:
    """Name the signals that are ignored."""
    return {name.name for name in signal.Signals if signal.getsignal(name) is signal.SIG_IGN}
