//! A reader of JSON text that keeps what Cassandra's values need: integers of any size, the text of
//! numbers, and members in order.

use std::fmt;

/// Nesting beyond which text is refused.
const DEPTH_LIMIT: usize = 500;

/// JSON as read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    Null,
    Boolean(bool),
    /// Digits with an optional minus.
    Integer(String),
    /// With a point or an exponent.
    Floating(f64),
    String(String),
    Array(Vec<Json>),
    /// Names in order of their first occurrence, values of their last.
    Object(Vec<(String, Json)>),
}

/// Where text stops being JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable {
    at: usize,
    what: &'static str,
}

impl std::error::Error for Unreadable {}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.what, self.at)
    }
}

/// Reads the first JSON value of a text; what follows it is not looked at, as in Cassandra, unless it touches a number.
pub(super) fn parse(text: &str) -> Result<Json, Unreadable> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    let is_number = matches!(value, Json::Integer(_) | Json::Floating(_));
    if is_number && reader.peek().is_some_and(|byte| !byte.is_ascii_whitespace()) {
        return reader.fail("expected space after a number");
    }
    Ok(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Result<Json, Unreadable> {
        if depth > DEPTH_LIMIT {
            return self.fail("too deeply nested");
        }
        self.skip_space();
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(Json::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => {
                for (word, value) in
                    [("null", Json::Null), ("true", Json::Boolean(true)), ("false", Json::Boolean(false))]
                {
                    if self.text[self.at..].starts_with(word) {
                        self.at += word.len();
                        return Ok(value);
                    }
                }
                self.fail("unexpected input")
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, Unreadable> {
        let mut members: Vec<(String, Json)> = Vec::new();
        self.at += 1;
        if self.take(b'}') {
            return Ok(Json::Object(members));
        }
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return self.fail("expected a name");
            }
            let name = self.string()?;
            if !self.take(b':') {
                return self.fail("expected a colon");
            }
            let value = self.value(depth + 1)?;
            match members.iter_mut().find(|(known, _)| *known == name) {
                Some((_, earlier)) => *earlier = value,
                None => members.push((name, value)),
            }
            if self.take(b'}') {
                return Ok(Json::Object(members));
            }
            if !self.take(b',') {
                return self.fail("expected a comma or a closing brace");
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Json, Unreadable> {
        let mut elements = Vec::new();
        self.at += 1;
        if self.take(b']') {
            return Ok(Json::Array(elements));
        }
        loop {
            elements.push(self.value(depth + 1)?);
            if self.take(b']') {
                return Ok(Json::Array(elements));
            }
            if !self.take(b',') {
                return self.fail("expected a comma or a closing bracket");
            }
        }
    }

    fn number(&mut self) -> Result<Json, Unreadable> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let first = self.peek();
        let digits = self.digits();
        if digits == 0 || (first == Some(b'0') && digits > 1) {
            return self.fail("malformed number");
        }
        let mut floating = false;
        if self.peek() == Some(b'.') {
            floating = true;
            self.at += 1;
            if self.digits() == 0 {
                return self.fail("malformed number");
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            floating = true;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return self.fail("malformed number");
            }
        }
        let text = &self.text[start..self.at];
        if floating {
            return text.parse().map(Json::Floating).or_else(|_| self.fail("malformed number"));
        }
        Ok(Json::Integer(if text == "-0" { "0" } else { text }.to_owned()))
    }

    fn string(&mut self) -> Result<String, Unreadable> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &self.text[self.at..];
            let Some(end) = rest.find(|c: char| c == '"' || c == '\\' || c < ' ') else {
                return self.fail("unterminated string");
            };
            out.push_str(&rest[..end]);
            self.at += end;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    out.push(self.escape()?);
                }
                _ => return self.fail("control character in a string"),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Unreadable> {
        let Some(kind) = self.peek() else {
            return self.fail("unterminated string");
        };
        self.at += 1;
        Ok(match kind {
            b'"' | b'\\' | b'/' => char::from(kind),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return self.fail("unknown escape"),
        })
    }

    /// `\uXXXX`, or two of them for a character beyond 16 bits.
    fn unicode(&mut self) -> Result<char, Unreadable> {
        let first = self.four_digits()?;
        if let Some(c) = char::from_u32(first) {
            return Ok(c);
        }
        if (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with("\\u") {
            self.at += 2;
            let second = self.four_digits()?;
            if (0xdc00..0xe000).contains(&second)
                && let Some(c) = char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00))
            {
                return Ok(c);
            }
        }
        self.fail("unpaired surrogate")
    }

    fn four_digits(&mut self) -> Result<u32, Unreadable> {
        let digits =
            self.text.get(self.at..self.at + 4).filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
            Some(value) => {
                self.at += 4;
                Ok(value)
            }
            None => self.fail("malformed escape"),
        }
    }

    fn digits(&mut self) -> usize {
        let count = self.text[self.at..].bytes().take_while(u8::is_ascii_digit).count();
        self.at += count;
        count
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes a byte if it comes next, after space.
    fn take(&mut self, byte: u8) -> bool {
        self.skip_space();
        let next = self.peek() == Some(byte);
        self.at += usize::from(next);
        next
    }

    fn skip_space(&mut self) {
        let space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        self.at += self.text[self.at..].bytes().take_while(space).count();
    }

    fn fail<T>(&self, what: &'static str) -> Result<T, Unreadable> {
        Err(Unreadable { at: self.at, what })
    }
}
