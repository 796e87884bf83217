//! The overloads of each built-in function of fixed types, by lower-case name.
//!
//! Functions whose types follow from their arguments (`map_keys`, `to_json`, …) are in `resolve`.

use super::arithmetic::result_type;
use super::cast::{self, NUMERIC};
use super::{Function, MathFunction, NEGATE, Operator, Resolved};
use crate::types::CqlType;

/// Scalar types with conversions from and to blob, by the names that the functions carry; `counter` reads as bigint
/// and `varchar` is text.
const SCALARS: [(&str, CqlType); 20] = [
    ("ascii", CqlType::Ascii),
    ("bigint", CqlType::Bigint),
    ("boolean", CqlType::Boolean),
    ("counter", CqlType::Counter),
    ("date", CqlType::Date),
    ("decimal", CqlType::Decimal),
    ("double", CqlType::Double),
    ("duration", CqlType::Duration),
    ("float", CqlType::Float),
    ("inet", CqlType::Inet),
    ("int", CqlType::Int),
    ("smallint", CqlType::Smallint),
    ("text", CqlType::Text),
    ("time", CqlType::Time),
    ("timestamp", CqlType::Timestamp),
    ("timeuuid", CqlType::Timeuuid),
    ("tinyint", CqlType::Tinyint),
    ("uuid", CqlType::Uuid),
    ("varchar", CqlType::Text),
    ("varint", CqlType::Varint),
];

/// Operators by their internal names.
const OPERATORS: [Operator; 5] =
    [Operator::Add, Operator::Subtract, Operator::Multiply, Operator::Divide, Operator::Modulo];

/// All overloads of a name; none if there is no such function here.
pub(super) fn overloads(name: &str) -> Vec<Resolved> {
    if let Some(operator) = operator(name) {
        return operations(operator);
    }
    if name == NEGATE {
        return numeric(|ty| Function::Negate(ty.clone()));
    }
    let temporal = time_functions(name);
    if !temporal.is_empty() {
        return temporal;
    }
    if let Some(function) = math(name) {
        return numeric(|ty| Function::Math { function, ty: ty.clone() });
    }
    if let Some(found) = blob_conversion(name) {
        return vec![found];
    }
    casts(name)
}

/// The operator that an internal function name stands for.
pub(super) fn operator(name: &str) -> Option<Operator> {
    OPERATORS.into_iter().find(|operator| operator.function_name() == name)
}

fn resolved(function: Function, argument_types: &[CqlType], return_type: CqlType) -> Resolved {
    Resolved { function, argument_types: argument_types.to_vec(), return_type }
}

fn numeric(function: impl Fn(&CqlType) -> Function) -> Vec<Resolved> {
    NUMERIC.iter().map(|ty| resolved(function(ty), std::slice::from_ref(ty), ty.clone())).collect()
}

fn operations(operator: Operator) -> Vec<Resolved> {
    let mut found = Vec::new();
    for left in &NUMERIC {
        for right in &NUMERIC {
            let result = result_type(left, right);
            let function =
                Function::Arithmetic { operator, left: left.clone(), right: right.clone(), result: result.clone() };
            found.push(resolved(function, &[left.clone(), right.clone()], result));
        }
    }
    if matches!(operator, Operator::Add | Operator::Subtract) {
        for ty in [CqlType::Timestamp, CqlType::Date] {
            let function = Function::ShiftTime { ty: ty.clone(), negative: operator == Operator::Subtract };
            found.push(resolved(function, &[ty.clone(), CqlType::Duration], ty));
        }
    }
    if operator == Operator::Add {
        let (text, ascii) = (CqlType::Text, CqlType::Ascii);
        for (left, right, result) in
            [(&text, &text, &text), (&ascii, &ascii, &ascii), (&ascii, &text, &text), (&text, &ascii, &text)]
        {
            found.push(resolved(Function::Concat, &[left.clone(), right.clone()], result.clone()));
        }
    }
    found
}

fn time_functions(name: &str) -> Vec<Resolved> {
    let now = |ty: CqlType| vec![resolved(Function::Now(ty.clone()), &[], ty)];
    let convert = |from: &[CqlType], to: CqlType| {
        from.iter()
            .map(|from| {
                let function = Function::ConvertTime { from: from.clone(), to: to.clone() };
                resolved(function, std::slice::from_ref(from), to.clone())
            })
            .collect()
    };
    let bound = |max| vec![resolved(Function::BoundTimeuuid { max }, &[CqlType::Timestamp], CqlType::Timeuuid)];
    match name {
        "now" | "current_timeuuid" | "currenttimeuuid" => now(CqlType::Timeuuid),
        "current_timestamp" | "currenttimestamp" => now(CqlType::Timestamp),
        "current_date" | "currentdate" => now(CqlType::Date),
        "current_time" | "currenttime" => now(CqlType::Time),
        "uuid" => vec![resolved(Function::Uuid, &[], CqlType::Uuid)],
        "min_timeuuid" | "mintimeuuid" => bound(false),
        "max_timeuuid" | "maxtimeuuid" => bound(true),
        "to_date" | "todate" => convert(&[CqlType::Timeuuid, CqlType::Timestamp], CqlType::Date),
        "to_timestamp" | "totimestamp" => convert(&[CqlType::Timeuuid, CqlType::Date], CqlType::Timestamp),
        "to_unix_timestamp" | "tounixtimestamp" => {
            convert(&[CqlType::Timeuuid, CqlType::Timestamp, CqlType::Date], CqlType::Bigint)
        }
        "floor" => floors(),
        _ => Vec::new(),
    }
}

fn floors() -> Vec<Resolved> {
    let mut found = Vec::new();
    for (ty, start, result) in [
        (CqlType::Timestamp, CqlType::Timestamp, CqlType::Timestamp),
        (CqlType::Timeuuid, CqlType::Timestamp, CqlType::Timestamp),
        (CqlType::Date, CqlType::Date, CqlType::Date),
    ] {
        let function = Function::Floor(ty.clone());
        found.push(resolved(function.clone(), &[ty.clone(), CqlType::Duration], result.clone()));
        found.push(resolved(function, &[ty, CqlType::Duration, start], result));
    }
    found.push(resolved(Function::Floor(CqlType::Time), &[CqlType::Time, CqlType::Duration], CqlType::Time));
    found
}

fn math(name: &str) -> Option<MathFunction> {
    [MathFunction::Abs, MathFunction::Exp, MathFunction::Log, MathFunction::Log10, MathFunction::Round]
        .into_iter()
        .find(|function| function.name() == name)
}

fn blob_conversion(name: &str) -> Option<Resolved> {
    let scalar = |wanted: &str| {
        let (name, ty) = SCALARS.iter().find(|(name, _)| *name == wanted)?;
        Some((*name, ty.clone()))
    };
    if let Some((_, ty)) = name.strip_suffix("_as_blob").or_else(|| name.strip_suffix("asblob")).and_then(scalar) {
        return Some(resolved(Function::ToBlob, &[ty], CqlType::Blob));
    }
    let (type_name, to) = name.strip_prefix("blob_as_").or_else(|| name.strip_prefix("blobas")).and_then(scalar)?;
    let function = Function::FromBlob { name: format!("system.{name}"), type_name, to: to.clone() };
    let to = if to == CqlType::Counter { CqlType::Bigint } else { to };
    Some(resolved(function, &[CqlType::Blob], to))
}

fn casts(name: &str) -> Vec<Resolved> {
    let Some(target) = name.strip_prefix("cast_as_") else {
        return Vec::new();
    };
    let Some((_, to)) = SCALARS.iter().find(|(name, _)| *name == target) else {
        return Vec::new();
    };
    SCALARS
        .iter()
        .filter(|(name, _)| *name != "varchar")
        .filter_map(|(_, from)| Some(resolved(cast::between(from, to)?, std::slice::from_ref(from), to.clone())))
        .collect()
}
