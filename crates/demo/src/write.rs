//! The world written into a store: accounts and users, pictures, listings.

use std::collections::{HashMap, VecDeque};

use dictionary::{Dictionary, Photo, Texts};
use store::{
    Act, Actor, Error, HOUR_MS, NewAccount, NewUser, Result, Role, Store, Timestamp, Tx, Via, kinds,
};

use crate::asking;
use crate::chance::Chance;
use crate::pool::Motif;
use crate::world::{Business, Offer, Scale, World};

/// Everybody in the world signs in with it; it is printed, and good for nothing else.
pub const PASSWORD: &str = "try-entremise";

/// One login of each kind that every world of seed 1 has, and what it is good for.
pub const LOGINS: [(&str, &str); 4] = [
    ("operator@entremise.example", "sees every account"),
    ("anna@maison-lumen.example", "an agency in Brussels"),
    ("hugo@garage-montelune.example", "a dealer"),
    ("julien@lambinet-plumber-1.example", "a tradesman"),
];

/// Tradesmen of one transaction.
const ACCOUNTS_CHUNK: usize = 10;

/// Keeps a JPEG where the sites will find it and gives its hash (blake3, lower-case hex).
pub trait Keep {
    fn keep(&self, jpeg: Vec<u8>) -> impl Future<Output = Result<String>> + Send;
}

impl Keep for media::Objects {
    async fn keep(&self, jpeg: Vec<u8>) -> Result<String> {
        let objects = self.clone();
        // A write waits for the disk.
        let kept = tokio::task::spawn_blocking(move || objects.put(&jpeg)).await;
        kept.map_err(|error| Error::broken(error.to_string()))?
    }
}

/// Who can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// Empty for the operator's own people.
    pub account: String,
    pub name: String,
    pub email: String,
    pub role: Role,
}

/// How far the writing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub accounts: usize,
    pub listings: usize,
    /// Of about so many.
    pub listings_planned: usize,
    pub pictures: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    pub accounts: usize,
    pub listings: usize,
    pub pictures: usize,
    pub enquiries: usize,
    /// The operator first, then one of each agency and dealer, then one tradesman.
    pub logins: Vec<Login>,
}

struct Writer<'a, K> {
    store: &'a Store,
    dictionary: &'a Dictionary,
    keep: &'a K,
    seed: u64,
    scale: Scale,
    began: Timestamp,
    drawn: HashMap<Motif, Photo>,
    hash: String,
    written: Written,
    planned: usize,
}

/// What an agency or a dealer has still to write.
struct Stock<'a> {
    business: &'a Business,
    account: store::Id<kinds::Account>,
    /// So many of its offers at a time.
    turn: usize,
    offers: VecDeque<Offer>,
    ids: Vec<store::Id<kinds::Listing>>,
}

impl Stock<'_> {
    fn rounds(&self) -> usize {
        self.offers.len().div_ceil(self.turn)
    }
}

/// In so many turns everybody's stock is written.
const TURNS: usize = 400;
/// The accounts of a turn write in so many transactions, each at its own time.
const PARTS: usize = 4;
/// The days in which the world came to be.
pub const DAYS: f64 = 120.0;

/// Writes the world of a seed. A store that holds one already refuses (`account_exists`).
///
/// A store with a held clock and seeded dice gets the same ids and the same times again: the clock is
/// moved on over [`DAYS`] days while what is offered comes in.
pub async fn write<K: Keep>(
    store: &Store,
    dictionary: &Dictionary,
    scale: Scale,
    seed: u64,
    keep: &K,
    mut progress: impl FnMut(Progress),
) -> Result<Written> {
    let world = World::new(dictionary, scale, seed);
    let planned = world.businesses.iter().map(|b| b.listings).sum();
    let mut writer = Writer {
        store,
        dictionary,
        keep,
        seed,
        scale,
        began: store.now(),
        drawn: HashMap::new(),
        hash: String::new(),
        written: Written::default(),
        planned,
    };
    writer.operator().await?;
    let (large, small): (Vec<&Business>, Vec<&Business>) =
        world.businesses.iter().partition(|b| b.trade.is_none());
    let mut stocks = writer.stocks(&world, &large).await?;
    let mut tradesmen = small.chunks(ACCOUNTS_CHUNK);
    let rounds = stocks.iter().map(Stock::rounds).max().unwrap_or(0);
    for round in 0..rounds {
        for part in 0..PARTS {
            let at = (round * PARTS + part) as f64 / (rounds * PARTS) as f64;
            writer.wait_until(at);
            writer.some(&mut stocks, part).await?;
        }
        // Tradesmen join all the while.
        let all = small.len().div_ceil(ACCOUNTS_CHUNK);
        if (all - tradesmen.len()) * rounds <= round * all
            && let Some(some) = tradesmen.next()
        {
            writer.small(&world, some).await?;
        }
        progress(writer.progress());
    }
    for some in tradesmen {
        writer.small(&world, some).await?;
        progress(writer.progress());
    }
    writer.enquiries(&stocks).await?;
    Ok(writer.written)
}

fn act() -> Act {
    Act::by(Actor::System("demo")).via(Via::CommandLine)
}

impl<K: Keep> Writer<'_, K> {
    fn progress(&self) -> Progress {
        Progress {
            accounts: self.written.accounts,
            listings: self.written.listings,
            listings_planned: self.planned,
            pictures: self.drawn.len(),
        }
    }

    /// The first of the operator's people. One hash of the password serves everybody: hashing is
    /// slow on purpose.
    async fn operator(&mut self) -> Result<()> {
        let mut tx = self.store.begin(&self.store.operator(), act()).await?;
        self.hash = self.store.hash_password(PASSWORD).await?;
        let user = NewUser {
            account: None,
            email: "operator@entremise.example".into(),
            name: "Olive Operator".into(),
            role: Role::Operator,
            language: "en".into(),
            password: String::new(),
        };
        self.person(&mut tx, user, "").await?;
        tx.commit().await?;
        Ok(())
    }

    async fn person(&mut self, tx: &mut Tx, user: NewUser, account: &str) -> Result<()> {
        let user = tx.add_user_hashed(user, self.hash.clone()).await?;
        let known = account.is_empty()
            || self
                .written
                .logins
                .iter()
                .all(|login| login.account != account);
        if known {
            self.written.logins.push(Login {
                account: account.to_owned(),
                name: user.name,
                email: user.email,
                role: user.role,
            });
        }
        Ok(())
    }

    /// The accounts and people of the agencies and dealers, and what they will offer.
    async fn stocks<'b>(
        &mut self,
        world: &World,
        businesses: &[&'b Business],
    ) -> Result<Vec<Stock<'b>>> {
        let mut stocks = Vec::with_capacity(businesses.len());
        for business in businesses {
            let photo = self.picture(business.logo).await?;
            let mut tx = self.store.begin(&self.store.operator(), act()).await?;
            let account = self.account(&mut tx, business, &photo, 3).await?;
            tx.commit().await?;
            let offers = world.offers(business);
            stocks.push(Stock {
                business,
                account,
                turn: offers.len().div_ceil(TURNS).max(1),
                offers: offers.into_iter().collect(),
                ids: Vec::new(),
            });
        }
        // The last of a turn is the newest on the site: the first of the list, who is at home here.
        stocks.reverse();
        Ok(stocks)
    }

    /// People ask each agency and dealer about something.
    async fn enquiries(&mut self, stocks: &[Stock<'_>]) -> Result<()> {
        for stock in stocks.iter().rev() {
            let mut read = self.store.read(&self.store.operator()).await?;
            let account = store::Account::find(&mut read, stock.account).await?;
            drop(read);
            let mut chance = Chance::new(self.seed, stock.business.stream + 50_000);
            self.written.enquiries +=
                asking::ask(self.store, self.dictionary, &account, &mut chance).await?;
        }
        Ok(())
    }

    /// Moves a held clock to a part of the days that the world was written in, by day: from eight in
    /// the morning to seven in the evening. The wall's clock stays what it is.
    fn wait_until(&self, part: f64) {
        let days = part * DAYS;
        let hours = 8.0 + days.fract() * 11.0;
        let at = (days.floor() * 24.0 + hours) * HOUR_MS as f64;
        let at = self.began.plus_ms(at as i64);
        let wait = at.0 - self.store.now().0;
        self.store.clock().advance_ms(wait.max(0));
    }

    /// The next offers of every few accounts in one transaction, by turns.
    async fn some(&mut self, stocks: &mut [Stock<'_>], part: usize) -> Result<()> {
        // Drawing takes its time; the transaction opens when all is at hand.
        let (mut ready, mut count) = (Vec::new(), 0);
        let few = stocks.iter_mut().enumerate();
        for (at, stock) in few.filter(|(at, _)| at % PARTS == part) {
            let turn = stock.turn.min(stock.offers.len());
            let mut listings = Vec::with_capacity(turn);
            for offer in stock.offers.drain(..turn) {
                let photos = self.photos(&offer).await?;
                listings.push((offer.parent, offer.listing(stock.business.vertical, photos)));
            }
            count += listings.len();
            ready.push((at, listings));
        }
        if count == 0 {
            return Ok(());
        }
        let mut tx = self.store.begin(&self.store.operator(), act()).await?;
        for (at, listings) in ready {
            let stock = &mut stocks[at];
            create(&mut tx, stock.account, listings, &mut stock.ids).await?;
        }
        tx.commit().await?;
        self.written.listings += count;
        Ok(())
    }

    /// Many tradesmen in one transaction; the listing of each is his profile.
    async fn small(&mut self, world: &World, some: &[&Business]) -> Result<()> {
        let mut ready = Vec::with_capacity(some.len());
        for business in some {
            let logo = self.picture(business.logo).await?;
            let mut listings = Vec::new();
            for offer in world.offers(business) {
                let photos = self.photos(&offer).await?;
                listings.push(offer.listing(business.vertical, photos));
            }
            ready.push((*business, logo, listings));
        }
        let mut tx = self.store.begin(&self.store.operator(), act()).await?;
        for (business, logo, listings) in ready {
            let account = self.account(&mut tx, business, &logo, 1).await?;
            self.written.listings += listings.len();
            catalog::create_many(&mut tx, account, listings).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn account(
        &mut self,
        tx: &mut Tx,
        business: &Business,
        logo: &Photo,
        people: usize,
    ) -> Result<store::Id<kinds::Account>> {
        let account = tx
            .add_account(NewAccount {
                slug: business.slug.clone(),
                name: business.name.clone(),
                vertical: business.vertical.into(),
                country: business.country.into(),
                language: business.language.into(),
                profile: profile(business, logo),
            })
            .await?;
        for (at, (first, last)) in business.people.iter().take(people).enumerate() {
            let first_name = crate::world::who::slug(first);
            let user = NewUser {
                account: Some(account.id),
                email: format!("{first_name}@{}.example", business.slug),
                name: format!("{first} {last}"),
                role: if at == 0 { Role::Manager } else { Role::Agent },
                language: business.language.into(),
                password: String::new(),
            };
            // Only one of the tradesmen is shown among the logins.
            let shown = business.trade.is_none() || self.written.logins.len() < 34;
            let known = self.written.logins.len();
            self.person(tx, user, &business.slug).await?;
            if !shown {
                self.written.logins.truncate(known);
            }
        }
        self.written.accounts += 1;
        Ok(account.id)
    }

    async fn photos(&mut self, offer: &Offer) -> Result<Vec<Photo>> {
        let mut photos = Vec::with_capacity(offer.pictures.len());
        for motif in &offer.pictures {
            let photo = self.picture(*motif).await?;
            if !photos.contains(&photo) {
                photos.push(photo);
            }
        }
        Ok(photos)
    }

    /// A motif is drawn and kept at its first use.
    async fn picture(&mut self, motif: Motif) -> Result<Photo> {
        let motif = if self.scale == Scale::Small {
            motif.of_few()
        } else {
            motif
        };
        if let Some(photo) = self.drawn.get(&motif) {
            return Ok(photo.clone());
        }
        let sheet = motif.draw(self.seed);
        let (width, height) = sheet.size();
        let object = self.keep.keep(sheet.jpeg()).await?;
        let photo = Photo {
            object: Some(object),
            url: None,
            caption: Texts::new(),
            width,
            height,
        };
        self.drawn.insert(motif, photo.clone());
        self.written.pictures = self.drawn.len();
        Ok(photo)
    }
}

/// Parents before children: what stands under something of the same call waits for its id.
async fn create(
    tx: &mut Tx,
    account: store::Id<kinds::Account>,
    ready: Vec<(Option<usize>, catalog::NewListing)>,
    ids: &mut Vec<store::Id<kinds::Listing>>,
) -> Result<()> {
    let mut flat = Vec::new();
    for (parent, mut listing) in ready {
        match parent {
            None => flat.push(listing),
            Some(at) => {
                ids.extend(catalog::create_many(tx, account, std::mem::take(&mut flat)).await?);
                let above = ids.get(at).copied();
                listing.parent = Some(above.ok_or(Error::NotFound { what: "listing" })?);
                ids.push(catalog::create(tx, account, listing).await?.id);
            }
        }
    }
    ids.extend(catalog::create_many(tx, account, flat).await?);
    Ok(())
}

fn profile(business: &Business, logo: &Photo) -> String {
    let town = business.town;
    serde_json::json!({
        "street": business.street,
        "postcode": &*town.postcode,
        "town": &*town.name,
        "country": business.country,
        "lat": town.lat,
        "lon": town.lon,
        "phone": business.phone,
        "email": business.email,
        "web": format!("https://www.{}.example", business.slug),
        "logo": logo.object,
    })
    .to_string()
}
