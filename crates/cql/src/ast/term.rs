//! Terms, selectors and type names as written.
//!
//! A term holds no column; a selector may. Both are trees of bounded depth: the parser refuses
//! deeper ones.

use super::QualifiedName;
use crate::types::CqlType;

/// A value as written.
#[derive(Debug, Clone, PartialEq)]
pub enum Term {
    /// A literal.
    Constant(Constant),
    /// A bind variable.
    Marker(Marker),
    /// `[…]`: a list or a vector.
    List(Vec<Term>),
    /// `{…}`, or the empty set, map or UDT.
    Set(Vec<Term>),
    /// `{k: v, …}`.
    Map(Vec<(Term, Term)>),
    /// `{field: v, …}`.
    Udt(Vec<(String, Term)>),
    /// `(…, …)`.
    Tuple(Vec<Term>),
    /// `f(…)`.
    Call(FunctionName, Vec<Term>),
    /// `CAST(x AS t)`.
    Cast(Box<Term>, CqlType),
    /// `(t) x`.
    Hint(TypeName, Box<Term>),
    /// `x + y`.
    Operation(Box<Term>, Arithmetic, Box<Term>),
    /// `-x`.
    Negate(Box<Term>),
}

/// A literal: its kind and its text, unquoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constant {
    /// Which kind.
    pub kind: ConstantKind,
    /// Its text.
    pub text: String,
}

/// Kinds of literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConstantKind {
    /// `'…'`
    Text,
    /// Digits.
    Integer,
    /// With point or exponent, also `NaN` and `Infinity`.
    Float,
    /// `true`, `false`.
    Boolean,
    /// `1h30m`.
    Duration,
    /// A UUID.
    Uuid,
    /// `0x…`
    Hex,
    /// `null`.
    Null,
}

/// A bind variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// Its position among the statement's variables.
    pub index: u16,
    /// `:name`.
    pub name: Option<String>,
}

/// A function's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionName {
    /// The keyspace, where written.
    pub keyspace: Option<String>,
    /// The name; unquoted ones in lower case.
    pub name: String,
}

/// Operators between numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
}

impl Arithmetic {
    /// Its sign.
    pub fn sign(self) -> char {
        match self {
            Self::Add => '+',
            Self::Subtract => '-',
            Self::Multiply => '*',
            Self::Divide => '/',
            Self::Modulo => '%',
        }
    }
}

/// An expression of a selection.
#[derive(Debug, Clone, PartialEq)]
pub enum Selector {
    /// A column.
    Column(String),
    /// A literal or a marker.
    Term(Term),
    /// `COUNT(*)`.
    CountRows,
    /// `writetime(…)` and its like.
    Metadata(Metadata, Box<Selector>),
    /// `f(…)`.
    Call(FunctionName, Vec<Selector>),
    /// `CAST(x AS t)`.
    Cast(Box<Selector>, CqlType),
    /// `(t) x`.
    Hint(TypeName, Box<Selector>),
    /// `x + y`.
    Operation(Box<Selector>, Arithmetic, Box<Selector>),
    /// `-x`.
    Negate(Box<Selector>),
    /// `x.field`.
    Field(Box<Selector>, String),
    /// `x[key]`.
    Element(Box<Selector>, Term),
    /// `x[from..to]`.
    Slice(Box<Selector>, Option<Term>, Option<Term>),
    /// `(…)`: one in parentheses, or a tuple.
    Tuple(Vec<Selector>),
    /// `[…]`.
    List(Vec<Selector>),
    /// `{…}`.
    Set(Vec<Selector>),
    /// `{k: v}`: a map or a UDT.
    Map(Vec<(Selector, Selector)>),
}

/// What a cell has beside its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metadata {
    /// `writetime`.
    WriteTime,
    /// `maxwritetime`.
    MaxWriteTime,
    /// `ttl`.
    Ttl,
}

impl Metadata {
    /// The function's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::WriteTime => "writetime",
            Self::MaxWriteTime => "maxwritetime",
            Self::Ttl => "ttl",
        }
    }
}

/// A type as written: user-defined types are names still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeName {
    /// A built-in scalar.
    Native(CqlType),
    /// `list<t>`.
    List(Box<TypeName>),
    /// `set<t>`.
    Set(Box<TypeName>),
    /// `map<k, v>`.
    Map(Box<TypeName>, Box<TypeName>),
    /// `tuple<…>`.
    Tuple(Vec<TypeName>),
    /// `vector<t, n>`.
    Vector(Box<TypeName>, u32),
    /// `frozen<t>`.
    Frozen(Box<TypeName>),
    /// A user-defined type.
    User(QualifiedName),
    /// `'org.apache…'`.
    Custom(String),
}
