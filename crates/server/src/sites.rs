//! The public sites, described as data.

use std::sync::{Arc, LazyLock};

use dictionary::{Label, Language};
use toml_edit::{Document, Item};

/// A public web site of the operator.
#[derive(Clone, Debug)]
pub struct Site {
    /// The first label of its hostname.
    pub key: String,
    pub brand: String,
    pub vertical: Arc<str>,
    pub languages: Vec<Language>,
    /// Of visitors whose browser asks for none of ours.
    pub language: Language,
    pub tagline: Label,
}

/// All sites of a deployment.
#[derive(Clone, Debug)]
pub struct Sites(Arc<Vec<Arc<Site>>>);

impl Sites {
    pub fn shipped() -> Sites {
        static SHIPPED: LazyLock<Sites> = LazyLock::new(|| {
            let texts = [
                include_str!("../../../sites/immo.toml"),
                include_str!("../../../sites/auto.toml"),
                include_str!("../../../sites/devis.toml"),
            ];
            let read = |text: &str| match Site::read(text) {
                Ok(site) => Arc::new(site),
                Err(error) => panic!("a shipped site is faulty: {error}"),
            };
            Sites(Arc::new(texts.into_iter().map(read).collect()))
        });
        SHIPPED.clone()
    }

    pub fn find(&self, key: &str) -> Option<Arc<Site>> {
        self.0.iter().find(|s| s.key == key).cloned()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<Site>> {
        self.0.iter()
    }
}

impl Site {
    fn read(text: &str) -> Result<Site, String> {
        let document = Document::parse(text).map_err(|e| e.to_string())?;
        let root = document.as_table();
        let word = |name: &str| -> Result<String, String> {
            let item = root.get(name).and_then(Item::as_str);
            item.map(str::to_owned)
                .ok_or_else(|| format!("`{name}` is missing or no text"))
        };
        let language =
            |code: &str| Language::parse(code).ok_or_else(|| format!("no language {code}"));
        let languages = root
            .get("languages")
            .and_then(Item::as_array)
            .into_iter()
            .flatten();
        let tagline = root.get("tagline").and_then(Item::as_table_like);
        let said = |code: &str| {
            let text = tagline.and_then(|t| t.get(code)).and_then(Item::as_str);
            text.unwrap_or_default().to_owned()
        };
        Ok(Site {
            key: word("key")?,
            brand: word("brand")?,
            vertical: word("vertical")?.into(),
            languages: languages
                .filter_map(|v| v.as_str())
                .map(language)
                .collect::<Result<_, _>>()?,
            language: language(&word("language")?)?,
            tagline: Label {
                fr: said("fr"),
                nl: said("nl"),
                en: said("en"),
                de: said("de"),
            },
        })
    }
}
