"""Reading feeds: one feed from its address to clean items, and many of them side by side."""

from aggregator.edges.workers.finding import find
from aggregator.edges.workers.pool import Hosts, Pool, read_all
from aggregator.edges.workers.reading import read

__all__ = ["Hosts", "Pool", "find", "read", "read_all"]
