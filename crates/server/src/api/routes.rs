//! The table of routes: what each asks of its caller, takes and gives.

use store::Right;

use super::params::{self as p, Param, limit};

/// What a route asks of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    Nothing,
    Right(Right),
}

/// What stands in the body of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    Nothing,
    /// JSON of a shape in `components/schemas`.
    Json(&'static str),
    /// A file of listings, as it is.
    File,
    /// One picture, as it is.
    Picture,
}

/// What stands in the body of a good answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    Json(&'static str),
    Text(&'static [&'static str]),
}

#[derive(Clone, Copy, Debug)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    /// `<verb>_<resource>`.
    pub operation: &'static str,
    pub summary: &'static str,
    pub needs: Needs,
    /// Parameters of the address behind the question mark.
    pub query: &'static [Param],
    /// It takes the fields of the vertical as filters, too.
    pub has_filters: bool,
    pub takes: Takes,
    pub status: u16,
    pub gives: Gives,
}

const fn route(
    method: &'static str,
    path: &'static str,
    operation: &'static str,
    needs: Needs,
    summary: &'static str,
) -> Route {
    Route {
        method,
        path,
        operation,
        summary,
        needs,
        query: &[],
        has_filters: false,
        takes: Takes::Nothing,
        status: 200,
        gives: Gives::Json(""),
    }
}

impl Route {
    const fn asks(mut self, query: &'static [Param]) -> Route {
        self.query = query;
        self
    }

    const fn filtered(mut self) -> Route {
        self.has_filters = true;
        self
    }

    const fn takes(mut self, takes: Takes) -> Route {
        self.takes = takes;
        self
    }

    const fn gives(mut self, schema: &'static str) -> Route {
        self.gives = Gives::Json(schema);
        self
    }

    const fn makes(mut self, schema: &'static str) -> Route {
        self.status = 201;
        self.gives(schema)
    }

    /// Done later; the answer says what was taken.
    const fn accepts(mut self, schema: &'static str) -> Route {
        self.status = 202;
        self.gives(schema)
    }

    const fn tells(mut self, media_types: &'static [&'static str]) -> Route {
        self.gives = Gives::Text(media_types);
        self
    }

    pub fn writes(&self) -> bool {
        self.method != "GET"
    }

    /// Whether the same request with the same `Idempotency-Key` is answered once.
    pub fn keeps_keys(&self) -> bool {
        self.writes() && self.needs != Needs::Nothing && self.operation != "sign_out"
    }

    /// How many bytes a request may bring.
    pub fn bytes_max(&self) -> usize {
        match self.takes {
            Takes::Nothing | Takes::Json(_) if self.needs == Needs::Nothing => 128 << 10,
            Takes::Nothing | Takes::Json(_) => 4 << 20,
            Takes::Picture => 40 << 20,
            Takes::File => crate::router::BODY_BYTES_MAX,
        }
    }
}

const READ: Needs = Needs::Right(Right::Read);
const WRITE: Needs = Needs::Right(Right::Write);
const MANAGE: Needs = Needs::Right(Right::Manage);
const OPERATE: Needs = Needs::Right(Right::Operate);
const OPEN: Needs = Needs::Nothing;
const ITS_ACCOUNT: &[Param] = &[p::ACCOUNT];
const LISTED: &[Param] = &[p::ACCOUNT, limit(50, 500)];
const OF_A_FILE: &[Param] = &[p::ACCOUNT, p::NAME, p::CATEGORY, p::FEED, p::PARTIAL];
const PROMETHEUS: &[&str] = &["text/plain; version=0.0.4"];
const FEED_TYPES: &[&str] = &["application/xml", "text/csv"];

#[rustfmt::skip]
pub const ROUTES: &[Route] = &[
    route("GET", "/healthz", "health", OPEN, "Whether this node answers and its database too").gives("Health"),
    route("GET", "/metrics", "metrics", OPEN, "Figures for Prometheus; told to the deployment's own network").tells(PROMETHEUS),
    route("GET", "/api/v1/openapi.json", "openapi", OPEN, "This document").gives("Document"),
    route("GET", "/api/v1/listings", "search_listings", OPEN, "Search public listings, with facets; every searched field of the vertical is a filter, `FIELD_min` and `FIELD_max` of numbers").asks(p::SEARCH).filtered().gives("Found"),
    route("GET", "/api/v1/listings/{id}", "read_listing", OPEN, "One public listing").gives("Listing"),
    route("GET", "/feeds/{portal}/{account}", "read_feed", OPEN, "The feed of an account for a portal").tells(FEED_TYPES),

    route("POST", "/api/v1/session", "sign_in", OPEN, "Sign in; sets the session cookie").takes(Takes::Json("SignIn")).gives("SignedIn"),
    route("DELETE", "/api/v1/session", "sign_out", READ, "Sign out").gives("SignedOut"),
    route("GET", "/api/v1/me", "read_me", READ, "Who asks, with what role, in which account").asks(ITS_ACCOUNT).gives("Me"),
    route("GET", "/api/v1/account", "read_account", READ, "The account itself").asks(ITS_ACCOUNT).gives("Account"),
    route("PATCH", "/api/v1/account", "edit_account", MANAGE, "Change what the public sees of the account").asks(ITS_ACCOUNT).takes(Takes::Json("AccountEdit")).gives("Account"),
    route("GET", "/api/v1/accounts", "list_accounts", OPERATE, "All accounts, by slug").gives("Accounts"),
    route("POST", "/api/v1/accounts", "add_account", OPERATE, "Open an account").takes(Takes::Json("NewAccount")).makes("Account"),
    route("GET", "/api/v1/users", "list_users", MANAGE, "The users of the account").asks(ITS_ACCOUNT).gives("Users"),
    route("POST", "/api/v1/users", "add_user", MANAGE, "Add a user").asks(ITS_ACCOUNT).takes(Takes::Json("NewUser")).makes("MadeUser"),
    route("PATCH", "/api/v1/users/{id}", "edit_user", MANAGE, "Give a user another role; his sessions end").takes(Takes::Json("UserEdit")).gives("MadeUser"),
    route("PUT", "/api/v1/users/{id}/password", "reset_password", MANAGE, "Give a user another password; his sessions end").takes(Takes::Json("Password")).gives("MadeUser"),
    route("DELETE", "/api/v1/users/{id}", "remove_user", MANAGE, "Remove a user").gives("Removed"),
    route("GET", "/api/v1/tokens", "list_tokens", MANAGE, "The tokens of the account's programs, without their secrets").asks(ITS_ACCOUNT).gives("Tokens"),
    route("POST", "/api/v1/tokens", "add_token", MANAGE, "Make a token; its secret is told in this answer and never again").asks(ITS_ACCOUNT).takes(Takes::Json("NewToken")).makes("MadeToken"),
    route("DELETE", "/api/v1/tokens/{id}", "revoke_token", MANAGE, "Revoke a token").gives("Revoked"),

    route("GET", "/api/v1/account/listings", "list_own_listings", READ, "The account's listings, last changed first").asks(&[p::ACCOUNT, p::STATUS, p::CATEGORY, p::WORDS, limit(50, 200), p::CURSOR]).gives("Listings"),
    route("POST", "/api/v1/account/listings", "create_listing", WRITE, "Create a listing").asks(ITS_ACCOUNT).takes(Takes::Json("NewListing")).makes("Listing"),
    route("POST", "/api/v1/account/listings/status", "restate_listings", WRITE, "Give up to 500 listings another status, as one batch").asks(ITS_ACCOUNT).takes(Takes::Json("Restatement")).gives("Restated"),
    route("GET", "/api/v1/account/listings/{id}", "read_own_listing", READ, "A listing, or as it was at a date").asks(&[p::AS_OF]).gives("Listing"),
    route("PATCH", "/api/v1/account/listings/{id}", "edit_listing", WRITE, "Change fields, status, category; null empties a field").takes(Takes::Json("ListingEdit")).gives("EditedListing"),
    route("DELETE", "/api/v1/account/listings/{id}", "trash_listing", WRITE, "Move a listing to the trash").gives("Trashed"),
    route("GET", "/api/v1/account/listings/{id}/history", "listing_history", READ, "What happened to a listing, even one in the trash").gives("Entries"),
    route("POST", "/api/v1/account/listings/{id}/photos", "add_photo", WRITE, "Add a picture (JPEG, PNG or WebP) behind the others").asks(&[p::VERSION]).takes(Takes::Picture).makes("EditedListing"),
    route("PUT", "/api/v1/account/listings/{id}/photos/order", "order_photos", WRITE, "Put the pictures in another order; the first stands on cards and portals").takes(Takes::Json("PhotoOrder")).gives("EditedListing"),
    route("DELETE", "/api/v1/account/listings/{id}/photos/{at}", "remove_photo", WRITE, "Take a picture away, by its place counted from 0").asks(&[p::VERSION]).gives("EditedListing"),
    route("GET", "/api/v1/trash", "list_trash", READ, "What lies in the trash").asks(&[p::ACCOUNT, limit(200, 1_000)]).gives("Trash"),
    route("POST", "/api/v1/trash/{id}/restoration", "restore_listing", WRITE, "Take a listing out of the trash").gives("Listing"),

    route("GET", "/api/v1/batches", "list_batches", READ, "Batches, newest first").asks(LISTED).gives("Batches"),
    route("GET", "/api/v1/batches/{id}/undoing", "preview_undo", READ, "What undoing would do, and what changed since").gives("Undoing"),
    route("POST", "/api/v1/batches/{id}/undoing", "undo_batch", WRITE, "Undo a batch").gives("Undoing"),
    route("GET", "/api/v1/batches/{id}/photos", "read_batch_photos", READ, "How many of the photos that an import named by address came, wait and failed, and why").asks(&[limit(200, 1_000)]).gives("BatchPhotos"),
    route("POST", "/api/v1/batches/{id}/photos", "fetch_batch_photos", WRITE, "Ask at once for the photos that failed, instead of in the night").accepts("AskedPhotos"),
    route("POST", "/api/v1/batches/{id}/stopping", "stop_batch", WRITE, "Stop a batch in the works; what it did so far can be undone").gives("StoppedBatch"),
    route("POST", "/api/v1/imports/preview", "preview_import", WRITE, "What a file would become").asks(OF_A_FILE).takes(Takes::File).gives("Preview"),
    route("POST", "/api/v1/imports", "import_file", WRITE, "Import a file").asks(&[p::ACCOUNT, p::NAME, p::CATEGORY, p::FEED, p::PARTIAL, p::CLEARANCE, p::ANYWAY]).takes(Takes::File).gives("Report"),
    route("GET", "/api/v1/imports/feeds", "list_feeds", READ, "The feeds that the account's files came from, with their mappings").asks(ITS_ACCOUNT).gives("Feeds"),
    route("GET", "/api/v1/imports/feeds/{feed}/mapping", "read_mapping", READ, "By what a feed is read").asks(ITS_ACCOUNT).gives("Feed"),
    route("PUT", "/api/v1/imports/feeds/{feed}/mapping", "correct_mapping", WRITE, "Say by what a feed is read from its next delivery on").asks(ITS_ACCOUNT).takes(Takes::Json("Mapping")).gives("Feed"),

    route("POST", "/api/v1/migrations/parcels", "add_migration_file", MANAGE, "Hand over a file of another system: a table, a picture, a document, or a ZIP of them; kept for 30 days").asks(&[p::ACCOUNT, p::FILE_NAME, p::PARCEL]).takes(Takes::File).makes("Parcel"),
    route("POST", "/api/v1/migrations/preview", "preview_migration", MANAGE, "What each file of a parcel is taken for, what names what, what would come over, and what is asked").asks(ITS_ACCOUNT).takes(Takes::Json("Migrating")).gives("MigrationReport"),
    route("POST", "/api/v1/migrations", "migrate", MANAGE, "Take over what is in a parcel, as one batch; while something is asked nothing is written").asks(ITS_ACCOUNT).takes(Takes::Json("Migrating")).gives("MigrationReport"),
    route("GET", "/api/v1/migrations", "list_migrations", MANAGE, "Migrations, newest first, and until when each can be undone").asks(LISTED).gives("Migrations"),
    route("GET", "/api/v1/duplicates", "list_duplicates", READ, "What the account offers twice, or others offer too, the surest first; of others only what the public sees. The operator who names no account sees all").asks(&[p::ACCOUNT, p::VERTICAL, limit(50, 500), p::CURSOR]).gives("Duplicates"),

    route("GET", "/api/v1/sources", "list_sources", READ, "How the account's files come in").asks(ITS_ACCOUNT).gives("Sources"),
    route("POST", "/api/v1/sources", "add_source", MANAGE, "Add a way in: FTP, SFTP, mail, a folder, an address on the web, a mailbox").asks(ITS_ACCOUNT).takes(Takes::Json("NewSource")).makes("MadeSource"),
    route("PATCH", "/api/v1/sources/{id}", "change_source", MANAGE, "Change a source or suspend it").takes(Takes::Json("SourceEdit")).gives("Source"),
    route("DELETE", "/api/v1/sources/{id}", "remove_source", MANAGE, "Remove a source and the list of what it brought; its listings stay").gives("RemovedSource"),
    route("GET", "/api/v1/arrivals", "list_arrivals", READ, "The files that came, newest first").asks(LISTED).gives("Arrivals"),
    route("POST", "/api/v1/arrivals", "hand_over_file", WRITE, "Hand over a file as the next delivery of a feed; it is kept now and worked at once").asks(&[p::ACCOUNT, p::NAME, p::FEED]).takes(Takes::File).accepts("Arrival"),
    route("GET", "/api/v1/arrivals/{id}", "read_arrival", READ, "A file that came, and what became of it").gives("Arrival"),
    route("GET", "/api/v1/arrivals/{id}/file", "read_arrival_file", READ, "The file as it came").tells(&["application/octet-stream"]),
    route("POST", "/api/v1/arrivals/{id}/working", "work_arrival_again", WRITE, "Work a file once more; with clearance what the removal guard held back is withdrawn").takes(Takes::Json("Again")).accepts("Arrival"),

    route("GET", "/api/v1/leads", "list_leads", READ, "The account's inbox").asks(&[p::ACCOUNT, p::STATE, limit(100, 1_000)]).gives("Leads"),
    route("GET", "/api/v1/leads/{id}", "read_lead", READ, "A lead with its thread").gives("Thread"),
    route("POST", "/api/v1/leads/{id}/answers", "answer_lead", WRITE, "Answer by mail").takes(Takes::Json("LeadAnswer")).makes("Lead"),
    route("PUT", "/api/v1/leads/{id}/state", "mark_lead", WRITE, "Move a lead to another state").takes(Takes::Json("LeadMark")).gives("Lead"),
    route("DELETE", "/api/v1/persons/{id}", "erase_person", MANAGE, "Erase a person and all he wrote").gives("Erased"),
    route("GET", "/api/v1/mails", "list_mails", READ, "The mails of the account, newest first").asks(&[p::ACCOUNT, limit(100, 1_000)]).gives("Mails"),
    route("GET", "/api/v1/journal", "read_journal", READ, "What happened, oldest first").asks(&[p::ACCOUNT, p::SINCE, p::ENTITY, p::BATCH, limit(100, 1_000)]).gives("Entries"),
];
