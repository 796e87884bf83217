//! Pages, and the limit of unpaged reads.

use quorate_session::{Bound, Class, Error, PagingState, Statement};

use super::back_ends::{Fixture, on_each};

async fn filled(f: &Fixture, rows: i32) -> Statement {
    f.schema("CREATE TABLE KS.t (p int, c int, PRIMARY KEY (p, c))").await;
    let insert = f.prepare("INSERT INTO KS.t (p, c) VALUES (?, ?) USING TIMESTAMP 1", Class::Write).await;
    let writes: Vec<Bound> = (0..rows).map(|c| insert.bind((1, c)).unwrap()).collect();
    f.session.write_all(writes).await.unwrap();
    f.prepare("SELECT c FROM KS.t WHERE p = ?", Class::Read).await
}

#[tokio::test]
async fn pages_hold_all_rows_in_order_and_resume_from_bytes() {
    on_each("pages", async |f| {
        let select = filled(&f, 250).await;
        let mut seen = Vec::new();
        let mut sizes = Vec::new();
        let mut from: Option<PagingState> = None;
        loop {
            let (rows, next) = f.session.page(&select, (1,), 100, from.as_ref()).await.unwrap();
            sizes.push(rows.len());
            seen.extend(rows.typed::<(i32,)>().unwrap().map(|row| row.unwrap().0));
            match next {
                Some(next) => from = Some(PagingState::from_bytes(next.as_bytes())),
                None => break,
            }
        }
        assert_eq!(seen, (0..250).collect::<Vec<_>>());
        assert_eq!(sizes, [100, 100, 50]);
    })
    .await;
}

#[tokio::test]
async fn an_unpaged_read_returns_up_to_5000_rows_and_never_a_part() {
    on_each("unpaged", async |f| {
        let select = filled(&f, 5_000).await;
        assert_eq!(f.session.execute(&select, (1,)).await.unwrap().len(), 5_000);
        f.write("INSERT INTO KS.t (p, c) VALUES (1, 5000)", ()).await;
        let error = f.session.execute(&select, (1,)).await.unwrap_err();
        assert!(matches!(error, Error::MoreRows { limit: 5_000 }), "{error}");
    })
    .await;
}

#[tokio::test]
async fn a_forged_paging_state_is_refused() {
    on_each("forged", async |f| {
        let select = filled(&f, 3).await;
        let forged = PagingState::from_bytes(&b"not a paging state"[..]);
        let error = f.session.page(&select, (1,), 2, Some(&forged)).await.unwrap_err();
        assert!(
            matches!(&error, Error::Invalid { message } if message == "Invalid value for the paging state"),
            "{error:?}"
        );
        let error = f.session.page(&select, (1,), 0, None).await.unwrap_err();
        assert!(matches!(error, Error::Invalid { .. }), "{error:?}");
    })
    .await;
}
