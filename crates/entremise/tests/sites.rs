//! The public sites, as visitors, search engines and readers of feeds meet them.

mod line;

use line::{Line, Served};
use serde_json::Value;

/// One world is enough for all that only looks at it; what is sent disturbs none of the others.
#[test]
fn the_sites_of_a_small_world() {
    let line = Line::on_sqlite();
    line.json(&["demo", "--scale", "small"]);
    let served = line.serve();
    let stories: [fn(&Line, &Served); 8] = [
        machines_read_a_home_a_car_and_a_service_each_in_its_own_words,
        the_sitemap_names_every_page_in_every_language_and_nothing_else,
        prices_are_ordered_among_those_that_can_be_compared,
        home_asks_whether_to_buy_or_rent_and_filters_in_force_are_counted,
        a_request_for_quotes_reaches_those_who_were_ticked_and_nobody_else,
        what_was_typed_stays_and_the_faulty_field_says_what_is_wrong,
        a_page_tells_no_noise_and_shows_where_it_lies,
        each_site_has_its_colour_its_mark_and_its_doors_and_pages_stay_light,
    ];
    for story in stories {
        story(&line, &served);
    }
}

fn host(served: &Served, site: &str) -> String {
    format!("{site}.localhost:{}", served.port())
}

/// The first listing that a page of results leads to.
fn listing_of(page: &str, language: &str) -> String {
    let start = format!("/{language}/");
    let mut parts = page.split('"');
    let found = parts.find(|p| p.starts_with(&start) && p.contains("-lst_"));
    found.expect("a listing").to_owned()
}

/// What a page tells machines, by its type.
fn told(page: &str, kind: &str) -> Value {
    let scripts = page.split("<script type=\"application/ld+json\">").skip(1);
    let mut things = scripts.filter_map(|s| {
        let json = s.split("</script>").next()?;
        serde_json::from_str::<Value>(json).ok()
    });
    let found = things.find(|thing| thing["@type"] == kind);
    found.unwrap_or_else(|| panic!("no {kind}: {page}"))
}

fn keys(thing: &Value) -> Vec<&str> {
    let map = thing.as_object().expect("an object");
    map.keys().map(String::as_str).collect()
}

fn has_no_null(json: &Value) -> bool {
    match json {
        Value::Null => false,
        Value::Array(list) => list.iter().all(has_no_null),
        Value::Object(map) => map.values().all(has_no_null),
        _ => true,
    }
}

fn machines_read_a_home_a_car_and_a_service_each_in_its_own_words(_line: &Line, served: &Served) {
    let open = |site: &str, query: &str| {
        let (_, page) = served.get(&host(served, site), &format!("/en/search?{query}"));
        let list = told(&page, "ItemList");
        let first = list["itemListElement"][0]["url"]
            .as_str()
            .expect("an address");
        let href = listing_of(&page, "en");
        assert!(first.ends_with(&href), "{first} is not {href}");
        let (status, page) = served.get(&host(served, site), &href);
        assert_eq!(status, 200);
        assert!(page.contains(&format!("<link rel=\"canonical\" href=\"{first}\"")));
        page
    };
    let home = told(
        &open("immo", "category=house&purpose=sale"),
        "RealEstateListing",
    );
    assert_eq!(
        keys(&home),
        [
            "@context",
            "@type",
            "datePosted",
            "image",
            "mainEntity",
            "name",
            "offers",
            "url"
        ]
    );
    assert_eq!(home["offers"]["priceCurrency"], "EUR");
    assert!(home["mainEntity"]["address"]["addressLocality"].is_string());
    let car = told(&open("auto", "category=hatchback"), "Car");
    for key in [
        "brand",
        "model",
        "fuelType",
        "mileageFromOdometer",
        "offers",
        "vehicleModelDate",
    ] {
        assert!(!car[key].is_null(), "{key}: {car}");
    }
    assert_eq!(car["offers"]["seller"]["@type"], "AutoDealer");
    let service = told(&open("devis", "category=plumber"), "Service");
    assert_eq!(
        keys(&service),
        [
            "@context",
            "@type",
            "areaServed",
            "image",
            "name",
            "provider",
            "serviceType",
            "url"
        ]
    );
    assert_eq!(service["provider"]["@type"], "Plumber");
    assert_eq!(service["areaServed"]["@type"], "GeoCircle");
    assert!([home, car, service].iter().all(has_no_null));
}

fn the_sitemap_names_every_page_in_every_language_and_nothing_else(_line: &Line, served: &Served) {
    let immo = host(served, "immo");
    let (_, index) = served.get(&immo, "/sitemap.xml");
    assert!(index.contains("/sitemap-places.xml") && index.contains("/sitemap-0.xml"));
    for lost in [
        "sitemap-7.xml",
        "sitemap-x.xml",
        "sitemap-00.xml",
        "sitemap-0",
        "sitemap-.xml",
    ] {
        assert_eq!(served.get(&immo, &format!("/{lost}")).0, 404, "{lost}");
    }
    let (_, places) = served.get(&immo, "/sitemap-places.xml");
    let town = places
        .split("<loc>")
        .filter_map(|p| p.split("</loc>").next())
        .find(|p| p.contains("/nl/huizen/"))
        .expect("a town of houses");
    let path = &town[town.find("/nl/").expect("a path")..];
    let (status, page) = served.get(&immo, path);
    assert_eq!(status, 200);
    assert!(
        page.contains("<title>Huizen, ") && page.contains("resultaten"),
        "{path}"
    );
    assert!(!page.contains("noindex"));
    let (_, listings) = served.get(&immo, "/sitemap-0.xml");
    assert!(listings.contains("hreflang=\"de\"") && listings.contains("<lastmod>"));
    assert_eq!(served.get(&immo, "/nl/huizen/nosuchtown").0, 404);
}

fn prices_are_ordered_among_those_that_can_be_compared(_line: &Line, served: &Served) {
    let path = "/api/v1/listings?vertical=estate&sort=price&limit=100";
    let (_, body) = served.get("localhost", path);
    let answer: Value = serde_json::from_str(&body).expect("an answer");
    let listings = answer["listings"].as_array().expect("listings");
    let sums = |purpose: &str| {
        let those = listings
            .iter()
            .filter(|l| l["values"]["purpose"] == purpose);
        those.count()
    };
    assert!(
        sums("sale") > 0 && sums("rent") == 0,
        "rents come after what is for sale"
    );
    let (_, page) = served.get(&host(served, "immo"), "/en/search?sort=price");
    assert!(page.contains("a rent is not a price"));
    let (_, page) = served.get(&host(served, "auto"), "/en/search?currency=GBP");
    assert!(
        page.contains("£") && !page.contains("\"price\">€"),
        "pounds alone"
    );
}

#[test]
fn menus_lead_nowhere_empty() {
    let line = Line::on_sqlite();
    line.add_account("lumen", "estate", "BE");
    line.import(&line.write("houses.csv", &line::houses(8)), "lumen");
    let served = line.serve();
    let immo = host(&served, "immo");
    let (_, page) = served.get(&immo, "/en/");
    assert!(page.contains(">Houses</a>") && !page.contains(">Land</a>"));
}

fn home_asks_whether_to_buy_or_rent_and_filters_in_force_are_counted(
    _line: &Line,
    served: &Served,
) {
    let (_, page) = served.get(&host(served, "immo"), "/en/");
    assert!(page.contains("name=\"purpose\" value=\"rent\""));
    let (_, page) = served.get(&host(served, "immo"), "/en/houses?price_max=400000");
    assert!(
        page.contains("<b class=\"on\">1</b>"),
        "filters in force are counted"
    );
    assert!(page.contains("Living area (m²)") && page.contains("Price (€"));
}

fn a_request_for_quotes_reaches_those_who_were_ticked_and_nobody_else(
    line: &Line,
    served: &Served,
) {
    let devis = host(served, "devis");
    let (_, page) = served.get(&devis, "/fr/devis");
    let trade = page
        .split('"')
        .find(|p| p.starts_with("/fr/devis/plombier"))
        .expect("a trade")
        .to_owned();
    let (_, page) = served.get(&devis, &trade);
    assert!(page.contains("name=\"a_work_kind\"") && page.contains("name=\"near\""));
    let (_, page) = served.get(&devis, &format!("{trade}?a_work_kind=repair"));
    assert!(page.contains("wrong-near") && page.contains("value=\"repair\" selected"));
    let (_, found) = served.get(
        "localhost",
        "/api/v1/listings?vertical=services&category=plumber",
    );
    let found: Value = serde_json::from_str(&found).expect("an answer");
    let code = found["listings"][0]["values"]["place"]["postcode"]
        .as_str()
        .expect("a postcode")
        .to_owned();
    let (_, page) = served.get(&devis, &format!("{trade}?a_work_kind=repair&near={code}"));
    let ids: Vec<&str> = page
        .split("name=\"to\" value=\"")
        .skip(1)
        .filter_map(|p| p.split('"').next())
        .collect();
    assert!((1..=3).contains(&ids.len()), "{page}");
    assert!(
        page.contains("Réparation"),
        "what was answered is shown again"
    );
    let token = page
        .split("name=\"form\" value=\"")
        .nth(1)
        .and_then(|t| t.split('"').next())
        .expect("a form token");
    let send = |to: &str, email: &str| {
        let body = format!(
            "name=Ada&email={email}&text=Une+fuite&a_work_kind=repair&near={code}&form={token}{to}"
        );
        served.ask("POST", &devis, &trade, &[], &body)
    };
    let none = send("", "ada%40example.org");
    assert!(none.0 == 422 && none.2.contains("wrong-to"), "{}", none.2);
    assert!(
        none.2.contains("Une fuite") && none.2.contains("value=\"ada@example.org\"")
            || none.2.contains("ada&#64;example.org")
    );
    let wrong = send(&format!("&to={}", ids[0]), "nowhere");
    assert!(wrong.0 == 422 && wrong.2.contains("wrong-email"));
    let sent = send(
        &format!("&to={}&to=lst_01m8c50fkkeym9n77q6tckmsgg", ids[0]),
        "ada%40example.org",
    );
    assert_eq!(sent.0, 303, "{}", sent.2);
    let address = sent.1.lines().find_map(|l| l.strip_prefix("location: "));
    let (_, page) = served.get(&devis, address.expect("an address").trim());
    assert!(page.contains("Et maintenant"));
    let asked = found["listings"].as_array().expect("listings");
    let asked = asked.iter().find(|l| l["id"] == ids[0]);
    let asked = &asked.expect("the tradesman")["account"];
    let accounts = line.json(&["account", "list"]);
    let accounts = accounts["accounts"].as_array().expect("accounts");
    let account = accounts.iter().find(|a| a["id"] == *asked);
    let slug = account.expect("his account")["slug"]
        .as_str()
        .expect("a slug");
    // Sent at once it may be kept apart; it is there in any case, and says why it is his.
    let told = ["spam", "new"].map(|state| {
        line.json(&["enquiry", "list", "--account", slug, "--state", state])
            .to_string()
    });
    let told = told.concat();
    let reasons = ["chose you", "vous a choisi", "koos u"];
    assert!(reasons.iter().any(|r| told.contains(r)), "{told}");
}

fn what_was_typed_stays_and_the_faulty_field_says_what_is_wrong(_line: &Line, served: &Served) {
    let immo = host(served, "immo");
    let (_, page) = served.get(&immo, "/en/search");
    let href = listing_of(&page, "en");
    let body = "name=Ada+Byron&email=nowhere&text=Is+it+free%3F&form=x";
    let (status, _, page) = served.ask("POST", &immo, &href, &[], body);
    assert_eq!(status, 422);
    assert!(page.contains("aria-describedby=\"wrong-email\""));
    assert!(!page.contains("wrong-name") && page.contains("value=\"Ada Byron\""));
    assert!(page.contains("Is it free?</textarea>"));
}

fn a_page_tells_no_noise_and_shows_where_it_lies(_line: &Line, served: &Served) {
    let immo = host(served, "immo");
    let (_, page) = served.get(&immo, "/en/search?category=apartment");
    let (_, page) = served.get(&immo, &listing_of(&page, "en"));
    assert!(!page.contains("<dd>no</dd>") && !page.contains("<dd>0</dd>"));
    assert!(page.contains("class=\"map spot\"") && page.contains("mailto:?subject="));
    let picture = page
        .split_once("src=\"/land/")
        .expect("a picture of the land")
        .1;
    let (file, part) = picture.split_once('#').expect("the part that is shown");
    assert!(part.starts_with("svgView(viewBox("), "{part:.60}");
    let (status, land) = served.get(&immo, &format!("/land/{file}"));
    assert!(
        status == 200 && land.contains("</text>") && land.contains("h0M"),
        "{land:.300}"
    );
    for nowhere in [
        "/land/9999.1.svg",
        "/land/1.9999.svg",
        "/land/here.svg",
        "/land/1.2.3.svg",
    ] {
        assert_eq!(served.get(&immo, nowhere).0, 404, "{nowhere}");
    }
    let (_, page) = served.get(&immo, "/en/search?energy_class=c");
    let (_, page) = served.get(&immo, &listing_of(&page, "en"));
    assert!(page.contains("class=\"epc\"") && page.contains("aria-label=\"C\""));
}

fn each_site_has_its_colour_its_mark_and_its_doors_and_pages_stay_light(
    _line: &Line,
    served: &Served,
) {
    for (site, digits) in [("immo", "bd4419"), ("auto", "1f6690"), ("devis", "2d7346")] {
        let host = host(served, site);
        let (status, head, page) = served.ask("GET", &host, "/en/", &[], "");
        assert!(status == 200 && head.contains("content-security-policy"));
        let css = page
            .split('"')
            .find(|p| p.starts_with("/assets/site-") && p.ends_with(".css"))
            .expect("a style sheet")
            .to_owned();
        assert!(css.contains(digits), "{css}");
        let (_, plain) = served.get(&host, &css);
        assert!(
            plain.contains(&format!("#{digits}")),
            "its colour is readable as it is"
        );
        let packed = [("Accept-Encoding", "br")];
        let weight = |path: &str| served.ask("GET", &host, path, &packed, "").1;
        let bytes = |head: &str| -> usize {
            let line = head
                .lines()
                .find_map(|l| l.strip_prefix("content-length: "));
            line.and_then(|l| l.trim().parse().ok()).expect("a length")
        };
        let whole = bytes(&weight(&css)) + bytes(&weight("/en/"));
        assert!(whole < 14_000, "{site}: {whole} bytes");
        let js = page
            .split('"')
            .find(|p| p.starts_with("/assets/site-") && p.ends_with(".js"));
        let (_, script) = served.get(&host, js.expect("a script"));
        assert!(script.len() < 4_000, "{} bytes of script", script.len());
        assert!(served.get(&host, "/icon.svg").1.contains(digits));
        assert!(
            served
                .get(&host, "/manifest.webmanifest")
                .1
                .contains("\"icons\"")
        );
        assert!(page.contains("og:image"));
        let (status, lost) = served.get(&host, "/en/nothing-here");
        assert!(
            status == 404 && lost.contains("name=\"q\""),
            "one may search from there"
        );
    }
    let german = [("Accept-Language", "de-DE,de;q=0.9,en;q=0.8")];
    let (status, _, doors) = served.ask("GET", "localhost", "/", &german, "");
    assert_eq!(status, 200);
    assert!(doors.contains("<html lang=\"de\">") && doors.contains("devis.localhost"));
}
