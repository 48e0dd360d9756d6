"""feeds.yaml: read it, describe it to editors, add to it, start with one.

Knows every setting and the place of every mistake; what the settings are for is known by those who use the ``Config``.
"""

from aggregator.config import rulings
from aggregator.config.adding import add_feed
from aggregator.config.reading import load, parse
from aggregator.config.shape import schema
from aggregator.config.starter import starter

__all__ = ["add_feed", "load", "parse", "rulings", "schema", "starter"]
