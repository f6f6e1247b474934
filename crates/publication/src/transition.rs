//! What becomes of a publication: pure, and the only place that changes its state.

use ::store::{SECOND_MS, Timestamp};

use crate::publication::{Publication, Reason, State};

/// What should be at the portal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Target {
    Shown {
        record: String,
        removal: String,
        hash: i64,
    },
    /// It should be there and may not.
    Barred(Vec<Reason>),
    Away,
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// The portal has it; what was sent had this hash, and this takes it away.
    Taken {
        hash: i64,
        removal: String,
        portal_id: Option<String>,
        url: Option<String>,
        /// It will tell later what became of it.
        later: bool,
    },
    /// The portal has let go of it.
    Gone,
    /// It would not have what was sent, which had this hash.
    Refused {
        hash: i64,
        /// Whether an earlier call may have been heard: a refusal says nothing of that one.
        uncertain: bool,
        reasons: Vec<Reason>,
        /// Another try may do better.
        passes: bool,
    },
    /// Nobody knows whether it was heard.
    Unanswered(Reason),
}

/// No record has this hash: nothing that is sent is what a barred publication wants.
const BARRED: i64 = 0;
/// Removals that a portal refuses, of what perhaps never was there.
const REMOVALS_MAX: i64 = 10;
const PAUSE_MS: i64 = 5 * SECOND_MS;
const PAUSE_MAX_MS: i64 = 900 * SECOND_MS;

/// The pause before the next try: it doubles up to a quarter of an hour.
pub(crate) fn pause_ms(attempts: i64) -> i64 {
    let doublings = u32::try_from(attempts.clamp(1, 20) - 1).unwrap_or(0);
    PAUSE_MS.saturating_mul(1 << doublings).min(PAUSE_MAX_MS)
}

impl Publication {
    /// Follows what is wanted now.
    pub(crate) fn aim(&mut self, target: Target, now: Timestamp) {
        // A call may be under way, and its sender may die before he can say so.
        self.uncertain |= self.due_at.is_some();
        match target {
            Target::Shown {
                record,
                removal,
                hash,
            } => {
                let same = self.wanted && self.hash == hash && self.state != State::Refused;
                self.wanted = true;
                (self.record, self.removal, self.hash) = (record, removal, hash);
                if !same {
                    self.reasons.clear();
                    self.next(now);
                }
            }
            Target::Barred(reasons) => {
                self.wanted = true;
                self.reasons = reasons;
                self.hash = BARRED;
                // What is there stays: better the text of yesterday than none.
                self.become_(State::Refused, None, now);
            }
            Target::Away => {
                self.wanted = false;
                self.reasons.clear();
                self.next(now);
            }
        }
    }

    /// What is to be done next, from what is wanted and what is known to be there.
    fn next(&mut self, now: Timestamp) {
        self.attempts = 0;
        let settled = !self.uncertain && self.sent == Some(self.hash);
        match (self.wanted, self.may_be_there()) {
            (true, _) if settled => self.become_(State::Confirmed, None, now),
            (true, _) if self.sent.is_some() => self.become_(State::Changing, Some(now), now),
            (true, _) => self.become_(State::Queued, Some(now), now),
            (false, true) => self.become_(State::Withdrawing, Some(now), now),
            (false, false) => self.become_(State::Withdrawn, None, now),
        }
    }

    /// A person says "once more": at once, and with a clean slate. False where nothing is to be done.
    pub(crate) fn once_more(&mut self, now: Timestamp) -> bool {
        if self.is_barred() || (self.state == State::Confirmed && self.due_at.is_none()) {
            return false;
        }
        self.reasons.clear();
        self.next(now);
        self.due_at.is_some()
    }

    fn become_(&mut self, state: State, due_at: Option<Timestamp>, now: Timestamp) {
        if self.state != state {
            self.changed_at = now;
        }
        (self.state, self.due_at) = (state, due_at);
    }

    fn is_barred(&self) -> bool {
        self.wanted && self.hash == BARRED
    }

    /// Whether what is there must first be taken away, because the portal knows it by another name.
    pub(crate) fn is_renamed(&self) -> bool {
        self.wanted
            && self.may_be_there()
            && !self.sent_removal.is_empty()
            && self.sent_removal != self.removal
    }

    /// What was meant may have changed while the call was under way.
    pub(crate) fn settle(&mut self, outcome: Outcome, answer: String, now: Timestamp, jitter: i64) {
        self.answer = answer;
        self.sent_at = Some(now);
        match outcome {
            Outcome::Taken {
                hash,
                removal,
                portal_id,
                url,
                later,
            } => {
                (self.sent, self.sent_removal, self.uncertain) = (Some(hash), removal, false);
                self.portal_id = portal_id.or(self.portal_id.take());
                self.url = url.or(self.url.take());
                // Barred meanwhile by a rule: it stays so.
                if self.is_barred() {
                    return;
                }
                self.reasons.clear();
                self.next(now);
                if later && self.state == State::Confirmed {
                    self.become_(State::Accepted, None, now);
                }
            }
            Outcome::Gone => {
                (self.sent, self.uncertain) = (None, false);
                self.sent_removal.clear();
                (self.portal_id, self.url) = (None, None);
                if self.is_barred() {
                    return;
                }
                self.reasons.clear();
                self.next(now);
            }
            Outcome::Refused {
                hash,
                uncertain,
                reasons,
                passes,
            } => {
                self.uncertain = uncertain;
                let again = now.plus_ms(pause_ms(self.attempts + 1) + jitter);
                match self.wanted {
                    // A removal is asked for until it is done, and for a while if perhaps nothing is
                    // there; then the portal's list tells.
                    false if self.sent.is_some() || (uncertain && self.attempts < REMOVALS_MAX) => {
                        self.attempts += 1;
                        self.reasons = reasons;
                        self.become_(State::Withdrawing, Some(again), now);
                    }
                    true if self.is_barred() => {}
                    true if hash == self.hash => {
                        self.attempts += 1;
                        self.reasons = reasons;
                        self.become_(State::Refused, passes.then_some(again), now);
                    }
                    false => {
                        self.uncertain = false;
                        self.next(now);
                    }
                    // Something else is wanted meanwhile.
                    true => self.next(now),
                }
            }
            Outcome::Unanswered(reason) => {
                self.uncertain = true;
                if self.is_barred() {
                    return;
                }
                let attempts = self.attempts + 1;
                self.next(now);
                self.attempts = attempts;
                self.reasons = vec![reason];
                self.due_at = Some(now.plus_ms(pause_ms(attempts) + jitter));
            }
        }
    }

    /// The portal's list names it, or does not.
    pub(crate) fn look(
        &mut self,
        listed: Option<(Option<String>, Option<String>)>,
        now: Timestamp,
    ) {
        match listed {
            Some((portal_id, url)) => {
                self.seen_at = Some(now);
                self.portal_id = portal_id.or(self.portal_id.take());
                self.url = url.or(self.url.take());
                if self.state == State::Accepted && self.sent == Some(self.hash) {
                    self.become_(State::Confirmed, None, now);
                }
                // What should be away and is there is taken away once more.
                if !self.wanted && !self.may_be_there() {
                    self.uncertain = true;
                    self.next(now);
                }
            }
            None if self.sent.is_some() && !self.uncertain => {
                self.sent = None;
                self.sent_removal.clear();
                (self.portal_id, self.url) = (None, None);
                match (self.wanted, self.state) {
                    // Barred by a rule: there is nothing to send.
                    (true, State::Refused) if self.due_at.is_none() => {}
                    (true, _) => self.become_(State::Lost, Some(now), now),
                    (false, _) => self.next(now),
                }
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use ::store::{Id, Uuid};
    use proptest::prelude::*;

    use super::*;

    /// What may happen to one listing on one portal, in any order.
    #[derive(Clone, Debug)]
    enum Event {
        Show(i64),
        Bar,
        Hide,
        /// A call begins with what is wanted at that moment.
        Call,
        /// It ends: whether the portal did it, and whether its answer came back.
        End {
            done: bool,
            answered: bool,
            refused: bool,
        },
        /// Whoever sends dies; the next one doubts.
        Die,
        /// The portal loses what it has.
        Lose,
        Look,
    }

    fn events() -> impl Strategy<Value = Vec<Event>> {
        let end = (any::<bool>(), any::<bool>(), any::<bool>());
        let one = prop_oneof![
            3 => (1..4i64).prop_map(Event::Show),
            1 => Just(Event::Bar),
            2 => Just(Event::Hide),
            5 => Just(Event::Call),
            5 => end.prop_map(|(done, answered, refused)| Event::End { done, answered, refused }),
            1 => Just(Event::Die),
            1 => Just(Event::Lose),
            1 => Just(Event::Look),
        ];
        proptest::collection::vec(one, 1..60)
    }

    fn fresh() -> Publication {
        Publication {
            account: Id::from_uuid(Uuid::nil()),
            channel: Id::from_uuid(Uuid::nil()),
            listing: Id::from_uuid(Uuid::nil()),
            reference: String::new(),
            state: State::Withdrawn,
            wanted: false,
            record: String::new(),
            removal: String::new(),
            hash: 0,
            sent: None,
            sent_removal: String::new(),
            uncertain: false,
            portal_id: None,
            url: None,
            reasons: Vec::new(),
            answer: String::new(),
            attempts: 0,
            due_at: None,
            sent_at: None,
            seen_at: None,
            changed_at: Timestamp(0),
        }
    }

    /// The portal, and the sender with at most one call under way.
    struct Story {
        publication: Publication,
        portal: Option<i64>,
        call: Option<Publication>,
        now: i64,
    }

    impl Story {
        fn show(&mut self, hash: i64) {
            let target = Target::Shown {
                record: format!("record {hash}"),
                // The portal knows odd and even ones by different names.
                removal: format!("removal {}", hash % 2),
                hash,
            };
            self.publication.aim(target, Timestamp(self.now));
        }

        fn call(&mut self) {
            if self.call.is_none() && self.publication.due_at.is_some() {
                self.call = Some(self.publication.clone());
            }
        }

        fn end(&mut self, done: bool, answered: bool, refused: bool) {
            let Some(call) = self.call.take() else { return };
            let sends = call.wanted && !call.is_renamed();
            let takes = done && !refused;
            if takes {
                self.portal = sends.then_some(call.hash);
            }
            let outcome = match (answered, refused, sends) {
                (false, ..) => Outcome::Unanswered(Reason::own("no_answer", Default::default())),
                (true, true, _) => Outcome::Refused {
                    hash: call.hash,
                    uncertain: call.uncertain,
                    reasons: vec![Reason::own("no", Default::default())],
                    passes: true,
                },
                // A portal that answers has done it.
                (true, false, true) => {
                    self.portal = Some(call.hash);
                    Outcome::Taken {
                        hash: call.hash,
                        removal: call.removal.clone(),
                        portal_id: None,
                        url: None,
                        later: false,
                    }
                }
                (true, false, false) => {
                    self.portal = None;
                    Outcome::Gone
                }
            };
            self.publication
                .settle(outcome, String::new(), Timestamp(self.now), 0);
        }

        fn look(&mut self) {
            if self.call.is_none() {
                let listed = self.portal.map(|_| (None, None));
                self.publication.look(listed, Timestamp(self.now));
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn whatever_happens_in_the_end_the_portal_shows_what_is_wanted(events in events()) {
            let mut story = Story { publication: fresh(), portal: None, call: None, now: 1 };
            for event in events {
                story.now += 1_000;
                match event {
                    Event::Show(hash) => story.show(hash),
                    Event::Bar => story.publication.aim(Target::Barred(Vec::new()), Timestamp(story.now)),
                    Event::Hide => story.publication.aim(Target::Away, Timestamp(story.now)),
                    Event::Call => story.call(),
                    Event::End { done, answered, refused } => story.end(done, answered, refused),
                    Event::Die => {
                        // What was under way may have been heard all the same.
                        if let Some(call) = story.call.take() {
                            story.portal = (call.wanted && !call.is_renamed()).then_some(call.hash);
                        }
                        story.publication.uncertain |= story.publication.due_at.is_some();
                    }
                    Event::Lose => story.portal = None,
                    Event::Look => story.look(),
                }
            }
            story.end(true, true, false);
            story.look();
            for _ in 0..8 {
                story.now += 1_000_000;
                story.call();
                story.end(true, true, false);
                story.look();
            }
            let publication = &story.publication;
            prop_assert_eq!(publication.due_at, None);
            match (publication.wanted, publication.state) {
                (true, State::Refused) => {}
                (true, state) => {
                    prop_assert_eq!(state, State::Confirmed);
                    prop_assert_eq!(story.portal, Some(publication.hash));
                }
                (false, state) => {
                    prop_assert_eq!(state, State::Withdrawn);
                    prop_assert_eq!(story.portal, None);
                }
            }
        }
    }
}
