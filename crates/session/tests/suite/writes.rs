//! Statics, counters, deletions, and a schema that changes beneath a prepared statement.

use quorate_session::Class;
use quorate_session::codec::Counter;

use super::back_ends::on_each;

#[tokio::test]
async fn a_static_column_is_shared_by_the_partition() {
    on_each("statics", async |f| {
        f.schema("CREATE TABLE KS.t (p int, c int, s text static, v int, PRIMARY KEY (p, c))").await;
        f.write("INSERT INTO KS.t (p, s) VALUES (1, 'x')", ()).await;
        let only_static = f.read("SELECT p, c, s, v FROM KS.t WHERE p = 1", ()).await;
        let row = only_static.first::<(i32, Option<i32>, &str, Option<i32>)>().unwrap();
        assert_eq!(row, Some((1, None, "x", None)));
        f.write("INSERT INTO KS.t (p, c, v) VALUES (1, 1, 10)", ()).await;
        f.write("INSERT INTO KS.t (p, c, v) VALUES (1, 2, 20)", ()).await;
        f.write("UPDATE KS.t SET s = 'y' WHERE p = 1", ()).await;
        let rows = f.read("SELECT c, s, v FROM KS.t WHERE p = 1", ()).await;
        let rows: Vec<(i32, String, i32)> = rows.typed().unwrap().collect::<Result<_, _>>().unwrap();
        assert_eq!(rows, [(1, "y".to_owned(), 10), (2, "y".to_owned(), 20)]);
    })
    .await;
}

#[tokio::test]
async fn counters_count() {
    on_each("counters", async |f| {
        f.schema("CREATE TABLE KS.t (id int PRIMARY KEY, n counter)").await;
        let add = f.prepare("UPDATE KS.t SET n = n + ? WHERE id = ?", Class::Counter).await;
        for by in [5, 7, -2] {
            f.session.count(&add, (Counter(by), 1)).await.unwrap();
        }
        let rows = f.read("SELECT n FROM KS.t WHERE id = 1", ()).await;
        assert_eq!(rows.first::<(Counter,)>().unwrap(), Some((Counter(10),)));
    })
    .await;
}

#[tokio::test]
async fn a_range_of_rows_is_deleted() {
    on_each("ranges", async |f| {
        f.schema("CREATE TABLE KS.t (p int, c int, PRIMARY KEY (p, c)) WITH CLUSTERING ORDER BY (c DESC)").await;
        for c in 0..10 {
            f.write("INSERT INTO KS.t (p, c) VALUES (1, ?) USING TIMESTAMP 1", (c,)).await;
        }
        f.write("DELETE FROM KS.t USING TIMESTAMP 2 WHERE p = 1 AND c >= ? AND c < ?", (3, 8)).await;
        let rows = f.read("SELECT c FROM KS.t WHERE p = 1", ()).await;
        let rows: Vec<i32> = rows.typed::<(i32,)>().unwrap().map(|row| row.unwrap().0).collect();
        assert_eq!(rows, [9, 8, 2, 1, 0]);
    })
    .await;
}

#[tokio::test]
async fn a_prepared_statement_follows_the_schema() {
    on_each("altered", async |f| {
        f.schema("CREATE TABLE KS.t (id int PRIMARY KEY, a int)").await;
        f.write("INSERT INTO KS.t (id, a) VALUES (1, 2)", ()).await;
        let select = f.prepare("SELECT * FROM KS.t WHERE id = ?", Class::Read).await;
        let before = f.session.execute(&select, (1,)).await.unwrap();
        assert_eq!(before.first::<(i32, i32)>().unwrap(), Some((1, 2)));
        f.schema("ALTER TABLE KS.t ADD b text").await;
        f.write("UPDATE KS.t SET b = 'x' WHERE id = 1", ()).await;
        let after = f.session.execute(&select, (1,)).await.unwrap();
        assert_eq!(after.first::<(i32, i32, &str)>().unwrap(), Some((1, 2, "x")));
    })
    .await;
}
