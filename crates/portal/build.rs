//! Compiles the folders `portals/*/` that have a `record.toml` into the binary.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

const FILES: [&str; 4] = ["portal.toml", "record.toml", "rules.toml", "codes.toml"];

fn main() {
    let portals =
        PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../../portals");
    println!("cargo:rerun-if-changed={}", portals.display());
    let folders = fs::read_dir(&portals).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = folders
        .map(|folder| folder.path())
        .filter(|folder| folder.join("record.toml").is_file())
        .collect();
    folders.sort();
    let mut code = String::from("static SHIPPED: &[(&str, &str)] = &[\n");
    for folder in folders {
        let name = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        for file in FILES {
            let path = folder.join(file);
            println!("cargo:rerun-if-changed={}", path.display());
            if path.is_file() {
                let whole = path.canonicalize().unwrap_or(path).display().to_string();
                let _ = writeln!(
                    code,
                    "    ({:?}, include_str!({whole:?})),",
                    format!("{name}/{file}")
                );
            }
        }
    }
    code.push_str("];\n");
    let out = PathBuf::from(env::var("OUT_DIR").unwrap_or_default()).join("shipped.rs");
    if let Err(error) = fs::write(&out, code) {
        println!("cargo:error=cannot write {}: {error}", out.display());
    }
}
