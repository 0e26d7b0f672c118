-- Who handled what, and what was withdrawn.
CREATE TABLE custody (
    entry       BIGINT NOT NULL PRIMARY KEY,
    recorded_at BIGINT NOT NULL,
    action      TEXT COLLATE "C" NOT NULL,
    subject     TEXT COLLATE "C" NOT NULL,
    done_by     TEXT COLLATE "C" NOT NULL,
    body        TEXT NOT NULL
);

CREATE TABLE withdrawal (
    entry       BIGINT NOT NULL PRIMARY KEY,
    recorded_at BIGINT NOT NULL,
    about       BIGINT NOT NULL,
    authority   TEXT COLLATE "C" NOT NULL,
    body        TEXT NOT NULL
);
