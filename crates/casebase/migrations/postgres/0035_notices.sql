-- Notices for the disappeared: of an id that comes again the later entry stands.
CREATE TABLE notice (
    id             TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    entry          BIGINT NOT NULL,
    recorded_at    BIGINT NOT NULL,
    source         TEXT COLLATE "C" NOT NULL,
    accession      TEXT COLLATE "C" NOT NULL,
    data_row       BIGINT NOT NULL,
    since_earliest TEXT COLLATE "C" NOT NULL,
    since_latest   TEXT COLLATE "C" NOT NULL,
    body           TEXT NOT NULL
);
