-- How long the journal was when the casebase was last emptied so that nothing stayed of what had been withdrawn: a
-- withdrawal from there on, or an older copy that was put back, asks for it again.
ALTER TABLE projection ADD COLUMN scrubbed BIGINT NOT NULL DEFAULT 0;
