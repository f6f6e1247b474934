//! What the columns of a table of people are: a small mapping of their own.

use std::collections::BTreeMap;

use dictionary::Language;
use relations::{Carried, Known};

use crate::table::Table;
use crate::words::{PERSON, ROLE, role_of};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Reference,
    Email,
    Name,
    GivenName,
    FamilyName,
    Company,
    Phone,
    Mobile,
    Street,
    Number,
    Postcode,
    Town,
    Country,
    Language,
    Kind,
}

/// A column and what it is taken for; what no field takes is kept under the column's name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Assigned {
    pub(crate) at: usize,
    pub(crate) field: Field,
    pub(crate) sure: f64,
}

const WORDS: &[(Field, &[&str])] = &[
    (
        Field::Email,
        &[
            "email",
            "e mail",
            "mail",
            "email address",
            "e mail address",
            "courriel",
            "adresse mail",
            "adresse email",
            "mailadres",
            "e mailadres",
            "emailadres",
            "e mail adresse",
            "correo",
            "correo electronico",
        ],
    ),
    (
        Field::GivenName,
        &[
            "given name",
            "first name",
            "firstname",
            "forename",
            "prenom",
            "voornaam",
            "vorname",
            "nombre de pila",
        ],
    ),
    (
        Field::FamilyName,
        &[
            "family name",
            "last name",
            "lastname",
            "surname",
            "nom de famille",
            "achternaam",
            "familienaam",
            "nachname",
            "familienname",
            "apellido",
            "apellidos",
        ],
    ),
    (
        Field::Name,
        &[
            "name",
            "full name",
            "fullname",
            "nom",
            "nom complet",
            "naam",
            "volledige naam",
            "nombre",
            "nombre completo",
            "display name",
        ],
    ),
    (
        Field::Company,
        &[
            "company",
            "company name",
            "organisation",
            "organization",
            "societe",
            "entreprise",
            "raison sociale",
            "bedrijf",
            "bedrijfsnaam",
            "firma",
            "vennootschap",
            "unternehmen",
            "empresa",
            "sociedad",
        ],
    ),
    (
        Field::Mobile,
        &[
            "mobile",
            "mobile phone",
            "cell",
            "cellphone",
            "gsm",
            "portable",
            "mobiel",
            "mobil",
            "handy",
            "movil",
        ],
    ),
    (
        Field::Phone,
        &[
            "phone",
            "telephone",
            "tel",
            "phone number",
            "telefoon",
            "telefoonnummer",
            "telefon",
            "telefonnummer",
            "telefono",
            "numero de telephone",
            "vast",
        ],
    ),
    (
        Field::Street,
        &[
            "street",
            "address",
            "address 1",
            "address line 1",
            "rue",
            "adresse",
            "straat",
            "adres",
            "strasse",
            "anschrift",
            "calle",
            "direccion",
        ],
    ),
    (
        Field::Number,
        &[
            "house number",
            "street number",
            "numero de rue",
            "huisnummer",
            "hausnummer",
            "numero de calle",
            "street no",
        ],
    ),
    (
        Field::Postcode,
        &[
            "postcode",
            "postal code",
            "zip",
            "zip code",
            "zipcode",
            "code postal",
            "cp",
            "postnummer",
            "plz",
            "postleitzahl",
            "codigo postal",
        ],
    ),
    (
        Field::Town,
        &[
            "town",
            "city",
            "ville",
            "commune",
            "localite",
            "stad",
            "gemeente",
            "plaats",
            "woonplaats",
            "ort",
            "stadt",
            "ciudad",
            "localidad",
            "poblacion",
        ],
    ),
    (
        Field::Country,
        &["country", "country code", "pays", "land", "pais"],
    ),
    (
        Field::Language,
        &[
            "language", "lang", "langue", "taal", "sprache", "idioma", "locale",
        ],
    ),
    (Field::Kind, ROLE),
    (
        Field::Reference,
        &[
            "id",
            "ref",
            "reference",
            "number",
            "no",
            "nr",
            "code",
            "referentie",
            "numero",
            "nummer",
            "referenz",
            "referencia",
            "uuid",
            "guid",
            "key",
            "contactid",
            "clientid",
            "personid",
            "klantnummer",
            "kundennummer",
        ],
    ),
];

const LANGUAGES: &[(Language, &[&str])] = &[
    (
        Language::Fr,
        &[
            "fr",
            "fra",
            "fre",
            "french",
            "francais",
            "frans",
            "franzosisch",
            "frances",
        ],
    ),
    (
        Language::Nl,
        &[
            "nl",
            "nld",
            "dut",
            "dutch",
            "neerlandais",
            "nederlands",
            "niederlandisch",
            "neerlandes",
            "flamand",
        ],
    ),
    (
        Language::En,
        &[
            "en", "eng", "english", "anglais", "engels", "englisch", "ingles",
        ],
    ),
    (
        Language::De,
        &[
            "de", "deu", "ger", "german", "allemand", "duits", "deutsch", "aleman",
        ],
    ),
];

/// Each field from one column: the surest, and of equals the first.
pub(crate) fn fields_of(table: &Table) -> Vec<Assigned> {
    let mut guesses: Vec<Assigned> = Vec::new();
    for (at, column) in table.columns.iter().enumerate() {
        let bare: Vec<&str> = column
            .words
            .split(' ')
            .filter(|w| !PERSON.contains(w))
            .collect();
        let bare = bare.join(" ");
        for (field, words) in WORDS {
            let sure = if words.contains(&column.words.as_str()) {
                0.95
            } else if words.contains(&bare.as_str()) {
                0.9
            } else {
                continue;
            };
            // A column of addresses that holds none is called after something else.
            let sure = match field {
                Field::Email if column.filled > 0 && column.mails < 0.3 => 0.3,
                _ => sure,
            };
            guesses.push(Assigned {
                at,
                field: *field,
                sure,
            });
        }
        if column.mails > 0.8 {
            guesses.push(Assigned {
                at,
                field: Field::Email,
                sure: 0.85,
            });
        }
    }
    guesses.sort_by(|a, b| b.sure.total_cmp(&a.sure).then(a.at.cmp(&b.at)));
    let mut taken: Vec<Assigned> = Vec::new();
    for guess in guesses
        .into_iter()
        .filter(|g| g.sure >= crate::holds::ASK_BELOW)
    {
        if !taken
            .iter()
            .any(|t| t.at == guess.at || t.field == guess.field)
        {
            taken.push(guess);
        }
    }
    // Beside a given name, a name is the family's: prénom and nom.
    let has = |field: Field| taken.iter().any(|t| t.field == field);
    if has(Field::GivenName) && !has(Field::FamilyName) {
        let names = taken.iter_mut().filter(|t| t.field == Field::Name);
        names.for_each(|name| name.field = Field::FamilyName);
    }
    taken.sort_by_key(|t| t.at);
    taken
}

impl Field {
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Field::Reference => "reference",
            Field::Email => "email",
            Field::Name => "name",
            Field::GivenName => "given_name",
            Field::FamilyName => "family_name",
            Field::Company => "company",
            Field::Phone => "phone",
            Field::Mobile => "mobile",
            Field::Street => "street",
            Field::Number => "number",
            Field::Postcode => "postcode",
            Field::Town => "town",
            Field::Country => "country",
            Field::Language => "language",
            Field::Kind => "kind",
        }
    }
}

/// A cell of a person holds no more than this.
const LETTERS_MAX: usize = 400;

/// Somebody, from a row; None when it names nobody: neither a name, nor an address, nor a number.
pub(crate) fn person(
    table: &Table,
    fields: &[Assigned],
    skip: &[usize],
    cells: &[String],
) -> Option<Carried> {
    let get = |field: Field| {
        let at = fields.iter().find(|f| f.field == field)?.at;
        let cell: String = cells.get(at)?.trim().chars().take(LETTERS_MAX).collect();
        (!cell.is_empty()).then_some(cell)
    };
    let mut details = BTreeMap::new();
    for (at, cell) in cells.iter().enumerate() {
        let assigned = fields.iter().any(|f| f.at == at) || skip.contains(&at);
        if let (false, Some(column)) = (assigned || cell.trim().is_empty(), table.columns.get(at)) {
            let cell = cell.trim().chars().take(LETTERS_MAX).collect();
            details.insert(column.name.clone(), cell);
        }
    }
    let (given, family) = (get(Field::GivenName), get(Field::FamilyName));
    let both: Vec<&str> = [&given, &family]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    let company = get(Field::Company);
    let name = get(Field::Name).or_else(|| (!both.is_empty()).then(|| both.join(" ")));
    let name = name.or_else(|| company.clone());
    let email = get(Field::Email).unwrap_or_default();
    let is_mail = email
        .split_once('@')
        .is_some_and(|(a, b)| !a.is_empty() && b.contains('.'));
    if !is_mail && !email.is_empty() {
        details.insert("email".into(), email.clone());
    }
    let (phone, mobile) = (get(Field::Phone), get(Field::Mobile));
    if let (Some(_), Some(mobile)) = (&phone, &mobile) {
        details.insert("mobile".into(), mobile.clone());
    }
    let phone = phone.or(mobile).unwrap_or_default();
    if name.is_none() && !is_mail && phone.is_empty() {
        return None;
    }
    let street = match (get(Field::Street), get(Field::Number)) {
        (Some(street), Some(number)) => format!("{street} {number}"),
        (street, number) => street.or(number).unwrap_or_default(),
    };
    let kind = get(Field::Kind).unwrap_or_default();
    let language = get(Field::Language);
    Some(Carried {
        email: if is_mail { email } else { String::new() },
        name: name.unwrap_or_default(),
        phone,
        language: language.as_deref().and_then(language_of),
        known: Known {
            given_name: given.unwrap_or_default(),
            family_name: family.unwrap_or_default(),
            company: company.unwrap_or_default(),
            kind: role_of(&kind).map_or(kind, str::to_owned),
            street,
            postcode: get(Field::Postcode).unwrap_or_default(),
            town: get(Field::Town).unwrap_or_default(),
            country: get(Field::Country).unwrap_or_default(),
            reference: get(Field::Reference).unwrap_or_default(),
            details,
        },
    })
}

fn language_of(word: &str) -> Option<Language> {
    let folded = dictionary::fold(word);
    let known = LANGUAGES
        .iter()
        .find(|(_, words)| words.contains(&folded.as_str()));
    known
        .map(|(language, _)| *language)
        .or_else(|| Language::parse(word))
}
