//! Times of the day in a time zone. What the change of clocks skips comes after the gap; what it
//! repeats comes once.

use std::fmt;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp as Moment, ToSpan};
use store::Timestamp;

const TIMES_MAX: usize = 24;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Times(Vec<Time>);

pub(crate) fn is_zone(name: &str) -> bool {
    TimeZone::get(name).is_ok()
}

impl Times {
    /// `03:30`, `3:30, 13:00`; None when it means nothing.
    pub(crate) fn read(text: &str) -> Option<Times> {
        let words = text.split([' ', ',', ';']).filter(|w| !w.is_empty());
        let mut times = words.map(time).collect::<Option<Vec<Time>>>()?;
        times.sort_unstable();
        times.dedup();
        (times.len() <= TIMES_MAX).then_some(Times(times))
    }

    /// The next of them after a moment; None without any.
    pub(crate) fn next(&self, zone: &str, now: Timestamp) -> Option<Timestamp> {
        let zone = TimeZone::get(zone).ok()?;
        let now = Moment::from_millisecond(now.0).ok()?;
        let today = now.to_zoned(zone.clone()).date();
        (0..3).find_map(|days| {
            let date = today.checked_add(days.days()).ok()?;
            let moments = self.0.iter().filter_map(|time| {
                let at = date.to_datetime(*time).to_zoned(zone.clone()).ok()?;
                Some(at.timestamp())
            });
            let next = moments.filter(|at| *at > now).min()?;
            Some(Timestamp(next.as_millisecond()))
        })
    }
}

fn time(word: &str) -> Option<Time> {
    let (hours, minutes) = word.split_once([':', 'h'])?;
    let minutes = if minutes.is_empty() { "0" } else { minutes };
    Time::new(hours.parse().ok()?, minutes.parse().ok()?, 0, 0).ok()
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, time) in self.0.iter().enumerate() {
            let space = if at > 0 { " " } else { "" };
            write!(f, "{space}{:02}:{:02}", time.hour(), time.minute())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<Moment>().unwrap().as_millisecond())
    }

    #[test]
    fn a_night_run_comes_every_night_whatever_the_clocks_do() {
        let times = Times::read("02:30").unwrap();
        let next = |now| times.next("Europe/Brussels", at(now)).unwrap();
        assert_eq!(next("2026-01-05T00:00:00Z"), at("2026-01-05T01:30:00Z"));
        assert_eq!(next("2026-01-05T01:30:00Z"), at("2026-01-06T01:30:00Z"));
        // 29 March 2026: there is no half past two; it comes at half past three.
        assert_eq!(next("2026-03-28T12:00:00Z"), at("2026-03-29T01:30:00Z"));
        // 25 October 2026: half past two comes twice, and is used once.
        assert_eq!(next("2026-10-24T12:00:00Z"), at("2026-10-25T00:30:00Z"));
        assert_eq!(next("2026-10-25T00:30:00Z"), at("2026-10-26T01:30:00Z"));
    }

    #[test]
    fn several_times_of_a_day_are_taken_in_turn_and_nonsense_is_refused() {
        let times = Times::read("13h, 3:30").unwrap();
        assert_eq!(times.to_string(), "03:30 13:00");
        let next = times.next("Europe/London", at("2026-01-05T04:00:00Z"));
        assert_eq!(next, Some(at("2026-01-05T13:00:00Z")));
        assert_eq!(
            Times::read("")
                .unwrap()
                .next("UTC", at("2026-01-05T04:00:00Z")),
            None
        );
        assert!(Times::read("25:00").is_none() && Times::read("night").is_none());
    }
}
