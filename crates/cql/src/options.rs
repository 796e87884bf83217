//! Options after WITH: what Cassandra 5.0 accepts, with its messages and its defaults.
//!
//! Values are kept as CQL prints them, so that DESCRIBE and `system_schema` need no second form.
//! Follows `TableAttributes`, `TableParams` and the classes they validate with.

mod compaction;
mod compression;
mod properties;
mod replication;

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::ast::Property;
use crate::error::Error;
use crate::schema::TableOptions;
use properties::Properties;
pub(crate) use replication::keyspace_options;

/// Names of table options in the order in which DESCRIBE prints them (`TableParams.appendCqlTo`).
pub(crate) const TABLE_OPTIONS: [&str; 19] = [
    "additional_write_policy",
    "allow_auto_snapshot",
    "bloom_filter_fp_chance",
    "caching",
    "cdc",
    "comment",
    "compaction",
    "compression",
    "memtable",
    "crc_check_chance",
    "default_time_to_live",
    "extensions",
    "gc_grace_seconds",
    "incremental_backups",
    "max_index_interval",
    "memtable_flush_period_in_ms",
    "min_index_interval",
    "read_repair",
    "speculative_retry",
];

/// Smallest chance that a Bloom filter can reach (`BloomCalculations.minSupportedBloomFilterFpChance`).
const MIN_BLOOM_FILTER_FP_CHANCE: f64 = 6.71e-5;

/// 20 years in seconds (`Attributes.MAX_TTL`).
const MAX_TTL_SECONDS: i32 = 630_720_000;

impl Default for TableOptions {
    fn default() -> Self {
        let defaults = [
            ("additional_write_policy", "'99p'".to_owned()),
            ("allow_auto_snapshot", "true".to_owned()),
            ("bloom_filter_fp_chance", "0.01".to_owned()),
            ("caching", "{'keys': 'ALL', 'rows_per_partition': 'NONE'}".to_owned()),
            ("cdc", "false".to_owned()),
            ("compaction", compaction::default()),
            ("compression", compression::default()),
            ("memtable", "'default'".to_owned()),
            ("crc_check_chance", "1.0".to_owned()),
            ("extensions", "{}".to_owned()),
            ("incremental_backups", "true".to_owned()),
            ("max_index_interval", "2048".to_owned()),
            ("memtable_flush_period_in_ms", "0".to_owned()),
            ("min_index_interval", "128".to_owned()),
            ("read_repair", "'BLOCKING'".to_owned()),
            ("speculative_retry", "'99p'".to_owned()),
        ];
        Self {
            comment: String::new(),
            default_time_to_live: 0,
            gc_grace_seconds: 864_000,
            other: defaults.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        }
    }
}

/// The options that result from `base` and what a statement sets.
pub(crate) fn table_options(base: &TableOptions, written: &[Property]) -> Result<TableOptions, Error> {
    let properties = Properties::new(written)?;
    properties.check_known(&TABLE_OPTIONS, &["id"])?;
    let mut options = base.clone();
    if let Some(id) = properties.simple("id")? {
        if Uuid::parse_str(id).is_err() {
            return Err(Error::Config("Invalid table id".to_owned()));
        }
        return Err(Error::unsupported("Choosing the id of a table"));
    }
    if let Some(comment) = properties.simple("comment")? {
        comment.clone_into(&mut options.comment);
    }
    if let Some(seconds) = properties.int("default_time_to_live")? {
        check_at_least(seconds, 0, "default_time_to_live")?;
        if seconds > MAX_TTL_SECONDS {
            return Err(Error::Config(format!(
                "default_time_to_live must be less than or equal to {MAX_TTL_SECONDS} (got {seconds})"
            )));
        }
        options.default_time_to_live = seconds;
    }
    if let Some(seconds) = properties.int("gc_grace_seconds")? {
        check_at_least(seconds, 0, "gc_grace_seconds")?;
        options.gc_grace_seconds = seconds;
    }
    numbers(&properties, &mut options.other)?;
    texts(&properties, &mut options.other)?;
    if let Some(written) = properties.map("compaction")? {
        let compaction = compaction::compaction(written)?;
        if properties.simple("bloom_filter_fp_chance")?.is_none() && compaction.contains("LeveledCompactionStrategy") {
            set(&mut options.other, "bloom_filter_fp_chance", "0.1");
        }
        set(&mut options.other, "compaction", &compaction);
    }
    if let Some(written) = properties.map("compression")? {
        set(&mut options.other, "compression", &compression::compression(written)?);
    }
    if let Some(written) = properties.map("caching")? {
        set(&mut options.other, "caching", &caching(written)?);
    }
    if let Some(written) = properties.map("extensions")? {
        set(&mut options.other, "extensions", &properties::print_map(&written.iter().cloned().collect()));
    }
    Ok(options)
}

fn set(options: &mut BTreeMap<String, String>, name: &str, value: &str) {
    options.insert(name.to_owned(), value.to_owned());
}

fn check_at_least(value: i32, least: i32, name: &str) -> Result<(), Error> {
    if value < least {
        return Err(Error::Config(format!("{name} must be greater than or equal to {least} (got {value})")));
    }
    Ok(())
}

fn numbers(properties: &Properties<'_>, options: &mut BTreeMap<String, String>) -> Result<(), Error> {
    if let Some(chance) = properties.double("bloom_filter_fp_chance")? {
        if chance <= MIN_BLOOM_FILTER_FP_CHANCE || chance > 1.0 {
            return Err(Error::Config(format!(
                "bloom_filter_fp_chance must be larger than 6.71E-5 and less than or equal to 1.0 (got {chance:?})"
            )));
        }
        set(options, "bloom_filter_fp_chance", &format!("{chance:?}"));
    }
    if let Some(chance) = properties.double("crc_check_chance")? {
        if !(0.0..=1.0).contains(&chance) {
            return Err(Error::Config(format!(
                "crc_check_chance must be larger than or equal to 0 and smaller than or equal to 1.0 (got {chance:?})"
            )));
        }
        set(options, "crc_check_chance", &format!("{chance:?}"));
    }
    for (name, least) in [("memtable_flush_period_in_ms", 0), ("min_index_interval", 1), ("max_index_interval", 1)] {
        if let Some(value) = properties.int(name)? {
            if name != "max_index_interval" {
                check_at_least(value, least, name)?;
            }
            set(options, name, &value.to_string());
        }
    }
    let interval = |name: &str| options.get(name).and_then(|value| value.parse::<i32>().ok()).unwrap_or_default();
    let (min, max) = (interval("min_index_interval"), interval("max_index_interval"));
    if max < min {
        return Err(Error::Config(format!(
            "max_index_interval must be greater than or equal to min_index_interval ({min}) (got {max})"
        )));
    }
    for name in ["allow_auto_snapshot", "incremental_backups", "cdc"] {
        if let Some(value) = properties.boolean(name)? {
            if name == "cdc" && value {
                return Err(Error::unsupported("Change data capture (cdc)"));
            }
            set(options, name, &value.to_string());
        }
    }
    Ok(())
}

fn texts(properties: &Properties<'_>, options: &mut BTreeMap<String, String>) -> Result<(), Error> {
    for name in ["speculative_retry", "additional_write_policy"] {
        if let Some(written) = properties.simple(name)? {
            let policy = speculative_retry(written)
                .ok_or_else(|| Error::Config(format!("Invalid value {written} for option '{name}'")))?;
            set(options, name, &format!("'{policy}'"));
        }
    }
    if let Some(written) = properties.simple("read_repair")? {
        let strategy = written.to_ascii_uppercase();
        if !matches!(strategy.as_str(), "NONE" | "BLOCKING") {
            // The text of Java's Enum.valueOf, as Cassandra passes it on.
            return Err(Error::Invalid(format!(
                "No enum constant org.apache.cassandra.service.reads.repair.ReadRepairStrategy.{strategy}"
            )));
        }
        set(options, "read_repair", &format!("'{strategy}'"));
    }
    if let Some(written) = properties.simple("memtable")?.filter(|written| *written != "default") {
        return Err(Error::Config(format!("Memtable configuration \"{written}\" not found.")));
    }
    Ok(())
}

/// `99p`, `50ms`, `ALWAYS`, `NEVER`, `MIN(99p,50ms)` (`SpeculativeRetryPolicy.fromString`).
fn speculative_retry(written: &str) -> Option<String> {
    let upper = written.trim().to_ascii_uppercase();
    if matches!(upper.as_str(), "ALWAYS" | "NEVER") {
        return Some(upper);
    }
    if upper == "NONE" {
        return Some("NEVER".to_owned());
    }
    let hybrid = ["MIN", "MAX"].into_iter().find_map(|function| {
        let parts = upper.strip_prefix(function)?.trim().strip_prefix('(')?.strip_suffix(')')?;
        Some((function, parts.split_once(',')?))
    });
    if let Some((function, (left, right))) = hybrid {
        let (left, right) = (fixed_or_percentile(left)?, fixed_or_percentile(right)?);
        return Some(format!("{function}({left},{right})"));
    }
    fixed_or_percentile(&upper)
}

fn fixed_or_percentile(written: &str) -> Option<String> {
    let upper = written.trim();
    if let Some(number) = upper.strip_suffix("MS") {
        let millis: f64 = number.parse().ok()?;
        return Some(format!("{millis}ms"));
    }
    let number = upper.strip_suffix("PERCENTILE").or_else(|| upper.strip_suffix('P'))?;
    let percentile: f64 = number.trim().parse().ok()?;
    (0.0..=100.0).contains(&percentile).then(|| format!("{percentile}p"))
}

/// `CachingParams.fromMap`.
fn caching(written: &[(String, String)]) -> Result<String, Error> {
    let mut params: BTreeMap<String, String> = [("keys", "ALL"), ("rows_per_partition", "NONE")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    let allowed = |name: &str| matches!(name, "keys" | "rows_per_partition");
    if written.iter().any(|(name, _)| !allowed(name)) {
        let shown: Vec<&str> = written.iter().map(|(name, _)| name.as_str()).filter(|name| !allowed(name)).collect();
        return Err(Error::Config(format!(
            "Invalid caching sub-options [{}]: only 'keys' and 'rows_per_partition' are allowed",
            shown.join(", ")
        )));
    }
    for (name, value) in written {
        let upper = value.to_ascii_uppercase();
        let named = matches!(upper.as_str(), "ALL" | "NONE");
        if name == "keys" && !named {
            return Err(Error::Config(format!(
                "Invalid value '{value}' for caching sub-option 'keys': only 'ALL' and 'NONE' are allowed"
            )));
        }
        if !named && value.parse::<u32>().is_err() {
            return Err(Error::Config(format!(
                "Invalid value '{value}' for caching sub-option 'rows_per_partition': only 'ALL', 'NONE', and integer \
                 values are allowed"
            )));
        }
        params.insert(name.clone(), upper);
    }
    Ok(properties::print_map(&params))
}
