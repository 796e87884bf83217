//! Makes a script smaller while its last statement is still answered differently.

use super::Failure;
use super::connection::Connection;
use super::runner::{Answers, Sides, Verdict};
use super::statements::Statement;

/// Runs of a script that are spent on making it smaller.
const MOST_RUNS: usize = 60;

/// A script whose last statement is answered differently.
#[derive(Debug)]
pub(crate) struct Difference {
    /// The statements; the last one is the one.
    pub(crate) script: Vec<Statement>,
    /// The answers to the last one.
    pub(crate) answers: Answers,
}

/// Drops statements while the difference stays. `None` when it does not show again at all.
pub(crate) fn shrink(
    cassandra: &mut Connection,
    script: Vec<Statement>,
    sign: &str,
) -> Result<Option<Difference>, Failure> {
    let Some(answers) = replay(cassandra, &script, sign)? else { return Ok(None) };
    let mut best = Difference { script, answers };
    let mut runs = 0;
    let mut size = best.script.len().saturating_sub(1);
    while size > 0 && runs < MOST_RUNS {
        let mut end = best.script.len().saturating_sub(1);
        let mut dropped = false;
        while end > 0 && runs < MOST_RUNS {
            let start = end.saturating_sub(size);
            let mut shorter = best.script.clone();
            shorter.drain(start..end);
            runs += 1;
            if let Some(answers) = replay(cassandra, &shorter, sign)? {
                best = Difference { script: shorter, answers };
                dropped = true;
            }
            end = start;
        }
        size = if size == 1 && dropped { 1 } else { size / 2 };
    }
    Ok(Some(best))
}

/// The answers to the last statement, if they still differ in the same way and those before do not.
fn replay(cassandra: &mut Connection, script: &[Statement], sign: &str) -> Result<Option<Answers>, Failure> {
    let Some((last, before)) = script.split_last() else { return Ok(None) };
    let mut sides = Sides::fresh(cassandra)?;
    for statement in before {
        let answers = sides.ask(statement)?;
        if statement.writes && answers.verdict(statement) == Verdict::Different {
            return Ok(None);
        }
    }
    let answers = sides.ask(last)?;
    let differs = answers.verdict(last) == Verdict::Different && answers.sign() == sign;
    Ok(differs.then_some(answers))
}
