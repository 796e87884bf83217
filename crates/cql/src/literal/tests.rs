//! Literals in both directions.

use std::sync::Arc;

use super::*;

fn refusal(ty: &CqlType, literal: &Literal) -> String {
    encode("a", ty, literal).unwrap_err().to_string()
}

#[test]
fn constants_go_where_cassandra_lets_them() {
    let integer = Literal::Integer("5".to_owned());
    assert_eq!(encode("a", &CqlType::Int, &integer).unwrap(), Some(vec![0, 0, 0, 5]));
    assert_eq!(encode("a", &CqlType::Counter, &integer).unwrap(), Some(vec![0, 0, 0, 0, 0, 0, 0, 5]));
    assert_eq!(encode("a", &CqlType::Decimal, &integer).unwrap(), Some(vec![0, 0, 0, 0, 5]));
    assert_eq!(encode("a", &CqlType::Double, &Literal::Nan).unwrap(), Some(f64::NAN.to_be_bytes().to_vec()));
    let infinity = Literal::Infinity { negative: true };
    assert_eq!(encode("a", &CqlType::Float, &infinity).unwrap(), Some(f32::NEG_INFINITY.to_be_bytes().to_vec()));
    assert_eq!(encode("a", &CqlType::Blob, &Literal::Blob(vec![1])).unwrap(), Some(vec![1]));
    assert_eq!(encode("a", &CqlType::Text, &Literal::Null).unwrap(), None);
}

#[test]
fn refusals_are_cassandras() {
    // Constants.Literal.prepare: kind, raw text, receiver and type.
    let text = Literal::String("abc".to_owned());
    assert_eq!(refusal(&CqlType::Int, &text), "Invalid STRING constant (abc) for \"a\" of type int");
    let blob = Literal::Blob(vec![0, 0xff]);
    assert_eq!(refusal(&CqlType::Text, &blob), "Invalid HEX constant (0x00ff) for \"a\" of type text");
    let float = Literal::Float("1.5".to_owned());
    assert_eq!(refusal(&CqlType::Int, &float), "Invalid FLOAT constant (1.5) for \"a\" of type int");
    let list = CqlType::List { element: Arc::new(CqlType::Int), frozen: false };
    let one = Literal::Integer("1".to_owned());
    assert_eq!(refusal(&list, &one), "Invalid INTEGER constant (1) for \"a\" of type list<int>");
    assert_eq!(refusal(&CqlType::Boolean, &one), "Invalid INTEGER constant (1) for \"a\" of type boolean");
    assert_eq!(
        refusal(&CqlType::Text, &Literal::Boolean(true)),
        "Invalid BOOLEAN constant (true) for \"a\" of type text"
    );
    let null = "Invalid null value for counter increment/decrement";
    assert_eq!(refusal(&CqlType::Counter, &Literal::Null), null);
    let wide = Literal::Integer("3000000000".to_owned());
    assert_eq!(refusal(&CqlType::Int, &wide), "Unable to make int from '3000000000'");
}

#[test]
fn constants_prefer_the_smallest_type() {
    // Constants.Type.getPreferedTypeFor.
    for (literal, expected) in [
        (Literal::Integer("2147483647".to_owned()), CqlType::Int),
        (Literal::Integer("2147483648".to_owned()), CqlType::Bigint),
        (Literal::Integer("9223372036854775808".to_owned()), CqlType::Varint),
        (Literal::Float("1.5".to_owned()), CqlType::Double),
        (Literal::Float("1.50".to_owned()), CqlType::Double),
        (Literal::Float("0.12345678901234567890".to_owned()), CqlType::Decimal),
        (Literal::String("abc".to_owned()), CqlType::Ascii),
        (Literal::String("é".to_owned()), CqlType::Text),
    ] {
        assert_eq!(literal.preferred_type(), Some(expected), "{literal:?}");
    }
    assert_eq!(Literal::Integer("5".to_owned()).fit(&CqlType::Int), Fit::Exact);
    assert_eq!(Literal::Integer("5".to_owned()).fit(&CqlType::Varint), Fit::Weak);
    assert_eq!(Literal::Integer("5".to_owned()).fit(&CqlType::Text), Fit::Not);
}

#[test]
fn the_calendar_agrees_with_itself_and_known_days() {
    // 0000-03-01 to 1970-01-01 is 719,468 days; 2000-02-29 is day 11,016.
    assert_eq!(calendar::days_of(0, 3, 1), -719_468);
    assert_eq!(calendar::days_of(2000, 2, 29), 11_016);
    for days in (-800_000..800_000).step_by(97) {
        let (year, month, day) = calendar::date_of(days);
        assert_eq!(calendar::days_of(year, month, day), days);
        assert!(day >= 1 && day <= calendar::month_length(year, month), "{year}-{month}-{day}");
    }
}
