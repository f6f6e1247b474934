//! A row of a table becomes a listing, with remarks on what could not be taken.

use std::sync::Arc;

use ahash::AHashMap;
use catalog::NewListing;
use dictionary::{Kind, Photo, Place, Status, Value, Values, Vertical, fold};
use gazetteer::Gazetteer;

use crate::convert::{Manner, Unread, clean, convert, is_nothing};
use crate::feed::Reader;
use crate::mapping::Mapping;
use crate::report::Problem;

/// Words that repeat are converted once; a column of texts must not fill the memory.
const REMEMBERED_MAX: usize = 5_000;
const PHOTOS_MAX: usize = 100;

/// Turns rows into listings by a mapping. Remembers the words it has converted.
pub(crate) struct Drafter {
    vertical: Arc<Vertical>,
    targets: Vec<(usize, Target, Manner)>,
    columns: Vec<String>,
    key: Option<String>,
    category: Option<Arc<str>>,
    country: String,
    remembered: Vec<AHashMap<String, Result<Value, Unread>>>,
    models: AHashMap<(Arc<str>, String), Option<Arc<str>>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    Field(usize),
    Category,
    SubCategory,
    Status,
    Photos,
    Currency,
    Place(&'static str),
}

/// A listing to be, with the key it has in its feed.
pub(crate) struct Draft {
    pub(crate) key: Option<String>,
    pub(crate) listing: NewListing,
}

impl Drafter {
    pub(crate) fn new(
        vertical: Arc<Vertical>,
        mapping: &Mapping,
        currency: &str,
        country: &str,
    ) -> Drafter {
        let mut targets = Vec::new();
        for (at, column) in mapping.columns.iter().enumerate() {
            let Some(field) = &column.field else { continue };
            let manner = Manner {
                currency: currency.into(),
                comma_decimal: column.comma_decimal,
            };
            if let Some(target) = target(&vertical, field) {
                targets.push((at, target, manner));
            }
        }
        let category = mapping
            .category
            .as_deref()
            .and_then(|c| vertical.category_like(c));
        let category = category.map(|c| c.key.clone());
        Drafter {
            remembered: targets.iter().map(|_| AHashMap::new()).collect(),
            columns: mapping.columns.iter().map(|c| c.column.clone()).collect(),
            key: mapping.key.clone(),
            country: country.to_owned(),
            models: AHashMap::new(),
            vertical,
            targets,
            category,
        }
    }

    /// The listing of a row; the remarks go to `told`. A refused row returns None.
    pub(crate) fn draft(
        &mut self,
        cells: &[impl AsRef<str>],
        told: &mut dyn FnMut(Problem),
    ) -> Option<Draft> {
        let mut values = Values::new();
        let (mut place, mut category, mut sub) = (Place::default(), None, None);
        let (mut photos, mut status, mut currency) = (Vec::new(), Status::Live, None);
        for number in 0..self.targets.len() {
            let (at, target, manner) = &self.targets[number];
            let Some(cell) = cells.get(*at).map(AsRef::as_ref) else {
                continue;
            };
            if cell.is_empty() {
                continue;
            }
            match target {
                Target::Field(slot) => {
                    let (slot, manner) = (*slot, manner.clone());
                    match self.value(number, slot, cell, &manner) {
                        Ok(value) => {
                            let key = self.vertical.fields[slot].key.clone();
                            values.insert(key, value);
                        }
                        Err(Unread::Empty) => {}
                        Err(why) => told(self.remark(self.targets[number].0, why, slot, cell)),
                    }
                }
                Target::Category => {
                    category = self
                        .vertical
                        .category_like(cell)
                        .map(|c| c.key.clone())
                        .or(category)
                }
                Target::SubCategory => {
                    sub = self.vertical.category_like(cell).map(|c| c.key.clone())
                }
                Target::Status => status = status_of(cell),
                Target::Photos => photos.extend(photo_urls(cell)),
                Target::Currency => currency = Some(cell.trim().to_uppercase()),
                Target::Place(part) => put_place(&mut place, part, cell),
            }
        }
        if let (Some(code), Some(Value::Money(money))) = (currency, values.get_mut("price"))
            && code.len() == 3
        {
            money.currency = code.into();
        }
        self.finish_model(&mut values);
        self.finish_year(&mut values);
        self.finish_place(&mut values, place);
        photos.truncate(PHOTOS_MAX);
        let category = sub.or(category).or_else(|| self.category_of_body(&values));
        let Some(category) = category.or_else(|| self.category.clone()) else {
            told(Problem {
                row: 0,
                line: 0,
                column: "category".into(),
                code: "no_category",
                refused: true,
                message: "this row does not say what kind of listing it is; fill its category, or give one for all with --category"
                    .into(),
            });
            return None;
        };
        self.drop_unfit(&category, &mut values, told);
        if values.is_empty() {
            told(Problem {
                row: 0,
                line: 0,
                column: String::new(),
                code: "empty_row",
                refused: true,
                message: "nothing in this row could be taken".into(),
            });
            return None;
        }
        let key = self.key_of(&values);
        let reference = match values.get("ref") {
            Some(Value::Text(reference)) => reference.clone(),
            _ => key.clone().unwrap_or_default(),
        };
        let vertical = self.vertical.key.clone();
        let listing = NewListing {
            vertical,
            category,
            status,
            parent: None,
            level: None,
            reference,
            values,
            photos,
        };
        Some(Draft { key, listing })
    }

    /// The key of a row that is refused, as long as its cell can be found.
    pub(crate) fn key_in(&self, reader: &Reader, raw: &formats::Raw<'_>) -> Option<String> {
        let field = self.vertical.field_index(self.key.as_deref()?)?;
        let is_key = |target: &&(usize, Target, Manner)| target.1 == Target::Field(field);
        let (at, _, _) = self.targets.iter().find(is_key)?;
        let cells = reader.cells(raw).ok()?;
        cells.get(*at).map(|c| clean(c)).filter(|c| !is_nothing(c))
    }

    fn value(
        &mut self,
        number: usize,
        slot: usize,
        cell: &str,
        manner: &Manner,
    ) -> Result<Value, Unread> {
        let field = &self.vertical.fields[slot];
        match field.kind {
            // The screens' languages are told apart by nothing here: the file speaks the country's.
            Kind::Translated if is_nothing(cell) => return Err(Unread::Empty),
            Kind::Translated => {
                return Ok(Value::Texts(
                    [(language_of(&self.country).to_owned(), clean(cell))].into(),
                ));
            }
            Kind::Text | Kind::Person => return convert(field, cell, manner),
            Kind::OneOf(_) if field.choices().iter().any(|c| c.within.is_some()) => {
                // Which model a word means is known once the make is.
                return Ok(Value::Text(cell.trim().to_owned()));
            }
            _ => {}
        }
        if let Some(known) = self.remembered[number].get(cell) {
            return known.clone();
        }
        let mut value = convert(field, cell, manner);
        if let Ok(read) = &value
            && field.check(read).is_some()
        {
            value = Err(Unread::NotANumber);
        }
        if self.remembered[number].len() < REMEMBERED_MAX {
            self.remembered[number].insert(cell.to_owned(), value.clone());
        }
        value
    }

    fn remark(&self, at: usize, why: Unread, slot: usize, cell: &str) -> Problem {
        let field = &self.vertical.fields[slot];
        let shown: String = cell.chars().take(60).collect();
        let said = match why {
            Unread::UnknownChoice => format!(
                "“{shown}” is no known choice of {}; left empty",
                field.label.en
            ),
            Unread::NotADate => format!("“{shown}” is no date; {} left empty", field.label.en),
            Unread::NotYesOrNo => format!(
                "“{shown}” is neither yes nor no; {} left empty",
                field.label.en
            ),
            _ => format!(
                "“{shown}” does not fit {}{}; left empty",
                field.label.en,
                bounds(field)
            ),
        };
        Problem {
            row: 0,
            line: 0,
            column: self.columns[at].clone(),
            code: why.code(),
            message: said,
            refused: false,
        }
    }

    /// The model among those of its make; a word that is none of them stays as a text.
    fn finish_model(&mut self, values: &mut Values) {
        let Some(Value::Text(word)) = values.remove("model") else {
            return;
        };
        let Some(field) = self.vertical.field("model") else {
            return;
        };
        let make = match values.get("make") {
            Some(Value::OneOf(make)) => make.clone(),
            _ => Arc::from(""),
        };
        let asked = (make.clone(), word.clone());
        let found = self.models.get(&asked).cloned().unwrap_or_else(|| {
            let folded = fold(&word);
            let first = folded.split(' ').next().unwrap_or_default().to_owned();
            let of_make = || {
                field
                    .choices()
                    .iter()
                    .filter(|c| c.within.as_ref() == Some(&make))
            };
            let is = |c: &&dictionary::Choice, w: &str| {
                fold(&c.label.en) == w || c.synonyms.iter().any(|s| s == w)
            };
            let found = of_make()
                .find(|c| is(c, &folded))
                .or_else(|| of_make().find(|c| is(c, &first)));
            let found = found.map(|c| c.key.clone());
            if self.models.len() < REMEMBERED_MAX * 4 {
                self.models.insert(asked, found.clone());
            }
            found
        });
        match found {
            Some(model) => drop(values.insert("model".into(), Value::OneOf(model))),
            None if is_nothing(&word) => {}
            None => drop(values.insert("model_text".into(), Value::Text(clean(&word)))),
        }
    }

    fn finish_year(&self, values: &mut Values) {
        let missing = self.vertical.field("first_reg").is_some() && !values.contains_key("year");
        if let (Some(Value::Date(date)), true) = (values.get("first_reg"), missing) {
            let year = Value::Integer(date.year.into());
            values.insert("year".into(), year);
        }
        if let Some(Value::Decimal(miles)) = values.get("mileage_mi").cloned() {
            values
                .entry("mileage_km".into())
                .or_insert(Value::Integer((miles.to_f64() * 1.609_344) as i64));
        }
        if let Some(Value::Integer(miles)) = values.get("mileage_mi").cloned() {
            values
                .entry("mileage_km".into())
                .or_insert(Value::Integer((miles as f64 * 1.609_344) as i64));
        }
    }

    /// Completes what the gazetteer knows: country, town of a postcode, coordinates.
    fn finish_place(&self, values: &mut Values, mut place: Place) {
        if place == Place::default() {
            return;
        }
        if place.country.is_empty() {
            place.country = self.country.clone();
        }
        if place.lat.is_none() || place.lon.is_none() {
            let places = Gazetteer::shipped();
            let town = places
                .by_postcode(&place.country, &place.postcode)
                .or_else(|| {
                    places
                        .find(Some(&place.country), &place.town)
                        .into_iter()
                        .next()
                        .filter(|_| !place.town.is_empty())
                });
            if let Some(town) = town {
                (place.lat, place.lon) = (Some(f64::from(town.lat)), Some(f64::from(town.lon)));
                if place.town.is_empty() {
                    place.town = town.name.to_string();
                }
                if place.region.is_empty() {
                    place.region = town.region.to_string();
                }
            }
        }
        values.insert("place".into(), Value::Place(place));
    }

    fn category_of_body(&self, values: &Values) -> Option<Arc<str>> {
        match values.get("body") {
            Some(Value::OneOf(body)) => self.vertical.category(body).map(|c| c.key.clone()),
            _ => None,
        }
    }

    /// What the dictionary does not allow for this category goes, with a remark.
    fn drop_unfit(&self, category: &str, values: &mut Values, told: &mut dyn FnMut(Problem)) {
        for problem in self.vertical.check(category, values) {
            if problem.code == "required" || values.remove(problem.field.as_str()).is_none() {
                continue;
            }
            // A field of another category is no fault of the file's.
            if problem.code != "not_for_category" {
                told(Problem {
                    row: 0,
                    line: 0,
                    column: problem.field,
                    code: problem.code,
                    message: problem.message.en,
                    refused: false,
                });
            }
        }
    }

    fn key_of(&self, values: &Values) -> Option<String> {
        match values.get(self.key.as_deref()?)? {
            Value::Text(text) => Some(text.clone()),
            Value::Texts(texts) => texts.values().next().cloned(),
            _ => None,
        }
    }

    /// The fields that this feed fills: what it no longer says of a listing is taken away again.
    pub(crate) fn owned_fields(&self) -> Vec<Arc<str>> {
        let own = self
            .targets
            .iter()
            .filter_map(|(_, target, _)| match target {
                Target::Field(slot) => Some(self.vertical.fields[*slot].key.clone()),
                _ => None,
            });
        own.chain([Arc::from("model_text")]).collect()
    }
}

fn bounds(field: &dictionary::Field) -> String {
    match (field.min, field.max) {
        (Some(min), Some(max)) => format!(" (from {min} to {max})"),
        _ => String::new(),
    }
}

fn target(vertical: &Vertical, field: &str) -> Option<Target> {
    Some(match field {
        "category" => Target::Category,
        "category.sub" => Target::SubCategory,
        "status" => Target::Status,
        "photos" => Target::Photos,
        "currency" => Target::Currency,
        place if place.starts_with("place.") => Target::Place(
            crate::mapping::PLACE_PARTS
                .into_iter()
                .find(|p| *p == place)?,
        ),
        key => Target::Field(vertical.field_index(key)?),
    })
}

fn put_place(place: &mut Place, part: &str, cell: &str) {
    let text = clean(cell);
    if is_nothing(&text) {
        return;
    }
    match part {
        "place.country" => {
            let code = country_code(&text);
            if let Some(code) = code {
                place.country = code.to_owned();
            }
        }
        "place.postcode" => place.postcode = text.trim_end_matches(".0").to_owned(),
        "place.town" => place.town = text,
        "place.region" => place.region = text,
        "place.street" => place.street = text,
        "place.number" => place.number = text.trim_end_matches(".0").to_owned(),
        "place.lat" => place.lat = degrees(&text, 90.0),
        "place.lon" => place.lon = degrees(&text, 180.0),
        _ => {
            let (code, town) = text.split_once(' ').unwrap_or(("", &text));
            if code.len() >= 4 && code.bytes().all(|b| b.is_ascii_digit()) {
                place.postcode = code.to_owned();
                place.town = town.trim().to_owned();
            } else {
                place.town = text;
            }
        }
    }
}

fn degrees(text: &str, most: f64) -> Option<f64> {
    let number: f64 = text.replace(',', ".").parse().ok()?;
    (number.abs() <= most && number != 0.0).then_some((number * 1e6).round() / 1e6)
}

fn country_code(text: &str) -> Option<&str> {
    Some(match fold(text).as_str() {
        "be" | "belgium" | "belgique" | "belgie" | "belgien" => "BE",
        "fr" | "france" | "frankrijk" | "frankreich" => "FR",
        "nl" | "netherlands" | "nederland" | "pays bas" | "niederlande" => "NL",
        "gb" | "uk" | "united kingdom" | "great britain" | "england" => "GB",
        "lu" | "luxembourg" | "luxemburg" => "LU",
        "es" | "spain" | "espagne" | "espana" => "ES",
        "de" | "germany" | "allemagne" | "deutschland" => "DE",
        "pt" | "portugal" => "PT",
        "it" | "italy" | "italie" => "IT",
        _ if text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()) => text,
        _ => return None,
    })
}

fn language_of(country: &str) -> &'static str {
    match country {
        "NL" => "nl",
        "GB" => "en",
        "DE" | "AT" => "de",
        _ => "fr",
    }
}

fn status_of(cell: &str) -> Status {
    match fold(cell).as_str() {
        "sold" | "vendu" | "verkocht" | "verkauft" | "rented" | "loue" | "verhuurd" => Status::Sold,
        "reserved" | "option" | "under option" | "under_option" | "reserve" | "sous option" => {
            Status::Reserved
        }
        "draft" | "brouillon" => Status::Draft,
        "withdrawn" | "retire" | "inactive" | "archived" => Status::Withdrawn,
        _ => Status::Live,
    }
}

fn photo_urls(cell: &str) -> impl Iterator<Item = Photo> {
    cell.split(['|', ';', '\n', ' ', ','])
        .map(str::trim)
        .filter(|url| url.starts_with("http://") || url.starts_with("https://"))
        .map(|url| Photo {
            url: Some(url.to_owned()),
            ..Photo::default()
        })
}
