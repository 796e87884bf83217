//! Makes a script smaller while its last statement is still answered differently.
//!
//! Making a table takes Cassandra most of a second, so the tables of the round stay and are emptied.

use super::Failure;
use super::connection::Connection;
use super::runner::{Answers, Sides, Verdict};
use super::statements::Statement;

/// Runs of a script that are spent on making it smaller.
const MOST_RUNS: usize = 80;

/// A script whose last statement is answered differently.
#[derive(Debug)]
pub(crate) struct Difference {
    /// The statements that make the schema.
    pub(crate) schema: Vec<Statement>,
    /// The statements after them; the last one is the one.
    pub(crate) script: Vec<Statement>,
    /// The answers to the last one.
    pub(crate) answers: Answers,
}

/// A way to run scripts again and see whether they still end in the difference.
struct Search<'a> {
    cassandra: &'a mut Connection,
    schema: &'a [Statement],
    sign: &'a str,
    runs: usize,
}

/// Drops statements while the difference stays. `None` when it does not show again at all.
/// The script must be the last one that ran on Cassandra, whose tables are used again.
pub(crate) fn shrink(
    cassandra: &mut Connection,
    script: &[Statement],
    sign: &str,
) -> Result<Option<Difference>, Failure> {
    let Some(table) = script.last().map(|last| last.table.clone()) else { return Ok(None) };
    let concerned = script.iter().filter(|statement| statement.table.is_empty() || statement.table == table).cloned();
    let (schema, mut best): (Vec<_>, Vec<_>) = concerned.partition(|statement| statement.defines);
    let mut search = Search { cassandra, schema: &schema, sign, runs: 0 };
    let Some(mut answers) = search.replay(&best)? else { return Ok(None) };
    let mut size = best.len().saturating_sub(1);
    while size > 0 && search.runs < MOST_RUNS {
        let mut end = best.len().saturating_sub(1);
        let mut dropped = false;
        while end > 0 && search.runs < MOST_RUNS {
            let start = end.saturating_sub(size);
            let mut shorter = best.clone();
            shorter.drain(start..end);
            if let Some(found) = search.replay(&shorter)? {
                (best, answers, dropped) = (shorter, found, true);
            }
            end = start;
        }
        size = if size == 1 && dropped { 1 } else { size / 2 };
    }
    Ok(Some(Difference { schema, script: best, answers }))
}

impl Search<'_> {
    /// The answers to the last statement, if they still differ in the same way and those before do not.
    fn replay(&mut self, script: &[Statement]) -> Result<Option<Answers>, Failure> {
        self.runs += 1;
        let Some((last, before)) = script.split_last() else { return Ok(None) };
        let mut sides = Sides::emptied(self.cassandra, self.schema, &last.table)?;
        for statement in before {
            let answers = sides.ask(statement)?;
            let accepted = !answers.both_refused();
            if accepted && answers.verdict(statement) == Verdict::Different {
                return Ok(None);
            }
        }
        let answers = sides.ask(last)?;
        let differs = answers.verdict(last) == Verdict::Different && answers.sign() == self.sign;
        Ok(differs.then_some(answers))
    }
}
