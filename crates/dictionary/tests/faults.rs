//! A table of bad files, and the very line and column at which each is told.

use std::fs;
use std::path::Path;

use dictionary::{Dictionary, Fault};
use proptest::prelude::*;
use proptest::sample::Index;

const HEAD: &str = r#"key = "boats"
label = { fr = "Bateaux", nl = "Boten", en = "Boats", de = "Boote" }
[[group]]
key = "offer"
label = "Offer"
[[category]]
key = "sail"
label = "Sail"
"#;

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
}

fn faults_of(files: &[(&str, &str)]) -> Vec<Fault> {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), files);
    Dictionary::load(folder.path()).err().unwrap_or_default()
}

/// `code@line:column` of every fault of a fields file beside a good head.
fn told(fields: &str) -> Vec<String> {
    told_of(&[
        ("boats/vertical.toml", HEAD),
        ("boats/fields/a.toml", fields),
    ])
}

fn told_of(files: &[(&str, &str)]) -> Vec<String> {
    faults_of(files)
        .iter()
        .map(|f| format!("{}@{}:{}", f.code, f.line, f.column))
        .collect()
}

#[test]
fn every_mistake_in_a_field_is_told_at_its_line_and_column() {
    let cases: &[(&str, &str, &[&str])] = &[
        (
            "a good field",
            "[[field]]\nkey = \"length\"\nkind = \"length\"\nunit = \"metre\"\ngroup = \"offer\"\nlabel = \"L\"\n",
            &[],
        ),
        (
            "an unknown key",
            "[[field]]\nkey = \"a\"\nkind = \"text\"\ngroup = \"offer\"\nlable = \"A\"\nlabel = \"A\"\n",
            &["unknown_key@5:1"],
        ),
        (
            "an unknown table",
            "[[feild]]\nkey = \"a\"\n",
            &["unknown_key@1:3"],
        ),
        (
            "a key that is no ASCII",
            "[[field]]\nkey = \"a\"\n\"éé\" = 1\nkind = \"text\"\ngroup = \"offer\"\nlabel = \"A\"\n",
            &["unknown_key@3:1"],
        ),
        (
            "an unknown kind",
            "[[field]]\nkey = \"a\"\nkind = \"wood\"\ngroup = \"offer\"\nlabel = \"A\"\n",
            &["kind@3:8"],
        ),
        (
            "a kind that is a number",
            "[[field]]\nkey = \"a\"\nkind = 3\ngroup = \"offer\"\nlabel = \"A\"\n",
            &["type@3:8"],
        ),
        (
            "no kind, no group, no label, no key",
            "\n[[field]]\nsearched = true\n",
            &["missing@2:1", "missing@2:1", "missing@2:1", "missing@2:1"],
        ),
        (
            "a label without Dutch",
            "[[field]]\nkey = \"a\"\nkind = \"text\"\ngroup = \"offer\"\nlabel = { fr = \"A\", en = \"A\", de = \"A\" }\n",
            &["language@5:9"],
        ),
        (
            "a label in a fifth language",
            "[[field]]\nkey = \"a\"\nkind = \"text\"\ngroup = \"offer\"\nlabel = { fr = \"A\", nl = \"A\", en = \"A\", de = \"A\", it = \"A\" }\n",
            &["unknown_key@5:51"],
        ),
        (
            "an unknown group, behind an accent",
            "[[field]]\nkey = \"a\"\nlabel = \"É\"\nkind = \"text\"\ngroup = \"engine\"\n",
            &["group@5:9"],
        ),
        (
            "an unknown category, the second of the list",
            "[[field]]\nkey = \"a\"\nkind = \"text\"\ngroup = \"offer\"\ncategories = [\"sail\", \"submarine\"]\nlabel = \"A\"\n",
            &["category@5:23"],
        ),
        (
            "bounds the wrong way round",
            "[[field]]\nkey = \"a\"\nkind = \"integer\"\ngroup = \"offer\"\nmin = 9\nmax = 1\nlabel = \"A\"\n",
            &["bounds@5:7"],
        ),
        (
            "bounds of a text",
            "[[field]]\nkey = \"a\"\nkind = \"text\"\ngroup = \"offer\"\nmax = 1\nlabel = \"A\"\n",
            &["bounds@5:7"],
        ),
        (
            "a bound that is a text",
            "[[field]]\nkey = \"a\"\nkind = \"integer\"\ngroup = \"offer\"\nmax = \"9\"\nlabel = \"A\"\n",
            &["type@5:7"],
        ),
        (
            "an unknown unit",
            "[[field]]\nkey = \"a\"\nkind = \"length\"\nunit = \"fathom\"\ngroup = \"offer\"\nlabel = \"A\"\n",
            &["unit@4:8"],
        ),
        (
            "a flag that is a text",
            "[[field]]\nkey = \"a\"\nkind = \"integer\"\ngroup = \"offer\"\nlabel = \"A\"\nsearched = \"yes\"\n",
            &["type@6:12"],
        ),
        (
            "an unknown place to show it",
            "[[field]]\nkey = \"a\"\nkind = \"integer\"\ngroup = \"offer\"\nlabel = \"A\"\nshown = \"nowhere\"\n",
            &["shown@6:9"],
        ),
        (
            "an order of texts",
            "[[field]]\nkey = \"a\"\nkind = \"text\"\ngroup = \"offer\"\nlabel = \"A\"\nsorted = true\n",
            &["sorted@6:10"],
        ),
        (
            "a key in capitals",
            "[[field]]\nkey = \"Length\"\nkind = \"integer\"\ngroup = \"offer\"\nlabel = \"A\"\n",
            &["key@2:7"],
        ),
        (
            "a choice without choices",
            "[[field]]\nkey = \"a\"\nkind = \"one_of\"\ngroup = \"offer\"\nlabel = \"A\"\n",
            &["missing@3:8"],
        ),
        (
            "choices of a number",
            "[[field]]\nkey = \"a\"\nkind = \"integer\"\ngroup = \"offer\"\nlabel = \"A\"\nchoices = [{ key = \"x\", label = \"X\" }]\n",
            &["choices@3:8"],
        ),
        (
            "a choice twice, and one without label",
            "[[field]]\nkey = \"a\"\nkind = \"one_of\"\ngroup = \"offer\"\nlabel = \"A\"\nchoices = [\n  { key = \"x\", label = \"X\" },\n  { key = \"x\", label = \"X\" },\n  { key = \"y\" },\n]\n",
            &["double@8:11", "missing@9:3"],
        ),
        (
            "a choice that is a text",
            "[[field]]\nkey = \"a\"\nkind = \"one_of\"\ngroup = \"offer\"\nlabel = \"A\"\nchoices = [{ key = \"x\", label = \"X\" }, \"y\"]\n",
            &["type@6:40"],
        ),
        (
            "choices within a choice that is not there",
            "[[field]]\nkey = \"a\"\nkind = \"one_of\"\ngroup = \"offer\"\nlabel = \"A\"\nchoices = [{ key = \"x\", label = \"X\", within = \"volvo\" }]\n",
            &["within@6:47"],
        ),
        (
            "choices from a file that is not there",
            "[[field]]\nkey = \"a\"\nkind = \"one_of\"\ngroup = \"offer\"\nlabel = \"A\"\nchoices_from = \"yards.toml\"\n",
            &["choices_from@6:16"],
        ),
        (
            "a field twice",
            "[[field]]\nkey = \"a\"\nkind = \"text\"\ngroup = \"offer\"\nlabel = \"A\"\n[[field]]\nkey = \"a\"\nkind = \"text\"\ngroup = \"offer\"\nlabel = \"A\"\n",
            &["double@6:1"],
        ),
        (
            "a key twice in one table",
            "[[field]]\nkey = \"a\"\nkey = \"b\"\n",
            &["syntax@3:1"],
        ),
        (
            "an open quote",
            "[[field]]\nkey = \"a\nkind = \"text\"\n",
            &["syntax@2:9"],
        ),
        (
            "one table where many are meant",
            "[field]\nkey = \"a\"\n",
            &["type@1:1"],
        ),
        (
            "synonyms that are numbers",
            "[[field]]\nkey = \"a\"\nkind = \"text\"\ngroup = \"offer\"\nlabel = \"A\"\nsynonyms = [\"b\", 7]\n",
            &["type@6:18"],
        ),
        (
            "a price that is a text",
            "[[field]]\nkey = \"price\"\nkind = \"text\"\ngroup = \"offer\"\nlabel = \"P\"\n",
            &["core@1:1"],
        ),
    ];
    for (name, fields, expected) in cases {
        assert_eq!(told(fields), *expected, "{name}:\n{fields}");
    }
}

#[test]
fn categories_are_checked_as_a_family() {
    let tail = |more: &str| format!("{HEAD}{more}");
    let cases: &[(&str, &str, &[&str])] = &[
        (
            "an unknown parent",
            "[[category]]\nkey = \"dinghy\"\nparent = \"motor\"\nlabel = \"D\"\n",
            &["category@11:10"],
        ),
        (
            "its own ancestor",
            "[[category]]\nkey = \"x\"\nparent = \"y\"\nlabel = \"X\"\n[[category]]\nkey = \"y\"\nparent = \"x\"\nlabel = \"Y\"\n",
            &["circle@9:1", "circle@13:1"],
        ),
        (
            "twice the same",
            "[[category]]\nkey = \"sail\"\nlabel = \"S\"\n",
            &["double@9:1"],
        ),
        (
            "a form that asks what is not there",
            "[[category]]\nkey = \"x\"\nlabel = \"X\"\nform = [\"mast\"]\n",
            &["form@12:9"],
        ),
        (
            "a form that asks what belongs to another category",
            "[[category]]\nkey = \"x\"\nlabel = \"X\"\nform = [\"rig\"]\n[[field]]\nkey = \"rig\"\nkind = \"text\"\ngroup = \"offer\"\nlabel = \"R\"\ncategories = [\"sail\"]\n",
            &["form@12:9"],
        ),
        (
            "a form of a child that asks what the parent has",
            "[[category]]\nkey = \"x\"\nparent = \"sail\"\nlabel = \"X\"\nform = [\"rig\"]\n[[field]]\nkey = \"rig\"\nkind = \"text\"\ngroup = \"offer\"\nlabel = \"R\"\ncategories = [\"sail\"]\n",
            &[],
        ),
    ];
    for (name, more, expected) in cases {
        let text = tail(more);
        assert_eq!(
            told_of(&[("boats/vertical.toml", &text)]),
            *expected,
            "{name}"
        );
    }
}

#[test]
fn all_faults_of_all_files_are_told_at_once_and_in_order() {
    let faults = faults_of(&[
        ("boats/vertical.toml", HEAD),
        (
            "boats/fields/b.toml",
            "[[field]]\nkey = \"b\"\nkind = \"wood\"\ngroup = \"none\"\n",
        ),
        ("boats/fields/a.toml", "[[field]]\nkey = 1\n"),
        ("cars/vertical.toml", "label = \"Cars\"\nkey = \"boats\"\n"),
        ("stray.toml", ""),
    ]);
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "boats/fields/a.toml:1:1: a field needs a group",
            "boats/fields/a.toml:1:1: `key` is missing",
            "boats/fields/a.toml:1:1: a field needs a kind",
            "boats/fields/a.toml:1:1: `label` is missing",
            "boats/fields/a.toml:2:7: `key` must be a text",
            "boats/fields/b.toml:1:1: `label` is missing",
            "boats/fields/b.toml:3:8: unknown kind \"wood\"; there are integer, decimal, money, \
             area, length, power, percent, year, date, boolean, one_of, many_of, text, \
             translated, place, person",
            "boats/fields/b.toml:4:9: there is no group `none`",
            "cars/vertical.toml:1:1: another folder is the vertical `boats` already",
            "stray.toml:1:1: a file of a vertical stands in the folder of its vertical",
        ]
    );
}

#[test]
fn files_of_choices_are_checked_at_their_own_lines() {
    let field = "[[field]]\nkey = \"yard\"\nkind = \"one_of\"\ngroup = \"offer\"\nlabel = \"Y\"\nchoices_from = \"yards.toml\"\n\
                 [[field]]\nkey = \"model\"\nkind = \"one_of\"\ngroup = \"offer\"\nlabel = \"M\"\nchoices_from = \"models.toml\"\n";
    let faults = faults_of(&[
        ("boats/vertical.toml", HEAD),
        ("boats/fields/a.toml", field),
        (
            "boats/models.toml",
            "[[choice]]\nkey = \"sun\"\nlabel = \"Sun\"\nwithin = \"jeanneau\"\n[[choice]]\nkey = \"moon\"\nlabel = \"Moon\"\nwithin = \"beneteau\"\n",
        ),
        (
            "boats/yards.toml",
            "[[choice]]\nkey = \"jeanneau\"\nlabel = \"J\"\n[[choice]]\nkey = \"jeanneau\"\nlabel = \"J\"\n",
        ),
    ]);
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "boats/models.toml:8:10: no field has the choice `beneteau`",
            "boats/yards.toml:5:7: choice `jeanneau` stands twice",
        ]
    );
}

#[test]
fn a_vertical_without_a_head_or_a_folder_without_verticals_is_told() {
    assert_eq!(
        told_of(&[(
            "boats/fields/a.toml",
            "[[group]]\nkey = \"g\"\nlabel = \"G\"\n"
        )]),
        ["missing@1:1"]
    );
    assert_eq!(told_of(&[]), ["empty@1:1"]);
    let nowhere = Path::new("/nowhere/at/all");
    let faults = Dictionary::load(nowhere).expect_err("there is nothing");
    assert_eq!(faults[0].code, "unreadable");
}

#[test]
fn a_near_miss_is_answered_with_the_key_that_was_meant() {
    let said = |key: &str| {
        let fields = format!(
            "[[field]]\nkey = \"a\"\nkind = \"text\"\ngroup = \"offer\"\nlabel = \"A\"\n{key} = true\n"
        );
        let faults = faults_of(&[
            ("boats/vertical.toml", HEAD),
            ("boats/fields/a.toml", &fields),
        ]);
        faults[0].message.clone()
    };
    assert_eq!(
        said("serached"),
        "unknown key `serached`; did you mean `searched`?"
    );
    assert_eq!(
        said("require"),
        "unknown key `require`; did you mean `required`?"
    );
    assert_eq!(said("zebra"), "unknown key `zebra`");
}

#[test]
fn hidden_files_of_an_editor_are_none_of_ours() {
    assert_eq!(
        told_of(&[
            ("boats/vertical.toml", HEAD),
            ("boats/.#vertical.toml", "not toml at all"),
        ]),
        [""; 0]
    );
}

/// A hand that slips: letters dropped, doubled or replaced anywhere in a good file.
#[derive(Clone, Debug)]
enum Slip {
    Cut(Index, usize),
    Put(Index, String),
}

fn slip() -> impl Strategy<Value = Slip> {
    let bits = prop_oneof![
        "[\\[\\]{}\"=,#\n\t ]{1,3}",
        "(key|kind|label|min|max|choices) = (1|true|\"x\"|\\[\\]|\\{\\}|1979-05-27)\n",
        any::<String>(),
    ];
    prop_oneof![
        (any::<Index>(), 1usize..40).prop_map(|(at, many)| Slip::Cut(at, many)),
        (any::<Index>(), bits).prop_map(|(at, bit)| Slip::Put(at, bit)),
    ]
}

fn slipped(text: &str, slips: &[Slip]) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for slip in slips {
        match slip {
            Slip::Cut(at, many) if !letters.is_empty() => {
                let from = at.index(letters.len());
                letters.drain(from..letters.len().min(from + many));
            }
            Slip::Cut(..) => {}
            Slip::Put(at, bit) => {
                let at = at.index(letters.len() + 1);
                letters.splice(at..at, bit.chars());
            }
        }
    }
    letters.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_slip_of_the_hand_breaks_the_loader(slips in prop::collection::vec(slip(), 1..5)) {
        let fields = "[[field]]\nkey = \"rig\"\nkind = \"one_of\"\ngroup = \"offer\"\n\
                      label = { fr = \"Gréement\", nl = \"Tuig\", en = \"Rig\", de = \"Rigg\" }\n\
                      choices = [{ key = \"sloop\", label = \"Sloop\", synonyms = [\"slup\"] }]\n\
                      [[field]]\nkey = \"draught\"\nkind = \"length\"\nunit = \"metre\"\n\
                      group = \"offer\"\nmin = 0\nmax = 9.5\nlabel = \"D\"\ncategories = [\"sail\"]\n";
        let text = slipped(fields, &slips);
        let faults = faults_of(&[("boats/vertical.toml", HEAD), ("boats/fields/a.toml", &text)]);
        let lines = 1 + text.matches('\n').count();
        for fault in faults.iter().filter(|f| f.file.ends_with("a.toml")) {
            prop_assert!((1..=lines).contains(&fault.line), "{fault} in {lines} lines");
            prop_assert!(fault.column >= 1 && !fault.message.is_empty());
        }
    }
}
