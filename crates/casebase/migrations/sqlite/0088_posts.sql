-- Posts and articles of feeds, each time that they were taken in.
CREATE TABLE post (
    entry        INTEGER NOT NULL PRIMARY KEY,
    id           TEXT NOT NULL,
    recorded_at  INTEGER NOT NULL,
    source       TEXT NOT NULL,
    accession    TEXT NOT NULL,
    data_row     INTEGER NOT NULL,
    published_at INTEGER,
    body         TEXT NOT NULL
) STRICT;
CREATE INDEX post_id ON post (id);
