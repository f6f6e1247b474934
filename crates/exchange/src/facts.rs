//! What a thing is, as one number: the same car under another reference has the same.

use std::sync::Arc;

use ahash::AHashMap;
use catalog::NewListing;
use dictionary::{Shape, Value, Vertical};
use xxhash_rust::xxh3::xxh3_128;

use crate::plates::is_vin;

/// Fewer facts than these tell nothing apart.
const FACTS_MIN: usize = 4;

/// The fields of a vertical that say what a thing is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lasting {
    vin: Option<Arc<str>>,
    plate: Option<Arc<str>>,
    /// Where each stands in the dictionary.
    fields: AHashMap<Arc<str>, usize>,
}

impl Lasting {
    pub(crate) fn of(vertical: &Vertical) -> Lasting {
        let shaped = |shape| {
            let found = vertical.fields.iter().find(|f| f.shape == Some(shape));
            found.map(|f| f.key.clone())
        };
        let lasting = vertical.fields.iter().filter(|f| f.lasting);
        Lasting {
            vin: shaped(Shape::Vin),
            plate: shaped(Shape::Plate),
            fields: lasting
                .enumerate()
                .map(|(at, f)| (f.key.clone(), at))
                .collect(),
        }
    }

    /// 0 when too little is known; odd when a number tells it that no other thing has.
    pub(crate) fn facts(&self, listing: &NewListing) -> u128 {
        let text = |key: &Option<Arc<str>>| match listing.values.get(key.as_ref()?) {
            Some(Value::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        if let Some(vin) = text(&self.vin).filter(|vin| is_vin(vin)) {
            return xxh3_128(format!("vin {vin}").as_bytes()) | 1;
        }
        if let Some(plate) = text(&self.plate).filter(|plate| plate.len() > 4) {
            return xxh3_128(format!("plate {plate}").as_bytes()) | 1;
        }
        let (mut told, mut count) = (listing.category.to_string(), 0);
        let values = listing.values.iter();
        let lasting = values.filter_map(|(key, value)| Some((*self.fields.get(key)?, key, value)));
        let mut lasting: Vec<_> = lasting.collect();
        lasting.sort_unstable_by_key(|(at, ..)| *at);
        for (_, key, value) in lasting {
            told.push('\n');
            told.push_str(key);
            told.push('=');
            count += tell(value, &mut told);
        }
        match count < FACTS_MIN {
            true => 0,
            false => xxh3_128(told.as_bytes()) & !1,
        }
    }
}

/// Whether these facts are a number that no other thing has.
pub(crate) const fn are_sure(facts: u128) -> bool {
    facts & 1 == 1
}

/// Writes a value; of a place the parts of its address, and not where a map put it.
fn tell(value: &Value, told: &mut String) -> usize {
    let Value::Place(place) = value else {
        told.push_str(&serde_json::to_string(value).unwrap_or_default());
        return 1;
    };
    let parts = [&place.postcode, &place.town, &place.street, &place.number];
    for part in parts {
        told.push('|');
        told.push_str(&part.to_lowercase());
    }
    parts.iter().filter(|p| !p.is_empty()).count()
}
