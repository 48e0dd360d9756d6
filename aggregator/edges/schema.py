"""The tables of the store, made and changed by numbered migrations. Holds no data and runs no query of its own.

Times are ISO-8601 text in UTC with whole seconds ("2026-01-14T07:00:00Z"), so that they sort as text and read well in
Datasette. Each migration runs in one transaction together with the record that it ran.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from aggregator.edges import rekeying

migrations = Migrations("aggregator")

_FIRST = (
    # The store's own name: ids handed to the outside are made from it, so that a new store never reuses an old one's.
    "CREATE TABLE library (id TEXT PRIMARY KEY, created TEXT NOT NULL)",
    """CREATE TABLE feeds (
        id INTEGER PRIMARY KEY,
        url TEXT NOT NULL UNIQUE,
        name TEXT,
        title TEXT NOT NULL DEFAULT '',
        category TEXT,
        every INTEGER NOT NULL,
        configured INTEGER NOT NULL DEFAULT 1,
        position INTEGER NOT NULL DEFAULT 0,
        etag TEXT,
        last_modified TEXT,
        body_hash TEXT,
        ttl INTEGER,
        met INTEGER NOT NULL DEFAULT 0,
        gone INTEGER NOT NULL DEFAULT 0,
        failures INTEGER NOT NULL DEFAULT 0,
        failing_since TEXT,
        last_error TEXT,
        last_polled TEXT,
        next_poll TEXT,
        next_reason TEXT NOT NULL DEFAULT '',
        quiet_until TEXT
    )""",
    "CREATE TABLE stories (id INTEGER PRIMARY KEY AUTOINCREMENT, first_seen TEXT NOT NULL)",
    "CREATE INDEX stories_first_seen ON stories (first_seen)",
    """CREATE TABLE editions (
        date TEXT PRIMARY KEY,
        closes TEXT NOT NULL,
        missed TEXT NOT NULL DEFAULT '[]'
    )""",
    """CREATE TABLE items (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        story INTEGER NOT NULL REFERENCES stories (id),
        title TEXT NOT NULL,
        source TEXT NOT NULL,
        link TEXT,
        summary TEXT NOT NULL,
        content TEXT NOT NULL,
        author TEXT NOT NULL,
        language TEXT NOT NULL,
        category TEXT NOT NULL,
        feed INTEGER NOT NULL REFERENCES feeds (id),
        published TEXT,
        first_seen TEXT NOT NULL,
        time TEXT NOT NULL,
        edition TEXT REFERENCES editions (date),
        shown INTEGER NOT NULL,
        edits INTEGER NOT NULL DEFAULT 0
    )""",
    "CREATE INDEX items_edition ON items (edition, shown, edits)",
    "CREATE INDEX items_story ON items (story)",
    """CREATE TABLE sightings (
        item INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
        feed INTEGER NOT NULL REFERENCES feeds (id),
        name TEXT NOT NULL,
        guid TEXT,
        link TEXT,
        title TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        first_seen TEXT NOT NULL,
        PRIMARY KEY (item, feed)
    )""",
    "CREATE INDEX sightings_feed ON sightings (feed)",
    """CREATE TABLE titles (
        item INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
        feed INTEGER NOT NULL REFERENCES feeds (id),
        title TEXT NOT NULL,
        first_seen TEXT NOT NULL,
        PRIMARY KEY (item, feed, title)
    )""",
    # No foreign key to items: a key outlives its item, so that what was pruned does not come back.
    """CREATE TABLE keys (
        key TEXT NOT NULL,
        item INTEGER NOT NULL,
        time TEXT NOT NULL,
        PRIMARY KEY (key, item)
    ) WITHOUT ROWID""",
    """CREATE TABLE polls (
        id INTEGER PRIMARY KEY,
        feed INTEGER NOT NULL REFERENCES feeds (id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        outcome TEXT NOT NULL,
        status INTEGER,
        entries INTEGER NOT NULL,
        new INTEGER NOT NULL,
        edited INTEGER NOT NULL,
        elsewhere INTEGER NOT NULL,
        reason TEXT NOT NULL
    )""",
    "CREATE INDEX polls_at ON polls (at)",
    "CREATE INDEX polls_feed ON polls (feed)",
    """CREATE VIEW latest AS
        SELECT id, first_seen, title, source, category, link FROM items WHERE shown
        ORDER BY first_seen DESC, id DESC""",
)


@migrations()
def m01_tables(db: Database) -> None:
    """Make the tables of the first version."""
    for statement in _FIRST:
        db.execute(statement)


_READING = (
    "ALTER TABLE feeds ADD COLUMN moved TEXT",
    "ALTER TABLE feeds ADD COLUMN host TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE feeds ADD COLUMN tail_hash TEXT",
    "ALTER TABLE feeds ADD COLUMN head_read TEXT",
    "ALTER TABLE feeds ADD COLUMN fetched TEXT",
    "ALTER TABLE feeds ADD COLUMN pieces BLOB NOT NULL DEFAULT x''",
    "ALTER TABLE feeds ADD COLUMN entries INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE feeds ADD COLUMN left_out INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE feeds ADD COLUMN timetable TEXT NOT NULL DEFAULT ''",
    "UPDATE feeds SET timetable = json_object('ttl', ttl) WHERE ttl",
    "ALTER TABLE feeds DROP COLUMN ttl",
    "ALTER TABLE feeds ADD COLUMN usual_gap INTEGER",
    "ALTER TABLE feeds ADD COLUMN longest_gap INTEGER",
    "ALTER TABLE feeds ADD COLUMN newest TEXT",
    "ALTER TABLE feeds ADD COLUMN pace INTEGER",
    "CREATE INDEX feeds_address ON feeds (coalesce(moved, url))",
    "CREATE INDEX feeds_host ON feeds (host)",
    "CREATE INDEX feeds_next_poll ON feeds (next_poll)",
    "ALTER TABLE polls ADD COLUMN missed INTEGER NOT NULL DEFAULT 0",  # entries, an estimate
    "ALTER TABLE polls ADD COLUMN left_out INTEGER NOT NULL DEFAULT 0",
    # Counts what may change a page; and what the pages were made from when they were last written.
    "ALTER TABLE library ADD COLUMN revision INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE library ADD COLUMN published TEXT NOT NULL DEFAULT ''",
    # The newest items of a feed are found without reading all of them.
    "DROP INDEX sightings_feed",
    "CREATE INDEX sightings_feed ON sightings (feed, item)",
)


@migrations()
def m02_reading(db: Database) -> None:
    """Remember of each feed where it moved, what its last document was, and how often it publishes."""
    for statement in _READING:
        db.execute(statement)


_STORIES = (
    "ALTER TABLE feeds ADD COLUMN type TEXT NOT NULL DEFAULT 'feed'",
    "ALTER TABLE feeds ADD COLUMN unsteady INTEGER NOT NULL DEFAULT 0",  # polls in a row that brought only new guids
    # How often a feed has told an item anew; one that never rests is left alone.
    "ALTER TABLE sightings ADD COLUMN edits INTEGER NOT NULL DEFAULT 0",
    # A story that went into another is known by its old number still.
    "ALTER TABLE stories ADD COLUMN alias_of INTEGER REFERENCES stories (id)",
    "CREATE INDEX stories_alias_of ON stories (alias_of)",
    # The story under which an edition has printed an item: closed pages stay, however stories are regrouped.
    "ALTER TABLE items ADD COLUMN printed INTEGER",
    "ALTER TABLE items ADD COLUMN place INTEGER",  # in the headline list it was imported from; NULL: it came in a feed
    "CREATE INDEX items_place ON items (place) WHERE place IS NOT NULL",
    # What grouping has worked out: the words of each open item, and which items are alike. It can be made anew.
    """CREATE TABLE terms (
        item INTEGER PRIMARY KEY REFERENCES items (id) ON DELETE CASCADE,
        terms BLOB NOT NULL
    )""",
    """CREATE TABLE ties (
        item INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
        other INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
        score REAL NOT NULL,
        PRIMARY KEY (item, other)
    ) WITHOUT ROWID""",
    "CREATE INDEX ties_other ON ties (other)",
    # What an edition said of each story when it closed: its order on the page, and what was new in it.
    """CREATE TABLE accounts (
        edition TEXT NOT NULL REFERENCES editions (date),
        story INTEGER NOT NULL,
        lead INTEGER NOT NULL,
        headline TEXT NOT NULL,
        standing TEXT NOT NULL,
        rank REAL NOT NULL,
        day INTEGER NOT NULL,
        last TEXT,
        was TEXT NOT NULL,
        more TEXT NOT NULL,
        words TEXT NOT NULL,
        repeats TEXT NOT NULL,
        items TEXT NOT NULL,
        PRIMARY KEY (edition, story)
    ) WITHOUT ROWID""",
    "ALTER TABLE feeds ADD COLUMN weight REAL NOT NULL DEFAULT 1",
    "ALTER TABLE feeds ADD COLUMN paywall INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE feeds ADD COLUMN grouped INTEGER NOT NULL DEFAULT 1",
    # What is told differently has to be grouped anew; its ties still say which others that may touch.
    """CREATE TRIGGER items_reworded AFTER UPDATE OF title, summary ON items
        WHEN old.title IS NOT new.title OR old.summary IS NOT new.summary
        BEGIN
            DELETE FROM terms WHERE item = new.id;
        END""",
    # The snapshot of word statistics, the edition and the newest item it knows, and what else grouping went by.
    "ALTER TABLE library ADD COLUMN statistics BLOB NOT NULL DEFAULT x''",
    "ALTER TABLE library ADD COLUMN statistics_of TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE library ADD COLUMN statistics_to INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE library ADD COLUMN grouped TEXT NOT NULL DEFAULT ''",
    "UPDATE items SET printed = story WHERE edition IS NOT NULL",
    "CREATE INDEX items_time ON items (time)",
    # By these the rulings of the user find what they are about.
    "CREATE INDEX items_link ON items (link)",
    "CREATE INDEX items_title ON items (title)",
)


@migrations()
def m03_stories(db: Database) -> None:
    """Let items move between stories, and remember what they were printed under."""
    for statement in _STORIES:
        db.execute(statement)


@migrations()
def m04_keys(db: Database) -> None:
    """Make the keys of links and headlines anew, which are compared otherwise from now on."""
    rekeying.rekey(db)


_OPEN = (
    "DROP INDEX items_edition",
    # When open items were first seen is asked every five seconds, and in which categories they are at every build: both
    # are answered from here, without a look at the items and the texts they carry.
    "CREATE INDEX items_edition ON items (edition, shown, edits, first_seen, category, feed)",
)


@migrations()
def m05_open(db: Database) -> None:
    """Let questions about all items of an edition be answered from an index."""
    for statement in _OPEN:
        db.execute(statement)


_LOOKED_AT = (
    # What a feed's last document said of itself, to know it again.
    "ALTER TABLE feeds ADD COLUMN head TEXT NOT NULL DEFAULT ''",
    # The revision at which every open item had been grouped; NULL: unknown.
    "ALTER TABLE library ADD COLUMN settled INTEGER",
)


@migrations()
def m06_looked_at(db: Database) -> None:
    """Remember what need not be looked at again."""
    for statement in _LOOKED_AT:
        db.execute(statement)


_REMEMBERED = (
    # The story under which the outgoing feed has announced an item; NULL: it has not.
    "ALTER TABLE items ADD COLUMN announced INTEGER",
    # The story as the edition knew it that had told it before; NULL: under the same number, as far as is known.
    "ALTER TABLE accounts ADD COLUMN last_story INTEGER",
)


@migrations()
def m07_remembered(db: Database) -> None:
    """Remember under which story an item was announced, and where a story was told before."""
    for statement in _REMEMBERED:
        db.execute(statement)


@migrations()
def m08_sides(db: Database) -> None:
    """Remember how an item compares with others, as long as the word statistics are the same; NULL: not yet made."""
    db.execute("ALTER TABLE terms ADD COLUMN side BLOB")


_AFFAIRS = (
    # What stands under one heading in an edition shares a number; NULL: it stands alone.
    "ALTER TABLE items ADD COLUMN affair INTEGER",
    "CREATE INDEX items_affair ON items (edition, affair) WHERE affair IS NOT NULL",
)


@migrations()
def m09_affairs(db: Database) -> None:
    """Let stories of one affair stand under one heading."""
    for statement in _AFFAIRS:
        db.execute(statement)


def apply(db: Database) -> None:
    """Bring a database to the newest version."""
    migrations.apply(db)


def is_current(db: Database) -> bool:
    """Ask whether a database has every migration, changing nothing."""
    return not migrations.pending(db)
