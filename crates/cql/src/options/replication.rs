//! Options of keyspaces (`KeyspaceAttributes` and the replication strategies).
//!
//! Which data centres exist is not known here: any name is taken as one.

use std::collections::BTreeMap;

use super::properties::{Properties, qualified};
use crate::ast::Property;
use crate::error::Error;

const PACKAGE: &str = "org.apache.cassandra.locator";

/// The data centre of a node that was not told another one (`SimpleSnitch`).
const DEFAULT_DATACENTER: &str = "datacenter1";

/// Replication and durable writes, each where written.
pub(crate) type KeyspaceOptions = (Option<BTreeMap<String, String>>, Option<bool>);

/// Checks what a statement sets for a keyspace.
pub(crate) fn keyspace_options(keyspace: &str, written: &[Property]) -> Result<KeyspaceOptions, Error> {
    let properties = Properties::new(written)?;
    properties.check_known(&["replication", "durable_writes"], &[])?;
    let durable_writes = properties.boolean("durable_writes")?;
    let replication = match properties.map("replication")? {
        Some(options) => Some(replication(keyspace, options)?),
        None => None,
    };
    Ok((replication, durable_writes))
}

fn replication(keyspace: &str, written: &[(String, String)]) -> Result<BTreeMap<String, String>, Error> {
    let mut options: BTreeMap<String, String> = written.iter().cloned().collect();
    let Some(class) = options.remove("class") else {
        return Err(Error::Config("Missing replication strategy class".to_owned()));
    };
    let class = qualified(PACKAGE, &class);
    match class.strip_prefix(PACKAGE).unwrap_or_default() {
        ".SimpleStrategy" => {
            // One copy is the default (`default_keyspace_rf` of cassandra.yaml).
            let factor = options.entry("replication_factor".to_owned()).or_insert_with(|| "1".to_owned());
            check_factor(factor)?;
            if let Some(unknown) = options.keys().find(|name| *name != "replication_factor") {
                return Err(Error::Config(format!(
                    "Unrecognized strategy option {{{unknown}}} passed to SimpleStrategy for keyspace {keyspace}"
                )));
            }
        }
        ".NetworkTopologyStrategy" => {
            // `replication_factor` stands for every data centre that has no number of its own.
            if let Some(factor) = options.remove("replication_factor") {
                check_factor(&factor)?;
                options.entry(DEFAULT_DATACENTER.to_owned()).or_insert(factor);
            }
            for factor in options.values() {
                check_factor(factor)?;
            }
            options.retain(|_, factor| factor != "0");
            if options.is_empty() {
                options.insert(DEFAULT_DATACENTER.to_owned(), "1".to_owned());
            }
        }
        ".LocalStrategy" => {
            let text = "Unable to use given strategy class: LocalStrategy is reserved for internal use.";
            return Err(Error::Invalid(text.to_owned()));
        }
        _ => return Err(Error::Config(format!("Unable to find replication strategy class '{class}'"))),
    }
    options.insert("class".to_owned(), class);
    Ok(options)
}

fn check_factor(written: &str) -> Result<(), Error> {
    if written.contains('/') {
        let text = "Transient replication is disabled. Enable in cassandra.yaml to use.";
        return Err(Error::Config(text.to_owned()));
    }
    match written.parse::<i32>() {
        Ok(factor) if factor < 0 => {
            Err(Error::Config(format!("Replication factor must be non-negative, found {written}")))
        }
        Ok(_) => Ok(()),
        // The text of Java's NumberFormatException, as Cassandra passes it on.
        Err(_) => Err(Error::Config(format!("For input string: \"{written}\""))),
    }
}
