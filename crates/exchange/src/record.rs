//! A row of a table becomes a listing, with remarks on what could not be taken.

use std::sync::Arc;

use ahash::AHashMap;
use catalog::NewListing;
use dictionary::{Kind, Language, Photo, Place, Shape, Status, Value, Values, Vertical};

use crate::convert::{Manner, Unread, clean, convert, parts};
use crate::feed::{LATER, Reader};
use crate::filling::Filling;
use crate::finish::Finish;
use crate::mapping::Mapping;
use crate::nothing::{is_nothing, trimmed};
use crate::place::{completed, put_place};
use crate::remarks;
use crate::report::Problem;
use crate::status::status_of;
use crate::target::{Target, language_of, number_in, photo_urls, target_of};
use crate::unknown::{Unknown, UnknownValue};

/// Words that repeat are converted once; a column of texts must not fill the memory.
const REMEMBERED_MAX: usize = 5_000;
const PHOTOS_MAX: usize = 100;
/// Letters that one listing keeps of what no field holds.
const LEFTOVER_MAX: usize = 6_000;

/// Turns rows into listings by a mapping. Remembers the words it has converted.
pub(crate) struct Drafter {
    pub(crate) vertical: Arc<Vertical>,
    pub(crate) targets: Vec<(usize, Target, Manner)>,
    pub(crate) columns: Vec<String>,
    key: Option<String>,
    category: Option<Arc<str>>,
    country: String,
    language: Language,
    remembered: Vec<AHashMap<String, Read>>,
    filling: Filling,
    finish: Finish,
    /// Records say only what has changed.
    pub(crate) partial: bool,
    /// Records may be of known listings only, as one that says that it is sold.
    pub(crate) takes_changes: bool,
    unknown: Unknown,
    /// The field for what no other holds, and the columns that go there.
    leftover: Option<Arc<str>>,
    kept: Vec<usize>,
    /// Cells that were kept raw, by column.
    pub(crate) kept_counts: Vec<u64>,
}

/// What a cell said, and its words that no choice is called by.
#[derive(Clone)]
struct Read {
    value: Result<Value, Unread>,
    strange: Vec<String>,
}

/// A listing to be, with the key it has in its feed.
pub(crate) struct Draft {
    pub(crate) key: Option<String>,
    pub(crate) listing: NewListing,
    /// Fields that follow from others and stand in no column.
    pub(crate) derived: Vec<&'static str>,
}

/// A row on its way to be a listing.
#[derive(Default)]
struct Row {
    place: Place,
    category: Option<Arc<str>>,
    sub: Option<Arc<str>>,
    photos: Vec<Photo>,
    status: Option<Status>,
    currency: Option<String>,
    leftover: String,
}

impl Drafter {
    pub(crate) fn new(
        vertical: Arc<Vertical>,
        mapping: &Mapping,
        currency: &str,
        country: &str,
        language: Language,
    ) -> Drafter {
        let mut targets = Vec::new();
        let mut kept = Vec::new();
        let currency = mapping
            .constants
            .get("currency")
            .map_or(currency, String::as_str);
        let currency: Arc<str> = currency.into();
        for (at, column) in mapping.columns.iter().enumerate() {
            let Some(field) = &column.field else {
                kept.push(at);
                continue;
            };
            let values = column.values.iter();
            let manner = Manner {
                currency: currency.clone(),
                comma_decimal: column.comma_decimal,
                month_first: column.month_first,
                unit: column.unit.clone(),
                values: values
                    .map(|(w, m)| (dictionary::fold(w), m.clone()))
                    .collect(),
            };
            if let Some(target) = target_of(&vertical, field) {
                targets.push((at, target, manner));
            }
        }
        // Columns of pictures may stand in any order: their numbers say which comes first.
        targets.sort_by_key(|(at, target, _)| match target {
            Target::Photos => (1, number_in(&mapping.columns[*at].column)),
            _ => (0, 0),
        });
        let category = mapping
            .category
            .as_deref()
            .and_then(|c| vertical.category_like(c));
        let category = category.map(|c| c.key.clone());
        let leftover = vertical
            .fields
            .iter()
            .find(|f| f.shape == Some(Shape::Leftover));
        Drafter {
            remembered: targets.iter().map(|_| AHashMap::new()).collect(),
            columns: mapping.columns.iter().map(|c| c.column.clone()).collect(),
            key: mapping.key.clone(),
            country: mapping
                .constants
                .get("country")
                .map_or(country, String::as_str)
                .to_owned(),
            leftover: leftover.map(|f| f.key.clone()),
            finish: Finish::of(&vertical, &targets),
            filling: Filling::of(&vertical),
            partial: false,
            takes_changes: false,
            unknown: Unknown::default(),
            kept_counts: vec![0; mapping.columns.len()],
            language,
            vertical,
            targets,
            category,
            kept,
        }
    }

    /// The listing of a row; the remarks go to `told`. A refused row returns None.
    pub(crate) fn draft(
        &mut self,
        cells: &[impl AsRef<str>],
        told: &mut dyn FnMut(Problem),
    ) -> Option<Draft> {
        let mut row = Row::default();
        for number in 0..self.targets.len() {
            let at = self.targets[number].0;
            let cell = cells.get(at).map_or("", AsRef::as_ref);
            if !cell.is_empty() {
                self.take(number, cell, &mut row, told);
            }
        }
        for at in 0..self.kept.len() {
            let at = self.kept[at];
            let cell = cells.get(at).map_or("", AsRef::as_ref);
            self.keep(at, cell, &mut row.leftover);
        }
        let mut values = self.filling.take(&self.vertical);
        if let (Some(code), Some(Value::Money(money))) = (&row.currency, values.get_mut("price"))
            && code.len() == 3
        {
            money.currency = code.as_str().into();
        }
        let derived = self.finish.complete(&self.vertical, &mut values);
        if let Some(place) = completed(row.place, &self.country) {
            values.insert("place".into(), Value::Place(place.into()));
        }
        row.photos.truncate(PHOTOS_MAX);
        let category = row
            .sub
            .or(row.category)
            .or_else(|| self.category_of_body(&values));
        // A record of changes names neither the place nor what is there.
        let whole = !self.partial
            || ["place", "description"]
                .iter()
                .any(|key| values.contains_key(*key));
        let category = match category.or_else(|| self.category.clone()) {
            Some(category) if whole => category,
            // What a record of changes does not say stays as it is.
            _ if self.takes_changes && values.contains_key("ref") => {
                row.leftover.clear();
                Arc::from("")
            }
            _ => {
                told(remarks::no_category(self.language));
                return None;
            }
        };
        if !category.is_empty() {
            self.drop_unfit(&category, &mut values, told);
        }
        if values.is_empty() {
            told(remarks::empty_row(self.language));
            return None;
        }
        if let (Some(field), false) = (&self.leftover, row.leftover.is_empty()) {
            values.insert(field.clone(), Value::Text(row.leftover));
        }
        let key = self.key_of(&values);
        let reference = match values.get("ref") {
            Some(Value::Text(reference)) => reference.clone(),
            _ => key.clone().unwrap_or_default(),
        };
        let listing = NewListing {
            vertical: self.vertical.key.clone(),
            category,
            status: row.status.unwrap_or(Status::Live),
            parent: None,
            level: None,
            reference,
            values,
            photos: row.photos,
        };
        Some(Draft {
            key,
            listing,
            derived,
        })
    }

    /// One cell goes where its column says.
    fn take(&mut self, number: usize, cell: &str, row: &mut Row, told: &mut dyn FnMut(Problem)) {
        let (at, target, manner) = &self.targets[number];
        let at = *at;
        match target {
            Target::Field(slot) => {
                let slot = *slot;
                // The lines of one list may stand in a column each.
                if self.vertical.fields[slot].key.as_ref() == "features"
                    && let Some(Value::Text(has)) = self.filling.get_mut(slot)
                {
                    has.push('\n');
                    has.push_str(&clean(cell));
                    return;
                }
                // Of columns that share a field the first that is filled counts.
                if !matches!(self.filling.get(slot), None | Some(Value::ManyOf(_))) {
                    return;
                }
                let read = self.read(number, slot, cell);
                for word in read.strange.iter() {
                    self.unknown.count(number, word);
                }
                if !read.strange.is_empty() {
                    self.keep(at, &read.strange.join(", "), &mut row.leftover);
                }
                match read.value {
                    Ok(value) => self.filling.put(slot, value),
                    Err(Unread::Empty) => {}
                    Err(Unread::OnlyAYear(year)) if self.finish.takes_year(slot) => {
                        if let Some(slot) = self.vertical.field_index("year")
                            && self.filling.get(slot).is_none()
                        {
                            self.filling.put(slot, Value::Integer(year.into()));
                        }
                    }
                    Err(why) => {
                        if read.strange.is_empty() {
                            self.keep(at, cell, &mut row.leftover);
                        }
                        let field = &self.vertical.fields[slot];
                        told(remarks::unread(
                            &self.columns[at],
                            why,
                            field,
                            cell,
                            self.language,
                        ));
                    }
                }
            }
            Target::Option(slot, choice) => {
                let (slot, choice) = (*slot, choice.clone());
                if crate::convert::yes(cell, manner) == Some(true) {
                    self.filling.put(slot, Value::ManyOf(vec![choice]));
                }
            }
            Target::Category | Target::SubCategory => {
                let sub = *target == Target::SubCategory;
                let of = |word: &str| match manner.values.get(dictionary::fold(word).as_str()) {
                    Some(key) => self.vertical.category(key),
                    None => self.vertical.category_like(word),
                };
                // `Residential/Flat/Attic` is at least a flat.
                let parts = cell.match_indices('/').rev().map(|(at, _)| &cell[..at]);
                let meant = of(cell)
                    .or_else(|| cell.split('|').find_map(of))
                    .or_else(|| parts.into_iter().find_map(of));
                match (meant.map(|c| c.key.clone()), sub) {
                    (Some(key), true) => row.sub = row.sub.take().or(Some(key)),
                    (Some(key), false) => row.category = row.category.take().or(Some(key)),
                    // The layout says that this word means nothing.
                    (None, _) if manner.means_nothing(cell) => {}
                    (None, _) => self.keep(at, cell, &mut row.leftover),
                }
            }
            Target::Text(slot, language) => {
                let text = clean(cell);
                if !is_nothing(&text) {
                    let texts = [(language.to_string(), text)];
                    let value = Value::Texts(texts.into());
                    self.filling.put(*slot, value);
                }
            }
            Target::Status => {
                let meant = manner.values.get(dictionary::fold(cell).as_str());
                // Of several columns the one that says more than "here" counts.
                let said = status_of(meant.map_or(cell, String::as_str));
                if said != Status::Live || row.status.is_none() {
                    row.status = Some(said);
                }
            }
            Target::Photos => {
                for photo in photo_urls(cell) {
                    // The first picture often stands once more among all.
                    if !row.photos.contains(&photo) {
                        row.photos.push(photo);
                    }
                }
                // The name of a file is of use to whoever has the file.
                if !cell.contains("://") {
                    self.keep(at, cell, &mut row.leftover);
                }
            }
            Target::Currency => row.currency = Some(cell.trim().to_uppercase()),
            Target::Place(part) => put_place(&mut row.place, part, cell),
        }
    }

    /// What no field holds stays with the listing, under the column's name.
    fn keep(&mut self, at: usize, cell: &str, leftover: &mut String) {
        if self.leftover.is_none() || is_nothing(cell) {
            return;
        }
        self.kept_counts[at] += 1;
        let column = self.columns[at].as_str();
        if column != LATER {
            return note(leftover, column, cell);
        }
        for line in cell.lines() {
            let (path, text) = line.split_once(": ").unwrap_or((column, line));
            note(leftover, path, text);
        }
    }

    /// The key of a row that is refused, as long as its cell can be found.
    pub(crate) fn key_in(&self, reader: &Reader, raw: &formats::Raw<'_>) -> Option<String> {
        let field = self.vertical.field_index(self.key.as_deref()?)?;
        let is_key = |target: &&(usize, Target, Manner)| target.1 == Target::Field(field);
        let (at, _, _) = self.targets.iter().find(is_key)?;
        let cells = reader.cells(raw).ok()?;
        cells.get(*at).map(|c| clean(c)).filter(|c| !is_nothing(c))
    }

    fn read(&mut self, number: usize, slot: usize, cell: &str) -> Read {
        let plain = |value| Read {
            value,
            strange: Vec::new(),
        };
        let field = &self.vertical.fields[slot];
        match field.kind {
            // The screens' languages are told apart by nothing here: the file speaks the country's.
            Kind::Translated if is_nothing(cell) => return plain(Err(Unread::Empty)),
            Kind::Translated => {
                let text = (language_of(&self.country).to_owned(), clean(cell));
                return plain(Ok(Value::Texts([text].into())));
            }
            Kind::Text | Kind::Person => {
                return plain(convert(field, cell, &self.targets[number].2));
            }
            Kind::OneOf(_) if field.choices().iter().any(|c| c.within.is_some()) => {
                // Which model a word means is known once the make is.
                return plain(Ok(Value::Text(cell.trim().to_owned())));
            }
            _ => {}
        }
        if let Some(known) = self.remembered[number].get(cell) {
            return known.clone();
        }
        let manner = &self.targets[number].2;
        let mut value = convert(field, cell, manner);
        if let Ok(read) = &value
            && field.check(read).is_some()
        {
            value = Err(Unread::NotANumber);
        }
        let strange: Vec<String> = match (&field.kind, &value) {
            (Kind::OneOf(_), Err(Unread::UnknownChoice)) => vec![cell.trim().to_owned()],
            (Kind::ManyOf(_), Ok(_) | Err(Unread::UnknownChoice)) => {
                let unknown =
                    parts(cell).filter(|p| convert(field, p, manner) == Err(Unread::UnknownChoice));
                unknown.map(str::to_owned).collect()
            }
            _ => Vec::new(),
        };
        let read = Read { value, strange };
        if self.remembered[number].len() < REMEMBERED_MAX {
            self.remembered[number].insert(cell.to_owned(), read.clone());
        }
        read
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
                let message = problem.message.get(self.language).to_owned();
                told(remarks::remark(&problem.field, problem.code, message));
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
                Target::Field(slot) | Target::Option(slot, _) | Target::Text(slot, _) => {
                    Some(self.vertical.fields[*slot].key.clone())
                }
                _ => None,
            });
        own.chain(self.finish.owned())
            .chain(self.leftover.clone())
            .collect()
    }

    /// The words that no choice was called by, the most frequent first.
    pub(crate) fn unknown_values(&self) -> Vec<UnknownValue> {
        self.unknown
            .tell(&self.vertical, |number| match self.targets.get(number)? {
                (at, Target::Field(slot), _) => Some((self.columns[*at].clone(), *slot)),
                _ => None,
            })
    }
}

/// A line of what no field holds.
fn note(leftover: &mut String, name: &str, text: &str) {
    if leftover.len() >= LEFTOVER_MAX {
        return;
    }
    if !leftover.is_empty() {
        leftover.push('\n');
    }
    leftover.push_str(name);
    leftover.push_str(": ");
    let room = LEFTOVER_MAX.saturating_sub(leftover.len());
    let text = trimmed(text);
    if text.len() <= room && text.bytes().all(|b| (b' '..0x7f).contains(&b)) {
        return leftover.push_str(text);
    }
    leftover.extend(
        text.chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take(room),
    );
}
