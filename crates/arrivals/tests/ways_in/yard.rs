//! A world with a place for files, and what its stories ask it.

use arrivals::{
    Arrival, NewSource, Source, State, Way, add, arrivals, find_source, receive, work_due,
};
use media::{Files, Kept};
use store::{Act, Actor, Id, Migration, Reads, Seal, Via, kinds};
use testkit::World;

pub fn rooms() -> Vec<Migration> {
    [
        photos::MIGRATIONS,
        exchange::MIGRATIONS,
        relations::MIGRATIONS,
        enquiries::MIGRATIONS,
        arrivals::MIGRATIONS,
    ]
    .concat()
}

pub fn stock(count: usize) -> String {
    let rows = (1..=count).map(|n| format!("R{n};house;{}000;1000;Bruxelles\n", 200 + n));
    format!(
        "reference;type;price;postcode;town\n{}",
        rows.collect::<String>()
    )
}

/// A world with a place for files.
pub struct Yard {
    pub world: World,
    pub files: Files,
    pub seal: Seal,
}

impl Yard {
    pub fn of(world: World) -> Yard {
        let files = Files::open(&world.folder.path().join("files")).expect("files");
        let seal = Seal::open(world.folder.path(), None, world.store.dice()).expect("a key");
        Yard { world, files, seal }
    }

    pub fn act() -> Act {
        Act::by(Actor::System("story")).via(Via::CommandLine)
    }

    pub async fn source(&self, way: Way, name: &str, address: &str) -> (Source, Option<String>) {
        self.source_that(way, name, address, |_| {}).await
    }

    pub async fn source_that(
        &self,
        way: Way,
        name: &str,
        address: &str,
        says: impl FnOnce(&mut NewSource),
    ) -> (Source, Option<String>) {
        let store = &self.world.store;
        let mut tx = store
            .begin(&store.operator(), Yard::act())
            .await
            .expect("tx");
        let mut new = NewSource {
            account: self.world.account.id,
            name: name.into(),
            way,
            address: address.into(),
            password: String::new(),
            move_to: String::new(),
            public_keys: String::new(),
            times: "03:30".into(),
            zone: String::new(),
            category: String::new(),
            partial: false,
            policy: Default::default(),
            quiet_hours: 26,
        };
        says(&mut new);
        let added = add(&mut tx, &self.seal, new).await.expect("a source");
        let sql =
            "INSERT INTO member (id, account, email, name, role, language, password, created_at)
            VALUES ($1, $2, $3, 'Anna', 'manager', 'fr', '', 0) ON CONFLICT DO NOTHING";
        let vals = [
            tx.uuid().into(),
            self.world.account.id.into(),
            "anna@lumen.example".into(),
        ];
        tx.execute(sql, &vals).await.expect("a user");
        tx.commit().await.expect("commit");
        added
    }

    pub fn keep(&self, text: &str) -> Kept {
        let mut coming = self.files.begin("story", 1 << 20).expect("begin");
        coming.write(text.as_bytes()).expect("write");
        coming.keep().expect("keep")
    }

    pub async fn hand(&self, name: &str, text: &str) -> Arrival {
        let store = &self.world.store;
        let mut tx = store
            .begin(&store.operator(), Yard::act())
            .await
            .expect("tx");
        let kept = self.keep(text);
        let arrival = receive(&mut tx, self.world.account.id, "stock", name, kept).await;
        tx.commit().await.expect("commit");
        arrival.expect("an arrival")
    }

    /// Works until nothing is due any more.
    pub async fn work(&self) {
        let (store, dictionary) = (&self.world.store, &self.world.dictionary);
        loop {
            while work_due(store, dictionary, &self.files, &exchange::Pictures::Nowhere)
                .await
                .expect("work")
                > 0
            {}
            let waiting = "SELECT count(*) FROM arrival WHERE state = 'waiting'";
            if self.count(waiting).await == 0 {
                return;
            }
            // PostgreSQL lets go of a lock a moment after its holder has gone.
            self.world.clock.advance_ms(2_000);
            tokio::task::yield_now().await;
        }
    }

    /// What came, oldest first: name and state.
    pub async fn story(&self) -> Vec<(String, State)> {
        let came = self.came().await;
        came.into_iter().map(|a| (a.name, a.state)).collect()
    }

    pub async fn came(&self) -> Vec<Arrival> {
        let store = &self.world.store;
        let mut read = store.read(&store.operator()).await.expect("read");
        let mut came = arrivals(&mut read, self.world.account.id, 100)
            .await
            .expect("arrivals");
        came.reverse();
        came
    }

    pub async fn live(&self) -> i64 {
        self.count("SELECT count(*) FROM listing WHERE status = 'live'")
            .await
    }

    pub async fn count(&self, sql: &str) -> i64 {
        let store = &self.world.store;
        let mut read = store.read(&store.operator()).await.expect("read");
        read.one(sql, &[])
            .await
            .expect("count")
            .expect("a row")
            .int(0)
    }

    pub async fn mails(&self) -> Vec<String> {
        let store = &self.world.store;
        let mut read = store.read(&store.operator()).await.expect("read");
        let sql = "SELECT subject FROM mail ORDER BY at, id";
        let rows = read.query(sql, &[]).await.expect("mails");
        rows.iter().map(|r| r.text(0).to_owned()).collect()
    }

    pub async fn again(&self, id: Id<kinds::Source>) -> Source {
        let store = &self.world.store;
        let mut read = store.read(&store.operator()).await.expect("read");
        find_source(&mut read, id).await.expect("the source")
    }
}
