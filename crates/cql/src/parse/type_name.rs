//! Type names.

use super::cursor::{Cursor, Parsed};
use crate::ast::{QualifiedName, TypeName};
use crate::keyword;
use crate::lex::{self, TokenKind};
use crate::types::CqlType;

impl Cursor<'_> {
    pub(super) fn type_name(&mut self) -> Parsed<TypeName> {
        self.nested(Self::type_inner)
    }

    fn type_inner(&mut self) -> Parsed<TypeName> {
        if self.peek().kind == TokenKind::Text {
            return Ok(TypeName::Custom(self.text_constant()?));
        }
        let parameterised = self.is_symbol(1, "<");
        let word = self.word_at(0).map(str::to_ascii_lowercase);
        if let Some(word) = word.filter(|_| !self.is_symbol(1, ".")) {
            if parameterised {
                return self.parameterised(&word);
            }
            if let Some(native) = native(&word) {
                self.advance();
                return Ok(TypeName::Native(native));
            }
        }
        self.user_type_name().map(TypeName::User)
    }

    fn parameterised(&mut self, word: &str) -> Parsed<TypeName> {
        if !matches!(word, "list" | "set" | "map" | "tuple" | "vector" | "frozen") {
            return Err(self.unexpected());
        }
        self.advance();
        self.advance();
        let ty = match word {
            "list" => TypeName::List(Box::new(self.type_name()?)),
            "set" => TypeName::Set(Box::new(self.type_name()?)),
            "frozen" => {
                let inner = self.type_name()?;
                if matches!(inner, TypeName::Native(_) | TypeName::Custom(_)) {
                    return Err(self.refuse(&format!(
                        "frozen<> is only allowed on collections, tuples, and user-defined types (got {inner})"
                    )));
                }
                TypeName::Frozen(Box::new(inner))
            }
            "tuple" => TypeName::Tuple(self.comma_separated(Self::type_name)?),
            "map" => {
                let key = Box::new(self.type_name()?);
                self.expect_symbol(",")?;
                TypeName::Map(key, Box::new(self.type_name()?))
            }
            _ => {
                let element = Box::new(self.type_name()?);
                self.expect_symbol(",")?;
                TypeName::Vector(element, self.dimensions()?)
            }
        };
        self.expect_symbol(">")?;
        Ok(ty)
    }

    fn dimensions(&mut self) -> Parsed<u32> {
        if self.peek().kind != TokenKind::Integer {
            return Err(self.mismatch("INTEGER"));
        }
        let Ok(dimensions) = self.source(self.peek()).parse() else { return Err(self.unexpected()) };
        self.advance();
        Ok(dimensions)
    }

    /// The scalar type that `CAST … AS` names.
    pub(super) fn native_type(&mut self) -> Parsed<CqlType> {
        match self.word_at(0).and_then(|word| native(&word.to_ascii_lowercase())) {
            Some(ty) => {
                self.advance();
                Ok(ty)
            }
            None => Err(self.unexpected()),
        }
    }

    /// `[keyspace.]type`
    pub(super) fn user_type_name(&mut self) -> Parsed<QualifiedName> {
        let keyspace = if self.is_symbol(1, ".") {
            let keyspace = self.identifier()?;
            self.advance();
            Some(keyspace)
        } else {
            None
        };
        if let Some(word) = self.word_at(0) {
            if keyword::is_reserved_type(word) {
                return Err(self.refuse(&format!("Invalid (reserved) user type name {}", word.to_ascii_lowercase())));
            }
            if native(&word.to_ascii_lowercase()).is_some() {
                return Err(self.unexpected());
            }
        }
        Ok(QualifiedName { keyspace, name: self.identifier()? })
    }

    /// `[keyspace.]function`, where a `(` follows.
    pub(super) fn is_function_call(&self) -> bool {
        let named = |ahead: usize| match self.peek_at(ahead).kind {
            TokenKind::QuotedName => true,
            TokenKind::Word => self.word_at(ahead).is_some_and(keyword::may_name_function),
            _ => false,
        };
        (named(0) && self.is_symbol(1, "("))
            || (self.is_identifier(0) && self.is_symbol(1, ".") && named(2) && self.is_symbol(3, "("))
    }

    pub(super) fn function_name(&mut self) -> Parsed<crate::ast::FunctionName> {
        let keyspace = if self.is_symbol(1, ".") {
            let keyspace = self.keyspace_name()?;
            self.advance();
            Some(keyspace)
        } else {
            None
        };
        let token = self.advance();
        let source = self.source(token);
        let name = if token.kind == TokenKind::Word { source.to_ascii_lowercase() } else { lex::unquote_name(source) };
        Ok(crate::ast::FunctionName { keyspace, name })
    }
}

/// `native_type` of Cassandra's `Parser.g`.
pub(super) fn native(word: &str) -> Option<CqlType> {
    Some(match word {
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
        "text" | "varchar" => CqlType::Text,
        "time" => CqlType::Time,
        "timestamp" => CqlType::Timestamp,
        "timeuuid" => CqlType::Timeuuid,
        "tinyint" => CqlType::Tinyint,
        "uuid" => CqlType::Uuid,
        "varint" => CqlType::Varint,
        _ => return None,
    })
}
