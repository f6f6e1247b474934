//! A sample of the listings: whether the index knows them, and whether their pictures are there.

use std::collections::BTreeMap;

use catalog::Listing;
use media::Objects;
use search::Index;
use store::{Account, Id, kinds};

use super::Check;
use crate::house::House;
use crate::output::Failure;

/// Moments of the deployment's life from which listings are taken, and how many from each.
const MOMENTS: u64 = 10;
const OF_EACH: usize = 50;
const PICTURES_MAX: usize = 200;
/// While a server is writing, a listing may change between our two looks.
const LOOKS: usize = 3;

/// All listings if they are few, else some from chance moments between the first account and now.
pub async fn sample(house: &House) -> Result<Vec<Listing>, Failure> {
    let (store, dictionary) = (&house.store, house.dictionary.get());
    let mut read = store.read(&house.operator()).await?;
    let accounts = Account::all(&mut read).await?;
    let Some(first) = accounts.iter().map(|a| a.created_at).min() else {
        return Ok(Vec::new());
    };
    let life = u64::try_from(store.now().0 - first.0).unwrap_or(0);
    let all = OF_EACH * MOMENTS as usize;
    let page = catalog::page_of_all(&mut read, &dictionary, None, all).await?;
    if page.len() < all {
        return Ok(page);
    }
    let mut found: BTreeMap<Id<kinds::Listing>, Listing> = BTreeMap::new();
    for _ in 0..MOMENTS {
        let into = i64::try_from(store.dice().below(life + 1)).unwrap_or(0);
        let after = Id::from_uuid(store.dice().uuid(first.plus_ms(into)));
        let page = catalog::page_of_all(&mut read, &dictionary, Some(after), OF_EACH).await?;
        found.extend(page.into_iter().map(|listing| (listing.id, listing)));
    }
    Ok(found.into_values().collect())
}

/// The saved index, brought up to now, against the tables.
pub async fn index(house: &House, sample: &[Listing]) -> Result<Check, Failure> {
    let saved = house.place.data.join("search");
    let (mut wrong, mut listings) = (0, 0);
    for _ in 0..LOOKS {
        let (index, _) = search::open(&house.store, &house.dictionary, Some(&saved)).await?;
        listings = index.len();
        wrong = differing(house, &index, sample).await?;
        if wrong == 0 {
            break;
        }
    }
    let looked = sample.len();
    if wrong == 0 {
        let said =
            format!("{listings} public listings; {looked} looked up, all agree with the tables");
        return Ok(Check::ok("index", said));
    }
    let said = format!("{wrong} of {looked} listings differ between the index and the tables");
    let todo =
        "stop the server, remove the folder “search” of the data, start again: it is rebuilt";
    Ok(Check::fail("index", said, todo))
}

async fn differing(house: &House, index: &Index, sample: &[Listing]) -> Result<usize, Failure> {
    let dictionary = house.dictionary.get();
    let ids: Vec<Id<kinds::Listing>> = sample.iter().map(|listing| listing.id).collect();
    let mut read = house.store.read(&house.operator()).await?;
    let rows = catalog::find_many(&mut read, &dictionary, &ids).await?;
    let fresh = Index::new(&dictionary)?;
    fresh.apply(&rows, &[])?;
    let differs = |id: &&Id<kinds::Listing>| index.version(**id) != fresh.version(**id);
    Ok(ids.iter().filter(differs).count())
}

/// Whether the pictures of the sample are there and whole: their hash is made again.
pub fn pictures(house: &House, sample: &[Listing]) -> Check {
    let folder = house.place.data.join("media");
    let hashes = sample.iter().flat_map(|listing| &listing.photos);
    let hashes: Vec<&String> = hashes
        .filter_map(|photo| photo.object.as_ref())
        .take(PICTURES_MAX)
        .collect();
    if hashes.is_empty() && !folder.is_dir() {
        return Check::ok("pictures", "none is kept here");
    }
    let todo = "restore the folder “media” of the data from its backup";
    if !folder.is_dir() {
        let said = format!(
            "there is no folder {}, and listings have pictures",
            folder.display()
        );
        return Check::fail("pictures", said, todo);
    }
    let objects = match Objects::open(&folder) {
        Ok(objects) => objects,
        Err(error) => return Check::fail("pictures", error.to_string(), todo),
    };
    let gone = |hash: &&&String| !matches!(objects.get(hash), Ok(Some(_)));
    match hashes.iter().filter(gone).count() {
        0 => {
            let said = format!(
                "{} kept; {} looked at, all whole",
                objects.len(),
                hashes.len()
            );
            Check::ok("pictures", said)
        }
        missing => {
            let said = format!(
                "{missing} of {} looked at are missing or damaged",
                hashes.len()
            );
            Check::fail("pictures", said, todo)
        }
    }
}
