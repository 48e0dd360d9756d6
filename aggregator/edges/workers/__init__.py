"""Reading feeds: one feed from its address to clean items, and many of them side by side."""

from aggregator.edges.workers.pool import Hosts, read_all
from aggregator.edges.workers.reading import read

__all__ = ["Hosts", "read", "read_all"]
