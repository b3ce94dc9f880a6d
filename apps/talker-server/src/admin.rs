//! The operator's port: whether the server is well.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::StatusCode;
use talker_store::Store;

/// How long the database may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// `/healthz` answers 200 while the database answers, and 503 otherwise.
pub(crate) fn router(store: Store) -> Router {
    Router::new().route("/healthz", get(health)).with_state(store)
}

async fn health(State(store): State<Store>) -> (StatusCode, &'static str) {
    match tokio::time::timeout(PATIENCE, store.ping()).await {
        Ok(Ok(())) => (StatusCode::OK, "ok\n"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}
