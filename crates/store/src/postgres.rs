//! PostgreSQL: a pool over several hosts that follows the primary, with row-level security on.
//!
//! Connections log in as the owner of the schema and at once put on the role `entremise_app`, which
//! owns nothing and cannot bypass the policies. A connection that met a fail-over is thrown away.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use futures_util::future::try_join_all;
use tokio::sync::watch;
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type};
use tokio_postgres::{AsyncMessage, Client, NoTls};
use uuid::Uuid;

use crate::{Error, Result, Row, Val};

const CONNECTIONS_MAX: usize = 16;
const WAIT_MAX: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The protocol counts parameters in 16 bits.
const PARAMETERS_MAX: usize = 32_000;
pub(crate) const CHANNEL: &str = "entremise_journal";
pub(crate) const ROLE: &str = "entremise_app";

pub(crate) struct Postgres {
    pool: Pool,
    config: tokio_postgres::Config,
    pub(crate) changed: watch::Sender<u64>,
}

/// A connection with an account put on it; in a transaction when `open`.
pub(crate) struct Session {
    client: Option<Object>,
    open: bool,
}

impl Postgres {
    pub(crate) fn configure(url: &str) -> Result<Arc<Postgres>> {
        let mut config: tokio_postgres::Config = url
            .parse()
            .map_err(|e| Error::broken(format!("the database URL: {e}")))?;
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        config.connect_timeout(CONNECT_TIMEOUT);
        config.tcp_user_timeout(Duration::from_secs(10));
        config.keepalives_idle(Duration::from_secs(10));
        config.application_name("entremise");
        let recycling =
            RecyclingMethod::Custom("SELECT set_config('entremise.account', '', false)".into());
        let manager = ManagerConfig {
            recycling_method: recycling,
        };
        let pool = Pool::builder(Manager::from_config(config.clone(), NoTls, manager))
            .max_size(CONNECTIONS_MAX)
            .wait_timeout(Some(WAIT_MAX))
            .create_timeout(Some(WAIT_MAX))
            .recycle_timeout(Some(CONNECT_TIMEOUT))
            .runtime(deadpool_postgres::Runtime::Tokio1)
            .post_create(Hook::async_fn(|client, _| {
                Box::pin(async move {
                    let role = format!("SET ROLE {ROLE}");
                    client
                        .batch_execute(&role)
                        .await
                        .map_err(HookError::Backend)
                })
            }))
            .build()
            .map_err(|e| Error::broken(format!("the connection pool: {e}")))?;
        Ok(Arc::new(Postgres {
            pool,
            config,
            changed: watch::Sender::new(0),
        }))
    }

    /// A connection of the schema's owner, for migrations.
    pub(crate) async fn owner(&self) -> Result<Client> {
        let (client, connection) = self.config.connect(NoTls).await.map_err(from_postgres)?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// `account` is a uuid, or `*` for the operator.
    pub(crate) async fn session(&self, account: &str, transaction: bool) -> Result<Session> {
        let client = self
            .pool
            .get()
            .await
            .inspect_err(|_| crate::error::count_failure());
        let client = client.map_err(|e| Error::Unavailable {
            cause: e.to_string(),
        })?;
        let mut session = Session {
            client: Some(client),
            open: transaction,
        };
        let set = format!("SELECT set_config('entremise.account', '{account}', {transaction})");
        let begin = if transaction { "BEGIN;" } else { "" };
        session.batch(&format!("{begin}{set}")).await?;
        Ok(session)
    }

    /// Turns notifications into ticks for as long as the store lives; reconnects by itself.
    pub(crate) async fn listen(self: Arc<Self>) {
        loop {
            if let Err(error) = self.listen_once().await {
                tracing::debug!(%error, "listening to the journal again");
            }
            self.changed.send_modify(|n| *n += 1);
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    async fn listen_once(&self) -> Result<()> {
        let (client, mut connection) = self.config.connect(NoTls).await.map_err(from_postgres)?;
        let changed = self.changed.clone();
        let driver = tokio::spawn(async move {
            loop {
                match std::future::poll_fn(|cx| connection.poll_message(cx)).await {
                    Some(Ok(AsyncMessage::Notification(_))) => changed.send_modify(|n| *n += 1),
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => break,
                }
            }
        });
        client
            .batch_execute(&format!("LISTEN {CHANNEL}"))
            .await
            .map_err(from_postgres)?;
        // What was committed before we listened was not announced to us.
        self.changed.send_modify(|n| *n += 1);
        let _ = driver.await;
        Ok(())
    }
}

impl Session {
    fn client(&self) -> &Object {
        self.client
            .as_ref()
            .unwrap_or_else(|| unreachable!("held until dropped"))
    }

    /// Throws the connection away when the server behind it is not to be trusted any more.
    fn judge<T>(&mut self, answer: Result<T, tokio_postgres::Error>) -> Result<T> {
        answer.map_err(|error| {
            if is_lost(&error)
                && let Some(client) = self.client.take()
            {
                self.open = false;
                drop(Object::take(client));
            }
            from_postgres(error)
        })
    }

    fn alive(&self) -> Result<()> {
        match self.client {
            Some(_) => Ok(()),
            None => Err(Error::Unavailable {
                cause: "the connection was lost".into(),
            }),
        }
    }

    pub(crate) async fn batch(&mut self, sql: &str) -> Result<()> {
        self.alive()?;
        let answer = self.client().batch_execute(sql).await;
        self.judge(answer)
    }

    pub(crate) async fn query(&mut self, sql: &str, vals: &[Val]) -> Result<Vec<Row>> {
        self.alive()?;
        let answer = async {
            let statement = self.client().prepare_cached(sql).await?;
            self.client().query(&statement, &bound(vals)).await
        };
        let answer = answer.await;
        let rows = self.judge(answer)?;
        rows.iter().map(row).collect()
    }

    pub(crate) async fn execute(&mut self, sql: &str, vals: &[Val]) -> Result<u64> {
        self.alive()?;
        let answer = async {
            let statement = self.client().prepare_cached(sql).await?;
            self.client().execute(&statement, &bound(vals)).await
        };
        let answer = answer.await;
        self.judge(answer)
    }

    /// An `INSERT … VALUES ($1, …)` becomes one statement of many rows; anything else is pipelined.
    pub(crate) async fn many(&mut self, sql: &str, rows: &[Vec<Val>]) -> Result<u64> {
        self.alive()?;
        let Some((head, group, tail)) = plain_values(sql) else {
            return self.pipelined(sql, rows).await;
        };
        let width = group.matches('$').count();
        let full = PARAMETERS_MAX / width;
        let mut changed = 0;
        for chunk in rows.chunks(full) {
            // Powers of two keep the number of prepared statements small.
            let mut rest = chunk;
            while !rest.is_empty() {
                let take = if rest.len() == full {
                    full
                } else {
                    1 << rest.len().ilog2()
                };
                let (now, later) = rest.split_at(take);
                let text = multiplied(head, group, tail, width, take);
                let vals: Vec<Val> = now.iter().flatten().cloned().collect();
                changed += self.execute(&text, &vals).await?;
                rest = later;
            }
        }
        Ok(changed)
    }

    async fn pipelined(&mut self, sql: &str, rows: &[Vec<Val>]) -> Result<u64> {
        let mut changed = 0;
        for chunk in rows.chunks(500) {
            let answer = async {
                let client = self.client();
                let statement = client.prepare_cached(sql).await?;
                let all = chunk.iter().map(|vals| {
                    let statement = &statement;
                    async move { client.execute(statement, &bound(vals)).await }
                });
                try_join_all(all).await
            };
            let answer = answer.await;
            changed += self.judge(answer)?.into_iter().sum::<u64>();
        }
        Ok(changed)
    }

    pub(crate) async fn commit(mut self) -> Result<()> {
        let done = self.batch("COMMIT").await;
        if done.is_ok() {
            self.open = false;
        }
        done
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let (Some(client), true) = (self.client.take(), self.open) else {
            return;
        };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if client.batch_execute("ROLLBACK").await.is_err() {
                    drop(Object::take(client));
                }
            });
        } else {
            drop(Object::take(client));
        }
    }
}

/// Splits `INSERT … VALUES ($1, $2) tail` when the group is nothing but parameters in order.
fn plain_values(sql: &str) -> Option<(&str, &str, &str)> {
    let start = sql.find("VALUES (")? + "VALUES ".len();
    let end = start + sql[start..].find(')')? + 1;
    let group = &sql[start..end];
    let plain = group[1..group.len() - 1]
        .split(',')
        .enumerate()
        .all(|(i, p)| p.trim().strip_prefix('$') == Some(&(i + 1).to_string()));
    let tail_is_plain = !sql[end..].contains('$');
    (plain && tail_is_plain).then(|| (&sql[..start], group, &sql[end..]))
}

fn multiplied(head: &str, group: &str, tail: &str, width: usize, rows: usize) -> String {
    let mut text = String::with_capacity(head.len() + tail.len() + group.len() * rows * 2);
    text.push_str(head);
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ",(" });
        for column in 1..=width {
            let comma = if column == 1 { "" } else { "," };
            text.push_str(&format!("{comma}${}", row * width + column));
        }
        text.push(')');
    }
    text.push_str(tail);
    text
}

fn bound(vals: &[Val]) -> Vec<&(dyn ToSql + Sync)> {
    vals.iter().map(|v| v as &(dyn ToSql + Sync)).collect()
}

impl ToSql for Val {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Val::Null => Ok(IsNull::Yes),
            Val::Bool(bool) => bool.to_sql(ty, out),
            Val::Int(int) if *ty == Type::INT4 => i32::try_from(*int)?.to_sql(ty, out),
            Val::Int(int) if *ty == Type::FLOAT8 => (*int as f64).to_sql(ty, out),
            Val::Int(int) => int.to_sql(ty, out),
            Val::Real(real) => real.to_sql(ty, out),
            // A NUL cannot be stored by this server; it means nothing to a reader either.
            Val::Text(text) if text.contains('\0') => text.replace('\0', "").to_sql(ty, out),
            Val::Text(text) => text.to_sql(ty, out),
            Val::Bytes(bytes) => bytes.to_sql(ty, out),
            Val::Uuid(uuid) => uuid.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    tokio_postgres::types::to_sql_checked!();
}

fn row(row: &tokio_postgres::Row) -> Result<Row> {
    let cell = |i: usize| -> Result<Val, tokio_postgres::Error> {
        fn get<'a, T: FromSql<'a> + Into<Val>>(
            row: &'a tokio_postgres::Row,
            i: usize,
        ) -> Result<Val, tokio_postgres::Error> {
            row.try_get::<_, Option<T>>(i).map(Val::from)
        }
        match *row.columns()[i].type_() {
            Type::BOOL => get::<bool>(row, i),
            Type::INT4 => get::<i32>(row, i),
            Type::INT8 => get::<i64>(row, i),
            Type::FLOAT8 => get::<f64>(row, i),
            Type::UUID => get::<Uuid>(row, i),
            Type::BYTEA => get::<Vec<u8>>(row, i),
            _ => get::<String>(row, i),
        }
    };
    let cells: Result<Vec<Val>, _> = (0..row.len()).map(cell).collect();
    cells
        .map(Row)
        .map_err(|e| Error::broken(format!("a column we cannot read: {e}")))
}

/// Fail-over in progress: a demoted primary (25006), a shut-down, a lost connection.
fn is_lost(error: &tokio_postgres::Error) -> bool {
    error.is_closed()
        || error.code().is_none() && error.as_db_error().is_none()
        || error.code().is_some_and(|code| {
            *code == SqlState::READ_ONLY_SQL_TRANSACTION
                || code.code().starts_with("57P")
                || code.code().starts_with("08")
        })
}

pub(crate) fn from_postgres(error: tokio_postgres::Error) -> Error {
    let cause = Cause(&error).to_string();
    let code = error.code().cloned();
    if code != Some(SqlState::UNIQUE_VIOLATION) {
        crate::error::count_failure();
    }
    match code {
        Some(SqlState::UNIQUE_VIOLATION) => Error::conflict(
            "taken",
            [
                "Cette valeur existe déjà",
                "Deze waarde bestaat al",
                "This value is already taken",
                "Dieser Wert ist schon vergeben",
            ],
        ),
        Some(SqlState::INSUFFICIENT_PRIVILEGE) if cause.contains("row-level security") => {
            Error::Forbidden
        }
        Some(SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED) => {
            Error::Unavailable { cause }
        }
        _ if is_lost(&error) => Error::Unavailable { cause },
        _ => Error::broken(cause),
    }
}

/// The driver's error with what the server said.
struct Cause<'a>(&'a tokio_postgres::Error);

impl fmt::Display for Cause<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_db_error() {
            Some(said) => write!(f, "{} ({})", said.message(), said.code().code()),
            None => write!(f, "{}", self.0),
        }
    }
}
