//! What the operations of a statement do to the cells of one row, and the packed row that says so.
//!
//! Follows `cql3/Constants.java`, `Lists.java`, `Sets.java`, `Maps.java` and `UserTypes.java`:
//! overwriting a multi-cell column deletes it just before the write and adds cells; null deletes;
//! unset does nothing. Only `list` and `counter` look at what is stored.

use std::borrow::Cow;

use quorate_cql::codec;
use quorate_cql::plan::{Change, ModifyKind, Operation};
use quorate_cql::schema::Column;
use quorate_cql::types::CqlType;

use crate::error::Error;
use crate::layout::TableLayout;
use crate::row::value::field_path;
use crate::row::{self, Cell, Deletion, Item, Liveness, Originals, Row, RowView, State};
use crate::store::Slice;
use crate::term::{self, Bindings, Evaluated};
use crate::timestamp::Timestamps;
use crate::write::attributes::Attributes;
use crate::write::{counter, list};

/// A change of one cell or of all cells of a column.
pub(crate) struct Effect<'a> {
    /// The column's id.
    pub(crate) column: u32,
    pub(crate) change: EffectChange<'a>,
}

pub(crate) enum EffectChange<'a> {
    /// All cells are deleted; `overwrite`: just before the write, so that its own cells stay.
    DeleteAll { overwrite: bool },
    /// A cell is set, or deleted where there is no value.
    Cell { path: Option<Cow<'a, [u8]>>, value: Option<Cow<'a, [u8]>> },
}

/// What evaluating operations needs besides their terms.
pub(crate) struct Context<'c, 'a> {
    pub(crate) kind: ModifyKind,
    pub(crate) bindings: &'c Bindings<'a>,
    pub(crate) attributes: Attributes,
    pub(crate) timestamps: &'c Timestamps,
    /// The stored row, for operations that look at it.
    pub(crate) stored: Option<&'c Slice>,
}

impl Context<'_, '_> {
    /// The live cells of a column, as stored.
    pub(crate) fn live_cells(&self, column: u32) -> Result<Vec<Cell<'_>>, Error> {
        let Some(stored) = self.stored else { return Ok(Vec::new()) };
        let cells = RowView::read(stored)?.live_cells(self.attributes.now);
        cells.filter(|cell| !matches!(cell, Ok(cell) if cell.column != column)).collect()
    }
}

/// Whether an operation looks at what is stored.
pub(crate) fn needs_read(operation: &Operation, column: &Column) -> bool {
    match operation.change {
        Change::Increment { .. } => true,
        Change::Discard(_) | Change::SetElement { .. } | Change::DeleteElement(_) => {
            matches!(column.ty, CqlType::List { .. })
        }
        Change::Set(_) | Change::Append(_) | Change::Prepend(_) | Change::SetField { .. } => false,
    }
}

/// Appends the effects of one operation.
pub(crate) fn evaluate<'a>(
    operation: &'a Operation,
    column: &Column,
    context: &Context<'_, 'a>,
    out: &mut Vec<Effect<'a>>,
) -> Result<(), Error> {
    let bindings = context.bindings;
    let id = column.id;
    match &operation.change {
        Change::Set(term) => set(column, context, term::evaluate(term, bindings)?, out),
        Change::Append(term) => match term::evaluate(term, bindings)?.into_value() {
            Some(value) => add(column, context, value, out),
            None => Ok(()),
        },
        Change::Prepend(term) => match term::evaluate(term, bindings)?.into_value() {
            Some(value) => list::prepend(column, context, value, out),
            None => Ok(()),
        },
        Change::Discard(term) => match term::evaluate(term, bindings)?.into_value() {
            Some(value) if matches!(column.ty, CqlType::List { .. }) => list::discard(column, context, &value, out),
            Some(value) => {
                for element in elements(value)? {
                    push_cell(id, Some(element), None, out);
                }
                Ok(())
            }
            None => Ok(()),
        },
        Change::SetElement { key, value } => {
            let key = term::evaluate(key, bindings)?;
            let value = term::evaluate(value, bindings)?;
            if matches!(column.ty, CqlType::List { .. }) {
                return list::set_at(column, context, key, value, out);
            }
            let key = map_key(key)?;
            match value {
                Evaluated::Unset => {}
                Evaluated::Null => push_cell(id, Some(key), None, out),
                Evaluated::Value(value) => push_cell(id, Some(key), Some(value), out),
            }
            Ok(())
        }
        Change::DeleteElement(key) => delete_element(column, context, term::evaluate(key, bindings)?, out),
        Change::SetField { field, value } => {
            let path = Cow::Owned(field_path(*field).to_vec());
            match term::evaluate(value, bindings)? {
                Evaluated::Unset => {}
                Evaluated::Null => push_cell(id, Some(path), None, out),
                Evaluated::Value(value) => push_cell(id, Some(path), Some(value), out),
            }
            Ok(())
        }
        Change::Increment { by, negative } => {
            counter::increment(column, context, term::evaluate(by, bindings)?, *negative, out)
        }
    }
}

/// `c = value`.
pub(crate) fn set<'a>(
    column: &Column,
    context: &Context<'_, 'a>,
    value: Evaluated<'a>,
    out: &mut Vec<Effect<'a>>,
) -> Result<(), Error> {
    let value = match value {
        Evaluated::Unset => return Ok(()),
        Evaluated::Null => None,
        Evaluated::Value(value) => Some(value),
    };
    if !column.ty.is_multi_cell() {
        let value = value.map(|value| in_order(&column.ty, value)).transpose()?;
        push_cell(column.id, None, value, out);
        return Ok(());
    }
    // DELETE deletes at its own time, an overwrite just before its own cells.
    let overwrite = context.kind != ModifyKind::Delete;
    out.push(Effect { column: column.id, change: EffectChange::DeleteAll { overwrite } });
    match value {
        Some(value) => add(column, context, value, out),
        None => Ok(()),
    }
}

/// Adds the parts of a value to a multi-cell column.
fn add<'a>(
    column: &Column,
    context: &Context<'_, 'a>,
    value: Cow<'a, [u8]>,
    out: &mut Vec<Effect<'a>>,
) -> Result<(), Error> {
    let id = column.id;
    match &column.ty {
        CqlType::List { .. } => list::append(column, context, value, out)?,
        CqlType::Set { .. } => {
            for element in elements(in_order(&column.ty, value)?)? {
                push_cell(id, Some(element), Some(Cow::Borrowed(&[])), out);
            }
        }
        CqlType::Map { .. } => {
            for (key, value) in entries(in_order(&column.ty, value)?)? {
                push_cell(id, Some(key), Some(value), out);
            }
        }
        _ => {
            for (field, value) in fields(value)?.into_iter().enumerate() {
                if value.is_some() {
                    push_cell(id, Some(Cow::Owned(field_path(field).to_vec())), value, out);
                }
            }
        }
    }
    Ok(())
}

fn delete_element<'a>(
    column: &Column,
    context: &Context<'_, 'a>,
    key: Evaluated<'a>,
    out: &mut Vec<Effect<'a>>,
) -> Result<(), Error> {
    match (&column.ty, key) {
        (CqlType::List { .. }, key) => list::delete_at(column, context, key, out),
        (CqlType::Set { .. }, Evaluated::Value(element)) => {
            push_cell(column.id, Some(element), None, out);
            Ok(())
        }
        (CqlType::Set { .. }, Evaluated::Null) => Err(Error::invalid("Invalid null set element")),
        (CqlType::Set { .. }, Evaluated::Unset) => Err(Error::invalid("Invalid unset set element")),
        (_, key) => {
            let key = map_key(key)?;
            push_cell(column.id, Some(key), None, out);
            Ok(())
        }
    }
}

fn map_key(key: Evaluated<'_>) -> Result<Cow<'_, [u8]>, Error> {
    match key {
        Evaluated::Value(key) => Ok(key),
        Evaluated::Null => Err(Error::invalid("Invalid null map key")),
        Evaluated::Unset => Err(Error::invalid("Invalid unset map key")),
    }
}

pub(crate) fn push_cell<'a>(
    column: u32,
    path: Option<Cow<'a, [u8]>>,
    value: Option<Cow<'a, [u8]>>,
    out: &mut Vec<Effect<'a>>,
) {
    out.push(Effect { column, change: EffectChange::Cell { path, value } });
}

/// Appends the packed row that says what the effects do.
pub(crate) fn pack(
    layout: &TableLayout,
    attributes: &Attributes,
    marker: Option<Liveness>,
    originals: Originals<'_>,
    effects: &mut [Effect<'_>],
    out: &mut Vec<u8>,
) {
    if !effects.is_sorted_by(|left, right| order(layout, left, right).is_le()) {
        effects.sort_by(|left, right| order(layout, left, right));
    }
    let items = effects.iter().map(|effect| item(effect, attributes)).collect();
    row::write(&Row { marker, deletion: None, originals, items }, out);
}

fn order(layout: &TableLayout, left: &Effect<'_>, right: &Effect<'_>) -> std::cmp::Ordering {
    left.column.cmp(&right.column).then_with(|| match (&left.change, &right.change) {
        (EffectChange::Cell { path: Some(left_path), .. }, EffectChange::Cell { path: Some(right_path), .. }) => {
            layout.compare_paths(left.column, left_path, right_path)
        }
        (left, right) => is_cell(left).cmp(&is_cell(right)),
    })
}

fn is_cell(change: &EffectChange<'_>) -> bool {
    matches!(change, EffectChange::Cell { .. })
}

fn item<'e>(effect: &'e Effect<'_>, attributes: &Attributes) -> Item<'e> {
    let column = effect.column;
    let Attributes { timestamp, now, expiry } = *attributes;
    match &effect.change {
        EffectChange::DeleteAll { overwrite } => {
            let timestamp = if *overwrite { timestamp.saturating_sub(1) } else { timestamp };
            Item::Complex { column, deletion: Deletion { timestamp, local: now } }
        }
        EffectChange::Cell { path, value } => {
            let state = match (value, expiry) {
                (None, _) => State::Tombstone { local: now },
                (Some(_), Some(expiry)) => State::Expiring(expiry),
                (Some(_), None) => State::Live,
            };
            let value = value.as_deref().unwrap_or_default();
            Item::Cell(Cell { column, path: path.as_deref(), timestamp, state, value })
        }
    }
}

/// A set or map as Cassandra keeps it: sorted, without duplicates.
fn in_order<'a>(ty: &CqlType, value: Cow<'a, [u8]>) -> Result<Cow<'a, [u8]>, Error> {
    match value {
        Cow::Borrowed(value) => Ok(codec::in_order(ty, value)?),
        Cow::Owned(value) => Ok(Cow::Owned(codec::in_order(ty, &value)?.into_owned())),
    }
}

/// The elements of a serialised list or set, borrowed where the value is.
pub(crate) fn elements(value: Cow<'_, [u8]>) -> Result<Vec<Cow<'_, [u8]>>, Error> {
    match value {
        Cow::Borrowed(value) => codec::elements(value).map(|part| Ok(Cow::Borrowed(part?))).collect(),
        Cow::Owned(value) => codec::elements(&value).map(|part| Ok(Cow::Owned(part?.to_vec()))).collect(),
    }
}

type Entry<'a> = (Cow<'a, [u8]>, Cow<'a, [u8]>);

fn entries(value: Cow<'_, [u8]>) -> Result<Vec<Entry<'_>>, Error> {
    match value {
        Cow::Borrowed(value) => codec::entries(value)
            .map(|part| part.map(|(key, value)| (Cow::Borrowed(key), Cow::Borrowed(value))))
            .map(|part| Ok(part?))
            .collect(),
        Cow::Owned(value) => codec::entries(&value)
            .map(|part| part.map(|(key, value)| (Cow::Owned(key.to_vec()), Cow::Owned(value.to_vec()))))
            .map(|part| Ok(part?))
            .collect(),
    }
}

fn fields(value: Cow<'_, [u8]>) -> Result<Vec<Option<Cow<'_, [u8]>>>, Error> {
    match value {
        Cow::Borrowed(value) => codec::fields(value).map(|part| Ok(part?.map(Cow::Borrowed))).collect(),
        Cow::Owned(value) => {
            codec::fields(&value).map(|part| Ok(part?.map(|part| Cow::Owned(part.to_vec())))).collect()
        }
    }
}
