//! Terms, selectors and types in the words of Cassandra's error messages.
//!
//! Follows the `toString` of Cassandra's raw terms: text constants keep their quotes, markers are `?` or `:name`.

use std::fmt::{self, Display, Formatter};

use super::{Comparison, Constant, ConstantKind, FunctionName, Marker, QualifiedName, Selector, Term, TypeName};
use crate::keyword::quote_name;

impl Display for Constant {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.kind {
            ConstantKind::Text => write!(f, "'{}'", self.text),
            ConstantKind::Null => f.write_str("NULL"),
            _ => f.write_str(&self.text),
        }
    }
}

impl Display for Marker {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, ":{name}"),
            None => f.write_str("?"),
        }
    }
}

impl Display for FunctionName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.keyspace {
            Some(keyspace) => write!(f, "{keyspace}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

impl Display for QualifiedName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.keyspace {
            Some(keyspace) => write!(f, "{keyspace}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant(constant) => constant.fmt(f),
            Self::Marker(marker) => marker.fmt(f),
            Self::List(items) => list(f, "[", items, "]"),
            Self::Set(items) => list(f, "{", items, "}"),
            Self::Tuple(items) => list(f, "(", items, ")"),
            Self::Map(entries) => pairs(f, entries.iter().map(|(key, value)| (key, value))),
            Self::Udt(fields) => pairs(f, fields.iter().map(|(name, value)| (name, value))),
            Self::Call(name, arguments) => {
                name.fmt(f)?;
                list(f, "(", arguments, ")")
            }
            Self::Cast(term, ty) => write!(f, "CAST({term} AS {ty})"),
            Self::Hint(ty, term) => write!(f, "({ty}){term}"),
            Self::Operation(left, operator, right) => write!(f, "{left} {} {right}", operator.sign()),
            Self::Negate(term) => write!(f, "-{term}"),
        }
    }
}

impl Display for Selector {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Column(name) => f.write_str(name),
            Self::Term(term) => term.fmt(f),
            Self::CountRows => f.write_str("count(*)"),
            Self::Metadata(metadata, of) => write!(f, "{}({of})", metadata.name()),
            Self::Call(name, arguments) => {
                name.fmt(f)?;
                list(f, "(", arguments, ")")
            }
            Self::Cast(of, ty) => write!(f, "cast({of} as {ty})"),
            Self::Hint(ty, of) => write!(f, "({ty}){of}"),
            Self::Operation(left, operator, right) => write!(f, "{left} {} {right}", operator.sign()),
            Self::Negate(of) => write!(f, "-{of}"),
            Self::Field(of, field) => write!(f, "{of}.{field}"),
            Self::Element(of, key) => write!(f, "{of}[{key}]"),
            Self::Slice(of, from, to) => {
                write!(f, "{of}[")?;
                if let Some(from) = from {
                    from.fmt(f)?;
                }
                f.write_str("..")?;
                if let Some(to) = to {
                    to.fmt(f)?;
                }
                f.write_str("]")
            }
            Self::Tuple(items) if items.len() == 1 => items[0].fmt(f),
            Self::Tuple(items) => list(f, "(", items, ")"),
            Self::List(items) => list(f, "[", items, "]"),
            Self::Set(items) => list(f, "{", items, "}"),
            Self::Map(entries) => pairs(f, entries.iter().map(|(key, value)| (key, value))),
        }
    }
}

impl Display for TypeName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Native(ty) => write!(f, "{ty}"),
            Self::List(element) => write!(f, "list<{element}>"),
            Self::Set(element) => write!(f, "set<{element}>"),
            Self::Map(key, value) => write!(f, "map<{key}, {value}>"),
            Self::Tuple(items) => {
                f.write_str("tuple")?;
                list(f, "<", items, ">")
            }
            Self::Vector(element, dimensions) => write!(f, "vector<{element}, {dimensions}>"),
            Self::Frozen(inner) => write!(f, "frozen<{inner}>"),
            Self::User(QualifiedName { keyspace: Some(keyspace), name }) => {
                write!(f, "{}.{}", quote_name(keyspace), quote_name(name))
            }
            Self::User(QualifiedName { keyspace: None, name }) => f.write_str(&quote_name(name)),
            Self::Custom(class) => write!(f, "'{class}'"),
        }
    }
}

impl Display for Comparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Eq => "=",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::Like => "LIKE",
            Self::Contains => "CONTAINS",
            Self::ContainsKey => "CONTAINS KEY",
        })
    }
}

fn list<T: Display>(f: &mut Formatter<'_>, open: &str, items: &[T], close: &str) -> fmt::Result {
    f.write_str(open)?;
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            f.write_str(", ")?;
        }
        item.fmt(f)?;
    }
    f.write_str(close)
}

fn pairs<K: Display, V: Display>(f: &mut Formatter<'_>, entries: impl Iterator<Item = (K, V)>) -> fmt::Result {
    f.write_str("{")?;
    for (position, (key, value)) in entries.enumerate() {
        if position > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{key}: {value}")?;
    }
    f.write_str("}")
}
