//! The shapes of all bodies and answers, as JSON Schema. The tests hold real answers against them.

mod duplicates;
mod migrations;
mod shape;

use serde_json::{Map, Value, json};

use self::shape::{
    Members, any_object, count, id, instant, list, listed, map, object, of, or_null, text, words,
    yes,
};
use super::openapi::reference;
use super::params::{LANGUAGES, LEAD_STATES, LEVELS, ROLES, STATUSES};

pub fn all() -> Value {
    let mut all = Map::new();
    let rooms = [
        deployment(),
        listings(),
        bodies(),
        batches(),
        feeds(),
        sources(),
        people(),
        migrations::shapes(),
        duplicates::shapes(),
    ];
    for (name, schema) in rooms.into_iter().flatten() {
        all.insert(name.to_owned(), schema);
    }
    all.into()
}

#[rustfmt::skip]
fn sources() -> Members {
    const WAYS: &[&str] = &["hand", "ftp", "sftp", "mail", "folder", "url", "imap"];
    const LAST_WORDS: &[&str] = &["office", "file"];
    const REMOVALS: &[&str] = &["absence", "twice", "status", "never"];
    const KEYS: &[&str] = &["mapping", "reference", "vin", "plate", "portal", "facts"];
    let last_word = || words(LAST_WORDS, "Whose value stays where a person has edited what the file says too; `office` until the person empties the field");
    let removal = || words(REMOVALS, "When a listing is withdrawn: one file, or two in a row, do not name it; a file's column of states says so; or only a person does it");
    let key_by = || words(KEYS, "By what a row is known again; `mapping` is what its mapping found, `facts` what the thing is");
    let photos_change = || yes("Pictures change under their addresses: they are asked for with every delivery, on the condition that they changed");
    let times = || text("`03:30` or `03:30 13:00`, in the zone");
    let move_to = || text("The folder that a mailbox's mails are moved to once they are taken; empty marks them as seen. None is ever deleted");
    let keys = || text("OpenSSH public keys, Ed25519 or ECDSA, that the SFTP user may come with, one a line");
    let password = || text("Of a mailbox, or of a web address that names its user; kept sealed and never told again");
    let zone = || text("An IANA time zone; the country's when it is not given");
    let quiet = || count("Write to the account after so many hours without a file; 0 for never");
    vec![
        ("Source", object("A way by which files come in", vec![
            ("id", id("src")), ("account", id("acc")), ("name", text("Of the feed that its files are deliveries of")), ("way", words(WAYS, "")),
            ("address", text("Where it is fetched, without password")), ("login", or_null(text("The FTP or SFTP user, or what stands before the @"))),
            ("move_to", move_to()), ("public_keys", keys()),
            ("times", times()), ("zone", zone()), ("category", text("For rows that name none")), ("partial", yes("Its files hold only changes")),
            ("last_word", last_word()), ("removal", removal()), ("key_by", key_by()), ("photos_change", photos_change()),
            ("quiet_hours", quiet()), ("active", yes("")), ("next_at", or_null(instant("When it is fetched next"))), ("arrived_at", instant("When the last file came, or the source was made")),
            ("alerted_at", or_null(instant("When somebody was told of silence"))), ("failures", count("Fetches in a row that went wrong")), ("said", text("What went wrong last")),
        ])),
        ("Sources", listed("sources", "Source")),
        ("NewSource", object("A source to add", vec![
            ("name", text("1 to 60 letters, digits or hyphens")), ("way", words(&WAYS[1..], "")), ("address?", text("For `url`, and for `imap` as `imaps://user@host/Folder`; a password may stand in it")), ("password?", password()), ("move_to?", move_to()), ("public_keys?", keys()), ("times?", times()), ("zone?", zone()),
            ("category?", text("")), ("partial?", yes("")), ("last_word?", last_word()), ("removal?", removal()), ("key_by?", key_by()), ("photos_change?", photos_change()), ("quiet_hours?", quiet()),
        ])),
        ("MadeSource", object("A source and the password of its FTP or SFTP user", vec![
            ("source", reference("Source")), ("password", or_null(text("Told once; null when there is none, or when the request is repeated with its Idempotency-Key"))),
        ])),
        ("SourceEdit", object("What is not given stays", vec![
            ("address?", text("Another server or user wants the password again")), ("password?", password()), ("move_to?", move_to()), ("public_keys?", keys()), ("times?", times()), ("zone?", zone()), ("category?", text("")), ("partial?", yes("")), ("last_word?", last_word()), ("removal?", removal()), ("key_by?", key_by()), ("photos_change?", photos_change()), ("quiet_hours?", quiet()), ("active?", yes("false suspends it")),
        ])),
        ("RemovedSource", object("Gone", vec![("removed", id("src"))])),
        ("Arrival", object("A file that came", vec![
            ("id", id("arr")), ("account", id("acc")), ("source", id("src")), ("name", text("As its sender called it")), ("hash", text("BLAKE3 of the file, in hexadecimal")), ("bytes", count("")),
            ("state", words(&["waiting", "imported", "unchanged", "asked", "refused"], "`asked` waits for a person")), ("clearance", yes("A person said yes to what was held back")),
            ("partial", yes("It holds only some of its feed")), ("raw_gone", yes("The raw file is no longer kept")),
            ("batch", or_null(id("bat"))), ("report", any_object("A Report with its first remarks; empty before it was worked")),
            ("photos", object("The photos that it named by address", vec![("waiting", count("")), ("fetched", count("")), ("failed", count(""))])), ("at", instant("")), ("done_at", or_null(instant(""))),
        ])),
        ("Arrivals", listed("arrivals", "Arrival")),
        ("Again", object("How to work a file again", vec![("clearance?", yes("Withdraw what a shrunken file no longer names"))])),
    ]
}

#[rustfmt::skip]
fn deployment() -> Members {
    let profile = || any_object("Address, phone, mail, web site and logo as the public sees them");
    vec![
        ("Problem", object("What is wrong (RFC 9457)", vec![
            ("type", text("A URN of the code")), ("code", text("Stable, for programs")), ("title", text("Of the status")),
            ("status", count("The HTTP status")), ("detail", text("What, where, why and what to do, in the reader's language")),
            ("fields?", list(object("A field, column or parameter that is wrong", vec![
                ("field", text("Its name")), ("code", text("Stable, for programs")), ("detail", text("In the reader's language")),
            ]))),
        ])),
        ("Document", any_object("An OpenAPI 3.1 document")),
        ("Health", object("This node", vec![("status", words(&["ok"], "")), ("listings", count("Public ones"))])),
        ("Account", object("A tenant", vec![
            ("id", id("acc")), ("slug", text("In addresses and on the command line")), ("name", text("As people know it")),
            ("vertical", text("Its trade")), ("country", text("ISO 3166-1 alpha-2")),
            ("language", words(LANGUAGES, "Of its mails, and of its office unless a user chose another")),
            ("profile", profile()), ("created_at", instant("")),
        ])),
        ("Accounts", listed("accounts", "Account")),
        ("NewAccount", object("An account to open", vec![
            ("slug", text("a–z, 0–9 and dashes, 60 at most")), ("name?", text("The slug, when it is not given")), ("vertical", text("The key of a vertical")),
            ("country?", text("ISO 3166-1 alpha-2; BE when it is not given")), ("language?", words(LANGUAGES, "fr when it is not given")), ("profile?", profile()),
        ])),
        ("AccountEdit", object("What is not given stays", vec![("name?", text("1 to 200 characters")), ("profile?", profile())])),
        ("Mail", object("A mail that went out or is kept", vec![
            ("id", id("mail")), ("recipient", text("")), ("subject", text("")), ("body", text("Plain text")),
            ("state", text("`due`, `sent`, `failed`, or `kept` while there is no relay")), ("at", instant("")),
        ])),
        ("Mails", listed("mails", "Mail")),
        ("Entry", object("A row of the journal", vec![
            ("seq", text("Its place; give it as `since` to read on")), ("at", instant("")), ("actor", text("Who: an id, or a part of the house")),
            ("via", text("Through which door")), ("batch", or_null(id("bat"))), ("entity", text("Of what kind it is")), ("id", text("Its UUID")),
            ("fact", text("What happened, such as `listing.created`")), ("before", or_null(any_object("The changed fields before"))), ("after", or_null(any_object("The changed fields after"))),
        ])),
        ("Entries", listed("entries", "Entry")),
    ]
}

fn listing_members() -> Members {
    vec![
        ("id", id("lst")),
        ("account", id("acc")),
        ("vertical", text("The key of its trade")),
        ("category", text("The key of its category")),
        ("status", words(STATUSES, "")),
        ("parent", or_null(id("lst"))),
        (
            "level",
            or_null(words(LEVELS, "Of a new-build project and what is in it")),
        ),
        ("reference", text("The account's own number")),
        ("values", reference("Values")),
        ("photos", list(reference("Photo"))),
        ("version", count("Counts the changes, from 1")),
        ("created_at", instant("")),
        ("updated_at", instant("")),
    ]
}

fn with(mut members: Members, more: Members) -> Members {
    members.extend(more);
    members
}

#[rustfmt::skip]
fn listings() -> Members {
    let batch = || ("batch", or_null(id("bat")));
    vec![
        ("Values", any_object("By the keys of the vertical's fields; `entremise dictionary show` lists them. Money is {minor, currency}, texts are by language code, places are {country, postcode, town, street, number, lat, lon}")),
        ("Photo", object("A picture: an object of ours, or an address elsewhere", vec![
            ("object?", text("blake3 of the original; `/media/OBJECT/960.webp` shows it")), ("url?", text("Where it came from")),
            ("caption?", map("By language code", json!({ "type": "string" }))), ("width", count("Pixels; 0 while unknown")), ("height", count("Pixels; 0 while unknown")),
        ])),
        ("Listing", object("Something offered", listing_members())),
        ("EditedListing", object("A listing after an edit, and the batch that undoes it; none when nothing changed", with(listing_members(), vec![batch()]))),
        ("FoundListing", object("A listing that a search found", with(listing_members(), vec![("distance_km?", of("number", "From where it was searched near"))]))),
        ("Found", object("A page of a search", vec![
            ("total", count("In all")), ("facets", map("How many for each choice of each field", map("", json!({ "type": "integer" })))),
            ("listings", list(reference("FoundListing"))), ("cursor", or_null(text("For the next page"))),
        ])),
        ("Listings", object("A page of the account's listings", vec![
            ("total", count("In all")), ("listings", list(reference("Listing"))), ("cursor", or_null(text("For the next page"))),
        ])),
        ("Trashed", object("What went to the trash", vec![("trashed", id("lst")), ("batch", id("bat"))])),
        ("Trash", object("The trash", vec![("trash", list(object("A listing in it", vec![
            ("id", id("lst")), ("account", id("acc")), ("title", text("")), ("actor", text("Who threw it away")),
            ("trashed_at", instant("")), ("purge_at", instant("When it ends")),
        ])))])),
        ("Restated", object("What a change of many did", vec![("changed", count("Those that had another status")), batch()])),
    ]
}

#[rustfmt::skip]
fn bodies() -> Members {
    let edited = || vec![
        ("category?", text("The key of a category")), ("status?", words(STATUSES, "draft when it is not given")),
        ("reference?", text("The account's own number")), ("values?", reference("Values")), ("photos?", list(reference("NewPhoto"))),
    ];
    vec![
        ("NewPhoto", object("A picture", vec![
            ("object?", text("One that we hold")), ("url?", text("Where it is")), ("caption?", map("By language code", json!({ "type": "string" }))),
            ("width?", count("Pixels")), ("height?", count("Pixels")),
        ])),
        ("NewListing", object("A listing to create", with(edited(), vec![
            ("parent?", id("lst")), ("level?", words(LEVELS, "")),
        ]))),
        ("ListingEdit", object("What is not given stays; null empties a field", with(edited(), vec![
            ("version?", count("Refuses when the listing has another version by now")),
        ]))),
        ("Restatement", object("Listings and the status they get", vec![("ids", list(id("lst"))), ("status", words(STATUSES, ""))])),
        ("PhotoOrder", object("Each place of now, once, in the order wished for", vec![
            ("order", list(count("A place, from 0"))), ("version?", count("Refuses when the listing has another version by now")),
        ])),
        ("SignIn", object("Who signs in", vec![("email", text("")), ("password", text(""))])),
        ("NewUser", object("A user to add", vec![
            ("email", text("To sign in with")), ("name?", text("")), ("role?", words(ROLES, "read-only when it is not given")), ("password", text("10 characters or more")),
        ])),
        ("UserEdit", object("A user's role", vec![("role", words(ROLES, ""))])),
        ("Password", object("A password", vec![("password", text("10 characters or more"))])),
        ("NewToken", object("A token to make", vec![("name?", text("What it is for")), ("role?", words(ROLES, "read-only when it is not given"))])),
        ("LeadAnswer", object("An answer", vec![("text", text("1 to 20,000 characters"))])),
        ("LeadMark", object("A state", vec![("state", words(LEAD_STATES, ""))])),
    ]
}

#[rustfmt::skip]
fn batches() -> Members {
    vec![
        ("Batch", object("The changes that one act made: the unit of undo", vec![
            ("id", id("bat")), ("account", id("acc")), ("kind", text("`import`, `migration`, `edit`, `undo`, `demo`")), ("label", text("Such as the file's name")),
            ("actor", text("Who")), ("state", words(&["running", "applied", "cancelled", "undone"], "")),
            ("counts", map("How many of what; `rows` and `of` while it runs", json!({ "type": "integer" }))),
            ("started_at", instant("")), ("finished_at", or_null(instant(""))),
        ])),
        ("Batches", listed("batches", "Batch")),
        ("BatchPhotos", object("The photos of the listings whose photos an import set last", vec![
            ("batch", id("bat")), ("waiting", count("Still to be fetched")), ("fetched", count("Here")), ("failed", count("Asked for often enough; tried again each night")),
            ("failures", list(reference("PhotoFailure"))),
        ])),
        ("PhotoFailure", object("An address that gave no picture", vec![
            ("listing", id("lst")), ("batch", id("bat")), ("row", count("Of the file, from 1")), ("line", count("Of the file, from 1")), ("url", text("Without user and password")),
            ("code", text("For programs: `photo_status`, `photo_no_picture`, …")), ("message", text("Why, and what to do: in the language of the account")), ("at", instant("")), ("again_at", or_null(instant("When it is asked next"))),
        ])),
        ("AskedPhotos", object("Taken", vec![("batch", id("bat")), ("listings", count("Whose photos are asked for now"))])),
        ("StoppedBatch", object("A batch that was told to stop", vec![("batch", reference("Batch"))])),
        ("Undoing", object("What undoing does", vec![
            ("batch", id("bat")), ("trashed", count("Listings that the batch made")), ("reverted", count("Listings whose fields go back")), ("restored", count("Listings that come back")),
            ("beyond?", json!({ "type": "object", "description": "What else goes or comes back, by its kind: `persons`, `parties`, `documents`, `notes`", "additionalProperties": { "type": "integer" } })),
            ("changed_since", list(object("What somebody changed since, and what therefore stays", vec![
                ("listing", id("lst")), ("title", text("")), ("fields", list(json!({ "type": "string" }))),
            ]))),
        ])),
    ]
}

#[rustfmt::skip]
fn candidates() -> Value {
    list(object("What a column may be", vec![("field", text("")), ("confidence", of("number", "From 0 to 1"))]))
}

fn feeds() -> Members {
    let column = |optional: bool| {
        let name =
            |name: &'static str, may_miss: &'static str| if optional { may_miss } else { name };
        object(
            "A column and where it goes",
            vec![
                ("column", text("Its name in the file")),
                (
                    name("field", "field?"),
                    or_null(text(
                        "A field, `category`, `status`, `photos`, `currency`, `place.town` …; null takes nothing from it",
                    )),
                ),
                ("confidence", of("number", "From 0 to 1")),
                ("reason", text("Why")),
            ],
        )
    };
    let mapped = |mut column: Value| {
        let set = &mut column["properties"];
        set["comma_decimal"] = yes("Whether 1,5 is one and a half");
        set["month_first"] = yes("Whether 04/05 is the fifth of April");
        set["unit"] = or_null(text(
            "What bare numbers count: mi, km, kw, hp, l, cc, cents, thousand, sqft, ha, or a currency",
        ));
        set["values"] = json!({ "type": "object", "additionalProperties": { "type": "string" }, "description": "Words of the file and the choices they mean; an empty one means nothing" });
        set["candidates"] = candidates();
        set["reason"] = object(
            "Why",
            vec![
                ("code", text("For programs")),
                ("about?", list(text("What its sentence is about"))),
            ],
        );
        column
    };
    let told = |mut column: Value| {
        let set = &mut column["properties"];
        set["state"] = json!({ "type": "string", "enum": ["taken", "asked", "kept", "left_out"], "description": "What becomes of it; kept: its cells are raw attributes of the listings" });
        set["code"] = text("Why, for programs");
        set["kept"] = count("Cells that were kept raw");
        set["candidates"] = candidates();
        column
    };
    vec![
        (
            "Mapping",
            object(
                "What makes listings of records",
                vec![
                    ("columns", list(mapped(column(true)))),
                    (
                        "key?",
                        or_null(text(
                            "The field that tells rows apart; null takes the whole row",
                        )),
                    ),
                    ("category?", or_null(text("For rows that name none"))),
                    (
                        "constants?",
                        json!({ "type": "object", "additionalProperties": { "type": "string" }, "description": "What every row means without saying it: `currency`" }),
                    ),
                    ("layout?", or_null(text("The known layout it was made by"))),
                ],
            ),
        ),
        (
            "Feed",
            object(
                "What an account's files come from",
                vec![
                    ("feed", text("Its name")),
                    ("rows", count("That it has brought and answers for")),
                    ("mapping", or_null(reference("Mapping"))),
                    ("updated_at", or_null(instant("Of the mapping"))),
                ],
            ),
        ),
        ("Feeds", listed("feeds", "Feed")),
        (
            "Report",
            object(
                "What became of a file",
                vec![
                    ("batch", or_null(id("bat"))),
                    ("format", text("")),
                    ("encoding", text("")),
                    ("rows", count("")),
                    ("created", count("")),
                    ("changed", count("")),
                    ("unchanged", count("")),
                    ("merged", count("Rows that repeat a key of the same file")),
                    (
                        "removed",
                        count("Listings withdrawn, because the feed no longer holds them"),
                    ),
                    ("refused", count("")),
                    ("seconds", of("number", "")),
                    ("mapping", list(told(column(false)))),
                    (
                        "problems",
                        list(object(
                            "A remark on a row",
                            vec![
                                ("row", count("From 1; 0 is the whole file")),
                                ("line", count("")),
                                ("column", text("")),
                                ("code", text("Stable, for programs")),
                                ("message", text("")),
                                ("refused", yes("Whether the row was left out for it")),
                            ],
                        )),
                    ),
                    ("problems_total", count("The first 1,000 are told")),
                    (
                        "problem_kinds",
                        list(object(
                            "Problems of one kind",
                            vec![
                                ("code", text("")),
                                ("column", text("")),
                                ("count", count("How many")),
                                ("refused", yes("Whether rows were left out for it")),
                                ("rows", list(count("The first of them"))),
                                ("message", text("What was said of the first")),
                            ],
                        )),
                    ),
                    ("feed", text("The feed that it is a delivery of")),
                    ("layout?", text("The known layout that the file has")),
                    (
                        "kept_raw",
                        count("Cells that no field holds, kept with their listings"),
                    ),
                    (
                        "unknown",
                        list(object(
                            "A word that no choice is called by",
                            vec![
                                ("column", text("")),
                                ("field", text("")),
                                ("value", text("As the file writes it")),
                                ("count", count("How often")),
                                ("proposal", or_null(text("The choice it is most like"))),
                                ("confidence", of("number", "From 0 to 1")),
                            ],
                        )),
                    ),
                ],
            ),
        ),
        (
            "Preview",
            object(
                "What a file would become, by its first rows",
                vec![
                    (
                        "feed",
                        text(
                            "The name of the feed that it is a delivery of; its mapping may be put before it is imported",
                        ),
                    ),
                    ("report", reference("Report")),
                    ("mapping", reference("Mapping")),
                    ("columns", list(json!({ "type": "string" }))),
                    ("sample", list(list(json!({ "type": "string" })))),
                ],
            ),
        ),
    ]
}

#[rustfmt::skip]
fn people() -> Members {
    vec![
        ("User", object("Somebody who signs in", vec![
            ("id", id("usr")), ("account", or_null(id("acc"))), ("email", text("")), ("name", text("")),
            ("role", words(&["operator", "manager", "agent", "read-only"], "")), ("language", text("")), ("created_at", instant("")),
        ])),
        ("Users", listed("users", "User")),
        ("MadeUser", object("A user", vec![("user", reference("User"))])),
        ("Removed", object("Who was removed", vec![("removed", id("usr"))])),
        ("SignedIn", object("Who is signed in now", vec![("user", reference("User"))])),
        ("SignedOut", object("Nobody any more", vec![("signed_out", yes(""))])),
        ("Me", object("Who asks", vec![
            ("user", or_null(reference("User"))), ("account", or_null(reference("Account"))), ("role", text("")),
        ])),
        ("Token", object("A program's token", vec![
            ("id", id("tok")), ("account", id("acc")), ("name", text("")), ("role", words(ROLES, "")), ("hint", text("How its secret begins")), ("created_at", instant("")),
        ])),
        ("Tokens", listed("tokens", "Token")),
        ("MadeToken", object("A token and its secret", vec![
            ("token", reference("Token")), ("secret", or_null(text("Told once: null when the request is repeated with its Idempotency-Key"))),
        ])),
        ("Revoked", object("What was revoked", vec![("revoked", id("tok"))])),
        ("Person", object("Somebody we know", vec![
            ("id", id("per")), ("account", id("acc")), ("email", text("")), ("name", text("")), ("phone", text("")), ("language", text("")), ("created_at", instant("")),
            ("given_name?", text("")), ("family_name?", text("")), ("company?", text("")), ("kind?", text("`owner`, `buyer`, `tenant`, `seeker` …, or the word of the system he came from")),
            ("street?", text("With its number")), ("postcode?", text("")), ("town?", text("")), ("country?", text("")), ("reference?", text("His number in the system he came from")),
            ("details?", json!({ "type": "object", "description": "What no other member holds, by the columns it came in", "additionalProperties": { "type": "string" } })),
        ])),
        ("Lead", object("An enquiry delivered to an account", vec![
            ("id", id("lead")), ("account", id("acc")), ("person", id("per")), ("listing", or_null(id("lst"))), ("subject", text("")), ("state", words(LEAD_STATES, "")),
            ("reason", text("Why it was given to this account")), ("site", text("")), ("language", text("")), ("created_at", instant("")), ("updated_at", instant("")),
        ])),
        ("Leads", listed("leads", "Lead")),
        ("Message", object("What was said", vec![
            ("id", id("msg")), ("inward", yes("From the person, not to him")), ("author", text("")), ("body", text("")), ("at", instant("")),
        ])),
        ("Thread", object("A lead with all that was said", vec![
            ("lead", reference("Lead")), ("person", reference("Person")), ("messages", list(reference("Message"))), ("mails", list(reference("Mail"))),
        ])),
        ("Erased", object("Who was erased", vec![("erased", id("per"))])),
    ]
}
