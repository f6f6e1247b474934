//! Who calls: a token, a signed-in user, or nobody.

use axum::http::{HeaderMap, Method, StatusCode, header};
use dictionary::Language;
use store::{Act, Actor, Id, IdempotencyKey, Reads, Scope, Tx, User, Via, kinds};

use crate::api::problem::Problem;
use crate::api::routes::{Needs, Route};
use crate::api::{Answer, Call};
use crate::deps::Deps;

pub const COOKIE: &str = "entremise_session";

pub struct Caller {
    pub scope: Option<Scope>,
    pub actor: Actor,
    pub user: Option<User>,
    pub language: Language,
    /// The session's secret, to sign out with.
    pub secret: Option<String>,
    key: Option<String>,
}

pub async fn caller(deps: &Deps, headers: &HeaderMap, method: &Method) -> Result<Caller, Problem> {
    let text = |name: header::HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    let key = headers
        .get("idempotency-key")
        .and_then(|v| v.to_str().ok())
        .map(str::to_owned);
    let mut caller = Caller {
        scope: None,
        actor: Actor::Person,
        user: None,
        language: language_of(headers),
        secret: None,
        key,
    };
    if let Some(bearer) = text(header::AUTHORIZATION).and_then(|a| a.strip_prefix("Bearer ")) {
        let Some((token, scope)) = deps.store.token(bearer.trim()).await? else {
            return Err(Problem::status(StatusCode::UNAUTHORIZED));
        };
        (caller.scope, caller.actor) = (Some(scope), Actor::Token(token.id));
        return Ok(caller);
    }
    let Some(secret) = cookie(headers) else {
        return Ok(caller);
    };
    // A cookie comes along by itself, so a writing call must come from our own pages.
    let safe = method == Method::GET || method == Method::HEAD;
    if !safe && !same_origin(headers) {
        return Err(Problem::status(StatusCode::FORBIDDEN));
    }
    if let Some(session) = deps.store.session(&secret).await? {
        caller.actor = Actor::User(session.user.id);
        caller.scope = Some(session.scope);
        caller.user = Some(session.user);
        caller.secret = Some(secret);
    }
    Ok(caller)
}

/// The first of ours that the caller reads.
pub fn language_of(headers: &HeaderMap) -> Language {
    let asked = headers.get(header::ACCEPT_LANGUAGE);
    let asked = asked.and_then(|v| v.to_str().ok()).unwrap_or_default();
    let mut asked = asked.split(',');
    asked
        .find_map(|part| Language::parse(part.trim()))
        .unwrap_or_default()
}

pub fn cookie(headers: &HeaderMap) -> Option<String> {
    let all = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok());
    all.flat_map(|line| line.split(';')).find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE).then(|| value.to_owned())
    })
}

/// By the browser's own word (Sec-Fetch-Site), else by comparing Origin with Host.
pub fn same_origin(headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site").and_then(|v| v.to_str().ok()) {
        return matches!(site, "same-origin" | "none");
    }
    let origin = headers
        .get(header::ORIGIN)
        .and_then(|v| v.to_str().ok())
        .and_then(|o| o.split("://").nth(1));
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok());
    origin.is_some() && origin == host
}

impl Caller {
    pub fn permits(&self, route: &Route) -> Result<(), Problem> {
        let right = match route.needs {
            Needs::Nothing => return Ok(()),
            Needs::Right(right) => right,
        };
        match &self.scope {
            None => Err(Problem::status(StatusCode::UNAUTHORIZED)),
            Some(scope) if !scope.may(right) => Err(store::Error::Forbidden.into()),
            Some(_) => Ok(()),
        }
    }
}

impl Call {
    pub fn scope(&self) -> Result<&Scope, Problem> {
        self.caller
            .scope
            .as_ref()
            .ok_or_else(|| Problem::status(StatusCode::UNAUTHORIZED))
    }

    /// The account that the call is about: the caller's own, or the one the operator names.
    pub async fn account(&self) -> Result<store::Account, Problem> {
        let scope = self.scope()?;
        let mut read = self.deps.store.read(scope).await?;
        let own: Option<Id<kinds::Account>> = scope.account();
        let named = self.get("account");
        let account = match (own, named) {
            (Some(id), _) => store::Account::find(&mut read, id).await?,
            (None, Some(slug)) => store::Account::by_slug(&mut read, slug).await?,
            (None, None) => return Err(no_account_named().into()),
        };
        match named {
            Some(slug) if slug != account.slug => {
                Err(store::Error::NotFound { what: "account" }.into())
            }
            _ => Ok(account),
        }
    }

    pub fn act(&self) -> Act {
        Act::by(self.caller.actor.clone()).via(Via::Api)
    }

    pub fn key(&self, account: Id<kinds::Account>) -> Result<Option<IdempotencyKey>, Problem> {
        let key = self.caller.key.as_deref();
        Ok(key
            .map(|k| IdempotencyKey::new(account, k, self.route.clone(), &self.body))
            .transpose()?)
    }

    /// The answer given to the same request before, if there was one: looked for before anything of
    /// the request is, since what it was about may be gone by its own effect.
    pub async fn earlier(&self) -> Result<Option<axum::response::Response>, Problem> {
        let Some(scope) = self.caller.scope.as_ref() else {
            return Ok(None);
        };
        let account = scope.account().unwrap_or(Id::from_uuid(store::Uuid::nil()));
        let Some(key) = self.key(account)? else {
            return Ok(None);
        };
        let mut read = self.deps.store.read(scope).await?;
        let earlier = key.earlier(&mut read).await?;
        Ok(earlier.map(|e| json_response(e.status, e.body)))
    }

    /// Keeps the answer with its effect and commits both.
    pub async fn finish(
        &self,
        tx: Tx,
        account: Id<kinds::Account>,
        status: u16,
        body: serde_json::Value,
    ) -> Answer {
        let body = body.to_string();
        self.finish_keeping(tx, account, status, body.clone(), &body)
            .await
    }

    /// The same where another answer is kept than is given: a secret is told once.
    pub async fn finish_keeping(
        &self,
        mut tx: Tx,
        account: Id<kinds::Account>,
        status: u16,
        body: String,
        kept: &str,
    ) -> Answer {
        if let Some(key) = self.key(account)? {
            tx.answer(&key, status, kept).await?;
        }
        debug_assert!(tx.scope().reach(account).is_ok());
        tx.commit().await?;
        Ok(json_response(status, body))
    }
}

fn no_account_named() -> store::Error {
    store::Error::refused(
        "no_account_named",
        [
            "Dites de quel compte il s’agit : ?account=…",
            "Zeg om welk account het gaat: ?account=…",
            "Say which account this is about: ?account=…",
            "Sagen Sie, um welches Konto es geht: ?account=…",
        ],
    )
}

pub fn json_response(status: u16, body: String) -> axum::response::Response {
    use axum::response::IntoResponse;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    (
        status,
        [
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        body,
    )
        .into_response()
}

pub fn ok(body: &serde_json::Value) -> Answer {
    Ok(json_response(200, body.to_string()))
}
