//! The listener: accepts connections, bounds their number, and ends them in order.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use quorate_engine::Engine;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::auth::Authenticator;
use crate::connection::Connection;
use crate::execute::Context;
use crate::limits::Limits;
use crate::service::Service;
use crate::tls::Tls;

/// A pause after an accept that failed, mostly because there are no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How to serve.
#[derive(Clone, Default)]
pub struct Settings {
    /// The address that clients are told is this node's; without one, the address that each of them
    /// connected to.
    pub advertise: Option<IpAddr>,
    /// Encrypts, where given.
    pub tls: Option<Tls>,
    /// Who may connect; `None`: everybody.
    pub authenticator: Option<Arc<dyn Authenticator>>,
    /// How much is accepted.
    pub limits: Limits,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("advertise", &self.advertise)
            .field("tls", &self.tls)
            .field("authenticated", &self.authenticator.is_some())
            .field("limits", &self.limits)
            .finish()
    }
}

/// A server that listens.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    service: Arc<Service>,
    advertise: Option<IpAddr>,
    tls: Option<TlsAcceptor>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Server {
    /// Listens. Nobody is served before `run`.
    ///
    /// # Errors
    /// What the operating system says to the address.
    pub async fn bind(engine: Arc<Engine>, listen: SocketAddr, settings: Settings) -> std::io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        Ok(Self {
            listener,
            address,
            service: Arc::new(Service::new(engine, settings.authenticator, settings.limits)),
            advertise: settings.advertise,
            tls: settings.tls.map(|tls| tls.acceptor()),
        })
    }

    /// Where it listens; the port is known even if the system chose it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is done. Then nobody new is accepted, requests under way are answered,
    /// and every connection is closed, the last ones by force when the time for that is over. No
    /// connection uses the engine once this returns, unless a request did not end in that time.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let (tell, told) = watch::channel(false);
        let mut connections = JoinSet::new();
        let mut stop = std::pin::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                accepted = self.listener.accept() => match accepted {
                    Ok((socket, _)) if connections.len() < self.service.limits.connections => {
                        self.serve(socket, told.clone(), &mut connections);
                    }
                    Ok(_) => tracing::warn!("a connection was closed: there are as many as the limit allows"),
                    Err(error) => {
                        tracing::warn!(%error, "a connection could not be accepted");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                },
                Some(_) = connections.join_next(), if !connections.is_empty() => {}
            }
        }
        let limit = self.service.limits.drain;
        drop(self.listener);
        tell.send_replace(true);
        let drained = tokio::time::timeout(limit, async { while connections.join_next().await.is_some() {} }).await;
        if drained.is_err() {
            tracing::warn!(left = connections.len(), "connections were closed before their requests had ended");
        }
        connections.shutdown().await;
    }

    fn serve(&self, socket: TcpStream, stop: watch::Receiver<bool>, connections: &mut JoinSet<()>) {
        let Ok(local) = socket.local_addr() else { return };
        let node = SocketAddr::new(self.advertise.unwrap_or(local.ip()), self.address.port());
        let context = Context { keyspace: None, node };
        let (service, tls) = (Arc::clone(&self.service), self.tls.clone());
        connections.spawn(async move {
            let ended = serve_client(socket, tls, service, context, stop).await;
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended");
            }
        });
    }
}

async fn serve_client(
    socket: TcpStream,
    tls: Option<TlsAcceptor>,
    service: Arc<Service>,
    context: Context,
    stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    socket.set_nodelay(true)?;
    let Some(tls) = tls else { return Connection::new(socket, service, context).run(stop).await };
    let limit = service.limits.handshake;
    let socket = tokio::time::timeout(limit, tls.accept(socket)).await??;
    Connection::new(socket, service, context).run(stop).await
}
