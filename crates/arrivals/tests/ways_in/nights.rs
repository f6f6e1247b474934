//! A nightly run comes once a night, also in the two nights in which the clocks change.

use arrivals::{NewSource, Reach, State, Way, fetch_due};
use jiff::Timestamp as Moment;
use testkit::on_both;

use crate::yard::{Yard, rooms, stock};
use crate::{page, web};

const QUARTER_MS: i64 = 15 * 60_000;

impl Yard {
    /// Looks every quarter of an hour for some days; when it fetched.
    async fn nights(&self, from: &str, days: i64) -> Vec<String> {
        let from: Moment = from.parse().expect("a moment");
        let clock = &self.world.clock;
        clock.advance_ms(from.as_millisecond() - self.world.store.now().0);
        let (at, _asked) = web(vec![page("", &stock(4))]).await;
        let half_past_two = |new: &mut NewSource| {
            new.times = "02:30".into();
            new.zone = "Europe/Brussels".into();
        };
        let url = format!("http://{at}/stock.csv");
        self.source_that(Way::Url, "web", &url, half_past_two).await;
        let mut fetched = Vec::new();
        for _ in 0..days * 24 * 4 {
            clock.advance_ms(QUARTER_MS);
            let (store, now) = (&self.world.store, self.world.store.now());
            let asked = fetch_due(store, &self.files, &self.seal, Reach::Everywhere).await;
            if asked.expect("looked") > 0 {
                let now = Moment::from_millisecond(now.0).expect("a moment");
                fetched.push(now.strftime("%d %H:%M").to_string());
            }
        }
        self.work().await;
        fetched
    }

    /// All came, and only the first of the same files was something new.
    async fn came_each_night(&self, nights: usize) {
        let states: Vec<State> = self.story().await.into_iter().map(|(_, s)| s).collect();
        let mut wanted = vec![State::Unchanged; nights];
        wanted[0] = State::Imported;
        assert_eq!((states, self.live().await), (wanted, 4));
    }
}

on_both! { &rooms(),
    async fn the_night_without_half_past_two_has_its_run_once(world) {
        let yard = Yard::of(world);
        // Times as UTC has them: half past three, then half past two.
        let fetched = yard.nights("2026-03-27T12:00:00Z", 4).await;
        assert_eq!(fetched, ["28 01:30", "29 01:30", "30 00:30", "31 00:30"]);
        yard.came_each_night(4).await;
    }

    async fn the_night_with_two_half_past_twos_has_its_run_once(world) {
        let yard = Yard::of(world);
        let fetched = yard.nights("2026-10-23T12:00:00Z", 4).await;
        assert_eq!(fetched, ["24 00:30", "25 00:30", "26 01:30", "27 01:30"]);
        yard.came_each_night(4).await;
    }
}
