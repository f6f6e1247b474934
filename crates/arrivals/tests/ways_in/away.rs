//! While the database is away nobody hears a yes, and nothing is taken away from its sender.

use std::net::SocketAddr;

use arrivals::{Reach, State, Way, fetch_due, look, serve_mail};
use testkit::World;

use crate::faults::{Wire, sign_in, until};
use crate::yard::{Yard, rooms, stock};
use crate::{Typist, page, web};

const DAY_MS: i64 = 24 * 3_600_000;

/// Houses that no other way brings.
fn houses(count: usize, letter: &str) -> String {
    stock(count).replace('R', letter)
}

async fn mailed(sender: &mut Typist, to: &str) -> String {
    sender.say("MAIL FROM:<stock@dealer.example>").await;
    let known = sender.say(&format!("RCPT TO:<{to}@in.example>")).await;
    if !known.starts_with("250") {
        return known;
    }
    sender.say("DATA").await;
    sender.say("Subject: Stock\r\n\r\nit\r\n.").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_sends_while_the_database_is_away_is_told_no_and_keeps_his_file() {
    let yard = Yard::of(World::on_postgres(&rooms()).await);
    let (wire, node) = Wire::and_node(&yard).await;
    let (listen, login, password) = yard.ftp_on(node.clone()).await;
    let (post, _) = yard.source(Way::Mail, "post", "").await;
    let post = post.login.expect("an address");
    let (told, heard) = tokio::sync::oneshot::channel();
    let ready = move |at| {
        let _ = told.send(at);
    };
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    tokio::spawn(serve_mail(node.clone(), yard.files.clone(), any, ready));
    let folder = yard.world.folder.path().join("incoming");
    std::fs::create_dir_all(folder.join("lumen")).expect("a folder");
    std::fs::write(folder.join("lumen/folder.csv"), houses(3, "F")).expect("a file");
    let (at, mut asked) = web(vec![page("", &houses(4, "W"))]).await;
    yard.source(Way::Url, "web", &format!("http://{at}/web.csv"))
        .await;
    let mut dealer = sign_in(listen, &login, &password).await;
    let mut sender = Typist::to(heard.await.expect("it listens")).await;
    sender.say("EHLO dealer.example").await;
    let mut seen = Default::default();
    let files = &yard.files;
    look(&node, files, &folder, &mut seen)
        .await
        .expect("a look");
    yard.world.clock.advance_ms(DAY_MS);

    wire.away.send_replace(true);
    let said = dealer.put("ftp.csv", &stock(5)).await;
    assert!(said.starts_with('4'), "he may try again: {said}");
    let said = mailed(&mut sender, &post).await;
    assert!(said.starts_with("451"), "{said}");
    let _ = look(&node, files, &folder, &mut seen).await;
    assert!(folder.join("lumen/folder.csv").exists());
    let fetched = fetch_due(&node, files, &yard.seal, Reach::Everywhere).await;
    assert!(fetched.is_err() && asked.try_recv().is_err());
    assert!(yard.came().await.is_empty() && yard.coming_in() == 0);

    wire.away.send_replace(false);
    until(async || mailed(&mut sender, &post).await.starts_with("250")).await;
    let said = dealer.put("ftp.csv", &stock(5)).await;
    assert!(said.starts_with("226"), "{said}");
    until(async || {
        look(&node, files, &folder, &mut seen)
            .await
            .is_ok_and(|n| n == 1)
    })
    .await;
    let fetched = fetch_due(&node, files, &yard.seal, Reach::Everywhere).await;
    assert_eq!(fetched.expect("fetched"), 1);
    yard.work().await;
    let mut story = yard.story().await;
    story.sort_by(|a, b| a.0.cmp(&b.0));
    let wanted = [
        ("Stock.eml", State::Refused),
        ("folder.csv", State::Imported),
        ("ftp.csv", State::Imported),
        ("web.csv", State::Imported),
    ];
    assert_eq!(story, wanted.map(|(name, state)| (name.to_owned(), state)));
}
