//! What the mails about files say, in the account's language.

use dictionary::Language;
use exchange::Report;
use store::{Account, Timestamp};

use crate::arrival::{Arrival, State};
use crate::source::Source;

pub(crate) struct Letter {
    pub(crate) subject: String,
    pub(crate) body: String,
}

const REMARKS_TOLD: usize = 10;

fn language(account: &Account) -> Language {
    Language::parse(&account.language).unwrap_or_default()
}

/// A file that was not taken, or not wholly: what happened, and what to do.
pub(crate) fn report(
    account: &Account,
    source: &Source,
    arrival: &Arrival,
    report: &Report,
) -> Letter {
    let (file, feed) = (&arrival.name, &source.name);
    let (subject, head, to_do) = match (language(account), arrival.state) {
        (Language::Fr, State::Refused) => (
            format!("Fichier refusé : {file}"),
            format!(
                "Le fichier « {file} » du flux {feed} n’a pas pu être importé. Vos annonces restent comme elles étaient."
            ),
            "Corrigez-le et renvoyez-le.",
        ),
        (Language::Fr, State::Asked) => (
            format!("À décider : {file}"),
            format!(
                "Le fichier « {file} » du flux {feed} ne contient plus beaucoup de vos annonces. Par prudence, aucune n’a été retirée."
            ),
            "Si c’est voulu, ouvrez Importations dans votre espace et confirmez ; sinon renvoyez le fichier complet.",
        ),
        (Language::Fr, _) => (
            format!("Importé avec des remarques : {file}"),
            format!("Le fichier « {file} » du flux {feed} est importé, sauf certaines lignes."),
            "Corrigez-les dans votre logiciel ; elles entreront avec le prochain fichier.",
        ),
        (Language::Nl, State::Refused) => (
            format!("Bestand geweigerd: {file}"),
            format!(
                "Het bestand ‘{file}’ van feed {feed} kon niet worden geïmporteerd. Uw zoekertjes blijven zoals ze waren."
            ),
            "Verbeter het en stuur het opnieuw.",
        ),
        (Language::Nl, State::Asked) => (
            format!("Te beslissen: {file}"),
            format!(
                "In het bestand ‘{file}’ van feed {feed} ontbreken veel van uw zoekertjes. Voor alle zekerheid is er geen enkel verwijderd."
            ),
            "Is dat de bedoeling, open dan Importeren in uw kantoor en bevestig; zo niet, stuur het volledige bestand opnieuw.",
        ),
        (Language::Nl, _) => (
            format!("Geïmporteerd met opmerkingen: {file}"),
            format!("Het bestand ‘{file}’ van feed {feed} is geïmporteerd, op enkele rijen na."),
            "Verbeter ze in uw software; met het volgende bestand komen ze erbij.",
        ),
        (Language::En, State::Refused) => (
            format!("File refused: {file}"),
            format!(
                "The file “{file}” of feed {feed} could not be imported. Your listings stay as they were."
            ),
            "Mend it and send it again.",
        ),
        (Language::En, State::Asked) => (
            format!("Please decide: {file}"),
            format!(
                "The file “{file}” of feed {feed} no longer holds many of your listings. To be safe, none was withdrawn."
            ),
            "If that is meant, open Imports in your office and confirm; if not, send the whole file again.",
        ),
        (Language::En, _) => (
            format!("Imported with remarks: {file}"),
            format!("The file “{file}” of feed {feed} is imported, except some rows."),
            "Mend them in your software; they come in with the next file.",
        ),
        (Language::De, State::Refused) => (
            format!("Datei abgelehnt: {file}"),
            format!(
                "Die Datei „{file}“ des Feeds {feed} konnte nicht importiert werden. Ihre Inserate bleiben, wie sie waren."
            ),
            "Verbessern Sie sie und senden Sie sie noch einmal.",
        ),
        (Language::De, State::Asked) => (
            format!("Bitte entscheiden: {file}"),
            format!(
                "In der Datei „{file}“ des Feeds {feed} fehlen viele Ihrer Inserate. Zur Sicherheit wurde keines zurückgezogen."
            ),
            "Ist das gewollt, öffnen Sie Importe in Ihrem Büro und bestätigen Sie; sonst senden Sie die vollständige Datei noch einmal.",
        ),
        (Language::De, _) => (
            format!("Importiert mit Bemerkungen: {file}"),
            format!("Die Datei „{file}“ des Feeds {feed} ist importiert, bis auf einige Zeilen."),
            "Verbessern Sie sie in Ihrer Software; mit der nächsten Datei kommen sie dazu.",
        ),
    };
    let mut body = format!(
        "{head}\n\n{to_do}\n\n{}\n",
        counts(language(account), report)
    );
    for problem in report
        .problems
        .iter()
        .filter(|p| p.refused || p.row == 0)
        .take(REMARKS_TOLD)
    {
        match problem.row {
            0 => body.push_str(&format!("\n- {}", problem.message)),
            row => body.push_str(&format!(
                "\n- {row} ({}): {}",
                problem.line, problem.message
            )),
        }
    }
    Letter { subject, body }
}

fn counts(language: Language, r: &Report) -> String {
    let words = match language {
        Language::Fr => [
            "lignes",
            "créées",
            "modifiées",
            "inchangées",
            "retirées",
            "refusées",
        ],
        Language::Nl => [
            "rijen",
            "nieuw",
            "gewijzigd",
            "ongewijzigd",
            "verwijderd",
            "geweigerd",
        ],
        Language::En => [
            "rows",
            "new",
            "changed",
            "unchanged",
            "withdrawn",
            "refused",
        ],
        Language::De => [
            "Zeilen",
            "neu",
            "geändert",
            "unverändert",
            "zurückgezogen",
            "abgelehnt",
        ],
    };
    let numbers = [
        r.rows,
        r.created,
        r.changed,
        r.unchanged,
        r.removed,
        r.refused,
    ];
    let told = numbers
        .iter()
        .zip(words)
        .map(|(n, word)| format!("{n} {word}"));
    told.collect::<Vec<_>>().join(" · ")
}

/// Nothing came for longer than agreed.
pub(crate) fn quiet(account: &Account, source: &Source, now: Timestamp) -> Letter {
    let hours = (now.0 - source.arrived_at.0) / 3_600_000;
    let (feed, why) = (&source.name, &source.said);
    let (subject, body) = match language(account) {
        Language::Fr => (
            format!("Rien reçu depuis {hours} heures : {feed}"),
            format!(
                "Le flux {feed} n’a rien apporté depuis {hours} heures. Vos annonces restent en ligne.\n\nVérifiez que votre logiciel envoie bien son fichier."
            ),
        ),
        Language::Nl => (
            format!("Niets ontvangen sinds {hours} uur: {feed}"),
            format!(
                "Feed {feed} heeft sinds {hours} uur niets gebracht. Uw zoekertjes blijven online.\n\nControleer of uw software haar bestand verstuurt."
            ),
        ),
        Language::En => (
            format!("Nothing came for {hours} hours: {feed}"),
            format!(
                "Feed {feed} has brought nothing for {hours} hours. Your listings stay live.\n\nPlease check that your software sends its file."
            ),
        ),
        Language::De => (
            format!("Seit {hours} Stunden nichts erhalten: {feed}"),
            format!(
                "Der Feed {feed} hat seit {hours} Stunden nichts gebracht. Ihre Inserate bleiben online.\n\nPrüfen Sie, ob Ihre Software ihre Datei sendet."
            ),
        ),
    };
    let body = match why.as_str() {
        "" => body,
        why => format!("{body}\n\n{why}"),
    };
    Letter { subject, body }
}
