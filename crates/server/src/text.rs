//! What the screens say, in the four languages, and how they write numbers.

use std::collections::HashMap;
use std::sync::LazyLock;

use dictionary::{Decimal, Field, Kind, Language, Money, Unit, Value};

/// The words of the screens: key, then fr, nl, en, de.
const WORDS: &[(&str, [&str; 4])] = &[
    (
        "rows_not_taken",
        [
            "Non repris",
            "Niet overgenomen",
            "Not taken",
            "Nicht übernommen",
        ],
    ),
    (
        "see_again",
        [
            "Regarder à nouveau",
            "Opnieuw bekijken",
            "Look again",
            "Neu ansehen",
        ],
    ),
    ("files", ["Fichiers", "Bestanden", "Files", "Dateien"]),
    ("remark", ["remarque", "opmerking", "remark", "Hinweis"]),
    (
        "migrations",
        [
            "Reprises de données",
            "Overnames",
            "Migrations",
            "Datenübernahmen",
        ],
    ),
    (
        "migrations_hint",
        [
            "Vous venez d’un autre logiciel ? Déposez tout ce que vous avez pu en exporter : annonces, personnes, photos, documents, notes. Rien n’est écrit avant que vous ayez vu ce qu’il en adviendrait.",
            "Komt u van een ander programma? Sleep alles hierheen wat u daaruit kon exporteren: aanbod, personen, foto’s, documenten, notities. Er wordt niets geschreven voor u gezien hebt wat ervan wordt.",
            "Coming from another program? Drop all that you could export from it: listings, people, photos, documents, notes. Nothing is written before you have seen what would become of it.",
            "Sie kommen von einem anderen Programm? Legen Sie alles ab, was Sie daraus exportieren konnten: Inserate, Personen, Fotos, Dokumente, Notizen. Nichts wird geschrieben, bevor Sie gesehen haben, was daraus würde.",
        ],
    ),
    (
        "drop_history",
        [
            "Déposez les fichiers ou un ZIP",
            "Sleep de bestanden of een ZIP hierheen",
            "Drop the files or a ZIP",
            "Legen Sie die Dateien oder ein ZIP hier ab",
        ],
    ),
    (
        "drop_more",
        [
            "Ajoutez d’autres fichiers",
            "Voeg nog bestanden toe",
            "Add more files",
            "Weitere Dateien dazulegen",
        ],
    ),
    (
        "drop_history_hint",
        [
            "CSV, Excel, XML, JSON … ; plusieurs fichiers ou un ZIP, jusqu’à 4 Go à la fois. Ils sont gardés 30 jours.",
            "CSV, Excel, XML, JSON …; meerdere bestanden of een ZIP, tot 4 GB per keer. Ze worden 30 dagen bewaard.",
            "CSV, Excel, XML, JSON …; several files or one ZIP, up to 4 GB at once. They are kept for 30 days.",
            "CSV, Excel, XML, JSON …; mehrere Dateien oder ein ZIP, bis 4 GB auf einmal. Sie werden 30 Tage aufbewahrt.",
        ],
    ),
    (
        "earlier_migrations",
        [
            "Reprises précédentes",
            "Eerdere overnames",
            "Earlier migrations",
            "Frühere Übernahmen",
        ],
    ),
    (
        "no_migrations",
        [
            "Aucune reprise pour l’instant. Chacune apparaîtra ici et pourra être annulée en entier pendant 30 jours.",
            "Nog geen overname. Elke overname komt hier te staan en kan 30 dagen lang volledig ongedaan worden gemaakt.",
            "No migration yet. Each will stand here and can be taken back whole for 30 days.",
            "Noch keine Übernahme. Jede wird hier stehen und lässt sich 30 Tage lang ganz zurücknehmen.",
        ],
    ),
    (
        "undo_until",
        [
            "possible jusqu’au",
            "mogelijk tot",
            "possible until",
            "möglich bis",
        ],
    ),
    (
        "reading_files",
        [
            "Lecture en cours",
            "Bezig met lezen",
            "Reading",
            "Wird gelesen",
        ],
    ),
    (
        "migration_goes_on",
        [
            "Vous pouvez quitter cette page ; la reprise continue.",
            "U kunt deze pagina verlaten; de overname gaat door.",
            "You may leave this page; the migration goes on.",
            "Sie können diese Seite verlassen; die Übernahme läuft weiter.",
        ],
    ),
    (
        "would_come",
        [
            "Ce qui serait repris",
            "Wat zou worden overgenomen",
            "What would come over",
            "Was übernommen würde",
        ],
    ),
    (
        "taken_over",
        [
            "Ce qui a été repris",
            "Wat is overgenomen",
            "What came over",
            "Was übernommen wurde",
        ],
    ),
    (
        "listings_found",
        ["annonces", "stuks aanbod", "listings", "Inserate"],
    ),
    (
        "migration_asks_hint",
        [
            "Répondez auprès de chaque fichier ci-dessous. Tant qu’une question est ouverte, rien n’est écrit.",
            "Antwoord hieronder bij elk bestand. Zolang een vraag openstaat, wordt er niets geschreven.",
            "Answer beside each file below. While a question is open, nothing is written.",
            "Antworten Sie unten bei jeder Datei. Solange eine Frage offen ist, wird nichts geschrieben.",
        ],
    ),
    (
        "questions_first",
        [
            "Répondez d’abord aux questions",
            "Beantwoord eerst de vragen",
            "Answer the questions first",
            "Beantworten Sie zuerst die Fragen",
        ],
    ),
    ("taken_for", ["Contient", "Bevat", "Holds", "Enthält"]),
    (
        "as_found",
        ["comme trouvé", "zoals gevonden", "as found", "wie gefunden"],
    ),
    (
        "holds_listings",
        ["Annonces", "Aanbod", "Listings", "Inserate"],
    ),
    (
        "holds_people",
        ["Personnes", "Personen", "People", "Personen"],
    ),
    ("holds_photos", ["Photos", "Foto’s", "Photos", "Fotos"]),
    (
        "holds_documents",
        ["Documents", "Documenten", "Documents", "Dokumente"],
    ),
    (
        "holds_parties",
        [
            "Qui a affaire à quelle annonce",
            "Wie met welk aanbod te maken heeft",
            "Who has to do with which listing",
            "Wer mit welchem Inserat zu tun hat",
        ],
    ),
    ("holds_notes", ["Notes", "Notities", "Notes", "Notizen"]),
    (
        "holds_nothing",
        [
            "Rien à reprendre",
            "Niets om over te nemen",
            "Nothing to take",
            "Nichts zu übernehmen",
        ],
    ),
    (
        "leave_file_out",
        [
            "Laisser ce fichier de côté",
            "Dit bestand weglaten",
            "Leave this file out",
            "Diese Datei weglassen",
        ],
    ),
    (
        "column_that_names",
        [
            "La colonne qui nomme l’autre fiche",
            "De kolom die het andere record noemt",
            "The column that names the other record",
            "Die Spalte, die den anderen Datensatz nennt",
        ],
    ),
    (
        "records_named",
        [
            "Ce qu’elle nomme",
            "Wat ze noemt",
            "What it names",
            "Was sie nennt",
        ],
    ),
    ("rows_in", ["lignes", "rijen", "rows", "Zeilen"]),
    (
        "rows_taken",
        ["reprises", "overgenomen", "taken", "übernommen"],
    ),
    (
        "rows_doubled",
        [
            "en double dans le fichier",
            "dubbel in het bestand",
            "doubled in the file",
            "doppelt in der Datei",
        ],
    ),
    (
        "parcel_name",
        [
            "Nom de cette reprise",
            "Naam van deze overname",
            "Name of this migration",
            "Name dieser Übernahme",
        ],
    ),
    (
        "parcel_name_hint",
        [
            "Par exemple le logiciel d’où elle vient. Interrompue, elle continue sous le même nom.",
            "Bijvoorbeeld het programma waar ze vandaan komt. Onderbroken gaat ze onder dezelfde naam verder.",
            "Such as the program it comes from. Cut off, it goes on under the same name.",
            "Etwa das Programm, aus dem sie kommt. Unterbrochen geht sie unter demselben Namen weiter.",
        ],
    ),
    (
        "parcel_category_hint",
        [
            "Pour les annonces qui n’en ont pas",
            "Voor aanbod dat er geen heeft",
            "For listings that have none",
            "Für Inserate, die keine haben",
        ],
    ),
    (
        "migrate_now",
        [
            "Reprendre ces données",
            "Deze gegevens overnemen",
            "Migrate",
            "Daten übernehmen",
        ],
    ),
    (
        "undo_title",
        [
            "Tout annuler ?",
            "Alles ongedaan maken?",
            "Take it back?",
            "Alles zurücknehmen?",
        ],
    ),
    (
        "undo_hint",
        [
            "Voici ce que l’annulation ferait. Elle peut être annulée à son tour.",
            "Dit zou er gebeuren. Ook dat kan weer ongedaan worden gemaakt.",
            "This is what undoing would do. It can be undone in its turn.",
            "Das würde geschehen. Auch das lässt sich wieder rückgängig machen.",
        ],
    ),
    (
        "undo_nothing",
        [
            "Il n’y a plus rien à annuler.",
            "Er is niets meer om ongedaan te maken.",
            "There is nothing left to undo.",
            "Es gibt nichts mehr zurückzunehmen.",
        ],
    ),
    (
        "undo_stays",
        ["Ce qui reste", "Wat blijft", "What stays", "Was bleibt"],
    ),
    (
        "undo_stays_hint",
        [
            "Quelqu’un l’a modifié depuis.",
            "Iemand heeft het sindsdien gewijzigd.",
            "Somebody has changed it since.",
            "Jemand hat es seither geändert.",
        ],
    ),
    (
        "undo_now",
        [
            "Oui, tout annuler",
            "Ja, alles ongedaan maken",
            "Yes, take it back",
            "Ja, alles zurücknehmen",
        ],
    ),
    (
        "undo_trashed",
        [
            "annonces à la corbeille",
            "stuks aanbod naar de prullenmand",
            "listings to the trash",
            "Inserate in den Papierkorb",
        ],
    ),
    (
        "undo_reverted",
        [
            "annonces comme avant",
            "stuks aanbod zoals voorheen",
            "listings as before",
            "Inserate wie zuvor",
        ],
    ),
    (
        "undo_restored",
        [
            "annonces de retour",
            "stuks aanbod terug",
            "listings come back",
            "Inserate kommen zurück",
        ],
    ),
    (
        "persons_kept",
        [
            "personnes qui restent",
            "personen die blijven",
            "people who stay",
            "Personen, die bleiben",
        ],
    ),
    (
        "persons_put_back",
        [
            "personnes comme avant",
            "personen zoals voorheen",
            "people as before",
            "Personen wie zuvor",
        ],
    ),
    (
        "duplicates",
        ["Doublons", "Dubbels", "Duplicates", "Doppelte"],
    ),
    (
        "duplicates_hint",
        [
            "Ce que vous proposez deux fois, ou que d’autres proposent aussi. Rien n’est retiré : c’est à vous de voir.",
            "Wat u twee keer aanbiedt, of wat anderen ook aanbieden. Er wordt niets verwijderd: dat is aan u.",
            "What you offer twice, or others offer too. Nothing is removed: that is for you to decide.",
            "Was Sie doppelt anbieten, oder andere auch. Nichts wird entfernt: das entscheiden Sie.",
        ],
    ),
    (
        "duplicates_hint_all",
        [
            "Ce qui est proposé deux fois, par un compte ou par plusieurs. Rien n’est retiré.",
            "Wat twee keer wordt aangeboden, door één account of door meer. Er wordt niets verwijderd.",
            "What is offered twice, by one account or by several. Nothing is removed.",
            "Was doppelt angeboten wird, von einem Konto oder von mehreren. Nichts wird entfernt.",
        ],
    ),
    (
        "no_duplicates",
        [
            "Aucun doublon",
            "Geen dubbels",
            "No duplicates",
            "Nichts doppelt",
        ],
    ),
    (
        "no_duplicates_hint",
        [
            "Les annonces sont comparées par le numéro de châssis, la plaque, les photos, l’adresse et les faits. Ce qui se ressemble apparaîtra ici, côte à côte.",
            "Het aanbod wordt vergeleken op chassisnummer, plaat, foto’s, adres en feiten. Wat op elkaar lijkt, komt hier naast elkaar te staan.",
            "Listings are compared by chassis number, plate, photos, address and facts. What is alike will stand here, side by side.",
            "Inserate werden nach Fahrgestellnummer, Kennzeichen, Fotos, Adresse und Fakten verglichen. Was sich gleicht, steht dann hier nebeneinander.",
        ],
    ),
    (
        "duplicates_looked",
        [
            "annonces comparées.",
            "stuks aanbod vergeleken.",
            "listings compared.",
            "Inserate verglichen.",
        ],
    ),
    (
        "duplicates_common",
        [
            "points communs à plus de 20 annonces n’ont pas compté.",
            "overeenkomsten van meer dan 20 stuks aanbod telden niet mee.",
            "likenesses of more than 20 listings did not count.",
            "Gemeinsamkeiten von mehr als 20 Inseraten zählten nicht.",
        ],
    ),
    (
        "all_accounts",
        [
            "Tous les comptes",
            "Alle accounts",
            "All accounts",
            "Alle Konten",
        ],
    ),
    ("only_account", ["Seulement", "Alleen", "Only", "Nur"]),
    (
        "open_listing",
        [
            "Ouvrir l’annonce",
            "Aanbod openen",
            "Open the listing",
            "Inserat öffnen",
        ],
    ),
    (
        "alike_vin",
        [
            "même numéro de châssis",
            "zelfde chassisnummer",
            "the same chassis number",
            "gleiche Fahrgestellnummer",
        ],
    ),
    (
        "alike_page",
        [
            "même page sur un autre portail",
            "zelfde pagina op een ander portaal",
            "the same page on another portal",
            "gleiche Seite auf einem anderen Portal",
        ],
    ),
    (
        "alike_plate",
        [
            "même plaque d’immatriculation",
            "zelfde nummerplaat",
            "the same number plate",
            "gleiches Kennzeichen",
        ],
    ),
    (
        "alike_address",
        [
            "mêmes adresse, genre et surface",
            "zelfde adres, soort en oppervlakte",
            "the same address, kind and area",
            "gleiche Adresse, Art und Fläche",
        ],
    ),
    (
        "alike_photos",
        [
            "mêmes photos, et même modèle ou code postal",
            "zelfde foto’s, en zelfde model of postcode",
            "the same photos, and the same model or postcode",
            "gleiche Fotos, und gleiches Modell oder gleiche Postleitzahl",
        ],
    ),
    (
        "alike_portal",
        [
            "même numéro sur un portail, du même genre et code postal",
            "zelfde nummer op een portaal, van dezelfde soort en postcode",
            "the same number on a portal, of the same kind and postcode",
            "gleiche Nummer auf einem Portal, gleiche Art und Postleitzahl",
        ],
    ),
    (
        "alike_car",
        [
            "mêmes marque, modèle, première immatriculation, kilométrage et prix",
            "zelfde merk, model, eerste inschrijving, kilometerstand en prijs",
            "the same make, model, first registration, mileage and price",
            "gleiche Marke, gleiches Modell, Erstzulassung, Kilometerstand und Preis",
        ],
    ),
    (
        "alike_repriced",
        [
            "mêmes marque, modèle, première immatriculation et kilométrage",
            "zelfde merk, model, eerste inschrijving en kilometerstand",
            "the same make, model, first registration and mileage",
            "gleiche Marke, gleiches Modell, Erstzulassung und Kilometerstand",
        ],
    ),
    (
        "alike_facts",
        [
            "mêmes genre, code postal, prix, surface et chambres",
            "zelfde soort, postcode, prijs, oppervlakte en kamers",
            "the same kind, postcode, price, area and rooms",
            "gleiche Art, Postleitzahl, Preis, Fläche und Zimmer",
        ],
    ),
    ("cancel", ["Annuler", "Annuleren", "Cancel", "Abbrechen"]),
    (
        "quote_mark",
        ["Guillemet", "Aanhalingsteken", "Quote", "Anführungszeichen"],
    ),
    (
        "see_anew",
        [
            "Revoir les annonces",
            "Zoekertjes opnieuw bekijken",
            "Look again",
            "Neu ansehen",
        ],
    ),
    (
        "part_subcategory",
        [
            "Sous-catégorie",
            "Subcategorie",
            "Sub-category",
            "Unterkategorie",
        ],
    ),
    ("part_country", ["Pays", "Land", "Country", "Land"]),
    (
        "part_postcode",
        ["Code postal", "Postcode", "Postcode", "Postleitzahl"],
    ),
    ("part_town", ["Localité", "Plaats", "Town", "Ort"]),
    ("part_region", ["Région", "Regio", "Region", "Region"]),
    ("part_street", ["Rue", "Straat", "Street", "Straße"]),
    (
        "part_number",
        ["Numéro de rue", "Huisnummer", "House number", "Hausnummer"],
    ),
    (
        "part_lat",
        ["Latitude", "Breedtegraad", "Latitude", "Breitengrad"],
    ),
    (
        "part_lon",
        ["Longitude", "Lengtegraad", "Longitude", "Längengrad"],
    ),
    (
        "part_place",
        [
            "Adresse en une ligne",
            "Adres in één regel",
            "Address in one line",
            "Adresse in einer Zeile",
        ],
    ),
    (
        "choose_field",
        [
            "— à choisir —",
            "— te kiezen —",
            "— to be chosen —",
            "— noch zu wählen —",
        ],
    ),
    (
        "choose_meaning",
        [
            "— que veut-il dire ? —",
            "— wat betekent het? —",
            "— what does it mean? —",
            "— was heißt das? —",
        ],
    ),
    (
        "keep_raw",
        [
            "Gardé tel quel, hors des champs",
            "Bewaard zoals het is, buiten de velden",
            "Kept as it is, outside the fields",
            "Aufbewahrt wie es ist, außerhalb der Felder",
        ],
    ),
    (
        "leave_out",
        ["Laissé de côté", "Weggelaten", "Left out", "Weggelassen"],
    ),
    (
        "means_nothing",
        [
            "Rien : laisser vide",
            "Niets: leeg laten",
            "Nothing: leave empty",
            "Nichts: leer lassen",
        ],
    ),
    (
        "no_column",
        [
            "— aucune colonne —",
            "— geen kolom —",
            "— no column —",
            "— keine Spalte —",
        ],
    ),
    (
        "which_column",
        [
            "Quelle colonne donne « {} » ?",
            "Welke kolom geeft “{}”?",
            "Which column gives “{}”?",
            "Welche Spalte gibt „{}“ an?",
        ],
    ),
    (
        "what_is_column",
        [
            "Que contient la colonne « {} » ?",
            "Wat staat er in de kolom “{}”?",
            "What is in the column “{}”?",
            "Was steht in der Spalte „{}“?",
        ],
    ),
    (
        "questions",
        [
            "À vous de dire",
            "Aan u de vraag",
            "Questions for you",
            "Fragen an Sie",
        ],
    ),
    (
        "words_unknown",
        [
            "Mots que nous ne connaissons pas",
            "Woorden die wij niet kennen",
            "Words that we do not know",
            "Wörter, die wir nicht kennen",
        ],
    ),
    (
        "words_hint",
        [
            "Tant que personne n’a répondu, ces mots restent hors des champs.",
            "Zolang niemand antwoordt, blijven deze woorden buiten de velden.",
            "Until somebody answers, these words stay outside the fields.",
            "Solange niemand antwortet, bleiben diese Wörter außerhalb der Felder.",
        ],
    ),
    (
        "word",
        [
            "Mot du fichier",
            "Woord in het bestand",
            "Word in the file",
            "Wort der Datei",
        ],
    ),
    ("times", ["Lignes", "Rijen", "Rows", "Zeilen"]),
    (
        "meaning",
        ["Signification", "Betekenis", "Meaning", "Bedeutung"],
    ),
    (
        "confirm_all",
        [
            "Confirmer toutes les propositions",
            "Alle voorstellen bevestigen",
            "Confirm all proposals",
            "Alle Vorschläge bestätigen",
        ],
    ),
    (
        "as_cards",
        [
            "Les vingt premières annonces",
            "De eerste twintig zoekertjes",
            "The first twenty listings",
            "Die ersten zwanzig Inserate",
        ],
    ),
    (
        "no_cards",
        [
            "Aucune des premières lignes ne devient une annonce ; les raisons sont plus bas.",
            "Geen van de eerste rijen wordt een zoekertje; de redenen staan hieronder.",
            "None of the first rows becomes a listing; the reasons are below.",
            "Keine der ersten Zeilen wird ein Inserat; die Gründe stehen weiter unten.",
        ],
    ),
    ("columns", ["Colonnes", "Kolommen", "Columns", "Spalten"]),
    (
        "sure",
        ["Certitude", "Zekerheid", "Certainty", "Sicherheit"],
    ),
    (
        "examples",
        ["Exemples", "Voorbeelden", "Examples", "Beispiele"],
    ),
    (
        "meanings",
        [
            "Valeurs et significations",
            "Waarden en betekenissen",
            "Values and meanings",
            "Werte und Bedeutungen",
        ],
    ),
    ("format", ["Format", "Formaat", "Format", "Format"]),
    (
        "layout",
        [
            "Mise en page reconnue",
            "Herkende indeling",
            "Layout recognised",
            "Erkanntes Schema",
        ],
    ),
    (
        "encoding",
        ["Encodage", "Tekencodering", "Encoding", "Zeichensatz"],
    ),
    (
        "delimiter",
        ["Séparateur", "Scheidingsteken", "Delimiter", "Trennzeichen"],
    ),
    (
        "records_at",
        [
            "Annonces trouvées sous",
            "Zoekertjes gevonden onder",
            "Listings found at",
            "Inserate gefunden unter",
        ],
    ),
    ("tables", ["Tables", "Tabellen", "Tables", "Tabellen"]),
    (
        "counting",
        [
            "Lecture du fichier entier",
            "Het hele bestand wordt gelezen",
            "Reading the whole file",
            "Die ganze Datei wird gelesen",
        ],
    ),
    (
        "rows_read",
        [
            "lignes lues",
            "rijen gelezen",
            "rows read",
            "Zeilen gelesen",
        ],
    ),
    (
        "outcome",
        [
            "Ce qui changera",
            "Wat er verandert",
            "What will change",
            "Was sich ändert",
        ],
    ),
    (
        "differences",
        [
            "Premières annonces modifiées",
            "Eerste gewijzigde zoekertjes",
            "First changed listings",
            "Die ersten geänderten Inserate",
        ],
    ),
    ("was", ["Avant", "Voordien", "Before", "Vorher"]),
    ("becomes", ["Après", "Nadien", "After", "Nachher"]),
    (
        "refused_csv",
        [
            "Télécharger les lignes refusées (CSV)",
            "Geweigerde rijen downloaden (CSV)",
            "Download the refused rows (CSV)",
            "Abgelehnte Zeilen herunterladen (CSV)",
        ],
    ),
    (
        "mapping_kept",
        [
            "L’affectation est retenue à l’importation et vaut pour les prochaines livraisons de ce flux.",
            "De toewijzing wordt bij het importeren onthouden en geldt voor de volgende leveringen van deze feed.",
            "The mapping is remembered when you import and holds for the next deliveries of this feed.",
            "Die Zuordnung wird beim Import gemerkt und gilt für die nächsten Lieferungen dieses Feeds.",
        ],
    ),
    (
        "mappings",
        [
            "Flux et affectations",
            "Feeds en toewijzingen",
            "Feeds and mappings",
            "Feeds und Zuordnungen",
        ],
    ),
    (
        "mappings_hint",
        [
            "Comment chaque flux de ce compte est lu. Une correction vaut dès la prochaine livraison.",
            "Hoe elke feed van dit account wordt gelezen. Een correctie geldt vanaf de volgende levering.",
            "How each feed of this account is read. A correction holds from the next delivery on.",
            "Wie jeder Feed dieses Kontos gelesen wird. Eine Korrektur gilt ab der nächsten Lieferung.",
        ],
    ),
    (
        "no_mappings",
        [
            "Aucun flux encore : importez un fichier et il paraîtra ici.",
            "Nog geen feeds: importeer een bestand en het verschijnt hier.",
            "No feeds yet: import a file and it will appear here.",
            "Noch keine Feeds: importieren Sie eine Datei, dann erscheint er hier.",
        ],
    ),
    (
        "columns_taken",
        [
            "Colonnes prises",
            "Kolommen gebruikt",
            "Columns taken",
            "Spalten übernommen",
        ],
    ),
    ("line", ["Ligne", "Regel", "Line", "Zeile"]),
    ("row", ["Enregistrement", "Record", "Record", "Datensatz"]),
    (
        "quote_profile",
        [
            "Voir le profil",
            "Bekijk het profiel",
            "See the profile",
            "Profil ansehen",
        ],
    ),
    (
        "price_to",
        [
            "Prix maximum",
            "Hoogste prijs",
            "Highest price",
            "Höchstpreis",
        ],
    ),
    ("currency", ["Monnaie", "Munt", "Currency", "Währung"]),
    (
        "sort_note",
        [
            "Les prix sont classés par transaction et par monnaie : un loyer ne se compare pas à un prix de vente, ni une livre à un euro.",
            "De prijzen staan per transactie en per munt op volgorde: huur is geen koopprijs, en een pond geen euro.",
            "Prices are in order within each kind of offer and each currency: a rent is not a price, and a pound is not a euro.",
            "Die Preise sind je Angebotsart und Währung geordnet: eine Miete ist kein Kaufpreis und ein Pfund kein Euro.",
        ],
    ),
    (
        "feed",
        [
            "Suivre cette recherche (Atom)",
            "Volg deze zoekopdracht (Atom)",
            "Follow this search (Atom)",
            "Dieser Suche folgen (Atom)",
        ],
    ),
    (
        "towns",
        [
            "Dans les grandes villes",
            "In de grote steden",
            "In the larger towns",
            "In den größeren Städten",
        ],
    ),
    (
        "nothing_yet",
        [
            "Rien n’est encore en ligne",
            "Er staat nog niets online",
            "Nothing is online yet",
            "Noch ist nichts online",
        ],
    ),
    (
        "nothing_yet_hint",
        [
            "Les premières annonces arrivent bientôt. Revenez nous voir.",
            "De eerste zoekertjes komen er snel aan. Kom gerust terug.",
            "The first listings will be here soon. Do come back.",
            "Die ersten Inserate kommen bald. Schauen Sie wieder vorbei.",
        ],
    ),
    (
        "photo_before",
        [
            "Photo précédente",
            "Vorige foto",
            "Previous photo",
            "Vorheriges Foto",
        ],
    ),
    (
        "photo_after",
        [
            "Photo suivante",
            "Volgende foto",
            "Next photo",
            "Nächstes Foto",
        ],
    ),
    (
        "about_here",
        [
            "Situation approximative.",
            "Ligging bij benadering.",
            "About here.",
            "Ungefähre Lage.",
        ],
    ),
    (
        "around",
        [
            "Voir ce qui est proposé autour",
            "Bekijk wat er in de buurt is",
            "See what is offered around",
            "Angebote in der Umgebung ansehen",
        ],
    ),
    (
        "share_mail",
        [
            "Envoyer par e-mail",
            "Per e-mail doorsturen",
            "Send by e-mail",
            "Per E-Mail senden",
        ],
    ),
    (
        "share_copy",
        [
            "Copier le lien",
            "Link kopiëren",
            "Copy the link",
            "Link kopieren",
        ],
    ),
    (
        "copied",
        [
            "Lien copié",
            "Link gekopieerd",
            "Link copied",
            "Link kopiert",
        ],
    ),
    ("print", ["Imprimer", "Afdrukken", "Print", "Drucken"]),
    (
        "look_again",
        [
            "Rien n’est encore envoyé : regardez les champs marqués.",
            "Er is nog niets verstuurd: bekijk de gemarkeerde velden.",
            "Nothing was sent yet: please look at the marked fields.",
            "Noch wurde nichts gesendet: bitte sehen Sie die markierten Felder an.",
        ],
    ),
    (
        "thanks_to",
        [
            "Votre message est chez",
            "Uw bericht is bij",
            "Your message is with",
            "Ihre Nachricht ist bei",
        ],
    ),
    (
        "thanks_next",
        [
            "Et maintenant ?",
            "En nu?",
            "What happens next",
            "Wie es weitergeht",
        ],
    ),
    (
        "thanks_mail",
        [
            "Vous recevez tout de suite un e-mail de confirmation, avec ce que vous avez écrit.",
            "U krijgt meteen een bevestiging per e-mail, met wat u schreef.",
            "You get an e-mail at once that confirms it, with what you wrote.",
            "Sie erhalten sofort eine Bestätigung per E-Mail, mit Ihrem Text.",
        ],
    ),
    (
        "thanks_answer",
        [
            "Une personne vous répond elle-même, par e-mail ou par téléphone.",
            "Iemand antwoordt u persoonlijk, per e-mail of telefoon.",
            "A person answers you, by e-mail or by telephone.",
            "Ein Mensch antwortet Ihnen, per E-Mail oder Telefon.",
        ],
    ),
    (
        "thanks_reply",
        [
            "Pour ajouter quelque chose, répondez simplement à cet e-mail.",
            "Wilt u iets toevoegen, antwoord dan gewoon op die e-mail.",
            "To add something, just reply to that e-mail.",
            "Wenn Sie etwas ergänzen möchten, antworten Sie einfach auf diese E-Mail.",
        ],
    ),
    (
        "thanks_spam",
        [
            "Rien reçu ? Regardez dans le courrier indésirable, puis vérifiez l’adresse et recommencez.",
            "Niets gekregen? Kijk bij de ongewenste mail, controleer het adres en probeer opnieuw.",
            "Nothing there? Look among the junk mail, then check the address and try again.",
            "Nichts da? Sehen Sie im Spam-Ordner nach, prüfen Sie die Adresse und versuchen Sie es erneut.",
        ],
    ),
    (
        "broken",
        [
            "Quelque chose s’est cassé chez nous",
            "Er is bij ons iets stukgegaan",
            "Something broke on our side",
            "Bei uns ist etwas kaputtgegangen",
        ],
    ),
    (
        "broken_hint",
        [
            "Ce n’est pas votre faute. Réessayez dans une minute ; rien de ce que vous aviez envoyé auparavant n’est perdu.",
            "Het ligt niet aan u. Probeer het over een minuut opnieuw; wat u eerder verstuurde, is niet verloren.",
            "It is not your doing. Try again in a minute; nothing that you sent before is lost.",
            "Es liegt nicht an Ihnen. Versuchen Sie es in einer Minute erneut; was Sie zuvor gesendet haben, ist nicht verloren.",
        ],
    ),
    (
        "doors",
        [
            "Par où entrer ?",
            "Waar wilt u binnen?",
            "Which way in?",
            "Wo möchten Sie hinein?",
        ],
    ),
    (
        "doors_hint",
        [
            "Aucun site ne porte ce nom. Voici ceux de la maison.",
            "Er is geen site met deze naam. Dit zijn die van het huis.",
            "No site goes by this name. These are the ones of the house.",
            "Unter diesem Namen gibt es keine Website. Das sind die des Hauses.",
        ],
    ),
    (
        "doors_office",
        [
            "Pour celles et ceux qui travaillent ici",
            "Voor wie hier werkt",
            "For the people who work here",
            "Für alle, die hier arbeiten",
        ],
    ),
    (
        "doors_api",
        [
            "Pour les programmes :",
            "Voor programma’s:",
            "For programs:",
            "Für Programme:",
        ],
    ),
    (
        "reviews",
        ["avis", "beoordelingen", "reviews", "Bewertungen"],
    ),
    (
        "quote_free",
        [
            "Gratuit et sans engagement : vous décrivez, jusqu’à trois professionnels de votre choix vous répondent. Leurs prix sont les leurs ; comparez avant de signer.",
            "Gratis en vrijblijvend: u beschrijft, hoogstens drie vaklui naar uw keuze antwoorden. Hun prijzen bepalen zij; vergelijk voor u tekent.",
            "Free and without obligation: you describe it, up to three tradesmen of your choice answer. Their prices are their own; compare before you sign.",
            "Kostenlos und unverbindlich: Sie beschreiben, bis zu drei Betriebe Ihrer Wahl antworten. Die Preise machen die Betriebe; vergleichen Sie, bevor Sie unterschreiben.",
        ],
    ),
    (
        "quote_several",
        [
            "Vous préférez comparer ?",
            "Liever vergelijken?",
            "Rather compare?",
            "Lieber vergleichen?",
        ],
    ),
    (
        "quote_step_trade",
        ["Le métier", "Het vak", "The trade", "Das Gewerk"],
    ),
    (
        "quote_step_what",
        ["Votre projet", "Uw project", "Your project", "Ihr Vorhaben"],
    ),
    (
        "quote_step_who",
        [
            "Qui vous répond",
            "Wie antwoordt",
            "Who answers",
            "Wer antwortet",
        ],
    ),
    (
        "quote_next",
        [
            "Voir les professionnels",
            "Toon de vaklui",
            "See the tradesmen",
            "Betriebe ansehen",
        ],
    ),
    (
        "quote_where_wrong",
        [
            "Indiquez où : une ville ou un code postal",
            "Geef aan waar: een stad of een postcode",
            "Please say where: a town or a postcode",
            "Bitte nennen Sie den Ort oder die Postleitzahl",
        ],
    ),
    (
        "quote_place_wrong",
        [
            "Nous ne connaissons pas ce lieu ; essayez le code postal",
            "Deze plaats kennen wij niet; probeer de postcode",
            "We do not know this place; try the postcode",
            "Diesen Ort kennen wir nicht; versuchen Sie es mit der Postleitzahl",
        ],
    ),
    (
        "quote_change",
        [
            "Modifier mes réponses",
            "Mijn antwoorden wijzigen",
            "Change my answers",
            "Antworten ändern",
        ],
    ),
    (
        "quote_nobody",
        [
            "Personne de ce métier ne se déplace encore jusqu’à",
            "Van dit vak komt nog niemand tot in",
            "Nobody of this trade comes as far as",
            "Aus diesem Gewerk kommt noch niemand nach",
        ],
    ),
    (
        "quote_who",
        [
            "Seuls les professionnels cochés reçoivent votre demande",
            "Enkel wie u aanvinkt, krijgt uw aanvraag",
            "Only those you tick get your request",
            "Nur wen Sie ankreuzen, erhält Ihre Anfrage",
        ],
    ),
    (
        "quote_nobody_ticked",
        [
            "Cochez au moins un professionnel",
            "Vink minstens één vakman aan",
            "Please tick at least one tradesman",
            "Bitte kreuzen Sie mindestens einen Betrieb an",
        ],
    ),
    (
        "quote_send",
        [
            "Envoyer ma demande",
            "Mijn aanvraag versturen",
            "Send my request",
            "Anfrage senden",
        ],
    ),
    (
        "quote_privacy",
        [
            "Vos coordonnées ne vont qu’aux professionnels cochés, pour vous répondre. Personne d’autre ne les reçoit.",
            "Uw gegevens gaan enkel naar de aangevinkte vaklui, om u te antwoorden. Niemand anders krijgt ze.",
            "Your details go only to the tradesmen you ticked, so that they can answer. Nobody else gets them.",
            "Ihre Angaben gehen nur an die angekreuzten Betriebe, damit sie antworten können. Sonst erhält sie niemand.",
        ],
    ),
    ("search", ["Rechercher", "Zoeken", "Search", "Suchen"]),
    ("words", ["Mots", "Woorden", "Words", "Wörter"]),
    ("where", ["Où", "Waar", "Where", "Wo"]),
    (
        "where_hint",
        [
            "Ville ou code postal",
            "Stad of postcode",
            "Town or postcode",
            "Ort oder Postleitzahl",
        ],
    ),
    ("radius", ["Rayon", "Straal", "Radius", "Umkreis"]),
    ("price", ["Prix", "Prijs", "Price", "Preis"]),
    ("sources", ["Sources", "Bronnen", "Sources", "Quellen"]),
    (
        "sources_hint",
        [
            "Par où arrivent les fichiers de votre stock, et ce qu’est devenu chacun d’eux.",
            "Hoe de bestanden met uw aanbod binnenkomen, en wat er van elk geworden is.",
            "How the files of your stock come in, and what became of each of them.",
            "Wie die Dateien mit Ihrem Bestand ankommen und was aus jeder wurde.",
        ],
    ),
    (
        "password_once",
        [
            "Mot de passe FTP ou SFTP, montré une seule fois :",
            "FTP- of SFTP-wachtwoord, slechts één keer getoond:",
            "FTP or SFTP password, shown this once:",
            "FTP- oder SFTP-Passwort, nur dieses eine Mal gezeigt:",
        ],
    ),
    (
        "no_sources",
        [
            "Aucune source",
            "Geen bronnen",
            "No sources",
            "Keine Quellen",
        ],
    ),
    (
        "no_sources_hint",
        [
            "Ajoutez-en une pour que vos annonces se mettent à jour chaque nuit.",
            "Voeg er een toe, dan werken uw zoekertjes zich elke nacht bij.",
            "Add one, and your listings bring themselves up to date every night.",
            "Fügen Sie eine hinzu, und Ihre Inserate aktualisieren sich jede Nacht.",
        ],
    ),
    ("feed_name", ["Flux", "Feed", "Feed", "Feed"]),
    ("way", ["Par", "Via", "By", "Über"]),
    ("source_address", ["Adresse", "Adres", "Address", "Adresse"]),
    (
        "source_address_hint",
        [
            "Pour une adresse web, ou une boîte comme imaps://stock@garage.be@imap.garage.be/INBOX",
            "Voor een webadres, of een postvak zoals imaps://stock@garage.be@imap.garage.be/INBOX",
            "For an address on the web, or a mailbox such as imaps://stock@garage.be@imap.garage.be/INBOX",
            "Für eine Webadresse oder ein Postfach wie imaps://stock@garage.de@imap.garage.de/INBOX",
        ],
    ),
    (
        "source_password",
        [
            "Son mot de passe",
            "Zijn wachtwoord",
            "Its password",
            "Sein Passwort",
        ],
    ),
    (
        "source_password_hint",
        [
            "Celui de la boîte, ou de l’utilisateur nommé dans l’adresse ; conservé scellé",
            "Dat van het postvak, of van de gebruiker in het adres; verzegeld bewaard",
            "Of the mailbox, or of the user in the address; kept sealed",
            "Das des Postfachs oder des Benutzers in der Adresse; versiegelt aufbewahrt",
        ],
    ),
    (
        "move_to",
        [
            "Déplacer les messages lus vers",
            "Gelezen berichten verplaatsen naar",
            "Move mails that were taken to",
            "Übernommene E-Mails verschieben nach",
        ],
    ),
    (
        "move_to_hint",
        [
            "Un dossier de la boîte ; vide : ils sont marqués comme lus. Aucun n’est supprimé",
            "Een map van het postvak; leeg: ze worden als gelezen gemarkeerd. Geen enkel wordt gewist",
            "A folder of the mailbox; empty: they are marked as read. None is deleted",
            "Ein Ordner des Postfachs; leer: Sie werden als gelesen markiert. Keine wird gelöscht",
        ],
    ),
    (
        "public_keys",
        ["Clés SSH", "SSH-sleutels", "SSH keys", "SSH-Schlüssel"],
    ),
    (
        "public_keys_hint",
        [
            "Pour SFTP sans mot de passe : des clés publiques, une par ligne",
            "Voor SFTP zonder wachtwoord: publieke sleutels, een per regel",
            "For SFTP without a password: public keys, one a line",
            "Für SFTP ohne Passwort: öffentliche Schlüssel, einer je Zeile",
        ],
    ),
    (
        "source_last",
        [
            "Dernier fichier",
            "Laatste bestand",
            "Last file",
            "Letzte Datei",
        ],
    ),
    ("source_next", ["Prochain", "Volgende", "Next", "Nächste"]),
    (
        "source_times",
        ["Heures", "Tijdstippen", "Times", "Uhrzeiten"],
    ),
    (
        "quiet_hours",
        [
            "Prévenir après combien d’heures sans fichier",
            "Waarschuwen na hoeveel uur zonder bestand",
            "Warn after how many hours without a file",
            "Warnen nach wie vielen Stunden ohne Datei",
        ],
    ),
    (
        "last_word",
        [
            "Si vous avez modifié une annonce",
            "Als u een zoekertje hebt bewerkt",
            "When you have edited a listing",
            "Wenn Sie ein Inserat bearbeitet haben",
        ],
    ),
    (
        "last_word_office",
        [
            "votre valeur reste",
            "blijft uw waarde",
            "your value stays",
            "bleibt Ihr Wert",
        ],
    ),
    (
        "last_word_file",
        [
            "le fichier suivant l’emporte",
            "geldt het volgende bestand",
            "the next file replaces it",
            "gilt die nächste Datei",
        ],
    ),
    (
        "removal",
        [
            "Une annonce est retirée",
            "Een zoekertje verdwijnt",
            "A listing is withdrawn",
            "Ein Inserat wird zurückgezogen",
        ],
    ),
    (
        "removal_absence",
        [
            "dès qu’un fichier ne la contient plus",
            "zodra een bestand het niet meer bevat",
            "as soon as a file lacks it",
            "sobald es in einer Datei fehlt",
        ],
    ),
    (
        "removal_twice",
        [
            "si deux fichiers de suite ne la contiennent plus",
            "als twee bestanden na elkaar het niet meer bevatten",
            "when two files in a row lack it",
            "wenn es in zwei Dateien nacheinander fehlt",
        ],
    ),
    (
        "removal_status",
        [
            "seulement si le fichier l’indique vendue ou retirée",
            "alleen als het bestand het verkocht of ingetrokken noemt",
            "only when the file calls it sold or withdrawn",
            "nur wenn die Datei es verkauft oder zurückgezogen nennt",
        ],
    ),
    (
        "photos_change",
        [
            "Sous la même adresse, une photo",
            "Onder hetzelfde adres blijft een foto",
            "Under the same address a photo",
            "Unter derselben Adresse bleibt ein Foto",
        ],
    ),
    (
        "photos_change_no",
        ["reste la même", "dezelfde", "stays the same", "dasselbe"],
    ),
    (
        "photos_change_yes",
        [
            "peut changer",
            "niet altijd dezelfde",
            "may change",
            "nicht immer dasselbe",
        ],
    ),
    (
        "photos_here",
        [
            "photos reçues",
            "foto’s binnen",
            "photos fetched",
            "Fotos geladen",
        ],
    ),
    (
        "photos_waiting",
        [
            "photos attendues",
            "foto’s verwacht",
            "photos waiting",
            "Fotos ausstehend",
        ],
    ),
    (
        "photos_failed",
        [
            "photos en échec",
            "foto’s mislukt",
            "photos failed",
            "Fotos fehlgeschlagen",
        ],
    ),
    (
        "photos_of_import",
        [
            "Photos de l’importation",
            "Foto’s van de import",
            "Photos of the import",
            "Fotos des Imports",
        ],
    ),
    (
        "photos_none",
        [
            "Cette importation n’a nommé aucune photo par adresse, ou une autre l’a fait depuis.",
            "Deze import noemde geen foto’s met een adres, of een latere deed dat sindsdien.",
            "This import named no photos by address, or a later one has named them since.",
            "Dieser Import hat keine Fotos mit Adresse genannt, oder ein späterer hat es seither getan.",
        ],
    ),
    (
        "photos_none_failed",
        [
            "Aucune photo n’a échoué.",
            "Geen enkele foto is mislukt.",
            "No photo has failed.",
            "Kein Foto ist fehlgeschlagen.",
        ],
    ),
    (
        "photos_again_hint",
        [
            "Ce qui manque est redemandé chaque nuit, pendant un mois.",
            "Wat ontbreekt wordt elke nacht opnieuw gevraagd, een maand lang.",
            "What is missing is asked for again each night, for a month.",
            "Was fehlt, wird einen Monat lang jede Nacht erneut abgerufen.",
        ],
    ),
    (
        "photos_again",
        [
            "Redemander maintenant",
            "Nu opnieuw vragen",
            "Ask again now",
            "Jetzt erneut abrufen",
        ],
    ),
    (
        "photos_asked_at",
        ["Demandée le", "Gevraagd op", "Asked at", "Abgerufen am"],
    ),
    (
        "removal_never",
        [
            "seulement à la main",
            "alleen met de hand",
            "only by hand",
            "nur von Hand",
        ],
    ),
    (
        "source_partial",
        [
            "Le fichier contient",
            "Het bestand bevat",
            "The file holds",
            "Die Datei enthält",
        ],
    ),
    (
        "source_whole",
        [
            "tout le stock",
            "het hele aanbod",
            "the whole stock",
            "den ganzen Bestand",
        ],
    ),
    (
        "source_changes",
        [
            "seulement les changements",
            "alleen de wijzigingen",
            "only the changes",
            "nur die Änderungen",
        ],
    ),
    ("pause", ["Suspendre", "Pauzeren", "Pause", "Anhalten"]),
    ("resume", ["Reprendre", "Hervatten", "Resume", "Fortsetzen"]),
    ("portals", ["Portails", "Portalen", "Portals", "Portale"]),
    (
        "portals_hint",
        [
            "Où se trouve chaque annonce, ce que le portail en a dit, et pourquoi une annonce n’est pas en ligne.",
            "Waar elk zoekertje staat, wat het portaal ervan zei, en waarom een zoekertje niet online is.",
            "Where each listing stands, what the portal said of it, and why one is not online.",
            "Wo jedes Inserat steht, was das Portal dazu sagte, und warum eines nicht online ist.",
        ],
    ),
    (
        "no_channels",
        [
            "Aucun portail n’est relié",
            "Er is nog geen portaal gekoppeld",
            "No portal is connected yet",
            "Noch kein Portal ist verbunden",
        ],
    ),
    (
        "no_channels_hint",
        [
            "Reliez-en un : toutes vos annonces publiques y vont d’elles-mêmes, et chaque changement avec elles.",
            "Koppel er een: al uw openbare zoekertjes gaan er vanzelf heen, en elke wijziging ook.",
            "Connect one: all your public listings go there by themselves, and every change with them.",
            "Verbinden Sie eines: Alle öffentlichen Inserate gehen von selbst dorthin, und jede Änderung auch.",
        ],
    ),
    (
        "connect_portal",
        [
            "Relier un portail",
            "Portaal koppelen",
            "Connect a portal",
            "Portal verbinden",
        ],
    ),
    ("connect", ["Relier", "Koppelen", "Connect", "Verbinden"]),
    (
        "channel_name",
        [
            "Nom (si vous avez plusieurs contrats avec ce portail)",
            "Naam (als u meerdere contracten met dit portaal hebt)",
            "Name (if you have several contracts with this portal)",
            "Name (wenn Sie mehrere Verträge mit diesem Portal haben)",
        ],
    ),
    (
        "channel_address",
        [
            "Autre adresse du portail",
            "Ander adres van het portaal",
            "Another address of the portal",
            "Andere Adresse des Portals",
        ],
    ),
    (
        "channel_quota",
        [
            "Nombre d’annonces au plus (0 : sans limite)",
            "Hoogstens zoveel zoekertjes (0: onbeperkt)",
            "At most so many listings (0: any number)",
            "Höchstens so viele Inserate (0: beliebig viele)",
        ],
    ),
    (
        "pub_queued",
        ["en attente", "in de rij", "waiting", "wartet"],
    ),
    (
        "pub_accepted",
        ["reçue", "ontvangen", "received", "angenommen"],
    ),
    ("pub_confirmed", ["en ligne", "online", "online", "online"]),
    (
        "pub_refused",
        ["refusée", "geweigerd", "refused", "abgelehnt"],
    ),
    (
        "pub_changing",
        [
            "à mettre à jour",
            "wordt bijgewerkt",
            "being updated",
            "wird aktualisiert",
        ],
    ),
    (
        "pub_withdrawing",
        [
            "à retirer",
            "wordt weggehaald",
            "being withdrawn",
            "wird entfernt",
        ],
    ),
    (
        "pub_withdrawn",
        ["retirée", "weggehaald", "withdrawn", "entfernt"],
    ),
    (
        "pub_lost",
        ["disparue", "verdwenen", "lost", "verschwunden"],
    ),
    (
        "send_again",
        ["Renvoyer", "Opnieuw sturen", "Send again", "Erneut senden"],
    ),
    (
        "last_answer",
        [
            "Dernière réponse",
            "Laatste antwoord",
            "Last answer",
            "Letzte Antwort",
        ],
    ),
    (
        "last_look",
        [
            "Dernier contrôle",
            "Laatste controle",
            "Last look",
            "Letzte Kontrolle",
        ],
    ),
    (
        "strangers",
        [
            "annonces que nous n’avons pas envoyées",
            "zoekertjes die wij niet stuurden",
            "listings that we never sent",
            "Inserate, die wir nie gesendet haben",
        ],
    ),
    (
        "only_trouble",
        [
            "Seulement celles qui ne vont pas",
            "Alleen wat niet goed staat",
            "Only those in trouble",
            "Nur was nicht stimmt",
        ],
    ),
    (
        "all_well",
        [
            "Tout est en ligne comme prévu",
            "Alles staat zoals het hoort",
            "Everything stands as it should",
            "Alles steht, wie es soll",
        ],
    ),
    (
        "fetch_address",
        [
            "Adresse à donner au portail ; qui la connaît peut lire le fichier :",
            "Geef dit adres aan het portaal; wie het kent, kan het bestand lezen:",
            "The address to give to the portal; whoever knows it can read the file:",
            "Diese Adresse bekommt das Portal; wer sie kennt, kann die Datei lesen:",
        ],
    ),
    (
        "remove_channel_hint",
        [
            "Tout ce qui y est en ligne en sera d’abord retiré.",
            "Alles wat er online staat, wordt eerst weggehaald.",
            "All that stands there is taken away first.",
            "Alles, was dort steht, wird zuerst entfernt.",
        ],
    ),
    ("more", ["Plus", "Meer", "More", "Mehr"]),
    (
        "add_source",
        [
            "Ajouter une source",
            "Bron toevoegen",
            "Add a source",
            "Quelle hinzufügen",
        ],
    ),
    (
        "arrivals",
        [
            "Fichiers reçus",
            "Ontvangen bestanden",
            "Files received",
            "Erhaltene Dateien",
        ],
    ),
    (
        "no_arrivals",
        [
            "Rien n’est encore arrivé.",
            "Er is nog niets binnengekomen.",
            "Nothing has come yet.",
            "Es ist noch nichts angekommen.",
        ],
    ),
    (
        "yes_really",
        [
            "Oui, retirer ces annonces",
            "Ja, haal die zoekertjes weg",
            "Yes, withdraw those listings",
            "Ja, diese Inserate zurückziehen",
        ],
    ),
    (
        "work_again",
        [
            "Traiter à nouveau",
            "Opnieuw verwerken",
            "Work again",
            "Noch einmal verarbeiten",
        ],
    ),
    (
        "way_hand",
        ["dépôt", "zelf ingediend", "handed over", "übergeben"],
    ),
    ("way_ftp", ["FTP", "FTP", "FTP", "FTP"]),
    ("way_sftp", ["SFTP", "SFTP", "SFTP", "SFTP"]),
    (
        "way_imap",
        [
            "boîte mail (IMAP)",
            "postvak (IMAP)",
            "mailbox (IMAP)",
            "Postfach (IMAP)",
        ],
    ),
    ("way_mail", ["e-mail", "e-mail", "e-mail", "E-Mail"]),
    (
        "way_folder",
        [
            "dossier du serveur",
            "map op de server",
            "folder of the server",
            "Ordner des Servers",
        ],
    ),
    (
        "way_url",
        ["adresse web", "webadres", "web address", "Webadresse"],
    ),
    ("came_waiting", ["en attente", "wacht", "waiting", "wartet"]),
    (
        "came_imported",
        ["importé", "geïmporteerd", "imported", "importiert"],
    ),
    (
        "came_unchanged",
        [
            "rien de nouveau",
            "niets nieuws",
            "nothing new",
            "nichts Neues",
        ],
    ),
    (
        "came_asked",
        [
            "à décider",
            "te beslissen",
            "please decide",
            "bitte entscheiden",
        ],
    ),
    (
        "came_refused",
        ["refusé", "geweigerd", "refused", "abgelehnt"],
    ),
    ("account", ["Compte", "Account", "Account", "Konto"]),
    (
        "account_hint",
        [
            "Ce que les sites montrent de vous au public.",
            "Wat de sites van u aan het publiek tonen.",
            "What the sites show of you to the public.",
            "Was die Seiten der Öffentlichkeit von Ihnen zeigen.",
        ],
    ),
    ("account_name", ["Nom", "Naam", "Name", "Name"]),
    (
        "about",
        ["Qui vous êtes", "Wie u bent", "Who you are", "Wer Sie sind"],
    ),
    ("web", ["Site web", "Website", "Web site", "Website"]),
    (
        "password_new",
        [
            "Nouveau mot de passe",
            "Nieuw wachtwoord",
            "New password",
            "Neues Passwort",
        ],
    ),
    ("account_email", ["E-mail", "E-mail", "E-mail", "E-Mail"]),
    (
        "account_phone",
        ["Téléphone", "Telefoon", "Phone", "Telefon"],
    ),
    (
        "nothing_to_apply",
        [
            "Rien ne changerait : rien à appliquer",
            "Er zou niets veranderen: niets toe te passen",
            "Nothing would change: nothing to apply",
            "Es würde sich nichts ändern: nichts anzuwenden",
        ],
    ),
    (
        "backward",
        [
            "Vers la fin",
            "Naar achteren",
            "Towards the end",
            "Nach hinten",
        ],
    ),
    ("from", ["de", "van", "from", "von"]),
    ("to", ["à", "tot", "to", "bis"]),
    ("all", ["Tout", "Alles", "All", "Alle"]),
    (
        "results",
        ["résultats", "resultaten", "results", "Ergebnisse"],
    ),
    ("result", ["résultat", "resultaat", "result", "Ergebnis"]),
    ("show", ["Afficher", "Toon", "Show", "Zeigen"]),
    ("sort", ["Trier", "Sorteren", "Sort", "Sortieren"]),
    (
        "newest",
        [
            "Les plus récents",
            "Nieuwste eerst",
            "Newest first",
            "Neueste zuerst",
        ],
    ),
    (
        "cheapest",
        [
            "Prix croissant",
            "Prijs oplopend",
            "Price, low to high",
            "Preis aufsteigend",
        ],
    ),
    (
        "dearest",
        [
            "Prix décroissant",
            "Prijs aflopend",
            "Price, high to low",
            "Preis absteigend",
        ],
    ),
    (
        "nearest",
        [
            "Les plus proches",
            "Dichtstbij eerst",
            "Nearest first",
            "Nächste zuerst",
        ],
    ),
    ("list", ["Liste", "Lijst", "List", "Liste"]),
    ("map", ["Carte", "Kaart", "Map", "Karte"]),
    ("next", ["Suivants", "Volgende", "Next", "Weiter"]),
    ("previous", ["Précédents", "Vorige", "Previous", "Zurück"]),
    (
        "none",
        [
            "Rien ne correspond",
            "Niets gevonden",
            "Nothing matches",
            "Nichts gefunden",
        ],
    ),
    (
        "none_hint",
        [
            "Élargissez le rayon, retirez un filtre ou cherchez un autre mot.",
            "Vergroot de straal, verwijder een filter of zoek een ander woord.",
            "Widen the radius, take a filter away, or try another word.",
            "Vergrößern Sie den Umkreis, entfernen Sie einen Filter oder suchen Sie ein anderes Wort.",
        ],
    ),
    ("filters", ["Filtres", "Filters", "Filters", "Filter"]),
    (
        "clear",
        ["Tout effacer", "Alles wissen", "Clear all", "Alles löschen"],
    ),
    (
        "on_request",
        [
            "Prix sur demande",
            "Prijs op aanvraag",
            "Price on request",
            "Preis auf Anfrage",
        ],
    ),
    ("month", ["/mois", "/maand", "/month", "/Monat"]),
    (
        "reserved",
        ["Réservé", "Gereserveerd", "Reserved", "Reserviert"],
    ),
    (
        "facts",
        ["Caractéristiques", "Kenmerken", "Facts", "Merkmale"],
    ),
    (
        "description",
        ["Description", "Beschrijving", "Description", "Beschreibung"],
    ),
    (
        "contact",
        [
            "Poser une question",
            "Een vraag stellen",
            "Ask a question",
            "Eine Frage stellen",
        ],
    ),
    (
        "quote",
        [
            "Demander un devis",
            "Een offerte vragen",
            "Ask for a quote",
            "Ein Angebot anfordern",
        ],
    ),
    ("name", ["Votre nom", "Uw naam", "Your name", "Ihr Name"]),
    (
        "email",
        ["Votre e-mail", "Uw e-mail", "Your e-mail", "Ihre E-Mail"],
    ),
    (
        "phone",
        [
            "Téléphone (facultatif)",
            "Telefoon (niet verplicht)",
            "Telephone (optional)",
            "Telefon (freiwillig)",
        ],
    ),
    (
        "message",
        [
            "Votre message",
            "Uw bericht",
            "Your message",
            "Ihre Nachricht",
        ],
    ),
    ("send", ["Envoyer", "Versturen", "Send", "Senden"]),
    (
        "message_hint",
        [
            "Bonjour, je suis intéressé. Quand pourrais-je visiter ?",
            "Dag, ik heb interesse. Wanneer kan ik langskomen?",
            "Hello, I am interested. When could I come and see it?",
            "Guten Tag, ich habe Interesse. Wann kann ich es mir ansehen?",
        ],
    ),
    (
        "privacy",
        [
            "Vos coordonnées ne vont qu’à ce professionnel, pour vous répondre.",
            "Uw gegevens gaan enkel naar deze professional, om u te antwoorden.",
            "Your details go only to this professional, so that you can be answered.",
            "Ihre Angaben gehen nur an diesen Anbieter, damit er Ihnen antworten kann.",
        ],
    ),
    ("thanks", ["C’est envoyé", "Verstuurd", "Sent", "Gesendet"]),
    (
        "thanks_hint",
        [
            "Vous recevrez une confirmation par e-mail, puis une réponse personnelle.",
            "U krijgt een bevestiging per e-mail en daarna een persoonlijk antwoord.",
            "You will get a confirmation by e-mail, and then a personal answer.",
            "Sie erhalten eine Bestätigung per E-Mail und dann eine persönliche Antwort.",
        ],
    ),
    ("back", ["Retour", "Terug", "Back", "Zurück"]),
    (
        "similar",
        [
            "Dans le même esprit",
            "Gelijkaardig",
            "More like this",
            "Ähnliche Angebote",
        ],
    ),
    (
        "by",
        [
            "Proposé par",
            "Aangeboden door",
            "Offered by",
            "Angeboten von",
        ],
    ),
    ("home", ["Accueil", "Start", "Home", "Start"]),
    (
        "fresh",
        [
            "Dernières arrivées",
            "Nieuw binnen",
            "Just in",
            "Neu eingetroffen",
        ],
    ),
    ("browse", ["Parcourir", "Bladeren", "Browse", "Stöbern"]),
    (
        "gone",
        [
            "Cette annonce n’est plus en ligne",
            "Dit zoekertje staat niet meer online",
            "This listing is no longer online",
            "Dieses Inserat ist nicht mehr online",
        ],
    ),
    (
        "gone_hint",
        [
            "Elle a peut-être trouvé preneur. Voici ce qui vient d’arriver.",
            "Misschien is het verkocht. Dit is net binnengekomen.",
            "It may have found its taker. Here is what just came in.",
            "Vielleicht ist es vergeben. Das ist neu eingetroffen.",
        ],
    ),
    (
        "lost",
        [
            "Page introuvable",
            "Pagina niet gevonden",
            "Page not found",
            "Seite nicht gefunden",
        ],
    ),
    (
        "skip",
        [
            "Aller au contenu",
            "Naar de inhoud",
            "Skip to content",
            "Zum Inhalt",
        ],
    ),
    ("yes", ["oui", "ja", "yes", "ja"]),
    ("no", ["non", "nee", "no", "nein"]),
    ("photos", ["photos", "foto’s", "photos", "Fotos"]),
    (
        "reference",
        ["Référence", "Referentie", "Reference", "Referenz"],
    ),
    ("place", ["Situation", "Ligging", "Location", "Lage"]),
    (
        "accessibility",
        [
            "Accessibilité",
            "Toegankelijkheid",
            "Accessibility",
            "Barrierefreiheit",
        ],
    ),
    (
        "accessibility_text",
        [
            "Ce site vise la conformité WCAG 2.2 niveau AA : il se lit sans souris, sans JavaScript, en clair comme en sombre. Un obstacle ? Écrivez-nous, nous le levons.",
            "Deze site streeft naar WCAG 2.2 niveau AA: zonder muis, zonder JavaScript, licht of donker. Stoot u op een drempel? Schrijf ons, wij nemen hem weg.",
            "This site aims at WCAG 2.2 level AA: it works without a mouse, without JavaScript, in light and in dark. Something in your way? Write to us and we will remove it.",
            "Diese Website strebt WCAG 2.2 Stufe AA an: ohne Maus, ohne JavaScript, hell wie dunkel. Ein Hindernis? Schreiben Sie uns, wir räumen es weg.",
        ],
    ),
    ("inbox", ["Demandes", "Aanvragen", "Inbox", "Anfragen"]),
    (
        "listings",
        ["Annonces", "Zoekertjes", "Listings", "Inserate"],
    ),
    (
        "kind_migration",
        ["Reprise", "Overname", "Migration", "Übernahme"],
    ),
    ("persons", ["personnes", "personen", "people", "Personen"]),
    ("parties", ["parties", "partijen", "parties", "Beteiligte"]),
    (
        "documents",
        ["documents", "documenten", "documents", "Dokumente"],
    ),
    ("notes", ["notes", "notities", "notes", "Notizen"]),
    (
        "party_owner",
        ["Propriétaire", "Eigenaar", "Owner", "Eigentümer"],
    ),
    (
        "party_seller",
        ["Vendeur", "Verkoper", "Seller", "Verkäufer"],
    ),
    ("party_buyer", ["Acheteur", "Koper", "Buyer", "Käufer"]),
    ("party_tenant", ["Locataire", "Huurder", "Tenant", "Mieter"]),
    (
        "party_landlord",
        ["Bailleur", "Verhuurder", "Landlord", "Vermieter"],
    ),
    (
        "party_seeker",
        ["Candidat", "Kandidaat", "Seeker", "Interessent"],
    ),
    ("party_notary", ["Notaire", "Notaris", "Notary", "Notar"]),
    ("party_agent", ["Agent", "Makelaar", "Agent", "Makler"]),
    (
        "party_supplier",
        ["Fournisseur", "Leverancier", "Supplier", "Lieferant"],
    ),
    (
        "party_contact",
        ["Contact", "Contact", "Contact", "Kontakt"],
    ),
    ("imports", ["Importations", "Imports", "Imports", "Importe"]),
    ("users", ["Utilisateurs", "Gebruikers", "Users", "Benutzer"]),
    (
        "tokens",
        [
            "Jetons d’API",
            "API-sleutels",
            "API tokens",
            "API-Schlüssel",
        ],
    ),
    (
        "tokens_hint",
        [
            "Un programme se présente avec un jeton. Chacun vaut pour ce compte, avec le rôle donné ici.",
            "Een programma meldt zich met een sleutel. Elke sleutel geldt voor dit account, met de rol die u hier geeft.",
            "A program shows a token. Each is good for this account, with the role given here.",
            "Ein Programm weist sich mit einem Schlüssel aus. Jeder gilt für dieses Konto, mit der Rolle von hier.",
        ],
    ),
    (
        "token_once",
        [
            "Copiez-le maintenant : il ne sera plus montré",
            "Kopieer hem nu: hij wordt niet meer getoond",
            "Copy it now: it will not be shown again",
            "Jetzt kopieren: er wird nicht mehr gezeigt",
        ],
    ),
    (
        "token_new",
        [
            "Nouveau jeton",
            "Nieuwe sleutel",
            "New token",
            "Neuer Schlüssel",
        ],
    ),
    ("revoke", ["Révoquer", "Intrekken", "Revoke", "Widerrufen"]),
    (
        "erase_person",
        [
            "Effacer cette personne",
            "Deze persoon wissen",
            "Erase this person",
            "Diese Person löschen",
        ],
    ),
    (
        "erase_hint",
        [
            "Efface pour de bon la personne, ses demandes, les messages et les mails. Ce geste ne s’annule pas.",
            "Wist voorgoed de persoon, de aanvragen, de berichten en de mails. Dit kan niet ongedaan worden gemaakt.",
            "Erases the person, the enquiries, the messages and the mails for good. This cannot be undone.",
            "Löscht die Person, ihre Anfragen, die Nachrichten und die Mails endgültig. Das lässt sich nicht rückgängig machen.",
        ],
    ),
    (
        "forward",
        ["Avancer", "Naar voren", "Move forward", "Nach vorn"],
    ),
    ("choose", ["Choisir", "Kiezen", "Choose", "Wählen"]),
    ("do_it", ["Appliquer", "Toepassen", "Apply", "Anwenden"]),
    (
        "change_ticked",
        [
            "Statut des annonces cochées",
            "Status van de aangevinkte zoekertjes",
            "Status of the ticked listings",
            "Status der markierten Inserate",
        ],
    ),
    (
        "as_it_was",
        ["Telle que le", "Zoals op", "As it was on", "Wie am"],
    ),
    (
        "fact_created",
        ["créée", "aangemaakt", "created", "angelegt"],
    ),
    (
        "fact_changed",
        ["modifiée", "gewijzigd", "changed", "geändert"],
    ),
    (
        "fact_published",
        ["publiée", "gepubliceerd", "published", "veröffentlicht"],
    ),
    (
        "fact_trashed",
        ["supprimée", "verwijderd", "deleted", "gelöscht"],
    ),
    (
        "fact_restored",
        ["restaurée", "hersteld", "restored", "wiederhergestellt"],
    ),
    (
        "fact_reserved",
        ["réservée", "gereserveerd", "reserved", "reserviert"],
    ),
    ("fact_sold", ["vendue", "verkocht", "sold", "verkauft"]),
    (
        "fact_withdrawn",
        ["retirée", "ingetrokken", "withdrawn", "zurückgezogen"],
    ),
    (
        "fact_purged",
        ["effacée", "gewist", "purged", "endgültig gelöscht"],
    ),
    ("trash", ["Corbeille", "Prullenmand", "Trash", "Papierkorb"]),
    (
        "sign_in",
        ["Se connecter", "Aanmelden", "Sign in", "Anmelden"],
    ),
    (
        "sign_out",
        ["Se déconnecter", "Afmelden", "Sign out", "Abmelden"],
    ),
    (
        "password",
        ["Mot de passe", "Wachtwoord", "Password", "Passwort"],
    ),
    (
        "address",
        [
            "Adresse e-mail",
            "E-mailadres",
            "E-mail address",
            "E-Mail-Adresse",
        ],
    ),
    ("office", ["Bureau", "Kantoor", "Office", "Büro"]),
    ("save", ["Enregistrer", "Bewaren", "Save", "Speichern"]),
    ("saved", ["Enregistré", "Bewaard", "Saved", "Gespeichert"]),
    ("undo", ["Annuler", "Ongedaan maken", "Undo", "Rückgängig"]),
    (
        "undone",
        [
            "C’est annulé",
            "Ongedaan gemaakt",
            "Undone",
            "Rückgängig gemacht",
        ],
    ),
    (
        "history",
        ["Historique", "Geschiedenis", "History", "Verlauf"],
    ),
    (
        "delete",
        [
            "Mettre à la corbeille",
            "Naar de prullenmand",
            "Move to trash",
            "In den Papierkorb",
        ],
    ),
    (
        "restore",
        ["Restaurer", "Herstellen", "Restore", "Wiederherstellen"],
    ),
    ("status", ["Statut", "Status", "Status", "Status"]),
    (
        "category",
        ["Catégorie", "Categorie", "Category", "Kategorie"],
    ),
    ("answer", ["Répondre", "Antwoorden", "Answer", "Antworten"]),
    (
        "answer_hint",
        [
            "Votre réponse part par e-mail et reste dans ce fil.",
            "Uw antwoord gaat per e-mail weg en blijft in deze draad.",
            "Your answer goes by e-mail and stays in this thread.",
            "Ihre Antwort geht per E-Mail und bleibt in diesem Verlauf.",
        ],
    ),
    ("close", ["Clore", "Afsluiten", "Close", "Schließen"]),
    ("spam", ["Indésirable", "Spam", "Spam", "Spam"]),
    (
        "no_leads",
        [
            "Aucune demande pour l’instant",
            "Nog geen aanvragen",
            "No enquiries yet",
            "Noch keine Anfragen",
        ],
    ),
    (
        "no_leads_hint",
        [
            "Chaque question posée sur vos annonces arrive ici et par e-mail.",
            "Elke vraag over uw zoekertjes komt hier en per e-mail aan.",
            "Each question about your listings arrives here and by e-mail.",
            "Jede Frage zu Ihren Inseraten kommt hier und per E-Mail an.",
        ],
    ),
    ("mails", ["Courrier", "Post", "Mail", "Post"]),
    (
        "drop",
        [
            "Déposez un fichier, ou choisissez-le",
            "Sleep een bestand hierheen, of kies het",
            "Drop a file, or choose one",
            "Datei hierher ziehen oder auswählen",
        ],
    ),
    (
        "drop_hint",
        [
            "CSV, Excel, XML, JSON et leurs cousins, aussi en .zip ou .gz, jusqu’à 256 Mo. Rien n’est écrit avant votre accord.",
            "CSV, Excel, XML, JSON en verwanten, ook als .zip of .gz, tot 256 MB. Niets wordt geschreven zonder uw akkoord.",
            "CSV, Excel, XML, JSON and their kin, also as .zip or .gz, up to 256 MB. Nothing is written before you agree.",
            "CSV, Excel, XML, JSON und Verwandte, auch als .zip oder .gz, bis 256 MB. Nichts wird geschrieben, bevor Sie zustimmen.",
        ],
    ),
    ("preview", ["Aperçu", "Voorbeeld", "Preview", "Vorschau"]),
    ("apply", ["Importer", "Importeren", "Import", "Importieren"]),
    ("created", ["créées", "nieuw", "created", "neu"]),
    ("changed", ["modifiées", "gewijzigd", "changed", "geändert"]),
    (
        "unchanged",
        ["inchangées", "ongewijzigd", "unchanged", "unverändert"],
    ),
    (
        "removed",
        ["retirées", "verwijderd", "withdrawn", "zurückgezogen"],
    ),
    ("refused", ["refusées", "geweigerd", "refused", "abgelehnt"]),
    (
        "merged",
        ["fusionnées", "samengevoegd", "merged", "zusammengeführt"],
    ),
    ("column", ["Colonne", "Kolom", "Column", "Spalte"]),
    ("field", ["Champ", "Veld", "Field", "Feld"]),
    ("why", ["Pourquoi", "Waarom", "Why", "Warum"]),
    (
        "remarks",
        ["Remarques", "Opmerkingen", "Remarks", "Hinweise"],
    ),
    (
        "empty_trash",
        [
            "La corbeille est vide",
            "De prullenmand is leeg",
            "The trash is empty",
            "Der Papierkorb ist leer",
        ],
    ),
    (
        "trash_hint",
        [
            "Ce qui est supprimé reste ici huit semaines.",
            "Wat verwijderd wordt, blijft hier acht weken.",
            "What is deleted stays here for eight weeks.",
            "Gelöschtes bleibt hier acht Wochen.",
        ],
    ),
    (
        "no_listings",
        [
            "Aucune annonce",
            "Geen zoekertjes",
            "No listings",
            "Keine Inserate",
        ],
    ),
    (
        "no_listings_hint",
        [
            "Importez un fichier pour commencer : deux clics suffisent.",
            "Importeer een bestand om te beginnen: twee klikken volstaan.",
            "Import a file to begin: two clicks are enough.",
            "Importieren Sie zum Beginnen eine Datei: zwei Klicks genügen.",
        ],
    ),
    ("role", ["Rôle", "Rol", "Role", "Rolle"]),
    (
        "add_user",
        [
            "Ajouter un utilisateur",
            "Gebruiker toevoegen",
            "Add a user",
            "Benutzer hinzufügen",
        ],
    ),
    (
        "photo_add",
        [
            "Ajouter des photos",
            "Foto’s toevoegen",
            "Add photos",
            "Fotos hinzufügen",
        ],
    ),
    ("draft", ["Brouillon", "Ontwerp", "Draft", "Entwurf"]),
    ("live", ["En ligne", "Online", "Live", "Online"]),
    ("sold", ["Vendu", "Verkocht", "Sold", "Verkauft"]),
    (
        "withdrawn",
        ["Retiré", "Teruggetrokken", "Withdrawn", "Zurückgezogen"],
    ),
    ("new", ["Nouveau", "Nieuw", "New", "Neu"]),
    ("read", ["Lu", "Gelezen", "Read", "Gelesen"]),
    (
        "answered",
        ["Répondu", "Beantwoord", "Answered", "Beantwortet"],
    ),
    ("closed", ["Clos", "Afgesloten", "Closed", "Geschlossen"]),
    ("accounts", ["Comptes", "Accounts", "Accounts", "Konten"]),
    (
        "all_states",
        [
            "Tous les statuts",
            "Alle statussen",
            "All states",
            "Alle Status",
        ],
    ),
    (
        "view_on_site",
        [
            "Voir sur le site",
            "Bekijk op de site",
            "See it on the site",
            "Auf der Website ansehen",
        ],
    ),
    ("kind_import", ["importation", "import", "import", "Import"]),
    (
        "kind_edit",
        ["modification", "bewerking", "edit", "Bearbeitung"],
    ),
    ("left", ["encore", "nog", "left:", "noch"]),
    ("stop", ["Arrêter", "Stoppen", "Stop", "Anhalten"]),
    ("stopped", ["arrêtée", "gestopt", "stopped", "angehalten"]),
    (
        "trashed",
        [
            "à la corbeille",
            "naar de prullenbak",
            "to the trash",
            "in den Papierkorb",
        ],
    ),
    (
        "reverted",
        ["rétablies", "teruggezet", "put back", "zurückgesetzt"],
    ),
    (
        "restored",
        ["restaurées", "hersteld", "restored", "wiederhergestellt"],
    ),
    (
        "cut_off",
        [
            "interrompue : importez à nouveau le même fichier, elle reprendra où elle en était",
            "onderbroken: importeer hetzelfde bestand opnieuw, het gaat verder waar het stopte",
            "cut off: import the same file again, it goes on where it stopped",
            "abgebrochen: importieren Sie dieselbe Datei erneut, es geht weiter, wo es aufhörte",
        ],
    ),
    (
        "no_batches",
        [
            "Rien encore. Chaque importation apparaît ici et s’annule d’un clic.",
            "Nog niets. Elke import verschijnt hier en is met één klik terug te draaien.",
            "Nothing yet. Every import appears here and is undone with one click.",
            "Noch nichts. Jeder Import erscheint hier und lässt sich mit einem Klick zurücknehmen.",
        ],
    ),
    (
        "lost_hint",
        [
            "Cette adresse n’existe pas ou plus. Repartez de l’accueil, ou regardez ce qui vient d’arriver.",
            "Dit adres bestaat niet of niet meer. Begin opnieuw bij de startpagina, of bekijk wat net binnenkwam.",
            "This address does not exist, or no longer. Start from the home page, or look at what just came in.",
            "Diese Adresse gibt es nicht oder nicht mehr. Beginnen Sie auf der Startseite, oder sehen Sie, was neu ist.",
        ],
    ),
    (
        "unknown_place",
        [
            "Nous ne connaissons pas ce lieu :",
            "Deze plaats kennen we niet:",
            "We do not know this place:",
            "Diesen Ort kennen wir nicht:",
        ],
    ),
    (
        "meant",
        [
            "Vouliez-vous dire",
            "Bedoelde u",
            "Did you mean",
            "Meinten Sie",
        ],
    ),
    (
        "not_taken",
        [
            "Ce filtre n’a pas été compris et ne compte pas :",
            "Deze filter is niet begrepen en telt niet mee:",
            "This filter was not understood and does not count:",
            "Dieser Filter wurde nicht verstanden und zählt nicht:",
        ],
    ),
    ("remove", ["Retirer", "Verwijderen", "Remove", "Entfernen"]),
    (
        "new_listing",
        [
            "Nouvelle annonce",
            "Nieuwe aanbieding",
            "New listing",
            "Neues Inserat",
        ],
    ),
    (
        "new_listing_hint",
        [
            "Choisissez d’abord le type : la fiche qui suit demande ce qui lui convient. L’annonce reste un brouillon jusqu’à ce que vous la mettiez en ligne.",
            "Kies eerst het type: de fiche die volgt vraagt wat erbij past. De aanbieding blijft een ontwerp tot u ze online zet.",
            "Choose the kind first: the form that follows asks what fits it. The listing stays a draft until you put it online.",
            "Wählen Sie zuerst die Art: Das Formular fragt dann, was dazu passt. Das Inserat bleibt ein Entwurf, bis Sie es online stellen.",
        ],
    ),
    ("create", ["Créer", "Aanmaken", "Create", "Anlegen"]),
    ("add", ["Ajouter", "Toevoegen", "Add", "Hinzufügen"]),
    ("person_name", ["Nom", "Naam", "Name", "Name"]),
    (
        "trouble",
        [
            "Cela n’a pas marché",
            "Dat is niet gelukt",
            "That did not work",
            "Das hat nicht geklappt",
        ],
    ),
    (
        "gone_here",
        [
            "Cette page ou cette fiche n’existe pas, ou n’est pas à vous.",
            "Deze pagina of fiche bestaat niet, of is niet van u.",
            "This page or record does not exist, or is not yours.",
            "Diese Seite oder dieser Eintrag existiert nicht oder gehört Ihnen nicht.",
        ],
    ),
    ("street", ["Rue", "Straat", "Street", "Straße"]),
    ("number", ["Numéro", "Nummer", "Number", "Nummer"]),
    (
        "postcode",
        ["Code postal", "Postcode", "Postcode", "Postleitzahl"],
    ),
    ("town", ["Ville", "Plaats", "Town", "Ort"]),
    (
        "country",
        [
            "Pays (BE, FR…)",
            "Land (BE, NL…)",
            "Country (GB, BE…)",
            "Land (DE, BE…)",
        ],
    ),
    (
        "role_operator",
        ["opérateur", "operator", "operator", "Betreiber"],
    ),
    (
        "role_manager",
        ["responsable", "beheerder", "manager", "Leitung"],
    ),
    ("role_agent", ["agent", "medewerker", "agent", "Mitarbeit"]),
    (
        "role_reader",
        ["lecture seule", "alleen lezen", "read-only", "nur lesen"],
    ),
    ("mail_sent", ["envoyé", "verzonden", "sent", "gesendet"]),
    (
        "mail_failed",
        ["échoué", "mislukt", "failed", "gescheitert"],
    ),
    ("mail_due", ["en attente", "wacht", "waiting", "wartet"]),
    (
        "mail_kept",
        [
            "conservé (pas de relais)",
            "bewaard (geen relay)",
            "kept (no relay)",
            "aufbewahrt (kein Relay)",
        ],
    ),
];

/// A word of the screens.
pub fn say(language: Language, key: &str) -> &'static str {
    // A page says thirty of them.
    static BY_KEY: LazyLock<HashMap<&str, &[&str; 4]>> =
        LazyLock::new(|| WORDS.iter().map(|(key, words)| (*key, words)).collect());
    let said = BY_KEY.get(key);
    debug_assert!(said.is_some(), "no word {key}");
    said.map_or("", |words| words[language as usize])
}

/// A whole number with its groups of three, as the language writes them.
pub fn grouped(number: i64, language: Language) -> String {
    let gap = match language {
        // A narrow blank is lost behind some digits of our font.
        Language::Fr => "\u{a0}",
        Language::En => ",",
        Language::Nl | Language::De => ".",
    };
    let digits = number.unsigned_abs().to_string();
    let mut written = String::with_capacity(digits.len() + 6);
    if number < 0 {
        written.push('−');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            written.push_str(gap);
        }
        written.push(digit);
    }
    written
}

pub fn decimal(number: Decimal, language: Language) -> String {
    let whole = grouped(number.0 / 1000, language);
    let rest = number.0.unsigned_abs() % 1000;
    if rest == 0 {
        return whole;
    }
    let mark = if language == Language::En { '.' } else { ',' };
    let tail = format!("{rest:03}");
    format!("{whole}{mark}{}", tail.trim_end_matches('0'))
}

/// The sign of a currency, or its code.
pub fn currency_sign(code: &str) -> &str {
    match code {
        "EUR" => "€",
        "GBP" => "£",
        "USD" => "$",
        other => other,
    }
}

/// `250 000 €`, `€ 250.000`, `€250,000`, `250.000 €`.
pub fn money(money: &Money, language: Language) -> String {
    let (major, minor) = (money.minor / 100, money.minor % 100);
    let mark = if language == Language::En { '.' } else { ',' };
    let amount = match minor {
        0 => grouped(major, language),
        minor => format!("{}{mark}{minor:02}", grouped(major, language)),
    };
    let sign = currency_sign(&money.currency);
    match language {
        Language::Fr | Language::De => format!("{amount}\u{a0}{sign}"),
        Language::Nl => format!("{sign}\u{a0}{amount}"),
        Language::En => format!("{sign}{amount}"),
    }
}

pub const fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::SquareMetre => "m²",
        Unit::Metre => "m",
        Unit::Kilometre => "km",
        Unit::Kilowatt => "kW",
        Unit::Horsepower => "ch/PS",
        Unit::Percent => "%",
        Unit::CubicCentimetre => "cm³",
        Unit::Litre => "l",
        Unit::LitrePer100Km => "l/100 km",
        Unit::KilowattHour => "kWh",
        Unit::KilowattHourPerSquareMetreYear => "kWh/m²",
        Unit::KilogramCo2PerSquareMetreYear => "kg CO₂/m²",
        Unit::GramPerKm => "g/km",
        Unit::Kilogram => "kg",
        Unit::Millimetre => "mm",
        Unit::Centimetre => "cm",
        Unit::Second => "s",
        Unit::KilometrePerHour => "km/h",
        Unit::Newtonmetre => "Nm",
        Unit::Month => "",
        Unit::Day => "",
        Unit::Minute => "min",
        Unit::Degree => "°",
        Unit::Volt => "V",
        Unit::Mile => "mi",
    }
}

/// As it stands behind a number: some units are words of a language.
pub const fn unit_in(own: Unit, language: Language) -> &'static str {
    let words = match own {
        Unit::Horsepower => ["ch", "pk", "hp", "PS"],
        Unit::Month => ["mois", "maanden", "months", "Monate"],
        Unit::Day => ["jours", "dagen", "days", "Tage"],
        own => return unit(own),
    };
    words[language as usize]
}

/// A value as a person reads it; None for what is no short fact.
pub fn value(field: &Field, value: &Value, language: Language) -> Option<String> {
    let with_unit = |number: String| match field.unit.map(|own| unit_in(own, language)) {
        Some(unit) if !unit.is_empty() => format!("{number}\u{a0}{unit}"),
        _ => number,
    };
    let choice = |key: &str| match field.choice(key) {
        Some(choice) => choice.label.get(language).to_owned(),
        None => key.to_owned(),
    };
    Some(match value {
        Value::Boolean(flag) => say(language, if *flag { "yes" } else { "no" }).to_owned(),
        Value::Integer(number) if matches!(field.kind, Kind::Year) => number.to_string(),
        Value::Integer(number) => with_unit(grouped(*number, language)),
        Value::Decimal(number) => with_unit(decimal(*number, language)),
        Value::Money(amount) => money(amount, language),
        Value::Date(date) if date.day == 0 => format!("{:02}/{}", date.month, date.year),
        Value::Date(date) => match language {
            Language::En => format!("{:02}/{:02}/{}", date.day, date.month, date.year),
            Language::De => format!("{:02}.{:02}.{}", date.day, date.month, date.year),
            _ => format!("{:02}/{:02}/{}", date.day, date.month, date.year),
        },
        Value::OneOf(key) => choice(key),
        Value::ManyOf(keys) => keys
            .iter()
            .map(|k| choice(k))
            .collect::<Vec<_>>()
            .join(" · "),
        Value::Text(text) if text.len() <= 300 => text.clone(),
        _ => return None,
    })
}

/// A text as a part of an address.
pub fn slug(text: &str) -> String {
    let mut slug = dictionary::fold(text).replace(' ', "-");
    slug.truncate(slug.char_indices().nth(70).map_or(slug.len(), |(at, _)| at));
    slug.chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect()
}
