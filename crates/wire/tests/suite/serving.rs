//! A server on a port of its own, with an engine in memory and a clock that can be held.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use quorate_engine::{Clock, Engine};
use quorate_wire::{Server, Settings};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A server that runs until it is dropped.
pub(crate) struct Serving {
    pub(crate) runtime: Runtime,
    pub(crate) address: SocketAddr,
    pub(crate) gate: Arc<Gate>,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
}

/// A clock that counts. While it is shut, whoever asks it for the time waits: that is how a test
/// keeps a statement under way for as long as it needs.
#[derive(Default)]
pub(crate) struct Gate {
    ticks: AtomicU64,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    shut: bool,
    waiting: usize,
}

impl Gate {
    pub(crate) fn shut(&self) {
        self.state.lock().unwrap().shut = true;
    }

    pub(crate) fn open(&self) {
        self.state.lock().unwrap().shut = false;
        self.changed.notify_all();
    }

    /// Waits until that many statements stand before the gate.
    pub(crate) fn wait_for(&self, waiting: usize) {
        let state = self.state.lock().unwrap();
        drop(self.changed.wait_while(state, |state| state.waiting < waiting).unwrap());
    }
}

impl Clock for Gate {
    fn now_micros(&self) -> i64 {
        let mut state = self.state.lock().unwrap();
        state.waiting += 1;
        self.changed.notify_all();
        let mut state = self.changed.wait_while(state, |state| state.shut).unwrap();
        state.waiting -= 1;
        1_700_000_000_000_000 + i64::try_from(self.ticks.fetch_add(1, Ordering::Relaxed)).unwrap()
    }

    fn random(&self) -> u128 {
        u128::from(self.ticks.fetch_add(1, Ordering::Relaxed)) << 64
    }
}

impl Serving {
    pub(crate) fn start() -> Self {
        Self::with(Settings::default())
    }

    pub(crate) fn with(settings: Settings) -> Self {
        let runtime = Runtime::new().unwrap();
        let gate = Arc::<Gate>::default();
        let engine = Arc::new(Engine::in_memory(Arc::clone(&gate) as Arc<dyn Clock>).unwrap());
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = runtime.block_on(Server::bind(engine, listen, settings)).unwrap();
        let address = server.address();
        let (stop, stopped) = oneshot::channel();
        let task = runtime.spawn(server.run(async { drop(stopped.await) }));
        Self { runtime, address, gate, stop: Some(stop), task: Some(task) }
    }

    /// Tells the server to stop, without waiting for it.
    pub(crate) fn tell_to_stop(&mut self) {
        drop(self.stop.take());
    }

    /// Waits until it has stopped.
    pub(crate) fn wait(mut self) {
        let task = self.task.take().unwrap();
        self.runtime.block_on(task).unwrap();
    }
}
