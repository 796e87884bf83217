//! Runs statements on both sides, the embedded engine and Cassandra, each from an empty keyspace.

use quorate_engine::Engine;

use super::connection::{Connection, Page};
use super::known;
use super::reply::Reply;
use super::schema::KEYSPACE;
use super::statements::Statement;
use super::{Failure, embedded};

/// The sign of a difference in rows or columns.
pub(crate) const ROWS: &str = "an answer / an answer";

/// Both sides.
pub(crate) struct Sides<'a> {
    engine: Engine,
    cassandra: &'a mut Connection,
}

/// What both sides answered to a statement.
#[derive(Debug, Clone)]
pub(crate) struct Answers {
    /// The embedded engine's.
    pub(crate) engine: Vec<String>,
    /// Cassandra's.
    pub(crate) cassandra: Vec<String>,
}

/// How the answers compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// They are the same.
    Same,
    /// They are not, and that is known under this name.
    Known(&'static str),
    /// They are not.
    Different,
}

impl<'a> Sides<'a> {
    /// Both sides with an empty keyspace.
    pub(crate) fn fresh(cassandra: &'a mut Connection) -> Result<Self, Failure> {
        do_on(cassandra, &format!("DROP KEYSPACE IF EXISTS {KEYSPACE}"))?;
        do_on(cassandra, &create_keyspace())?;
        Ok(Self { engine: empty_engine()?, cassandra })
    }

    /// Both sides with the schema that Cassandra has from before, and nothing in the table.
    pub(crate) fn emptied(cassandra: &'a mut Connection, schema: &[Statement], table: &str) -> Result<Self, Failure> {
        do_on(cassandra, &format!("TRUNCATE {table}"))?;
        let engine = empty_engine()?;
        for statement in schema {
            embedded::answers(&engine, &statement.cql, None);
        }
        Ok(Self { engine, cassandra })
    }

    /// Asks both.
    pub(crate) fn ask(&mut self, statement: &Statement) -> Result<Answers, Failure> {
        let engine = embedded::answers(&self.engine, &statement.cql, statement.page_size);
        let lines = self.cassandra.answers(&statement.cql, statement.page_size)?;
        let cassandra = lines.into_iter().map(|line| line.trim_end().to_owned()).collect();
        Ok(Answers { engine, cassandra })
    }
}

fn create_keyspace() -> String {
    format!("CREATE KEYSPACE {KEYSPACE} WITH replication = {{'class': 'SimpleStrategy', 'replication_factor': 1}}")
}

fn empty_engine() -> Result<Engine, Failure> {
    let (engine, _) = embedded::open()?;
    embedded::answers(&engine, &create_keyspace(), None);
    Ok(engine)
}

/// Does on Cassandra what is no part of the comparison.
fn do_on(cassandra: &mut Connection, statement: &str) -> Result<(), Failure> {
    match cassandra.query(statement, Page::default())? {
        Reply::Error { message, .. } => Err(Failure::Unexpected(format!("`{message}` for `{statement}`"))),
        _ => Ok(()),
    }
}

impl Answers {
    /// How the answers compare.
    pub(crate) fn verdict(&self, statement: &Statement) -> Verdict {
        let engine = without_remaining_times(&self.engine);
        let cassandra = without_remaining_times(&self.cassandra);
        if embedded::same(&engine, &cassandra) {
            return Verdict::Same;
        }
        known::name(statement, self).map_or(Verdict::Different, Verdict::Known)
    }

    /// Whether one side did the statement and the other refused it.
    pub(crate) fn one_refused(&self) -> bool {
        refused(&self.engine) != refused(&self.cassandra)
    }

    /// Whether both sides refused the statement, so that it changed nothing.
    pub(crate) fn both_refused(&self) -> bool {
        refused(&self.engine) && refused(&self.cassandra)
    }

    /// What the difference is, without the names and values of this case: two with the same sign are reported once.
    pub(crate) fn sign(&self) -> String {
        let side = |lines: &[String]| match lines.first() {
            Some(line) if line.starts_with("error ") => masked(line),
            _ => "an answer".to_owned(),
        };
        format!("{} / {}", side(&self.cassandra), side(&self.engine))
    }
}

fn refused(lines: &[String]) -> bool {
    lines.first().is_some_and(|line| line.starts_with("error "))
}

/// The text with what differs from case to case replaced: whatever is quoted or holds a digit.
fn masked(text: &str) -> String {
    let words = text.split_inclusive([' ', '(', ')', ',', '<', '>', '.', ':', '[', ']', '{', '}', ';']);
    let masked = words.skip(1).map(|word| {
        let changes = word.chars().any(|letter| letter.is_ascii_digit() || letter == '\'' || letter == '"');
        if changes { "#" } else { word }
    });
    masked.collect()
}

/// The answer with every remaining time to live replaced by the fact that there is one.
fn without_remaining_times(lines: &[String]) -> Vec<String> {
    let Some((heads, rows)) = lines.split_first() else { return Vec::new() };
    let times: Vec<bool> = heads.split(" | ").map(|head| head.starts_with("ttl(")).collect();
    let compared = |line: &String| {
        let cells = line.split(" | ").enumerate().map(|(place, cell)| {
            let is_live = times.get(place) == Some(&true) && cell != "null";
            if is_live && line != "more" { "some" } else { cell }
        });
        cells.collect::<Vec<_>>().join(" | ")
    };
    std::iter::once(heads.clone()).chain(rows.iter().map(compared)).collect()
}
