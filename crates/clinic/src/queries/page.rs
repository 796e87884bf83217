//! A page of rows and the token that continues after it.
//!
//! A token holds the sort key of the last row that was given, never a position: rows that are
//! added or removed meanwhile move nothing. It also holds which question it belongs to, because
//! the same bytes would mean something else to another one. It is no secret and proves nothing:
//! who asks a page needs the same rights as who asks the first one.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::fields::damaged;
use crate::error::Error;
use crate::ids::Entity;

/// Version of the token's content; a token of another version is refused.
const VERSION: u8 = 1;

/// Some rows of an answer, in its order.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<R> {
    /// The rows.
    pub rows: Vec<R>,
    /// Where the answer continues, if there is more.
    pub next: Option<Token>,
    /// The id of the question that nothing is known by. Only looked up where there are no rows.
    pub unknown: Option<Unknown>,
    /// The instant up to which the answer counts, where that may lie behind the newest fact, in
    /// milliseconds since 1970.
    pub as_of: Option<i64>,
}

/// An id that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unknown {
    /// What it should be.
    pub entity: Entity,
    /// The id.
    pub id: Uuid,
}

/// Where an answer continues: opaque text, safe in addresses and on command lines.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Token(String);

/// Which question a token belongs to: the query and the arguments that choose its rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question {
    number: u8,
    digest: u32,
}

/// What a token holds.
#[derive(Serialize, Deserialize)]
struct Content<K>(u8, u8, u32, K);

impl<R> Page<R> {
    /// A page that nothing follows.
    pub(crate) fn last(rows: Vec<R>) -> Self {
        Self { rows, next: None, unknown: None, as_of: None }
    }

    /// An empty answer, because an id is not known.
    pub(crate) fn unknown(entity: Entity, id: Uuid) -> Self {
        Self { unknown: Some(Unknown { entity, id }), ..Self::last(Vec::new()) }
    }

    /// The first `size` of the rows that were read, with a token if there were more.
    pub(crate) fn cut<K: Serialize>(
        mut rows: Vec<R>,
        size: usize,
        question: Question,
        key: impl FnOnce(&R) -> K,
    ) -> Result<Self, Error> {
        let more = rows.len() > size;
        rows.truncate(size);
        let next = match rows.last() {
            Some(row) if more => Some(question.token(&key(row))?),
            _ => None,
        };
        Ok(Self { next, ..Self::last(rows) })
    }
}

impl Question {
    /// A query with the arguments that choose its rows, in a fixed text. How many rows a page has
    /// is not among them.
    pub(crate) fn new(number: u8, arguments: &str) -> Self {
        Self { number, digest: crc32fast::hash(arguments.as_bytes()) }
    }

    /// The sort key of a token that must belong to this question.
    pub(crate) fn key<K: DeserializeOwned>(self, token: &Token) -> Result<K, Error> {
        let bytes = URL_SAFE_NO_PAD.decode(&token.0).map_err(|_| not_a_token())?;
        let Content(version, number, digest, _) =
            serde_json::from_slice::<Content<serde::de::IgnoredAny>>(&bytes).map_err(|_| not_a_token())?;
        if version != VERSION {
            return Err(not_a_token());
        }
        if number != self.number {
            let what = format!("--page: this token continues q{number}, not q{}", self.number);
            return Err(Error::invalid(what));
        }
        if digest != self.digest {
            return Err(Error::invalid(
                "--page: this token belongs to other arguments: repeat those that it came with",
            ));
        }
        let Content(.., key) = serde_json::from_slice::<Content<K>>(&bytes).map_err(|_| not_a_token())?;
        Ok(key)
    }

    fn token<K: Serialize>(self, key: &K) -> Result<Token, Error> {
        let content = serde_json::to_vec(&Content(VERSION, self.number, self.digest, key))
            .map_err(|_| damaged("an answer", "its last row has no sort key"))?;
        Ok(Token(URL_SAFE_NO_PAD.encode(content)))
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Token {
    type Err = std::convert::Infallible;

    /// Takes any text; whether it is a token shows when it is used.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl From<&str> for Token {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

fn not_a_token() -> Error {
    Error::invalid("--page: this is not a page token; take it from the line 'next page:' of the answer before")
}

#[cfg(test)]
mod tests;
