"""The table of threats names only tests that there are, and each test of hostile servers that proves a row of it."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parent.parent
TABLE = (TESTS.parent / "docs" / "threats.md").read_text(encoding="utf-8")


def test_the_table_of_threats_names_tests_that_exist() -> None:
    """Every test in docs/threats.md stands in the module before it."""
    named = 0
    for path, tests in re.findall(r"`([\w/]+\.py)`: ((?:`test_\w+`(?:, )?)+)", TABLE):
        source = (TESTS / path).read_text(encoding="utf-8")
        for name in re.findall(r"`(test_\w+)`", tests):
            assert f"\ndef {name}(" in source, f"{path} has no {name}"
            named += 1
    assert named == len(re.findall(r"`test_\w+`", TABLE))


def test_every_hostile_test_is_in_the_table() -> None:
    """What is proven about addresses, exchanges, answers and documents can be found by the threat."""
    for part in ("addresses", "exchanges", "answers", "documents"):
        source = (TESTS / "hostile" / f"test_{part}.py").read_text(encoding="utf-8")
        assert [name for name in re.findall(r"\ndef (test_\w+)\(", source) if f"`{name}`" not in TABLE] == []
