-- A decision on a person names no pair of records.
ALTER TABLE decision ALTER COLUMN record_a DROP NOT NULL;
ALTER TABLE decision ALTER COLUMN record_b DROP NOT NULL;
