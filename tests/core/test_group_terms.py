"""The words of a report: what agrees though it is written differently, and what is left out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.group import languages, terms
from aggregator.core.group.synonyms import SAME
from aggregator.core.model import Report, Terms


def report(title: str, summary: str = "", *, source: str = "Example News", language: str = "") -> Report:
    """Build a report of which only the words matter."""
    moment = datetime(2026, 1, 14, tzinfo=UTC)
    return Report(id=1, title=title, source=source, time=moment, summary=summary, language=language)


def words(title: str, **more: str) -> tuple[str, ...]:
    """Give the words of a headline."""
    return terms.of(report(title, **more)).title


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Heres Trumps plan", "Here’s Trump's plan"),
        ("Storms hit U.S. ports", "Storm hits US port"),
        ("Airline stopped flying", "Airline stops flying"),
        ("Toll rises to 1,200", "Tolls rise to 1200"),
        ("Repairs cost $340 million", "Repair cost: $340m"),
        ("Turnout at 7.5 percent", "Turnout at 7,5 percent"),
        ("Café reopens in Orléans", "Cafe reopens in Orleans"),
        ("Theyâ€™re home", "They’re home"),
        ("Ferry sinks | Example News", "Ferry sinks"),
        ("UPDATE 2-Ferry sinks", "Ferry sinks"),
        ("Four killed in pileup", "Four dead after crash"),
        ("Minister quits", "Minister's resignation"),
    ],
)
def test_what_agrees(one: str, other: str) -> None:
    """Apostrophes, plurals, tenses, abbreviations, figures, accents and wire marks tell no two events apart."""
    assert set(words(one)) - {"million"} == set(words(other)) - {"million"}


def test_meanings() -> None:
    """No form of a word stands for two meanings or is left out as telling nothing; what means the same has one stem."""
    lines = [line.split() for line in SAME.split("\n") if line]
    forms = [{form for word in line for form in languages._forms(word)} for line in lines]
    assert sum(map(len, forms)) == len(languages._meanings())
    assert languages.stopwords(languages.ENGLISH).isdisjoint(languages._meanings())
    for line, known in zip(lines, forms, strict=True):
        assert {languages.stem(form, languages.ENGLISH) for form in known} == {line[0].upper()}


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ("Died sued movies planes stopped robbing", "DIE SUE FILM PLANE stop ROB"),
        ("Plan los care wine route suite miss pop", "plan los car win rout suit miss pop"),
    ],
)
def test_forms_of_meanings(headline: str, expected: str) -> None:
    """Regular forms mean what their word means; a word that only has the same stem does not."""
    assert languages.stems(headline.casefold().split(), languages.ENGLISH) == expected.split()


def test_other_languages_have_no_english_meanings() -> None:
    """A word that English has too is what it is in its own language."""
    assert languages.stems(["fall", "car"], "sv") == ["fall", "car"]
    assert languages.stems(["fell", "vehicle"], languages.ENGLISH) == ["FALL", "CAR"]


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("Die Wahlen im Bundestag", "Der Bundestag nach der Wahl", "de"),
        ("Un accord signé sur les retraites", "L'accord et la retraite: signés", "fr"),
        ("El gobierno aprueba las nuevas leyes", "Gobierno: aprueban la ley", "es"),
        ("Terremoti in Italia", "L'Italia e il terremoto", "it"),
        ("As eleições no Brasil", "A eleição do Brasil", "pt"),
        ("De treinen in Utrecht", "Utrecht: een trein", "nl"),
        ("Stormarna över kusten", "Stormen vid kusten", "sv"),
        ("Центробанк сохранил ключевую ставку", "Ключевая ставка Центробанка", "ru"),
    ],
)
def test_forms_of_other_languages(one: str, other: str, language: str) -> None:
    """In each listed language two words of two headlines agree, whatever their forms, and articles are no words."""
    common = set(words(one, language=language)) & set(words(other, language=language))
    assert len(common) >= 2
    assert not common & languages.stopwords(language)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("東京で地震", {"東京", "京で", "で地", "地震"}),
        ("地震 M7.5 東京", {"地震", "m75", "東京"}),
        ("น้ำท่วม", None),
        ("서울 지하철 파업", {"서울", "지하", "하철", "파업"}),
    ],
)
def test_scripts_without_spaces(title: str, expected: set[str] | None) -> None:
    """What has no spaces is compared by pairs of letters; words between such runs stay whole."""
    found = set(words(title))
    assert found == expected if expected else len(found) > 3


@pytest.mark.parametrize(
    ("title", "claimed", "language"),
    [
        ("Bundesregierung beschließt neue Regeln für den Verkehr", "en-US", "de"),
        ("Ministers agree on new rules for traffic", "de", "en"),
        ("Ferry sinks", "", "en"),
        ("Fähre gesunken", "de-AT", "de"),
        ("Ferje sunket", "nb", "no"),
        ("x", "xx", "en"),
    ],
)
def test_language(title: str, claimed: str, language: str) -> None:
    """A language is told by its words of everyday use, before what the feed says; English where nothing speaks."""
    assert languages.of(terms.of(report(title)).plain.split(), claimed) == language


@pytest.mark.parametrize("title", ["Morning briefing", "Open thread", "Letters, 14 January", "", "!!!", "The"])
def test_headlines_that_tell_nothing(title: str) -> None:
    """A generic or empty headline has no words; its summary still has."""
    told = terms.of(report(title, "A ferry sank off Port Kelling"))
    assert told.title == ()
    assert "ferry" in told.summary


def test_bounds() -> None:
    """A hostile text costs no more than a long one: a word said a thousand times, and thousands of them, are cut."""
    told = terms.of(report("spam " * 1000, " ".join(f"word{number}" for number in range(5000))))
    assert len(told.title) <= terms.TITLE_WORDS
    assert len(told.summary) <= terms.SUMMARY_WORDS
    assert max(map(len, terms.of(report("x" * 400 + " y")).title)) <= 40


@given(st.builds(report, st.text(max_size=80), st.text(max_size=200)))
def test_terms_survive_the_store(told: Report) -> None:
    """Whatever a report says, its terms can be made, and are the same after they were stored."""
    made = terms.of(told)
    assert terms.unpacked(terms.packed(made)) == made


def test_what_is_no_terms() -> None:
    """Bytes that hold no terms are refused."""
    with pytest.raises(ValueError, match="unpack"):
        terms.unpacked(b"one line")
    assert terms.unpacked(b"\n\n\n") == Terms(plain="", title=())
