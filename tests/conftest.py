"""What holds for every test: a warning or an error that is logged and was not announced fails the test that met it."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# A shared machine is slow now and then, which proves nothing; and what CI runs must be what it ran before.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("here", patient)
settings.register_profile("ci", patient, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(autouse=True)
def announced_logs(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that logs what none of its ``logs`` marks announces, or does not log what one of them does."""
    announced = [part for mark in request.node.iter_markers("logs") for part in mark.args]
    messages: list[str] = []
    with _logging_as_before(), _heard(messages):
        yield
    wrong = _surprises(messages, announced) + _silences(messages, announced)
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


@contextmanager
def _heard(messages: list[str]) -> Iterator[None]:
    """Collect what any logger in any thread logs as a warning or worse.

    Where records are made, not where they arrive: a handler would miss loggers that do not propagate, and would go when
    the command line sets logging up anew.
    """
    make = logging.getLogRecordFactory()

    def listening(*arguments: Any, **more: Any) -> logging.LogRecord:
        record = make(*arguments, **more)
        if record.levelno >= logging.WARNING:
            messages.append(f"{record.name} {record.levelname}: {record.getMessage()}")
        return record

    logging.setLogRecordFactory(listening)
    try:
        yield
    finally:
        logging.setLogRecordFactory(make)


@contextmanager
def _logging_as_before() -> Iterator[None]:
    """Take back what a test set up, so that it silences no other and no handler outlives the stream it writes to."""
    root = logging.getLogger()
    handlers, levels = list(root.handlers), {name: logging.getLogger(name).level for name in _SET_UP}
    try:
        yield
    finally:
        for handler in [one for one in root.handlers if one not in handlers]:
            root.removeHandler(handler)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


#: The loggers whose level the program sets; None is the root.
_SET_UP = (None, "aggregator", "apscheduler")


def _surprises(messages: Iterable[str], announced: Sequence[str]) -> list[str]:
    return [
        f"logged, and not announced: {message}"
        for message in messages
        if not any(part in message for part in announced)
    ]


def _silences(messages: Sequence[str], announced: Iterable[str]) -> list[str]:
    return [
        f"announced, and not logged: {part!r}" for part in announced if not any(part in message for message in messages)
    ]
