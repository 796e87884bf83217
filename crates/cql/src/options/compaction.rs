//! `compaction = {…}` (`CompactionParams` and the options of each strategy).

use std::collections::BTreeMap;

use super::properties::{print_map, qualified};
use crate::error::Error;

const PACKAGE: &str = "org.apache.cassandra.db.compaction";

/// What every strategy takes (`AbstractCompactionStrategy.validateOptions` and `CompactionParams`).
const SHARED: [&str; 7] = [
    "enabled",
    "log_all",
    "only_purge_repaired_tombstones",
    "provide_overlapping_tombstones",
    "tombstone_compaction_interval",
    "tombstone_threshold",
    "unchecked_tombstone_compaction",
];
const THRESHOLDS: [&str; 2] = ["max_threshold", "min_threshold"];
const SIZE_TIERED: [&str; 3] = ["bucket_high", "bucket_low", "min_sstable_size"];
const LEVELED: [&str; 3] = ["fanout_size", "single_sstable_uplevel", "sstable_size_in_mb"];
const TIME_WINDOW: [&str; 5] = [
    "compaction_window_size",
    "compaction_window_unit",
    "expired_sstable_check_frequency_seconds",
    "timestamp_resolution",
    "unsafe_aggressive_sstable_expiration",
];
const UNIFIED: [&str; 11] = [
    "base_shard_count",
    "expired_sstable_check_frequency_seconds",
    "flush_size_override",
    "max_sstables_to_compact",
    "min_sstable_size",
    "num_shards",
    "overlap_inclusion_method",
    "scaling_parameters",
    "sstable_growth",
    "target_sstable_size",
    "unsafe_aggressive_sstable_expiration",
];

pub(super) fn default() -> String {
    format!("{{'class': '{PACKAGE}.SizeTieredCompactionStrategy', 'max_threshold': '32', 'min_threshold': '4'}}")
}

/// Checks and completes the sub-options.
pub(super) fn compaction(written: &[(String, String)]) -> Result<String, Error> {
    let mut options: BTreeMap<String, String> = written.iter().cloned().collect();
    let Some(class) = options.remove("class") else {
        return Err(Error::Config("Missing sub-option 'class' for the 'compaction' option".to_owned()));
    };
    let class = qualified(PACKAGE, &class);
    let short = class.strip_prefix(PACKAGE).and_then(|rest| rest.strip_prefix('.')).unwrap_or(&class).to_owned();
    let (own, thresholds): (Vec<&str>, bool) = match short.as_str() {
        "SizeTieredCompactionStrategy" => (SIZE_TIERED.to_vec(), true),
        "TimeWindowCompactionStrategy" => ([&TIME_WINDOW[..], &SIZE_TIERED].concat(), true),
        "LeveledCompactionStrategy" => ([&LEVELED[..], &SIZE_TIERED].concat(), false),
        "UnifiedCompactionStrategy" => (UNIFIED.to_vec(), false),
        _ => return Err(Error::Config(format!("Unable to find compaction strategy class '{class}'"))),
    };
    let takes_thresholds = thresholds || short == "LeveledCompactionStrategy";
    let known =
        |name: &str| own.contains(&name) || SHARED.contains(&name) || (takes_thresholds && THRESHOLDS.contains(&name));
    let unknown: Vec<&str> = options.keys().map(String::as_str).filter(|name| !known(name)).collect();
    check_shared(&options)?;
    check_time_window(&options)?;
    check_numbers(&options)?;
    if !unknown.is_empty() {
        let unknown = unknown.join(", ");
        return Err(Error::Config(format!("Properties specified [{unknown}] are not understood by {short}")));
    }
    if takes_thresholds {
        check_thresholds(&mut options)?;
    }
    options.insert("class".to_owned(), class);
    Ok(print_map(&options))
}

fn check_shared(options: &BTreeMap<String, String>) -> Result<(), Error> {
    let is_boolean = |text: &str| text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
    if let Some(value) = options.get("log_all").filter(|value| !is_boolean(value)) {
        return Err(Error::Config(format!("'log_all' should either be 'true' or 'false', not {value}")));
    }
    for name in ["unchecked_tombstone_compaction", "only_purge_repaired_tombstones"] {
        if let Some(value) = options.get(name).filter(|value| !is_boolean(value)) {
            return Err(Error::Config(format!("'{name}' should be either 'true' or 'false', not '{value}'")));
        }
    }
    if let Some(value) = options.get("enabled").filter(|value| !is_boolean(value)) {
        return Err(Error::Config(format!("enabled should either be 'true' or 'false', not {value}")));
    }
    if let Some(value) = options.get("provide_overlapping_tombstones")
        && !matches!(value.to_ascii_uppercase().as_str(), "NONE" | "ROW" | "CELL")
    {
        return Err(Error::Config(format!(
            "Invalid value {value} for 'provide_overlapping_tombstones' compaction sub-option - must be one of the \
             following [NONE, ROW, CELL]."
        )));
    }
    Ok(())
}

/// Names of Java's `TimeUnit`.
const UNITS: [&str; 7] = ["NANOSECONDS", "MICROSECONDS", "MILLISECONDS", "SECONDS", "MINUTES", "HOURS", "DAYS"];

fn check_time_window(options: &BTreeMap<String, String>) -> Result<(), Error> {
    if let Some(unit) = options.get("compaction_window_unit")
        && !matches!(unit.as_str(), "MINUTES" | "HOURS" | "DAYS")
    {
        return Err(Error::Config(format!("{unit} is not valid for compaction_window_unit")));
    }
    if let Some(resolution) = options.get("timestamp_resolution").filter(|unit| !UNITS.contains(&unit.as_str())) {
        return Err(Error::Config(format!("{resolution} is not valid for timestamp_resolution")));
    }
    if let Some(size) = integer(options, "compaction_window_size")?
        && size < 1
    {
        return Err(Error::Config(format!("{size} must be greater than 1 for compaction_window_size")));
    }
    Ok(())
}

fn check_numbers(options: &BTreeMap<String, String>) -> Result<(), Error> {
    for name in ["tombstone_compaction_interval", "min_sstable_size", "expired_sstable_check_frequency_seconds"] {
        let unit = options.get(name).is_some_and(|value| value.ends_with('B'));
        if unit {
            continue;
        }
        if let Some(value) = integer(options, name)? {
            if name == "tombstone_compaction_interval" && value <= 0 {
                return Err(Error::Config(format!("{name} must be greater than 0, but was {value}")));
            }
            if value < 0 {
                let must =
                    if name == "min_sstable_size" { "must be non negative:" } else { "must not be negative, but was" };
                return Err(Error::Config(format!("{name} {must} {value}")));
            }
        }
    }
    for name in ["fanout_size", "sstable_size_in_mb"] {
        if let Some(value) = integer(options, name)?.filter(|value| *value < 1) {
            return Err(Error::Config(format!("{name} must be larger than 0, but was {value}")));
        }
    }
    for name in ["bucket_low", "bucket_high", "tombstone_threshold"] {
        if let Some(value) = options.get(name).filter(|value| value.parse::<f64>().is_err()) {
            return Err(Error::Config(format!("{value} is not a parsable float for {name}")));
        }
    }
    let ratio = |name: &str, default: f64| options.get(name).and_then(|value| value.parse().ok()).unwrap_or(default);
    let (low, high) = (ratio("bucket_low", 0.5), ratio("bucket_high", 1.5));
    if high <= low {
        return Err(Error::Config(format!(
            "bucket_high value ({high:?}) is less than or equal to the bucket_low value ({low:?})"
        )));
    }
    Ok(())
}

fn integer(options: &BTreeMap<String, String>, name: &str) -> Result<Option<i64>, Error> {
    let Some(value) = options.get(name) else { return Ok(None) };
    let unparsable = |_| Error::Config(format!("{value} is not a parsable int (base10) for {name}"));
    value.parse().map(Some).map_err(unparsable)
}

/// `CompactionParams.validate`: thresholds are kept even where they are the defaults.
fn check_thresholds(options: &mut BTreeMap<String, String>) -> Result<(), Error> {
    let mut values = [4_i64, 32];
    for (value, name) in values.iter_mut().zip(["min_threshold", "max_threshold"]) {
        if let Some(written) = options.get(name) {
            *value = written.parse().map_err(|_| {
                Error::Config(format!(
                    "Invalid value {written} for '{name}' compaction sub-option - must be an integer"
                ))
            })?;
        }
        options.insert(name.to_owned(), value.to_string());
    }
    let [min, max] = values;
    if min <= 0 || max <= 0 {
        return Err(Error::Config(
            "Disabling compaction by setting compaction thresholds to 0 has been removed, set the compaction option \
             'enabled' to false instead."
                .to_owned(),
        ));
    }
    if min <= 1 {
        return Err(Error::Config(format!("Min compaction threshold cannot be less than 2 (got {min})")));
    }
    if min > max {
        return Err(Error::Config(format!(
            "Min compaction threshold (got {min}) cannot be greater than max compaction threshold (got {max})"
        )));
    }
    Ok(())
}
