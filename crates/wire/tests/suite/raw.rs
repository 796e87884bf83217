//! A client that sends and receives frames as they are written.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

pub(crate) const STARTUP: u8 = 0x01;
pub(crate) const READY: u8 = 0x02;
pub(crate) const AUTHENTICATE: u8 = 0x03;
pub(crate) const OPTIONS: u8 = 0x05;
pub(crate) const SUPPORTED: u8 = 0x06;
pub(crate) const QUERY: u8 = 0x07;
pub(crate) const RESULT: u8 = 0x08;
pub(crate) const PREPARE: u8 = 0x09;
pub(crate) const EXECUTE: u8 = 0x0A;
pub(crate) const REGISTER: u8 = 0x0B;
pub(crate) const EVENT: u8 = 0x0C;
pub(crate) const BATCH: u8 = 0x0D;
pub(crate) const AUTH_RESPONSE: u8 = 0x0F;
pub(crate) const AUTH_SUCCESS: u8 = 0x10;

/// The flag of an answer with warnings.
pub(crate) const WARNING: u8 = 0x08;

/// A frame as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) version: u8,
    pub(crate) flags: u8,
    pub(crate) stream: i16,
    pub(crate) opcode: u8,
    pub(crate) body: Vec<u8>,
}

/// The notations of the protocol, put one behind the other.
#[derive(Debug, Default, Clone)]
pub(crate) struct Body(pub(crate) Vec<u8>);

impl Body {
    pub(crate) fn byte(mut self, byte: u8) -> Self {
        self.0.push(byte);
        self
    }

    pub(crate) fn short(mut self, number: u16) -> Self {
        self.0.extend(number.to_be_bytes());
        self
    }

    pub(crate) fn int(mut self, number: i32) -> Self {
        self.0.extend(number.to_be_bytes());
        self
    }

    pub(crate) fn string(self, text: &str) -> Self {
        let mut body = self.short(u16::try_from(text.len()).unwrap());
        body.0.extend(text.as_bytes());
        body
    }

    pub(crate) fn long_string(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    pub(crate) fn bytes(self, bytes: &[u8]) -> Self {
        let mut body = self.int(i32::try_from(bytes.len()).unwrap());
        body.0.extend(bytes);
        body
    }

    pub(crate) fn short_bytes(self, bytes: &[u8]) -> Self {
        let mut body = self.short(u16::try_from(bytes.len()).unwrap());
        body.0.extend(bytes);
        body
    }

    /// A statement at consistency ONE without anything else.
    pub(crate) fn query(text: &str) -> Self {
        Self::default().long_string(text).short(1).byte(0)
    }
}

/// Takes a body apart.
#[derive(Debug)]
pub(crate) struct Taken<'a>(pub(crate) &'a [u8]);

impl<'a> Taken<'a> {
    pub(crate) fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }

    pub(crate) fn short(&mut self) -> u16 {
        u16::from_be_bytes(self.take(2).try_into().unwrap())
    }

    pub(crate) fn int(&mut self) -> i32 {
        i32::from_be_bytes(self.take(4).try_into().unwrap())
    }

    pub(crate) fn string(&mut self) -> &'a str {
        let length = usize::from(self.short());
        std::str::from_utf8(self.take(length)).unwrap()
    }

    pub(crate) fn short_bytes(&mut self) -> &'a [u8] {
        let length = usize::from(self.short());
        self.take(length)
    }
}

impl Frame {
    /// Code and text of an ERROR, and what follows them.
    pub(crate) fn error(&self) -> (i32, &str, &[u8]) {
        assert_eq!(self.opcode, 0x00, "{self:?}");
        let mut body = Taken(&self.body);
        (body.int(), body.string(), body.0)
    }

    /// The kind of a RESULT, and what follows it. Warnings before it are passed over.
    pub(crate) fn result(&self) -> (i32, Taken<'_>) {
        assert_eq!(self.opcode, RESULT, "{:?}", String::from_utf8_lossy(&self.body));
        let mut body = Taken(&self.body);
        if self.flags & WARNING != 0 {
            for _ in 0..body.short() {
                body.string();
            }
        }
        (body.int(), body)
    }
}

/// A connection.
pub(crate) struct Raw {
    socket: TcpStream,
    version: u8,
}

impl Raw {
    /// Connects and says nothing.
    pub(crate) fn silent(address: SocketAddr) -> Self {
        let socket = TcpStream::connect(address).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        socket.set_nodelay(true).unwrap();
        Self { socket, version: 4 }
    }

    /// Connects and starts.
    pub(crate) fn ready(address: SocketAddr) -> Self {
        Self::started(address, 4, &[])
    }

    /// Connects and starts in a version, with further options.
    pub(crate) fn started(address: SocketAddr, version: u8, options: &[(&str, &str)]) -> Self {
        let mut raw = Self { version, ..Self::silent(address) };
        assert_eq!(raw.start(options).opcode, READY);
        raw
    }

    pub(crate) fn start(&mut self, options: &[(&str, &str)]) -> Frame {
        let count = u16::try_from(options.len() + 1).unwrap();
        let body = Body::default().short(count).string("CQL_VERSION").string("3.0.0");
        let body = options.iter().fold(body, |body, (name, value)| body.string(name).string(value));
        self.ask(STARTUP, &body)
    }

    pub(crate) fn send_bytes(&mut self, bytes: &[u8]) {
        self.socket.write_all(bytes).unwrap();
    }

    pub(crate) fn send(&mut self, stream: i16, opcode: u8, body: &Body) {
        let mut frame = vec![self.version, 0];
        frame.extend(stream.to_be_bytes());
        frame.push(opcode);
        frame.extend(u32::try_from(body.0.len()).unwrap().to_be_bytes());
        frame.extend(&body.0);
        self.send_bytes(&frame);
    }

    pub(crate) fn receive(&mut self) -> Frame {
        let mut head = [0; 9];
        self.socket.read_exact(&mut head).unwrap();
        let [version, flags, high, low, opcode, a, b, c, d] = head;
        let mut body = vec![0; usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap()];
        self.socket.read_exact(&mut body).unwrap();
        Frame { version, flags, stream: i16::from_be_bytes([high, low]), opcode, body }
    }

    pub(crate) fn ask(&mut self, opcode: u8, body: &Body) -> Frame {
        self.send(7, opcode, body);
        let frame = self.receive();
        assert_eq!(frame.stream, 7);
        frame
    }

    pub(crate) fn query(&mut self, text: &str) -> Frame {
        self.ask(QUERY, &Body::query(text))
    }

    /// Runs a statement that must not fail.
    pub(crate) fn run(&mut self, text: &str) {
        let frame = self.query(text);
        assert_eq!(frame.opcode, RESULT, "{text}: {}", String::from_utf8_lossy(&frame.body));
    }

    /// Prepares a statement and gives its id.
    pub(crate) fn prepare(&mut self, text: &str) -> Vec<u8> {
        let frame = self.ask(PREPARE, &Body::default().long_string(text));
        let (kind, mut body) = frame.result();
        assert_eq!(kind, 4);
        body.short_bytes().to_vec()
    }

    /// Runs a prepared statement without values.
    pub(crate) fn execute(&mut self, id: &[u8]) -> Frame {
        self.ask(EXECUTE, &Body::default().short_bytes(id).short(1).byte(0))
    }

    /// Everything until the server ends the connection.
    pub(crate) fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        // A reset is an end, too.
        drop(self.socket.read_to_end(&mut rest));
        rest
    }

    /// Whether the server has ended the connection and said nothing more.
    pub(crate) fn is_closed(&mut self) -> bool {
        // The server may have been first.
        drop(self.socket.shutdown(Shutdown::Write));
        match self.socket.read(&mut [0]) {
            Ok(read) => read == 0,
            Err(error) => error.kind() == ErrorKind::ConnectionReset,
        }
    }
}
