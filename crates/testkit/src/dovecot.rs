//! A real mail server with mailboxes, for one story.

use std::net::SocketAddr;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;

/// Dovecot gives no mail to root; the stories of root are told by nobody.
const NOBODY: u32 = 65_534;

/// A mail server for one story; whoever says the password has a mailbox of his name.
pub struct Dovecot {
    folder: tempfile::TempDir,
    pub at: SocketAddr,
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
    /// Everybody's.
    pub const PASSWORD: &str = "Gehe1mes-W0rt";

    /// One that talks in the clear, as on the same machine.
    pub async fn start() -> Dovecot {
        Dovecot::with("ssl = no\n", |_| {}).await
    }

    /// One that wants TLS, with a certificate for `localhost`; see [`Dovecot::authority`].
    pub async fn start_secured() -> Dovecot {
        let lines = "ssl = required\nssl_cert = <FOLDER/leaf.pem\nssl_key = <FOLDER/leaf.key\n";
        Dovecot::with(lines, certify).await
    }

    async fn with(lines: &str, prepare: impl FnOnce(&Path)) -> Dovecot {
        let folder = tempfile::tempdir().expect("a folder");
        let meta = folder.path().metadata().expect("its owner");
        let owner = match meta.uid() {
            0 => (NOBODY, NOBODY),
            own => (own, meta.gid()),
        };
        let at = free_port();
        prepare(folder.path());
        let lines = lines.replace("FOLDER", &folder.path().display().to_string());
        let conf = format!("{}{lines}", conf(folder.path(), at, owner));
        std::fs::write(folder.path().join("dovecot.conf"), conf).expect("written");
        for entry in std::fs::read_dir(folder.path())
            .expect("its files")
            .flatten()
        {
            chown(entry.path(), Some(owner.0), Some(owner.1)).expect("his");
        }
        chown(folder.path(), Some(owner.0), Some(owner.1)).expect("his");
        let mut command = Command::new("/usr/sbin/dovecot");
        command
            .args(["-F", "-c"])
            .arg(folder.path().join("dovecot.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if owner.0 != meta.uid() {
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
        let up = async {
            while TcpStream::connect(at).await.is_err() {
                tokio::task::yield_now().await;
            }
        };
        let up = timeout(Duration::from_secs(20), up).await;
        up.expect("Dovecot listens");
        dovecot
    }

    /// The file of the authority that vouches for a secured one.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Somebody else's file lies where he may have it.
    pub fn own(&self, path: &Path) {
        chown(path, Some(self.owner.0), Some(self.owner.1)).expect("his");
    }

    pub fn mailbox(&self, user: &str) -> PathBuf {
        self.folder.path().join("mail").join(user)
    }

    /// A mail lies in somebody's mailbox.
    pub fn deliver(&self, user: &str, subject: &str, name: &str, text: &str) {
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

    /// Nobody can read a mail any more that was just delivered, as on a damaged disk.
    pub fn spoil(&self, user: &str, subject: &str) {
        let subject = format!("Subject: {subject}\r\n");
        let new = std::fs::read_dir(self.mailbox(user).join("new")).expect("new mails");
        let mut mails = new.flatten().map(|f| f.path());
        let mail = mails.find(|f| std::fs::read_to_string(f).is_ok_and(|m| m.contains(&subject)));
        let mail = mail.expect("the mail");
        let nobodys = std::fs::Permissions::from_mode(0o000);
        std::fs::set_permissions(&mail, nobodys).expect("closed");
    }

    /// The mails of a folder, and whether each is marked as seen.
    pub fn seen(&self, user: &str, folder: &str) -> Vec<bool> {
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

    pub fn address(&self, user: &str) -> String {
        format!("imap://{user}:{}@{}/INBOX", Dovecot::PASSWORD, self.at)
    }
}

fn free_port() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address")
}

/// An authority, and a certificate of it for this machine.
fn certify(folder: &Path) {
    let of = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2";
    let authority = "-subj /CN=Authority -keyout ca.key -out ca.pem";
    let leaf = "-CA ca.pem -CAkey ca.key -subj /CN=localhost -addext subjectAltName=DNS:localhost \
                -addext basicConstraints=critical,CA:FALSE -keyout leaf.key -out leaf.pem";
    for words in [authority, leaf] {
        let mut openssl = Command::new("openssl");
        openssl.args(of.split(' ')).args(words.split_whitespace());
        let made = openssl.current_dir(folder).output().expect("openssl");
        let said = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "{said}");
    }
}

fn conf(folder: &Path, at: SocketAddr, (uid, gid): (u32, u32)) -> String {
    let (folder, port, password) = (folder.display(), at.port(), Dovecot::PASSWORD);
    let name = |file: &str, id: u32| {
        let lines = std::fs::read_to_string(file).unwrap_or_default();
        let mut lines = lines.lines().map(|l| l.split(':').collect::<Vec<_>>());
        let line = lines.find(|l| l.get(2) == Some(&id.to_string().as_str()));
        line.map(|l| l[0].to_owned()).expect("somebody")
    };
    let (user, group) = (name("/etc/passwd", uid), name("/etc/group", gid));
    format!(
        "base_dir = {folder}/run\nstate_dir = {folder}/state\nlog_path = {folder}/log\n\
         protocols = imap\nlisten = 127.0.0.1\ndisable_plaintext_auth = no\n\
         default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}\n\
         first_valid_uid = {uid}\nfirst_valid_gid = 0\nmail_location = maildir:{folder}/mail/%u\n\
         passdb {{\n driver = static\n args = password={password}\n}}\n\
         userdb {{\n driver = static\n args = uid={uid} gid={gid} home={folder}/home/%u\n}}\n\
         service anvil {{\n chroot =\n}}\n\
         service imap-login {{\n chroot =\n inet_listener imap {{\n  port = {port}\n }}\n\
         inet_listener imaps {{\n  port = 0\n }}\n}}\n"
    )
}
