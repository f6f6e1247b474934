//! Works what has arrived: one file of a source at a time, in the order they came.

use std::time::Duration;

use ::store::{Account, Act, Actor, Error, Id, Job, Result, Right, Store, User, Via, kinds};
use dictionary::{Dictionary, Live};
use exchange::{Options, Pictures, Report};
use media::Files;

use crate::arrival::{Arrival, State};
use crate::handed::UNNAMED;
use crate::receive::{JOB, tell};
use crate::source::{Source, Way};
use crate::{letters, links, store};

const AT_ONCE: usize = 1;
/// A file whose feed is busy is looked at again after so long.
const BUSY_MS: i64 = 2_000;
/// What the removal guard says when it held something back.
const HELD_BACK: [&str; 6] = [
    "shrunken",
    "not_whole",
    "unnamed_rows",
    "no_rows",
    "hopeless",
    "photos_gone",
];

/// Works what is due, for ever; woken by commits and by the clock.
pub async fn worker(store: Store, dictionary: Live, files: Files, pictures: Pictures) {
    files.sweep(store.now());
    let mut changed = store.changed();
    loop {
        changed.mark_unchanged();
        match work_due(&store, &dictionary.get(), &files, &pictures).await {
            Ok(0) => {}
            Ok(_) => continue,
            Err(error) => tracing::warn!(%error, "arrivals wait"),
        }
        let _ = tokio::time::timeout(Duration::from_secs(5), changed.changed()).await;
    }
}

/// Works what is due now; how many files were looked at.
pub async fn work_due(
    store: &Store,
    dictionary: &Dictionary,
    files: &Files,
    pictures: &Pictures,
) -> Result<usize> {
    let jobs = store.claim(JOB, AT_ONCE).await?;
    for job in &jobs {
        match work(store, dictionary, files, pictures, job).await {
            Ok(true) => store.finish(job.id).await?,
            Ok(false) => store.postpone(job.id, BUSY_MS).await?,
            Err(error) => store.retry(job, &error.to_string()).await?,
        }
    }
    Ok(jobs.len())
}

/// False while another worker has a file of the same source, or of the same feed.
async fn work(
    store: &Store,
    dictionary: &Dictionary,
    files: &Files,
    pictures: &Pictures,
    job: &Job,
) -> Result<bool> {
    let source: Id<kinds::Source> =
        serde_json::from_str(&job.payload).map_err(|e| Error::broken(e.to_string()))?;
    let Some(_alone) = store.exclusive(&format!("source {source}")).await? else {
        return Ok(false);
    };
    let operator = store.operator();
    let mut read = store.read(&operator).await?;
    let Some(source) = store::by_id(&mut read, source).await? else {
        // Removed meanwhile, and its files with it.
        return Ok(true);
    };
    let Some(arrival) = store::next_waiting(&mut read, source.id).await? else {
        return Ok(true);
    };
    let account = Account::find(&mut read, source.account).await?;
    drop(read);
    let scope = operator.within(account.id)?;
    let options = Options {
        name: arrival.name.clone(),
        category: Some(source.category.clone()).filter(|c| !c.is_empty()),
        partial: source.partial || arrival.partial,
        clearance: arrival.clearance,
        feed: Some(source.name.clone()).filter(|name| name != UNNAMED),
        policy: source.policy,
        pictures: pictures.clone(),
        ..Options::default()
    };
    let file = Box::new(files.get(&arrival.hash)?);
    let mut quietly = |_: &Report| {};
    let told = exchange::import(
        store,
        dictionary,
        &scope,
        account.clone(),
        file,
        options,
        &mut quietly,
    );
    let (state, report) = match told.await {
        Ok(report) => (state_of(&report), report),
        // What cannot be done today cannot be done tomorrow either: a person reads why.
        Err(error @ (Error::Refused { .. } | Error::Invalid { .. } | Error::NotFound { .. })) => {
            let mut report = Report::default();
            report.refuse(error.code(), error.to_string());
            (State::Refused, report)
        }
        Err(Error::Conflict {
            code: "import_running",
            ..
        }) => return Ok(false),
        Err(error) => return Err(error),
    };
    let brought_nothing = report.problems.iter().any(|p| p.code == "no_attachment");
    let links = match brought_nothing {
        true => links::named_in(files, &source, &arrival)?.len(),
        false => 0,
    };
    if links > 0 {
        return follow_links(store, account.id, arrival, links)
            .await
            .map(|()| true);
    }
    settle(store, &account, &source, arrival, state, report).await?;
    Ok(true)
}

/// A mail that only says where files lie: they come as arrivals of their own.
async fn follow_links(
    store: &Store,
    account: Id<kinds::Account>,
    arrival: Arrival,
    links: usize,
) -> Result<()> {
    let mut report = Report::default();
    report.tell_file(
        "links",
        format!("the mail names {links} files on the web; each comes as an arrival of its own"),
    );
    let arrival = arrival.ended(links::FOLLOWED, report, store.now());
    let act = Act::by(Actor::System("arrivals")).via(Via::Import);
    let scope = store.operator().within(account)?;
    let mut tx = store.begin(&scope, act).await?;
    store::settle(&mut tx, &arrival).await?;
    tell(&mut tx, fact_of(links::FOLLOWED), &arrival, Way::Mail)?;
    links::follow_later(&mut tx, &arrival)?;
    tx.commit().await.map(drop)
}

/// What a link leads to cannot be had: the mail is refused, and the account told why.
pub(crate) async fn refuse_links(
    store: &Store,
    source: &Source,
    arrival: Arrival,
    name: &str,
    said: &str,
) -> Result<()> {
    let mut read = store.read(&store.operator()).await?;
    let account = Account::find(&mut read, source.account).await?;
    drop(read);
    let mut report = Report::default();
    let why = format!("the file “{name}” that the mail names cannot be fetched: {said}; attach it");
    report.refuse("link_unreachable", why);
    settle(store, &account, source, arrival, State::Refused, report).await
}

pub(crate) fn state_of(report: &Report) -> State {
    let held_back = report
        .problems
        .iter()
        .any(|p| p.row == 0 && HELD_BACK.contains(&p.code));
    let refused = report.rows == 0 || report.refused == report.rows;
    match report.batch {
        _ if held_back && !refused => State::Asked,
        Some(_) => State::Imported,
        None if refused => State::Refused,
        None => State::Unchanged,
    }
}

/// Writes down what became of a file, and tells the account if it has to do something.
async fn settle(
    store: &Store,
    account: &Account,
    source: &Source,
    arrival: Arrival,
    state: State,
    report: Report,
) -> Result<()> {
    let arrival = arrival.ended(state, report.clone(), store.now());
    let act = Act::by(Actor::System("arrivals")).via(Via::Import);
    let mut tx = store
        .begin(&store.operator().within(account.id)?, act)
        .await?;
    store::settle(&mut tx, &arrival).await?;
    tell(&mut tx, fact_of(state), &arrival, source.way)?;
    let to_do = matches!(state, State::Asked | State::Refused) || report.refused > 0;
    // Whoever handed a file over sees what became of it; the night has no spectators.
    if to_do && source.way != Way::Hand {
        let users = User::of(&mut tx, account.id).await?;
        let letter = letters::report(account, source, &arrival, &report);
        for user in users.iter().filter(|u| u.role.may(Right::Write)) {
            enquiries::notify(&mut tx, account, &user.email, &letter.subject, &letter.body).await?;
        }
    }
    tx.commit().await.map(|_| ())
}

pub(crate) const fn fact_of(state: State) -> &'static str {
    match state {
        State::Imported => "arrival.imported",
        State::Unchanged | State::Waiting => "arrival.unchanged",
        State::Asked => "arrival.asked",
        State::Refused => "arrival.refused",
    }
}
