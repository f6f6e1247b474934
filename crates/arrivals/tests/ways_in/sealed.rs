//! A copy of the database alone opens nobody's door.

use arrivals::{Reach, SourceEdit, Way, change, fetch_due, seal_passwords};
use store::{Dice, Error, Reads, Seal};
use testkit::on_both;

use crate::yard::{Yard, rooms, stock};
use crate::{page, web};

const DAY_MS: i64 = 24 * 3_600_000;

impl Yard {
    /// Everything that the database keeps of sources.
    async fn kept_of_sources(&self) -> String {
        let store = &self.world.store;
        let mut read = store.read(&store.operator()).await.expect("read");
        let sql = "SELECT address || ' ' || secret || ' ' || sealed FROM source";
        let rows = read.query(sql, &[]).await.expect("sources");
        let told = "SELECT coalesce(before, '') || coalesce(after, '') FROM journal";
        let story = read.query(told, &[]).await.expect("the journal");
        rows.iter().chain(&story).map(|r| r.text(0)).collect()
    }

    async fn write(&self, sql: &str) {
        let store = &self.world.store;
        let mut tx = store
            .begin(&store.operator(), Yard::act())
            .await
            .expect("tx");
        tx.execute(sql, &[]).await.expect("written");
        tx.commit().await.expect("commit");
    }
}

on_both! { &rooms(),
    async fn the_password_of_an_address_is_sealed_and_said_to_its_server(world) {
        let yard = Yard::of(world);
        let (address, mut asked) = web(vec![page("", &stock(2))]).await;
        let url = format!("http://anna:l%C3%A9ger%3A1@{address}/s.csv");
        let (source, _) = yard.source(Way::Url, "web", &url).await;
        assert_eq!(source.address, format!("http://{address}/s.csv"));
        let kept = yard.kept_of_sources().await;
        assert!(!kept.contains("l%C3%A9ger") && !kept.contains("léger"), "{kept}");
        yard.world.clock.advance_ms(DAY_MS);
        let fetched = fetch_due(&yard.world.store, &yard.files, &yard.seal, Reach::Everywhere);
        fetched.await.expect("fetched");
        let request = asked.recv().await.expect("a request");
        // anna:léger:1 in Base64, in lower case as the server of this story keeps requests.
        assert!(request.contains("authorization: basic yw5uytpsw6lnzxi6mq=="), "{request}");
    }

    async fn a_password_kept_by_an_earlier_version_is_sealed_once(world) {
        let yard = Yard::of(world);
        let (address, mut asked) = web(vec![page("", &stock(2))]).await;
        yard.source(Way::Url, "web", &format!("http://{address}/s.csv")).await;
        yard.write("UPDATE source SET secret = 'anna:geheim'").await;
        let store = &yard.world.store;
        assert_eq!(seal_passwords(store, &yard.seal).await.expect("sealed"), 1);
        assert_eq!(seal_passwords(store, &yard.seal).await.expect("sealed"), 0);
        assert!(!yard.kept_of_sources().await.contains("geheim"));
        yard.world.clock.advance_ms(DAY_MS);
        let fetched = fetch_due(store, &yard.files, &yard.seal, Reach::Everywhere);
        fetched.await.expect("fetched");
        let request = asked.recv().await.expect("a request");
        assert!(request.contains("authorization: basic yw5uytpnzwhlaw0="), "{request}");
    }

    async fn a_node_with_another_key_asks_nobody_and_says_why(world) {
        let yard = Yard::of(world);
        let (address, mut asked) = web(vec![page("", &stock(2))]).await;
        let (source, _) = yard.source(Way::Url, "web", &format!("http://a:b@{address}/s.csv")).await;
        let folder = tempfile::tempdir().expect("another folder");
        let other = Seal::open(folder.path(), None, &Dice::seeded(99)).expect("another key");
        yard.world.clock.advance_ms(DAY_MS);
        let fetched = fetch_due(&yard.world.store, &yard.files, &other, Reach::Everywhere);
        fetched.await.expect("looked");
        let said = yard.again(source.id).await.said;
        assert!(said.contains(&yard.seal.name()) && said.contains("ENTREMISE_SECRET_KEY"), "{said}");
        assert!(asked.try_recv().is_err());
    }

    async fn a_password_does_not_follow_an_address_to_another_server(world) {
        let yard = Yard::of(world);
        let (source, _) = yard.source(Way::Url, "web", "https://a:b@dms.example/s.csv").await;
        let (post, _) = yard.source(Way::Imap, "post", "imaps://stock%40g.be:pw@imap.example/In").await;
        let store = &yard.world.store;
        let edit = async |id, address: &str| {
            let mut tx = store.begin(&store.operator(), Yard::act()).await.expect("tx");
            let edit = SourceEdit { address: Some(address.into()), ..SourceEdit::default() };
            change(&mut tx, &yard.seal, id, edit).await?;
            tx.commit().await.map(drop)
        };
        let kept = async || yard.count("SELECT count(*) FROM source WHERE sealed <> ''").await;
        edit(source.id, "https://dms.example/other.csv").await.expect("another file");
        assert_eq!(kept().await, 2);
        edit(source.id, "https://thief.example/s.csv").await.expect("another server");
        assert_eq!(kept().await, 1);
        edit(post.id, "imaps://stock%40g.be@imap.example/Other").await.expect("another folder");
        assert_eq!(kept().await, 1);
        let refused = edit(post.id, "imaps://stock%40g.be@thief.example/In").await;
        assert!(matches!(refused, Err(Error::Invalid { .. })));
    }
}
