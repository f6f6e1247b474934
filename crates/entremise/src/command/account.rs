//! `account`, `user`, `token`.

use clap::{Args, Subcommand};
use store::{Account, NewAccount, NewToken, NewUser, Role, Token, User};

use crate::countries::{country, spoken_in};
use crate::house::{Place, act};
use crate::output::{Failure, out, print};

pub const LANGUAGES: [&str; 4] = ["fr", "nl", "en", "de"];
const ROLES: [&str; 4] = ["operator", "manager", "agent", "read-only"];
/// A token belongs to an account, so it is never the operator's.
const BEARERS: [&str; 3] = ["manager", "agent", "read-only"];

#[derive(Subcommand)]
pub enum AccountVerb {
    /// Add an account: an agency, a dealer, a tradesman, a private seller
    #[command(after_help = "Examples:
  entremise account add lumen --vertical estate --country BE --language fr --name 'Maison Lumen'
  entremise account add autohof --vertical auto --country NL")]
    Add(AddAccount),
    /// List all accounts
    #[command(after_help = "Example: entremise account list --json")]
    List,
}

#[derive(Args)]
pub struct AddAccount {
    /// Its short name in addresses and commands: a-z, 0-9 and dashes
    slug: String,
    /// Its trade: estate, auto, services, or one of your own
    #[arg(long, value_name = "VERTICAL")]
    vertical: String,
    /// Its country by the two letters of ISO 3166: decides currency, language and postcodes
    #[arg(long, default_value = "BE", value_name = "CC", value_parser = country)]
    country: String,
    /// What people call it; the slug if left out
    #[arg(long)]
    name: Option<String>,
    /// Of its office and its mails; by default that of the country
    #[arg(long, value_parser = LANGUAGES, ignore_case = true)]
    language: Option<String>,
}

#[derive(Subcommand)]
pub enum UserVerb {
    /// Add a user; prints a first password unless PASSWORD is set in the environment
    #[command(after_help = "Examples:
  entremise user add anna@lumen.example --account lumen --role agent
  entremise user add boss@operator.example --role operator")]
    Add(AddUser),
    /// List the users of an account
    #[command(after_help = "Example: entremise user list --account lumen")]
    List {
        /// The account's slug
        #[arg(long, value_name = "SLUG")]
        account: String,
    },
}

#[derive(Args)]
pub struct AddUser {
    /// The address to sign in with
    email: String,
    /// The account's slug; leave it out for the operator's own people
    #[arg(long, value_name = "SLUG")]
    account: Option<String>,
    /// What the user may do: read-only looks, an agent works, a manager also decides who works
    #[arg(long, value_parser = ROLES)]
    role: String,
    /// How the user signs mails; by default what stands before the @
    #[arg(long)]
    name: Option<String>,
    /// A first password; better given by the environment, where other users do not see it
    #[arg(long, env = "PASSWORD", hide_env_values = true)]
    password: Option<String>,
}

#[derive(Subcommand)]
pub enum TokenVerb {
    /// Make a token; it is shown once
    #[command(after_help = "Example:
  entremise token add --account lumen --role agent --name 'nightly import'
  curl -H 'Authorization: Bearer ent_…' http://localhost:8080/api/v1/me")]
    Add {
        /// The account's slug
        #[arg(long, value_name = "SLUG")]
        account: String,
        /// What its bearer may do
        #[arg(long, default_value = "agent", value_parser = BEARERS)]
        role: String,
        /// What you recognise it by later
        #[arg(long, default_value = "command line")]
        name: String,
    },
    /// List the tokens of an account
    #[command(after_help = "Example: entremise token list --account lumen")]
    List {
        /// The account's slug
        #[arg(long, value_name = "SLUG")]
        account: String,
    },
}

impl AccountVerb {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        match self {
            AccountVerb::Add(add) => add.run(place).await,
            AccountVerb::List => list(place).await,
        }
    }
}

impl AddAccount {
    async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let dictionary = place.dictionary()?.get();
        if dictionary.vertical(&self.vertical).is_none() {
            let known = dictionary.verticals().iter().map(|v| v.key.as_ref());
            let known: Vec<&str> = known.collect();
            return Err(Failure::unknown("vertical", &self.vertical, &known));
        }
        let house = place.open_or_make().await?;
        let spoken = spoken_in(&self.country);
        let new = NewAccount {
            name: self.name.unwrap_or_else(|| self.slug.clone()),
            slug: self.slug,
            vertical: self.vertical,
            language: self
                .language
                .map_or_else(|| spoken.into(), |l| l.to_lowercase()),
            country: self.country,
            profile: "{}".into(),
        };
        let mut tx = house.store.begin(&house.operator(), act()).await?;
        let account = tx.add_account(new).await?;
        tx.commit().await?;
        print(json, &account, || {
            out!("account {} added ({})", account.slug, account.id)
        });
        let country = account.country.as_str();
        if !gazetteer::COUNTRIES.contains(&country) {
            eprintln!("note: the towns of {country} are not known here; give listings coordinates");
        }
        Ok(())
    }
}

async fn list(place: Place) -> Result<(), Failure> {
    let json = place.json;
    let house = place.open().await?;
    let mut read = house.store.read(&house.operator()).await?;
    let accounts = Account::all(&mut read).await?;
    print(json, &serde_json::json!({ "accounts": accounts }), || {
        for a in &accounts {
            out!("{:<28} {:<9} {}  {}", a.slug, a.vertical, a.country, a.name);
        }
    });
    Ok(())
}

impl UserVerb {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let house = place.open().await?;
        match self {
            UserVerb::Add(add) => {
                let role = role(&add.role)?;
                let account = match &add.account {
                    Some(slug) => Some(house.account(slug).await?.0),
                    None => None,
                };
                let made = add.password.is_none();
                let password = add.password.unwrap_or_else(|| phrase(&house.store));
                let new = NewUser {
                    account: account.as_ref().map(|a| a.id),
                    name: add
                        .name
                        .unwrap_or_else(|| add.email.split('@').next().unwrap_or("").into()),
                    email: add.email,
                    role,
                    language: account.map_or_else(|| "en".into(), |a| a.language),
                    password: password.clone(),
                };
                let hash = house.store.hash_password(&new.password).await?;
                let mut tx = house.store.begin(&house.operator(), act()).await?;
                let user = tx.add_user_hashed(new, hash).await?;
                tx.commit().await?;
                let shown =
                    serde_json::json!({ "user": user, "password": made.then_some(&password) });
                print(json, &shown, || {
                    out!("user {} added as {}", user.email, role.key());
                    if made {
                        out!("first password: {password}");
                    }
                });
            }
            UserVerb::List { account } => {
                let (account, scope) = house.account(&account).await?;
                let mut read = house.store.read(&scope).await?;
                let users = User::of(&mut read, account.id).await?;
                print(json, &serde_json::json!({ "users": users }), || {
                    for u in &users {
                        out!("{:<36} {:<10} {}", u.email, u.role.key(), u.name);
                    }
                });
            }
        }
        Ok(())
    }
}

impl TokenVerb {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let house = place.open().await?;
        match self {
            TokenVerb::Add {
                account,
                role: named,
                name,
            } => {
                let (account, scope) = house.account(&account).await?;
                let new = NewToken {
                    account: account.id,
                    name,
                    role: role(&named)?,
                };
                let (secret, token) = house.store.add_token(&scope, act(), new).await?;
                let shown = serde_json::json!({ "token": secret, "id": token.id, "account": account.slug, "role": token.role });
                print(json, &shown, || {
                    out!("{secret}");
                    eprintln!("keep it: it is not shown again");
                });
            }
            TokenVerb::List { account } => {
                let (account, scope) = house.account(&account).await?;
                let mut read = house.store.read(&scope).await?;
                let tokens = Token::of(&mut read, account.id).await?;
                print(json, &serde_json::json!({ "tokens": tokens }), || {
                    for t in &tokens {
                        out!("{}…  {:<10} {}", t.hint, t.role, t.name);
                    }
                });
            }
        }
        Ok(())
    }
}

fn role(key: &str) -> Result<Role, Failure> {
    Role::parse(key).ok_or_else(|| Failure::unknown("role", key, &ROLES))
}

/// A password that can be read over the telephone.
fn phrase(store: &store::Store) -> String {
    const SYLLABLES: [&str; 32] = [
        "ba", "be", "bo", "da", "de", "du", "fa", "fi", "go", "ha", "hi", "ja", "ka", "ko", "la",
        "li", "lo", "ma", "mi", "mo", "na", "ne", "no", "pa", "pi", "ra", "ri", "sa", "so", "ta",
        "ti", "vo",
    ];
    let word = || {
        (0..3)
            .map(|_| SYLLABLES[store.dice().below(32) as usize])
            .collect::<String>()
    };
    (0..4).map(|_| word()).collect::<Vec<_>>().join("-")
}
