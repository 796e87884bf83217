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
    Known { name: "refused by name", is: |_, answers| answers.engine.iter().any(|line| refuses_by_name(line)) },
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
            let lists = |lines: &[String]| lines.iter().any(|line| line.contains("known type signatures"));
            lists(&answers.engine) && sorted_words(&answers.engine) == sorted_words(&answers.cassandra)
        },
    },
    // A literal of a user-defined type is repeated in messages with its fields in the order of a hash table.
    Known {
        name: "order of fields in messages",
        is: |_, answers| {
            starts(&answers.cassandra, "error 2200")
                && answers.cassandra.iter().any(|line| line.contains("{f"))
                && sorted_words(&answers.engine) == sorted_words(&answers.cassandra)
        },
    },
    // Grouping a range of partitions that have one row each, Cassandra refuses its own paging state.
    Known {
        name: "paging a GROUP BY without clustering columns",
        is: |statement, answers| {
            statement.cql.contains("GROUP BY")
                && answers.cassandra.iter().any(|line| line == "error 000a Invalid value for the paging state")
        },
    },
    // Nulls inside tuples and lists of IN are worded as nulls elsewhere.
    Known {
        name: "nulls inside tuples",
        is: |statement, answers| {
            statement.cql.contains("null") && answers.cassandra.iter().any(|line| line.contains("null value in tuple"))
        },
    },
];

/// The name of the difference, if it is known.
pub(crate) fn name(statement: &Statement, answers: &Answers) -> Option<&'static str> {
    KNOWN.iter().find(|known| (known.is)(statement, answers)).map(|known| known.name)
}

fn starts(lines: &[String], text: &str) -> bool {
    lines.first().is_some_and(|line| line.starts_with(text))
}

fn refuses_by_name(line: &str) -> bool {
    line.starts_with("error 2200")
        && (line.ends_with("is not supported") || line.ends_with("is not supported by the embedded engine"))
}

fn sorted_words(lines: &[String]) -> Vec<&str> {
    let between = |letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '.';
    let mut words: Vec<&str> = lines.iter().flat_map(|line| line.split(between)).collect();
    words.sort_unstable();
    words
}
