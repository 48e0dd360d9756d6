"""The bundled newsroom: a dozen made-up outlets that tell made-up stories on loopback, for ``make demo`` and for tests.

``outlets`` says who publishes in which form, ``stories`` what they tell and when, ``documents`` and ``pages`` write it
down, ``server`` answers for it. Nothing here knows how the aggregator reads: the newsroom is only a publisher.
"""

from __future__ import annotations

from aggregator.demo.server import Newsroom

__all__ = ["Newsroom"]
