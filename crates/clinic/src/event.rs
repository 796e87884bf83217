//! Events: what happened, and what every total that it moved was before and is after.
//!
//! An event says everything that its effects need, so that the projection reads nothing. Facts
//! are history and are never changed; images are what `fold(facts)` gives at that point, written
//! down when the event was appended, which is what makes a repeated projection an overwrite.

use bigdecimal::BigDecimal;
use uuid::Uuid;

use crate::codec::{DecodeError, kinds, message, seal, unseal};

/// The present version of the event format. A reader refuses what is newer.
pub(crate) const VERSION: i64 = 1;

message! {
    /// One entry of a stream's log.
    pub struct Event {
        /// Version of the format.
        1 => version: i64,
        /// When the business fact took place, in milliseconds since 1970.
        2 => at_ms: i64,
        /// Digest of the request's content: tells a repetition from another request of the same id.
        3 => request_digest: Uuid,
        /// What the request created or changed.
        4 => result_id: Uuid,
        /// What happened.
        5 => facts: Vec<Fact>,
        /// The totals that it moved.
        6 => images: Vec<Image>,
    }
}

kinds! {
    /// Something that happened.
    pub enum Fact {
        /// A state, with its country and region.
        1 => LocationAdded(Location),
        /// An organisation joined.
        2 => OrganisationRegistered(Organisation),
        /// An organisation published an offering.
        3 => OfferingPublished(Offering),
        /// A doctor was recruited, or the data of one changed.
        4 => DoctorDescribed(Doctor),
        /// A customer registered, or the data of one changed.
        5 => CustomerDescribed(Customer),
        /// A customer opened an account.
        6 => AccountOpened(Account),
        /// The copy of the customer's name in an account follows the customer.
        7 => AccountHolderRenamed(Account),
        /// A visit was booked.
        8 => VisitBooked(Visit),
        /// A booked visit moved to another time.
        9 => VisitRescheduled(Rescheduled),
        /// A booked visit will not take place: cancelled or not attended, as its status says.
        10 => VisitDropped(Visit),
        /// A visit took place and has its fee: a record.
        11 => VisitCompleted(Completed),
        /// A customer reviewed an organisation.
        12 => Reviewed(Review),
        /// A `latest` bucket lost what is older than a cutoff.
        13 => BucketTrimmed(Trim),
        /// A row was put right after a verification found it wrong.
        14 => RowRepaired(Repair),
        /// An attempt of another process was given up; it cannot be appended any more.
        15 => AttemptVoided(Voided),
    }
}

kinds! {
    /// A total before and after the event.
    pub enum Image {
        /// An account's month.
        1 => MonthlyExpense(MonthlyExpense),
        /// An organisation's day.
        2 => DayCount(DayCount),
        /// A doctor's sums at the organisation in a period.
        3 => Revenue(Revenue),
        /// An organisation's ratings of a month.
        4 => RatingMonth(RatingMonth),
        /// Customers of a region, of this stream.
        5 => Population(Population),
    }
}

message! {
    /// A state, with its country and region.
    pub struct Location {
        /// State's id.
        1 => state_id: Uuid,
        /// State name.
        2 => state_name: String,
        /// Country's id.
        3 => country_id: Uuid,
        /// Country name.
        4 => country_name: String,
        /// Region's id.
        5 => region_id: Uuid,
        /// Region name.
        6 => region_name: String,
    }
}

message! {
    /// An organisation.
    pub struct Organisation {
        /// Organisation's id.
        1 => org_id: Uuid,
        /// Organisation type.
        2 => org_type: String,
        /// Region's id.
        3 => region_id: Uuid,
        /// Organisation name.
        4 => org_name: Option<String>,
        /// ISO 4217.
        5 => currency: String,
        /// IANA name.
        6 => time_zone: String,
        /// Of the imported row.
        7 => digest: Option<Uuid>,
    }
}

message! {
    /// An offering of an organisation.
    pub struct Offering {
        /// Organisation's id.
        1 => org_id: Uuid,
        /// Organisation type.
        2 => org_type: String,
        /// Updated in milliseconds since 1970.
        3 => updated_ms: i64,
        /// Headline.
        4 => headline: Option<String>,
        /// Body.
        5 => body: Option<String>,
        /// The organisation's newest offering so far, whose row leaves `latest`.
        6 => previous_ms: Option<i64>,
        /// Whether this one is the organisation's newest, and new enough for `latest`.
        7 => latest: bool,
        /// Whether this one is the organisation's newest.
        8 => newest: bool,
    }
}

message! {
    /// A doctor.
    pub struct Doctor {
        /// Doctor's id.
        1 => doc_id: Uuid,
        /// Organisation's id.
        2 => org_id: Uuid,
        /// First name.
        3 => first_name: String,
        /// Last name.
        4 => last_name: String,
        /// Experience year.
        5 => experience_year: i32,
        /// Birth year.
        6 => birth_year: i32,
        /// Degree type.
        7 => degree_type: Option<String>,
        /// Institution.
        8 => institution: Option<String>,
        /// Days since 1970-01-01.
        9 => certification_day: Option<i32>,
        /// Digest.
        10 => digest: Option<Uuid>,
    }
}

message! {
    /// A customer.
    pub struct Customer {
        /// Customer's id.
        1 => cust_id: Uuid,
        /// First name.
        2 => first_name: String,
        /// Last name.
        3 => last_name: String,
        /// Joined in milliseconds since 1970.
        4 => joined_ms: i64,
        /// Country's id.
        5 => country_id: Uuid,
        /// State's id.
        6 => state_id: Uuid,
        /// Region's id.
        7 => region_id: Uuid,
        /// Position in the customer's stream at which the name was given: orders its copies.
        8 => name_version: i64,
        /// Digest.
        9 => digest: Option<Uuid>,
    }
}

message! {
    /// A medical account.
    pub struct Account {
        /// Account's id.
        1 => account_id: Uuid,
        /// Customer's id.
        2 => cust_id: Uuid,
        /// Organisation's id.
        3 => org_id: Uuid,
        /// Account type.
        4 => account_type: String,
        /// First name.
        5 => first_name: String,
        /// Last name.
        6 => last_name: String,
        /// Currency.
        7 => currency: String,
        /// Created in milliseconds since 1970.
        8 => created_ms: i64,
        /// Name version.
        9 => name_version: i64,
        /// Digest.
        10 => digest: Option<Uuid>,
        /// Whether the account is new enough for the `latest` bucket.
        11 => latest: bool,
    }
}

message! {
    /// A visit: an appointment, and once completed a record.
    pub struct Visit {
        /// Medical's id.
        1 => medical_id: Uuid,
        /// Account's id.
        2 => account_id: Uuid,
        /// Doctor's id.
        3 => doc_id: Uuid,
        /// Organisation's id.
        4 => org_id: Uuid,
        /// Customer's id.
        5 => cust_id: Uuid,
        /// Starts in milliseconds since 1970.
        6 => starts_ms: i64,
        /// Minutes.
        7 => minutes: i32,
        /// Purpose.
        8 => purpose: String,
        /// One of `booked`, `completed`, `cancelled`, `no_show`.
        9 => status: String,
        /// Amount.
        10 => amount: Option<BigDecimal>,
        /// Currency.
        11 => currency: String,
        /// Digest.
        12 => digest: Option<Uuid>,
        /// When rows of the upcoming visit may expire; absent = never.
        13 => expires_ms: Option<i64>,
        /// The organisation's zone, for reminders.
        14 => time_zone: String,
    }
}

message! {
    /// A visit at its new time.
    pub struct Rescheduled {
        /// Visit.
        1 => visit: Visit,
        /// From in milliseconds since 1970.
        2 => from_ms: i64,
    }
}

message! {
    /// A record.
    pub struct Completed {
        /// Visit.
        1 => visit: Visit,
        /// Whether it was booked before, so that rows of the upcoming visit go.
        2 => was_booked: bool,
    }
}

message! {
    /// A review.
    pub struct Review {
        /// Review's id.
        1 => review_id: Uuid,
        /// Organisation's id.
        2 => org_id: Uuid,
        /// Customer's id.
        3 => cust_id: Uuid,
        /// Reviewed in milliseconds since 1970.
        4 => reviewed_ms: i64,
        /// Rating.
        5 => rating: i32,
        /// Comment.
        6 => comment: Option<String>,
        /// Media.
        7 => media: Vec<String>,
        /// Digest.
        8 => digest: Option<Uuid>,
    }
}

message! {
    /// A trimming of a `latest` bucket.
    pub struct Trim {
        /// Table.
        1 => table: String,
        /// Rows older than this go.
        2 => cutoff_ms: i64,
    }
}

message! {
    /// A row as it should be.
    pub struct Repair {
        /// Table.
        1 => table: String,
        /// Cells as the projection writes them: the whole row, or the key alone where the row should not be.
        2 => cells: Vec<u8>,
        /// Whether the row should be.
        3 => present: bool,
    }
}

message! {
    /// An attempt that was given up.
    pub struct Voided {
        /// Attempt.
        1 => attempt: Uuid,
    }
}

message! {
    /// An account's completed records of a month.
    pub struct MonthlyExpense {
        /// Account's id.
        1 => account_id: Uuid,
        /// First day of the month, in days since 1970-01-01.
        2 => month: i32,
        /// Currency.
        3 => currency: String,
        /// Before.
        4 => before: BigDecimal,
        /// After.
        5 => after: BigDecimal,
        /// Visits before.
        6 => visits_before: i32,
        /// Visits after.
        7 => visits_after: i32,
    }
}

message! {
    /// An organisation's completed records of a day.
    pub struct DayCount {
        /// Organisation's id.
        1 => org_id: Uuid,
        /// Days since 1970-01-01.
        2 => day: i32,
        /// Before.
        3 => before: i64,
        /// After.
        4 => after: i64,
    }
}

message! {
    /// A doctor's completed records in a period.
    pub struct Revenue {
        /// Organisation's id.
        1 => org_id: Uuid,
        /// `all`, `2026` or `2026-11`.
        2 => period: String,
        /// Doctor's id.
        3 => doc_id: Uuid,
        /// First name.
        4 => first_name: String,
        /// Last name.
        5 => last_name: String,
        /// Currency.
        6 => currency: String,
        /// Count before.
        7 => count_before: i64,
        /// Count after.
        8 => count_after: i64,
        /// Before.
        9 => before: BigDecimal,
        /// After.
        10 => after: BigDecimal,
        /// The organisation's region, with period `all`: which regional board ranks the doctor.
        11 => region_id: Uuid,
    }
}

message! {
    /// An organisation's ratings of a month.
    pub struct RatingMonth {
        /// Organisation's id.
        1 => org_id: Uuid,
        /// First day of the month, in days since 1970-01-01.
        2 => month: i32,
        /// Sum before.
        3 => sum_before: i64,
        /// Sum after.
        4 => sum_after: i64,
        /// Count before.
        5 => count_before: i64,
        /// Count after.
        6 => count_after: i64,
    }
}

message! {
    /// Customers of a region whose registration this stream owns.
    pub struct Population {
        /// Region's id.
        1 => region_id: Uuid,
        /// Region name.
        2 => region_name: String,
        /// Shard.
        3 => shard: i32,
        /// Before.
        4 => before: i64,
        /// After.
        5 => after: i64,
    }
}

/// An event at its place in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The stream.
    pub stream: i32,
    /// Its position, from 1 without gaps.
    pub seq: i64,
    /// Write timestamp of its effects in microseconds; strictly rising by at least 2 in a stream.
    pub ts: i64,
    /// The request it answers; unique.
    pub request_id: Uuid,
    /// What happened.
    pub event: Event,
}

impl Event {
    /// As bytes, with a checksum.
    pub fn encode(&self) -> Vec<u8> {
        seal(self)
    }

    /// From bytes.
    ///
    /// # Errors
    /// The bytes are damaged, or of a newer version.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let event: Self = unseal(bytes)?;
        if event.version > VERSION {
            return Err(DecodeError::UnknownKind(event.version.unsigned_abs()));
        }
        Ok(event)
    }

    /// A short name of what happened, for people who read the log.
    pub fn kind(&self) -> &'static str {
        match self.facts.first() {
            None => "nothing",
            Some(Fact::LocationAdded(_)) => "location_added",
            Some(Fact::OrganisationRegistered(_)) => "organisation_registered",
            Some(Fact::OfferingPublished(_)) => "offering_published",
            Some(Fact::DoctorDescribed(_)) => "doctor_described",
            Some(Fact::CustomerDescribed(_)) => "customer_described",
            Some(Fact::AccountOpened(_)) => "account_opened",
            Some(Fact::AccountHolderRenamed(_)) => "account_holder_renamed",
            Some(Fact::VisitBooked(_)) => "visit_booked",
            Some(Fact::VisitRescheduled(_)) => "visit_rescheduled",
            Some(Fact::VisitDropped(_)) => "visit_dropped",
            Some(Fact::VisitCompleted(_)) => "visit_completed",
            Some(Fact::Reviewed(_)) => "reviewed",
            Some(Fact::BucketTrimmed(_)) => "bucket_trimmed",
            Some(Fact::RowRepaired(_)) => "row_repaired",
            Some(Fact::AttemptVoided(_)) => "attempt_voided",
        }
    }
}

#[cfg(test)]
mod tests;
