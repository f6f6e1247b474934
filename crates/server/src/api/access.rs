//! Who calls: a token, a signed-in user, or nobody.

use axum::http::{HeaderMap, Method, StatusCode, header};
use dictionary::Language;
use store::{Act, Actor, Id, IdempotencyKey, Reads, Scope, Tx, User, Via, kinds};

use crate::api::openapi::{Needs, Route};
use crate::api::problem::Problem;
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
    let language = text(header::ACCEPT_LANGUAGE)
        .and_then(|l| l.split(',').find_map(|p| Language::parse(p.trim())));
    let key = headers
        .get("idempotency-key")
        .and_then(|v| v.to_str().ok())
        .map(str::to_owned);
    let mut caller = Caller {
        scope: None,
        actor: Actor::Person,
        user: None,
        language: language.unwrap_or_default(),
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
            None => Err(Problem::status(StatusCode::UNAUTHORIZED).in_language(self.language)),
            Some(scope) if !scope.may(right) => {
                Err(Problem::from(store::Error::Forbidden).in_language(self.language))
            }
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
        Ok(match (own, self.get("account")) {
            (Some(id), _) => store::Account::find(&mut read, id).await?,
            (None, Some(slug)) => store::Account::by_slug(&mut read, slug).await?,
            (None, None) => return Err(store::Error::NotFound { what: "account" }.into()),
        })
    }

    pub fn act(&self) -> Act {
        Act::by(self.caller.actor.clone()).via(Via::Api)
    }

    fn key(&self, account: Id<kinds::Account>) -> Result<Option<IdempotencyKey>, Problem> {
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
        mut tx: Tx,
        account: Id<kinds::Account>,
        status: u16,
        body: serde_json::Value,
    ) -> Answer {
        let body = body.to_string();
        if let Some(key) = self.key(account)? {
            tx.answer(&key, status, &body).await?;
        }
        debug_assert!(tx.scope().reach(account).is_ok());
        tx.commit().await?;
        Ok(json_response(status, body))
    }
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
