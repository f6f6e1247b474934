//! Mails that only say where the stock lies.

use std::net::SocketAddr;

use arrivals::{Reach, State, Way, follow_due, serve_mail};
use store::CLAIM_MS;
use testkit::on_both;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

use crate::yard::{Yard, rooms, stock};
use crate::{Typist, page, web};

const SIX_HOURS_MS: i64 = 6 * 3_600_000;

/// A server on the web that is asked, and answers when somebody lets it.
async fn slow(answer: String) -> (SocketAddr, mpsc::UnboundedReceiver<()>, watch::Sender<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    let (told, asked) = mpsc::unbounded_channel();
    let go_on = watch::Sender::new(false);
    let may = go_on.subscribe();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (mut may, told, answer) = (may.clone(), told.clone(), answer.clone());
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 8_192]).await;
                let _ = told.send(());
                let _ = may.wait_for(|go_on| *go_on).await;
                let _ = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    (address, asked, go_on)
}

impl Yard {
    /// Sends a letter to a source of its own.
    async fn letter(&self, text: &str) {
        let (source, _) = self.source(Way::Mail, "post", "").await;
        let (told, heard) = tokio::sync::oneshot::channel();
        let ready = move |at| {
            let _ = told.send(at);
        };
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let (store, files) = (self.world.store.clone(), self.files.clone());
        tokio::spawn(serve_mail(store, files, any, ready));
        let mut sender = Typist::to(heard.await.expect("it listens")).await;
        sender.say("EHLO dealer.example").await;
        sender.say("MAIL FROM:<stock@dealer.example>").await;
        let to = source.login.expect("an address");
        sender.say(&format!("RCPT TO:<{to}@in.example>")).await;
        sender.say("DATA").await;
        let mail = format!(
            "From: stock@dealer.example\r\nTo: {to}@in.example\r\nSubject: Our stock\r\n\
             Date: Mon, 2 Nov 2026 06:00:00 +0100\r\n\r\n{text}\r\n."
        );
        assert!(sender.say(&mail).await.starts_with("250"));
        self.work().await;
    }

    async fn follow(&self, reach: Reach) -> usize {
        let store = &self.world.store;
        let looked = follow_due(store, &self.files, reach).await;
        looked.expect("looked")
    }
}

on_both! { &rooms(),
    async fn the_file_that_a_mail_names_comes_as_an_arrival_of_its_own(world) {
        let yard = Yard::of(world);
        let (at, _) = web(vec![page("", &stock(4))]).await;
        yard.letter(&format!("Today's stock: http://{at}/out/stock.csv, our logo http://{at}/l.png")).await;
        assert_eq!(yard.story().await, [("Our stock.eml".to_owned(), State::Unchanged)]);
        assert_eq!(yard.follow(Reach::Everywhere).await, 1);
        yard.work().await;
        assert_eq!(yard.story().await[1], ("stock.csv".to_owned(), State::Imported));
        assert_eq!(yard.live().await, 4);
        assert_eq!(yard.follow(Reach::Everywhere).await, 0);
        assert_eq!(yard.came().await.len(), 2);
        assert!(yard.mails().await.is_empty());
    }

    async fn a_link_that_leads_nowhere_is_tried_again_and_then_told(world) {
        let yard = Yard::of(world);
        let gone = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        let (at, _) = web(vec![gone.to_owned()]).await;
        yard.letter(&format!("Today's stock: http://{at}/stock.csv")).await;
        let mut tries = 0;
        while yard.follow(Reach::Everywhere).await > 0 {
            tries += 1;
            assert!(tries < 10, "it ends");
            yard.world.clock.advance_ms(SIX_HOURS_MS);
        }
        assert!(tries > 2, "{tries}");
        assert_eq!(yard.story().await, [("Our stock.eml".to_owned(), State::Refused)]);
        let report = yard.came().await[0].report.to_string();
        assert!(report.contains("stock.csv") && report.contains("404"), "{report}");
        assert_eq!(yard.mails().await.len(), 1);
    }

    async fn no_stranger_has_us_ask_within_our_own_network(world) {
        let yard = Yard::of(world);
        let (at, mut asked) = web(vec![page("", &stock(4))]).await;
        yard.letter(&format!("http://{at}/stock.csv")).await;
        while yard.follow(Reach::Public).await > 0 {
            yard.world.clock.advance_ms(SIX_HOURS_MS);
        }
        assert_eq!(yard.story().await, [("Our stock.eml".to_owned(), State::Refused)]);
        assert!(asked.try_recv().is_err(), "nobody asked");
        assert_eq!(yard.live().await, 0);
    }

    async fn a_letter_without_anything_is_refused_as_before(world) {
        let yard = Yard::of(world);
        yard.letter("See https://www.dealer.example/ for our opening hours.").await;
        assert_eq!(yard.story().await, [("Our stock.eml".to_owned(), State::Refused)]);
        assert_eq!(yard.follow(Reach::Everywhere).await, 0);
    }

    async fn two_nodes_fetch_a_link_once_however_long_it_takes(world) {
        let yard = Yard::of(world);
        let (at, mut asked, go_on) = slow(page("", &stock(4))).await;
        yard.letter(&format!("Today's stock: http://{at}/stock.csv")).await;
        let (node, files) = (yard.world.second_node().await, yard.files.clone());
        let fetching = tokio::spawn(async move { follow_due(&node, &files, Reach::Everywhere).await });
        asked.recv().await.expect("it is asked");
        // The other node's claim of the job is over, and its fetching is not.
        yard.world.clock.advance_ms(CLAIM_MS + 1_000);
        assert_eq!(yard.follow(Reach::Everywhere).await, 1, "it looks");
        assert!(asked.try_recv().is_err(), "and leaves it to the other");
        go_on.send_replace(true);
        assert_eq!(fetching.await.expect("no panic").expect("followed"), 1);
        yard.world.clock.advance_ms(SIX_HOURS_MS);
        assert_eq!(yard.follow(Reach::Everywhere).await, 0);
        yard.work().await;
        let came = [("Our stock.eml", State::Unchanged), ("stock.csv", State::Imported)];
        assert_eq!(yard.story().await, came.map(|(name, state)| (name.to_owned(), state)));
        assert!(asked.try_recv().is_err());
    }
}
