//! The public sites, described as data.

use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use dictionary::{Label, Language};
use toml_edit::{Document, Item};

use crate::accent::Colour;

/// A public web site of the operator.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    pub key: String,
    /// Its hostnames, the one to be found under first; `KEY.localhost` always works as well.
    pub hosts: Vec<String>,
    pub brand: String,
    pub vertical: Arc<str>,
    pub languages: Vec<Language>,
    /// Of visitors whose browser asks for none of ours.
    pub language: Language,
    pub tagline: Label,
    /// Its colour, as it was given; pages take the nearest that can be read on their paper.
    pub accent: Colour,
    /// The field that divides its listings and is asked first: buy or rent, new or used.
    pub splits: Option<Arc<str>>,
}

/// All sites of a deployment.
#[derive(Clone, Debug, PartialEq)]
pub struct Sites(Arc<Vec<Arc<Site>>>);

impl Sites {
    pub fn shipped() -> Sites {
        static SHIPPED: LazyLock<Sites> = LazyLock::new(|| {
            let texts = [
                include_str!("../../../sites/immo.toml"),
                include_str!("../../../sites/auto.toml"),
                include_str!("../../../sites/devis.toml"),
            ];
            match Sites::of(texts.iter().map(|text| ("sites", *text))) {
                Ok(sites) => sites,
                Err(error) => panic!("a shipped site is faulty: {error}"),
            }
        });
        SHIPPED.clone()
    }

    /// Every `.toml` file of a folder is a site; the first fault is told with its file.
    pub fn open(folder: &Path) -> Result<Sites, String> {
        let unreadable = |e: std::io::Error| format!("{}: {e}", folder.display());
        let mut files: Vec<(String, String)> = Vec::new();
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.extension().is_some_and(|e| e == "toml") {
                let text = fs::read_to_string(&path).map_err(unreadable)?;
                files.push((path.display().to_string(), text));
            }
        }
        files.sort();
        Sites::of(
            files
                .iter()
                .map(|(name, text)| (name.as_str(), text.as_str())),
        )
    }

    fn of<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Sites, String> {
        let mut sites: Vec<Arc<Site>> = Vec::new();
        for (name, text) in files {
            let site = Site::read(text).map_err(|said| format!("{name}: {said}"))?;
            let taken = |other: &&Arc<Site>| {
                other.key == site.key || other.hosts.iter().any(|h| site.hosts.contains(h))
            };
            if let Some(other) = sites.iter().find(taken) {
                return Err(format!(
                    "{name}: its key or a hostname is that of the site `{}`",
                    other.key
                ));
            }
            sites.push(Arc::new(site));
        }
        match sites.is_empty() {
            true => Err("there is no site here: each is a .toml file with key, brand, vertical, languages and language".into()),
            false => Ok(Sites(Arc::new(sites))),
        }
    }

    /// The site under a hostname: one of its own, or `KEY.localhost`.
    pub fn at(&self, host: &str) -> Option<Arc<Site>> {
        let own = self.0.iter().find(|s| s.hosts.iter().any(|h| h == host));
        own.cloned()
            .or_else(|| self.find(host.strip_suffix(".localhost")?))
    }

    pub fn find(&self, key: &str) -> Option<Arc<Site>> {
        self.0.iter().find(|s| s.key == key).cloned()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<Site>> {
        self.0.iter()
    }
}

impl Site {
    /// The beginning of its addresses; `port` is `:8080`, as it stands behind local hostnames.
    pub fn origin(&self, port: &str) -> String {
        match self.hosts.first() {
            Some(host) => format!("https://{host}"),
            None => format!("http://{}.localhost{port}", self.key),
        }
    }

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
        let hosts = root
            .get("hosts")
            .and_then(Item::as_array)
            .into_iter()
            .flatten();
        let tagline = root.get("tagline").and_then(Item::as_table_like);
        let said = |code: &str| {
            let text = tagline.and_then(|t| t.get(code)).and_then(Item::as_str);
            text.unwrap_or_default().to_owned()
        };
        let accent = root.get("accent").and_then(Item::as_str);
        let accent = match accent {
            None => Colour::MARK,
            Some(text) => Colour::parse(text)
                .ok_or_else(|| format!("`accent` is “{text}”; write a colour like #bd4419"))?,
        };
        let splits = root.get("splits").and_then(Item::as_str);
        Ok(Site {
            accent,
            splits: splits.map(Arc::from),
            key: word("key")?,
            hosts: hosts
                .filter_map(|v| v.as_str())
                .map(str::to_lowercase)
                .collect(),
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
