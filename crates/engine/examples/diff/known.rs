//! Differences that are known and why, so that they are passed over. Each is described in `docs/differences.md`
//! or among those of `tests/scripts.rs`.

use super::runner::Answers;
use super::statements::Statement;

/// A known difference: its name, and how it is recognised.
struct Known {
    name: &'static str,
    is: fn(&Statement, &Answers) -> bool,
}

const KNOWN: &[Known] = &[
    Known { name: "refused by name", is: |_, answers| starts(&answers.engine, "error 2200") && ends(&answers.engine) },
    // Cassandra's aggregates of a counter are counters; here they are bigints.
    Known {
        name: "aggregates of counters",
        is: |_, answers| {
            let heads = |lines: &[String]| lines.first().map(|line| line.replace(" counter", " bigint"));
            heads(&answers.engine) == heads(&answers.cassandra) && answers.engine.get(1..) == answers.cassandra.get(1..)
        },
    },
    // Here signatures are sorted; in Cassandra they are in the order of a hash table.
    Known {
        name: "order of signatures",
        is: |_, answers| {
            let lists = |lines: &[String]| lines.iter().any(|line| line.contains("known signatures"));
            lists(&answers.engine) && lists(&answers.cassandra)
        },
    },
    // Nulls inside tuples and lists of IN are worded as nulls elsewhere.
    Known {
        name: "nulls inside tuples",
        is: |statement, answers| statement.cql.contains("null") && mentions_null(&answers.cassandra),
    },
];

/// The name of the difference, if it is known.
pub(crate) fn name(statement: &Statement, answers: &Answers) -> Option<&'static str> {
    KNOWN.iter().find(|known| (known.is)(statement, answers)).map(|known| known.name)
}

fn starts(lines: &[String], text: &str) -> bool {
    lines.first().is_some_and(|line| line.starts_with(text))
}

fn ends(lines: &[String]) -> bool {
    lines
        .first()
        .is_some_and(|line| line.contains(" supported by the embedded engine") || line.ends_with("is not supported"))
}

fn mentions_null(lines: &[String]) -> bool {
    lines.first().is_some_and(|line| line.starts_with("error") && line.contains("null value in tuple"))
}
