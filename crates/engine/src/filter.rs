//! Conditions on rows that were read: what ALLOW FILTERING checks row by row.
//!
//! A null matches nothing here, as in `db/filter/RowFilter.java`. Conditions of lightweight
//! transactions compare null otherwise and live with the writes.

use std::borrow::Cow;
use std::cmp::Ordering;

use quorate_cql::codec;
use quorate_cql::order;
use quorate_cql::plan::{Filter, FilterOn, InValues, Operator};
use quorate_cql::schema::{IndexTarget, Table};
use quorate_cql::types::CqlType;

use crate::error::Error;
use crate::term::{self, Bindings, Evaluated};

/// A condition with its values known.
pub(crate) struct Check<'a> {
    /// Position of the column.
    pub(crate) column: usize,
    on: On<'a>,
    operator: Operator,
    values: Vec<Cow<'a, [u8]>>,
    /// Type of what is compared.
    ty: CqlType,
}

enum On<'a> {
    Value,
    Element(Cow<'a, [u8]>),
    Field(usize),
}

impl<'a> Check<'a> {
    /// Evaluates a condition's values.
    pub(crate) fn new(filter: &'a Filter, table: &Table, bindings: &Bindings<'a>) -> Result<Self, Error> {
        let column = &table.columns[filter.column];
        let on = match &filter.on {
            FilterOn::Value => On::Value,
            FilterOn::Element(key) => On::Element(supported(term::evaluate(key, bindings)?, &column.name)?),
            FilterOn::Field(field) => On::Field(*field),
        };
        let values = match (&filter.values, filter.operator) {
            // A bound list is the values of IN; for any other operator it is one value.
            (InValues::Marker(term), operator) if operator != Operator::In => {
                vec![supported(term::evaluate(term, bindings)?, &column.name)?]
            }
            // Nulls among listed values match nothing and are no error, unlike a single null.
            (InValues::Terms(terms), Operator::In) => {
                let mut values = Vec::with_capacity(terms.len());
                for term in terms {
                    match term::evaluate(term, bindings)? {
                        Evaluated::Null => {}
                        value => values.push(supported(value, &column.name)?),
                    }
                }
                values
            }
            (InValues::Terms(terms), _) => terms
                .iter()
                .map(|term| supported(term::evaluate(term, bindings)?, &column.name))
                .collect::<Result<_, _>>()?,
            (values, _) => term::evaluate_in(values, &column.name, bindings)?,
        };
        let ty = compared_type(&column.ty, &on);
        Ok(Self { column: filter.column, on, operator: filter.operator, values, ty })
    }

    /// What an index lookup implies: an entry may outlive its cell by a TTL.
    pub(crate) fn of_index(
        column: usize,
        ty: &CqlType,
        target: IndexTarget,
        value: Cow<'a, [u8]>,
    ) -> Result<Self, Error> {
        let (on, operator, value) = match target {
            IndexTarget::Value | IndexTarget::Full => (On::Value, Operator::Eq, value),
            IndexTarget::Values => (On::Value, Operator::Contains, value),
            IndexTarget::Keys => (On::Value, Operator::ContainsKey, value),
            IndexTarget::Entries => {
                let mut parts = codec::fields(&value);
                let mut part = || match parts.next() {
                    Some(Ok(Some(part))) => Ok(part.to_vec()),
                    _ => Err(Error::corrupt("the value of an index lookup")),
                };
                (On::Element(Cow::Owned(part()?)), Operator::Eq, Cow::Owned(part()?))
            }
        };
        let ty = compared_type(ty, &on);
        Ok(Self { column, on, operator, values: vec![value], ty })
    }

    /// Whether a row with this value of the column is in; `column_type` is the column's.
    pub(crate) fn matches(&self, column_type: &CqlType, value: Option<&[u8]>) -> Result<bool, Error> {
        let Some(value) = value else { return Ok(false) };
        match &self.on {
            On::Value => self.compare(value),
            On::Element(key) => match element(column_type, value, key)? {
                Some(element) => self.compare(element),
                None => Ok(false),
            },
            On::Field(field) => match codec::fields(value).nth(*field).transpose()?.flatten() {
                Some(value) => self.compare(value),
                None => Ok(false),
            },
        }
    }

    fn compare(&self, value: &[u8]) -> Result<bool, Error> {
        let first = self.values.first().map_or(&[][..], AsRef::as_ref);
        let order = || order::compare(&self.ty, value, first);
        Ok(match self.operator {
            Operator::Eq => order() == Ordering::Equal,
            Operator::Ne => order() != Ordering::Equal,
            Operator::Lt => order() == Ordering::Less,
            Operator::Le => order() != Ordering::Greater,
            Operator::Gt => order() == Ordering::Greater,
            Operator::Ge => order() != Ordering::Less,
            Operator::In => self.values.iter().any(|wanted| order::compare(&self.ty, value, wanted) == Ordering::Equal),
            Operator::Contains => contains(&self.ty, value, first)?,
            Operator::ContainsKey => contains_key(&self.ty, value, first)?,
        })
    }
}

/// A value to filter by (`cql3/restrictions/SingleColumnRestriction.java`).
fn supported<'t>(value: Evaluated<'t>, name: &str) -> Result<Cow<'t, [u8]>, Error> {
    match value {
        Evaluated::Value(value) => Ok(value),
        Evaluated::Null => Err(Error::invalid(format!("Unsupported null value for column {name}"))),
        Evaluated::Unset => Err(Error::invalid(format!("Unsupported unset value for column {name}"))),
    }
}

/// The element of a serialised map, set or list under a key or index.
pub(crate) fn element<'v>(ty: &CqlType, value: &'v [u8], key: &[u8]) -> Result<Option<&'v [u8]>, Error> {
    match ty {
        CqlType::Map { key: key_type, .. } => {
            for entry in codec::entries(value) {
                let (found, element) = entry?;
                if order::compare(key_type, found, key) == Ordering::Equal {
                    return Ok(Some(element));
                }
            }
            Ok(None)
        }
        CqlType::Set { element: ty, .. } => {
            for found in codec::elements(value) {
                let found = found?;
                if order::compare(ty, found, key) == Ordering::Equal {
                    return Ok(Some(found));
                }
            }
            Ok(None)
        }
        _ => {
            let index = codec::int(key).and_then(|index| usize::try_from(index).ok());
            Ok(index.and_then(|index| codec::elements(value).nth(index)).transpose()?)
        }
    }
}

fn contains(ty: &CqlType, value: &[u8], wanted: &[u8]) -> Result<bool, Error> {
    match ty {
        CqlType::Map { value: ty, .. } => {
            for entry in codec::entries(value) {
                if order::compare(ty, entry?.1, wanted) == Ordering::Equal {
                    return Ok(true);
                }
            }
        }
        CqlType::List { element: ty, .. } | CqlType::Set { element: ty, .. } => {
            for element in codec::elements(value) {
                if order::compare(ty, element?, wanted) == Ordering::Equal {
                    return Ok(true);
                }
            }
        }
        _ => {}
    }
    Ok(false)
}

fn contains_key(ty: &CqlType, value: &[u8], wanted: &[u8]) -> Result<bool, Error> {
    let CqlType::Map { key, .. } = ty else { return Ok(false) };
    for entry in codec::entries(value) {
        if order::compare(key, entry?.0, wanted) == Ordering::Equal {
            return Ok(true);
        }
    }
    Ok(false)
}

fn compared_type(column: &CqlType, on: &On<'_>) -> CqlType {
    match (on, column) {
        (On::Element(_), CqlType::Map { value, .. }) => (**value).clone(),
        (On::Element(_), CqlType::List { element, .. } | CqlType::Set { element, .. }) => (**element).clone(),
        (On::Field(field), CqlType::Udt { definition, .. }) => {
            definition.fields.get(*field).map_or(CqlType::Blob, |field| field.1.clone())
        }
        (_, ty) => ty.clone(),
    }
}
