"""HTTP as a reader of feeds needs it: one address in, one whole answer or one plain reason out.

Knows how to fetch with a deadline, a size limit and a list of addresses that must not be reached. Does not judge
statuses other than redirects, does not parse bodies, does not retry (the schedule is the retry) and does not log.

    fetch       the Fetcher: one exchange from the first request to the last redirect
    connection  sockets and TLS: only to judged addresses, one certificate store for all
    guard       which addresses may be reached
    deadline    ends exchanges that have run out of time
    body        reads and unpacks what was sent, never more than the limit
    address     URLs: their passwords, their redirects
    words       says failures in plain words
"""

from aggregator.edges.http.fetch import ACCEPT_FEEDS, Fetcher, Response

__all__ = ["ACCEPT_FEEDS", "Fetcher", "Response"]
