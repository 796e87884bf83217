//! What an import that began without a fixed instant took for now.
//!
//! An import that was killed and is run again must end as if it had run once, so the instant that
//! it measures by, and the distance by which it moves times, are kept until it is complete. The
//! distance is kept beyond that: another import of the same export must know its rows again.

use std::path::Path;

use uuid::Uuid;

use crate::error::Error;
use crate::ids::NAMESPACE;
use crate::input::synthea::{Export, Shift};
use crate::store::Store;

const GET: &str = "SELECT value FROM {ks}.settings WHERE name = ?";
const SET: &str = "INSERT INTO {ks}.settings (name, value) VALUES (?, ?) IF NOT EXISTS";
const FORGET: &str = "DELETE FROM {ks}.settings WHERE name = ? IF EXISTS";

/// The import of a folder.
pub(super) struct Began {
    as_of: String,
    shift: String,
}

impl Began {
    pub(super) fn of(directory: &Path) -> Self {
        let path = std::fs::canonicalize(directory).unwrap_or_else(|_| directory.to_owned());
        let id = Uuid::new_v5(&NAMESPACE, path.as_os_str().as_encoded_bytes());
        Self { as_of: format!("import/{id}/as-of"), shift: format!("import/{id}/shift") }
    }

    /// The instant of an unfinished import of the folder, or now.
    pub(super) async fn as_of(&self, store: &Store) -> Result<i64, Error> {
        keep(store, &self.as_of, store.now_ms()).await
    }

    /// Opens an export, its times moved as they were when it was imported first.
    pub(super) async fn export(
        &self,
        store: &Store,
        directory: &Path,
        as_of_ms: i64,
        shift_to_now: bool,
    ) -> Result<Export, Error> {
        if !shift_to_now {
            return Ok(Export::open(directory, as_of_ms, Shift::None)?);
        }
        if let Some(shift) = kept(store, &self.shift).await? {
            return Ok(Export::open(directory, as_of_ms, Shift::By(shift))?);
        }
        let export = Export::open(directory, as_of_ms, Shift::ToNow)?;
        let shift = keep(store, &self.shift, export.shift_ms()).await?;
        if shift == export.shift_ms() { Ok(export) } else { Ok(Export::open(directory, as_of_ms, Shift::By(shift))?) }
    }

    /// The import is complete.
    pub(super) async fn end(&self, store: &Store) -> Result<(), Error> {
        store.conditional(FORGET, (self.as_of.as_str(),)).await?;
        Ok(())
    }
}

async fn kept(store: &Store, name: &str) -> Result<Option<i64>, Error> {
    Ok(store.read_serial(GET, (name,)).await?.first::<(String,)>()?.and_then(|(value,)| value.parse().ok()))
}

/// The value that was kept first.
async fn keep(store: &Store, name: &str, value: i64) -> Result<i64, Error> {
    store.conditional(SET, (name, value.to_string())).await?;
    Ok(kept(store, name).await?.unwrap_or(value))
}
