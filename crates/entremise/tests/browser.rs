//! The whole road in a real browser: a file becomes live pages, somebody asks, the office answers.

mod chromium;
mod line;

use chromium::Browser;
use line::{Line, houses, listing_in};

#[test]
fn a_file_becomes_live_pages_a_feed_and_an_answered_enquiry() {
    let line = Line::on_sqlite();
    line.add_account("lumen", "estate", "BE");
    line.command(&[
        "user",
        "add",
        "anna@lumen.example",
        "--account",
        "lumen",
        "--role",
        "manager",
        "--name",
        "Anna",
    ])
    .env("PASSWORD", "a long pass phrase")
    .output()
    .expect("a user");
    let file = line.write("houses.csv", &houses(60));
    let served = line.serve();
    let (office, site) = (
        format!("http://office.localhost:{}", served.port()),
        format!("http://immo.localhost:{}", served.port()),
    );
    let browser = Browser::open();

    browser.go(&office);
    browser.picture("sign-in");
    browser.write("input[name=email]", "anna@lumen.example");
    browser.write("input[name=password]", "a long pass phrase");
    browser.click("button");
    browser.reads("lumen");
    browser.picture("inbox-empty");

    browser.go(&format!("{office}/imports"));
    browser.choose_file("input[type=file]", &file.display().to_string());
    browser.reads("houses.csv");
    browser.reads("60\ncréées");
    browser.picture("import-preview");
    browser.click(".sticky button");
    browser.reads("60 créées");

    browser.go(&format!("{site}/en/search?near=Gent"));
    browser.reads("15 results");
    browser.picture("results");
    browser.click(".card h3 a");
    browser.reads("Ask a question");
    browser.picture("listing");
    let shown = browser.run("return location.pathname");
    let form = line.form_of(listing_in(shown.as_str().expect("an address")));
    browser.run(&format!(
        "document.querySelector('.ask input[name=form]').value = '{form}'"
    ));
    browser.write("input[name=name]", "Ada Byron");
    browser.write("input[name=email]", "ada@example.org");
    browser.write("textarea", "Is it still free?");
    browser.click(".ask button");
    browser.reads("Sent");

    browser.go(&office);
    browser.click("tbody a");
    browser.reads("Is it still free?");
    browser.picture("lead");
    browser.write("textarea", "Yes, come on Saturday.");
    browser.click(".sticky button");
    browser.reads("Yes, come on Saturday.");

    browser.go(&format!("{office}/listings"));
    browser.picture("listings");
    browser.click("tbody a");
    browser.write("input[name=v_price]", "777000");
    browser.picture("listing-edit");
    browser.click(".sticky button");
    browser.reads("modifiée");
    browser.click("table a");
    browser.reads("Telle que le");
    let (status, feed) = served.get("localhost", "/feeds/kyero/lumen");
    assert!(status == 200 && feed.contains("<price>777000</price>"));
    let loud = browser.run("return performance.getEntriesByType('resource').filter(r => !r.name.includes('localhost')).length");
    assert_eq!(loud, 0, "nothing is fetched from anybody else");
}

#[test]
fn a_person_says_which_column_is_the_price_and_what_a_word_means_before_anything_is_written() {
    let line = Line::on_sqlite();
    line.json(&["demo", "--scale", "small"]);
    let mut csv =
        String::from("Référence;Type;Transaction;Montant demandé;CP;Localité;Chauffage\n");
    for at in 0..40 {
        let heating = ["gaz naturel", "mazout de chauffage", "kernfusion"][at % 3];
        csv += &format!("N{at};Maison;Vente;{}000;9000;Gent;{heating}\n", 310 + at);
    }
    let file = line.write("asked.csv", &csv);
    let served = line.serve();
    let office = format!("http://office.localhost:{}", served.port());
    let browser = Browser::open();
    browser.go(&office);
    browser.write("input[name=email]", "anna@maison-lumen.example");
    browser.write("input[name=password]", "try-entremise");
    browser.click("button");
    browser.reads("Maison Lumen");
    browser.go(&format!("{office}/imports"));
    browser.choose_file("input[type=file]", &file.display().to_string());
    browser.reads("40\ncréées");
    let choose = |find: &str, option: &str| {
        browser.run(&format!(
            "const s = {find}; s.value = [...s.options].find(o => {option}).value; \
             s.dispatchEvent(new Event('change', {{ bubbles: true }}))"
        ));
    };
    choose(
        "document.querySelector('select[name=f_price]')",
        "o.text === 'Montant demandé'",
    );
    browser.reads("310\u{a0}000");
    choose(
        "document.querySelector('.asks select')",
        "o.value && o.value !== '-'",
    );
    browser.reads("kernfusion");
    browser.until("a proposal", || {
        let found = browser.run("return document.querySelector('.yes') !== null");
        found.as_bool().filter(|found| *found)
    });
    // The page is made anew once more when the whole file has been counted.
    let counted = || {
        browser.until("the counts", || {
            let now = "return !document.querySelector('[data-poll], #look[aria-busy]')";
            browser.run(now).as_bool().filter(|done| *done)
        });
    };
    counted();
    let open = "return document.querySelectorAll('.words-open tbody tr').length";
    let before = browser.run(open).as_u64();
    browser.click(".yes");
    browser.until("one word less to ask", || {
        browser
            .run(open)
            .as_u64()
            .filter(|left| Some(*left) < before)
    });
    counted();
    browser.picture("import-corrected");
    let live = "return fetch('/mappings').then(a => a.text()).then(t => t.includes('Montant'))";
    assert_eq!(
        browser.run(live),
        false,
        "nothing is written before a person agrees"
    );
    browser.click(".sticky button");
    browser.reads("40 créées");
    browser.go(&format!("{office}/mappings"));
    browser.reads("Montant demandé");
}

#[test]
fn an_agent_orders_photos_changes_many_listings_and_a_manager_makes_tokens_and_erases_a_person() {
    let line = Line::on_sqlite();
    line.json(&["demo", "--scale", "small"]);
    let served = line.serve();
    let office = format!("http://office.localhost:{}", served.port());
    let browser = Browser::open();
    browser.go(&office);
    browser.write("input[name=email]", "anna@maison-lumen.example");
    browser.write("input[name=password]", "try-entremise");
    browser.click("button");
    browser.reads("Maison Lumen");

    browser.click("tbody a");
    browser.click("details:last-of-type summary");
    browser.picture("lead-erase");
    let name = browser.run("return document.querySelector('.thread p a').innerText");
    browser.click("form[action$=erase] button");
    browser.reads("Enregistré");
    let address = name.as_str().expect("an address");
    // The same visitor wrote to other agencies too; only this one erases.
    let accounts = line.json(&["account", "list"]);
    let own = accounts["accounts"].as_array().expect("accounts");
    let own = own
        .iter()
        .find(|a| a["slug"] == "maison-lumen")
        .expect("ours");
    let journal = line.json(&["journal"]);
    let entries = journal["entries"].as_array().expect("entries");
    let told = entries.iter().filter(|e| e["account"] == own["id"]);
    let told = told.filter(|e| e.to_string().contains(address)).count();
    assert_eq!(told, 0, "{address} is still told in the journal");

    browser.go(&format!("{office}/listings?status=live"));
    browser
        .run("document.querySelectorAll('tbody input').forEach((box, at) => box.checked = at < 3)");
    browser.run("document.querySelector('select[name=to]').value = 'withdrawn'");
    browser.picture("listings-many");
    browser.click(".many button");
    browser.reads("Annuler");
    browser.go(&format!("{office}/listings?status=withdrawn"));
    let rows = "return document.querySelectorAll('tbody tr').length";
    assert_eq!(browser.run(rows), 3);

    browser.go(&format!("{office}/listings?status=live"));
    browser.click("tbody a");
    let photos = "return [...document.querySelectorAll('.strip img')].map(i => i.getAttribute('src')).join(' ')";
    let before = browser.run(photos);
    browser.click(".before button");
    browser.reads("Annuler");
    let after = browser.run(photos);
    let words = |v: &serde_json::Value| {
        v.as_str()
            .expect("photos")
            .split(' ')
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (before, after) = (words(&before), words(&after));
    assert_eq!((&before[0], &before[1]), (&after[1], &after[0]));
    browser.picture("photos");

    browser.go(&format!("{office}/tokens"));
    browser.write("input[name=name]", "our own web site");
    browser.click(".sticky button");
    browser.reads("Copiez-le");
    let token = browser.run("return document.querySelector('.empty code').innerText");
    let token = format!("Bearer {}", token.as_str().expect("a token"));
    browser.picture("tokens");
    let own = |token: &str| {
        served
            .ask(
                "GET",
                "localhost",
                "/api/v1/account/listings",
                &[("Authorization", token)],
                "",
            )
            .0
    };
    assert_eq!(own(&token), 200);
    browser.click("form[action$=revoke] button");
    browser.reads("Enregistré");
    assert_eq!(own(&token), 401);
}

#[test]
fn filters_count_while_they_are_set_and_the_gallery_answers_the_arrows() {
    let line = Line::on_sqlite();
    line.json(&["demo", "--scale", "small"]);
    let served = line.serve();
    let site = format!("http://immo.localhost:{}", served.port());
    let browser = Browser::open();
    browser.go(&format!("{site}/en/search"));
    browser.write("input[name=price_max]", "300000");
    let button = "return document.querySelector('#filters button').innerText";
    let told = browser.until("a count", || {
        let text = browser.run(button);
        let digits: String = text
            .as_str()?
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        digits.parse::<u64>().ok()
    });
    let (_, page) = served.get(
        &format!("immo.localhost:{}", served.port()),
        "/en/search?price_max=300000",
    );
    assert!(page.contains(&format!("<p>{told} results")), "{told}");
    browser.picture("counted");
    browser.go(&format!("{site}/en/search"));
    browser.click(".card h3 a");
    browser.run("document.querySelector('.gallery').focus()");
    browser.press("\u{e014}");
    browser.until("the next photo", || {
        let at = browser.run("return document.querySelector('.gallery').scrollLeft");
        at.as_f64().filter(|at| *at > 100.0)
    });
}
