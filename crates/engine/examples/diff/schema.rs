//! Random schemas: types, tables and indexes of one keyspace, and the statements that make them.

use std::sync::Arc;

use quorate_cql::types::{CqlType, UserType};

use super::random::Random;
use super::statements::Statement;

/// The keyspace of every script.
pub(crate) const KEYSPACE: &str = "diff";

/// Every scalar type but the counter. The duration stands last: it may not be in a key.
pub(crate) const SCALARS: [CqlType; 20] = [
    CqlType::Int,
    CqlType::Text,
    CqlType::Bigint,
    CqlType::Ascii,
    CqlType::Blob,
    CqlType::Boolean,
    CqlType::Date,
    CqlType::Decimal,
    CqlType::Double,
    CqlType::Float,
    CqlType::Inet,
    CqlType::Smallint,
    CqlType::Time,
    CqlType::Timestamp,
    CqlType::Timeuuid,
    CqlType::Tinyint,
    CqlType::Uuid,
    CqlType::Varint,
    CqlType::Text,
    CqlType::Duration,
];

/// A column.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// Its name.
    pub(crate) name: String,
    /// Its type.
    pub(crate) ty: CqlType,
}

/// A table.
#[derive(Debug)]
pub(crate) struct Table {
    /// Its name with the keyspace.
    pub(crate) name: String,
    /// Columns of the partition key.
    pub(crate) partition: Vec<Column>,
    /// Clustering columns.
    pub(crate) clustering: Vec<Column>,
    /// Static columns.
    pub(crate) statics: Vec<Column>,
    /// The other columns.
    pub(crate) regulars: Vec<Column>,
    /// Whether the other columns are counters.
    pub(crate) counters: bool,
    /// Whether rows expire unless said otherwise.
    pub(crate) default_ttl: bool,
    /// Whether every write has a timestamp of its own, so that `writetime` can be compared; then there are no conditions.
    pub(crate) stamped: bool,
    /// The statements that make it and its indexes.
    pub(crate) statements: Vec<String>,
}

/// Everything in the keyspace.
#[derive(Debug)]
pub(crate) struct Schema {
    /// The statements that make the types.
    pub(crate) types: Vec<String>,
    /// The tables.
    pub(crate) tables: Vec<Table>,
}

impl Table {
    /// The columns of the primary key.
    pub(crate) fn key(&self) -> Vec<&Column> {
        self.partition.iter().chain(&self.clustering).collect()
    }

    /// The columns that are no key.
    pub(crate) fn others(&self) -> Vec<&Column> {
        self.statics.iter().chain(&self.regulars).collect()
    }

    /// Every column.
    pub(crate) fn all(&self) -> Vec<&Column> {
        self.key().into_iter().chain(self.others()).collect()
    }
}

impl Schema {
    /// A random schema.
    pub(crate) fn new(random: &mut Random) -> Self {
        let mut types = Vec::new();
        let mut statements = Vec::new();
        for number in 0..2 {
            let count = 1 + random.below(4);
            let mut fields = Vec::new();
            for field in 0..count {
                fields.push((format!("f{field}"), inner(random, &types, 1, true)));
            }
            let definition = UserType { keyspace: KEYSPACE.to_owned(), name: format!("u{number}"), fields };
            let fields = definition.fields.iter().map(|(name, ty)| format!("{name} {ty}")).collect::<Vec<_>>();
            statements.push(format!("CREATE TYPE {KEYSPACE}.{} ({})", definition.name, fields.join(", ")));
            types.push(Arc::new(definition));
        }
        let tables = (0..2).map(|number| table(random, &types, number)).collect();
        Self { types: statements, tables }
    }

    /// The statements that make it.
    pub(crate) fn definitions(&self) -> Vec<Statement> {
        let types = self.types.iter().map(|cql| Statement::definition(cql, ""));
        let tables = self
            .tables
            .iter()
            .flat_map(|table| table.statements.iter().map(|cql| Statement::definition(cql, &table.name)));
        types.chain(tables).collect()
    }
}

fn table(random: &mut Random, types: &[Arc<UserType>], number: usize) -> Table {
    let counters = random.percent(12);
    let columns = |prefix: &str, types: Vec<CqlType>| -> Vec<Column> {
        let named = types.into_iter().enumerate();
        named.map(|(place, ty)| Column { name: format!("{prefix}{place}"), ty }).collect()
    };
    let keys = |random: &mut Random, count: usize| -> Vec<CqlType> {
        let depth = usize::from(random.percent(25));
        (0..count).map(|_| inner(random, types, depth, false)).collect()
    };
    let others = |random: &mut Random, count: usize| -> Vec<CqlType> {
        (0..count).map(|_| if counters { CqlType::Counter } else { column_type(random, types) }).collect()
    };
    let widths = (1 + usize::from(random.percent(30)), random.below(4), random.below(3), 1 + random.below(5));
    let partition = columns("p", keys(random, widths.0));
    let clustering = columns("c", keys(random, widths.1));
    let statics = columns("s", if widths.1 == 0 { Vec::new() } else { others(random, widths.2) });
    let regulars = columns("r", others(random, widths.3));
    let name = format!("{KEYSPACE}.t{number}");
    let default_ttl = !counters && random.percent(12);
    let stamped = !counters && !default_ttl && random.percent(50);
    let mut table = Table {
        name,
        partition,
        clustering,
        statics,
        regulars,
        counters,
        default_ttl,
        stamped,
        statements: Vec::new(),
    };
    table.statements.push(create(random, &table));
    if !counters {
        let indexes: Vec<String> = (0..random.below(3)).map(|index| create_index(random, &table, index)).collect();
        table.statements.extend(indexes);
    }
    table
}

fn create(random: &mut Random, table: &Table) -> String {
    let names = |columns: &[Column]| columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    let define = |columns: &[Column], after: &str| -> Vec<String> {
        columns.iter().map(|column| format!("{} {}{after}", column.name, column.ty)).collect()
    };
    let mut parts = define(&table.partition, "");
    parts.extend(define(&table.clustering, ""));
    parts.extend(define(&table.statics, " static"));
    parts.extend(define(&table.regulars, ""));
    let mut key = vec![format!("({})", names(&table.partition).join(", "))];
    key.extend(names(&table.clustering));
    parts.push(format!("PRIMARY KEY ({})", key.join(", ")));
    let mut options = Vec::new();
    if !table.clustering.is_empty() && random.percent(60) {
        let order = table.clustering.iter().map(|column| format!("{} {}", column.name, random.word(&["ASC", "DESC"])));
        options.push(format!("CLUSTERING ORDER BY ({})", order.collect::<Vec<_>>().join(", ")));
    }
    if table.default_ttl {
        options.push("default_time_to_live = 9000000".to_owned());
    }
    let options = if options.is_empty() { String::new() } else { format!(" WITH {}", options.join(" AND ")) };
    format!("CREATE TABLE {} ({}){options}", table.name, parts.join(", "))
}

/// An index that may be refused: also that is compared.
fn create_index(random: &mut Random, table: &Table, number: usize) -> String {
    let all = table.all();
    let Some(Column { name: column, ty }) = random.pick(&all) else { return String::new() };
    let target = match ty {
        CqlType::Map { frozen: false, .. } => format!("{}({column})", random.word(&["keys", "values", "entries"])),
        ty if !ty.is_multi_cell() && ty.scalar_name().is_none() && random.percent(80) => format!("full({column})"),
        _ => column.clone(),
    };
    let name = table.name.replace('.', "_");
    format!("CREATE INDEX {name}_i{number} ON {} ({target})", table.name)
}

/// The type of a column that is no key.
fn column_type(random: &mut Random, types: &[Arc<UserType>]) -> CqlType {
    let element = |random: &mut Random, duration: bool| Arc::new(inner(random, types, 1, duration));
    match random.below(20) {
        0..=1 => CqlType::List { element: element(random, true), frozen: false },
        2..=3 => CqlType::Set { element: element(random, false), frozen: false },
        4..=5 => CqlType::Map { key: element(random, false), value: element(random, true), frozen: false },
        6..=7 => random
            .pick(types)
            .map_or(CqlType::Int, |definition| CqlType::Udt { definition: definition.clone(), frozen: false }),
        8 => CqlType::Vector { element: Arc::new(CqlType::Float), dimensions: 2 },
        9..=10 => inner(random, types, 2, true),
        11..=14 => CqlType::Int,
        _ => inner(random, types, 0, true),
    }
}

/// A type inside another one or of a key: what is composite is frozen.
fn inner(random: &mut Random, types: &[Arc<UserType>], depth: usize, duration: bool) -> CqlType {
    let scalars = if duration { &SCALARS[..] } else { &SCALARS[..SCALARS.len() - 1] };
    if depth == 0 || random.percent(55) {
        return match random.below(3) {
            0 => random.pick(&[CqlType::Int, CqlType::Text]).cloned(),
            _ => random.pick(scalars).cloned(),
        }
        .unwrap_or(CqlType::Int);
    }
    let element = |random: &mut Random, duration: bool| Arc::new(inner(random, types, depth - 1, duration));
    match random.below(5) {
        0 => CqlType::List { element: element(random, duration), frozen: true },
        1 => CqlType::Set { element: element(random, false), frozen: true },
        2 => CqlType::Map { key: element(random, false), value: element(random, duration), frozen: true },
        3 => CqlType::Tuple((0..=random.below(3)).map(|_| inner(random, types, depth - 1, duration)).collect()),
        _ => match random.pick(types) {
            // A user-defined type may hold durations, which no key may.
            Some(definition) if duration => CqlType::Udt { definition: definition.clone(), frozen: true },
            _ => CqlType::Int,
        },
    }
}
