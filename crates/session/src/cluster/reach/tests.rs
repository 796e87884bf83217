//! Contact points of which some answer, some are silent, and some are something else.

use tokio::net::TcpListener;

use super::*;

/// SUPPORTED without options, which the server may send in the answer to OPTIONS.
const SUPPORTED: [u8; 11] = [0x84, 0, 0, 0, 0x06, 0, 0, 0, 2, 0, 0];
const FOREVER: Duration = Duration::from_hours(1);
const SOON: Duration = Duration::from_millis(100);

/// Something that listens, and answers a request with that, or never.
async fn listener(answer: Option<&'static [u8]>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; OPTIONS.len()];
            stream.read_exact(&mut request).await.unwrap();
            assert_eq!(request, OPTIONS);
            if let Some(answer) = answer {
                stream.write_all(answer).await.unwrap();
            }
            open.push(stream);
        }
    });
    address
}

async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().to_string()
}

#[tokio::test]
async fn those_that_answer_do_not_wait_for_those_that_do_not() {
    let points = [listener(None).await, listener(Some(&SUPPORTED)).await, nobody().await];
    let patience = Patience { whole: FOREVER, each: SOON };
    let reached = contact_points(&points, patience).await.unwrap();
    assert_eq!((reached.names.as_slice(), reached.addresses.as_slice()), (&points[1..2], [].as_slice()));
}

#[tokio::test]
async fn where_nobody_answers_each_one_is_named_with_its_reason() {
    let points = [listener(None).await, nobody().await, listener(Some(b"HTTP/1.1 400 Bad Request")).await];
    let patience = Patience { whole: SOON, each: SOON / 2 };
    let message = contact_points(&points, patience).await.unwrap_err().to_string();
    for (point, reason) in points.iter().zip(["no answer within 100 ms", "refused", "does not speak"]) {
        let said = message.split("; ").find(|part| part.starts_with(point.as_str()));
        assert!(said.is_some_and(|said| said.contains(reason)), "{point}: {message}");
    }
}
