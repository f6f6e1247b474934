//! Photos that a feed names by address, and those of a listing that it names once more.

use std::collections::BTreeMap;

use ::store::{Id, Result, kinds};
use ahash::AHashMap;
use catalog::{Listing, NewListing};
use dictionary::Photo;
use photos::{Wanted, is_address, unsigned};

use crate::removal::is_shrunken;
use crate::report::Report;
use crate::store::{Known, NewRow};
use crate::write::Writer;

/// Where the rows of a chunk stand in their file, by their keys.
pub(crate) type Places = AHashMap<u128, (u64, u64)>;

/// The photos that a listing has and those that the feed names, in the order of the feed. A picture
/// that is here already stays with its address and is not fetched again; one whose address the feed
/// no longer names goes; one that has no address was added by hand, and stays behind the others. The
/// same address signed anew is the same; it is taken over where it is to be asked again.
pub(crate) fn merged_photos(ours: &[Photo], theirs: Vec<Photo>, asks_again: bool) -> Vec<Photo> {
    if !theirs.iter().any(is_address) {
        return match same_objects(ours, &theirs) {
            true => ours.to_vec(),
            false => theirs,
        };
    }
    let by_hand = ours.iter().filter(|p| p.url.is_none());
    let by_hand: Vec<Photo> = by_hand.filter(|p| !theirs.contains(p)).cloned().collect();
    let here = |photo: Photo| {
        let exact = ours.iter().find(|o| o.url == photo.url);
        let known = exact.or_else(|| ours.iter().find(|o| is_same_address(o, &photo)));
        match known.filter(|_| photo.object.is_none()) {
            Some(known) => Photo {
                caption: photo.caption,
                url: match asks_again || known.object.is_none() {
                    true => photo.url,
                    false => known.url.clone(),
                },
                ..known.clone()
            },
            None => photo,
        }
    };
    theirs.into_iter().map(here).chain(by_hand).collect()
}

fn is_same_address(one: &Photo, other: &Photo) -> bool {
    let (Some(one), Some(other)) = (&one.url, &other.url) else {
        return false;
    };
    one == other || unsigned(one) == unsigned(other)
}

/// A whole row without any photo.
pub(crate) fn is_bare(draft: &NewListing) -> bool {
    draft.photos.is_empty() && !draft.category.is_empty()
}

pub(crate) fn is_shown(listing: &Listing) -> bool {
    listing.photos.iter().any(is_address)
}

/// The least number of listings that a share is taken of.
const AMONG_MIN: usize = 20;

impl Writer<'_> {
    /// Whether listings lose the photos that their rows no longer name. A program that has lost its
    /// photos sends a file without any: that takes none away until a person has said so.
    pub(crate) fn clears_photos(
        &self,
        bare: usize,
        found: &BTreeMap<Id<kinds::Listing>, Listing>,
        known: &Known,
        report: &mut Report,
    ) -> bool {
        if !self.owns_photos || bare == 0 || self.clearance {
            return self.owns_photos;
        }
        let shown = found.values().filter(|l| is_shown(l)).count();
        let of = known.rows.len().min(shown.max(AMONG_MIN));
        if !is_shrunken(bare as u64, of as u64) {
            return true;
        }
        if report.problems.iter().all(|p| p.code != "photos_gone") {
            report.tell_file(
                "photos_gone",
                "many rows that had photos name none any more, so the photos stay; if that is \
                 meant, import the file again with --clearance",
            );
        }
        false
    }
}

impl Writer<'_> {
    /// Pictures that change under their addresses are asked for though their rows are the same.
    pub(crate) async fn ask_anew(&self, known: &Known) -> Result<()> {
        if !self.policy.photos_change || self.dry_run {
            return Ok(());
        }
        let seen = known.rows.iter().filter(|row| row.seen && !row.gone);
        let seen: Vec<_> = seen.map(|row| row.listing).collect();
        for chunk in seen.chunks(catalog::CHUNK) {
            let mut tx = self.store.begin(self.scope, self.act.clone()).await?;
            photos::ask_anew(&mut tx, self.account, self.batch, chunk).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

/// Pictures from an archive are known by their content.
fn same_objects(ours: &[Photo], theirs: &[Photo]) -> bool {
    ours.len() == theirs.len()
        && ours
            .iter()
            .zip(theirs)
            .all(|(a, b)| a.object == b.object && a.caption == b.caption)
}

/// The photos of a new listing, if any has an address.
pub(crate) fn addressed(photos: &[Photo]) -> Option<Vec<Photo>> {
    photos.iter().any(is_address).then(|| photos.to_vec())
}

/// The changed listings whose photos by address are others now.
pub(crate) fn wanted(
    pairs: &[(Listing, Listing)],
    rows: &[NewRow],
    places: &Places,
) -> Vec<Wanted> {
    let changed = pairs.iter().filter(|(before, after)| {
        let all = || before.photos.iter().chain(&after.photos);
        are_others(&before.photos, &after.photos) && all().any(is_address)
    });
    let changed: AHashMap<_, _> = changed
        .map(|(_, after)| (after.id, &after.photos))
        .collect();
    let of_row = |row: &NewRow| {
        let photos = changed.get(&row.listing)?;
        Some(want(row.listing, photos.to_vec(), places.get(&row.key)))
    };
    match changed.is_empty() {
        true => Vec::new(),
        false => rows.iter().filter_map(of_row).collect(),
    }
}

/// More than a signature of their addresses has changed.
fn are_others(before: &[Photo], after: &[Photo]) -> bool {
    let is_same = |(one, other): (&Photo, &Photo)| {
        let signed = |photo: &Photo| Photo {
            url: other.url.clone(),
            ..photo.clone()
        };
        one == other
            // One that is not here yet is asked under the signature that holds.
            || (one.object.is_some() && is_same_address(one, other) && signed(one) == *other)
    };
    before.len() != after.len() || !before.iter().zip(after).all(is_same)
}

pub(crate) fn want(
    listing: Id<kinds::Listing>,
    photos: Vec<Photo>,
    at: Option<&(u64, u64)>,
) -> Wanted {
    let (row, line) = at.copied().unwrap_or_default();
    Wanted {
        listing,
        photos,
        row,
        line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str) -> Photo {
        Photo {
            url: Some(format!("https://img.example/{url}")),
            ..Photo::default()
        }
    }

    fn here(url: &str) -> Photo {
        Photo {
            object: Some(format!("hash of {url}")),
            width: 640,
            ..at(url)
        }
    }

    #[test]
    fn another_order_and_a_photo_less_fetch_nothing() {
        let ours = [here("1"), here("2"), here("3")];
        let merged = merged_photos(&ours, vec![at("3"), at("1")], false);
        assert_eq!(merged, [here("3"), here("1")]);
    }

    #[test]
    fn a_photo_added_by_hand_stays_behind_those_of_the_feed() {
        let own = Photo {
            object: Some("hash".into()),
            ..Photo::default()
        };
        let merged = merged_photos(&[own.clone(), here("1")], vec![at("1"), at("2")], false);
        assert_eq!(merged, [here("1"), at("2"), own]);
    }
}
