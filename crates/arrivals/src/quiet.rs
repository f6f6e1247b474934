//! "Nothing came for 26 hours": told once, until something comes again.

use ::store::{Account, Act, Actor, Result, Store, User, Via};

use crate::source::Source;
use crate::{letters, store};

/// Tells the people of accounts whose sources have been quiet for too long; how many sources.
pub async fn alert_quiet(store: &Store) -> Result<usize> {
    let act = Act::by(Actor::System("arrivals")).via(Via::Follower);
    let mut tx = store.begin(&store.operator(), act).await?;
    let now = tx.now();
    let quiet = store::quiet(&mut tx, now).await?;
    for source in &quiet {
        let account = Account::find(&mut tx, source.account).await?;
        let letter = letters::quiet(&account, source, now);
        for user in User::of(&mut tx, account.id).await? {
            if user.role.may(::store::Right::Write) {
                enquiries::notify(
                    &mut tx,
                    &account,
                    &user.email,
                    &letter.subject,
                    &letter.body,
                )
                .await?;
            }
        }
        let told = Source {
            alerted_at: Some(now),
            ..source.clone()
        };
        store::write(&mut tx, &told).await?;
    }
    tx.commit().await?;
    Ok(quiet.len())
}
