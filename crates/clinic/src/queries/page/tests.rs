//! Tokens: given where more follows, taken back by the same question only.

use super::*;

const QUESTION: Question = Question { number: 3, digest: 17 };

fn token_after(rows: &[i64], size: usize) -> Option<Token> {
    Page::cut(rows.to_vec(), size, QUESTION, |row| (*row, "key".to_owned())).unwrap().next
}

#[test]
fn a_token_is_given_only_where_more_follows() {
    assert_eq!(token_after(&[1, 2, 3], 3), None);
    assert_eq!(token_after(&[], 3), None);
    let token = token_after(&[1, 2, 3], 2).unwrap();
    assert_eq!(QUESTION.key::<(i64, String)>(&token).unwrap(), (2, "key".to_owned()));
}

#[test]
fn a_token_is_one_word_that_needs_no_quoting() {
    let text = token_after(&[i64::MIN, 2], 1).unwrap().to_string();
    assert!(!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'));
    assert_eq!(QUESTION.key::<(i64, String)>(&Token::from(text.as_str())).unwrap().0, i64::MIN);
}

#[test]
fn a_token_of_another_query_or_of_other_arguments_is_refused() {
    let token = token_after(&[1, 2], 1).unwrap();
    let other_query = Question { number: 8, digest: 17 };
    assert_eq!(
        other_query.key::<(i64, String)>(&token).unwrap_err().to_string(),
        "--page: this token continues q3, not q8"
    );
    let other_arguments = Question { number: 3, digest: 18 };
    assert_eq!(
        other_arguments.key::<(i64, String)>(&token).unwrap_err().to_string(),
        "--page: this token belongs to other arguments: repeat those that it came with"
    );
}

#[test]
fn what_is_no_token_is_refused() {
    let cut = token_after(&[1, 2], 1).unwrap().to_string();
    for text in ["", "x", "not a token", "ZZZZ", "====", &cut[1..], &cut[..cut.len() - 2]] {
        let error = QUESTION.key::<(i64, String)>(&Token::from(text)).unwrap_err();
        assert!(error.to_string().starts_with("--page: this is not a page token"), "{text}: {error}");
    }
}

#[test]
fn questions_differ_by_their_arguments() {
    let (one, other) = (Question::new(3, "account a"), Question::new(3, "account b"));
    assert_ne!(one.digest, other.digest);
    assert_eq!(one.digest, Question::new(3, "account a").digest);
}
