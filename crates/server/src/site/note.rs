//! Pages that have little of their own to say: nothing is here, something broke, it was sent.

use askama::Template;

use super::listing::id_of;
use super::query::pairs_of;
use super::view::{cards_html, href, title};
use super::{Frame, Made, Visit};
use crate::assets;
use crate::text::say;

#[derive(Template)]
#[template(path = "site/message.html")]
struct Message {
    frame: Frame,
    heading: &'static str,
    text: String,
    /// What happens next, in order.
    steps: Vec<String>,
    links: Vec<(String, String)>,
    /// A visitor who is lost may search from here.
    search: Option<String>,
    cards: String,
}

#[derive(Template)]
#[template(path = "site/broken.html")]
struct Broken {
    css: &'static str,
    said: Vec<(&'static str, &'static str, &'static str)>,
}

/// So many listings a visitor who came for nothing is shown.
const CARDS: usize = 8;
/// One form writes to at most so many.
const ASKED_MAX: usize = 3;

fn note(visit: &Visit<'_>, heading: &'static str, text: String) -> Message {
    let language = visit.language;
    let words = (heading.to_owned(), text.clone());
    let frame = visit.frame(words.0, words.1, |l| format!("/{}/", l.code()));
    Message {
        frame: Frame {
            noindex: true,
            ..frame
        },
        heading,
        text,
        steps: Vec::new(),
        links: vec![(
            say(language, "home").to_owned(),
            format!("/{}/", language.code()),
        )],
        search: None,
        cards: String::new(),
    }
}

fn with_ways_on(visit: &Visit<'_>, mut note: Message) -> Message {
    note.search = Some(format!("/{}/search", visit.language.code()));
    note.cards = cards_html(visit, &visit.newest(CARDS));
    note
}

pub fn accessibility(visit: &Visit<'_>) -> Made {
    let text = say(visit.language, "accessibility_text").to_owned();
    let mut note = note(visit, say(visit.language, "accessibility"), text);
    let path = |code: &str| format!("/{code}/accessibility");
    note.frame = visit.frame(note.heading.to_owned(), note.text.clone(), |l| {
        path(l.code())
    });
    Made::html(&note, 200)
}

pub fn lost(visit: &Visit<'_>) -> Made {
    let text = say(visit.language, "lost_hint").to_owned();
    let note = note(visit, say(visit.language, "lost"), text);
    Made::html(&with_ways_on(visit, note), 404)
}

/// A listing that was here once.
pub fn gone(visit: &Visit<'_>) -> Made {
    let text = say(visit.language, "gone_hint").to_owned();
    let note = note(visit, say(visit.language, "gone"), text);
    Made::html(&with_ways_on(visit, note), 410)
}

/// After a form was sent: to whom, and what happens next. `?to=` names the listings.
pub fn thanks(visit: &Visit<'_>) -> Made {
    let language = visit.language;
    let pairs = pairs_of(visit.query);
    let asked = pairs.iter().filter(|(name, _)| name == "to");
    let listings = asked.filter_map(|(_, id)| visit.deps.index.listing(id_of(id)?));
    let listings: Vec<_> = listings
        .filter(|l| l.vertical == visit.vertical.key)
        .take(ASKED_MAX)
        .collect();
    let mut names: Vec<String> = Vec::new();
    for listing in &listings {
        let name = visit.deps.account(listing.account).map(|a| a.name);
        names.extend(name.filter(|name| !names.contains(name)));
    }
    let text = match names.is_empty() {
        true => say(language, "thanks_hint").to_owned(),
        false => format!("{} {}.", say(language, "thanks_to"), names.join(", ")),
    };
    let mut note = note(visit, say(language, "thanks"), text);
    note.steps = [
        "thanks_mail",
        "thanks_answer",
        "thanks_reply",
        "thanks_spam",
    ]
    .map(|key| say(language, key).to_owned())
    .into();
    let back = listings.iter().map(|listing| {
        let title = title(listing, language, Some(&visit.vertical));
        (title, href(listing, language))
    });
    note.links = back.chain(note.links).collect();
    if let [one] = listings.as_slice() {
        note.cards = cards_html(visit, &visit.deps.index.similar(one, CARDS / 2));
    }
    Made::html(&note, 200)
}

/// Something broke: said in every language, as nobody knows any more which was asked for.
pub fn broken() -> String {
    let said =
        dictionary::Language::ALL.map(|l| (l.code(), say(l, "broken"), say(l, "broken_hint")));
    let page = Broken {
        css: assets::css_address(),
        said: said.into(),
    };
    page.render()
        .unwrap_or_else(|_| "<!doctype html><title>500</title>".into())
}
