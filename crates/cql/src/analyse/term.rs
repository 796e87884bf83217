//! Terms of statements to terms of plans.
//!
//! A term is checked against what it is for: constants by their kind, literals part by part,
//! functions by their signature. Whatever is constant becomes bytes here, so that an engine
//! evaluates only what depends on bound values.

use uuid::Uuid;

use crate::ast::{Arithmetic, Constant, ConstantKind, FunctionName, Term};
use crate::codec;
use crate::error::Error;
use crate::function::{self, Argument, ArgumentKind, Resolved};
use crate::literal::{self, Fit, Literal};
use crate::plan;
use crate::types::CqlType;

use super::invalid;
use super::scope::{Receiver, Scope};
use super::type_name;

/// What is known of an argument before its function is: owned, as [`ArgumentKind`] borrows.
pub(super) enum Known {
    Marker,
    Literal(Literal),
    Typed(CqlType),
    Untyped,
}

impl Known {
    pub(super) fn kind(&self) -> ArgumentKind<'_> {
        match self {
            Self::Marker => ArgumentKind::Marker,
            Self::Literal(literal) => ArgumentKind::Literal(literal),
            Self::Typed(ty) => ArgumentKind::Typed(ty),
            Self::Untyped => ArgumentKind::Untyped,
        }
    }
}

impl Scope<'_> {
    /// The term as a value for the receiver.
    pub(super) fn term(&mut self, term: &Term, receiver: &Receiver) -> Result<plan::Term, Error> {
        match term {
            Term::Constant(constant) => constant_term(constant, receiver),
            Term::Marker(marker) => Ok(self.bind(marker, receiver)),
            Term::List(items) => self.list(items, receiver),
            Term::Set(items) => self.set(items, receiver),
            Term::Map(entries) => self.map(entries, receiver),
            Term::Udt(fields) => self.udt(fields, receiver),
            Term::Tuple(items) => self.tuple(items, receiver),
            Term::Call(name, arguments) => self.call(name, arguments, receiver),
            Term::Cast(of, ty) => self.operator_call(&cast_name(ty), &[of], receiver),
            Term::Operation(left, operator, right) => {
                self.operator_call(operation_name(*operator), &[left, right], receiver)
            }
            Term::Negate(of) => self.operator_call(function::NEGATE, &[of], receiver),
            Term::Hint(ty, of) => {
                let hinted = self.hint(ty, receiver)?;
                if self.fit(of, hinted.ty())? == Fit::Not {
                    return Err(invalid(format!("Cannot cast value {of} to type {ty}")));
                }
                if type_fit(hinted.ty(), receiver.ty()) == Fit::Not {
                    let (name, ty) = (receiver.name(), receiver.ty());
                    return Err(invalid(format!("Cannot assign value {term} to {name} of type {ty}")));
                }
                self.term(of, receiver)
            }
        }
    }

    fn hint(&self, ty: &crate::ast::TypeName, receiver: &Receiver) -> Result<Receiver, Error> {
        let resolved = type_name::resolve(self, self.keyspace.unwrap_or(&receiver.spec.keyspace), ty)?;
        Ok(receiver.part(receiver.spec.name.clone(), resolved))
    }

    fn list(&mut self, items: &[Term], receiver: &Receiver) -> Result<plan::Term, Error> {
        let (name, ty) = (receiver.name(), receiver.ty());
        match ty {
            CqlType::List { element, .. } => {
                let part = receiver.part(format!("value({name})"), (**element).clone());
                self.check_parts("list", items, &part, name)?;
                check_unbound("list", items.iter(), name)?;
                self.composite(items, ty, |_| part.clone())
            }
            CqlType::Vector { element, dimensions } => {
                if u32::try_from(items.len()) != Ok(*dimensions) {
                    return Err(invalid(format!(
                        "Invalid vector literal for {name} of type {ty}; expected {dimensions} elements, but given {}",
                        items.len()
                    )));
                }
                let part = receiver.part(format!("value({name})"), (**element).clone());
                self.check_parts("vector", items, &part, name)?;
                self.composite(items, ty, |_| part.clone())
            }
            _ => Err(invalid(format!("Unexpected receiver type '{ty}'; only list and vector are expected"))),
        }
    }

    fn set(&mut self, items: &[Term], receiver: &Receiver) -> Result<plan::Term, Error> {
        let (name, ty) = (receiver.name(), receiver.ty());
        match ty {
            CqlType::Map { .. } if items.is_empty() => self.composite(&[] as &[Term], ty, |_| receiver.clone()),
            CqlType::Set { element, .. } => {
                let part = receiver.part(format!("value({name})"), (**element).clone());
                self.check_parts("set", items, &part, name)?;
                check_unbound("set", items.iter(), name)?;
                self.composite(items, ty, |_| part.clone())
            }
            _ => Err(invalid(format!("Invalid set literal for {name} of type {ty}"))),
        }
    }

    fn check_parts(&self, what: &str, items: &[Term], part: &Receiver, name: &str) -> Result<(), Error> {
        for item in items {
            if self.fit(item, part.ty())? == Fit::Not {
                let text = format!("Invalid {what} literal for {name}: value {item} is not of type {}", part.ty());
                return Err(invalid(text));
            }
        }
        Ok(())
    }

    fn map(&mut self, entries: &[(Term, Term)], receiver: &Receiver) -> Result<plan::Term, Error> {
        let (name, ty) = (receiver.name(), receiver.ty());
        let CqlType::Map { key, value, .. } = ty else {
            return Err(invalid(format!("Invalid map literal for {name} of type {ty}")));
        };
        let key_part = receiver.part(format!("key({name})"), (**key).clone());
        let value_part = receiver.part(format!("value({name})"), (**value).clone());
        for (entry_key, entry_value) in entries {
            for (what, item, part) in [("key", entry_key, &key_part), ("value", entry_value, &value_part)] {
                if self.fit(item, part.ty())? == Fit::Not {
                    let of = part.ty();
                    let text = format!("Invalid map literal for {name}: {what} {item} is not of type {of}");
                    return Err(invalid(text));
                }
            }
        }
        let parts: Vec<&Term> = entries.iter().flat_map(|(key, value)| [key, value]).collect();
        check_unbound("map", parts.iter().copied(), name)?;
        self.composite(&parts, ty, |position| if position % 2 == 0 { key_part.clone() } else { value_part.clone() })
    }

    fn udt(&mut self, fields: &[(String, Term)], receiver: &Receiver) -> Result<plan::Term, Error> {
        let (name, ty) = (receiver.name(), receiver.ty());
        let CqlType::Udt { definition, .. } = ty else {
            return Err(invalid(format!("Invalid user type literal for {name} of type {ty}")));
        };
        for (field, _) in fields {
            if !definition.fields.iter().any(|(known, _)| known == field) {
                return Err(invalid(format!(
                    "Unknown field '{field}' in value of user defined type {}",
                    definition.name
                )));
            }
        }
        let null = Term::Constant(Constant { kind: ConstantKind::Null, text: "null".to_owned() });
        let mut parts = Vec::with_capacity(definition.fields.len());
        for (field, field_type) in &definition.fields {
            // Of a field written twice the last one counts, as in a map of Java.
            let value = fields.iter().rev().find(|(written, _)| written == field).map_or(&null, |(_, value)| value);
            if self.fit(value, field_type)? == Fit::Not {
                let text = format!("Invalid user type literal for {name}: field {field} is not of type {field_type}");
                return Err(invalid(text));
            }
            parts.push(value);
        }
        self.composite(&parts, ty, |position| {
            let (field, field_type) = &definition.fields[position];
            receiver.part(format!("{name}.{field}"), field_type.clone())
        })
    }

    fn tuple(&mut self, items: &[Term], receiver: &Receiver) -> Result<plan::Term, Error> {
        let (name, ty) = (receiver.name(), receiver.ty());
        let CqlType::Tuple(types) = ty else {
            return Err(invalid(format!("Invalid tuple type literal for {name} of type {ty}")));
        };
        if items.len() > types.len() {
            return Err(invalid(format!(
                "Invalid tuple literal for {name}: too many elements. Type {ty} expects {} but got {}",
                types.len(),
                items.len()
            )));
        }
        for (position, (item, item_type)) in items.iter().zip(types.iter()).enumerate() {
            if self.fit(item, item_type)? == Fit::Not {
                return Err(invalid(format!(
                    "Invalid tuple literal for {name}: component {position} is not of type {item_type}"
                )));
            }
        }
        self.composite(items, ty, |position| receiver.part(format!("{name}[{position}]"), types[position].clone()))
    }

    /// Puts parts together: to bytes when all are constant.
    fn composite<T: std::borrow::Borrow<Term>>(
        &mut self,
        parts: &[T],
        ty: &CqlType,
        receiver_of: impl Fn(usize) -> Receiver,
    ) -> Result<plan::Term, Error> {
        let mut terms = Vec::with_capacity(parts.len());
        for (position, part) in parts.iter().enumerate() {
            terms.push(self.term(part.borrow(), &receiver_of(position))?);
        }
        compose(ty, terms)
    }

    /// A call of a function by name.
    fn call(&mut self, name: &FunctionName, arguments: &[Term], receiver: &Receiver) -> Result<plan::Term, Error> {
        let references: Vec<&Term> = arguments.iter().collect();
        if name.name == "token" {
            return self.token(&references, receiver);
        }
        if AGGREGATES.contains(&name.name.as_str()) {
            return Err(invalid("Aggregation function are not supported in the where clause"));
        }
        check_native(name)?;
        let resolved = self.resolve(&name.name, &references, Some(receiver.ty()))?;
        if type_fit(&resolved.return_type, receiver.ty()) == Fit::Not {
            return Err(invalid(format!(
                "Type error: cannot assign result of function {} (type {}) to {} (type {})",
                native_name(&name.name),
                resolved.return_type,
                receiver.name(),
                receiver.ty()
            )));
        }
        self.apply(&name.name, resolved, &references, receiver)
    }

    fn operator_call(&mut self, name: &str, arguments: &[&Term], receiver: &Receiver) -> Result<plan::Term, Error> {
        let resolved = self.resolve(name, arguments, Some(receiver.ty()))?;
        if type_fit(&resolved.return_type, receiver.ty()) == Fit::Not {
            return Err(invalid(format!(
                "Type error: cannot assign result of operation {} (type {}) to {} (type {})",
                operation_text(name, arguments),
                resolved.return_type,
                receiver.name(),
                receiver.ty()
            )));
        }
        self.apply(name, resolved, arguments, receiver)
    }

    fn apply(
        &mut self,
        name: &str,
        resolved: Resolved,
        arguments: &[&Term],
        receiver: &Receiver,
    ) -> Result<plan::Term, Error> {
        let mut terms = Vec::with_capacity(arguments.len());
        for (position, (argument, ty)) in arguments.iter().zip(resolved.argument_types).enumerate() {
            let part = receiver.part(format!("arg{position}({})", native_name(name)), ty);
            terms.push(self.term(argument, &part)?);
        }
        Ok(plan::Term::Call { function: resolved.function, arguments: terms })
    }

    /// `token(…)` of the partition key of the statement's table.
    fn token(&mut self, arguments: &[&Term], receiver: &Receiver) -> Result<plan::Term, Error> {
        let Some(table) = self.token_table.clone() else {
            return Err(invalid("No receiver table has been specified for function system.token"));
        };
        let key = table.partition_key();
        if key.len() != arguments.len() {
            return Err(invalid(format!(
                "Invalid number of arguments in call to function system.token: {} required but {} provided",
                key.len(),
                arguments.len()
            )));
        }
        if type_fit(&CqlType::Bigint, receiver.ty()) == Fit::Not {
            return Err(invalid(format!(
                "Type error: cannot assign result of function system.token (type bigint) to {} (type {})",
                receiver.name(),
                receiver.ty()
            )));
        }
        let argument_types = key.iter().map(|column| column.ty.clone()).collect();
        let function = function::Function::Token;
        let resolved = Resolved { function, argument_types, return_type: CqlType::Bigint };
        self.apply("token", resolved, arguments, receiver)
    }

    pub(super) fn resolve(
        &self,
        name: &str,
        arguments: &[&Term],
        receiver: Option<&CqlType>,
    ) -> Result<Resolved, Error> {
        let known: Vec<(String, Known)> =
            arguments.iter().map(|term| Ok((term.to_string(), self.known(term)?))).collect::<Result<_, Error>>()?;
        resolve_known(name, &known, receiver)
    }

    /// What is known of a term by itself.
    pub(super) fn known(&self, term: &Term) -> Result<Known, Error> {
        Ok(match term {
            Term::Constant(constant) => Known::Literal(literal(constant)?),
            Term::Marker(_) => Known::Marker,
            _ => self.own_type(term)?.map_or(Known::Untyped, Known::Typed),
        })
    }

    /// The type that a term has whatever it is for.
    fn own_type(&self, term: &Term) -> Result<Option<CqlType>, Error> {
        Ok(match term {
            Term::Cast(_, ty) => Some(ty.clone()),
            Term::Hint(ty, _) => Some(type_name::resolve(self, self.keyspace.unwrap_or_default(), ty)?),
            Term::Call(name, _) if name.name == "token" => Some(CqlType::Bigint),
            Term::Call(name, arguments) => {
                let references: Vec<&Term> = arguments.iter().collect();
                Some(self.resolve(&name.name, &references, None)?.return_type)
            }
            Term::Operation(left, operator, right) => {
                Some(self.resolve(operation_name(*operator), &[left, right], None)?.return_type)
            }
            Term::Negate(of) => Some(self.resolve(function::NEGATE, &[of], None)?.return_type),
            _ => None,
        })
    }

    /// How well a term fits a type (`AssignmentTestable.testAssignment`).
    pub(super) fn fit(&self, term: &Term, ty: &CqlType) -> Result<Fit, Error> {
        Ok(match term {
            Term::Constant(constant) => literal(constant)?.fit(ty),
            Term::Marker(_) => Fit::Weak,
            Term::List(items) => match ty {
                CqlType::List { element, .. } => self.fit_all(items, element)?,
                CqlType::Vector { element, dimensions } if u32::try_from(items.len()) == Ok(*dimensions) => {
                    self.fit_all(items, element)?
                }
                _ => Fit::Not,
            },
            Term::Set(items) => match ty {
                CqlType::Map { .. } if items.is_empty() => Fit::Weak,
                CqlType::Set { element, .. } => self.fit_all(items, element)?,
                _ => Fit::Not,
            },
            Term::Map(entries) => match ty {
                CqlType::Map { key, value, .. } => {
                    let mut worst = Fit::Exact;
                    for (entry_key, entry_value) in entries {
                        worst = worst.min(self.fit(entry_key, key)?).min(self.fit(entry_value, value)?);
                    }
                    worst
                }
                _ => Fit::Not,
            },
            Term::Udt(fields) => match ty {
                CqlType::Udt { definition, .. } => {
                    let mut fit = Fit::Weak;
                    for (field, value) in fields {
                        let known = definition.fields.iter().find(|(name, _)| name == field);
                        fit = match known {
                            Some((_, field_type)) => fit.min(self.fit(value, field_type)?),
                            None => Fit::Not,
                        };
                    }
                    fit
                }
                _ => Fit::Not,
            },
            Term::Tuple(items) => match ty {
                CqlType::Tuple(types) if items.len() <= types.len() => {
                    let mut fit = Fit::Weak;
                    for (item, item_type) in items.iter().zip(types.iter()) {
                        fit = fit.min(self.fit(item, item_type)?);
                    }
                    fit
                }
                _ => Fit::Not,
            },
            Term::Call(name, arguments) if name.name != "token" => {
                let references: Vec<&Term> = arguments.iter().collect();
                type_fit(&self.resolve(&name.name, &references, Some(ty))?.return_type, ty)
            }
            Term::Operation(left, operator, right) => {
                type_fit(&self.resolve(operation_name(*operator), &[left, right], Some(ty))?.return_type, ty)
            }
            Term::Negate(of) => type_fit(&self.resolve(function::NEGATE, &[of], Some(ty))?.return_type, ty),
            _ => self.own_type(term)?.map_or(Fit::Not, |own| type_fit(&own, ty)),
        })
    }

    fn fit_all(&self, items: &[Term], ty: &CqlType) -> Result<Fit, Error> {
        if items.is_empty() {
            return Ok(Fit::Weak);
        }
        let mut worst = Fit::Exact;
        for item in items {
            worst = worst.min(self.fit(item, ty)?);
        }
        Ok(worst)
    }
}

/// A collection literal is constant, or computed from constants (`Lists.Literal.prepare`).
fn check_unbound<'t>(what: &str, mut items: impl Iterator<Item = &'t Term>, name: &str) -> Result<(), Error> {
    if items.any(contains_marker) {
        return Err(invalid(format!(
            "Invalid {what} literal for {name}: bind variables are not supported inside collection literals"
        )));
    }
    Ok(())
}

fn contains_marker(term: &Term) -> bool {
    match term {
        Term::Marker(_) => true,
        Term::Constant(_) => false,
        Term::List(items) | Term::Set(items) | Term::Tuple(items) | Term::Call(_, items) => {
            items.iter().any(contains_marker)
        }
        Term::Map(entries) => entries.iter().any(|(key, value)| contains_marker(key) || contains_marker(value)),
        Term::Udt(fields) => fields.iter().any(|(_, value)| contains_marker(value)),
        Term::Cast(of, _) | Term::Hint(_, of) | Term::Negate(of) => contains_marker(of),
        Term::Operation(left, _, right) => contains_marker(left) || contains_marker(right),
    }
}

/// Names of the aggregates over rows.
pub(super) const AGGREGATES: [&str; 6] = ["count", "countrows", "sum", "avg", "min", "max"];

pub(super) fn resolve_known(
    name: &str,
    known: &[(String, Known)],
    receiver: Option<&CqlType>,
) -> Result<Resolved, Error> {
    let arguments: Vec<Argument<'_>> =
        known.iter().map(|(text, known)| Argument { text, kind: known.kind() }).collect();
    Ok(function::resolve(name, &arguments, receiver)?)
}

/// Parts as one term: bytes when all are constant.
pub(super) fn compose(ty: &CqlType, terms: Vec<plan::Term>) -> Result<plan::Term, Error> {
    let constants: Option<Vec<Option<&Vec<u8>>>> = terms
        .iter()
        .map(|term| match term {
            plan::Term::Constant(value) => Some(value.as_ref()),
            _ => None,
        })
        .collect();
    match constants {
        Some(parts) => {
            let bytes = codec::compose(ty, &parts)?;
            Ok(plan::Term::Constant(Some(bytes)))
        }
        None => Ok(plan::Term::Composite { ty: ty.clone(), parts: terms }),
    }
}

fn constant_term(constant: &Constant, receiver: &Receiver) -> Result<plan::Term, Error> {
    Ok(plan::Term::Constant(literal::encode(receiver.name(), receiver.ty(), &literal(constant)?)?))
}

/// The constant as `literal` knows it.
pub(super) fn literal(constant: &Constant) -> Result<Literal, Error> {
    let text = constant.text.clone();
    Ok(match constant.kind {
        ConstantKind::Null => Literal::Null,
        ConstantKind::Text => Literal::String(text),
        ConstantKind::Integer => Literal::Integer(text),
        ConstantKind::Boolean => Literal::Boolean(text == "true"),
        ConstantKind::Duration => Literal::Duration(text),
        ConstantKind::Float => match text.as_str() {
            "NaN" => Literal::Nan,
            "Infinity" => Literal::Infinity { negative: false },
            "-Infinity" => Literal::Infinity { negative: true },
            _ => Literal::Float(text),
        },
        ConstantKind::Uuid => {
            Literal::Uuid(Uuid::parse_str(&text).map_err(|_| invalid(format!("Unable to make UUID from '{text}'")))?)
        }
        ConstantKind::Hex => match unhex(text.get(2..).unwrap_or_default()) {
            Some(bytes) => Literal::Blob(bytes),
            None => return Err(invalid(format!("cannot parse '{}' as hex bytes", text.get(2..).unwrap_or_default()))),
        },
    })
}

fn unhex(digits: &str) -> Option<Vec<u8>> {
    if digits.len() % 2 == 1 {
        return None;
    }
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()).collect()
}

/// How well a value of one type fits another (`AbstractType.isValueCompatibleWith`).
pub(super) fn type_fit(from: &CqlType, to: &CqlType) -> Fit {
    if type_name::same(from, to) {
        return Fit::Exact;
    }
    let weak = matches!(
        (from, to),
        (_, CqlType::Blob)
            | (CqlType::Ascii, CqlType::Text)
            | (CqlType::Int | CqlType::Bigint, CqlType::Varint)
            | (CqlType::Timeuuid, CqlType::Uuid)
            | (CqlType::Timestamp, CqlType::Bigint)
            | (CqlType::Int, CqlType::Date)
    );
    if weak { Fit::Weak } else { Fit::Not }
}

/// Built-in functions belong to no other keyspace than `system`.
pub(super) fn check_native(name: &FunctionName) -> Result<(), Error> {
    match name.keyspace.as_deref() {
        None | Some("system") => Ok(()),
        Some(_) => Err(invalid(format!("Unknown function {name} called"))),
    }
}

pub(super) fn native_name(name: &str) -> String {
    format!("system.{name}")
}

pub(super) fn cast_name(ty: &CqlType) -> String {
    format!("cast_as_{ty}")
}

pub(super) fn operation_name(operator: Arithmetic) -> &'static str {
    match operator {
        Arithmetic::Add => function::Operator::Add,
        Arithmetic::Subtract => function::Operator::Subtract,
        Arithmetic::Multiply => function::Operator::Multiply,
        Arithmetic::Divide => function::Operator::Divide,
        Arithmetic::Modulo => function::Operator::Modulo,
    }
    .function_name()
}

fn operation_text(name: &str, arguments: &[&Term]) -> String {
    match arguments {
        [left, right] => {
            let sign = match name {
                "_add" => '+',
                "_substract" => '-',
                "_multiply" => '*',
                "_divide" => '/',
                _ => '%',
            };
            format!("{left} {sign} {right}")
        }
        [of] => format!("-{of}"),
        _ => name.to_owned(),
    }
}
