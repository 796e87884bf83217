//! JSON text as values.

use super::error::JsonError;
use super::syntax::{self, Json};
use crate::codec;
use crate::literal::{self, java_float};
use crate::types::{CqlType, UserType};

/// What a JSON row says of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member {
    /// Nothing.
    Absent,
    /// `null`.
    Null,
    /// A value of the column's type.
    Value(Vec<u8>),
}

/// Reads a JSON value of a type; `None` for `null`.
///
/// # Errors
/// The text is no JSON, or no value of the type.
pub fn from_json(ty: &CqlType, text: &str) -> Result<Option<Vec<u8>>, JsonError> {
    let parsed = syntax::parse(text).map_err(|reason| JsonError::Syntax { text: text.to_owned(), reason })?;
    match parsed {
        Json::Null => Ok(None),
        json => value(ty, &json).map(Some),
    }
}

/// Reads a JSON object as a row: for each column what it says, in the order of the columns.
///
/// # Errors
/// The text is no JSON object, names a column that is not asked for, or a value is none of its column's type.
pub fn row_from_json<'a>(
    columns: impl IntoIterator<Item = (&'a str, &'a CqlType)>,
    text: &str,
) -> Result<Vec<Member>, JsonError> {
    let no_map = |reason: String| JsonError::Row { text: text.to_owned(), reason };
    let unreadable = |reason| JsonError::RowSyntax { text: text.to_owned(), reason };
    let mut members = match syntax::parse(text).map_err(unreadable)? {
        Json::Object(members) => case_folded(members),
        Json::Null => return Err(JsonError::NullRow),
        other => return Err(no_map(format!("it is a {}", kind(&other)))),
    };
    let mut row = Vec::new();
    for (name, ty) in columns {
        let Some(at) = members.iter().position(|(member, _)| member == name) else {
            row.push(Member::Absent);
            continue;
        };
        row.push(match members.swap_remove(at).1 {
            Json::Null => Member::Null,
            json => Member::Value(
                value(ty, &json)
                    .map_err(|reason| JsonError::Column { column: name.to_owned(), reason: Box::new(reason) })?,
            ),
        });
    }
    match members.into_iter().next() {
        Some((name, _)) => Err(JsonError::UnknownColumn(name)),
        None => Ok(row),
    }
}

/// Names without quotes of their own in lower case (`JsonUtils.handleCaseSensitivity`).
fn case_folded(members: Vec<(String, Json)>) -> Vec<(String, Json)> {
    members
        .into_iter()
        .map(|(name, json)| match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
            Some(exact) => (exact.to_owned(), json),
            None => (name.to_lowercase(), json),
        })
        .collect()
}

/// `json` is not null.
fn value(ty: &CqlType, json: &Json) -> Result<Vec<u8>, JsonError> {
    match ty {
        CqlType::List { element, .. } => {
            let parts = array("a list", json, |list| all(element, list, "element in list"))?;
            Ok(codec::encode_list(&parts))
        }
        CqlType::Set { element, .. } => {
            let parts = array("a list (representing a set)", json, |list| all(element, list, "element in set"))?;
            Ok(codec::encode_set(element, parts))
        }
        CqlType::Map { key, value, .. } => object(json, |members| map(key, value, members)),
        CqlType::Tuple(types) => array("a list representation of a tuple", json, |list| tuple(types, list)),
        CqlType::Udt { definition, .. } => object(json, |members| udt(definition, members)),
        CqlType::Vector { element, dimensions } => array("a list", json, |list| {
            if u32::try_from(list.len()) != Ok(*dimensions) {
                let text = show(&Json::Array(list.to_vec()));
                return Err(JsonError::VectorLength { expected: *dimensions, actual: list.len(), text });
            }
            let parts = all(element, list, "element in list")?;
            Ok(codec::encode_vector(element, &parts))
        }),
        _ => scalar(ty, json),
    }
}

fn scalar(ty: &CqlType, json: &Json) -> Result<Vec<u8>, JsonError> {
    match (ty, json) {
        (CqlType::Blob, json) => blob(json),
        (CqlType::Varint | CqlType::Decimal, json) => {
            let (name, text) = (if *ty == CqlType::Varint { "varint" } else { "decimal" }, show(json));
            let empty = *ty == CqlType::Varint && text.is_empty();
            match literal::parse(ty, &text) {
                Ok(bytes) if !empty => Ok(bytes),
                _ => Err(JsonError::Number { text, ty: name }),
            }
        }
        (CqlType::Counter, json) => Err(unexpected("no value for a counter", json)),
        (_, Json::String(text)) | (CqlType::Float | CqlType::Double, Json::Integer(text)) => {
            Ok(literal::parse(ty, text)?)
        }
        (CqlType::Boolean, Json::Boolean(value)) => Ok(vec![u8::from(*value)]),
        (CqlType::Tinyint | CqlType::Smallint, Json::Integer(_) | Json::Floating(_)) => {
            Ok(literal::parse(ty, &show(json))?)
        }
        (CqlType::Int, Json::Integer(text)) if text.parse::<i32>().is_ok() => Ok(literal::parse(ty, text)?),
        (CqlType::Bigint, Json::Integer(text)) if text.parse::<i64>().is_ok() => Ok(literal::parse(ty, text)?),
        // Of integers only those beyond 32 bits are timestamps to Cassandra.
        (CqlType::Timestamp, Json::Integer(text)) if kind(json) == "Long" => Ok(literal::parse(ty, text)?),
        (CqlType::Float, Json::Floating(value)) => {
            #[expect(clippy::cast_possible_truncation, reason = "Java reads a double and narrows it")]
            let value = *value as f32;
            Ok(value.to_be_bytes().to_vec())
        }
        (CqlType::Double, Json::Floating(value)) => Ok(value.to_be_bytes().to_vec()),
        (_, json) => Err(unexpected(expected(ty), json)),
    }
}

fn blob(json: &Json) -> Result<Vec<u8>, JsonError> {
    let text = show(json);
    let fail = |reason: String| Err(JsonError::Blob { text: text.clone(), reason });
    let Json::String(string) = json else {
        let class = match json {
            Json::Array(_) | Json::Object(_) => format!("java.util.{}", kind(json)),
            Json::Integer(_) if kind(json) == "BigInteger" => "java.math.BigInteger".to_owned(),
            _ => format!("java.lang.{}", kind(json)),
        };
        return fail(format!(
            "class {class} cannot be cast to class java.lang.String ({class} and java.lang.String are in module java.base of loader 'bootstrap')"
        ));
    };
    let Some(digits) = string.strip_prefix("0x") else {
        return fail(format!("String representation of blob is missing 0x prefix: {string}"));
    };
    match literal::parse(&CqlType::Blob, digits) {
        Ok(bytes) => Ok(bytes),
        Err(error) => fail(error.to_string()),
    }
}

fn all(element: &CqlType, list: &[Json], null: &'static str) -> Result<Vec<Vec<u8>>, JsonError> {
    list.iter()
        .map(|json| match json {
            Json::Null => Err(JsonError::Null(null)),
            json => value(element, json),
        })
        .collect()
}

fn map(key: &CqlType, of: &CqlType, members: &[(String, Json)]) -> Result<Vec<u8>, JsonError> {
    let mut parts = Vec::with_capacity(members.len());
    for (name, json) in members {
        if *json == Json::Null {
            return Err(JsonError::Null("value in map"));
        }
        parts.push((value(key, &Json::String(name.clone()))?, value(of, json)?));
    }
    Ok(codec::encode_map(key, parts))
}

fn tuple(types: &[CqlType], list: &[Json]) -> Result<Vec<u8>, JsonError> {
    if list.len() != types.len() {
        let what = if list.len() > types.len() { "contains extra items" } else { "is missing items" };
        let text = show(&Json::Array(list.to_vec()));
        return Err(JsonError::TupleLength { what, expected: types.len(), text });
    }
    let parts = types.iter().zip(list).map(|(ty, json)| optional(ty, Some(json))).collect::<Result<Vec<_>, _>>()?;
    Ok(codec::encode_tuple(&parts))
}

fn udt(definition: &UserType, members: &[(String, Json)]) -> Result<Vec<u8>, JsonError> {
    let members = case_folded(members.to_vec());
    let mut parts = Vec::with_capacity(definition.fields.len());
    for (name, ty) in &definition.fields {
        let member = members.iter().find(|(member, _)| member == name);
        parts.push(optional(ty, member.map(|(_, json)| json))?);
    }
    let known = |name: &String| definition.fields.iter().any(|(field, _)| field == name);
    match members.into_iter().find(|(name, _)| !known(name)) {
        Some((field, _)) => Err(JsonError::UnknownField { field, ty: definition.name.clone() }),
        None => Ok(codec::encode_tuple(&parts)),
    }
}

fn optional(ty: &CqlType, json: Option<&Json>) -> Result<Option<Vec<u8>>, JsonError> {
    match json {
        None | Some(Json::Null) => Ok(None),
        Some(json) => value(ty, json).map(Some),
    }
}

/// Reads an array, or a string that holds one: map keys can only be strings.
fn array<T>(
    expected: &'static str,
    json: &Json,
    read: impl Fn(&[Json]) -> Result<T, JsonError>,
) -> Result<T, JsonError> {
    match &inner(json)? {
        Json::Array(list) => read(list),
        other => Err(unexpected(expected, other)),
    }
}

/// Reads an object, or a string that holds one.
fn object<T>(json: &Json, read: impl Fn(&[(String, Json)]) -> Result<T, JsonError>) -> Result<T, JsonError> {
    match &inner(json)? {
        Json::Object(members) => read(members),
        other => Err(unexpected("a map", other)),
    }
}

fn inner(json: &Json) -> Result<Json, JsonError> {
    match json {
        Json::String(text) => syntax::parse(text).map_err(JsonError::Inner),
        other => Ok(other.clone()),
    }
}

fn expected(ty: &CqlType) -> &'static str {
    match ty {
        CqlType::Ascii => "an ascii string",
        CqlType::Text => "a UTF-8 string",
        CqlType::Boolean => "a boolean value",
        CqlType::Tinyint => "a byte value",
        CqlType::Smallint => "a short value",
        CqlType::Int => "an int value",
        CqlType::Bigint => "a bigint value",
        CqlType::Float => "a float value",
        CqlType::Double => "a double value",
        CqlType::Date => "a string representation of a date value",
        CqlType::Time => "a string representation of a time value",
        CqlType::Timestamp => "a long or a datestring representation of a timestamp value",
        CqlType::Inet => "a string representation of an inet value",
        CqlType::Duration => "a string representation of a duration",
        CqlType::Uuid => "a string representation of a uuid",
        _ => "a string representation of a timeuuid",
    }
}

fn unexpected(expected: &'static str, json: &Json) -> JsonError {
    JsonError::Kind { expected, actual: kind(json), text: show(json) }
}

/// The Java class that Cassandra reads the JSON as, which its messages name.
fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Boolean(_) => "Boolean",
        Json::Integer(text) if text.parse::<i32>().is_ok() => "Integer",
        Json::Integer(text) if text.parse::<i64>().is_ok() => "Long",
        Json::Integer(_) => "BigInteger",
        Json::Floating(_) => "Double",
        Json::String(_) => "String",
        Json::Array(_) => "ArrayList",
        Json::Object(_) => "LinkedHashMap",
    }
}

/// As Java prints what it read.
fn show(json: &Json) -> String {
    match json {
        Json::Null => "null".to_owned(),
        Json::Boolean(value) => value.to_string(),
        Json::Integer(text) | Json::String(text) => text.clone(),
        Json::Floating(value) => java_float(format!("{value:e}")),
        Json::Array(list) => format!("[{}]", list.iter().map(show).collect::<Vec<_>>().join(", ")),
        Json::Object(members) => {
            let members: Vec<_> = members.iter().map(|(name, json)| format!("{name}={}", show(json))).collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}
