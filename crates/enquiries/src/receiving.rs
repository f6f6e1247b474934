//! An enquiry arrives: it is checked, stored, and given to the account of the listing.

use catalog::Listing;
use dictionary::{Label, Language};
use relations::NewPerson;
use store::{
    Account, Change, Error, Id, Reads, Result, SECOND_MS, Timestamp, Tx, Wrong, json, kinds,
};

use crate::leads::{LeadState, write_mail, write_message};
use crate::letters;
use crate::spam::doubt_of_text;

/// What a visitor sent from a form.
#[derive(Clone, Debug, Default)]
pub struct NewEnquiry {
    pub name: String,
    pub email: String,
    pub phone: String,
    pub text: String,
    /// The answers of a request form, by field.
    pub answers: Vec<(String, String)>,
    pub language: Language,
    pub site: String,
    /// Why it comes to this account, if not for its listing alone.
    pub reason: Option<Label>,
    /// Why the form itself was suspicious.
    pub doubt: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub lead: Id<kinds::Lead>,
    /// Kept apart: it looks like spam.
    pub suspected: bool,
    /// The same was received a moment ago; it is this one.
    pub repeated: bool,
}

const NAME_LETTERS_MAX: usize = 120;
const TEXT_LETTERS_MAX: usize = 5_000;
/// The same person asking the same again within this time pressed the button twice.
const REPEATED_MS: i64 = 600 * SECOND_MS;

/// Stores an enquiry about a listing as a lead of its account, with the mails it causes. The scope
/// is the visitor's, narrowed to that account.
pub async fn receive(
    tx: &mut Tx,
    account: &Account,
    users: &[String],
    listing: &Listing,
    new: NewEnquiry,
) -> Result<Received> {
    check(&new)?;
    let suspicion = new.doubt.or_else(|| doubt_of_text(&new.text));
    // What a person corrected is not the same again, nor is what was kept apart at first.
    let told = json(&(
        new.email.to_lowercase(),
        listing.id,
        (&new.name, &new.phone, &new.text, &new.answers),
        suspicion.is_some(),
    ))?;
    let fingerprint = blake3::hash(told.as_bytes()).to_hex()[..32].to_owned();
    if let Some(lead) = earlier(tx, account, &fingerprint).await? {
        return Ok(Received {
            lead,
            suspected: false,
            repeated: true,
        });
    }
    let person = NewPerson {
        email: new.email.clone(),
        name: new.name.trim().to_owned(),
        phone: new.phone.trim().to_owned(),
        language: new.language,
    };
    let person = relations::record(tx, account.id, person).await?;
    let spoken = Language::parse(&account.language).unwrap_or_default();
    let about = listing.label(new.language);
    let reason = match &new.reason {
        Some(reason) => reason.get(spoken).to_owned(),
        None => letters::reason_listing(spoken, &listing.reference),
    };
    let state = if suspicion.is_some() {
        LeadState::Spam
    } else {
        LeadState::New
    };
    let lead: Id<kinds::Lead> = tx.id();
    let (now, answers) = (tx.now(), json(&new.answers)?);
    let sql =
        "INSERT INTO lead (id, account, person, listing, subject, state, reason, answers, site,
        language, fingerprint, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)";
    let vals = [
        lead.into(),
        account.id.into(),
        person.id.into(),
        listing.id.into(),
        (&about).into(),
        state.key().into(),
        (&reason).into(),
        answers.into(),
        (&new.site).into(),
        new.language.code().into(),
        fingerprint.into(),
        now.into(),
    ];
    tx.execute(sql, &vals).await?;
    let said = with_answers(&new);
    write_message(tx, account.id, lead, true, &person.name, &said).await?;
    tx.record(Change {
        account: Some(account.id),
        entity: "lead",
        id: lead.uuid(),
        fact: "lead.delivered",
        before: None,
        after: Some(format!(
            "{{\"listing\":\"{}\",\"state\":\"{}\",\"doubt\":{}}}",
            listing.id,
            state.key(),
            json(&suspicion)?
        )),
    });
    if suspicion.is_none() {
        let letter =
            letters::confirmation(new.language, &person.name, &account.name, &about, &said);
        let reply_to = users.first().map_or("", String::as_str);
        write_mail(tx, account, Some(lead), &person.email, reply_to, &letter).await?;
        let letter = letters::notice(
            spoken,
            &person.name,
            &person.email,
            &person.phone,
            &about,
            &said,
            &reason,
        );
        for user in users {
            write_mail(tx, account, Some(lead), user, &person.email, &letter).await?;
        }
    }
    Ok(Received {
        lead,
        suspected: suspicion.is_some(),
        repeated: false,
    })
}

fn with_answers(new: &NewEnquiry) -> String {
    let lines: Vec<String> = new
        .answers
        .iter()
        .map(|(q, a)| format!("{q}: {a}"))
        .collect();
    match (lines.is_empty(), new.text.trim().is_empty()) {
        (true, _) => new.text.trim().to_owned(),
        (false, true) => lines.join("\n"),
        (false, false) => format!("{}\n\n{}", lines.join("\n"), new.text.trim()),
    }
}

async fn earlier(
    tx: &mut Tx,
    account: &Account,
    fingerprint: &str,
) -> Result<Option<Id<kinds::Lead>>> {
    let since: Timestamp = tx.now().plus_ms(-REPEATED_MS);
    let sql = "SELECT id FROM lead WHERE account = $1 AND fingerprint = $2 AND created_at > $3";
    let row = tx
        .one(sql, &[account.id.into(), fingerprint.into(), since.into()])
        .await?;
    Ok(row.map(|row| row.id(0)))
}

fn check(new: &NewEnquiry) -> Result<()> {
    let mut wrong = Vec::new();
    let mut say = |field: &str, code: &'static str, [fr, nl, en, de]: [&str; 4]| {
        let message = Label {
            fr: fr.into(),
            nl: nl.into(),
            en: en.into(),
            de: de.into(),
        };
        wrong.push(Wrong {
            field: field.into(),
            code,
            message,
        });
    };
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > NAME_LETTERS_MAX || name.contains(['\n', '<', '>'])
    {
        say(
            "name",
            "name",
            [
                "Indiquez votre nom",
                "Vul uw naam in",
                "Please give your name",
                "Bitte nennen Sie Ihren Namen",
            ],
        );
    }
    let email = new.email.trim();
    let good = email.len() <= 254
        && email.split_once('@').is_some_and(|(a, b)| {
            !a.is_empty() && b.contains('.') && !b.starts_with('.') && !b.ends_with('.')
        })
        && !email.contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c));
    if !good {
        say(
            "email",
            "email",
            [
                "Indiquez une adresse e-mail valable, pour que l’on puisse vous répondre",
                "Vul een geldig e-mailadres in, zodat men u kan antwoorden",
                "Please give a valid e-mail address, so that you can be answered",
                "Bitte geben Sie eine gültige E-Mail-Adresse an, damit man Ihnen antworten kann",
            ],
        );
    }
    let empty = new.text.trim().is_empty() && new.answers.is_empty();
    if empty || new.text.chars().count() > TEXT_LETTERS_MAX {
        say(
            "text",
            "text",
            [
                "Écrivez votre message (5 000 caractères au plus)",
                "Schrijf uw bericht (hoogstens 5.000 tekens)",
                "Please write your message (5,000 characters at most)",
                "Bitte schreiben Sie Ihre Nachricht (höchstens 5.000 Zeichen)",
            ],
        );
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid { wrong })
    }
}
