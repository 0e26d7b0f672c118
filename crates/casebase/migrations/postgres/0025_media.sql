-- Photographs and videos; `body` holds what they claim of themselves, the vault among it.
CREATE TABLE media (
    entry       BIGINT NOT NULL PRIMARY KEY,
    recorded_at BIGINT NOT NULL,
    accession   TEXT COLLATE "C" NOT NULL,
    source      TEXT COLLATE "C" NOT NULL,
    sha256      TEXT COLLATE "C" NOT NULL,
    media_type  TEXT COLLATE "C" NOT NULL,
    body        TEXT COLLATE "C" NOT NULL
);

-- One row for each photograph, and for each frame of a video that differs from the one before. All of them are read
-- into memory to be searched: distance in bits is not an order that an index of a database knows.
CREATE TABLE media_hash (
    entry   BIGINT NOT NULL,
    nth     BIGINT NOT NULL,
    at_ms   BIGINT NOT NULL,
    framing TEXT COLLATE "C" NOT NULL,
    hash    TEXT COLLATE "C" NOT NULL,
    quality BIGINT NOT NULL,
    PRIMARY KEY (entry, nth)
);
