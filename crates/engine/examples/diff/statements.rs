//! A random statement on one of the tables, mostly right, sometimes wrong in one place.

use super::random::Random;
use super::reads;
use super::schema::{Column, Schema, Table};
use super::values;
use super::writes;

/// A statement of a script.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    /// The text.
    pub(crate) cql: String,
    /// Rows per page; without it everything is one page.
    pub(crate) page_size: Option<i32>,
    /// Whether the data may be others afterwards.
    pub(crate) writes: bool,
    /// Whether it makes a part of the schema.
    pub(crate) defines: bool,
    /// The table that it is on; empty for a type.
    pub(crate) table: String,
}

/// What the parts of one statement share while it is made.
pub(crate) struct Maker<'a> {
    /// Where choices come from.
    pub(crate) random: &'a mut Random,
    /// The table that the statement is on.
    pub(crate) table: &'a Table,
    /// Values of the partition key that are given, so that the statements of a batch meet.
    pub(crate) partition: Option<Vec<String>>,
    /// Counts the times to live: no two are the same, because at a tie of timestamps the later expiry wins,
    /// and the clocks of the two sides are not the same.
    pub(crate) lifetimes: &'a mut usize,
}

impl Statement {
    /// A statement that makes a part of the schema: a type, or a table and its indexes.
    pub(crate) fn definition(cql: &str, table: &str) -> Self {
        Self { cql: cql.to_owned(), page_size: None, writes: true, defines: true, table: table.to_owned() }
    }
}

/// A random statement.
pub(crate) fn statement(random: &mut Random, schema: &Schema, lifetimes: &mut usize) -> Option<Statement> {
    let place = random.below(schema.tables.len());
    let table = schema.tables.get(place)?;
    let reads = random.percent(50);
    let paged = reads && random.percent(35);
    let page_size = if paged { i32::try_from(1 + random.below(5)).ok() } else { None };
    let mut maker = Maker { random, table, partition: None, lifetimes };
    let cql = if reads { reads::select(&mut maker) } else { writes::write(&mut maker) };
    let cql = if random.percent(1) { without_a_word(random, &cql) } else { cql };
    Some(Statement { cql, page_size, writes: !reads, defines: false, table: table.name.clone() })
}

/// The text with one word left out: mostly an error of syntax.
fn without_a_word(random: &mut Random, cql: &str) -> String {
    let words: Vec<&str> = cql.split(' ').collect();
    let left_out = random.below(words.len());
    let kept = words.iter().enumerate().filter(|(place, _)| *place != left_out).map(|(_, word)| *word);
    kept.collect::<Vec<_>>().join(" ")
}

impl Maker<'_> {
    /// A literal for a column, of the key or not.
    pub(crate) fn literal(&mut self, column: &Column) -> String {
        if self.table.key().iter().any(|key| key.name == column.name) {
            values::key_literal(self.random, &column.ty)
        } else {
            values::literal(self.random, &column.ty)
        }
    }

    /// `(a, b, c)` or `(a)` for an IN.
    pub(crate) fn literals(&mut self, column: &Column) -> String {
        let count = 1 + self.random.below(3);
        let literals: Vec<String> = (0..count).map(|_| self.literal(column)).collect();
        format!("({})", literals.join(", "))
    }

    /// The name of a column, seldom of one that is not there.
    pub(crate) fn name(&mut self, column: &Column) -> String {
        if self.random.wrong() {
            return self.random.word(&["unknown", "p0", "c0", "s0", "r0", "c1"]).to_owned();
        }
        column.name.clone()
    }

    /// `p0 = 1`, `p1 = 'a'`: all of the partition key.
    pub(crate) fn partition(&mut self) -> Vec<String> {
        let table = self.table;
        let mut relations = Vec::new();
        for (place, column) in table.partition.iter().enumerate() {
            let given = self.partition.as_ref().and_then(|given| given.get(place).cloned());
            let last = place + 1 == table.partition.len();
            relations.push(match given {
                Some(literal) => format!("{} = {literal}", column.name),
                None if last && self.random.percent(10) => format!("{} IN {}", column.name, self.literals(column)),
                None => format!("{} = {}", column.name, self.literal(column)),
            });
        }
        if self.random.wrong() {
            relations.pop();
        }
        relations
    }

    /// `c0 = 1`, `c1 = 'a'`: all clustering columns.
    pub(crate) fn row(&mut self) -> Vec<String> {
        let table = self.table;
        let mut relations = Vec::new();
        for (place, column) in table.clustering.iter().enumerate() {
            let last = place + 1 == table.clustering.len();
            relations.push(if last && self.random.percent(10) {
                format!("{} IN {}", column.name, self.literals(column))
            } else {
                format!("{} = {}", column.name, self.literal(column))
            });
        }
        if self.random.wrong() {
            relations.pop();
        }
        relations
    }

    /// Restrictions of the first clustering columns, with a slice at the end.
    pub(crate) fn range(&mut self) -> Vec<String> {
        let table = self.table;
        let columns = &table.clustering[..];
        let fixed = self.random.below(columns.len() + 1);
        let (equal, rest) = columns.split_at_checked(fixed).unwrap_or((columns, &[]));
        let mut relations = Vec::new();
        for column in equal {
            relations.push(if self.random.percent(12) {
                format!("{} IN {}", column.name, self.literals(column))
            } else {
                format!("{} = {}", column.name, self.literal(column))
            });
        }
        if rest.is_empty() {
            return relations;
        }
        let width = if self.random.percent(35) { 1 + self.random.below(rest.len()) } else { 1 };
        let multiple = width > 1 || self.random.percent(10);
        let sliced = rest.get(..width).unwrap_or(rest);
        let both = self.random.percent(45);
        let first = self.random.word(&[">", ">="]);
        let second = self.random.word(&["<", "<="]);
        let operators = match (both, self.random.percent(50)) {
            (true, _) => vec![first, second],
            (false, true) => vec![first],
            (false, false) => vec![second],
        };
        for operator in operators {
            relations.push(if multiple {
                let names = sliced.iter().map(|column| column.name.clone()).collect::<Vec<_>>().join(", ");
                let literals = sliced.iter().map(|column| self.literal(column)).collect::<Vec<_>>().join(", ");
                format!("({names}) {operator} ({literals})")
            } else {
                rest.first()
                    .map_or(String::new(), |column| format!("{} {operator} {}", column.name, self.literal(column)))
            });
        }
        relations
    }
}
