//! Command line options of the tasks: flags, options with a value, and the words that remain.
//!
//! Written by hand because an argument library would triple the time until the first task starts.
//! An option that the task does not know is an error, never ignored.

use anyhow::{Context, Result, bail};

/// The options of one task, checked against what the task accepts.
#[derive(Debug, Default)]
pub(crate) struct Options {
    flags: Vec<String>,
    values: Vec<(String, String)>,
    words: Vec<String>,
}

impl Options {
    /// Reads `arguments`, where `flags` take no value and `valued` take the following word.
    pub(crate) fn parse(arguments: &[String], flags: &[&str], valued: &[&str]) -> Result<Self> {
        let mut options = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            if flags.contains(&argument.as_str()) {
                options.flags.push(argument.clone());
            } else if valued.contains(&argument.as_str()) {
                let value = rest.next().with_context(|| format!("{argument} needs a value"))?;
                options.values.push((argument.clone(), value.clone()));
            } else if argument.starts_with('-') {
                bail!("no option `{argument}` here");
            } else {
                options.words.push(argument.clone());
            }
        }
        Ok(options)
    }

    /// Whether a flag was given.
    pub(crate) fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|given| given == flag)
    }

    /// The value of an option; the last one wins.
    pub(crate) fn value(&self, option: &str) -> Option<&str> {
        self.values.iter().rev().find(|(name, _)| name == option).map(|(_, value)| value.as_str())
    }

    /// The words that are neither flags nor values.
    pub(crate) fn words(&self) -> &[String] {
        &self.words
    }
}
