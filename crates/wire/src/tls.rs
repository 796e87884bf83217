//! TLS: the server's certificate and key, from PEM.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject as _};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// What the server shows of itself.
#[derive(Clone)]
pub struct Tls {
    config: Arc<ServerConfig>,
}

/// Why a certificate or key cannot be used: give others.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// A file that cannot be read as PEM.
    #[error("{} is no PEM file with what is needed", file.display())]
    Pem {
        /// Which.
        file: PathBuf,
        /// Why.
        #[source]
        source: pem::Error,
    },
    /// The key does not belong to the certificate, or is of a kind that is not known.
    #[error("the certificate cannot be used with this key")]
    Key(#[from] tokio_rustls::rustls::Error),
}

impl Tls {
    /// Reads a certificate chain and its private key.
    ///
    /// # Errors
    /// `TlsError` when either cannot be used.
    pub fn from_files(certificates: &Path, key: &Path) -> Result<Self, TlsError> {
        let wrong = |file: &Path| {
            let file = file.to_path_buf();
            move |source| TlsError::Pem { file, source }
        };
        let chain: Vec<CertificateDer<'static>> =
            CertificateDer::pem_file_iter(certificates).and_then(Iterator::collect).map_err(wrong(certificates))?;
        let key = PrivateKeyDer::from_pem_file(key).map_err(wrong(key))?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        Ok(Self { config: Arc::new(config) })
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}
