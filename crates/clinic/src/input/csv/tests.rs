//! What RFC 4180 says of each case, and agreement with another reader where that one is right.

use super::*;

type Place = (u64, u64, u64);

/// All steps of a text: the fields of a record, or its flaw, each with line, offset and length.
fn steps(text: &[u8]) -> Vec<(Place, Result<Vec<String>, Flaw>)> {
    // A buffer of 7 bytes puts its edges at every place of a record.
    let mut reader = CsvReader::new(io::BufReader::with_capacity(7, text));
    let mut record = Record::default();
    let mut steps = Vec::new();
    loop {
        let outcome = match reader.read(&mut record).unwrap() {
            Step::End => return steps,
            Step::Malformed(flaw) => Err(flaw),
            Step::Record => Ok((0..record.len()).map(|index| record.field(index).unwrap().to_owned()).collect()),
        };
        steps.push(((record.line(), record.offset(), record.len_bytes()), outcome));
    }
}

fn fields(text: &str) -> Vec<Vec<String>> {
    steps(text.as_bytes()).into_iter().map(|(_, outcome)| outcome.unwrap()).collect()
}

fn flaws(text: &[u8]) -> Vec<(u64, u64, Flaw)> {
    steps(text).into_iter().filter_map(|((line, offset, _), outcome)| Some((line, offset, outcome.err()?))).collect()
}

#[test]
fn lines_end_in_lf_or_crlf_and_the_last_one_need_not() {
    let expected = vec![vec!["a", "b"], vec!["1", ""], vec!["", "2"]];
    for text in ["a,b\n1,\n,2\n", "a,b\r\n1,\r\n,2\r\n", "a,b\r\n1,\n,2"] {
        assert_eq!(fields(text), expected, "{text:?}");
    }
}

#[test]
fn quotes_hold_commas_quotes_and_lines() {
    assert_eq!(fields("\"a,b\",\"c\"\"d\"\n\"\",\"x\r\ny\"\r\n"), vec![vec!["a,b", "c\"d"], vec!["", "x\r\ny"]]);
    assert_eq!(fields("\"\"\"\"\n"), vec![vec!["\""]]);
    assert_eq!(fields("1,\"2\""), vec![vec!["1", "2"]]);
}

#[test]
fn nothing_is_trimmed_and_a_lone_return_is_text() {
    assert_eq!(fields(" a , b\t\nc\rd,\r\r\n"), vec![vec![" a ", " b\t"], vec!["c\rd", "\r"]]);
}

#[test]
fn an_empty_line_is_a_record_of_one_empty_field() {
    assert_eq!(fields("a\n\nb"), vec![vec!["a"], vec![""], vec!["b"]]);
    assert_eq!(fields(""), Vec::<Vec<String>>::new());
}

#[test]
fn a_byte_order_mark_is_skipped_at_the_start_only() {
    assert_eq!(fields("\u{feff}\"a\",b\n"), vec![vec!["a", "b"]]);
    assert_eq!(fields("a\n\u{feff}b\n"), vec![vec!["a"], vec!["\u{feff}b"]]);
    assert_eq!(steps("\u{feff}a\nb\n".as_bytes())[1].0.1, 5);
}

#[test]
fn places_are_physical_lines_and_bytes() {
    let places: Vec<_> = steps("h\n\"ä\n\n\"\nx\r\n".as_bytes()).into_iter().map(|(place, _)| place).collect();
    assert_eq!(places, [(1, 0, 2), (2, 2, 7), (5, 9, 3)]);
}

#[test]
fn malformed_records_are_named_and_reading_goes_on() {
    assert_eq!(flaws(b"a,b\n1,x\"y\n2,z\n"), [(2, 4, Flaw::QuoteInField)]);
    assert_eq!(flaws(b"\"a\"b,c\nx\n"), [(1, 0, Flaw::TextAfterQuote)]);
    assert_eq!(flaws(b"\"a\" ,c\nx\n"), [(1, 0, Flaw::TextAfterQuote)]);
    assert_eq!(flaws(b"\"a\"\rx\ny\n"), [(1, 0, Flaw::TextAfterQuote)]);
    assert_eq!(flaws(b"a\n\xff,b\nc\n"), [(2, 2, Flaw::NotUtf8)]);
    assert_eq!(flaws(b"a\n\"\xc3\",\"\xa4\"\nc\n"), [(2, 2, Flaw::NotUtf8)]);
    assert_eq!(flaws(b"a\nb,\"c\nd\n"), [(2, 2, Flaw::OpenQuote)]);
    assert_eq!(steps(b"a,b\n1,x\"y\n2,z\n")[2].1, Ok(vec!["2".to_owned(), "z".to_owned()]));
}

#[test]
fn a_record_over_the_limit_is_malformed_and_reading_goes_on_at_the_next_line() {
    let long = "x".repeat(RECORD_LIMIT_BYTES);
    let text = format!("a\n{long}\nb\n");
    assert_eq!(flaws(text.as_bytes()), [(2, 2, Flaw::TooLong)]);
    assert_eq!(steps(text.as_bytes())[2], ((3, 3 + RECORD_LIMIT_BYTES as u64, 2), Ok(vec!["b".to_owned()])));

    let fits = &long[1..];
    assert_eq!(fields(&format!("{fits}\nb\n"))[0], [fits]);

    let open = format!("\"{}\nlast\n", "line\n".repeat(RECORD_LIMIT_BYTES / 5));
    let found = steps(open.as_bytes());
    assert_eq!(found[0].1, Err(Flaw::TooLong));
    assert_eq!(found.last().unwrap().1, Ok(vec!["last".to_owned()]));
}

/// Well-formed files must read as the established reader reads them.
#[test]
fn well_formed_files_agree_with_another_reader() {
    let pieces = ["", "a", "x,y", "quote\"d", "line\nline", "\r\n", " sp ", "ü", "\""];
    let mut seed = 7_u64;
    for _ in 0..300 {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        for _ in 0..4 {
            let row: Vec<&str> = (0..3)
                .map(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    pieces[(seed >> 33) as usize % pieces.len()]
                })
                .collect();
            writer.write_record(&row).unwrap();
        }
        let text = writer.into_inner().unwrap();
        let expected: Vec<Vec<String>> = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(&text[..])
            .records()
            .map(|record| record.unwrap().iter().map(str::to_owned).collect())
            .collect();
        let found: Vec<_> = steps(&text).into_iter().map(|(_, outcome)| outcome.unwrap()).collect();
        assert_eq!(found, expected, "{}", String::from_utf8_lossy(&text));
    }
}
