BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'aggregator','m01_tables','2026-11-22 07:58:11.599168+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'aggregator','m02_reading','2026-11-22 07:58:11.607528+00:00');
CREATE TABLE editions (
        date TEXT PRIMARY KEY,
        closes TEXT NOT NULL,
        missed TEXT NOT NULL DEFAULT '[]'
    );
CREATE TABLE feeds (
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
        met INTEGER NOT NULL DEFAULT 0,
        gone INTEGER NOT NULL DEFAULT 0,
        failures INTEGER NOT NULL DEFAULT 0,
        failing_since TEXT,
        last_error TEXT,
        last_polled TEXT,
        next_poll TEXT,
        next_reason TEXT NOT NULL DEFAULT '',
        quiet_until TEXT
    , moved TEXT, host TEXT NOT NULL DEFAULT '', tail_hash TEXT, head_read TEXT, fetched TEXT, pieces BLOB NOT NULL DEFAULT x'', entries INTEGER NOT NULL DEFAULT 0, left_out INTEGER NOT NULL DEFAULT 0, timetable TEXT NOT NULL DEFAULT '', usual_gap INTEGER, longest_gap INTEGER, newest TEXT, pace INTEGER);
INSERT INTO "feeds" VALUES(1,'https://here.example/feed.xml','The Courier','The Courier',NULL,3600,1,0,NULL,NULL,'00',1,0,0,NULL,NULL,'2026-01-14T12:00:00Z','2026-01-14T13:03:08Z','every',NULL,NULL,'here.example:443',NULL,NULL,'2026-01-14T12:00:00Z',X'',7,0,'',NULL,NULL,NULL,NULL);
CREATE TABLE items (
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
    );
INSERT INTO "items" VALUES(1,1,'U.S. ferry runs aground off Skerry Point','The Courier','https://www.courier.example/news/1?utm_source=rss','','','','','',1,'2026-01-14T11:00:00Z','2026-01-14T12:00:00Z','2026-01-14T11:00:00Z',NULL,1,0);
INSERT INTO "items" VALUES(2,2,'Mayor opens the northern bridge - The Courier','The Courier','https://m.courier.example/news/2?ref=feed','','','','','',1,'2026-01-14T11:00:00Z','2026-01-14T12:00:00Z','2026-01-14T11:00:00Z',NULL,1,0);
INSERT INTO "items" VALUES(3,3,'Herring fleet sails at dawn (2)','The Courier','https://courier.example/news/3/amp','','','','','',1,NULL,'2026-01-14T12:00:00Z','2026-01-14T12:00:00Z',NULL,1,0);
INSERT INTO "items" VALUES(4,4,'Lighthouse keeper’s goose wins prize','The Courier','https://courier.example/','A fine goose.','','','','',1,NULL,'2026-01-14T12:00:00Z','2026-01-14T12:00:00Z',NULL,1,0);
INSERT INTO "items" VALUES(5,5,'Morning briefing','The Courier','https://courier.example/briefing','','','','','',1,'2026-01-14T11:00:00Z','2026-01-14T12:00:00Z','2026-01-14T11:00:00Z',NULL,1,0);
INSERT INTO "items" VALUES(7,7,'Bread prices rise in the old town','The Courier','https://courier.example/news/7?cid=rss&a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4','','','','','',1,'2026-01-14T11:00:00Z','2026-01-14T12:00:00Z','2026-01-14T11:00:00Z',NULL,1,0);
CREATE TABLE keys (
        key TEXT NOT NULL,
        item INTEGER NOT NULL,
        time TEXT NOT NULL,
        PRIMARY KEY (key, item)
    ) WITHOUT ROWID;
INSERT INTO "keys" VALUES('guid 1 g1',1,'2026-01-14T11:00:00Z');
INSERT INTO "keys" VALUES('guid 1 g5',5,'2026-01-14T11:00:00Z');
INSERT INTO "keys" VALUES('headline the courier | bread prices rise in the old town',7,'2026-01-14T11:00:00Z');
INSERT INTO "keys" VALUES('headline the courier | choir seeks tenors for the harbour concert',6,'2026-01-14T11:00:00Z');
INSERT INTO "keys" VALUES('headline the courier | herring fleet sails at dawn 2',3,'2026-01-14T12:00:00Z');
INSERT INTO "keys" VALUES('headline the courier | lighthouse keepers goose wins prize',4,'2026-01-14T12:00:00Z');
INSERT INTO "keys" VALUES('headline the courier | mayor opens the northern bridge the courier',2,'2026-01-14T11:00:00Z');
INSERT INTO "keys" VALUES('headline the courier | u s ferry runs aground off skerry point',1,'2026-01-14T11:00:00Z');
INSERT INTO "keys" VALUES('link courier.example/briefing',5,'2026-01-14T11:00:00Z');
INSERT INTO "keys" VALUES('link courier.example/news/%36?source=rss',6,'2026-01-14T11:00:00Z');
INSERT INTO "keys" VALUES('link courier.example/news/1',1,'2026-01-14T11:00:00Z');
INSERT INTO "keys" VALUES('link courier.example/news/3/amp',3,'2026-01-14T12:00:00Z');
INSERT INTO "keys" VALUES('link courier.example/news/7?a=%C3%A4a%3D%C3%A4a%3D%C3%A4a%3D%C3%A4a%3D%C3%A4a%3D%C3%A4a%3D%C3%A4a%3D%C3%A4a%3D%C3%A4a%3D%C3%A4a%3D%C3%A4a%3D%C3%A4a%3D%C3%A4a%3D%C3%A…43e03b7570ca81f56b5dccef4aae2a9e',7,'2026-01-14T11:00:00Z');
INSERT INTO "keys" VALUES('link m.courier.example/news/2?ref=feed',2,'2026-01-14T11:00:00Z');
INSERT INTO "keys" VALUES('text 1 0f0a7cda8684ad21661be8958e5d4b4d',4,'2026-01-14T12:00:00Z');
INSERT INTO "keys" VALUES('text 1 386fd687e1fb978bde08af0b647bf565',6,'2026-01-14T11:00:00Z');
INSERT INTO "keys" VALUES('text 1 38957992a0e2aadc1242c6e39997378f',3,'2026-01-14T12:00:00Z');
INSERT INTO "keys" VALUES('text 1 6a3e01cef294a9723246c04dbb91c219',1,'2026-01-14T11:00:00Z');
INSERT INTO "keys" VALUES('text 1 6fd80f74149c453a0962e5a1bc02d4d7',7,'2026-01-14T11:00:00Z');
INSERT INTO "keys" VALUES('text 1 f57069db02d93da9581fe99845250fd6',5,'2026-01-14T11:00:00Z');
INSERT INTO "keys" VALUES('text 1 fa9871d4a213be34d108e323972c5afd',2,'2026-01-14T11:00:00Z');
CREATE TABLE library (id TEXT PRIMARY KEY, created TEXT NOT NULL, revision INTEGER NOT NULL DEFAULT 0, published TEXT NOT NULL DEFAULT '');
INSERT INTO "library" VALUES('8696ef97-6bf0-430c-9b27-06b7e81be38c','2026-01-14T12:00:00Z',2,'');
CREATE TABLE polls (
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
    , missed INTEGER NOT NULL DEFAULT 0, left_out INTEGER NOT NULL DEFAULT 0);
INSERT INTO "polls" VALUES(1,1,'2026-01-14T12:00:00Z','read',200,7,7,0,0,'',0,0);
CREATE TABLE sightings (
        item INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
        feed INTEGER NOT NULL REFERENCES feeds (id),
        name TEXT NOT NULL,
        guid TEXT,
        link TEXT,
        title TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        first_seen TEXT NOT NULL,
        PRIMARY KEY (item, feed)
    );
INSERT INTO "sightings" VALUES(1,1,'The Courier','g1','https://www.courier.example/news/1?utm_source=rss','U.S. ferry runs aground off Skerry Point','693946aabf269d85e4e12d6aa0cb29d3','2026-01-14T12:00:00Z');
INSERT INTO "sightings" VALUES(2,1,'The Courier',NULL,'https://m.courier.example/news/2?ref=feed','Mayor opens the northern bridge - The Courier','307a3fbe002223337257bdb77b601fcb','2026-01-14T12:00:00Z');
INSERT INTO "sightings" VALUES(3,1,'The Courier',NULL,'https://courier.example/news/3/amp','Herring fleet sails at dawn (2)','5afc09eb4e69866c15ad7b80021ac22a','2026-01-14T12:00:00Z');
INSERT INTO "sightings" VALUES(4,1,'The Courier',NULL,'https://courier.example/','Lighthouse keeper’s goose wins prize','531a711c5021ac3662c6910bc38ad327','2026-01-14T12:00:00Z');
INSERT INTO "sightings" VALUES(5,1,'The Courier','g5','https://courier.example/briefing','Morning briefing','5844f1a15c93fdc0fce822300a361474','2026-01-14T12:00:00Z');
INSERT INTO "sightings" VALUES(7,1,'The Courier',NULL,'https://courier.example/news/7?cid=rss&a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4a=%C3%A4','Bread prices rise in the old town','6d577deadb54f209264bab0248880b4d','2026-01-14T12:00:00Z');
CREATE TABLE stories (id INTEGER PRIMARY KEY AUTOINCREMENT, first_seen TEXT NOT NULL);
INSERT INTO "stories" VALUES(1,'2026-01-14T12:00:00Z');
INSERT INTO "stories" VALUES(2,'2026-01-14T12:00:00Z');
INSERT INTO "stories" VALUES(3,'2026-01-14T12:00:00Z');
INSERT INTO "stories" VALUES(4,'2026-01-14T12:00:00Z');
INSERT INTO "stories" VALUES(5,'2026-01-14T12:00:00Z');
INSERT INTO "stories" VALUES(6,'2026-01-14T12:00:00Z');
INSERT INTO "stories" VALUES(7,'2026-01-14T12:00:00Z');
CREATE TABLE titles (
        item INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
        feed INTEGER NOT NULL REFERENCES feeds (id),
        title TEXT NOT NULL,
        first_seen TEXT NOT NULL,
        PRIMARY KEY (item, feed, title)
    );
INSERT INTO "titles" VALUES(1,1,'U.S. ferry runs aground off Skerry Point','2026-01-14T12:00:00Z');
INSERT INTO "titles" VALUES(2,1,'Mayor opens the northern bridge - The Courier','2026-01-14T12:00:00Z');
INSERT INTO "titles" VALUES(3,1,'Herring fleet sails at dawn (2)','2026-01-14T12:00:00Z');
INSERT INTO "titles" VALUES(4,1,'Lighthouse keeper’s goose wins prize','2026-01-14T12:00:00Z');
INSERT INTO "titles" VALUES(5,1,'Morning briefing','2026-01-14T12:00:00Z');
INSERT INTO "titles" VALUES(7,1,'Bread prices rise in the old town','2026-01-14T12:00:00Z');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX stories_first_seen ON stories (first_seen);
CREATE INDEX items_edition ON items (edition, shown, edits);
CREATE INDEX items_story ON items (story);
CREATE INDEX polls_at ON polls (at);
CREATE INDEX polls_feed ON polls (feed);
CREATE VIEW latest AS
        SELECT id, first_seen, title, source, category, link FROM items WHERE shown
        ORDER BY first_seen DESC, id DESC;
CREATE INDEX feeds_address ON feeds (coalesce(moved, url));
CREATE INDEX feeds_host ON feeds (host);
CREATE INDEX feeds_next_poll ON feeds (next_poll);
CREATE INDEX sightings_feed ON sightings (feed, item);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('stories',7);
INSERT INTO "sqlite_sequence" VALUES('items',7);
COMMIT;
