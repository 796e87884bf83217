//! CQL text to tokens with byte spans.
//!
//! Follows Cassandra's `Lexer.g`: a minus sign directly before a digit belongs to the number, `1..2`
//! is two integers and a range, and durations come in two notations. Tokens borrow nothing: they are
//! kinds and spans, so that errors can point into the text. Reading is one pass and never panics.

use crate::error::SyntaxError;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// An unquoted word: identifier or keyword.
    Word,
    /// `"name"`.
    QuotedName,
    /// `""`, the legacy empty column name.
    EmptyQuotedName,
    /// `'text'` or `$$text$$`.
    Text,
    /// Digits, with an optional minus sign.
    Integer,
    /// A number with point or exponent.
    Float,
    /// `1h30m` or `P1DT2H`.
    Duration,
    /// 8-4-4-4-12 hexadecimal digits.
    Uuid,
    /// `0x…`.
    Hex,
    /// Punctuation.
    Symbol,
    /// The end of the text.
    End,
}

/// A token: its kind and where it stands (bytes).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Splits the text; the last token is `End`.
pub(crate) fn tokens(cql: &str) -> Result<Vec<Token>, SyntaxError> {
    let mut lexer = Lexer { text: cql, bytes: cql.as_bytes(), at: 0 };
    let mut tokens = Vec::with_capacity(cql.len() / 5 + 1);
    loop {
        lexer.skip_blank();
        let start = lexer.at;
        if start >= lexer.bytes.len() {
            tokens.push(Token { kind: TokenKind::End, start, end: start });
            return Ok(tokens);
        }
        let kind = lexer.token()?;
        tokens.push(Token { kind, start, end: lexer.at });
    }
}

/// The characters that a text token stands for.
pub(crate) fn unquote_text(source: &str) -> String {
    if let Some(inner) = source.strip_prefix("$$").and_then(|rest| rest.strip_suffix("$$")) {
        return inner.to_owned();
    }
    strip(source, '\'').replace("''", "'")
}

/// The characters that a quoted name stands for.
pub(crate) fn unquote_name(source: &str) -> String {
    strip(source, '"').replace("\"\"", "\"")
}

fn strip(source: &str, quote: char) -> &str {
    source.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)).unwrap_or(source)
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn rest_starts(&self, prefix: &[u8]) -> bool {
        self.bytes[self.at..].starts_with(prefix)
    }

    fn skip_blank(&mut self) {
        loop {
            match self.peek(0) {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                b'-' if self.peek(1) == b'-' => self.skip_line(),
                b'/' if self.peek(1) == b'/' => self.skip_line(),
                b'/' if self.peek(1) == b'*' => match find(&self.bytes[self.at + 2..], b"*/") {
                    Some(length) => self.at += length + 4,
                    None => return,
                },
                _ => return,
            }
        }
    }

    fn skip_line(&mut self) {
        while !matches!(self.peek(0), b'\n' | b'\r') && self.at < self.bytes.len() {
            self.at += 1;
        }
    }

    fn token(&mut self) -> Result<TokenKind, SyntaxError> {
        let first = self.peek(0);
        if first.is_ascii_hexdigit() && self.uuid() {
            return Ok(TokenKind::Uuid);
        }
        match first {
            b'\'' => self.quoted(b'\'', TokenKind::Text),
            b'$' if self.peek(1) == b'$' => match find(&self.bytes[self.at + 2..], b"$$") {
                Some(length) => {
                    self.at += length + 4;
                    Ok(TokenKind::Text)
                }
                None => Err(self.unexpected()),
            },
            b'"' if self.peek(1) == b'"' && self.peek(2) != b'"' => {
                self.at += 2;
                Ok(TokenKind::EmptyQuotedName)
            }
            b'"' => self.quoted(b'"', TokenKind::QuotedName),
            b'0'..=b'9' => Ok(self.number()),
            b'-' if self.peek(1).is_ascii_digit() => Ok(self.number()),
            b'-' if self.negative_word() => Ok(TokenKind::Word),
            b'P' if self.iso_duration() => Ok(TokenKind::Duration),
            b'-' if self.peek(1) == b'P' && self.iso_duration() => Ok(TokenKind::Duration),
            b'A'..=b'Z' | b'a'..=b'z' => {
                self.skip_word();
                Ok(TokenKind::Word)
            }
            _ => self.symbol(),
        }
    }

    fn quoted(&mut self, quote: u8, kind: TokenKind) -> Result<TokenKind, SyntaxError> {
        let mut at = self.at + 1;
        loop {
            match self.bytes.get(at) {
                None => {
                    let quote = char::from(quote);
                    let reason = format!("mismatched character '<EOF>' expecting '{quote}'");
                    return Err(SyntaxError::at(self.text, self.text.len(), reason));
                }
                Some(&byte) if byte == quote => {
                    if self.bytes.get(at + 1) == Some(&quote) {
                        at += 2;
                    } else {
                        self.at = at + 1;
                        return Ok(kind);
                    }
                }
                Some(_) => at += 1,
            }
        }
    }

    fn skip_word(&mut self) {
        while self.peek(0).is_ascii_alphanumeric() || self.peek(0) == b'_' {
            self.at += 1;
        }
    }

    /// `-NaN` and `-Infinity` are single tokens.
    fn negative_word(&mut self) -> bool {
        for word in [&b"nan"[..], b"infinity"] {
            let end = self.at + 1 + word.len();
            let matches = self.bytes.get(self.at + 1..end).is_some_and(|found| found.eq_ignore_ascii_case(word));
            let ends = self.bytes.get(end).is_none_or(|next| !next.is_ascii_alphanumeric() && *next != b'_');
            if matches && ends {
                self.at = end;
                return true;
            }
        }
        false
    }

    fn uuid(&mut self) -> bool {
        let Some(candidate) = self.bytes.get(self.at..self.at + 36) else { return false };
        let shaped = candidate.iter().enumerate().all(|(position, byte)| match position {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
        if shaped {
            self.at += 36;
        }
        shaped
    }

    fn number(&mut self) -> TokenKind {
        if self.peek(0) == b'0' && matches!(self.peek(1), b'x' | b'X') {
            self.at += 2;
            while self.peek(0).is_ascii_hexdigit() {
                self.at += 1;
            }
            return TokenKind::Hex;
        }
        if self.unit_duration() {
            return TokenKind::Duration;
        }
        self.at += usize::from(self.peek(0) == b'-');
        self.skip_digits();
        let mut kind = TokenKind::Integer;
        if self.peek(0) == b'.' && self.peek(1) != b'.' {
            kind = TokenKind::Float;
            self.at += 1;
            self.skip_digits();
        }
        if matches!(self.peek(0), b'e' | b'E') {
            let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
            if self.peek(1 + sign).is_ascii_digit() {
                kind = TokenKind::Float;
                self.at += 1 + sign;
                self.skip_digits();
            }
        }
        kind
    }

    fn skip_digits(&mut self) {
        while self.peek(0).is_ascii_digit() {
            self.at += 1;
        }
    }

    /// `1y2mo3w4d5h6m7s8ms9us10ns`, any part of it.
    fn unit_duration(&mut self) -> bool {
        let start = self.at;
        self.at += usize::from(self.peek(0) == b'-');
        let mut parts = 0;
        loop {
            let before = self.at;
            self.skip_digits();
            let unit = if self.at == before { 0 } else { unit_length(&self.bytes[self.at..]) };
            if unit == 0 {
                self.at = before;
                break;
            }
            self.at += unit;
            parts += 1;
        }
        let ends = !(self.peek(0).is_ascii_alphanumeric() || self.peek(0) == b'_');
        if parts == 0 || !ends {
            self.at = start;
            return false;
        }
        true
    }

    /// `P1Y2M3DT4H5M6S`, `P2W` or `P0001-02-03T04:05:06`; upper case only, as `Lexer.g` has it.
    fn iso_duration(&mut self) -> bool {
        let start = self.at;
        self.at += 1 + usize::from(self.peek(0) == b'-');
        let body = self.at;
        while matches!(self.peek(0), b'0'..=b'9' | b'Y' | b'M' | b'D' | b'W' | b'T' | b'H' | b'S' | b'-' | b':') {
            self.at += 1;
        }
        let shaped = is_iso_body(&self.bytes[body..self.at]);
        let ends = !(self.peek(0).is_ascii_alphanumeric() || self.peek(0) == b'_');
        if shaped && ends {
            return true;
        }
        self.at = start;
        false
    }

    fn symbol(&mut self) -> Result<TokenKind, SyntaxError> {
        const DOUBLE: [&[u8]; 6] = [b"<=", b">=", b"!=", b"+=", b"-=", b".."];
        const SINGLE: &[u8] = b"()[]{},;:.=<>+-*/%?";
        if DOUBLE.iter().any(|symbol| self.rest_starts(symbol)) {
            self.at += 2;
            return Ok(TokenKind::Symbol);
        }
        if SINGLE.contains(&self.peek(0)) {
            self.at += 1;
            return Ok(TokenKind::Symbol);
        }
        Err(self.unexpected())
    }

    fn unexpected(&self) -> SyntaxError {
        let character = self.text.get(self.at..).and_then(|rest| rest.chars().next()).unwrap_or('\u{fffd}');
        SyntaxError::at(self.text, self.at, format!("no viable alternative at character '{character}'"))
    }
}

/// Bytes of the duration unit at the head, 0 if there is none.
fn unit_length(rest: &[u8]) -> usize {
    const LONG: [&[u8]; 4] = [b"mo", b"ms", b"us", b"ns"];
    let lower = |count: usize| rest.get(..count).map(<[u8]>::to_ascii_lowercase);
    if rest.starts_with("µs".as_bytes()) || rest.starts_with("µS".as_bytes()) {
        return "µs".len();
    }
    if lower(2).is_some_and(|two| LONG.contains(&two.as_slice())) {
        return 2;
    }
    usize::from(lower(1).is_some_and(|one| b"ywdhms".contains(&one[0])))
}

fn is_iso_body(body: &[u8]) -> bool {
    const ALTERNATIVE: &[u8] = b"dddd-dd-ddTdd:dd:dd";
    if body.len() == ALTERNATIVE.len() {
        let pairs = body.iter().zip(ALTERNATIVE);
        if pairs.clone().all(|(byte, shape)| if *shape == b'd' { byte.is_ascii_digit() } else { byte == shape }) {
            return true;
        }
    }
    let mut order = b"YMWDTHMS".iter();
    let mut digits = 0;
    let mut parts = 0;
    for byte in body {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'T' if digits == 0 && order.any(|unit| unit == byte) => {}
            b'T' => return false,
            _ if digits == 0 || !order.any(|unit| unit == byte) => return false,
            _ => {
                digits = 0;
                parts += 1;
            }
        }
    }
    parts > 0 && digits == 0
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
