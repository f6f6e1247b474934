//! Compiles the shipped `verticals/` into the binary, so that it runs without the folder.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap_or_default());
    let verticals = here.join("../../verticals");
    println!("cargo:rerun-if-changed={}", verticals.display());
    let mut files = Vec::new();
    collect(&verticals, &mut files);
    files.sort();
    let mut code = String::from("pub(crate) static SHIPPED: &[(&str, &str)] = &[\n");
    for file in files {
        println!("cargo:rerun-if-changed={}", file.display());
        let name = file
            .strip_prefix(&verticals)
            .unwrap_or(&file)
            .display()
            .to_string();
        let path = file.canonicalize().unwrap_or(file).display().to_string();
        let _ = writeln!(code, "    ({name:?}, include_str!({path:?})),");
    }
    code.push_str("];\n");
    let out = PathBuf::from(env::var("OUT_DIR").unwrap_or_default()).join("shipped.rs");
    if let Err(error) = fs::write(&out, code) {
        println!("cargo:error=cannot write {}: {error}", out.display());
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            println!("cargo:rerun-if-changed={}", path.display());
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "toml") {
            files.push(path);
        }
    }
}
