//! What a statement's text says by itself, without a schema: its verb, whether it is conditional,
//! and whether repeating it gives the same result.
//!
//! Both back ends need this before, or without, a full analysis: a cluster's schema is not known
//! here. It errs on the side of "may not be repeated". It never decides whether a statement is
//! valid; the back end does.

use crate::codec::{CollectionType, ColumnSpec, ColumnType, NativeType};
use crate::error::Error;
use crate::target::Class;

/// The first keyword, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Select,
    /// INSERT, UPDATE, DELETE or BEGIN … BATCH.
    Modify,
    /// CREATE, ALTER, DROP or TRUNCATE.
    Schema,
    Other,
}

/// What the text shows.
#[expect(clippy::struct_excessive_bools, reason = "independent findings, each read on its own")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outline {
    pub(crate) verb: Verb,
    /// `IF` outside a schema statement.
    pub(crate) conditional: bool,
    /// There is a `+`: of a counter, a collection, or two numbers.
    adds: bool,
    /// There is a `+` beside a list literal.
    adds_list_literal: bool,
    /// Calls a function whose result differs from call to call.
    varies: bool,
}

/// Functions of `org.apache.cassandra.cql3.functions.{TimeFcts,UuidFcts}` that give another value on each call.
const VARYING: [&str; 10] = [
    "now",
    "uuid",
    "current_timestamp",
    "current_date",
    "current_time",
    "current_timeuuid",
    "currenttimestamp",
    "currentdate",
    "currenttime",
    "currenttimeuuid",
];

impl Outline {
    pub(crate) fn of(cql: &str) -> Self {
        let mut outline =
            Self { verb: Verb::Other, conditional: false, adds: false, adds_list_literal: false, varies: false };
        let mut first = true;
        let mut previous = Token::End;
        let mut rest = cql;
        loop {
            let (token, after) = next_token(rest);
            rest = after;
            match token {
                Token::End => return outline,
                Token::Word(word) => {
                    if first {
                        outline.verb = verb(word);
                        first = false;
                    }
                    outline.conditional |= word.eq_ignore_ascii_case("if") && outline.verb == Verb::Modify;
                }
                Token::Symbol('(') => {
                    if let Token::Word(name) = previous {
                        outline.varies |= VARYING.iter().any(|function| function.eq_ignore_ascii_case(name));
                    }
                }
                Token::Symbol('+') => {
                    outline.adds = true;
                    outline.adds_list_literal |= previous == Token::Symbol(']');
                }
                Token::Symbol('[') => outline.adds_list_literal |= previous == Token::Symbol('+'),
                Token::Symbol(_) | Token::Quoted => {}
            }
            previous = token;
        }
    }

    /// Whether the text may be prepared as that class.
    pub(crate) fn check(self, class: Class) -> Result<(), Error> {
        let fits = match self.verb {
            Verb::Select => matches!(class, Class::Read | Class::SerialRead),
            Verb::Modify if self.conditional => class == Class::Conditional,
            Verb::Modify => matches!(class, Class::Write | Class::Counter),
            Verb::Schema | Verb::Other => false,
        };
        if fits {
            return Ok(());
        }
        Err(match self.verb {
            Verb::Schema => Error::invalid("a change of the schema is not prepared: use schema()"),
            Verb::Other => Error::invalid("only SELECT, INSERT, UPDATE, DELETE and BATCH can be prepared"),
            Verb::Select | Verb::Modify => Error::invalid(format!("the statement is not of class {class:?}")),
        })
    }

    /// Whether executing the statement twice is the same as once. Only for `Class::Write`.
    ///
    /// `c[i]` of a list is by position, and an appended list element is a new one, so neither is
    /// repeatable. Counters never are.
    pub(crate) fn is_repeatable(self, markers: &[ColumnSpec<'_>]) -> bool {
        let by_position = markers.iter().any(|marker| marker.name().starts_with("idx("));
        let counts = markers.iter().any(|marker| *marker.typ() == ColumnType::Native(NativeType::Counter));
        let lists = markers
            .iter()
            .any(|marker| matches!(marker.typ(), ColumnType::Collection { typ: CollectionType::List(_), .. }));
        !(self.conditional || self.varies || by_position || counts || self.adds_list_literal || (self.adds && lists))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    End,
    Word(&'a str),
    /// A string or a quoted identifier.
    Quoted,
    Symbol(char),
}

fn verb(word: &str) -> Verb {
    const VERBS: [(&str, Verb); 9] = [
        ("select", Verb::Select),
        ("insert", Verb::Modify),
        ("update", Verb::Modify),
        ("delete", Verb::Modify),
        ("begin", Verb::Modify),
        ("create", Verb::Schema),
        ("alter", Verb::Schema),
        ("drop", Verb::Schema),
        ("truncate", Verb::Schema),
    ];
    VERBS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map_or(Verb::Other, |(_, verb)| *verb)
}

fn next_token(text: &str) -> (Token<'_>, &str) {
    let text = skip_blank(text);
    let Some(first) = text.chars().next() else {
        return (Token::End, text);
    };
    if let Some(body) = text.strip_prefix("$$") {
        return (Token::Quoted, body.split_once("$$").map_or("", |(_, rest)| rest));
    }
    if first == '\'' || first == '"' {
        return (Token::Quoted, skip_quoted(&text[1..], first));
    }
    if first.is_ascii_alphanumeric() || first == '_' {
        let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
        return (Token::Word(&text[..end]), &text[end..]);
    }
    (Token::Symbol(first), &text[first.len_utf8()..])
}

/// A doubled quote inside is the quote itself.
fn skip_quoted(mut body: &str, quote: char) -> &str {
    while let Some((_, rest)) = body.split_once(quote) {
        match rest.strip_prefix(quote) {
            Some(inside) => body = inside,
            None => return rest,
        }
    }
    ""
}

fn skip_blank(mut text: &str) -> &str {
    loop {
        text = text.trim_start();
        if text.starts_with("--") || text.starts_with("//") {
            text = text.split_once('\n').map_or("", |(_, rest)| rest);
        } else if let Some(comment) = text.strip_prefix("/*") {
            text = comment.split_once("*/").map_or("", |(_, rest)| rest);
        } else {
            return text;
        }
    }
}

#[cfg(test)]
mod tests;
