//! Roles, users, permissions and identities.

use super::cursor::{Cursor, Parsed};
use crate::ast::{Access, Resource, RoleOptions, Statement};
use crate::lex::TokenKind;

const PERMISSIONS: [&str; 10] =
    ["create", "alter", "drop", "select", "modify", "authorize", "describe", "execute", "unmask", "select_masked"];

impl Cursor<'_> {
    pub(super) fn access(&mut self) -> Parsed<Statement> {
        let access = if self.keyword("grant") {
            self.grant()?
        } else if self.keyword("revoke") {
            self.revoke()?
        } else if self.keyword("list") {
            self.list()?
        } else {
            self.expect_keyword("add")?;
            self.expect_keyword("identity")?;
            let if_not_exists = self.if_not_exists()?;
            let identity = self.text_constant()?;
            self.expect_keyword("to")?;
            self.expect_keyword("role")?;
            Access::AddIdentity { identity, role: self.text_constant()?, if_not_exists }
        };
        Ok(Statement::Access(Box::new(access)))
    }

    /// Whether a permission or ALL stands here, rather than a role's name.
    fn begins_permission(&self) -> bool {
        let permission = PERMISSIONS.iter().any(|word| self.is_keyword(0, word)) || self.is_keyword(0, "all");
        permission && !self.is_keyword(1, "to") && !self.is_keyword(1, "from")
    }

    fn grant(&mut self) -> Parsed<Access> {
        if !self.begins_permission() {
            let role = self.role_name()?;
            self.expect_keyword("to")?;
            return Ok(Access::GrantRole { role, to: self.role_name()? });
        }
        let permissions = self.permissions()?;
        self.expect_keyword("on")?;
        let resource = self.resource()?;
        self.expect_keyword("to")?;
        Ok(Access::Grant { permissions, resource, to: self.role_name()? })
    }

    fn revoke(&mut self) -> Parsed<Access> {
        if !self.begins_permission() {
            let role = self.role_name()?;
            self.expect_keyword("from")?;
            return Ok(Access::RevokeRole { role, from: self.role_name()? });
        }
        let permissions = self.permissions()?;
        self.expect_keyword("on")?;
        let resource = self.resource()?;
        self.expect_keyword("from")?;
        Ok(Access::Revoke { permissions, resource, from: self.role_name()? })
    }

    fn list(&mut self) -> Parsed<Access> {
        if self.keyword("users") {
            return Ok(Access::ListUsers);
        }
        if self.keyword("superusers") {
            return Ok(Access::ListSuperusers);
        }
        if self.keyword("roles") {
            let of = if self.keyword("of") { Some(self.role_name()?) } else { None };
            return Ok(Access::ListRoles { of, recursive: !self.keyword("norecursive") });
        }
        let permissions = self.permissions()?;
        let resource = if self.keyword("on") { Some(self.resource()?) } else { None };
        let of = if self.keyword("of") { Some(self.role_name()?) } else { None };
        Ok(Access::ListPermissions { permissions, resource, of, recursive: !self.keyword("norecursive") })
    }

    fn permissions(&mut self) -> Parsed<Vec<String>> {
        if self.keyword("all") {
            self.keyword("permissions");
            return Ok(Vec::new());
        }
        self.comma_separated(|cursor| {
            for word in PERMISSIONS {
                if cursor.keyword(word) {
                    cursor.keyword("permission");
                    return Ok(word.to_ascii_uppercase());
                }
            }
            Err(cursor.unexpected())
        })
    }

    fn resource(&mut self) -> Parsed<Resource> {
        if self.is_keyword(0, "all") && !self.is_symbol(1, ".") {
            return self.all_of();
        }
        if self.is_symbol(1, ".") {
            return Ok(Resource::Table(self.table_name()?));
        }
        if self.keyword("keyspace") || self.keyword("schema") {
            return Ok(Resource::Keyspace(self.keyspace_name()?));
        }
        if self.is_keyword(0, "role") && !self.is_keyword(1, "to") && !self.is_keyword(1, "from") {
            self.advance();
            return Ok(Resource::Role(self.role_name()?));
        }
        let names_more = self.is_identifier(1) || self.peek_at(1).kind == TokenKind::Text;
        if self.is_keyword(0, "function") && names_more {
            self.advance();
            return self.function_resource();
        }
        if (self.is_keyword(0, "mbean") || self.is_keyword(0, "mbeans")) && names_more {
            self.advance();
            return Ok(Resource::Mbean(self.text_constant()?));
        }
        if self.is_table_word(0) {
            self.advance();
        }
        Ok(Resource::Table(self.table_name()?))
    }

    fn all_of(&mut self) -> Parsed<Resource> {
        self.advance();
        if self.keyword("keyspaces") {
            Ok(Resource::AllKeyspaces)
        } else if self.keyword("roles") {
            Ok(Resource::AllRoles)
        } else if self.keyword("mbeans") {
            Ok(Resource::AllMbeans)
        } else if self.keyword("tables") {
            self.expect_keyword("in")?;
            self.expect_keyword("keyspace")?;
            Ok(Resource::AllTables(self.keyspace_name()?))
        } else if self.keyword("functions") {
            if !self.keyword("in") {
                return Ok(Resource::AllFunctions(None));
            }
            self.expect_keyword("keyspace")?;
            Ok(Resource::AllFunctions(Some(self.keyspace_name()?)))
        } else {
            Err(self.unexpected())
        }
    }

    fn function_resource(&mut self) -> Parsed<Resource> {
        let name = self.table_name()?;
        self.expect_symbol("(")?;
        let types = if self.is_symbol(0, ")") { Vec::new() } else { self.comma_separated(Self::type_name)? };
        self.expect_symbol(")")?;
        Ok(Resource::Function(name, types))
    }

    /// A role: an identifier, a quoted name or a text.
    fn role_name(&mut self) -> Parsed<String> {
        if self.is_symbol(0, "?") {
            return Err(self.refuse("Bind variables cannot be used for role names"));
        }
        if self.peek().kind == TokenKind::Text { self.text_constant() } else { self.identifier() }
    }

    /// A user keeps the case it was written in.
    fn user_name(&mut self) -> Parsed<String> {
        let token = self.peek();
        if token.kind == TokenKind::Word && self.is_identifier(0) {
            self.advance();
            return Ok(self.source(token).to_owned());
        }
        if token.kind == TokenKind::QuotedName {
            return Err(self.refuse(
                "Quoted strings are are not supported for user names and USER is deprecated, please use ROLE",
            ));
        }
        self.text_constant()
    }

    pub(super) fn create_role(&mut self) -> Parsed<Statement> {
        let user = self.keyword("user");
        if !user {
            self.advance();
        }
        let if_not_exists = self.if_not_exists()?;
        let (name, options) = if user {
            let name = self.user_name()?;
            let mut options = self.user_options()?;
            options.login = Some(true);
            options.superuser = Some(options.superuser.unwrap_or(false));
            (name, options)
        } else {
            (self.role_name()?, self.role_options()?)
        };
        Ok(Statement::Access(Box::new(Access::CreateRole { name, if_not_exists, options })))
    }

    pub(super) fn alter_role(&mut self) -> Parsed<Statement> {
        let user = self.keyword("user");
        if !user {
            self.advance();
        }
        let if_exists = self.if_exists()?;
        let (name, options) =
            if user { (self.user_name()?, self.user_options()?) } else { (self.role_name()?, self.role_options()?) };
        Ok(Statement::Access(Box::new(Access::AlterRole { name, if_exists, options })))
    }

    pub(super) fn drop_role(&mut self) -> Parsed<Statement> {
        let access = if self.keyword("identity") {
            let if_exists = self.if_exists()?;
            Access::DropIdentity { identity: self.text_constant()?, if_exists }
        } else if self.keyword("user") {
            let if_exists = self.if_exists()?;
            Access::DropRole { name: self.user_name()?, if_exists }
        } else {
            self.advance();
            let if_exists = self.if_exists()?;
            Access::DropRole { name: self.role_name()?, if_exists }
        };
        Ok(Statement::Access(Box::new(access)))
    }

    fn user_options(&mut self) -> Parsed<RoleOptions> {
        let mut options = RoleOptions::default();
        if self.keyword("with") {
            let hashed = self.keyword("hashed");
            if self.keyword("generated") {
                self.expect_keyword("password")?;
                options.generated_password = true;
            } else {
                self.expect_keyword("password")?;
                let password = Some(self.text_constant()?);
                *(if hashed { &mut options.hashed_password } else { &mut options.password }) = password;
            }
        }
        if self.keyword("superuser") {
            options.superuser = Some(true);
        } else if self.keyword("nosuperuser") {
            options.superuser = Some(false);
        }
        Ok(options)
    }

    fn role_options(&mut self) -> Parsed<RoleOptions> {
        let mut options = RoleOptions::default();
        if !self.keyword("with") {
            return Ok(options);
        }
        loop {
            self.role_option(&mut options)?;
            if !self.keyword("and") {
                break;
            }
        }
        if options.password.is_some() && options.hashed_password.is_some() {
            return Err(self.refuse("Options 'password' and 'hashed password' are mutually exclusive"));
        }
        Ok(options)
    }

    fn role_option(&mut self, options: &mut RoleOptions) -> Parsed<()> {
        if self.keyword("password") {
            self.expect_symbol("=")?;
            options.password = Some(self.text_constant()?);
        } else if self.keyword("hashed") {
            self.expect_keyword("password")?;
            self.expect_symbol("=")?;
            options.hashed_password = Some(self.text_constant()?);
        } else if self.keyword("generated") {
            self.expect_keyword("password")?;
            options.generated_password = true;
        } else if self.keyword("options") {
            self.expect_symbol("=")?;
            options.options = Some(self.property_map()?);
        } else if self.keyword("superuser") {
            options.superuser = Some(self.boolean()?);
        } else if self.keyword("login") {
            options.login = Some(self.boolean()?);
        } else if self.keyword("access") {
            let datacenters = self.keyword("to");
            if !datacenters {
                self.expect_keyword("from")?;
            }
            let kind = if datacenters { "datacenters" } else { "cidrs" };
            let list = self.access_list(kind)?;
            *(if datacenters { &mut options.datacenters } else { &mut options.cidr_groups }) = Some(list);
        } else {
            return Err(self.unexpected());
        }
        Ok(())
    }

    fn access_list(&mut self, kind: &str) -> Parsed<Vec<String>> {
        if self.keyword("all") {
            self.expect_keyword(kind)?;
            return Ok(Vec::new());
        }
        self.expect_keyword(kind)?;
        self.expect_symbol("{")?;
        let names = self.comma_separated(Self::text_constant)?;
        self.expect_symbol("}")?;
        Ok(names)
    }

    fn boolean(&mut self) -> Parsed<bool> {
        self.expect_symbol("=")?;
        if self.keyword("true") {
            return Ok(true);
        }
        if self.keyword("false") { Ok(false) } else { Err(self.mismatch("BOOLEAN")) }
    }
}
