//! Where files are fetched, with what password, and where taken mails go.

use ::store::{Act, Actor, Dice, Error, Result, Seal, Store, Via};
use reqwest::Url;

use crate::source::{Source, Way, wrong};
use crate::store;

const MAILBOX: &str = "INBOX";
const FOLDER_LETTERS_MAX: usize = 200;

/// What somebody said of where files are fetched.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    pub(crate) address: Option<String>,
    /// Of a mailbox; that of an address on the web stands in it.
    pub(crate) password: Option<String>,
    pub(crate) move_to: Option<String>,
}

/// Takes over what was said, if it can be so; a password is sealed, and forgotten when the address
/// leads to another server or user.
pub(crate) fn settle(source: &mut Source, said: Said, seal: &Seal, dice: &Dice) -> Result<()> {
    let password = said.password.filter(|p| !p.is_empty());
    let told = match (source.way, said.address) {
        (Way::Url, Some(text)) => web(source, &text, password)?,
        (Way::Imap, Some(text)) => mailbox(source, &text)?.or(password),
        (Way::Imap, None) => password,
        (Way::Url, None) if password.is_some() => return Err(no_user()),
        _ => None,
    };
    if let Some(told) = told {
        source.sealed = seal.close(dice, &source.id.to_string(), &told)?;
    }
    if source.way != Way::Imap {
        return Ok(());
    }
    if source.sealed.is_empty() {
        return Err(no_password());
    }
    if let Some(folder) = said.move_to {
        let folder = folder.trim();
        let fits =
            folder.chars().count() <= FOLDER_LETTERS_MAX && !folder.contains(char::is_control);
        source.move_to = folder.to_owned();
        return fits.then_some(()).ok_or_else(|| unfit_folder("move_to"));
    }
    Ok(())
}

/// Seals the passwords that earlier versions kept as they were; how many.
pub async fn seal_passwords(store: &Store, seal: &Seal) -> Result<usize> {
    let act = Act::by(Actor::System("seal")).via(Via::Follower);
    let mut tx = store.begin(&store.operator(), act).await?;
    let plain = store::unsealed(&mut tx).await?;
    for mut source in plain.clone() {
        let said = decoded(&std::mem::take(&mut source.secret));
        source.sealed = seal.close(tx.dice(), &source.id.to_string(), &said)?;
        store::write(&mut tx, &source).await?;
    }
    tx.commit().await?;
    Ok(plain.len())
}

/// An address on the web; answers `user:password` if they stand in it or were given.
fn web(source: &mut Source, text: &str, given: Option<String>) -> Result<Option<String>> {
    let url = Url::parse(text.trim()).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let Some(mut url) = url else {
        return Err(wrong(
            "address",
            "address",
            [
                "Une adresse complète, comme https://exemple.be/stock.csv",
                "Een volledig adres, zoals https://voorbeeld.be/stock.csv",
                "A whole address, such as https://example.org/stock.csv",
                "Eine vollständige Adresse, etwa https://beispiel.de/bestand.csv",
            ],
        ));
    };
    let password = password_in(&mut url).or(given);
    let user = decoded(url.username());
    if user.is_empty() && password.is_some() {
        return Err(no_user());
    }
    let _ = url.set_username("");
    moved(source, &url);
    let told = format!("{user}:{}", password.unwrap_or_default());
    Ok((!user.is_empty()).then_some(told))
}

/// `imaps://user@host/Folder` (RFC 5092); answers the password if it stands in it.
fn mailbox(source: &mut Source, text: &str) -> Result<Option<String>> {
    let url = Url::parse(text.trim()).ok();
    let url = url.filter(|url| {
        matches!(url.scheme(), "imap" | "imaps") && url.has_host() && !url.username().is_empty()
    });
    let Some(mut url) = url else {
        return Err(wrong(
            "address",
            "address",
            [
                "Une boîte comme imaps://stock@garage.be@imap.garage.be/INBOX",
                "Een postvak zoals imaps://stock@garage.be@imap.garage.be/INBOX",
                "A mailbox such as imaps://stock@garage.be@imap.garage.be/INBOX",
                "Ein Postfach wie imaps://stock@garage.de@imap.garage.de/INBOX",
            ],
        ));
    };
    let told = password_in(&mut url);
    url.set_query(None);
    url.set_fragment(None);
    if url.path().trim_matches('/').is_empty() {
        url.set_path(MAILBOX);
    }
    let folder = folder_of(&url);
    if folder.contains(char::is_control) || folder.chars().count() > FOLDER_LETTERS_MAX {
        return Err(unfit_folder("address"));
    }
    moved(source, &url);
    Ok(told)
}

/// The password goes out of an address.
fn password_in(url: &mut Url) -> Option<String> {
    let password = decoded(url.password()?);
    let _ = url.set_password(None);
    Some(password)
}

/// A password is for one user of one server, and what is known of a file is for one address.
fn moved(source: &mut Source, url: &Url) {
    let place = |url: &Url| {
        let host = url.host_str().unwrap_or_default().to_owned();
        let user = url.username().to_owned();
        (url.scheme().to_owned(), host, url.port(), user)
    };
    let before = Url::parse(&source.address).ok();
    if before.as_ref().map(place) != Some(place(url)) {
        source.sealed.clear();
    }
    if source.address != url.as_str() {
        source.validators.clear();
    }
    source.address = url.to_string();
}

/// The folder that a mailbox's address names.
pub(crate) fn folder_of(url: &Url) -> String {
    decoded(url.path().trim_start_matches('/'))
}

/// Percent-encoding undone.
pub(crate) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|d| std::str::from_utf8(d).ok());
        let byte = digits.and_then(|d| u8::from_str_radix(d, 16).ok());
        let hidden = byte.filter(|_| *first == b'%');
        bytes.push(hidden.unwrap_or(*first));
        rest = if hidden.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn no_password() -> Error {
    wrong(
        "password",
        "password",
        [
            "Le mot de passe de la boîte manque, ou l’adresse mène à un autre serveur : saisissez-le",
            "Het wachtwoord van het postvak ontbreekt, of het adres leidt naar een andere server: typ het",
            "The mailbox’s password is missing, or the address leads to another server: type it",
            "Das Passwort des Postfachs fehlt, oder die Adresse führt zu einem anderen Server: Geben Sie es ein",
        ],
    )
}

fn no_user() -> Error {
    wrong(
        "address",
        "address",
        [
            "Écrivez aussi l’utilisateur dans l’adresse : https://utilisateur@exemple.be/stock.csv",
            "Schrijf ook de gebruiker in het adres: https://gebruiker@voorbeeld.be/stock.csv",
            "Write the user into the address too: https://user@example.org/stock.csv",
            "Schreiben Sie auch den Benutzer in die Adresse: https://benutzer@beispiel.de/bestand.csv",
        ],
    )
}

fn unfit_folder(field: &str) -> Error {
    wrong(
        field,
        "folder",
        [
            "Un dossier de la boîte, de 200 lettres au plus",
            "Een map van het postvak, hoogstens 200 letters",
            "A folder of the mailbox, of at most 200 letters",
            "Ein Ordner des Postfachs mit höchstens 200 Zeichen",
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_percent_encoding_hides_is_read() {
        assert_eq!(decoded("stock%40garage.be"), "stock@garage.be");
        assert_eq!(decoded("100%"), "100%");
        assert_eq!(decoded("%C3%A9t%c3%a9%zz"), "été%zz");
    }
}
