//! Which words CQL keeps for itself.
//!
//! Keywords are case-insensitive. A reserved word is no identifier unless it is quoted; an
//! unreserved keyword may name a column, a table or a field. This module must never decide what a
//! word means in a statement: that is the parser's.

/// Words that cannot be identifiers, sorted (Cassandra 5.0, `cql3/reserved_keywords.txt`;
/// `true` and `false` are literals).
const RESERVED: &[&str] = &[
    "add",
    "allow",
    "alter",
    "and",
    "apply",
    "asc",
    "authorize",
    "batch",
    "begin",
    "by",
    "columnfamily",
    "create",
    "delete",
    "desc",
    "describe",
    "drop",
    "entries",
    "execute",
    "false",
    "from",
    "full",
    "grant",
    "if",
    "in",
    "index",
    "infinity",
    "insert",
    "into",
    "is",
    "keyspace",
    "limit",
    "materialized",
    "modify",
    "nan",
    "norecursive",
    "not",
    "null",
    "of",
    "on",
    "or",
    "order",
    "primary",
    "rename",
    "revoke",
    "schema",
    "select",
    "set",
    "table",
    "to",
    "token",
    "true",
    "truncate",
    "unlogged",
    "update",
    "use",
    "using",
    "view",
    "where",
    "with",
];

/// Unreserved keywords that cannot name a function (`unreserved_keyword` less
/// `unreserved_function_keyword` in Cassandra's `Parser.g`).
const NOT_FUNCTIONS: &[&str] = &["ttl", "writetime", "maxwritetime", "key", "cast", "json", "distinct"];

/// Names that no user-defined type may have unquoted (`reservedTypeNames` in Cassandra's `Parser.g`).
const RESERVED_TYPES: &[&str] = &["byte", "complex", "enum", "date", "interval", "macaddr", "bitstring"];

/// Whether the word is no identifier unless it is quoted.
pub(crate) fn is_reserved(word: &str) -> bool {
    contains(RESERVED, word)
}

/// Whether the word may name a function when followed by `(`.
pub(crate) fn may_name_function(word: &str) -> bool {
    is_word(word, "token") || !(is_reserved(word) || contains(NOT_FUNCTIONS, word))
}

/// Whether a user-defined type may not be called so.
pub(crate) fn is_reserved_type(word: &str) -> bool {
    contains(RESERVED_TYPES, word)
}

/// Compares without regard to ASCII case.
pub(crate) fn is_word(word: &str, keyword: &str) -> bool {
    word.eq_ignore_ascii_case(keyword)
}

/// A name as CQL prints it: bare where it reads back as itself, else in double quotes
/// (`ColumnIdentifier.maybeQuote`).
pub fn quote_name(name: &str) -> String {
    let mut bytes = name.bytes();
    let plain = bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if plain && !is_reserved(name) { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

fn contains(words: &[&str], word: &str) -> bool {
    words.iter().any(|candidate| is_word(word, candidate))
}
