"""Reading feeds: one feed from its address to clean items, and many of them side by side."""

from aggregator.edges.workers.desk import Desk, Rules
from aggregator.edges.workers.pool import Pool, Readers, Threads
from aggregator.edges.workers.turns import Hosts

__all__ = ["Desk", "Hosts", "Pool", "Readers", "Rules", "Threads"]
