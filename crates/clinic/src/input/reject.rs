//! Rows that are set aside: where each one stands, why, and the files that keep them.
//!
//! Nothing of a rejected row reaches the store, and nothing of it is lost: its bytes go unchanged
//! under the header of its file, so that the file can be corrected and imported, and a line of the
//! report says what is wrong. The bytes are taken from the input file again by their place, so a
//! row need not carry them. The report names places, columns and reasons, never values.

mod writer;

pub use writer::{Limit, REPORT_FILE, RejectWriter, Rejected};

use super::csv::Flaw;
use super::values::ValueError;
use crate::ids::Entity;

/// Where a row stands in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Source {
    /// Name of the file in the folder.
    pub file: &'static str,
    /// Physical line on which it starts; the header's is 1.
    pub line: u64,
    /// Where it starts, in bytes from the start of the file.
    pub offset: u64,
    /// How long it is in bytes, with its line end.
    pub len: u64,
}

/// A row that is set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reject {
    /// Where it stands.
    pub source: Source,
    /// The column that is to blame, if it is one.
    pub column: Option<&'static str>,
    /// Why.
    pub reason: Reason,
}

/// Why a row is set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// It is no record of its file.
    #[error("malformed line: {0}")]
    Malformed(Flaw),
    /// A mandatory column is empty.
    #[error("missing value")]
    Missing,
    /// A text is no value of its column.
    #[error("the value {0}")]
    Unparsable(ValueError),
    /// A rating outside 0..5.
    #[error("the rating is not from 0 to 5")]
    RatingOutOfRange,
    /// An amount below zero.
    #[error("the amount is negative")]
    NegativeAmount,
    /// It refers to something that is not there, or that was itself set aside.
    #[error("unknown {0}")]
    UnknownReference(Entity),
    /// The doctor belongs to another organisation than the account or the visit.
    #[error("the doctor is of another organisation")]
    OtherOrganisation,
    /// There is a row of the same id with other content, which stays.
    #[error("another row has the same id and other content")]
    OtherContent,
    /// The country is not the state's.
    #[error("the state is in another country")]
    CountryNotOfState,
    /// An earlier row gives the same id another name.
    #[error("the {0} has another name in an earlier row")]
    OtherName(Entity),
    /// A visit before the patient's birth.
    #[error("before the patient's birth")]
    BeforeBirth,
    /// A patient of whom no visit is known, so that there is no date of joining.
    #[error("no usable encounter, so the date of joining is not known")]
    NeverSeen,
    /// A state that is not in the list of states.
    #[error("no state or territory of the United States")]
    UnknownState,
}

impl Source {
    /// A reject of the row at this place.
    pub fn reject(self, column: Option<&'static str>, reason: Reason) -> Reject {
        Reject { source: self, column, reason }
    }
}

#[cfg(test)]
mod tests;
