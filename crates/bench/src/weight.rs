//! What a page weighs and when it is there, in a real browser behind three kinds of network.

use serde_json::json;

use crate::chromium::Browser;
use crate::figures::Figures;
use crate::server::Server;

/// A name, milliseconds of a round trip, kilobytes a second down.
const NETWORKS: [(&str, u32, u32); 3] =
    [("cable", 28, 625), ("4g", 85, 1_125), ("slow 4g", 150, 200)];

const LOOK: &str = "return new Promise(done => { let lcp = 0, shift = 0; \
    new PerformanceObserver(l => l.getEntries().forEach(e => lcp = e.startTime)).observe({ type: 'largest-contentful-paint', buffered: true }); \
    new PerformanceObserver(l => l.getEntries().forEach(e => shift += e.value)).observe({ type: 'layout-shift', buffered: true }); \
    setTimeout(() => { const nav = performance.getEntriesByType('navigation')[0], all = performance.getEntriesByType('resource'); \
    const of = kind => all.filter(r => r.initiatorType === kind || r.name.endsWith('.' + kind)); \
    const sum = list => list.reduce((s, r) => s + r.encodedBodySize, 0); \
    done({ lcp, shift, ttfb: nav.responseStart - nav.requestStart, requests: all.length + 1, html: nav.encodedBodySize, \
    css: sum(of('css')), js: sum(of('js')), all: nav.encodedBodySize + sum(all) }) }, 400) })";

pub fn weight(server: &Server, figures: &mut Figures) {
    let browser = Browser::open();
    let port = server.address.rsplit(':').next().unwrap_or_default();
    let at = |path: &str| format!("http://auto.localhost:{port}{path}");
    browser.go(&at("/en/search?q=gps"));
    let item = browser.run("return document.querySelector('.card h3 a').getAttribute('href')");
    let item = item.as_str().unwrap_or("/en/").to_owned();
    for (network, round_trip_ms, kilobytes_s) in NETWORKS {
        for (page, path) in [
            ("home", "/en/"),
            ("browse", "/en/search?q=gps"),
            ("item", item.as_str()),
        ] {
            browser.forget();
            browser.behind(round_trip_ms, kilobytes_s << 10);
            browser.go(&at(path));
            let seen = browser.run(LOOK);
            let more = json!({ "network": network, "seen": seen });
            figures.tell(&format!("page.weight.{page}"), 0.0, more);
        }
    }
}
