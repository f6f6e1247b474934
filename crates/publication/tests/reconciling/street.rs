//! A street of houses, an agency that publishes them, and a portal that is played.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use catalog::{Listing, NewListing};
use dictionary::{Live, Money, Photo, Place, Status, Value, Values};
use portal::Portals;
use publication::{Channel, Ground, NewChannel, Publication, Reconciler, State, work_until_quiet};
use reach::{Patience, Reach};
use reqwest::Client;
use serde_json::{Value as Json, json};
use store::{Id, Seal, kinds};
use testkit::World;

pub struct Street {
    pub world: World,
    pub portals: Portals,
    pub seal: Seal,
    pub reconciler: Reconciler,
    pub channel: Channel,
    /// The portal as it is played.
    pub sim: String,
    pub client: Client,
}

const PATIENCE: Patience = Patience {
    connect: Duration::from_secs(5),
    silence: Duration::from_millis(400),
    whole: Duration::from_secs(5),
};

/// Starts the portals; where they answer.
pub async fn play(seed: u64) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    let options = portalsim::Options {
        seed,
        ..portalsim::Options::default()
    };
    tokio::spawn(portalsim::serve(listener, options));
    format!("http://{address}")
}

/// The folder of the shipped portal, at the pace of tests.
pub fn write_portal(folder: &Path, rules: Option<&str>) {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../portals/rtdf");
    let to = folder.join("rtdf");
    std::fs::create_dir_all(&to).expect("a folder");
    for file in ["portal.toml", "record.toml", "rules.toml", "codes.toml"] {
        let text = std::fs::read_to_string(own.join(file)).expect("a file");
        let text = text.replace("per_second = 10", "per_second = 4000");
        std::fs::write(to.join(file), text).expect("written");
    }
    if let Some(rules) = rules {
        std::fs::write(to.join("rules.toml"), rules).expect("written");
    }
}

impl Street {
    pub async fn of(world: World) -> Street {
        Street::with(world, None, 0).await
    }

    pub async fn with(world: World, rules: Option<&str>, quota: i64) -> Street {
        let sim = play(7).await;
        let folder = world.path().join("portals");
        write_portal(&folder, rules);
        let (portals, faults) = Portals::open(&world.dictionary, Some(&folder));
        assert_eq!(faults, []);
        let seal = Seal::open(world.path(), None, world.store.dice()).expect("a key");
        let settings = [("network_id", "7"), ("branch_id", "42")];
        let new = NewChannel {
            portal: "rtdf".into(),
            address: format!("{sim}/rtdf"),
            settings: settings.map(|(k, v)| (k.to_owned(), v.to_owned())).into(),
            quota,
            ..NewChannel::default()
        };
        let mut tx = world.tx().await;
        let channel = publication::add(&mut tx, &portals, &seal, world.account.id, new)
            .await
            .expect("a channel");
        tx.commit().await.expect("commit");
        let reconciler = reconciler(&world, &portals, &seal);
        Street {
            world,
            portals,
            seal,
            reconciler,
            channel,
            sim,
            client: Client::new(),
        }
    }

    /// Another process takes over.
    pub fn another_node(&mut self) {
        self.reconciler = reconciler(&self.world, &self.portals, &self.seal);
    }

    pub async fn houses(&self, numbers: std::ops::Range<usize>) -> Vec<Id<kinds::Listing>> {
        let new = numbers.map(house).collect();
        let mut tx = self.world.tx().await;
        let ids = catalog::create_many(&mut tx, self.world.account.id, new)
            .await
            .expect("houses");
        tx.commit().await.expect("commit");
        ids
    }

    pub async fn change(&self, id: Id<kinds::Listing>, change: impl FnOnce(&mut Listing)) {
        let mut tx = self.world.tx().await;
        let before = catalog::find(&mut tx, &self.world.dictionary, id)
            .await
            .expect("found");
        let before = before.expect("a listing");
        let mut after = before.clone();
        change(&mut after);
        catalog::update_many(&mut tx, vec![(before, after)])
            .await
            .expect("changed");
        tx.commit().await.expect("commit");
    }

    pub async fn reprice(&self, id: Id<kinds::Listing>, pounds: i64) {
        self.change(id, |house| {
            house.values.insert(
                "price".into(),
                Value::Money(Money::new(pounds * 100, "GBP")),
            );
        })
        .await;
    }

    pub async fn trash(&self, id: Id<kinds::Listing>) {
        let mut tx = self.world.tx().await;
        catalog::trash(&mut tx, &self.world.dictionary, id)
            .await
            .expect("trashed");
        tx.commit().await.expect("commit");
    }

    /// All that can be done at this moment; how many calls were made.
    pub async fn work(&mut self) -> usize {
        // On PostgreSQL a row is followed once no older transaction runs.
        self.world.settle().await;
        work_until_quiet(&mut self.reconciler)
            .await
            .expect("worked")
    }

    /// Hours go by until nothing is left to do.
    pub async fn work_through(&mut self, rounds: usize) {
        for _ in 0..rounds {
            self.work().await;
            self.world.clock.advance_ms(20 * store::MINUTE_MS);
        }
    }

    pub async fn fault(&self, fault: Json) {
        let url = format!("{}/control/faults", self.sim);
        let mut body = fault;
        body["portal"] = json!("rtdf");
        let answer = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .body(body.to_string());
        let answer = answer.send().await.expect("an answer");
        assert!(answer.status().is_success(), "{:?}", answer.text().await);
    }

    /// What the portal shows: prices by references.
    pub async fn shown(&self) -> BTreeMap<String, String> {
        self.shown_on("rtdf").await
    }

    pub async fn shown_on(&self, portal: &str) -> BTreeMap<String, String> {
        let url = format!("{}/control/shown/{portal}", self.sim);
        let text = self
            .client
            .get(url)
            .send()
            .await
            .expect("an answer")
            .text()
            .await
            .expect("a text");
        let shown: Vec<Json> = serde_json::from_str(&text).expect("JSON");
        let text = |json: &Json, key: &str| json[key].as_str().unwrap_or_default().to_owned();
        let number = shown.len();
        let shown: BTreeMap<_, _> = shown
            .iter()
            .map(|s| (text(s, "reference"), text(s, "price")))
            .collect();
        assert_eq!(shown.len(), number, "nothing is shown twice");
        shown
    }

    pub async fn publication(&self, id: Id<kinds::Listing>) -> Publication {
        let mut read = self.world.read().await;
        let found = publication::of_listing(&mut read, self.world.account.id, id)
            .await
            .expect("read");
        found.into_iter().next().expect("a publication")
    }

    pub async fn state(&self, id: Id<kinds::Listing>) -> State {
        self.publication(id).await.state
    }

    pub async fn state_on(
        &self,
        id: Id<kinds::Listing>,
        channel: Id<kinds::Channel>,
    ) -> Option<State> {
        let mut read = self.world.read().await;
        let found = publication::of_listing(&mut read, self.world.account.id, id)
            .await
            .expect("read");
        found
            .into_iter()
            .find(|p| p.channel == channel)
            .map(|p| p.state)
    }

    pub fn ground(&self) -> Ground {
        ground(&self.world, &self.portals, &self.seal)
    }

    /// A portal fetches its file to the last byte.
    pub async fn fetch(&self, channel: Id<kinds::Channel>) -> (String, publication::Served) {
        let ground = self.ground();
        let key = publication::Feed::key(&ground, channel);
        let mut feed = publication::Feed::open(&ground, channel, &key)
            .await
            .expect("a feed");
        let mut text = Vec::new();
        while let Some(piece) = feed.next().await.expect("a piece") {
            text.extend(piece);
        }
        let served = feed.taken().await.expect("taken");
        (String::from_utf8(text).expect("UTF-8"), served)
    }

    /// What the journal tells of one listing's publication.
    pub async fn story(&self, id: Id<kinds::Listing>) -> Vec<String> {
        self.world.settle().await;
        let entries = self
            .world
            .store
            .entries(store::Position::default(), 10_000)
            .await
            .expect("journal");
        let own = entries
            .iter()
            .filter(|e| e.entity == "publication" && e.id == id.uuid());
        own.map(|e| e.fact.clone()).collect()
    }
}

fn ground(world: &World, portals: &Portals, seal: &Seal) -> Ground {
    Ground {
        store: world.store.clone(),
        dictionary: Live::embedded(),
        portals: portals.clone(),
        seal: seal.clone(),
        base: "https://agency.example".into(),
        reach: Reach::Everywhere,
    }
}

fn reconciler(world: &World, portals: &Portals, seal: &Seal) -> Reconciler {
    Reconciler::with_patience(ground(world, portals, seal), PATIENCE).expect("a client")
}

pub fn house(number: usize) -> NewListing {
    let mut values = Values::new();
    let mut put = |key: &str, value: Value| drop(values.insert(key.into(), value));
    put(
        "price",
        Value::Money(Money::new(30_000_000 + number as i64 * 100, "GBP")),
    );
    put("purpose", Value::OneOf("sale".into()));
    put("bedrooms", Value::Integer(3));
    let texts = [("en".to_owned(), format!("House number {number}"))];
    put("description", Value::Texts(texts.into()));
    let place = Place {
        country: "GB".into(),
        postcode: "SW1A 1AA".into(),
        town: "London".into(),
        region: "Greater London".into(),
        street: "Long Street".into(),
        number: number.to_string(),
        ..Place::default()
    };
    put("place", Value::Place(place.into()));
    NewListing {
        vertical: "estate".into(),
        category: "semi_detached".into(),
        status: Status::Live,
        parent: None,
        level: None,
        reference: format!("H{number:05}"),
        values,
        photos: vec![Photo {
            url: Some(format!("https://pictures.example/{number}.jpg")),
            ..Photo::default()
        }],
    }
}
