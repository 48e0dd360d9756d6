"""Readers that all wait for slow servers hold up nobody: more are started, and the feeds that failed last come last."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from aggregator.core.model import Feed, FeedState, Outcome, Reading
from aggregator.edges.workers import Hosts, Pool, Threads
from tests.edges.test_workers_pool import Desk

NOTHING_NEW = Reading(outcome=Outcome.UNCHANGED)


def feeds(count: int) -> list[FeedState]:
    """Build feeds of as many hosts, in an order that is not that of their names."""
    hosts = [f"{'zyxwvutsr'[number % 9]}{number}.example" for number in range(count)]
    return [FeedState(id=number, feed=Feed(url=f"https://{host}/feed"), name=host) for number, host in enumerate(hosts)]


class Slow:
    """A server for all feeds, which counts who asks and answers nobody until it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.answer = threading.Event()
        self._lock = threading.Lock()

    def read(self, state: FeedState) -> Reading:
        """Ask it, and wait."""
        with self._lock:
            self.asked += 1
        self.answer.wait(10)
        return NOTHING_NEW


@pytest.mark.parametrize(("at_most", "asked"), [(2, 2), (8, 8), (64, 10)])
def test_more_are_read_at_a_time_while_all_wait(at_most: int, asked: int) -> None:
    """When no server answers, the number of feeds read at a time doubles until all are asked, within bounds."""
    slow = Slow()
    with Pool(Threads(Desk(slow.read), at_first=2, at_most=at_most), hosts=Hosts(gap=timedelta(0))) as pool:
        pool.add(feeds(10))
        assert list(pool.batches(stop=threading.Event(), seconds=0.6)) == []
        assert slow.asked == asked
        slow.answer.set()
        assert sum(len(batch) for batch in pool.batches(stop=threading.Event())) == 10


@pytest.mark.parametrize(("documents", "asked"), [(0, 8), (1, 8), (2, 4), (4, 4)])
def test_no_more_are_read_at_a_time_where_documents_wait(documents: int, asked: int) -> None:
    """When half of those that are busy wait for documents to be understood, more of them would only hold more."""
    slow = Slow()
    desk = Desk(slow.read, documents=documents)
    with Pool(Threads(desk, at_first=4, at_most=8), hosts=Hosts(gap=timedelta(0))) as pool:
        pool.add(feeds(10))
        assert list(pool.batches(stop=threading.Event(), seconds=0.6)) == []
        assert slow.asked == asked
        slow.answer.set()
        assert sum(len(batch) for batch in pool.batches(stop=threading.Event())) == 10


def test_hosts_are_asked_in_the_order_of_their_feeds() -> None:
    """Of hosts that may all be asked, the one whose feed was lined up first is asked first."""
    order: list[int] = []

    def read(state: FeedState) -> Reading:
        order.append(state.id)
        return NOTHING_NEW

    with Pool(Threads(Desk(read), at_most=1), hosts=Hosts(gap=timedelta(0))) as pool:
        pool.add(feeds(12))
        assert sum(len(batch) for batch in pool.batches(stop=threading.Event())) == 12
    assert order == list(range(12))
