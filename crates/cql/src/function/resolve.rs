//! Which overload a call means (`cql3/functions/FunctionResolver.java`, `FunctionFactory.java`).
//!
//! A function with one overload tells what is wrong with its arguments; of several, an exact match
//! wins, else the only one that fits.

use std::sync::Arc;

use super::assign::assignable;
use super::{Argument, ArgumentKind, Function, FunctionError, NEGATE, Resolved, catalogue};
use crate::literal::Fit;
use crate::plan::Aggregate;
use crate::types::CqlType;

/// Resolves a call of a built-in function. The name is as `ast` holds it: lower-case unless it was
/// quoted. Operators and casts are calls of `Operator::function_name`, `NEGATE` and `cast_as_…`;
/// `token` is resolved by `resolve_token`.
///
/// # Errors
/// No function has the name, or none of that name takes the arguments.
pub fn resolve(name: &str, arguments: &[Argument<'_>], receiver: Option<&CqlType>) -> Result<Resolved, FunctionError> {
    if let Some(resolved) = by_arguments(name, arguments, receiver)? {
        return Ok(resolved);
    }
    let mut candidates = catalogue::overloads(name);
    if candidates.len() > 1 {
        return best(name, candidates, arguments, receiver);
    }
    let only = candidates.pop().ok_or_else(|| FunctionError::Unknown(name.to_owned()))?;
    check(&format!("system.{name}"), &only.argument_types, arguments)?;
    Ok(only)
}

/// Resolves `token(…)` of a table with these partition key types.
///
/// # Errors
/// Another number of arguments, or arguments of other types.
pub fn resolve_token(partition_key: &[CqlType], arguments: &[Argument<'_>]) -> Result<Resolved, FunctionError> {
    check("system.token", partition_key, arguments)?;
    Ok(Resolved { function: Function::Token, argument_types: partition_key.to_vec(), return_type: CqlType::Bigint })
}

impl Argument<'_> {
    /// How well the argument fits a parameter.
    fn fit(&self, ty: &CqlType) -> Fit {
        match self.kind {
            ArgumentKind::Marker => Fit::Weak,
            ArgumentKind::Literal(literal) => literal.fit(ty),
            ArgumentKind::Typed(from) => assignable(from, ty),
            ArgumentKind::Untyped if ty.scalar_name().is_none() => Fit::Weak,
            ArgumentKind::Untyped => Fit::Not,
        }
    }

    /// Its type as far as the argument itself tells.
    fn own_type(&self) -> Option<CqlType> {
        match self.kind {
            ArgumentKind::Literal(literal) => literal.preferred_type(),
            ArgumentKind::Typed(ty) => Some(ty.clone()),
            ArgumentKind::Marker | ArgumentKind::Untyped => None,
        }
    }
}

fn check(name: &str, types: &[CqlType], arguments: &[Argument<'_>]) -> Result<(), FunctionError> {
    if types.len() != arguments.len() {
        return Err(FunctionError::ArgumentCount {
            name: name.to_owned(),
            expected: types.len(),
            actual: arguments.len(),
        });
    }
    let wrong = types.iter().zip(arguments).position(|(ty, argument)| argument.fit(ty) == Fit::Not);
    match wrong {
        Some(index) => Err(FunctionError::ArgumentType {
            argument: arguments[index].text.to_owned(),
            index,
            name: name.to_owned(),
            ty: types[index].to_string(),
        }),
        None => Ok(()),
    }
}

fn best(
    name: &str,
    candidates: Vec<Resolved>,
    arguments: &[Argument<'_>],
    receiver: Option<&CqlType>,
) -> Result<Resolved, FunctionError> {
    let signatures = list(name, &candidates);
    let mut fitting = Vec::new();
    for candidate in candidates {
        let returns = receiver.is_none_or(|receiver| assignable(&candidate.return_type, receiver) != Fit::Not);
        if !returns || candidate.argument_types.len() != arguments.len() {
            continue;
        }
        let fit = candidate.argument_types.iter().zip(arguments).map(|(ty, argument)| argument.fit(ty)).min();
        match fit.unwrap_or(Fit::Exact) {
            Fit::Exact => return Ok(candidate),
            Fit::Weak => fitting.push(candidate),
            Fit::Not => {}
        }
    }
    if fitting.len() > 1 {
        return disambiguate(name, fitting, arguments, receiver);
    }
    let text = |index: usize| arguments.get(index).map(|argument| argument.text.to_owned()).unwrap_or_default();
    fitting.pop().ok_or_else(|| match catalogue::operator(name) {
        Some(operator) => FunctionError::Unsupported { operator: operator.symbol(), left: text(0), right: text(1) },
        None => FunctionError::NoMatch { name: shown(name), signatures },
    })
}

fn disambiguate(
    name: &str,
    mut fitting: Vec<Resolved>,
    arguments: &[Argument<'_>],
    receiver: Option<&CqlType>,
) -> Result<Resolved, FunctionError> {
    let Some(operator) = catalogue::operator(name) else {
        return Err(match name {
            NEGATE => FunctionError::AmbiguousNegation,
            _ => FunctionError::Ambiguous { name: name.to_owned(), signatures: list(name, &fitting) },
        });
    };
    let markers = arguments.iter().any(|argument| matches!(argument.kind, ArgumentKind::Marker));
    if let Some(receiver) = receiver.filter(|_| !markers)
        && let Some(index) =
            fitting.iter().position(|candidate| candidate.argument_types.iter().all(|ty| ty == receiver))
    {
        return Ok(fitting.swap_remove(index));
    }
    let text = |index: usize| arguments.get(index).map(|argument| argument.text.to_owned()).unwrap_or_default();
    Err(FunctionError::AmbiguousOperation { operator: operator.symbol(), left: text(0), right: text(1) })
}

/// The statement's own functions are shown as Cassandra's, others as they were written.
fn shown(name: &str) -> String {
    if name.starts_with("cast_as_") { format!("system.{name}") } else { name.to_owned() }
}

fn list(name: &str, candidates: &[Resolved]) -> String {
    let signatures: Vec<_> = candidates
        .iter()
        .map(|candidate| {
            let types: Vec<_> = candidate.argument_types.iter().map(CqlType::to_string).collect();
            format!("system.{name} : ({}) -> {}", types.join(", "), candidate.return_type)
        })
        .collect();
    signatures.join(", ")
}

/// Functions whose types follow from those of their arguments or receiver; `None` if the name is none of them.
fn by_arguments(
    name: &str,
    arguments: &[Argument<'_>],
    receiver: Option<&CqlType>,
) -> Result<Option<Resolved>, FunctionError> {
    let parameter = match name {
        "map_keys" | "map_values" => "map",
        "collection_count" => "collection",
        "collection_min" | "collection_max" | "collection_sum" | "collection_avg" => "numeric_set_or_list",
        "to_json" | "tojson" => "any",
        "from_json" | "fromjson" => "text",
        _ => return Ok(None),
    };
    let function = format!("system.{name}({parameter})");
    let [argument] = arguments else {
        return Err(FunctionError::ArgumentCountOf(function));
    };
    if matches!(name, "from_json" | "fromjson") {
        return from_json(name, argument, receiver).map(Some);
    }
    let ty =
        argument.own_type().ok_or_else(|| FunctionError::Infer { argument: argument.text.to_owned(), function })?;
    let requires = |required| FunctionError::Requires {
        name: format!("system.{name}"),
        required,
        argument: argument.text.to_owned(),
        ty: ty.to_string(),
    };
    let (function, return_type) = match (name, &ty) {
        ("map_keys", CqlType::Map { key, .. }) => {
            (Function::MapKeys, CqlType::Set { element: Arc::clone(key), frozen: true })
        }
        ("map_values", CqlType::Map { value, .. }) => {
            (Function::MapValues, CqlType::List { element: Arc::clone(value), frozen: true })
        }
        ("map_keys" | "map_values", _) => return Err(requires("map")),
        ("collection_count", CqlType::List { .. } | CqlType::Set { .. } | CqlType::Map { .. }) => {
            (Function::CollectionCount, CqlType::Int)
        }
        ("collection_count", _) => return Err(requires("collection")),
        ("to_json" | "tojson", _) => (Function::ToJson(ty.clone()), CqlType::Text),
        (_, CqlType::List { element, .. } | CqlType::Set { element, .. }) => {
            let aggregate = collection_aggregate(name);
            let result = super::aggregate_type(aggregate, element).ok_or_else(|| requires("numeric set/list"))?;
            (Function::CollectionAggregate { aggregate, element: CqlType::clone(element) }, result)
        }
        ("collection_min" | "collection_max", _) => return Err(requires("set or list")),
        _ => return Err(requires("numeric set/list")),
    };
    Ok(Some(Resolved { function, argument_types: vec![ty], return_type }))
}

fn collection_aggregate(name: &str) -> Aggregate {
    match name {
        "collection_min" => Aggregate::Min,
        "collection_max" => Aggregate::Max,
        "collection_sum" => Aggregate::Sum,
        _ => Aggregate::Avg,
    }
}

fn from_json(name: &str, argument: &Argument<'_>, receiver: Option<&CqlType>) -> Result<Resolved, FunctionError> {
    if argument.fit(&CqlType::Text) == Fit::Not {
        return Err(FunctionError::Requires {
            name: format!("system.{name}"),
            required: "text",
            argument: argument.text.to_owned(),
            ty: argument.own_type().map(|ty| ty.to_string()).unwrap_or_default(),
        });
    }
    let ty = receiver.ok_or_else(|| FunctionError::FromJsonInSelection(name.to_owned()))?;
    Ok(Resolved {
        function: Function::FromJson(ty.clone()),
        argument_types: vec![CqlType::Text],
        return_type: ty.clone(),
    })
}
