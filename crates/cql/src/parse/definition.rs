//! CREATE and ALTER of keyspaces, tables, types and indexes.

use super::cursor::{Cursor, Parsed};
use crate::ast::{
    AlterKeyspace, AlterTable, AlterTableChange, AlterType, AlterTypeChange, ColumnDefinition, CreateIndex,
    CreateKeyspace, CreateTable, CreateType, IndexedColumn, QualifiedName, Statement,
};
use crate::lex::TokenKind;
use crate::schema::IndexTarget;

impl Cursor<'_> {
    pub(super) fn create_keyspace(&mut self) -> Parsed<Statement> {
        self.advance();
        let if_not_exists = self.if_not_exists()?;
        let name = self.keyspace_name()?;
        self.expect_keyword("with")?;
        Ok(Statement::CreateKeyspace(CreateKeyspace { name, if_not_exists, properties: self.properties()? }))
    }

    pub(super) fn alter_keyspace(&mut self) -> Parsed<Statement> {
        self.advance();
        let if_exists = self.if_exists()?;
        let name = self.keyspace_name()?;
        self.expect_keyword("with")?;
        Ok(Statement::AlterKeyspace(AlterKeyspace { name, if_exists, properties: self.properties()? }))
    }

    pub(super) fn create_table(&mut self) -> Parsed<Statement> {
        self.advance();
        let if_not_exists = self.if_not_exists()?;
        let mut table = CreateTable {
            name: self.table_name()?,
            if_not_exists,
            columns: Vec::new(),
            partition_keys: Vec::new(),
            clustering: Vec::new(),
            clustering_order: Vec::new(),
            compact_storage: false,
            properties: Vec::new(),
        };
        self.expect_symbol("(")?;
        self.table_item(&mut table)?;
        while self.symbol(",") {
            // A trailing comma is allowed.
            if !self.is_symbol(0, ")") && !self.is_symbol(0, ",") {
                self.table_item(&mut table)?;
            }
        }
        self.expect_symbol(")")?;
        if self.keyword("with") {
            self.table_property(&mut table)?;
            while self.keyword("and") {
                self.table_property(&mut table)?;
            }
        }
        Ok(Statement::CreateTable(Box::new(table)))
    }

    fn table_item(&mut self, table: &mut CreateTable) -> Parsed<()> {
        if self.is_keyword(0, "primary") {
            self.advance();
            self.expect_keyword("key")?;
            self.expect_symbol("(")?;
            let partition_key = if self.symbol("(") {
                let columns = self.comma_separated(Self::identifier)?;
                self.expect_symbol(")")?;
                columns
            } else {
                vec![self.identifier()?]
            };
            table.partition_keys.push(partition_key);
            while self.symbol(",") {
                table.clustering.push(self.identifier()?);
            }
            return self.expect_symbol(")");
        }
        let column = self.column_definition()?;
        if self.keyword("primary") {
            self.expect_keyword("key")?;
            table.partition_keys.push(vec![column.name.clone()]);
        }
        table.columns.push(column);
        Ok(())
    }

    fn column_definition(&mut self) -> Parsed<ColumnDefinition> {
        let name = self.identifier()?;
        let ty = self.type_name()?;
        let is_static = self.keyword("static");
        let masked = self.is_keyword(0, "masked");
        if masked {
            self.mask()?;
        }
        Ok(ColumnDefinition { name, ty, is_static, masked })
    }

    /// `MASKED WITH function(…)` or `MASKED WITH DEFAULT`.
    fn mask(&mut self) -> Parsed<()> {
        self.expect_keyword("masked")?;
        self.expect_keyword("with")?;
        if self.keyword("default") {
            return Ok(());
        }
        if !self.is_function_call() {
            return Err(self.unexpected());
        }
        self.term().map(|_| ())
    }

    fn table_property(&mut self, table: &mut CreateTable) -> Parsed<()> {
        if self.is_keyword(0, "compact") && self.is_keyword(1, "storage") {
            self.advance();
            self.advance();
            table.compact_storage = true;
            return Ok(());
        }
        if self.is_keyword(0, "clustering") && self.is_keyword(1, "order") {
            self.advance();
            self.advance();
            self.expect_keyword("by")?;
            self.expect_symbol("(")?;
            let order = self.comma_separated(|cursor| {
                let column = cursor.identifier()?;
                let descending = cursor.keyword("desc");
                if !descending && !cursor.keyword("asc") {
                    return Err(cursor.unexpected());
                }
                Ok((column, descending))
            })?;
            table.clustering_order.extend(order);
            return self.expect_symbol(")");
        }
        let property = self.property()?;
        table.properties.push(property);
        Ok(())
    }

    pub(super) fn alter_table(&mut self) -> Parsed<Statement> {
        self.advance();
        let if_exists = self.if_exists()?;
        let name = self.table_name()?;
        let change = if self.keyword("add") {
            self.add_columns()?
        } else if self.keyword("drop") {
            self.drop_columns()?
        } else if self.keyword("rename") {
            let if_exists = self.if_exists()?;
            AlterTableChange::Rename { if_exists, names: self.renames()? }
        } else if self.keyword("alter") {
            self.alter_column()?
        } else if self.keyword("with") {
            AlterTableChange::With(self.properties()?)
        } else {
            return Err(self.unexpected());
        };
        Ok(Statement::AlterTable(Box::new(AlterTable { name, if_exists, change })))
    }

    fn add_columns(&mut self) -> Parsed<AlterTableChange> {
        let if_not_exists = self.if_not_exists()?;
        let columns = if self.symbol("(") {
            let columns = self.comma_separated(Self::column_definition)?;
            self.expect_symbol(")")?;
            columns
        } else {
            vec![self.column_definition()?]
        };
        Ok(AlterTableChange::Add { if_not_exists, columns })
    }

    fn drop_columns(&mut self) -> Parsed<AlterTableChange> {
        if self.is_keyword(0, "compact") && self.is_keyword(1, "storage") {
            self.advance();
            self.advance();
            return Ok(AlterTableChange::DropCompactStorage);
        }
        let if_exists = self.if_exists()?;
        let columns = if self.symbol("(") {
            let columns = self.comma_separated(Self::identifier)?;
            self.expect_symbol(")")?;
            columns
        } else {
            vec![self.identifier()?]
        };
        let mut timestamp = None;
        if self.keyword("using") {
            self.expect_keyword("timestamp")?;
            let text = if self.peek().kind == TokenKind::Integer { self.source(self.peek()) } else { "" };
            let Ok(micros) = text.parse() else { return Err(self.mismatch("INTEGER")) };
            self.advance();
            timestamp = Some(micros);
        }
        Ok(AlterTableChange::Drop { if_exists, columns, timestamp })
    }

    fn alter_column(&mut self) -> Parsed<AlterTableChange> {
        self.if_exists()?;
        let column = self.column()?;
        if self.keyword("type") {
            return Ok(AlterTableChange::AlterType { column, ty: self.type_name()? });
        }
        if self.keyword("drop") {
            self.expect_keyword("masked")?;
        } else {
            self.mask()?;
        }
        Ok(AlterTableChange::Mask(column))
    }

    /// `a TO b AND c TO d`
    fn renames(&mut self) -> Parsed<Vec<(String, String)>> {
        let mut names = Vec::new();
        loop {
            let old = self.identifier()?;
            self.expect_keyword("to")?;
            names.push((old, self.identifier()?));
            if !self.keyword("and") {
                return Ok(names);
            }
        }
    }

    pub(super) fn create_type(&mut self) -> Parsed<Statement> {
        self.advance();
        let if_not_exists = self.if_not_exists()?;
        let name = self.user_type_name()?;
        self.expect_symbol("(")?;
        let mut fields = vec![(self.identifier()?, self.type_name()?)];
        while self.symbol(",") {
            if !self.is_symbol(0, ")") && !self.is_symbol(0, ",") {
                fields.push((self.identifier()?, self.type_name()?));
            }
        }
        self.expect_symbol(")")?;
        Ok(Statement::CreateType(CreateType { name, if_not_exists, fields }))
    }

    pub(super) fn alter_type(&mut self) -> Parsed<Statement> {
        self.advance();
        let if_exists = self.if_exists()?;
        let name = self.user_type_name()?;
        let change = if self.keyword("add") {
            let if_not_exists = self.if_not_exists()?;
            AlterTypeChange::Add { if_not_exists, name: self.identifier()?, ty: self.type_name()? }
        } else if self.keyword("rename") {
            let if_exists = self.if_exists()?;
            AlterTypeChange::Rename { if_exists, names: self.renames()? }
        } else if self.keyword("alter") {
            let field = self.identifier()?;
            self.expect_keyword("type")?;
            AlterTypeChange::AlterField(field, self.type_name()?)
        } else {
            return Err(self.unexpected());
        };
        Ok(Statement::AlterType(AlterType { name, if_exists, change }))
    }

    pub(super) fn create_index(&mut self) -> Parsed<Statement> {
        let custom = self.keyword("custom");
        self.expect_keyword("index")?;
        let if_not_exists = self.if_not_exists()?;
        let written = if self.is_keyword(0, "on") { None } else { Some(self.table_name()?) };
        let (keyspace, name) = match written {
            Some(QualifiedName { keyspace, name }) => (keyspace, Some(name)),
            None => (None, None),
        };
        self.expect_keyword("on")?;
        let table = self.table_name()?;
        self.expect_symbol("(")?;
        let targets = if self.is_symbol(0, ")") { Vec::new() } else { self.comma_separated(Self::indexed_column)? };
        self.expect_symbol(")")?;
        let class = if self.keyword("using") { Some(self.text_constant()?) } else { None };
        let properties = if self.keyword("with") { self.properties()? } else { Vec::new() };
        Ok(Statement::CreateIndex(Box::new(CreateIndex {
            name,
            keyspace,
            table,
            if_not_exists,
            custom,
            class,
            targets,
            properties,
        })))
    }

    fn indexed_column(&mut self) -> Parsed<IndexedColumn> {
        const PARTS: [(&str, IndexTarget); 4] = [
            ("values", IndexTarget::Values),
            ("keys", IndexTarget::Keys),
            ("entries", IndexTarget::Entries),
            ("full", IndexTarget::Full),
        ];
        for (word, part) in PARTS {
            if self.is_keyword(0, word) && self.is_symbol(1, "(") {
                self.advance();
                self.advance();
                let column = self.column()?;
                self.expect_symbol(")")?;
                return Ok(IndexedColumn { column, part: Some(part) });
            }
        }
        Ok(IndexedColumn { column: self.column()?, part: None })
    }
}
