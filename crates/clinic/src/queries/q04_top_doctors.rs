//! Q4: the doctors with most completed records, everywhere, in a region or in an organisation.
//!
//! Everywhere and per region a board of the first 1,000 ranks answers it: one partition, rewritten
//! whole by its writer. In an organisation the revenue partition holds the counts already.
//! The answer ends where the board ends; it is never filled up from another table.
