//! `write_all`: many writes, repeatable ones only.

use quorate_session::{Bound, Class, Error, Session};

use super::back_ends::on_each;

#[tokio::test]
async fn ten_thousand_rows_arrive_and_a_repetition_changes_nothing() {
    on_each("bulk", async |f| {
        f.schema("CREATE TABLE KS.t (p int, c int, v text, PRIMARY KEY (p, c))").await;
        let insert = f.prepare("INSERT INTO KS.t (p, c, v) VALUES (?, ?, ?) USING TIMESTAMP ?", Class::Write).await;
        let writes = |text: &str, at: i64| -> Vec<Bound> {
            (0..10_000).map(|i| insert.bind((i % 100, i, text, at)).unwrap()).collect()
        };
        f.session.write_all(writes("second", 2)).await.unwrap();
        f.session.write_all(writes("second", 2)).await.unwrap();
        f.session.write_all(writes("first", 1)).await.unwrap();
        for p in 0..100 {
            let rows = f.read("SELECT c, v FROM KS.t WHERE p = ?", (p,)).await;
            let rows: Vec<(i32, String)> = rows.typed().unwrap().collect::<Result<_, _>>().unwrap();
            let expected: Vec<(i32, String)> = (0..100).map(|n| (n * 100 + p, "second".to_owned())).collect();
            assert_eq!(rows, expected, "partition {p}");
        }
    })
    .await;
}

/// Deletes at one instant and inserts at the next, over several tables: what a projection does.
#[tokio::test]
async fn writes_of_several_kinds_and_tables_go_together() {
    on_each("kinds", async |f| {
        f.schema("CREATE TABLE KS.a (p int, c int, v int, PRIMARY KEY (p, c))").await;
        f.schema("CREATE TABLE KS.b (p int PRIMARY KEY, s set<int>)").await;
        f.write("INSERT INTO KS.a (p, c, v) VALUES (1, 1, 1) USING TIMESTAMP 5", ()).await;
        let delete = f.prepare("DELETE FROM KS.a USING TIMESTAMP ? WHERE p = ? AND c = ?", Class::Write).await;
        let insert = f.prepare("INSERT INTO KS.a (p, c, v) VALUES (?, ?, ?) USING TIMESTAMP ?", Class::Write).await;
        let add = f.prepare("UPDATE KS.b USING TIMESTAMP ? SET s = s + ? WHERE p = ?", Class::Write).await;
        let writes = vec![
            insert.bind((1, 2, 2, 11_i64)).unwrap(),
            delete.bind((10_i64, 1, 1)).unwrap(),
            add.bind((10_i64, vec![7, 8], 1)).unwrap(),
        ];
        f.session.write_all(writes.clone()).await.unwrap();
        f.session.write_all(writes).await.unwrap();
        let rows = f.read("SELECT c, v FROM KS.a WHERE p = 1", ()).await;
        assert_eq!(rows.typed::<(i32, i32)>().unwrap().map(Result::unwrap).collect::<Vec<_>>(), [(2, 2)]);
        let rows = f.read("SELECT s FROM KS.b WHERE p = 1", ()).await;
        assert_eq!(rows.first::<(Vec<i32>,)>().unwrap(), Some((vec![7, 8],)));
    })
    .await;
}

#[tokio::test]
async fn what_may_not_be_repeated_is_refused() {
    on_each("unrepeatable", async |f| {
        f.schema("CREATE TABLE KS.t (id int PRIMARY KEY, l list<int>)").await;
        let append = f.prepare("UPDATE KS.t SET l = l + ? WHERE id = ?", Class::Write).await;
        assert!(!append.is_repeatable());
        let bound = append.bind((vec![1], 1)).unwrap();
        let error = f.session.write_all(vec![bound]).await.unwrap_err();
        assert!(matches!(error, Error::Invalid { .. }), "{error:?}");
        assert!(f.read("SELECT id FROM KS.t", ()).await.is_empty());
    })
    .await;
}

/// Services spawn these futures on other threads.
#[test]
fn futures_are_send() {
    fn send<T: Send>(_: &T) {}
    #[expect(dead_code, reason = "compiling it is the test")]
    fn check(session: &Session, bound: &Bound, statement: &quorate_session::Statement) {
        send(&session.execute(statement, (1, "a")));
        send(&session.conditional(statement, (1, "a")));
        send(&session.conditional_batch(std::slice::from_ref(bound)));
        send(&session.write_all(vec![bound.clone()]));
        send(&session.schema(""));
        send(&session.clone().close());
    }
}
