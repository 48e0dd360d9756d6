"""Work in processes that can be killed: what comes back, what is given up, and that nothing is left behind."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator.core.errors import FeedError, ParseError
from aggregator.edges.killable import Killable, handles, messages, nursery
from aggregator.edges.killable.places import Places
from tests.edges import deeds
from tests.edges.deeds import Errand

PATIENCE = 20


@pytest.fixture(scope="module")
def killable() -> Iterator[Killable]:
    """Give processes that may work for a second each."""
    second = timedelta(seconds=1)
    with Killable(cpu=second, wall=PATIENCE * second, memory=2**28, preload=()) as made:
        yield made


@contextmanager
def waiting(killable: Killable, deed: Callable[[Errand], Any], errands: list[Errand]) -> Iterator[list[Future[Any]]]:
    """Have several threads wait for a deed each."""
    with ThreadPoolExecutor(len(errands)) as threads:
        yield [threads.submit(killable.run, deed, errand) for errand in errands]


def reason(killable: Killable, deed: Callable[[Errand], Any], errand: Errand = Errand()) -> str:  # noqa: B008 - frozen
    """Run what must be given up, and give the reason."""
    with pytest.raises(FeedError) as caught:
        killable.run(deed, errand)
    assert caught.value.url == errand.url
    return caught.value.reason


def is_alive(pid: int) -> bool:
    """Tell whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for_end(*pids: int) -> None:
    """Wait until none of these processes is there."""
    until = time.monotonic() + PATIENCE
    while any(map(is_alive, pids)):
        assert time.monotonic() < until, pids
        time.sleep(0.01)


# --- what comes back -------------------------------------------------------------------------------------------------


def test_a_result_comes_back_from_another_process(killable: Killable) -> None:
    """A function is called elsewhere, one call after the other in one process, and gives what it gives here."""
    assert killable.run(deeds.twice, Errand(number=21)) == 42
    first, second = (killable.run(deeds.process, Errand()) for _ in range(2))
    assert first == second != os.getpid()


def test_large_messages_come_through(killable: Killable) -> None:
    """Some megabytes go there and come back unharmed."""
    body = os.urandom(3 * 2**20).hex()
    assert killable.run(deeds.echo, Errand(url=body)) == body


def test_many_callers_share_few_processes() -> None:
    """Thirty-two callers at once get their own answers from no more processes than there are places."""
    with Killable(processes=3, preload=()) as killable:
        with waiting(killable, deeds.twice, [Errand(number=number) for number in range(32)]) as answers:
            assert [answer.result(PATIENCE) for answer in answers] == list(range(0, 64, 2))
        with waiting(killable, deeds.linger, [Errand(seconds=0.01)] * 32) as pids:
            assert 1 <= len({pid.result(PATIENCE) for pid in pids}) <= 3


def test_an_expected_error_comes_back_as_it_was(killable: Killable) -> None:
    """What a parser refuses arrives with its kind, address and reason."""
    with pytest.raises(ParseError) as caught:
        killable.run(deeds.refuse, Errand(url="https://a.example/"))
    assert (caught.value.url, caught.value.reason) == ("https://a.example/", "this is no feed")


def test_a_bug_comes_back_with_its_traceback(killable: Killable) -> None:
    """An unexpected error arrives as it was raised, and tells where."""
    with pytest.raises(KeyError, match="nowhere") as caught:
        killable.run(deeds.stumble, Errand())
    assert any("in stumble" in note for note in caught.value.__notes__)


@pytest.mark.parametrize(
    ("deed", "words", "where"),
    [
        (deeds.stumble_badly, "Unportable: a fall, for two reasons", "in stumble_badly"),
        (deeds.answer_badly, "answer_badly.<locals>.<lambda>", "pickle.dumps"),
    ],
)
def test_what_cannot_travel_is_told_in_words(
    killable: Killable, deed: Callable[[Errand], Any], words: str, where: str
) -> None:
    """An error that cannot be read again here, and a result that cannot be written, are errors that say so."""
    with pytest.raises(Exception, match=words) as caught:
        killable.run(deed, Errand())
    assert where in "".join(caught.value.__notes__)


def test_what_workers_write_reaches_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    """Neither output nor errors of a worker come to the terminal."""
    with Killable(preload=()) as killable:
        killable.run(deeds.shout, Errand())
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("deed", "result", "error"),
    [
        (deeds.twice, 42, None),
        (deeds.refuse, None, ParseError),
        (deeds.stumble, None, KeyError),
        (deeds.stumble_badly, None, RuntimeError),
        (deeds.run_out, None, MemoryError),
        (deeds.answer_badly, None, AttributeError),
    ],
)
def test_a_worker_answers_with_a_result_or_an_error(
    deed: Callable[[Errand], Any], result: object, error: type[Exception] | None
) -> None:
    """What a worker writes can be read whatever came of the task, one task after the other; here, in a thread."""
    ours, theirs = socket.socketpair()
    worker = threading.Thread(target=nursery.work, args=(theirs,), kwargs={"cpu": 10**6})
    with theirs:
        worker.start()
        with ours:
            for _ in range(2):
                messages.send(ours, pickle.dumps((deed, Errand(number=21))))
                given, raised = pickle.loads(messages.receive(ours))
                assert (given, type(raised) if raised else None) == (result, error)
        worker.join(PATIENCE)
    assert not worker.is_alive()


# --- what takes too much ---------------------------------------------------------------------------------------------


def test_too_much_processor_time_is_given_up(killable: Killable) -> None:
    """A regular expression that would never end is killed at its budget, and the next call works."""
    assert reason(killable, deeds.burn) == "reading it took more than 1 s of processor time; it was given up"
    assert killable.run(deeds.twice, Errand(number=1)) == 2


def test_the_budget_is_each_task_s_own(killable: Killable) -> None:
    """What a process has used for one task is not charged to the next."""
    spent = Errand(seconds=0.6)
    assert [killable.run(deeds.toil, spent) for _ in range(4)] == [True] * 4


def test_too_much_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that does nothing is killed too, when its time is over."""
    monkeypatch.setattr(handles, "SLOW", 0.05)
    with Killable(wall=timedelta(seconds=1), preload=()) as killable:
        pid = killable.run(deeds.process, Errand())
        words = reason(killable, deeds.linger, Errand(seconds=PATIENCE))
        wait_for_end(pid)
    assert words == "reading it took more than 1 s; it was given up"


def test_too_much_memory_is_given_up(killable: Killable) -> None:
    """A task that takes more memory than it may is ended with that reason, and the next one works."""
    words = "reading it took more than 256 MiB of memory; it was given up"
    assert reason(killable, deeds.eat) == words
    assert reason(killable, deeds.tell_too_much, Errand(number=nursery.ANSWER_LIMIT)) == words
    assert killable.run(deeds.twice, Errand(number=1)) == 2


@pytest.mark.parametrize(
    ("deed", "cause"), [(deeds.crash, "SIGSEGV"), (deeds.end, "exit code 3")], ids=["crash", "exit"]
)
def test_a_worker_that_dies_costs_its_task_only(killable: Killable, deed: Callable[[Errand], Any], cause: str) -> None:
    """A task that ends its process is a failure with the cause, and the next one works."""
    assert reason(killable, deed, Errand(number=3)) == f"the process that read it died ({cause}); it was given up"
    assert killable.run(deeds.twice, Errand(number=1)) == 2


def test_places_are_given_in_the_order_in_which_they_were_asked_for() -> None:
    """Whoever leaves a place and wants another one waits behind those who waited already."""
    places, order, waiting = Places(1), list[str](), list[threading.Thread]()
    assert places.take()

    def visit(name: str) -> None:
        assert places.take()
        order.append(name)
        places.leave()

    for name in ("first", "second", "third"):
        waiting.append(threading.Thread(target=visit, args=(name,)))
        waiting[-1].start()
        time.sleep(0.05)
    places.leave()
    visit("the one who left")
    for thread in waiting:
        thread.join()
    assert order == ["first", "second", "third", "the one who left"]
    assert places.are_free


def test_slow_tasks_hold_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """While more tasks than places take for ever, others are done."""
    monkeypatch.setattr(handles, "SLOW", 0.02)
    killable = Killable(processes=1, preload=())
    with waiting(killable, deeds.linger, [Errand(seconds=PATIENCE)] * 3) as slow:
        answers = [killable.run(deeds.twice, Errand(number=number)) for number in range(20)]
        assert not any(future.done() for future in slow)
        killable.close()
    assert answers == list(range(0, 40, 2))


def test_slow_tasks_yield_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow task becomes nicer, and its process, which cannot be made quick again, is not used for another."""
    monkeypatch.setattr(handles, "SLOW", 0.05)
    with Killable(processes=1, preload=()) as killable:
        pid = killable.run(deeds.process, Errand())
        before, after = killable.run(deeds.niceness, Errand(seconds=0.3))
        assert after - before == handles.NICER
        assert killable.run(deeds.process, Errand()) != pid
        wait_for_end(pid)


def test_slow_tasks_of_a_nice_program_are_nicer_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the whole program was started to yield to others, a slow task yields to the program too."""
    with Killable(processes=1, preload=()) as killable:
        nice = killable.run(deeds.be_nice, Errand())
        monkeypatch.setattr(handles, "SLOW", 0.05)
        assert killable.run(deeds.niceness, Errand(seconds=0.3)) == (nice, nice + handles.NICER)


# --- stopping --------------------------------------------------------------------------------------------------------


def test_a_stop_frees_everybody_at_once() -> None:
    """Told to stop, those who wait for a worker that burns, and those who wait for a place, hear it at once."""
    killable = Killable(processes=1, preload=())
    pids = {killable.run(deed, Errand()) for deed in (deeds.process, deeds.parent)}
    with waiting(killable, deeds.burn, [Errand()] * 3) as futures:
        assert not wait(futures, timeout=0.2).done
        killable.stop()
        assert {str(future.exception(PATIENCE)) for future in futures} == {"https://news.example/feed: stopped"}
    assert reason(killable, deeds.process) == "stopped"
    killable.close()
    assert not any(map(is_alive, pids))
    killable.close()


def test_unused_it_is_closed_like_any_other() -> None:
    """Without any task no process is started, and closing is allowed."""
    with Killable() as killable:
        assert killable.__dict__["_nursery"] is None


def test_what_is_idle_is_ended() -> None:
    """After some time without work all processes are gone; with the next task they come back."""
    with Killable(idle=timedelta(seconds=0.05), preload=()) as killable:
        for _ in range(2):
            wait_for_end(killable.run(deeds.process, Errand()), killable.run(deeds.parent, Errand()))


def test_what_is_used_is_kept() -> None:
    """As long as there is work now and then, the processes stay."""
    with Killable(idle=timedelta(seconds=1), preload=()) as killable:
        first = killable.run(deeds.parent, Errand())
        for _ in range(7):
            time.sleep(0.2)
            assert killable.run(deeds.parent, Errand()) == first


# --- accidents -------------------------------------------------------------------------------------------------------


def test_an_idle_worker_that_was_killed_is_replaced(killable: Killable) -> None:
    """A worker that dies between two tasks costs nobody anything."""
    pid = killable.run(deeds.process, Errand())
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.05)
    assert killable.run(deeds.process, Errand()) != pid


def test_a_nursery_that_was_killed_is_replaced() -> None:
    """When the process that makes the workers is killed, at most one task fails, with that reason."""
    with Killable(processes=1, preload=()) as killable:
        os.kill(killable.run(deeds.parent, Errand()), signal.SIGKILL)
        assert reason(killable, deeds.end).startswith("the process that read it died (")
        assert reason(killable, deeds.process).startswith("no process could be started to read it (")
        assert killable.run(deeds.twice, Errand(number=1)) == 2


def test_a_stop_frees_whoever_waits_for_a_worker_without_nursery() -> None:
    """Also when the process that could kill a worker is gone, nobody has to wait for it."""
    killable = Killable(cpu=timedelta(seconds=1), preload=())
    with waiting(killable, deeds.linger, [Errand(seconds=PATIENCE)]) as (future,):
        os.kill(killable.run(deeds.parent, Errand()), signal.SIGKILL)
        assert not wait([future], timeout=0.1).done
        killable.stop()
        assert not wait([future], timeout=PATIENCE / 2).not_done
    assert str(future.exception()) == "https://news.example/feed: stopped"
    killable.close()


def test_signals_to_all_processes_are_ignored(killable: Killable) -> None:
    """What a terminal or a service manager tells every process is no matter of workers: they end with their user."""
    assert {"SIGINT", "SIGTERM", "SIGHUP"} <= killable.run(deeds.signals, Errand())
    worker, parent = killable.run(deeds.process, Errand()), killable.run(deeds.parent, Errand())
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(worker, number)
        os.kill(parent, number)
    assert (killable.run(deeds.process, Errand()), killable.run(deeds.parent, Errand())) == (worker, parent)


PROGRAM = """
import sys, threading, time
from aggregator.edges.killable import Killable
from tests.edges import deeds
killable = Killable(preload=())
print(killable.run(deeds.parent, deeds.Errand()), killable.run(deeds.process, deeds.Errand()), flush=True)
threading.Thread(target=killable.run, args=(deeds.burn, deeds.Errand()), daemon=True).start()
time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_workers_do_not_outlive_their_program(number: signal.Signals) -> None:
    """However the program ends, even killed while a worker burns, all its processes are gone at once."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as program:
        assert program.stdout
        pids = [int(pid) for pid in program.stdout.readline().split()]
        time.sleep(0.1)
        assert len(pids) == 2 and all(map(is_alive, pids))
        program.send_signal(number)
    wait_for_end(*pids)


# --- what the processes hold -----------------------------------------------------------------------------------------


def test_workers_load_the_parsers_and_nothing_else_of_the_program() -> None:
    """A worker has the parsers from the start, but neither network nor store, nor the program that it works for."""
    with Killable() as killable:
        loaded = killable.run(deeds.modules, Errand())
    assert {"feedparser", "nh3", "aggregator.edges.understanding"} <= loaded
    assert loaded.isdisjoint({"requests", "sqlite_utils", "click", "aggregator.edges.workers", "aggregator.cli"})


def test_no_descriptor_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Closed, given up and replaced processes leave no open file here, and no thread."""
    monkeypatch.setattr(handles, "SLOW", 0.02)

    def held() -> tuple[int, int]:
        return len(list(Path("/proc/self/fd").iterdir())), threading.active_count()

    before = held()
    for _ in range(2):
        with Killable(processes=2, wall=timedelta(seconds=1), preload=()) as killable:
            for deed in (deeds.process, deeds.end, deeds.linger, deeds.stumble):
                with pytest.raises((FeedError, KeyError)) if deed is not deeds.process else threading.Lock():
                    killable.run(deed, Errand(seconds=PATIENCE))
    assert held() == before
