"""A scheduled news-feed aggregator: feeds in, one digest page and one feed out."""

__version__ = "0.1.0"
