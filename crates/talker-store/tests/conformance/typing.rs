//! Who may see that somebody types.

use talker_domain::typing::{self, Ask, Decision, UnknownUser};
use talker_domain::{Failure, UserId};
use talker_store::StoreError;

use crate::chat::{Chat, refusal};

cases![
    typing_is_shown,
    a_block_hides_typing_both_ways,
    a_block_between_others_hides_nothing,
    nobody_types_to_nobody,
];

async fn decide(
    chat: &Chat,
    typer: UserId,
    to: UserId,
) -> Result<Decision, Failure<UnknownUser, StoreError>> {
    chat.store.read(move |tx| typing::run(tx, Ask { typer, to })).await
}

async fn typing_is_shown(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    for (typer, to) in [(anna, bert), (bert, anna), (anna, anna)] {
        assert_eq!(decide(&chat, typer, to).await.expect("a user"), Decision::Shown);
    }
}

async fn a_block_hides_typing_both_ways(chat: Chat) {
    let [anna, bert] = chat.users(["anna", "bert"]).await;
    chat.block(anna, bert).await;
    for (typer, to) in [(anna, bert), (bert, anna)] {
        assert_eq!(decide(&chat, typer, to).await.expect("a user"), Decision::Hidden);
    }
    chat.unblock(anna, bert).await;
    for (typer, to) in [(anna, bert), (bert, anna)] {
        assert_eq!(decide(&chat, typer, to).await.expect("a user"), Decision::Shown);
    }
}

async fn a_block_between_others_hides_nothing(chat: Chat) {
    let [anna, bert, carl] = chat.users(["anna", "bert", "carl"]).await;
    chat.block(anna, bert).await;
    for (typer, to) in [(anna, carl), (carl, anna), (bert, carl), (carl, bert)] {
        assert_eq!(decide(&chat, typer, to).await.expect("a user"), Decision::Shown);
    }
}

async fn nobody_types_to_nobody(chat: Chat) {
    let anna = chat.user("anna").await;
    let nobody = UserId::new(1).expect("an id");
    assert_eq!(refusal(decide(&chat, anna, nobody).await), UnknownUser);
}
