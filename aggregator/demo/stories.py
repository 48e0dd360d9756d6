"""What the bundled newsroom tells: events, each told by one to four outlets, and when. It writes no feed.

All of it is invented. Times are seconds from the opening of the newsroom: most tellings are older than that, some come
while one watches. An article that two outlets carry lies at one ``article``; copy of the Heron Wire has one headline.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

HOUR = 3600
MINUTE = 60


class Telling(Struct, frozen=True, kw_only=True):
    """One outlet's words about one event."""

    outlet: str
    at: int  #: seconds from the opening of the newsroom
    headline: str
    summary: str  #: HTML where the outlet writes HTML
    author: str = ""
    source: str = ""  #: whose article it is, where it is not the outlet's own
    article: str = ""  #: "outlet/event" where the article lies; "": at the outlet itself
    retitled: tuple[int, str] | None = None  #: from when on it has which other headline
    minutes: int = 0  #: length of the recording, where it is a talk


class Article(Struct, frozen=True, kw_only=True):
    """One telling as it stands at one moment, with its times."""

    guid: str
    path: str  #: "/outlet/event"
    headline: str
    summary: str
    published: datetime
    updated: datetime
    author: str
    source: str
    minutes: int


def told(outlet: str, *, start: datetime, now: datetime) -> tuple[Article, ...]:
    """Give what an outlet has told by now, the newest first."""
    articles = (
        _article(telling, event, start=start, now=now)
        for event, tellings in EVENTS.items()
        for telling in tellings
        if telling.outlet == outlet and start + timedelta(seconds=telling.at) <= now
    )
    return tuple(sorted(articles, key=lambda article: article.published, reverse=True))


def _article(telling: Telling, event: str, *, start: datetime, now: datetime) -> Article:
    """Set one telling at its place in time."""
    published = start + timedelta(seconds=telling.at)
    updated, headline = published, telling.headline
    if telling.retitled and start + timedelta(seconds=telling.retitled[0]) <= now:
        updated, headline = start + timedelta(seconds=telling.retitled[0]), telling.retitled[1]
    return Article(
        guid=f"tag:{telling.outlet}.example,2026:{event}",
        path=f"/{telling.article or f'{telling.outlet}/{event}'}",
        headline=headline,
        summary=telling.summary,
        published=published,
        updated=updated,
        author=telling.author,
        source=telling.source,
        minutes=telling.minutes,
    )


# A table to be read, so it keeps its own layout: when, headline, what it says.
# fmt: off
EVENTS: dict[str, tuple[Telling, ...]] = {
    # --- the wider world ---------------------------------------------------------------------------------------------
    "lighthouse-accord": (
        Telling(outlet="courier", at=-19 * HOUR, author="Wilhelmina Oakapple",
                headline="Seven isles sign the Lighthouse Accord after eleven days of talks",
                summary="The seven isles will share the cost of keeping every lamp on the Gloaming Sound lit. "
                        "The last quarrel, over who pays for wicks, was settled at breakfast."),
        Telling(outlet="dispatch", at=-18 * HOUR,
                headline="Lighthouse Accord signed: islands agree to keep the lamps lit together",
                summary="Envoys of the seven isles put their names to the Lighthouse Accord on Tuesday’s tide. "
                        "Brindlemark, which has no lighthouse, sent a cake."),
        Telling(outlet="reader", at=-17 * HOUR, source="The Lanternport Courier", article="courier/lighthouse-accord",
                headline="Seven isles sign the Lighthouse Accord after eleven days of talks",
                summary="The seven isles will share the cost of keeping every lamp on the Gloaming Sound lit."),
        Telling(outlet="ledger", at=-15 * HOUR,
                headline="What the Lighthouse Accord will cost each harbour",
                summary="Lanternport pays most, Skerry Ness least. Our table shows the levy by tonnage, with and "
                        "without wicks."),
    ),
    "cinderhorn": (
        Telling(outlet="courier", at=-11 * HOUR, source="Heron Wire",
                headline="Mount Cinderhorn smokes for a third day; nobody has had to leave",
                summary="The mountain above Varrowby is smoking steadily, say the wardens, “like an uncle after "
                        "dinner”. The upper path is closed."),
        Telling(outlet="parish", at=-10 * HOUR, source="Heron Wire",
                headline="Mount Cinderhorn smokes for a third day; nobody has had to leave",
                summary="The mountain above Varrowby is smoking steadily, say the wardens, “like an uncle after "
                        "dinner”."),
        Telling(outlet="dispatch", at=-9 * HOUR,
                headline="Ash from Mount Cinderhorn dusts the roofs of Varrowby as the mountain smokes on",
                summary="A grey film lies on window sills and on one very surprised cat. The wardens have closed the "
                        "upper path; school goes on, indoors."),
        Telling(outlet="tinderbox", at=-7 * HOUR, author="Dr Philippa Quench",
                headline="Why Mount Cinderhorn hums as it smokes: a note too low to hear",
                summary="Twelve seismographs on the mountain above Varrowby agree on a tone six octaves below the "
                        "lowest pipe of the Lanternport organ. The note rises as the smoke thickens."),
    ),
    "varrowby-vote": (
        Telling(outlet="dispatch", at=-2 * HOUR, author="Tobias Fennimore-Lark",
                headline="Varrowby votes: race for Keeper too close to call",
                retitled=(25, "Varrowby votes: Oda Pellwether elected Keeper by 212 ballots"),
                summary="The count goes on by candlelight in the rope loft, where every bundle is being tied twice."),
        Telling(outlet="courier", at=38,
                headline="Pellwether wins: Varrowby has a new Keeper after a night of recounts",
                summary="Oda Pellwether, a ropemaker, takes the Keeper’s lantern with a lead of 212. Her rival carried "
                        "it up the hill for her."),
        Telling(outlet="reader", at=52, source="The Lanternport Courier", article="courier/varrowby-vote",
                headline="Pellwether wins: Varrowby has a new Keeper after a night of recounts",
                summary="Oda Pellwether, a ropemaker, takes the Keeper’s lantern with a lead of 212."),
    ),
    "storm-umbel": (
        Telling(outlet="courier", at=8, author="Barnaby Sedgewick-Moss",
                headline="Storm Umbel turns north; ferries on the Gloaming Sound stay in port",
                summary="All evening sailings are cancelled from Lanternport to Skerry Ness. The storm should pass "
                        "the cape before dawn."),
        Telling(outlet="harbour", at=20,
                headline="All ferries held in port until Storm Umbel has passed",
                summary="Double your lines. Soup in the sail loft from six."),
        Telling(outlet="dispatch", at=45,
                headline="Storm Umbel veers north towards the isles as Brindlemark is spared",
                summary="Forecasters who had told the mainland to bring in its washing have apologised to the mainland "
                        "and sent the warning to the isles. Ferries stay in port."),
        Telling(outlet="ledger", at=100,
                headline="Storm Umbel turns away from the harbours: insurers expect a quiet night",
                summary="With all ferries on the Gloaming Sound in port, underwriters on Lantern Quay put losses from "
                        "the storm below two million crowns."),
    ),
    "night-train": (
        Telling(outlet="dispatch", at=-6 * HOUR,
                headline="Night train over the Salt Causeway runs again after nine years",
                summary="Forty passengers, two bicycles and a cello left Brindlemark at dusk and arrived, dry, "
                        "at dawn."),
        Telling(outlet="courier", at=-5 * HOUR, author="Wilhelmina Oakapple",
                headline="First sleeper in nine years crosses the Salt Causeway",
                summary="The night train to Lanternport was eleven minutes early, and had to wait for the station cat "
                        "to leave the platform."),
    ),
    "courier-briefing": (
        Telling(outlet="courier", at=-3 * HOUR, headline="Morning briefing",
                summary="Five things to know today, three of them about the weather."),
    ),
    # --- business ----------------------------------------------------------------------------------------------------
    "tern-line": (
        Telling(outlet="ledger", at=-8 * HOUR, author="Araminta Purslow",
                headline="Tern Line accepts Saltbox Ferries’ offer of 84 million crowns",
                summary="The two companies carry nine in ten passengers on the Gloaming Sound. The harbour "
                        "council will "
                        "look at the price of tickets before it says yes."),
        Telling(outlet="tally", at=-7 * HOUR,
                headline="Saltbox Ferries buys Tern Line: who gains, who pays & who gets seasick",
                summary="<p>Saltbox will pay <strong>84&nbsp;million crowns</strong> for its old rival. Tern&rsquo;s "
                        "boats are older &mdash; but its buns are better.</p>"
                        "<script>document.title = 'The Tally Stick was here';</script>"),
        Telling(outlet="courier", at=-5 * HOUR - 20 * MINUTE,
                headline="Ferry rivals to become one in 84-million-crown deal",
                summary="Saltbox Ferries is to take over Tern Line, ending sixty years of races across the Sound."),
    ),
    "kelp-paper": (
        Telling(outlet="tally", at=-13 * HOUR,
                headline="Kelp paper has never been so cheap, or so green",
                summary="<p>A ream now costs <em>four crowns ten</em>, the least in six years. "
                        "Blame the <a href='/tally/'>three new mills</a>.</p>"),
        Telling(outlet="ledger", at=-12 * HOUR,
                headline="Kelp paper falls to a six-year low as three new mills open",
                summary="Prices fell nine in the hundred this month. Mill owners say that they expected it; their "
                        "shareholders say that they did not."),
    ),
    "island-mint": (
        Telling(outlet="ledger", at=58,
                headline="Island Mint holds its rate at 3.25% and says “not yet”",
                summary="All five governors voted to wait for the herring figures."),
        Telling(outlet="tally", at=75,
                headline="Mint leaves rates where they are: what it means for your boat loan",
                summary="<p>At 3.25%, a loan of 10,000 crowns still costs &lsquo;about a herring a day&rsquo;.</p>"),
    ),
    "bell-strike": (
        Telling(outlet="tally", at=-4 * HOUR,
                headline="Clockmakers at Hollin Works down tools over the Sunday bells",
                summary="<p>They want <b>quiet till nine</b>; the town wants the time. Talks begin at&nbsp;noon "
                        "&mdash; "
                        "by which clock is disputed.</p><img src='/tally/pixel.gif' width='1' height='1' alt=''>"),
    ),
    # --- science and technology --------------------------------------------------------------------------------------
    "marmalade-comet": (
        Telling(outlet="tinderbox", at=-16 * HOUR, author="Dr Philippa Quench",
                headline="Comet found by a schoolteacher will be seen by the naked eye in spring",
                summary="Hester Lumley of Skerry Ness found the comet with a telescope built from drainpipe. It has a "
                        "greenish tail and will pass closest in the second week of April."),
        Telling(outlet="courier", at=-14 * HOUR,
                headline="Teacher names her comet after the cat that woke her",
                summary="Comet Marmalade was found at four in the morning, when its namesake asked to be let out."),
        Telling(outlet="almanac", at=-90 * MINUTE, minutes=34,
                headline="Episode 41: The teacher, the cat and the comet",
                summary="Hester Lumley tells how she found Comet Marmalade, and how to build a telescope from "
                        "drainpipe."),
        Telling(outlet="reader", at=-80 * MINUTE, source="The Tinderbox Review", article="tinderbox/marmalade-comet",
                headline="Comet found by a schoolteacher will be seen by the naked eye in spring",
                summary="Hester Lumley of Skerry Ness found the comet with a telescope built from drainpipe."),
    ),
    "tide-battery": (
        Telling(outlet="valve", at=-10 * HOUR - 30 * MINUTE, author="Ignatius Coppersmith",
                headline="Inside the tide battery that lit Quillhaven through a windless night",
                summary="Two basins, a borrowed lock gate and a turbine from a cider mill: how a town of 900 stores "
                        "eleven hours of light."),
        Telling(outlet="parish", at=-9 * HOUR - 30 * MINUTE,
                headline="Lights stay on all night thanks to Quillhaven’s tide battery",
                summary="Mrs Gudgeon read an entire novel to prove the point, and reports that the butler did it."),
        Telling(outlet="tinderbox", at=150,
                headline="Tide battery returns four fifths of what it stores, tests show",
                summary="Measurements at Quillhaven find an efficiency of 0.81, better than the pumped lakes of "
                        "Brindlemark."),
    ),
    "otter-pebbles": (
        Telling(outlet="tinderbox", at=-20 * HOUR, author="Cornelius Bracken",
                headline="Otters prefer round pebbles, and lend them to friends",
                summary="Of 1,340 pebbles carried by the otters of Marrow Water, nine in ten would roll. Loans lasted "
                        "two days; most were returned."),
    ),
    "pilots-charts": (
        Telling(outlet="valve", at=32,
                headline="Harbour pilots give away the program that draws their charts",
                summary="Plumbline 3.0 is free for all to use and change. It knows every rock in the Sound, and "
                        "most of "
                        "their nicknames."),
        Telling(outlet="harbour", at=190,
                headline="Plumbline chart program now free for every skipper",
                summary="Copies at the pilot house. Bring your own disk, take a biscuit."),
    ),
    "moon-talk": (
        Telling(outlet="almanac", at=120, minutes=27,
                headline="Episode 42: Why the moon looks larger over chimneys",
                summary="A talk with two painters and an optician, who do not agree."),
    ),
    # --- nearby ------------------------------------------------------------------------------------------------------
    "ferry-goose": (
        Telling(outlet="harbour", at=-4 * HOUR - 30 * MINUTE,
                headline="Goose found aboard the 7.40; owner please call",
                summary="Grey, polite, travelling without a ticket. Answers to “Admiral”."),
        Telling(outlet="parish", at=-3 * HOUR - 30 * MINUTE,
                headline="Admiral the goose is home after her trip on the 7.40 ferry",
                summary="She was brought back from Skerry Ness in the purser’s own cabin, and has laid an egg "
                        "by way of "
                        "thanks."),
        Telling(outlet="courier", at=12, author="Barnaby Sedgewick-Moss",
                headline="Stowaway goose given a season ticket",
                summary="Saltbox Ferries has made Admiral of Quillhaven its first passenger with feathers. She travels "
                        "half price, being under twelve."),
        Telling(outlet="reader", at=28, source="The Lanternport Courier", article="courier/ferry-goose",
                headline="Stowaway goose given a season ticket",
                summary="Saltbox Ferries has made Admiral of Quillhaven its first passenger with feathers."),
    ),
    "marrow-bridge": (
        Telling(outlet="parish", at=-12 * HOUR - 30 * MINUTE,
                headline="Marrow Bridge to close for a week, and reopen yellow",
                summary="The children of the lower school chose the colour. The other finalist was “tiger”."),
        Telling(outlet="harbour", at=-11 * HOUR - 30 * MINUTE,
                headline="No passage under Marrow Bridge while painters are at work",
                summary="Masts over four fathoms wait for the flag. Small boats pass at their own risk of "
                        "turning yellow."),
    ),
    "coopers-lane": (
        Telling(outlet="parish", at=16,
                headline="Burst main turns Cooper’s Lane into a brook",
                summary="Water is ankle-deep from the bakery to the pump. Ducks have been informed."),
        Telling(outlet="courier", at=240, source="Heron Wire",
                headline="Cooper’s Lane dry again after burst main is mended",
                summary="Engineers closed the leak at Quillhaven within the hour. The ducks have lodged a complaint."),
        Telling(outlet="dispatch", at=255, source="Heron Wire",
                headline="Cooper’s Lane dry again after burst main is mended",
                summary="Engineers closed the leak at Quillhaven within the hour."),
    ),
    "parish-briefing": (
        Telling(outlet="parish", at=-2 * HOUR - 30 * MINUTE, headline="Morning briefing",
                summary="Choir at seven, jumble at two. The lost glove is still at the pump."),
    ),
    "library-hours": (
        Telling(outlet="parish", at=85,
                headline="Library to stay open until the last reader has finished the chapter",
                summary="The new rule was passed without debate, the committee being in the middle of one."),
    ),
}
# fmt: on
