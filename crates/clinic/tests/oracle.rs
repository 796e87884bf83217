//! The clinic against an oracle that shares no code with it.
//!
//! A relational model in memory answers the fourteen questions by sorting and adding whole tables.
//! Generated folders, with every kind of fault, are imported; thousands of commands follow, one by
//! one and from eight tasks at once; every answer for every id must be the model's, before and
//! after a rebuild.
//!
//! Runs on an embedded store in memory, and again on a real cluster when `QUORATE_TEST_CASSANDRA`
//! names one (`host:port`, several separated by commas). `QUORATE_ORACLE_SEEDS=N` runs N seeds of
//! each test in place of the short selection, with larger folders and more commands;
//! `QUORATE_ORACLE_FIRST=S` starts at another seed than 0.

#[cfg(test)]
mod oracle {
    mod answers;
    mod commands;
    mod csv_sheet;
    mod dice;
    mod effects;
    mod faults;
    mod imports;
    mod input;
    mod place;
    mod plan;
    mod relation;
    mod work;
}
