"""Reading many feeds side by side, gently; with readers that only pretend to read."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heappush
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.core.errors import AggregatorError
from aggregator.core.model import Feed, FeedState, Outcome, Reading
from aggregator.edges.http import Response
from aggregator.edges.workers import Hosts, Pool, Threads, pool, turns
from aggregator.edges.workers.pool import Deliver
from aggregator.edges.workers.turns import Turn

NOTHING_NEW = Reading(outcome=Outcome.UNCHANGED)
TOO_MANY = Reading(outcome=Outcome.FAILED, status=429, reason="HTTP 429: we asked too often")
NO_GAP = timedelta(0)


def feeds(*hosts: str) -> list[FeedState]:
    """Build a feed for each of these hosts, numbered in their order."""
    return [
        FeedState(id=number, feed=Feed(url=f"https://{host}/feed/{number}"), name=host)
        for number, host in enumerate(hosts)
    ]


def leading_on(*redirects: tuple[int, str]) -> Response:
    """Build an answer that leads on to another host."""
    return Response(status=302, url="https://a.example/", headers={}, body=b"", redirects=redirects)


@dataclass(slots=True)
class Desk:
    """A desk at which a function pretends to read."""

    reader: Callable[[FeedState], Reading]
    moments: list[datetime] = field(default_factory=list)
    ways: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  #: where feeds are redirected to, by their ids
    is_stopped: bool = False
    is_closed: bool = False
    documents: int = 0  #: that it pretends to have been brought

    def step(self, state: FeedState, *, now: datetime, after: Response | None = None) -> Reading | Response:
        """Pretend to read, after as many redirects to other hosts as the feed has."""
        self.moments.append(now)
        redirects = after.redirects if after else ()
        ahead = self.ways.get(state.id, ())[len(redirects) :]
        return leading_on(*redirects, (302, ahead[0])) if ahead else self.reader(state)

    def stop(self) -> None:
        """Note it."""
        self.is_stopped = True

    def close(self) -> None:
        """Note it."""
        self.is_closed = True


def pool_of(reader: Callable[[FeedState], Reading], *, hosts: Hosts | None = None, threads: int = 8) -> Pool:
    """Build a pool of threads that pretend to read."""
    return Pool(Threads(Desk(reader), at_most=threads), hosts=hosts or Hosts(gap=NO_GAP))


def readings(
    pool: Pool, *, stop: threading.Event | None = None, seconds: float = math.inf
) -> Iterator[tuple[FeedState, Reading]]:
    """Give what a pool gives, one by one."""
    for batch in pool.batches(stop=stop or threading.Event(), seconds=seconds):
        yield from batch


def numbers(
    due: Iterable[FeedState],
    read: Callable[[FeedState], Reading] = lambda _: NOTHING_NEW,
    *,
    hosts: Hosts | None = None,
    stop: threading.Event | None = None,
    threads: int = 8,
) -> list[int]:
    """Read feeds; give the numbers of those that were given back, in the order in which they were."""
    with pool_of(read, hosts=hosts, threads=threads) as pool:
        pool.add(due)
        return [state.id for state, _ in readings(pool, stop=stop)]


@dataclass(slots=True)
class Crowd:
    """A reader that counts how many requests each host has at a time."""

    linger: float = 0.0
    now: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, state: FeedState) -> Reading:
        """Pretend to read."""
        with self.lock:
            self.now[state.name] += 1
            self.most[state.name] = max(self.most[state.name], self.now[state.name])
        time.sleep(self.linger)
        with self.lock:
            self.now[state.name] -= 1
        return NOTHING_NEW


@dataclass(slots=True)
class Watched(Hosts):
    """Hosts that write down when each was asked."""

    moments: dict[str, list[float]] = field(default_factory=dict)

    def asked(self, host: str, *, at: float) -> None:
        """Write it down."""
        Hosts.asked(self, host, at=at)
        self.moments.setdefault(host, []).append(at)

    def shortest(self) -> float:
        """Give the shortest time between two requests to one host (seconds)."""
        return min(later - earlier for moments in self.moments.values() for earlier, later in pairwise(moments))


# --- all of them, once -----------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(
    hosts=st.lists(st.sampled_from(["a.example", "b.example", "c.example", "d.example:8443"]), max_size=40),
    per_host=st.integers(1, 3),
    threads=st.integers(1, 8),
)
def test_every_feed_is_read_exactly_once(hosts: list[str], per_host: int, threads: int) -> None:
    """However feeds are spread over hosts, each is given exactly once, and no host is asked too much at a time."""
    crowd = Crowd()
    given_back = numbers(feeds(*hosts), crowd, hosts=Hosts(per_host=per_host, gap=NO_GAP), threads=threads)
    assert sorted(given_back) == list(range(len(hosts)))
    assert all(most <= per_host for most in crowd.most.values())


def test_each_reading_comes_with_its_feed() -> None:
    """A reading is given together with the feed that it is of."""
    due = feeds("a.example", "b.example", "a.example")

    def read(state: FeedState) -> Reading:
        return Reading(outcome=Outcome.READ, title=state.feed.url)

    with pool_of(read) as pool:
        pool.add(due)
        pairs = list(readings(pool))
    assert len(pairs) == 3
    assert all(reading.title == state.feed.url for state, reading in pairs)


def test_nothing_due_is_nothing_to_do() -> None:
    """Without feeds no thread is started and nothing is given."""
    before = threading.active_count()
    assert numbers([]) == []
    assert threading.active_count() == before


def test_addresses_without_a_host_are_read_like_others() -> None:
    """An address that makes no sense is given to the reader, which will say why."""
    due = [FeedState(id=0, feed=Feed(url="http://[broken/feed"), name="")]
    assert numbers(due) == [0]


def test_two_thousand_hosts_cost_no_more_than_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """Choosing whose turn it is takes one step in and one out of the queue for each feed, however many hosts."""
    steps: Counter[str] = Counter()

    def pop(heap: list[tuple[float, str]]) -> tuple[float, str]:
        steps["out"] += 1
        return heappop(heap)

    def push(heap: list[tuple[float, str]], entry: tuple[float, str]) -> None:
        steps["in"] += 1
        heappush(heap, entry)

    monkeypatch.setattr(turns, "heapq", SimpleNamespace(heapify=heapify, heappop=pop, heappush=push))
    due = feeds(*(f"{number}.example" for number in range(2000)), *(f"{number}.example" for number in range(1000)))
    assert len(numbers(due, threads=32)) == 3000
    assert steps == {"out": 3000, "in": 3000}


# --- gently ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("per_host", [1, 2, 3])
def test_no_host_gets_more_than_its_share(per_host: int) -> None:
    """While requests linger, no host has more of them at a time than allowed."""
    crowd = Crowd(linger=0.01)
    numbers(feeds(*["a.example", "b.example"] * 8), crowd, hosts=Hosts(per_host=per_host, gap=NO_GAP))
    assert all(most <= per_host for most in crowd.most.values())


@pytest.mark.parametrize("per_host", [2, 3])
def test_a_host_gets_as_many_as_it_may(per_host: int) -> None:
    """Where several requests to one host are allowed they are made together: each waits for the others."""
    meeting = threading.Barrier(per_host, timeout=10)

    def read(state: FeedState) -> Reading:
        meeting.wait()
        return NOTHING_NEW

    due = feeds(*["a.example"] * per_host * 2)
    assert len(numbers(due, read, hosts=Hosts(per_host=per_host, gap=NO_GAP))) == len(due)


@pytest.mark.parametrize("per_host", [1, 2])
def test_requests_to_one_host_keep_the_gap(per_host: int) -> None:
    """Between two requests to one host at least the gap goes by, also where several may be under way."""
    hosts = Watched(per_host=per_host, gap=timedelta(seconds=0.03))
    numbers(feeds(*["a.example"] * 4, *["b.example"] * 3), hosts=hosts)
    assert {host: len(moments) for host, moments in hosts.moments.items()} == {"a.example:443": 4, "b.example:443": 3}
    assert hosts.shortest() > 0.0299


def test_the_gap_holds_from_one_round_to_the_next() -> None:
    """A host asked at the end of one round is not asked again at the start of the next before the gap is over."""
    hosts = Watched(gap=timedelta(seconds=0.05))
    for _ in range(3):
        assert numbers(feeds("a.example"), hosts=hosts) == [0]
    assert hosts.shortest() > 0.0499


def test_ports_are_hosts_of_their_own() -> None:
    """Two ports of one machine are two hosts; letter case and a written default port make no other."""
    hosts = Watched(gap=NO_GAP)
    numbers(feeds("a.example", "A.example:443", "a.example:8443"), hosts=hosts)
    assert {host: len(moments) for host, moments in hosts.moments.items()} == {"a.example:443": 2, "a.example:8443": 1}


def test_hosts_are_read_in_parallel() -> None:
    """Different hosts are read at the same time: each of four readers waits for the other three."""
    meeting = threading.Barrier(4, timeout=10)

    def read(state: FeedState) -> Reading:
        meeting.wait()
        return NOTHING_NEW

    assert sorted(numbers(feeds("a.example", "b.example", "c.example", "d.example"), read)) == [0, 1, 2, 3]


def test_a_slow_host_holds_up_no_other() -> None:
    """While one host does not answer, all feeds of the others are given."""
    released = threading.Event()

    def read(state: FeedState) -> Reading:
        if state.name == "slow.example":
            assert released.wait(10)
        elif state.id == 5:
            released.set()
        return NOTHING_NEW

    due = feeds("slow.example", "slow.example", "a.example", "b.example", "a.example", "b.example")
    assert sorted(numbers(due, read)) == [0, 1, 2, 3, 4, 5]


def test_waiting_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """While all threads are busy and feeds wait for one, the sender sleeps instead of looking again and again."""
    looks = 0
    released = threading.Event()

    def monotonic() -> float:
        nonlocal looks
        looks += 1
        return time.monotonic()

    def read(state: FeedState) -> Reading:
        assert released.wait(10)
        return NOTHING_NEW

    for module in (pool, turns):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=monotonic))
    threading.Timer(0.5, released.set).start()
    assert len(numbers(feeds("a.example", "b.example", "c.example"), read, threads=1)) == 3
    assert looks < 40


def test_hosts_forget_what_is_long_past() -> None:
    """Of thousands of hosts only those are remembered whose gap is not over."""
    hosts = Hosts(gap=timedelta(seconds=1))
    for number in range(10_002):
        hosts.asked(f"{number}.example", at=float(number))
    assert hosts.ready_at("0.example") == 0.0
    assert hosts.ready_at("10001.example") == 10_002.0


def test_what_has_come_is_given_together() -> None:
    """Readings that are there at the same moment come in one batch, and the next feeds are read meanwhile."""
    all_read, next_round = threading.Barrier(5, timeout=10), threading.Barrier(5, timeout=10)

    def read(state: FeedState) -> Reading:
        (all_read if state.id < 4 else next_round).wait()
        return NOTHING_NEW

    with pool_of(read, threads=4) as pool:
        pool.add(feeds(*(f"{number}.example" for number in range(8))))
        batches = pool.batches(stop=threading.Event())
        threading.Timer(0.05, all_read.wait).start()
        first = next(batches)
        while len(first) < 4:
            first += next(batches)
        next_round.wait()
        assert sorted(state.id for state, _ in first) == [0, 1, 2, 3]
        assert sorted(state.id for batch in batches for state, _ in batch) == [4, 5, 6, 7]


def test_a_redirect_to_another_host_waits_for_its_turn_there() -> None:
    """Feeds of many hosts that all lead to one are asked for there one after the other, with the gap between them."""
    hosts = Watched(gap=timedelta(seconds=0.03))
    crowd = Crowd(linger=0.01)
    due = feeds("a.example", "b.example", "c.example", "d.example", "target.example")
    ways = dict.fromkeys(range(4), ("https://middle.example/", "https://target.example/feed"))
    desk = Desk(lambda state: crowd(replace(state, name="target.example")), ways=ways)
    with Pool(Threads(desk), hosts=hosts) as pool:
        pool.add(due)
        assert sorted(state.id for state, _ in readings(pool)) == [0, 1, 2, 3, 4]
    assert crowd.most == {"target.example": 1}
    asked = {host.removesuffix(".example:443"): len(moments) for host, moments in hosts.moments.items()}
    assert asked == {"a": 1, "b": 1, "c": 1, "d": 1, "middle": 4, "target": 5}
    assert hosts.shortest() > 0.0299


def test_a_feed_under_way_to_another_host_is_not_asked_for_again() -> None:
    """While a feed waits for the host that it leads to, it is lined up, and not to be lined up anew."""
    desk = Desk(lambda _: NOTHING_NEW, ways={0: ("https://b.example/",)})
    hosts = Hosts(gap=timedelta(seconds=0.1))
    hosts.asked("b.example:443", at=time.monotonic())
    with Pool(Threads(desk), hosts=hosts) as pool:
        pool.add(feeds("a.example"))
        assert list(readings(pool, seconds=0.05)) == []
        assert (pool.waiting, len(desk.moments)) == (1, 1)
        pool.add(feeds("a.example"))
        assert [state.id for state, _ in readings(pool)] == [0]
    assert len(desk.moments) == 2


# --- quietly ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("per_host", [1, 2])
def test_429_drops_what_waits_for_its_host(per_host: int) -> None:
    """After "too many requests" no other waiting feed of that host is asked, and all of the other hosts are."""
    asked = list[int]()

    def read(state: FeedState) -> Reading:
        asked.append(state.id)
        return TOO_MANY if state.name == "busy.example" else NOTHING_NEW

    due = feeds(*["busy.example", "a.example"] * 5)
    given_back = numbers(due, read, hosts=Hosts(per_host=per_host, gap=NO_GAP), threads=2)
    assert sorted(given_back) == sorted(asked)
    assert 1 <= sum(number % 2 == 0 for number in asked) <= per_host
    assert sum(number % 2 for number in asked) == 5


def test_429_does_not_drop_what_was_led_there() -> None:
    """A feed of another host that was redirected to the busy one is asked for there: else it would begin anew."""
    ways = dict.fromkeys((1, 2), ("https://busy.example/feed",))
    desk = Desk(lambda _: TOO_MANY, ways=ways)
    with Pool(Threads(desk, at_most=1), hosts=Hosts(gap=timedelta(seconds=0.02))) as pool:
        pool.add(feeds("busy.example", "a.example", "b.example", "busy.example", "busy.example"))
        given_back = [state.id for state, _ in readings(pool)]
        assert not pool.busy
    assert sorted(given_back) == [0, 1, 2]


def test_a_dropped_feed_may_be_added_again() -> None:
    """What was dropped after a 429 is lined up like any other when it is added again, and keeps to the limits."""
    answers = {0: TOO_MANY}
    crowd = Crowd(linger=0.01)

    def read(state: FeedState) -> Reading:
        crowd(state)
        return answers.pop(state.id, NOTHING_NEW)

    due = feeds(*["a.example"] * 6)
    with pool_of(read, hosts=Hosts(per_host=2, gap=NO_GAP)) as pool:
        pool.add(due[:4])
        for state, _ in readings(pool):
            if state.id == 0:
                assert pool.waiting == 0
                pool.add(due[2:])
        assert not pool.busy
    assert crowd.most == {"a.example": 2}


def test_a_moved_feed_counts_for_the_host_it_moved_to() -> None:
    """The host of a feed is that of the address at which it is asked for, not of the one in feeds.yaml."""
    hosts = Watched(gap=NO_GAP)
    moved = FeedState(id=1, feed=Feed(url="https://old.example/feed"), name="", moved="https://new.example/feed")
    assert numbers([moved], hosts=hosts) == [1]
    assert list(hosts.moments) == ["new.example:443"]


def test_readers_are_told_when_the_feed_was_handed_out() -> None:
    """The moment that a reader is given is the one at which the feed was handed to it, in UTC."""
    desk = Desk(lambda _: NOTHING_NEW)
    before = datetime.now(UTC)
    with Pool(Threads(desk, at_most=1), hosts=Hosts(gap=timedelta(seconds=0.05))) as pool:
        pool.add(feeds("a.example", "a.example"))
        assert len(list(readings(pool))) == 2
    first, second = desk.moments
    assert before <= first <= second - timedelta(seconds=0.0499) < second <= datetime.now(UTC)
    assert first.tzinfo is UTC


# --- readers that fail -----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Unreliable:
    """Readers of which nobody reads the first few feeds."""

    unread: int
    read: list[int] = field(default_factory=list)
    lost: AggregatorError | None = None
    capacity: int = 2

    def check(self) -> None:
        """Say that all are lost."""
        if self.lost:
            raise self.lost

    def submit(self, turn: Turn, *, now: datetime, deliver: Deliver) -> None:
        """Read it or do not."""
        self.unread -= 1
        self.read.append(turn.state.id)
        deliver(turn, NOTHING_NEW if self.unread < 0 else None)

    def grow(self) -> None:
        """Do nothing."""

    def stop(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


def test_what_nobody_could_read_is_handed_out_again() -> None:
    """A feed that comes back unread is not given, but read in its turn."""
    readers = Unreliable(unread=3)
    with Pool(readers, hosts=Hosts(gap=NO_GAP)) as pool:
        pool.add(feeds("a.example", "b.example", "c.example"))
        given_back = [state.id for state, _ in readings(pool)]
    assert sorted(given_back) == [0, 1, 2]
    assert len(readers.read) == 6


def test_lost_readers_are_an_error_and_no_feed_is_lost() -> None:
    """While nobody can read, asking for readings says so; what waits is read when somebody can again."""
    readers = Unreliable(unread=0, lost=AggregatorError("the cluster is gone"))
    with Pool(readers, hosts=Hosts(gap=NO_GAP)) as pool:
        pool.add(feeds("a.example", "b.example"))
        with pytest.raises(AggregatorError, match="the cluster is gone"):
            next(readings(pool))
        readers.lost = None
        assert sorted(state.id for state, _ in readings(pool)) == [0, 1]


# --- stopping --------------------------------------------------------------------------------------------------------


def test_a_stop_ends_it_though_readers_hang() -> None:
    """Once told to stop it ends, while every reader still waits for its server."""
    stop, released, reading = threading.Event(), threading.Event(), threading.Event()

    def hang(state: FeedState) -> Reading:
        reading.set()
        released.wait(20)
        return NOTHING_NEW

    def stop_soon() -> None:
        reading.wait(10)
        stop.set()

    threading.Thread(target=stop_soon).start()
    try:
        assert numbers(feeds("a.example", "b.example", "a.example"), hang, stop=stop) == []
        assert not released.is_set()
    finally:
        released.set()
    _wait_for_readers()


def test_after_a_stop_nothing_more_is_asked_or_given() -> None:
    """What comes in after the stop is not given, and what was not begun is not begun."""
    stop, begun = threading.Event(), list[int]()

    def read(state: FeedState) -> Reading:
        begun.append(state.id)
        if state.id == 1:
            stop.set()
        return NOTHING_NEW

    assert numbers(feeds("a.example", "a.example", "a.example"), read, stop=stop) == [0]
    assert begun == [0, 1]


def test_stopped_before_the_start_reads_nothing() -> None:
    """With the stop already set nothing is asked."""
    stop, crowd = threading.Event(), Crowd()
    stop.set()
    assert numbers(feeds("a.example"), crowd, stop=stop) == []
    assert crowd.most == {}


def test_breaking_off_ends_the_threads() -> None:
    """A caller that breaks off leaves no reader waiting for work."""
    with pool_of(lambda _: NOTHING_NEW) as pool:
        pool.add(feeds("a.example", "b.example", "c.example"))
        next(readings(pool))
    _wait_for_readers()


def test_stop_and_close_reach_the_desk() -> None:
    """Stopping a pool breaks off what its threads read, closing it closes what they read with."""
    desk = Desk(lambda _: NOTHING_NEW)
    with Pool(Threads(desk), hosts=Hosts()) as pool:
        pool.stop()
        assert (desk.is_stopped, desk.is_closed) == (True, False)
    assert desk.is_closed


def test_readings_end_after_their_time() -> None:
    """With a time given, readings end when it is over, though feeds still wait; these are given the next time."""
    with pool_of(lambda _: NOTHING_NEW, hosts=Hosts(gap=timedelta(seconds=0.2))) as pool:
        pool.add(feeds("a.example", "a.example"))
        assert [state.id for state, _ in readings(pool, seconds=0.05)] == [0]
        assert pool.waiting == 1
        assert [state.id for state, _ in readings(pool)] == [1]


def _wait_for_readers() -> None:
    for thread in threading.enumerate():
        if thread.name == "reader":
            thread.join(10)
            assert not thread.is_alive()
