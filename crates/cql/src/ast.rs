//! CQL statements as trees, just as they were written.
//!
//! Names are resolved nowhere here: a tree says what the text says, `analyse` says what it means.
//! Unquoted names are lower case already. Bind variables are numbered in the order of the text.

mod print;
mod schema;
mod term;

pub use schema::*;
pub use term::*;

/// A name with an optional keyspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualifiedName {
    /// The keyspace, where written.
    pub keyspace: Option<String>,
    /// The name itself.
    pub name: String,
}

/// A CQL statement.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Statement {
    /// SELECT.
    Select(Box<Select>),
    /// INSERT, UPDATE or DELETE.
    Modify(Box<Modify>),
    /// BATCH.
    Batch(Batch),
    /// USE.
    Use(String),
    /// TRUNCATE.
    Truncate(QualifiedName),
    /// CREATE KEYSPACE.
    CreateKeyspace(CreateKeyspace),
    /// ALTER KEYSPACE.
    AlterKeyspace(AlterKeyspace),
    /// DROP KEYSPACE.
    DropKeyspace {
        /// Its name.
        name: String,
        /// IF EXISTS.
        if_exists: bool,
    },
    /// CREATE TABLE.
    CreateTable(Box<CreateTable>),
    /// ALTER TABLE.
    AlterTable(Box<AlterTable>),
    /// DROP TABLE.
    DropTable(Drop),
    /// CREATE TYPE.
    CreateType(CreateType),
    /// ALTER TYPE.
    AlterType(AlterType),
    /// DROP TYPE.
    DropType(Drop),
    /// CREATE INDEX.
    CreateIndex(Box<CreateIndex>),
    /// DROP INDEX.
    DropIndex(Drop),
    /// Roles, users, permissions.
    Access(Box<Access>),
    /// DESCRIBE.
    Describe(Describe),
    /// Well-formed at its head, and outside what this crate implements.
    OutOfScope(OutOfScope),
}

/// SELECT.
#[derive(Debug, Clone, PartialEq)]
pub struct Select {
    /// The table.
    pub table: QualifiedName,
    /// What to answer; empty for `*`.
    pub selectors: Vec<Selected>,
    /// SELECT DISTINCT.
    pub distinct: bool,
    /// SELECT JSON.
    pub json: bool,
    /// WHERE.
    pub relations: Vec<Relation>,
    /// GROUP BY.
    pub group_by: Vec<Selector>,
    /// ORDER BY.
    pub order_by: Vec<Ordering>,
    /// PER PARTITION LIMIT.
    pub per_partition_limit: Option<Term>,
    /// LIMIT.
    pub limit: Option<Term>,
    /// ALLOW FILTERING.
    pub allow_filtering: bool,
}

/// An item of a selection.
#[derive(Debug, Clone, PartialEq)]
pub struct Selected {
    /// What to answer.
    pub selector: Selector,
    /// AS.
    pub alias: Option<String>,
}

/// An item of ORDER BY.
#[derive(Debug, Clone, PartialEq)]
pub struct Ordering {
    /// The column.
    pub column: String,
    /// DESC.
    pub descending: bool,
    /// ANN OF.
    pub nearest_to: Option<Term>,
}

/// A condition of WHERE.
#[derive(Debug, Clone, PartialEq)]
pub enum Relation {
    /// On one column.
    Single {
        /// The column.
        column: String,
        /// How.
        operator: Comparison,
        /// With what.
        value: Term,
    },
    /// `c IN …`.
    In {
        /// The column.
        column: String,
        /// With what.
        values: InList,
    },
    /// `c[key] = …`.
    Element {
        /// The column.
        column: String,
        /// The key.
        key: Term,
        /// How.
        operator: Comparison,
        /// With what.
        value: Term,
    },
    /// `c IS NOT NULL`.
    IsNotNull {
        /// The column.
        column: String,
    },
    /// `token(a, b) > …`.
    Token {
        /// The columns.
        columns: Vec<String>,
        /// How.
        operator: Comparison,
        /// With what.
        value: Term,
    },
    /// `(a, b) > (…)`.
    Multi {
        /// The columns.
        columns: Vec<String>,
        /// How.
        operator: Comparison,
        /// A tuple or a marker.
        value: Term,
    },
    /// `(a, b) IN …`.
    MultiIn {
        /// The columns.
        columns: Vec<String>,
        /// With what.
        values: InList,
    },
    /// `expr(index, value)`.
    Custom {
        /// The index.
        index: QualifiedName,
        /// The value.
        value: Term,
    },
}

/// What follows IN.
#[derive(Debug, Clone, PartialEq)]
pub enum InList {
    /// `(…, …)`.
    Terms(Vec<Term>),
    /// `?`.
    Marker(Marker),
}

/// How a relation compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `LIKE`
    Like,
    /// `CONTAINS`
    Contains,
    /// `CONTAINS KEY`
    ContainsKey,
}

/// INSERT, UPDATE or DELETE.
#[derive(Debug, Clone, PartialEq)]
pub struct Modify {
    /// The table.
    pub table: QualifiedName,
    /// What happens.
    pub action: Action,
    /// USING TIMESTAMP.
    pub timestamp: Option<Term>,
    /// USING TTL.
    pub ttl: Option<Term>,
    /// IF.
    pub condition: Condition,
}

/// What a modification does.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// INSERT … VALUES.
    Insert {
        /// Columns in order.
        columns: Vec<String>,
        /// Values in order.
        values: Vec<Term>,
    },
    /// INSERT … JSON.
    InsertJson {
        /// A text constant or a marker.
        json: Term,
        /// DEFAULT UNSET.
        default_unset: bool,
    },
    /// UPDATE.
    Update {
        /// SET.
        assignments: Vec<Assignment>,
        /// WHERE.
        relations: Vec<Relation>,
    },
    /// DELETE.
    Delete {
        /// What of the rows; empty for the rows themselves.
        targets: Vec<DeleteTarget>,
        /// WHERE.
        relations: Vec<Relation>,
    },
}

/// An assignment of SET.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// The column.
    pub column: String,
    /// What it becomes.
    pub value: Assigned,
}

/// What a column becomes.
#[derive(Debug, Clone, PartialEq)]
pub enum Assigned {
    /// `c = value`.
    Value(Term),
    /// `c = c + value`, `c += value`.
    Add(Term),
    /// `c = c - value`, `c -= value`.
    Subtract(Term),
    /// `c = value + c`.
    Prepend(Term),
    /// `c[key] = value`.
    Element(Term, Term),
    /// `c.field = value`.
    Field(String, Term),
}

/// What DELETE names before FROM.
#[derive(Debug, Clone, PartialEq)]
pub enum DeleteTarget {
    /// A column.
    Column(String),
    /// `c[key]`.
    Element(String, Term),
    /// `c.field`.
    Field(String, String),
}

/// IF of a modification.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// None.
    None,
    /// IF NOT EXISTS.
    NotExists,
    /// IF EXISTS.
    Exists,
    /// IF c = …
    Columns(Vec<ColumnCondition>),
}

/// A condition on a column.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnCondition {
    /// The column.
    pub column: String,
    /// What of it.
    pub part: ConditionPart,
    /// With what, and how.
    pub test: ConditionTest,
}

/// What of a column a condition looks at.
#[derive(Debug, Clone, PartialEq)]
pub enum ConditionPart {
    /// All of it.
    Whole,
    /// `c[key]`.
    Element(Term),
    /// `c.field`.
    Field(String),
}

/// How a condition tests.
#[derive(Debug, Clone, PartialEq)]
pub enum ConditionTest {
    /// One value.
    Compare(Comparison, Term),
    /// Several.
    In(InList),
}

/// BATCH.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Which kind.
    pub kind: crate::plan::BatchKind,
    /// USING TIMESTAMP.
    pub timestamp: Option<Term>,
    /// USING TTL, which is always refused.
    pub ttl: Option<Term>,
    /// Its statements in order.
    pub statements: Vec<Modify>,
}
