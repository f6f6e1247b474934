//! Whatever breaks, nothing is lost, nothing comes twice, and nobody's stock is emptied.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use arrivals::{FtpConfig, Reach, State, Way, fetch_due, look, serve_ftp, serve_mail, work_due};
use store::{Clock, Dice, Location, Store};
use testkit::{World, on_both};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::yard::{Yard, rooms, stock};
use crate::{Typist, free_port, listens, page, web};

const DAY_MS: i64 = 24 * 3_600_000;

impl Yard {
    /// Nothing can be kept any more whose content is this, as on a full disk.
    pub fn fill_disk(&self, text: &str) -> PathBuf {
        let hash = blake3::hash(text.as_bytes()).to_hex();
        let shelf = self.world.folder.path().join("files").join(&hash[..2]);
        std::fs::write(&shelf, "").expect("a file where a folder should be");
        shelf
    }

    /// What is coming in and not whole.
    pub fn coming_in(&self) -> usize {
        let folder = self.world.folder.path().join("files/incoming");
        std::fs::read_dir(folder).expect("the folder").count()
    }

    /// An FTP server and who may sign in.
    pub async fn ftp(&self) -> (SocketAddr, String, String) {
        self.ftp_on(self.world.store.clone()).await
    }

    /// The same on some node.
    pub async fn ftp_on(&self, node: Store) -> (SocketAddr, String, String) {
        let (source, password) = self.source(Way::Ftp, "dms", "").await;
        let listen = free_port().await;
        let config = FtpConfig {
            listen,
            passive_ports: 40_000..=65_000,
            tls: None,
        };
        tokio::spawn(serve_ftp(node, self.files.clone(), config));
        listens(listen).await;
        (
            listen,
            source.login.expect("a login"),
            password.expect("a password"),
        )
    }

    /// Works a file on another node until its import has written something, and no further.
    async fn work_and_die(&self, node: Store) {
        let (dictionary, files) = (self.world.dictionary.clone(), self.files.clone());
        let working = tokio::spawn(async move {
            work_due(&node, &dictionary, &files, &exchange::Pictures::Nowhere)
                .await
                .map(drop)
        });
        until(async || self.live().await > 0).await;
        working.abort();
        let _ = working.await;
    }
}

pub async fn sign_in(listen: SocketAddr, login: &str, password: &str) -> Typist {
    let mut dealer = Typist::to(listen).await;
    dealer.say(&format!("USER {login}")).await;
    assert!(
        dealer
            .say(&format!("PASS {password}"))
            .await
            .starts_with("230")
    );
    dealer.say("TYPE I").await;
    dealer
}

pub async fn until(mut is_so: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !is_so().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting)
        .await
        .expect("it comes to that");
}

on_both! { &rooms(),
    async fn a_run_that_dies_in_the_middle_is_brought_to_its_end_once(world) {
        let yard = Yard::of(world);
        yard.hand("night.csv", &stock(4_000)).await;
        let node = yard.world.second_node().await;
        yard.work_and_die(node).await;
        let done = yard.live().await;
        assert!(done < 4_000, "it was done before it could die");
        assert_eq!(yard.story().await[0].1, State::Waiting);
        // Its claim on the job ends after two minutes.
        yard.world.clock.advance_ms(121_000);
        yard.work().await;
        assert_eq!(yard.live().await, 4_000);
        assert_eq!(yard.story().await, [("night.csv".to_owned(), State::Imported)]);
        assert_eq!(yard.count("SELECT count(*) FROM batch WHERE kind = 'import'").await, 1);
        let told = "SELECT count(*) FROM journal WHERE fact = 'arrival.imported'";
        assert_eq!(yard.count(told).await, 1);
    }

    async fn an_ftp_connection_cut_in_the_middle_leaves_no_file(world) {
        let yard = Yard::of(world);
        let (listen, login, password) = yard.ftp().await;
        let mut dealer = sign_in(listen, &login, &password).await;
        let mut data = dealer.data().await;
        assert!(dealer.say("STOR stock.csv").await.starts_with("150"));
        data.write_all(&stock(9).as_bytes()[..100]).await.expect("the first half");
        until(async || yard.coming_in() == 1).await;
        drop(dealer);
        drop(data);
        until(async || yard.coming_in() == 0).await;
        let mut again = sign_in(listen, &login, &password).await;
        assert!(again.put("stock.csv", &stock(9)).await.starts_with("226"));
        let sizes: Vec<u64> = yard.came().await.iter().map(|a| a.bytes).collect();
        assert_eq!(sizes, [stock(9).len() as u64]);
    }

    async fn the_same_file_sent_twice_at_once_brings_its_listings_once(world) {
        let yard = Yard::of(world);
        let (listen, login, password) = yard.ftp().await;
        let send = async || {
            let mut dealer = sign_in(listen, &login, &password).await;
            dealer.put("stock.csv", &stock(6)).await
        };
        let (one, two) = tokio::join!(send(), send());
        assert!(one.starts_with("226") && two.starts_with("226"), "{one}{two}");
        yard.work().await;
        yard.world.clock.advance_ms(60_000);
        yard.work().await;
        assert_eq!(yard.live().await, 6);
        let states: Vec<State> = yard.story().await.into_iter().map(|(_, s)| s).collect();
        assert_eq!(states, [State::Imported, State::Unchanged]);
    }

    async fn a_sender_is_told_no_when_the_disk_is_full_and_his_next_try_succeeds(world) {
        let yard = Yard::of(world);
        let (listen, login, password) = yard.ftp().await;
        let full = yard.fill_disk(&stock(5));
        let mut dealer = sign_in(listen, &login, &password).await;
        let answer = dealer.put("stock.csv", &stock(5)).await;
        assert!(answer.starts_with('4'), "{answer}");
        assert_eq!((yard.came().await.len(), yard.coming_in()), (0, 0));
        std::fs::remove_file(full).expect("room again");
        assert!(dealer.put("stock.csv", &stock(5)).await.starts_with("226"));
        yard.work().await;
        assert_eq!(yard.live().await, 5);
    }

    async fn a_mail_is_put_off_while_the_disk_is_full(world) {
        let yard = Yard::of(world);
        let (source, _) = yard.source(Way::Mail, "post", "").await;
        let (told, heard) = tokio::sync::oneshot::channel();
        let ready = move |at| {
            let _ = told.send(at);
        };
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        tokio::spawn(serve_mail(yard.world.store.clone(), yard.files.clone(), any, ready));
        let full = yard.fill_disk("Subject: Stock\r\n\r\nit\r\n");
        let mut sender = Typist::to(heard.await.expect("it listens")).await;
        sender.say("EHLO dealer.example").await;
        let to = format!("RCPT TO:<{}@in.example>", source.login.expect("an address"));
        for answer in ["451", "250"] {
            sender.say("MAIL FROM:<stock@dealer.example>").await;
            sender.say(&to).await;
            sender.say("DATA").await;
            let said = sender.say("Subject: Stock\r\n\r\nit\r\n.").await;
            assert!(said.starts_with(answer), "{said}");
            if answer == "451" {
                assert_eq!((yard.came().await.len(), yard.coming_in()), (0, 0));
                std::fs::remove_file(&full).expect("room again");
            }
        }
        assert_eq!(yard.came().await.len(), 1);
    }

    async fn a_file_in_a_folder_waits_for_room_and_holds_nobody_up(world) {
        let yard = Yard::of(world);
        let folder = yard.world.folder.path().join("incoming");
        let full = yard.fill_disk(&stock(3));
        for (account, count) in [("lumen", 3), ("nobody", 4), ("autre", 5)] {
            std::fs::create_dir_all(folder.join(account)).expect("a folder");
            std::fs::write(folder.join(account).join("s.csv"), stock(count)).expect("a file");
        }
        let mut seen = Default::default();
        let (store, files) = (&yard.world.store, &yard.files);
        look(store, files, &folder, &mut seen).await.expect("a look");
        assert_eq!(look(store, files, &folder, &mut seen).await.expect("a look"), 1);
        assert!(folder.join("lumen/s.csv").exists() && yard.came().await.is_empty());
        std::fs::remove_file(full).expect("room again");
        assert_eq!(look(store, files, &folder, &mut seen).await.expect("a look"), 1);
        yard.work().await;
        assert_eq!(yard.live().await, 8);
    }

    async fn three_listings_where_1330_were_withdraw_nothing_and_somebody_is_told(world) {
        let yard = Yard::of(world);
        let (address, _asked) = web(vec![page("", &stock(1_330)), page("", &stock(3))]).await;
        yard.source(Way::Url, "web", &format!("http://{address}/s.csv")).await;
        for _ in 0..2 {
            yard.world.clock.advance_ms(DAY_MS);
            fetch_due(&yard.world.store, &yard.files, &yard.seal, Reach::Everywhere).await.expect("fetched");
            yard.work().await;
        }
        assert_eq!(yard.live().await, 1_330);
        assert_eq!(yard.story().await[1].1, State::Asked);
        assert_eq!(yard.mails().await, ["À décider : s.csv"]);
    }
}

/// Stands between two, a node and its database or a sender and us, and may part them.
pub struct Wire {
    pub address: SocketAddr,
    pub away: watch::Sender<bool>,
}

impl Wire {
    pub async fn to(far: SocketAddr) -> Wire {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let away = watch::Sender::new(false);
        let news = away.subscribe();
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let mut news = news.clone();
                tokio::spawn(async move {
                    let Ok(mut far) = TcpStream::connect(far).await else {
                        return;
                    };
                    tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
                        _ = news.wait_for(|away| *away) => {}
                    }
                });
            }
        });
        Wire { address, away }
    }

    /// A node that reaches its database over a wire.
    pub async fn and_node(yard: &Yard) -> (Wire, Store) {
        let Location::Postgres(url) = &yard.world.location else {
            unreachable!("it was made on PostgreSQL");
        };
        let place = url
            .split(['@', '/'])
            .find(|part| part.contains("127.0.0.1:"));
        let place = place.expect("the cluster's address");
        let wire = Wire::to(place.parse().expect("an address")).await;
        let location = Location::Postgres(url.replace(place, &wire.address.to_string()));
        let rooms = [catalog::MIGRATIONS, &rooms()].concat();
        let clock: Clock = yard.world.clock.clone();
        let node = Store::open(&location, &rooms, clock, Dice::seeded(9))
            .await
            .expect("it opens");
        (wire, node)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_away_for_a_minute_makes_the_work_wait_and_loses_nothing() {
    let yard = Yard::of(World::on_postgres(&rooms()).await);
    let (wire, node) = Wire::and_node(&yard).await;
    yard.hand("night.csv", &stock(4_000)).await;
    let (dictionary, files) = (&yard.world.dictionary, &yard.files);
    let begun = async {
        until(async || yard.live().await > 0).await;
        wire.away.send_replace(true);
    };
    let (worked, ()) = tokio::join!(
        work_due(&node, dictionary, files, &exchange::Pictures::Nowhere),
        begun
    );
    assert!(
        worked.is_err() && yard.live().await < 4_000,
        "it was done before"
    );
    yard.world.clock.advance_ms(60_000);
    assert!(
        work_due(&node, dictionary, files, &exchange::Pictures::Nowhere)
            .await
            .is_err(),
        "it is still away"
    );
    wire.away.send_replace(false);
    until(async || {
        yard.world.clock.advance_ms(121_000);
        let _ = work_due(&node, dictionary, files, &exchange::Pictures::Nowhere).await;
        yard.story().await[0].1 != State::Waiting
    })
    .await;
    assert_eq!(yard.live().await, 4_000);
    assert_eq!(
        yard.story().await,
        [("night.csv".to_owned(), State::Imported)]
    );
    assert_eq!(
        yard.count("SELECT count(*) FROM batch WHERE kind = 'import'")
            .await,
        1
    );
}
