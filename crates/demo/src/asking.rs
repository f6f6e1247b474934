//! A few people who ask about what they found, and some answers, so that no inbox is empty.

use catalog::Listing;
use dictionary::{Dictionary, Language, Status};
use enquiries::NewEnquiry;
use store::{Account, Act, Actor, Result, Store, Via};

use crate::chance::Chance;

/// From one enquiry to the next, where the clock can be moved.
const BETWEEN_MS: i64 = 90_000;
/// Enquiries of one account.
const EACH: usize = 5;
/// So many of its newest listings are looked at for something to ask about.
const LOOKED_AT: usize = 60;

#[rustfmt::skip]
const PEOPLE: [(&str, &str, &str); 16] = [
    ("Émilie Fauconnier", "emilie.fauconnier", "fr"), ("Bart Nijsmans", "bart.nijsmans", "nl"), ("Rachel Osgood", "rachel.osgood", "en"), ("Jonas Feldkamp", "jonas.feldkamp", "de"),
    ("Youssef Amrani", "youssef.amrani", "fr"), ("Marieke Veldhuis", "marieke.veldhuis", "nl"), ("Harriet Plumley", "harriet.plumley", "en"), ("Katrin Osterloh", "katrin.osterloh", "de"),
    ("Loïc Kermarrec", "loic.kermarrec", "fr"), ("Dirk Haverals", "dirk.haverals", "nl"), ("Ben Tattersall", "ben.tattersall", "en"), ("Uwe Brinkhoff", "uwe.brinkhoff", "de"),
    ("Sarah Delvigne", "sarah.delvigne", "fr"), ("Joke Rutgeerts", "joke.rutgeerts", "nl"), ("Nia Prosser", "nia.prosser", "en"), ("Silke Wendorff", "silke.wendorff", "de"),
];

/// A question and its answer in fr, nl, en, de.
type Exchange = [(&'static str, &'static str); 4];

const ESTATE: [Exchange; 3] = [
    [
        (
            "Bonjour, ce bien est-il encore libre ? Nous pourrions le visiter samedi matin.",
            "Bonjour, oui, il est encore libre. Samedi à dix heures vous convient-il ?",
        ),
        (
            "Dag, is dit pand nog vrij? Wij kunnen zaterdagochtend komen kijken.",
            "Dag, ja, het is nog vrij. Past zaterdag om tien uur?",
        ),
        (
            "Hello, is this property still available? We could visit on Saturday morning.",
            "Hello, yes, it is. Would ten o'clock on Saturday suit you?",
        ),
        (
            "Guten Tag, ist dieses Objekt noch frei? Wir könnten am Samstagvormittag kommen.",
            "Guten Tag, ja, es ist noch frei. Passt Ihnen Samstag um zehn Uhr?",
        ),
    ],
    [
        (
            "Pouvez-vous m'envoyer le plan et le certificat énergétique ?",
            "Bien sûr, vous trouverez les deux dans notre prochain message.",
        ),
        (
            "Kunt u mij het plan en het energiecertificaat sturen?",
            "Natuurlijk, u vindt beide in ons volgende bericht.",
        ),
        (
            "Could you send me the floor plan and the energy certificate?",
            "Of course, you will find both in our next message.",
        ),
        (
            "Können Sie mir den Grundriss und den Energieausweis schicken?",
            "Gern, beides kommt mit unserer nächsten Nachricht.",
        ),
    ],
    [
        (
            "Y a-t-il des travaux à prévoir à la toiture ? Et la rue est-elle calme la nuit ?",
            "La toiture a été contrôlée l'an dernier. La rue est calme, venez donc un soir.",
        ),
        (
            "Zijn er werken aan het dak te verwachten? En is de straat ’s nachts rustig?",
            "Het dak is vorig jaar nagekeken. De straat is rustig, kom gerust eens ’s avonds.",
        ),
        (
            "Is any work needed on the roof? And is the street quiet at night?",
            "The roof was checked last year. The street is quiet: do come one evening.",
        ),
        (
            "Sind am Dach Arbeiten nötig? Und ist die Straße nachts ruhig?",
            "Das Dach wurde letztes Jahr geprüft. Die Straße ist ruhig, kommen Sie gern abends vorbei.",
        ),
    ],
];

const AUTO: [Exchange; 2] = [
    [
        (
            "Bonjour, un essai est-il possible jeudi soir ? Je reprendrais aussi ma voiture actuelle.",
            "Bonjour, jeudi à dix-huit heures, c'est noté. Apportez les papiers de votre voiture.",
        ),
        (
            "Dag, kan ik donderdagavond een proefrit maken? Ik heb ook een wagen in te ruilen.",
            "Dag, donderdag om achttien uur is genoteerd. Breng de papieren van uw wagen mee.",
        ),
        (
            "Hello, could I have a test drive on Thursday evening? I also have a part exchange.",
            "Hello, Thursday at six it is. Please bring the papers of your car.",
        ),
        (
            "Guten Tag, ist am Donnerstagabend eine Probefahrt möglich? Ich hätte auch ein Auto in Zahlung zu geben.",
            "Guten Tag, Donnerstag um achtzehn Uhr ist notiert. Bringen Sie bitte die Papiere mit.",
        ),
    ],
    [
        (
            "De quand date le dernier entretien, et la distribution a-t-elle été faite ?",
            "Le dernier entretien date de ce printemps ; la facture est à votre disposition.",
        ),
        (
            "Wanneer was de laatste beurt, en is de distributie al vervangen?",
            "De laatste beurt was dit voorjaar; de factuur ligt klaar.",
        ),
        (
            "When was the last service, and has the timing belt been done?",
            "The last service was this spring; we have the bill here for you.",
        ),
        (
            "Wann war die letzte Inspektion, und ist der Zahnriemen gemacht?",
            "Die letzte Inspektion war im Frühjahr; die Rechnung liegt bereit.",
        ),
    ],
];

/// Gives an account its enquiries; every second one is answered. Gives how many there are.
pub(crate) async fn ask(
    store: &Store,
    dictionary: &Dictionary,
    account: &Account,
    chance: &mut Chance,
) -> Result<usize> {
    let listings = asked_about(store, dictionary, account).await?;
    if listings.is_empty() {
        return Ok(0);
    }
    let mut asked = 0;
    for turn in 0..EACH {
        let listing = &listings[(turn * 7) % listings.len()];
        let (name, local, language) = *chance.pick(&PEOPLE);
        let at = ["fr", "nl", "en", "de"]
            .iter()
            .position(|l| *l == language)
            .unwrap_or(2);
        let exchange = if account.vertical == "auto" {
            chance.pick(&AUTO)
        } else {
            chance.pick(&ESTATE)
        };
        let (question, reply) = exchange[at];
        let new = NewEnquiry {
            name: name.into(),
            email: format!("{local}@visitor.example"),
            phone: String::new(),
            text: question.into(),
            language: Language::parse(language).unwrap_or_default(),
            site: if account.vertical == "auto" {
                "auto"
            } else {
                "immo"
            }
            .into(),
            ..NewEnquiry::default()
        };
        let act = Act::by(Actor::System("demo")).via(Via::Site);
        store.clock().advance_ms(BETWEEN_MS);
        let mut tx = store
            .begin(&store.operator().within(account.id)?, act)
            .await?;
        let received = enquiries::receive(&mut tx, account, &[], listing, new).await?;
        if turn % 2 == 0 && !received.repeated && !received.suspected {
            enquiries::answer(&mut tx, account, None, received.lead, reply).await?;
        }
        tx.commit().await?;
        asked += usize::from(!received.repeated);
    }
    Ok(asked)
}

async fn asked_about(
    store: &Store,
    dictionary: &Dictionary,
    account: &Account,
) -> Result<Vec<Listing>> {
    let mut read = store.read(&store.operator().within(account.id)?).await?;
    let filter = catalog::Filter {
        status: Some(Status::Live),
        limit: LOOKED_AT,
        ..catalog::Filter::default()
    };
    Ok(catalog::list(&mut read, dictionary, account.id, &filter)
        .await?
        .0)
}
