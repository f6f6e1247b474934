//! Compiles the layouts in `portals/*/layout.toml` into the binary: a new one is a new folder.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

fn main() {
    let portals =
        PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../../portals");
    println!("cargo:rerun-if-changed={}", portals.display());
    let folders = fs::read_dir(&portals).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = folders
        .map(|folder| folder.path().join("layout.toml"))
        .filter(|file| file.is_file())
        .collect();
    files.sort();
    let mut code = String::from("static SHIPPED: &[&str] = &[\n");
    for file in files {
        println!("cargo:rerun-if-changed={}", file.display());
        let path = file.canonicalize().unwrap_or(file).display().to_string();
        let _ = writeln!(code, "    include_str!({path:?}),");
    }
    code.push_str("];\n");
    let out = PathBuf::from(env::var("OUT_DIR").unwrap_or_default()).join("layouts.rs");
    if let Err(error) = fs::write(&out, code) {
        println!("cargo:error=cannot write {}: {error}", out.display());
    }
}
