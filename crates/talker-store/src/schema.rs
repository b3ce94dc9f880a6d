//! The tables, as both backends have them. What the columns mean stands in the migrations.

diesel::table! {
    users (id) {
        id -> BigInt,
        username -> Text,
        username_folded -> Text,
        email -> Text,
        email_folded -> Text,
        password -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    name_parts (part, user_id) {
        part -> Text,
        user_id -> BigInt,
    }
}

diesel::table! {
    registrations (id) {
        id -> BigInt,
        username -> Text,
        username_folded -> Text,
        email -> Text,
        email_folded -> Text,
        password -> Text,
        token_digest -> Binary,
        expires_at -> BigInt,
    }
}

diesel::table! {
    resets (id) {
        id -> BigInt,
        user_id -> BigInt,
        token_digest -> Binary,
        expires_at -> BigInt,
    }
}

diesel::table! {
    mails (id) {
        id -> BigInt,
        registration_id -> Nullable<BigInt>,
        reset_id -> Nullable<BigInt>,
        recipient -> Text,
        username -> Text,
        token -> Text,
        attempts -> BigInt,
        next_attempt_at -> BigInt,
    }
}

diesel::table! {
    sessions (key_digest) {
        key_digest -> Binary,
        id -> BigInt,
        user_id -> BigInt,
        node -> SmallInt,
        began_at -> BigInt,
        ends_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    blocks (by_user, blocked_user) {
        by_user -> BigInt,
        blocked_user -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    blobs (digest) {
        digest -> Binary,
        bytes -> Binary,
    }
}

diesel::table! {
    messages (id) {
        id -> BigInt,
        lower_user -> BigInt,
        higher_user -> BigInt,
        from_user -> BigInt,
        to_user -> BigInt,
        hidden_from -> BigInt,
        kind -> SmallInt,
        content -> Text,
        content_folded -> Nullable<Text>,
        blob_digest -> Nullable<Binary>,
        sent_at -> BigInt,
        read_at -> Nullable<BigInt>,
        receipt_hidden -> Bool,
        notified -> Bool,
        waiting_for -> Nullable<BigInt>,
    }
}

diesel::table! {
    contacts (owner, peer) {
        owner -> BigInt,
        peer -> BigInt,
        last_message_id -> BigInt,
        unread -> BigInt,
        unanswered -> BigInt,
        read_up_to -> BigInt,
    }
}

diesel::table! {
    nonces (from_user, nonce) {
        from_user -> BigInt,
        nonce -> Binary,
        message_id -> BigInt,
    }
}

diesel::table! {
    logs (user_id) {
        user_id -> BigInt,
        head -> Integer,
        pruned -> Integer,
    }
}

diesel::table! {
    log_runs (user_id, seq) {
        user_id -> BigInt,
        seq -> Integer,
        logged_at -> Integer,
        entries -> Binary,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    users, name_parts, blocks, messages, contacts, sessions, resets
);
