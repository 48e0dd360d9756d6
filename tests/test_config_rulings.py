"""stories.yaml: what the user says of stories, read with its mistakes and extended by a line."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aggregator import config
from aggregator.config import rulings
from aggregator.core.errors import ConfigError
from aggregator.core.model import Ruling, RulingKind, Strictness

PATH = Path("conf/stories.yaml")
A, B = "https://courier.example/ferry", "Ferry aground - off Skerry - The Courier"


def rule(kind: str, *articles: str) -> Ruling:
    """Write a ruling."""
    return Ruling(kind=RulingKind(kind), articles=articles)


def complaints(text: str) -> list[str]:
    """Give the lines of the error that a text causes."""
    with pytest.raises(ConfigError) as caught:
        rulings.parse(text, PATH)
    return str(caught.value).splitlines()


# --- reading ---------------------------------------------------------------------------------------------------------


def test_each_line_is_a_ruling_in_its_place() -> None:
    """The four kinds are read in the order of their lines, one article or several, spaces around them gone."""
    text = f"""\
# mine
- join: [{A}, "{B}"]
- split: {A}
- never:
    - {A}
    - " {B} "
- mute: [{A}]
"""
    assert rulings.parse(text, PATH) == (
        rule("join", A, B),
        rule("split", A),
        rule("never", A, B),
        rule("mute", A),
    )


@pytest.mark.parametrize(
    ("text", "sound", "mistakes"),
    [
        ("- mute: x\n- hide: y\n- split: z\n- join: [a]\n", (rule("mute", "x"), rule("split", "z")), 2),
        ("- mute: x\n", (rule("mute", "x"),), 0),
        ("- mute: x\n- {mute: y, mute: z}\n", (), 1),
        ("- mute: x\n- [", (), 1),
        ("mute: x\n", (), 1),
    ],
)
def test_what_is_sound_of_a_file_can_be_had_alone(
    text: str, sound: tuple[Ruling, ...], mistakes: int, tmp_path: Path
) -> None:
    """Beside mistakes the sound lines are given, none where YAML does not say what a line is; and all mistakes."""
    path = tmp_path / "stories.yaml"
    assert rulings.sound(path) == ((), None)
    path.write_text(text)
    found, error = rulings.sound(path)
    assert found == sound
    assert len(error.mistakes if error else ()) == mistakes
    path.write_bytes(b"- mute: \xff\n")
    assert rulings.sound(path)[0] == ()
    assert "it is not UTF-8" in str(rulings.sound(path)[1])


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "[]\n", "null\n"])
def test_a_file_may_say_nothing(text: str) -> None:
    """An empty file rules nothing."""
    assert rulings.parse(text, PATH) == ()


def test_no_file_rules_nothing(tmp_path: Path) -> None:
    """Most have no such file."""
    assert rulings.load(tmp_path / "stories.yaml") == ()


def test_every_mistake_is_told_with_its_place() -> None:
    """All that is wrong is said in one go, by line and column, with what to write instead."""
    text = """\
- mute: https://a.example/1
- hide: https://a.example/2
- join: https://a.example/3
- mute
-
- split: 7
- never: [a, {b: c}]
- {mute: a, split: b}
- mute: ""
- join: [a, ""]
"""
    how = "write for example: - mute: https://example.org/article"
    shape = f"a ruling is one word and the articles it is about; {how}"
    named = f'an article is named by its link or by "Title - Source"; {how}'
    assert complaints(text) == [
        'conf/stories.yaml:2:3: "hide" is no ruling; use join, split, never or mute',
        "conf/stories.yaml:3:3: join: it takes two articles; write - join: [A, B]",
        f"conf/stories.yaml:4:3: {shape}",
        f"conf/stories.yaml:5:2: {shape}",
        f"conf/stories.yaml:6:3: split: {named}",
        f"conf/stories.yaml:7:3: never: {named}",
        f"conf/stories.yaml:8:3: {shape}",
        f"conf/stories.yaml:9:3: mute: {named}",
        f"conf/stories.yaml:10:3: join: {named}",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mute: a\n", "conf/stories.yaml:1:1: this is a list of rulings; write for example: - mute: "),
        ("hello\n", "conf/stories.yaml:1:1: this is a list of rulings; "),
        ("- mute: [a\n", "conf/stories.yaml:2:1: a bracket is still open"),
        ("- mute: a\n- mute: a\n  mute: b\n", 'conf/stories.yaml:3:3: "mute" is given twice'),
        (f"- mute: {'x' * 5000}\n", "conf/stories.yaml:1:3: mute: an article is named by "),
        ("- [mute, a]\n", "conf/stories.yaml:1:3: a ruling is one word"),
        ("- {1: a}\n", 'conf/stories.yaml:1:3: "1" is no ruling'),
        ("- {~: a}\n", "conf/stories.yaml:1:3: "),
    ],
)
def test_what_is_no_list_of_rulings_says_so(text: str, said: str) -> None:
    """Whatever else the file holds, the first line says where and what."""
    assert complaints(text)[0].startswith(said)


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    """A folder in its place and bytes that are no UTF-8 are one line each."""
    (tmp_path / "stories.yaml").mkdir()
    with pytest.raises(ConfigError, match=r"stories\.yaml: cannot be read \(Is a directory\)"):
        rulings.load(tmp_path / "stories.yaml")
    (tmp_path / "other.yaml").write_bytes(b"- mute: caf\xe9\n")
    with pytest.raises(ConfigError, match=r"other\.yaml: cannot be read \(it is not UTF-8\)"):
        rulings.load(tmp_path / "other.yaml")


def test_rulings_come_with_the_settings(tmp_path: Path) -> None:
    """What stands beside feeds.yaml is part of the settings, and a mistake in it names that file."""
    (tmp_path / "feeds.yaml").write_text("feeds: [https://example.org/news.xml]\n")
    (tmp_path / "stories.yaml").write_text(f"\ufeff- mute: {A}\n", encoding="utf-8")
    assert config.load(tmp_path / "feeds.yaml").rulings == (rule("mute", A),)
    (tmp_path / "stories.yaml").write_text("- hide: x\n")
    with pytest.raises(ConfigError, match=r"stories\.yaml:1:3: \"hide\" is no ruling"):
        config.load(tmp_path / "feeds.yaml")


# --- adding ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Name a file that is not there yet."""
    return tmp_path / "stories.yaml"


def test_the_first_ruling_makes_the_file_and_says_what_it_is(path: Path) -> None:
    """A new file explains itself and holds the ruling."""
    assert rulings.add(path, rule("join", A, B))
    assert path.read_text().startswith("# Corrections to how articles are grouped into stories; later lines win.\n")
    assert path.read_text().endswith(f'\n- join: ["{A}", "{B}"]\n')
    assert rulings.load(path) == (rule("join", A, B),)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@pytest.mark.parametrize(
    "before",
    [
        "# mine\n- mute: x  # enough\n\n# the end\n",
        "- mute: x",
        "-   mute:   x\n\n\n",
        "# only this\n",
        "\ufeff- mute: x\n",
        "- mute: >-\n    x\n",
    ],
)
def test_adding_keeps_what_stands(before: str, path: Path) -> None:
    """Comments, spaces and a byte order mark stay; the new ruling is the last line."""
    path.write_text(before, encoding="utf-8")
    known = rulings.load(path)
    path.chmod(0o600)
    assert rulings.add(path, rule("split", A))
    assert path.read_text(encoding="utf-8") == f'{before.rstrip()}\n- split: "{A}"\n'
    assert rulings.load(path) == (*known, rule("split", A))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_line_ends_stay(path: Path) -> None:
    """In a file whose lines end as on Windows they all do."""
    path.write_bytes(b"# mine\r\n- mute: x\r\n")
    rulings.add(path, rule("split", A))
    assert path.read_bytes() == f'# mine\r\n- mute: x\r\n- split: "{A}"\r\n'.encode()


@pytest.mark.parametrize(
    "before",
    [
        "[{mute: x}]\n",
        "- mute: x\n...\n",
        "  - mute: x\n",
        "- mute: |\n    x\n  # odd\n...\n---\n",
        "[]\n",
        "null\n",
    ],
)
def test_a_file_that_takes_no_line_is_left_alone(before: str, path: Path) -> None:
    """Where one more line would not be one more ruling, the file stays and the line to write by hand is told."""
    path.write_text(before)
    with pytest.raises(ConfigError) as caught:
        rulings.add(path, rule("never", A, B))
    assert f'write it by hand: - never: ["{A}", "{B}"]' in str(caught.value) or "stories.yaml:" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert path.read_text() == before


def test_a_file_with_mistakes_is_left_alone(path: Path) -> None:
    """Nothing is added to what cannot be read; the mistake is told."""
    path.write_text("- hide: x\n")
    with pytest.raises(ConfigError, match='"hide" is no ruling'):
        rulings.add(path, rule("mute", A))
    assert path.read_text() == "- hide: x\n"


def test_a_ruling_is_not_said_twice_in_a_row_but_may_be_the_last_word_again(path: Path) -> None:
    """What holds already is not repeated; what something later overruled is said once more."""
    assert rulings.add(path, rule("join", A, B))
    assert not rulings.add(path, rule("join", A, B))
    assert rulings.add(path, rule("mute", "https://other.example/1"))
    assert not rulings.add(path, rule("join", A, B))
    assert rulings.add(path, rule("split", B))
    assert rulings.add(path, rule("join", A, B))
    assert [one.kind for one in rulings.load(path)] == ["join", "mute", "split", "join"]


def test_a_link_keeps_leading_to_the_file(path: Path, tmp_path: Path) -> None:
    """A stories.yaml that is a symbolic link stays one; its target gets the line."""
    target = tmp_path / "elsewhere.yaml"
    target.write_text("- mute: x\n")
    path.symlink_to(target)
    rulings.add(path, rule("mute", A))
    assert path.is_symlink()
    assert len(rulings.load(target)) == 2


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(str.strip),
        min_size=2,
        max_size=3,
    )
)
def test_any_headline_means_itself_or_is_refused(tmp_path_factory: pytest.TempPathFactory, articles: list[str]) -> None:
    """Whatever a headline holds, it is read back as it was said, or the file is left as it was."""
    path = tmp_path_factory.getbasetemp() / "any" / "stories.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text("# mine\n- mute: x\n")
    ruling = rule("join", *(article.strip() for article in articles))
    try:
        rulings.add(path, ruling)
    except ConfigError as error:
        assert path.read_text() == "# mine\n- mute: x\n"
        assert "by hand" in str(error)
    else:
        assert rulings.load(path) == (rule("mute", "x"), ruling)
        assert yaml.safe_load(path.read_text(encoding="utf-8"))[1] == {"join": list(ruling.articles)}


# --- forgetting ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "number", "after"),
    [
        ("- mute: x\n", 0, ""),
        ("- mute: x", 0, ""),
        ("---\n# a\n- mute: x # b\n# c\n- mute: y\n", 0, "---\n# a\n# c\n- mute: y\n"),
        ("- mute: x\n- mute: y\n", 1, "- mute: x\n"),
        ("- mute: x\n\n\n- mute: y\n", 0, "\n\n- mute: y\n"),
        ("\ufeff- mute: x\n- mute: y\n", 0, "\ufeff- mute: y\n"),
        ("- mute: x\r\n# a\r\n- mute: y\r\n", 0, "# a\r\n- mute: y\r\n"),
        ("- mute: >-\n    x - y\n    z\n\n- mute: y\n", 0, "\n- mute: y\n"),
        ("-\n  mute: x\n- mute: y\n", 0, "- mute: y\n"),
        ("- never:\n  - a - b\n  # c\n  - d\n  # e\n- mute: y\n", 0, "  # e\n- mute: y\n"),
        ("- join: [a,\n    b]\n- mute: y\n", 0, "- mute: y\n"),
        ("  - mute: x\n  - mute: y\n", 0, "  - mute: y\n"),
        ("- {mute: x}\n- {mute: y}\n", 1, "- {mute: x}\n"),
        ("--- \n- mute: x\n  \n...\n", 0, "--- \n  \n...\n"),
    ],
)
def test_a_ruling_is_taken_out_and_all_else_stays(before: str, number: int, after: str, path: Path) -> None:
    """The lines of one ruling go, with what stands in them; comments, blank lines, line ends and marks stay."""
    path.write_bytes(before.encode())
    known = rulings.load(path)
    rulings.forget(path, [number])
    assert path.read_bytes().decode() == after
    assert rulings.load(path) == known[:number] + known[number + 1 :]


@pytest.mark.parametrize(
    "before",
    [
        "[{mute: x}, {mute: y}]\n",
        "- mute: &a x\n- split: *a\n",
    ],
)
def test_what_cannot_be_taken_out_safely_is_left_alone(before: str, path: Path) -> None:
    """Where the lines of a ruling are not its own, or others need them, the file stays and the line is told."""
    path.write_text(before)
    with pytest.raises(ConfigError) as caught:
        rulings.forget(path, [0])
    assert str(caught.value) == f"{path}: no safe way to take this out; do it by hand, at line 1"
    assert path.read_text() == before


@given(st.data())
def test_of_many_rulings_any_can_be_taken_out(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever was said by `add`, any part of it can be taken back, and the rest reads as before."""
    path = tmp_path_factory.getbasetemp() / "forgotten" / "stories.yaml"
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    letters = st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" -:#\"'")
    titles = st.text(letters, min_size=1, max_size=20).map(str.strip).filter(bool)
    one = st.tuples(st.sampled_from(["mute", "split"]), titles)
    said = data.draw(st.lists(one, min_size=1, max_size=5, unique=True))
    for kind, title in said:
        rulings.add(path, rule(kind, title))
    known = rulings.load(path)
    gone = data.draw(st.sets(st.sampled_from(range(len(known)))))
    head = path.read_text(encoding="utf-8").partition("\n- ")[0]
    rulings.forget(path, gone)
    assert rulings.load(path) == tuple(one for number, one in enumerate(known) if number not in gone)
    assert path.read_text(encoding="utf-8").startswith(head)


# --- settings of stories in feeds.yaml -------------------------------------------------------------------------------


def test_settings_of_stories() -> None:
    """Strictness, categories and feeds that are left out, weight and paywall arrive in the settings."""
    text = """\
grouping: {strictness: tight, leave_out: [Sport, "Long reads"]}
feeds:
  - {url: https://a.example/, category: Sport}
  - {url: https://b.example/, category: Long reads, group: true}
  - {url: https://c.example/, category: World, group: false}
  - {url: https://d.example/, weight: 2.5, paywall: true}
  - https://e.example/
"""
    read = config.parse(text, Path("feeds.yaml"))
    assert read.strictness is Strictness.TIGHT
    assert [feed.grouped for feed in read.feeds] == [False, False, False, True, True]
    assert [(feed.weight, feed.paywall) for feed in read.feeds[2:]] == [(1.0, False), (2.5, True), (1.0, False)]
    assert config.parse("feeds: [https://a.example/]\n", Path("feeds.yaml")).strictness is Strictness.NORMAL


@pytest.mark.parametrize(
    "setting",
    [
        "grouping: {strictness: strict}",
        "grouping: {strictness: 0.2}",
        "grouping: {leave_out: Sport}",
        "grouping: {leave: [Sport]}",
        "grouping: tight",
        "feeds: [{url: https://a.example/, weight: heavy}]",
        "feeds: [{url: https://a.example/, weight: -1}]",
        "feeds: [{url: https://a.example/, weight: .inf}]",
        "feeds: [{url: https://a.example/, weight: .nan}]",
        "feeds: [{url: https://a.example/, weight: true}]",
        "feeds: [{url: https://a.example/, paywall: maybe}]",
        "feeds: [{url: https://a.example/, group: Sport}]",
    ],
)
def test_settings_of_stories_that_mean_nothing(setting: str) -> None:
    """What the settings cannot mean is one mistake with its place and what to write instead."""
    text = setting if setting.startswith("feeds") else f"{setting}\nfeeds: [https://a.example/]\n"
    with pytest.raises(ConfigError, match=r"^feeds\.yaml:1:[0-9]+: .+; .+$") as caught:
        config.parse(text, Path("feeds.yaml"))
    assert len(caught.value.mistakes) == 1
