//! XML and JSON of any shape: the records are found, and one way of mapping fits both.

mod reading;

use reading::{flat, read, refused, try_read};

fn cars(open: &str, close: &str, between: &str) -> String {
    let car = |n: usize| {
        format!(
            r#"{{"id": {n}, "make": "Škoda", "engine": {{"kw": 85.50}}, "photos": ["a.jpg", "b.jpg"], "sold": false, "note": null}}"#
        )
    };
    let cars: Vec<String> = (0..6).map(car).collect();
    format!("{open}{}{close}", cars.join(between))
}

#[test]
fn json_records_are_found_wherever_they_lie() {
    let shapes = [
        (cars("[", "]", ","), "json", "$[*]"),
        (
            cars(
                r#"{"generated": "today", "data": {"vehicles": ["#,
                "]}}",
                ",\n",
            ),
            "json",
            "$.data.vehicles[*]",
        ),
        (
            cars(
                r#"{"@context": "https://schema.org", "@graph": ["#,
                "]}",
                ",",
            ),
            "json",
            "$.@graph[*]",
        ),
        (cars("", "", "\n"), "ndjson", "$"),
        (
            cars(
                r#"[{"name": "Shop", "stock": ["#,
                r#"]}, {"name": "Other", "stock": []}]"#,
                ",",
            ),
            "json",
            "$[*].stock[*]",
        ),
    ];
    for (text, format, path) in shapes {
        let read = read(text.clone());
        assert_eq!(read.description.format, format, "{text}");
        assert_eq!(
            read.description.record_path.as_deref(),
            Some(path),
            "{text}"
        );
        assert_eq!(read.nodes.len(), 6, "{text}");
        assert_eq!(
            flat(&read.nodes[1]),
            [
                "id=1",
                "make=Škoda",
                "engine/kw=85.50",
                "photos=a.jpg",
                "photos=b.jpg",
                "sold=false"
            ]
        );
    }
}

#[test]
fn records_that_are_members_of_an_object_keep_their_keys() {
    let text = r#"{"ads": {"A1": {"price": 1, "town": "Gent"}, "A2": {"price": 2, "town": "Lier"}, "A3": {"price": 3, "town": "Ath"}}}"#;
    let read = read(text);
    assert_eq!(read.description.record_path.as_deref(), Some("$.ads.*"));
    assert_eq!(flat(&read.nodes[1]), ["@key=A2", "price=2", "town=Lier"]);
}

#[test]
fn one_listing_in_a_file_is_one_record() {
    let text = r#"{"id": 7, "title": "House", "price": 100, "town": "Gent", "rooms": 3, "area": 120, "photos": [{"url": "a"}, {"url": "b"}]}"#;
    let read = read(text);
    assert_eq!(
        (read.nodes.len(), read.description.record_path.as_deref()),
        (1, Some("$"))
    );
    let xml = read_xml(
        "<listing><id>7</id><address><town>Gent</town></address><price>1</price></listing>",
    );
    assert_eq!(
        (xml.nodes.len(), xml.description.record_path.as_deref()),
        (1, Some("/listing"))
    );
}

fn read_xml(text: &str) -> reading::Read {
    read(format!("<?xml version=\"1.0\"?>{text}"))
}

#[test]
fn numbers_and_escapes_come_through_as_they_were_written() {
    let text = r#"[{"big": 123456789012345678901234567890, "tiny": 1.50e-7, "smile": "\ud83d\ude00 \u00e9 \"x\"\n\/", "@id": "u1"}]"#;
    let node = &read(text).nodes[0];
    assert_eq!(
        flat(node),
        [
            "@id=u1",
            "big=123456789012345678901234567890",
            "tiny=1.50e-7",
            "smile=😀 é \"x\"\n/"
        ]
    );
}

#[test]
fn json_that_is_none_is_refused_aloud_behind_what_could_be_read() {
    assert_eq!(refused("/* made today */ [{\"a\": 1}]"), "not_json");
    let trailing = try_read(format!("{} trailing", cars("[", "]", ","))).expect("it opens");
    assert_eq!(
        (trailing.nodes.len(), trailing.refused[0].code),
        (6, "not_json")
    );
    let missing = try_read(r#"[{"a": 1, "b": 2} {"a": 2, "b": 2}]"#).expect("it opens");
    assert_eq!(
        (missing.nodes.len(), missing.refused[0].code),
        (1, "not_json")
    );
    let cut =
        try_read(r#"{"cars": [{"a": 1, "b": 2}, {"a": 2, "b": 2}, {"a": 3"#).expect("it opens");
    assert_eq!((cut.nodes.len(), cut.refused[0].code), (2, "cut_off"));
    let between = try_read(r#"{"cars": [{"a": 1, "b": 2}, {"a": 2, "b": 2}"#).expect("it opens");
    assert_eq!(
        (between.nodes.len(), between.refused[0].code),
        (2, "cut_off")
    );
    let bad_record = try_read(r#"[{"a": 1, "b": tru}, {"a": 2, "b": 2}]"#).expect("it opens");
    assert_eq!(
        (bad_record.nodes.len(), bad_record.refused[0].code),
        (1, "not_well_formed")
    );
}

#[test]
fn all_kinds_of_listing_in_a_feed_are_records_and_keep_their_names() {
    let body = |n: usize| {
        format!(
            "<agentID>X</agentID><uniqueID>{n}</uniqueID><address><suburb>Kew</suburb></address><price>{n}00</price>"
        )
    };
    let text = format!(
        "<propertyList date=\"today\"><sender><name>S</name></sender><residential status='current'>{}</residential><rental status='current'>{}</rental><!-- <rental>old</rental> --><land>{}</land><residential>{}</residential></propertyList>",
        body(1),
        body(2),
        body(3),
        body(4)
    );
    let read = read_xml(&text);
    let names: Vec<&str> = read.nodes.iter().map(|n| n.name.as_str()).collect();
    assert_eq!(names, ["residential", "rental", "land", "residential"]);
    assert_eq!(flat(&read.nodes[0])[0], "@status=current");
}

#[test]
fn the_repeating_element_is_the_one_that_says_most() {
    let photos = "<photo>1.jpg</photo><photo>2.jpg</photo><photo>3.jpg</photo>";
    let one = |n: usize| {
        format!(
            "<g:thing xmlns:g='x'><g:id>{n}</g:id><g:name>N{n}</g:name><g:cost cur=\"EUR\"><![CDATA[{n}0 <b>]]></g:cost><g:photos>{photos}</g:photos></g:thing>"
        )
    };
    let text = format!(
        "<rss><channel><title>T</title><meta><k>1</k><k>2</k></meta>{}{}{}</channel></rss>",
        one(1),
        one(2),
        one(3)
    );
    let read = read_xml(&text);
    assert_eq!(
        read.description.record_path.as_deref(),
        Some("/rss/channel/g:thing")
    );
    assert_eq!(read.nodes.len(), 3);
    assert_eq!(
        flat(&read.nodes[0]),
        [
            "id=1",
            "name=N1",
            "cost/@cur=EUR",
            "cost=10 <b>",
            "photos/photo=1.jpg",
            "photos/photo=2.jpg",
            "photos/photo=3.jpg"
        ]
    );
}

#[test]
fn a_value_that_says_what_it_is_has_it_in_its_path() {
    let one =
        "<ad><id>1</id><param name=\"city\">Gent</param><param name=\"zip\">9000</param></ad>";
    let read = read_xml(&format!("<ads>{one}{one}</ads>"));
    assert_eq!(
        flat(&read.nodes[0]),
        ["id=1", "param[city]=Gent", "param[zip]=9000"]
    );
}

#[test]
fn a_feed_that_ends_between_two_records_was_cut_off() {
    let one = "<ad><id>1</id><price>2</price></ad>";
    let read = read_xml(&format!("<ads>{one}{one}{one}"));
    assert_eq!((read.nodes.len(), read.refused[0].code), (3, "cut_off"));
    let twice = read_xml(&format!("<ads>{one}{one}</ads></ads>"));
    assert_eq!(
        (twice.nodes.len(), twice.refused[0].code),
        (2, "not_well_formed")
    );
}

#[test]
fn a_record_of_many_megabytes_is_left_out_and_the_next_is_read() {
    let long = "x".repeat(formats::RECORD_BYTES_MAX + 1_000_000);
    let text =
        format!(r#"[{{"a": 1, "b": "y"}}, {{"a": 2, "b": "{long}"}}, {{"a": 3, "b": "z"}}]"#);
    let read = read(text);
    assert_eq!(
        (read.nodes.len(), read.refused[0].code),
        (2, "record_too_long")
    );
}
