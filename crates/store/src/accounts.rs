//! Accounts: the professionals and private persons on the deployment.

use serde::Serialize;

use crate::{
    Change, Error, Id, Reads, Result, Right, Row, Store, Timestamp, Tx, Wrong, json, kinds,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Account {
    pub id: Id<kinds::Account>,
    /// What stands in URLs and on the command line.
    pub slug: String,
    pub name: String,
    pub vertical: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Of its mails and of its office, unless a user chose another.
    pub language: String,
    /// Address, phone, mail, web site and logo as the public sees them: a JSON object.
    #[serde(serialize_with = "crate::batches::as_object")]
    pub profile: String,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug)]
pub struct NewAccount {
    pub slug: String,
    pub name: String,
    pub vertical: String,
    pub country: String,
    pub language: String,
    pub profile: String,
}

const COLUMNS: &str = "account, slug, name, vertical, country, language, profile, created_at";
const SLUG_LETTERS_MAX: usize = 60;
const NAME_LETTERS_MAX: usize = 200;
const PROFILE_BYTES_MAX: usize = 16 << 10;

impl Tx {
    pub async fn add_account(&mut self, new: NewAccount) -> Result<Account> {
        self.scope().demand(Right::Operate)?;
        check_slug(&new.slug)?;
        let account = Account {
            id: self.id(),
            slug: new.slug,
            name: new.name,
            vertical: new.vertical,
            country: new.country.to_ascii_uppercase(),
            language: new.language,
            profile: new.profile,
            created_at: self.now(),
        };
        let sql = format!(
            "INSERT INTO account ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (slug) DO NOTHING"
        );
        let vals = [
            account.id.into(),
            (&account.slug).into(),
            (&account.name).into(),
            (&account.vertical).into(),
            (&account.country).into(),
            (&account.language).into(),
            (&account.profile).into(),
            account.created_at.into(),
        ];
        if self.execute(&sql, &vals).await? == 0 {
            return Err(Error::conflict(
                "account_exists",
                [
                    "Un compte porte déjà ce nom court",
                    "Er bestaat al een account met deze korte naam",
                    "An account with this slug already exists",
                    "Ein Konto mit diesem Kurznamen gibt es schon",
                ],
            ));
        }
        self.record(Change {
            account: Some(account.id),
            entity: "account",
            id: account.id.uuid(),
            fact: "account.added",
            before: None,
            after: Some(json(&account)?),
        });
        Ok(account)
    }

    /// Changes what the public sees of an account; `profile` is a JSON object.
    pub async fn describe_account(
        &mut self,
        id: Id<kinds::Account>,
        name: &str,
        profile: &str,
    ) -> Result<()> {
        self.scope().demand(Right::Manage)?;
        let id = self.scope().reach(id)?;
        let object =
            |text: &str| serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text);
        if name.trim().is_empty() || name.chars().count() > NAME_LETTERS_MAX {
            return Err(unfit_name());
        }
        if profile.len() > PROFILE_BYTES_MAX || object(profile).is_err() {
            return Err(unfit_profile());
        }
        let before = Account::find(self, id).await?;
        let sql = "UPDATE account SET name = $2, profile = $3 WHERE account = $1";
        self.execute(sql, &[id.into(), name.into(), profile.into()])
            .await?;
        let told = |name: &str, profile: &str| {
            let profile = object(profile).unwrap_or_default();
            serde_json::json!({ "name": name, "profile": profile }).to_string()
        };
        self.record(Change {
            account: Some(id),
            entity: "account",
            id: id.uuid(),
            fact: "account.described",
            before: Some(told(&before.name, &before.profile)),
            after: Some(told(name, profile)),
        });
        Ok(())
    }
}

impl Account {
    /// An account that the scope reaches; any other is not found.
    pub async fn find(read: &mut impl Reads, id: Id<kinds::Account>) -> Result<Account> {
        let id = read.scope().reach(id)?;
        let sql = format!("SELECT {COLUMNS} FROM account WHERE account = $1");
        let row = read.one(&sql, &[id.into()]).await?;
        row.as_ref()
            .map(account)
            .ok_or(Error::NotFound { what: "account" })
    }

    pub async fn by_slug(read: &mut impl Reads, slug: &str) -> Result<Account> {
        let sql = format!("SELECT {COLUMNS} FROM account WHERE slug = $1");
        let found = read.one(&sql, &[slug.into()]).await?.as_ref().map(account);
        found
            .filter(|a| read.scope().reach(a.id).is_ok())
            .ok_or(Error::NotFound { what: "account" })
    }

    pub async fn all(read: &mut impl Reads) -> Result<Vec<Account>> {
        read.scope().demand(Right::Operate)?;
        let sql = format!("SELECT {COLUMNS} FROM account ORDER BY slug");
        Ok(read.query(&sql, &[]).await?.iter().map(account).collect())
    }
}

impl Store {
    /// A secret of the deployment, made at its first use: form tokens are signed with it.
    pub async fn secret(&self, name: &str) -> Result<[u8; 32]> {
        let act = crate::Act::by(crate::Actor::System("secrets"));
        let mut tx = self.begin(&self.operator(), act).await?;
        let fresh: [u8; 32] = self.dice().bytes();
        let fresh = blake3::Hash::from_bytes(fresh).to_hex().to_string();
        let sql = "INSERT INTO secret (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
        tx.execute(sql, &[name.into(), fresh.into()]).await?;
        let row = tx
            .one("SELECT value FROM secret WHERE name = $1", &[name.into()])
            .await?;
        tx.commit().await?;
        let hex = row.as_ref().map_or("", |r| r.text(0));
        let hash = blake3::Hash::from_hex(hex).map_err(|e| Error::broken(e.to_string()))?;
        Ok(*hash.as_bytes())
    }
}

fn check_slug(slug: &str) -> Result<()> {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let good = !slug.is_empty()
        && slug.len() <= SLUG_LETTERS_MAX
        && slug.chars().all(letters)
        && !slug.starts_with('-');
    if good {
        return Ok(());
    }
    let message = dictionary::Label {
        fr: "Lettres minuscules a–z, chiffres et tirets, 60 signes au plus".into(),
        nl: "Kleine letters a–z, cijfers en streepjes, hoogstens 60 tekens".into(),
        en: "Use lower-case letters a–z, digits and dashes, 60 characters at most".into(),
        de: "Kleinbuchstaben a–z, Ziffern und Striche, höchstens 60 Zeichen".into(),
    };
    Err(Error::Invalid {
        wrong: vec![Wrong {
            field: "slug".into(),
            code: "slug",
            message,
        }],
    })
}

fn unfit_name() -> Error {
    Error::refused(
        "account_name",
        [
            "Un compte porte un nom de 1 à 200 caractères",
            "Een account heeft een naam van 1 tot 200 tekens",
            "An account has a name of 1 to 200 characters",
            "Ein Konto hat einen Namen von 1 bis 200 Zeichen",
        ],
    )
}

fn unfit_profile() -> Error {
    Error::refused(
        "account_profile",
        [
            "Le profil est un objet JSON de 16 Kio au plus",
            "Het profiel is een JSON-object van hoogstens 16 KiB",
            "The profile is a JSON object of 16 KiB at most",
            "Das Profil ist ein JSON-Objekt von höchstens 16 KiB",
        ],
    )
}

fn account(row: &Row) -> Account {
    Account {
        id: row.id(0),
        slug: row.text(1).to_owned(),
        name: row.text(2).to_owned(),
        vertical: row.text(3).to_owned(),
        country: row.text(4).to_owned(),
        language: row.text(5).to_owned(),
        profile: row.text(6).to_owned(),
        created_at: row.time(7),
    }
}
