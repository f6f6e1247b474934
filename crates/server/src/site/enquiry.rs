//! A visitor sends a form: what he wrote is read, kept for him if something is wrong, and received.

use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use catalog::Listing;
use dictionary::{Category, Field, Kind, Label, Language, Vertical};
use enquiries::{HONEYPOT, NewEnquiry};
use store::{Account, Act, Actor, Error, User, Via};

use super::query::pairs_of;
use super::{Visit, listing};
use crate::limits::Peer;
use crate::pack::Page;
use crate::text::{say, unit_in};

pub const BODY_BYTES_MAX: usize = 64 << 10;
/// Users of an account who are told of an enquiry.
const TOLD_MAX: usize = 10;

/// What stands in a form, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Form {
    pub pairs: Vec<(String, String)>,
    /// Field and what is wrong with it, in the visitor's language.
    pub wrong: Vec<(String, String)>,
    /// The token that it was shown with.
    pub token: String,
}

/// A question of a category's request form.
pub struct Question {
    pub key: String,
    pub label: String,
    pub unit: String,
    pub choices: Vec<QuestionChoice>,
    pub said: String,
}

pub struct QuestionChoice {
    pub key: String,
    pub label: String,
    pub chosen: bool,
}

impl Form {
    pub fn of(text: &[u8]) -> Form {
        let pairs = pairs_of(&String::from_utf8_lossy(text));
        let mut form = Form {
            pairs,
            ..Form::default()
        };
        form.token = form.get("form").to_owned();
        form
    }

    pub fn get(&self, name: &str) -> &str {
        let pair = self.pairs.iter().find(|(n, _)| n == name);
        pair.map_or("", |(_, value)| value)
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let pairs = self.pairs.iter().filter(move |(n, _)| n == name);
        pairs.map(|(_, value)| value.as_str())
    }

    /// What is wrong with a field; empty when nothing is.
    pub fn wrong(&self, name: &str) -> &str {
        let pair = self.wrong.iter().find(|(n, _)| n == name);
        pair.map_or("", |(_, said)| said)
    }

    /// Why it is suspicious. The token stays good for what it was shown with.
    pub fn doubt(&self, visit: &Visit<'_>, parts: &Parts, about: &str) -> Option<&'static str> {
        let trapped = (!self.get(HONEYPOT).is_empty()).then_some("trap");
        let now = visit.deps.store.now();
        let peer = parts.extensions.get::<Peer>().cloned().unwrap_or_default();
        let flood = visit.deps.limits.is_flooding(&peer).then_some("many");
        trapped
            .or_else(|| visit.deps.form.doubt(self.get("form"), now, about))
            .or(flood)
    }

    /// What it asks, with the answers in the visitor's words.
    pub fn enquiry(&self, visit: &Visit<'_>, doubt: Option<&'static str>) -> NewEnquiry {
        let answers = self.pairs.iter().filter_map(|(name, value)| {
            let field = visit.vertical.field(name.strip_prefix("a_")?)?;
            let said = answered(field, value, visit.language);
            (!said.is_empty()).then(|| (field.label.get(visit.language).to_owned(), said))
        });
        NewEnquiry {
            name: self.get("name").to_owned(),
            email: self.get("email").to_owned(),
            phone: self.get("phone").to_owned(),
            text: self.get("text").to_owned(),
            answers: answers.collect(),
            language: visit.language,
            site: visit.site.key.clone(),
            reason: None,
            doubt,
        }
    }

    /// Takes over what is wrong, to be told beside the fields.
    pub fn take(&mut self, error: &Error, language: Language) {
        self.wrong = match error {
            Error::Invalid { wrong } => {
                let told = wrong.iter();
                told.map(|w| (w.field.clone(), w.message.get(language).to_owned()))
                    .collect()
            }
            other => vec![(String::new(), other.message().get(language).to_owned())],
        };
    }
}

/// An answer as a person reads it.
fn answered(field: &Field, value: &str, language: Language) -> String {
    let value = value.trim();
    if let Some(choice) = field.choice(value) {
        return choice.label.get(language).to_owned();
    }
    match (&field.kind, field.unit) {
        (Kind::Boolean, _) if matches!(value, "yes" | "no") => {
            say(language, if value == "yes" { "yes" } else { "no" }).to_owned()
        }
        (_, Some(own)) if value.bytes().all(|b| b.is_ascii_digit()) && !value.is_empty() => {
            format!("{value}\u{a0}{}", unit_in(own, language))
        }
        _ => value.to_owned(),
    }
}

/// The questions of a category's request form, with what was answered so far.
pub fn questions(
    vertical: &Vertical,
    category: &Category,
    form: &Form,
    language: Language,
) -> Vec<Question> {
    let fields = category.form.iter().filter_map(|key| vertical.field(key));
    let asked = fields.map(|field| {
        let said = form.get(&format!("a_{}", field.key)).to_owned();
        let choice = |key: &str, label: &str| QuestionChoice {
            key: key.to_owned(),
            label: label.to_owned(),
            chosen: said == key,
        };
        let choices = match field.kind {
            Kind::Boolean => ["yes", "no"]
                .map(|w| choice(w, say(language, if w == "yes" { "yes" } else { "no" })))
                .into(),
            _ => field
                .choices()
                .iter()
                .map(|c| choice(&c.key, c.label.get(language)))
                .collect(),
        };
        let own = field.unit.map_or("", |u| unit_in(u, language));
        Question {
            key: field.key.to_string(),
            label: field.label.get(language).to_owned(),
            unit: match field.kind {
                Kind::Money => "€".to_owned(),
                _ => own.to_owned(),
            },
            choices,
            said,
        }
    });
    asked.collect()
}

/// The form of a listing's page.
pub async fn receive(visit: &Visit<'_>, parts: &Parts, body: &Bytes) -> Response {
    let first = visit.path.first();
    let found = first.and_then(|part| listing::found(visit, part));
    let Some(found) = found.filter(|_| body.len() <= BODY_BYTES_MAX) else {
        return super::lost(visit, &parts.headers);
    };
    let mut form = Form::of(body);
    let doubt = form.doubt(visit, parts, &found.id.to_string());
    let new = form.enquiry(visit, doubt);
    match keep(visit, &found, new).await {
        Ok(()) => thanks(visit, &[&found]),
        Err(error) => {
            if error.status() >= 500 {
                tracing::error!(%error, "an enquiry could not be kept");
            }
            form.take(&error, visit.language);
            let made = listing::render(visit, &found, form, error.status());
            Page::new(made.html, made.status).send(&parts.headers)
        }
    }
}

/// On to the page that says what happens next.
pub fn thanks(visit: &Visit<'_>, asked: &[&Listing]) -> Response {
    let asked: Vec<String> = asked.iter().map(|l| format!("to={}", l.id)).collect();
    let address = format!("/{}/thanks?{}", visit.language.code(), asked.join("&"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response()
}

/// Gives an enquiry to the account of a listing.
pub async fn keep(visit: &Visit<'_>, found: &Listing, new: NewEnquiry) -> store::Result<()> {
    let store = &visit.deps.store;
    let (account, users) = {
        let mut read = store.read(&store.operator()).await?;
        let account = Account::find(&mut read, found.account).await?;
        let users = User::of(&mut read, found.account).await?;
        (account, users)
    };
    let users: Vec<String> = users.into_iter().map(|u| u.email).take(TOLD_MAX).collect();
    let act = Act::by(Actor::Person).via(Via::Site);
    let mut tx = store.begin(&store.visitor(account.id), act).await?;
    enquiries::receive(&mut tx, &account, &users, found, new).await?;
    tx.commit().await?;
    Ok(())
}

/// A sentence of the screens in all its languages.
pub fn label(key: &str) -> Label {
    let said = |l| say(l, key).to_owned();
    Label {
        fr: said(Language::Fr),
        nl: said(Language::Nl),
        en: said(Language::En),
        de: said(Language::De),
    }
}
