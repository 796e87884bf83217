//! What happens on the side, on standard error: warnings, and on request what leads to them.
//!
//! Standard output never gets any of it, and no line holds personal data: the crates log ids,
//! numbers and codes.

use clap::ValueEnum;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// How much is logged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    /// Nothing.
    Off,
    /// What failed.
    Error,
    /// What may become a failure.
    #[default]
    Warn,
    /// What was done.
    Info,
    /// Each step.
    Debug,
    /// Everything.
    Trace,
}

impl Level {
    fn of_quorate(self) -> LevelFilter {
        match self {
            Self::Off => LevelFilter::OFF,
            Self::Error => LevelFilter::ERROR,
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
            Self::Trace => LevelFilter::TRACE,
        }
    }

    /// The driver warns of every connection that it tries in vain; whoever did not ask for more
    /// than warnings gets one error in the end instead.
    fn of_others(self) -> LevelFilter {
        match self {
            Self::Off | Self::Error | Self::Warn => LevelFilter::OFF,
            Self::Info => LevelFilter::WARN,
            Self::Debug => LevelFilter::INFO,
            Self::Trace => LevelFilter::TRACE,
        }
    }
}

/// Begins to log. Once per process.
pub(crate) fn start(level: Level) {
    let filter = Targets::new().with_default(level.of_others()).with_target("quorate", level.of_quorate());
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    tracing_subscriber::registry().with(filter).with(lines).init();
}
