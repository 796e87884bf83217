//! Settings: a file, then the environment, then flags; the later one counts.
//!
//! Each setting remembers where it came from, so that `quorate config` and every complaint can
//! say so. Secrets have no flag, because command lines are visible to other users, and are never
//! printed. A file with a setting that does not exist is refused: it was meant to do something.

mod file;
mod key;
mod target;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::failure::Failure;
use crate::options::Global;
pub(crate) use key::{KEYS, Key};

/// Where a value came from, the weakest first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    /// Nobody gave one.
    Default,
    /// The configuration file.
    File(PathBuf),
    /// The environment.
    Environment,
    /// The command line.
    Flag,
}

/// A setting with the value that counts.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    pub(crate) key: &'static Key,
    pub(crate) value: Option<String>,
    pub(crate) origin: Origin,
}

/// All settings of this run.
#[derive(Debug, Clone)]
pub(crate) struct Settings(Vec<Setting>);

/// The process's environment, passed in so that tests need not change it.
pub(crate) type Environment = BTreeMap<String, String>;

impl Settings {
    /// The settings of this process.
    pub(crate) fn of_process(global: &Global) -> anyhow::Result<Self> {
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self::resolve(global, &environment)
    }

    fn resolve(global: &Global, environment: &Environment) -> anyhow::Result<Self> {
        let file = file::read(global.config.as_deref(), environment)?;
        let settings = KEYS.iter().map(|key| {
            let flag = key.flag.and_then(|flag| flag(global)).map(|value| (value, Origin::Flag));
            let variable = || environment.get(&key.variable()).map(|value| (value.clone(), Origin::Environment));
            let line = || file.values.get(key.name).map(|value| (value.clone(), Origin::File(file.path.clone())));
            let default = || (key.default)(environment).map(|value| (value, Origin::Default));
            let found = flag.or_else(variable).or_else(line).or_else(default);
            let (value, origin) = found.map_or((None, Origin::Default), |(value, origin)| (Some(value), origin));
            Setting { key, value, origin }
        });
        Ok(Self(settings.collect()))
    }

    /// All of them, in the order of the help.
    pub(crate) fn all(&self) -> &[Setting] {
        &self.0
    }

    fn get(&self, name: &str) -> Option<&Setting> {
        self.0.iter().find(|setting| setting.key.name == name)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.value.as_deref()
    }
}

impl Setting {
    /// The value as it may be shown.
    pub(crate) fn shown(&self) -> Option<&str> {
        if self.key.secret { self.value.as_ref().map(|_| "(hidden)") } else { self.value.as_deref() }
    }

    /// Where it came from, in words.
    pub(crate) fn source(&self) -> String {
        match &self.origin {
            Origin::Default => "default".to_owned(),
            Origin::File(path) => format!("file {}", path.display()),
            Origin::Environment => format!("environment {}", self.key.variable()),
            Origin::Flag => format!("flag --{}", self.key.name),
        }
    }

    /// The session's complaint about the value, with where to correct it.
    fn refused(&self, source: quorate_session::Error) -> Failure {
        Failure::Setting { name: self.key.name, origin: self.source(), source: Box::new(source) }
    }

    /// A complaint about the value that says where to correct it.
    fn wrong(&self, expected: &str) -> Failure {
        let value = self.shown().unwrap_or_default();
        Failure::usage(format!("{} is '{value}' ({}); expected: {expected}", self.key.name, self.source()))
    }
}

#[cfg(test)]
mod tests;
