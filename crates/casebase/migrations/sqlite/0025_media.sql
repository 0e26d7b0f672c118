-- Photographs and videos; `body` holds what they claim of themselves, the vault among it.
CREATE TABLE media (
    entry       INTEGER NOT NULL PRIMARY KEY,
    recorded_at INTEGER NOT NULL,
    accession   TEXT NOT NULL,
    source      TEXT NOT NULL,
    sha256      TEXT NOT NULL,
    media_type  TEXT NOT NULL,
    body        TEXT NOT NULL
) STRICT;

-- One row for each photograph, and for each frame of a video that differs from the one before. All of them are read
-- into memory to be searched: distance in bits is not an order that an index of a database knows.
CREATE TABLE media_hash (
    entry   INTEGER NOT NULL,
    nth     INTEGER NOT NULL,
    at_ms   INTEGER NOT NULL,
    framing TEXT NOT NULL,
    hash    TEXT NOT NULL,
    quality INTEGER NOT NULL,
    PRIMARY KEY (entry, nth)
) STRICT;
