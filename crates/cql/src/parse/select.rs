//! SELECT, its selectors, and the relations of WHERE.

use super::cursor::{Cursor, Parsed};
use crate::ast::{
    Comparison, Constant, ConstantKind, InList, Metadata, Ordering, Relation, Select, Selected, Selector, Statement,
    Term,
};

impl Cursor<'_> {
    pub(super) fn select(&mut self) -> Parsed<Statement> {
        self.expect_keyword("select")?;
        // `json` and `distinct` are column names too: they are keywords only before a selector.
        let json = self.is_modifier("json");
        self.skip_if(json);
        let distinct = self.is_modifier("distinct");
        self.skip_if(distinct);
        let selectors = if self.symbol("*") { Vec::new() } else { self.comma_separated(Self::selected)? };
        let column = matches!(selectors.last(), Some(Selected { selector: Selector::Column(_), alias: None }));
        if column && !self.is_keyword(0, "from") {
            return Err(self.unexpected_after());
        }
        self.expect_keyword("from")?;
        let table = self.table_name()?;
        let relations = if self.keyword("where") { self.relations()? } else { Vec::new() };
        // ANTLR reads on in the last term before it gives up, so it does not say what it expected.
        let goes_on = ["group", "order", "per", "limit", "allow"].iter().any(|keyword| self.is_keyword(0, keyword));
        if !relations.is_empty() && !goes_on && !self.ends(0) {
            return Err(self.unexpected());
        }
        let group_by = if self.keyword("group") {
            self.expect_keyword("by")?;
            self.comma_separated(Self::selector)?
        } else {
            Vec::new()
        };
        let order_by = if self.keyword("order") {
            self.expect_keyword("by")?;
            self.comma_separated(Self::ordering)?
        } else {
            Vec::new()
        };
        let mut per_partition_limit = None;
        if self.keyword("per") {
            self.expect_keyword("partition")?;
            self.expect_keyword("limit")?;
            per_partition_limit = Some(self.int_value()?);
        }
        let limit = if self.keyword("limit") { Some(self.int_value()?) } else { None };
        let allow_filtering = self.keyword("allow");
        if allow_filtering {
            self.expect_keyword("filtering")?;
        }
        Ok(Statement::Select(Box::new(Select {
            table,
            selectors,
            distinct,
            json,
            relations,
            group_by,
            order_by,
            per_partition_limit,
            limit,
            allow_filtering,
        })))
    }

    fn is_modifier(&self, word: &str) -> bool {
        if !self.is_keyword(0, word) {
            return false;
        }
        let operator = ["+", "-", "/", "%", ",", ".", ")"].iter().any(|symbol| self.is_symbol(1, symbol));
        // `json * 2` multiplies, `JSON * FROM` selects all.
        let multiplies = self.is_symbol(1, "*") && !self.is_keyword(2, "from");
        !(operator || multiplies || self.is_keyword(1, "from") || self.is_keyword(1, "as"))
    }

    fn skip_if(&mut self, found: bool) {
        if found {
            self.advance();
        }
    }

    fn selected(&mut self) -> Parsed<Selected> {
        let selector = self.selector()?;
        let alias = if self.keyword("as") { Some(self.identifier()?) } else { None };
        Ok(Selected { selector, alias })
    }

    fn ordering(&mut self) -> Parsed<Ordering> {
        let column = self.column()?;
        let nearest_to = if self.keyword("ann") {
            self.expect_keyword("of")?;
            Some(self.term()?)
        } else {
            None
        };
        let descending = self.keyword("desc");
        if !descending {
            self.keyword("asc");
        }
        Ok(Ordering { column, descending, nearest_to })
    }

    fn selector(&mut self) -> Parsed<Selector> {
        self.nested(|cursor| {
            let mut left = cursor.selector_product()?;
            let mut length = 0;
            while let Some(operator) = cursor.sum_operator() {
                cursor.advance();
                length += 1;
                cursor.check_chain(length)?;
                left = Selector::Operation(Box::new(left), operator, Box::new(cursor.selector_product()?));
            }
            Ok(left)
        })
    }

    fn selector_product(&mut self) -> Parsed<Selector> {
        let mut left = self.selector_group()?;
        let mut length = 0;
        while let Some(operator) = self.product_operator() {
            self.advance();
            length += 1;
            self.check_chain(length)?;
            left = Selector::Operation(Box::new(left), operator, Box::new(self.selector_group()?));
        }
        Ok(left)
    }

    fn selector_group(&mut self) -> Parsed<Selector> {
        if self.symbol("-") {
            return Ok(Selector::Negate(Box::new(self.nested(Self::selector_group)?)));
        }
        let of = self.selector_base()?;
        self.modified(of)
    }

    /// `.field` and `[key]` behind a selector.
    fn modified(&mut self, mut of: Selector) -> Parsed<Selector> {
        let mut length = 0;
        loop {
            length += 1;
            self.check_chain(length)?;
            if self.symbol(".") {
                of = Selector::Field(Box::new(of), self.identifier()?);
            } else if self.symbol("[") {
                of = self.sub_selection(of)?;
                self.expect_symbol("]")?;
            } else {
                return Ok(of);
            }
        }
    }

    fn sub_selection(&mut self, of: Selector) -> Parsed<Selector> {
        if self.symbol("..") {
            return Ok(Selector::Slice(Box::new(of), None, Some(self.term()?)));
        }
        let from = self.term()?;
        if !self.symbol("..") {
            return Ok(Selector::Element(Box::new(of), from));
        }
        let to = if self.is_symbol(0, "]") { None } else { Some(self.term()?) };
        Ok(Selector::Slice(Box::new(of), Some(from), to))
    }

    fn selector_base(&mut self) -> Parsed<Selector> {
        if let Some(constant) = self.constant() {
            return Ok(Selector::Term(Term::Constant(constant)));
        }
        if self.is_marker() {
            return Ok(Selector::Term(Term::Marker(self.marker()?)));
        }
        if self.keyword("null") {
            let null = Constant { kind: ConstantKind::Null, text: "null".to_owned() };
            return Ok(Selector::Term(Term::Constant(null)));
        }
        if self.is_symbol(0, "(") {
            if let Some(ty) = self.type_hint() {
                return Ok(Selector::Hint(ty, Box::new(self.nested(Self::selector_base)?)));
            }
            self.expect_symbol("(")?;
            let items = self.comma_separated(Self::selector)?;
            self.expect_symbol(")")?;
            return Ok(Selector::Tuple(items));
        }
        if self.symbol("[") {
            let items = if self.is_symbol(0, "]") { Vec::new() } else { self.comma_separated(Self::selector)? };
            self.expect_symbol("]")?;
            return Ok(Selector::List(items));
        }
        if self.is_symbol(0, "{") {
            return self.selector_braces();
        }
        if self.is_symbol(1, "(") || (self.is_symbol(1, ".") && self.is_function_call()) {
            return self.selector_call();
        }
        Ok(Selector::Column(self.identifier()?))
    }

    fn selector_braces(&mut self) -> Parsed<Selector> {
        self.expect_symbol("{")?;
        if self.symbol("}") {
            return Ok(Selector::Set(Vec::new()));
        }
        let first = self.selector()?;
        let literal = if self.symbol(":") {
            let mut entries = vec![(first, self.selector()?)];
            while self.symbol(",") {
                let key = self.selector()?;
                self.expect_symbol(":")?;
                entries.push((key, self.selector()?));
            }
            Selector::Map(entries)
        } else {
            let mut items = vec![first];
            while self.symbol(",") {
                items.push(self.selector()?);
            }
            Selector::Set(items)
        };
        self.expect_symbol("}")?;
        Ok(literal)
    }

    fn selector_call(&mut self) -> Parsed<Selector> {
        if self.is_keyword(0, "count") && self.is_symbol(2, "*") {
            self.advance();
            self.advance();
            self.advance();
            self.expect_symbol(")")?;
            return Ok(Selector::CountRows);
        }
        let metadata = match self.word_at(0).map(str::to_ascii_lowercase).as_deref() {
            Some("writetime") => Some(Metadata::WriteTime),
            Some("maxwritetime") => Some(Metadata::MaxWriteTime),
            Some("ttl") => Some(Metadata::Ttl),
            _ => None,
        };
        if let Some(metadata) = metadata {
            self.advance();
            self.expect_symbol("(")?;
            let column = Selector::Column(self.identifier()?);
            let of = self.modified(column)?;
            self.expect_symbol(")")?;
            return Ok(Selector::Metadata(metadata, Box::new(of)));
        }
        if self.keyword("cast") {
            self.expect_symbol("(")?;
            let of = self.selector()?;
            self.expect_keyword("as")?;
            let ty = self.native_type()?;
            self.expect_symbol(")")?;
            return Ok(Selector::Cast(Box::new(of), ty));
        }
        if !self.is_function_call() {
            return Err(self.unexpected());
        }
        let name = self.function_name()?;
        self.expect_symbol("(")?;
        let arguments = if self.is_symbol(0, ")") { Vec::new() } else { self.comma_separated(Self::selector)? };
        self.expect_symbol(")")?;
        Ok(Selector::Call(name, arguments))
    }

    pub(super) fn relations(&mut self) -> Parsed<Vec<Relation>> {
        let mut relations = vec![self.relation()?];
        while self.keyword("and") {
            relations.push(self.relation()?);
        }
        Ok(relations)
    }

    fn relation(&mut self) -> Parsed<Relation> {
        if self.is_keyword(0, "expr") && self.is_symbol(1, "(") {
            self.advance();
            self.advance();
            let index = self.table_name()?;
            self.expect_symbol(",")?;
            let value = self.term()?;
            self.expect_symbol(")")?;
            return Ok(Relation::Custom { index, value });
        }
        if self.keyword("token") {
            let columns = self.column_tuple()?;
            let operator = self.comparison()?;
            return Ok(Relation::Token { columns, operator, value: self.term()? });
        }
        if !self.is_symbol(0, "(") {
            return self.single_relation();
        }
        let tuple =
            (self.is_identifier(1) && (self.is_symbol(2, ",") || self.is_symbol(2, ")"))) || self.is_symbol(2, ",");
        if tuple {
            return self.multi_relation();
        }
        self.advance();
        let inner = self.nested(Self::relation)?;
        self.expect_symbol(")")?;
        Ok(inner)
    }

    fn single_relation(&mut self) -> Parsed<Relation> {
        let column = self.column()?;
        if self.keyword("in") {
            return Ok(Relation::In { column, values: self.in_values()? });
        }
        if self.keyword("like") {
            return Ok(Relation::Single { column, operator: Comparison::Like, value: self.term()? });
        }
        if self.keyword("is") {
            self.expect_keyword("not")?;
            self.expect_keyword("null")?;
            return Ok(Relation::IsNotNull { column });
        }
        if let Some(operator) = self.contains() {
            return Ok(Relation::Single { column, operator, value: self.term()? });
        }
        if self.symbol("[") {
            let key = self.term()?;
            self.expect_symbol("]")?;
            let operator = self.comparison()?;
            return Ok(Relation::Element { column, key, operator, value: self.term()? });
        }
        let Ok(operator) = self.comparison() else { return Err(self.unexpected_after()) };
        Ok(Relation::Single { column, operator, value: self.term()? })
    }

    fn multi_relation(&mut self) -> Parsed<Relation> {
        let columns = self.column_tuple()?;
        if self.keyword("in") {
            return Ok(Relation::MultiIn { columns, values: self.multi_in_values()? });
        }
        let operator = self.comparison()?;
        let value = if self.is_marker() { Term::Marker(self.marker()?) } else { Term::Tuple(self.tuple_literal()?) };
        Ok(Relation::Multi { columns, operator, value })
    }

    fn multi_in_values(&mut self) -> Parsed<InList> {
        if self.is_marker() {
            return Ok(InList::Marker(self.marker()?));
        }
        self.expect_symbol("(")?;
        if self.symbol(")") {
            return Ok(InList::Terms(Vec::new()));
        }
        let tuples = self.comma_separated(|cursor| {
            if cursor.is_marker() {
                Ok(Term::Marker(cursor.marker()?))
            } else {
                Ok(Term::Tuple(cursor.tuple_literal()?))
            }
        })?;
        self.expect_symbol(")")?;
        Ok(InList::Terms(tuples))
    }

    fn column_tuple(&mut self) -> Parsed<Vec<String>> {
        self.expect_symbol("(")?;
        let columns = self.comma_separated(Self::column)?;
        self.expect_symbol(")")?;
        Ok(columns)
    }

    /// What follows IN for one column.
    pub(super) fn in_values(&mut self) -> Parsed<InList> {
        if self.is_marker() {
            return Ok(InList::Marker(self.marker()?));
        }
        self.expect_symbol("(")?;
        let terms = if self.is_symbol(0, ")") { Vec::new() } else { self.comma_separated(Self::term)? };
        self.expect_symbol(")")?;
        Ok(InList::Terms(terms))
    }

    pub(super) fn contains(&mut self) -> Option<Comparison> {
        if !self.keyword("contains") {
            return None;
        }
        Some(if self.keyword("key") { Comparison::ContainsKey } else { Comparison::Contains })
    }

    pub(super) fn comparison(&mut self) -> Parsed<Comparison> {
        const OPERATORS: [(&str, Comparison); 6] = [
            ("=", Comparison::Eq),
            ("!=", Comparison::Ne),
            ("<", Comparison::Lt),
            ("<=", Comparison::Le),
            (">", Comparison::Gt),
            (">=", Comparison::Ge),
        ];
        for (symbol, operator) in OPERATORS {
            if self.symbol(symbol) {
                return Ok(operator);
            }
        }
        Err(self.unexpected())
    }
}
