//! A portal, described as data.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use dictionary::Vertical;
use toml_edit::{Document, Item};

/// Somebody else's site that listings are published to.
#[derive(Clone, Debug)]
pub struct Portal {
    pub key: String,
    pub label: String,
    pub format: String,
    pub verticals: Vec<String>,
    pub media_type: String,
    /// Fields without which a listing is left out.
    pub required: Vec<String>,
    pub photos_max: usize,
    /// The portal's word for a category.
    pub types: BTreeMap<String, String>,
}

/// The portals that this program ships.
pub static PORTALS: LazyLock<Vec<Arc<Portal>>> = LazyLock::new(|| {
    let shipped = [
        include_str!("../../../portals/kyero/feed.toml"),
        include_str!("../../../portals/csv/feed.toml"),
    ];
    let read = |text: &str| match Portal::read(text) {
        Ok(portal) => Arc::new(portal),
        Err(error) => panic!("a shipped portal is faulty: {error}"),
    };
    shipped.into_iter().map(read).collect()
});

impl Portal {
    pub fn find(key: &str) -> Option<Arc<Portal>> {
        PORTALS.iter().find(|p| p.key == key).cloned()
    }

    pub fn read(text: &str) -> Result<Portal, String> {
        let document = Document::parse(text).map_err(|e| e.to_string())?;
        let root = document.as_table();
        let word = |name: &str| -> Result<String, String> {
            let item = root.get(name).and_then(Item::as_str);
            item.map(str::to_owned)
                .ok_or_else(|| format!("`{name}` is missing or no text"))
        };
        let words = |name: &str| -> Vec<String> {
            let array = root.get(name).and_then(Item::as_array);
            array
                .into_iter()
                .flatten()
                .filter_map(|v| v.as_str().map(str::to_owned))
                .collect()
        };
        let types = root
            .get("types")
            .and_then(Item::as_table)
            .into_iter()
            .flat_map(|t| t.iter());
        Ok(Portal {
            key: word("key")?,
            label: word("label")?,
            format: word("format")?,
            verticals: words("verticals"),
            media_type: word("media_type")?,
            required: words("required"),
            photos_max: root
                .get("photos_max")
                .and_then(Item::as_integer)
                .and_then(|n| usize::try_from(n).ok())
                .unwrap_or(20),
            types: types
                .filter_map(|(k, v)| v.as_str().map(|v| (k.to_owned(), v.to_owned())))
                .collect(),
        })
    }

    /// The portal's word for a category, its own or that of the nearest one above it.
    pub fn type_of(&self, vertical: &Vertical, category: &str) -> Option<&str> {
        vertical
            .lineage(category)
            .find_map(|c| self.types.get(c.key.as_ref()))
            .map(String::as_str)
    }
}
