"""Headlines that come back day after day, and name no article: "Morning briefing", "Leserbriefe", "Le journal de 20h".

Word lists, small on purpose: a headline is generic when no word of it says anything, in whichever of the languages.
"""

from __future__ import annotations

import re

from aggregator.core.titles.folding import plain

#: Words that fill the title of a regular column and say nothing of one article; folded, so without accents.
_WORDS = frozenset(
    (
        # English
        " a afternoon am an and archive arts at audio blog books breaking brief briefing briefings briefs bulletin"
        " business cartoon clarifications column correction corrections coverage crossword culture daily day"
        " daybook dead desk diary digest edition editor editorial editorials editors evening feed film for"
        " forecast friday from front gallery headline headlines health home horoscope hour in index last latest"
        " letter letters links live local lotto market markets midday minute monday money monthly morning music"
        " news newscast newsletter next night no noon notes now number obituaries obituary of on open opinion our"
        " page photo photos pictures playlist pm podcast politics post press puzzle quiz quote radio readers recap"
        " release report reports review roundup saturday science section show sport sports status stories story"
        " sudoku summary sunday tech technology the this thread thursday times title to today todays tomorrow"
        " tonight top travel tuesday untitled update updates video videos watch weather wednesday week weekend"
        " weekly whats world wrap yesterday your january february march april may june july august september"
        " october november december"
        # German
        " abend abendausgabe aktuell aktuelle aktuelles am artikel aus ausblick ausgabe berichte bild bilder blick"
        " borse borsenbericht das dem den der des die ein eine einen folge fotos fur gestern guten heute horoskop"
        " im interview karikatur kolumne kommentar kommentare korrektur kulturtipps kurz kurzmeldungen"
        " kurznachrichten leserbrief leserbriefe letzte lokales meldungen mittag montag dienstag mittwoch"
        " donnerstag freitag samstag sonnabend sonntag morgen morgenlage nachruf nachrichten nacht neue neues"
        " neuigkeiten ohne pressemitteilung presseschau ratsel schlagzeilen sendung sport tag tages tageshoroskop"
        " tagesschau thema themen ticker titel uberblick uhr um und veranstaltungen verkehr vom von vorschau was"
        " wetter wetterbericht wettervorhersage wichtig wichtige wichtigste wichtigsten wirtschaft wissen woche"
        " wochen wochenende wochenruckblick zum zur zeitung januar februar marz mai juni juli oktober dezember"
        " bildern"
        # French
        " a actualite actualites agenda apres au aujourdhui aux bonjour breves carnet ce cette chronique courrier"
        " de debat dernieres des dessin dimanche direct du edito editorial en et flash grille heures hier horaires"
        " infos jeudi jeux jour journal journee la le les lecteurs lettre lettres lundi mardi matin matinale"
        " mercredi meteo midi mots croises necrologie nouvelles nuit photos presse programme quotidien rendez"
        " revue samedi semaine sans soir sommaire sur titre titres trafic un une vendredi vous janvier fevrier"
        " mars avril juin juillet aout septembre octobre novembre decembre lactualite linfo limage images"
        # Spanish
        " actualidad ahora al apuntes ayer boletin cartas carta clima con cronica crucigrama de del deportes"
        " diario director domingo editor el en esta este fotos hoy horoscopo imagenes jueves la las lectores"
        " loteria los lunes manana martes miercoles minuto noche noticias nuestra obituario opinion para por"
        " portada prensa pronostico resumen sabado semana sin sorteo tarde tiempo titulares titulo ultima ultimas"
        " una vida viernes vivo y enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre"
        " diciembre dia dias foto"
        # Italian
        " aggiornamenti alla alle almanacco appuntamenti buongiorno che cronaca cruciverba da dal degli dei del"
        " della delle di diretta domani domenica e editoriale fatti gazzetta giornale giornata giorno gli giovedi"
        " i il in le lettere lettori lo lunedi martedi mattina mercoledi meteo necrologi notizie notiziario notte"
        " oggi oroscopo per previsioni prima pagina rassegna sabato sera settimana settimanale stampa sul"
        " telegiornale tempo titoli ultima ultime ultimora un una venerdi vignetta gennaio febbraio maggio giugno"
        " luglio settembre ottobre dicembre"
        # Portuguese
        " agora ao aos boa boletim cartas como da das destaques do domingo dos e em edicao esta feira fim foto"
        " hoje imagens jornal leitor leitores manchetes manha na nas no nos noite noticia noticias o obituarios"
        " ontem os para previsao quarta quinta resumo sabado sexta segunda sem semana tarde tempo terca titulo"
        " ultimas um uma vivo janeiro fevereiro marco maio junho julho setembro outubro dezembro"
        # Dutch
        " aan avond bij brieven column dag dagelijks de deze dinsdag donderdag een en gisteren goedemorgen het"
        " horoscoop in ingezonden journaal kort krant kruiswoordraadsel laatste lezers lezersbrieven lokaal"
        " maandag met middag nieuws nieuwsbrief nieuwsoverzicht ochtend om ons onze op overlijdensberichten"
        " overzicht puzzel sport te vandaag van verkeer verkeersinformatie vooruitblik voorpagina voor vrijdag"
        " week weekoverzicht weer weerbericht weersverwachting wekelijks woensdag zaterdag zonder zondag januari"
        " februari maart mei juni juli augustus"
        # Swedish, Danish, Norwegian
        " avisen av dagens dagen den det dodsannonser god i idag igar insandare kvall kvallens leder ledare morgon"
        " morgonens nyheder nyheter nytt och og om pa senaste siste seneste sporten till til vader vaderprognos"
        " vaer vejr veckan veckans uken ugen ukens ugens"
        # Polish
        " dnia dzis dzisiaj listy na najnowsze o pogoda poranek poranny prognoza przeglad prasy tygodnia"
        " wiadomosci wieczorne wydarzenia z pogody prasowy"
        # Russian
        " в вечер вечерние выпуск главное главные день дня за и из итоги к лента на неделю недели новости ночь о"
        " обзор по погода прессы прогноз сегодня события срочно утренние утро часа"
    ).split()
)

#: Numbers, alone or as an ordinal or an hour: 14, 2nd, 1er, 3º, 20h, 8e.
_NUMBER = re.compile(r"\d+(?:st|nd|rd|th|er|re|eme|e|h|o|a)?")
#: Scripts that put no spaces between words: Thai, Lao, Burmese, Khmer, kana, Han.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]")


def key(title: str, source: str = "") -> str | None:
    """Give what identifies an article told under this headline; None where it is generic or says too little.

    "Morning briefing", "Open thread" and "Leserbriefe, 14. Januar" come back day after day; a single word names
    nothing.
    """
    folded = plain(title, source)
    is_one_word = " " not in folded and not _UNSPACED.search(folded)
    return folded if not is_one_word and is_telling(folded) else None


def is_telling(folded: str) -> bool:
    """Ask whether any word of a folded headline says something of one article."""
    return any(map(_is_telling, folded.split()))


def _is_telling(word: str) -> bool:
    return word not in _WORDS and not _NUMBER.fullmatch(word)
