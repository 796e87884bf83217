//! Values as JSON text.

use std::fmt::Write as _;

use crate::codec;
use crate::literal::{hex, timestamp_text, to_text};
use crate::types::CqlType;

/// A value as JSON. The bytes must have been validated. An empty value of a type that has no empty
/// notation is an empty string.
pub fn to_json(ty: &CqlType, bytes: &[u8]) -> String {
    let mut out = String::new();
    write_value(ty, bytes, &mut out);
    out
}

/// A row as a JSON object: names, types and values in order.
pub fn row_to_json<'a>(columns: impl IntoIterator<Item = (&'a str, &'a CqlType, Option<&'a [u8]>)>) -> String {
    let mut out = String::from("{");
    for (index, (name, ty, value)) in columns.into_iter().enumerate() {
        out.push_str(if index == 0 { "" } else { ", " });
        write_name(name, &mut out);
        out.push_str(": ");
        write_optional(ty, value, &mut out);
    }
    out.push('}');
    out
}

fn write_optional(ty: &CqlType, value: Option<&[u8]>, out: &mut String) {
    match value {
        Some(bytes) => write_value(ty, bytes, out),
        None => out.push_str("null"),
    }
}

fn write_value(ty: &CqlType, bytes: &[u8], out: &mut String) {
    match ty {
        CqlType::Text | CqlType::Ascii => write_string(codec::text(bytes).unwrap_or_default(), out),
        CqlType::Blob => {
            let _ = write!(out, "\"0x{}\"", hex(bytes));
        }
        CqlType::Timestamp => {
            let text = codec::bigint(bytes).map(|millis| timestamp_text(millis, ' '));
            let _ = write!(out, "\"{}\"", text.unwrap_or_default());
        }
        CqlType::Float | CqlType::Double => write_floating(ty, bytes, out),
        CqlType::Boolean
        | CqlType::Tinyint
        | CqlType::Smallint
        | CqlType::Int
        | CqlType::Bigint
        | CqlType::Counter
        | CqlType::Varint
        | CqlType::Decimal => out.push_str(&to_text(ty, bytes).unwrap_or_else(|| "\"\"".to_owned())),
        CqlType::List { element, .. } | CqlType::Set { element, .. } => {
            write_array(codec::elements(bytes).map_while(Result::ok).map(|value| (&**element, Some(value))), out);
        }
        CqlType::Vector { element, .. } => {
            let values = codec::vector_elements(element, bytes).map_while(Result::ok);
            write_array(values.map(|value| (&**element, Some(value))), out);
        }
        CqlType::Tuple(types) => {
            let mut fields = codec::fields(bytes).map_while(Result::ok);
            write_array(types.iter().map(|ty| (ty, fields.next().flatten())), out);
        }
        CqlType::Map { key, value, .. } => {
            out.push('{');
            for (index, (k, v)) in codec::entries(bytes).map_while(Result::ok).enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write_key(key, k, out);
                out.push_str(": ");
                write_value(value, v, out);
            }
            out.push('}');
        }
        CqlType::Udt { definition, .. } => {
            let mut fields = codec::fields(bytes).map_while(Result::ok);
            let members = definition.fields.iter().map(|(name, ty)| (name.as_str(), ty, fields.next().flatten()));
            out.push_str(&row_to_json(members));
        }
        _ => {
            let _ = write!(out, "\"{}\"", to_text(ty, bytes).unwrap_or_default());
        }
    }
}

/// JSON knows neither NaN nor infinities.
fn write_floating(ty: &CqlType, bytes: &[u8], out: &mut String) {
    match to_text(ty, bytes) {
        Some(text) if text.ends_with("NaN") || text.ends_with("Infinity") => out.push_str("null"),
        Some(text) => out.push_str(&text),
        None => out.push_str("\"\""),
    }
}

fn write_array<'a>(values: impl Iterator<Item = (&'a CqlType, Option<&'a [u8]>)>, out: &mut String) {
    out.push('[');
    for (index, (ty, value)) in values.enumerate() {
        out.push_str(if index == 0 { "" } else { ", " });
        write_optional(ty, value, out);
    }
    out.push(']');
}

/// Keys that are no JSON strings become ones that hold their JSON.
fn write_key(ty: &CqlType, bytes: &[u8], out: &mut String) {
    let key = to_json(ty, bytes);
    if key.starts_with('"') {
        out.push_str(&key);
    } else {
        write_string(&key, out);
    }
}

/// A name with upper-case letters keeps them by quotes of its own.
fn write_name(name: &str, out: &mut String) {
    if name == name.to_lowercase() {
        write_string(name, out);
    } else {
        write_string(&format!("\"{name}\""), out);
    }
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
