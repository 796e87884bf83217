//! CQL text to syntax trees, by recursive descent over Cassandra's grammar (`Parser.g`).
//!
//! Time is linear in the text and depth is bounded, so that any text, however hostile, ends in a
//! tree or a [`SyntaxError`]. Statements that Cassandra knows and this crate does not are
//! recognised by their head and become [`Statement::OutOfScope`].

mod access;
mod cursor;
mod definition;
mod modify;
mod select;
mod term;
mod type_name;

use std::ops::Range;

use crate::ast::{Describe, Described, OutOfScope, Statement};
use crate::error::SyntaxError;
use crate::lex::{self, Token, TokenKind};
use cursor::{Cursor, Parsed};

/// Reads one statement; semicolons after it are ignored.
///
/// # Errors
///
/// [`SyntaxError`] where the text departs from CQL.
pub fn parse(cql: &str) -> Result<Statement, SyntaxError> {
    let tokens = lex::tokens(cql)?;
    let mut cursor = Cursor::new(cql, &tokens);
    let statement = cursor.statement()?;
    while cursor.symbol(";") {}
    if cursor.peek().kind == TokenKind::End { Ok(statement) } else { Err(cursor.mismatch("EOF")) }
}

/// Reads the statements of a script, one after the other, each with the bytes it covers.
///
/// After a statement that is no CQL, reading goes on behind the next semicolon. A text that cannot
/// be split into tokens gives one error that covers all of it.
pub fn parse_script(cql: &str) -> Script<'_> {
    match lex::tokens(cql) {
        Ok(tokens) => Script { cql, tokens, at: 0, failure: None },
        Err(failure) => Script { cql, tokens: Vec::new(), at: 0, failure: Some(failure) },
    }
}

/// The statements of a script; see [`parse_script`].
#[derive(Debug)]
pub struct Script<'a> {
    cql: &'a str,
    tokens: Vec<Token>,
    at: usize,
    failure: Option<SyntaxError>,
}

impl Iterator for Script<'_> {
    type Item = (Range<usize>, Result<Statement, SyntaxError>);

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(failure) = self.failure.take() {
            return Some((0..self.cql.len(), Err(failure)));
        }
        while self.tokens.get(self.at).is_some_and(|token| self.is_semicolon(token)) {
            self.at += 1;
        }
        let first = *self.tokens.get(self.at).filter(|token| token.kind != TokenKind::End)?;
        let mut cursor = Cursor::new(self.cql, &self.tokens[self.at..]);
        let mut result = cursor.statement();
        if result.is_ok() && cursor.peek().kind != TokenKind::End && !cursor.is_symbol(0, ";") {
            result = Err(cursor.mismatch("EOF"));
        }
        let mut at = self.at + cursor.position();
        if result.is_err() {
            while self.tokens.get(at).is_some_and(|token| token.kind != TokenKind::End && !self.is_semicolon(token)) {
                at += 1;
            }
        }
        // The statement is parsed from a slice of the tokens, and its errors speak of the whole text.
        let end = self.tokens.get(at.saturating_sub(1)).map_or(first.end, |token| token.end.max(first.end));
        self.at = at;
        Some((first.start..end, result))
    }
}

impl Script<'_> {
    fn is_semicolon(&self, token: &Token) -> bool {
        token.kind == TokenKind::Symbol && &self.cql[token.start..token.end] == ";"
    }
}

impl Cursor<'_> {
    fn statement(&mut self) -> Parsed<Statement> {
        let head = self.word_at(0).map(str::to_ascii_lowercase);
        match head.as_deref() {
            Some("select") => self.select(),
            Some("insert" | "update" | "delete") => Ok(Statement::Modify(Box::new(self.modification()?))),
            Some("begin") => self.batch(),
            Some("use") => {
                self.advance();
                Ok(Statement::Use(self.keyspace_name()?))
            }
            Some("truncate") => {
                self.advance();
                let table_word = self.is_table_word(0) && !self.is_symbol(1, ".");
                if table_word {
                    self.advance();
                }
                Ok(Statement::Truncate(self.table_name()?))
            }
            Some("create") => self.create(),
            Some("alter") => self.alter(),
            Some("drop") => self.drop(),
            Some("grant" | "revoke" | "list" | "add") => self.access(),
            Some("describe" | "desc") => self.describe(),
            _ => Err(self.unexpected()),
        }
    }

    fn create(&mut self) -> Parsed<Statement> {
        self.advance();
        if self.keyword("or") {
            self.expect_keyword("replace")?;
        }
        let head = self.word_at(0).map(str::to_ascii_lowercase);
        match head.as_deref() {
            Some("keyspace" | "schema") => self.create_keyspace(),
            Some("table" | "columnfamily") => self.create_table(),
            Some("type") => self.create_type(),
            Some("index" | "custom") => self.create_index(),
            Some("role" | "user") => self.create_role(),
            Some(word) => self.out_of_scope(word),
            None => Err(self.unexpected_after()),
        }
    }

    fn alter(&mut self) -> Parsed<Statement> {
        self.advance();
        let head = self.word_at(0).map(str::to_ascii_lowercase);
        match head.as_deref() {
            Some("keyspace" | "schema") => self.alter_keyspace(),
            Some("table" | "columnfamily") => self.alter_table(),
            Some("type") => self.alter_type(),
            Some("role" | "user") => self.alter_role(),
            Some("materialized") => self.out_of_scope("materialized"),
            _ => Err(self.unexpected_after()),
        }
    }

    fn drop(&mut self) -> Parsed<Statement> {
        self.advance();
        let head = self.word_at(0).map(str::to_ascii_lowercase);
        match head.as_deref() {
            Some("keyspace" | "schema") => {
                self.advance();
                let if_exists = self.if_exists()?;
                Ok(Statement::DropKeyspace { name: self.keyspace_name()?, if_exists })
            }
            Some("table" | "columnfamily") => Ok(Statement::DropTable(self.drop_named()?)),
            Some("index") => Ok(Statement::DropIndex(self.drop_named()?)),
            Some("type") => Ok(Statement::DropType(self.drop_named()?)),
            Some("role" | "user" | "identity") => self.drop_role(),
            Some(word) => self.out_of_scope(word),
            None => Err(self.unexpected_after()),
        }
    }

    /// A statement that is recognised by its second word; the rest is skipped unread.
    fn out_of_scope(&mut self, word: &str) -> Parsed<Statement> {
        let what = match word {
            "function" => OutOfScope::Functions,
            "aggregate" => OutOfScope::Aggregates,
            "trigger" => OutOfScope::Triggers,
            "materialized" => OutOfScope::MaterializedViews,
            _ => return Err(self.unexpected_after()),
        };
        while self.peek().kind != TokenKind::End && !self.is_symbol(0, ";") {
            self.advance();
        }
        Ok(Statement::OutOfScope(what))
    }

    fn describe(&mut self) -> Parsed<Statement> {
        self.advance();
        let what = self.described()?;
        let internals = self.keyword("with");
        if internals {
            self.expect_keyword("internals")?;
        }
        Ok(Statement::Describe(Describe { what, internals }))
    }

    fn described(&mut self) -> Parsed<Described> {
        let qualified = self.is_symbol(1, ".");
        let word = self.word_at(0).map(str::to_ascii_lowercase).filter(|_| !qualified);
        let plain = match word.as_deref() {
            Some("cluster") => Some(Described::Cluster),
            Some("keyspaces") => Some(Described::Keyspaces),
            Some("tables") => Some(Described::Tables),
            Some("types") => Some(Described::Types),
            Some("functions") => Some(Described::Functions),
            Some("aggregates") => Some(Described::Aggregates),
            Some("schema") => Some(Described::Schema { full: false }),
            _ => None,
        };
        if let Some(plain) = plain {
            self.advance();
            return Ok(plain);
        }
        match word.as_deref() {
            Some("full") => {
                self.advance();
                self.expect_keyword("schema")?;
                Ok(Described::Schema { full: true })
            }
            Some("only" | "keyspace") => {
                let only = self.keyword("only");
                self.expect_keyword("keyspace")?;
                let named =
                    self.peek().kind != TokenKind::End && !self.is_symbol(0, ";") && !self.is_keyword(0, "with");
                Ok(Described::Keyspace { name: if named { Some(self.keyspace_name()?) } else { None }, only })
            }
            Some("table" | "columnfamily") => self.described_name(Described::Table),
            Some("index") => self.described_name(Described::Index),
            Some("type") if !self.ends(1) => self.described_name(Described::Type),
            Some("function") if !self.ends(1) => self.described_name(Described::Function),
            Some("aggregate") if !self.ends(1) => self.described_name(Described::Aggregate),
            Some("materialized") => {
                self.advance();
                if !self.is_keyword(0, "view") {
                    return Err(self.mismatch("K_VIEW"));
                }
                self.described_name(Described::View)
            }
            _ => Ok(Described::Anything(self.table_name()?)),
        }
    }

    fn described_name(&mut self, make: fn(crate::ast::QualifiedName) -> Described) -> Parsed<Described> {
        self.advance();
        Ok(make(self.table_name()?))
    }
}

#[cfg(test)]
mod tests;
