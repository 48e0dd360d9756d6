"""Values held against a shape: what they mean, or all that is wrong with them; and the shape as JSON Schema.

Knows how settings nest. What they are called is said in ``shape``, how a single value is checked in ``texts``,
``times`` and ``addresses``, how a fault is worded in ``wording``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Any, Protocol

from msgspec import Struct

from aggregator.config.document import Step

Path = tuple[Step, ...]
#: What a group of settings came to, by their names; what was left out and has no default is not in it.
Values = dict[str, Any]
#: Takes whatever YAML holds; raises ValueError with what is wrong and what to write.
Check = Callable[[object], Any]
#: JSON Schema of a value.
Rule = dict[str, Any]


class Kind(Enum):
    """What may be wrong with a value."""

    UNKNOWN = auto()  #: nothing is called so here
    MISSING = auto()
    MISPLACED = auto()  #: something else belongs here: a group, a list
    REFUSED = auto()  #: by its check


class Fault(Struct, frozen=True, kw_only=True):
    """One thing that is wrong, and where."""

    kind: Kind
    path: Path
    value: object = None  #: what was written
    reason: str = ""  #: of a refusal


class Shape(Protocol):
    """What may be written in a place."""

    def read(self, value: object, *, path: Path, faults: list[Fault]) -> Any:
        """Give what a value means; what is wrong with it is added to the faults, and what is given then is nothing."""

    def rule(self) -> Rule:
        """Describe it as JSON Schema, the keys sorted."""


class Plain(Struct, frozen=True):
    """A single value."""

    check: Check
    described: Rule

    def read(self, value: object, *, path: Path, faults: list[Fault]) -> Any:
        """Check it."""
        try:
            return self.check(value)
        except ValueError as error:
            faults.append(Fault(kind=Kind.REFUSED, path=path, value=value, reason=str(error)))
            return None

    def rule(self) -> Rule:
        """Describe it as JSON Schema."""
        return dict(sorted(self.described.items()))


class Many(Struct, frozen=True, kw_only=True):
    """A list of values of one shape."""

    of: Shape
    least: int = 0

    def read(self, value: object, *, path: Path, faults: list[Fault]) -> list[Any]:
        """Check each of them."""
        if not isinstance(value, list):
            faults.append(Fault(kind=Kind.MISPLACED, path=path, value=value))
            return []
        if len(value) < self.least:
            faults.append(Fault(kind=Kind.MISSING, path=path, value=value))
        return [self.of.read(one, path=(*path, place), faults=faults) for place, one in enumerate(value)]

    def rule(self) -> Rule:
        """Describe it as JSON Schema."""
        bound = {"minItems": self.least} if self.least else {}
        return {"items": self.of.rule(), **bound, "type": "array"}


class Setting(Struct, frozen=True, kw_only=True):
    """A name in a group: what stands under it, and what it is for."""

    shape: Shape
    meaning: str
    default: Callable[[], Any] | None = None  #: makes what it is where it is left out; None: nothing then
    written: Any = None  #: the default as a user writes it; None: that cannot be said
    is_needed: bool = False

    def rule(self) -> Rule:
        """Describe it as JSON Schema."""
        default = {} if self.written is None else {"default": self.written}
        same = isinstance(self.shape, Group) and self.shape.meaning == self.meaning
        meaning = {} if same else {"description": self.meaning}
        return dict(sorted({**default, **meaning, **self.shape.rule()}.items()))


class Group(Struct, frozen=True, kw_only=True):
    """A group of settings: nothing else may stand in it, and one left empty is as if it were not there."""

    name: str
    meaning: str
    settings: Mapping[str, Setting]

    def read(self, value: object, *, path: Path, faults: list[Fault]) -> Values:
        """Check what is given of it, and complete it."""
        if not isinstance(value, dict):
            faults.append(Fault(kind=Kind.MISPLACED, path=path, value=value))
            return {}
        values = self.defaults()
        for name, setting in self.settings.items():
            if value.get(name) is not None:
                values[name] = setting.shape.read(value[name], path=(*path, name), faults=faults)
            elif setting.is_needed:
                faults.append(Fault(kind=Kind.MISSING, path=(*path, name)))
        faults += [Fault(kind=Kind.UNKNOWN, path=(*path, name)) for name in value if name not in self.settings]
        return values

    def defaults(self) -> Values:
        """Give what the group is where nothing of it is given."""
        return {name: setting.default() for name, setting in self.settings.items() if setting.default}

    def rule(self) -> Rule:
        """Refer to its description."""
        return {"$ref": f"#/$defs/{self.name}"}

    def described(self) -> Rule:
        """Describe it as JSON Schema."""
        needed = [name for name, setting in self.settings.items() if setting.is_needed]
        return {
            "additionalProperties": False,
            "description": self.meaning,
            "properties": {name: setting.rule() for name, setting in self.settings.items()},
            **({"required": needed} if needed else {}),
            "type": "object",
        }


class Short(Struct, frozen=True, kw_only=True):
    """A group that may be written shorter; ``meant`` gives its long form, None for none of it, and may refuse."""

    meant: Check
    described: Rule  #: of the short form
    of: Group

    def read(self, value: object, *, path: Path, faults: list[Fault]) -> Values | None:
        """Check what is meant."""
        before = len(faults)
        long = Plain(self.meant, {}).read(value, path=path, faults=faults)
        if len(faults) > before or (long is None and value is not None):
            return None
        return self.of.read(long, path=path, faults=faults)

    def rule(self) -> Rule:
        """Describe both forms as JSON Schema."""
        return {"anyOf": [self.described, self.of.rule()]}
