"""What is measured: how the press behaves before and during a command, and what its CPU time should be at most.

Pure data; ``server`` plays the scenes, ``reading`` measures in them.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from benchmarks.world import Telling


class Scene(Struct, frozen=True, kw_only=True):
    """How the press answers."""

    telling: Telling = Telling.FIRST
    validators: bool = True  #: with ETag and Last-Modified, and 304 where they match
    delay: float = 0.0  #: seconds before each answer
    sick: bool = False  #: one feed in twenty hangs, drips, fails, is a web page or breaks off
    secure: bool = False  #: over TLS


class Mode(Struct, frozen=True, kw_only=True):
    """One row of the table: a whole command, run while ``scene`` is played."""

    name: str
    title: str
    scene: Scene
    primed: bool = True  #: the same feeds, as they were first told, have been read before
    reach: float | None = None  #: the ratio of our CPU time to reader's that 400 feeds should keep
    aim: float | None = None  #: and that 1000 feeds should keep

    @property
    def before(self) -> Scene:
        """Give the scene in which a store was filled before the measurement."""
        return replace(self.scene, telling=Telling.FIRST, delay=0.0, sick=False)


MODES = (
    Mode(name="first", title="first poll of an empty store", scene=Scene(), primed=False, reach=0.65, aim=0.45),
    Mode(name="304", title="nothing changed, validators (304)", scene=Scene(), reach=0.60, aim=0.45),
    Mode(
        name="same",
        title="nothing changed, no validators (200, same bytes)",
        scene=Scene(validators=False),
        reach=0.06,
        aim=0.04,
    ),
    Mode(
        name="head",
        title="other bytes, no new item",
        scene=Scene(validators=False, telling=Telling.HEAD),
        reach=0.08,
        aim=0.05,
    ),
    Mode(
        name="news",
        title="one new item in every feed",
        scene=Scene(validators=False, telling=Telling.NEWS),
        reach=0.18,
        aim=0.10,
    ),
    Mode(name="latency", title="304 with 200 ms latency", scene=Scene(delay=0.2)),
    Mode(name="sick", title="304 with 5 % of the feeds sick", scene=Scene(sick=True)),
    Mode(name="https", title="HTTPS, a connection each, 304", scene=Scene(secure=True), reach=0.10, aim=0.07),
)
