//! One process per store: a lock file that names its holder.
//!
//! The lock is the operating system's, so it ends with the process however that ends; the text in
//! the file only tells who holds it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use crate::error::Error;

const NAME: &str = "LOCK";

/// Held as long as the value lives.
pub(crate) struct LockFile {
    _file: File,
}

impl LockFile {
    /// Locks the directory, or says which process has it.
    pub(crate) fn acquire(directory: &Path) -> Result<Self, Error> {
        let path = directory.join(NAME);
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                file.read_to_string(&mut holder)?;
                return Err(Error::LockHeld { directory: directory.to_path_buf(), holder: holder.trim().to_owned() });
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{}", std::process::id())?;
        Ok(Self { _file: file })
    }
}
