"""`explain` and `story`, as typed: why a story is one, and what the user wants instead."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from aggregator import cli, config
from aggregator.cli import explaining
from aggregator.core import group
from aggregator.core.model import Strictness
from tests.newsroom import BUDGET, FERRY, OWL, START, Newsroom, first_day, item
from tests.newsstand import Newsstand, entry, rss, settings


class Desk:
    """A newsroom, and somebody who types commands beside it."""

    def __init__(self, folder: Path) -> None:
        self.room = Newsroom(folder)
        feeds = "".join(f"  - {{url: {feed.url}, name: {feed.name}}}\n" for feed in self.room.config.feeds)
        (folder / "feeds.yaml").write_text(f"timezone: Europe/London\nfeeds:\n{feeds}")

    def __call__(self, *words: str, code: int = 0) -> str:
        """Type a command, hold it to its exit code, and give what it printed on both streams."""
        done = CliRunner().invoke(cli.main, ["-c", str(self.room.folder / "feeds.yaml"), *words])
        assert done.exit_code == code, done.output
        assert "Traceback" not in done.output
        return done.output

    def story_of(self, title: str) -> str:
        """Give the number of a headline's story."""
        return str(self.room.story_of(title))

    def regroup(self) -> None:
        """Do what the next run does about new rulings."""
        self.room.config = config.load(self.room.folder / "feeds.yaml")
        self.room.close()

    @property
    def rulings(self) -> str:
        """Give the last line of stories.yaml, "" where there is no such file."""
        path = self.room.folder / "stories.yaml"
        return path.read_text().splitlines()[-1] if path.exists() else ""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Sit down where three outlets have told of a ferry, a budget and an owl."""
    desk = Desk(tmp_path)
    first_day(desk.room)
    desk.room.close()
    yield desk
    desk.room.end()


# --- explain ---------------------------------------------------------------------------------------------------------


def test_a_story_is_explained_by_link_words_or_number(desk: Desk) -> None:
    """However a story is named, the same is told: its reports, what they share, its rank and what editions say."""
    number = desk.story_of(FERRY[0])
    told = desk("explain", number)
    names = [f"story-{number}", f" {number} ", item(FERRY[1], "Reader").link or "", f"{FERRY[0]} - Courier", "LENA"]
    assert {desk("explain", name) for name in names} == {told}
    assert told.splitlines()[:4] == [
        f"Story {number}: {FERRY[0]}",
        "2 reports by 2 outlets",
        "In the edition of 2026-01-14: new, place 2 of 3",
        "  rank 2.00 = 2 independent origins weighing 2 × freshness 1.00",
    ]
    assert f"  {FERRY[0]} - Courier, 2026-01-14 09:00 GMT (leads)" in told
    assert f"    {item(FERRY[1], 'Reader').link}" in told
    assert "alike on the whole; " in told
    assert "to Courier, 0 h apart: " in told


def test_what_edition_said_what_is_explained(desk: Desk) -> None:
    """Earlier headlines, copies, days, mutes and carriers are all in the explanation."""
    desk.room.hear("Courier", item(f"UPDATE 1-{FERRY[0]}", guid=item(FERRY[0]).guid, link=item(FERRY[0]).link))
    desk.room.pass_by(hours=24)
    desk.room.hear("Gazette", item(f"{FERRY[2]} today", "Gazette", author="AP", published=desk.room.clock.now))
    desk.room.hear("Reader", item(f"{FERRY[2]} now", "Reader", author="AP", published=desk.room.clock.now))
    desk("story", "mute", FERRY[1])
    desk.regroup()
    told = desk("explain", "Lena")
    assert f"earlier headline: {FERRY[0]}" in told
    assert "In the edition of 2026-01-14: new" in told
    assert "In the edition of 2026-01-15: muted, day 2, told before on 2026-01-14" in told
    assert "It is muted in stories.yaml." in told
    assert "(nearly the same words, folded under the one above)" in told
    assert "AP, carried by 2: " in told


def test_a_text_that_nobody_is_credited_with_is_counted(desk: Desk) -> None:
    """Where no agency is named, it is not said who had the text first, but how many have it."""
    desk.room.hear("Courier", item(FERRY[0]))
    desk.room.hear("Reader", item(f"{FERRY[0]}!", "Reader"))
    desk.regroup()
    told = desk("explain", "Lena")
    assert "The same text at 2 outlets: Courier, Reader" in told
    assert "carried by" not in told


def test_words_that_fit_several_explain_three(desk: Desk) -> None:
    """Words that are in many headlines explain the three newest stories, and the number of the others is told."""
    assert "older" not in desk("explain", "e")
    desk.room.tell("Courier", "Swimmers cross the bay")
    desk.room.close()
    told = desk("explain", "e")
    titles = [line.partition(": ")[2] for line in told.splitlines() if line.startswith("Story ")]
    assert titles == ["Swimmers cross the bay", BUDGET[0], OWL]
    assert f"\n\nStory {desk.story_of(OWL)}: " in told
    assert told.endswith("\n\nAnd 1 older story with 'e'; use more words, or a link.\n")
    assert ", …); name a number or a link" in desk("story", "mute", "e", code=1)


def test_a_line_of_a_list_names_its_article(desk: Desk) -> None:
    """A line as it was exported names the article with its dates; its dash is no option of the command."""
    desk.room.hear("Gazette", item("What’s on - and off", "Gazette", published=START))
    desk.room.pass_by(hours=24)
    desk.room.hear("Gazette", item("Whats on - and off", "Gazette", guid="2", link=None, published=desk.room.clock.now))
    desk.room.close()
    first, second = (line for line in desk("export", "headlines").splitlines()[::-1] if "- and off" in line)
    assert first == "- What’s on - and off - Gazette - January 14th, 2026 [January 14th, 2026]"
    link = item("What’s on - and off", "Gazette").link
    assert f"  What’s on - and off - Gazette, 2026-01-14 09:00 GMT (leads)\n    {link}\n" in desk("explain", first)
    desk("story", "split", first.replace("What’s", "Whats"))
    assert desk.rulings == f'- split: "{link}"'
    desk("story", "split", second[2:])
    assert desk.rulings == '- split: "Whats on - and off - Gazette"'
    desk("story", "mute", first, second)
    cut = (first.replace("Gazette", "Gaz"), "What’s on - and off - The Gaz")
    assert all("What’s on - and off" in desk("explain", name) for name in cut)
    assert "No such option '--unknown'" in desk("explain", "--unknown", first, code=2)


def test_times_are_those_of_the_configured_zone(desk: Desk) -> None:
    """What is told of an article is told in the zone of the settings, which is named; what was imported has a day."""
    file = desk.room.folder / "feeds.yaml"
    file.write_text(file.read_text().replace("Europe/London", "Europe/Berlin"))
    assert f"{OWL} - Reader, 2026-01-14 10:00 CET (leads)" in desk("explain", OWL)
    desk.room.end()
    (desk.room.folder / "kept.txt").write_text("- Old bell tolls - Gazette - January 10th, 2026 [January 11th, 2026]\n")
    desk("import", "headlines", str(desk.room.folder / "kept.txt"))
    assert "  Old bell tolls - Gazette, 2026-01-10 (leads)" in desk("explain", "bell")
    desk.room.restart()


def test_who_has_no_name_is_called_by_its_headline(desk: Desk) -> None:
    """A line of a list that names no outlet is told without one."""
    desk.room.end()
    (desk.room.folder / "kept.txt").write_text(f"- {FERRY[2]} - - January 14th, 2026 [January 14th, 2026]\n")
    desk("import", "headlines", str(desk.room.folder / "kept.txt"))
    told = desk("explain", FERRY[0])
    assert f"  {FERRY[2]}, 2026-01-14\n" in told
    assert "3 reports by 2 outlets" in told
    desk("story", "split", f"- {FERRY[2]} - - January 14th, 2026 [January 14th, 2026]")
    assert desk.rulings == f'- split: "{FERRY[2]}"'
    desk("story", "mute", BUDGET[0])
    assert f" {FERRY[2]} (story " in " ".join(desk("story", "list").split())
    desk.room.restart()


def test_what_a_place_is_made_of_is_explained(desk: Desk) -> None:
    """Place, section, rank and what of it counts where one source tells much are told for each edition."""
    desk.room.change("Gazette", category="Isles")
    for title in ("Pier burns north", "Mayor sings", "Snow falls west", "Bees return", "Tide turns far", "Rain ends"):
        desk.room.hear("Gazette", item(title, "Gazette"))
        desk.room.clock.pass_by(minutes=1)
    desk.room.close()
    told = desk("explain", "Pier burns")
    assert "In the edition of 2026-01-14: new, place 6 of 6 in Isles\n" in told
    assert (
        "  rank 1.00 = 1 origin weighing 1 × freshness 1.00, of which 0.50 counts,"
        " since 5 stories of the same source rank higher\n"
    ) in told
    desk.room.pass_by(hours=24)
    closed = "place 6 of 6 in Isles\n  rank 0.54 = 1 origin weighing 1 × freshness 0.54, of which 0.27 counts"
    assert closed in desk("explain", "Pier burns")
    desk.room.change("Gazette", weight=4)
    assert "place 6 of 6 in Isles\n  rank 0.54, of which 0.27 counts" in desk("explain", "Pier burns")


def test_the_stories_under_one_heading_are_named(tmp_path: Path) -> None:
    """Of a story that stands beside others its explanation gives their numbers; of one that stands alone, none."""
    desk = Desk(tmp_path)
    rest = "Company behind tunnel at Varna loses half its value on stock market"
    desk.room.tell("Courier", "Tunnel collapse traps nine miners at Varna", rest)
    desk.room.tell("Reader", "Nine miners trapped as tunnel at Varna collapses", OWL)
    desk.room.tell("Gazette", "Rescuers drill through rock towards trapped Varna miners")
    desk.room.close()
    other = desk.room.story_of("Tunnel collapse traps nine miners at Varna")
    assert f"\n  under one heading with story {other}: one affair\n" in desk("explain", rest)
    assert "heading" not in desk("explain", OWL)
    assert explaining._beside(range(1, 13)).endswith(" stories 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more: one affair")
    desk.room.end()


def test_an_id_that_went_into_another_is_explained_with_it(desk: Desk) -> None:
    """The number that a story once had explains the one it went into, and says so."""
    ferry, owl = desk.story_of(FERRY[0]), desk.story_of(OWL)
    desk("story", "join", ferry, owl)
    desk.regroup()
    assert desk("explain", owl).startswith(f"Story {ferry}: ")
    assert desk("explain", owl).endswith(f"Story {owl} went into it.\n")
    assert "went into" not in desk("explain", ferry)
    assert "joined by you" in desk("explain", ferry)


def test_what_comes_near_is_named(tmp_path: Path) -> None:
    """What is not in a story though it is alike is told with score and story, and whether a ruling keeps it away."""
    desk = Desk(tmp_path)
    desk.room.tell("Courier", FERRY[0], BUDGET[0])
    desk.room.tell("Reader", FERRY[1])
    desk.room.close()
    desk("story", "split", f"{FERRY[0]} - Courier", f"{FERRY[1]} - Reader")
    desk.regroup()
    told = desk("explain", f"{FERRY[0]} - Courier")
    assert f"Nearest outside it ({group.THRESHOLDS[Strictness.NORMAL]:.2f} on the whole would do):" in told
    assert f"{FERRY[1]} - Reader (story {desk.story_of(FERRY[1])}; set apart by you)" in told
    desk.room.end()


@pytest.mark.parametrize("what", ["999", "story-7x", "Nothing of the kind", "https://nowhere.example/", "%", " ", ""])
def test_what_is_not_known_is_one_line(what: str, desk: Desk) -> None:
    """A number, words or a link that fit nothing end with exit code 1 and one line that says what can be named."""
    printed = desk("explain", what, code=1)
    assert printed.splitlines() == [
        f"Error: no story is known by {what!r}; name a link, words of a headline, or a number"
    ]


def test_nothing_is_known_before_the_first_run(tmp_path: Path) -> None:
    """Where nothing has been read both commands say so in one line."""
    (tmp_path / "feeds.yaml").write_text("feeds: [https://courier.example/feed]\n")
    for words in (["explain", "x"], ["story", "mute", "x"]):
        done = CliRunner().invoke(cli.main, ["-c", str(tmp_path / "feeds.yaml"), *words])
        assert (done.exit_code, len(done.output.splitlines())) == (1, 1), done.output


# --- story -----------------------------------------------------------------------------------------------------------


def test_join_split_and_mute_are_written_and_obeyed(desk: Desk) -> None:
    """What is said by number, link or words stands in stories.yaml by link, and the next run obeys it."""
    links = {title: item(title, outlet).link for title, outlet in ((FERRY[0], "Courier"), (OWL, "Reader"))}
    printed = desk("story", "join", desk.story_of(FERRY[0]), OWL)
    assert desk.rulings == f'- join: ["{links[FERRY[0]]}", "{links[OWL]}"]'
    assert printed.splitlines()[0].endswith(f"stories.yaml: join {links[FERRY[0]]}, {links[OWL]}")
    assert "takes effect with the next `aggregator once`" in printed
    desk.regroup()
    assert desk.story_of(FERRY[0]) == desk.story_of(OWL)
    desk("story", "split", links[OWL] or "")
    assert desk.rulings == f'- split: "{links[OWL]}"'
    desk.regroup()
    assert desk.story_of(FERRY[0]) == desk.story_of(FERRY[1]) != desk.story_of(OWL)
    desk("story", "split", f"{FERRY[0]} - Courier", FERRY[1])
    assert desk.rulings.startswith("- never: [")
    desk.regroup()
    assert desk.story_of(FERRY[0]) != desk.story_of(FERRY[1])
    desk("story", "mute", OWL, desk.story_of(BUDGET[0]))
    desk.regroup()
    desk.room.publish()
    for title in (OWL, *BUDGET):
        assert title not in desk.room.page("2026-01-14.html")
    assert "that is what it says already" in desk("story", "mute", OWL)


def test_an_article_without_a_link_is_named_by_title_and_source(desk: Desk) -> None:
    """Where there is no link, headline and source last."""
    desk.room.hear("Gazette", item("Bell - the old one - tolls", "Gazette", link=None))
    desk.room.close()
    desk("story", "mute", "Bell")
    assert desk.rulings == '- mute: "Bell - the old one - tolls - Gazette"'
    desk.regroup()
    assert "It is muted in stories.yaml." in desk("explain", "Bell")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["join", "owl"], 2, "Error: it takes two articles that differ"),
        (["join"], 2, "Error: Missing argument 'ARTICLE...'."),
        (["mute"], 2, "Error: Missing argument 'ARTICLE...'."),
        (["mute", "Nothing of the kind"], 1, "Error: no article is known by 'Nothing of the kind'; name a link, "),
        (["join", "owl", "999"], 1, "Error: no article is known by '999'; "),
        (["split", "ferry", "e"], 1, "Error: several stories are known by 'e' (2, 4, 1); name a number or a link"),
        (["mute", ""], 1, "Error: no article is known by ''; "),
        (["join", OWL, OWL], 2, "Error: it takes two articles that differ"),
        (["split", OWL, OWL, OWL], 2, "Error: it takes two articles that differ"),
        (["hide", "owl"], 2, "Error: No such command 'hide'."),
        (["mute", "\x1b[2Jx\nError: y"], 1, "Error: no article is known by '\\x1b[2Jx\\nError: y'; "),
    ],
)
def test_what_cannot_be_said_is_one_line_and_changes_nothing(
    words: list[str], code: int, said: str, desk: Desk
) -> None:
    """Too few articles, unknown ones and vague words end with one line of error, and no file is written."""
    assert desk("story", *words, code=code).splitlines()[-1].startswith(said)
    assert not (desk.room.folder / "stories.yaml").exists()


def test_a_file_with_mistakes_is_told_and_left_alone(desk: Desk) -> None:
    """Mistakes in stories.yaml end every command that would obey it or write it, with exit code 78 and their place."""
    path = desk.room.folder / "stories.yaml"
    path.write_text("- hide: x\n")
    for words in (["story", "mute", "owl"], ["check"], ["once"], ["run"], ["import", "headlines", str(path)]):
        printed = desk(*words, code=78)
        assert printed.splitlines() == [f'{path}:1:3: "hide" is no ruling; use join, split, never or mute']
    path.write_text("[{mute: x}]\n")
    printed = desk("story", "mute", OWL, code=78)
    assert printed.startswith(f"{path}: no safe place for one more line; write it by hand: - mute: ")
    assert path.read_text() == "[{mute: x}]\n"


def test_what_only_looks_goes_on_beside_a_mistake(desk: Desk) -> None:
    """Reading commands say in one line what is wrong with stories.yaml, and obey what is sound in it."""
    path = desk.room.folder / "stories.yaml"
    before = desk("export", "headlines").splitlines()
    path.write_text(f"- mute: {item(OWL, 'Reader').link}\n- hide: x\n- 7\n")
    said = '"hide" is no ruling; use join, split, never or mute (and 1 more mistake); left out here, while'
    for words in (["list"], ["explain", "lena"], ["export", "json"], ["export", "headlines"]):
        warning, *others = desk(*words).splitlines()
        assert warning == f"Warning: {path}:2:3: {said} `once` and `run` refuse to start"
        assert others
    assert others == [line for line in before if OWL not in line]
    assert json.loads(desk("export", "json").split("\n", 1)[1])[0]["edition"] == "2026-01-14"
    path.write_text("- [\n")
    assert desk("explain", "lena").startswith(f"Warning: {path}:2:1: ")


def test_nothing_that_is_printed_can_move_the_cursor(desk: Desk) -> None:
    """Control characters in headlines, in stories.yaml and in what is typed do not reach the terminal."""
    nasty = "Owl \x1b[2J\x9b31m\u202e tolls \x07 bell"
    desk.room.hear("Gazette", item("placeholder", "Gazette", link="https://gazette.example/n", published=START))
    with desk.room.store.transaction():
        desk.room.store._db.execute("UPDATE items SET title = ?, source = ? WHERE title = 'placeholder'", [nasty] * 2)
        desk.room.store._db.execute("UPDATE titles SET title = ? WHERE title = 'placeholder'", [nasty])
    desk.room.close()
    path = desk.room.folder / "stories.yaml"
    path.write_text('- "hi\\e[2Jde": x\n')
    printed = desk("explain", "owl") + desk("check", code=78)
    path.write_text('- mute: "a\\e[2J\\x9b"\n')
    printed += desk("explain", "tolls") + desk("explain", "\x1b[3J", code=1) + desk("story", "mute", "tolls")
    printed += desk("story", "mute", "x\x1b[2J", code=1)
    assert not any(letter in printed for letter in "\x1b\x9b\x07\u202e")


# --- export ----------------------------------------------------------------------------------------------------------


def test_the_export_says_why_on_request(desk: Desk) -> None:
    """`export json --why` tells of each story what its place is made of, of each item what it shares with others."""
    (plain,), (told,) = json.loads(desk("export", "json")), json.loads(desk("export", "json", "--why"))
    assert not any("why" in story for story in plain["stories"])
    story = next(story for story in told["stories"] if len(story["items"]) == 2 and FERRY[0] == story["title"])
    assert {key: story["why"][key] for key in ("standing", "rank", "day", "told_before", "headline_was")} == {
        "standing": "new",
        "rank": 2.0,
        "day": 1,
        "told_before": None,
        "headline_was": None,
    }
    assert [one["name"] for one in story["why"]["origins"]] == ["Courier", "Reader"]
    assert not any(one["is_agency"] for one in story["why"]["origins"])
    (shared,) = story["items"][0]["why"]
    assert (shared["item"], shared["rule"], shared["hours"]) == (story["items"][1]["id"], "words", 0.0)
    assert 0 < sum(one["share"] for one in shared["words"]) <= 1.001
    assert {**story["items"][0], "why": None, "copy_of": None}.keys() == plain["stories"][0]["items"][0].keys() | {
        "why",
        "copy_of",
    }


# --- the real thing --------------------------------------------------------------------------------------------------


def test_from_two_feeds_to_one_story_and_apart_again(tmp_path: Path) -> None:
    """Over the wire: two feeds are read, their reports are one story, the user parts them, and the page follows."""
    file = tmp_path / "feeds.yaml"

    def typed(*words: str) -> str:
        done = CliRunner().invoke(cli.main, ["-c", str(file), *words], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    with Newsstand() as stand:
        stand.put("/courier", rss(entry(FERRY[0], guid="1", link="https://courier.example/1")))
        stand.put("/reader", rss(entry(FERRY[1], guid="1", link="https://reader.example/1"), title="Reader"))
        file.write_text(settings(stand, ["/courier", "/reader"]))
        typed("once")
        page = tmp_path / "storage" / "site" / "index.html"
        assert "Reported also by" in page.read_text()
        assert "2 reports by 2 outlets" in typed("explain", "https://reader.example/1")
        typed("story", "split", "https://reader.example/1", "https://courier.example/1")
        typed("once")
        assert "Reported also by" not in page.read_text()
        assert FERRY[1] in page.read_text()


def test_a_number_means_the_article_that_leads(desk: Desk) -> None:
    """What is ruled on by a story's number is the article that the page shows first."""
    number = desk.story_of(FERRY[0])
    lead = desk("explain", number).split("(leads)")[1].split()[0]
    desk("story", "split", number)
    assert desk.rulings == f'- split: "{lead}"'


def test_rulings_about_nothing_are_hinted_at(desk: Desk) -> None:
    """`check` names the articles of stories.yaml that nobody knows; a slip of the pen would do nothing, for ever."""
    (desk.room.folder / "stories.yaml").write_text(
        f'- mute: "No such title - Nobody"\n- mute: "{FERRY[0]} - Courier"\n'
    )
    hints = [line for line in desk("check").splitlines() if line.startswith("Hint")]
    assert len(hints) == 1
    assert "'No such title - Nobody'; it rules nothing" in hints[0]


def test_an_article_without_link_and_source_is_named_by_its_title(desk: Desk) -> None:
    """A line of a list may name nobody; its headline alone is enough to rule on it."""
    with desk.room.store.transaction():
        desk.room.store._db.execute("UPDATE items SET link = NULL, source = '' WHERE title = ?", [OWL])
    desk("story", "mute", OWL)
    assert desk.rulings == f'- mute: "{OWL}"'
    assert not [line for line in desk("check").splitlines() if line.startswith("Hint")]
