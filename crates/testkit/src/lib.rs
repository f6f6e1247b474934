//! A world for tests: fresh accounts, both databases, clock and dice, real SMTP and a real browser
