//! A view of Rust source in which comments and the insides of string literals are blanked out.
//!
//! The rules look for words in code; without this view they would also find them in messages and explanations.
//! The view has the length and the line breaks of the source, so positions carry over. It is no parser:
//! it knows comments, strings, characters and lifetimes, and nothing about macros.

/// What comments are replaced with, so that a comment line still looks like one.
const COMMENT: u8 = b'/';
/// What the insides of strings are replaced with.
const INSIDE: u8 = b' ';

/// Blanks out comments (with `/`) and the insides of literals (with spaces).
pub(super) fn masked(source: &str) -> String {
    let mut lexer = Lexer { bytes: source.as_bytes(), at: 0, output: Vec::with_capacity(source.len()) };
    while let Some(byte) = lexer.peek(0) {
        match byte {
            b'/' if lexer.peek(1) == Some(b'/') => lexer.line_comment(),
            b'/' if lexer.peek(1) == Some(b'*') => lexer.block_comment(),
            b'"' => lexer.string(),
            b'r' if !lexer.in_word() => lexer.raw_string_or_word(),
            b'\'' => lexer.character_or_lifetime(),
            _ => lexer.keep(),
        }
    }
    // Whole characters are kept or blanked, so the bytes stay valid UTF-8.
    String::from_utf8_lossy(&lexer.output).into_owned()
}

struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    output: Vec<u8>,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn keep(&mut self) {
        self.output.extend(self.peek(0));
        self.at += 1;
    }

    fn blank(&mut self, with: u8) {
        let line_break = self.peek(0) == Some(b'\n');
        self.output.push(if line_break { b'\n' } else { with });
        self.at += 1;
    }

    /// Whether the byte before is part of a name; a `b` before an `r` may open a raw byte string.
    fn in_word(&self) -> bool {
        let Some(before) = self.at.checked_sub(1).and_then(|at| self.bytes.get(at)) else {
            return false;
        };
        let prefix =
            *before == b'b' && !self.at.checked_sub(2).and_then(|at| self.bytes.get(at)).copied().is_some_and(is_name);
        is_name(*before) && !prefix
    }

    fn line_comment(&mut self) {
        while self.peek(0).is_some_and(|byte| byte != b'\n') {
            self.blank(COMMENT);
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while self.peek(0).is_some() {
            let pair = (self.peek(0), self.peek(1));
            let (opens, closes) = (pair == (Some(b'/'), Some(b'*')), pair == (Some(b'*'), Some(b'/')));
            depth = depth + usize::from(opens) - usize::from(closes);
            self.blank(COMMENT);
            if opens || closes {
                self.blank(COMMENT);
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        self.keep();
        while let Some(byte) = self.peek(0) {
            match byte {
                b'"' => return self.keep(),
                b'\\' => {
                    self.blank(INSIDE);
                    if self.peek(0).is_some() {
                        self.blank(INSIDE);
                    }
                }
                _ => self.blank(INSIDE),
            }
        }
    }

    fn raw_string_or_word(&mut self) {
        let hashes = self.bytes[self.at + 1..].iter().take_while(|byte| **byte == b'#').count();
        if self.peek(1 + hashes) != Some(b'"') {
            return self.keep();
        }
        for _ in 0..hashes + 2 {
            self.keep();
        }
        while self.peek(0).is_some() {
            let closes = self.peek(0) == Some(b'"') && (1..=hashes).all(|ahead| self.peek(ahead) == Some(b'#'));
            if closes {
                for _ in 0..=hashes {
                    self.keep();
                }
                return;
            }
            self.blank(INSIDE);
        }
    }

    fn character_or_lifetime(&mut self) {
        let width = match self.peek(1) {
            Some(b'\\') => None,
            Some(first) => Some(if first.is_ascii() { 1 } else { char_width(first) }),
            None => return self.keep(),
        };
        match width {
            // `'a` without a closing quote is a lifetime or a label.
            Some(width) if self.peek(1 + width) != Some(b'\'') => self.keep(),
            Some(width) => {
                self.keep();
                for _ in 0..width {
                    self.blank(INSIDE);
                }
                self.keep();
            }
            None => {
                self.keep();
                self.blank(INSIDE);
                self.blank(INSIDE);
                while self.peek(0).is_some_and(|byte| byte != b'\'' && byte != b'\n') {
                    self.blank(INSIDE);
                }
                self.keep();
            }
        }
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

fn char_width(first: u8) -> usize {
    match first {
        0xC0..=0xDF => 2,
        0xE0..=0xEF => 3,
        _ => 4,
    }
}
