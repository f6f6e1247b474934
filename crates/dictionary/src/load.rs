//! Loads verticals from a folder, or the ones that were compiled in.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use xxhash_rust::xxh3::Xxh3;

use crate::fault::{Fault, Faults};
use crate::reading::{self, Head, Placed, To};
use crate::{Category, Choice, Field, Group, Kind, Values, Vertical, whole};

include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// All verticals of a deployment. Cheap to clone; never changes once loaded.
#[derive(Clone, Debug)]
pub struct Dictionary {
    verticals: Arc<[Arc<Vertical>]>,
    fingerprint: u64,
}

/// One file: its name below the folder, and its text.
pub(crate) type Source = (String, String);

const FILE_BYTES_MAX: u64 = 4 << 20;
/// Folders below folders; a link that leads back up ends here.
const FOLDERS_MAX: usize = 6;

impl Dictionary {
    /// Every folder below `dir` is a vertical. Either all of it is good, or every fault is told.
    pub fn load(dir: &Path) -> Result<Dictionary, Vec<Fault>> {
        Dictionary::of(&sources(dir)?)
    }

    /// The verticals that this program ships; a fault in them is a fault of the build.
    pub fn embedded() -> Dictionary {
        static EMBEDDED: LazyLock<Dictionary> = LazyLock::new(|| match Dictionary::shipped() {
            Ok(dictionary) => dictionary,
            Err(faults) => panic!("the shipped verticals are faulty: {}", faults[0]),
        });
        EMBEDDED.clone()
    }

    /// The shipped verticals, or what is wrong with them.
    pub fn shipped() -> Result<Dictionary, Vec<Fault>> {
        let own = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        Dictionary::of(&SHIPPED.iter().map(own).collect::<Vec<_>>())
    }

    pub fn verticals(&self) -> &[Arc<Vertical>] {
        &self.verticals
    }

    pub fn vertical(&self, key: &str) -> Option<&Arc<Vertical>> {
        self.verticals.iter().find(|v| v.key.as_ref() == key)
    }

    /// The same for the same files: what was made with another dictionary must be made anew.
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// Values read back from our own JSON; nothing for a vertical that is no more.
    pub fn values_stored(&self, vertical: &str, json: &[u8]) -> Values {
        self.vertical(vertical)
            .map(|v| v.values_stored(json))
            .unwrap_or_default()
    }

    pub(crate) fn of(sources: &[Source]) -> Result<Dictionary, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut folders: BTreeMap<&str, Vec<&Source>> = BTreeMap::new();
        for source in sources {
            match source.0.split_once('/') {
                Some((folder, _)) => folders.entry(folder).or_default().push(source),
                None => faults.push(first_line(
                    &source.0,
                    "stray",
                    "a file of a vertical stands in the folder of its vertical",
                )),
            }
        }
        if folders.is_empty() {
            let said = "there is no vertical here: each is a folder of .toml files";
            faults.push(first_line(".", "empty", said));
        }
        let mut verticals: Vec<Arc<Vertical>> = Vec::new();
        for (folder, files) in &folders {
            let Some(vertical) = vertical(folder, files, &mut faults) else {
                continue;
            };
            if verticals.iter().any(|v| v.key == vertical.key) {
                let said = format!("another folder is the vertical `{}` already", vertical.key);
                faults.push(first_line(&files[0].0, "double", &said));
            }
            verticals.push(Arc::new(vertical));
        }
        faults.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        if !faults.is_empty() {
            return Err(faults);
        }
        let verticals = verticals.into();
        Ok(Dictionary {
            verticals,
            fingerprint: fingerprint(sources),
        })
    }
}

fn fingerprint(sources: &[Source]) -> u64 {
    let mut hash = Xxh3::new();
    for (name, text) in sources {
        for part in [name, text] {
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
    }
    hash.digest()
}

/// The `.toml` files below a folder, by name. Hidden files are an editor's, not ours.
pub(crate) fn sources(dir: &Path) -> Result<Vec<Source>, Vec<Fault>> {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut faults = Vec::new();
    let mut folders = vec![(dir.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                faults.push(unreadable(&folder, &error.to_string()));
                continue;
            }
        };
        for entry in entries.flatten() {
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if path.is_dir() && depth < FOLDERS_MAX {
                folders.push((path, depth + 1));
            } else if path.extension().is_some_and(|e| e == "toml") {
                files.push(path);
            }
        }
    }
    files.sort();
    let mut sources = Vec::with_capacity(files.len());
    for path in &files {
        match read_text(path) {
            Ok(text) => {
                let below = path.strip_prefix(dir).unwrap_or(path).to_string_lossy();
                sources.push((below.replace('\\', "/"), text));
            }
            Err(why) => faults.push(unreadable(path, &why)),
        }
    }
    if faults.is_empty() {
        Ok(sources)
    } else {
        Err(faults)
    }
}

fn read_text(path: &Path) -> Result<String, String> {
    let size = fs::metadata(path).map_err(|e| e.to_string())?.len();
    if size > FILE_BYTES_MAX {
        return Err("larger than 4 MB".to_owned());
    }
    fs::read_to_string(path).map_err(|e| e.to_string())
}

fn unreadable(path: &Path, why: &str) -> Fault {
    let file = path.display().to_string();
    first_line(&file, "unreadable", &format!("cannot read: {why}"))
}

fn first_line(file: &str, code: &'static str, message: &str) -> Fault {
    Fault {
        file: file.to_owned(),
        line: 1,
        column: 1,
        code,
        message: message.to_owned(),
    }
}

/// What the files of one folder said, before it is checked as a whole.
#[derive(Default)]
pub(crate) struct Draft {
    pub(crate) head: Option<Placed<Head>>,
    pub(crate) groups: Vec<Placed<Group>>,
    pub(crate) categories: Vec<Placed<Category>>,
    pub(crate) fields: Vec<Placed<Field>>,
    /// Enumerations in files of their own, by the name of the file.
    pub(crate) choices: BTreeMap<String, Vec<Placed<Choice>>>,
}

fn vertical(folder: &str, files: &[&Source], found: &mut Vec<Fault>) -> Option<Vertical> {
    let mut draft = Draft::default();
    for (number, (name, text)) in files.iter().enumerate() {
        read_file(&mut draft, number, &mut Faults::of(name, text, found), text);
    }
    if draft.head.is_none() {
        found.push(Fault {
            file: format!("{folder}/vertical.toml"),
            line: 1,
            column: 1,
            code: "missing",
            message: "a vertical needs a file that begins with `key` and `label`".to_owned(),
        });
    }
    take_choices(&mut draft, files, found);
    whole::check(&draft, files, found);
    let head = draft.head?.thing;
    let mut vertical = Vertical {
        key: head.key.into(),
        label: head.label,
        schema_org: head.schema_org,
        categories: draft.categories.into_iter().map(|c| c.thing).collect(),
        groups: draft.groups.into_iter().map(|g| g.thing).collect(),
        fields: draft.fields.into_iter().map(|f| f.thing).collect(),
        lookup: Default::default(),
    };
    // Fields stand in the order of the groups, whatever their files are called.
    let place = |key: &str| vertical.groups.iter().position(|g| g.key.as_ref() == key);
    let mut fields = std::mem::take(&mut vertical.fields);
    fields.sort_by_key(|field| place(&field.group));
    vertical.fields = fields;
    vertical.index();
    Some(vertical)
}

fn read_file(draft: &mut Draft, file: usize, faults: &mut Faults<'_>, text: &str) {
    let Some(document) = reading::parse(text, faults) else {
        return;
    };
    let root = document.as_table();
    if root.contains_key("choice") && !root.contains_key("key") {
        let name = faults.file.rsplit('/').next().unwrap_or_default();
        let choices = reading::choices(root, file, faults);
        if draft.choices.insert(name.to_owned(), choices).is_some() {
            let said = format!("two files of choices are called {name}");
            faults.at(None, "double", said);
        }
        return;
    }
    if let Some(head) = reading::head(root, faults) {
        let span = head.span.clone();
        if draft.head.is_some() {
            let said = "a vertical has one `key`, and another file gives it already";
            faults.at(span.clone(), "double", said);
        }
        draft.head.get_or_insert(Placed {
            thing: head,
            file,
            span,
            points: Vec::new(),
        });
    }
    draft.groups.extend(reading::groups(root, file, faults));
    draft
        .categories
        .extend(reading::categories(root, file, faults));
    draft.fields.extend(reading::fields(root, file, faults));
}

/// Gives fields the choices that stand in files of their own.
fn take_choices(draft: &mut Draft, files: &[&Source], found: &mut Vec<Fault>) {
    for field in &mut draft.fields {
        let from = field.points.iter().find(|p| p.to == To::File);
        let taken = from.and_then(|from| Some((from, draft.choices.get(&from.word)?)));
        let (Some((from, choices)), Kind::OneOf(own) | Kind::ManyOf(own)) =
            (taken, &mut field.thing.kind)
        else {
            continue;
        };
        for choice in choices.iter().map(|c| &c.thing) {
            if own.iter().any(|o| o.key == choice.key) {
                let (name, text) = files[field.file];
                let said = format!("choice `{}` stands here and in the file", choice.key);
                Faults::of(name, text, found).at(from.span.clone(), "double", said);
            }
        }
        own.extend(choices.iter().map(|c| c.thing.clone()));
    }
}
