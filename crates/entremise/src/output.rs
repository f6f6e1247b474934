//! What people and scripts read: results on stdout, everything else on stderr.

use std::process::ExitCode;

use serde::Serialize;

/// Why a command ended with exit code 1.
#[derive(Debug, Serialize)]
pub struct Failure {
    pub code: String,
    pub message: String,
}

pub fn fail(failure: &Failure, json: bool) -> ExitCode {
    if json {
        let error = serde_json::json!({ "error": failure });
        println!("{error}");
    }
    eprintln!("error: {}", failure.message);
    ExitCode::from(1)
}

/// Prints one JSON object, or what `text` says.
pub fn print<T: Serialize>(json: bool, value: &T, text: impl FnOnce()) {
    if json {
        match serde_json::to_string_pretty(value) {
            Ok(line) => println!("{line}"),
            Err(error) => eprintln!("error: cannot write JSON: {error}"),
        }
    } else {
        text();
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Failure {
        Failure {
            code: error.code().to_owned(),
            message: error.to_string(),
        }
    }
}

impl From<String> for Failure {
    fn from(message: String) -> Failure {
        Failure {
            code: "failed".into(),
            message,
        }
    }
}

impl From<&str> for Failure {
    fn from(message: &str) -> Failure {
        Failure::from(message.to_owned())
    }
}

impl From<store::NotAnId> for Failure {
    fn from(error: store::NotAnId) -> Failure {
        Failure {
            code: "not_an_id".into(),
            message: error.to_string(),
        }
    }
}
