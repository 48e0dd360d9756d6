"""Headlines for grouping, written for the tests: each with the event it tells of, hours since midnight, its outlet.

``ONE_TOPIC`` is what a blog on one subject brings: all of it is about the same bridge, yet not of the same event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from aggregator.core import group
from aggregator.core.model import Open, Report, Statistics

MIDNIGHT = datetime(2026, 1, 14, tzinfo=UTC)

#: event, hours, outlet, headline
Line = tuple[str, float, str, str]

ONE_TOPIC: tuple[Line, ...] = (
    ("warned", 2, "Times", "Harbour bridge engineer tells inquiry he warned of cracks in 2019"),
    ("warned", 4, "ABC", "Engineer “warned of cracks” years before harbour bridge closure, inquiry hears"),
    ("fares", 9, "Herald", "Ferry fares doubled while harbour bridge is closed"),
    ("fares", 12, "Post", "Passengers furious as harbour ferry fares double"),
    ("minister", 20, "BBC", "Harbour bridge: minister wont resign over closure"),
    ("minister", 21, "Guardian", "Minister won't resign over bridge closure"),
    ("tunnel", 30, "Times", "Mayor calls for harbour tunnel instead of new bridge"),
    ("refunds", 33, "Herald", "Bridge toll refunds: how to apply"),
    ("reopening", 40, "BBC", "Harbour bridge reopening pushed back to spring"),
    ("reopening", 41, "ABC", "Bridge wont reopen before spring, says harbour authority"),
    ("cost", 50, "Post", "Harbour bridge repairs to cost $340 million"),
    ("cost", 52, "Times", "Repair bill for harbour bridge climbs to $340m"),
    ("opinion", 55, "Post", "Opinion: the harbour bridge failed because nobody looked"),
    ("cyclists", 60, "Herald", "Cyclists left out of harbour bridge plans"),
)
DAY: tuple[Line, ...] = (
    ("award", 0, "A", "Lena Marlow wins best actress award for Northern Lights"),
    ("award", 1, "B", "Best actress award goes to Lena Marlow"),
    ("home", 6, "C", "Lena Marlow sells Malibu home for $12m"),
    ("home", 7, "D", "Singer and actor Lena Marlow lists her Malibu home"),
    ("italy", 30, "F", "Floods cut off three villages in northern Italy"),
    ("italy", 31, "G", "Italian villages cut off by floods"),
    ("bangladesh", 66, "J", "Floods in Bangladesh displace 200,000"),
    ("bank", 40, "H", "Central bank holds interest rate at 4%"),
    ("bank", 41, "I", "Interest rates held at 4 per cent by central bank"),
    ("passed", 2, "A", "Senate passes $50 billion farm bill"),
    ("passed", 3, "B", "Farm bill worth $50bn clears Senate"),
    ("vetoed", 26, "A", "President vetoes farm bill"),
    ("vetoed", 27, "C", "Farm bill vetoed by president"),
    ("recall", 30, "R", "UPDATE 1-Acme recalls 20,000 cars over brakes"),
    ("recall", 31, "S", "UPDATE 3-Acme recalls 35,000 cars over brakes"),
    ("singer", 33, "Z", "Orla Finch dies"),
    ("singer", 34, "W", "Orla Finch dies"),
    ("briefing 1", 5, "X", "Morning briefing"),
    ("briefing 2", 6, "Y", "Morning briefing"),
)
GERMAN: tuple[Line, ...] = (
    ("streik", 0, "A", "Bahn streicht wegen Streik jeden zweiten Zug"),
    ("streik", 2, "B", "Streik bei der Bahn: Jeder zweite Zug fällt aus"),
    ("rente", 3, "C", "Bundestag beschließt neues Rentenpaket"),
    ("rente", 5, "D", "Rentenpaket im Bundestag beschlossen"),
    ("hafen", 6, "E", "Hamburg: Feuer zerstört Lagerhalle im Hafen"),
    ("hafen", 7, "F", "Lagerhalle im Hamburger Hafen ausgebrannt"),
    ("fussball", 8, "G", "Bayern gewinnt gegen Dortmund mit 3:1"),
    ("fussball", 9, "H", "3:1 gegen Dortmund: Bayern bleibt Tabellenführer"),
    ("wetter", 10, "I", "Sturmwarnung für die Küste"),
)
FRENCH: tuple[Line, ...] = (
    ("retraites", 0, "A", "L'accord sur les retraites signé par trois syndicats"),
    ("retraites", 2, "B", "Retraites : un accord signé avec trois syndicats"),
    ("incendie", 3, "C", "Incendie dans un immeuble à Marseille, deux morts"),
    ("incendie", 5, "D", "Marseille : deux morts dans l’incendie d’un immeuble"),
    ("lens", 6, "E", "Le PSG s'incline face à Lens"),
    ("lens", 7, "F", "Lens surprend le PSG"),
    ("sncf", 10, "G", "Grève à la SNCF : les prévisions pour vendredi"),
)
JAPANESE: tuple[Line, ...] = (
    ("quake", 0, "A", "東京で震度5強の地震 津波の心配なし"),
    ("quake", 1, "B", "東京で震度5強 津波の心配はなし"),
    ("premier", 2, "C", "首相が辞任を表明 後任選びへ"),
    ("premier", 3, "D", "首相、辞任表明 与党は後任選び"),
    ("baseball", 5, "E", "大谷が今季40号ホームラン"),
    ("yen", 6, "F", "円相場、1ドル=150円台に下落"),
)
MANY_SCRIPTS: tuple[Line, ...] = (
    ("morocco", 0, "A", "زلزال قوي يضرب شمال المغرب"),
    ("morocco", 1, "B", "زلزال يضرب شمال المغرب ويوقع ضحايا"),
    ("crete", 2, "C", "Σεισμός 5,8 ρίχτερ στην Κρήτη"),
    ("crete", 3, "D", "Κρήτη: Σεισμός 5,8 Ρίχτερ"),
    ("delhi", 4, "E", "दिल्ली में भारी बारिश से सड़कें जलमग्न"),
    ("delhi", 5, "F", "भारी बारिश के बाद दिल्ली की सड़कें डूबीं"),
    ("chiang mai", 6, "G", "น้ำท่วมหนักที่เชียงใหม่ ประชาชนอพยพ"),
    ("chiang mai", 7, "H", "เชียงใหม่น้ำท่วมหนัก สั่งอพยพประชาชน"),
    ("metro", 8, "I", "В Москве открыли новую станцию метро"),
    ("metro", 9, "J", "Новая станция метро открылась в Москве"),
    ("hockey", 10, "K", "Сборная России по хоккею проиграла Финляндии"),
)


def reports(lines: Iterable[Line]) -> Iterator[Report]:
    """Make reports of lines, numbered from 1."""
    for number, (_, hours, source, title) in enumerate(lines, start=1):
        yield Report(id=number, title=title, source=source, time=MIDNIGHT + timedelta(hours=hours))


def opened(told: Iterable[Report]) -> list[Open]:
    """Make open items of reports."""
    return [Open(id=report.id, time=report.time, terms=group.terms.of(report)) for report in told]


def counted(items: Sequence[Open]) -> Statistics:
    """Count the words of open items, on the first day."""
    words = [item.terms for item in items]
    return group.statistics.counted(group.statistics.cold(), words, words)
