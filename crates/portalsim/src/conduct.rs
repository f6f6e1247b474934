//! How a portal behaves: its faults, its rules and its pace, set at the start and while it runs.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Conduct {
    /// 500 or 503, the latter at times with `Retry-After`; nothing is done.
    pub error_rate: f64,
    /// The work is done or not, half each; then the connection hangs and is dropped.
    pub timeout_rate: f64,
    pub hang_ms: u64,
    /// The work is done twice, and one answer says so; of AVIV each status is told twice.
    pub duplicate_rate: f64,
    /// 200 with a page about maintenance; nothing is done.
    pub html_rate: f64,
    /// Every answer waits for so long.
    pub slow_ms: u64,
    /// 503 for everything, for so long from when it is set.
    pub down_ms: u64,
    /// A public page fails now and then, though the listing is shown.
    pub page_error_rate: f64,
    /// Accepts, and neither lists nor shows.
    pub shows_nothing: bool,
    /// Accepts and lists, and has no page.
    pub hides_pages: bool,
    /// What was accepted vanishes from the lists and the pages, after so long.
    pub lose_rate: f64,
    pub lose_after_ms: u64,
    pub refuse_rate: f64,
    pub refuse_reason: String,
    pub rules: Rules,
    /// Between two statuses of AVIV.
    pub step_ms: u64,
    /// For how long AVIV's tokens are good.
    pub token_ms: u64,
    pub webhook_lost_rate: f64,
    /// A status is told only after the one that follows it.
    pub webhook_shuffle_rate: f64,
}

/// What the portal asks of a listing beyond its protocol.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Rules {
    pub description_min: usize,
    pub photos_min: usize,
}

impl Default for Conduct {
    fn default() -> Conduct {
        Conduct {
            error_rate: 0.0,
            timeout_rate: 0.0,
            hang_ms: 1_000,
            duplicate_rate: 0.0,
            html_rate: 0.0,
            slow_ms: 0,
            down_ms: 0,
            page_error_rate: 0.0,
            shows_nothing: false,
            hides_pages: false,
            lose_rate: 0.0,
            lose_after_ms: 1_000,
            refuse_rate: 0.0,
            refuse_reason: "The portal does not want this listing".into(),
            rules: Rules::default(),
            step_ms: 100,
            token_ms: 3_600_000,
            webhook_lost_rate: 0.0,
            webhook_shuffle_rate: 0.0,
        }
    }
}

impl Conduct {
    /// The same with what is given; the rest stays as it was.
    pub(crate) fn with(&self, given: &Map<String, Value>) -> Result<Conduct, String> {
        let mut all = serde_json::to_value(self).map_err(|e| e.to_string())?;
        for (name, value) in given {
            match (value, &mut all[name.as_str()]) {
                (Value::Object(inner), Value::Object(own)) => own.extend(inner.clone()),
                (value, own) => *own = value.clone(),
            }
        }
        let conduct: Conduct = serde_json::from_value(all).map_err(|e| e.to_string())?;
        let rates = [
            conduct.error_rate,
            conduct.timeout_rate,
            conduct.duplicate_rate,
            conduct.html_rate,
            conduct.page_error_rate,
            conduct.lose_rate,
            conduct.refuse_rate,
            conduct.webhook_lost_rate,
            conduct.webhook_shuffle_rate,
        ];
        if rates.iter().any(|r| !(0.0..=1.0).contains(r)) {
            return Err("a rate goes from 0 to 1".into());
        }
        Ok(conduct)
    }
}
