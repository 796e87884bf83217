//! What a write answers: nothing, or the outcome of its conditions.

use quorate_cql::plan::ColumnSpec;
use quorate_cql::types::CqlType;

use crate::layout::TableLayout;

/// The answer of a write.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// An unconditional write happened.
    Done,
    /// A conditional one happened or did not.
    Conditional(Conditional),
}

/// The outcome of conditions as Cassandra answers it.
#[derive(Debug)]
pub(crate) struct Conditional {
    /// `[applied]`, and when it is false and there is something to show, what is present.
    pub(crate) columns: Vec<ColumnSpec>,
    /// Serialised values, row by row.
    pub(crate) rows: Vec<Vec<Option<Vec<u8>>>>,
}

impl Conditional {
    /// The conditions held.
    pub(crate) fn applied(layout: &TableLayout) -> Self {
        Self { columns: vec![applied_column(layout)], rows: vec![vec![Some(vec![1])]] }
    }

    /// They did not: what is present, by column position and row.
    pub(crate) fn refused(layout: &TableLayout, positions: &[usize], present: Vec<Vec<Option<Vec<u8>>>>) -> Self {
        let mut columns = vec![applied_column(layout)];
        if present.is_empty() {
            return Self { columns, rows: vec![vec![Some(vec![0])]] };
        }
        let table = &layout.table;
        columns.extend(positions.iter().map(|position| ColumnSpec {
            keyspace: table.keyspace.clone(),
            table: table.name.clone(),
            name: table.columns[*position].name.clone(),
            ty: table.columns[*position].ty.clone(),
        }));
        let with_applied = |mut row: Vec<Option<Vec<u8>>>| {
            row.insert(0, Some(vec![0]));
            row
        };
        Self { columns, rows: present.into_iter().map(with_applied).collect() }
    }
}

fn applied_column(layout: &TableLayout) -> ColumnSpec {
    ColumnSpec {
        keyspace: layout.table.keyspace.clone(),
        table: layout.table.name.clone(),
        name: "[applied]".to_owned(),
        ty: CqlType::Boolean,
    }
}
