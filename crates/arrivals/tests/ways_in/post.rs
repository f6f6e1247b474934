//! Mailboxes, kept by a real Dovecot.

use std::net::SocketAddr;

use arrivals::{NewSource, Reach, Source, State, Way, fetch_due};
use testkit::{Dovecot, on_both};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::yard::{Yard, rooms, stock};

const TEN_MINUTES_MS: i64 = 10 * 60_000;
/// Stands between us and the mail server, and dies when we say a word.
async fn dying_at(word: &'static str, server: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    tokio::spawn(async move {
        let (near, _) = listener.accept().await.expect("a connection");
        let far = TcpStream::connect(server).await.expect("the mail server");
        let ((mut hear, mut answer), (mut listen, mut ask)) = (near.into_split(), far.into_split());
        let back = tokio::spawn(async move {
            let _ = tokio::io::copy(&mut listen, &mut answer).await;
        });
        let mut said = vec![0; 4_096];
        loop {
            let read = hear.read(&mut said).await.unwrap_or(0);
            let text = String::from_utf8_lossy(&said[..read]);
            if read == 0 || text.contains(word) {
                break;
            }
            ask.write_all(&said[..read]).await.expect("passed on");
        }
        back.abort();
    });
    address
}

/// Stands between us and the mail server, and says no to a command.
async fn refusing(command: &'static str, server: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    tokio::spawn(async move {
        let (near, _) = listener.accept().await.expect("a connection");
        let far = TcpStream::connect(server).await.expect("the mail server");
        let ((mut hear, mut answer), (mut listen, mut ask)) = (near.into_split(), far.into_split());
        let (mut said, mut heard) = (vec![0; 4_096], vec![0; 4_096]);
        loop {
            tokio::select! {
                read = hear.read(&mut said) => {
                    let Ok(read @ 1..) = read else { return };
                    let text = String::from_utf8_lossy(&said[..read]);
                    if text.contains(command) {
                        let tag = text.split(' ').next().unwrap_or_default();
                        let no = format!("{tag} NO [SERVERBUG] Internal error\r\n");
                        answer.write_all(no.as_bytes()).await.expect("said");
                    } else {
                        ask.write_all(&said[..read]).await.expect("passed on");
                    }
                }
                read = listen.read(&mut heard) => {
                    let Ok(read @ 1..) = read else { return };
                    answer.write_all(&heard[..read]).await.expect("passed back");
                }
            }
        }
    });
    address
}

impl Yard {
    async fn mailbox(&self, address: &str, says: impl FnOnce(&mut NewSource)) -> Source {
        let often = |new: &mut NewSource| {
            new.times.clear();
            says(new);
        };
        self.source_that(Way::Imap, "post", address, often).await.0
    }

    async fn look(&self) {
        let fetched = fetch_due(
            &self.world.store,
            &self.files,
            &self.seal,
            Reach::Everywhere,
        );
        fetched.await.expect("looked");
    }

    async fn look_later(&self) {
        self.world.clock.advance_ms(TEN_MINUTES_MS);
        self.look().await;
    }

    async fn names(&self) -> Vec<String> {
        self.came().await.into_iter().map(|a| a.name).collect()
    }

    async fn point_to(&self, address: SocketAddr) {
        let store = &self.world.store;
        let mut tx = store
            .begin(&store.operator(), Yard::act())
            .await
            .expect("tx");
        let sql = "UPDATE source SET address = $1, next_at = 0";
        let url = format!("imap://stock@{address}/INBOX");
        tx.execute(sql, &[url.into()]).await.expect("written");
        tx.commit().await.expect("commit");
    }
}

on_both! { &rooms(),
    async fn a_mail_in_a_mailbox_becomes_listings_once_and_is_marked(world) {
        let yard = Yard::of(world);
        let dovecot = Dovecot::start().await;
        dovecot.deliver("stock", "=?utf-8?Q?Notre_stock_=C3=A9t=C3=A9?=", "stock.csv", &stock(4));
        let source = yard.mailbox(&dovecot.address("stock"), |_| {}).await;
        assert!(source.address.ends_with("/INBOX") && !source.address.contains(Dovecot::PASSWORD));
        yard.look().await;
        yard.work().await;
        assert_eq!(yard.again(source.id).await.said, "");
        assert_eq!(yard.live().await, 4);
        assert_eq!(yard.story().await, [("Notre stock été.eml".to_owned(), State::Imported)]);
        assert_eq!(dovecot.seen("stock", ""), [true]);
        yard.look_later().await;
        assert_eq!(yard.came().await.len(), 1);
        dovecot.deliver("stock", "Tuesday", "stock.csv", &stock(5));
        dovecot.deliver("stock", "Wednesday", "stock.csv", &stock(6));
        yard.look_later().await;
        yard.work().await;
        assert_eq!(yard.live().await, 6);
        assert_eq!(yard.names().await[1..], ["Tuesday.eml", "Wednesday.eml"]);
        assert_eq!(dovecot.seen("stock", ""), [true, true, true]);
    }

    async fn taken_mails_are_moved_where_their_owner_wants_them(world) {
        let yard = Yard::of(world);
        let dovecot = Dovecot::start().await;
        dovecot.deliver("stock", "Monday", "stock.csv", &stock(2));
        let source = yard.mailbox(&dovecot.address("stock"), |new| new.move_to = "Traités".into()).await;
        yard.look().await;
        assert_eq!(yard.again(source.id).await.said, "");
        assert_eq!(yard.names().await, ["Monday.eml"]);
        assert!(dovecot.seen("stock", "").is_empty());
        assert_eq!(dovecot.seen("stock", ".Trait&AOk-s"), [true]);
        dovecot.deliver("stock", "Tuesday", "stock.csv", &stock(2));
        yard.look_later().await;
        assert_eq!(yard.names().await, ["Monday.eml", "Tuesday.eml"]);
        assert_eq!(dovecot.seen("stock", ".Trait&AOk-s").len(), 2);
    }

    async fn a_death_between_taking_and_marking_neither_loses_nor_doubles(world) {
        let yard = Yard::of(world);
        let dovecot = Dovecot::start().await;
        for day in ["Monday", "Tuesday"] {
            dovecot.deliver("stock", day, "stock.csv", &stock(3));
        }
        let source = yard.mailbox(&dovecot.address("stock"), |_| {}).await;
        yard.point_to(dying_at("STORE", dovecot.at).await).await;
        yard.look().await;
        let said = yard.again(source.id).await.said;
        assert!(said.contains("hung up"), "{said}");
        assert_eq!(yard.names().await, ["Monday.eml"]);
        assert_eq!(dovecot.seen("stock", ""), [false, false]);
        yard.point_to(dovecot.at).await;
        yard.look().await;
        assert_eq!(yard.names().await, ["Monday.eml", "Tuesday.eml"]);
        assert_eq!(dovecot.seen("stock", ""), [true, true]);
        yard.look_later().await;
        assert_eq!(yard.came().await.len(), 2);
    }

    async fn a_death_before_a_mail_is_kept_loses_nothing(world) {
        let yard = Yard::of(world);
        let dovecot = Dovecot::start().await;
        dovecot.deliver("stock", "Monday", "stock.csv", &stock(3));
        yard.mailbox(&dovecot.address("stock"), |_| {}).await;
        for word in ["SEARCH", "SIZE", "PEEK"] {
            yard.point_to(dying_at(word, dovecot.at).await).await;
            yard.look().await;
            assert!(yard.came().await.is_empty() && yard.coming_in() == 0, "{word}");
        }
        yard.point_to(dovecot.at).await;
        yard.look().await;
        yard.work().await;
        assert_eq!((yard.live().await, yard.came().await.len()), (3, 1));
    }

    async fn what_was_read_before_us_is_left_and_what_others_read_since_is_taken(world) {
        let yard = Yard::of(world);
        let dovecot = Dovecot::start().await;
        dovecot.deliver("stock", "Last year", "stock.csv", &stock(1));
        let cur = dovecot.mailbox("stock").join("cur");
        std::fs::create_dir(&cur).expect("a folder");
        dovecot.own(&cur);
        let read = |dovecot: &Dovecot| {
            let new = dovecot.mailbox("stock").join("new");
            for mail in std::fs::read_dir(new).expect("new mails").flatten() {
                let name = format!("{}:2,S", mail.file_name().to_string_lossy());
                std::fs::rename(mail.path(), cur.join(name)).expect("read");
            }
        };
        read(&dovecot);
        dovecot.deliver("stock", "Monday", "stock.csv", &stock(2));
        yard.mailbox(&dovecot.address("stock"), |_| {}).await;
        yard.look().await;
        assert_eq!(yard.names().await, ["Monday.eml"]);
        dovecot.deliver("stock", "Tuesday", "stock.csv", &stock(3));
        read(&dovecot);
        yard.look_later().await;
        assert_eq!(yard.names().await, ["Monday.eml", "Tuesday.eml"]);
    }

    async fn a_mailbox_that_is_numbered_anew_brings_nothing_twice(world) {
        let yard = Yard::of(world);
        let dovecot = Dovecot::start().await;
        dovecot.deliver("stock", "Monday", "stock.csv", &stock(2));
        yard.mailbox(&dovecot.address("stock"), |_| {}).await;
        yard.look().await;
        std::fs::remove_file(dovecot.mailbox("stock").join("dovecot-uidlist")).expect("forgotten");
        for entry in std::fs::read_dir(dovecot.mailbox("stock")).expect("its files").flatten() {
            if entry.file_name().to_string_lossy().starts_with("dovecot.index") {
                std::fs::remove_file(entry.path()).expect("forgotten");
            }
        }
        dovecot.deliver("stock", "Tuesday", "stock.csv", &stock(3));
        yard.look_later().await;
        assert_eq!(yard.names().await, ["Monday.eml", "Tuesday.eml"]);
        yard.look_later().await;
        assert_eq!(yard.came().await.len(), 2);
    }

    async fn a_wrong_password_and_a_private_network_are_told_and_take_nothing(world) {
        let yard = Yard::of(world);
        let dovecot = Dovecot::start().await;
        dovecot.deliver("stock", "Monday", "stock.csv", &stock(2));
        let wrong = dovecot.address("stock").replace(Dovecot::PASSWORD, "guess");
        let source = yard.mailbox(&wrong, |_| {}).await;
        yard.look().await;
        let after = yard.again(source.id).await;
        assert!(after.said.contains("does not let stock in") && after.failures == 1, "{}", after.said);
        yard.point_to(dovecot.at).await;
        let guarded = fetch_due(&yard.world.store, &yard.files, &yard.seal, Reach::Public);
        guarded.await.expect("looked");
        let said = yard.again(source.id).await.said;
        assert!(said.contains("not on the public Internet"), "{said}");
        assert!(yard.came().await.is_empty());
    }

    async fn a_mail_that_cannot_be_read_is_told_and_passed_over(world) {
        let yard = Yard::of(world);
        let dovecot = Dovecot::start().await;
        for day in ["Monday", "Tuesday", "Wednesday"] {
            dovecot.deliver("stock", day, "stock.csv", &stock(3));
        }
        dovecot.spoil("stock", "Tuesday");
        let source = yard.mailbox(&dovecot.address("stock"), |_| {}).await;
        // It hangs up over it, each time anew.
        let mut said = Vec::new();
        for _ in 0..15 {
            yard.look_later().await;
            said.push(yard.again(source.id).await.said);
        }
        assert!(said.iter().any(|s| s.contains("cannot give a mail")), "{said:?}");
        assert_eq!(yard.names().await, ["Monday.eml", "Wednesday.eml"]);
        dovecot.deliver("stock", "Thursday", "stock.csv", &stock(4));
        yard.look_later().await;
        yard.work().await;
        assert_eq!((yard.names().await.len(), yard.live().await), (3, 4));
        assert_eq!(dovecot.seen("stock", ""), [false, true, true, true], "it stays where it is");
        assert_eq!(yard.again(source.id).await.failures, 0, "and is told no more");
    }

    async fn a_mail_that_the_server_refuses_to_give_is_told_and_passed_over(world) {
        let yard = Yard::of(world);
        let dovecot = Dovecot::start().await;
        for day in ["Monday", "Tuesday"] {
            dovecot.deliver("stock", day, "stock.csv", &stock(3));
        }
        let source = yard.mailbox(&dovecot.address("stock"), |_| {}).await;
        yard.point_to(refusing("UID FETCH 1 (BODY", dovecot.at).await).await;
        yard.look().await;
        let said = yard.again(source.id).await.said;
        assert!(said.contains("cannot give a mail"), "{said}");
        assert_eq!(yard.names().await, ["Tuesday.eml"]);
        yard.point_to(dovecot.at).await;
        yard.look().await;
        assert_eq!((yard.names().await.len(), yard.again(source.id).await.said.as_str()), (1, ""));
    }
}
