//! An agency moves in with all it has out of its old program: one batch, and back again.

mod line;

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use line::Line;
use serde_json::Value;
use store::Reads;

const LISTINGS: usize = 40;
const PEOPLE: usize = 25;

/// A picture of one colour, of its own width: so one is told from another.
fn picture(width: u32) -> Vec<u8> {
    let mut png = Vec::new();
    let colour = image::Rgb([(width % 200) as u8, 90, 30]);
    let picture = image::RgbImage::from_pixel(width, 8, colour);
    let picture = image::DynamicImage::ImageRgb8(picture);
    let written = picture.write_to(&mut Cursor::new(&mut png), image::ImageFormat::Png);
    written.expect("a picture");
    png
}

fn properties(count: usize) -> String {
    let towns = [("9000", "Gent"), ("1000", "Bruxelles"), ("4000", "Liège")];
    let mut text = String::from(
        "id;reference;type;prix;code_postal;ville;surface_habitable;chambres;proprietaire_id;description\n",
    );
    for n in 1..=count {
        let (code, town) = towns[n % towns.len()];
        let kind = if n % 2 == 0 { "appartement" } else { "maison" };
        text.push_str(&format!(
            "{};VO-{n:05};{kind};{};{code};{town};{};{};{};Belle propriété avec jardin\n",
            1_000 + n,
            200_000 + n * 10,
            80 + n % 70,
            1 + n % 4,
            500 + n % PEOPLE,
        ));
    }
    text
}

fn contacts(count: usize) -> String {
    let mut text =
        String::from("id,prenom,nom,email,telephone,rue,code_postal,ville,langue,type\n");
    for n in 0..count {
        // Some of the older owners have no address of mail.
        let mail = if n % 5 == 0 {
            String::new()
        } else {
            format!("p{n}@example.org")
        };
        let kind = if n % 3 == 0 {
            "acquéreur"
        } else {
            "propriétaire"
        };
        text.push_str(&format!(
            "{},Prénom{n},Nom{n},{mail},0470{n:06},Rue Haute {n},9000,Gent,fr,{kind}\n",
            500 + n
        ));
    }
    text
}

fn notes(count: usize) -> String {
    let mut text = String::from("bien_id,contact_id,date,auteur,commentaire\n");
    for n in 1..=count {
        text.push_str(&format!(
            "{},{},2024-03-{:02},Anna,Visite {n} avec le client; il réfléchit\n",
            1_000 + n,
            500 + n % PEOPLE,
            1 + n % 28
        ));
    }
    text
}

/// The export of an agency, with what such exports have: a doubled number, pictures of listings that
/// are gone, a picture that is missing, a deed of nobody's house.
fn export() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let mut put = |name: &str, bytes: Vec<u8>| files.push((name.to_owned(), bytes));
    let doubled = "1001;VO-99999;maison;1;9000;Gent;100;2;501;encore une fois\n";
    put(
        "biens.csv",
        format!("{}{doubled}", properties(LISTINGS)).into_bytes(),
    );
    put("contacts.csv", contacts(PEOPLE).into_bytes());
    let mut photos = String::from("photo_id,bien_id,fichier,ordre,legende\n");
    for n in 1..=LISTINGS {
        // Named in the wrong order: the column says which comes first.
        for order in [2, 1] {
            let file = format!("p{n}_{order}.png");
            put(&format!("photos/{file}"), picture((n * 2 + order) as u32));
            photos.push_str(&format!(
                "{},{},{file},{order},Vue {order}\n",
                n * 2 + order,
                1_000 + n
            ));
        }
    }
    photos.push_str("901,9999,p1_1.png,1,orpheline\n902,1002,gone.png,3,absente\n");
    put("photos.csv", photos.into_bytes());
    for n in 1..=5 {
        put(
            &format!("actes/{}_acte.pdf", 1_000 + n),
            format!("%PDF-1.4 acte {n}").into_bytes(),
        );
    }
    put("actes/9999_acte.pdf", b"%PDF-1.4".to_vec());
    let about_nothing = "7777,,2024-01-01,Anna,Une note sur un bien disparu\n";
    put(
        "notes.csv",
        format!("{}{about_nothing}", notes(30)).into_bytes(),
    );
    files
}

fn zipped(line: &Line, files: &[(String, Vec<u8>)]) -> PathBuf {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(name.as_str(), options).expect("begun");
        zip.write_all(bytes).expect("written");
    }
    let path = line.data.path().join("export.zip");
    let bytes = zip.finish().expect("a ZIP").into_inner();
    std::fs::write(&path, bytes).expect("a file");
    path
}

fn folder(line: &Line, files: &[(String, Vec<u8>)]) -> PathBuf {
    let top = line.data.path().join("export");
    for (name, bytes) in files {
        let path = top.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, bytes).expect("a file");
    }
    top
}

fn migrate(line: &Line, path: &Path, more: &[&str]) -> Value {
    let path = path.display().to_string();
    let words = [&["migrate", &path, "--account", "lumen"], more].concat();
    line.json(&words)
}

/// What a migration that ends with an open question prints.
fn asked(line: &Line, path: &Path, more: &[&str]) -> Value {
    let path = path.display().to_string();
    let words = [&["migrate", &path, "--account", "lumen", "--json"], more].concat();
    let output = line.run(&words);
    assert_eq!(output.status.code(), Some(1), "a question is not a success");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn file<'a>(report: &'a Value, name: &str) -> &'a Value {
    let mut files = report["files"].as_array().expect("files").iter();
    let found = files.find(|f| f["name"].as_str().is_some_and(|n| n.starts_with(name)));
    found.unwrap_or_else(|| panic!("{name} is told of: {report}"))
}

fn orphans(report: &Value, name: &str, code: &str) -> u64 {
    let orphans = file(report, name)["orphans"].as_array().expect("orphans");
    let of = orphans.iter().find(|o| o["code"] == code);
    of.map_or(0, |o| o["count"].as_u64().expect("a count"))
}

fn rows(line: &Line) -> [i64; 5] {
    [
        line.count("SELECT COUNT(*) FROM listing"),
        line.count("SELECT COUNT(*) FROM person WHERE removed_at IS NULL"),
        line.count("SELECT COUNT(*) FROM party WHERE removed_at IS NULL"),
        line.count("SELECT COUNT(*) FROM document WHERE removed_at IS NULL"),
        line.count("SELECT COUNT(*) FROM note WHERE removed_at IS NULL"),
    ]
}

fn moves_in(line: &Line) {
    line.add_account("lumen", "estate", "BE");
    let path = zipped(line, &export());
    let before = line.count("SELECT COUNT(*) FROM journal");
    let dry = migrate(line, &path, &["--dry-run"]);
    assert_eq!(rows(line), [0; 5], "a dry run writes nothing");
    assert_eq!(line.count("SELECT COUNT(*) FROM journal"), before);
    assert_eq!(dry["batch"], Value::Null);

    let done = migrate(line, &path, &[]);
    assert_eq!(done["found"], dry["found"], "the dry run told what comes");
    assert_eq!(rows(line), [40, 25, 40, 5, 30]);
    assert_eq!(done["found"]["photos"], 80);
    for (name, holds) in [
        ("biens.csv", "listings"),
        ("contacts.csv", "people"),
        ("photos.csv", "photos"),
        ("notes.csv", "notes"),
        ("(documents", "documents"),
    ] {
        assert_eq!(file(&done, name)["holds"], holds);
    }
    assert_eq!(file(&done, "biens.csv")["doubled"], 1);
    assert_eq!(orphans(&done, "photos.csv", "no_such_listing"), 1);
    assert_eq!(orphans(&done, "photos.csv", "file_missing"), 1);
    assert_eq!(orphans(&done, "notes.csv", "no_such_listing"), 1);
    assert_eq!(orphans(&done, "(documents", "no_such_listing"), 1);
    assert_eq!(file(&done, "photos.csv")["joins"][0]["column"], "bien_id");
    pictures_are_in_order(line);
    people_are_whole(line);
    the_office_shows_it(line);
}

fn pictures_are_in_order(line: &Line) {
    let photos = line.within(async |store| {
        let mut read = store.read(&store.operator()).await.expect("read");
        let sql = "SELECT photos FROM listing WHERE reference = 'VO-00007'";
        let row = read.one(sql, &[]).await.expect("asked");
        row.expect("the listing").text(0).to_owned()
    });
    let photos: Value = serde_json::from_str(&photos).expect("photos");
    let widths: Vec<&Value> = photos
        .as_array()
        .expect("a list")
        .iter()
        .map(|p| &p["width"])
        .collect();
    assert_eq!(widths, [&Value::from(15), &Value::from(16)], "{photos}");
    assert_eq!(photos[0]["caption"]["fr"], "Vue 1");
    assert!(
        photos[0]["object"].is_string(),
        "the picture itself is kept"
    );
}

fn people_are_whole(line: &Line) {
    let people = line.json(&["person", "list", "--account", "lumen"]);
    let people = people["people"].as_array().expect("people");
    let of = |reference: &str| {
        let mut found = people.iter().filter(|p| p["reference"] == reference);
        found.next().expect("somebody").clone()
    };
    let owner = of("501");
    assert_eq!(owner["name"], "Prénom1 Nom1");
    assert_eq!(owner["email"], "p1@example.org");
    assert_eq!(
        (&owner["kind"], &owner["language"]),
        (&"owner".into(), &"fr".into())
    );
    assert_eq!(
        of("500")["email"],
        "",
        "one without an address is somebody too"
    );
}

/// What stands in no field of a listing is on its page in the office, and its deed can be read.
fn the_office_shows_it(line: &Line) {
    let added = line.json(&[
        "user",
        "add",
        "anna@lumen.example",
        "--account",
        "lumen",
        "--role",
        "manager",
    ]);
    let password = added["password"]
        .as_str()
        .expect("a password")
        .replace(' ', "+");
    let served = line.serve();
    let host = format!("office.localhost:{}", served.port());
    let origin = format!("http://{host}");
    let form = format!("email=anna%40lumen.example&password={password}");
    let (status, head, _) = served.ask("POST", &host, "/sign-in", &[("Origin", &origin)], &form);
    assert_eq!(status, 303, "{head}");
    let cookie = head
        .lines()
        .find_map(|l| l.strip_prefix("set-cookie: "))
        .expect("a cookie");
    let cookie = cookie.split(';').next().expect("its value");
    let get = |path: &str| served.ask("GET", &host, path, &[("Cookie", cookie)], "");
    let list = get("/listings?q=VO-00001").2;
    let id = line::listing_in(&list);
    let page = get(&format!("/listings/{id}")).2;
    for word in ["1001_acte.pdf", "Prénom1 Nom1", "Visite 1 avec le client"] {
        assert!(page.contains(word), "{word} is on the page of its listing");
    }
    let at = page
        .find(&format!("/listings/{id}/documents/"))
        .expect("a link to the deed");
    let href = page[at..].split('"').next().expect("its address");
    let (status, _, deed) = get(href);
    assert_eq!((status, deed.contains("%PDF-1.4 acte 1")), (200, true));
    let imports = get("/imports").2;
    assert!(
        imports.contains("export.zip"),
        "the batch is there to be undone"
    );
}

fn moves_out(line: &Line) {
    line.add_account("lumen", "estate", "BE");
    let path = zipped(line, &export());
    let done = migrate(line, &path, &[]);
    let batch = done["batch"].as_str().expect("a batch").to_owned();
    let preview = line.json(&["undo", &batch, "--dry-run"]);
    assert_eq!(preview["beyond"]["persons"], 25);
    let undone = line.json(&["undo", &batch]);
    assert_eq!(undone["trashed"], 40, "{undone}");
    assert_eq!(rows(line), [0; 5], "all of it is gone: {undone}");
    // Whoever was taken back can still be erased for good.
    line.json(&["person", "erase", "p2@example.org"]);
    let told = line.json(&["journal"]);
    let facts = told["entries"].as_array().expect("entries");
    assert!(facts.iter().any(|e| e["fact"] == "person.erased"));
    let undoing = facts.iter().find(|e| e["fact"] == "person.removed");
    let undoing = undoing.expect("a removal")["batch"]
        .as_str()
        .expect("its batch");
    let back = line.json(&["undo", undoing]);
    assert_eq!(back["restored"], 40, "{back}");
    assert_eq!(rows(line)[..2], [40, 24], "all but the erased come back");
    let again = migrate(line, &path, &[]);
    assert_eq!(
        rows(line),
        [40, 25, 40, 5, 30],
        "given again, what is missing comes: {again}"
    );
}

fn asks(line: &Line) {
    line.add_account("lumen", "estate", "BE");
    let mut files = export();
    files.push((
        "rapport.xlsx".into(),
        b"PK\x03\x04 cut off on its way".to_vec(),
    ));
    // A table that says nothing of what it is about.
    let codes: String = (1..=40).map(|n| format!("{},{}\n", n % 7, n * 3)).collect();
    files.push(("codes.csv".into(), format!("a,b\n{codes}").into_bytes()));
    // Documents by a column that nobody would guess.
    let mut deeds = String::from("objnr,x,datei\n");
    for n in 1..=20 {
        deeds.push_str(&format!("{n},{},{}_acte.pdf\n", n % 3, 1_000 + n % 5 + 1));
    }
    files.push(("urkunden.csv".into(), deeds.into_bytes()));
    let path = folder(line, &files);
    let report = asked(line, &path, &[]);
    assert_eq!(
        rows(line),
        [0; 5],
        "nothing is written while something is asked"
    );
    assert_eq!(report["batch"], Value::Null);
    let questions = report["questions"].as_array().expect("questions");
    let of = |name: &str| {
        let mut found = questions.iter().filter(|q| q["file"] == name);
        found
            .next()
            .unwrap_or_else(|| panic!("{name} is asked: {report}"))["code"]
            .clone()
    };
    assert_eq!(of("rapport.xlsx"), "broken_file");
    assert_eq!(of("codes.csv"), "unclear_file");
    assert_eq!(of("urkunden.csv"), "unclear_join");
    let answers = [
        "--without",
        "rapport.xlsx",
        "--is",
        "codes.csv=nothing",
        "--join",
        "urkunden.csv:objnr=biens.csv:reference",
    ];
    let done = migrate(line, &path, &answers);
    assert_eq!(rows(line)[0], 40);
    assert_eq!(orphans(&done, "urkunden.csv", "no_such_listing"), 20);
    let wrong = line.run(&["migrate", "x", "--account", "lumen", "--is", "a=b"]);
    assert_eq!(
        wrong.status.code(),
        Some(2),
        "a kind that does not exist was mistyped"
    );
}

/// Twenty thousand listings, killed in the middle; the same command goes on in the same batch.
fn survives(line: &Line) {
    const MANY: usize = 20_000;
    line.add_account("lumen", "estate", "BE");
    let files = vec![
        ("biens.csv".to_owned(), properties(MANY).into_bytes()),
        ("contacts.csv".to_owned(), contacts(3_000).into_bytes()),
        ("notes.csv".to_owned(), notes(5_000).into_bytes()),
    ];
    let path = folder(line, &files);
    let name = path.display().to_string();
    // The parties and notes still to come are what a slow kill has for room.
    for table in ["listing", "person"] {
        let mut command = line.command(&["migrate", &name, "--account", "lumen", "--json"]);
        let command = command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("it starts");
        let sql = format!("SELECT COUNT(*) FROM {table}");
        line.has_begun(&sql);
        child.kill().expect("killed");
        child.wait().expect("ended");
    }
    let cut_off = line.count("SELECT COUNT(*) FROM batch WHERE state = 'running'");
    assert_eq!(cut_off, 1, "it was killed in the works, twice in one batch");
    let done = migrate(line, &path, &[]);
    assert_eq!(rows(line), [20_000, 3_000, 20_000, 0, 5_000]);
    assert_eq!(line.count("SELECT COUNT(*) FROM batch"), 1);
    let batch = done["batch"].as_str().expect("a batch");
    let undone = line.json(&["undo", batch]);
    assert_eq!(undone["trashed"], 20_000);
    assert_eq!(rows(line), [0; 5]);
}

#[test]
fn an_agency_moves_in_with_all_it_has_on_sqlite() {
    moves_in(&Line::on_sqlite());
}

#[test]
fn an_agency_moves_in_with_all_it_has_on_postgresql() {
    moves_in(&Line::on_postgres());
}

#[test]
fn a_migration_is_taken_back_whole_and_comes_back_on_sqlite() {
    moves_out(&Line::on_sqlite());
}

#[test]
fn a_migration_is_taken_back_whole_and_comes_back_on_postgresql() {
    moves_out(&Line::on_postgres());
}

#[test]
fn what_is_not_certain_is_asked_before_anything_is_written_on_sqlite() {
    asks(&Line::on_sqlite());
}

#[test]
fn what_is_not_certain_is_asked_before_anything_is_written_on_postgresql() {
    asks(&Line::on_postgres());
}

#[test]
fn a_migration_that_was_killed_goes_on_and_is_one_batch_on_sqlite() {
    survives(&Line::on_sqlite());
}

#[test]
fn a_migration_that_was_killed_goes_on_and_is_one_batch_on_postgresql() {
    survives(&Line::on_postgres());
}
