//! Dates, as the wire writes them.

use talker_domain::Timestamp;
use time::OffsetDateTime;
use time::macros::format_description;

/// `YYYY-MM-DD HH:MM:SS` in UTC.
pub(super) fn date(at: Timestamp) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    let date = OffsetDateTime::from_unix_timestamp(at.0.div_euclid(1_000));
    date.ok().and_then(|date| date.format(format).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_utc_to_the_second() {
        for (milliseconds, expected) in [
            (0, "1970-01-01 00:00:00"),
            (999, "1970-01-01 00:00:00"),
            (1_767_225_600_000, "2026-01-01 00:00:00"),
            (1_772_323_199_999, "2026-02-28 23:59:59"),
        ] {
            assert_eq!(date(Timestamp(milliseconds)), expected);
        }
    }
}
