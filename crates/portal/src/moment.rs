//! Moments and days as portals write them.

use dictionary::Date;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// How a moment is written: a pattern of `strftime`, in a time zone.
#[derive(Clone, Debug)]
pub struct Moment {
    pattern: String,
    zone: TimeZone,
}

impl Moment {
    /// None for a zone that nobody knows and a pattern that cannot be written.
    pub fn of(pattern: &str, zone: &str) -> Option<Moment> {
        let zone = match zone {
            "" => TimeZone::UTC,
            zone => TimeZone::get(zone).ok()?,
        };
        let moment = Moment {
            pattern: pattern.to_owned(),
            zone,
        };
        moment.at(0).map(|_| moment)
    }

    pub fn at(&self, ms: i64) -> Option<String> {
        let instant = Timestamp::from_millisecond(ms).ok()?;
        let zoned = instant.to_zoned(self.zone.clone());
        jiff::fmt::strtime::format(&self.pattern, &zoned).ok()
    }

    /// A day has no zone; of a month it is the first.
    pub fn of_day(&self, date: Date) -> Option<String> {
        let (month, day) = (
            i8::try_from(date.month).ok()?,
            i8::try_from(date.day.max(1)).ok()?,
        );
        let day = jiff::civil::Date::new(date.year, month, day).ok()?;
        let zoned = day.to_zoned(self.zone.clone()).ok()?;
        jiff::fmt::strtime::format(&self.pattern, &zoned).ok()
    }
}
