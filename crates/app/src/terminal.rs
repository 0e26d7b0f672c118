//! Progress and messages on standard error. A bar is drawn only on a terminal, and only after a second.

use std::borrow::Cow;
use std::io::{IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub use domain::utc;
use indicatif::{ProgressBar, ProgressStyle};

/// As `println!`, for results. A reader that went away ends the program quietly; a disk that is full ends it with words.
macro_rules! outln {
    ($($words:tt)*) => { $crate::terminal::write_out(format_args!("{}\n", format_args!($($words)*))) };
}
/// As `print!`, under the same terms.
macro_rules! out {
    ($($words:tt)*) => { $crate::terminal::write_out(format_args!($($words)*)) };
}

pub fn write_out(words: std::fmt::Arguments<'_>) {
    let words = words.to_string();
    let Err(error) = std::io::stdout().lock().write_all(inert(&words).as_bytes()) else { return };
    if error.kind() == std::io::ErrorKind::BrokenPipe {
        std::process::exit(0);
    }
    eprintln!("tawthiq: standard output could not be written ({error}); the rest was not shown");
    std::process::exit(2);
}

/// Says one line of what a stage did. What it quotes cannot begin a line of its own.
pub fn say(line: impl AsRef<str>) {
    let line = inert(line.as_ref()).replace('\n', "\n    ");
    // Whoever closed standard error does not want to hear it.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Text without what a terminal obeys: control characters but line feed and tab, and those that override the direction of
/// writing, stand as `\u202e`. JSON reads that as the character, so what programs are given stays the same. Isolates stay:
/// they hold a name's direction within it.
fn inert(text: &str) -> Cow<'_, str> {
    let acts = |c: char| c.is_control() && !matches!(c, '\n' | '\t') || matches!(c, '\u{202a}'..='\u{202e}');
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let shown = text.chars().map(|c| if acts(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() });
    Cow::Owned(shown.collect())
}

/// Progress of one stage.
pub struct Progress {
    started: Instant,
    state: Mutex<State>,
}

struct State {
    bar: Option<ProgressBar>,
    stage: String,
    last_line: Instant,
}

impl Progress {
    pub fn new() -> Self {
        let now = Instant::now();
        Self { started: now, state: Mutex::new(State { bar: None, stage: String::new(), last_line: now }) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `total` 0 is an unknown total.
    pub fn at(&self, stage: &str, done: u64, total: u64) {
        if self.started.elapsed() < Duration::from_secs(1) {
            return;
        }
        let mut state = self.lock();
        if !std::io::stderr().is_terminal() {
            // A log file gets a line every five seconds, not a bar.
            if state.stage != stage || state.last_line.elapsed() > Duration::from_secs(5) {
                state.stage = stage.to_owned();
                state.last_line = Instant::now();
                match total {
                    0 => say(format!("  {stage}: {done}")),
                    total => say(format!("  {stage}: {done} of {total}")),
                }
            }
            return;
        }
        if state.bar.is_none() || state.stage != stage {
            if let Some(old) = state.bar.take() {
                old.finish_and_clear();
            }
            let bar = ProgressBar::new(total);
            if let Ok(style) = ProgressStyle::with_template("  {msg} {wide_bar} {human_pos}/{human_len} {eta}") {
                bar.set_style(style);
            }
            bar.set_message(stage.to_owned());
            state.bar = Some(bar);
            state.stage = stage.to_owned();
        }
        if let Some(bar) = &state.bar {
            bar.set_length(total);
            bar.set_position(done);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = self.lock().bar.take() {
            bar.finish_and_clear();
        }
    }
}

/// The day of a time, in UTC.
pub fn day(seconds: i64) -> String {
    utc(seconds).split(' ').next().unwrap_or_default().to_owned()
}

/// A name that others chose, as it can be shown: what would move the cursor, turn the direction of writing or hide is
/// written as `\u{...}`.
pub fn plain(text: &str) -> String {
    let hides = |c: char| {
        c.is_control()
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    text.chars().map(|c| if hides(c) { c.escape_unicode().to_string() } else { c.to_string() }).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_a_terminal_obeys_is_shown_and_json_reads_it_as_it_was() {
        let hostile = "\u{1b}]0;x\u{7} \u{202e}gpj \u{9b}2J علي\t\n";
        let shown = super::inert(hostile);
        assert_eq!(shown, "\\u001b]0;x\\u0007 \\u202egpj \\u009b2J علي\t\n");
        let json = serde_json::to_string(hostile).unwrap();
        assert_eq!(serde_json::from_str::<String>(&super::inert(&json)).unwrap(), hostile);
    }

    #[test]
    fn a_name_cannot_move_the_cursor_or_turn_the_writing() {
        assert_eq!(super::plain("\u{1b}[2Jok \u{202e}gpj.exe\n"), "\\u{1b}[2Jok \\u{202e}gpj.exe\\u{a}");
        assert_eq!(super::plain("تقرير é 1.pdf"), "تقرير é 1.pdf");
    }
}
