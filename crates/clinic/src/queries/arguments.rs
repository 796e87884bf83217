//! The options of a query as a user gives them, and what each query makes of them.
//!
//! Which options a query takes stands in `about`; an option that a query does not take is refused
//! rather than ignored, because the answer would not be to the question that was meant.

use uuid::Uuid;

use super::about::About;
use super::page::Token;
use crate::error::Error;
use crate::ids::{self, Entity};
use crate::moment::parse_month;

/// Most rows that a page may have.
pub(crate) const MOST_ROWS: u32 = 1_000_000;

/// The options of all queries. Ids are UUIDs or the source's own text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arguments {
    /// `--customer`
    pub customer: Option<String>,
    /// `--account`
    pub account: Option<String>,
    /// `--doctor`
    pub doctor: Option<String>,
    /// `--organisation`
    pub organisation: Option<String>,
    /// `--region`
    pub region: Option<String>,
    /// `--months`: how many months, ending with the present one.
    pub months: Option<u32>,
    /// `--from`: first month, `YYYY-MM`.
    pub from: Option<String>,
    /// `--to`: last month, `YYYY-MM`.
    pub to: Option<String>,
    /// `--year`
    pub year: Option<i32>,
    /// `--period`: `all`, `YYYY` or `YYYY-MM`.
    pub period: Option<String>,
    /// `--limit`: rows per page.
    pub limit: Option<u32>,
    /// `--page`: the token of the page before.
    pub page: Option<String>,
    /// `--as-of`, in milliseconds since 1970: replaces now. Every query takes it.
    pub as_of: Option<i64>,
}

/// The instant that a query calls now, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// The clock's time when the question was asked.
    Now(i64),
    /// What the user put in its place.
    Given(i64),
}

impl AsOf {
    /// The instant.
    pub fn instant(self) -> i64 {
        match self {
            Self::Now(at) | Self::Given(at) => at,
        }
    }

    /// The instant as far as a user fixed it.
    pub(crate) fn given_ms(self) -> Option<i64> {
        match self {
            Self::Now(_) => None,
            Self::Given(at) => Some(at),
        }
    }
}

impl Arguments {
    /// Refuses options that the query does not take.
    pub(crate) fn check(&self, about: &About) -> Result<(), Error> {
        let Some(wrong) = self.given().find(|option| !about.options.contains(option)) else { return Ok(()) };
        let mut taken = about.options.join(", ");
        if !taken.is_empty() {
            taken.push_str(" and ");
        }
        Err(Error::invalid(format!("q{} takes no {wrong}; it takes {taken}--as-of", about.number)))
    }

    /// The id of the one option that the query needs.
    pub(crate) fn needed(&self, about: &About, entity: Entity) -> Result<Uuid, Error> {
        let (option, value) = self.id_option(entity);
        value
            .map(|text| ids::id(entity, text))
            .ok_or_else(|| Error::invalid(format!("q{} needs {option}", about.number)))
    }

    /// The id of one of two options, of which the query needs exactly one.
    pub(crate) fn either(&self, about: &About, one: Entity, other: Entity) -> Result<(Entity, Uuid), Error> {
        self.at_most_one(one, other)?.ok_or_else(|| {
            let (first, second) = (self.id_option(one).0, self.id_option(other).0);
            Error::invalid(format!("q{} needs {first} or {second}", about.number))
        })
    }

    /// The id of one of two options that exclude each other.
    pub(crate) fn at_most_one(&self, one: Entity, other: Entity) -> Result<Option<(Entity, Uuid)>, Error> {
        let ((first, one_text), (second, other_text)) = (self.id_option(one), self.id_option(other));
        match (one_text, other_text) {
            (Some(_), Some(_)) => Err(Error::invalid(format!("give {first} or {second}, not both"))),
            (Some(text), None) => Ok(Some((one, ids::id(one, text)))),
            (None, Some(text)) => Ok(Some((other, ids::id(other, text)))),
            (None, None) => Ok(None),
        }
    }

    /// Rows per page.
    pub(crate) fn size(&self, default: u32) -> Result<usize, Error> {
        self.limit
            .unwrap_or(default)
            .try_into()
            .ok()
            .filter(|rows| (1..=MOST_ROWS as usize).contains(rows))
            .ok_or_else(|| Error::invalid(format!("--limit: a number from 1 to {MOST_ROWS} is expected")))
    }

    /// The token of the page before.
    pub(crate) fn after(&self) -> Option<Token> {
        self.page.as_deref().map(Token::from)
    }

    /// The instant that the query calls now.
    pub(crate) fn as_of(&self, now: i64) -> AsOf {
        self.as_of.map_or(AsOf::Now(now), AsOf::Given)
    }

    fn id_option(&self, entity: Entity) -> (&'static str, Option<&str>) {
        match entity {
            Entity::Customer => ("--customer", self.customer.as_deref()),
            Entity::Account => ("--account", self.account.as_deref()),
            Entity::Doctor => ("--doctor", self.doctor.as_deref()),
            Entity::Organisation => ("--organisation", self.organisation.as_deref()),
            Entity::Region => ("--region", self.region.as_deref()),
            _ => ("an id", None),
        }
    }

    fn given(&self) -> impl Iterator<Item = &'static str> {
        [
            ("--customer", self.customer.is_some()),
            ("--account", self.account.is_some()),
            ("--doctor", self.doctor.is_some()),
            ("--organisation", self.organisation.is_some()),
            ("--region", self.region.is_some()),
            ("--months", self.months.is_some()),
            ("--from", self.from.is_some()),
            ("--to", self.to.is_some()),
            ("--year", self.year.is_some()),
            ("--period", self.period.is_some()),
            ("--limit", self.limit.is_some()),
            ("--page", self.page.is_some()),
        ]
        .into_iter()
        .filter_map(|(option, given)| given.then_some(option))
    }
}

/// The first day, in days since 1970-01-01, of a month written `YYYY-MM`.
pub(crate) fn month(option: &str, text: &str) -> Result<i32, Error> {
    match parse_month(text) {
        Ok(month) => Ok(month),
        Err(error) => Err(Error::invalid(format!("{option}: '{text}' {error}"))),
    }
}
