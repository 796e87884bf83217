//! The configuration file: TOML with one line per setting.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use toml::Value;

use super::key::configuration_folder;
use super::{Environment, KEYS};
use crate::failure::Failure;

/// What a configuration file says.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) path: PathBuf,
    /// Values by the setting's name.
    pub(super) values: BTreeMap<&'static str, String>,
}

/// Reads the file that was named, or else the user's own if there is one.
pub(super) fn read(named: Option<&Path>, environment: &Environment) -> anyhow::Result<File> {
    let named = named.map(Path::to_owned).or_else(|| environment.get("QUORATE_CONFIG").map(PathBuf::from));
    let path = named.clone().unwrap_or_else(|| configuration_folder(environment).join("quorate").join("config.toml"));
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => return Ok(File::default()),
        Err(error) => return Err(error).with_context(|| format!("cannot read the configuration {}", path.display())),
    };
    let values = values(&path, &text)?;
    Ok(File { path, values })
}

fn values(path: &Path, text: &str) -> anyhow::Result<BTreeMap<&'static str, String>> {
    let table: toml::Table = text
        .parse()
        .map_err(|error: toml::de::Error| Failure::usage(format!("{}: {}", path.display(), error.message())))?;
    let mut values = BTreeMap::new();
    for (name, value) in &table {
        let key = KEYS.iter().find(|key| key.name == name.replace('_', "-")).ok_or_else(|| {
            let known: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
            Failure::usage(format!("{}: there is no setting '{name}', only {}", path.display(), known.join(", ")))
        })?;
        let value = plain(value).ok_or_else(|| {
            Failure::usage(format!("{}: the setting '{name}' is a text, a number or a list of texts", path.display()))
        })?;
        values.insert(key.name, value);
    }
    Ok(values)
}

/// The value as it would be typed.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Array(items) => items.iter().map(Value::as_str).collect::<Option<Vec<_>>>().map(|items| items.join(",")),
        Value::Boolean(_) | Value::Datetime(_) | Value::Table(_) => None,
    }
}
