//! Directories of a run: unpacked, copied, removed.

use std::fs;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;

use crate::failure::Failure;

/// Unpacks a `tar.gz` of a Synthea export and returns the export's folder.
pub(crate) fn unpacked(archive: &Path, into: &Path) -> Result<PathBuf, Failure> {
    let file = fs::File::open(archive).map_err(Failure::at(archive))?;
    tar::Archive::new(GzDecoder::new(file)).unpack(into).map_err(Failure::at(archive))?;
    Ok(folder_of(into))
}

/// The folder itself, or the only folder in it.
fn folder_of(unpacked: &Path) -> PathBuf {
    if unpacked.join("patients.csv").is_file() {
        return unpacked.to_owned();
    }
    let inner = fs::read_dir(unpacked).into_iter().flatten().flatten().map(|entry| entry.path());
    inner.filter(|path| path.join("patients.csv").is_file()).last().unwrap_or_else(|| unpacked.to_owned())
}

/// Removes a directory, if it is there.
pub(crate) fn remove(directory: &Path) -> Result<(), Failure> {
    if directory.exists() { fs::remove_dir_all(directory).map_err(Failure::at(directory)) } else { Ok(()) }
}

/// Copies a directory with all that is in it.
pub(crate) fn copy_tree(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::create_dir_all(to).map_err(Failure::at(to))?;
    for entry in fs::read_dir(from).map_err(Failure::at(from))? {
        let entry = entry.map_err(Failure::at(from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_tree(&source, &target)?;
        } else {
            fs::copy(&source, &target).map_err(Failure::at(&source))?;
        }
    }
    Ok(())
}
