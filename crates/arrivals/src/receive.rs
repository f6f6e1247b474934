//! A file is here: it is written down, and that it shall be worked.

use ::store::{Change, Error, Id, NewJob, Reads, Result, Right, Tx, json, kinds};
use media::Kept;

use crate::arrival::{Arrival, State};
use crate::source::{Source, Way, by_hand};
use crate::store;

pub(crate) const JOB: &str = "arrival";
const NAME_LETTERS_MAX: usize = 200;

/// Takes a kept file as the next delivery of a feed of an account, from a person or a program.
pub async fn receive(
    tx: &mut Tx,
    account: Id<kinds::Account>,
    feed: &str,
    name: &str,
    kept: Kept,
) -> Result<Arrival> {
    tx.scope().demand(Right::Write)?;
    let account = tx.scope().reach(account)?;
    let source = by_hand(tx, account, feed).await?;
    take(tx, &source, name, kept).await
}

/// Takes a file of a source; the source is not quiet any more.
pub(crate) async fn take(tx: &mut Tx, source: &Source, name: &str, kept: Kept) -> Result<Arrival> {
    let arrival = begin(tx, source, name, kept);
    store::insert(tx, &arrival).await?;
    let now = tx.now();
    store::write(
        tx,
        &Source {
            arrived_at: now,
            failures: 0,
            said: String::new(),
            ..source.clone()
        },
    )
    .await?;
    tell(tx, "arrival.received", &arrival, source.way)?;
    enqueue(tx, &arrival, &arrival.id.to_string())?;
    Ok(arrival)
}

/// An arrival that is not written down yet.
pub(crate) fn begin(tx: &mut Tx, source: &Source, name: &str, kept: Kept) -> Arrival {
    Arrival {
        id: tx.id(),
        account: source.account,
        source: source.id,
        name: name
            .chars()
            .filter(|c| !c.is_control())
            .take(NAME_LETTERS_MAX)
            .collect(),
        hash: kept.hash,
        bytes: kept.bytes,
        state: State::Waiting,
        clearance: false,
        batch: None,
        report: serde_json::json!({}),
        photos: Default::default(),
        at: tx.now(),
        done_at: None,
        partial: false,
        raw_gone: false,
    }
}

/// Works a file once more; with `clearance` what the removal guard held back is done.
pub async fn work_again(tx: &mut Tx, id: Id<kinds::Arrival>, clearance: bool) -> Result<Arrival> {
    tx.scope().demand(Right::Write)?;
    let mut arrival = store::find_arrival(tx, id).await?;
    if arrival.state == State::Waiting {
        return Err(Error::conflict(
            "still_waiting",
            [
                "Ce fichier attend déjà d’être traité",
                "Dit bestand wacht al op verwerking",
                "This file is waiting to be worked already",
                "Diese Datei wartet schon auf die Verarbeitung",
            ],
        ));
    }
    if arrival.raw_gone {
        return Err(Error::conflict(
            "raw_gone",
            [
                "Le fichier brut n’est plus conservé ; renvoyez-le",
                "Het ruwe bestand wordt niet meer bewaard; stuur het opnieuw",
                "The raw file is no longer kept; send it again",
                "Die Rohdatei wird nicht mehr aufbewahrt; senden Sie sie noch einmal",
            ],
        ));
    }
    (arrival.state, arrival.clearance) = (State::Waiting, clearance);
    store::settle(tx, &arrival).await?;
    let fact = if clearance {
        "arrival.cleared"
    } else {
        "arrival.repeated"
    };
    tell(tx, fact, &arrival, Way::Hand)?;
    let key = format!("{} {}", arrival.id, tx.now().0);
    enqueue(tx, &arrival, &key)?;
    Ok(arrival)
}

fn enqueue(tx: &mut Tx, arrival: &Arrival, key: &str) -> Result<()> {
    tx.enqueue(NewJob {
        kind: JOB,
        key: key.to_owned(),
        account: Some(arrival.account),
        payload: json(&arrival.source)?,
        due: tx.now(),
    });
    Ok(())
}

pub(crate) fn tell(tx: &mut Tx, fact: &'static str, arrival: &Arrival, way: Way) -> Result<()> {
    tx.record(Change {
        account: Some(arrival.account),
        entity: "arrival",
        id: arrival.id.uuid(),
        fact,
        before: None,
        after: Some(json(&serde_json::json!({
            "name": arrival.name, "hash": arrival.hash, "bytes": arrival.bytes,
            "way": way, "batch": arrival.batch,
        }))?),
    });
    Ok(())
}
