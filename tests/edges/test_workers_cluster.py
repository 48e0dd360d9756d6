"""Reading on a Dask cluster: the same as threads read, and bounded whatever happens to scheduler and workers."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from aggregator.core.errors import ClusterError
from aggregator.core.model import Feed, FeedState, Outcome, Polling, Reading, Trace, Validators
from aggregator.edges.workers import Desk, Hosts, Pool, Rules, Threads, cluster, scheduler
from aggregator.edges.workers.cluster import Cluster
from tests.edges.servers import LOOPBACK, Visit, reply, serving, unused_port

RULES = Rules(polling=Polling(), allow=LOOPBACK, deadline=timedelta(seconds=20))
SECOND = timedelta(seconds=1)
#: How long a test waits for what it has seen to take a tenth of it.
PATIENCE = 60


@contextmanager
def dask(*, workers: int, processes: bool, port: int = 0, **more: Any) -> Iterator[Any]:
    """Run a cluster on this machine, as docs/scaling.md says that it is to be set up."""
    library = scheduler.library()
    with (
        importlib.import_module("dask").config.set({"distributed.worker.daemon": False}),
        library.LocalCluster(
            n_workers=workers,
            threads_per_worker=8,
            processes=processes,
            scheduler_port=port,
            dashboard_address="127.0.0.1:0",
            **more,
        ) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def two_workers() -> Iterator[Any]:
    """Run a cluster of two processes."""
    with dask(workers=2, processes=True) as made:
        yield made


def document(path: str) -> bytes:
    """Write the answer that is a feed of its own for each path."""
    items = "".join(
        f"<item><title>Item {number} of {path}</title><link>{path}/{number}</link></item>" for number in range(12)
    )
    return reply(f"<rss version='2.0'><channel><title>Feed {path}</title>{items}</channel></rss>".encode())


def feeds(url: str, number: int) -> list[FeedState]:
    """Build feeds below an address."""
    return [FeedState(id=one, feed=Feed(url=f"{url}/{one}"), name="") for one in range(number)]


def pool_of(readers: Cluster | Threads, *states: FeedState, per_host: int = 8) -> Pool:
    """Build a pool in which feeds wait."""
    pool = Pool(readers, hosts=Hosts(per_host=per_host, gap=timedelta(0)))
    pool.add(states)
    return pool


def read_all(pool: Pool, *, seconds: float = PATIENCE) -> dict[int, Reading]:
    """Read what waits."""
    with pool:
        batches = pool.batches(stop=threading.Event(), seconds=seconds)
        return {state.id: reading for batch in batches for state, reading in batch}


# --- a cluster that works --------------------------------------------------------------------------------------------


def test_a_cluster_reads_what_threads_read(two_workers: Any) -> None:
    """Fifty feeds come from two workers with the same items, validators and titles as from threads, politely."""
    at_a_time = Together()

    def answer(visit: Visit) -> None:
        with at_a_time:
            visit.send(document(visit.path))

    with serving(answer) as server:
        states = feeds(server.url("/feed"), 50)
        expected = read_all(pool_of(Threads(Desk(RULES)), *states, per_host=4))
        found = read_all(pool_of(Cluster(two_workers.scheduler_address, RULES), *states, per_host=4))
        assert len(server.visits) == 100
    assert at_a_time.most <= 4
    assert [len(found[number].items) for number in range(50)] == [12] * 50
    for number in range(50):
        ours, theirs = found[number], expected[number]
        assert (ours.items, ours.title, ours.pieces) == (theirs.items, theirs.title, theirs.pieces)
        assert (ours.outcome, ours.reason, ours.trace.body) == (Outcome.READ, "", theirs.trace.body)


class Together:
    """Count how many are in a block at a time."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self.lock = threading.Lock()

    def __enter__(self) -> None:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)

    def __exit__(self, *error: object) -> None:
        with self.lock:
            self.now -= 1


def test_redirects_lead_from_worker_to_worker(two_workers: Any) -> None:
    """Feeds that are redirected to another host are read there in their turn, so many at a time as it allows."""
    at_a_time = Together()

    def answer(visit: Visit) -> None:
        with at_a_time:
            visit.send(document(visit.path))

    with serving(answer) as there:
        target = there.url("/feed")
        with serving(reply(status="302 Found", headers=(f"Location: {target}",))) as here:
            found = read_all(pool_of(Cluster(two_workers.scheduler_address, RULES), *feeds(here.url(), 8), per_host=2))
        assert (len(here.visits), len(there.visits)) == (8, 8)
    assert at_a_time.most <= 2
    assert [reading.title for reading in found.values()] == ["Feed /feed"] * 8


def test_a_feed_asked_for_twice_is_read_twice(two_workers: Any) -> None:
    """The same feed with nothing remembered is asked for again: the cluster keeps no reading."""
    with serving(lambda visit: visit.send(document(f"/{len(visit.server.visits)}"))) as server:
        titles = []
        for _ in range(2):
            (reading,) = read_all(
                pool_of(Cluster(two_workers.scheduler_address, RULES), *feeds(server.url(), 1))
            ).values()
            titles.append(reading.title)
    assert titles == ["Feed /1", "Feed /2"]


def test_the_moment_of_handing_out_travels(two_workers: Any) -> None:
    """A reading says when its feed was handed out by the sender's clock, and conditions go out as remembered."""
    with serving(reply(status="304 Not Modified")) as server:
        before = datetime.now(UTC)
        (state,) = feeds(server.url(), 1)
        state = replace(state, validators=Validators(etag='"1"'), trace=Trace(fetched=before))
        (reading,) = read_all(pool_of(Cluster(two_workers.scheduler_address, RULES), state)).values()
        assert server.visits[0].header("If-None-Match") == b'"1"'
    assert reading.outcome is Outcome.UNCHANGED
    assert reading.asked
    assert before <= reading.asked <= datetime.now(UTC)


def test_a_worker_that_dies_costs_no_feed(two_workers: Any) -> None:
    """When a worker is killed while it reads, all its feeds are read by others, without an end in between."""
    with two_workers.get_client() as client:
        pids = list(client.run(os.getpid).values())
    met = threading.Barrier(9, timeout=PATIENCE)

    def answer(visit: Visit) -> None:
        if len(visit.server.visits) <= 8:
            met.wait()
            visit.server.closing.wait(0.3)
        visit.send(document(visit.path))

    def kill() -> None:
        met.wait()
        os.kill(pids[0], signal.SIGKILL)

    killing = threading.Thread(target=kill)
    with serving(answer) as server:
        killing.start()
        found = read_all(pool_of(Cluster(two_workers.scheduler_address, RULES), *feeds(server.url(), 20)))
    killing.join()
    assert {number: reading.reason for number, reading in found.items()} == dict.fromkeys(range(20), "")


def test_workers_of_another_version_are_refused(two_workers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that has another version than the sender is an error which says so, and no feed's failure."""
    monkeypatch.setattr(cluster, "__version__", "0.0.1")
    with serving(document("/")) as server:
        pool = pool_of(Cluster(two_workers.scheduler_address, RULES), *feeds(server.url(), 3))
        with pytest.raises(
            ClusterError, match=r"a worker cannot read: RuntimeError: it has aggregator .*, the sender 0\.0\.1"
        ):
            read_all(pool)
        assert pool.busy
        assert server.visits == []


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl command is not installed")
def test_tls_is_spoken_where_dask_is_told_to(tmp_path: Path) -> None:
    """With certificates in Dask's own settings the scheduler is reached by TLS; without them it is not reached."""
    pem = tmp_path / "all.pem"
    new = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=aggregator test")
    subprocess.run(["openssl", *new, "-keyout", pem, "-out", pem], check=True, capture_output=True, timeout=20)
    certificates = {f"distributed.comm.tls.{who}.cert": str(pem) for who in ("scheduler", "worker", "client")}
    settings = importlib.import_module("dask").config.set
    with serving(document("/")) as server, settings({"distributed.comm.tls.ca-file": str(pem), **certificates}):
        security = importlib.import_module("distributed").Security()
        with dask(workers=1, processes=False, protocol="tls", security=security) as made:
            address = made.scheduler_address.replace("tls://", "tcp://")
            assert len(read_all(pool_of(Cluster(address, RULES), *feeds(server.url(), 2)))) == 2
            with (
                settings({"distributed.comm.tls.ca-file": None}),
                pytest.raises(ClusterError, match="cannot be reached"),
            ):
                read_all(pool_of(Cluster(address, RULES, patience=SECOND), *feeds(server.url(), 2)))


# --- a cluster that does not -----------------------------------------------------------------------------------------


def test_no_library_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where distributed is not installed, the error says what to install, before anything is read."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ClusterError, match=r"pip install 'headline-aggregator\[dask\]'"):
        Cluster("tcp://127.0.0.1:8786", RULES)


@pytest.mark.parametrize("kind", ["closed", "mute", "web"])
def test_no_scheduler_is_an_error_soon(kind: str) -> None:
    """A port that is closed, or says nothing, or something else, is an error; the feeds stay lined up."""
    with socket.create_server(("127.0.0.1", 0)) as mute, serving(reply(b"hello")) as web:
        port = {"closed": unused_port(), "mute": int(mute.getsockname()[1]), "web": web.port}[kind]
        readers = Cluster(f"tcp://127.0.0.1:{port}", RULES, patience=SECOND / 2)
        with pool_of(readers, *feeds("http://127.0.0.1:1", 3)) as pool:
            for _ in range(2):
                with pytest.raises(
                    ClusterError, match=rf"^tcp://127\.0\.0\.1:{port}: the Dask scheduler cannot be reached"
                ):
                    next(pool.batches(stop=threading.Event()))
            assert pool.waiting == 3


def test_no_workers_is_an_error() -> None:
    """A scheduler without workers is an error; the feeds stay lined up, and are read once there are some."""
    with serving(document("/")) as server, dask(workers=0, processes=False) as made:
        pool = pool_of(Cluster(made.scheduler_address, RULES), *feeds(server.url(), 3))
        with pytest.raises(ClusterError, match="the Dask cluster has no workers"):
            next(pool.batches(stop=threading.Event()))
        assert pool.waiting == 3
        made.scale(1)
        made.wait_for_workers(1, timeout=PATIENCE)
        assert len(read_all(pool)) == 3


def close_after(arrived: threading.Event, made: Any) -> None:
    """Close a cluster once a request has arrived somewhere."""
    arrived.wait(PATIENCE)
    made.close()


def hang(visit: Visit) -> None:
    """Answer nothing for as long as the server is there."""
    visit.server.closing.wait(PATIENCE)


def test_a_scheduler_that_is_lost_costs_no_feed() -> None:
    """When the cluster goes while it reads that is an error; when it is back, all feeds are read."""
    port, is_back = unused_port(), threading.Event()

    def answer(visit: Visit) -> None:
        visit.send(document(visit.path)) if is_back.is_set() else hang(visit)

    with serving(answer) as server:
        readers = Cluster(f"tcp://127.0.0.1:{port}", RULES, patience=SECOND)
        pool = pool_of(readers, *feeds(server.url(), 10))
        with dask(workers=1, processes=True, port=port) as made:
            losing = threading.Thread(target=close_after, args=(server.arrived, made))
            losing.start()
            try:
                with pytest.raises(ClusterError, match=r"the Dask (scheduler does not answer|cluster has no workers)"):
                    next(pool.batches(stop=threading.Event(), seconds=PATIENCE))
            finally:
                losing.join()
        with pytest.raises(ClusterError, match="the Dask scheduler cannot be reached"):
            next(pool.batches(stop=threading.Event(), seconds=PATIENCE))
        is_back.set()
        with dask(workers=1, processes=False, port=port):
            assert len(read_all(pool)) == 10


def test_a_worker_that_freezes_costs_its_feed_a_failure() -> None:
    """A reading that does not come in time is a failure with that reason, and the feed's turn is over."""
    with dask(workers=1, processes=False) as made, serving(hang) as server:
        readers = Cluster(made.scheduler_address, RULES, longest=SECOND / 2)
        found = read_all(pool_of(readers, *feeds(server.url(), 2)))
    reason = "no worker of the cluster had read it after 0.5 s"
    assert [(reading.outcome, reading.reason) for reading in found.values()] == [(Outcome.FAILED, reason)] * 2


class KilledWorker(Exception):
    """Be called as the error of Dask's that only its scheduler makes."""


def fated(**fate: Any) -> Future[Reading]:
    """Build a future that has come to something; to nothing: it was cancelled."""
    future: Future[Reading] = Future()
    if not fate:
        future.cancel()
    for what, value in fate.items():
        getattr(future, f"set_{what}")(value)
    return future


def test_what_kills_workers_is_not_read_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed of which several workers died is a failure; one whose reading was lost is read again."""

    class Doomed:
        """A scheduler of which all is known beforehand."""

        is_connected = True

        def __init__(self, address: str, *, patience: float) -> None:
            pass

        @staticmethod
        def is_installed() -> bool:
            return True

        def threads(self) -> int:
            return 1

        def submit(self, *arguments: object) -> Future[Reading]:
            return fates.pop(0)

        def close(self) -> None:
            pass

    fates = [fated(exception=KilledWorker()), fated(), fated(result=Reading(outcome=Outcome.READ))]
    monkeypatch.setattr(cluster, "Scheduler", Doomed)
    found = read_all(pool_of(Cluster("tcp://127.0.0.1:1", RULES), *feeds("http://127.0.0.1:1", 2), per_host=1))
    reason = "the workers of the cluster died of it, one after the other"
    assert [(found[number].outcome, found[number].reason) for number in (0, 1)] == [
        (Outcome.FAILED, reason),
        (Outcome.READ, ""),
    ]
    assert fates == []
