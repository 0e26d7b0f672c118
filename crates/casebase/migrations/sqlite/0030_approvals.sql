-- A decision on a person names no pair of records.
CREATE TABLE decision_on_anything (
    entry       INTEGER NOT NULL PRIMARY KEY,
    recorded_at INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    record_a    TEXT,
    record_b    TEXT,
    decided_by  TEXT    NOT NULL,
    body        TEXT    NOT NULL
) STRICT;
INSERT INTO decision_on_anything SELECT entry, recorded_at, kind, record_a, record_b, decided_by, body FROM decision;
DROP TABLE decision;
ALTER TABLE decision_on_anything RENAME TO decision;
