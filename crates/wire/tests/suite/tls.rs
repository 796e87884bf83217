//! TLS: the certificate is shown, the protocol runs inside, and nothing runs outside of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use quorate_wire::{Settings, Tls, TlsError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::raw::{OPTIONS, Raw, SUPPORTED};
use crate::serving::Serving;

/// A certificate for 127.0.0.1 that signs itself, made for these tests.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tls").join(name)
}

fn encrypted() -> Serving {
    let tls = Tls::from_files(&file("certificate.pem"), &file("key.pem")).unwrap();
    Serving::with(Settings { tls: Some(tls), ..Settings::default() })
}

#[test]
fn the_protocol_runs_inside_tls() {
    let serving = encrypted();
    serving.runtime.block_on(async {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(file("certificate.pem")).unwrap()).unwrap();
        let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let socket = TcpStream::connect(serving.address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let mut socket = TlsConnector::from(Arc::new(config)).connect(name, socket).await.unwrap();
        socket.write_all(&[4, 0, 0, 3, OPTIONS, 0, 0, 0, 0]).await.unwrap();
        let mut head = [0; 9];
        socket.read_exact(&mut head).await.unwrap();
        assert_eq!(head[..5], [0x84, 0, 0, 3, SUPPORTED]);
    });
}

#[test]
fn a_client_without_tls_gets_nothing() {
    let serving = encrypted();
    let mut raw = Raw::silent(serving.address);
    raw.send_bytes(&[4, 0, 0, 3, OPTIONS, 0, 0, 0, 0]);
    // An alert of TLS is all that may come.
    assert!(!raw.rest().starts_with(&[0x84]));
}

#[test]
fn files_that_do_not_belong_together_are_refused() {
    let swapped = Tls::from_files(&file("key.pem"), &file("certificate.pem"));
    assert!(matches!(swapped, Err(TlsError::Pem { .. })), "{swapped:?}");
}
