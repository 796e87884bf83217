//! Ids: how the text of a source system becomes a UUID, and in which order Cassandra keeps UUIDs.
//!
//! The same text means the same thing in every file and every command, so the mapping has no
//! state: a UUID is itself, and anything else is hashed with the kind of thing that it names.
//! Nothing here may ever make a random id.

use std::cmp::Ordering;
use std::fmt;

use uuid::Uuid;

/// The namespace of all derived ids: version 5 of the DNS name `quorate`.
pub const NAMESPACE: Uuid = uuid::uuid!("cd0f56fe-edc7-58d1-83ac-9b3277c50314");

/// Length of a UUID with hyphens.
const HYPHENATED_BYTES: usize = 36;

/// A kind of thing that has ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Entity {
    /// Who is treated.
    Customer,
    /// Who offers treatment.
    Organisation,
    /// Who treats, for one organisation.
    Doctor,
    /// A customer's account at an organisation.
    Account,
    /// A visit of a customer to a doctor, past or to come.
    Record,
    /// A customer's rating of an organisation.
    Review,
    /// A part of a country.
    State,
    /// A country.
    Country,
    /// A part of the world that organisations serve.
    Region,
}

impl Entity {
    /// The word for it, which is also the first part of the hashed name.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Organisation => "organisation",
            Self::Doctor => "doctor",
            Self::Account => "account",
            Self::Record => "record",
            Self::Review => "review",
            Self::State => "state",
            Self::Country => "country",
            Self::Region => "region",
        }
    }
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.noun())
    }
}

/// The id that a text stands for: itself if it is a UUID with hyphens, in any case; otherwise the
/// version 5 UUID of `<entity>/<text>`.
///
/// The text is taken as it is: `7` and ` 7` are two ids.
pub fn id(entity: Entity, text: &str) -> Uuid {
    if text.len() == HYPHENATED_BYTES
        && let Ok(uuid) = Uuid::try_parse(text)
    {
        return uuid;
    }
    let mut name = Vec::with_capacity(entity.noun().len() + 1 + text.len());
    name.extend_from_slice(entity.noun().as_bytes());
    name.push(b'/');
    name.extend_from_slice(text.as_bytes());
    Uuid::new_v5(&NAMESPACE, &name)
}

/// The order in which Cassandra keeps values of type `uuid`: by version, then version 1 by its
/// time and the others by their first half, then by the second half, all unsigned
/// (`UUIDType.compareCustom` in `db/marshal/UUIDType.java`).
pub fn cassandra_order(left: &Uuid, right: &Uuid) -> Ordering {
    sort_key(left).cmp(&sort_key(right))
}

fn sort_key(uuid: &Uuid) -> (u8, u64, u64) {
    let (first, second) = uuid.as_u64_pair();
    let version = uuid.as_bytes()[6] >> 4;
    // A version 1 UUID stores the low part of its time first (RFC 9562, section 5.1).
    let first = if version == 1 { first << 48 | (first << 16 & 0x0000_FFFF_0000_0000) | first >> 32 } else { first };
    (version, first, second)
}

#[cfg(test)]
mod tests;
