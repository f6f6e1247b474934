//! Leads: what an account was asked, and the thread of what was said.

use std::collections::HashMap;

use relations::Person;
use serde::Serialize;
use store::{
    Account, Change, Error, Id, NewJob, Reads, Result, Row, Timestamp, Tx, User, Val, count, json,
    kinds,
};

use crate::letters::Letter;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadState {
    New,
    Read,
    Answered,
    Closed,
    Spam,
}

#[derive(Clone, Debug, Serialize)]
pub struct Lead {
    pub id: Id<kinds::Lead>,
    pub account: Id<kinds::Account>,
    pub person: Id<kinds::Person>,
    pub listing: Option<Id<kinds::Listing>>,
    pub subject: String,
    pub state: LeadState,
    /// Why it was given to this account.
    pub reason: String,
    pub site: String,
    pub language: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Debug, Serialize)]
pub struct Message {
    pub id: Id<kinds::Message>,
    /// From the person, not to him.
    pub inward: bool,
    pub author: String,
    pub body: String,
    pub at: Timestamp,
}

#[derive(Clone, Debug, Serialize)]
pub struct Mail {
    pub id: Id<kinds::Mail>,
    pub recipient: String,
    pub subject: String,
    pub body: String,
    /// `kept` while there is no relay, `sent`, or `failed`.
    pub state: String,
    pub at: Timestamp,
}

/// A lead with all that was said.
#[derive(Clone, Debug, Serialize)]
pub struct Thread {
    pub lead: Lead,
    pub person: Person,
    pub messages: Vec<Message>,
    pub mails: Vec<Mail>,
}

const COLUMNS: &str =
    "id, account, person, listing, subject, state, reason, site, language, created_at, updated_at";
const ANSWER_LETTERS_MAX: usize = 20_000;

impl LeadState {
    pub const ALL: [LeadState; 5] = [
        LeadState::New,
        LeadState::Read,
        LeadState::Answered,
        LeadState::Closed,
        LeadState::Spam,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            LeadState::New => "new",
            LeadState::Read => "read",
            LeadState::Answered => "answered",
            LeadState::Closed => "closed",
            LeadState::Spam => "spam",
        }
    }

    pub fn parse(key: &str) -> Option<LeadState> {
        LeadState::ALL.into_iter().find(|s| s.key() == key)
    }

    const fn fact(self) -> &'static str {
        match self {
            LeadState::New => "lead.reopened",
            LeadState::Read => "lead.read",
            LeadState::Answered => "lead.answered",
            LeadState::Closed => "lead.closed",
            LeadState::Spam => "lead.marked_spam",
        }
    }
}

/// The leads of an account, newest first; spam only when asked for.
pub async fn list(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    state: Option<LeadState>,
    limit: usize,
) -> Result<Vec<Lead>> {
    let account = read.scope().reach(account)?;
    let (condition, val): (&str, Val) = match state {
        Some(state) => ("state = $2", state.key().into()),
        None => ("state <> $2", LeadState::Spam.key().into()),
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM lead WHERE account = $1 AND {condition} ORDER BY updated_at DESC, id DESC LIMIT $3"
    );
    Ok(read
        .query(&sql, &[account.into(), val, count(limit)])
        .await?
        .iter()
        .map(lead)
        .collect())
}

/// Leads asked for in one statement.
const TOLD: usize = 200;

/// The same with who asked, and the beginning of what he wrote last.
pub async fn list_told(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    state: Option<LeadState>,
    limit: usize,
) -> Result<Vec<(Lead, String, String)>> {
    let leads = list(read, account, state, limit).await?;
    let mut told = Vec::with_capacity(leads.len());
    for chunk in leads.chunks(TOLD) {
        let slots: Vec<String> = (1..=chunk.len()).map(|n| format!("${n}")).collect();
        let vals: Vec<Val> = chunk.iter().map(|lead| lead.id.into()).collect();
        let sql = format!(
            "SELECT l.id, p.name, m.body FROM lead l JOIN person p ON p.id = l.person
            JOIN message m ON m.lead = l.id
            WHERE m.inward AND l.id IN ({}) ORDER BY m.at",
            slots.join(", ")
        );
        let rows = read.query(&sql, &vals).await?;
        let said = rows
            .iter()
            .map(|row| (row.id(0), (row.text(1).to_owned(), row.text(2).to_owned())));
        let mut said: HashMap<Id<kinds::Lead>, (String, String)> = said.collect();
        for lead in chunk {
            let (who, text) = said.remove(&lead.id).unwrap_or_default();
            told.push((lead.clone(), who, text));
        }
    }
    Ok(told)
}

/// How many leads stand in each state.
pub async fn counts(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
) -> Result<Vec<(LeadState, i64)>> {
    let account = read.scope().reach(account)?;
    let sql = "SELECT state, COUNT(*) FROM lead WHERE account = $1 GROUP BY state";
    let rows = read.query(sql, &[account.into()]).await?;
    Ok(rows
        .iter()
        .filter_map(|r| Some((LeadState::parse(r.text(0))?, r.int(1))))
        .collect())
}

pub async fn find(read: &mut impl Reads, id: Id<kinds::Lead>) -> Result<Lead> {
    let sql = format!("SELECT {COLUMNS} FROM lead WHERE id = $1");
    let found = read.one(&sql, &[id.into()]).await?.as_ref().map(lead);
    found
        .filter(|l| read.scope().reach(l.account).is_ok())
        .ok_or(Error::NotFound { what: "lead" })
}

pub async fn thread(read: &mut impl Reads, id: Id<kinds::Lead>) -> Result<Thread> {
    let lead = find(read, id).await?;
    let person = relations::find(read, lead.person).await?;
    let sql = "SELECT id, inward, author, body, at FROM message
        WHERE account = $1 AND lead = $2 ORDER BY at, id";
    let rows = read.query(sql, &[lead.account.into(), id.into()]).await?;
    let message = |r: &Row| Message {
        id: r.id(0),
        inward: r.bool(1),
        author: r.text(2).into(),
        body: r.text(3).into(),
        at: r.time(4),
    };
    let messages = rows.iter().map(message).collect();
    let sql = "SELECT id, recipient, subject, body, state, at FROM mail
        WHERE account = $1 AND lead = $2 ORDER BY at, id";
    let rows = read.query(sql, &[lead.account.into(), id.into()]).await?;
    let mails = rows.iter().map(mail).collect();
    Ok(Thread {
        lead,
        person,
        messages,
        mails,
    })
}

/// The mails of an account, newest first.
pub async fn mails(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    limit: usize,
) -> Result<Vec<Mail>> {
    let account = read.scope().reach(account)?;
    let sql = "SELECT id, recipient, subject, body, state, at FROM mail
        WHERE account = $1 ORDER BY at DESC, id DESC LIMIT $2";
    Ok(read
        .query(sql, &[account.into(), count(limit)])
        .await?
        .iter()
        .map(mail)
        .collect())
}

/// Moves a lead to another state.
pub async fn mark(tx: &mut Tx, id: Id<kinds::Lead>, state: LeadState) -> Result<Lead> {
    let before = find(tx, id).await?;
    if before.state == state {
        return Ok(before);
    }
    let now = tx.now();
    let sql = "UPDATE lead SET state = $2, updated_at = $3 WHERE id = $1";
    tx.execute(sql, &[id.into(), state.key().into(), now.into()])
        .await?;
    let told = |state: LeadState| Some(format!("{{\"state\":\"{}\"}}", state.key()));
    tx.record(Change {
        account: Some(before.account),
        entity: "lead",
        id: id.uuid(),
        fact: state.fact(),
        before: told(before.state),
        after: told(state),
    });
    Ok(Lead {
        state,
        updated_at: now,
        ..before
    })
}

/// Answers the person by mail and keeps the answer in the thread.
pub async fn answer(
    tx: &mut Tx,
    account: &Account,
    user: Option<&User>,
    id: Id<kinds::Lead>,
    text: &str,
) -> Result<Lead> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > ANSWER_LETTERS_MAX {
        return Err(Error::refused(
            "answer_length",
            [
                "Écrivez une réponse (20 000 caractères au plus)",
                "Schrijf een antwoord (hoogstens 20.000 tekens)",
                "Please write an answer (20,000 characters at most)",
                "Bitte schreiben Sie eine Antwort (höchstens 20.000 Zeichen)",
            ],
        ));
    }
    let lead = find(tx, id).await?;
    let person = relations::find(tx, lead.person).await?;
    let author = user.map_or(account.name.as_str(), |u| u.name.as_str());
    write_message(tx, account.id, id, false, author, text).await?;
    let letter = Letter {
        subject: format!("Re: {}", lead.subject),
        body: format!("{text}\n\n{author}\n{}", account.name),
    };
    let reply_to = user.map_or("", |u| u.email.as_str());
    write_mail(tx, account, Some(id), &person.email, reply_to, &letter).await?;
    mark(tx, id, LeadState::Answered).await
}

pub(crate) async fn write_message(
    tx: &mut Tx,
    account: Id<kinds::Account>,
    lead: Id<kinds::Lead>,
    inward: bool,
    author: &str,
    body: &str,
) -> Result<()> {
    let id: Id<kinds::Message> = tx.id();
    let now = tx.now();
    let sql = "INSERT INTO message (id, account, lead, inward, author, body, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let vals = [
        id.into(),
        account.into(),
        lead.into(),
        inward.into(),
        author.into(),
        body.into(),
        now.into(),
    ];
    tx.execute(sql, &vals).await.map(|_| ())
}

/// Writes to one of the account's own people, in the account's name.
pub async fn notify(
    tx: &mut Tx,
    account: &Account,
    recipient: &str,
    subject: &str,
    body: &str,
) -> Result<()> {
    let letter = Letter {
        subject: subject.to_owned(),
        body: body.to_owned(),
    };
    write_mail(tx, account, None, recipient, "", &letter).await
}

/// Keeps a mail in the account's name and decides that it shall be sent, both in this transaction.
/// An answer to it goes to `reply_to`.
pub(crate) async fn write_mail(
    tx: &mut Tx,
    account: &Account,
    lead: Option<Id<kinds::Lead>>,
    recipient: &str,
    reply_to: &str,
    letter: &Letter,
) -> Result<()> {
    let id: Id<kinds::Mail> = tx.id();
    let now = tx.now();
    let sql = "INSERT INTO mail (id, account, lead, sender, recipient, reply_to, subject, body, state, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'kept', $9)";
    let subject = letter.subject.replace(['\n', '\r'], " ");
    let vals = [
        id.into(),
        account.id.into(),
        lead.into(),
        (&account.name).into(),
        recipient.into(),
        reply_to.into(),
        subject.into(),
        (&letter.body).into(),
        now.into(),
    ];
    tx.execute(sql, &vals).await?;
    let payload = json(&id)?;
    tx.enqueue(NewJob {
        kind: "mail",
        key: id.to_string(),
        account: Some(account.id),
        payload,
        due: now,
    });
    Ok(())
}

fn lead(row: &Row) -> Lead {
    Lead {
        id: row.id(0),
        account: row.id(1),
        person: row.id(2),
        listing: row.opt_id(3),
        subject: row.text(4).into(),
        state: LeadState::parse(row.text(5)).unwrap_or(LeadState::New),
        reason: row.text(6).into(),
        site: row.text(7).into(),
        language: row.text(8).into(),
        created_at: row.time(9),
        updated_at: row.time(10),
    }
}

fn mail(row: &Row) -> Mail {
    Mail {
        id: row.id(0),
        recipient: row.text(1).into(),
        subject: row.text(2).into(),
        body: row.text(3).into(),
        state: row.text(4).into(),
        at: row.time(5),
    }
}
