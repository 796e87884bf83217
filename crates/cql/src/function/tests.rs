//! Functions against the answers of Cassandra, and their errors.

use bigdecimal::BigDecimal;

use super::*;
use crate::literal::{Literal, parse};
use crate::plan::Aggregate;

const CLOCK: Clock = Clock { now_micros: 1_700_000_000_123_456, random: [0xff; 16] };

fn argument<'a>(text: &'a str, kind: ArgumentKind<'a>) -> Argument<'a> {
    Argument { text, kind }
}

fn integer(text: &str) -> Literal {
    Literal::Integer(text.to_owned())
}

fn refusal(name: &str, arguments: &[Argument<'_>], receiver: Option<&CqlType>) -> String {
    resolve(name, arguments, receiver).unwrap_err().to_string()
}

#[test]
fn constants_decide_an_operation_by_their_preferred_types() {
    let (small, large) = (integer("1"), integer("3000000000"));
    let arguments =
        [argument("1", ArgumentKind::Literal(&small)), argument("3000000000", ArgumentKind::Literal(&large))];
    let resolved = resolve("_add", &arguments, None).unwrap();
    assert_eq!(resolved.argument_types, [CqlType::Int, CqlType::Bigint]);
    assert_eq!(resolved.return_type, CqlType::Bigint);
}

#[test]
fn a_marker_leaves_an_operation_ambiguous() {
    let one = integer("1");
    let arguments = [argument("1", ArgumentKind::Literal(&one)), argument("?", ArgumentKind::Marker)];
    assert_eq!(
        refusal("_add", &arguments, None),
        "Ambiguous '+' operation with args 1 and ?: use type hint to disambiguate, example '(int) ?'"
    );
    assert_eq!(refusal(NEGATE, &arguments[1..], None), "Ambiguous negation: use type casts to disambiguate");
}

#[test]
fn the_receiver_decides_between_constants() {
    let one = integer("1");
    let arguments = [argument("1", ArgumentKind::Literal(&one)), argument("1", ArgumentKind::Literal(&one))];
    let resolved = resolve("_add", &arguments, Some(&CqlType::Tinyint)).unwrap();
    assert_eq!(resolved.argument_types, [CqlType::Tinyint, CqlType::Tinyint]);
}

#[test]
fn a_lone_overload_says_what_is_wrong() {
    let one = integer("1");
    let arguments = [argument("1", ArgumentKind::Literal(&one))];
    assert_eq!(
        refusal("now", &arguments, None),
        "Invalid number of arguments in call to function system.now: 0 required but 1 provided"
    );
    assert_eq!(
        refusal("text_as_blob", &arguments, None),
        "Type error: 1 cannot be passed as argument 0 of function system.text_as_blob of type text"
    );
    assert_eq!(refusal("dateof", &arguments, None), "Unknown function dateof called");
}

#[test]
fn tokens_take_the_table_s_types() {
    let types = [CqlType::Int, CqlType::Text];
    let arguments = [argument("?", ArgumentKind::Marker), argument("?", ArgumentKind::Marker)];
    let resolved = resolve_token(&types, &arguments).unwrap();
    let values: [Option<&[u8]>; 2] = [Some(&[0, 0, 0, 1]), Some(b"a")];
    let expected = crate::token::murmur3(b"\0\x04\0\0\0\x01\0\0\x01a\0").to_be_bytes().to_vec();
    assert_eq!(call(&resolved.function, &values, &CLOCK).unwrap(), Some(expected));
    assert_eq!(call(&resolved.function, &[None, values[1]], &CLOCK).unwrap(), None);
    resolve_token(&types[..1], &arguments).unwrap_err();
}

#[test]
fn now_is_the_clock_s() {
    let now = call(&Function::Now(CqlType::Timeuuid), &[], &CLOCK).unwrap().unwrap();
    let uuid = uuid::Uuid::from_slice(&now).unwrap();
    assert_eq!((uuid.get_version_num(), uuid.get_variant()), (1, uuid::Variant::RFC4122));
    assert_eq!(uuid.get_timestamp().unwrap().to_unix(), (1_700_000_000, 123_456_000));
    let to = |function: Function, bytes: &[u8]| call(&function, &[Some(bytes)], &CLOCK).unwrap().unwrap();
    let millis = to(Function::ConvertTime { from: CqlType::Timeuuid, to: CqlType::Timestamp }, &now);
    assert_eq!(millis, 1_700_000_000_123_i64.to_be_bytes());
    let time = call(&Function::Now(CqlType::Time), &[], &CLOCK).unwrap().unwrap();
    // 1,700,000,000 s is 22:13:20 of its day.
    assert_eq!(time, ((22 * 3_600 + 13 * 60 + 20) * 1_000_000_000_i64 + 123_456_000).to_be_bytes());
    let uuid = uuid::Uuid::from_slice(&call(&Function::Uuid, &[], &CLOCK).unwrap().unwrap()).unwrap();
    assert_eq!((uuid.get_version_num(), uuid.get_variant()), (4, uuid::Variant::RFC4122));
}

#[test]
fn null_in_null_out() {
    let negate = Function::Negate(CqlType::Int);
    assert_eq!(call(&negate, &[None], &CLOCK).unwrap(), None);
    assert_eq!(call(&negate, &[Some(b"")], &CLOCK).unwrap(), None);
    assert_eq!(call(&Function::ToJson(CqlType::Int), &[None], &CLOCK).unwrap(), Some(b"null".to_vec()));
}

fn aggregate(aggregate: Aggregate, ty: &CqlType, texts: &[&str]) -> Option<Vec<u8>> {
    let mut accumulator = Accumulator::new(aggregate, ty);
    accumulator.add(None).unwrap();
    for text in texts {
        accumulator.add(Some(&parse(ty, text).unwrap())).unwrap();
    }
    accumulator.finish().unwrap()
}

#[test]
fn aggregates_answer_in_their_own_type() {
    let value = |ty, text| Some(parse(ty, text).unwrap());
    let (int, tiny, decimal, double) = (&CqlType::Int, &CqlType::Tinyint, &CqlType::Decimal, &CqlType::Double);
    assert_eq!(aggregate(Aggregate::Sum, int, &[]), value(int, "0"));
    assert_eq!(aggregate(Aggregate::Avg, int, &[]), value(int, "0"));
    assert_eq!(aggregate(Aggregate::Min, int, &[]), None);
    assert_eq!(aggregate(Aggregate::Count, int, &["1", "2"]), value(&CqlType::Bigint, "2"));
    assert_eq!(aggregate(Aggregate::Avg, int, &["1", "2"]), value(int, "1"));
    assert_eq!(aggregate(Aggregate::Avg, int, &["-1", "-2"]), value(int, "-1"));
    // The sum wraps in its type, the average does not.
    assert_eq!(aggregate(Aggregate::Sum, tiny, &["100", "100"]), value(tiny, "-56"));
    assert_eq!(aggregate(Aggregate::Avg, tiny, &["100", "100"]), value(tiny, "100"));
    assert_eq!(aggregate(Aggregate::Max, int, &["-5", "3", "1"]), value(int, "3"));
    assert_eq!(aggregate(Aggregate::Sum, decimal, &["1.10", "2"]), value(decimal, "3.10"));
    // Running mean, each step rounded to the scale of the difference: 1, then 1 + 1/2 rounded to even.
    assert_eq!(aggregate(Aggregate::Avg, decimal, &["1", "2"]), value(decimal, "1"));
    assert_eq!(aggregate(Aggregate::Avg, double, &["1", "2"]), value(double, "1.5"));
}

#[test]
fn decimals_far_apart_do_not_take_all_memory() {
    let decimal = |text: &str| number::Number::Decimal(crate::literal::parse_decimal(text).unwrap());
    let operate = |operator, left: &str, right: &str| {
        arithmetic::operate(operator, &CqlType::Decimal, &decimal(left), &decimal(right))
    };
    let sum = crate::codec::decimal(&operate(Operator::Add, "1E+2000000000", "1").unwrap()).unwrap();
    // To 10,000 digits the small one is lost (MathContext of DecimalType).
    assert_eq!(sum.digits(), 10_000);
    assert_eq!(sum.as_bigint_and_exponent().1, -1_999_990_001);
    assert_eq!(operate(Operator::Divide, "1E+2000000000", "3").unwrap_err().to_string(), "Overflow");
    assert_eq!(operate(Operator::Modulo, "1E+2000000000", "3").unwrap_err().to_string(), "Overflow");
    let huge = number::Number::Decimal(BigDecimal::new(1.into(), -2_000_000_000));
    assert_eq!(huge.long(), 0);
}
