//! Parameters of addresses: what each means and may hold. What it cannot hold is refused by name.

use dictionary::Label;
use serde_json::{Value, json};
use store::{Error, Position, Timestamp, Wrong};

use super::routes::Route;

#[derive(Clone, Copy, Debug)]
pub struct Param {
    pub name: &'static str,
    pub meaning: &'static str,
    pub shape: Shape,
}

#[derive(Clone, Copy, Debug)]
pub enum Shape {
    Text,
    Words(&'static [&'static str]),
    /// From 1 to the second; the first when it is not given.
    Count(u64, u64),
    Version,
    Yes,
    /// A day (up to its end, UTC) or an instant.
    Instant,
    /// A place in the journal.
    Position,
    /// An id of any kind, or a bare UUID.
    Id,
    Number,
}

const fn param(name: &'static str, shape: Shape, meaning: &'static str) -> Param {
    Param {
        name,
        meaning,
        shape,
    }
}

pub const STATUSES: &[&str] = &["draft", "live", "reserved", "sold", "withdrawn"];
pub const LEAD_STATES: &[&str] = &["new", "read", "answered", "closed", "spam"];
pub const ROLES: &[&str] = &["manager", "agent", "read-only"];
pub const LEVELS: &[&str] = &["project", "phase", "building", "floor", "unit"];
pub const LANGUAGES: &[&str] = &["fr", "nl", "en", "de"];

pub const ACCOUNT: Param = param(
    "account",
    Shape::Text,
    "The slug of the account; the operator names one, everybody else has his own",
);
pub const CURSOR: Param = param("cursor", Shape::Text, "Where the answer before ended");
pub const AS_OF: Param = param(
    "as_of",
    Shape::Instant,
    "The listing as it was then: a day means its end, UTC; else an instant such as 2026-11-24T10:00:00Z",
);
pub const VERSION: Param = param(
    "version",
    Shape::Version,
    "Refuses when the listing has another version by now",
);
pub const SINCE: Param = param("since", Shape::Position, "After this `seq`");
pub const ENTITY: Param = param(
    "entity",
    Shape::Id,
    "Only what happened to this: an id such as lst_…",
);
pub const BATCH: Param = param("batch", Shape::Id, "Only what this batch did: bat_…");
pub const STATUS: Param = param("status", Shape::Words(STATUSES), "In this state");
pub const STATE: Param = param(
    "state",
    Shape::Words(LEAD_STATES),
    "In this state; spam is left out unless it is asked for",
);
pub const CATEGORY: Param = param(
    "category",
    Shape::Text,
    "The key of a category of the vertical",
);
pub const WORDS: Param = param(
    "q",
    Shape::Text,
    "The beginning of a reference, or part of any text",
);
pub const NAME: Param = param(
    "name",
    Shape::Text,
    "What the file is called; its batch is recognised by it",
);
pub const FEED: Param = param(
    "feed",
    Shape::Text,
    "Which of the account's feeds it is a delivery of; by default the one with the same columns",
);
pub const PARTIAL: Param = param(
    "partial",
    Shape::Yes,
    "The file holds only a part of the feed: what is missing is not withdrawn",
);
pub const CLEARANCE: Param = param(
    "clearance",
    Shape::Yes,
    "Withdraw what is missing even when over 30 % of the feed is",
);
pub const ANYWAY: Param = param(
    "anyway",
    Shape::Yes,
    "Go on with a file of which hardly any row can be taken",
);
pub const PARCEL: Param = param(
    "parcel",
    Shape::Text,
    "What the file is put to: the `parcel` of an earlier answer; a new one when it is not given",
);
pub const FILE_NAME: Param = param(
    "name",
    Shape::Text,
    "What the file is called; its ending and its name help to tell what it holds",
);
pub const VERTICAL: Param = param("vertical", Shape::Text, "The key of a vertical");
pub const SEARCH: &[Param] = &[
    VERTICAL,
    CATEGORY,
    param("q", Shape::Text, "Words that the texts hold"),
    param("price_min", Shape::Number, "In whole units of the currency"),
    param("price_max", Shape::Number, "In whole units of the currency"),
    param("near", Shape::Text, "A town or a postcode"),
    param(
        "radius_km",
        Shape::Number,
        "Around `near`; 15 when it is not given",
    ),
    param("sort", Shape::Text, "Newest first unless said otherwise"),
    param("language", Shape::Text, "Of the words asked for"),
    CURSOR,
    limit(20, 100),
];

pub const fn limit(usual: u64, most: u64) -> Param {
    param("limit", Shape::Count(usual, most), "How many at most")
}

impl Param {
    pub fn schema(&self) -> Value {
        match self.shape {
            Shape::Text => json!({ "type": "string" }),
            Shape::Words(words) => json!({ "type": "string", "enum": words }),
            Shape::Count(usual, most) => {
                json!({ "type": "integer", "minimum": 1, "maximum": most, "default": usual })
            }
            Shape::Version => json!({ "type": "integer", "minimum": 1 }),
            Shape::Yes => json!({ "type": "boolean", "default": false }),
            Shape::Instant => json!({ "type": "string", "examples": ["2026-11-24"] }),
            Shape::Position => json!({ "type": "string", "examples": ["1200", "7731.1200"] }),
            Shape::Id => json!({ "type": "string" }),
            Shape::Number => json!({ "type": "number" }),
        }
    }

    /// What it may hold, when that is not what it does hold.
    fn wishes(&self, value: &str) -> Option<String> {
        let fits = match self.shape {
            Shape::Text | Shape::Number => true,
            Shape::Words(words) => words.contains(&value),
            Shape::Count(_, most) => value.parse().is_ok_and(|n: u64| (1..=most).contains(&n)),
            Shape::Version => value.parse().is_ok_and(|n: i64| n > 0),
            Shape::Yes => ["true", "false", "1", "0"].contains(&value),
            Shape::Instant => Timestamp::parse(value).is_some(),
            Shape::Position => value.parse::<Position>().is_ok(),
            Shape::Id => uuid_of(value).is_some(),
        };
        (!fits).then(|| match self.shape {
            Shape::Words(words) => words.join(", "),
            Shape::Count(_, most) => format!("1–{most}"),
            Shape::Version => "1, 2, 3 …".into(),
            Shape::Yes => "true, false".into(),
            Shape::Instant => "2026-11-24, 2026-11-24T10:00:00Z".into(),
            Shape::Position => "1200, 7731.1200".into(),
            Shape::Id => "lst_…, bat_…, lead_…, UUID".into(),
            Shape::Text | Shape::Number => String::new(),
        })
    }
}

/// The UUID in an id of any kind.
pub fn uuid_of(text: &str) -> Option<store::Uuid> {
    if let Ok(bare) = text.parse() {
        return Some(bare);
    }
    let (_, letters) = text.rsplit_once('_')?;
    let id: Result<store::Id<store::kinds::Listing>, _> = format!("lst_{letters}").parse();
    id.ok().map(store::Id::uuid)
}

/// Refuses parameters that a route does not have, and values that they cannot hold.
pub fn check(route: &Route, query: &[(String, String)]) -> Result<(), Error> {
    let mut wrong = Vec::new();
    for (name, value) in query.iter().filter(|(_, value)| !value.is_empty()) {
        let known = route.query.iter().find(|p| p.name == name);
        match known {
            None if route.has_filters => {}
            None => {
                let names: Vec<&str> = route.query.iter().map(|p| p.name).collect();
                wrong.push(not_among(
                    name,
                    "unknown_parameter",
                    name,
                    &names.join(", "),
                ));
            }
            Some(param) => wrong.extend(
                param
                    .wishes(value)
                    .map(|wishes| not_among(name, "unknown_value", value, &wishes)),
            ),
        }
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Error::Invalid { wrong }),
    }
}

/// A value that is none of those there are.
pub fn not_among(field: &str, code: &'static str, value: &str, there_are: &str) -> Wrong {
    let value: String = value.chars().take(60).collect();
    let message = match there_are {
        "" => Label {
            fr: format!("« {value} » n’existe pas ici, où il n’y a pas de paramètres"),
            nl: format!("“{value}” bestaat hier niet; er zijn hier geen parameters"),
            en: format!("There is no “{value}” here; this address takes no parameters"),
            de: format!("„{value}“ gibt es hier nicht; diese Adresse hat keine Parameter"),
        },
        _ => Label {
            fr: format!("« {value} » n’existe pas ; il y a : {there_are}"),
            nl: format!("“{value}” bestaat niet; er zijn: {there_are}"),
            en: format!("There is no “{value}”; there are: {there_are}"),
            de: format!("„{value}“ gibt es nicht; es gibt: {there_are}"),
        },
    };
    Wrong {
        field: field.to_owned(),
        code,
        message,
    }
}
