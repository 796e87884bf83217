//! What clients ask: the bodies of requests (`native_protocol_v4.spec`, section 4.1), read in place.

use quorate_engine::{BatchKind, Value};

use crate::codec::{Malformed, Reader};
use crate::consistency::Consistency;
use crate::frame::{CUSTOM_PAYLOAD, Head, Opcode, Version};

/// A request.
#[derive(Debug)]
pub(crate) enum Request<'a> {
    /// What is supported?
    Options,
    /// Begins; options by name.
    Startup(Vec<(&'a str, &'a str)>),
    /// The client's word in authentication.
    AuthResponse(Option<&'a [u8]>),
    /// Asks for events.
    Register(Vec<Topic>),
    /// A statement as text.
    Query {
        /// The text.
        text: &'a str,
        /// How to run it.
        options: Parameters<'a>,
    },
    /// A statement to keep.
    Prepare(&'a str),
    /// Runs a kept statement.
    Execute {
        /// Which.
        id: &'a [u8],
        /// How to run it.
        options: Parameters<'a>,
    },
    /// Several modifications.
    Batch(Batch<'a>),
}

/// What events are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Topic {
    /// Nodes come and go. Never here.
    Topology,
    /// Nodes go up and down. Never here.
    Status,
    /// The schema changes.
    Schema,
}

/// How to run a statement.
#[derive(Debug)]
pub(crate) struct Parameters<'a> {
    /// How many replicas must agree.
    pub(crate) consistency: Consistency,
    /// The client knows the columns.
    pub(crate) skip_metadata: bool,
    /// Bound values.
    pub(crate) values: Vec<Value<'a>>,
    /// Names of the values, where they are bound by name.
    pub(crate) names: Option<Vec<&'a str>>,
    /// Rows of a page; `None` for all at once.
    pub(crate) page_size: Option<u32>,
    /// Where the page begins.
    pub(crate) paging_state: Option<&'a [u8]>,
    /// For conditional statements.
    pub(crate) serial_consistency: Option<Consistency>,
    /// The default timestamp.
    pub(crate) timestamp_micros: Option<i64>,
}

/// Several modifications.
#[derive(Debug)]
pub(crate) struct Batch<'a> {
    /// Which kind.
    pub(crate) kind: BatchKind,
    /// What, with its values.
    pub(crate) statements: Vec<(BatchStatement<'a>, Vec<Value<'a>>)>,
    /// How to run it.
    pub(crate) options: Parameters<'a>,
}

/// A statement of a batch.
#[derive(Debug, Clone, Copy)]
pub(crate) enum BatchStatement<'a> {
    /// As text.
    Text(&'a str),
    /// Kept under this id.
    Kept(&'a [u8]),
}

impl<'a> Request<'a> {
    /// Reads the body that follows a head.
    pub(crate) fn read(head: &Head, body: &'a [u8]) -> Result<Self, Malformed> {
        let mut body = Reader::new(body);
        let version = head.version;
        if head.has(CUSTOM_PAYLOAD) && version >= Version::V4 {
            body.skip_bytes_map()?;
        }
        Ok(match head.opcode {
            Opcode::Startup => Self::Startup(body.string_map()?),
            Opcode::AuthResponse => Self::AuthResponse(body.bytes()?),
            Opcode::Register => {
                Self::Register(body.string_list()?.into_iter().map(Topic::named).collect::<Result<_, _>>()?)
            }
            Opcode::Query => {
                Self::Query { text: body.long_string()?, options: Parameters::read(&mut body, version, false)? }
            }
            Opcode::Prepare => Self::Prepare(body.long_string()?),
            Opcode::Execute => {
                Self::Execute { id: body.short_bytes()?, options: Parameters::read(&mut body, version, false)? }
            }
            Opcode::Batch => Self::Batch(Batch::read(&mut body, version)?),
            // `read_head` lets nothing else pass.
            _ => Self::Options,
        })
    }
}

impl Topic {
    fn named(name: &str) -> Result<Self, Malformed> {
        match name {
            "TOPOLOGY_CHANGE" => Ok(Self::Topology),
            "STATUS_CHANGE" => Ok(Self::Status),
            "SCHEMA_CHANGE" => Ok(Self::Schema),
            _ => Err(unknown(format!("Invalid value '{name}' for Type"))),
        }
    }
}

/// Bits of the parameters that say what follows.
mod flag {
    pub(super) const VALUES: u8 = 0x01;
    pub(super) const SKIP_METADATA: u8 = 0x02;
    pub(super) const PAGE_SIZE: u8 = 0x04;
    pub(super) const PAGING_STATE: u8 = 0x08;
    pub(super) const SERIAL_CONSISTENCY: u8 = 0x10;
    pub(super) const TIMESTAMP: u8 = 0x20;
    pub(super) const NAMES: u8 = 0x40;
}

impl<'a> Parameters<'a> {
    /// Reads `<consistency><flags>…`. A batch has its values elsewhere and no pages.
    fn read(body: &mut Reader<'a>, version: Version, of_batch: bool) -> Result<Self, Malformed> {
        let consistency = Consistency::read(body)?;
        let flags = body.byte()?;
        let has = |bit: u8| flags & bit != 0;
        let mut values = Vec::new();
        let mut names = None;
        if has(flag::VALUES) && !of_batch {
            let count = body.short()?;
            if has(flag::NAMES) {
                let mut given = Vec::new();
                for _ in 0..count {
                    given.push(body.string()?);
                    values.push(body.value(version)?);
                }
                names = Some(given);
            } else {
                values = read_values(body, version, count)?;
            }
        }
        let paged = |bit: u8| has(bit) && !of_batch;
        Ok(Self {
            consistency,
            skip_metadata: has(flag::SKIP_METADATA),
            values,
            names,
            page_size: if paged(flag::PAGE_SIZE) { page_size(body.int()?)? } else { None },
            paging_state: if paged(flag::PAGING_STATE) { body.bytes()? } else { None },
            serial_consistency: if has(flag::SERIAL_CONSISTENCY) { Some(Consistency::read(body)?) } else { None },
            timestamp_micros: if has(flag::TIMESTAMP) { Some(timestamp(body.long()?)?) } else { None },
        })
    }
}

/// Negative means no pages at all (`cql3/QueryOptions.java`).
fn page_size(rows: i32) -> Result<Option<u32>, Malformed> {
    match u32::try_from(rows) {
        Ok(0) => Err(unknown("The page size cannot be 0".to_owned())),
        Ok(rows) => Ok(Some(rows)),
        Err(_) => Ok(None),
    }
}

fn timestamp(micros: i64) -> Result<i64, Malformed> {
    if micros == i64::MIN {
        let (least, greatest) = (i64::MIN + 1, i64::MAX);
        return Err(unknown(format!("Out of bound timestamp, must be in [{least}, {greatest}] (got {micros})")));
    }
    Ok(micros)
}

fn read_values<'a>(body: &mut Reader<'a>, version: Version, count: u16) -> Result<Vec<Value<'a>>, Malformed> {
    (0..count).map(|_| body.value(version)).collect()
}

impl<'a> Batch<'a> {
    fn read(body: &mut Reader<'a>, version: Version) -> Result<Self, Malformed> {
        let kind = match body.byte()? {
            0 => BatchKind::Logged,
            1 => BatchKind::Unlogged,
            2 => BatchKind::Counter,
            kind => return Err(unknown(format!("Invalid BATCH message type {kind}"))),
        };
        let mut statements = Vec::new();
        for _ in 0..body.short()? {
            let statement = match body.byte()? {
                0 => BatchStatement::Text(body.long_string()?),
                1 => BatchStatement::Kept(body.short_bytes()?),
                kind => {
                    let what = format!("Invalid query kind in BATCH messages. Must be 0 or 1 but got {kind}");
                    return Err(unknown(what));
                }
            };
            let count = body.short()?;
            statements.push((statement, read_values(body, version, count)?));
        }
        Ok(Self { kind, statements, options: Parameters::read(body, version, true)? })
    }
}

fn unknown(what: String) -> Malformed {
    Malformed::Unknown { what }
}
