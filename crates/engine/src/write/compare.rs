//! How a condition compares: with null, unlike the conditions of SELECT.
//!
//! `cql3/conditions/ColumnCondition.java`: `= null` holds where there is no value, `!= v` too; an
//! ordering with null is an error; an absent multi-cell collection is an empty one.

use std::borrow::Cow;
use std::cmp::Ordering;

use quorate_cql::codec;
use quorate_cql::order;
use quorate_cql::plan::{Filter, FilterOn, InValues, Operator, Term};
use quorate_cql::schema::Column;
use quorate_cql::types::CqlType;

use crate::error::Error;
use crate::filter::element;
use crate::term::{self, Bindings, Evaluated};

/// Whether a condition holds for a column's present value.
pub(crate) fn holds(
    filter: &Filter,
    column: &Column,
    present: Option<&[u8]>,
    bindings: &Bindings<'_>,
) -> Result<bool, Error> {
    let wanted = wanted(filter, bindings)?;
    let operator = if filter.operator == Operator::In { Operator::Eq } else { filter.operator };
    let (ty, present) = match &filter.on {
        FilterOn::Value => (column.ty.clone(), present.map(Cow::Borrowed)),
        FilterOn::Element(key) => {
            let key = element_key(key, column, bindings)?;
            let element = present.map(|present| element(&column.ty, present, &key)).transpose()?.flatten();
            (element_type(&column.ty), element.map(Cow::Borrowed))
        }
        FilterOn::Field(field) => {
            let value = match present {
                Some(present) => codec::fields(present).nth(*field).transpose()?.flatten(),
                None => None,
            };
            (field_type(&column.ty, *field), value.map(Cow::Borrowed))
        }
    };
    for value in &wanted {
        if compare(operator, &ty, present.as_deref(), value.as_deref())? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The values of the condition; several for IN, null where null was given.
fn wanted<'a>(filter: &'a Filter, bindings: &Bindings<'a>) -> Result<Vec<Option<Cow<'a, [u8]>>>, Error> {
    let unset = || Error::invalid("Invalid 'unset' value in condition");
    let is_in = filter.operator == Operator::In;
    match &filter.values {
        InValues::Terms(terms) => {
            let mut values = Vec::with_capacity(terms.len());
            for term in terms {
                match term::evaluate(term, bindings)? {
                    Evaluated::Unset if is_in => {}
                    Evaluated::Unset => return Err(unset()),
                    other => values.push(other.into_value()),
                }
            }
            Ok(values)
        }
        InValues::Marker(term) => match term::evaluate(term, bindings)? {
            Evaluated::Unset => Err(unset()),
            Evaluated::Null if is_in => Err(Error::invalid("Invalid null list in IN condition")),
            Evaluated::Null => Ok(vec![None]),
            Evaluated::Value(value) if is_in => {
                codec::elements(&value).map(|part| Ok(Some(Cow::Owned(part?.to_vec())))).collect()
            }
            Evaluated::Value(value) => Ok(vec![Some(value)]),
        },
    }
}

fn compare(operator: Operator, ty: &CqlType, present: Option<&[u8]>, wanted: Option<&[u8]>) -> Result<bool, Error> {
    const EMPTY_COLLECTION: &[u8] = &[0; 4];
    let Some(wanted) = wanted else {
        return match operator {
            Operator::Eq => Ok(present.is_none()),
            Operator::Ne => Ok(present.is_some()),
            other => Err(Error::invalid(format!("Invalid comparison with null for operator \"{}\"", text(other)))),
        };
    };
    let is_collection = matches!(ty, CqlType::List { .. } | CqlType::Set { .. } | CqlType::Map { .. });
    let present = match present {
        Some(present) => present,
        None if is_collection && ty.is_multi_cell() => EMPTY_COLLECTION,
        None => return Ok(operator == Operator::Ne),
    };
    let order = || order::compare(ty, present, wanted);
    Ok(match operator {
        Operator::Eq | Operator::In => order() == Ordering::Equal,
        Operator::Ne => order() != Ordering::Equal,
        Operator::Lt => order() == Ordering::Less,
        Operator::Le => order() != Ordering::Greater,
        Operator::Gt => order() == Ordering::Greater,
        Operator::Ge => order() != Ordering::Less,
        Operator::Contains => contains(ty, present, wanted)?,
        Operator::ContainsKey => element(ty, present, wanted)?.is_some(),
    })
}

fn contains(ty: &CqlType, present: &[u8], wanted: &[u8]) -> Result<bool, Error> {
    match ty {
        CqlType::Map { value, .. } => {
            for entry in codec::entries(present) {
                if order::compare(value, entry?.1, wanted) == Ordering::Equal {
                    return Ok(true);
                }
            }
        }
        CqlType::List { element, .. } | CqlType::Set { element, .. } => {
            for found in codec::elements(present) {
                if order::compare(element, found?, wanted) == Ordering::Equal {
                    return Ok(true);
                }
            }
        }
        _ => {}
    }
    Ok(false)
}

fn element_key<'a>(key: &'a Term, column: &Column, bindings: &Bindings<'a>) -> Result<Cow<'a, [u8]>, Error> {
    let is_list = matches!(column.ty, CqlType::List { .. });
    let Some(key) = term::evaluate(key, bindings)?.into_value() else {
        let what = if is_list { "list" } else { "map" };
        return Err(Error::invalid(format!("Invalid null value for {what} element access")));
    };
    match codec::int(&key) {
        Some(index) if is_list && index < 0 => Err(Error::invalid(format!("Invalid negative list index {index}"))),
        _ => Ok(key),
    }
}

fn element_type(ty: &CqlType) -> CqlType {
    match ty {
        CqlType::List { element, .. } | CqlType::Set { element, .. } => (**element).clone(),
        CqlType::Map { value, .. } => (**value).clone(),
        other => other.clone(),
    }
}

fn field_type(ty: &CqlType, field: usize) -> CqlType {
    match ty {
        CqlType::Udt { definition, .. } => definition.fields.get(field).map_or(CqlType::Blob, |(_, ty)| ty.clone()),
        other => other.clone(),
    }
}

fn text(operator: Operator) -> &'static str {
    match operator {
        Operator::Eq => "=",
        Operator::Ne => "!=",
        Operator::Lt => "<",
        Operator::Le => "<=",
        Operator::Gt => ">",
        Operator::Ge => ">=",
        Operator::In => "IN",
        Operator::Contains => "CONTAINS",
        Operator::ContainsKey => "CONTAINS KEY",
    }
}
