//! Why an address gave no picture, and what to do about it.

use dictionary::Language;

use crate::manners::PHOTO_BYTES_MAX;

/// What went wrong with one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    NoAddress,
    Private,
    /// A redirect that is not followed, and why.
    SentOn(String),
    /// The name does not resolve, nobody listens, the connection broke off.
    Unreachable(String),
    Slow,
    Status(u16),
    /// Too many requests, or no room just now.
    Busy,
    /// What came instead, as its head says.
    NoPicture(String),
    TooLarge,
    TooManyPixels,
}

impl Fault {
    /// Whether trying again in some minutes may help. A page instead of a picture is often a
    /// server's bad moment, and photos come after their file as often as before it.
    pub(crate) fn may_pass(&self) -> bool {
        !matches!(
            self,
            Fault::NoAddress
                | Fault::Private
                | Fault::SentOn(_)
                | Fault::TooLarge
                | Fault::TooManyPixels
        )
    }

    /// Whether it says something of the host and not of the one address.
    pub(crate) fn is_of_host(&self) -> bool {
        match self {
            Fault::Unreachable(_) | Fault::Slow | Fault::Busy => true,
            Fault::Status(status) => *status >= 500,
            _ => false,
        }
    }

    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Fault::NoAddress => "photo_no_address",
            Fault::Private => "photo_private",
            Fault::SentOn(_) => "photo_sent_on",
            Fault::Unreachable(_) => "photo_unreachable",
            Fault::Slow => "photo_slow",
            Fault::Status(_) => "photo_status",
            Fault::Busy => "photo_busy",
            Fault::NoPicture(_) => "photo_no_picture",
            Fault::TooLarge => "photo_too_large",
            Fault::TooManyPixels => "photo_too_many_pixels",
        }
    }

    pub(crate) fn message(&self, url: &str, language: Language) -> String {
        let [fr, nl, en, de] = self.said();
        let (why, again) = match language {
            Language::Fr => (fr, "elle sera redemandée la nuit prochaine"),
            Language::Nl => (nl, "ze wordt volgende nacht opnieuw gevraagd"),
            Language::En => (en, "it is asked for again the next night"),
            Language::De => (de, "es wird in der nächsten Nacht erneut abgerufen"),
        };
        let stop = if language == Language::Fr {
            " ; "
        } else {
            "; "
        };
        format!("{url}: {why}{stop}{again}")
    }

    /// Why and what to do, in fr, nl, en, de.
    fn said(&self) -> [String; 4] {
        let most = PHOTO_BYTES_MAX >> 20;
        match self {
            Fault::NoAddress => [
                "ce n’est pas une adresse ; écrivez-la en entier, https://…".into(),
                "dat is geen adres; schrijf het voluit, https://…".into(),
                "this is no address; write it in full, https://…".into(),
                "das ist keine Adresse; schreiben Sie sie vollständig, https://…".into(),
            ],
            Fault::Private => [
                "l’adresse mène dans un réseau privé et n’est pas demandée ; mettez la photo sur un serveur public".into(),
                "het adres leidt naar een privénetwerk en wordt niet gevraagd; zet de foto op een openbare server".into(),
                "the address leads into a private network and is not asked; put the photo on a public server".into(),
                "die Adresse führt in ein privates Netz und wird nicht abgerufen; legen Sie das Foto auf einen öffentlichen Server".into(),
            ],
            Fault::SentOn(why) => [
                format!("le serveur renvoie ailleurs et n’est pas suivi ({why}) ; donnez l’adresse finale de la photo"),
                format!("de server stuurt door en wordt niet gevolgd ({why}); geef het uiteindelijke adres van de foto"),
                format!("the server sends on and is not followed ({why}); give the photo’s final address"),
                format!("der Server leitet weiter und ihm wird nicht gefolgt ({why}); geben Sie die endgültige Adresse des Fotos an"),
            ],
            Fault::Unreachable(why) => [
                format!("le serveur n’est pas joignable ({why}) ; vérifiez l’adresse et le serveur"),
                format!("de server is niet bereikbaar ({why}); controleer het adres en de server"),
                format!("the server cannot be reached ({why}); check the address and the server"),
                format!("der Server ist nicht erreichbar ({why}); prüfen Sie Adresse und Server"),
            ],
            Fault::Slow => [
                "le serveur ne répond pas à temps ; vérifiez qu’il livre ses photos".into(),
                "de server antwoordt niet op tijd; controleer of hij zijn foto’s levert".into(),
                "the server does not answer in time; check that it delivers its photos".into(),
                "der Server antwortet nicht rechtzeitig; prüfen Sie, ob er seine Fotos ausliefert".into(),
            ],
            Fault::Status(status) => [
                format!("le serveur a répondu {status} ; vérifiez que la photo s’y trouve et est publique"),
                format!("de server antwoordde {status}; controleer of de foto er staat en openbaar is"),
                format!("the server answered {status}; check that the photo is there and public"),
                format!("der Server antwortete {status}; prüfen Sie, ob das Foto dort liegt und öffentlich ist"),
            ],
            Fault::Busy => [
                "le serveur demande d’attendre ; permettez-nous plus de requêtes".into(),
                "de server vraagt om te wachten; sta ons meer aanvragen toe".into(),
                "the server asks us to wait; allow us more requests".into(),
                "der Server bittet uns zu warten; erlauben Sie uns mehr Anfragen".into(),
            ],
            Fault::NoPicture(kind) => [
                format!("ce qui est venu n’est pas une image JPEG, PNG ou WebP ({kind}) ; corrigez l’adresse ou la photo"),
                format!("wat kwam is geen JPEG-, PNG- of WebP-afbeelding ({kind}); verbeter het adres of de foto"),
                format!("what came is no JPEG, PNG or WebP picture ({kind}); correct the address or the photo"),
                format!("was kam, ist kein JPEG-, PNG- oder WebP-Bild ({kind}); berichtigen Sie Adresse oder Foto"),
            ],
            Fault::TooLarge => [
                format!("la photo dépasse {most} Mo ; envoyez-la plus petite"),
                format!("de foto is groter dan {most} MB; stuur ze kleiner"),
                format!("the photo is larger than {most} MB; send it smaller"),
                format!("das Foto ist größer als {most} MB; senden Sie es kleiner"),
            ],
            Fault::TooManyPixels => [
                "la photo dépasse 50 mégapixels ; envoyez-la plus petite".into(),
                "de foto heeft meer dan 50 megapixels; stuur ze kleiner".into(),
                "the photo has more than 50 megapixels; send it smaller".into(),
                "das Foto hat mehr als 50 Megapixel; senden Sie es kleiner".into(),
            ],
        }
    }
}
