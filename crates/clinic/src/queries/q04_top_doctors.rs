//! Q4: the doctors with most completed records, everywhere, in a region or in an organisation.
//!
//! Everywhere and per region a board of the first 1,000 ranks answers it: one partition, rewritten
//! whole by its writer. In an organisation the revenue partition holds the counts already.
//! The answer ends where the board ends; it is never filled up from another table.

/// The board of doctors: `scope` is `all` or `region:<uuid>`. It is no view: its writer replaces
/// it as a whole, on the condition of its version.
///
/// Rows per partition: 1,000 at most.
pub const TOP_DOCTORS_CQL: &str = "CREATE TABLE IF NOT EXISTS {ks}.top_doctors (
    scope text,
    rank int,
    doc_id uuid,
    org_id uuid,
    name frozen<person_name>,
    record_count bigint,
    version bigint STATIC,
    as_of timestamp STATIC,
    applied frozen<map<int, bigint>> STATIC,
    PRIMARY KEY ((scope), rank)
) WITH CLUSTERING ORDER BY (rank ASC)
    AND compaction = {'class': 'LeveledCompactionStrategy'}
    AND comment = 'Q4 doctors with most completed records, ranked'";
