-- The mails that are still with us are few among all that were sent: instruments count them.

CREATE INDEX mail_outbox ON mail (state) WHERE state <> 'sent';
