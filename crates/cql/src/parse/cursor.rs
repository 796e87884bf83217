//! A place in the tokens: looking ahead, consuming, and saying what was found instead.
//!
//! Also the small pieces that every statement shares: names, `IF EXISTS`, properties. Error texts
//! follow ANTLR's as Cassandra's `ErrorCollector` prints them.

use std::collections::BTreeSet;

use crate::ast::{Constant, ConstantKind, Drop, Marker, Property, PropertyValue, QualifiedName, Term};
use crate::error::SyntaxError;
use crate::keyword;
use crate::lex::{self, Token, TokenKind};

/// What reading gives.
pub(super) type Parsed<T> = Result<T, SyntaxError>;

/// Nesting that is refused: terms, selectors and types within each other.
const MAX_DEPTH: usize = 64;

/// Tokens that an error quotes before the one it points at, blanks counted (`ErrorCollector.FIRST_TOKENS_OFFSET`).
const QUOTED_TOKENS: usize = 10;

/// A place in the tokens of one statement.
pub(super) struct Cursor<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
    markers: u16,
    depth: usize,
}

impl<'a> Cursor<'a> {
    /// `tokens` ends with `End`.
    pub(super) fn new(text: &'a str, tokens: &'a [Token]) -> Self {
        Self { text, tokens, at: 0, markers: 0, depth: 0 }
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Goes back to an earlier position: only over tokens that hold no markers.
    pub(super) fn rewind(&mut self, position: usize) {
        self.at = position;
    }

    pub(super) fn peek(&self) -> Token {
        self.peek_at(0)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Token {
        let end = Token { kind: TokenKind::End, start: self.text.len(), end: self.text.len() };
        self.tokens.get(self.at + ahead).copied().unwrap_or(end)
    }

    pub(super) fn advance(&mut self) -> Token {
        let token = self.peek();
        if token.kind != TokenKind::End {
            self.at += 1;
        }
        token
    }

    pub(super) fn source(&self, token: Token) -> &'a str {
        &self.text[token.start..token.end]
    }

    /// The unquoted word there, keyword or not.
    pub(super) fn word_at(&self, ahead: usize) -> Option<&'a str> {
        let token = self.peek_at(ahead);
        (token.kind == TokenKind::Word).then(|| self.source(token))
    }

    pub(super) fn is_keyword(&self, ahead: usize, keyword: &str) -> bool {
        self.word_at(ahead).is_some_and(|word| keyword::is_word(word, keyword))
    }

    pub(super) fn is_table_word(&self, ahead: usize) -> bool {
        self.is_keyword(ahead, "table") || self.is_keyword(ahead, "columnfamily")
    }

    pub(super) fn is_symbol(&self, ahead: usize, symbol: &str) -> bool {
        let token = self.peek_at(ahead);
        token.kind == TokenKind::Symbol && self.source(token) == symbol
    }

    /// Whether a statement could end there.
    pub(super) fn ends(&self, ahead: usize) -> bool {
        self.peek_at(ahead).kind == TokenKind::End || self.is_symbol(ahead, ";")
    }

    /// Consumes the keyword if it is next.
    pub(super) fn keyword(&mut self, keyword: &str) -> bool {
        let found = self.is_keyword(0, keyword);
        self.at += usize::from(found);
        found
    }

    /// Consumes the symbol if it is next.
    pub(super) fn symbol(&mut self, symbol: &str) -> bool {
        let found = self.is_symbol(0, symbol);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect_keyword(&mut self, keyword: &str) -> Parsed<()> {
        if self.keyword(keyword) { Ok(()) } else { Err(self.mismatch(&format!("K_{}", keyword.to_ascii_uppercase()))) }
    }

    pub(super) fn expect_symbol(&mut self, symbol: &str) -> Parsed<()> {
        if self.symbol(symbol) { Ok(()) } else { Err(self.mismatch(&format!("'{symbol}'"))) }
    }

    /// The next token is not the one that must be there.
    pub(super) fn mismatch(&self, expected: &str) -> SyntaxError {
        self.complain(0, &format!("mismatched input '{}' expecting {expected}", self.found()))
    }

    /// Nothing that may be there begins with the next token.
    pub(super) fn unexpected(&self) -> SyntaxError {
        self.complain(0, &format!("no viable alternative at input '{}'", self.found()))
    }

    /// Nothing that begins with the last token goes on with the next one.
    pub(super) fn unexpected_after(&self) -> SyntaxError {
        self.complain(1, &format!("no viable alternative at input '{}'", self.found()))
    }

    /// A rule beyond the grammar is broken.
    pub(super) fn refuse(&self, reason: &str) -> SyntaxError {
        let mut error = SyntaxError::at(self.text, self.peek().start, reason.to_owned());
        error.line = 0;
        error
    }

    fn found(&self) -> &'a str {
        let token = self.peek();
        if token.kind == TokenKind::End { "<EOF>" } else { self.source(token) }
    }

    /// Quotes the text around the token that is `back` before the present one. At the end of the
    /// text Cassandra knows no place and quotes nothing.
    fn complain(&self, back: usize, reason: &str) -> SyntaxError {
        let token = self.peek();
        if token.kind == TokenKind::End {
            let mut error = SyntaxError::at(self.text, token.start, format!("line 0:-1 {reason}"));
            error.line = 0;
            return error;
        }
        let at = self.at.saturating_sub(back);
        let marked = self.tokens[at];
        let mut first = at;
        let mut quoted = 0;
        while first > 0 && quoted < QUOTED_TOKENS {
            let blank = self.tokens[first - 1].end < self.tokens[first].start;
            if blank && quoted + 1 == QUOTED_TOKENS {
                break;
            }
            quoted += 1 + usize::from(blank);
            first -= 1;
        }
        let before = &self.text[self.tokens[first].start..marked.start];
        let after = &self.text[marked.end..token.end.max(marked.end)];
        let cut = if first > 0 { "..." } else { "" };
        let more = if self.peek_at(1).kind == TokenKind::End { "" } else { "..." };
        let reason = format!("{reason} ({cut}{before}[{}]{after}{more})", self.source(marked));
        SyntaxError::at(self.text, token.start, reason)
    }

    /// Runs `read` one level deeper.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            return Err(self.complain(0, &format!("nesting deeper than {MAX_DEPTH} levels")));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Refuses chains (`a + b + c …`, `a.b.c …`) that make trees deeper than nesting may.
    pub(super) fn check_chain(&self, length: usize) -> Parsed<()> {
        if length < MAX_DEPTH {
            Ok(())
        } else {
            Err(self.complain(0, &format!("more than {MAX_DEPTH} operations in a row")))
        }
    }

    /// `read (, read)*`
    pub(super) fn comma_separated<T>(&mut self, mut read: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut items = vec![read(self)?];
        while self.symbol(",") {
            items.push(read(self)?);
        }
        Ok(items)
    }

    /// Whether an identifier stands there: unreserved word or quoted name.
    pub(super) fn is_identifier(&self, ahead: usize) -> bool {
        match self.peek_at(ahead).kind {
            TokenKind::QuotedName => true,
            TokenKind::Word => {
                self.word_at(ahead).is_some_and(|word| !word.starts_with('-') && !keyword::is_reserved(word))
            }
            _ => false,
        }
    }

    /// An identifier: unquoted ones in lower case.
    pub(super) fn identifier(&mut self) -> Parsed<String> {
        if !self.is_identifier(0) {
            return Err(self.unexpected());
        }
        let token = self.advance();
        let source = self.source(token);
        Ok(if token.kind == TokenKind::Word { source.to_ascii_lowercase() } else { lex::unquote_name(source) })
    }

    /// A column in DML: also the empty name.
    pub(super) fn column(&mut self) -> Parsed<String> {
        if self.peek().kind == TokenKind::EmptyQuotedName {
            self.advance();
            return Ok(String::new());
        }
        self.identifier()
    }

    pub(super) fn keyspace_name(&mut self) -> Parsed<String> {
        if self.is_symbol(0, "?") {
            return Err(self.refuse("Bind variables cannot be used for keyspace names"));
        }
        self.identifier()
    }

    /// `[keyspace.]name` of a table or an index.
    pub(super) fn table_name(&mut self) -> Parsed<QualifiedName> {
        let keyspace = if self.is_symbol(1, ".") {
            let keyspace = self.keyspace_name()?;
            self.advance();
            Some(keyspace)
        } else {
            None
        };
        if self.is_symbol(0, "?") {
            return Err(self.refuse("Bind variables cannot be used for table names"));
        }
        Ok(QualifiedName { keyspace, name: self.identifier()? })
    }

    pub(super) fn if_exists(&mut self) -> Parsed<bool> {
        if !self.keyword("if") {
            return Ok(false);
        }
        self.expect_keyword("exists")?;
        Ok(true)
    }

    pub(super) fn if_not_exists(&mut self) -> Parsed<bool> {
        if !self.keyword("if") {
            return Ok(false);
        }
        self.expect_keyword("not")?;
        self.expect_keyword("exists")?;
        Ok(true)
    }

    /// `<what> [IF EXISTS] name`
    pub(super) fn drop_named(&mut self) -> Parsed<Drop> {
        self.advance();
        let if_exists = self.if_exists()?;
        Ok(Drop { name: self.table_name()?, if_exists })
    }

    /// A text constant.
    pub(super) fn text_constant(&mut self) -> Parsed<String> {
        if self.peek().kind != TokenKind::Text {
            return Err(self.mismatch("STRING_LITERAL"));
        }
        let token = self.advance();
        Ok(lex::unquote_text(self.source(token)))
    }

    /// Whether a marker stands there.
    pub(super) fn is_marker(&self) -> bool {
        self.is_symbol(0, "?") || self.is_symbol(0, ":")
    }

    /// `?` or `:name`.
    pub(super) fn marker(&mut self) -> Parsed<Marker> {
        let name = if self.symbol("?") {
            None
        } else {
            self.expect_symbol(":")?;
            Some(self.identifier()?)
        };
        let index = self.markers;
        self.markers = index
            .checked_add(1)
            .ok_or_else(|| self.refuse("Too many markers(?). markers count must not exceed 65535"))?;
        Ok(Marker { index, name })
    }

    /// An integer or a marker.
    pub(super) fn int_value(&mut self) -> Parsed<Term> {
        if self.is_marker() {
            return Ok(Term::Marker(self.marker()?));
        }
        if self.peek().kind != TokenKind::Integer {
            return Err(self.unexpected());
        }
        let token = self.advance();
        Ok(Term::Constant(Constant { kind: ConstantKind::Integer, text: self.source(token).to_owned() }))
    }

    /// The constant there, if there is one; null is none.
    pub(super) fn constant(&mut self) -> Option<Constant> {
        let token = self.peek();
        let source = self.source(token);
        let (kind, text) = match token.kind {
            TokenKind::Text => (ConstantKind::Text, lex::unquote_text(source)),
            TokenKind::Integer => (ConstantKind::Integer, source.to_owned()),
            TokenKind::Float => (ConstantKind::Float, source.to_owned()),
            TokenKind::Duration => (ConstantKind::Duration, source.to_owned()),
            TokenKind::Uuid => (ConstantKind::Uuid, source.to_owned()),
            TokenKind::Hex => (ConstantKind::Hex, source.to_owned()),
            TokenKind::Word => match source.to_ascii_lowercase().as_str() {
                word @ ("true" | "false") => (ConstantKind::Boolean, word.to_owned()),
                "nan" | "-nan" => (ConstantKind::Float, "NaN".to_owned()),
                "infinity" => (ConstantKind::Float, "Infinity".to_owned()),
                "-infinity" => (ConstantKind::Float, "-Infinity".to_owned()),
                _ => return None,
            },
            _ => return None,
        };
        self.advance();
        Some(Constant { kind, text })
    }

    /// `name = value AND …` after WITH.
    pub(super) fn properties(&mut self) -> Parsed<Vec<Property>> {
        let mut properties = vec![self.property()?];
        while self.keyword("and") {
            properties.push(self.property()?);
        }
        Ok(properties)
    }

    pub(super) fn property(&mut self) -> Parsed<Property> {
        let name = self.identifier()?;
        self.expect_symbol("=")?;
        let value = if self.is_symbol(0, "{") {
            PropertyValue::Map(self.property_map()?)
        } else if let Some(constant) = self.constant() {
            PropertyValue::Simple(constant.text)
        } else if self.peek().kind == TokenKind::Word && self.is_identifier(0) {
            PropertyValue::Simple(self.identifier()?)
        } else {
            return Err(self.unexpected());
        };
        Ok(Property { name, value })
    }

    /// `{'k': 'v', …}` of constants (`convertPropertyMap`).
    pub(super) fn property_map(&mut self) -> Parsed<Vec<(String, String)>> {
        self.expect_symbol("{")?;
        let mut entries: Vec<(String, String)> = Vec::new();
        let mut names = BTreeSet::new();
        if self.symbol("}") {
            return Ok(entries);
        }
        loop {
            let key = self.term()?;
            self.expect_symbol(":")?;
            let value = self.term()?;
            let bound = |term: &Term| match term {
                Term::Marker(_) => " (bind variables are not supported in DDL queries)",
                _ => "",
            };
            let Term::Constant(Constant { text: name, .. }) = &key else {
                return Err(self.refuse(&format!("Invalid property name: {key}{}", bound(&key))));
            };
            let Term::Constant(Constant { text, .. }) = &value else {
                return Err(
                    self.refuse(&format!("Invalid property value: {value} for property: {key}{}", bound(&value)))
                );
            };
            if !names.insert(name.clone()) {
                return Err(self.refuse(&format!("Multiple definition for property {name}")));
            }
            entries.push((name.clone(), text.clone()));
            if !self.symbol(",") {
                break;
            }
        }
        self.expect_symbol("}")?;
        Ok(entries)
    }
}
