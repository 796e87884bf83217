//! What a broken or hostile client sends: it gets the error that Cassandra gives, and nobody else notices.

use std::sync::Arc;

use quorate_wire::{Accounts, Limits, Settings};

use crate::raw::{
    AUTH_RESPONSE, AUTH_SUCCESS, AUTHENTICATE, Body, EVENT, EXECUTE, OPTIONS, QUERY, READY, REGISTER, Raw, SUPPORTED,
    Taken,
};
use crate::serving::Serving;

fn limited(change: impl FnOnce(&mut Limits)) -> Serving {
    let mut settings = Settings::default();
    change(&mut settings.limits);
    Serving::with(settings)
}

#[test]
fn another_version_is_told_in_a_frame_of_version_4() {
    let serving = Serving::start();
    for version in [0x05, 0x06, 0x42, 0x41] {
        let mut raw = Raw::silent(serving.address);
        raw.send_bytes(&[version, 0, 0, 9, OPTIONS, 0, 0, 0, 0]);
        let frame = raw.receive();
        assert_eq!((frame.version, frame.stream), (0x84, 9));
        let expected =
            format!("Invalid or unsupported protocol version ({version}); supported versions are (3/v3, 4/v4)");
        assert_eq!(frame.error(), (0x000A, expected.as_str(), &[][..]));
        assert!(raw.is_closed());
    }
}

#[test]
fn garbage_closes_its_own_connection_and_no_other() {
    let serving = Serving::start();
    let mut other = Raw::ready(serving.address);
    for garbage in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3], &[0xFF; 64]] {
        let mut raw = Raw::silent(serving.address);
        raw.send_bytes(garbage);
        assert_eq!(raw.receive().error().0, 0x000A);
        assert!(raw.is_closed());
    }
    assert_eq!(other.query("SELECT key FROM system.local").result().0, 2);
}

#[test]
fn a_frame_that_breaks_off_is_nobodys_business() {
    let serving = Serving::start();
    let mut raw = Raw::ready(serving.address);
    raw.send_bytes(&[4, 0, 0, 1, QUERY, 0, 0, 1, 0, b'S', b'E']);
    assert!(raw.is_closed());
    assert_eq!(Raw::ready(serving.address).query("SELECT key FROM system.local").result().0, 2);
}

#[test]
fn an_opcode_that_is_none_is_told_on_its_stream() {
    let serving = Serving::start();
    let mut raw = Raw::ready(serving.address);
    raw.send(3, 0x77, &Body::default());
    let frame = raw.receive();
    assert_eq!((frame.stream, frame.error()), (3, (0x000A, "Unknown opcode 119", &[][..])));
    assert!(raw.is_closed());
}

#[test]
fn a_body_that_is_too_short_closes_the_connection() {
    let serving = Serving::start();
    let mut raw = Raw::ready(serving.address);
    // A text of 100 bytes of which there are two.
    let frame = raw.ask(QUERY, &Body::default().int(100).byte(b'S').byte(b'E'));
    assert_eq!(frame.error().0, 0x000A);
    assert!(raw.is_closed());
}

#[test]
fn a_request_that_is_too_large_is_passed_over() {
    let serving = limited(|limits| limits.frame_bytes = 1000);
    let mut raw = Raw::ready(serving.address);
    let frame = raw.query(&format!("SELECT key FROM system.local {}", " ".repeat(2000)));
    let length = "SELECT key FROM system.local ".len() + 2000 + 4 + 3 + 9;
    let expected = format!("Request is too big: length {length} exceeds maximum allowed length 1000.");
    assert_eq!(frame.error(), (0x2200, expected.as_str(), &[][..]));
    assert_eq!(raw.query("SELECT key FROM system.local").result().0, 2);
}

#[test]
fn connections_beyond_the_limit_are_closed() {
    let serving = limited(|limits| limits.connections = 1);
    let mut first = Raw::ready(serving.address);
    let mut second = Raw::silent(serving.address);
    assert!(second.is_closed());
    assert_eq!(first.query("SELECT key FROM system.local").result().0, 2);
}

#[test]
fn nothing_is_done_before_startup() {
    let serving = Serving::start();
    let mut raw = Raw::silent(serving.address);
    assert_eq!(raw.ask(OPTIONS, &Body::default()).opcode, SUPPORTED);
    let frame = raw.query("SELECT key FROM system.local");
    assert_eq!(frame.error().1, "Unexpected message QUERY, expecting STARTUP or OPTIONS");
    assert!(raw.is_closed());
}

#[test]
fn a_compression_that_is_unknown_is_refused() {
    let serving = Serving::start();
    let frame = Raw::silent(serving.address).start(&[("COMPRESSION", "zstd")]);
    assert_eq!(frame.error().1, "Unknown compression algorithm: zstd");
}

#[test]
fn a_compressed_frame_needs_an_agreement_and_a_true_length() {
    let serving = Serving::start();
    let compressed = [4, 1, 0, 1, QUERY, 0, 0, 0, 6, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2];
    for options in [&[][..], &[("COMPRESSION", "lz4")], &[("COMPRESSION", "snappy")]] {
        let mut raw = Raw::started(serving.address, 4, options);
        raw.send_bytes(&compressed);
        assert_eq!(raw.receive().error().0, 0x000A);
        assert!(raw.is_closed());
    }
}

#[test]
fn a_statement_that_was_not_prepared_is_told_with_its_id() {
    let serving = Serving::start();
    let mut raw = Raw::ready(serving.address);
    let id = [0xAB; 16];
    let frame = raw.ask(EXECUTE, &Body::default().short_bytes(&id).short(1).byte(0));
    let (code, text, mut rest) = frame.error();
    assert_eq!(code, 0x2500);
    assert!(text.starts_with("Prepared query with ID abababababababababababababababab not found"), "{text}");
    assert_eq!(Taken(std::mem::take(&mut rest)).short_bytes(), id);
}

#[test]
fn the_statement_not_used_for_longest_is_forgotten() {
    let serving = limited(|limits| limits.prepared = 2);
    let mut raw = Raw::ready(serving.address);
    let first = raw.prepare("SELECT key FROM system.local");
    let second = raw.prepare("SELECT rack FROM system.local");
    assert_eq!(raw.execute(&first).result().0, 2);
    let third = raw.prepare("SELECT tokens FROM system.local");
    assert_eq!(raw.execute(&second).error().0, 0x2500);
    assert_eq!(raw.execute(&first).result().0, 2);
    assert_eq!(raw.execute(&third).result().0, 2);
}

#[test]
fn only_the_password_opens() {
    let accounts = Accounts::new().with("ada", "quorum");
    let serving = Serving::with(Settings { authenticator: Some(Arc::new(accounts)), ..Settings::default() });
    for (token, opens) in
        [("\0ada\0quorum", true), ("\0ada\0quoru", false), ("\0eve\0quorum", false), ("\0eve\0", false), ("", false)]
    {
        let mut raw = Raw::silent(serving.address);
        let frame = raw.start(&[]);
        assert_eq!(frame.opcode, AUTHENTICATE);
        assert_eq!(Taken(&frame.body).string(), "org.apache.cassandra.auth.PasswordAuthenticator");
        let frame = raw.ask(AUTH_RESPONSE, &Body::default().bytes(token.as_bytes()));
        if opens {
            assert_eq!(frame.opcode, AUTH_SUCCESS);
            assert_eq!(raw.query("SELECT key FROM system.local").result().0, 2);
        } else {
            assert_eq!(frame.error().0, 0x0100);
            // Nothing else is possible before the password has come.
            let frame = raw.query("SELECT key FROM system.local");
            assert_eq!(frame.error().1, "Unexpected message QUERY, expecting SASL_RESPONSE");
        }
    }
}

#[test]
fn a_change_of_the_schema_is_told_to_who_registered() {
    let serving = Serving::start();
    let mut listener = Raw::ready(serving.address);
    let topics = Body::default().short(2).string("SCHEMA_CHANGE").string("STATUS_CHANGE");
    assert_eq!(listener.ask(REGISTER, &topics).opcode, READY);
    Raw::ready(serving.address)
        .run("CREATE KEYSPACE news WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
    let frame = listener.receive();
    assert_eq!((frame.opcode, frame.stream), (EVENT, -1));
    let mut body = Taken(&frame.body);
    let words = [body.string(), body.string(), body.string(), body.string()];
    assert_eq!(words, ["SCHEMA_CHANGE", "CREATED", "KEYSPACE", "news"]);
    assert!(body.0.is_empty());
}

#[test]
fn an_event_that_does_not_exist_cannot_be_registered_for() {
    let serving = Serving::start();
    let mut raw = Raw::ready(serving.address);
    let frame = raw.ask(REGISTER, &Body::default().short(1).string("WEATHER_CHANGE"));
    assert_eq!(frame.error(), (0x000A, "Invalid value 'WEATHER_CHANGE' for Type", &[][..]));
}
