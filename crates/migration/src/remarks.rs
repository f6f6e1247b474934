//! What is said of files, of their rows and of what is not certain, in the reader's language.

use dictionary::Language;

/// A sentence in fr, nl, en and de, with `{0}`, `{1}` … where the words go that it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Remark([&'static str; 4]);

impl Remark {
    pub(crate) fn plain(&self, language: Language) -> String {
        let at = match language {
            Language::Fr => 0,
            Language::Nl => 1,
            Language::En => 2,
            Language::De => 3,
        };
        self.0[at].to_owned()
    }

    /// Each place is filled once, so that what fills it is not read as a place.
    pub(crate) fn about(&self, language: Language, words: &[&str]) -> String {
        let sentence = self.plain(language);
        let mut told = String::with_capacity(sentence.len() + 40);
        let mut rest = sentence.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            told.push_str(before);
            let (number, behind) = after.split_once('}').unwrap_or((after, ""));
            let word = number.parse().ok().and_then(|at: usize| words.get(at));
            told.push_str(word.copied().unwrap_or_default());
            rest = behind;
        }
        told.push_str(rest);
        told
    }
}

// What a file is.

pub(crate) const LEFT_OUT: Remark = Remark([
    "laissé de côté, comme indiqué",
    "weggelaten, zoals gezegd",
    "left out, as was said",
    "weggelassen, wie gesagt",
]);
pub(crate) const AS_SAID: Remark =
    Remark(["comme indiqué", "zoals gezegd", "as was said", "wie gesagt"]);
pub(crate) const UNREADABLE: Remark = Remark([
    "{0} est illisible : {1}",
    "{0} kan niet worden gelezen: {1}",
    "{0} cannot be read: {1}",
    "{0} ist nicht lesbar: {1}",
]);
pub(crate) const CLOSED_FILE: Remark = Remark([
    "{0} contient peut-être des lignes, dans un format qui n’est pas ouvert ici ; exportez-le en CSV ou décompressez-le",
    "{0} bevat misschien rijen, in een formaat dat hier niet wordt geopend; exporteer het als CSV of pak het uit",
    "{0} may hold rows and is of a kind that is not opened here; export it as CSV, or unpack it",
    "{0} enthält vielleicht Zeilen, in einem Format, das hier nicht geöffnet wird; exportieren Sie es als CSV, oder entpacken Sie es",
]);
pub(crate) const OF_NO_USE: Remark = Remark([
    "ni un tableau, ni une image, ni un document",
    "geen tabel, geen foto en geen document",
    "neither a table, nor a picture, nor a document",
    "weder Tabelle noch Bild noch Dokument",
]);
pub(crate) const OTHER_TABLE: Remark = Remark([
    "un autre tableau du fichier, « {0} » ({1} lignes), n’est pas lu ; donnez-le comme fichier à part",
    "een andere tabel van het bestand, “{0}” met {1} rijen, wordt niet gelezen; geef ze als apart bestand",
    "another table of the file, “{0}” with {1} rows, is not read; give it as a file of its own",
    "eine weitere Tabelle der Datei, „{0}“ mit {1} Zeilen, wird nicht gelesen; geben Sie sie als eigene Datei",
]);
pub(crate) const NO_ROWS: Remark = Remark([
    "il n’a aucune ligne",
    "het heeft geen rijen",
    "it has no rows",
    "sie hat keine Zeilen",
]);
pub(crate) const NO_TABLE: Remark = Remark([
    "du texte, pas un tableau",
    "tekst, geen tabel",
    "text, and no table",
    "Text und keine Tabelle",
]);
pub(crate) const DESCRIBES_OFFERS: Remark = Remark([
    "ses colonnes décrivent ce qui est proposé",
    "de kolommen beschrijven wat wordt aangeboden",
    "its columns describe what is offered",
    "ihre Spalten beschreiben, was angeboten wird",
]);
pub(crate) const DESCRIBES_PEOPLE: Remark = Remark([
    "ses colonnes décrivent des personnes",
    "de kolommen beschrijven personen",
    "its columns describe people",
    "ihre Spalten beschreiben Personen",
]);
pub(crate) const NAMES_PICTURES: Remark = Remark([
    "une colonne nomme des images",
    "een kolom noemt foto’s",
    "a column names pictures",
    "eine Spalte nennt Bilder",
]);
pub(crate) const NAMES_DOCUMENTS: Remark = Remark([
    "une colonne nomme des documents",
    "een kolom noemt documenten",
    "a column names documents",
    "eine Spalte nennt Dokumente",
]);
pub(crate) const TEXT_ABOUT: Remark = Remark([
    "c’est du texte sur autre chose",
    "het is tekst over iets anders",
    "it is text about something else",
    "es ist Text über etwas anderes",
]);
pub(crate) const JOINS_BOTH: Remark = Remark([
    "ses lignes relient des personnes et des annonces",
    "de rijen verbinden personen en aanbod",
    "its rows join people and listings",
    "ihre Zeilen verbinden Personen und Inserate",
]);
pub(crate) const CALLED_SO: Remark = Remark([
    "{0}, et son nom le dit",
    "{0}, en zo heet het ook",
    "{0}, and it is called so",
    "{0}, und so heißt sie auch",
]);
pub(crate) const LYING_PICTURES: Remark = Remark([
    "(images qu’aucun tableau ne nomme)",
    "(foto’s die geen tabel noemt)",
    "(pictures that no table names)",
    "(Bilder, die keine Tabelle nennt)",
]);
pub(crate) const LYING_DOCUMENTS: Remark = Remark([
    "(documents qu’aucun tableau ne nomme)",
    "(documenten die geen tabel noemt)",
    "(documents that no table names)",
    "(Dokumente, die keine Tabelle nennt)",
]);
pub(crate) const BY_FOLDER: Remark = Remark([
    "rattachés par leurs dossiers et leurs noms",
    "verbonden door hun mappen en namen",
    "joined by their folders and names",
    "nach Ordnern und Namen zugeordnet",
]);

// What is asked.

pub(crate) const UNCLEAR_FILE: Remark = Remark([
    "ni les colonnes ni le nom de {0} ne disent clairement ce qu’il contient",
    "de kolommen en de naam van {0} zeggen niet duidelijk wat erin staat",
    "what {0} holds is not clear from its columns and its name",
    "was {0} enthält, ist aus Spalten und Namen nicht klar",
]);
pub(crate) const UNCLEAR_LISTING: Remark = Remark([
    "la colonne de {0} qui nomme l’annonce n’est pas certaine ; la plus probable, « {1} », en désigne une dans {2} % de ses cellules",
    "welke kolom van {0} het aanbod noemt, is niet zeker; de waarschijnlijkste, “{1}”, leidt in {2} % van haar cellen tot een",
    "which column of {0} names the listing is not certain; the likeliest, “{1}”, leads to one in {2} % of its cells",
    "welche Spalte von {0} das Inserat nennt, ist nicht sicher; die wahrscheinlichste, „{1}“, führt in {2} % ihrer Zellen zu einem",
]);
pub(crate) const UNCLEAR_PERSON: Remark = Remark([
    "la colonne de {0} qui nomme la personne n’est pas certaine ; la plus probable, « {1} », en désigne une dans {2} % de ses cellules",
    "welke kolom van {0} de persoon noemt, is niet zeker; de waarschijnlijkste, “{1}”, leidt in {2} % van haar cellen tot een",
    "which column of {0} names the person is not certain; the likeliest, “{1}”, leads to one in {2} % of its cells",
    "welche Spalte von {0} die Person nennt, ist nicht sicher; die wahrscheinlichste, „{1}“, führt in {2} % ihrer Zellen zu einer",
]);
pub(crate) const NO_LISTING_COLUMN: Remark = Remark([
    "aucune colonne de {0} ne contient les numéros d’annonces",
    "geen kolom van {0} bevat de nummers van aanbod",
    "no column of {0} holds the numbers of a listing",
    "keine Spalte von {0} enthält die Nummern von Inseraten",
]);
pub(crate) const NO_PERSON_COLUMN: Remark = Remark([
    "aucune colonne de {0} ne contient les numéros de personnes",
    "geen kolom van {0} bevat de nummers van personen",
    "no column of {0} holds the numbers of a person",
    "keine Spalte von {0} enthält die Nummern von Personen",
]);
pub(crate) const NO_SUCH_FILE: Remark = Remark([
    "il n’y a pas de fichier {0} ; les tableaux sont {1}",
    "er is geen bestand {0}; de tabellen zijn {1}",
    "there is no file {0} in it; its tables are {1}",
    "es gibt keine Datei {0}; die Tabellen sind {1}",
]);
pub(crate) const NOTHING_TAKEN: Remark = Remark([
    "aucune des {0} lignes n’est devenue une annonce, rien d’autre n’a donc été repris ; la première raison : {1}",
    "geen van de {0} rijen werd aanbod, dus is verder niets overgenomen; de eerste reden: {1}",
    "none of the {0} rows became a listing, so nothing else was taken; the first reason: {1}",
    "keine der {0} Zeilen wurde ein Inserat, daher wurde auch sonst nichts übernommen; der erste Grund: {1}",
]);
pub(crate) const NO_REASON: Remark = Remark([
    "aucune n’est donnée",
    "er is geen gegeven",
    "none was told",
    "keiner wurde genannt",
]);

// What is not taken.

pub(crate) const NO_NUMBER: Remark = Remark([
    "elle ne nomme aucune annonce",
    "ze noemt geen aanbod",
    "it names no listing",
    "sie nennt kein Inserat",
]);
pub(crate) const NO_SUCH_LISTING: Remark = Remark([
    "elle nomme l’annonce « {0} », qui n’est dans aucun fichier",
    "ze noemt aanbod “{0}”, dat in geen bestand staat",
    "it names listing “{0}”, which no file holds",
    "sie nennt Inserat „{0}“, das in keiner Datei steht",
]);
pub(crate) const LISTING_REFUSED: Remark = Remark([
    "son annonce « {0} » a été refusée",
    "het aanbod “{0}” is geweigerd",
    "its listing “{0}” was refused",
    "ihr Inserat „{0}“ wurde abgelehnt",
]);
pub(crate) const NOBODY: Remark = Remark([
    "elle n’a ni nom, ni adresse, ni téléphone",
    "ze heeft geen naam, geen adres en geen telefoon",
    "it has neither a name, nor an address, nor a telephone",
    "sie hat weder Namen noch Adresse noch Telefon",
]);
pub(crate) const ROLE_IN_NO_FILE: Remark = Remark([
    "« {1} » ({0}) n’est dans aucun fichier",
    "“{1}” ({0}) staat in geen bestand",
    "its {0} “{1}” is in no file",
    "„{1}“ ({0}) steht in keiner Datei",
]);
pub(crate) const CANNOT_JOIN: Remark = Remark([
    "aucune de ses colonnes n’est le numéro de ses annonces ; les personnes qu’elles nomment ne sont pas rattachées",
    "geen kolom is het nummer van het aanbod; wie erin genoemd wordt, is niet verbonden",
    "no column of it is the number of its listings, so whom they name is not joined",
    "keine Spalte ist die Nummer der Inserate; wen sie nennen, wird nicht verbunden",
]);
pub(crate) const PERSON_IN_NO_FILE: Remark = Remark([
    "elle nomme quelqu’un, « {0} », qui n’est dans aucun fichier",
    "ze noemt iemand, “{0}”, die in geen bestand staat",
    "it names somebody “{0}”, who is in no file",
    "sie nennt jemanden, „{0}“, der in keiner Datei steht",
]);
pub(crate) const ABOUT_NOTHING: Remark = Remark([
    "elle ne porte sur rien",
    "ze gaat nergens over",
    "it is about nothing",
    "sie handelt von nichts",
]);
pub(crate) const ABOUT_NOBODY_KNOWN: Remark = Remark([
    "elle porte sur quelqu’un, « {0} », qui n’est dans aucun fichier",
    "ze gaat over iemand, “{0}”, die in geen bestand staat",
    "it is about somebody “{0}”, who is in no file",
    "sie handelt von jemandem, „{0}“, der in keiner Datei steht",
]);
pub(crate) const EMPTY_NOTE: Remark = Remark([
    "rien n’y est écrit",
    "er staat niets in",
    "nothing is written in it",
    "es steht nichts darin",
]);
pub(crate) const NAMES_NO_FILE: Remark = Remark([
    "elle ne nomme aucun fichier",
    "ze noemt geen bestand",
    "it names no file",
    "sie nennt keine Datei",
]);
pub(crate) const OF_NO_LISTING: Remark = Remark([
    "rien ne dit à quelle annonce elle appartient",
    "niets zegt bij welk aanbod ze hoort",
    "nothing says which listing it is of",
    "nichts sagt, zu welchem Inserat sie gehört",
]);
pub(crate) const CALLED_LIKE_NONE: Remark = Remark([
    "aucune annonce ne s’appelle comme « {0} » ou comme son dossier",
    "geen aanbod heet zoals “{0}” of de map waarin het ligt",
    "no listing is called like “{0}” or the folder it lies in",
    "kein Inserat heißt wie „{0}“ oder der Ordner, in dem es liegt",
]);
pub(crate) const FILE_BROKEN: Remark = Remark([
    "« {0} » est illisible : {1}",
    "“{0}” kan niet worden gelezen: {1}",
    "“{0}” cannot be read: {1}",
    "„{0}“ ist nicht lesbar: {1}",
]);
pub(crate) const DOCUMENT_ELSEWHERE: Remark = Remark([
    "le document se trouve à l’adresse {0} ; les documents ne sont pas téléchargés, joignez-le aux fichiers",
    "het document staat op {0}; documenten worden niet opgehaald, leg het bij de bestanden",
    "the document lies at {0}; documents are not fetched, put it among the files",
    "das Dokument liegt unter {0}; Dokumente werden nicht geholt, legen Sie es zu den Dateien",
]);
pub(crate) const FILE_MISSING: Remark = Remark([
    "le fichier « {0} » n’est pas parmi les fichiers, ou plusieurs portent ce nom",
    "het bestand “{0}” is niet bij de bestanden, of meer dan één heet zo",
    "the file “{0}” is not among the files, or several are called so",
    "die Datei „{0}“ ist nicht unter den Dateien, oder mehrere heißen so",
]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_says_in_braces_is_no_place() {
        let told = NO_SUCH_FILE.about(Language::En, &["{1}.csv", "a.csv"]);
        assert_eq!(told, "there is no file {1}.csv in it; its tables are a.csv");
    }
}
