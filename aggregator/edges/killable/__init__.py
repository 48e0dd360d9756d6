"""Work that may take for ever or all memory, done in processes that can be killed.

    running   the side of those who have work: who gets a worker, for how long, and what is said when it died
    places    whose turn it is to have a worker
    handles   the nursery and its workers as that side sees them
    nursery   the process that makes the workers, and the workers
    messages  what the two sides say to each other

Knows nothing of documents: it is given functions of modules that can be imported, and values that can be pickled.

Why not a library: in pebble's ProcessPool all workers share one locked pipe, so that a worker killed while it holds the
lock stops all others for good (measured: the next task still waits after 90 s), a worker that dies idle breaks the
pool, and a number of endless tasks equal to that of its workers stops it; ``concurrent.futures`` cannot kill at all.
Both start workers through ``multiprocessing``, which imports the whole program again in each.
"""

from aggregator.edges.killable.running import Killable

__all__ = ["Killable"]
