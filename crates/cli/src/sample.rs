//! The sample data that the program carries: 60 made-up patients with all their visits.
//!
//! It is unpacked into a folder of its own, because the import reads folders and nothing else.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use flate2::read::GzDecoder;

/// A Synthea CSV export; `crates/cli/sample/README.md` says where it is from.
const ARCHIVE: &[u8] = include_bytes!("../sample/synthea-60.tar.gz");

/// A folder that goes when this is dropped.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// An empty folder among the system's temporary files.
    pub(crate) fn temporary(name: &str) -> anyhow::Result<Self> {
        Ok(Self(new_folder(name)?))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What stays behind is a temporary file like any other.
        drop(fs::remove_dir_all(&self.0));
    }
}

/// Makes a folder that did not exist, among the system's temporary files.
pub(crate) fn new_folder(name: &str) -> anyhow::Result<PathBuf> {
    let unique = &uuid::Uuid::new_v4().simple().to_string()[..8];
    let path = std::env::temp_dir().join(format!("{name}-{unique}"));
    fs::create_dir(&path).with_context(|| format!("cannot make the folder {}", path.display()))?;
    Ok(path)
}

/// Unpacks the sample into a folder and returns the folder with the CSV files.
pub(crate) fn unpack(folder: &Path) -> anyhow::Result<PathBuf> {
    tar::Archive::new(GzDecoder::new(ARCHIVE)).unpack(folder).context("cannot unpack the sample data")?;
    holding(folder, "patients.csv")?.context("the sample data have no patients.csv")
}

/// The folder at or beneath `folder` that holds a file of this name.
fn holding(folder: &Path, file: &str) -> io::Result<Option<PathBuf>> {
    if folder.join(file).is_file() {
        return Ok(Some(folder.to_owned()));
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir()
            && let Some(found) = holding(&path, file)?
        {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
