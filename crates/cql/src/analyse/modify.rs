//! INSERT, UPDATE and DELETE.
//!
//! Follows Cassandra's `ModificationStatement`, `UpdateStatement` and `DeleteStatement`, in the
//! order of their checks. Values that are bound are checked by the engine when they are known.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::ast::{self, Action, Comparison, DeleteTarget, Relation, Term};
use crate::error::Error;
use crate::plan::{
    self, ColumnSpec, Condition, InValues, JsonInsert, Modify, ModifyKind, Operation, Plan, Prepared, Rows,
};
use crate::schema::{ColumnKind, Table};
use crate::types::CqlType;

use super::invalid;
use super::restrictions::{Manner, Restrictions, StatementKind};
use super::scope::{self, Receiver, Scope, existing_column};

/// 20 years in seconds (`Attributes.MAX_TTL`).
const MAX_TTL_SECONDS: i64 = 630_720_000;

pub(super) fn analyse(mut scope: Scope<'_>, modify: &ast::Modify) -> Result<Prepared, Error> {
    let modify = scope.modify(modify)?;
    if !matches!(modify.condition, Condition::None) && modify.partition.iter().any(is_in) {
        let what = if modify.kind == ModifyKind::Delete { "deletions" } else { "updates" };
        return Err(invalid(format!("IN on the partition key is not supported with conditional {what}")));
    }
    let columns = if matches!(modify.condition, Condition::None) { Vec::new() } else { applied(&modify.table) };
    let table = Arc::clone(&modify.table);
    Ok(scope.finish(Plan::Modify(Box::new(modify)), columns, Some(&table)))
}

/// Whether a component may take several values.
pub(super) fn is_in(values: &InValues) -> bool {
    match values {
        InValues::Terms(terms) => terms.len() != 1,
        InValues::Marker(_) => true,
    }
}

/// The column that conditional statements answer first.
pub(super) fn applied(table: &Table) -> Vec<ColumnSpec> {
    vec![scope::spec(table, "[applied]".to_owned(), CqlType::Boolean)]
}

/// What is known of a modification before its restrictions are.
struct Draft {
    table: Arc<Table>,
    timestamp: Option<plan::Term>,
    ttl: Option<plan::Term>,
    condition: Condition,
}

impl Scope<'_> {
    /// One modification, alone or in a batch.
    pub(super) fn modify(&mut self, modify: &ast::Modify) -> Result<Modify, Error> {
        let table = self.table(&modify.table)?;
        self.token_table = Some(Arc::clone(&table));
        let timestamp = self.attribute(&table, "[timestamp]", CqlType::Bigint, modify.timestamp.as_ref())?;
        let ttl = self.attribute(&table, "[ttl]", CqlType::Int, modify.ttl.as_ref())?;
        check_ttl(modify.ttl.as_ref())?;
        let condition = self.condition(&table, &modify.condition, timestamp.is_some())?;
        let draft = Draft { table, timestamp, ttl, condition };
        let finished = match &modify.action {
            Action::Insert { columns, values } => self.insert(draft, columns, values)?,
            Action::InsertJson { json, default_unset } => self.insert_json(draft, json, *default_unset)?,
            Action::Update { assignments, relations } => self.update(draft, assignments, relations)?,
            Action::Delete { targets, relations } => self.delete(draft, targets, relations)?,
        };
        check_attributes(&finished)?;
        Ok(finished)
    }

    fn attribute(
        &mut self,
        table: &Table,
        name: &str,
        ty: CqlType,
        term: Option<&Term>,
    ) -> Result<Option<plan::Term>, Error> {
        term.map(|term| self.term(term, &Receiver::of_table(table, name, ty))).transpose()
    }

    fn insert(&mut self, draft: Draft, columns: &[String], values: &[Term]) -> Result<Modify, Error> {
        let table = Arc::clone(&draft.table);
        if table.is_counter() {
            return Err(invalid("INSERT statements are not allowed on counter tables, use UPDATE instead"));
        }
        if columns.len() != values.len() {
            return Err(invalid("Unmatched column names/values"));
        }
        if columns.iter().collect::<BTreeSet<_>>().len() < columns.len() {
            return Err(invalid("The column names contains duplicates"));
        }
        let mut relations = Vec::new();
        let mut operations = Vec::new();
        let mut sets_clustering = false;
        for (column, value) in columns.iter().zip(values) {
            let position = existing_column(&table, column)?;
            match table.columns[position].kind {
                ColumnKind::Static | ColumnKind::Regular => {
                    operations.push(self.set_value(&table, position, value)?);
                }
                kind => {
                    sets_clustering |= kind != ColumnKind::PartitionKey;
                    let (column, value) = (column.clone(), value.clone());
                    relations.push(Relation::Single { column, operator: Comparison::Eq, value });
                }
            }
        }
        let only_static = !sets_clustering && only_static(&table, &operations, &draft.condition, false);
        let manner = Manner { kind: StatementKind::Insert, only_static, allow_filtering: false };
        let restrictions = Restrictions::new(self, &table, &relations, manner)?;
        finish(draft, ModifyKind::Insert, &restrictions, operations)
    }

    fn insert_json(&mut self, draft: Draft, json: &Term, default_unset: bool) -> Result<Modify, Error> {
        if draft.table.is_counter() {
            return Err(invalid("INSERT statements are not allowed on counter tables, use UPDATE instead"));
        }
        let text = self.term(json, &Receiver::of_table(&draft.table, "[json]", CqlType::Text))?;
        Ok(Modify {
            table: draft.table,
            kind: ModifyKind::Insert,
            partition: Vec::new(),
            rows: Rows::All,
            operations: Vec::new(),
            timestamp: draft.timestamp,
            ttl: draft.ttl,
            condition: draft.condition,
            json: Some(JsonInsert { text, default_unset }),
        })
    }

    fn update(
        &mut self,
        draft: Draft,
        assignments: &[ast::Assignment],
        relations: &[Relation],
    ) -> Result<Modify, Error> {
        let table = Arc::clone(&draft.table);
        let mut operations = Vec::with_capacity(assignments.len());
        for assignment in assignments {
            let position = existing_column(&table, &assignment.column)?;
            if !matches!(table.columns[position].kind, ColumnKind::Static | ColumnKind::Regular) {
                return Err(invalid(format!("PRIMARY KEY part {} found in SET part", assignment.column)));
            }
            operations.push(self.assignment(&table, position, &assignment.value)?);
        }
        let only_static = only_static(&table, &operations, &draft.condition, false);
        let manner = Manner { kind: StatementKind::Update, only_static, allow_filtering: false };
        check_custom(relations)?;
        let restrictions = Restrictions::new(self, &table, relations, manner)?;
        finish(draft, ModifyKind::Update, &restrictions, operations)
    }

    fn delete(&mut self, draft: Draft, targets: &[DeleteTarget], relations: &[Relation]) -> Result<Modify, Error> {
        let table = Arc::clone(&draft.table);
        let mut operations = Vec::with_capacity(targets.len());
        for target in targets {
            let (DeleteTarget::Column(name) | DeleteTarget::Element(name, _) | DeleteTarget::Field(name, _)) = target;
            let position = existing_column(&table, name)?;
            if !matches!(table.columns[position].kind, ColumnKind::Static | ColumnKind::Regular) {
                return Err(invalid(format!(
                    "Invalid identifier {name} for deletion (should not be a PRIMARY KEY part)"
                )));
            }
            operations.push(self.deletion(&table, position, target)?);
        }
        let only_static = only_static(&table, &operations, &draft.condition, true);
        let manner = Manner { kind: StatementKind::Delete, only_static, allow_filtering: false };
        check_custom(relations)?;
        let restrictions = Restrictions::new(self, &table, relations, manner)?;
        let regular = changes_regular(&table, &operations, true);
        if !matches!(draft.condition, Condition::None) && !restrictions.covers_clustering() {
            if regular {
                return Err(invalid(
                    "DELETE statements must restrict all PRIMARY KEY columns with equality relations in order to delete \
                     non static columns",
                ));
            }
            if tests_regular(&table, &draft.condition) {
                return Err(invalid(
                    "DELETE statements must restrict all PRIMARY KEY columns with equality relations in order to use IF \
                     condition on non static columns",
                ));
            }
        }
        if !operations.is_empty() && regular && !restrictions.covers_clustering() {
            return Err(invalid("Range deletions are not supported for specific columns"));
        }
        finish(draft, ModifyKind::Delete, &restrictions, operations)
    }
}

fn check_custom(relations: &[Relation]) -> Result<(), Error> {
    if relations.iter().any(|relation| matches!(relation, Relation::Custom { .. })) {
        let text = "Custom index expressions cannot be used in WHERE clauses for UPDATE or DELETE statements";
        return Err(invalid(text));
    }
    Ok(())
}

fn finish(
    draft: Draft,
    kind: ModifyKind,
    restrictions: &Restrictions<'_>,
    operations: Vec<Operation>,
) -> Result<Modify, Error> {
    if !matches!(draft.condition, Condition::None) {
        let what = if kind == ModifyKind::Delete { "deletions" } else { "updates" };
        if restrictions.clustering_is_in() {
            return Err(invalid(format!("IN on the clustering key columns is not supported with conditional {what}")));
        }
    }
    Ok(Modify {
        partition: restrictions.partition_keys().unwrap_or_default(),
        rows: restrictions.rows()?,
        table: draft.table,
        kind,
        operations,
        timestamp: draft.timestamp,
        ttl: draft.ttl,
        condition: draft.condition,
        json: None,
    })
}

fn check_attributes(modify: &Modify) -> Result<(), Error> {
    let counter = modify.table.is_counter();
    if !matches!(modify.condition, Condition::None) {
        if counter {
            return Err(invalid("Conditional updates are not supported on counter tables"));
        }
        if modify.timestamp.is_some() {
            return Err(invalid("Cannot provide custom timestamp for conditional updates"));
        }
    }
    if counter && modify.timestamp.is_some() {
        return Err(invalid("Cannot provide custom timestamp for counter updates"));
    }
    if counter && modify.ttl.is_some() {
        return Err(invalid("Cannot provide custom TTL for counter updates"));
    }
    Ok(())
}

/// A constant TTL is checked here, a bound one when it is known.
fn check_ttl(ttl: Option<&Term>) -> Result<(), Error> {
    let Some(Term::Constant(constant)) = ttl else { return Ok(()) };
    let Ok(seconds) = constant.text.parse::<i64>() else { return Ok(()) };
    if seconds < 0 {
        return Err(invalid(format!("A TTL must be greater or equal to 0, but was {seconds}")));
    }
    if seconds > MAX_TTL_SECONDS {
        return Err(invalid(format!("ttl is too large. requested ({seconds}) maximum ({MAX_TTL_SECONDS})")));
    }
    Ok(())
}

/// Whether nothing but static columns is changed and tested
/// (`ModificationStatement.appliesOnlyToStaticColumns`).
fn only_static(table: &Table, operations: &[Operation], condition: &Condition, delete: bool) -> bool {
    let is_static = |position: &usize| table.columns[*position].kind == ColumnKind::Static;
    let changes_static = operations.iter().any(|operation| is_static(&operation.column));
    let tests_static = match condition {
        Condition::Columns(filters) => filters.iter().any(|filter| is_static(&filter.column)),
        _ => false,
    };
    !changes_regular(table, operations, delete) && !tests_regular(table, condition) && (changes_static || tests_static)
}

fn changes_regular(table: &Table, operations: &[Operation], delete: bool) -> bool {
    let regular = |operation: &Operation| table.columns[operation.column].kind == ColumnKind::Regular;
    operations.iter().any(regular) || (delete && operations.is_empty())
}

fn tests_regular(table: &Table, condition: &Condition) -> bool {
    match condition {
        Condition::Columns(filters) => {
            filters.iter().any(|filter| table.columns[filter.column].kind == ColumnKind::Regular)
        }
        _ => false,
    }
}
