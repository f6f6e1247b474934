//! The same file by two ways in the same moment.

use arrivals::{Reach, State, Way, fetch_due, work_due};
use exchange::Pictures;
use store::Store;
use testkit::on_both;
use tokio::task::JoinHandle;

use crate::faults::sign_in;
use crate::yard::{Yard, rooms, stock};
use crate::{page, web};

const DAY_MS: i64 = 24 * 3_600_000;
/// Several transactions for each of the two.
const ROWS: usize = 2_000;

impl Yard {
    /// A node that works as long as something is due.
    fn working(&self, node: Store) -> JoinHandle<()> {
        let (dictionary, files) = (self.world.dictionary.clone(), self.files.clone());
        tokio::spawn(async move {
            let nowhere = Pictures::Nowhere;
            while work_due(&node, &dictionary, &files, &nowhere)
                .await
                .expect("work")
                > 0
            {}
        })
    }
}

on_both! { &rooms(),
    async fn the_same_file_by_two_ways_at_once_brings_its_listings_once(world) {
        let yard = Yard::of(world);
        let text = stock(ROWS);
        let (at, _asked) = web(vec![page("", &text)]).await;
        yard.source(Way::Url, "web", &format!("http://{at}/stock.csv")).await;
        let (listen, login, password) = yard.ftp().await;
        yard.world.clock.advance_ms(DAY_MS);
        let sent = async {
            let mut dealer = sign_in(listen, &login, &password).await;
            dealer.put("stock.csv", &text).await
        };
        let store = &yard.world.store;
        let fetched = fetch_due(store, &yard.files, &yard.seal, Reach::Everywhere);
        let (sent, fetched) = tokio::join!(sent, fetched);
        assert!(sent.starts_with("226") && fetched.expect("fetched") == 1, "{sent}");
        let nodes = [store.clone(), yard.world.second_node().await];
        for working in nodes.map(|node| yard.working(node)) {
            working.await.expect("it works");
        }
        yard.work().await;
        assert_eq!(yard.count("SELECT count(*) FROM listing").await, ROWS as i64);
        let told = "SELECT count(*) FROM journal WHERE fact = 'listing.created'";
        assert_eq!((yard.count(told).await, yard.live().await), (ROWS as i64, ROWS as i64));
        let story = yard.story().await;
        assert_eq!(story.len(), 2);
        assert!(story.iter().all(|(_, s)| matches!(s, State::Imported | State::Unchanged)), "{story:?}");
        assert!(yard.mails().await.is_empty());
        // The night after, both say it again: nothing moves.
        let mut dealer = sign_in(listen, &login, &password).await;
        dealer.put("stock.csv", &text).await;
        yard.work().await;
        assert_eq!((yard.count(told).await, yard.live().await), (ROWS as i64, ROWS as i64));
    }
}
