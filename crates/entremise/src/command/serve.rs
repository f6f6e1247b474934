//! `serve` and `demo`.

use std::io::IsTerminal;
use std::net::SocketAddr;

use arrivals::Reach;
use clap::{Args, ValueEnum};
use demo::Scale;
use media::Objects;
use store::{Account, Clock, DAY_MS, Dice, Store, Timestamp};

use crate::house::{House, Place};
use crate::output::{Failure, out, print};

#[derive(Args)]
#[command(after_help = "Examples:
  entremise serve --demo
  entremise serve --data /srv/entremise --listen 0.0.0.0:80 --smtp mail.example:25
  entremise serve --database postgres://one,two/entremise    on each node

Passwords of web addresses and mailboxes are kept sealed with a key of the deployment, from which the
SFTP host key comes too. It is made once as DIR/secret.key, readable by its owner alone. Nodes that
share a database share the key: copy the file, or set ENTREMISE_SECRET_KEY to 64 hexadecimal digits
(openssl rand -hex 32) on each. Keep a copy apart from the backups of the database.")]
pub struct Serve {
    /// The address to listen on
    #[arg(
        long,
        env = "LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "ADDR"
    )]
    listen: String,
    /// Write the demo world first if there is no account yet
    #[arg(long)]
    demo: bool,
    /// A mail relay: host:port on your own network, or smtp://user:password@host:587?tls=required,
    /// or smtps://…; without one mail is kept and readable in the office
    #[arg(long, env = "SMTP", value_name = "RELAY", hide_env_values = true)]
    smtp: Option<String>,
    /// The address that mail is sent from; your domain must allow the relay to send for it
    #[arg(
        long,
        env = "MAIL_FROM",
        default_value = "entremise@localhost",
        value_name = "ADDRESS"
    )]
    mail_from: String,
    /// Take files by FTP at this address, e.g. 0.0.0.0:2121; each source has a user of its own
    #[arg(long, env = "FTP", value_name = "ADDR")]
    ftp: Option<String>,
    /// The ports that FTP clients are told for their data
    #[arg(
        long,
        env = "FTP_PORTS",
        default_value = "42000-42999",
        value_name = "FROM-TO"
    )]
    ftp_ports: String,
    /// PEM files of a certificate and its key, for FTPS
    #[arg(long, env = "FTP_TLS", value_name = "CERT,KEY")]
    ftp_tls: Option<String>,
    /// Take files by SFTP at this address, e.g. 0.0.0.0:2222; users of FTP sources may come here too
    #[arg(long, env = "SFTP", value_name = "ADDR")]
    sftp: Option<String>,
    /// Take mail for sources at this address, by SMTP or LMTP, e.g. 127.0.0.1:2525
    #[arg(long, env = "MAIL_IN", value_name = "ADDR")]
    mail_in: Option<String>,
    /// Keep raw files for so many weeks; those that wait for somebody are kept as long as they wait
    #[arg(long, env = "RAW_WEEKS", default_value_t = arrivals::RAW_WEEKS, value_name = "WEEKS", value_parser = clap::value_parser!(i64).range(1..=520))]
    raw_weeks: i64,
    /// Where the public finds your sites, as portals are told for pages and pictures,
    /// e.g. https://www.example.be; by default this machine
    #[arg(long, env = "PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    #[command(flatten)]
    private: FetchPrivate,
}

/// Shared by all that fetches from addresses which somebody else wrote.
#[derive(Args)]
pub struct FetchPrivate {
    /// Let files, mailboxes and photos be fetched from your own network too, not from the Internet
    /// alone; with an IP address from that machine only: --fetch-private=10.0.0.5
    #[arg(
        long = "fetch-private",
        env = "FETCH_PRIVATE",
        default_value = "no",
        default_missing_value = "all",
        num_args = 0..=1,
        require_equals = true,
        hide_default_value = true,
        value_name = "IP",
        value_parser = reach
    )]
    pub reach: Reach,
}

#[derive(Args)]
#[command(after_help = "Example: entremise demo --scale small --data /tmp/trial")]
pub struct Demo {
    /// The same seed makes the same world
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How much of it
    #[arg(long, value_enum, default_value_t = HowMuch::Full)]
    scale: HowMuch,
}

#[derive(Clone, Copy, ValueEnum)]
enum HowMuch {
    /// About 1,700 listings, in seconds
    Small,
    /// 4,000 properties, 30,000 cars, 400 tradesmen
    Full,
}

impl Serve {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let listen = address(&self.listen)?;
        let (ftp, reach) = (self.ftp()?, self.private.reach);
        let sftp = self.sftp.as_deref().map(address).transpose()?;
        let mail_in = self.mail_in.as_deref().map(address).transpose()?;
        let data = place.data.clone();
        let house = place.open_or_make().await?;
        if self.demo && is_empty(&house).await? {
            eprintln!("No accounts yet: writing the demo world (once; about a minute)");
            write_world(&house, 1, Scale::Full).await?;
        }
        let (location, json) = (house.store.location().to_string(), house.place.json);
        let sites = house.place.sites()?;
        let config = server::Config {
            listen,
            data,
            sites: house.place.sites.clone(),
            smtp: self.smtp,
            mail_from: self.mail_from,
            ftp,
            sftp,
            mail_in,
            raw_weeks: self.raw_weeks,
            reach,
            seal: house.seal()?,
            portals: house.portals(),
            public_url: self.public_url,
        };
        let shown = self.demo;
        let ready = move |address: SocketAddr, listings: u64| {
            if json {
                out!(
                    "{}",
                    serde_json::json!({ "listening": address.to_string(), "listings": listings })
                );
            } else {
                greet(address.port(), listings, &location, &sites, shown);
            }
        };
        server::serve(config, house.store, house.dictionary, ready).await?;
        Ok(())
    }
}

impl Serve {
    fn ftp(&self) -> Result<Option<arrivals::FtpConfig>, Failure> {
        let Some(listen) = &self.ftp else {
            return Ok(None);
        };
        let ports = self.ftp_ports.split_once('-');
        let ports = ports.and_then(|(from, to)| Some(from.parse().ok()?..=to.parse().ok()?));
        let passive_ports = ports.filter(|p: &std::ops::RangeInclusive<u16>| !p.is_empty());
        let tls = self.ftp_tls.as_deref().map(|both| both.split_once(','));
        if tls == Some(None) {
            return Err(Failure::usage(
                "--ftp-tls wants two files: CERT.pem,KEY.pem",
            ));
        }
        Ok(Some(arrivals::FtpConfig {
            listen: address(listen)?,
            passive_ports: passive_ports
                .ok_or_else(|| Failure::usage("--ftp-ports wants two numbers: 42000-42999"))?,
            tls: tls.flatten().map(|(c, k)| (c.into(), k.into())),
        }))
    }
}

/// `all`, an IP address, or `no`.
fn reach(text: &str) -> Result<Reach, String> {
    match text {
        "all" | "true" | "1" | "yes" => Ok(Reach::Everywhere),
        "no" | "false" | "0" | "" => Ok(Reach::Public),
        ip => ip
            .parse()
            .map(Reach::Beside)
            .map_err(|_| "an IP address of your network, or nothing for all of it".to_owned()),
    }
}

/// `8080`, `:8080`, `0.0.0.0:8080`, `[::1]:8080`.
pub fn address(text: &str) -> Result<SocketAddr, Failure> {
    let whole = match text.strip_prefix(':').unwrap_or(text).parse::<u16>() {
        Ok(port) => format!("127.0.0.1:{port}"),
        Err(_) => text.replace("localhost", "127.0.0.1"),
    };
    whole.parse().map_err(|_| {
        Failure::usage(format!(
            "“{text}” is no address to listen on; write 127.0.0.1:8080"
        ))
    })
}

async fn is_empty(house: &House) -> Result<bool, Failure> {
    let mut read = house.store.read(&house.operator()).await?;
    Ok(Account::all(&mut read).await?.is_empty())
}

fn greet(port: u16, listings: u64, location: &str, sites: &server::Sites, demo: bool) {
    out!("Entremise is up: {listings} public listings, {location}");
    for site in sites.iter() {
        let address = site.origin(&format!(":{port}"));
        out!("  {address}/   {}: {}", site.brand, site.tagline.en);
    }
    out!("  http://office.localhost:{port}/  the office");
    if demo {
        out!(
            "Sign in to the office with the password {}:",
            demo::PASSWORD
        );
        for (email, what) in demo::LOGINS {
            out!("  {email:<40} {what}");
        }
        out!("  the others: entremise user list --account SLUG (slugs: entremise account list)");
    }
    out!("Things to try, in another terminal:");
    out!("  entremise search --site immo maison price_max=400000");
    out!("  entremise import FILE --account SLUG --dry-run");
    out!("  curl http://localhost:{port}/api/v1/listings?vertical=auto\\&q=golf");
}

impl Demo {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let house = place.open_or_make().await?;
        if !is_empty(&house).await? {
            return Err(
                "there are accounts already; the demo world wants an empty deployment (--data DIR)"
                    .into(),
            );
        }
        let scale = match self.scale {
            HowMuch::Small => Scale::Small,
            HowMuch::Full => Scale::Full,
        };
        let started = std::time::Instant::now();
        let written = write_world(&house, self.seed, scale).await?;
        let seconds = started.elapsed().as_secs_f64();
        let logins: Vec<_> = written
            .logins
            .iter()
            .map(|l| serde_json::json!({ "email": l.email, "account": l.account, "role": l.role.key() }))
            .collect();
        let shown = serde_json::json!({
            "accounts": written.accounts, "listings": written.listings, "pictures": written.pictures,
            "seconds": seconds, "password": demo::PASSWORD, "logins": logins,
        });
        print(json, &shown, || {
            out!(
                "{} accounts, {} listings, {} pictures in {seconds:.1} s",
                written.accounts,
                written.listings,
                written.pictures
            );
            out!("password of everybody: {}", demo::PASSWORD);
            written
                .logins
                .iter()
                .for_each(|l| out!("  {:<40} {:<9} {}", l.email, l.role.key(), l.account));
        });
        Ok(())
    }
}

/// The same seed on the same day makes the same world, down to its ids: it was written by last
/// midnight, over the weeks before.
async fn write_world(house: &House, seed: u64, scale: Scale) -> Result<demo::Written, Failure> {
    let today = house.store.now().0.div_euclid(DAY_MS) * DAY_MS;
    let began = Timestamp(today - demo::DAYS as i64 * DAY_MS);
    let store = Store::open(
        house.store.location(),
        &server::migrations(),
        Clock::held_at(began),
        Dice::seeded(seed),
    )
    .await?;
    let objects = Objects::open(&house.place.data.join("media"))?;
    let shown = std::io::stderr().is_terminal();
    let progress = |p: demo::Progress| {
        if shown {
            let share = p.listings * 100 / p.listings_planned.max(1);
            eprint!(
                "\r{share:>3} %  {} accounts, {} listings, {} pictures ",
                p.accounts, p.listings, p.pictures
            );
        }
    };
    let written = demo::write(
        &store,
        &house.dictionary.get(),
        scale,
        seed,
        &objects,
        progress,
    )
    .await?;
    if shown {
        eprintln!();
    }
    Ok(written)
}
