//! What SELECT answers: selectors with their types and the names that clients see.
//!
//! Names follow Cassandra's `getColumnName` of each kind of selector (`cql3/selection`).

use std::sync::Arc;

use crate::ast::{self, FunctionName, Metadata, TypeName};
use crate::error::Error;
use crate::function::{self, FunctionError};
use crate::literal::Fit;
use crate::plan::{Aggregate, ColumnSpec, Selector};
use crate::schema::{ColumnKind, Table};
use crate::types::CqlType;

use super::scope::{self, Receiver, Scope, existing_column};
use super::select::is_aggregate;
use super::term::{self, Known};
use super::{invalid, type_name};

/// A selection, resolved.
pub(super) struct Selection {
    pub(super) selectors: Vec<Selector>,
    pub(super) columns: Vec<ColumnSpec>,
    /// Columns that any selector reads.
    pub(super) uses: Vec<usize>,
    pub(super) aggregate: bool,
}

/// A selector with its type and name.
struct Typed {
    selector: Selector,
    ty: CqlType,
    name: String,
}

impl Scope<'_> {
    pub(super) fn selection(&mut self, table: &Table, selected: &[ast::Selected]) -> Result<Selection, Error> {
        if selected.is_empty() {
            let all = 0..table.columns.len();
            let specs = table.columns.iter().map(|column| scope::spec(table, column.name.clone(), column.ty.clone()));
            return Ok(Selection {
                selectors: all.clone().map(Selector::Column).collect(),
                columns: specs.collect(),
                uses: all.collect(),
                aggregate: false,
            });
        }
        let mut selection = Selection { selectors: vec![], columns: vec![], uses: vec![], aggregate: false };
        for ast::Selected { selector, alias } in selected {
            if matches!(selector, ast::Selector::Tuple(items) if items.len() == 1) {
                // Cassandra takes lone parentheses for a tuple whose type it cannot tell.
                return Err(cannot_infer(&format!("({selector})")));
            }
            let typed = self.selector(table, selector, None)?;
            selection.aggregate |= is_aggregate(&typed.selector);
            selection.uses.extend(columns_of(table, selector)?);
            selection.columns.push(scope::spec(table, alias.clone().unwrap_or(typed.name), typed.ty));
            selection.selectors.push(typed.selector);
        }
        Ok(selection)
    }

    /// Positions of the columns that a selector reads. Its functions are looked up for it, its casts are not.
    pub(super) fn looked_at(&mut self, table: &Table, of: &ast::Selector) -> Result<Vec<usize>, Error> {
        let columns = columns_of(table, of)?;
        if let ast::Selector::Call(..) = of {
            self.selector(table, of, None)?;
        }
        Ok(columns)
    }

    fn selector(&mut self, table: &Table, of: &ast::Selector, wanted: Option<&CqlType>) -> Result<Typed, Error> {
        match of {
            ast::Selector::Column(name) => {
                let position = existing_column(table, name)?;
                let ty = table.columns[position].ty.clone();
                Ok(Typed { selector: Selector::Column(position), ty, name: name.clone() })
            }
            ast::Selector::Term(term) => self.term_selector(table, term, wanted),
            ast::Selector::CountRows => {
                let (aggregate, ty) = (Aggregate::Count, CqlType::Bigint);
                let selector = Selector::Aggregate { aggregate, argument: None, ty: ty.clone() };
                Ok(Typed { selector, ty, name: "count".to_owned() })
            }
            ast::Selector::Metadata(metadata, inner) => Self::metadata(table, *metadata, inner),
            ast::Selector::Call(name, arguments) => self.function(table, name, arguments, wanted),
            ast::Selector::Cast(inner, ty) => self.cast(table, inner, ty),
            ast::Selector::Operation(left, operator, right) => {
                let arguments = [&**left, &**right];
                let typed = self.native(table, term::operation_name(*operator), &arguments, wanted)?;
                let (selector, ty, names) = typed;
                Ok(Typed { selector, ty, name: format!("{} {} {}", names[0], operator.sign(), names[1]) })
            }
            ast::Selector::Negate(inner) => {
                let (selector, ty, names) = self.native(table, function::NEGATE, &[inner], wanted)?;
                Ok(Typed { selector, ty, name: format!("-{}", names[0]) })
            }
            ast::Selector::Field(inner, field) => self.field(table, inner, field),
            ast::Selector::Element(inner, key) => self.element_selector(table, of, inner, key),
            ast::Selector::Slice(inner, from, to) => self.slice_selector(table, of, inner, from.as_ref(), to.as_ref()),
            ast::Selector::Hint(ty, inner) => self.hinted(table, ty, inner),
            ast::Selector::Tuple(items) if items.len() == 1 => self.selector(table, &items[0], wanted),
            ast::Selector::Tuple(items) => self.tuple_selector(table, items, wanted),
            ast::Selector::List(items) => self.sequence(table, of, items, wanted, false),
            ast::Selector::Set(items) => self.sequence(table, of, items, wanted, true),
            ast::Selector::Map(entries) => self.map_selector(table, of, entries, wanted),
        }
    }

    fn term_selector(&mut self, table: &Table, of: &ast::Term, wanted: Option<&CqlType>) -> Result<Typed, Error> {
        let own = match self.known(of)? {
            Known::Typed(ty) => Some(ty),
            _ => None,
        };
        let Some(ty) = own.or_else(|| wanted.cloned()) else {
            return Err(cannot_infer(of));
        };
        let receiver = Receiver::of_table(table, "[selection]", ty.clone());
        let selector = Selector::Term(self.term(of, &receiver)?);
        Ok(Typed { selector, ty, name: of.to_string() })
    }

    fn metadata(table: &Table, metadata: Metadata, of: &ast::Selector) -> Result<Typed, Error> {
        let name = format!("{}({of})", metadata.name());
        let ast::Selector::Column(column) = of else {
            return Err(Error::unsupported(format!("{} of a part of a column", metadata.name())));
        };
        let position = existing_column(table, column)?;
        let definition = &table.columns[position];
        if !matches!(definition.kind, ColumnKind::Static | ColumnKind::Regular) {
            return Err(invalid(format!(
                "Cannot use selection function {} on PRIMARY KEY part {column}",
                metadata.name()
            )));
        }
        let (selector, scalar) = match metadata {
            Metadata::WriteTime => (Selector::WriteTime { column: position, max: false }, CqlType::Bigint),
            Metadata::MaxWriteTime => (Selector::WriteTime { column: position, max: true }, CqlType::Bigint),
            Metadata::Ttl => (Selector::Ttl(position), CqlType::Int),
        };
        let several = definition.ty.is_multi_cell() && metadata != Metadata::MaxWriteTime;
        let ty = if several { CqlType::List { element: Arc::new(scalar), frozen: false } } else { scalar };
        Ok(Typed { selector, ty, name })
    }

    fn function(
        &mut self,
        table: &Table,
        name: &FunctionName,
        arguments: &[ast::Selector],
        wanted: Option<&CqlType>,
    ) -> Result<Typed, Error> {
        if name.keyspace.as_deref().is_some_and(|keyspace| keyspace != "system") {
            return Err(invalid(format!("Unknown function '{name}'")));
        }
        let references: Vec<&ast::Selector> = arguments.iter().collect();
        if term::AGGREGATES.contains(&name.name.as_str()) {
            return self.aggregate(table, &name.name, &references);
        }
        let (selector, ty, names) = if name.name == "token" {
            self.token_selector(table, &references)?
        } else {
            self.native(table, &name.name, &references, wanted)?
        };
        Ok(Typed { selector, ty, name: format!("{}({})", term::native_name(&name.name), names.join(", ")) })
    }

    fn aggregate(&mut self, table: &Table, name: &str, arguments: &[&ast::Selector]) -> Result<Typed, Error> {
        let aggregate = match name {
            "sum" => Aggregate::Sum,
            "avg" => Aggregate::Avg,
            "min" => Aggregate::Min,
            "max" => Aggregate::Max,
            _ => Aggregate::Count,
        };
        let [argument] = arguments else {
            return Err(invalid(format!(
                "Invalid number of arguments in call to function system.{name}: 1 required but {} provided",
                arguments.len()
            )));
        };
        // `count(1)` counts rows, whatever the constant.
        if let (Aggregate::Count, ast::Selector::Term(ast::Term::Constant(_))) = (aggregate, argument) {
            let ty = CqlType::Bigint;
            let selector = Selector::Aggregate { aggregate, argument: None, ty: ty.clone() };
            return Ok(Typed { selector, ty, name: "count".to_owned() });
        }
        let inner = self.selector(table, argument, None)?;
        if is_aggregate(&inner.selector) {
            return Err(invalid("aggregate functions cannot be used as arguments of aggregate functions"));
        }
        let numeric = matches!(
            inner.ty,
            CqlType::Tinyint
                | CqlType::Smallint
                | CqlType::Int
                | CqlType::Bigint
                | CqlType::Counter
                | CqlType::Float
                | CqlType::Double
                | CqlType::Varint
                | CqlType::Decimal
        );
        if matches!(aggregate, Aggregate::Sum | Aggregate::Avg) && !numeric {
            return Err(no_signature(name));
        }
        let ty = match (aggregate, &inner.ty) {
            (Aggregate::Count, _) | (_, CqlType::Counter) => CqlType::Bigint,
            (_, own) => own.clone(),
        };
        let argument = Some(Box::new(inner.selector));
        let selector = Selector::Aggregate { aggregate, argument, ty: inner.ty };
        Ok(Typed { selector, ty, name: format!("{}({})", term::native_name(name), inner.name) })
    }

    /// A built-in function of selectors, with the names of its arguments.
    fn native(
        &mut self,
        table: &Table,
        name: &str,
        arguments: &[&ast::Selector],
        wanted: Option<&CqlType>,
    ) -> Result<(Selector, CqlType, Vec<String>), Error> {
        let (known, ready) = self.known_selectors(table, arguments)?;
        let resolved = match term::resolve_known(name, &known, wanted) {
            Err(Error::Invalid(text)) if text == format!("Unknown function {name} called") => {
                return Err(invalid(format!("Unknown function '{name}'")));
            }
            resolved => resolved?,
        };
        let (parts, names) = self.arguments(table, arguments, ready, &resolved.argument_types)?;
        Ok((Selector::Call { function: resolved.function, arguments: parts }, resolved.return_type, names))
    }

    fn token_selector(
        &mut self,
        table: &Table,
        arguments: &[&ast::Selector],
    ) -> Result<(Selector, CqlType, Vec<String>), Error> {
        let types: Vec<CqlType> = table.partition_key().iter().map(|column| column.ty.clone()).collect();
        if types.len() != arguments.len() {
            return Err(invalid(format!(
                "Invalid number of arguments in call to function system.token: {} required but {} provided",
                types.len(),
                arguments.len()
            )));
        }
        let mut ready = Vec::with_capacity(arguments.len());
        for (index, (argument, ty)) in arguments.iter().zip(&types).enumerate() {
            let given = self.selector(table, argument, Some(ty))?;
            if function::assignable(&given.ty, ty) == Fit::Not {
                let (argument, name) = (argument.to_string(), "system.token".to_owned());
                return Err(FunctionError::ArgumentType { argument, index, name, ty: ty.to_string() }.into());
            }
            ready.push(Some(given));
        }
        let (parts, names) = self.arguments(table, arguments, ready, &types)?;
        Ok((Selector::Call { function: function::Function::Token, arguments: parts }, CqlType::Bigint, names))
    }

    fn arguments(
        &mut self,
        table: &Table,
        arguments: &[&ast::Selector],
        ready: Vec<Option<Typed>>,
        types: &[CqlType],
    ) -> Result<(Vec<Selector>, Vec<String>), Error> {
        let mut parts = Vec::with_capacity(arguments.len());
        let mut names = Vec::with_capacity(arguments.len());
        for ((argument, ready), ty) in arguments.iter().zip(ready).zip(types) {
            let Typed { selector, name, .. } = match ready {
                Some(resolved) => resolved,
                None => self.selector(table, argument, Some(ty))?,
            };
            parts.push(selector);
            names.push(name);
        }
        Ok((parts, names))
    }

    /// What is known of selectors by themselves, and those that are resolved by that: each is
    /// resolved once, or nested calls would take time exponential in their depth.
    #[expect(clippy::type_complexity, reason = "two parallel lists, taken apart at once")]
    fn known_selectors(
        &mut self,
        table: &Table,
        items: &[&ast::Selector],
    ) -> Result<(Vec<(String, Known)>, Vec<Option<Typed>>), Error> {
        let mut known = Vec::with_capacity(items.len());
        let mut ready = Vec::with_capacity(items.len());
        for item in items {
            let (of, typed) = self.known_selector(table, item)?;
            known.push((item.to_string(), of));
            ready.push(typed);
        }
        Ok((known, ready))
    }

    fn known_selector(&mut self, table: &Table, of: &ast::Selector) -> Result<(Known, Option<Typed>), Error> {
        match of {
            ast::Selector::Term(of) => Ok((self.known(of)?, None)),
            ast::Selector::List(_) | ast::Selector::Set(_) | ast::Selector::Map(_) => Ok((Known::Untyped, None)),
            ast::Selector::Tuple(items) if items.len() == 1 => self.known_selector(table, &items[0]),
            _ => {
                let typed = self.selector(table, of, None)?;
                Ok((Known::Typed(typed.ty.clone()), Some(typed)))
            }
        }
    }

    fn cast(&mut self, table: &Table, inner: &ast::Selector, ty: &CqlType) -> Result<Typed, Error> {
        let typed = self.selector(table, inner, None)?;
        if typed.ty == *ty {
            return Ok(typed);
        }
        let name = format!("cast({} as {ty})", typed.name);
        let known = [(inner.to_string(), Known::Typed(typed.ty.clone()))];
        let resolved = term::resolve_known(&term::cast_name(ty), &known, None)?;
        let selector = Selector::Call { function: resolved.function, arguments: vec![typed.selector] };
        Ok(Typed { selector, ty: ty.clone(), name })
    }

    fn field(&mut self, table: &Table, inner: &ast::Selector, field: &str) -> Result<Typed, Error> {
        let of = self.selector(table, inner, None)?;
        let CqlType::Udt { definition, .. } = &of.ty else {
            return Err(invalid(format!("Invalid field selection: {inner} of type {} is not a user type", of.ty)));
        };
        let Some(position) = definition.fields.iter().position(|(name, _)| name == field) else {
            return Err(invalid(format!("{inner} of type {} has no field {field}", of.ty)));
        };
        let ty = definition.fields[position].1.clone();
        let selector = Selector::Field { of: Box::new(of.selector), field: position };
        Ok(Typed { selector, ty, name: format!("{}.{field}", of.name) })
    }

    fn element_selector(
        &mut self,
        table: &Table,
        whole: &ast::Selector,
        inner: &ast::Selector,
        key: &ast::Term,
    ) -> Result<Typed, Error> {
        let of = self.selector(table, inner, None)?;
        let (key_type, ty) = match &of.ty {
            CqlType::Map { key, value, .. } => ((**key).clone(), (**value).clone()),
            CqlType::Set { element, .. } => ((**element).clone(), (**element).clone()),
            CqlType::List { .. } => {
                return Err(invalid(format!(
                    "Element selection is only allowed on sets and maps, but {inner} is a list"
                )));
            }
            _ => {
                return Err(invalid(format!(
                    "Invalid element selection: {inner} is of type {} is not a collection",
                    of.ty
                )));
            }
        };
        let key = self.term(key, &Receiver::of_table(table, &format!("key({inner})"), key_type))?;
        let selector = Selector::Element { of: Box::new(of.selector), ty: of.ty, key };
        Ok(Typed { selector, ty, name: whole.to_string() })
    }

    fn slice_selector(
        &mut self,
        table: &Table,
        whole: &ast::Selector,
        inner: &ast::Selector,
        from: Option<&ast::Term>,
        to: Option<&ast::Term>,
    ) -> Result<Typed, Error> {
        let of = self.selector(table, inner, None)?;
        let key_type = match &of.ty {
            CqlType::Map { key, .. } => (**key).clone(),
            CqlType::Set { element, .. } => (**element).clone(),
            CqlType::List { .. } => {
                return Err(invalid(format!(
                    "Slice selection is only allowed on sets and maps, but {inner} is a list"
                )));
            }
            _ => {
                return Err(invalid(format!("Invalid slice selection: {inner} of type {} is not a collection", of.ty)));
            }
        };
        let receiver = Receiver::of_table(table, &format!("key({inner})"), key_type);
        let from = from.map(|from| self.term(from, &receiver)).transpose()?;
        let to = to.map(|to| self.term(to, &receiver)).transpose()?;
        let ty = of.ty.clone();
        let selector = Selector::Slice { of: Box::new(of.selector), ty: of.ty, from, to };
        Ok(Typed { selector, ty, name: whole.to_string() })
    }

    fn hinted(&mut self, table: &Table, ty: &TypeName, inner: &ast::Selector) -> Result<Typed, Error> {
        let resolved = type_name::resolve(self, &table.keyspace, ty)?;
        if let ast::Selector::Term(of) = inner
            && self.fit(of, &resolved)? == Fit::Not
        {
            return Err(invalid(format!("Cannot assign value {of} to {inner} of type {resolved}")));
        }
        let typed = self.selector(table, inner, Some(&resolved))?;
        if term::type_fit(&typed.ty, &resolved) == Fit::Not {
            return Err(invalid(format!("Cannot assign value {inner} to {inner} of type {resolved}")));
        }
        Ok(Typed { selector: typed.selector, ty: resolved, name: format!("({ty}){}", typed.name) })
    }

    fn tuple_selector(
        &mut self,
        table: &Table,
        items: &[ast::Selector],
        wanted: Option<&CqlType>,
    ) -> Result<Typed, Error> {
        let wanted_types = match wanted {
            Some(CqlType::Tuple(types)) => types.to_vec(),
            _ => Vec::new(),
        };
        let mut parts = Vec::with_capacity(items.len());
        let mut types = Vec::with_capacity(items.len());
        let mut names = Vec::with_capacity(items.len());
        for (position, item) in items.iter().enumerate() {
            let Typed { selector, ty, name } = self.selector(table, item, wanted_types.get(position))?;
            parts.push(selector);
            types.push(ty);
            names.push(name);
        }
        let ty = CqlType::Tuple(types.into());
        let selector = Selector::Composite { ty: ty.clone(), parts };
        Ok(Typed { selector, ty, name: format!("({})", names.join(", ")) })
    }

    /// A list, set or vector of selectors.
    fn sequence(
        &mut self,
        table: &Table,
        whole: &ast::Selector,
        items: &[ast::Selector],
        wanted: Option<&CqlType>,
        set: bool,
    ) -> Result<Typed, Error> {
        let (open, close) = if set { ("{", "}") } else { ("[", "]") };
        let wanted_element = match wanted {
            Some(CqlType::List { element, .. } | CqlType::Set { element, .. } | CqlType::Vector { element, .. }) => {
                Some((**element).clone())
            }
            _ => None,
        };
        let references: Vec<&ast::Selector> = items.iter().collect();
        let (known, ready) = self.known_selectors(table, &references)?;
        let element = wanted_element.or_else(|| first_type(known)).ok_or_else(|| cannot_infer(whole))?;
        let types = vec![element.clone(); items.len()];
        let (parts, names) = self.arguments(table, &references, ready, &types)?;
        let element = Arc::new(element);
        let ty = match wanted {
            Some(vector @ CqlType::Vector { .. }) => vector.clone(),
            _ if set => CqlType::Set { element, frozen: true },
            _ => CqlType::List { element, frozen: true },
        };
        let selector = Selector::Composite { ty: ty.clone(), parts };
        Ok(Typed { selector, ty, name: format!("{open}{}{close}", names.join(", ")) })
    }

    fn map_selector(
        &mut self,
        table: &Table,
        whole: &ast::Selector,
        entries: &[(ast::Selector, ast::Selector)],
        wanted: Option<&CqlType>,
    ) -> Result<Typed, Error> {
        if let Some(CqlType::Udt { .. }) = wanted {
            return Err(Error::unsupported("User-defined types built of selectors"));
        }
        let keys: Vec<&ast::Selector> = entries.iter().map(|(key, _)| key).collect();
        let values: Vec<&ast::Selector> = entries.iter().map(|(_, value)| value).collect();
        let (_, ready_keys) = self.known_selectors(table, &keys)?;
        let (_, ready_values) = self.known_selectors(table, &values)?;
        let (key, value) = match wanted {
            Some(CqlType::Map { key, value, .. }) => ((**key).clone(), (**value).clone()),
            // It could be a UDT as well, so nothing is guessed from the parts.
            _ => return Err(cannot_infer(whole)),
        };
        let (key_parts, key_names) = self.arguments(table, &keys, ready_keys, &vec![key.clone(); keys.len()])?;
        let (value_parts, value_names) =
            self.arguments(table, &values, ready_values, &vec![value.clone(); values.len()])?;
        let parts = key_parts.into_iter().zip(value_parts).flat_map(|(key, value)| [key, value]).collect();
        let names: Vec<String> =
            key_names.iter().zip(&value_names).map(|(key, value)| format!("{key}: {value}")).collect();
        let ty = CqlType::Map { key: Arc::new(key), value: Arc::new(value), frozen: true };
        let selector = Selector::Composite { ty: ty.clone(), parts };
        Ok(Typed { selector, ty, name: format!("{{{}}}", names.join(", ")) })
    }
}

/// The type of the first item that has one of its own.
fn first_type(known: Vec<(String, Known)>) -> Option<CqlType> {
    known.into_iter().find_map(|(_, known)| match known {
        Known::Typed(ty) => Some(ty),
        _ => None,
    })
}

/// Sums and averages are for numbers; Cassandra lists their types in no fixed order.
fn no_signature(name: &str) -> Error {
    const TYPES: [&str; 9] =
        ["bigint", "counter", "decimal", "double", "float", "int", "smallint", "tinyint", "varint"];
    let known = TYPES.map(|ty| format!("system.{name} : ({ty}) -> {ty}")).join(", ");
    invalid(format!(
        "Invalid call to function {name}, none of its type signatures match (known type signatures: {known})"
    ))
}

fn cannot_infer(what: &impl std::fmt::Display) -> Error {
    invalid(format!("Cannot infer type for term {what} in selection clause (try using a cast to force a type)"))
}

/// Positions of the columns that a selector reads.
fn columns_of(table: &Table, selector: &ast::Selector) -> Result<Vec<usize>, Error> {
    let mut found = Vec::new();
    collect(table, selector, &mut found)?;
    Ok(found)
}

fn collect(table: &Table, selector: &ast::Selector, found: &mut Vec<usize>) -> Result<(), Error> {
    match selector {
        ast::Selector::Column(name) => found.push(existing_column(table, name)?),
        ast::Selector::Term(_) | ast::Selector::CountRows => {}
        ast::Selector::Metadata(_, inner)
        | ast::Selector::Cast(inner, _)
        | ast::Selector::Hint(_, inner)
        | ast::Selector::Negate(inner)
        | ast::Selector::Field(inner, _)
        | ast::Selector::Element(inner, _)
        | ast::Selector::Slice(inner, ..) => collect(table, inner, found)?,
        ast::Selector::Operation(left, _, right) => {
            collect(table, left, found)?;
            collect(table, right, found)?;
        }
        ast::Selector::Call(_, items)
        | ast::Selector::Tuple(items)
        | ast::Selector::List(items)
        | ast::Selector::Set(items) => {
            for item in items {
                collect(table, item, found)?;
            }
        }
        ast::Selector::Map(entries) => {
            for (key, value) in entries {
                collect(table, key, found)?;
                collect(table, value, found)?;
            }
        }
    }
    Ok(())
}
