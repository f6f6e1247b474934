//! Mailboxes, kept by a real Dovecot.

use std::net::SocketAddr;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use arrivals::{NewSource, Reach, Source, State, Way, fetch_due};
use testkit::on_both;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::yard::{Yard, rooms, stock};
use crate::{free_port, listens};

const TEN_MINUTES_MS: i64 = 10 * 60_000;
/// Dovecot gives no mail to root; the stories of root are told by nobody.
const NOBODY: u32 = 65_534;

/// A mail server for one story; whoever says the password has a mailbox of his name.
struct Dovecot {
    folder: tempfile::TempDir,
    at: SocketAddr,
    owner: (u32, u32),
    server: Child,
    sent: AtomicU32,
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // Asked to end, it ends its processes too.
        let id = self.server.id().to_string();
        let _ = Command::new("kill").arg(id).status();
        let _ = self.server.wait();
    }
}

impl Dovecot {
    async fn start() -> Dovecot {
        let folder = tempfile::tempdir().expect("a folder");
        let meta = folder.path().metadata().expect("its owner");
        let owner = match meta.uid() {
            0 => (NOBODY, NOBODY),
            own => (own, meta.gid()),
        };
        let at = free_port().await;
        std::fs::write(
            folder.path().join("dovecot.conf"),
            conf(folder.path(), at, owner),
        )
        .expect("written");
        chown(folder.path(), Some(owner.0), Some(owner.1)).expect("his");
        let mut command = Command::new("/usr/sbin/dovecot");
        command
            .args(["-F", "-c"])
            .arg(folder.path().join("dovecot.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if owner.0 != meta.uid() {
            use std::os::unix::process::CommandExt;
            command.uid(owner.0).gid(owner.1);
        }
        let server = command.spawn().expect("Debian's package dovecot-imapd");
        let dovecot = Dovecot {
            folder,
            at,
            owner,
            server,
            sent: AtomicU32::new(0),
        };
        listens(at).await;
        dovecot
    }

    fn mailbox(&self, user: &str) -> PathBuf {
        self.folder.path().join("mail").join(user)
    }

    /// A mail lies in somebody's mailbox.
    fn deliver(&self, user: &str, subject: &str, name: &str, text: &str) {
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        let mut place = self.folder.path().to_owned();
        for part in ["mail", user, "new"] {
            place.push(part);
            if !place.exists() {
                std::fs::create_dir(&place).expect("a folder");
                chown(&place, Some(self.owner.0), Some(self.owner.1)).expect("his");
            }
        }
        let mail = format!(
            "From: dms@dealer.example\r\nTo: {user}@garage.example\r\nSubject: {subject}\r\n\
             Message-ID: <{number}@dealer.example>\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n\
             Our stock.\r\n--x\r\nContent-Type: text/csv; name={name}\r\n\
             Content-Disposition: attachment; filename={name}\r\n\r\n{text}\r\n--x--\r\n"
        );
        let mail_at = place.join(format!("17{number:08}.M{number}.dealer"));
        std::fs::write(&mail_at, mail).expect("delivered");
        chown(&mail_at, Some(self.owner.0), Some(self.owner.1)).expect("his");
    }

    /// The mails of a folder, and whether each is marked as seen.
    fn seen(&self, user: &str, folder: &str) -> Vec<bool> {
        let mailbox = self.mailbox(user).join(folder);
        let files = ["cur", "new"].map(|part| std::fs::read_dir(mailbox.join(part)));
        let files = files.into_iter().flatten().flatten().flatten();
        let flags = |name: String| name.split_once(":2,").is_some_and(|(_, f)| f.contains('S'));
        let mut seen: Vec<bool> = files
            .map(|f| flags(f.file_name().to_string_lossy().into()))
            .collect();
        seen.sort_unstable();
        seen
    }

    fn address(&self, user: &str) -> String {
        format!("imap://{user}:secret@{}/INBOX", self.at)
    }
}

fn conf(folder: &Path, at: SocketAddr, (uid, gid): (u32, u32)) -> String {
    let (folder, port) = (folder.display(), at.port());
    let name = |file: &str, id: u32| {
        let lines = std::fs::read_to_string(file).unwrap_or_default();
        let mut lines = lines.lines().map(|l| l.split(':').collect::<Vec<_>>());
        let line = lines.find(|l| l.get(2) == Some(&id.to_string().as_str()));
        line.map(|l| l[0].to_owned()).expect("somebody")
    };
    let (user, group) = (name("/etc/passwd", uid), name("/etc/group", gid));
    format!(
        "base_dir = {folder}/run\nstate_dir = {folder}/state\nlog_path = {folder}/log\n\
         protocols = imap\nlisten = 127.0.0.1\nssl = no\ndisable_plaintext_auth = no\n\
         default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}\n\
         first_valid_uid = {uid}\nfirst_valid_gid = 0\nmail_location = maildir:{folder}/mail/%u\n\
         passdb {{\n driver = static\n args = password=secret\n}}\n\
         userdb {{\n driver = static\n args = uid={uid} gid={gid} home={folder}/home/%u\n}}\n\
         service anvil {{\n chroot =\n}}\n\
         service imap-login {{\n chroot =\n inet_listener imap {{\n  port = {port}\n }}\n\
         inet_listener imaps {{\n  port = 0\n }}\n}}\n"
    )
}

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
        assert!(source.address.ends_with("/INBOX") && !source.address.contains("secret"));
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
        chown(&cur, Some(dovecot.owner.0), Some(dovecot.owner.1)).expect("his");
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
        let wrong = dovecot.address("stock").replace("secret", "guess");
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
}
