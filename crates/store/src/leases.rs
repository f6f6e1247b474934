//! Leases: what must run once runs on one node; if that node dies, another takes over.

use crate::{Act, Actor, Position, Reads, Result, Scope, Store};

/// One node's word that it is alive and doing this.
#[derive(Clone, Debug)]
pub struct Lease {
    pub name: String,
    pub holder: String,
}

impl Store {
    /// Takes or renews the lease `name` for `ttl_ms`; None while another holder's is running.
    pub async fn lease(&self, name: &str, holder: &str, ttl_ms: i64) -> Result<Option<Lease>> {
        let mut tx = self
            .begin(&Scope::operator(), Act::by(Actor::System("leases")))
            .await?;
        let now = tx.now();
        let sql = "INSERT INTO lease (name, holder, until) VALUES ($1, $2, $3)
            ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
            WHERE lease.holder = excluded.holder OR lease.until < $4
            RETURNING holder";
        let vals = [
            name.into(),
            holder.into(),
            now.plus_ms(ttl_ms).into(),
            now.into(),
        ];
        let held = tx.one(sql, &vals).await?.is_some();
        tx.commit().await?;
        Ok(held.then(|| Lease {
            name: name.to_owned(),
            holder: holder.to_owned(),
        }))
    }

    /// Gives it back early.
    pub async fn release(&self, lease: &Lease) -> Result<()> {
        let mut tx = self
            .begin(&Scope::operator(), Act::by(Actor::System("leases")))
            .await?;
        let sql = "DELETE FROM lease WHERE name = $1 AND holder = $2";
        tx.execute(
            sql,
            &[lease.name.as_str().into(), lease.holder.as_str().into()],
        )
        .await?;
        tx.commit().await.map(|_| ())
    }

    /// How far a follower that writes our own tables has come; the start if it never ran.
    pub async fn cursor(&self, follower: &str) -> Result<Position> {
        let mut read = self.read(&Scope::operator()).await?;
        let sql = "SELECT tx, seq FROM follower WHERE name = $1";
        let row = read.one(sql, &[follower.into()]).await?;
        Ok(row.map_or_else(Position::default, |r| Position {
            transaction: r.int(0),
            seq: r.int(1),
        }))
    }
}

impl crate::Tx {
    /// Moves a follower's cursor in the transaction of its effects, so that each entry counts once.
    pub async fn move_cursor(&mut self, follower: &str, to: Position) -> Result<()> {
        let sql = "INSERT INTO follower (name, tx, seq) VALUES ($1, $2, $3)
            ON CONFLICT (name) DO UPDATE SET tx = excluded.tx, seq = excluded.seq";
        self.execute(
            sql,
            &[follower.into(), to.transaction.into(), to.seq.into()],
        )
        .await?;
        Ok(())
    }

    /// Drops a follower's memory: it starts again from the beginning.
    pub async fn drop_cursor(&mut self, follower: &str) -> Result<()> {
        self.execute("DELETE FROM follower WHERE name = $1", &[follower.into()])
            .await
            .map(|_| ())
    }
}
