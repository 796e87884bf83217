//! The three data models of the source document: other tables for the same fourteen questions.
//!
//! The product runs on the first, the query-optimised one with user-defined types. The other two
//! can be shown, created and compared; no command writes to them and no query reads them.

use std::fmt;
use std::str::FromStr;

use crate::error::Error;
use crate::schema::{self, Replication};

const QUERY: &str = include_str!("../../models/query.cql");
const CONSOLIDATED: &str = include_str!("../../models/consolidated.cql");

/// A data model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Model {
    /// One table per access pattern, names and credentials in user-defined types.
    #[default]
    Udt,
    /// One table per access pattern, plain columns only.
    Query,
    /// Eleven tables with generic columns.
    Consolidated,
}

impl Model {
    /// All models.
    pub const ALL: [Self; 3] = [Self::Udt, Self::Query, Self::Consolidated];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Udt => "udt",
            Self::Query => "query",
            Self::Consolidated => "consolidated",
        }
    }

    /// Every statement that makes its keyspace, in order, without comments.
    pub fn statements(self, keyspace: &str, replication: &Replication) -> Vec<String> {
        let text = match self {
            Self::Udt => return schema::statements(keyspace, replication),
            Self::Query => QUERY,
            Self::Consolidated => CONSOLIDATED,
        };
        let mut statements = schema::statements(keyspace, replication);
        // Of the product's own model only the keyspace, which comes first.
        statements.truncate(1);
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("--")).collect();
        let tables = lines.join("\n").replace("{ks}", keyspace);
        statements.extend(tables.split(';').map(str::trim).filter(|cql| !cql.is_empty()).map(str::to_owned));
        statements
    }

    /// The reads that its text names for its tables; the product's own stand with their queries.
    pub fn reads(self, keyspace: &str) -> Vec<String> {
        let text = match self {
            Self::Udt => return Vec::new(),
            Self::Query => QUERY,
            Self::Consolidated => CONSOLIDATED,
        };
        text.lines()
            .filter_map(|line| line.strip_prefix("-- "))
            .filter(|comment| comment.starts_with("SELECT "))
            .map(|cql| cql.replace("{ks}", keyspace))
            .collect()
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Model {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|model| model.name() == text)
            .ok_or_else(|| Error::invalid(format!("there is no model '{text}': udt, query or consolidated")))
    }
}
