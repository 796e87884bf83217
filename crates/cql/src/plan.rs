//! What analysis makes of a statement: everything resolved against the schema, nothing left to
//! look up by name.
//!
//! The engine executes a `Plan`; it never sees the syntax tree. Values are terms that become
//! bytes (the native protocol's serialisation) once bind values are known.

use std::sync::Arc;

use crate::function::Function;
use crate::schema::{Index, Keyspace, Table};
use crate::types::{CqlType, UserType};

/// A prepared statement: its plan and what a client must know to bind and read.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// What to do.
    pub plan: Plan,
    /// Bind variables in order.
    pub variables: Vec<ColumnSpec>,
    /// For each partition key component the variable that binds it; empty when not all are bound.
    pub partition_key_variables: Vec<u16>,
    /// Columns of the answer; empty when the statement answers no rows. Conditional statements
    /// answer `[applied]` and then columns that depend on the outcome.
    pub columns: Arc<[ColumnSpec]>,
    /// Client warnings that Cassandra sends with the answer.
    pub warnings: Vec<String>,
}

/// A column of an answer or a bind variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnSpec {
    /// Keyspace, or empty.
    pub keyspace: String,
    /// Table, or empty.
    pub table: String,
    /// Name as Cassandra shows it.
    pub name: String,
    /// Type.
    pub ty: CqlType,
}

/// An analysed statement.
#[derive(Debug, Clone)]
pub enum Plan {
    /// SELECT.
    Select(Box<Select>),
    /// INSERT, UPDATE or DELETE.
    Modify(Box<Modify>),
    /// BATCH.
    Batch(Box<Batch>),
    /// TRUNCATE.
    Truncate(Arc<Table>),
    /// USE.
    Use(String),
    /// A change of the schema.
    Schema(Box<SchemaChange>),
    /// DESCRIBE.
    Describe(Description),
}

/// What DESCRIBE answers.
#[derive(Debug, Clone)]
pub enum Description {
    /// These texts, column by column.
    Rows(Vec<Vec<String>>),
    /// Name, partitioner and snitch of the cluster.
    Cluster {
        /// And which node owns which tokens.
        ownership: bool,
    },
}

/// A value to be: constant, bound, or computed from those. Evaluates to the serialised value of
/// `ty` (`None` is null; an unset marker is reported apart).
#[derive(Debug, Clone)]
pub enum Term {
    /// Known at analysis; `None` is null.
    Constant(Option<Vec<u8>>),
    /// Bind variable by position in `Prepared::variables`.
    Marker(u16),
    /// A function of other terms (`now()`, `toTimestamp(?)`, arithmetic, casts).
    Call {
        /// What to call.
        function: Function,
        /// Arguments in order.
        arguments: Vec<Term>,
    },
    /// A collection, tuple, vector or UDT with parts that are not constant. For a map the parts alternate key, value;
    /// for a set they are unsorted; for a UDT they are in field order, absent = `Constant(None)`.
    Composite {
        /// The type to build.
        ty: CqlType,
        /// Its parts.
        parts: Vec<Term>,
    },
}

/// SELECT, analysed.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a clause of SELECT that is there or not")]
pub struct Select {
    /// The table.
    pub table: Arc<Table>,
    /// What each row answers, in order.
    pub selection: Vec<Selector>,
    /// `SELECT DISTINCT` of partition keys and statics.
    pub distinct: bool,
    /// `SELECT JSON`: one column `[json]`.
    pub json: bool,
    /// Names for `SELECT JSON`, one per selector.
    pub names: Vec<String>,
    /// Which partitions.
    pub partitions: Partitions,
    /// Which rows of them.
    pub rows: Rows,
    /// Whether regular rows' clustering is restricted (then a static-only partition answers no row).
    pub clustering_restricted: bool,
    /// Conditions that are checked row by row after reading (ALLOW FILTERING, or the rest of an index query).
    pub filters: Vec<Filter>,
    /// Read through this index: equality or CONTAINS on its target.
    pub index: Option<IndexRead>,
    /// Read clustering in reverse.
    pub reversed: bool,
    /// For IN on the partition key with ORDER BY: merge partitions by clustering order rather than one after the other.
    pub merge_partitions: bool,
    /// GROUP BY: number of leading primary key columns that make a group (positions 0..n of `table.columns`),
    /// or `None`. Partition key columns always count.
    pub group_by: Option<usize>,
    /// Whether the selection aggregates.
    pub aggregate: bool,
    /// LIMIT.
    pub limit: Option<Term>,
    /// PER PARTITION LIMIT.
    pub per_partition_limit: Option<Term>,
}

/// An expression of a selection.
#[derive(Debug, Clone)]
pub enum Selector {
    /// A column by position in `table.columns`.
    Column(usize),
    /// `writetime(c)` / `maxwritetime(c)`: microseconds, null where there is no value.
    WriteTime {
        /// Column position.
        column: usize,
        /// `maxwritetime`.
        max: bool,
    },
    /// `ttl(c)`: remaining seconds.
    Ttl(usize),
    /// A field of a UDT.
    Field {
        /// The UDT.
        of: Box<Selector>,
        /// Position of the field.
        field: usize,
    },
    /// `c[key]` of a map, set or list.
    Element {
        /// The collection.
        of: Box<Selector>,
        /// Its type.
        ty: CqlType,
        /// Key or index.
        key: Term,
    },
    /// `c[from..to]` of a map or set, either end may be open.
    Slice {
        /// The collection.
        of: Box<Selector>,
        /// Its type.
        ty: CqlType,
        /// Inclusive lower end.
        from: Option<Term>,
        /// Inclusive upper end.
        to: Option<Term>,
    },
    /// A term without columns.
    Term(Term),
    /// A scalar function.
    Call {
        /// What to call.
        function: Function,
        /// Arguments.
        arguments: Vec<Selector>,
    },
    /// `COUNT(*)`, `COUNT(x)`, `SUM`, `AVG`, `MIN`, `MAX`.
    Aggregate {
        /// Which.
        aggregate: Aggregate,
        /// The argument; `None` for `COUNT(*)`.
        argument: Option<Box<Selector>>,
        /// The argument's type.
        ty: CqlType,
    },
    /// A tuple, list, set, map or UDT built of selectors; parts as in `Term::Composite`.
    Composite {
        /// The type to build.
        ty: CqlType,
        /// Its parts.
        parts: Vec<Selector>,
    },
}

/// Cassandra's native aggregates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregate {
    /// Rows, or non-null values.
    Count,
    /// In the argument's own type; 0 of no values.
    Sum,
    /// In the argument's own type (integers truncate); 0 of no values.
    Avg,
    /// Least; null of no values.
    Min,
    /// Greatest; null of no values.
    Max,
}

/// Which partitions a statement touches.
#[derive(Debug, Clone)]
pub enum Partitions {
    /// By key: for each component the values it may take (one for `=`, several for IN); the
    /// product of them, in token order where there are several.
    Keys(Vec<InValues>),
    /// A range of tokens, unbounded ends as `None`. Whole table: both `None`.
    Tokens {
        /// Lower end.
        from: Option<TokenBound>,
        /// Upper end.
        to: Option<TokenBound>,
    },
}

/// An end of a token range.
#[derive(Debug, Clone)]
pub struct TokenBound {
    /// bigint term, or for `token(k) > token(?)` a `Call` of the token function.
    pub value: Term,
    /// Whether the end itself belongs to the range.
    pub inclusive: bool,
}

/// The values a restricted component may take.
#[derive(Debug, Clone)]
pub enum InValues {
    /// Listed terms (`=` is a list of one).
    Terms(Vec<Term>),
    /// `IN ?`: a bound list of the component's type.
    Marker(Term),
}

/// Which rows of a partition.
#[derive(Debug, Clone)]
pub enum Rows {
    /// All of them.
    All,
    /// Clustering prefix fixed by `=`/IN for the first components, then at most one slice.
    Prefix {
        /// For each leading clustering column the values it may take.
        equal: Vec<InValues>,
        /// Lower end on the columns after `equal`, in *value* order (not clustering order).
        from: Option<ClusteringBound>,
        /// Upper end.
        to: Option<ClusteringBound>,
    },
    /// `(a, b) IN ((…), (…))` or `IN ?`: full or partial clustering tuples, starting at the first clustering column.
    Tuples {
        /// Number of columns in each tuple.
        columns: usize,
        /// The tuples: each a `Composite` or marker of tuple type.
        tuples: InValues,
    },
}

/// An end of a clustering slice over one or several columns (`(a, b) > (?, ?)`), in value order:
/// lexicographic over the listed columns.
#[derive(Debug, Clone)]
pub struct ClusteringBound {
    /// Values for consecutive clustering columns.
    pub values: Vec<Term>,
    /// Whether the end itself belongs to the slice.
    pub inclusive: bool,
}

/// A condition checked on rows that were read.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Column position.
    pub column: usize,
    /// What of the column is compared.
    pub on: FilterOn,
    /// How.
    pub operator: Operator,
    /// With what; for IN the listed values, else one.
    pub values: InValues,
}

/// What of a column a condition looks at.
#[derive(Debug, Clone)]
pub enum FilterOn {
    /// The whole value.
    Value,
    /// `c[key]`.
    Element(Term),
    /// `c.field` by position.
    Field(usize),
}

/// Comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
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
    /// `IN`
    In,
    /// `CONTAINS`
    Contains,
    /// `CONTAINS KEY`
    ContainsKey,
}

/// Reading through a secondary index.
#[derive(Debug, Clone)]
pub struct IndexRead {
    /// The index.
    pub index: Index,
    /// The value looked up, serialised as the index's entries are (a map entry: key then value as a two-part tuple).
    pub value: Term,
}

/// INSERT, UPDATE or DELETE, analysed.
#[derive(Debug, Clone)]
pub struct Modify {
    /// The table.
    pub table: Arc<Table>,
    /// Which statement it was.
    pub kind: ModifyKind,
    /// The partition key's values, component by component; a product where IN was used (UPDATE, DELETE).
    pub partition: Vec<InValues>,
    /// Which rows: full clustering for INSERT/UPDATE; prefix or slice for DELETE of rows. `All` for a partition or statics only.
    pub rows: Rows,
    /// What happens to columns; empty for DELETE of rows, ranges or partitions.
    pub operations: Vec<Operation>,
    /// `USING TIMESTAMP`, microseconds.
    pub timestamp: Option<Term>,
    /// `USING TTL`, seconds.
    pub ttl: Option<Term>,
    /// LWT.
    pub condition: Condition,
    /// `INSERT … JSON`: operations are computed from this term at execution, `default_unset` = DEFAULT UNSET.
    pub json: Option<JsonInsert>,
}

/// `INSERT … JSON`: the text from which all columns come, keys included.
#[derive(Debug, Clone)]
pub struct JsonInsert {
    /// The JSON text.
    pub text: Term,
    /// Columns that the text does not name stay as they are, rather than null.
    pub default_unset: bool,
}

/// Which statement modifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModifyKind {
    /// Writes the row marker.
    Insert,
    /// Does not.
    Update,
    /// Deletes.
    Delete,
}

/// A change of one column.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Column position in `table.columns`.
    pub column: usize,
    /// What to do with it.
    pub change: Change,
}

/// What an operation does.
#[derive(Debug, Clone)]
pub enum Change {
    /// `c = value`; null deletes. A non-frozen collection or UDT is overwritten: deletion, then cells.
    Set(Term),
    /// `c = c + value` for list (append), set, map (put all).
    Append(Term),
    /// `c = value + c` for a list.
    Prepend(Term),
    /// `c = c - value`: elements of a list or set, keys of a map (term is then a set of keys).
    Discard(Term),
    /// `c[key] = value`; list by index reads first.
    SetElement {
        /// Key or index.
        key: Term,
        /// The value; null deletes.
        value: Term,
    },
    /// `DELETE c[key]`.
    DeleteElement(Term),
    /// `c.field = value` by position.
    SetField {
        /// Position of the field.
        field: usize,
        /// The value; null deletes.
        value: Term,
    },
    /// Counter: add (negated for `-`).
    Increment {
        /// bigint.
        by: Term,
        /// `c = c - ?`.
        negative: bool,
    },
}

/// When a modification applies.
#[derive(Debug, Clone)]
pub enum Condition {
    /// Always.
    None,
    /// IF NOT EXISTS.
    NotExists,
    /// IF EXISTS.
    Exists,
    /// IF c = … AND …; filters as in SELECT, where null compares as Cassandra's LWT does.
    Columns(Vec<Filter>),
}

/// BATCH, analysed.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Which kind.
    pub kind: BatchKind,
    /// Its statements in order.
    pub statements: Vec<Modify>,
    /// `BEGIN BATCH USING TIMESTAMP`.
    pub timestamp: Option<Term>,
}

/// Kinds of batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchKind {
    /// Atomic over partitions.
    Logged,
    /// Grouped only.
    Unlogged,
    /// Counters.
    Counter,
}

/// A validated change of the schema: what is to be, not how it was written.
#[derive(Debug, Clone)]
pub enum SchemaChange {
    /// Nothing to do (`IF NOT EXISTS` on what exists, `IF EXISTS` on what does not).
    Nothing,
    /// CREATE or ALTER KEYSPACE: the keyspace as it shall be (tables and types as they are).
    PutKeyspace {
        /// As it shall be.
        keyspace: Arc<Keyspace>,
        /// Created rather than altered.
        created: bool,
    },
    /// DROP KEYSPACE.
    DropKeyspace(String),
    /// CREATE TABLE, ALTER TABLE, CREATE/DROP INDEX: the table as it shall be. The id is nil for a
    /// new table or index: the engine gives one.
    PutTable {
        /// As it shall be.
        table: Arc<Table>,
        /// Created rather than altered.
        created: bool,
    },
    /// DROP TABLE.
    DropTable {
        /// Keyspace.
        keyspace: String,
        /// Table.
        table: String,
    },
    /// CREATE or ALTER TYPE: the type as it shall be; tables that use it are rewritten by the engine.
    PutType {
        /// As it shall be.
        definition: Arc<UserType>,
        /// Created rather than altered.
        created: bool,
    },
    /// DROP TYPE.
    DropType {
        /// Keyspace.
        keyspace: String,
        /// Type.
        name: String,
    },
}
