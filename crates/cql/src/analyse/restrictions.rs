//! WHERE as a whole: which partitions, which rows, what is filtered, through which index.
//!
//! Follows Cassandra's `StatementRestrictions` and `ClusteringColumnRestrictions` of 5.0, check by
//! check and in their order, so that of several faults the same one is reported.

mod access;
mod merge;

use crate::ast::{Comparison, Relation};
use crate::error::Error;
use crate::plan::TokenBound;
use crate::schema::{ColumnKind, Table};

use super::invalid;
use super::relation::{Resolved, Restriction, TokenRestriction};
use super::scope::Scope;

/// Cassandra's text where rows would have to be read and dropped.
pub(super) const REQUIRES_ALLOW_FILTERING: &str = "Cannot execute this query as it might involve data filtering and \
     thus may have unpredictable performance. If you want to execute this query despite the performance \
     unpredictability, use ALLOW FILTERING";

/// Which statement restricts; the rules differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StatementKind {
    Select,
    Insert,
    Update,
    Delete,
}

impl StatementKind {
    fn name(self) -> &'static str {
        match self {
            Self::Select => "SELECT",
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
        }
    }
}

/// What WHERE says, checked.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is one finding of the checks, named as in Cassandra")]
pub(super) struct Restrictions<'a> {
    table: &'a Table,
    partition: Vec<Restriction>,
    token: Option<TokenRestriction>,
    clustering: Vec<Restriction>,
    other: Vec<Restriction>,
    is_key_range: bool,
    uses_index: bool,
    filters_partition: bool,
    filters_clustering: bool,
}

/// How the statement as a whole bears on the rules.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    pub(super) kind: StatementKind,
    /// Only static columns are selected or changed.
    pub(super) only_static: bool,
    pub(super) allow_filtering: bool,
}

impl<'a> Restrictions<'a> {
    /// Resolves and checks relations.
    pub(super) fn new(
        scope: &mut Scope<'_>,
        table: &'a Table,
        relations: &[Relation],
        manner: Manner,
    ) -> Result<Self, Error> {
        let mut restrictions = Self {
            table,
            partition: Vec::new(),
            token: None,
            clustering: Vec::new(),
            other: Vec::new(),
            is_key_range: false,
            uses_index: false,
            filters_partition: false,
            filters_clustering: false,
        };
        for relation in relations {
            if let Relation::Single { operator: operator @ (Comparison::Contains | Comparison::ContainsKey), .. } =
                relation
                && matches!(manner.kind, StatementKind::Update | StatementKind::Delete)
            {
                return Err(invalid(format!("Cannot use {} with {operator}", manner.kind.name())));
            }
            match scope.relation(table, relation)? {
                Resolved::Token(operator, value) => restrictions.add_token(operator, &value)?,
                Resolved::Columns(restriction) => restrictions.add(restriction, manner)?,
            }
        }
        restrictions.check(manner)?;
        Ok(restrictions)
    }

    fn add(&mut self, restriction: Restriction, manner: Manner) -> Result<(), Error> {
        let table = self.table;
        match table.columns[restriction.first()].kind {
            ColumnKind::PartitionKey => merge::add(table, &mut self.partition, restriction),
            ColumnKind::Clustering { .. } => {
                let mut merged = self.clustering.clone();
                merge::add(table, &mut merged, restriction.clone())?;
                self.check_clustering_order(&restriction, manner)?;
                self.clustering = merged;
                Ok(())
            }
            ColumnKind::Static | ColumnKind::Regular => merge::add(table, &mut self.other, restriction),
        }
    }

    fn add_token(&mut self, operator: Comparison, value: &crate::plan::Term) -> Result<(), Error> {
        let names = names(self.table.partition_key().iter().map(|column| &column.name));
        let token = self.token.get_or_insert_default();
        if token.equal {
            return Err(invalid(format!(
                "{names} cannot be restricted by more than one relation if it includes an Equal"
            )));
        }
        let bound = |inclusive| Some(TokenBound { value: value.clone(), inclusive });
        let (from, to) = match operator {
            Comparison::Gt => (bound(false), None),
            Comparison::Ge => (bound(true), None),
            Comparison::Lt => (None, bound(false)),
            Comparison::Le => (None, bound(true)),
            _ => {
                if token.from.is_some() || token.to.is_some() {
                    return Err(invalid(format!(
                        "Columns \"{names}\" cannot be restricted by both an equality and an inequality relation"
                    )));
                }
                token.equal = true;
                (bound(true), bound(true))
            }
        };
        if token.from.is_some() && from.is_some() {
            return Err(invalid(format!("More than one restriction was found for the start bound on {names}")));
        }
        if token.to.is_some() && to.is_some() {
            return Err(invalid(format!("More than one restriction was found for the end bound on {names}")));
        }
        token.from = token.from.take().or(from);
        token.to = token.to.take().or(to);
        Ok(())
    }

    /// Nothing may follow a slice, unless an index or filtering takes care of it
    /// (`ClusteringColumnRestrictions.mergeWith`).
    fn check_clustering_order(&self, new: &Restriction, manner: Manner) -> Result<(), Error> {
        let Some(last) = self.clustering.last() else { return Ok(()) };
        let indexed = manner.kind == StatementKind::Select && access::supporting_index(self.table, new).is_some();
        if manner.allow_filtering || indexed {
            return Ok(());
        }
        let name = |position: usize| &self.table.columns[position].name;
        if last.is_slice() && new.first() > last.first() {
            return Err(invalid(format!(
                "Clustering column \"{}\" cannot be restricted (preceding column \"{}\" is restricted by a non-EQ \
                 relation)",
                name(new.first()),
                name(last.first())
            )));
        }
        if new.first() < last.first() && new.is_slice() {
            let next = self.clustering.iter().map(Restriction::first).find(|first| *first > new.first());
            return Err(invalid(format!(
                "PRIMARY KEY column \"{}\" cannot be restricted (preceding column \"{}\" is restricted by a non-EQ \
                 relation)",
                name(next.unwrap_or(last.first())),
                name(new.first())
            )));
        }
        Ok(())
    }

    fn check(&mut self, manner: Manner) -> Result<(), Error> {
        let select = manner.kind == StatementKind::Select;
        let indexed = |restrictions: &[Restriction]| {
            select && restrictions.iter().any(|restriction| access::supporting_index(self.table, restriction).is_some())
        };
        let clustering_index = indexed(&self.clustering);
        let any_index = clustering_index || indexed(&self.partition) || indexed(&self.other);
        if select {
            self.check_partition_range(any_index, manner)?;
        } else {
            self.check_partition_keys(manner)?;
        }
        self.filters_partition = self.uses_index || self.partition_needs_filtering();
        if manner.only_static && !self.clustering.is_empty() {
            match manner.kind {
                StatementKind::Select => {
                    return Err(invalid("Cannot restrict clustering columns when selecting only static columns"));
                }
                StatementKind::Update | StatementKind::Delete => {
                    return Err(invalid(format!(
                        "Invalid restrictions on clustering columns since the {} statement modifies only static columns",
                        manner.kind.name()
                    )));
                }
                StatementKind::Insert => {}
            }
        }
        self.check_clustering(any_index, manner)?;
        self.uses_index |= self.is_key_range && clustering_index;
        self.filters_clustering = self.uses_index || self.clustering_needs_filtering();
        self.check_others(any_index, manner)?;
        if self.uses_index && self.partition_is_in() {
            let text = "Select on indexed columns and with IN clause for the PRIMARY KEY are not supported";
            return Err(invalid(text));
        }
        Ok(())
    }

    fn check_partition_keys(&self, manner: Manner) -> Result<(), Error> {
        let name = manner.kind.name();
        if self.token.is_some() {
            return Err(invalid(format!("The token function cannot be used in WHERE clauses for {name} statements")));
        }
        let missing = self.missing(0..self.table.partition_key_len, &self.partition);
        if !missing.is_empty() {
            return Err(invalid(format!("Some partition key parts are missing: {missing}")));
        }
        if self.partition.iter().any(Restriction::is_slice) {
            return Err(invalid(format!(
                "Only EQ and IN relation are supported on the partition key (unless you use the token() function) for \
                 {name} statements"
            )));
        }
        Ok(())
    }

    fn check_partition_range(&mut self, any_index: bool, manner: Manner) -> Result<(), Error> {
        if self.token.is_some() {
            if !self.partition.is_empty() {
                return Err(Error::unsupported("token() together with restrictions of partition key columns"));
            }
            self.is_key_range = true;
        }
        if self.token.is_none() && self.partition.is_empty() {
            self.is_key_range = true;
            self.uses_index = any_index;
        }
        if self.partition_needs_filtering() {
            if !manner.allow_filtering && !any_index {
                return Err(invalid(REQUIRES_ALLOW_FILTERING));
            }
            self.is_key_range = true;
            self.uses_index = any_index;
        }
        Ok(())
    }

    fn partition_needs_filtering(&self) -> bool {
        let covered = self.partition.len() < self.table.partition_key_len;
        let ranged = self.partition.iter().any(|restriction| restriction.is_slice() || restriction.is_contains());
        !self.partition.is_empty() && (covered || ranged)
    }

    fn check_clustering(&mut self, any_index: bool, manner: Manner) -> Result<(), Error> {
        let first = self.table.partition_key_len;
        let all = first..first + self.table.clustering_len;
        if matches!(manner.kind, StatementKind::Insert | StatementKind::Update) {
            if self.clustering.iter().any(Restriction::is_slice) {
                return Err(invalid(format!(
                    "Slice restrictions are not supported on the clustering columns in {} statements",
                    manner.kind.name()
                )));
            }
            let missing = self.missing(all, &self.clustering);
            if !manner.only_static && !missing.is_empty() {
                return Err(invalid(format!("Some clustering keys are missing: {missing}")));
            }
            return Ok(());
        }
        if self.clustering.iter().any(Restriction::is_contains) && !any_index && !manner.allow_filtering {
            let text = "Clustering columns can only be restricted with CONTAINS with a secondary index or filtering";
            return Err(invalid(text));
        }
        if !self.clustering_needs_filtering() {
            return Ok(());
        }
        if any_index {
            self.uses_index = true;
        } else if !manner.allow_filtering {
            let restricted = self.clustering.iter().flat_map(|restriction| &restriction.columns);
            for (expected, restricted) in all.zip(restricted) {
                if expected != *restricted {
                    return Err(invalid(format!(
                        "PRIMARY KEY column \"{}\" cannot be restricted as preceding column \"{}\" is not restricted",
                        self.table.columns[*restricted].name, self.table.columns[expected].name
                    )));
                }
            }
        }
        Ok(())
    }

    /// Whether a clustering restriction is more than an interval of the order of rows.
    fn clustering_needs_filtering(&self) -> bool {
        let mut position = self.table.partition_key_len;
        for restriction in &self.clustering {
            if restriction.is_contains() || restriction.first() != position {
                return true;
            }
            if !restriction.is_slice() {
                position = restriction.last() + 1;
            }
        }
        false
    }

    fn check_others(&mut self, any_index: bool, manner: Manner) -> Result<(), Error> {
        if self.other.is_empty() {
            return Ok(());
        }
        if manner.kind != StatementKind::Select {
            let columns = self.other.iter().map(|restriction| &self.table.columns[restriction.first()].name);
            // The space at the end is Cassandra's.
            return Err(invalid(format!("Non PRIMARY KEY columns found in where clause: {} ", names(columns))));
        }
        if any_index {
            self.uses_index = true;
        } else if !manner.allow_filtering {
            return Err(invalid(REQUIRES_ALLOW_FILTERING));
        }
        Ok(())
    }

    /// Whether more is asked than keys, order and one index give (`SelectStatement.checkNeedsFiltering`).
    pub(super) fn check_needs_filtering(&self, allow_filtering: bool) -> Result<(), Error> {
        if allow_filtering || !(self.is_key_range || self.uses_index) {
            return Ok(());
        }
        let mut filtered: Vec<&Restriction> = Vec::new();
        filtered.extend(self.partition.iter().filter(|_| self.filters_partition));
        filtered.extend(self.clustering.iter().filter(|_| self.filters_clustering));
        filtered.extend(&self.other);
        let columns: usize = filtered.iter().map(|restriction| restriction.columns.len()).sum();
        let several = filtered.iter().any(|restriction| access::tests(restriction) > 1);
        if columns > 1 || (columns == 0 && !self.clustering.is_empty()) || several {
            return Err(invalid(REQUIRES_ALLOW_FILTERING));
        }
        Ok(())
    }

    /// Names of the columns of a range that no restriction names.
    fn missing(&self, range: std::ops::Range<usize>, restrictions: &[Restriction]) -> String {
        let free = range.filter(|position| !restrictions.iter().any(|one| one.columns.contains(position)));
        names(free.map(|position| &self.table.columns[position].name))
    }

    pub(super) fn is_key_range(&self) -> bool {
        self.is_key_range
    }

    pub(super) fn uses_index(&self) -> bool {
        self.uses_index
    }

    pub(super) fn partition_is_in(&self) -> bool {
        self.partition.iter().any(Restriction::is_in)
    }

    pub(super) fn clustering_is_in(&self) -> bool {
        self.clustering.iter().any(Restriction::is_in)
    }

    pub(super) fn restricts_clustering(&self) -> bool {
        !self.clustering.is_empty()
    }

    pub(super) fn restricts_regular(&self) -> bool {
        self.other.iter().any(|restriction| self.table.columns[restriction.first()].kind == ColumnKind::Regular)
    }

    /// Whether a primary key column is fixed to one value.
    pub(super) fn is_fixed(&self, position: usize) -> bool {
        let all = self.partition.iter().chain(&self.clustering);
        all.into_iter().any(|restriction| restriction.is_eq() && restriction.columns.contains(&position))
    }

    /// Whether every clustering column has values, and no interval.
    pub(super) fn covers_clustering(&self) -> bool {
        let columns: usize = self.clustering.iter().map(|restriction| restriction.columns.len()).sum();
        let ranged = self.clustering.iter().any(|restriction| restriction.is_slice() || restriction.is_contains());
        columns == self.table.clustering_len && !ranged
    }
}

pub(super) fn names<'n>(names: impl Iterator<Item = &'n String>) -> String {
    names.map(String::as_str).collect::<Vec<_>>().join(", ")
}
