-- Passwords that we say are sealed; `secret` keeps only hashes of those that are said to us.
-- Where a mailbox's mails go once taken, and the keys that an SFTP user may come with.

ALTER TABLE source ADD COLUMN sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE source ADD COLUMN move_to TEXT NOT NULL DEFAULT '';
ALTER TABLE source ADD COLUMN public_keys TEXT NOT NULL DEFAULT '';
