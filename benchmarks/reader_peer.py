"""One poll by lemon24's reader, as a program of its own; run by the Python of the environment it is installed in.

    python reader_peer.py DATABASE FEEDS WORKERS

FEEDS is a file with an address on each line; a database that is not there yet is made, with these feeds in it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import requests.adapters
from reader import make_reader  # type: ignore[import-not-found]  # lives in another environment


def main() -> None:
    """Read every feed once, also those that reader's own schedule would leave for later."""
    database, feeds, workers = sys.argv[1:]
    # reader sends prepared requests, for which requests does not ask the environment whom to trust (reader 3.26).
    if bundle := os.environ.get("REQUESTS_CA_BUNDLE"):
        requests.adapters.DEFAULT_CA_BUNDLE_PATH = bundle  # type: ignore[attr-defined]
    is_new = not Path(database).exists()
    with make_reader(database) as reader:
        if is_new:
            for url in Path(feeds).read_text(encoding="ascii").splitlines():
                reader.add_feed(url)
        reader.update_feeds(workers=int(workers), scheduled=False)


if __name__ == "__main__":
    main()
