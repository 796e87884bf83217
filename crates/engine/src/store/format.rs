//! The store's format version: a small text file beside the data.
//!
//! `quorate-store 1 <crc32 of what precedes, in hex>`. A newer number or a line that does not read
//! is refused before anything else is touched.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;

use crate::error::Error;

const NAME: &str = "FORMAT";
/// Renamed when complete, so that a process that dies here leaves no half a line.
const UNFINISHED: &str = "FORMAT.new";
const MAGIC: &str = "quorate-store";
/// What this program writes, and the newest that it reads.
const VERSION: u32 = 1;

/// Checks the version, or writes it in a store that is new.
pub(crate) fn check(directory: &Path, data: &Path) -> Result<(), Error> {
    let path = directory.join(NAME);
    let text = match std::fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return if data.exists() { Err(damaged()) } else { create(directory, &path) };
        }
        Err(error) => return Err(error.into()),
    };
    let found = parse(&text).ok_or_else(damaged)?;
    if found > VERSION {
        return Err(Error::NewerFormat { found, supported: VERSION });
    }
    Ok(())
}

fn parse(text: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(text).ok()?.trim_end();
    let (body, checksum) = text.rsplit_once(' ')?;
    let (magic, version) = body.split_once(' ')?;
    let intact = magic == MAGIC && u32::from_str_radix(checksum, 16).ok()? == crc32fast::hash(body.as_bytes());
    intact.then(|| version.parse().ok())?
}

fn create(directory: &Path, path: &Path) -> Result<(), Error> {
    let body = format!("{MAGIC} {VERSION}");
    let unfinished = directory.join(UNFINISHED);
    let mut file = File::create(&unfinished)?;
    writeln!(file, "{body} {:08x}", crc32fast::hash(body.as_bytes()))?;
    file.sync_all()?;
    std::fs::rename(unfinished, path)?;
    File::open(directory)?.sync_all()?;
    Ok(())
}

fn damaged() -> Error {
    Error::corrupt("its format file does not read")
}
