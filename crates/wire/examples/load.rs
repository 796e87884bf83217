//! Requests per second and their latency over loopback:
//! `load [--connections 32] [--seconds 5] [--rate PER_SECOND] [HOST:PORT]`.
//!
//! Each connection has one request under way, and the next at once, or at the times that a rate gives. Without an address a server with a store on disk is
//! started in this process, on a runtime of its own; with one, any server of the protocol is
//! measured, a Cassandra too. All clients share one thread. Prints a table; asserts nothing.
#![expect(clippy::print_stdout, reason = "a command line program")]

use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, UNIX_EPOCH};

use quorate_engine::{Clock, Engine, Options};
use quorate_wire::{Server, Settings};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const PARTITIONS: i32 = 1000;
const ROWS: i32 = 20;

const SCHEMA: [&str; 3] = [
    "DROP KEYSPACE IF EXISTS load",
    "CREATE KEYSPACE load WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
    "CREATE TABLE load.t (k int, c int, v text, PRIMARY KEY (k, c))",
];
const INSERT: &str = "INSERT INTO load.t (k, c, v) VALUES (?, ?, 'a value of some forty bytes, for the load')";
const POINT: &str = "SELECT v FROM load.t WHERE k = ? AND c = ?";
const SLICE: &str = "SELECT c, v FROM load.t WHERE k = ? AND c >= ? LIMIT 10";

type Failure = Box<dyn Error + Send + Sync>;

struct Machine(AtomicU64);

impl Clock for Machine {
    fn now_micros(&self) -> i64 {
        #[expect(clippy::disallowed_methods, reason = "a program of its own")]
        let elapsed = std::time::SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX)
    }

    fn random(&self) -> u128 {
        u128::from(self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed))
    }
}

/// What to do.
struct Load {
    connections: u64,
    seconds: u64,
    /// Of all connections together; `None`: as many as there can be.
    rate: Option<u64>,
    address: Option<SocketAddr>,
}

fn main() -> Result<(), Failure> {
    let load = arguments()?;
    let clients = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    if let Some(address) = load.address {
        return clients.block_on(measure(address, &load));
    }
    let directory = std::env::temp_dir().join(format!("quorate-load-{}", std::process::id()));
    let outcome = with_server(&directory, |address| clients.block_on(measure(address, &load)));
    std::fs::remove_dir_all(&directory)?;
    outcome
}

fn arguments() -> Result<Load, Failure> {
    let mut load = Load { connections: 32, seconds: 5, rate: None, address: None };
    let mut rest = std::env::args().skip(1);
    while let Some(argument) = rest.next() {
        let mut number = || rest.next().ok_or("a number is missing")?.parse::<u64>().map_err(Failure::from);
        match argument.as_str() {
            "--connections" => load.connections = number()?,
            "--seconds" => load.seconds = number()?,
            "--rate" => load.rate = Some(number()?.max(1)),
            address => load.address = Some(address.parse()?),
        }
    }
    Ok(load)
}

fn with_server(directory: &Path, measure: impl FnOnce(SocketAddr) -> Result<(), Failure>) -> Result<(), Failure> {
    let engine = Engine::open(directory, Options::default(), Arc::new(Machine(AtomicU64::new(1))))?;
    let runtime = tokio::runtime::Runtime::new()?;
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = runtime.block_on(Server::bind(Arc::new(engine), listen, Settings::default()))?;
    let address = server.address();
    runtime.spawn(server.run(std::future::pending()));
    measure(address)
}

async fn measure(address: SocketAddr, load: &Load) -> Result<(), Failure> {
    let mut setup = Client::connect(address).await?;
    for text in SCHEMA {
        setup.query(text).await?;
    }
    let insert = setup.prepare(INSERT).await?;
    for row in 0..PARTITIONS * ROWS {
        setup.execute(&insert, row % PARTITIONS, row / PARTITIONS).await?;
    }
    println!("{} connections, one request under way on each, {} s", load.connections, load.seconds);
    println!("{:<22} {:>10} {:>9} {:>9} {:>9}", "", "per second", "p50 µs", "p99 µs", "p99.9 µs");
    for (name, text) in [("point read", POINT), ("slice of 10 rows", SLICE), ("upsert", INSERT)] {
        run(name, text, address, load).await?;
    }
    Ok(())
}

async fn run(name: &str, text: &'static str, address: SocketAddr, load: &Load) -> Result<(), Failure> {
    let mut clients = Vec::new();
    for _ in 0..load.connections {
        let mut client = Client::connect(address).await?;
        let id = client.prepare(text).await?;
        clients.push((client, id));
    }
    let pause = load.rate.map(|rate| Duration::from_micros(load.connections * 1_000_000 / rate));
    let begin = Instant::now();
    let end = begin + Duration::from_secs(load.seconds);
    let mut tasks = JoinSet::new();
    for (seed, (mut client, id)) in (1_u32..).zip(clients) {
        // Connections take turns, so that a rate is no row of bursts.
        let turn = pause.map_or(Duration::ZERO, |pause| pause * seed / u32::try_from(load.connections).unwrap_or(1));
        tasks.spawn(async move {
            let mut state = u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mut latencies = Vec::new();
            let mut due = begin + turn;
            tokio::time::sleep_until(due.into()).await;
            let mut before = Instant::now();
            while before < end {
                // A linear congruential step is random enough to spread the requests.
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let place = i32::try_from(state >> 33)? % (PARTITIONS * ROWS);
                client.execute(&id, place % PARTITIONS, place / PARTITIONS).await?;
                let after = Instant::now();
                latencies.push(after - before);
                before = after;
                if let Some(pause) = pause {
                    due += pause;
                    tokio::time::sleep_until(due.into()).await;
                    before = Instant::now();
                }
            }
            Ok::<_, Failure>(latencies)
        });
    }
    let mut latencies = Vec::new();
    while let Some(done) = tasks.join_next().await {
        latencies.extend(done??);
    }
    let milliseconds = begin.elapsed().as_millis().max(1);
    latencies.sort_unstable();
    let at = |share: usize| latencies.get(latencies.len() * share / 1000).map_or(0, Duration::as_micros);
    let rate = latencies.len() as u128 * 1000 / milliseconds;
    println!("{name:<22} {rate:>10} {:>9} {:>9} {:>9}", at(500), at(990), at(999));
    Ok(())
}

/// A connection that waits for each answer.
struct Client {
    socket: TcpStream,
    frame: Vec<u8>,
}

impl Client {
    async fn connect(address: SocketAddr) -> Result<Self, Failure> {
        let socket = TcpStream::connect(address).await?;
        socket.set_nodelay(true)?;
        let mut client = Self { socket, frame: Vec::new() };
        client.ask(0x01, b"\x00\x01\x00\x0bCQL_VERSION\x00\x053.0.0").await?;
        Ok(client)
    }

    /// Sends a frame and leaves the body of its answer in `frame`.
    async fn ask(&mut self, opcode: u8, body: &[u8]) -> Result<(), Failure> {
        self.frame.clear();
        self.frame.extend([4, 0, 0, 0, opcode]);
        self.frame.extend(u32::try_from(body.len())?.to_be_bytes());
        self.frame.extend(body);
        self.socket.write_all(&self.frame).await?;
        self.frame.clear();
        while self.frame.len() < 9 || self.frame.len() < 9 + self.length() {
            if self.socket.read_buf(&mut self.frame).await? == 0 {
                return Err("the server closed the connection".into());
            }
        }
        if self.frame[4] == 0 {
            return Err(String::from_utf8_lossy(&self.frame[15..]).into());
        }
        Ok(())
    }

    fn length(&self) -> usize {
        self.frame[5..9].iter().fold(0, |length, byte| length << 8 | usize::from(*byte))
    }

    async fn query(&mut self, text: &str) -> Result<(), Failure> {
        let body = [&u32::try_from(text.len())?.to_be_bytes(), text.as_bytes(), &[0, 1, 0]].concat();
        self.ask(0x07, &body).await
    }

    async fn prepare(&mut self, text: &str) -> Result<Vec<u8>, Failure> {
        self.ask(0x09, &[&u32::try_from(text.len())?.to_be_bytes(), text.as_bytes()].concat()).await?;
        // Behind the head and the kind of the result.
        let length = usize::from(u16::from_be_bytes([self.frame[13], self.frame[14]]));
        Ok(self.frame[15..15 + length].to_vec())
    }

    async fn execute(&mut self, id: &[u8], k: i32, c: i32) -> Result<(), Failure> {
        let mut body = u16::try_from(id.len())?.to_be_bytes().to_vec();
        body.extend(id);
        // At consistency ONE, two values, the columns are known.
        body.extend([0, 1, 3, 0, 2]);
        for value in [k, c] {
            body.extend(4_i32.to_be_bytes());
            body.extend(value.to_be_bytes());
        }
        self.ask(0x0A, &body).await
    }
}
