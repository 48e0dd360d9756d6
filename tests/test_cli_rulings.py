"""`story list` and `story forget`, as typed: what the user has said of stories, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from aggregator import cli
from tests.newsroom import BUDGET, FERRY, OWL, first_day, item
from tests.test_cli_stories import Desk

LENA, OWLS = item(FERRY[0]).link, item(OWL, "Reader").link
SAID = f"""\
# mine
- mute: {OWLS}   # too many owls

- join: ["{LENA}",
    {OWLS}]
# below
- split: "No such thing - Nobody"
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Sit down where three outlets have told of a ferry, a budget and an owl, and something was said of them."""
    desk = Desk(tmp_path)
    first_day(desk.room)
    desk.room.close()
    (tmp_path / "stories.yaml").write_text(SAID)
    yield desk
    desk.room.end()


def test_what_was_said_is_listed_with_its_numbers(desk: Desk) -> None:
    """Each ruling has its number, its articles, and what they are called today, or that nobody knows them."""
    _, _, *printed = [" ".join(line.split()) for line in desk("story", "list").splitlines() if line.strip()]
    owl, ferry = (f"{title} (story {desk.story_of(title)})" for title in (OWL, FERRY[0]))
    owl, ferry = owl.replace(OWL, f"{OWL} - Reader"), ferry.replace(FERRY[0], f"{FERRY[0]} - Courier")
    assert printed == [
        f"1 mute {OWLS} {owl}",
        f"2 join {LENA} {ferry}",
        f"{OWLS} {owl}",
        "3 split No such thing - Nobody not known; it rules nothing",
    ]


@pytest.mark.parametrize("store", [True, False])
def test_nothing_said_is_said(store: bool, desk: Desk) -> None:
    """Without rulings one line says how they come about; without a store they are listed all the same."""
    if not store:
        desk.room.lose()
        (desk.room.folder / "storage" / "aggregator.db").unlink()
        assert desk("story", "list").count("not known; it rules nothing") == 4
    (desk.room.folder / "stories.yaml").unlink()
    assert desk("story", "list").startswith("Nothing has been said of stories yet; ")


@pytest.mark.parametrize(
    ("named", "left"),
    [
        (["1"], SAID.replace(f"- mute: {OWLS}   # too many owls\n", "")),
        (["2"], SAID.replace(f'- join: ["{LENA}",\n    {OWLS}]\n', "")),
        (["3", "1"], f'# mine\n\n- join: ["{LENA}",\n    {OWLS}]\n# below\n'),
        (["No such thing - Nobody"], SAID.replace('- split: "No such thing - Nobody"\n', "")),
        ([f"{FERRY[0]} - Courier"], SAID.replace(f'- join: ["{LENA}",\n    {OWLS}]\n', "")),
        (["owl nests"], '# mine\n\n# below\n- split: "No such thing - Nobody"\n'),
        ([f"- {OWL} - Reader - January 14th, 2026 [January 14th, 2026]", "3"], "# mine\n\n# below\n"),
    ],
)
def test_what_was_said_is_taken_back(named: list[str], left: str, desk: Desk) -> None:
    """By number, link, headline or a line of a list: those lines go, comments and the other lines stay."""
    printed = desk("story", "forget", *named)
    path = desk.room.folder / "stories.yaml"
    assert path.read_text() == left
    assert printed.count(f"{path}: forgotten: ") == len(SAID.split("\n- ")) - len(left.split("\n- "))
    assert "It takes effect with the next" in printed


def test_a_mute_is_taken_back_by_any_article_of_its_story(desk: Desk) -> None:
    """A story that is muted by one report comes back when another of its reports is named."""
    (desk.room.folder / "stories.yaml").unlink()
    desk("story", "mute", item(BUDGET[0]).link or "")
    desk("story", "mute", OWL)
    desk.regroup()
    desk.room.publish()
    assert BUDGET[0] not in desk.room.page("index.html")
    assert "forgotten: mute " in desk("story", "forget", BUDGET[1])
    desk.regroup()
    desk.room.publish()
    assert BUDGET[0] in desk.room.page("index.html")
    assert OWL not in desk.room.page("index.html")


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("4", "Error: nothing was said of '4'; `aggregator story list` numbers what was"),
        ("0", "Error: nothing was said of '0'; "),
        (BUDGET[0], f"Error: nothing was said of '{BUDGET[0]}'; "),
        ("Nothing of the kind", "Error: no article is known by 'Nothing of the kind'; "),
        ("e", "Error: several stories are known by 'e' ("),
    ],
)
def test_what_was_not_said_cannot_be_taken_back(named: str, said: str, desk: Desk) -> None:
    """An unknown number or article, or vague words, end with one line of error; the file stays as it is."""
    (printed,) = desk("story", "forget", "1", named, code=1).splitlines()
    assert printed.startswith(said)
    assert (desk.room.folder / "stories.yaml").read_text() == SAID


def test_without_a_store_what_was_said_can_be_taken_back(tmp_path: Path) -> None:
    """A ruling can be named by number or as it stands in the file before anything was read."""
    (tmp_path / "feeds.yaml").write_text("feeds: [https://courier.example/feed]\n")
    (tmp_path / "stories.yaml").write_text(SAID)
    for named, code in ((OWLS or "", 0), ("1", 0), ("owl", 1)):
        done = CliRunner().invoke(cli.main, ["-c", str(tmp_path / "feeds.yaml"), "story", "forget", named])
        assert done.exit_code == code, done.output
    assert (tmp_path / "stories.yaml").read_text() == "# mine\n\n# below\n"
