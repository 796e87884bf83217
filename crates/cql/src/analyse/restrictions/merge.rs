//! Several restrictions of one column: which combine, and which contradict each other
//! (`mergeWith` of Cassandra's `SingleColumnRestriction` and `MultiColumnRestriction`).

use crate::analyse::invalid;
use crate::analyse::relation::{Kind, Restriction};
use crate::error::Error;
use crate::schema::Table;

use super::names;

/// Adds a restriction in the order of columns, merged with what restricts the same ones.
pub(super) fn add(table: &Table, restrictions: &mut Vec<Restriction>, new: Restriction) -> Result<(), Error> {
    let shared = restrictions.iter().position(|known| known.columns.iter().any(|column| new.columns.contains(column)));
    if let Some(at) = shared {
        restrictions[at] = merge(table, &restrictions[at], new)?;
    } else {
        let at = restrictions.partition_point(|known| known.first() < new.first());
        restrictions.insert(at, new);
    }
    Ok(())
}

fn merge(table: &Table, known: &Restriction, new: Restriction) -> Result<Restriction, Error> {
    let common = names(
        known.columns.iter().filter(|column| new.columns.contains(column)).map(|column| &table.columns[*column].name),
    );
    match (&known.kind, new.kind) {
        (Kind::Eq(_) | Kind::Parts(_) | Kind::Whole(_), _) => {
            Err(invalid(format!("{common} cannot be restricted by more than one relation if it includes an Equal")))
        }
        (Kind::In(_) | Kind::Tuples(_) | Kind::BoundTuples(_), _) => {
            Err(invalid(format!("{common} cannot be restricted by more than one relation if it includes a IN")))
        }
        (Kind::Contains(tests), Kind::Contains(more)) => {
            let kind = Kind::Contains(tests.iter().cloned().chain(more).collect());
            Ok(Restriction { columns: new.columns, kind })
        }
        (Kind::Contains(_), _) => Err(invalid(format!(
            "Collection column {common} can only be restricted by CONTAINS, CONTAINS KEY, or map-entry equality"
        ))),
        (Kind::Slice { from, to }, Kind::Slice { from: new_from, to: new_to }) => {
            if known.columns[0] != new.columns[0] {
                return Err(invalid(format!(
                    "Column \"{common}\" cannot be restricted by two inequalities not starting with the same column"
                )));
            }
            if from.is_some() && new_from.is_some() {
                return Err(invalid(format!("More than one restriction was found for the start bound on {common}")));
            }
            if to.is_some() && new_to.is_some() {
                return Err(invalid(format!("More than one restriction was found for the end bound on {common}")));
            }
            let columns = if known.columns.len() > new.columns.len() { known.columns.clone() } else { new.columns };
            let kind = Kind::Slice { from: from.clone().or(new_from), to: to.clone().or(new_to) };
            Ok(Restriction { columns, kind })
        }
        (Kind::Slice { .. }, _) => Err(invalid(format!(
            "Column \"{common}\" cannot be restricted by both an equality and an inequality relation"
        ))),
    }
}
