"""The connection to a Dask scheduler: the one module that knows ``distributed``, which is installed only where wanted.

Every exchange is bounded in time. The library is imported when a connection is made; that takes a second.
"""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from importlib import import_module
from typing import Any

from aggregator.core.errors import ClusterError

#: What it would log is said in our words, by errors.
_SILENT = {"logging": {"distributed": "critical", "distributed.client": "critical", "distributed.core": "critical"}}


class Scheduler:
    """A connection to the Dask scheduler at an address ("tcp://host:8786"); with TLS, if Dask's settings name a CA.

    ``patience`` bounds each exchange (seconds). Raises ClusterError when there is no connection to be had.
    """

    def __init__(self, address: str, *, patience: float) -> None:
        self._address = address
        self._patience = patience
        try:
            self._client = _connected(address, patience=patience)
        except Exception as error:  # a port may be answered by anything, and settings of TLS go wrong in many ways
            reason = str(error) or f"it did not answer within {patience:g} s"
            raise ClusterError(address, f"the Dask scheduler cannot be reached ({reason})") from error
        # Not pure: a reading is nothing that could be kept and given for another poll, however alike the two are.
        self._executor = self._client.get_executor(pure=False)

    @staticmethod
    def is_installed() -> bool:
        """Tell whether the library is there."""
        return importlib.util.find_spec("distributed") is not None

    @property
    def is_connected(self) -> bool:
        """Tell whether the connection is there, as far as anybody has noticed."""
        return bool(self._client.status == "running")

    def threads(self) -> int:
        """Count the threads of all workers; raise ClusterError when there are none."""
        try:
            counted = int(sum(self._client.nthreads(callback_timeout=self._patience).values()))
        except Exception as error:  # lost in the midst of it, in one of many ways
            raise ClusterError(self._address, "the Dask scheduler does not answer any more") from error
        if not counted:
            raise ClusterError(self._address, "the Dask cluster has no workers")
        return counted

    def submit(self, function: Callable[..., Any], *arguments: object) -> Future[Any]:
        """Have a function called on a worker; the future is cancelled when the connection is lost."""
        future: Future[Any] = Future()
        try:
            future = self._executor.submit(function, *arguments)
        except Exception:  # noqa: BLE001 - the connection was lost this moment
            future.cancel()
        return future

    def close(self) -> None:
        """End the connection; what was submitted and not begun is forgotten."""
        with suppress(Exception):
            self._client.close(timeout=self._patience)


def library() -> Any:  # typed in part only
    """Import the library, which sets up logging when it is imported: so tell it before to keep silent."""
    import_module("dask").config.set(_SILENT)
    return import_module("distributed")


def _connected(address: str, *, patience: float) -> Any:
    distributed = library()
    if import_module("dask").config.get("distributed.comm.tls.ca-file"):
        address = address.replace("tcp://", "tls://")
    # A client waits for ever for the first word of a port that accepts and says nothing (distributed 2026.8.0).
    asyncio.run(asyncio.wait_for(_greet(address, patience=patience), timeout=patience))
    return distributed.Client(address, timeout=patience, set_as_default=False, name="aggregator")


async def _greet(address: str, *, patience: float) -> None:
    settings = import_module("distributed.security").Security().get_connection_args("client")
    comm = await import_module("distributed.comm").connect(address, timeout=patience, **settings)
    await comm.close()
