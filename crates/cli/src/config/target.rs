//! From settings to what a session connects to.

use std::path::PathBuf;
use std::time::Duration;

use quorate_session::{
    ClusterOptions, Compression, ConsistencyProfile, Credentials, Durability, Target, consistency, serial_consistency,
};

use super::{Origin, Setting, Settings};
use crate::failure::Failure;

/// The longest name of a keyspace (`SchemaConstants.NAME_LENGTH` in `schema/SchemaConstants.java`).
const KEYSPACE_BYTES: usize = 48;
/// How long writes that can be repeated are repeated: so many times the limit of one request.
const WRITES_REPEATED_FOR: u32 = 3;

impl Settings {
    /// The keyspace of the clinic.
    ///
    /// # Errors
    /// `Usage` if it is no name that CQL takes without quotes.
    pub(crate) fn keyspace(&self) -> Result<&str, Failure> {
        let setting = self.required("keyspace")?;
        let name = setting.value.as_deref().unwrap_or_default();
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let starts = name.starts_with(|first: char| first.is_ascii_lowercase());
        if starts && name.len() <= KEYSPACE_BYTES && name.bytes().all(plain) {
            Ok(name)
        } else {
            Err(setting.wrong("a small letter, then up to 47 small letters, digits and _"))
        }
    }

    /// What to connect to: the cluster or the store, whichever was named in the stronger place.
    ///
    /// # Errors
    /// `Usage` if a setting is wrong, or if the same place names both.
    pub(crate) fn target(&self) -> Result<Target, Failure> {
        let (store, nodes) = (self.required("store")?, self.required("contact-points")?);
        if nodes.value.is_none() || store.origin > nodes.origin {
            return self.embedded(store);
        }
        if store.origin == nodes.origin {
            return Err(Failure::usage(format!(
                "both a store ({}) and contact points ({}) are given: give one of them",
                store.source(),
                nodes.source()
            )));
        }
        self.cluster(nodes).map(Target::Cluster)
    }

    /// The directory of the embedded store, if it was named on the command line.
    pub(crate) fn store_flag(&self) -> Option<PathBuf> {
        let setting = self.get("store").filter(|setting| setting.origin == Origin::Flag)?;
        setting.value.as_deref().map(PathBuf::from)
    }

    /// What a returned write to the embedded store means.
    pub(crate) fn durability(&self) -> Result<Durability, Failure> {
        let setting = self.required("durability")?;
        match setting.value.as_deref() {
            Some("sync") => Ok(Durability::Sync),
            Some("periodic") => Ok(Durability::Periodic),
            _ => Err(setting.wrong("sync or periodic")),
        }
    }

    fn embedded(&self, store: &Setting) -> Result<Target, Failure> {
        let directory = store.value.as_deref().filter(|path| !path.is_empty()).ok_or_else(|| store.wrong("a path"))?;
        Ok(Target::Embedded { directory: PathBuf::from(directory), durability: self.durability()? })
    }

    fn cluster(&self, nodes: &Setting) -> Result<ClusterOptions, Failure> {
        let points: Vec<&str> = nodes.value.iter().flat_map(|points| points.split(',')).map(str::trim).collect();
        if points.iter().any(|point| point.is_empty()) {
            return Err(nodes.wrong("host or host:port, with commas between them"));
        }
        let mut options = ClusterOptions::new(points);
        options.local_datacenter = self.text("local-dc").map(str::to_owned);
        options.credentials = self.credentials()?;
        options.compression = self.compression()?;
        options.connect_timeout = self.seconds("connect-timeout")?;
        options.request_timeout = self.seconds("request-timeout")?;
        options.retry_for = WRITES_REPEATED_FOR * options.request_timeout;
        options.consistency = self.consistency()?;
        Ok(options)
    }

    fn consistency(&self) -> Result<ConsistencyProfile, Failure> {
        let level = |name: &str| {
            let setting = self.required(name)?;
            consistency(setting.value.as_deref().unwrap_or_default()).map_err(|source| setting.refused(source))
        };
        let serial = self.required("serial-consistency")?;
        Ok(ConsistencyProfile {
            read: level("consistency")?,
            write: level("write-consistency")?,
            serial: serial_consistency(serial.value.as_deref().unwrap_or_default())
                .map_err(|source| serial.refused(source))?,
        })
    }

    fn credentials(&self) -> Result<Option<Credentials>, Failure> {
        match (self.text("username"), self.text("password")) {
            (None, None) => Ok(None),
            (Some(username), Some(password)) => {
                Ok(Some(Credentials { username: username.to_owned(), password: password.to_owned() }))
            }
            (Some(_), None) => Err(Failure::usage(
                "there is a username but no password: set QUORATE_PASSWORD, or password in the configuration file",
            )),
            (None, Some(_)) => Err(Failure::usage(
                "there is a password but no username: set QUORATE_USERNAME, or username in the configuration file",
            )),
        }
    }

    fn compression(&self) -> Result<Compression, Failure> {
        let setting = self.required("compression")?;
        match setting.value.as_deref() {
            Some("none") => Ok(Compression::None),
            Some("lz4") => Ok(Compression::Lz4),
            _ => Err(setting.wrong("none or lz4")),
        }
    }

    fn seconds(&self, name: &str) -> Result<Duration, Failure> {
        let setting = self.required(name)?;
        let seconds = setting.value.as_deref().and_then(|text| text.parse::<f64>().ok());
        seconds
            .filter(|seconds| *seconds > 0.0)
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
            .ok_or_else(|| setting.wrong("seconds, more than 0"))
    }

    fn required(&self, name: &str) -> Result<&Setting, Failure> {
        self.get(name).ok_or_else(|| Failure::usage(format!("there is no setting '{name}'")))
    }
}
