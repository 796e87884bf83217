//! One client: its frames in, its answers out, and what is under way between them.
//!
//! One task owns the socket. It serves the frames that have arrived one after the other; what may
//! take long, or waits for the disk, finishes on other threads, and its answer goes out whenever it
//! is there. Output is written when nothing more is to be served at once, so that answers to many
//! small requests leave in one piece.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf as _, BytesMut};
use quorate_engine::{SchemaChanged, Statement};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::{broadcast, mpsc, watch};
use tokio::time::Instant;

use crate::auth;
use crate::codec::Malformed;
use crate::compression::Compression;
use crate::execute::{self, Context, Done, LONG_BODY, Place};
use crate::failure::Failure;
use crate::frame::{COMPRESSED, HEAD, Head, Opcode, Version, read_head};
use crate::reply::Promise;
use crate::request::{Request, Topic};
use crate::response::{Format, Reply, Response, write_event};
use crate::service::Service;

/// Free space before each read.
const READ_BYTES: usize = 16 << 10;
/// Output that is written before more is served.
const OUTPUT_BYTES: usize = 256 << 10;
/// How long and how much is read and forgotten after a fatal error, so that the client gets to read it.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_BYTES: usize = 1 << 20;

/// How far a connection has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing yet.
    Fresh,
    /// STARTUP came; the password has not.
    Authenticating,
    /// Everything may be asked.
    Ready,
}

/// A request that is too large: its body is passed over, then it is answered.
#[derive(Debug, Clone, Copy)]
struct Oversized {
    stream: i16,
    length: usize,
    remaining: usize,
}

/// A client.
pub(crate) struct Connection<S> {
    socket: S,
    service: Arc<Service>,
    context: Context,
    format: Format,
    stage: Stage,
    input: BytesMut,
    output: Vec<u8>,
    oversized: Option<Oversized>,
    /// Requests whose answers come through `finished`.
    in_flight: usize,
    finish: mpsc::UnboundedSender<Vec<u8>>,
    finished: mpsc::UnboundedReceiver<Vec<u8>>,
    events: Option<broadcast::Receiver<Arc<SchemaChanged>>>,
    refuses_overload: bool,
    /// No more requests are taken; what is under way is still answered.
    closing: bool,
    /// Why it ended, if the client is to blame.
    broken: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    pub(crate) fn new(socket: S, service: Arc<Service>, context: Context) -> Self {
        let (finish, finished) = mpsc::unbounded_channel();
        Self {
            socket,
            service,
            context,
            format: Format { version: Version::V4, compression: None },
            stage: Stage::Fresh,
            input: BytesMut::new(),
            output: Vec::new(),
            oversized: None,
            in_flight: 0,
            finish,
            finished,
            events: None,
            refuses_overload: false,
            closing: false,
            broken: false,
        }
    }

    /// Serves until the client goes, breaks the protocol, or `stop` says so.
    pub(crate) async fn run(mut self, mut stop: watch::Receiver<bool>) -> std::io::Result<()> {
        let deadline = Instant::now() + self.service.limits.handshake;
        loop {
            let mut more = self.serve_arrived();
            // What has finished makes room for what has arrived.
            while self.take_all_finished() && !more {
                more = self.serve_arrived();
            }
            self.flush().await?;
            if self.closing && self.in_flight == 0 {
                return self.close().await;
            }
            if more {
                // Others on this thread have waited for what was served.
                tokio::task::yield_now().await;
                continue;
            }
            let reads = !self.closing && self.has_room();
            if reads {
                self.input.reserve(READ_BYTES);
            }
            tokio::select! {
                biased;
                Some(frame) = self.finished.recv(), if self.in_flight > 0 => self.take_finished(&frame),
                read = self.socket.read_buf(&mut self.input), if reads => {
                    if read? == 0 {
                        // What is under way is finished, but nobody reads its answer.
                        return Ok(());
                    }
                }
                event = next_event(&mut self.events) => {
                    if let Some(change) = event {
                        write_event(&change, self.format, &mut self.output);
                    }
                }
                _ = stop.changed(), if !self.closing => self.closing = true,
                () = tokio::time::sleep_until(deadline), if self.stage != Stage::Ready => return Ok(()),
            }
        }
    }

    fn has_room(&self) -> bool {
        self.refuses_overload || self.in_flight < self.service.limits.in_flight
    }

    /// Answers whether there was any.
    fn take_all_finished(&mut self) -> bool {
        let before = self.in_flight;
        while let Ok(frame) = self.finished.try_recv() {
            self.take_finished(&frame);
        }
        self.in_flight < before
    }

    fn take_finished(&mut self, frame: &[u8]) {
        self.in_flight -= 1;
        self.output.extend_from_slice(frame);
    }

    async fn flush(&mut self) -> std::io::Result<()> {
        if self.output.is_empty() {
            return Ok(());
        }
        self.socket.write_all(&self.output).await?;
        self.socket.flush().await?;
        self.output.clear();
        self.output.shrink_to(OUTPUT_BYTES);
        Ok(())
    }

    /// Ends the output, and after an error waits a moment for the client to have read it: closing a
    /// socket with unread input would take it back.
    async fn close(mut self) -> std::io::Result<()> {
        self.socket.shutdown().await?;
        if self.broken {
            // Whoever does not read within that time never will.
            drop(tokio::time::timeout(LINGER, self.pass_rest()).await);
        }
        Ok(())
    }

    async fn pass_rest(&mut self) -> std::io::Result<()> {
        let mut passed = 0;
        while passed < LINGER_BYTES {
            self.input.clear();
            self.input.reserve(READ_BYTES);
            match self.socket.read_buf(&mut self.input).await? {
                0 => break,
                read => passed += read,
            }
        }
        Ok(())
    }

    /// Serves the frames that are complete. Answers whether it stopped before the last of them.
    fn serve_arrived(&mut self) -> bool {
        while !self.closing && self.has_room() {
            if self.output.len() >= OUTPUT_BYTES {
                return true;
            }
            if self.oversized.is_some() && !self.pass_over() {
                return false;
            }
            let head = match read_head(&self.input) {
                Ok(Some(head)) => head,
                Ok(None) => return false,
                Err(bad) => {
                    self.give_up(bad.stream(), Failure::protocol(bad.to_string()));
                    return false;
                }
            };
            if head.length.saturating_add(HEAD) > self.service.limits.frame_bytes {
                self.oversized =
                    Some(Oversized { stream: head.stream, length: head.length, remaining: head.length + HEAD });
                continue;
            }
            if self.input.len() < HEAD + head.length {
                return false;
            }
            let mut frame = self.input.split_to(HEAD + head.length);
            frame.advance(HEAD);
            self.serve(head, frame);
        }
        false
    }

    /// Forgets what has arrived of a request that is too large; answers whether that was all of it.
    fn pass_over(&mut self) -> bool {
        let Some(oversized) = &mut self.oversized else { return true };
        let passed = oversized.remaining.min(self.input.len());
        self.input.advance(passed);
        oversized.remaining -= passed;
        if oversized.remaining > 0 {
            return false;
        }
        let (stream, length, limit) = (oversized.stream, oversized.length + HEAD, self.service.limits.frame_bytes);
        self.oversized = None;
        let message = format!("Request is too big: length {length} exceeds maximum allowed length {limit}.");
        self.answer(stream, &Reply::from(Failure::invalid(message)));
        true
    }

    fn answer(&mut self, stream: i16, reply: &Reply) {
        reply.write(self.format, stream, &mut self.output);
    }

    /// Answers and takes no further requests: what follows cannot be understood.
    fn give_up(&mut self, stream: i16, failure: Failure) {
        self.answer(stream, &Reply::from(failure));
        self.closing = true;
        self.broken = true;
    }

    fn serve(&mut self, head: Head, frame: BytesMut) {
        if self.stage == Stage::Fresh {
            self.format.version = head.version;
        } else if self.format.version != head.version {
            let (got, first) = (head.version.number(), self.format.version.number());
            let message = format!(
                "Invalid message version. Got {got}/v{got} but previous messages on this connection had version \
                 {first}/v{first}"
            );
            return self.give_up(head.stream, Failure::protocol(message));
        }
        let body = match self.decompressed(&head, frame) {
            Ok(body) => body,
            Err(malformed) => return self.give_up(head.stream, malformed.into()),
        };
        let served = match self.stage {
            Stage::Ready => self.serve_ready(&head, body),
            _ => self.serve_handshake(&head, &body),
        };
        match served {
            Ok(()) => {}
            Err(failure @ (Failure::Malformed(_) | Failure::Protocol { .. })) => self.give_up(head.stream, failure),
            Err(failure) => self.answer(head.stream, &Reply::from(failure)),
        }
    }

    fn decompressed(&self, head: &Head, frame: BytesMut) -> Result<BytesMut, Malformed> {
        if !head.has(COMPRESSED) || frame.is_empty() {
            return Ok(frame);
        }
        let compression = self.format.compression.ok_or(Malformed::NotAgreed)?;
        Ok(BytesMut::from(&*compression.decompress(&frame, self.service.limits.frame_bytes)?))
    }

    /// OPTIONS, STARTUP and authentication; Cassandra's words for everything else
    /// (`transport/ServerConnection.java`).
    fn serve_handshake(&mut self, head: &Head, body: &[u8]) -> Result<(), Failure> {
        let name = head.opcode.name();
        match (self.stage, Request::read(head, body)?) {
            (Stage::Fresh, Request::Options) => self.answer(head.stream, &Response::Supported.into()),
            (Stage::Fresh, Request::Startup(options)) => {
                let reply = self.start(&options)?;
                self.answer(head.stream, &reply);
            }
            (Stage::Authenticating, Request::AuthResponse(token)) => {
                self.authenticate(token.unwrap_or_default())?;
                self.answer(head.stream, &Response::AuthSuccess.into());
            }
            (Stage::Authenticating, _) => {
                return Err(Failure::protocol(format!("Unexpected message {name}, expecting SASL_RESPONSE")));
            }
            _ => {
                return Err(Failure::protocol(format!("Unexpected message {name}, expecting STARTUP or OPTIONS")));
            }
        }
        Ok(())
    }

    fn start(&mut self, options: &[(&str, &str)]) -> Result<Reply, Failure> {
        let option = |name: &str| options.iter().find(|option| option.0 == name).map(|option| option.1);
        let version = option("CQL_VERSION");
        let version = version.ok_or_else(|| Failure::protocol("Missing value CQL_VERSION in STARTUP message"))?;
        if version.split('.').next().and_then(|major| major.parse::<u32>().ok()).is_none_or(|major| major < 3) {
            return Err(Failure::protocol(format!(
                "CQL version {version} is not supported by the binary protocol (supported version are >= 3.0.0)"
            )));
        }
        if let Some(name) = option("COMPRESSION").filter(|name| !name.is_empty()) {
            let known = Compression::named(name);
            let known = known.ok_or_else(|| Failure::protocol(format!("Unknown compression algorithm: {name}")))?;
            self.format.compression = Some(known);
        }
        self.refuses_overload = option("THROW_ON_OVERLOAD") == Some("1");
        Ok(if self.service.authenticator.is_some() {
            self.stage = Stage::Authenticating;
            Response::Authenticate(auth::CLASS).into()
        } else {
            self.stage = Stage::Ready;
            Response::Ready.into()
        })
    }

    fn authenticate(&mut self, token: &[u8]) -> Result<(), Failure> {
        let Some(authenticator) = &self.service.authenticator else { return Ok(()) };
        let refused = |user: &str| Failure::Credentials {
            message: format!("Provided username {user} and/or password are incorrect"),
        };
        let (user, password) = auth::read_plain(token).ok_or_else(|| refused(""))?;
        authenticator.check(user, password).map_err(|_| refused(user))?;
        self.stage = Stage::Ready;
        Ok(())
    }

    fn serve_ready(&mut self, head: &Head, body: BytesMut) -> Result<(), Failure> {
        match head.opcode {
            Opcode::Startup => {
                return Err(Failure::protocol("Unexpected message STARTUP, the connection is already initialized"));
            }
            Opcode::AuthResponse => {
                return Err(Failure::protocol(
                    "Unexpected message AUTH_RESPONSE, the connection is already initialized",
                ));
            }
            Opcode::Register => {
                let Request::Register(topics) = Request::read(head, &body)? else { return Ok(()) };
                if topics.contains(&Topic::Schema) && self.events.is_none() {
                    self.events = Some(self.service.subscribe());
                }
                self.answer(head.stream, &Response::Ready.into());
                return Ok(());
            }
            _ => {}
        }
        if self.in_flight >= self.service.limits.in_flight {
            return Err(Failure::Overloaded { limit: self.service.limits.in_flight });
        }
        if body.len() > LONG_BODY {
            self.serve_aside(*head, body, None);
            return Ok(());
        }
        match execute::run(&self.service, &self.context, Request::read(head, &body)?, Place::Here)? {
            Done::Now(reply) => {
                if let Response::Keyspace(name) = &reply.response {
                    self.context.keyspace = Some(name.as_str().into());
                }
                self.answer(head.stream, &reply);
            }
            Done::WhenDurable(reply) => {
                self.in_flight += 1;
                tell_when_durable(&self.service, self.promise(head.stream), reply);
            }
            Done::Later(statement) => self.serve_aside(*head, body, statement),
        }
        Ok(())
    }

    fn promise(&self, stream: i16) -> Promise {
        Promise::new(self.finish.clone(), self.format, stream)
    }

    /// Runs a request on a thread that may block.
    fn serve_aside(&mut self, head: Head, body: BytesMut, statement: Option<Arc<Statement>>) {
        self.in_flight += 1;
        let promise = self.promise(head.stream);
        let (service, context) = (Arc::clone(&self.service), self.context.clone());
        tokio::task::spawn_blocking(move || {
            let request = Request::read(&head, &body).map_err(Failure::from);
            let place = Place::Aside(statement);
            match request.and_then(|request| execute::run(&service, &context, request, place)) {
                Ok(Done::Now(reply)) => promise.keep(&reply),
                Ok(Done::WhenDurable(reply)) => tell_when_durable(&service, promise, reply),
                // Nothing is too long for a thread that may block: the promise breaks, which is told.
                Ok(Done::Later(_)) => drop(promise),
                Err(failure) => promise.keep(&Reply::from(failure)),
            }
        });
    }
}

fn tell_when_durable(service: &Service, promise: Promise, reply: Reply) {
    let told = service.engine.when_durable(move |outcome| match outcome {
        Ok(()) => promise.keep(&reply),
        Err(error) => promise.keep(&Reply::from(Failure::from(error))),
    });
    if let Err(error) = told {
        tracing::error!(%error, "a write could not be made durable");
    }
}

/// The next event of a connection that asked for them; never comes for others.
async fn next_event(events: &mut Option<broadcast::Receiver<Arc<SchemaChanged>>>) -> Option<Arc<SchemaChanged>> {
    match events {
        None => std::future::pending().await,
        Some(receiver) => match receiver.recv().await {
            Ok(change) => Some(change),
            // Whoever falls behind that far reads the schema anew anyway.
            Err(broadcast::error::RecvError::Lagged(_)) => None,
            Err(broadcast::error::RecvError::Closed) => {
                *events = None;
                None
            }
        },
    }
}
