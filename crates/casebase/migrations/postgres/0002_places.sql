-- Places and boundaries of imported gazetteers. One place may be told by several.
CREATE TABLE place (
    entry       BIGINT NOT NULL PRIMARY KEY,
    recorded_at BIGINT NOT NULL,
    code        TEXT COLLATE "C" NOT NULL,
    parent      TEXT COLLATE "C",
    level       BIGINT NOT NULL,
    source      TEXT COLLATE "C" NOT NULL,
    accession   TEXT COLLATE "C" NOT NULL,
    data_row    BIGINT NOT NULL,
    body        TEXT NOT NULL
);
