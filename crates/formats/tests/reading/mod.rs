//! Reads a file to its end, for tests that look at what came out.
#![allow(dead_code, reason = "each file of tests uses some of it")]

use std::io::{Cursor, Write};

use formats::{Description, Node, Refusal, open};

pub struct Read {
    pub description: Description,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
    pub nodes: Vec<Node>,
    /// The line of each good record.
    pub lines: Vec<u64>,
    pub refused: Vec<Refusal>,
    pub footers: u64,
}

pub fn read(bytes: impl Into<Vec<u8>>) -> Read {
    try_read(bytes).unwrap_or_else(|refusal| panic!("refused: {refusal}"))
}

pub fn refused(bytes: impl Into<Vec<u8>>) -> &'static str {
    match try_read(bytes) {
        Err(refusal) => refusal.code,
        Ok(read) => panic!("it was taken: {:?}", read.description),
    }
}

pub fn try_read(bytes: impl Into<Vec<u8>>) -> Result<Read, Refusal> {
    let mut input = open(Box::new(Cursor::new(bytes.into())))?;
    let layout = input.layout();
    let mut read = Read {
        description: input.description().clone(),
        columns: input.columns().to_vec(),
        rows: Vec::new(),
        nodes: Vec::new(),
        lines: Vec::new(),
        refused: Vec::new(),
        footers: 0,
    };
    while let Some(record) = input.next() {
        let record = record.and_then(|raw| {
            read.lines.push(raw.line);
            if layout.is_tree() {
                read.nodes.push(layout.node(&raw)?);
            } else {
                let cells = layout.cells(&raw).into_iter();
                read.rows.push(cells.map(|c| c.into_owned()).collect());
            }
            Ok(())
        });
        if let Err(refusal) = record {
            let ended = refusal.line == 0;
            read.refused.push(refusal);
            if ended {
                break;
            }
        }
    }
    read.footers = input.footers();
    Ok(read)
}

pub fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, zip::write::SimpleFileOptions::default())
            .expect("a member");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("a ZIP").into_inner()
}

pub fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).expect("packed");
    packed.finish().expect("packed")
}

/// The pairs of a record, as `path=value`.
pub fn flat(node: &Node) -> Vec<String> {
    node.flat()
        .into_iter()
        .map(|(path, value)| format!("{path}={value}"))
        .collect()
}
