"""Who wrote it, as a plain name. Knows the ways in which names and e-mail addresses are mixed; cleans no markup."""

from __future__ import annotations

from collections.abc import Iterable

#: Longer than any name; what is longer is a payload.
LIMIT = 1000


def credited(claims: Iterable[str]) -> str:
    """Join the names of all who are credited, each once; an e-mail address only where no name is there.

    RSS 2.0 asks for "mail@example.org (Name)", and publishers write every other order too.
    """
    stated = [" ".join(claim.split()) for claim in claims if len(claim) <= LIMIT and claim.strip()]
    names = [name for name in map(_without_address, stated) if name]
    return ", ".join(dict.fromkeys(names)) or (stated[0] if stated else "")


def _without_address(claim: str) -> str:
    words = claim.split(" ")
    kept = [word for word in words if "@" not in word]
    return claim if len(kept) == len(words) else " ".join(kept).strip("()<>[],; ")
