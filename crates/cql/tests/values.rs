//! Values against Apache Cassandra 5.0.9: every line of `values/*.tsv` is a question put to
//! Cassandra's own classes (`AbstractType`, `CQL3Type`, `FunctionResolver`) and what they answered.
//! An answer that begins with `!` is an error and its message.
#![expect(clippy::unwrap_used, reason = "a fixture that does not read fails its test")]

use std::sync::Arc;

use quorate_cql::codec;
use quorate_cql::function::{self, Argument, ArgumentKind, Clock};
use quorate_cql::json;
use quorate_cql::literal;
use quorate_cql::types::{CqlType, UserType};

fn type_of(name: &str) -> CqlType {
    let (int, text, float) = (|| Arc::new(CqlType::Int), || Arc::new(CqlType::Text), || Arc::new(CqlType::Float));
    match name {
        "ascii" => CqlType::Ascii,
        "bigint" => CqlType::Bigint,
        "blob" => CqlType::Blob,
        "boolean" => CqlType::Boolean,
        "counter" => CqlType::Counter,
        "date" => CqlType::Date,
        "decimal" => CqlType::Decimal,
        "double" => CqlType::Double,
        "duration" => CqlType::Duration,
        "float" => CqlType::Float,
        "inet" => CqlType::Inet,
        "int" => CqlType::Int,
        "smallint" => CqlType::Smallint,
        "text" => CqlType::Text,
        "time" => CqlType::Time,
        "timestamp" => CqlType::Timestamp,
        "timeuuid" => CqlType::Timeuuid,
        "tinyint" => CqlType::Tinyint,
        "uuid" => CqlType::Uuid,
        "varint" => CqlType::Varint,
        "list<int>" => CqlType::List { element: int(), frozen: false },
        "set<text>" => CqlType::Set { element: text(), frozen: false },
        "map<text,int>" => CqlType::Map { key: text(), value: int(), frozen: false },
        "map<int,text>" => CqlType::Map { key: int(), value: text(), frozen: false },
        "tuple<int,text>" => CqlType::Tuple([CqlType::Int, CqlType::Text].into()),
        "vector<float,2>" => CqlType::Vector { element: float(), dimensions: 2 },
        "vector<text,2>" => CqlType::Vector { element: text(), dimensions: 2 },
        "person" => {
            let fields = vec![("name".to_owned(), CqlType::Text), ("Age".to_owned(), CqlType::Int)];
            let definition = UserType { keyspace: "ks".to_owned(), name: "person".to_owned(), fields };
            CqlType::Udt { definition: Arc::new(definition), frozen: true }
        }
        other => panic!("no type {other}"),
    }
}

fn unhex(text: &str) -> Vec<u8> {
    let text = if text == "-" { "" } else { text };
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        "-".to_owned()
    } else {
        bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
    }
}

/// Answers every line and reports all that differ.
fn check(lines: &str, least: usize, answer: impl Fn(&str) -> Option<(String, String)>) {
    let mut wrong = Vec::new();
    let mut asked = 0;
    for line in lines.lines() {
        let Some((ours, cassandras)) = answer(line) else { continue };
        asked += 1;
        if normal(&ours) != normal(&cassandras) {
            wrong.push(format!("{line}\n    here: {ours}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {asked} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(asked >= least, "only {asked} lines");
}

/// Cassandra lists overloads in no order, and the fixtures hold messages of several lines as one.
fn normal(answer: &str) -> String {
    let answer = answer.replace('\n', " ");
    let Some((head, rest)) = answer.split_once("(known type signatures: ") else { return answer };
    let (signatures, tail) = rest.split_once(')').map_or((rest, ""), |_| rest.rsplit_once(')').unwrap());
    let mut signatures: Vec<_> = signatures.split(", system.").map(|text| text.trim_start_matches("system.")).collect();
    signatures.sort_unstable();
    // Names of native functions are qualified where the caller wrote them so, as the fixtures do throughout.
    format!("{}{}{tail}", head.replace("function system.", "function "), signatures.join(", "))
}

#[test]
fn text_reads_as_in_cassandra() {
    check(include_str!("values/parse.tsv"), 160, |line| {
        let [name, text, expected] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let ours = match literal::parse(&type_of(name), text) {
            Ok(bytes) => hex(&bytes),
            Err(error) => format!("!{error}"),
        };
        Some((ours, expected.to_owned()))
    });
}

#[test]
fn values_print_as_in_cassandra() {
    check(include_str!("values/format.tsv"), 75, |line| {
        let (name, rest) = line.split_once('\t').unwrap();
        let (value, rest) = rest.split_once('\t').unwrap();
        let (text, json) = rest.rsplit_once('\t').unwrap();
        let (ty, bytes) = (type_of(name), unhex(value));
        let ours = format!("{}\t{}", literal::format(&ty, &bytes), json::to_json(&ty, &bytes));
        Some((ours, format!("{text}\t{json}")))
    });
}

#[test]
fn bytes_are_judged_as_in_cassandra() {
    check(include_str!("values/validate.tsv"), 850, |line| {
        let [name, value, expected] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        // Cassandra's own mistakes: these end in an internal error there.
        if ["Unexpected error", "Invalidate data", "Attempted to read"].iter().any(|text| expected.starts_with(text)) {
            codec::validate(&type_of(name), &unhex(value)).unwrap_err();
            return None;
        }
        // Java's modified UTF-8 writes NUL so; Rust's text cannot hold it.
        if (name, value) == ("text", "c080") {
            return None;
        }
        let ours =
            codec::validate(&type_of(name), &unhex(value)).err().map_or("ok".to_owned(), |error| error.to_string());
        Some((ours, expected.to_owned()))
    });
}

#[test]
fn json_reads_as_in_cassandra() {
    check(include_str!("values/json.tsv"), 1_100, |line| {
        let [name, text, expected] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let ours = match json::from_json(&type_of(name), text) {
            Ok(Some(bytes)) => hex(&bytes),
            Ok(None) => "null".to_owned(),
            Err(error) => format!("!{error}"),
        };
        // Where text stops being JSON is the reader's own business; that it does is not.
        let syntax = "!Error decoding JSON string: ";
        if expected.starts_with(syntax) && ours.starts_with(syntax) {
            return Some((syntax.to_owned(), syntax.to_owned()));
        }
        Some((ours, expected.to_owned()))
    });
}

#[test]
fn functions_answer_as_in_cassandra() {
    check(include_str!("values/call.tsv"), 850, |line| {
        let (call, expected) = line.split_once("\t= ").unwrap();
        let mut parts = call.split('\t');
        let name = parts.next().unwrap();
        let arguments: Vec<(CqlType, Vec<u8>)> = parts
            .map(|part| part.split_once(' ').unwrap())
            .map(|(name, value)| (type_of(name), unhex(value)))
            .collect();
        Some((call_function(name, &arguments), expected.to_owned()))
    });
}

fn call_function(name: &str, arguments: &[(CqlType, Vec<u8>)]) -> String {
    let texts: Vec<String> = arguments.iter().map(|(ty, _)| ty.to_string()).collect();
    let kinds: Vec<Argument<'_>> =
        arguments.iter().zip(&texts).map(|((ty, _), text)| Argument { text, kind: ArgumentKind::Typed(ty) }).collect();
    let values: Vec<Option<&[u8]>> = arguments.iter().map(|(_, value)| Some(value.as_slice())).collect();
    let clock = Clock { now_micros: 0, random: [0; 16] };
    let answer = function::resolve(name, &kinds, None).and_then(|resolved| {
        let value = function::call(&resolved.function, &values, &clock)?;
        let value = value.map_or("null".to_owned(), |bytes| hex(&bytes));
        Ok(format!("{} {value}", resolved.return_type))
    });
    answer.unwrap_or_else(|error| format!("!{error}"))
}
