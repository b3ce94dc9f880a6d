//! All or nothing, and what a store survives.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::result::Error as DieselError;
use diesel::sql_types::Text;
use talker_domain::IdMinter;
use talker_domain::blocks::block;
use talker_domain::messages::{mark_read, send};
use talker_domain::sessions::Session;
use talker_store::{Store, StoreError};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::chat::{Chat, NOW, SESSION, ask, digest};
use crate::databases::{Database, load};

cases![
    a_store_answers,
    a_failed_command_leaves_no_trace,
    a_collision_is_tried_again_without_a_trace_of_the_first,
    a_collision_is_not_tried_for_ever,
    any_other_failure_is_not_tried_again,
    a_panic_leaves_the_store_usable,
    a_command_runs_to_its_end_though_nobody_waits,
    opening_again_changes_nothing,
];

fn failure() -> StoreError {
    StoreError::Corrupt("mind")
}

fn collision() -> StoreError {
    StoreError::Collision(DieselError::RollbackTransaction)
}

async fn a_store_answers(chat: Chat) {
    chat.store.ping().await.expect("an answer");
}

async fn a_failed_command_leaves_no_trace(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let before = chat.say(anna, bert, "before").await;
    let failed = chat.write(move |tx, ids| {
        send::run(tx, &[ask(anna, bert, "never said")], NOW, ids)?;
        tx.begin_session(&Session { id: SESSION, key: digest(1), user: anna, node: 0, began_at: NOW })?;
        let facts = mark_read::Port::read_facts(tx, mark_read::Ask { reader: bert, message: before })?;
        let newest = facts.and_then(|facts| facts.newest_unread).expect("an unread message");
        mark_read::Port::mark_read(
            tx,
            &mark_read::Marking { reader: bert, peer: anna, up_to: newest, at: NOW, hidden: false },
        )?;
        tx.add_block(block::Block { by: bert, blocked: anna, now: NOW })?;
        assert_eq!(tx.blocked_users(bert)?.len(), 1, "it sees what it did itself");
        Err::<(), _>(failure())
    });
    assert!(matches!(failed.await, Err(StoreError::Corrupt("mind"))));
    assert_eq!(chat.seen(bert, anna).await, ["before"]);
    assert_eq!(chat.unread(bert, anna).await, 1);
    assert_eq!(chat.blocked_by(bert).await, [""; 0]);
    let user = chat.ask(|tx| tx.session_user(digest(1), NOW)).await;
    assert_eq!(user, None);
}

async fn a_collision_is_tried_again_without_a_trace_of_the_first(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let mut attempts = 0;
    let third = chat.write(move |tx, ids| {
        attempts += 1;
        send::run(tx, &[ask(anna, bert, &format!("attempt {attempts}"))], NOW, ids)?;
        if attempts < 3 { Err(collision()) } else { Ok(()) }
    });
    third.await.expect("a third attempt");
    assert_eq!(chat.seen(bert, anna).await, ["attempt 3"]);
    assert_eq!(chat.unread(bert, anna).await, 1);
}

async fn a_collision_is_not_tried_for_ever(chat: Chat) {
    assert_eq!(attempts(&chat, collision).await, 10);
}

async fn any_other_failure_is_not_tried_again(chat: Chat) {
    assert_eq!(attempts(&chat, failure).await, 1);
}

async fn attempts(chat: &Chat, fail: fn() -> StoreError) -> usize {
    let attempts = Arc::new(AtomicUsize::new(0));
    let count = attempts.clone();
    let failed = chat.write(move |_, _| {
        count.fetch_add(1, Ordering::Relaxed);
        Err::<(), _>(fail())
    });
    failed.await.expect_err("what the command says");
    attempts.load(Ordering::Relaxed)
}

/// As often as the store has connections, and again.
async fn a_panic_leaves_the_store_usable(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    for _ in 0..10 {
        let written = chat.store.write(move |tx| -> Result<(), StoreError> {
            send::run(tx, &[ask(anna, bert, "never said")], NOW, &mut IdMinter::new(1))?;
            panic!("this panic is part of a test")
        });
        assert!(matches!(written.await, Err(StoreError::Unavailable(_))));
        let read = chat.store.read(|tx| -> Result<(), StoreError> {
            tx.ping()?;
            panic!("this panic is part of a test")
        });
        assert!(matches!(read.await, Err(StoreError::Unavailable(_))));
    }
    assert_eq!(chat.seen(bert, anna).await, [""; 0]);
    for _ in 0..10 {
        chat.say(anna, bert, "said").await;
    }
    assert_eq!(chat.seen(bert, anna).await, ["said"; 10]);
}

async fn a_command_runs_to_its_end_though_nobody_waits(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    let (begun, mut has_begun) = mpsc::channel(1);
    let (go_on, wait) = std::sync::mpsc::channel::<()>();
    let asks = [ask(anna, bert, "said")];
    let (store, mut ids) = (chat.store.clone(), IdMinter::new(1));
    let (ended, mut has_ended) = mpsc::channel::<()>(1);
    let waiter = tokio::spawn(async move {
        let command = move |tx: &mut dyn talker_store::Transaction| {
            let _dropped_at_the_end = &ended;
            begun.blocking_send(()).expect("somebody who waits for the beginning");
            wait.recv().expect("leave to go on");
            send::run(tx, &asks, NOW, &mut ids)
        };
        store.write(command).await
    });
    has_begun.recv().await.expect("a beginning");
    waiter.abort();
    assert!(waiter.await.expect_err("nobody waits any more").is_cancelled());
    go_on.send(()).expect("a command that waits");
    assert_eq!(has_ended.recv().await, None);
    assert_eq!(chat.seen(bert, anna).await, ["said"]);
}

async fn opening_again_changes_nothing(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    chat.say(anna, bert, "hello").await;
    for _ in 0..2 {
        let again = Chat::open(&chat.location).await;
        assert_eq!(again.seen(bert, anna).await, ["hello"]);
        assert_eq!(again.unread(bert, anna).await, 1);
    }
}

#[derive(diesel::QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    collation: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_text_column_on_mariadb_is_compared_by_its_code_points() {
    let database = Database::mysql().await;
    Store::open(&database.location, 1).await.expect("a database that opens");
    let columns: Vec<Column> = load(
        &database.location,
        "SELECT concat(table_name, '.', column_name) AS name, collation_name AS collation \
         FROM information_schema.columns WHERE table_schema = database() AND collation_name IS NOT NULL \
         AND table_name <> '__diesel_schema_migrations'",
    )
    .await;
    assert!(columns.len() > 10, "the tables have text columns");
    for column in columns {
        assert_eq!(column.collation, "utf8mb4_bin", "{}", column.name);
    }
}

/// SQLite is one node's alone.
#[tokio::test(flavor = "multi_thread")]
async fn nodes_may_start_together_on_a_new_mariadb() {
    let database = Database::mysql().await;
    let mut nodes = JoinSet::new();
    for _ in 0..6 {
        let location = database.location.clone();
        nodes.spawn(async move { Chat::open(&location).await });
    }
    let nodes = nodes.join_all().await;
    let anna = nodes[0].user("anna").await;
    for node in nodes {
        node.say(anna, anna, "hello").await;
    }
}
