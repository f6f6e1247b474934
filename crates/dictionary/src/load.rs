//! Loads verticals from a folder, or the ones that were compiled in.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use crate::fault::{Fault, Faults};
use crate::reading::{self, ChoicesFrom, Head, Placed};
use crate::{Category, Choice, Field, Group, Kind, Values, Vertical};

include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// All verticals of a deployment. Cheap to clone; never changes once loaded.
#[derive(Clone, Debug)]
pub struct Dictionary {
    verticals: Arc<[Arc<Vertical>]>,
}

/// One file: its name below the folder, and its text.
pub(crate) type Source = (String, String);

const FILE_BYTES_MAX: u64 = 4 << 20;

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

    /// Values read back from our own JSON; nothing for a vertical that is no more.
    pub fn values_stored(&self, vertical: &str, json: &[u8]) -> Values {
        self.vertical(vertical)
            .map(|v| v.values_stored(json))
            .unwrap_or_default()
    }

    pub(crate) fn of(sources: &[Source]) -> Result<Dictionary, Vec<Fault>> {
        let mut folders: BTreeMap<&str, Vec<&Source>> = BTreeMap::new();
        for source in sources {
            if let Some((folder, _)) = source.0.split_once('/') {
                folders.entry(folder).or_default().push(source);
            }
        }
        let mut faults = Vec::new();
        let verticals: Vec<Arc<Vertical>> = folders
            .iter()
            .filter_map(|(folder, files)| vertical(folder, files, &mut faults))
            .map(Arc::new)
            .collect();
        faults.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        if faults.is_empty() {
            Ok(Dictionary {
                verticals: verticals.into(),
            })
        } else {
            Err(faults)
        }
    }
}

/// The `.toml` files below a folder, by name.
pub(crate) fn sources(dir: &Path) -> Result<Vec<Source>, Vec<Fault>> {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).map_err(|e| vec![unreadable(&folder, &e.to_string())])?;
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "toml") {
                files.push(path);
            }
        }
    }
    files.sort();
    let read = |path: &PathBuf| {
        let size = fs::metadata(path).map_or(0, |m| m.len());
        if size > FILE_BYTES_MAX {
            return Err(vec![unreadable(path, "larger than 4 MB")]);
        }
        let text = fs::read_to_string(path).map_err(|e| vec![unreadable(path, &e.to_string())])?;
        let name = path
            .strip_prefix(dir)
            .unwrap_or(path)
            .to_string_lossy()
            .replace('\\', "/");
        Ok((name, text))
    };
    files.iter().map(read).collect()
}

fn unreadable(path: &Path, why: &str) -> Fault {
    let file = path.display().to_string();
    Fault {
        file,
        line: 1,
        column: 1,
        code: "unreadable",
        message: format!("cannot read: {why}"),
    }
}

/// What the files of one folder said, before it is checked as a whole.
#[derive(Default)]
struct Draft {
    head: Option<Head>,
    groups: Vec<Placed<Group>>,
    categories: Vec<Placed<Category>>,
    fields: Vec<(Placed<Field>, ChoicesFrom)>,
    choices: BTreeMap<String, Vec<Choice>>,
}

fn vertical(folder: &str, files: &[&Source], faults: &mut Vec<Fault>) -> Option<Vertical> {
    let mut draft = Draft::default();
    for (number, (name, text)) in files.iter().enumerate() {
        let mut faults = Faults::of(name, text, faults);
        let Some(document) = reading::parse(text, &mut faults) else {
            continue;
        };
        let root = document.as_table();
        if root.contains_key("choice") && !root.contains_key("key") {
            let file = name.rsplit('/').next().unwrap_or(name).to_owned();
            draft
                .choices
                .insert(file, reading::choices(root, &mut faults));
            continue;
        }
        if root.contains_key("key") {
            draft.head = Some(reading::head(root, &mut faults));
        }
        draft
            .groups
            .extend(reading::groups(root, number, &mut faults));
        draft
            .categories
            .extend(reading::categories(root, number, &mut faults));
        draft
            .fields
            .extend(reading::fields(root, number, &mut faults));
    }
    let Some(head) = draft.head.take() else {
        let file = format!("{folder}/vertical.toml");
        let message = "a vertical needs a file with `key` and `label`".to_owned();
        faults.push(Fault {
            file,
            line: 1,
            column: 1,
            code: "missing",
            message,
        });
        return None;
    };
    take_choices(&mut draft, files, faults);
    check_whole(&draft, files, faults);
    let mut vertical = Vertical {
        key: head.key.into(),
        label: head.label,
        schema_org: head.schema_org,
        categories: draft.categories.into_iter().map(|c| c.thing).collect(),
        groups: draft.groups.into_iter().map(|g| g.thing).collect(),
        fields: draft.fields.into_iter().map(|(f, _)| f.thing).collect(),
        lookup: Default::default(),
    };
    vertical.index();
    Some(vertical)
}

/// Gives fields the choices that stand in files of their own.
fn take_choices(draft: &mut Draft, files: &[&Source], found: &mut Vec<Fault>) {
    for (field, from) in &mut draft.fields {
        let Some((name, span)) = from.take() else {
            continue;
        };
        match draft.choices.get(&name) {
            Some(choices) => match &mut field.thing.kind {
                Kind::OneOf(own) | Kind::ManyOf(own) => own.extend(choices.iter().cloned()),
                _ => {}
            },
            None => {
                let (file, text) = files[field.file];
                let message = format!("there is no file {name:?} with choices in this vertical");
                Faults::of(file, text, found).at(span, "choices_from", message);
            }
        }
    }
}

/// What only the whole vertical can tell: doubles and references to what is not there.
fn check_whole(draft: &Draft, files: &[&Source], found: &mut Vec<Fault>) {
    let mut fault = |file: usize, span: &Option<_>, code, message: String| {
        let (name, text) = files[file];
        Faults::of(name, text, found).at(span.clone(), code, message);
    };
    let groups: HashSet<&str> = draft.groups.iter().map(|g| g.thing.key.as_ref()).collect();
    let categories: HashSet<&str> = draft
        .categories
        .iter()
        .map(|c| c.thing.key.as_ref())
        .collect();
    let fields: HashSet<&str> = draft
        .fields
        .iter()
        .map(|(f, _)| f.thing.key.as_ref())
        .collect();
    let mut seen = HashSet::new();
    for (Placed { thing, file, span }, _) in &draft.fields {
        if !seen.insert(thing.key.as_ref()) {
            fault(
                *file,
                span,
                "double",
                format!("field `{}` stands twice", thing.key),
            );
        }
        if !groups.contains(thing.group.as_ref()) {
            fault(
                *file,
                span,
                "group",
                format!("there is no group `{}`", thing.group),
            );
        }
        for category in thing
            .categories
            .iter()
            .filter(|c| !categories.contains(c.as_ref()))
        {
            fault(
                *file,
                span,
                "category",
                format!("there is no category `{category}`"),
            );
        }
        let mut keys = HashSet::new();
        for choice in thing
            .choices()
            .iter()
            .filter(|c| !keys.insert(c.key.as_ref()))
        {
            let said = format!(
                "choice `{}` of field `{}` stands twice",
                choice.key, thing.key
            );
            fault(*file, span, "double", said);
        }
    }
    let mut seen = HashSet::new();
    for Placed { thing, file, span } in &draft.categories {
        if !seen.insert(thing.key.as_ref()) {
            fault(
                *file,
                span,
                "double",
                format!("category `{}` stands twice", thing.key),
            );
        }
        if let Some(parent) = thing.parent.as_deref().filter(|p| !categories.contains(p)) {
            fault(
                *file,
                span,
                "category",
                format!("there is no parent category `{parent}`"),
            );
        }
        if in_a_circle(thing, &draft.categories) {
            fault(
                *file,
                span,
                "circle",
                format!("category `{}` is its own ancestor", thing.key),
            );
        }
        for field in thing.form.iter().filter(|f| !fields.contains(f.as_ref())) {
            fault(
                *file,
                span,
                "form",
                format!("the form asks `{field}`, which is no field"),
            );
        }
    }
}

fn in_a_circle(start: &Category, all: &[Placed<Category>]) -> bool {
    let mut parent = start.parent.as_deref();
    for _ in 0..=all.len() {
        let Some(key) = parent else { return false };
        if key == start.key.as_ref() {
            return true;
        }
        let above = all.iter().find(|c| c.thing.key.as_ref() == key);
        parent = above.and_then(|c| c.thing.parent.as_deref());
    }
    false
}
