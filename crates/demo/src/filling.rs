//! Values written by the kind of their field; what a vertical does not know is left out.

use std::sync::Arc;

use dictionary::{Date, Decimal, Kind, Money, Place, Texts, Value, Values, Vertical};

pub(crate) struct Filling<'a> {
    pub(crate) vertical: &'a Vertical,
    pub(crate) category: &'a str,
    pub(crate) currency: &'static str,
    pub(crate) values: Values,
}

impl<'a> Filling<'a> {
    pub(crate) fn new(
        vertical: &'a Vertical,
        category: &'a str,
        currency: &'static str,
    ) -> Filling<'a> {
        Filling {
            vertical,
            category,
            currency,
            values: Values::new(),
        }
    }

    fn kind(&self, key: &str) -> Option<&'a Kind> {
        let field = self.vertical.field(key)?;
        self.vertical
            .applies(field, self.category)
            .then_some(&field.kind)
    }

    fn put(&mut self, key: &str, value: Value) {
        self.values.insert(Arc::from(key), value);
    }

    /// A number in the field's unit; money in whole units of the currency.
    pub(crate) fn number(&mut self, key: &str, number: f64) {
        let value = match self.kind(key) {
            Some(Kind::Integer | Kind::Year) => Some(Value::Integer(number.round() as i64)),
            Some(Kind::Money) => Some(Value::Money(Money {
                minor: number.round() as i64 * 100,
                currency: Arc::from(self.currency),
            })),
            Some(Kind::Decimal | Kind::Area | Kind::Length | Kind::Power | Kind::Percent) => {
                Decimal::from_f64((number * 10.0).round() / 10.0).map(Value::Decimal)
            }
            _ => None,
        };
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    pub(crate) fn yes(&mut self, key: &str, yes: bool) {
        if matches!(self.kind(key), Some(Kind::Boolean)) {
            self.put(key, Value::Boolean(yes));
        }
    }

    pub(crate) fn choice(&mut self, key: &str, choice: &str) {
        let known = self
            .vertical
            .field(key)
            .is_some_and(|f| f.choice(choice).is_some());
        match self.kind(key) {
            Some(Kind::OneOf(_)) if known => self.put(key, Value::OneOf(Arc::from(choice))),
            Some(Kind::ManyOf(_)) if known => {
                self.put(key, Value::ManyOf(vec![Arc::from(choice)]));
            }
            _ => {}
        }
    }

    pub(crate) fn choices(&mut self, key: &str, choices: &[&str]) {
        let Some(field) = self.vertical.field(key) else {
            return;
        };
        let mut known: Vec<Arc<str>> = choices
            .iter()
            .filter_map(|c| field.choice(c))
            .map(|c| c.key.clone())
            .collect();
        known.sort();
        known.dedup();
        if matches!(self.kind(key), Some(Kind::ManyOf(_))) && !known.is_empty() {
            self.put(key, Value::ManyOf(known));
        }
    }

    pub(crate) fn text(&mut self, key: &str, text: &str) {
        match self.kind(key) {
            Some(Kind::Text) => self.put(key, Value::Text(text.to_owned())),
            Some(Kind::Person) => self.put(key, Value::Person(text.to_owned())),
            Some(Kind::Translated) => {
                let same = ["fr", "nl", "en", "de"].map(|l| (l.to_owned(), text.to_owned()));
                self.put(key, Value::Texts(same.into()));
            }
            _ => {}
        }
    }

    pub(crate) fn texts(&mut self, key: &str, texts: Texts) {
        if matches!(self.kind(key), Some(Kind::Translated)) {
            self.put(key, Value::Texts(texts));
        }
    }

    pub(crate) fn date(&mut self, key: &str, date: Option<Date>) {
        if let (Some(Kind::Date), Some(date)) = (self.kind(key), date) {
            self.put(key, Value::Date(date));
        }
    }

    pub(crate) fn place(&mut self, place: Place) {
        if matches!(self.kind("place"), Some(Kind::Place)) {
            self.put("place", Value::Place(place.into()));
        }
    }

    /// The label of a choice that is written already.
    pub(crate) fn label(&self, key: &str) -> String {
        match self.values.get(key) {
            Some(Value::OneOf(choice)) => self
                .vertical
                .field(key)
                .and_then(|f| f.choice(choice))
                .map(|c| c.label.en.clone())
                .unwrap_or_default(),
            _ => String::new(),
        }
    }

    pub(crate) fn category_words(&self) -> [String; 4] {
        let label = self
            .vertical
            .category(self.category)
            .map(|c| c.label.clone());
        let label = label.unwrap_or_default();
        [label.fr, label.nl, label.en, label.de]
    }
}
