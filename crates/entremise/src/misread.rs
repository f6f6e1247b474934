//! A line that means nothing: what may have been meant, and the same as an object for scripts.

use std::process::ExitCode;

use clap::Error;
use clap::error::{ContextKind, ContextValue};

use crate::near::near;
use crate::output::{Failure, out};

/// Says what is wrong and exits with 2; `--help` and `--version` come here too, and exit with 0.
pub fn tell(mut error: Error) -> ExitCode {
    keep_near(&mut error);
    let wrong = error.use_stderr();
    if wrong && std::env::args_os().any(|word| word == "--json") {
        let said = error.render().to_string();
        let first = said.lines().next().unwrap_or_default();
        let failure = Failure::usage(first.trim_start_matches("error: "));
        out!("{}", serde_json::json!({ "error": failure }));
    }
    // Nobody is left to be told when this cannot be written.
    let _ = error.print();
    ExitCode::from(if wrong { 2 } else { 0 })
}

/// The parser proposes words that only sound alike; we keep what a slip of the fingers explains.
fn keep_near(error: &mut Error) {
    for (typed, proposed, known) in [
        (
            ContextKind::InvalidSubcommand,
            ContextKind::SuggestedSubcommand,
            None,
        ),
        (ContextKind::InvalidArg, ContextKind::SuggestedArg, None),
        (
            ContextKind::InvalidValue,
            ContextKind::SuggestedValue,
            Some(ContextKind::ValidValue),
        ),
    ] {
        let Some(ContextValue::String(typed)) = error.get(typed).cloned() else {
            continue;
        };
        let words = error.remove(proposed);
        let words = known.map_or(words, |known| error.get(known).cloned());
        let words = match words {
            Some(ContextValue::String(word)) => vec![word],
            Some(ContextValue::Strings(words)) => words,
            _ => continue,
        };
        let near = near(&typed, words.iter().map(String::as_str));
        if let Some(nearest) = near.first().map(|word| (*word).to_owned()) {
            let told = match proposed {
                ContextKind::SuggestedSubcommand => ContextValue::Strings(vec![nearest]),
                _ => ContextValue::String(nearest),
            };
            error.insert(proposed, told);
        }
    }
}
