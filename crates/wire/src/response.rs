//! What the server answers: the bodies of responses (`native_protocol_v4.spec`, section 4.2).

use std::sync::Arc;

use quorate_engine::{ColumnSpec, Prepared, Rows, SchemaChanged, SchemaTarget};
use uuid::Uuid;

use crate::codec::{put_bytes, put_count, put_int, put_short, put_short_bytes, put_string, put_string_list};
use crate::compression::Compression;
use crate::failure::Failure;
use crate::frame::{COMPRESSED, EVENTS, HEAD, Opcode, Version, WARNING, write_head};
use crate::types::put_type;

/// The version of CQL that SUPPORTED and `system.local` name.
const CQL_VERSION: &str = "3.4.7";

/// How answers of a connection are written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Format {
    /// In which version.
    pub(crate) version: Version,
    /// Compressed how.
    pub(crate) compression: Option<Compression>,
}

/// An answer.
#[derive(Debug)]
pub(crate) enum Response {
    /// What is supported.
    Supported,
    /// Go on.
    Ready,
    /// Say who you are, to this authenticator.
    Authenticate(&'static str),
    /// You are.
    AuthSuccess,
    /// Done.
    Void,
    /// Rows.
    Rows {
        /// What was read.
        rows: Rows,
        /// The client knows the columns.
        skip_metadata: bool,
    },
    /// The keyspace of this connection from now on.
    Keyspace(String),
    /// Kept.
    Prepared {
        /// Under this id.
        id: Uuid,
        /// What it takes and answers.
        prepared: Arc<Prepared>,
    },
    /// The schema changed.
    SchemaChange(SchemaChanged),
    /// An error.
    Failure(Failure),
}

/// An answer with what else there is to say.
#[derive(Debug)]
pub(crate) struct Reply {
    /// The answer.
    pub(crate) response: Response,
    /// Warnings to the client.
    pub(crate) warnings: Vec<String>,
}

impl From<Response> for Reply {
    fn from(response: Response) -> Self {
        Self { response, warnings: Vec::new() }
    }
}

impl From<Failure> for Reply {
    fn from(failure: Failure) -> Self {
        Response::Failure(failure).into()
    }
}

impl Reply {
    /// Writes the frame of an answer behind what is in `out`.
    pub(crate) fn write(&self, format: Format, stream: i16, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(&[0; HEAD]);
        let mut flags = 0;
        if !self.warnings.is_empty() && format.version >= Version::V4 {
            flags |= WARNING;
            put_string_list(out, &self.warnings);
        }
        self.response.write(format.version, out);
        if i32::try_from(out.len() - start).is_err() {
            out.truncate(start);
            return Self::from(Failure::AnswerTooLarge).write(format, stream, out);
        }
        seal(out, start, format, flags, stream, self.response.opcode());
    }
}

/// Writes the frame of an event.
pub(crate) fn write_event(change: &SchemaChanged, format: Format, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(&[0; HEAD]);
    put_string(out, "SCHEMA_CHANGE");
    put_schema_change(out, change);
    seal(out, start, format, 0, EVENTS, Opcode::Event);
}

/// Compresses the body where that pays, and fills in the head before it.
fn seal(out: &mut Vec<u8>, start: usize, format: Format, flags: u8, stream: i16, opcode: Opcode) {
    let mut flags = flags;
    // READY and AUTHENTICATE answer STARTUP, with which compression only begins.
    let may_compress = !matches!(opcode, Opcode::Ready | Opcode::Authenticate | Opcode::Supported);
    if may_compress
        && let Some(compression) = format.compression
        && let Some(body) = compression.compress(&out[start + HEAD..])
    {
        out.truncate(start + HEAD);
        out.extend_from_slice(&body);
        flags |= COMPRESSED;
    }
    let length = u32::try_from(out.len() - start - HEAD).unwrap_or(u32::MAX);
    out[start..start + HEAD].copy_from_slice(&write_head(format.version, flags, stream, opcode, length));
}

impl Response {
    fn opcode(&self) -> Opcode {
        match self {
            Self::Supported => Opcode::Supported,
            Self::Ready => Opcode::Ready,
            Self::Authenticate(_) => Opcode::Authenticate,
            Self::AuthSuccess => Opcode::AuthSuccess,
            Self::Failure(_) => Opcode::Error,
            _ => Opcode::Result,
        }
    }

    fn write(&self, version: Version, out: &mut Vec<u8>) {
        match self {
            Self::Supported => put_supported(out),
            Self::Ready => {}
            Self::Authenticate(class) => put_string(out, class),
            // No token follows.
            Self::AuthSuccess => put_int(out, -1),
            Self::Void => put_int(out, 1),
            Self::Rows { rows, skip_metadata } => {
                put_int(out, 2);
                put_metadata(out, &rows.columns, rows.paging_state.as_deref(), *skip_metadata, version);
                put_count(out, rows.row_count);
                out.extend_from_slice(&rows.cells);
            }
            Self::Keyspace(name) => {
                put_int(out, 3);
                put_string(out, name);
            }
            Self::Prepared { id, prepared } => {
                put_int(out, 4);
                put_short_bytes(out, id.as_bytes());
                put_variables(out, prepared, version);
                // The columns of a conditional statement depend on its outcome: none are announced.
                let columns = announced(prepared);
                put_metadata(out, columns, None, columns.is_empty(), version);
            }
            Self::SchemaChange(change) => {
                put_int(out, 5);
                put_schema_change(out, change);
            }
            Self::Failure(failure) => failure.write(out),
        }
    }
}

/// The columns that a client may rely on once it has prepared a statement: those of SELECT.
pub(crate) fn announced(prepared: &Prepared) -> &[ColumnSpec] {
    match prepared.plan {
        quorate_cql::plan::Plan::Select(_) => &prepared.columns,
        _ => &[],
    }
}

fn put_supported(out: &mut Vec<u8>) {
    put_short(out, 3);
    put_string(out, "CQL_VERSION");
    put_string_list(out, &[CQL_VERSION]);
    put_string(out, "COMPRESSION");
    put_string_list(out, &Compression::NAMES);
    put_string(out, "PROTOCOL_VERSIONS");
    put_string_list(out, &Version::NAMES);
}

const GLOBAL_TABLE: i32 = 0x0001;
const MORE_PAGES: i32 = 0x0002;
const NO_METADATA: i32 = 0x0004;

fn put_metadata(out: &mut Vec<u8>, columns: &[ColumnSpec], page: Option<&[u8]>, skip: bool, version: Version) {
    let one_table = !skip && is_one_table(columns);
    let bit = |set: bool, bit: i32| if set { bit } else { 0 };
    put_int(out, bit(one_table, GLOBAL_TABLE) | bit(page.is_some(), MORE_PAGES) | bit(skip, NO_METADATA));
    put_count(out, columns.len());
    if let Some(page) = page {
        put_bytes(out, page);
    }
    if !skip {
        put_columns(out, columns, one_table, version);
    }
}

/// The bind variables of a prepared statement.
fn put_variables(out: &mut Vec<u8>, prepared: &Prepared, version: Version) {
    let one_table = is_one_table(&prepared.variables);
    put_int(out, if one_table { GLOBAL_TABLE } else { 0 });
    put_count(out, prepared.variables.len());
    if version >= Version::V4 {
        put_count(out, prepared.partition_key_variables.len());
        for variable in &prepared.partition_key_variables {
            put_short(out, *variable);
        }
    }
    put_columns(out, &prepared.variables, one_table, version);
}

fn is_one_table(columns: &[ColumnSpec]) -> bool {
    let Some((first, rest)) = columns.split_first() else { return false };
    rest.iter().all(|column| column.keyspace == first.keyspace && column.table == first.table)
}

fn put_columns(out: &mut Vec<u8>, columns: &[ColumnSpec], one_table: bool, version: Version) {
    if let (true, Some(first)) = (one_table, columns.first()) {
        put_string(out, &first.keyspace);
        put_string(out, &first.table);
    }
    for column in columns {
        if !one_table {
            put_string(out, &column.keyspace);
            put_string(out, &column.table);
        }
        put_string(out, &column.name);
        put_type(out, &column.ty, version);
    }
}

fn put_schema_change(out: &mut Vec<u8>, change: &SchemaChanged) {
    put_string(out, change.change);
    let target = match change.target {
        SchemaTarget::Keyspace => "KEYSPACE",
        SchemaTarget::Table => "TABLE",
        SchemaTarget::Type => "TYPE",
    };
    put_string(out, target);
    put_string(out, &change.keyspace);
    if change.target != SchemaTarget::Keyspace {
        put_string(out, &change.name);
    }
}
