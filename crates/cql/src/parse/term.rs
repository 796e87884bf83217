//! Terms: values without columns.

use super::cursor::{Cursor, Parsed};
use crate::ast::{Arithmetic, Constant, ConstantKind, Term};
use crate::lex::TokenKind;

impl Cursor<'_> {
    /// A term with `+` and `-` between its parts.
    pub(super) fn term(&mut self) -> Parsed<Term> {
        self.nested(|cursor| {
            let mut left = cursor.product()?;
            let mut length = 0;
            while let Some(operator) = cursor.sum_operator() {
                // `c = [1] + c`: what follows is no term, and belongs to the assignment.
                if cursor.is_identifier(1) && !cursor.is_symbol(2, "(") && !cursor.is_symbol(2, ".") {
                    break;
                }
                cursor.advance();
                length += 1;
                cursor.check_chain(length)?;
                left = Term::Operation(Box::new(left), operator, Box::new(cursor.product()?));
            }
            Ok(left)
        })
    }

    pub(super) fn sum_operator(&self) -> Option<Arithmetic> {
        if self.is_symbol(0, "+") {
            Some(Arithmetic::Add)
        } else if self.is_symbol(0, "-") {
            Some(Arithmetic::Subtract)
        } else {
            None
        }
    }

    pub(super) fn product_operator(&self) -> Option<Arithmetic> {
        if self.is_symbol(0, "*") {
            Some(Arithmetic::Multiply)
        } else if self.is_symbol(0, "/") {
            Some(Arithmetic::Divide)
        } else if self.is_symbol(0, "%") {
            Some(Arithmetic::Modulo)
        } else {
            None
        }
    }

    fn product(&mut self) -> Parsed<Term> {
        let mut left = self.signed_term()?;
        let mut length = 0;
        while let Some(operator) = self.product_operator() {
            self.advance();
            length += 1;
            self.check_chain(length)?;
            left = Term::Operation(Box::new(left), operator, Box::new(self.signed_term()?));
        }
        Ok(left)
    }

    fn signed_term(&mut self) -> Parsed<Term> {
        if self.symbol("-") { Ok(Term::Negate(Box::new(self.simple_term()?))) } else { self.simple_term() }
    }

    fn simple_term(&mut self) -> Parsed<Term> {
        if let Some(constant) = self.constant() {
            return Ok(Term::Constant(constant));
        }
        if self.is_marker() {
            return Ok(Term::Marker(self.marker()?));
        }
        if self.keyword("null") {
            return Ok(Term::Constant(Constant { kind: ConstantKind::Null, text: "null".to_owned() }));
        }
        if self.is_symbol(0, "[") {
            return self.list_literal();
        }
        if self.is_symbol(0, "{") {
            return self.brace_literal();
        }
        if self.is_symbol(0, "(") {
            return self.parenthesised();
        }
        if self.is_keyword(0, "cast") && self.is_symbol(1, "(") {
            return self.cast();
        }
        if self.is_function_call() {
            let name = self.function_name()?;
            self.expect_symbol("(")?;
            let arguments = if self.is_symbol(0, ")") { Vec::new() } else { self.comma_separated(Self::term)? };
            self.expect_symbol(")")?;
            return Ok(Term::Call(name, arguments));
        }
        // A name can only begin a call here, so it is what follows the name that surprises.
        if self.is_identifier(0) {
            self.advance();
            return Err(self.unexpected_after());
        }
        Err(self.unexpected())
    }

    fn cast(&mut self) -> Parsed<Term> {
        self.advance();
        self.advance();
        let of = self.nested(Self::simple_term)?;
        self.expect_keyword("as")?;
        let ty = self.native_type()?;
        self.expect_symbol(")")?;
        Ok(Term::Cast(Box::new(of), ty))
    }

    fn list_literal(&mut self) -> Parsed<Term> {
        self.expect_symbol("[")?;
        let items = if self.is_symbol(0, "]") { Vec::new() } else { self.comma_separated(Self::term)? };
        self.expect_symbol("]")?;
        Ok(Term::List(items))
    }

    fn brace_literal(&mut self) -> Parsed<Term> {
        self.expect_symbol("{")?;
        if self.symbol("}") {
            return Ok(Term::Set(Vec::new()));
        }
        let literal = if self.is_identifier(0) && self.is_symbol(1, ":") {
            Term::Udt(self.comma_separated(|cursor| {
                let field = cursor.identifier()?;
                cursor.expect_symbol(":")?;
                Ok((field, cursor.term()?))
            })?)
        } else {
            let first = self.term()?;
            if self.symbol(":") { self.map_literal(first)? } else { self.set_literal(first)? }
        };
        self.expect_symbol("}")?;
        Ok(literal)
    }

    fn map_literal(&mut self, first: Term) -> Parsed<Term> {
        let mut entries = vec![(first, self.term()?)];
        while self.symbol(",") {
            let key = self.term()?;
            self.expect_symbol(":")?;
            entries.push((key, self.term()?));
        }
        Ok(Term::Map(entries))
    }

    fn set_literal(&mut self, first: Term) -> Parsed<Term> {
        let mut items = vec![first];
        while self.symbol(",") {
            items.push(self.term()?);
        }
        Ok(Term::Set(items))
    }

    /// A tuple, or a value with a type hint.
    fn parenthesised(&mut self) -> Parsed<Term> {
        if let Some(ty) = self.type_hint() {
            return Ok(Term::Hint(ty, Box::new(self.nested(Self::simple_term)?)));
        }
        Ok(Term::Tuple(self.tuple_literal()?))
    }

    /// `(type)` if that is what stands there. A type holds no markers, so trying it costs nothing.
    pub(super) fn type_hint(&mut self) -> Option<crate::ast::TypeName> {
        let start = self.position();
        if !matches!(self.peek_at(1).kind, TokenKind::Word | TokenKind::QuotedName) {
            return None;
        }
        self.advance();
        if let Ok(ty) = self.type_name()
            && self.symbol(")")
            && self.begins_value()
        {
            return Some(ty);
        }
        self.rewind(start);
        None
    }

    /// Whether a value could begin here, as it must behind a type hint.
    fn begins_value(&self) -> bool {
        match self.peek().kind {
            TokenKind::Symbol => ["?", ":", "[", "{", "("].iter().any(|symbol| self.is_symbol(0, symbol)),
            TokenKind::End => false,
            TokenKind::Word => {
                !["and", "from", "as", "if", "in", "group", "order", "limit", "per", "allow", "where", "apply", "using"]
                    .iter()
                    .any(|keyword| self.is_keyword(0, keyword))
            }
            _ => true,
        }
    }

    /// `(term, …)`
    pub(super) fn tuple_literal(&mut self) -> Parsed<Vec<Term>> {
        self.expect_symbol("(")?;
        let items = self.comma_separated(Self::term)?;
        self.expect_symbol(")")?;
        Ok(items)
    }
}
