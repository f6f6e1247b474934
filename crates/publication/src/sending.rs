//! One call to a portal, and what it answered.

use std::collections::BTreeMap;
use std::time::Duration;

use ::store::SECOND_MS;
use portal::{Call, Portal, Refusal};
use reqwest::{Client, Method, StatusCode};

use crate::publication::{Publication, Reason};
use crate::transition::Outcome;

/// An answer is read up to here; the rest says nothing more.
const ANSWER_BYTES_MAX: usize = 32 << 20;
/// So much of an answer is kept with the publication.
const KEPT_LETTERS: usize = 2_000;
const REST_MAX: Duration = Duration::from_secs(900);

/// Who is called, and how.
pub(crate) struct Caller<'a> {
    pub(crate) client: &'a Client,
    pub(crate) portal: &'a Portal,
    pub(crate) address: &'a str,
    pub(crate) secrets: &'a BTreeMap<String, String>,
}

/// What came of one call.
pub(crate) struct Said {
    pub(crate) outcome: Outcome,
    pub(crate) answer: String,
    /// The portal, or nobody, says that it is to be left alone for so long.
    pub(crate) rest: Option<Duration>,
}

/// An answer as it came.
pub(crate) struct Heard {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    rest: Option<Duration>,
}

impl Caller<'_> {
    /// Brings one publication nearer to what it should be.
    pub(crate) async fn bring(&self, publication: &Publication) -> Said {
        match publication.wanted && !publication.is_renamed() {
            true => self.send(publication).await,
            false => self.remove(publication).await,
        }
    }

    async fn send(&self, publication: &Publication) -> Said {
        let change = self.portal.change.as_ref();
        let change =
            change.filter(|_| publication.sent.is_some() && publication.portal_id.is_some());
        let Some(call) = change.or(self.portal.send.as_ref()) else {
            return unanswerable(publication);
        };
        let heard = self
            .call(
                call,
                publication.portal_id.as_deref(),
                &publication.record,
                Some(publication),
            )
            .await;
        self.said(call, heard, publication, |answer| Outcome::Taken {
            hash: publication.hash,
            removal: publication.removal.clone(),
            portal_id: answer.portal_id,
            url: answer.url,
            later: call.is_later,
        })
    }

    async fn remove(&self, publication: &Publication) -> Said {
        let Some(call) = &self.portal.remove else {
            return unanswerable(publication);
        };
        let body = match publication.sent_removal.is_empty() {
            true => &publication.removal,
            false => &publication.sent_removal,
        };
        let heard = self
            .call(
                call,
                publication.portal_id.as_deref(),
                body,
                Some(publication),
            )
            .await;
        self.said(call, heard, publication, |_| Outcome::Gone)
    }

    fn said(
        &self,
        call: &Call,
        heard: Result<Heard, String>,
        sent: &Publication,
        done: impl FnOnce(portal::Answer) -> Outcome,
    ) -> Said {
        let heard = match heard {
            Ok(heard) => heard,
            Err(cause) => return silent(&cause, String::new(), None),
        };
        let answer: String = String::from_utf8_lossy(&heard.body)
            .chars()
            .take(KEPT_LETTERS)
            .collect();
        let status = StatusCode::from_u16(heard.status).unwrap_or(StatusCode::IM_A_TEAPOT);
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            let cause = format!("HTTP {}", heard.status);
            return silent(&cause, answer, heard.rest);
        }
        let Some(read) = call.answer(heard.status, &heard.body) else {
            return silent(
                &format!("HTTP {}, unreadable", heard.status),
                answer,
                heard.rest,
            );
        };
        let outcome = match read.done {
            true => done(read),
            false => self.refused(sent, &read.refusals, heard.status),
        };
        Said {
            outcome,
            answer,
            rest: None,
        }
    }

    /// The portal's codes as sentences; one that is not known is told in the portal's own words.
    fn refused(&self, sent: &Publication, refusals: &[Refusal], status: u16) -> Outcome {
        let mut passes = false;
        let mut reasons: Vec<Reason> = Vec::new();
        for refusal in refusals {
            let known = self.portal.codes.get(&refusal.code);
            passes |= known.is_some_and(|code| code.passes);
            let own = || {
                let label = &self.portal.label;
                let words = format!("{label}: {}", refusal.text);
                Reason::own(
                    &refusal.code,
                    [words.clone(), words.clone(), words.clone(), words],
                )
            };
            reasons.push(known.map_or_else(own, |code| Reason {
                code: refusal.code.clone(),
                field: code.field.clone(),
                say: code.say.clone(),
            }));
        }
        if reasons.is_empty() {
            let words = format!("{}: HTTP {status}", self.portal.label);
            reasons.push(Reason::own(
                "refused",
                [words.clone(), words.clone(), words.clone(), words],
            ));
        }
        Outcome::Refused {
            hash: sent.hash,
            uncertain: sent.uncertain,
            reasons,
            passes,
        }
    }

    /// Asks the portal for what it has.
    pub(crate) async fn ask(&self, call: &Call, body: &str) -> Result<Heard, String> {
        self.call(call, None, body, None).await
    }

    async fn call(
        &self,
        call: &Call,
        portal_id: Option<&str>,
        body: &str,
        of: Option<&Publication>,
    ) -> Result<Heard, String> {
        let path = call.path.replace("{id}", portal_id.unwrap_or_default());
        let url = format!("{}{path}", self.address);
        let method = Method::from_bytes(call.method.as_bytes()).unwrap_or(Method::POST);
        let mut request = self.client.request(method, url);
        if !body.is_empty() {
            request = request
                .header("content-type", &self.portal.media_type)
                .body(body.to_owned());
        }
        if let Some(of) = of {
            let key = format!("{}-{}-{:016x}", of.channel, of.listing, of.hash);
            request = request.header("idempotency-key", key);
        }
        if let Some(token) = self.secrets.get("token") {
            request = request.bearer_auth(token);
        }
        let mut response = request.send().await.map_err(|e| reach::told(&e))?;
        let rest = response
            .headers()
            .get("retry-after")
            .and_then(|v| v.to_str().ok()?.parse().ok());
        let mut heard = Heard {
            status: response.status().as_u16(),
            body: Vec::new(),
            rest: rest.map(|seconds| Duration::from_secs(seconds).min(REST_MAX)),
        };
        while let Some(part) = response.chunk().await.map_err(|e| reach::told(&e))? {
            if heard.body.len() + part.len() > ANSWER_BYTES_MAX {
                return Err(format!(
                    "the answer is longer than {ANSWER_BYTES_MAX} bytes"
                ));
            }
            heard.body.extend_from_slice(&part);
        }
        Ok(heard)
    }
}

fn silent(cause: &str, answer: String, rest: Option<Duration>) -> Said {
    let said = [
        format!("Le portail n’a pas répondu ({cause}) ; nouvel essai prévu"),
        format!("De website antwoordde niet ({cause}); er volgt een nieuwe poging"),
        format!("The portal did not answer ({cause}); it will be tried again"),
        format!("Das Portal hat nicht geantwortet ({cause}); es wird wieder versucht"),
    ];
    Said {
        outcome: Outcome::Unanswered(Reason::own("no_answer", said)),
        answer,
        rest,
    }
}

/// A portal that takes no calls for this.
fn unanswerable(sent: &Publication) -> Said {
    let said = [
        "Ce portail n’accepte pas cet appel",
        "Deze website neemt deze oproep niet aan",
        "This portal takes no such call",
        "Dieses Portal nimmt diesen Aufruf nicht an",
    ];
    Said {
        outcome: Outcome::Refused {
            hash: sent.hash,
            uncertain: sent.uncertain,
            reasons: vec![Reason::own("no_call", said.map(str::to_owned))],
            passes: false,
        },
        answer: String::new(),
        rest: None,
    }
}

/// The pause after so many calls in a row that nobody answered.
pub(crate) fn rest_after(failures: i64) -> Duration {
    let ms = crate::transition::pause_ms(failures.max(1)).min(300 * SECOND_MS);
    Duration::from_millis(u64::try_from(ms).unwrap_or(0))
}
