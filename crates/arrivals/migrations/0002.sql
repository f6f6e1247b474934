-- What the owner of a source has decided.

ALTER TABLE source ADD COLUMN last_word TEXT NOT NULL DEFAULT 'office';
ALTER TABLE source ADD COLUMN removal TEXT NOT NULL DEFAULT 'absence';
ALTER TABLE source ADD COLUMN key_by TEXT NOT NULL DEFAULT 'mapping';
