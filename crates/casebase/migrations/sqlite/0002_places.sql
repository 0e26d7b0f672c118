-- Places and boundaries of imported gazetteers. One place may be told by several.
CREATE TABLE place (
    entry       INTEGER NOT NULL PRIMARY KEY,
    recorded_at INTEGER NOT NULL,
    code        TEXT NOT NULL,
    parent      TEXT,
    level       INTEGER NOT NULL,
    source      TEXT NOT NULL,
    accession   TEXT NOT NULL,
    data_row    INTEGER NOT NULL,
    body        TEXT NOT NULL
) STRICT;
