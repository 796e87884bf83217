//! Each kind of text that is, and that is not, a value.

use super::*;

#[test]
fn amounts_keep_their_decimals() {
    for (text, printed) in
        [("12", "12"), ("12.50", "12.50"), ("0.000001", "0.000001"), ("007.10", "7.10"), ("-0.0", "0.0")]
    {
        assert_eq!(parse_amount(text).unwrap().to_plain_string(), printed, "{text}");
    }
    let long = format!("1.{}", "3".repeat(400));
    assert_eq!(parse_amount(&long).unwrap().to_plain_string(), long);
}

#[test]
fn a_negative_amount_is_told_from_no_amount() {
    assert_eq!(parse_amount("-0.01"), Err(ValueError::Negative));
    assert_eq!(parse_amount("-12"), Err(ValueError::Negative));
    for text in
        ["", "-", ".", "1.", ".5", "+1", "1e3", "1,5", "1 000", " 1", "1 ", "0x1", "NaN", "1.2.3", "--1", "٣", "1_0"]
    {
        assert_eq!(parse_amount(text), Err(ValueError::NotDecimal), "{text:?}");
    }
    assert_eq!(parse_amount(&"9".repeat(DIGITS_LIMIT + 1)), Err(ValueError::NotDecimal));
}

#[test]
fn whole_numbers_have_32_bits_and_no_decimals() {
    assert_eq!(parse_whole("-2147483648"), Ok(i32::MIN));
    assert_eq!(parse_whole("1987"), Ok(1987));
    for text in ["", "2147483648", "5.0", "+5", "5 ", "1e2", "five"] {
        assert_eq!(parse_whole(text), Err(ValueError::NotWhole), "{text:?}");
    }
}

#[test]
fn currencies_are_codes_in_capitals() {
    for code in ["USD", "EUR", "JPY", "KWD"] {
        assert_eq!(check_currency(code), Ok(()), "{code}");
    }
    for text in ["usd", "US", "ZZZ", "$", "EURO", " EUR"] {
        assert_eq!(check_currency(text), Err(ValueError::NotCurrency), "{text}");
    }
}

#[test]
fn zones_are_names_of_the_database() {
    for zone in ["UTC", "Europe/Zurich", "America/Argentina/Buenos_Aires", "Etc/UTC", "Asia/Calcutta"] {
        assert_eq!(check_zone(zone), Ok(()), "{zone}");
    }
    for text in ["europe/zurich", "Mars/Olympus", "+01:00", "EST5EDT4", "../etc/passwd", "Europe/"] {
        assert_eq!(check_zone(text), Err(ValueError::NotZone), "{text}");
    }
}
