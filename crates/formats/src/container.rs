//! Archives and mails: which of the files in them holds the listings.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use crate::archive::{Archive, Member, Role};
use crate::input::Input;
use crate::open::{Around, open_within};
use crate::spool::Spool;
use crate::{MEMBERS_TRIED_MAX, Refusal, UNPACKED_BYTES_MAX, mail};

/// Opens what may be records, and takes the most of one layout.
pub(crate) fn open_archive(archive: Archive, around: Around) -> Result<Input, Refusal> {
    let members: Vec<Member> = archive.members().cloned().collect();
    let closed = archive.closed();
    let open = |number: usize| archive.read_at(number).and_then(|m| open_within(m, around));
    let found = choose(members, &open).map_err(|refusal| match closed {
        // A password explains why nothing can be read.
        Some(why) if refusal.code == "no_records_in_archive" => why,
        _ => refusal,
    });
    let mut input = found?;
    input.description.container.insert(0, "zip");
    input.archive = Some(archive);
    Ok(input)
}

pub(crate) fn open_mail(mail: Spool, around: Around) -> Result<Input, Refusal> {
    let attached = mail::attachments(mail)?;
    let members = attached.iter().map(|a| Member {
        name: a.name.clone(),
        bytes: a.bytes.len() as u64,
        role: Role::of(&a.name),
    });
    let members: Vec<Member> = members.collect();
    let open = |number: usize| {
        let bytes = attached[number].bytes.clone();
        open_within(Box::new(Cursor::new(bytes)), around)
    };
    let mut input = choose(members, &open)?;
    input.description.container.insert(0, "mail");
    Ok(input)
}

fn choose(
    mut members: Vec<Member>,
    open: &dyn Fn(usize) -> Result<Input, Refusal>,
) -> Result<Input, Refusal> {
    let mut candidates: Vec<usize> = (0..members.len())
        .filter(|n| members[*n].role != Role::Photo && !is_aside(&members[*n].name))
        .collect();
    candidates.sort_by_key(|n| std::cmp::Reverse(members[*n].bytes));
    candidates.truncate(MEMBERS_TRIED_MAX);
    let mut opened: Vec<(usize, Input)> = Vec::new();
    let mut first_refusal = None;
    for number in candidates {
        match open(number) {
            Ok(input) => opened.push((number, input)),
            Err(refusal) => {
                first_refusal.get_or_insert((members[number].name.clone(), refusal));
            }
        }
    }
    let mut bytes: HashMap<String, u64> = HashMap::new();
    for (number, input) in &opened {
        *bytes.entry(input.kind()).or_default() += weight(&members[*number], input);
    }
    let best = bytes
        .into_iter()
        .max_by(|a, b| (a.1, &b.0).cmp(&(b.1, &a.0)));
    let Some((kind, _)) = best else {
        return Err(nothing(&members, first_refusal));
    };
    // In the order of the archive, which is that of the sender.
    opened.sort_by_key(|(number, _)| *number);
    let mut alike = opened.into_iter().filter(|(_, input)| input.kind() == kind);
    let Some((number, mut input)) = alike.next() else {
        return Err(nothing(&members, first_refusal));
    };
    members[number].role = Role::Records;
    for (number, more) in alike {
        members[number].role = Role::Records;
        input.following.push_back(more.into_reader());
    }
    // The members of an archive within a mail are told before what else was attached.
    input.description.members.extend(members);
    Ok(input)
}

/// A text of one column is a read-me sooner than a stock.
fn weight(member: &Member, input: &Input) -> u64 {
    let tree = input.layout().is_tree();
    let wide = tree || input.columns().len() > 1;
    if wide {
        member.bytes.max(1) * 1_000
    } else {
        member.bytes
    }
}

/// What systems put beside what people pack.
fn is_aside(name: &str) -> bool {
    let name = name.replace('\\', "/").to_lowercase();
    let file = name.rsplit('/').next().unwrap_or(&name);
    name.starts_with("__macosx/")
        || file.starts_with('.')
        || file == "thumbs.db"
        || file == "desktop.ini"
}

fn nothing(members: &[Member], first: Option<(String, Refusal)>) -> Refusal {
    let said = match first {
        Some((name, refusal))
            if refusal.code == "nested_archive" || refusal.code == "unreadable" =>
        {
            return Refusal {
                message: format!("“{name}”: {}", refusal.message),
                ..refusal
            };
        }
        Some((name, refusal)) => format!("the largest, “{name}”: {}", refusal.message),
        None if members.is_empty() => "it is empty".to_owned(),
        None => format!("it holds {} photos and no table", members.len()),
    };
    Refusal::file(
        "no_records_in_archive",
        format!("no table and no feed in it: {said}"),
    )
}

/// Refuses a workbook that unpacks to a bomb, before a reader that holds it in memory sees it.
pub(crate) fn measure(archive: &Archive) -> Result<(), Refusal> {
    /// What deflate can make of a byte at most.
    const RATIO: u64 = 1_032;
    const HARMLESS: u64 = 64 << 20;
    let mut total = 0;
    for (number, member) in archive.members().enumerate() {
        if archive.packed(number) * RATIO <= HARMLESS {
            total += archive.packed(number) * RATIO;
            continue;
        }
        let mut source = archive.read_at(number)?;
        let unpacked = std::io::copy(
            &mut source.by_ref().take(UNPACKED_BYTES_MAX),
            &mut std::io::sink(),
        );
        total += match unpacked {
            Ok(bytes) => bytes,
            Err(error) => {
                let said = format!("“{}” in the workbook: {error}", member.name);
                return Err(Refusal::file("unreadable", said));
            }
        };
    }
    if total > UNPACKED_BYTES_MAX {
        return Err(Refusal::file(
            "too_large",
            "the workbook unpacks to more than 8 GB; send it in parts",
        ));
    }
    Ok(())
}
