//! The clock, which the environment may hold.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::refusal::{Outcome, Refusal};

const HELD_CLOCK: &str = "SOURCE_DATE_EPOCH";
/// 9999-12-31T23:59:59Z: years have four digits.
const LAST_SECOND: i64 = 253_402_300_799;

/// Seconds since 1970 that the environment holds the clock at, where it does.
fn held_clock() -> Option<Result<i64, String>> {
    let text = std::env::var_os(HELD_CLOCK)?.to_string_lossy().into_owned();
    let seconds = text.parse::<i64>().ok().filter(|seconds| (0..=LAST_SECOND).contains(seconds));
    Some(seconds.ok_or(text))
}

/// Refuses a clock that cannot be held: entries would bear another time than whoever set it meant.
pub fn check_clock() -> Outcome<()> {
    match held_clock() {
        Some(Err(text)) => Err(Refusal::new(format!(
            "{HELD_CLOCK} is {text:?}, and not whole seconds from 1970 to the year 9999; nothing was done. Set it right, or take \
             it out of the environment"
        ))),
        _ => Ok(()),
    }
}

/// Seconds since 1970; what `SOURCE_DATE_EPOCH` says where it is set, so that a run can be repeated to the same bytes.
pub fn now() -> i64 {
    if let Some(Ok(fixed)) = held_clock() {
        return fixed;
    }
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| i64::try_from(d.as_secs()).unwrap_or(i64::MAX))
}
