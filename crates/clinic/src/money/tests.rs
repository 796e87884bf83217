//! Rounding and printing against values worked out by hand.

use std::str::FromStr;

use super::*;

fn decimal(text: &str) -> BigDecimal {
    BigDecimal::from_str(text).unwrap()
}

fn divided(sum: &str, parts: u64) -> String {
    divide_to_cents(&decimal(sum), parts).unwrap().to_plain_string()
}

/// Expected values by IEEE 754 round-half-to-even, worked out by hand.
#[test]
fn the_middle_goes_to_the_even_cent() {
    for (sum, parts, expected) in [
        ("0.015", 3, "0.00"),
        ("0.045", 3, "0.02"),
        ("0.075", 3, "0.02"),
        ("0.105", 3, "0.04"),
        ("0.0750000001", 3, "0.03"),
        ("0.0149999999", 3, "0.00"),
        ("1", 8, "0.12"),
        ("3", 8, "0.38"),
        ("-1", 8, "-0.12"),
        ("-3", 8, "-0.38"),
        ("-0.045", 3, "-0.02"),
        ("-0.075", 3, "-0.02"),
        ("-0.08", 3, "-0.03"),
    ] {
        assert_eq!(divided(sum, parts), expected, "{sum} / {parts}");
    }
}

#[test]
fn thirds_and_whole_numbers() {
    for (sum, parts, expected) in [
        ("100", 3, "33.33"),
        ("200", 3, "66.67"),
        ("0", 3, "0.00"),
        ("0.01", 3, "0.00"),
        ("0.02", 3, "0.01"),
        ("9", 2, "4.50"),
        ("5", 1, "5.00"),
        ("1E+3", 3, "333.33"),
        ("99999999999999999999999999999999.99", 3, "33333333333333333333333333333333.33"),
    ] {
        assert_eq!(divided(sum, parts), expected, "{sum} / {parts}");
    }
    assert_eq!(divide_to_cents(&decimal("1"), 0), None);
}

#[test]
fn an_amount_is_printed_as_it_was_stored() {
    for text in ["12.5", "12.50", "0", "0.00", "100", "0.0000000000001", "123456789012345678901234567890"] {
        assert_eq!(exact(&decimal(text)), text);
    }
}

#[test]
fn a_sum_has_at_least_two_decimals() {
    for (sum, expected) in [
        ("0", "0.00"),
        ("12.5", "12.50"),
        ("12.50", "12.50"),
        ("12.125", "12.125"),
        ("12.500", "12.500"),
        ("-3", "-3.00"),
        ("1E+2", "100.00"),
        ("100000000000000000000", "100000000000000000000.00"),
    ] {
        assert_eq!(at_least_cents(&decimal(sum)), expected);
    }
}
