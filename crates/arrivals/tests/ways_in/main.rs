//! By whatever way a file comes, it is kept raw, becomes one import, and somebody is told.

mod away;
mod faults;
mod kept;
mod links;
mod nights;
mod pictures;
mod policies;
mod post;
mod sealed;
mod sftp;
mod twice;
mod yard;

use std::net::SocketAddr;
use std::time::Duration;

use arrivals::{
    FtpConfig, Reach, State, Way, fetch_due, look, serve_ftp, serve_mail, work_again, work_due,
};
use exchange::Pictures;
use testkit::on_both;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::yard::{Yard, rooms, stock};

/// A server on the web that gives the same answers again and again, and keeps what it was asked.
pub async fn web(
    answers: Vec<String>,
) -> (SocketAddr, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    let (told, asked) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        for answer in answers.into_iter().cycle() {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut request = vec![0; 8_192];
            let read = stream.read(&mut request).await.unwrap_or(0);
            let _ = told.send(String::from_utf8_lossy(&request[..read]).to_lowercase());
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (address, asked)
}

pub fn page(head: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n{head}\r\n{body}",
        body.len()
    )
}

/// A client that types.
pub struct Typist(BufReader<TcpStream>);

impl Typist {
    pub async fn to(address: SocketAddr) -> Typist {
        let stream = TcpStream::connect(address).await.expect("a connection");
        let mut typist = Typist(BufReader::new(stream));
        typist.hear().await;
        typist
    }

    /// The last line of an answer.
    pub async fn hear(&mut self) -> String {
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).await.expect("an answer");
            if line.as_bytes().get(3) != Some(&b'-') {
                return line;
            }
        }
    }

    pub async fn say(&mut self, line: &str) -> String {
        let line = format!("{line}\r\n");
        self.0
            .get_mut()
            .write_all(line.as_bytes())
            .await
            .expect("said");
        self.hear().await
    }

    /// Opens a data connection, as FTP clients have done since 1985.
    pub async fn data(&mut self) -> TcpStream {
        let answer = self.say("EPSV").await;
        let port = answer
            .split('|')
            .nth(3)
            .expect("a port")
            .parse()
            .expect("a number");
        TcpStream::connect(("127.0.0.1", port))
            .await
            .expect("the data connection")
    }

    pub async fn put(&mut self, name: &str, text: &str) -> String {
        let mut data = self.data().await;
        let answer = self.say(&format!("STOR {name}")).await;
        assert!(answer.starts_with("150"), "{answer}");
        data.write_all(text.as_bytes()).await.expect("sent");
        drop(data);
        self.hear().await
    }
}

pub async fn free_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    listener.local_addr().expect("its address")
}

/// Waits until something listens.
pub async fn listens(address: SocketAddr) {
    let up = async {
        while TcpStream::connect(address).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), up)
        .await
        .expect("it listens");
}

on_both! { &rooms(),
    async fn a_shrunken_file_waits_for_a_person_and_his_yes_withdraws(world) {
        let yard = Yard::of(world);
        yard.hand("monday.csv", &stock(30)).await;
        let tuesday = yard.hand("tuesday.csv", &stock(3)).await;
        yard.work().await;
        assert_eq!(yard.live().await, 30);
        assert_eq!(yard.story().await, [
            ("monday.csv".to_owned(), State::Imported),
            ("tuesday.csv".to_owned(), State::Asked),
        ]);
        let store = &yard.world.store;
        let mut tx = store.begin(&store.operator(), Yard::act()).await.expect("tx");
        work_again(&mut tx, tuesday.id, true).await.expect("yes, really");
        tx.commit().await.expect("commit");
        yard.work().await;
        assert_eq!(yard.live().await, 3);
        assert_eq!(yard.story().await[1].1, State::Imported);
    }

    async fn the_same_file_handed_over_twice_brings_its_listings_once(world) {
        let yard = Yard::of(world);
        yard.hand("a.csv", &stock(5)).await;
        yard.hand("a.csv", &stock(5)).await;
        let (store, dictionary) = (&yard.world.store, &yard.world.dictionary);
        // Two workers at once, as on two nodes.
        let work = || async {
            while work_due(store, dictionary, &yard.files, &Pictures::Nowhere).await.expect("work") > 0 {}
        };
        tokio::join!(work(), work());
        yard.world.clock.advance_ms(60_000);
        yard.work().await;
        assert_eq!(yard.live().await, 5);
        let states: Vec<State> = yard.story().await.into_iter().map(|(_, s)| s).collect();
        assert_eq!(states, [State::Imported, State::Unchanged]);
    }

    async fn a_folder_gives_files_that_are_whole_and_in_order(world) {
        let yard = Yard::of(world);
        let folder = yard.world.folder.path().join("incoming");
        let own = folder.join("lumen");
        std::fs::create_dir_all(&own).expect("the account's folder");
        std::fs::write(own.join("stock.csv.part"), stock(9)).expect("an unfinished file");
        std::fs::write(own.join("stock.csv"), stock(2)).expect("a file");
        let mut seen = Default::default();
        let store = &yard.world.store;
        let took = look(store, &yard.files, &folder, &mut seen).await.expect("a look");
        assert_eq!(took, 0, "it may still be written to");
        let took = look(store, &yard.files, &folder, &mut seen).await.expect("a look");
        assert_eq!(took, 1);
        yard.work().await;
        assert_eq!(yard.live().await, 2);
        assert!(own.join("taken/stock.csv").exists() && own.join("stock.csv.part").exists());
    }

    async fn an_address_is_fetched_at_its_time_and_not_twice_when_it_is_the_same(world) {
        let yard = Yard::of(world);
        let (address, mut asked) = web(vec![
            page("etag: \"one\"\r\n", &stock(4)),
            "HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n".to_owned(),
        ])
        .await;
        let url = format!("http://{address}/stock.csv");
        let (source, _) = yard.source(Way::Url, "web", &url).await;
        let store = &yard.world.store;
        let fetch = || fetch_due(store, &yard.files, &yard.seal, Reach::Everywhere);
        assert_eq!(fetch().await.expect("fetched"), 0, "half past three is tomorrow");
        yard.world.clock.advance_ms(24 * 3_600_000);
        assert_eq!(fetch().await.expect("fetched"), 1);
        yard.work().await;
        assert_eq!(yard.live().await, 4);
        assert_eq!(fetch().await.expect("fetched"), 0);
        yard.world.clock.advance_ms(24 * 3_600_000);
        assert_eq!(fetch().await.expect("fetched"), 1);
        let first = asked.recv().await.expect("a request");
        let second = asked.recv().await.expect("a request");
        assert!(!first.contains("if-none-match") && second.contains("if-none-match: \"one\""));
        assert_eq!(yard.story().await, [("stock.csv".to_owned(), State::Imported)]);
        assert_eq!(yard.again(source.id).await.failures, 0);
    }

    async fn an_error_page_with_status_200_changes_nothing_and_somebody_is_told(world) {
        let yard = Yard::of(world);
        let error = "<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>";
        let (address, _asked) = web(vec![page("", &stock(6)), page("", error)]).await;
        yard.source(Way::Url, "web", &format!("http://{address}/")).await;
        let store = &yard.world.store;
        for _ in 0..2 {
            yard.world.clock.advance_ms(24 * 3_600_000);
            fetch_due(store, &yard.files, &yard.seal, Reach::Everywhere).await.expect("fetched");
            yard.work().await;
        }
        assert_eq!(yard.live().await, 6);
        let states: Vec<State> = yard.story().await.into_iter().map(|(_, s)| s).collect();
        assert_eq!(states, [State::Imported, State::Refused]);
        assert_eq!(yard.mails().await, ["Fichier refusé : web"]);
    }

    async fn an_address_in_our_own_network_is_not_asked(world) {
        let yard = Yard::of(world);
        let (address, mut asked) = web(vec![page("", &stock(1))]).await;
        let port = address.port();
        let (source, _) = yard.source(Way::Url, "web", &format!("http://localhost:{port}/")).await;
        yard.world.clock.advance_ms(24 * 3_600_000);
        fetch_due(&yard.world.store, &yard.files, &yard.seal, Reach::Public).await.expect("looked");
        let said = yard.again(source.id).await.said;
        assert!(said.contains("not on the public Internet"), "{said}");
        assert!(asked.try_recv().is_err());
    }

    async fn a_transfer_that_breaks_off_is_no_file_and_is_tried_again(world) {
        let yard = Yard::of(world);
        let cut = "HTTP/1.1 200 OK\r\ncontent-length: 9999\r\nconnection: close\r\n\r\nreference";
        let (address, _asked) = web(vec![cut.to_owned(), page("", &stock(2))]).await;
        let (source, _) = yard.source(Way::Url, "web", &format!("http://{address}/s.csv")).await;
        let store = &yard.world.store;
        yard.world.clock.advance_ms(24 * 3_600_000);
        fetch_due(store, &yard.files, &yard.seal, Reach::Everywhere).await.expect("looked");
        assert_eq!((yard.came().await.len(), yard.again(source.id).await.failures), (0, 1));
        yard.world.clock.advance_ms(5 * 60_000);
        fetch_due(store, &yard.files, &yard.seal, Reach::Everywhere).await.expect("looked");
        yard.work().await;
        assert_eq!((yard.live().await, yard.again(source.id).await.failures), (2, 0));
    }

    async fn an_ftp_user_sees_his_own_folder_and_what_he_sends_is_imported(world) {
        let yard = Yard::of(world);
        let (source, password) = yard.source(Way::Ftp, "dms", "").await;
        let listen = free_port().await;
        let config = FtpConfig { listen, passive_ports: 40_000..=65_000, tls: None };
        tokio::spawn(serve_ftp(yard.world.store.clone(), yard.files.clone(), config));
        listens(listen).await;
        let login = source.login.expect("a login");
        let mut thief = Typist::to(listen).await;
        thief.say(&format!("USER {login}")).await;
        assert!(thief.say("PASS guess").await.starts_with("530"));
        let mut dealer = Typist::to(listen).await;
        dealer.say(&format!("USER {login}")).await;
        let inside = dealer.say(&format!("PASS {}", password.expect("a password"))).await;
        assert!(inside.starts_with("230"), "{inside}");
        dealer.say("TYPE I").await;
        let sent = dealer.put("stock.csv.part", &stock(7)).await;
        assert!(sent.starts_with("226"), "{sent}");
        assert!(yard.came().await.is_empty(), "it is not finished");
        dealer.say("RNFR stock.csv.part").await;
        let renamed = dealer.say("RNTO stock.csv").await;
        assert!(renamed.starts_with("250"), "{renamed}");
        let size = dealer.say("SIZE stock.csv").await;
        assert_eq!(size.trim(), format!("213 {}", stock(7).len()));
        assert!(dealer.say("CWD /etc").await.starts_with("550"));
        yard.work().await;
        assert_eq!(yard.live().await, 7);
    }

    async fn mail_is_taken_for_addresses_of_sources_alone_and_kept_whole(world) {
        let yard = Yard::of(world);
        let (source, _) = yard.source(Way::Mail, "post", "").await;
        let (told, heard) = tokio::sync::oneshot::channel();
        let ready = move |at| {
            let _ = told.send(at);
        };
        let (store, files) = (yard.world.store.clone(), yard.files.clone());
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        tokio::spawn(serve_mail(store, files, any, ready));
        let mut sender = Typist::to(heard.await.expect("it listens")).await;
        sender.say("EHLO dealer.example").await;
        sender.say("MAIL FROM:<stock@dealer.example>").await;
        assert!(sender.say("RCPT TO:<somebody@in.example>").await.starts_with("550"));
        let to = format!("RCPT TO:<{}@in.example>", source.login.expect("an address"));
        assert!(sender.say(&to).await.starts_with("250"));
        assert!(sender.say("DATA").await.starts_with("354"));
        let mail = "Subject: Stock of today\r\nFrom: stock@dealer.example\r\n\r\n..dotted\r\n.";
        assert!(sender.say(mail).await.starts_with("250"));
        let came = yard.came().await;
        assert_eq!(came[0].name, "Stock of today.eml");
        let kept = std::io::read_to_string(yard.files.get(&came[0].hash).expect("kept"));
        assert!(kept.expect("text").ends_with("\r\n\r\n.dotted\r\n"));
    }

    async fn after_26_hours_of_silence_somebody_is_told_once(world) {
        let yard = Yard::of(world);
        yard.source(Way::Ftp, "dms", "").await;
        let store = &yard.world.store;
        yard.world.clock.advance_ms(25 * 3_600_000);
        assert_eq!(arrivals::alert_quiet(store).await.expect("a look"), 0);
        yard.world.clock.advance_ms(3_600_000);
        assert_eq!(arrivals::alert_quiet(store).await.expect("a look"), 1);
        assert_eq!(arrivals::alert_quiet(store).await.expect("a look"), 0);
        assert_eq!(yard.mails().await, ["Rien reçu depuis 26 heures : dms"]);
    }
}
