//! Statements that change or show the schema, roles and permissions, as written.

use super::{QualifiedName, TypeName};

/// `name = value` of WITH.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// Its name, in lower case unless quoted.
    pub name: String,
    /// Its value.
    pub value: PropertyValue,
}

/// The value of a property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PropertyValue {
    /// A literal's raw text or a keyword.
    Simple(String),
    /// `{'k': 'v'}`, raw texts in the order written.
    Map(Vec<(String, String)>),
}

/// CREATE KEYSPACE.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateKeyspace {
    /// Its name.
    pub name: String,
    /// IF NOT EXISTS.
    pub if_not_exists: bool,
    /// WITH.
    pub properties: Vec<Property>,
}

/// ALTER KEYSPACE.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterKeyspace {
    /// Its name.
    pub name: String,
    /// IF EXISTS.
    pub if_exists: bool,
    /// WITH.
    pub properties: Vec<Property>,
}

/// DROP of something with a qualified name.
#[derive(Debug, Clone, PartialEq)]
pub struct Drop {
    /// Its name.
    pub name: QualifiedName,
    /// IF EXISTS.
    pub if_exists: bool,
}

/// A column of CREATE or ALTER TABLE.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnDefinition {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: TypeName,
    /// STATIC.
    pub is_static: bool,
    /// MASKED WITH.
    pub masked: bool,
}

/// CREATE TABLE.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateTable {
    /// Its name.
    pub name: QualifiedName,
    /// IF NOT EXISTS.
    pub if_not_exists: bool,
    /// Columns in order.
    pub columns: Vec<ColumnDefinition>,
    /// Every partition key that was declared: one is right.
    pub partition_keys: Vec<Vec<String>>,
    /// Clustering columns.
    pub clustering: Vec<String>,
    /// CLUSTERING ORDER BY: column and whether descending.
    pub clustering_order: Vec<(String, bool)>,
    /// COMPACT STORAGE.
    pub compact_storage: bool,
    /// WITH.
    pub properties: Vec<Property>,
}

/// ALTER TABLE.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterTable {
    /// Its name.
    pub name: QualifiedName,
    /// IF EXISTS.
    pub if_exists: bool,
    /// What changes.
    pub change: AlterTableChange,
}

/// What ALTER TABLE changes.
#[derive(Debug, Clone, PartialEq)]
pub enum AlterTableChange {
    /// ADD.
    Add {
        /// IF NOT EXISTS.
        if_not_exists: bool,
        /// Columns in order.
        columns: Vec<ColumnDefinition>,
    },
    /// DROP.
    Drop {
        /// IF EXISTS.
        if_exists: bool,
        /// Columns in order.
        columns: Vec<String>,
        /// USING TIMESTAMP, microseconds.
        timestamp: Option<i64>,
    },
    /// RENAME.
    Rename {
        /// IF EXISTS.
        if_exists: bool,
        /// Old and new names.
        names: Vec<(String, String)>,
    },
    /// ALTER c TYPE, which is always refused.
    AlterType {
        /// The column.
        column: String,
        /// The type.
        ty: TypeName,
    },
    /// ALTER c MASKED WITH, or DROP MASKED.
    Mask(String),
    /// DROP COMPACT STORAGE.
    DropCompactStorage,
    /// WITH.
    With(Vec<Property>),
}

/// CREATE TYPE.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateType {
    /// Its name.
    pub name: QualifiedName,
    /// IF NOT EXISTS.
    pub if_not_exists: bool,
    /// Fields in order.
    pub fields: Vec<(String, TypeName)>,
}

/// ALTER TYPE.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterType {
    /// Its name.
    pub name: QualifiedName,
    /// IF EXISTS.
    pub if_exists: bool,
    /// What changes.
    pub change: AlterTypeChange,
}

/// What ALTER TYPE changes.
#[derive(Debug, Clone, PartialEq)]
pub enum AlterTypeChange {
    /// ADD.
    Add {
        /// IF NOT EXISTS.
        if_not_exists: bool,
        /// The field.
        name: String,
        /// Its type.
        ty: TypeName,
    },
    /// RENAME.
    Rename {
        /// IF EXISTS.
        if_exists: bool,
        /// Old and new names.
        names: Vec<(String, String)>,
    },
    /// ALTER f TYPE, which is always refused.
    AlterField(String, TypeName),
}

/// CREATE INDEX.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateIndex {
    /// Its name, where given.
    pub name: Option<String>,
    /// The keyspace written before its name.
    pub keyspace: Option<String>,
    /// The table.
    pub table: QualifiedName,
    /// IF NOT EXISTS.
    pub if_not_exists: bool,
    /// CUSTOM.
    pub custom: bool,
    /// USING.
    pub class: Option<String>,
    /// What it covers.
    pub targets: Vec<IndexedColumn>,
    /// WITH.
    pub properties: Vec<Property>,
}

/// A target of CREATE INDEX.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexedColumn {
    /// The column.
    pub column: String,
    /// `values(c)` and its like; `None` for a bare column.
    pub part: Option<crate::schema::IndexTarget>,
}

/// Roles, users and permissions.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Access {
    /// CREATE ROLE or USER.
    CreateRole {
        /// Its name.
        name: String,
        /// IF NOT EXISTS.
        if_not_exists: bool,
        /// WITH; a user may log in without saying so.
        options: RoleOptions,
    },
    /// ALTER ROLE or USER.
    AlterRole {
        /// Its name.
        name: String,
        /// IF EXISTS.
        if_exists: bool,
        /// WITH.
        options: RoleOptions,
    },
    /// DROP ROLE or USER.
    DropRole {
        /// Its name.
        name: String,
        /// IF EXISTS.
        if_exists: bool,
    },
    /// LIST ROLES.
    ListRoles {
        /// OF.
        of: Option<String>,
        /// Without NORECURSIVE.
        recursive: bool,
    },
    /// LIST USERS.
    ListUsers,
    /// LIST SUPERUSERS.
    ListSuperusers,
    /// GRANT role TO role.
    GrantRole {
        /// What is given.
        role: String,
        /// To whom.
        to: String,
    },
    /// REVOKE role FROM role.
    RevokeRole {
        /// What is taken.
        role: String,
        /// From whom.
        from: String,
    },
    /// GRANT permissions.
    Grant {
        /// Which, upper case; empty for ALL.
        permissions: Vec<String>,
        /// On what.
        resource: Resource,
        /// To whom.
        to: String,
    },
    /// REVOKE permissions.
    Revoke {
        /// Which, upper case; empty for ALL.
        permissions: Vec<String>,
        /// On what.
        resource: Resource,
        /// From whom.
        from: String,
    },
    /// LIST permissions.
    ListPermissions {
        /// Which, upper case; empty for ALL.
        permissions: Vec<String>,
        /// ON.
        resource: Option<Resource>,
        /// OF.
        of: Option<String>,
        /// Without NORECURSIVE.
        recursive: bool,
    },
    /// ADD IDENTITY.
    AddIdentity {
        /// The identity.
        identity: String,
        /// Its role.
        role: String,
        /// IF NOT EXISTS.
        if_not_exists: bool,
    },
    /// DROP IDENTITY.
    DropIdentity {
        /// The identity.
        identity: String,
        /// IF EXISTS.
        if_exists: bool,
    },
}

/// Options of a role; `None` where not written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleOptions {
    /// PASSWORD, in clear: never print it.
    pub password: Option<String>,
    /// HASHED PASSWORD.
    pub hashed_password: Option<String>,
    /// GENERATED PASSWORD.
    pub generated_password: bool,
    /// SUPERUSER.
    pub superuser: Option<bool>,
    /// LOGIN.
    pub login: Option<bool>,
    /// OPTIONS.
    pub options: Option<Vec<(String, String)>>,
    /// ACCESS TO DATACENTERS; empty for ALL.
    pub datacenters: Option<Vec<String>>,
    /// ACCESS FROM CIDRS; empty for ALL.
    pub cidr_groups: Option<Vec<String>>,
}

/// What a permission is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource {
    /// ALL KEYSPACES.
    AllKeyspaces,
    /// KEYSPACE.
    Keyspace(String),
    /// ALL TABLES IN KEYSPACE.
    AllTables(String),
    /// TABLE.
    Table(QualifiedName),
    /// ALL ROLES.
    AllRoles,
    /// ROLE.
    Role(String),
    /// ALL FUNCTIONS, in a keyspace where one is named.
    AllFunctions(Option<String>),
    /// FUNCTION.
    Function(QualifiedName, Vec<TypeName>),
    /// ALL MBEANS.
    AllMbeans,
    /// MBEAN or MBEANS.
    Mbean(String),
}

/// DESCRIBE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Describe {
    /// What to show.
    pub what: Described,
    /// WITH INTERNALS.
    pub internals: bool,
}

/// What DESCRIBE shows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Described {
    /// CLUSTER.
    Cluster,
    /// SCHEMA, with FULL also system keyspaces.
    Schema {
        /// FULL.
        full: bool,
    },
    /// KEYSPACES.
    Keyspaces,
    /// KEYSPACE, the current one unless named.
    Keyspace {
        /// Which.
        name: Option<String>,
        /// ONLY.
        only: bool,
    },
    /// TABLES.
    Tables,
    /// TABLE.
    Table(QualifiedName),
    /// INDEX.
    Index(QualifiedName),
    /// MATERIALIZED VIEW.
    View(QualifiedName),
    /// TYPES.
    Types,
    /// TYPE.
    Type(QualifiedName),
    /// FUNCTIONS.
    Functions,
    /// FUNCTION.
    Function(QualifiedName),
    /// AGGREGATES.
    Aggregates,
    /// AGGREGATE.
    Aggregate(QualifiedName),
    /// A name of whatever.
    Anything(QualifiedName),
}

/// Statements of Cassandra that this crate knows by name only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OutOfScope {
    /// CREATE or DROP FUNCTION.
    Functions,
    /// CREATE or DROP AGGREGATE.
    Aggregates,
    /// CREATE or DROP TRIGGER.
    Triggers,
    /// CREATE, ALTER or DROP MATERIALIZED VIEW.
    MaterializedViews,
}

impl OutOfScope {
    /// What an error calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Functions => "User-defined functions",
            Self::Aggregates => "User-defined aggregates",
            Self::Triggers => "Triggers",
            Self::MaterializedViews => "Materialized views",
        }
    }
}
