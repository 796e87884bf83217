//! INSERT, UPDATE, DELETE and BATCH.

use std::collections::BTreeMap;

use super::cursor::{Cursor, Parsed};
use crate::ast::{
    Action, Assigned, Assignment, Batch, ColumnCondition, Condition, ConditionPart, ConditionTest, Constant,
    ConstantKind, DeleteTarget, Modify, Statement, Term,
};
use crate::lex::TokenKind;
use crate::plan::BatchKind;

/// USING: timestamp and TTL.
#[derive(Default)]
struct Using {
    timestamp: Option<Term>,
    ttl: Option<Term>,
}

impl Cursor<'_> {
    pub(super) fn modification(&mut self) -> Parsed<Modify> {
        if self.keyword("insert") {
            self.insert()
        } else if self.keyword("update") {
            self.update()
        } else if self.keyword("delete") {
            self.delete()
        } else {
            Err(self.unexpected())
        }
    }

    pub(super) fn batch(&mut self) -> Parsed<Statement> {
        self.advance();
        let kind = if self.keyword("unlogged") {
            BatchKind::Unlogged
        } else if self.keyword("counter") {
            BatchKind::Counter
        } else {
            BatchKind::Logged
        };
        self.expect_keyword("batch")?;
        let Using { timestamp, ttl } = self.using(true)?;
        let mut statements = Vec::new();
        while !self.is_keyword(0, "apply") {
            statements.push(self.modification()?);
            self.symbol(";");
        }
        self.advance();
        self.expect_keyword("batch")?;
        Ok(Statement::Batch(Batch { kind, timestamp, ttl, statements }))
    }

    fn using(&mut self, with_ttl: bool) -> Parsed<Using> {
        let mut using = Using::default();
        if !self.keyword("using") {
            return Ok(using);
        }
        loop {
            if with_ttl && self.keyword("ttl") {
                using.ttl = Some(self.int_value()?);
            } else if self.keyword("timestamp") {
                using.timestamp = Some(self.int_value()?);
            } else {
                return Err(self.unexpected());
            }
            if !(with_ttl && self.keyword("and")) {
                return Ok(using);
            }
        }
    }

    fn insert(&mut self) -> Parsed<Modify> {
        self.expect_keyword("into")?;
        let table = self.table_name()?;
        let action = if self.keyword("json") { self.insert_json()? } else { self.insert_values()? };
        let condition = if self.if_not_exists()? { Condition::NotExists } else { Condition::None };
        let Using { timestamp, ttl } = self.using(true)?;
        Ok(Modify { table, action, timestamp, ttl, condition })
    }

    fn insert_values(&mut self) -> Parsed<Action> {
        self.expect_symbol("(")?;
        let columns = self.comma_separated(Self::column)?;
        self.expect_symbol(")")?;
        self.expect_keyword("values")?;
        self.expect_symbol("(")?;
        let values = self.comma_separated(Self::term)?;
        self.expect_symbol(")")?;
        Ok(Action::Insert { columns, values })
    }

    fn insert_json(&mut self) -> Parsed<Action> {
        let json = if self.is_marker() {
            Term::Marker(self.marker()?)
        } else {
            Term::Constant(Constant { kind: ConstantKind::Text, text: self.text_constant()? })
        };
        let mut default_unset = false;
        if self.keyword("default") {
            default_unset = self.keyword("unset");
            if !default_unset {
                self.expect_keyword("null")?;
            }
        }
        Ok(Action::InsertJson { json, default_unset })
    }

    fn update(&mut self) -> Parsed<Modify> {
        let table = self.table_name()?;
        let Using { timestamp, ttl } = self.using(true)?;
        self.expect_keyword("set")?;
        let mut assignments: Vec<Assignment> = Vec::new();
        let mut by_column: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        loop {
            let assignment = self.assignment()?;
            let same = by_column.entry(assignment.column.clone()).or_default();
            if same.iter().any(|at| !compatible(&assignments[*at].value, &assignment.value)) {
                return Err(self.refuse(&format!("Multiple incompatible setting of column {}", assignment.column)));
            }
            same.push(assignments.len());
            assignments.push(assignment);
            if !self.symbol(",") {
                break;
            }
        }
        self.expect_keyword("where")?;
        let relations = self.relations()?;
        let condition = self.condition()?;
        Ok(Modify { table, action: Action::Update { assignments, relations }, timestamp, ttl, condition })
    }

    fn assignment(&mut self) -> Parsed<Assignment> {
        let column = self.column()?;
        let value = if self.symbol("+=") {
            Assigned::Add(self.term()?)
        } else if self.symbol("-=") {
            Assigned::Subtract(self.term()?)
        } else if self.symbol("[") {
            let key = self.term()?;
            self.expect_symbol("]")?;
            self.expect_symbol("=")?;
            Assigned::Element(key, self.term()?)
        } else if self.symbol(".") {
            let field = self.identifier()?;
            self.expect_symbol("=")?;
            Assigned::Field(field, self.term()?)
        } else {
            self.expect_symbol("=")?;
            self.assigned(&column)?
        };
        Ok(Assignment { column, value })
    }

    /// What follows `c =`: a term, `c + term`, `c - term`, or `term + c`.
    fn assigned(&mut self, column: &str) -> Parsed<Assigned> {
        let refers =
            (self.is_identifier(0) || self.peek().kind == TokenKind::EmptyQuotedName) && !self.is_function_call();
        if refers && !(self.is_keyword(0, "cast") && self.is_symbol(1, "(")) {
            return self.increment(column);
        }
        let term = self.term()?;
        if !self.symbol("+") {
            return Ok(Assigned::Value(term));
        }
        if self.column()? != column {
            return Err(self.refuse("Only expressions of the form X = <value> + X are supported."));
        }
        Ok(Assigned::Prepend(term))
    }

    fn increment(&mut self, column: &str) -> Parsed<Assigned> {
        let other = self.column()?;
        let only = |sign: &str| format!("Only expressions of the form X = X {sign}<value> are supported.");
        if self.symbol("+") {
            let value = self.term()?;
            return if other == column { Ok(Assigned::Add(value)) } else { Err(self.refuse(&only("+"))) };
        }
        if self.symbol("-") {
            let value = self.term()?;
            return if other == column { Ok(Assigned::Subtract(value)) } else { Err(self.refuse(&only("-"))) };
        }
        if self.peek().kind != TokenKind::Integer {
            return Err(self.unexpected());
        }
        // `c = c -3`: the sign belongs to the number.
        let token = self.advance();
        let text = self.source(token).to_owned();
        if other != column {
            let sign = if text.starts_with('-') { "- " } else { "+ " };
            return Err(self.refuse(&only(sign)));
        }
        Ok(Assigned::Add(Term::Constant(Constant { kind: ConstantKind::Integer, text })))
    }

    fn delete(&mut self) -> Parsed<Modify> {
        let named = self.is_identifier(0) || self.peek().kind == TokenKind::EmptyQuotedName;
        let targets = if named { self.comma_separated(Self::delete_target)? } else { Vec::new() };
        self.expect_keyword("from")?;
        let table = self.table_name()?;
        let Using { timestamp, ttl } = self.using(false)?;
        self.expect_keyword("where")?;
        let relations = self.relations()?;
        let condition = self.condition()?;
        Ok(Modify { table, action: Action::Delete { targets, relations }, timestamp, ttl, condition })
    }

    fn delete_target(&mut self) -> Parsed<DeleteTarget> {
        let column = self.column()?;
        if self.symbol("[") {
            let key = self.term()?;
            self.expect_symbol("]")?;
            return Ok(DeleteTarget::Element(column, key));
        }
        if self.symbol(".") {
            return Ok(DeleteTarget::Field(column, self.identifier()?));
        }
        Ok(DeleteTarget::Column(column))
    }

    fn condition(&mut self) -> Parsed<Condition> {
        if !self.keyword("if") {
            return Ok(Condition::None);
        }
        // A column may be called `exists`: it is one where an operator follows.
        if self.is_keyword(0, "exists") && !self.begins_test(1) {
            self.advance();
            return Ok(Condition::Exists);
        }
        let mut conditions = vec![self.column_condition()?];
        while self.keyword("and") {
            conditions.push(self.column_condition()?);
        }
        Ok(Condition::Columns(conditions))
    }

    fn begins_test(&self, ahead: usize) -> bool {
        ["=", "!=", "<", "<=", ">", ">=", "[", "."].iter().any(|symbol| self.is_symbol(ahead, symbol))
            || self.is_keyword(ahead, "in")
            || self.is_keyword(ahead, "contains")
    }

    fn column_condition(&mut self) -> Parsed<ColumnCondition> {
        let column = self.column()?;
        let part = if self.symbol("[") {
            let key = self.term()?;
            self.expect_symbol("]")?;
            ConditionPart::Element(key)
        } else if self.symbol(".") {
            ConditionPart::Field(self.identifier()?)
        } else {
            ConditionPart::Whole
        };
        let test = if self.keyword("in") {
            ConditionTest::In(self.in_values()?)
        } else if let Some(operator) = self.contains() {
            ConditionTest::Compare(operator, self.term()?)
        } else {
            let operator = self.comparison()?;
            ConditionTest::Compare(operator, self.term()?)
        };
        Ok(ColumnCondition { column, part, test })
    }
}

/// Whether one column may be assigned twice so (`Operation.RawUpdate.isCompatibleWith`).
fn compatible(first: &Assigned, second: &Assigned) -> bool {
    let distinct_field = match (first, second) {
        (Assigned::Field(one, _), Assigned::Field(other, _)) => one != other,
        _ => false,
    };
    distinct_field || (is_element(first) && is_element(second))
}

fn is_element(value: &Assigned) -> bool {
    matches!(value, Assigned::Element(..) | Assigned::Add(_) | Assigned::Subtract(_) | Assigned::Prepend(_))
}
