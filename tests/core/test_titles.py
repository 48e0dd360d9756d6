"""Headlines as names of an article: what is folded away, what is not, and which of them name none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core import text, titles
from aggregator.core.titles import generic

#: Headlines that come back day after day and tell nothing of one article.
GENERIC = [
    "Morning briefing",
    "Morning Briefing: Wednesday",
    "Your Wednesday Briefing",
    "Evening update",
    "Letters, 14 January",
    "Letters to the Editor",
    "Corrections and clarifications",
    "Politics live",
    "This week in science",
    "Books of the week",
    "Open thread",
    "Weekend Open Thread",
    "Weather",
    "Weather forecast for Tuesday",
    "Today's weather",
    "What’s on tonight",
    "News in brief",
    "The news in pictures",
    "The Week in Pictures",
    "Pictures of the day",
    "Photo of the Week",
    "Top stories",
    "Top 10 stories of the week",
    "Live updates",
    "LIVE",
    "Live blog",
    "Daily crossword",
    "Quiz of the week",
    "Sudoku",
    "Editorial",
    "Editorial cartoon",
    "Our readers’ letters",
    "Obituaries",
    "Horoscope for today",
    "January 14th, 2026",
    "14 January 2026",
    "2026-01-14",
    "1st of May",
    "Podcast",
    "From the archive",
    "Front page",
    "Market report",
    "Midday market update",
    "Breaking news",
    "Untitled",
    "No title",
    "Home",
    "Index",
    "Number 42",
    "42",
    "!!!",
    "",
    "   ",
    "Obama",
    "Zürich",
    "Погода",
    "Ώρα",
    "G7",
]

#: The same in other languages.
GENERIC_ABROAD = [
    "Wetter",
    "Nachrichten am Morgen",
    "Leserbriefe",
    "Die Woche in Bildern",
    "Schlagzeilen des Tages",
    "Das Wetter am Dienstag, 14. Januar",
    "Bilder der Woche",
    "Presseschau",
    "Le journal de 20h",
    "Météo du jour",
    "La revue de presse",
    "L'actualité en images",
    "Courrier des lecteurs",
    "1er mai",
    "Las noticias del día",
    "Cartas al director",
    "El tiempo para hoy",
    "La foto del día",
    "Le notizie del giorno",
    "Rassegna stampa",
    "Le lettere dei lettori",
    "Destaques da manhã",
    "Previsão do tempo",
    "Cartas dos leitores",
    "Het weer van vandaag",
    "Ingezonden brieven",
    "Nieuwsoverzicht van zondag",
    "Dagens nyheter",
    "Prognoza pogody na dziś",
    "Главное за день",
]

#: Real-sounding headlines of one article that hold such words.
TELLING = [
    "Morning briefing: ministers agree the fishing treaty",
    "Weather warning: storm Ada reaches Cornwall",
    "Letters found in attic rewrite a poet's life",
    "Open thread found on shirt convicts burglar",
    "Live: England v Australia, first Test",
    "Live blog: parliament votes on the budget",
    "Books burn in library fire",
    "Health editor wins prize",
    "Top judge resigns",
    "May resigns",
    "March of the penguins returns",
    "Editorial: the bridge must be rebuilt",
    "Obituary: Ada Lovelace",
    "Crossword setter wins lottery",
    "Sunday trading law falls",
    "Market crash",
    "The Week in Review: herring prices",
    "News of the herring",
    "COVID-19",
    "Heres what we know",
    "Q&A: how the tunnel was dug",
    "First photo of a black hole",
    "Today in 1926: the wireless arrives",
    "地震",
    "東京で雪",
    "แผ่นดินไหว",
    "Погода портится",
    "Ураган в городе",
    "Nachrichtendienst warnt vor Sturm",
    "Die Brücke am Hafen bleibt gesperrt",
    "Le maire de la ville démissionne",
    "El alcalde dimite",
    "Il sindaco si dimette",
    "O prefeito renuncia",
    "De burgemeester treedt af",
]

#: Two ways to write one headline of the Courier.
SAME = [
    ("AT&amp;T buys the harbour", "AT&T buys the harbour"),
    ("Mayor&#8217;s bridge opens", "Mayor’s bridge opens"),
    ("Mayorâ€™s bridge opens", "Mayor's bridge opens"),
    ("Mayorâ\x80\x99s bridge opens", "Mayor's bridge opens"),
    ("Mayorâs bridge opens", "Mayor's bridge opens"),
    ("Mayorâ€™s cafÃ© opens", "Mayor's café opens"),
    ("MayorÃ¢â‚¬â„¢s bridge opens", "Mayors bridge opens"),
    ("They couldnât see âthe bridgeâ", "They couldn't see “the bridge”"),
    ("âOpen it,â says mayor", "“Open it,” says mayor"),
    ("Bridge opensâFerry sails", "Bridge opens – Ferry sails"),
    ("Bridge opens â at last", "Bridge opens — at last"),
    ("Ãœber die BrÃ¼cke", "Über die Brücke"),
    ("Ð›ÐµÐ´ Ñ‚Ð°ÐµÑ‚", "Лед тает"),
    ("Bridge opens ðŸŽ‰ at last", "Bridge opens at last"),
    ("ʻOpen itʼ, mayor′s wish", "Open it, mayors wish"),
    ("Ｂｒｉｄｇｅ ｏｐｅｎｓ", "Bridge opens"),
    ("U.S. opens bridge", "US opens bridge"),
    ("HELP US OPEN BRIDGE", "Help us open bridge"),
    ("U.S opens bridge", "USA opens bridge"),
    ("N.R.A. leaves U.N. building", "NRA leaves UN building"),
    ("1,234 cross the bridge", "1234 cross the bridge"),
    ("Bridge for 1,234,567 people", "Bridge for 1234567 people"),
    ("UPDATE 2-Bridge opens", "Bridge opens"),
    ("UPDATE 1 - Bridge opens", "Bridge opens"),
    ("RPT-UPDATE 1-Bridge opens", "Bridge opens"),
    ("WRAPUP 4-Bridge opens", "REFILE-Bridge opens"),
    ("CORRECTED-Bridge opens", "CORRECTED-(OFFICIAL)-Bridge opens"),
    ("Bridge opens (2)", "Bridge opens"),
    ("Bridge opens - Courier", "Bridge opens"),
    ("Bridge opens | The Courier", "Bridge opens"),
    ("Bridge opens – courier.example", "Bridge opens"),
    ("Bridge opens | Reuters", "Bridge opens - The New York Times"),
    ("Bridge opens - cbsnews.com", "Bridge opens - CBS News"),
    ("Bridge - the long one - opens - Courier", "Bridge – the long one – opens"),
    ("UPDATE 2-Bridge opens (3) - Reuters", "Bridge opens"),
]

#: Two headlines.
DIFFERENT = [
    ("US tells bridge builders", "Us tells bridge builders"),
    ("Ministers tell US to go", "Ministers tell us to go"),
    ("Bridge opens | Letters", "Bridge opens"),
    ("Bridge opens - Reader", "Bridge opens"),
    ("Bridge opens - live", "Bridge opens"),
    ("Bridge opens - the sun", "Bridge opens - the rain"),
    ("Storm kills 1,234", "Storm kills 1,235"),
    ("Storm kills 12,34", "Storm kills 1234"),
    ("Update on the bridge", "On the bridge"),
    ("Ministers want UPDATE 2-fold", "Ministers want fold"),
    ("Corrected bridge opens", "Bridge opens"),
    ("Bridge opens (1998)", "Bridge opens"),
    ("L'âge du pont", "L'ge du pont"),
    ("LIBERTÉ» pour le pont", "LIBERT pour le pont"),
]


# --- names of articles -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", GENERIC)
def test_a_generic_headline_names_nothing(title: str) -> None:
    """The titles of columns, bare dates, numbers and single words have no key."""
    assert titles.key(title) is None


@pytest.mark.parametrize("title", TELLING)
def test_a_headline_of_one_article_names_it(title: str) -> None:
    """A headline with a word of its own has a key, however many ordinary words it holds."""
    assert titles.key(title) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Here's what we know", "Heres what we know"),
        ("Here’s what we know", "Heres what we know"),
        ("HERE‘S WHAT WE KNOW!", "here's what we know"),
        ("Minister: ‘No deal’ on fish", 'Minister: "No deal" on fish'),
        ("Storm Ada – latest", "Storm Ada - latest"),
        ("Café owner wins", "Cafe owner wins"),
        ("Storm  Ada\u00a0arrives…", "Storm Ada arrives"),
    ],
)
def test_typography_makes_no_other_headline(one: str, other: str) -> None:
    """Apostrophes, quotation marks, dashes, case and accents do not tell two headlines apart."""
    assert titles.key(one) == titles.key(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Herring 1.2 released", "Herring 1.3 released"),
        ("Storm kills 3 in Cornwall", "Storm kills 5 in Cornwall"),
        ("Minister resigns", "Minister resigns again"),
        ("Minister did resign", "Minister did not resign"),
        ("Storm report: Cornwall", "Storm report: Devon"),
        ("Heat 1 of the regatta", "Heat 2 of the regatta"),
    ],
)
def test_words_and_numbers_do(one: str, other: str) -> None:
    """A number, a place or a "not" makes another headline."""
    assert titles.key(one) != titles.key(other)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_a_key_is_its_own_headline_folded(title: str) -> None:
    """Any title has a key or is generic, and white space around it makes no difference."""
    key = titles.key(title)
    assert titles.key(f"  {title}\n") == key


# --- folding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", GENERIC_ABROAD)
def test_other_languages_have_generic_headlines_too(title: str) -> None:
    """Columns, weather, letters and days of the week are known in the larger European languages."""
    assert titles.key(title) is None


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_tells_no_two_headlines_apart_is_folded_away(one: str, other: str) -> None:
    """Entities, mojibake, typography, abbreviations, wire marks and the outlet's own name make no other headline."""
    assert titles.plain(one, "Courier") == titles.plain(other, "Courier") != ""


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_tells_headlines_apart_is_kept(one: str, other: str) -> None:
    """Sections, numbers, the country and the pronoun, and marks that are words stay."""
    assert titles.plain(one, "Courier") != titles.plain(other, "Courier")


def test_an_outlet_stays_that_is_not_the_items_own() -> None:
    """Without its source a name behind a headline is cut off only where everybody knows the outlet."""
    assert titles.plain("Bridge opens - Courier") == "bridge opens courier"
    assert titles.plain("Bridge opens - BBC News") == "bridge opens"
    assert titles.plain("Courier", "Courier") == "courier"


@settings(deadline=None)
@given(st.text(max_size=40), st.text(max_size=10))
def test_folding_takes_anything(title: str, source: str) -> None:
    """Any title and source can be folded, and what comes out is folded text."""
    folded = titles.plain(title, source)
    assert text.folded(folded) == folded


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20))
def test_what_is_garbled_is_read_back(title: str) -> None:
    """Typographic marks and accented letters come back from Windows-1252 where the whole text was read as that."""
    said = f"Mayor’s café “{title}”"
    read = said.encode().decode("cp1252", "ignore")
    garbled = read if len(read) == len(said.encode()) else "Mayorâ€™s cafÃ©"
    assert titles.plain(garbled).startswith("mayors cafe")


def test_the_generic_words_are_folded() -> None:
    """A word in the lists that folding would change could never be met."""
    assert [word for word in generic._WORDS if text.folded(word) != word] == []


# --- outlets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CBS News", "cbsnews.com"),
        ("cbsnews.com", "https://www.cbsnews.com/latest/rss/main"),
        ("The New York Times", "nytimes.com"),
        ("New York Times (News)", "www.nytimes.com"),
        ("BBC News", "www.bbc.co.uk"),
        ("bbc.com", "bbc.co.uk"),
        ("ABC News", "abcnews.go.com"),
        ("CNN", "edition.cnn.com"),
        ("The Hill", "thehill.com"),
        ("Sky News", "news.sky.com"),
        ("Süddeutsche Zeitung", "www.sueddeutsche.de"),
        ("The Skerry Courier", "skerrycourier.example"),
        ("Skerry Courier", "skerry-courier.co.uk"),
        ("Thermo Post", "thermopost.example"),
        ("reuters", "Reuters UK"),
    ],
)
def test_an_outlet_has_one_name(one: str, other: str) -> None:
    """Names and domains, with and without "the", come to one."""
    assert titles.outlet(one) == titles.outlet(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("CBS News", "ABC News"), ("abc.net.au", "abcnews.go.com"), ("news.example.co.uk", "news.other.co.uk")],
)
def test_two_outlets_have_two_names(one: str, other: str) -> None:
    """What differs in more than the writing is another outlet."""
    assert titles.outlet(one) != titles.outlet(other)
