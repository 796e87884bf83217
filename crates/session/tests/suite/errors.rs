//! Mistakes, with Cassandra's own words where it is Cassandra that refuses.

use quorate_session::{Class, CodecError, Error};

use super::back_ends::{Fixture, on_each};

async fn refusal(f: &Fixture, cql: &str, class: Class) -> String {
    match f.session.prepare(&f.text(cql), class).await {
        Err(Error::Invalid { message }) => message,
        other => panic!("{cql}: {other:?}"),
    }
}

#[tokio::test]
async fn refused_statements_carry_cassandras_text() {
    on_each("refused", async |f| {
        f.schema("CREATE TABLE KS.t (id int PRIMARY KEY, a int)").await;
        let missing = refusal(&f, "SELECT a FROM KS.nothing WHERE id = 1", Class::Read).await;
        assert_eq!(missing, "table nothing does not exist");
        let column = refusal(&f, "SELECT b FROM KS.t WHERE id = 1", Class::Read).await;
        assert_eq!(column, "Undefined column name b in table session_refused.t");
        let filtering = refusal(&f, "SELECT a FROM KS.t WHERE a = 1", Class::Read).await;
        assert!(filtering.contains("use ALLOW FILTERING"), "{filtering}");
        let syntax = refusal(&f, "SELECT a FROM KS.t WHERE id == 1", Class::Read).await;
        let expected = "line 1:42 no viable alternative at input '='";
        assert!(syntax.starts_with(expected), "{syntax}");
    })
    .await;
}

#[tokio::test]
async fn a_schema_that_exists_is_refused_again() {
    on_each("exists", async |f| {
        f.schema("CREATE TABLE KS.t (id int PRIMARY KEY)").await;
        let error = f.session.schema(&f.text("CREATE TABLE KS.t (id int PRIMARY KEY)")).await.unwrap_err();
        assert!(
            matches!(&error, Error::Invalid { message } if message == "Cannot add already existing table \"t\" to keyspace \"session_exists\""),
            "{error:?}"
        );
        f.schema("CREATE TABLE IF NOT EXISTS KS.t (id int PRIMARY KEY)").await;
        let error = f.session.schema("USE system").await.unwrap_err();
        assert!(matches!(error, Error::Invalid { .. }), "{error:?}");
    })
    .await;
}

#[tokio::test]
async fn values_and_rows_of_another_type_are_refused() {
    on_each("mismatch", async |f| {
        f.schema("CREATE TABLE KS.t (id int PRIMARY KEY, a text)").await;
        let insert = f.prepare("INSERT INTO KS.t (id, a) VALUES (?, ?)", Class::Write).await;
        let wrong_type = f.session.write(&insert, (1_i64, "a")).await.unwrap_err();
        assert!(matches!(wrong_type, Error::Type(CodecError::Bind(_))), "{wrong_type:?}");
        let too_few = insert.bind((1,)).unwrap_err();
        assert!(matches!(too_few, Error::Type(CodecError::Bind(_))), "{too_few:?}");
        f.write("INSERT INTO KS.t (id, a) VALUES (1, 'a')", ()).await;
        let rows = f.read("SELECT id, a FROM KS.t", ()).await;
        let error = rows.first::<(i64, &str)>().unwrap_err();
        assert!(matches!(error, Error::Type(CodecError::Columns(_))), "{error:?}");
    })
    .await;
}

#[tokio::test]
async fn a_null_partition_key_is_refused() {
    on_each("null_key", async |f| {
        f.schema("CREATE TABLE KS.t (id int PRIMARY KEY)").await;
        let insert = f.prepare("INSERT INTO KS.t (id) VALUES (?)", Class::Write).await;
        let error = f.session.write(&insert, (None::<i32>,)).await.unwrap_err();
        assert!(
            matches!(&error, Error::Invalid { message } if message == "Invalid null value in condition for column id"),
            "{error:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_statement_is_executed_only_as_its_class() {
    on_each("classes", async |f| {
        f.schema("CREATE TABLE KS.t (id int PRIMARY KEY, a int)").await;
        let insert = f.prepare("INSERT INTO KS.t (id, a) VALUES (?, ?)", Class::Write).await;
        assert!(matches!(f.session.execute(&insert, (1, 1)).await, Err(Error::Invalid { .. })));
        assert!(matches!(f.session.conditional(&insert, (1, 1)).await, Err(Error::Invalid { .. })));
        assert!(matches!(f.session.count(&insert, (1, 1)).await, Err(Error::Invalid { .. })));
        assert!(f.read("SELECT id FROM KS.t", ()).await.is_empty());
    })
    .await;
}
