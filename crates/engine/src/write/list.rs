//! Operations of lists: cells in the order of their timeuuid paths.
//!
//! Setting and deleting by index, and removing by value, look at the live cells first
//! (`cql3/Lists.java`), under the partition's lock.

use std::borrow::Cow;

use quorate_cql::codec;
use quorate_cql::schema::Column;

use crate::error::Error;
use crate::term::Evaluated;
use crate::write::effect::{Context, Effect, elements, push_cell};

/// `l = l + value`.
pub(crate) fn append<'a>(
    column: &Column,
    context: &Context<'_, 'a>,
    value: Cow<'a, [u8]>,
    out: &mut Vec<Effect<'a>>,
) -> Result<(), Error> {
    let random = context.bindings.clock.random();
    for element in elements(value)? {
        let path = context.timestamps.append_path(context.bindings.now_micros, random);
        push_cell(column.id, Some(Cow::Owned(path.to_vec())), Some(element), out);
    }
    Ok(())
}

/// `l = value + l`.
pub(crate) fn prepend<'a>(
    column: &Column,
    context: &Context<'_, 'a>,
    value: Cow<'a, [u8]>,
    out: &mut Vec<Effect<'a>>,
) -> Result<(), Error> {
    let random = context.bindings.clock.random();
    // Each path comes before the last one, so the last element goes first.
    for element in elements(value)?.into_iter().rev() {
        let path = context.timestamps.prepend_path(context.bindings.now_micros, random);
        push_cell(column.id, Some(Cow::Owned(path.to_vec())), Some(element), out);
    }
    Ok(())
}

/// `l = l - value`: deletes every cell whose value is listed.
pub(crate) fn discard(
    column: &Column,
    context: &Context<'_, '_>,
    value: &[u8],
    out: &mut Vec<Effect<'_>>,
) -> Result<(), Error> {
    let discarded = codec::elements(value).collect::<Result<Vec<_>, _>>()?;
    for cell in context.live_cells(column.id)? {
        if discarded.contains(&cell.value) {
            push_cell(column.id, cell.path.map(owned), None, out);
        }
    }
    Ok(())
}

/// `l[index] = value`.
pub(crate) fn set_at<'a>(
    column: &Column,
    context: &Context<'_, 'a>,
    index: Evaluated<'a>,
    value: Evaluated<'a>,
    out: &mut Vec<Effect<'a>>,
) -> Result<(), Error> {
    let index = match index {
        Evaluated::Value(index) => index,
        Evaluated::Null => return Err(Error::invalid("Invalid null value for list index")),
        Evaluated::Unset => return Err(Error::invalid("Invalid unset value for list index")),
    };
    let path = path_at(column, context, &index, "Attempted to set an element on a list which is null")?;
    match value {
        Evaluated::Unset => {}
        Evaluated::Null => push_cell(column.id, Some(path), None, out),
        Evaluated::Value(value) => push_cell(column.id, Some(path), Some(value), out),
    }
    Ok(())
}

/// `DELETE l[index]`.
pub(crate) fn delete_at<'a>(
    column: &Column,
    context: &Context<'_, 'a>,
    index: Evaluated<'a>,
    out: &mut Vec<Effect<'a>>,
) -> Result<(), Error> {
    let index = match index {
        Evaluated::Value(index) => index,
        Evaluated::Null => return Err(Error::invalid("Invalid null value for list index")),
        Evaluated::Unset => return Ok(()),
    };
    let path = path_at(column, context, &index, "Attempted to delete an element from a list which is null")?;
    push_cell(column.id, Some(path), None, out);
    Ok(())
}

fn path_at(
    column: &Column,
    context: &Context<'_, '_>,
    index: &[u8],
    empty: &'static str,
) -> Result<Cow<'static, [u8]>, Error> {
    let index = codec::int(index).unwrap_or(-1);
    let cells = context.live_cells(column.id)?;
    if cells.is_empty() {
        return Err(Error::invalid(empty));
    }
    let cell = usize::try_from(index).ok().and_then(|index| cells.get(index));
    let path = cell.and_then(|cell| cell.path).map(owned);
    path.ok_or_else(|| Error::invalid(format!("List index {index} out of bound, list has size {}", cells.len())))
}

fn owned(path: &[u8]) -> Cow<'static, [u8]> {
    Cow::Owned(path.to_vec())
}
