//! One connection of the native protocol, version 4 (`doc/native_protocol_v4.spec` of Cassandra), one request at a time.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::reply::Reply;
use super::wire_types::Body;
use super::{Failure, answer};

const VERSION_4: u8 = 0x04;
const STARTUP: u8 = 0x01;
const QUERY: u8 = 0x07;
const ERROR: u8 = 0x00;
const READY: u8 = 0x02;
const RESULT: u8 = 0x08;

const CONSISTENCY_ONE: u16 = 0x0001;
const WITH_PAGE_SIZE: u8 = 0x04;
const WITH_PAGING_STATE: u8 = 0x08;

const TRACED: u8 = 0x02;
const WITH_PAYLOAD: u8 = 0x04;
const WITH_WARNINGS: u8 = 0x08;

/// A schema change on a busy machine takes seconds; beyond this the server is gone.
const PATIENCE: Duration = Duration::from_mins(1);

/// A connection to one node.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
}

/// Which page of an answer is asked for.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// Rows per page; without it the server sends all.
    pub(crate) size: Option<i32>,
    /// Where the page begins; without it at the beginning.
    pub(crate) state: Option<Vec<u8>>,
}

impl Connection {
    /// Connects to the first node that `QUORATE_TEST_CASSANDRA` names, or to this machine's own, and says hello.
    pub(crate) fn of_environment() -> Result<Self, Failure> {
        let nodes = std::env::var("QUORATE_TEST_CASSANDRA").unwrap_or_else(|_| "127.0.0.1:9042".to_owned());
        let stream = TcpStream::connect(nodes.split(',').next().unwrap_or_default())?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut connection = Self { stream };
        let mut body = 1_u16.to_be_bytes().to_vec();
        for text in ["CQL_VERSION", "3.0.0"] {
            put_short_text(&mut body, text);
        }
        match connection.exchange(STARTUP, &body)? {
            (READY, _) => Ok(connection),
            (opcode, _) => {
                Err(Failure::Unexpected(format!("opcode {opcode:#04x} to STARTUP; does it ask for a password?")))
            }
        }
    }

    /// Sends a statement without bound values at consistency ONE.
    pub(crate) fn query(&mut self, statement: &str, page: Page) -> Result<Reply, Failure> {
        let mut body = Vec::new();
        put_long(&mut body, statement.as_bytes());
        body.extend(CONSISTENCY_ONE.to_be_bytes());
        let size_flag = if page.size.is_some() { WITH_PAGE_SIZE } else { 0 };
        let state_flag = if page.state.is_some() { WITH_PAGING_STATE } else { 0 };
        body.push(size_flag | state_flag);
        if let Some(size) = page.size {
            body.extend(size.to_be_bytes());
        }
        if let Some(state) = page.state {
            put_long(&mut body, &state);
        }
        match self.exchange(QUERY, &body)? {
            (ERROR, mut body) => Ok(Reply::Error { code: body.int()?, message: body.text()? }),
            (RESULT, mut body) => body.result(),
            (opcode, _) => Err(Failure::Unexpected(format!("opcode {opcode:#04x} to a query"))),
        }
    }

    /// The lines of the answer to a statement, all pages of it.
    pub(crate) fn answers(&mut self, statement: &str, page_size: Option<i32>) -> Result<Vec<String>, Failure> {
        let mut lines = Vec::new();
        let mut page = Page { size: page_size, state: None };
        loop {
            let reply = self.query(statement, page)?;
            let next = reply.next_page();
            answer::write(&reply, &mut lines);
            if next.is_none() || page_size.is_none() {
                return Ok(lines);
            }
            lines.push("more".to_owned());
            page = Page { size: page_size, state: next };
        }
    }

    fn exchange(&mut self, opcode: u8, body: &[u8]) -> Result<(u8, Body), Failure> {
        let mut frame = vec![VERSION_4, 0, 0, 0, opcode];
        put_long(&mut frame, body);
        self.stream.write_all(&frame)?;
        let mut header = [0_u8; 9];
        self.stream.read_exact(&mut header)?;
        let [_, flags, _, _, opcode, a, b, c, d] = header;
        let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes)?;
        let mut body = Body::new(bytes);
        if flags & TRACED != 0 {
            body.skip(16)?;
        }
        if flags & WITH_WARNINGS != 0 {
            for _ in 0..body.short()? {
                body.text()?;
            }
        }
        if flags & WITH_PAYLOAD != 0 {
            return Err(Failure::Unexpected("a custom payload".to_owned()));
        }
        Ok((opcode, body))
    }
}

/// The protocol's `[long string]` and `[bytes]`: a 4-byte length and the bytes.
fn put_long(body: &mut Vec<u8>, bytes: &[u8]) {
    body.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    body.extend(bytes);
}

/// The protocol's `[string]`: a 2-byte length and the bytes.
fn put_short_text(body: &mut Vec<u8>, text: &str) {
    body.extend(u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes());
    body.extend(text.as_bytes());
}
