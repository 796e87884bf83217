//! Statements with conditions, alone and as a batch of one partition.

use quorate_session::{Bound, Class, Error};

use super::back_ends::{Fixture, on_each};

#[tokio::test]
async fn insert_if_not_exists_answers_the_row_that_is_there() {
    on_each("not_exists", async |f| {
        f.schema("CREATE TABLE KS.t (id int PRIMARY KEY, v text)").await;
        let insert = f.prepare("INSERT INTO KS.t (id, v) VALUES (?, ?) IF NOT EXISTS", Class::Conditional).await;
        assert!(f.session.conditional(&insert, (1, "a")).await.unwrap().applied);
        let refused = f.session.conditional(&insert, (1, "b")).await.unwrap();
        assert!(!refused.applied);
        assert_eq!(refused.rows.first::<(bool, i32, &str)>().unwrap(), Some((false, 1, "a")));
    })
    .await;
}

#[tokio::test]
async fn update_with_a_condition_answers_the_value_it_found() {
    on_each("version", async |f| {
        f.schema("CREATE TABLE KS.t (id int PRIMARY KEY, version int)").await;
        f.write("INSERT INTO KS.t (id, version) VALUES (1, 1)", ()).await;
        let update = f.prepare("UPDATE KS.t SET version = ? WHERE id = ? IF version = ?", Class::Conditional).await;
        assert!(f.session.conditional(&update, (2, 1, 1)).await.unwrap().applied);
        let refused = f.session.conditional(&update, (3, 1, 1)).await.unwrap();
        assert_eq!(refused.rows.first::<(bool, Option<i32>)>().unwrap(), Some((false, Some(2))));
        let read = f.prepare("SELECT version FROM KS.t WHERE id = 1", Class::SerialRead).await;
        assert_eq!(f.session.execute(&read, ()).await.unwrap().first::<(i32,)>().unwrap(), Some((2,)));
    })
    .await;
}

/// How a log is appended: the head moves and the events appear together, or neither.
async fn append(f: &Fixture, expected: Option<i64>, events: &[(i64, &str)]) -> bool {
    let head = f.prepare("UPDATE KS.log SET head = ? WHERE stream = ? IF head = ?", Class::Conditional).await;
    let event = f.prepare("INSERT INTO KS.log (stream, seq, fact) VALUES (?, ?, ?)", Class::Write).await;
    let last = events.last().unwrap().0;
    let mut batch: Vec<Bound> = vec![head.bind((last, 1, expected)).unwrap()];
    batch.extend(events.iter().map(|(seq, fact)| event.bind((1, seq, fact)).unwrap()));
    f.session.conditional_batch(&batch).await.unwrap().applied
}

#[tokio::test]
async fn a_conditional_batch_is_all_or_nothing() {
    on_each("batch", async |f| {
        f.schema(
            "CREATE TABLE KS.log (stream int, seq bigint, head bigint static, fact text, PRIMARY KEY (stream, seq))",
        )
        .await;
        assert!(append(&f, None, &[(1, "a"), (2, "b")]).await);
        assert!(!append(&f, Some(1), &[(2, "lost"), (3, "lost")]).await);
        assert!(append(&f, Some(2), &[(3, "c")]).await);
        let rows = f.read("SELECT head, seq, fact FROM KS.log WHERE stream = 1", ()).await;
        let rows: Vec<(i64, i64, String)> = rows.typed().unwrap().collect::<Result<_, _>>().unwrap();
        assert_eq!(rows, [(3, 1, "a".to_owned()), (3, 2, "b".to_owned()), (3, 3, "c".to_owned())]);
    })
    .await;
}

#[tokio::test]
async fn a_batch_without_a_condition_is_refused() {
    on_each("no_condition", async |f| {
        f.schema("CREATE TABLE KS.t (id int PRIMARY KEY)").await;
        let insert = f.prepare("INSERT INTO KS.t (id) VALUES (?)", Class::Write).await;
        let error = f.session.conditional_batch(&[insert.bind((1,)).unwrap()]).await.unwrap_err();
        assert!(matches!(error, Error::Invalid { .. }), "{error:?}");
    })
    .await;
}
