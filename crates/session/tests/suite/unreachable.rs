//! Clusters that are not there: a clear error within the time limit.

use std::time::{Duration, Instant};

use quorate_session::{Class, ClusterOptions, Error, Session, Target};
use tokio::net::TcpListener;

use super::back_ends::{clock, cluster};

fn options(contact_point: String) -> ClusterOptions {
    ClusterOptions { connect_timeout: Duration::from_millis(500), ..ClusterOptions::new([contact_point]) }
}

async fn refusal(contact_point: String) -> String {
    let started = Instant::now();
    let opened = Session::open(&Target::Cluster(options(contact_point)), clock()).await;
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    match opened {
        Err(error @ Error::Unavailable { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let message = refusal(address.clone()).await;
    assert!(message.contains(&address), "{message}");
}

#[tokio::test]
async fn a_listener_never_answers() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let message = refusal(address.clone()).await;
    assert!(message.contains(&address), "{message}");
}

#[tokio::test]
async fn a_contact_point_that_never_answers_keeps_nobody_out() {
    let Some(mut points) = cluster() else { return };
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    points.push(silent.local_addr().unwrap().to_string());
    let session = Session::open(&Target::Cluster(ClusterOptions::new(points)), clock()).await.unwrap();
    let read = session.prepare("SELECT cluster_name FROM system.local", Class::Read).await.unwrap();
    assert_eq!(session.execute(&read, ()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn no_contact_points() {
    let options = ClusterOptions::new(Vec::<String>::new());
    let error = Session::open(&Target::Cluster(options), clock()).await.unwrap_err();
    assert!(matches!(error, Error::Config { .. }), "{error:?}");
}
