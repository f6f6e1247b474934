//! Every page against WCAG 2.2 AA, as far as a machine can tell: axe-core in Chromium, wide and narrow.

mod chromium;
mod line;

use std::fmt::Write;
use std::path::Path;

use chromium::Browser;
use line::Line;

const TAGS: &str = "['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']";

/// What axe finds on a page, a line each.
fn violations(browser: &Browser, axe: &str, page: &str) -> String {
    browser.run(axe);
    let script = format!(
        "return axe.run(document, {{ runOnly: {TAGS} }}).then(r => r.violations.flatMap(v => \
         v.nodes.map(n => v.id + ': ' + n.html.slice(0, 160) + ' — ' + (n.any[0] || n.all[0] || n.none[0] || {{}}).message)))"
    );
    let found = browser.run(&script);
    let mut told = String::new();
    for violation in found.as_array().into_iter().flatten() {
        let _ = writeln!(told, "{page}: {}", violation.as_str().unwrap_or_default());
    }
    told
}

/// The look at what an agency brings along, with a question; then what came over, and its way back.
fn a_parcel(line: &Line, browser: &Browser, axe: &str, page: &str) -> String {
    let mut told = String::new();
    let mut look = |what: &str| {
        for width in [1440, 390] {
            browser.resize(width);
            told += &violations(browser, axe, &format!("{what} at {width}"));
        }
    };
    let goes = |css: &str| {
        browser.click(css);
        browser.until(css, || {
            let still = "return document.querySelector('.trial') === null || null";
            browser.run(still).as_bool()
        });
    };
    let codes: String = (1..=40).map(|n| format!("{},{}\n", n % 7, n * 3)).collect();
    let codes = line.write("codes.csv", &format!("a,b\n{codes}"));
    browser.go(page);
    browser.choose_file("input[type=file]", &codes.display().to_string());
    browser.reads("codes.csv");
    look("a parcel with a question");
    let houses = line.write("houses.csv", &line::houses(10));
    browser.go(page);
    browser.choose_file("input[type=file]", &houses.display().to_string());
    browser.reads("houses.csv");
    goes("button.apply");
    browser.until("what came over", || {
        browser
            .run("return document.querySelector('main p a.button') && true")
            .as_bool()
    });
    look("what came over");
    browser.click("main p a.button");
    browser.reads("houses.csv");
    look("an undoing");
    told
}

#[test]
fn every_page_keeps_what_a_machine_can_check_of_wcag() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../target/tools/node_modules/axe-core/axe.min.js");
    let axe =
        std::fs::read_to_string(&root).expect("axe-core is installed (make test installs it)");
    let line = Line::on_sqlite();
    line.json(&["demo", "--scale", "small"]);
    let served = line.serve();
    let browser = Browser::open();
    let mut told = String::new();
    let at = |host: &str, path: &str| format!("http://{host}.localhost:{}{path}", served.port());
    for (host, language, words) in [
        ("immo", "fr", "maison"),
        ("auto", "de", "golf"),
        ("devis", "nl", ""),
    ] {
        browser.go(&at(host, &format!("/{language}/search?q={words}")));
        let listing =
            browser.run("return document.querySelector('.card h3 a').getAttribute('href')");
        let listing = listing.as_str().expect("a listing");
        let pages = [
            format!("/{language}/"),
            format!("/{language}/search?q={words}"),
            format!("/{language}/search?q=zzzzzz"),
            listing.to_owned(),
            format!("/{language}/thanks"),
            format!("/{language}/nothing-here"),
            format!("/{language}/offerte"),
            format!("/{language}/offerte/loodgieter"),
            format!("/{language}/offerte/loodgieter?near=1000"),
        ];
        for page in pages {
            browser.go(&at(host, &page));
            for width in [1440, 390] {
                browser.resize(width);
                told += &violations(&browser, &axe, &format!("{host}{page} at {width}"));
            }
        }
    }
    browser.go(&at("office", "/"));
    told += &violations(&browser, &axe, "office sign-in");
    browser.write("input[name=email]", "anna@maison-lumen.example");
    browser.write("input[name=password]", "try-entremise");
    browser.click("button");
    browser.reads("Maison Lumen");
    let row = "return document.querySelector('tbody a').getAttribute('href')";
    let lead = browser.run(row);
    browser.go(&at("office", "/listings"));
    let listing = browser.run(row);
    let rows = [lead, listing].map(|r| r.as_str().unwrap_or_default().to_owned());
    let pages = [
        "/",
        "/listings",
        "/duplicates",
        "/imports",
        "/migrations",
        "/mappings",
        "/trash",
        "/users",
        "/tokens",
        "/mails",
    ];
    for page in pages.iter().copied().chain(rows.iter().map(String::as_str)) {
        browser.go(&at("office", page));
        for width in [1440, 390] {
            browser.resize(width);
            told += &violations(&browser, &axe, &format!("office{page} at {width}"));
        }
    }
    told += &a_parcel(&line, &browser, &axe, &at("office", "/migrations"));
    assert!(told.is_empty(), "{told}");
}
