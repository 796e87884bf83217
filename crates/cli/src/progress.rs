//! How far something has come: a moving bar on a terminal, a line every few seconds elsewhere.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::console::Console;
use crate::render::number;

/// Time between two plain lines.
const LINE_EVERY: Duration = Duration::from_secs(5);
/// Time between two drawings of the bar.
const DRAW_EVERY: Duration = Duration::from_millis(100);
/// Steps of the bar; progress is measured in different units, the bar is not.
const STEPS: u64 = 1_000;

/// Shows how far something has come. Dropping it removes the bar.
pub(crate) struct Progress<'a> {
    console: &'a Console,
    label: String,
    unit: &'static str,
    bar: Option<ProgressBar>,
    started: Instant,
    heard: Instant,
    shown: Instant,
}

/// How far it is: `part` of `whole`, in any unit; 0 of 0 where that is not known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Share {
    pub(crate) part: u64,
    pub(crate) whole: u64,
}

impl<'a> Progress<'a> {
    /// Begins; `unit` is what is counted, such as `rows`.
    pub(crate) fn start(console: &'a Console, label: &str, unit: &'static str) -> Self {
        let now = Instant::now();
        let bar = console.is_terminal().then(|| {
            let style = ProgressStyle::with_template("{prefix:14} {bar:30} {msg}");
            let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(STEPS).with_style(style.progress_chars("━╸─")).with_prefix(label.to_owned())
        });
        Self { console, label: label.to_owned(), unit, bar, started: now, heard: now, shown: now }
    }

    /// Shows that `count` units of `thing` are done, if the last showing is long enough ago.
    pub(crate) fn at(&mut self, thing: &str, count: u64, share: Share) {
        if self.is_due() {
            self.show(self.text(thing, count, share), share);
        }
        self.heard = Instant::now();
    }

    /// Shows that so many thousandths are done, where nothing else is counted.
    pub(crate) fn per_mille(&mut self, part: u32) {
        let share = Share { part: part.into(), whole: STEPS };
        if self.is_due() {
            let percent = part / 10;
            let text = match remaining(self.started.elapsed(), share) {
                Some(left) => format!("{percent} %, {} left", duration(left)),
                None => format!("{percent} %"),
            };
            self.show(text, share);
        }
    }

    /// Counts anew, for the next thing of a series: it began when the one before was last heard of.
    pub(crate) fn restart(&mut self) {
        self.started = self.heard;
    }

    fn is_due(&self) -> bool {
        self.shown.elapsed() >= if self.bar.is_some() { DRAW_EVERY } else { LINE_EVERY }
    }

    fn show(&mut self, text: String, share: Share) {
        self.shown = Instant::now();
        match &self.bar {
            Some(bar) => {
                bar.set_position((share.part * STEPS).checked_div(share.whole).unwrap_or(0));
                bar.set_message(text);
            }
            None => self.console.note(&format!("{}: {text}", self.label)),
        }
    }

    fn text(&self, thing: &str, count: u64, share: Share) -> String {
        let passed = self.started.elapsed();
        let mut parts = vec![format!("{} {}", number(count), self.unit)];
        if !thing.is_empty() {
            parts.insert(0, thing.to_owned());
        }
        if let Some(rate) = per_second(count, passed) {
            parts.push(format!("{}/s", number(rate)));
        }
        if let Some(left) = remaining(passed, share) {
            parts.push(format!("{} left", duration(left)));
        }
        parts.join(", ")
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Units per second, where enough time has passed to tell.
pub(crate) fn per_second(count: u64, passed: Duration) -> Option<u64> {
    let millis = u64::try_from(passed.as_millis()).ok().filter(|millis| *millis > 0)?;
    Some(count.saturating_mul(1_000) / millis)
}

/// The time that the rest takes at the pace so far.
fn remaining(passed: Duration, share: Share) -> Option<Duration> {
    let Share { part, whole } = share;
    let left = whole.checked_sub(part).filter(|left| part > 0 && *left > 0)?;
    let millis = passed.as_millis() * u128::from(left) / u128::from(part);
    u64::try_from(millis).ok().map(Duration::from_millis)
}

/// A time for people: `0.4 ms`, `12 ms`, `3.2 s`, `2 min 5 s`.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    if time < Duration::from_millis(10) {
        format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
    } else if seconds == 0 {
        format!("{} ms", time.as_millis())
    } else if seconds < 60 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests;
