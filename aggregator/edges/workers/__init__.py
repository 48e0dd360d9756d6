"""Reading feeds: one feed from its address to clean items, and many of them side by side."""

from aggregator.edges.workers.pool import Hosts, Pool, read_all
from aggregator.edges.workers.reading import read, refusal

__all__ = ["Hosts", "Pool", "read", "read_all", "refusal"]
