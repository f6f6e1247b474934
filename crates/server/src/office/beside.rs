//! What belongs to a listing and stands in no field: its documents, who has to do with it, what was
//! noted, and on which portals it stands.

use axum::http::header;
use axum::response::IntoResponse;
use catalog::Listing;
use dictionary::Language;
use store::{Error, Id, Read, Result, kinds};

use super::{Answer, Visit, portals};
use crate::text::say;

pub struct Beside {
    /// Name, address, kind.
    pub documents: Vec<(String, String, String)>,
    /// Role and name.
    pub parties: Vec<(String, String)>,
    /// Day and author, and what was said.
    pub notes: Vec<(String, String)>,
    pub portals: Vec<Stands>,
}

/// Where a listing stands on one portal.
pub struct Stands {
    pub portal: String,
    pub key: &'static str,
    pub state: &'static str,
    pub url: Option<String>,
    pub reasons: Vec<String>,
}

pub async fn of(visit: &Visit, listing: &Listing) -> Result<Beside> {
    let (account, id) = (listing.account, listing.id);
    let mut read = visit.deps.store.read(&visit.own()?).await?;
    let documents = catalog::documents(&mut read, account, id).await?;
    let parties = relations::parties(&mut read, account, id).await?;
    let notes = relations::notes(&mut read, account, id).await?;
    let portals = stands(visit, &mut read, listing).await?;
    let documents = documents.into_iter().map(|d| {
        let address = format!("/listings/{id}/documents/{}", d.id);
        (d.name, address, d.kind)
    });
    let parties = parties
        .into_iter()
        .map(|p| (role(&p.role, visit.language), p.name));
    let notes = notes
        .into_iter()
        .map(|n| (format!("{} {}", n.said_on, n.author), n.body));
    Ok(Beside {
        documents: documents.collect(),
        parties: parties.collect(),
        notes: notes.collect(),
        portals,
    })
}

/// Why is it not online? In the order of the portals' names.
async fn stands(visit: &Visit, read: &mut Read, listing: &Listing) -> Result<Vec<Stands>> {
    let channels = publication::channels(read, listing.account).await?;
    let rows = publication::of_listing(read, listing.account, listing.id).await?;
    let mut stands: Vec<Stands> = rows
        .into_iter()
        .map(|row| {
            let channel = channels.iter().find(|channel| channel.id == row.channel);
            let said = row
                .reasons
                .iter()
                .map(|r| r.say.get(visit.language).to_owned());
            Stands {
                portal: channel
                    .map(|channel| channel.name.clone())
                    .unwrap_or_default(),
                key: row.state.key(),
                state: say(visit.language, portals::word(row.state)),
                reasons: said.collect(),
                url: row.url.filter(|url| url.starts_with("http")),
            }
        })
        .collect();
    stands.retain(|one| !one.portal.is_empty());
    stands.sort_by(|a, b| a.portal.cmp(&b.portal));
    Ok(stands)
}

/// The role in the reader's language; a word of another system as it was written.
fn role(role: &str, language: Language) -> String {
    let said = match role {
        "owner" => say(language, "party_owner"),
        "seller" => say(language, "party_seller"),
        "buyer" => say(language, "party_buyer"),
        "tenant" => say(language, "party_tenant"),
        "landlord" => say(language, "party_landlord"),
        "seeker" => say(language, "party_seeker"),
        "notary" => say(language, "party_notary"),
        "agent" => say(language, "party_agent"),
        "supplier" => say(language, "party_supplier"),
        "contact" => say(language, "party_contact"),
        other => other,
    };
    said.to_owned()
}

/// A document as it came.
pub async fn document(visit: &Visit, id: &str) -> Answer {
    let id: Id<kinds::Document> = id
        .parse()
        .map_err(|_| Error::NotFound { what: "document" })?;
    let mut read = visit.deps.store.read(&visit.own()?).await?;
    let found = catalog::document(&mut read, id).await?;
    drop(read);
    let found = found.ok_or(Error::NotFound { what: "document" })?;
    let file = tokio::fs::File::from_std(visit.deps.files.get(&found.hash)?);
    let body = axum::body::Body::from_stream(tokio_util::io::ReaderStream::new(file));
    let plain = |c: char| match c.is_ascii_alphanumeric() || "._-".contains(c) {
        true => c,
        false => '_',
    };
    let name: String = found.name.chars().map(plain).collect();
    let head = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    Ok((head, body).into_response())
}
