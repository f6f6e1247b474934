//! Which function answers which operation.

use axum::response::IntoResponse;

use super::routes::Route;
use super::{
    Answer, Call, account, duplicates, feeds, imports, journal, leads, listings, migrations,
    openapi, photos, public, sources, tokens, users,
};

pub async fn dispatch(route: &Route, call: Call) -> Answer {
    match route.operation {
        "health" => public::health(call).await,
        "metrics" => public::metrics(call).await,
        "openapi" => {
            Ok(([("content-type", "application/json")], openapi::openapi()).into_response())
        }
        "search_listings" => public::search(call).await,
        "read_listing" => public::listing(call).await,
        "read_feed" => public::feed(call).await,
        "sign_in" => account::sign_in(call).await,
        "sign_out" => account::sign_out(call).await,
        "read_me" => account::me(call).await,
        "read_account" => account::read(call).await,
        "edit_account" => account::edit(call).await,
        "list_accounts" => account::list(call).await,
        "add_account" => account::add(call).await,
        "list_users" => users::list(call).await,
        "add_user" => users::add(call).await,
        "edit_user" => users::edit(call).await,
        "reset_password" => users::reset_password(call).await,
        "remove_user" => users::remove(call).await,
        "list_tokens" => tokens::list(call).await,
        "add_token" => tokens::add(call).await,
        "revoke_token" => tokens::revoke(call).await,
        "add_migration_file" => migrations::add_file(call).await,
        "preview_migration" => migrations::preview(call).await,
        "migrate" => migrations::migrate(call).await,
        "list_migrations" => migrations::list(call).await,
        "list_duplicates" => duplicates::list(call).await,
        _ => of_listings(route, call).await,
    }
}

async fn of_listings(route: &Route, call: Call) -> Answer {
    match route.operation {
        "list_own_listings" => listings::list(call).await,
        "create_listing" => listings::create(call).await,
        "restate_listings" => listings::restate(call).await,
        "read_own_listing" => listings::read(call).await,
        "edit_listing" => listings::edit(call).await,
        "trash_listing" => listings::trash(call).await,
        "restore_listing" => listings::restore(call).await,
        "listing_history" => journal::of_listing(call).await,
        "list_trash" => listings::trashed(call).await,
        "add_photo" => photos::add(call).await,
        "order_photos" => photos::order(call).await,
        "remove_photo" => photos::remove(call).await,
        "list_batches" => imports::batches(call).await,
        "read_batch_photos" => photos::of_batch(call).await,
        "fetch_batch_photos" => photos::ask_again(call).await,
        "preview_undo" => imports::preview_undo(call).await,
        "undo_batch" => imports::undo(call).await,
        "stop_batch" => imports::stop(call).await,
        "preview_import" => imports::preview(call).await,
        "import_file" => imports::import(call).await,
        "list_feeds" => feeds::list(call).await,
        "read_mapping" => feeds::read(call).await,
        "correct_mapping" => feeds::correct(call).await,
        "list_sources" => sources::list(call).await,
        "add_source" => sources::add(call).await,
        "change_source" => sources::change(call).await,
        "remove_source" => sources::remove(call).await,
        "list_arrivals" => sources::came(call).await,
        "hand_over_file" => sources::hand_over(call).await,
        "read_arrival" => sources::read(call).await,
        "read_arrival_file" => sources::file(call).await,
        "work_arrival_again" => sources::again(call).await,
        "list_leads" => leads::list(call).await,
        "read_lead" => leads::read(call).await,
        "answer_lead" => leads::answer(call).await,
        "mark_lead" => leads::mark(call).await,
        "erase_person" => leads::erase(call).await,
        "list_mails" => leads::mails(call).await,
        "read_journal" => journal::read(call).await,
        other => unreachable!("operation {other} stands in the table and nowhere else"),
    }
}
