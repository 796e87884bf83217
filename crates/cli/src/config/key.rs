//! Every setting there is, with its flag, its default and its explanation.

use std::path::{Path, PathBuf};

use super::Environment;
use crate::options::Global;

/// A setting that a file, the environment and mostly a flag can give.
#[derive(Debug)]
pub(crate) struct Key {
    /// Its name in files and as a flag.
    pub(crate) name: &'static str,
    /// What it is, in a few words.
    pub(crate) about: &'static str,
    /// Its value on the command line; secrets have no flag.
    pub(crate) flag: Option<fn(&Global) -> Option<String>>,
    /// Its value where nobody gives one.
    pub(crate) default: fn(&Environment) -> Option<String>,
    /// Whether it is never shown.
    pub(crate) secret: bool,
}

/// All settings, in the order in which they are shown.
pub(crate) const KEYS: &[Key] = &[
    Key {
        name: "store",
        about: "directory of the embedded store",
        flag: Some(|global| global.store.clone()),
        default: |environment| Some(data_folder(environment).join("quorate").display().to_string()),
        secret: false,
    },
    Key {
        name: "durability",
        about: "when a write to the embedded store counts as done: sync or periodic",
        flag: Some(|global| global.durability.clone()),
        default: |_| Some("periodic".to_owned()),
        secret: false,
    },
    Key {
        name: "keyspace",
        about: "keyspace of the clinic",
        flag: Some(|global| global.keyspace.clone()),
        default: |_| Some("wearedoctors".to_owned()),
        secret: false,
    },
    Key {
        name: "contact-points",
        about: "some nodes of a Cassandra cluster; without them the store is embedded",
        flag: Some(|global| global.contact_points.clone()),
        default: |_| None,
        secret: false,
    },
    Key {
        name: "local-dc",
        about: "the data centre to ask; needed where the cluster has several",
        flag: Some(|global| global.local_dc.clone()),
        default: |_| None,
        secret: false,
    },
    Key {
        name: "consistency",
        about: "consistency of reads",
        flag: Some(|global| global.consistency.clone()),
        default: |_| Some("LOCAL_QUORUM".to_owned()),
        secret: false,
    },
    Key {
        name: "write-consistency",
        about: "consistency of writes",
        flag: Some(|global| global.write_consistency.clone()),
        default: |_| Some("LOCAL_QUORUM".to_owned()),
        secret: false,
    },
    Key {
        name: "serial-consistency",
        about: "consistency of conditional statements",
        flag: Some(|global| global.serial_consistency.clone()),
        default: |_| Some("LOCAL_SERIAL".to_owned()),
        secret: false,
    },
    Key {
        name: "compression",
        about: "compression of the connections: none or lz4",
        flag: Some(|global| global.compression.clone()),
        default: |_| Some("none".to_owned()),
        secret: false,
    },
    Key {
        name: "connect-timeout",
        about: "how long connecting may take, in seconds",
        flag: Some(|global| global.connect_timeout.clone()),
        default: |_| Some("5".to_owned()),
        secret: false,
    },
    Key {
        name: "request-timeout",
        about: "how long one request may take, in seconds",
        flag: Some(|global| global.request_timeout.clone()),
        default: |_| Some("10".to_owned()),
        secret: false,
    },
    Key {
        name: "username",
        about: "role of the cluster; from a file or the environment",
        flag: None,
        default: |_| None,
        secret: false,
    },
    Key {
        name: "password",
        about: "its password; from a file or the environment",
        flag: None,
        default: |_| None,
        secret: true,
    },
];

impl Key {
    /// Its name in the environment, such as `QUORATE_LOCAL_DC`.
    pub(crate) fn variable(&self) -> String {
        format!("QUORATE_{}", self.name.replace('-', "_").to_uppercase())
    }
}

/// The folder of the user's data, by the XDG Base Directory Specification.
fn data_folder(environment: &Environment) -> PathBuf {
    user_folder(environment, "XDG_DATA_HOME", ".local/share")
}

/// The folder of the user's configuration, by the XDG Base Directory Specification.
pub(super) fn configuration_folder(environment: &Environment) -> PathBuf {
    user_folder(environment, "XDG_CONFIG_HOME", ".config")
}

/// The specification says that relative paths in these variables are to be ignored.
fn user_folder(environment: &Environment, variable: &str, otherwise: &str) -> PathBuf {
    let given = environment.get(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    given.unwrap_or_else(|| {
        let home = environment.get("HOME").filter(|home| !home.is_empty());
        home.map_or(Path::new("."), Path::new).join(otherwise)
    })
}
