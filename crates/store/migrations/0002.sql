-- What one batch did, in order: a large import is read in pages when it is undone.

CREATE INDEX journal_of_batch ON journal (batch, tx, seq) WHERE batch IS NOT NULL;
DROP INDEX journal_batch;
