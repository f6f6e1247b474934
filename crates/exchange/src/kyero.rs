//! Kyero v3, both ways. A `<property>` becomes a listing and a listing becomes the same again.

use std::sync::Arc;

use catalog::{Listing, NewListing};
use dictionary::{Decimal, Money, Photo, Place, Status, Texts, Value, Values, Vertical};
use formats::{Node, escape_xml};

use crate::convert::{clean, number};
use crate::portal::Portal;
use crate::record::Draft;
use crate::report::Problem;

pub(crate) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<root>\n  <kyero>\n    \
                               <feed_version>3</feed_version>\n  </kyero>\n";
pub(crate) const TAIL: &str = "</root>\n";

/// Our field, and where Kyero says it.
const NUMBERS: [(&str, &str); 4] = [
    ("bedrooms", "beds"),
    ("bathrooms", "baths"),
    ("living_area", "surface_area/built"),
    ("plot_area", "surface_area/plot"),
];
const FLAGS: [(&str, &str); 3] = [
    ("part_ownership", "part_ownership"),
    ("leasehold", "leasehold"),
    ("new_build", "new_build"),
];
const TEXTS: [(&str, &str); 3] = [
    ("title", "title"),
    ("description", "desc"),
    ("page_url", "url"),
];
const WORDS: [(&str, &str); 5] = [
    ("portal_id", "id"),
    ("location_detail", "location_detail"),
    ("notes", "notes"),
    ("video_url", "video_url"),
    ("virtual_tour_url", "virtual_tour_url"),
];
const OWNED: [&str; 23] = [
    "ref",
    "price",
    "purpose",
    "price_frequency",
    "bedrooms",
    "bathrooms",
    "living_area",
    "plot_area",
    "part_ownership",
    "leasehold",
    "new_build",
    "title",
    "description",
    "page_url",
    "portal_id",
    "location_detail",
    "notes",
    "video_url",
    "virtual_tour_url",
    "pool",
    "features",
    "energy_class",
    "ges_class",
];

pub(crate) fn owned_fields() -> Vec<Arc<str>> {
    OWNED.into_iter().chain(["place"]).map(Arc::from).collect()
}

pub(crate) fn draft(
    node: &Node,
    vertical: &Vertical,
    country: &str,
    fallback: Option<&str>,
    told: &mut dyn FnMut(Problem),
) -> Option<Draft> {
    let mut values = Values::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let (Some(value), Some(field)) = (value, vertical.field(key)) {
            match field.check(&value) {
                None => drop(values.insert(field.key.clone(), value)),
                Some(problem) => told(remark(key, problem.code, problem.message.en, false)),
            }
        }
    };
    let reference = node
        .at("ref")
        .or(node.at("id"))
        .map(clean)
        .unwrap_or_default();
    let new = node.at("price_freq").filter(|f| *f == "new_build");
    put("new_build", new.map(|_| Value::Boolean(true)));
    put("ref", node.at("ref").map(|t| Value::Text(clean(t))));
    put("price", price(node));
    let (purpose, frequency) = purpose(node.at("price_freq").unwrap_or("sale"));
    put("purpose", Some(Value::OneOf(purpose.into())));
    put("price_frequency", frequency.map(|f| Value::OneOf(f.into())));
    for (key, path) in NUMBERS {
        put(key, node.at(path).and_then(|t| measure(vertical, key, t)));
    }
    for (key, path) in FLAGS {
        put(
            key,
            node.at(path)
                .map(|t| Value::Boolean(t == "1" || t.eq_ignore_ascii_case("true"))),
        );
    }
    for (key, path) in TEXTS {
        put(key, node.child(path).and_then(texts));
    }
    for (key, path) in WORDS {
        // Where a sender had no number of its own, our feed said ours.
        let own = |t: &&str| key != "portal_id" || !(t.starts_with("lst_") || **t == reference);
        put(
            key,
            node.at(path).filter(own).map(|t| Value::Text(clean(t))),
        );
    }
    // Some senders write words where the format has a yes or no.
    put(
        "pool",
        node.at("pool").map(|t| {
            Value::Boolean(!matches!(
                t.to_lowercase().as_str(),
                "0" | "no" | "false" | "none"
            ))
        }),
    );
    put("features", features(node));
    put(
        "energy_class",
        class(
            vertical,
            "energy_class",
            node.at("energy_rating/consumption"),
        ),
    );
    put(
        "ges_class",
        class(vertical, "ges_class", node.at("energy_rating/emissions")),
    );
    put("place", Some(Value::Place(place(node, country).into())));
    // Version 2 has the type in several languages.
    let kind = node.child("type");
    let words = kind
        .into_iter()
        .flat_map(|t| std::iter::once(t).chain(&t.children));
    let words: Vec<&str> = words
        .map(|t| t.text.trim())
        .filter(|t| !t.is_empty())
        .collect();
    let word = words.first().copied().unwrap_or_default();
    let category = words
        .iter()
        .find_map(|word| vertical.category_like(word))
        .or_else(|| vertical.category_like(fallback?));
    let Some(category) = category else {
        let said = format!("the type “{word}” is not known; give a category with --category");
        told(remark("type", "no_category", said, true));
        return None;
    };
    let photos = node.child("images").map(photos).unwrap_or_default();
    let listing = NewListing {
        vertical: vertical.key.clone(),
        category: category.key.clone(),
        status: Status::Live,
        parent: None,
        level: None,
        reference: reference.clone(),
        values,
        photos,
    };
    Some(Draft {
        key: Some(reference).filter(|r| !r.is_empty()),
        listing,
        derived: Vec::new(),
    })
}

fn remark(column: &str, code: &'static str, message: String, refused: bool) -> Problem {
    Problem {
        row: 0,
        line: 0,
        column: column.to_owned(),
        code,
        message,
        refused,
    }
}

fn price(node: &Node) -> Option<Value> {
    let amount = number(node.at("price")?, false).ok()?;
    let currency = node
        .at("currency")
        .map(str::to_uppercase)
        .filter(|c| c.len() == 3);
    let currency = currency.unwrap_or_else(|| "EUR".into()).into();
    Some(Value::Money(Money {
        minor: (amount * 100.0).round() as i64,
        currency,
    }))
}

fn purpose(frequency: &str) -> (&'static str, Option<&'static str>) {
    match frequency.to_lowercase().as_str() {
        "month" => ("rent", Some("month")),
        "week" => ("holiday_rent", Some("week")),
        _ => ("sale", None),
    }
}

fn measure(vertical: &Vertical, key: &str, text: &str) -> Option<Value> {
    let value = number(text, false).ok()?;
    match vertical.field(key)?.kind {
        dictionary::Kind::Integer => Some(Value::Integer(value.round() as i64)),
        _ => Decimal::from_f64(value)
            .filter(|d| d.0 > 0)
            .map(Value::Decimal),
    }
}

/// A text per language, or one text that tells no language.
fn texts(node: &Node) -> Option<Value> {
    let mut texts: Texts = node
        .children
        .iter()
        .filter(|c| !c.text.trim().is_empty())
        .map(|c| (c.name.clone(), clean(&c.text)))
        .collect();
    if texts.is_empty() && !node.text.trim().is_empty() {
        texts.insert("en".into(), clean(&node.text));
    }
    (!texts.is_empty()).then_some(Value::Texts(texts))
}

fn features(node: &Node) -> Option<Value> {
    let lines: Vec<String> = node
        .child("features")?
        .children
        .iter()
        .filter_map(|f| {
            let own = f.text.trim();
            let nested = f.child("en").or(f.children.first()).map(|c| c.text.trim());
            Some(clean(if own.is_empty() { nested? } else { own })).filter(|t| !t.is_empty())
        })
        .collect();
    (!lines.is_empty()).then(|| Value::Text(lines.join("\n")))
}

fn class(vertical: &Vertical, key: &str, text: Option<&str>) -> Option<Value> {
    vertical
        .field(key)?
        .choice_like(text?)
        .map(|c| Value::OneOf(c.key.clone()))
}

fn place(node: &Node, country: &str) -> Place {
    let text = |path: &str| node.at(path).map(clean).unwrap_or_default();
    let degrees = |path: &str| {
        node.at(path)
            .and_then(|t| t.parse::<f64>().ok())
            .filter(|d| *d != 0.0 && d.abs() <= 180.0)
    };
    let country = match text("country") {
        named if named.len() == 2 => named.to_uppercase(),
        named if named.eq_ignore_ascii_case("spain") => "ES".into(),
        // Without one it is Spain for Kyero, unless the account's own postcodes say otherwise.
        _ if node.at("postcode").is_some() => country.to_owned(),
        _ => "ES".into(),
    };
    Place {
        country,
        postcode: text("postcode"),
        town: text("town"),
        region: text("province"),
        street: String::new(),
        number: String::new(),
        lat: degrees("location/latitude"),
        lon: degrees("location/longitude"),
    }
}

fn photos(images: &Node) -> Vec<Photo> {
    let one = |image: &Node| {
        let url = image
            .at("url")
            .or(Some(image.text.trim()).filter(|t| !t.is_empty()))?;
        let caption = image.child("title").and_then(texts).and_then(|v| match v {
            Value::Texts(texts) => Some(texts),
            _ => None,
        });
        Some(Photo {
            url: Some(clean(url)),
            caption: caption.unwrap_or_default(),
            ..Photo::default()
        })
    };
    images.children.iter().filter_map(one).collect()
}

/// Writes one listing as a `<property>`; photos of our own are told by their public address.
pub(crate) fn property(
    listing: &Listing,
    kind: &str,
    portal: &Portal,
    media_base: &str,
    out: &mut String,
) {
    out.push_str("  <property>\n");
    let text_of = |key: &str| match listing.values.get(key) {
        Some(Value::Text(text)) => Some(text.clone()),
        Some(Value::OneOf(key)) => Some(key.to_uppercase()),
        Some(Value::Integer(number)) => Some(number.to_string()),
        Some(Value::Decimal(number)) => Some(number.to_string()),
        Some(Value::Boolean(flag)) => Some(u8::from(*flag).to_string()),
        _ => None,
    };
    element(
        out,
        4,
        "id",
        &text_of("portal_id").unwrap_or_else(|| listing.id.to_string()),
    );
    let date = match listing.values.get("published_at") {
        Some(Value::Date(date)) => format!("{date} 00:00:00"),
        _ => listing
            .updated_at
            .to_string()
            .get(..19)
            .unwrap_or_default()
            .replace('T', " "),
    };
    element(out, 4, "date", &date);
    element(
        out,
        4,
        "ref",
        &text_of("ref").unwrap_or_else(|| listing.reference.clone()),
    );
    if let Some(price) = listing.price() {
        element(out, 4, "price", &format!("{}", price.minor / 100));
        element(out, 4, "currency", &price.currency);
    }
    let frequency = match (
        text_of("purpose").as_deref(),
        text_of("price_frequency").as_deref(),
    ) {
        (Some("RENT"), _) | (_, Some("MONTH")) => "month",
        (Some("HOLIDAY_RENT"), _) => "week",
        _ => "sale",
    };
    element(out, 4, "price_freq", frequency);
    for (key, path) in FLAGS {
        text_of(key)
            .into_iter()
            .for_each(|t| element(out, 4, path, &t));
    }
    element(out, 4, "type", kind);
    write_place(listing, out);
    for (key, path) in [
        ("bedrooms", "beds"),
        ("bathrooms", "baths"),
        ("pool", "pool"),
    ] {
        text_of(key)
            .into_iter()
            .for_each(|t| element(out, 4, path, &t));
    }
    group(
        out,
        "surface_area",
        &[
            ("built", text_of("living_area")),
            ("plot", text_of("plot_area")),
        ],
    );
    let class = |key: &str| text_of(key).map(|k| k.replace(['1', '2', '3'], ""));
    group(
        out,
        "energy_rating",
        &[
            ("consumption", class("energy_class")),
            ("emissions", class("ges_class")),
        ],
    );
    for (key, path) in TEXTS {
        if let Some(Value::Texts(texts)) = listing.values.get(key) {
            let parts: Vec<(&str, Option<String>)> = texts
                .iter()
                .map(|(l, t)| (l.as_str(), Some(t.clone())))
                .collect();
            group(out, path, &parts);
        }
    }
    for (key, path) in WORDS.into_iter().filter(|(k, _)| *k != "portal_id") {
        text_of(key)
            .into_iter()
            .for_each(|t| element(out, 4, path, &t));
    }
    if let Some(features) = text_of("features") {
        let lines: Vec<(&str, Option<String>)> = features
            .lines()
            .map(|l| ("feature", Some(l.to_owned())))
            .collect();
        group(out, "features", &lines);
    }
    images(listing, portal, media_base, out);
    out.push_str("  </property>\n");
}

fn write_place(listing: &Listing, out: &mut String) {
    let Some(place) = listing.place() else { return };
    for (name, text) in [
        ("town", &place.town),
        ("province", &place.region),
        ("country", &place.country),
        ("postcode", &place.postcode),
    ] {
        if !text.is_empty() {
            element(out, 4, name, text);
        }
    }
    let degrees = |d: Option<f64>| d.map(|d| d.to_string());
    group(
        out,
        "location",
        &[
            ("latitude", degrees(place.lat)),
            ("longitude", degrees(place.lon)),
        ],
    );
}

fn images(listing: &Listing, portal: &Portal, media_base: &str, out: &mut String) {
    let urls: Vec<(String, &Photo)> = listing
        .photos
        .iter()
        .filter_map(|photo| match (&photo.object, &photo.url) {
            (Some(object), _) => Some((format!("{media_base}/media/{object}/1600.jpg"), photo)),
            (None, Some(url)) => Some((url.clone(), photo)),
            (None, None) => None,
        })
        .take(portal.photos_max)
        .collect();
    if urls.is_empty() {
        return;
    }
    out.push_str("    <images>\n");
    for (number, (url, photo)) in urls.iter().enumerate() {
        out.push_str(&format!("      <image id=\"{}\">\n", number + 1));
        element(out, 8, "url", url);
        if !photo.caption.is_empty() {
            out.push_str("        <title>\n");
            photo
                .caption
                .iter()
                .for_each(|(l, t)| element(out, 10, l, t));
            out.push_str("        </title>\n");
        }
        out.push_str("      </image>\n");
    }
    out.push_str("    </images>\n");
}

fn group(out: &mut String, name: &str, parts: &[(&str, Option<String>)]) {
    if parts.iter().all(|(_, text)| text.is_none()) {
        return;
    }
    out.push_str(&format!("    <{name}>\n"));
    for (part, text) in parts {
        if let Some(text) = text {
            element(out, 6, part, text);
        }
    }
    out.push_str(&format!("    </{name}>\n"));
}

fn element(out: &mut String, indent: usize, name: &str, text: &str) {
    out.extend(std::iter::repeat_n(' ', indent));
    out.push('<');
    out.push_str(name);
    out.push('>');
    escape_xml(text, out);
    out.push_str("</");
    out.push_str(name);
    out.push_str(">\n");
}
