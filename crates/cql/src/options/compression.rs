//! `compression = {…}` (`CompressionParams.fromMap`).

use std::collections::BTreeMap;

use super::properties::{print_map, qualified};
use crate::error::Error;

const PACKAGE: &str = "org.apache.cassandra.io.compress";
const CLASSES: [&str; 5] =
    ["LZ4Compressor", "SnappyCompressor", "DeflateCompressor", "ZstdCompressor", "NoopCompressor"];

/// Options that only some compressors take.
const CLASS_OPTIONS: [&str; 3] = ["lz4_compressor_type", "lz4_high_compressor_level", "compression_level"];

pub(super) fn default() -> String {
    format!("{{'chunk_length_in_kb': '16', 'class': '{PACKAGE}.LZ4Compressor'}}")
}

/// Checks and completes the sub-options.
pub(super) fn compression(written: &[(String, String)]) -> Result<String, Error> {
    let mut options: BTreeMap<String, String> = written.iter().cloned().collect();
    let enabled = options.remove("enabled").is_none_or(|value| value.eq_ignore_ascii_case("true"));
    let class = options.remove("class");
    if !enabled || class.as_deref() == Some("") {
        if enabled {
            return Err(Error::Config(
                "The 'class' option must not be empty. To disable compression use 'enabled' : false".to_owned(),
            ));
        }
        if class.is_some() || !options.is_empty() {
            let text = "If the 'enabled' option is set to false no other options must be specified";
            return Err(Error::Config(text.to_owned()));
        }
        return Ok("{'enabled': 'false'}".to_owned());
    }
    let Some(class) = class else {
        if options.is_empty() {
            return Ok("{'enabled': 'false'}".to_owned());
        }
        return Err(Error::Config("Missing sub-option 'class' for the 'compression' option.".to_owned()));
    };
    let class = qualified(PACKAGE, &class);
    let short = class.rsplit('.').next().unwrap_or_default();
    if !CLASSES.contains(&short) || !class.starts_with(PACKAGE) {
        return Err(Error::Config(format!("Could not create Compression for type {class}")));
    }
    check_chunk_length(&mut options)?;
    check_ratio(&options)?;
    for name in options.keys() {
        let known = ["chunk_length_in_kb", "min_compress_ratio", "max_compressed_length"].contains(&name.as_str());
        if !known && !CLASS_OPTIONS.contains(&name.as_str()) {
            return Err(Error::Config(format!("Unknown compression options {name}")));
        }
    }
    options.insert("class".to_owned(), class);
    Ok(print_map(&options))
}

fn check_chunk_length(options: &mut BTreeMap<String, String>) -> Result<(), Error> {
    let Some(written) = options.get("chunk_length_in_kb") else {
        options.insert("chunk_length_in_kb".to_owned(), "16".to_owned());
        return Ok(());
    };
    let Ok(length) = written.parse::<i32>() else {
        return Err(Error::Config("Invalid value for chunk_length_in_kb".to_owned()));
    };
    if length > i32::MAX / 1024 {
        return Err(Error::Config(format!("Value of chunk_length_in_kb is too large ({length})")));
    }
    if length <= 0 {
        return Err(Error::Config("Invalid negative or null chunk_length_in_kb".to_owned()));
    }
    if !length.unsigned_abs().is_power_of_two() {
        return Err(Error::Config("chunk_length_in_kb must be a power of 2".to_owned()));
    }
    Ok(())
}

fn check_ratio(options: &BTreeMap<String, String>) -> Result<(), Error> {
    let Some(ratio) = options.get("min_compress_ratio").and_then(|value| value.parse::<f64>().ok()) else {
        return Ok(());
    };
    if ratio < 0.0 {
        return Err(Error::Config("Invalid negative min_compress_ratio".to_owned()));
    }
    if ratio > 0.0 && ratio < 1.0 {
        let text = "min_compress_ratio can either be 0 or greater than or equal to 1";
        return Err(Error::Config(text.to_owned()));
    }
    Ok(())
}
