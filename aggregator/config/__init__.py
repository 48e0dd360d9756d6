"""feeds.yaml: read it, describe it to editors, add to it, start with one.

Knows every setting and the place of every mistake; what the settings are for is known by those who use the ``Config``.
"""

from aggregator.config import rulings
from aggregator.config.adding import add_feed
from aggregator.config.reading import load, load_sound, parse
from aggregator.config.shape import schema
from aggregator.config.starter import starter
from aggregator.config.wording import idle_categories

__all__ = ["add_feed", "idle_categories", "load", "load_sound", "parse", "rulings", "schema", "starter"]
