"""The rules of YAML that settings files follow, by libyaml and by PyYAML's Python code alike."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.config import document, syntax


@pytest.fixture(params=["libyaml", "python"], autouse=True)
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test with both of PyYAML's readers, where both are there."""
    if request.param == "python":
        monkeypatch.setattr(syntax, "_reader", syntax.PureReader)
    elif syntax._reader is syntax.PureReader:
        pytest.skip("PyYAML has no libyaml here")


def value(text: str) -> Any:
    """Read a text that has no mistakes."""
    read = document.read(text)
    assert read.mistakes() == ()
    return read.value


def mistakes(text: str) -> list[tuple[int, int, str]]:
    """Give the mistakes of a text, those that stop the reading included."""
    try:
        found = document.read(text).mistakes()
    except syntax.Unreadable as error:
        found = (error.mistake,)
    return sorted((mistake.line, mistake.column, mistake.message) for mistake in found)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *[
            (word, word)
            for word in ("no", "yes", "on", "Off", "y", "N", "07:00", "17:30", "2026-01-14", "1_000", "0b1")
        ],
        *[(word, word) for word in ("nULL", "tRUE", "1e", "+", ".", "0x", "0o8", "=", "1.2.3", "https://e.org/#a")],
        *[(word, None) for word in ("", "~", "null", "Null", "NULL")],
        *[(word, True) for word in ("true", "True", "TRUE")],
        *[(word, False) for word in ("false", "False", "FALSE")],
        *[("010", 10), ("-7", -7), ("+7", 7), ("0o17", 15), ("0x1F", 31), ("190:20:30", "190:20:30")],
        *[("1e3", 1000.0), ("1.5", 1.5), (".5", 0.5), ("5.", 5.0), ("-.inf", float("-inf")), ("1E-2", 0.01)],
        *[("'7'", "7"), ('"true"', "true"), ("!!str 7", "7"), ("!!int '7'", 7), ("! 7", 7)],
    ],
)
def test_core_schema(written: str, meant: object) -> None:
    """Plain words mean what the core schema of YAML 1.2 says, not what YAML 1.1 did."""
    read = value(f"name: {written}\n")["name"]
    assert (type(read), read) == (type(meant), meant)


def test_names_are_text() -> None:
    """The names of settings are text whatever they look like."""
    assert value("1: a\nno: b\n~: c\ntrue: d\n") == {"1": "a", "no": "b", "~": "c", "true": "d"}


def test_aliases_and_merge_keys() -> None:
    """Aliases repeat a value; merge keys take in a group, which yields to earlier ones and to what stands beside it."""
    text = "a: &a {x: 1, y: 2}\nb: *a\nc: {x: 3, <<: *a}\nd: {<<: [*a, {x: 8, z: 9}]}\n"
    assert value(text) == {
        "a": {"x": 1, "y": 2},
        "b": {"x": 1, "y": 2},
        "c": {"x": 3, "y": 2},
        "d": {"x": 1, "y": 2, "z": 9},
    }


def test_places() -> None:
    """A value, a name and what is missing have the places that an editor shows."""
    read = document.read("# comment\ntitle: Zürich\nfeeds:\n  - url: a\n  - {url: b, name: ü, every: 1}\n")
    assert read.place(("title",)) == (2, 8)
    assert read.place(("title",), of_name=True) == (2, 1)
    assert read.place(("feeds", 1, "every")) == (5, 30)
    assert read.place(("feeds", 1, "every"), of_name=True) == (5, 23)
    assert read.place(("feeds", 0, "name")) == (4, 5)
    assert read.place(("feeds", 7)) == (4, 3)
    assert read.place(()) == (2, 1)


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, 1, '"a" is given twice (line 1 and here); keep one of the two'),
        ("a: !thing 3\n", 1, 4, 'the tag "!thing" means nothing here; write the value without it'),
        ("a: !!python/name:os.system ''\n", 1, 4, 'the tag "!!python/name:os.system" means nothing here; write the'),
        ("a: !!set {x}\n", 1, 4, 'the tag "!!set" means nothing here; write the value without it'),
        ("a: !!null x\n", 1, 4, "this cannot be read as what it claims to be; put it in quotes if it is text"),
        ("a: !!bool x\n", 1, 4, "this cannot be read as what it claims to be; put it in quotes if it is text"),
        ("a: !!int x\n", 1, 4, "this cannot be read as what it claims to be; put it in quotes if it is text"),
        (f"a: 0x{'f' * 5000}\n", 1, 4, "this cannot be read as what it claims to be; put it in quotes if it is text"),
        (f"a: {'9' * 5000}\n", 1, 4, "this cannot be read as what it claims to be; put it in quotes if it is text"),
        ("? [a]\n: b\n", 1, 3, 'the name of a setting is text; write "name: value"'),
        ("<<: 7\n", 1, 5, '"<<" takes in the settings of another group; write "<<: *name"'),
        ("a: 1\n---\nb: 2\n", 2, 1, 'a second document starts here; keep one, and remove the "---" line'),
        ("a:\n\t- b\n", 2, 1, "a tab cannot indent; write spaces instead"),
        ("a: @b\n", 1, 4, "a value cannot start with this character; put the value in quotes"),
        ("a: b: c\n", 1, 5, 'a ": " stands where none can; put the whole value in quotes, or check the indentation'),
        ("a: *b\n", 1, 4, "this alias names nothing; write its anchor (&name) further up, or the value itself"),
        ("a: &x 1\nb: &x 2\n", 2, 4, "this anchor is there already; give one of the two another name"),
        ("a: 1\nb\n", 0, 0, 'a name without a value; write "name: value"'),
        ("a: 'b\n", 0, 0, "a quote opened above is never closed; close it"),
        ("a: [b\n", 0, 0, "a bracket is still open; write a comma between two values, and close the bracket after"),
        ("a:\n  - b\n c: 1\n", 3, 2, "this does not line up with anything above; indent it like its neighbours"),
        ('a: "\\q"\n', 0, 0, "double quotes know no such escape; write the backslash twice, or use single quotes"),
        ("a: x\n\u00e9\x07", 2, 2, "U+0007 is not a character for settings; remove it"),
        ("a: x\u2028y", 1, 5, "U+2028 is not a character for settings; remove it"),
        ("a: 1\n\ufeffb: 2\n", 2, 1, "U+FEFF is not a character for settings; remove it"),
        ("a: &a [*a]\n", 1, 4, "this value contains itself; write the values out, not the alias"),
        ("a: &a {b: {c: *a}}\n", 1, 4, "this value contains itself; write the values out, not the alias"),
    ],
)
def test_mistakes(text: str, line: int, column: int, said: str) -> None:
    """What is wrong with the YAML is said in plain words with its place (0: the two readers count differently)."""
    [(found_line, found_column, message)] = mistakes(text)
    assert message.startswith(said)
    assert not line or (found_line, found_column) == (line, column)


def test_billion_laughs() -> None:
    """Aliases of aliases that would expand to ten thousand million values are refused."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 10)]
    assert mistakes("\n".join(lines))[0][2] == "the aliases (*name) multiply beyond measure; write the values out"


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 2_000,
        "- " * 2_000,
        "\n".join(f"{' ' * level}a:" for level in range(120)),
        "\n".join(["a0: &a0 [x]", *(f"a{level}: &a{level} [*a{level - 1}]" for level in range(1, 1_200))]),
    ],
    ids=["brackets", "braces", "dashes", "indents", "aliases"],
)
def test_deep_nesting(text: str) -> None:
    """Nesting without end, with and without aliases, is a mistake and no crash."""
    assert mistakes(text)[0][2] == "this is nested too deeply for settings; write it flatter"


def test_many_aliases_are_fine() -> None:
    """A thousand feeds may share their settings by aliases."""
    feeds = "\n".join(f"  - {{<<: *shared, url: u{number}}}" for number in range(1_000))
    read = value(f"shared: &shared {{category: World, every: 1h}}\nfeeds:\n{feeds}\n")
    assert read["feeds"][999] == {"category": "World", "every": "1h", "url": "u999"}


def test_json_with_tabs() -> None:
    """JSON indented by tabs is read with its places."""
    read = document.read('{\n\t"title": "x",\n\t"feeds":\t[\n\t\t1\n\t]\n}\n')
    assert read.value == {"title": "x", "feeds": [1]}
    assert read.place(("feeds", 0)) == (4, 3)


def test_json_that_yaml_refuses() -> None:
    """JSON with surrogate pairs, or with line breaks before colons, is read, and its repeated names are told."""
    assert value('{"title": "\\ud83d\\ude00", "slash": "\\/"}') == {"title": "😀", "slash": "/"}
    assert value('{"a"\n: [1.5, true, null, "x"], "n": -1e400}') == {"a": [1.5, True, None, "x"], "n": float("-inf")}
    assert '"a" is given twice' in mistakes('{"a"\n: 1, "a": 2}')[0][2]


@pytest.mark.parametrize("text", ['{"a"\n: NaN}', '{"a": "\\ud83d"}', "[" * 20_000 + "\t"])
def test_json_that_is_none(text: str) -> None:
    """What only looks like JSON is a mistake."""
    assert len(mistakes(text)) == 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(), below, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(content=json_values, indent=st.sampled_from([None, 2, "\t"]), ascii_only=st.booleans())
def test_json_is_yaml(content: Any, indent: int | str | None, ascii_only: bool) -> None:
    """Any JSON text, however it is laid out, means what a JSON reader reads; only "<<" is a merge key."""
    text = json.dumps(content, indent=indent, ensure_ascii=ascii_only)
    if '"<<"' not in text:
        assert document.read(text).value == json.loads(text)


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from(" \t\n-:?[]{},#&*!|>'\"%@`ab1~<.\\é\x00\u2028"), max_size=40))
def test_any_text(text: str) -> None:
    """Any text is read, or told apart as unreadable with a message; nothing else is raised."""
    try:
        read = document.read(text)
    except syntax.Unreadable as error:
        assert error.mistake.message
    else:
        assert all(mistake.message for mistake in read.mistakes())
        assert read.place(("feeds", 0)) >= (0, 0) or read.value
