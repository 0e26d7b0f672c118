-- Who handled what, and what was withdrawn.
CREATE TABLE custody (
    entry       INTEGER NOT NULL PRIMARY KEY,
    recorded_at INTEGER NOT NULL,
    action      TEXT    NOT NULL,
    subject     TEXT    NOT NULL,
    done_by     TEXT    NOT NULL,
    body        TEXT    NOT NULL
) STRICT;

CREATE TABLE withdrawal (
    entry       INTEGER NOT NULL PRIMARY KEY,
    recorded_at INTEGER NOT NULL,
    about       INTEGER NOT NULL,
    authority   TEXT    NOT NULL,
    body        TEXT    NOT NULL
) STRICT;
