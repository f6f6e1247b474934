//! What the mails say, in the four languages.

use dictionary::Language;

pub(crate) struct Letter {
    pub(crate) subject: String,
    pub(crate) body: String,
}

/// To the visitor: it has arrived.
pub(crate) fn confirmation(
    language: Language,
    name: &str,
    account: &str,
    about: &str,
    said: &str,
) -> Letter {
    let (subject, body) = match language {
        Language::Fr => (
            format!("Votre demande : {about}"),
            format!(
                "Bonjour {name},\n\n{account} a bien reçu votre demande au sujet de « {about} » et vous répondra personnellement.\n\nVotre message :\n\n{said}\n\nVous pouvez répondre à ce mail pour ajouter quelque chose."
            ),
        ),
        Language::Nl => (
            format!("Uw aanvraag: {about}"),
            format!(
                "Dag {name},\n\n{account} heeft uw aanvraag over ‘{about}’ goed ontvangen en antwoordt u persoonlijk.\n\nUw bericht:\n\n{said}\n\nWilt u iets toevoegen, antwoord dan op deze mail."
            ),
        ),
        Language::En => (
            format!("Your enquiry: {about}"),
            format!(
                "Hello {name},\n\n{account} has received your enquiry about “{about}” and will answer you in person.\n\nYour message:\n\n{said}\n\nReply to this mail if you want to add something."
            ),
        ),
        Language::De => (
            format!("Ihre Anfrage: {about}"),
            format!(
                "Guten Tag {name},\n\n{account} hat Ihre Anfrage zu „{about}“ erhalten und antwortet Ihnen persönlich.\n\nIhre Nachricht:\n\n{said}\n\nAntworten Sie auf diese Mail, wenn Sie etwas ergänzen möchten."
            ),
        ),
    };
    Letter { subject, body }
}

/// To the account: somebody asks.
pub(crate) fn notice(
    language: Language,
    name: &str,
    email: &str,
    phone: &str,
    about: &str,
    said: &str,
    reason: &str,
) -> Letter {
    let (subject, head, because) = match language {
        Language::Fr => (
            format!("Nouvelle demande : {about}"),
            "Une personne vous écrit",
            "Pourquoi vous",
        ),
        Language::Nl => (
            format!("Nieuwe aanvraag: {about}"),
            "Iemand schrijft u",
            "Waarom u",
        ),
        Language::En => (
            format!("New enquiry: {about}"),
            "Somebody writes to you",
            "Why you",
        ),
        Language::De => (
            format!("Neue Anfrage: {about}"),
            "Jemand schreibt Ihnen",
            "Warum Sie",
        ),
    };
    Letter {
        subject,
        body: format!("{head}.\n\n{name}\n{email}\n{phone}\n\n{said}\n\n{because}: {reason}"),
    }
}

/// Why an enquiry went to an account.
pub(crate) fn reason_listing(language: Language, reference: &str) -> String {
    match language {
        Language::Fr => format!("la demande porte sur votre annonce {reference}"),
        Language::Nl => format!("de aanvraag gaat over uw zoekertje {reference}"),
        Language::En => format!("it asks about your listing {reference}"),
        Language::De => format!("sie betrifft Ihr Inserat {reference}"),
    }
}
