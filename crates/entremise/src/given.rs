//! A file that was named on the command line: opened, or what may have been meant.

use std::fs::File;
use std::io::{IsTerminal, Read};
use std::path::Path;

use crate::near::did_you_mean;
use crate::output::Failure;

const FILES_SHOWN: usize = 5;

pub fn is_stdin(file: &Path) -> bool {
    file.as_os_str() == "-"
}

/// Opens what was named; what cannot be opened says what is there instead.
pub fn source(file: &Path) -> Result<Box<dyn Read + Send>, Failure> {
    if is_stdin(file) {
        if std::io::stdin().is_terminal() {
            eprintln!("reading from the terminal; end with Ctrl-D");
        }
        return Ok(Box::new(std::io::stdin()));
    }
    if file.is_dir() {
        return Err(a_folder(file));
    }
    match File::open(file) {
        Ok(opened) => Ok(Box::new(opened)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Err(missing(file)),
        Err(e) => {
            let said = format!("cannot open {}: {e}", file.display());
            Err(Failure::new("unreadable_file", said))
        }
    }
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.path().is_file());
    let mut names: Vec<String> = files
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn a_folder(folder: &Path) -> Failure {
    let names = names_in(folder);
    let held = match names.len() {
        0 => "it holds no file".to_owned(),
        n if n > FILES_SHOWN => format!(
            "it holds {} and {} more",
            names[..FILES_SHOWN].join(", "),
            n - FILES_SHOWN
        ),
        _ => format!("it holds {}", names.join(", ")),
    };
    let example = folder.join(names.first().map_or("FILE", String::as_str));
    let said = format!(
        "{} is a folder, and an import takes one file: {held}. Try `entremise import {} --account SLUG`",
        folder.display(),
        example.display()
    );
    Failure::new("is_a_folder", said)
}

fn missing(file: &Path) -> Failure {
    let here = std::env::current_dir().unwrap_or_default().join(file);
    let folder = here.parent().unwrap_or(&here);
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let names = names_in(folder);
    let hint = match did_you_mean(&name, names.iter().map(String::as_str)) {
        Some(hint) => hint,
        None if !folder.is_dir() => {
            format!("the folder {} does not exist either", folder.display())
        }
        None => "no name in that folder is like it".to_owned(),
    };
    Failure::new(
        "no_such_file",
        format!("there is no file {}; {hint}", here.display()),
    )
}
