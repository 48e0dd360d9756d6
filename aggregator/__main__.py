"""``python -m aggregator`` is the command ``aggregator``."""

from .cli import main

main()
