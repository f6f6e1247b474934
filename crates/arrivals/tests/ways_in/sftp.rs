//! SFTP, asked by OpenSSH's own client.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use arrivals::{SourceEdit, State, Way, change, serve_sftp, sftp_fingerprint};
use testkit::on_both;
use tokio::process::Command;

use crate::faults::{Wire, until};
use crate::yard::{Yard, rooms, stock};

/// A person with OpenSSH's `sftp`.
struct Client {
    folder: PathBuf,
    at: SocketAddr,
    login: String,
    /// How he proves who he is.
    by: Vec<String>,
}

impl Yard {
    async fn sftp(&self) -> SocketAddr {
        let (told, heard) = tokio::sync::oneshot::channel();
        let ready = move |at| {
            let _ = told.send(at);
        };
        let (store, files) = (self.world.store.clone(), self.files.clone());
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        tokio::spawn(serve_sftp(store, files, self.seal.clone(), any, ready));
        heard.await.expect("it listens")
    }

    fn client(&self, at: SocketAddr, login: &str, password: &str) -> Client {
        let folder = self.world.folder.path().join(format!("client-{login}"));
        std::fs::create_dir_all(&folder).expect("a folder");
        let tell = folder.join("password");
        std::fs::write(&tell, format!("#!/bin/sh\necho {password}\n")).expect("written");
        let only_his = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(&tell, only_his).expect("his");
        let by = [
            "PreferredAuthentications=password",
            "PubkeyAuthentication=no",
        ];
        Client {
            folder,
            at,
            login: login.to_owned(),
            by: by.map(|option| format!("-o{option}")).to_vec(),
        }
    }
}

impl Client {
    fn put(&self, name: &str, text: &str) -> &Client {
        std::fs::write(self.folder.join(name), text).expect("a file");
        self
    }

    fn command(&self, batch: &str) -> Command {
        let path = self.folder.join("batch");
        std::fs::write(&path, batch).expect("written");
        let mut command = Command::new("sftp");
        command
            .args(["-oBatchMode=no", "-oNumberOfPasswordPrompts=1"])
            .arg("-oStrictHostKeyChecking=accept-new")
            .arg(format!("-oUserKnownHostsFile={}", self.known().display()))
            .args(&self.by)
            .args(["-P", &self.at.port().to_string()])
            .arg("-b")
            .arg(&path)
            .arg(format!("{}@127.0.0.1", self.login))
            .current_dir(&self.folder)
            .env("SSH_ASKPASS", self.folder.join("password"))
            .env("SSH_ASKPASS_REQUIRE", "force")
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    fn known(&self) -> PathBuf {
        self.folder.join("known_hosts")
    }

    /// Whether every line of the batch was done, and what was said.
    async fn run(&self, batch: &str) -> (bool, String) {
        let ran = tokio::time::timeout(Duration::from_secs(60), self.command(batch).output());
        let ran = ran.await.expect("in time").expect("OpenSSH's sftp");
        let said = [ran.stdout, ran.stderr].concat();
        (ran.status.success(), String::from_utf8_lossy(&said).into())
    }
}

async fn keygen(arguments: &[&str], folder: &Path) -> String {
    let made = Command::new("ssh-keygen")
        .args(arguments)
        .current_dir(folder)
        .output();
    let made = made.await.expect("OpenSSH's ssh-keygen");
    assert!(made.status.success());
    String::from_utf8_lossy(&made.stdout).into()
}

on_both! { &rooms(),
    async fn a_file_sent_by_sftp_becomes_listings_when_it_has_its_real_name(world) {
        let yard = Yard::of(world);
        let (source, password) = yard.source(Way::Sftp, "dms", "").await;
        let at = yard.sftp().await;
        let login = source.login.expect("a login");
        let dealer = yard.client(at, &login, &password.expect("a password"));
        dealer.put("stock.csv", &stock(7));
        let (done, said) = dealer.run("put stock.csv stock.csv.part\nls").await;
        assert!(done && said.contains("stock.csv.part"), "{said}");
        assert!(yard.came().await.is_empty(), "it is not finished");
        let (done, said) = dealer.run("rename stock.csv.part stock.csv\nls -l\nget stock.csv back.csv").await;
        assert!(done && said.contains(&stock(7).len().to_string()), "{said}");
        assert!(!said.contains("09:00 stock.csv.part"), "{said}");
        let back = std::fs::read_to_string(dealer.folder.join("back.csv")).expect("read again");
        assert_eq!(back, stock(7));
        yard.work().await;
        assert_eq!(yard.live().await, 7);
        let known = keygen(&["-lf", "known_hosts"], &dealer.folder).await;
        assert!(known.contains(&sftp_fingerprint(&yard.seal).expect("a key")), "{known}");
    }

    async fn a_large_file_arrives_byte_for_byte(world) {
        let yard = Yard::of(world);
        let (source, password) = yard.source(Way::Ftp, "dms", "").await;
        let at = yard.sftp().await;
        let login = source.login.expect("a login");
        let dealer = yard.client(at, &login, &password.expect("a password"));
        let large = stock(200_000);
        let (done, said) = dealer.put("stock.csv", &large).run("put stock.csv").await;
        assert!(done, "{said}");
        let came = &yard.came().await[0];
        assert_eq!(came.hash, blake3::hash(large.as_bytes()).to_hex().to_string());
    }

    async fn an_sftp_connection_cut_in_the_middle_leaves_no_file(world) {
        let yard = Yard::of(world);
        let (source, password) = yard.source(Way::Sftp, "dms", "").await;
        let wire = Wire::to(yard.sftp().await).await;
        let login = source.login.expect("a login");
        let mut dealer = yard.client(wire.address, &login, &password.expect("a password"));
        dealer.put("stock.csv", &stock(60_000));
        // Two megabytes at a hundred kilobytes a second.
        dealer.by.extend(["-l".into(), "800".into()]);
        let mut sending = dealer.command("put stock.csv");
        sending.stdout(Stdio::null()).stderr(Stdio::null());
        let mut sending = sending.spawn().expect("it starts");
        until(async || yard.coming_in() == 1).await;
        wire.away.send_replace(true);
        until(async || yard.coming_in() == 0).await;
        let ended = sending.wait().await.expect("it ends");
        assert!(!ended.success());
        assert!(yard.came().await.is_empty());
    }

    async fn the_password_of_another_account_opens_nothing_and_a_sender_sees_his_own_files_alone(world) {
        let yard = Yard::of(world);
        let (one, password) = yard.source(Way::Sftp, "one", "").await;
        let (two, other) = yard.source(Way::Sftp, "two", "").await;
        let (one, two) = (one.login.expect("a login"), two.login.expect("a login"));
        let (password, other) = (password.expect("a password"), other.expect("a password"));
        let at = yard.sftp().await;
        let dealer = yard.client(at, &one, &password);
        let (done, said) = dealer.put("mine.csv", &stock(3)).run("put mine.csv").await;
        assert!(done, "{said}");
        let (done, said) = yard.client(at, &one, &other).run("ls").await;
        assert!(!done && said.contains("denied"), "{said}");
        let neighbour = yard.client(at, &two, &other);
        let (done, said) = neighbour.run("ls").await;
        assert!(done && !said.contains("mine.csv"), "{said}");
        for theft in ["get mine.csv", "get /mine.csv", "get ../one/mine.csv", "cd ..\nget mine.csv", "get /etc/passwd"] {
            let (done, said) = neighbour.run(theft).await;
            assert!(!done, "{theft}: {said}");
        }
        assert_eq!(yard.came().await.len(), 1);
    }

    async fn a_sender_may_come_with_his_key_and_with_no_other(world) {
        let yard = Yard::of(world);
        let folder = yard.world.folder.path();
        for (name, kind) in [("his", "ed25519"), ("old", "rsa"), ("another", "ecdsa")] {
            keygen(&["-q", "-t", kind, "-N", "", "-f", name], folder).await;
        }
        let line = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a key");
        let (source, _) = yard.source_that(Way::Sftp, "dms", "", |new| new.public_keys = line("his.pub")).await;
        let at = yard.sftp().await;
        let login = source.login.as_deref().expect("a login");
        for (names, let_in) in [(&["old", "another"][..], false), (&["old", "his"], true)] {
            let mut dealer = yard.client(at, login, "");
            dealer.by = vec!["-oPreferredAuthentications=publickey".into(), "-oIdentitiesOnly=yes".into()];
            let key = |name: &&str| format!("-oIdentityFile={}", folder.join(name).display());
            dealer.by.extend(names.iter().map(key));
            let (done, said) = dealer.put("stock.csv", &stock(2)).run("put stock.csv").await;
            assert_eq!(done, let_in, "{names:?}: {said}");
        }
        assert_eq!(yard.story().await, [("stock.csv".to_owned(), State::Waiting)]);
        let store = &yard.world.store;
        for (lines, taken) in [(line("old.pub"), false), (line("his"), false), (line("another.pub"), true)] {
            let mut tx = store.begin(&store.operator(), Yard::act()).await.expect("tx");
            let edit = SourceEdit { public_keys: Some(lines), ..SourceEdit::default() };
            assert_eq!(change(&mut tx, &yard.seal, source.id, edit).await.is_ok(), taken);
        }
    }

    async fn what_broke_off_is_gone_on_with_and_a_full_disk_is_told(world) {
        let yard = Yard::of(world);
        let (source, password) = yard.source(Way::Sftp, "dms", "").await;
        let at = yard.sftp().await;
        let login = source.login.expect("a login");
        let dealer = yard.client(at, &login, &password.expect("a password"));
        dealer.put("half", &stock(9)[..100]).put("stock.csv.part", &stock(9));
        let (done, said) = dealer.run("put half stock.csv.part\nreput stock.csv.part\nrename stock.csv.part stock.csv").await;
        assert!(done, "{said}");
        let sizes: Vec<u64> = yard.came().await.iter().map(|a| a.bytes).collect();
        assert_eq!(sizes, [stock(9).len() as u64]);
        let full = yard.fill_disk(&stock(5));
        dealer.put("five.csv", &stock(5));
        assert!(!dealer.run("put five.csv").await.0, "there is no room");
        assert_eq!((yard.came().await.len(), yard.coming_in()), (1, 0));
        std::fs::remove_file(full).expect("room again");
        assert!(dealer.run("put five.csv").await.0);
        assert_eq!(yard.came().await.len(), 2);
    }
}
