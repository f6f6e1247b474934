//! What people and scripts read: results on stdout, everything else on stderr.

use std::process::ExitCode;

use serde::Serialize;

use crate::near::did_you_mean;

/// Why a command ended with exit code 1, or 2.
#[derive(Debug, Serialize)]
pub struct Failure {
    pub code: String,
    pub message: String,
    /// The result that was printed says it too: no second object.
    #[serde(skip)]
    pub printed: bool,
    /// What was typed means nothing, whatever the files and the database hold: exit code 2.
    #[serde(skip)]
    pub usage: bool,
}

/// `println!` that ends quietly when nobody reads on, as in `entremise journal | head`.
macro_rules! out {
    ($($told:tt)*) => { $crate::output::write_line(format_args!($($told)*)) };
}
pub(crate) use out;

pub fn write_line(told: std::fmt::Arguments<'_>) {
    use std::io::{ErrorKind, Write};
    let Err(error) = writeln!(std::io::stdout().lock(), "{told}") else {
        return;
    };
    if error.kind() == ErrorKind::BrokenPipe {
        std::process::exit(0);
    }
    eprintln!("error: the result cannot be written: {error}");
    std::process::exit(1);
}

impl Failure {
    pub fn new(code: &str, message: impl Into<String>) -> Failure {
        Failure {
            code: code.into(),
            message: message.into(),
            printed: false,
            usage: false,
        }
    }

    /// What was typed means nothing: exit code 2.
    pub fn usage(message: impl Into<String>) -> Failure {
        Failure::new("usage", message).into_usage()
    }

    pub fn into_usage(self) -> Failure {
        Failure {
            usage: true,
            ..self
        }
    }

    /// A name that is none of those there are.
    pub fn unknown(kind: &str, typed: &str, known: &[&str]) -> Failure {
        let hint = did_you_mean(typed, known.iter().copied())
            .unwrap_or_else(|| format!("there are {}", known.join(", ")));
        let said = format!("there is no {kind} “{typed}”; {hint}");
        Failure::new(&format!("unknown_{kind}"), said).into_usage()
    }

    /// What is not there is named, and where to look for what is.
    pub fn of_missing(error: store::Error, typed: &str, hint: &str) -> Failure {
        match error {
            store::Error::NotFound { what } => {
                let said = format!("there is no {what} {typed}; {hint}");
                Failure::new("not_found", said)
            }
            other => other.into(),
        }
    }

    /// The result that says it was printed already.
    pub fn printed(self) -> Failure {
        Failure {
            printed: true,
            ..self
        }
    }
}

pub fn fail(failure: &Failure, json: bool) -> ExitCode {
    if json && !failure.printed {
        let error = serde_json::json!({ "error": failure });
        out!("{error}");
    }
    eprintln!("error: {}", failure.message);
    ExitCode::from(if failure.usage { 2 } else { 1 })
}

/// Prints one JSON object, or what `text` says.
pub fn print<T: Serialize>(json: bool, value: &T, text: impl FnOnce()) {
    if json {
        match serde_json::to_string_pretty(value) {
            Ok(line) => out!("{line}"),
            Err(error) => eprintln!("error: cannot write JSON: {error}"),
        }
    } else {
        text();
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Failure {
        // On the command line the cause is what helps; nobody else has logged it.
        let said = match &error {
            store::Error::Broken { cause } => cause.clone(),
            _ => error.to_string(),
        };
        Failure::new(error.code(), said)
    }
}

impl From<String> for Failure {
    fn from(message: String) -> Failure {
        Failure::new("failed", message)
    }
}

impl From<&str> for Failure {
    fn from(message: &str) -> Failure {
        Failure::from(message.to_owned())
    }
}

impl From<store::NotAnId> for Failure {
    fn from(error: store::NotAnId) -> Failure {
        Failure::new("not_an_id", error.to_string()).into_usage()
    }
}
