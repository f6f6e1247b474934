//! A file is opened, and its mapping decided.

use std::io;

use ::store::{Account, Error, Result};
use dictionary::{Dictionary, Language};
use formats::Refusal;

use crate::album::{Album, Pictures};
use crate::choices::Choices;
use crate::convert::Manner;
use crate::facts::Lasting;
use crate::feed::{Feed, Kind};
use crate::import::Run;
use crate::mapping::Mapping;
use crate::options::Options;
use crate::propose::{Question, default_category, propose};
use crate::record::Drafter;
use crate::report::{Mapped, Report};

/// The currency of prices that name none.
fn currency_of(country: &str) -> &'static str {
    match country {
        "GB" => "GBP",
        "CH" | "LI" => "CHF",
        "US" => "USD",
        "CZ" => "CZK",
        _ => "EUR",
    }
}

impl<'a> Run<'a> {
    /// Opens a file; the mapping is still to be settled.
    pub(crate) fn open(
        dictionary: &'a Dictionary,
        account: Account,
        source: Box<dyn io::Read + Send>,
        options: Options,
    ) -> Result<Result<Run<'a>, Report>> {
        let vertical = dictionary
            .vertical(&account.vertical)
            .ok_or(Error::NotFound { what: "vertical" })?;
        if let Some(category) = &options.category
            && vertical.category_like(category).is_none()
        {
            return Err(Error::refused(
                "unknown_category",
                [
                    &format!(
                        "catégorie inconnue « {category} » ; `entremise dictionary list` les montre"
                    ),
                    &format!(
                        "onbekende categorie “{category}”; `entremise dictionary list` toont ze"
                    ),
                    &format!(
                        "unknown category “{category}”; `entremise dictionary list` shows them"
                    ),
                    &format!(
                        "unbekannte Kategorie „{category}“; `entremise dictionary list` zeigt sie"
                    ),
                ],
            ));
        }
        let feed = match Feed::open(source) {
            Ok(feed) => feed,
            Err(refusal) => return Ok(Err(Report::unreadable(refusal))),
        };
        if let Some(said) = feed.layout.and_then(|l| l.no_listings.as_deref()) {
            return Ok(Err(Report::unreadable(Refusal::file("no_listings", said))));
        }
        let pictures = match options.dry_run {
            true => Pictures::Nowhere,
            false => options.pictures.clone(),
        };
        let language = options
            .language
            .or_else(|| Language::parse(&account.language));
        let language = language.unwrap_or(Language::En);
        let album = match &options.together {
            Some(together) => Album::over(Some(together.files.clone()), pictures, language),
            None => Album::new(feed.archive(), pictures, language),
        };
        Ok(Ok(Run {
            album,
            dictionary,
            account,
            feed,
            mapping: Mapping {
                category: options.category.clone(),
                ..Mapping::default()
            },
            options,
            fingerprint: 0,
            drafter: None,
            lasting: Lasting::of(vertical),
        }))
    }

    /// Decides the mapping: a person's, the one that the feed has, or one proposed from the file
    /// and from what the account accepted for its other feeds, and others for theirs.
    pub(crate) fn settle(
        &mut self,
        remembered: Option<Mapping>,
        earlier: &[Mapping],
        elsewhere: &Choices,
    ) {
        let Some(vertical) = self.dictionary.vertical(&self.account.vertical) else {
            return;
        };
        if self.feed.kind == Kind::Kyero {
            return;
        }
        let country = self.account.country.clone();
        let currency = currency_of(&country);
        let fallback = self
            .options
            .category
            .clone()
            .or_else(|| default_category(self.dictionary, &self.account.vertical));
        let proposed = || {
            propose(&Question {
                vertical,
                columns: &self.feed.columns,
                rows: &self.feed.sample(),
                manner: &Manner {
                    currency: currency.into(),
                    ..Manner::default()
                },
                country: &country,
                category: fallback.clone(),
                layout: self.feed.layout,
                earlier,
                elsewhere,
            })
        };
        let same = |m: &Mapping| m.columns.iter().map(|c| &c.column).eq(&self.feed.columns);
        let mut mapping = match self.options.mapping.clone().or(remembered) {
            Some(mapping) if same(&mapping) => mapping,
            Some(mapping) => mapping.onto(proposed()),
            None => proposed(),
        };
        let asked = self.options.category.clone();
        mapping.category = asked.or(mapping.category).or(fallback);
        // The owner's key is his feed's and not the mapping's: it is not remembered with it.
        let key = self
            .options
            .policy
            .key_by
            .field(vertical, mapping.key.clone());
        let keyed = Mapping {
            key,
            ..mapping.clone()
        };
        let mut drafter = Drafter::new(
            vertical.clone(),
            &keyed,
            currency,
            &country,
            self.language(),
        );
        drafter.partial = self.is_partial_layout();
        drafter.takes_changes = self.names_only_some();
        self.drafter = Some(drafter);
        self.fingerprint = keyed.fingerprint();
        self.mapping = mapping;
    }

    /// Whether the records of its layout say only what has changed.
    pub(crate) fn is_partial_layout(&self) -> bool {
        let tree = self.feed.layout.and_then(|l| l.tree.as_ref());
        tree.is_some_and(|t| t.partial)
    }

    /// Whether the file says, in the way of its layout, that it names only some of the listings.
    pub(crate) fn names_only_some(&self) -> bool {
        let opening = &self.feed.description().opening;
        let tree = self.feed.layout.and_then(|l| l.tree.as_ref());
        let some = tree.and_then(|t| t.all_when.as_deref());
        self.is_partial_layout() || some.is_some_and(|all| !opening.contains(all))
    }

    pub(crate) fn language(&self) -> Language {
        let own = self.options.language;
        own.or_else(|| Language::parse(&self.account.language))
            .unwrap_or(Language::En)
    }

    pub(crate) fn report(&self) -> Report {
        let mapped = self.mapping.columns.iter().map(|c| Mapped {
            column: c.column.clone(),
            field: c.field.clone(),
            confidence: (c.confidence * 100.0).round() / 100.0,
            state: c.state(),
            code: c.reason.code.clone(),
            reason: c.reason.say(self.language()),
            candidates: c.candidates.clone(),
            kept: 0,
        });
        let mut report = Report {
            feed: self.feed_name(),
            format: self.feed.format().into(),
            encoding: self.feed.encoding(),
            layout: self.mapping.layout.clone(),
            mapping: mapped.collect(),
            ..Report::default()
        };
        for (name, rows, line) in self.feed.others() {
            let said = format!(
                "the file holds another table, “{name}” with {rows} rows from line {line}, which \
                 is not read; have it sent as a file of its own"
            );
            report.tell_file("other_table", said);
        }
        report
    }

    /// What is known only when all rows were seen.
    pub(crate) fn tell_the_end(&self, report: &mut Report) {
        let Some(drafter) = &self.drafter else { return };
        report.unknown = drafter.unknown_values();
        for (at, count) in drafter.kept_counts.iter().enumerate() {
            if let Some(column) = report.mapping.get_mut(at) {
                column.kept = *count;
            }
            report.kept_raw += count;
        }
    }
}
