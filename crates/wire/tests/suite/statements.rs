//! Statements byte by byte: metadata, errors with bodies of their own, nulls, pages, batches.

use quorate_wire::Settings;

use crate::raw::{BATCH, Body, EXECUTE, Frame, PREPARE, QUERY, Raw, Taken, WARNING};
use crate::serving::Serving;

const KEYSPACE: &str = "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}";
const TABLE: &str = "CREATE TABLE ks.t (a int, b text, c int, v text, PRIMARY KEY ((a, b), c))";

fn with_table() -> (Serving, Raw) {
    let serving = Serving::with(Settings::default());
    let mut raw = Raw::ready(serving.address);
    raw.run(KEYSPACE);
    raw.run(TABLE);
    (serving, raw)
}

/// The first cell of the first row of an answer with metadata for one table.
fn cells(frame: &Frame) -> Vec<Vec<Option<Vec<u8>>>> {
    let (kind, mut body) = frame.result();
    assert_eq!(kind, 2);
    let (flags, columns) = (body.int(), body.int());
    if flags & 2 != 0 {
        let length = body.int();
        body.take(usize::try_from(length).unwrap());
    }
    if flags & 4 == 0 {
        assert_eq!(flags & 1, 1, "one table");
        // The keyspace and the table.
        body.string();
        body.string();
        for _ in 0..columns {
            body.string();
            assert!(matches!(body.short(), 0x0001..=0x0014), "scalars only");
        }
    }
    let cell = |body: &mut Taken<'_>| usize::try_from(body.int()).ok().map(|length| body.take(length).to_vec());
    (0..body.int()).map(|_| (0..columns).map(|_| cell(&mut body)).collect()).collect()
}

#[test]
fn a_prepared_statement_says_which_variables_are_the_partition_key() {
    let (_serving, mut raw) = with_table();
    let frame = raw.ask(PREPARE, &Body::default().long_string("SELECT v FROM ks.t WHERE b = ? AND a = ? AND c > ?"));
    let (kind, mut body) = frame.result();
    assert_eq!((kind, body.short_bytes().len()), (4, 16));
    // One table; three variables; a is the second of them and b the first.
    assert_eq!((body.int(), body.int(), body.int()), (1, 3, 2));
    assert_eq!((body.short(), body.short()), (1, 0));
    assert_eq!((body.string(), body.string()), ("ks", "t"));
    for (name, id) in [("b", 0x000D), ("a", 0x0009), ("c", 0x0009)] {
        assert_eq!((body.string(), body.short()), (name, id));
    }
    assert_eq!((body.int(), body.int()), (1, 1));
    assert_eq!((body.string(), body.string(), body.string(), body.short()), ("ks", "t", "v", 0x000D));
    assert!(body.0.is_empty());
}

#[test]
fn version_3_has_no_key_indexes() {
    let (serving, _raw) = with_table();
    let mut raw = Raw::started(serving.address, 3, &[]);
    let frame = raw.ask(PREPARE, &Body::default().long_string("DELETE FROM ks.t WHERE a = ? AND b = 'x'"));
    assert_eq!(frame.version, 0x83);
    let (_, mut body) = frame.result();
    body.short_bytes();
    assert_eq!((body.int(), body.int()), (1, 1));
    assert_eq!((body.string(), body.string(), body.string(), body.short()), ("ks", "t", "a", 0x0009));
    // A modification answers no columns: no metadata.
    assert_eq!((body.int(), body.int(), body.0), (4, 0, &[][..]));
}

#[test]
fn what_exists_already_is_named() {
    let (_serving, mut raw) = with_table();
    let (code, text, rest) = {
        let frame = raw.query(TABLE);
        let (code, text, rest) = frame.error();
        (code, text.to_owned(), rest.to_vec())
    };
    assert_eq!((code, text.as_str()), (0x2400, "Cannot add already existing table \"t\" to keyspace \"ks\""));
    let mut rest = Taken(&rest);
    assert_eq!((rest.string(), rest.string()), ("ks", "t"));
    let frame = raw.query(KEYSPACE);
    let (code, _, rest) = frame.error();
    let mut rest = Taken(rest);
    assert_eq!((code, rest.string(), rest.string()), (0x2400, "ks", ""));
}

#[test]
fn more_replicas_than_there_can_be_are_unavailable() {
    let (_serving, mut raw) = with_table();
    let frame = raw.ask(QUERY, &Body::default().long_string("SELECT * FROM ks.t").short(2).byte(0));
    let (code, text, rest) = frame.error();
    let mut rest = Taken(rest);
    assert_eq!((code, text), (0x1000, "Cannot achieve consistency level TWO"));
    assert_eq!((rest.short(), rest.int(), rest.int()), (2, 2, 1));
}

#[test]
fn levels_that_make_no_sense_are_refused() {
    let (_serving, mut raw) = with_table();
    let mut refusal = |text: &str, consistency: u16| {
        let frame = raw.ask(QUERY, &Body::default().long_string(text).short(consistency).byte(0));
        let (code, text, _) = frame.error();
        (code, text.to_owned())
    };
    let insert = "INSERT INTO ks.t (a, b, c) VALUES (1, '', 1)";
    assert_eq!(refusal("SELECT * FROM ks.t", 0).1, "ANY ConsistencyLevel is only supported for writes");
    assert_eq!(refusal(insert, 8).1, "You must use conditional updates for serializable writes");
    assert_eq!(refusal(insert, 11), (0x000A, "Unknown code 11 for a consistency level".to_owned()));
}

#[test]
fn null_deletes_and_unset_leaves_what_is_there() {
    let (_serving, mut raw) = with_table();
    let insert = raw.prepare("INSERT INTO ks.t (a, b, c, v) VALUES (1, 'x', 1, ?)");
    let read = "SELECT v FROM ks.t WHERE a = 1 AND b = 'x' AND c = 1";
    let write = |raw: &mut Raw, value: Body| {
        let body = Body::default().short_bytes(&insert).short(1).byte(1).short(1);
        let frame = raw.ask(EXECUTE, &Body([body.0, value.0].concat()));
        assert_eq!(frame.result().0, 1);
        cells(&raw.query(read))
    };
    assert_eq!(write(&mut raw, Body::default().bytes(b"here")), [[Some(b"here".to_vec())]]);
    assert_eq!(write(&mut raw, Body::default().int(-2)), [[Some(b"here".to_vec())]]);
    assert_eq!(write(&mut raw, Body::default().int(-1)), [[None]]);
}

#[test]
fn values_are_bound_by_name_in_any_order() {
    let (_serving, mut raw) = with_table();
    let text = "INSERT INTO ks.t (a, b, c, v) VALUES (:a, :b, :c, :v)";
    let body = Body::default().long_string(text).short(1).byte(0x41).short(4);
    let body = body.string("v").bytes(b"value").string("c").bytes(&3_i32.to_be_bytes());
    let body = body.string("a").bytes(&1_i32.to_be_bytes()).string("b").bytes(b"x");
    assert_eq!(raw.ask(QUERY, &body).result().0, 1);
    let rows = cells(&raw.query("SELECT c, v FROM ks.t WHERE a = 1 AND b = 'x'"));
    assert_eq!(rows, [[Some(3_i32.to_be_bytes().to_vec()), Some(b"value".to_vec())]]);
}

#[test]
fn a_wrong_number_of_values_is_told() {
    let (_serving, mut raw) = with_table();
    let frame = raw.query("SELECT * FROM ks.t WHERE a = ? AND b = ?");
    assert_eq!(frame.error(), (0x2200, "Invalid amount of bind variables", &[][..]));
    let id = raw.prepare("SELECT * FROM ks.t WHERE a = ? AND b = ?");
    let expected = "there were 2 markers(?) in CQL but 0 bound variables";
    assert_eq!(raw.execute(&id).error(), (0x2200, expected, &[][..]));
}

#[test]
fn metadata_is_left_out_where_the_client_knows_it() {
    let (_serving, mut raw) = with_table();
    raw.run("INSERT INTO ks.t (a, b, c, v) VALUES (1, 'x', 1, 'v')");
    let id = raw.prepare("SELECT v FROM ks.t");
    let frame = raw.ask(EXECUTE, &Body::default().short_bytes(&id).short(1).byte(2));
    let (_, mut body) = frame.result();
    assert_eq!((body.int(), body.int(), body.int()), (4, 1, 1));
    // The outcome of a condition decides on the columns, so they always come.
    let id = raw.prepare("UPDATE ks.t SET v = 'w' WHERE a = 1 AND b = 'x' AND c = 1 IF v = 'no'");
    let frame = raw.ask(EXECUTE, &Body::default().short_bytes(&id).short(1).byte(2));
    let (_, mut body) = frame.result();
    assert_eq!((body.int(), body.int()), (1, 2));
    assert_eq!((body.string(), body.string(), body.string(), body.short()), ("ks", "t", "[applied]", 0x0004));
}

#[test]
fn a_change_of_the_table_asks_for_preparing_again() {
    let (_serving, mut raw) = with_table();
    let id = raw.prepare("SELECT * FROM ks.t");
    assert_eq!(raw.execute(&id).result().0, 2);
    raw.run("ALTER TABLE ks.t ADD w int");
    assert_eq!(raw.execute(&id).error().0, 0x2500);
    assert_eq!(raw.prepare("SELECT * FROM ks.t"), id);
    let frame = raw.execute(&id);
    let (_, mut body) = frame.result();
    assert_eq!((body.int(), body.int()), (1, 5));
}

#[test]
fn pages_follow_each_other() {
    let (_serving, mut raw) = with_table();
    for row in 0..5 {
        raw.run(&format!("INSERT INTO ks.t (a, b, c) VALUES (1, 'x', {row})"));
    }
    let text = "SELECT c FROM ks.t WHERE a = 1 AND b = 'x'";
    let mut state: Option<Vec<u8>> = None;
    let mut seen = Vec::new();
    loop {
        let flags = if state.is_some() { 0x0C } else { 0x04 };
        let body = Body::default().long_string(text).short(1).byte(flags).int(2);
        let body = state.take().map_or(body.clone(), |state| body.bytes(&state));
        let frame = raw.ask(QUERY, &body);
        seen.push(cells(&frame).len());
        let (_, mut body) = frame.result();
        let (flags, _) = (body.int(), body.int());
        if flags & 2 == 0 {
            break;
        }
        let length = usize::try_from(body.int()).unwrap();
        state = Some(body.take(length).to_vec());
    }
    assert_eq!(seen, [2, 2, 1]);
    let body = Body::default().long_string(text).short(1).byte(0x0C).int(2).bytes(b"nonsense");
    assert_eq!(raw.ask(QUERY, &body).error().1, "Invalid value for the paging state");
}

#[test]
fn a_batch_mixes_texts_and_prepared_statements() {
    let (_serving, mut raw) = with_table();
    let id = raw.prepare("INSERT INTO ks.t (a, b, c, v) VALUES (1, 'x', ?, ?)");
    let body = Body::default().byte(0).short(2);
    let body = body.byte(0).long_string("INSERT INTO ks.t (a, b, c, v) VALUES (1, 'x', 1, 'text')").short(0);
    let body = body.byte(1).short_bytes(&id).short(2).bytes(&2_i32.to_be_bytes()).bytes(b"kept");
    assert_eq!(raw.ask(BATCH, &body.short(1).byte(0)).result().0, 1);
    let rows = cells(&raw.query("SELECT v FROM ks.t WHERE a = 1 AND b = 'x'"));
    assert_eq!(rows, [[Some(b"text".to_vec())], [Some(b"kept".to_vec())]]);
}

#[test]
fn a_batch_of_something_else_is_refused() {
    let (_serving, mut raw) = with_table();
    let select = Body::default().byte(0).short(1).byte(0).long_string("SELECT * FROM ks.t").short(0).short(1).byte(0);
    let frame = raw.ask(BATCH, &select);
    let expected = "Invalid statement in batch: only UPDATE, INSERT and DELETE statements are allowed.";
    assert_eq!(frame.error(), (0x2200, expected, &[][..]));
    let unknown = Body::default().byte(0).short(1).byte(1).short_bytes(&[1; 16]).short(0).short(1).byte(0);
    assert_eq!(raw.ask(BATCH, &unknown).error().0, 0x2500);
}

#[test]
fn use_qualifies_what_follows_on_this_connection_only() {
    let (serving, mut raw) = with_table();
    let frame = raw.query("USE ks");
    let (kind, mut body) = frame.result();
    assert_eq!((kind, body.string()), (3, "ks"));
    assert_eq!(raw.query("SELECT v FROM t").result().0, 2);
    assert_eq!(Raw::ready(serving.address).query("SELECT v FROM t").error().0, 0x2200);
}

#[test]
fn the_node_has_the_address_that_the_client_connected_to() {
    let serving = Serving::start();
    let mut raw = Raw::ready(serving.address);
    let frame = raw.query("SELECT rpc_address, rpc_port FROM system.local");
    let port = i32::from(serving.address.port()).to_be_bytes().to_vec();
    assert_eq!(cells(&frame), [[Some(vec![127, 0, 0, 1]), Some(port)]]);
}

#[test]
fn describe_answers_in_pages() {
    let (_serving, mut raw) = with_table();
    let frame = raw.query("DESCRIBE KEYSPACES");
    let names: Vec<_> = cells(&frame).into_iter().filter_map(|row| row[2].clone()).collect();
    assert_eq!(names, [&b"ks"[..], b"system", b"system_schema", b"system_virtual_schema"]);
    let body = Body::default().long_string("DESC KEYSPACES").short(1).byte(0x04).int(3);
    let frame = raw.ask(QUERY, &body);
    assert_eq!(cells(&frame).len(), 3);
    assert_eq!(raw.query("DESCRIBE TABLE ks.nothing").error().1, "Table 'nothing' not found in keyspace 'ks'");
}

#[test]
fn a_warning_comes_with_the_answer_in_version_4_only() {
    let (serving, mut raw) = with_table();
    let frame = raw.query("SELECT count(*) FROM ks.t");
    assert_eq!(frame.flags & WARNING, WARNING);
    let mut body = Taken(&frame.body);
    assert_eq!((body.short(), body.string()), (1, "Aggregation query used without partition key"));
    let frame = Raw::started(serving.address, 3, &[]).query("SELECT count(*) FROM ks.t");
    assert_eq!((frame.flags, frame.result().0), (0, 2));
}
