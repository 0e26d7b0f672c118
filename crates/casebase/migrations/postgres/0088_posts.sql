-- Posts and articles of feeds, each time that they were taken in.
CREATE TABLE post (
    entry        BIGINT NOT NULL PRIMARY KEY,
    id           TEXT COLLATE "C" NOT NULL,
    recorded_at  BIGINT NOT NULL,
    source       TEXT COLLATE "C" NOT NULL,
    accession    TEXT COLLATE "C" NOT NULL,
    data_row     BIGINT NOT NULL,
    published_at BIGINT,
    body         TEXT NOT NULL
);
CREATE INDEX post_id ON post (id);
