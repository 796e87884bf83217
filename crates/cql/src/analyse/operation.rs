//! What SET and DELETE do to one column (Cassandra's `Operation`).

use std::sync::Arc;

use crate::ast::{Assigned, DeleteTarget, Term};
use crate::error::Error;
use crate::plan::{Change, Operation};
use crate::schema::Table;
use crate::types::{CqlType, UserType};

use super::invalid;
use super::scope::{Receiver, Scope};

impl Scope<'_> {
    /// `c = value`, also of INSERT.
    pub(super) fn set_value(&mut self, table: &Table, column: usize, value: &Term) -> Result<Operation, Error> {
        let receiver = Receiver::column(table, column);
        if *receiver.ty() == CqlType::Counter {
            return Err(invalid(format!(
                "Cannot set the value of counter column {} (counters can only be incremented/decremented, not set)",
                receiver.name()
            )));
        }
        Ok(Operation { column, change: Change::Set(self.term(value, &receiver)?) })
    }

    /// An assignment of UPDATE.
    pub(super) fn assignment(&mut self, table: &Table, column: usize, value: &Assigned) -> Result<Operation, Error> {
        let receiver = Receiver::column(table, column);
        let change = match value {
            Assigned::Value(value) => return self.set_value(table, column, value),
            Assigned::Add(value) => self.addition(&receiver, value)?,
            Assigned::Subtract(value) => self.subtraction(&receiver, value)?,
            Assigned::Prepend(value) => self.prepending(&receiver, value)?,
            Assigned::Element(key, value) => self.element_assignment(&receiver, key, value)?,
            Assigned::Field(field, value) => self.field_assignment(&receiver, field, value)?,
        };
        Ok(Operation { column, change })
    }

    fn addition(&mut self, receiver: &Receiver, value: &Term) -> Result<Change, Error> {
        let name = receiver.name();
        let text = format!("{name} = {name} + {value}");
        match receiver.ty() {
            CqlType::Counter => Ok(Change::Increment { by: self.term(value, receiver)?, negative: false }),
            CqlType::List { frozen: false, .. } | CqlType::Set { frozen: false, .. } => {
                Ok(Change::Append(self.term(value, receiver)?))
            }
            CqlType::Map { frozen: false, .. } => {
                self.check_map_operand("addition", "map", value, receiver.ty())?;
                Ok(Change::Append(self.term(value, receiver)?))
            }
            CqlType::List { .. } | CqlType::Set { .. } | CqlType::Map { .. } => {
                Err(invalid(format!("Invalid operation ({text}) for frozen collection column {name}")))
            }
            CqlType::Tuple(_) => Err(invalid(format!("Invalid operation ({text}) for tuple column {name}"))),
            _ => Err(invalid(format!("Invalid operation ({text}) for non counter column {name}"))),
        }
    }

    /// The value added to or taken from a map must be of the right shape.
    fn check_map_operand(&self, operation: &str, shape: &str, value: &Term, ty: &CqlType) -> Result<(), Error> {
        if self.fit(value, ty)? == crate::literal::Fit::Not {
            return Err(invalid(format!("Value for a map {operation} has to be a {shape}, but was: '{value}'")));
        }
        Ok(())
    }

    fn subtraction(&mut self, receiver: &Receiver, value: &Term) -> Result<Change, Error> {
        let name = receiver.name();
        let text = format!("{name} = {name} - {value}");
        match receiver.ty() {
            CqlType::Counter => Ok(Change::Increment { by: self.term(value, receiver)?, negative: true }),
            CqlType::List { frozen: false, .. } | CqlType::Set { frozen: false, .. } => {
                Ok(Change::Discard(self.term(value, receiver)?))
            }
            CqlType::Map { key, frozen: false, .. } => {
                let keys = CqlType::Set { element: Arc::clone(key), frozen: false };
                self.check_map_operand("substraction", "set", value, &keys)?;
                let receiver = receiver.part(name.to_owned(), keys);
                Ok(Change::Discard(self.term(value, &receiver)?))
            }
            CqlType::List { .. } | CqlType::Set { .. } | CqlType::Map { .. } => {
                Err(invalid(format!("Invalid operation ({text}) for frozen collection column {name}")))
            }
            _ => Err(invalid(format!("Invalid operation ({text}) for non counter column {name}"))),
        }
    }

    fn prepending(&mut self, receiver: &Receiver, value: &Term) -> Result<Change, Error> {
        let name = receiver.name();
        // Cassandra prints the operation with a minus sign.
        let text = format!("{name} = {value} - {name}");
        match receiver.ty() {
            CqlType::List { frozen: false, .. } => Ok(Change::Prepend(self.term(value, receiver)?)),
            CqlType::List { .. } => Err(invalid(format!("Invalid operation ({text}) for frozen list column {name}"))),
            _ => Err(invalid(format!("Invalid operation ({text}) for non list column {name}"))),
        }
    }

    fn element_assignment(&mut self, receiver: &Receiver, key: &Term, value: &Term) -> Result<Change, Error> {
        let name = receiver.name();
        let text = format!("{name}[{key}] = {value}");
        let (key_receiver, value_receiver) = match receiver.ty() {
            CqlType::List { element, frozen: false } => (
                receiver.part(format!("idx({name})"), CqlType::Int),
                receiver.part(format!("value({name})"), (**element).clone()),
            ),
            CqlType::Map { key, value, frozen: false } => (
                receiver.part(format!("key({name})"), (**key).clone()),
                receiver.part(format!("value({name})"), (**value).clone()),
            ),
            CqlType::Set { frozen: false, .. } => {
                return Err(invalid(format!("Invalid operation ({text}) for set column {name}")));
            }
            CqlType::List { .. } | CqlType::Set { .. } | CqlType::Map { .. } => {
                return Err(invalid(format!("Invalid operation ({text}) for frozen collection column {name}")));
            }
            _ => return Err(invalid(format!("Invalid operation ({text}) for non collection column {name}"))),
        };
        let key = self.term(key, &key_receiver)?;
        if matches!(key, crate::plan::Term::Constant(None)) {
            let map = matches!(receiver.ty(), CqlType::Map { .. });
            return Err(invalid(if map { "Invalid null map key" } else { "Invalid null value for list index" }));
        }
        Ok(Change::SetElement { key, value: self.term(value, &value_receiver)? })
    }

    fn field_assignment(&mut self, receiver: &Receiver, field: &str, value: &Term) -> Result<Change, Error> {
        let name = receiver.name();
        let text = format!("{name}.{field} = {value}");
        match receiver.ty() {
            CqlType::Udt { definition, frozen: false } => {
                let position = field_position(definition, name, field)?;
                let receiver = receiver.part(format!("{name}.{field}"), definition.fields[position].1.clone());
                Ok(Change::SetField { field: position, value: self.term(value, &receiver)? })
            }
            CqlType::Udt { .. } => Err(invalid(format!("Invalid operation ({text}) for frozen UDT column {name}"))),
            _ => Err(invalid(format!("Invalid operation ({text}) for non-UDT column {name}"))),
        }
    }

    /// What DELETE names before FROM.
    pub(super) fn deletion(&mut self, table: &Table, column: usize, target: &DeleteTarget) -> Result<Operation, Error> {
        let receiver = Receiver::column(table, column);
        let change = match target {
            DeleteTarget::Column(_) => Change::Set(crate::plan::Term::Constant(None)),
            DeleteTarget::Element(name, key) => {
                let key_receiver = match receiver.ty() {
                    CqlType::List { frozen: false, .. } => receiver.part(format!("idx({name})"), CqlType::Int),
                    CqlType::Set { element, frozen: false } => {
                        receiver.part(format!("value({name})"), (**element).clone())
                    }
                    CqlType::Map { key, frozen: false, .. } => receiver.part(format!("key({name})"), (**key).clone()),
                    CqlType::List { .. } | CqlType::Set { .. } | CqlType::Map { .. } => {
                        let text = format!("Invalid deletion operation for frozen collection column {name}");
                        return Err(invalid(text));
                    }
                    _ => return Err(invalid(format!("Invalid deletion operation for non collection column {name}"))),
                };
                Change::DeleteElement(self.term(key, &key_receiver)?)
            }
            DeleteTarget::Field(name, field) => match receiver.ty() {
                CqlType::Udt { definition, frozen: false } => {
                    let field = field_position(definition, name, field)?;
                    Change::SetField { field, value: crate::plan::Term::Constant(None) }
                }
                CqlType::Udt { .. } => {
                    return Err(invalid(format!("Frozen UDT column {name} does not support field deletions")));
                }
                _ => return Err(invalid(format!("Invalid field deletion operation for non-UDT column {name}"))),
            },
        };
        Ok(Operation { column, change })
    }
}

fn field_position(definition: &UserType, column: &str, field: &str) -> Result<usize, Error> {
    let missing = || invalid(format!("UDT column {column} does not have a field named {field}"));
    definition.fields.iter().position(|(known, _)| known == field).ok_or_else(missing)
}
