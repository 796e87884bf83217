//! Prepared statements and statements with their values.
//!
//! Both are cheap to clone and tied to the session that prepared them.

use std::fmt;
use std::sync::Arc;

use scylla::serialize::row::SerializeRow;
use scylla::statement::prepared::PreparedStatement;
use scylla_cql_core::frame::types::RawValue;

use crate::codec::ColumnSpec;
use crate::embedded::Prepared;
use crate::error::Error;
use crate::target::Class;
use crate::text::Outline;
use crate::values::Values;

/// A prepared statement.
#[derive(Clone)]
pub struct Statement(Arc<Inner>);

struct Inner {
    text: Box<str>,
    class: Class,
    repeatable: bool,
    form: Form,
    key_markers: Box<[u16]>,
}

/// The back end's own form of a prepared statement.
pub(crate) enum Form {
    Cluster(Box<PreparedStatement>),
    Embedded(Prepared),
}

/// A statement with its values.
#[derive(Debug, Clone)]
pub struct Bound {
    statement: Statement,
    values: Values,
}

impl Statement {
    /// Its text, as it was prepared.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Its class, as it was prepared.
    pub fn class(&self) -> Class {
        self.0.class
    }

    /// Whether executing it twice is the same as once, so that it may be repeated after an
    /// unknown outcome.
    pub fn is_repeatable(&self) -> bool {
        self.0.repeatable
    }

    /// Its bind markers in order.
    pub fn markers(&self) -> &[ColumnSpec<'static>] {
        self.0.form.markers()
    }

    /// Serialises values for it, for a later execution.
    ///
    /// # Errors
    /// `Error::Type` when they do not fit the bind markers.
    pub fn bind(&self, values: impl SerializeRow) -> Result<Bound, Error> {
        Ok(Bound { statement: self.clone(), values: self.serialise(&values)? })
    }

    /// `key_markers`: for each partition key component the bind marker that holds it; empty when
    /// not all are bound.
    pub(crate) fn new(text: &str, class: Class, outline: Outline, form: Form, key_markers: Box<[u16]>) -> Self {
        let repeatable = is_repeatable(class, outline, form.markers());
        Self(Arc::new(Inner { text: text.into(), class, repeatable, form, key_markers }))
    }

    pub(crate) fn serialise(&self, values: &impl SerializeRow) -> Result<Values, Error> {
        Values::serialise(self.markers(), values)
    }

    pub(crate) fn form(&self) -> &Form {
        &self.0.form
    }

    pub(crate) fn expect(&self, classes: &[Class]) -> Result<(), Error> {
        if classes.contains(&self.0.class) {
            return Ok(());
        }
        Err(Error::invalid(format!("a statement of class {:?} cannot be executed as {:?}", self.0.class, classes)))
    }
}

impl Form {
    fn markers(&self) -> &[ColumnSpec<'static>] {
        match self {
            Self::Cluster(prepared) => prepared.get_variable_col_specs().as_slice(),
            Self::Embedded(prepared) => prepared.markers(),
        }
    }
}

/// Whether a statement of that class may be executed again after an unknown outcome.
pub(crate) fn is_repeatable(class: Class, outline: Outline, markers: &[ColumnSpec<'_>]) -> bool {
    match class {
        Class::Read | Class::SerialRead => true,
        Class::Write => outline.is_repeatable(markers),
        Class::Conditional | Class::Counter | Class::Schema => false,
    }
}

impl Bound {
    /// The statement.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// Its values.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// Keyspace and partition key components, as bytes that are equal exactly for the same
    /// partition key of the same keyspace. `None` when the key is not wholly bound.
    pub(crate) fn partition(&self) -> Option<Vec<u8>> {
        let keys = &self.statement.0.key_markers;
        let keyspace = self.statement.markers().first()?.table_spec().ks_name().as_bytes();
        if keys.is_empty() {
            return None;
        }
        let values: Vec<RawValue<'_>> = self.values.iter().collect();
        let mut partition = Vec::with_capacity(keyspace.len() + 1 + keys.len() * 20);
        partition.extend_from_slice(keyspace);
        partition.push(0);
        for key in keys {
            let component = values.get(usize::from(*key))?.as_value()?;
            partition.extend_from_slice(&component.len().to_be_bytes());
            partition.extend_from_slice(component);
        }
        Some(partition)
    }
}

impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Statement").field("text", &self.text()).field("class", &self.class()).finish_non_exhaustive()
    }
}
