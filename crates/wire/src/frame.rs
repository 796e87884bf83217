//! The frame of the protocol: nine bytes before each message (`native_protocol_v4.spec`, section 2).
//!
//! ```text
//! version 1 | flags 1 | stream 2 | opcode 1 | length 4 | body …
//! ```
//!
//! Only the head is judged here. A version that is not spoken is told in a frame of version 4,
//! which every client since Cassandra 2.2 reads.

/// Bytes before the body.
pub(crate) const HEAD: usize = 9;

/// The body is compressed.
pub(crate) const COMPRESSED: u8 = 0x01;
/// The body begins with a custom payload.
pub(crate) const CUSTOM_PAYLOAD: u8 = 0x04;
/// The body of an answer begins with warnings.
pub(crate) const WARNING: u8 = 0x08;

/// Set in the version of an answer.
const ANSWER: u8 = 0x80;
/// The stream of events.
pub(crate) const EVENTS: i16 = -1;

/// A version of the protocol that is spoken here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    /// Of Cassandra 2.1.
    V3,
    /// Of Cassandra 2.2 to 5.0.
    V4,
}

impl Version {
    /// As SUPPORTED names them (`transport/ProtocolVersion.java`).
    pub(crate) const NAMES: [&'static str; 2] = ["3/v3", "4/v4"];

    /// Its number.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::V3 => 3,
            Self::V4 => 4,
        }
    }
}

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opcode {
    /// An error.
    Error = 0x00,
    /// Begins.
    Startup = 0x01,
    /// Go on.
    Ready = 0x02,
    /// Say who you are.
    Authenticate = 0x03,
    /// Asks what is supported.
    Options = 0x05,
    /// What is.
    Supported = 0x06,
    /// A statement as text.
    Query = 0x07,
    /// Its answer.
    Result = 0x08,
    /// A statement to keep.
    Prepare = 0x09,
    /// Runs it.
    Execute = 0x0A,
    /// Asks for events.
    Register = 0x0B,
    /// One of them.
    Event = 0x0C,
    /// Several modifications.
    Batch = 0x0D,
    /// Goes on with authentication.
    AuthChallenge = 0x0E,
    /// The client's word.
    AuthResponse = 0x0F,
    /// It was accepted.
    AuthSuccess = 0x10,
}

impl Opcode {
    fn of(byte: u8) -> Option<Self> {
        Some(match byte {
            0x00 => Self::Error,
            0x01 => Self::Startup,
            0x02 => Self::Ready,
            0x03 => Self::Authenticate,
            0x05 => Self::Options,
            0x06 => Self::Supported,
            0x07 => Self::Query,
            0x08 => Self::Result,
            0x09 => Self::Prepare,
            0x0A => Self::Execute,
            0x0B => Self::Register,
            0x0C => Self::Event,
            0x0D => Self::Batch,
            0x0E => Self::AuthChallenge,
            0x0F => Self::AuthResponse,
            0x10 => Self::AuthSuccess,
            _ => return None,
        })
    }

    /// As Cassandra's messages call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::Startup => "STARTUP",
            Self::Ready => "READY",
            Self::Authenticate => "AUTHENTICATE",
            Self::Options => "OPTIONS",
            Self::Supported => "SUPPORTED",
            Self::Query => "QUERY",
            Self::Result => "RESULT",
            Self::Prepare => "PREPARE",
            Self::Execute => "EXECUTE",
            Self::Register => "REGISTER",
            Self::Event => "EVENT",
            Self::Batch => "BATCH",
            Self::AuthChallenge => "AUTH_CHALLENGE",
            Self::AuthResponse => "AUTH_RESPONSE",
            Self::AuthSuccess => "AUTH_SUCCESS",
        }
    }

    fn is_request(self) -> bool {
        matches!(
            self,
            Self::Startup
                | Self::Options
                | Self::Query
                | Self::Prepare
                | Self::Execute
                | Self::Register
                | Self::Batch
                | Self::AuthResponse
        )
    }
}

/// The head of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    /// In which version the body is written.
    pub(crate) version: Version,
    /// Bits that change how the body reads.
    pub(crate) flags: u8,
    /// Chosen by the client; its answer carries it.
    pub(crate) stream: i16,
    /// What it asks.
    pub(crate) opcode: Opcode,
    /// Bytes of the body.
    pub(crate) length: usize,
}

impl Head {
    /// Whether a bit is set.
    pub(crate) fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

/// Why what arrived is no head of a request. The connection cannot go on: nobody knows where the
/// next frame begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadHead {
    /// Another version, in Cassandra's words.
    #[error("Invalid or unsupported protocol version ({version}); supported versions are ({})", Version::NAMES.join(", "))]
    Version {
        /// Which.
        version: u8,
        /// On which stream to say so.
        stream: i16,
    },
    /// An answer, or a message that only servers send.
    #[error("Wrong protocol direction (expected REQUEST, got RESPONSE) for opcode {opcode}")]
    Direction {
        /// Of which message.
        opcode: u8,
        /// On which stream to say so.
        stream: i16,
    },
    /// No message of the protocol.
    #[error("Unknown opcode {opcode}")]
    Opcode {
        /// Which.
        opcode: u8,
        /// On which stream to say so.
        stream: i16,
    },
    /// A length with the sign bit set.
    #[error("Invalid value for envelope header body length field: {length}")]
    Length {
        /// As it was read.
        length: i32,
        /// On which stream to say so.
        stream: i16,
    },
}

impl BadHead {
    /// The stream on which to tell the client.
    pub(crate) fn stream(self) -> i16 {
        match self {
            Self::Version { stream, .. }
            | Self::Direction { stream, .. }
            | Self::Opcode { stream, .. }
            | Self::Length { stream, .. } => stream,
        }
    }
}

/// Reads the head at the front of what has arrived; `None` while it is not all there.
pub(crate) fn read_head(arrived: &[u8]) -> Result<Option<Head>, BadHead> {
    let Some(&[first, flags, stream_high, stream_low, opcode, a, b, c, d]) = arrived.first_chunk::<HEAD>() else {
        // Versions 1 and 2 have a head of eight bytes: do not wait for a ninth.
        return match arrived.first() {
            Some(first @ (1 | 2)) if arrived.len() >= HEAD - 1 => Err(BadHead::Version { version: *first, stream: 0 }),
            _ => Ok(None),
        };
    };
    let stream = i16::from_be_bytes([stream_high, stream_low]);
    let version = match first & !ANSWER {
        3 => Version::V3,
        4 => Version::V4,
        version => return Err(BadHead::Version { version, stream }),
    };
    if first & ANSWER != 0 {
        return Err(BadHead::Direction { opcode, stream });
    }
    let length = i32::from_be_bytes([a, b, c, d]);
    let Some(known) = Opcode::of(opcode) else { return Err(BadHead::Opcode { opcode, stream }) };
    if !known.is_request() {
        return Err(BadHead::Direction { opcode, stream });
    }
    let Ok(bytes) = usize::try_from(length) else { return Err(BadHead::Length { length, stream }) };
    Ok(Some(Head { version, flags, stream, opcode: known, length: bytes }))
}

/// Writes the head of an answer.
pub(crate) fn write_head(version: Version, flags: u8, stream: i16, opcode: Opcode, length: u32) -> [u8; HEAD] {
    let [high, low] = stream.to_be_bytes();
    let [a, b, c, d] = length.to_be_bytes();
    [version.number() | ANSWER, flags, high, low, opcode as u8, a, b, c, d]
}
