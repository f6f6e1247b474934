//! A visitor sends the form of a listing.

use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use enquiries::{HONEYPOT, NewEnquiry};
use store::{Account, Act, Actor, Error, User, Via};

use super::query::pairs_of;
use super::{Visit, listing};
use crate::limits::Peer;
use crate::pack::Page;

const BODY_BYTES_MAX: usize = 64 << 10;

pub async fn receive(visit: &Visit<'_>, parts: &Parts, body: &Bytes) -> Response {
    let found = visit
        .path
        .first()
        .and_then(|part| listing::found(visit, part));
    let Some(found) = found.filter(|_| body.len() <= BODY_BYTES_MAX) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let pairs = pairs_of(&String::from_utf8_lossy(body));
    let get = |name: &str| {
        pairs
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.clone())
            .unwrap_or_default()
    };
    let trapped = (!get(HONEYPOT).is_empty()).then_some("trap");
    let now = visit.deps.store.now();
    let doubt = trapped.or(visit
        .deps
        .form
        .doubt(&get("form"), now, &found.id.to_string()));
    let peer = parts.extensions.get::<Peer>().cloned().unwrap_or_default();
    let flood = visit.deps.limits.is_flooding(&peer).then_some("many");
    let answers = pairs.iter().filter_map(|(name, value)| {
        let field = visit.vertical.field(name.strip_prefix("a_")?)?;
        let said = match field.choice(value) {
            Some(choice) => choice.label.get(visit.language).to_owned(),
            None => value.trim().to_owned(),
        };
        (!said.is_empty()).then(|| (field.label.get(visit.language).to_owned(), said))
    });
    let new = NewEnquiry {
        name: get("name"),
        email: get("email"),
        phone: get("phone"),
        text: get("text"),
        answers: answers.collect(),
        language: visit.language,
        site: visit.site.key.clone(),
        doubt: doubt.or(flood),
    };
    let form = (
        new.name.clone(),
        new.email.clone(),
        new.phone.clone(),
        new.text.clone(),
    );
    match keep(visit, &found, new).await {
        Ok(()) => {
            let address = format!("/{}/thanks", visit.language.code());
            (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response()
        }
        Err(error) => {
            let wrong = match &error {
                Error::Invalid { wrong } => wrong
                    .iter()
                    .map(|w| w.message.get(visit.language).to_owned())
                    .collect(),
                other => vec![other.message().get(visit.language).to_owned()],
            };
            if error.status() >= 500 {
                tracing::error!(%error, "an enquiry could not be kept");
            }
            let made = listing::render(visit, &found, wrong, form, error.status());
            Page::new(made.html, made.status).send(&parts.headers)
        }
    }
}

async fn keep(visit: &Visit<'_>, found: &catalog::Listing, new: NewEnquiry) -> store::Result<()> {
    let store = &visit.deps.store;
    let (account, users) = {
        let mut read = store.read(&store.operator()).await?;
        let account = Account::find(&mut read, found.account).await?;
        let users = User::of(&mut read, found.account).await?;
        (
            account,
            users
                .into_iter()
                .map(|u| u.email)
                .take(10)
                .collect::<Vec<_>>(),
        )
    };
    let act = Act::by(Actor::Person).via(Via::Site);
    let mut tx = store.begin(&store.visitor(account.id), act).await?;
    enquiries::receive(&mut tx, &account, &users, found, new).await?;
    tx.commit().await?;
    Ok(())
}
