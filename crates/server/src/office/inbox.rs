//! The inbox: what was asked, and the answer.

use askama::Template;
use enquiries::LeadState;
use store::{Error, Id, Result, kinds};

use super::desk::{Desk, page};
use super::{Answer, Visit, see};
use crate::text::say;

#[derive(Template)]
#[template(path = "office/inbox.html")]
struct Inbox {
    desk: Desk,
    states: Vec<(String, String, bool, i64)>,
    leads: Vec<Row>,
}

struct Row {
    state: &'static str,
    said: &'static str,
    id: String,
    person: String,
    text: String,
    subject: String,
    at: String,
}

#[derive(Template)]
#[template(path = "office/lead.html")]
struct Thread {
    desk: Desk,
    may_erase: bool,
    id: String,
    subject: String,
    person: String,
    email: String,
    phone: String,
    reason: String,
    messages: Vec<(bool, String, String, String)>,
    mails: Vec<(String, String, String, String, String)>,
}

const LEADS: usize = 200;
const EXCERPT: usize = 90;

fn short(at: store::Timestamp) -> String {
    let at = at.to_string();
    format!("{} {}", &at[..10], &at[11..16])
}

pub async fn list(visit: &Visit) -> Answer {
    let chosen = visit.get("state").and_then(LeadState::parse);
    let mut read = visit.deps.store.read(&visit.own()?).await?;
    let counts = enquiries::counts(&mut read, visit.account.id).await?;
    let leads = enquiries::list_told(&mut read, visit.account.id, chosen, LEADS).await?;
    drop(read);
    let mut states = vec![(
        String::new(),
        say(visit.language, "all").to_owned(),
        chosen.is_none(),
        counts
            .iter()
            .filter(|(s, _)| *s != LeadState::Spam)
            .map(|(_, n)| n)
            .sum(),
    )];
    states.extend(LeadState::ALL.iter().map(|s| {
        let count = counts.iter().find(|(c, _)| c == s).map_or(0, |(_, n)| *n);
        (
            s.key().to_owned(),
            say(visit.language, s.key()).to_owned(),
            chosen == Some(*s),
            count,
        )
    }));
    let row = |(lead, who, text): &(enquiries::Lead, String, String)| Row {
        state: lead.state.key(),
        said: say(visit.language, lead.state.key()),
        id: lead.id.to_string(),
        person: who.clone(),
        text: text.chars().take(EXCERPT).collect(),
        subject: lead.subject.clone(),
        at: short(lead.updated_at),
    };
    let desk = Desk::of(visit, "inbox", say(visit.language, "inbox")).await?;
    page(&Inbox {
        desk,
        states,
        leads: leads.iter().map(row).collect(),
    })
}

fn lead_id(id: &str) -> Result<Id<kinds::Lead>> {
    id.parse().map_err(|_| Error::NotFound { what: "lead" })
}

pub async fn show(visit: &Visit, id: &str) -> Answer {
    let mut read = visit.deps.store.read(&visit.own()?).await?;
    let thread = enquiries::thread(&mut read, lead_id(id)?).await?;
    drop(read);
    if thread.lead.state == LeadState::New && visit.scope.may(store::Right::Write) {
        let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
        enquiries::mark(&mut tx, thread.lead.id, LeadState::Read).await?;
        tx.commit().await?;
    }
    let desk = Desk::of(visit, "inbox", &thread.lead.subject).await?;
    page(&Thread {
        desk,
        id: id.to_owned(),
        may_erase: visit.scope.may(store::Right::Manage),
        subject: thread.lead.subject,
        reason: thread.lead.reason,
        person: thread.person.name,
        email: thread.person.email,
        phone: thread.person.phone,
        messages: thread
            .messages
            .into_iter()
            .map(|m| (m.inward, m.author, short(m.at), m.body))
            .collect(),
        mails: thread
            .mails
            .into_iter()
            .map(|m| (short(m.at), m.recipient, m.state, m.subject, m.body))
            .collect(),
    })
}

pub async fn answer(visit: &Visit, id: &str) -> Answer {
    let form = visit.form();
    let text = form
        .iter()
        .find(|(n, _)| n == "text")
        .map(|(_, v)| v.replace("\r\n", "\n"))
        .unwrap_or_default();
    let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
    enquiries::answer(
        &mut tx,
        &visit.account,
        Some(&visit.user),
        lead_id(id)?,
        &text,
    )
    .await?;
    tx.commit().await?;
    see(&format!("/leads/{id}?said=sent"))
}

pub async fn mark(visit: &Visit, id: &str, state: &str) -> Answer {
    let state = LeadState::parse(state).ok_or(Error::NotFound { what: "page" })?;
    let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
    enquiries::mark(&mut tx, lead_id(id)?, state).await?;
    tx.commit().await?;
    see("/?said=saved")
}

/// The person with everything that he wrote and that was written to him, for good.
pub async fn erase(visit: &Visit, id: &str) -> Answer {
    visit.scope.demand(store::Right::Manage)?;
    let mut read = visit.deps.store.read(&visit.own()?).await?;
    let thread = enquiries::thread(&mut read, lead_id(id)?).await?;
    drop(read);
    let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
    enquiries::erase_person(&mut tx, thread.person.id).await?;
    tx.commit().await?;
    see("/?said=saved")
}
