//! `account`, `user`, `token`.

use clap::{Args, Subcommand};
use store::{Account, NewAccount, NewToken, NewUser, Role, Token, User};

use crate::house::{Place, act};
use crate::output::{Failure, out, print};

#[derive(Subcommand)]
pub enum AccountVerb {
    /// Add an account
    Add(AddAccount),
    /// List all accounts
    List,
}

#[derive(Args)]
pub struct AddAccount {
    /// Its short name in addresses and commands: a-z, 0-9 and dashes
    slug: String,
    /// Its trade: estate, auto, services, or one of your own
    #[arg(long)]
    vertical: String,
    /// ISO country code: decides currency, language and postcodes
    #[arg(long, default_value = "BE")]
    country: String,
    /// What people call it; the slug if left out
    #[arg(long)]
    name: Option<String>,
    /// fr, nl, en or de; by default that of the country
    #[arg(long)]
    language: Option<String>,
}

#[derive(Subcommand)]
pub enum UserVerb {
    /// Add a user; prints a first password unless PASSWORD is set in the environment
    Add(AddUser),
    /// List the users of an account
    List {
        #[arg(long)]
        account: String,
    },
}

#[derive(Args)]
pub struct AddUser {
    email: String,
    /// The account's slug; leave it out for the operator's own people
    #[arg(long)]
    account: Option<String>,
    /// operator, manager, agent or read-only
    #[arg(long)]
    role: String,
    #[arg(long)]
    name: Option<String>,
    #[arg(long, env = "PASSWORD", hide_env_values = true)]
    password: Option<String>,
}

#[derive(Subcommand)]
pub enum TokenVerb {
    /// Make a token; it is shown once
    Add {
        #[arg(long)]
        account: String,
        #[arg(long, default_value = "agent")]
        role: String,
        #[arg(long, default_value = "command line")]
        name: String,
    },
    /// List the tokens of an account
    List {
        #[arg(long)]
        account: String,
    },
}

impl AccountVerb {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let house = place.open().await?;
        match self {
            AccountVerb::Add(add) => {
                let dictionary = house.dictionary.get();
                if dictionary.vertical(&add.vertical).is_none() {
                    let known: Vec<&str> = dictionary
                        .verticals()
                        .iter()
                        .map(|v| v.key.as_ref())
                        .collect();
                    return Err(format!(
                        "there is no vertical “{}”; there are {}",
                        add.vertical,
                        known.join(", ")
                    )
                    .into());
                }
                let country = add.country.to_uppercase();
                let spoken = match country.as_str() {
                    "NL" => "nl",
                    "GB" => "en",
                    "DE" | "AT" => "de",
                    _ => "fr",
                };
                let new = NewAccount {
                    name: add.name.unwrap_or_else(|| add.slug.clone()),
                    slug: add.slug,
                    vertical: add.vertical,
                    country,
                    language: add.language.unwrap_or_else(|| spoken.into()),
                    profile: "{}".into(),
                };
                let mut tx = house.store.begin(&house.operator(), act()).await?;
                let account = tx.add_account(new).await?;
                tx.commit().await?;
                print(json, &account, || {
                    out!("account {} added ({})", account.slug, account.id)
                });
            }
            AccountVerb::List => {
                let mut read = house.store.read(&house.operator()).await?;
                let accounts = Account::all(&mut read).await?;
                print(json, &serde_json::json!({ "accounts": accounts }), || {
                    for a in &accounts {
                        out!("{:<28} {:<9} {}  {}", a.slug, a.vertical, a.country, a.name);
                    }
                });
            }
        }
        Ok(())
    }
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
    Role::parse(key).ok_or_else(|| {
        format!("there is no role “{key}”; there are operator, manager, agent and read-only").into()
    })
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
