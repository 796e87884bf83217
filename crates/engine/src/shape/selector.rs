//! Selected expressions: from a row's values to the cells of the answer.

use std::borrow::Cow;
use std::cell::Cell;
use std::cmp::Ordering;
use std::sync::Arc;

use quorate_cql::codec;
use quorate_cql::order;
use quorate_cql::plan::{Aggregate, Selector};
use quorate_cql::types::CqlType;

use super::aggregate::Accumulator;
use crate::error::Error;
use crate::filter;
use crate::layout::TableLayout;
use crate::read::record::{Needs, Record, Written};
use crate::term::{self, Bindings, Evaluated};

/// What an expression is evaluated on.
pub(crate) struct Scope<'r, 'b> {
    /// The row; of a group its first.
    pub(crate) record: &'r Record<'r>,
    /// Results of the aggregates in the order in which the selection names them.
    pub(crate) aggregates: &'r [Option<Vec<u8>>],
    /// The next aggregate to be used.
    pub(crate) next_aggregate: Cell<usize>,
    /// Bound values and the moment.
    pub(crate) bindings: &'r Bindings<'b>,
    /// That moment in seconds, for TTLs.
    pub(crate) now: u32,
}

/// Notes the columns an expression reads.
pub(crate) fn note_needs(selector: &Selector, layout: &TableLayout, needs: &mut Needs) {
    match selector {
        Selector::Column(column) => needs.value(layout, *column),
        Selector::WriteTime { column, .. } | Selector::Ttl(column) => needs.time(layout, *column),
        Selector::Field { of, .. } | Selector::Element { of, .. } | Selector::Slice { of, .. } => {
            note_needs(of, layout, needs);
        }
        Selector::Term(_) => {}
        Selector::Call { arguments: parts, .. } | Selector::Composite { parts, .. } => {
            for part in parts {
                note_needs(part, layout, needs);
            }
        }
        Selector::Aggregate { argument, .. } => {
            if let Some(argument) = argument {
                note_needs(argument, layout, needs);
            }
        }
    }
}

/// The aggregates of an expression, outermost first and left to right.
pub(crate) fn note_aggregates<'p>(selector: &'p Selector, found: &mut Vec<&'p Selector>) {
    match selector {
        Selector::Aggregate { .. } => found.push(selector),
        Selector::Field { of, .. } | Selector::Element { of, .. } | Selector::Slice { of, .. } => {
            note_aggregates(of, found);
        }
        Selector::Call { arguments: parts, .. } | Selector::Composite { parts, .. } => {
            for part in parts {
                note_aggregates(part, found);
            }
        }
        Selector::Column(_) | Selector::WriteTime { .. } | Selector::Ttl(_) | Selector::Term(_) => {}
    }
}

/// Evaluates an expression; `None` is null.
pub(crate) fn evaluate<'r>(
    selector: &'r Selector,
    layout: &TableLayout,
    scope: &Scope<'r, '_>,
) -> Result<Option<Cow<'r, [u8]>>, Error> {
    match selector {
        Selector::Column(column) => Ok(scope.record.values[*column].as_ref().map(|value| Cow::Borrowed(&**value))),
        Selector::WriteTime { column, max } => Ok(write_time(layout, scope, *column, *max).map(Cow::Owned)),
        Selector::Ttl(column) => Ok(remaining(layout, scope, *column).map(Cow::Owned)),
        Selector::Field { of, field } => {
            let Some(value) = evaluate(of, layout, scope)? else { return Ok(None) };
            let found = codec::fields(&value).nth(*field).transpose()?.flatten();
            Ok(found.map(|found| Cow::Owned(found.to_vec())))
        }
        Selector::Element { of, ty, key } => {
            let Some(value) = evaluate(of, layout, scope)? else { return Ok(None) };
            let Some(key) = selected(term::evaluate(key, scope.bindings)?, "element")? else {
                return Err(Error::invalid("Invalid null value for element selection"));
            };
            Ok(filter::element(ty, &value, &key)?.map(|found| Cow::Owned(found.to_vec())))
        }
        Selector::Slice { of, ty, from, to } => {
            let Some(value) = evaluate(of, layout, scope)? else { return Ok(None) };
            let end = |term: &'r Option<_>| match term {
                Some(term) => selected(term::evaluate(term, scope.bindings)?, "slice"),
                None => Ok(None),
            };
            slice(ty, &value, end(from)?.as_deref(), end(to)?.as_deref()).map(|found| found.map(Cow::Owned))
        }
        Selector::Term(term) => {
            Ok(term::evaluate(term, scope.bindings)?.into_value().map(|value| Cow::Owned(value.into_owned())))
        }
        Selector::Call { function, arguments } => {
            let values = evaluate_all(arguments, layout, scope)?;
            let values: Vec<Option<&[u8]>> = values.iter().map(Option::as_deref).collect();
            Ok(term::call_function(function, &values, scope.bindings)?.map(Cow::Owned))
        }
        Selector::Aggregate { .. } => {
            let place = scope.next_aggregate.get();
            scope.next_aggregate.set(place + 1);
            Ok(scope.aggregates.get(place).and_then(Option::as_ref).map(|value| Cow::Borrowed(value.as_slice())))
        }
        Selector::Composite { ty, parts } => {
            let values = evaluate_all(parts, layout, scope)?;
            Ok(Some(Cow::Owned(codec::compose(ty, &values)?)))
        }
    }
}

/// The type of an expression, where the plan tells it; `SELECT JSON` writes values by it.
pub(crate) fn type_of(selector: &Selector, layout: &TableLayout) -> Option<CqlType> {
    let list = |element| CqlType::List { element: Arc::new(element), frozen: false };
    let column_type = |column: &usize| &layout.table.columns[*column].ty;
    match selector {
        Selector::Column(column) => Some(column_type(column).clone()),
        Selector::WriteTime { column, max: false } if column_type(column).is_multi_cell() => {
            Some(list(CqlType::Bigint))
        }
        Selector::WriteTime { .. } | Selector::Aggregate { aggregate: Aggregate::Count, .. } => Some(CqlType::Bigint),
        Selector::Ttl(column) if column_type(column).is_multi_cell() => Some(list(CqlType::Int)),
        Selector::Ttl(_) => Some(CqlType::Int),
        Selector::Field { of, field } => match type_of(of, layout)? {
            CqlType::Udt { definition, .. } => definition.fields.get(*field).map(|field| field.1.clone()),
            _ => None,
        },
        Selector::Element { ty, .. } => match ty {
            CqlType::Map { value, .. } => Some((**value).clone()),
            CqlType::List { element, .. } | CqlType::Set { element, .. } => Some((**element).clone()),
            _ => None,
        },
        Selector::Slice { ty, .. } | Selector::Aggregate { ty, .. } | Selector::Composite { ty, .. } => {
            Some(ty.clone())
        }
        Selector::Term(_) | Selector::Call { .. } => None,
    }
}

/// Feeds a row to an aggregate; `selector` is the aggregate's.
pub(crate) fn feed(
    selector: &Selector,
    accumulator: &mut Accumulator,
    layout: &TableLayout,
    scope: &Scope<'_, '_>,
) -> Result<(), Error> {
    match selector {
        Selector::Aggregate { argument: Some(argument), .. } => {
            accumulator.add(evaluate(argument, layout, scope)?.as_deref());
        }
        _ => accumulator.add(Some(&[])),
    }
    Ok(())
}

fn evaluate_all<'r>(
    selectors: &'r [Selector],
    layout: &TableLayout,
    scope: &Scope<'r, '_>,
) -> Result<Vec<Option<Cow<'r, [u8]>>>, Error> {
    selectors.iter().map(|selector| evaluate(selector, layout, scope)).collect()
}

fn selected<'t>(value: Evaluated<'t>, what: &str) -> Result<Option<Cow<'t, [u8]>>, Error> {
    match value {
        Evaluated::Value(value) => Ok(Some(value)),
        Evaluated::Null => Err(Error::invalid(format!("Invalid null value for {what} selection"))),
        Evaluated::Unset => Err(Error::invalid(format!("Invalid unset value for {what} selection"))),
    }
}

/// `writetime(c)`: of a multi-cell column a list with an entry for each cell (CASSANDRA-8877).
fn write_time(layout: &TableLayout, scope: &Scope<'_, '_>, column: usize, max: bool) -> Option<Vec<u8>> {
    let times = &scope.record.times[column];
    if max || !layout.table.columns[column].ty.is_multi_cell() {
        let latest = times.iter().flatten().map(|written| written.timestamp).max()?;
        return Some(latest.to_be_bytes().to_vec());
    }
    list(times, |written| Some(written.timestamp.to_be_bytes().to_vec()))
}

/// `ttl(c)`: seconds that remain; of a multi-cell column a list.
fn remaining(layout: &TableLayout, scope: &Scope<'_, '_>, column: usize) -> Option<Vec<u8>> {
    let seconds = |written: &Written| {
        let left = written.expiry?.at.saturating_sub(scope.now);
        Some(left.to_be_bytes().to_vec())
    };
    let times = &scope.record.times[column];
    if layout.table.columns[column].ty.is_multi_cell() {
        return list(times, seconds);
    }
    times.iter().flatten().find_map(seconds)
}

/// A list whose elements may be null, which only these functions answer.
fn list(times: &[Option<Written>], value: impl Fn(&Written) -> Option<Vec<u8>>) -> Option<Vec<u8>> {
    if times.is_empty() {
        return None;
    }
    let parts: Vec<Option<Vec<u8>>> = times.iter().map(|written| written.as_ref().and_then(&value)).collect();
    let mut encoded = u32::try_from(parts.len()).unwrap_or(u32::MAX).to_be_bytes().to_vec();
    encoded.extend_from_slice(&codec::encode_tuple(&parts));
    Some(encoded)
}

/// The part of a map or set between two keys, both inside; null when a non-frozen one has no such part.
fn slice(ty: &CqlType, value: &[u8], from: Option<&[u8]>, to: Option<&[u8]>) -> Result<Option<Vec<u8>>, Error> {
    let inside = |key_type: &CqlType, key: &[u8]| {
        from.is_none_or(|from| order::compare(key_type, key, from) != Ordering::Less)
            && to.is_none_or(|to| order::compare(key_type, key, to) != Ordering::Greater)
    };
    let (encoded, empty) = match ty {
        CqlType::Map { key: key_type, .. } => {
            let mut kept = Vec::new();
            for entry in codec::entries(value) {
                let (key, element) = entry?;
                if inside(key_type, key) {
                    kept.push((key, element));
                }
            }
            let empty = kept.is_empty();
            (codec::encode_map(key_type, kept), empty)
        }
        CqlType::Set { element: key_type, .. } => {
            let mut kept = Vec::new();
            for element in codec::elements(value) {
                let element = element?;
                if inside(key_type, element) {
                    kept.push(element);
                }
            }
            (codec::encode_list(&kept), kept.is_empty())
        }
        _ => return Err(Error::corrupt("a selection of elements")),
    };
    Ok((!empty || !ty.is_multi_cell()).then_some(encoded))
}
