//! What a view table is: its name, its columns and the statements that write it.
//!
//! A view is derived from the event log and from nothing else. The projection writes whole rows
//! by key with an explicit timestamp, so every write can be repeated; nothing here reads.

use std::fmt::Write as _;

/// A denormalised table, as data. The columns' order is the order of cells in `cells::Cells`:
/// partition key, clustering, values.
#[derive(Debug)]
pub struct View {
    /// Table name, without keyspace.
    pub name: &'static str,
    /// Partition key columns.
    pub partition: &'static [&'static str],
    /// Clustering columns.
    pub clustering: &'static [&'static str],
    /// All other columns.
    pub values: &'static [&'static str],
    /// Whether rows may carry a TTL.
    pub expires: bool,
    /// `CREATE TABLE` with `{ks}` where the keyspace goes.
    pub cql: &'static str,
}

impl PartialEq for View {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl View {
    /// Number of key columns.
    pub const fn key_len(&self) -> usize {
        self.partition.len() + self.clustering.len()
    }

    /// Number of columns.
    pub const fn len(&self) -> usize {
        self.key_len() + self.values.len()
    }

    /// Whether the view has no columns; no real view is empty.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All columns in cell order.
    pub fn columns(&self) -> impl Iterator<Item = &'static str> {
        self.partition.iter().chain(self.clustering).chain(self.values).copied()
    }

    /// Writes a whole row: every column in order, then the timestamp, then the TTL where rows expire.
    pub fn insert_cql(&self, keyspace: &str) -> String {
        let mut cql = format!("INSERT INTO {keyspace}.{} (", self.name);
        join(&mut cql, self.columns(), ", ", "");
        cql.push_str(") VALUES (");
        join(&mut cql, self.columns().map(|_| "?"), ", ", "");
        cql.push_str(") USING TIMESTAMP ?");
        if self.expires {
            cql.push_str(" AND TTL ?");
        }
        cql
    }

    /// Deletes a row: the timestamp, then the key.
    pub fn delete_cql(&self, keyspace: &str) -> String {
        let mut cql = format!("DELETE FROM {keyspace}.{} USING TIMESTAMP ? WHERE ", self.name);
        join(&mut cql, self.partition.iter().chain(self.clustering).copied(), " AND ", " = ?");
        cql
    }

    /// Deletes the rows of one partition whose first clustering column is below a value: the
    /// timestamp, the partition key, the value.
    pub fn delete_below_cql(&self, keyspace: &str) -> String {
        let mut cql = format!("DELETE FROM {keyspace}.{} USING TIMESTAMP ? WHERE ", self.name);
        join(&mut cql, self.partition.iter().copied(), " AND ", " = ?");
        let _ = write!(cql, " AND {} < ?", self.clustering.first().copied().unwrap_or_default());
        cql
    }

    /// Reads one row by its whole key: all columns in order.
    pub fn select_cql(&self, keyspace: &str) -> String {
        let mut cql = "SELECT ".to_owned();
        join(&mut cql, self.columns(), ", ", "");
        let _ = write!(cql, " FROM {keyspace}.{} WHERE ", self.name);
        join(&mut cql, self.partition.iter().chain(self.clustering).copied(), " AND ", " = ?");
        cql
    }

    /// Pages through a token range of the whole table: all columns in order, `token > ? AND token <= ?`.
    pub fn scan_cql(&self, keyspace: &str) -> String {
        let mut cql = "SELECT ".to_owned();
        join(&mut cql, self.columns(), ", ", "");
        let mut key = String::new();
        join(&mut key, self.partition.iter().copied(), ", ", "");
        let _ = write!(cql, " FROM {keyspace}.{} WHERE token({key}) > ? AND token({key}) <= ?", self.name);
        cql
    }

    /// `CREATE TABLE IF NOT EXISTS` in a keyspace.
    pub fn create_cql(&self, keyspace: &str) -> String {
        self.cql.replace("{ks}", keyspace)
    }
}

fn join(out: &mut String, items: impl Iterator<Item = &'static str>, between: &str, after: &str) {
    for (position, item) in items.enumerate() {
        if position > 0 {
            out.push_str(between);
        }
        out.push_str(item);
        out.push_str(after);
    }
}
