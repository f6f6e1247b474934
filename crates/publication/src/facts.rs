//! All that the journal may ever hear from this room. A meaning never changes.

use ::store::{Change, Result, Tx, json};
use serde_json::json;

use crate::channel::Channel;
use crate::publication::{Publication, State};

/// A publication has come into another state, or stands where it stood for another reason.
pub(crate) fn tell(tx: &mut Tx, before: Option<&Publication>, after: &Publication, portal: &str) {
    let same = before.is_some_and(|b| {
        b.state == after.state && b.reasons == after.reasons && b.hash == after.hash
    });
    if same {
        return;
    }
    let fact = match after.state {
        State::Queued => "publication.queued",
        State::Accepted => "publication.accepted",
        State::Confirmed => "publication.confirmed",
        State::Refused => "publication.refused",
        State::Changing => "publication.changing",
        State::Withdrawing => "publication.withdrawing",
        State::Withdrawn => "publication.withdrawn",
        State::Lost => "publication.lost",
    };
    let told = |p: &Publication| {
        json!({
            "channel": p.channel, "portal": portal, "state": p.state, "reasons": p.reasons,
            "portal_id": p.portal_id, "url": p.url,
        })
        .to_string()
    };
    tx.record(Change {
        account: Some(after.account),
        entity: "publication",
        id: after.listing.uuid(),
        fact,
        before: before.map(told),
        after: Some(told(after)),
    });
}

pub(crate) fn tell_channel(
    tx: &mut Tx,
    fact: &'static str,
    before: Option<&Channel>,
    after: Option<&Channel>,
) -> Result<()> {
    let Some(channel) = after.or(before) else {
        return Ok(());
    };
    tx.record(Change {
        account: Some(channel.account),
        entity: "channel",
        id: channel.id.uuid(),
        fact,
        before: before.map(json).transpose()?,
        after: after.map(json).transpose()?,
    });
    Ok(())
}
