"""Where understanding was looked for first."""

from aggregator.edges.understanding import Job, Understood, understand

__all__ = ["Job", "Understood", "understand"]
