//! The cells of a multi-cell column become one serialised value, as a client sees it.

use quorate_cql::types::CqlType;

use crate::row::Cell;

/// Appends the value of a column that the given live cells make up, in path order and at least one
/// (`serializeForNativeProtocol` of `db/marshal/CollectionType.java` and `UserType.java`). For a
/// column of one cell that is the cell's value.
pub(crate) fn push_value(ty: &CqlType, cells: &[Cell<'_>], out: &mut Vec<u8>) {
    match ty {
        CqlType::List { frozen: false, .. } => {
            push_count(cells.len(), out);
            for cell in cells {
                push_bytes(cell.value, out);
            }
        }
        CqlType::Set { frozen: false, .. } => {
            push_count(cells.len(), out);
            for cell in cells {
                push_bytes(cell.path.unwrap_or_default(), out);
            }
        }
        CqlType::Map { frozen: false, .. } => {
            push_count(cells.len(), out);
            for cell in cells {
                push_bytes(cell.path.unwrap_or_default(), out);
                push_bytes(cell.value, out);
            }
        }
        CqlType::Udt { definition, frozen: false } => {
            for field in 0..definition.fields.len() {
                match cells.iter().find(|cell| cell.path.and_then(field_number) == Some(field)) {
                    Some(cell) => push_bytes(cell.value, out),
                    None => out.extend_from_slice(&(-1_i32).to_be_bytes()),
                }
            }
        }
        _ => out.extend_from_slice(cells.first().map_or(&[], |cell| cell.value)),
    }
}

/// The path of a UDT's field.
pub(crate) fn field_path(field: usize) -> [u8; 2] {
    u16::try_from(field).unwrap_or(u16::MAX).to_be_bytes()
}

fn field_number(path: &[u8]) -> Option<usize> {
    path.try_into().ok().map(|bytes| usize::from(u16::from_be_bytes(bytes)))
}

/// Counts and lengths fit: a value is smaller than a frame, which is smaller than 2 GiB.
fn push_count(count: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(&u32::try_from(count).unwrap_or(u32::MAX).to_be_bytes());
}

fn push_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    push_count(bytes.len(), out);
    out.extend_from_slice(bytes);
}
