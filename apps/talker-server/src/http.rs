//! The REST door: routes, what surrounds them, and the plain WebSocket's upgrade at `/`.

mod blocks;
mod contacts;
mod errors;
mod lasting;
mod links;
mod messages;
mod methods;
mod origins;
mod pages;
mod parameters;
mod passwords;
mod sessions;
mod strict;
mod sync;
mod upgrades;
mod users;
mod visitors;
mod web;

use std::sync::Arc;
use std::time::Duration;

use axum::body::HttpBody as _;
use axum::extract::{Request as HttpRequest, State};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json, Router, middleware};
use http::{HeaderValue, header};
use talker_proto::contacts::ListContacts;
use talker_proto::errors::Code;
use talker_proto::messages::ListMessages;
use talker_proto::sync::ListEvents;
use talker_proto::{Request, Secret};
use tokio::time::timeout;
use tower::util::option_layer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

use crate::app::App;
use crate::pages::Asker;
use crate::{keys, ws};
pub(crate) use errors::HttpError;
pub(crate) use visitors::Visitor;

/// How long a body may stop arriving. Polling waits for its end without a limit of its own.
const STALLED: Duration = Duration::from_secs(15);

/// How long an answer may take: a database that stalls keeps nobody waiting for longer.
const ANSWER: Duration = Duration::from_secs(5);

/// For how long browsers come by TLS alone, once people reach this server by it.
const ONE_YEAR: &str = "max-age=31536000";

/// Every route of the public port but Socket.IO's.
pub(crate) fn router(app: &Arc<App>) -> Router {
    let router =
        Router::new().route("/", methods::get_only(root)).merge(links::routes()).merge(web::routes());
    let router = route(router, Answers::Small, users::is_email_used);
    let router = route(router, Answers::Small, users::is_username_used);
    let router = route(router, Answers::Small, users::register);
    let router = route(router, Answers::Small, users::search);
    let router = route(router, Answers::Small, passwords::change);
    let router = route(router, Answers::Small, passwords::reset);
    let router = route(router, Answers::Small, sessions::list);
    let router = route(router, Answers::Small, sessions::revoke);
    let router =
        route(router, Answers::Pages(|request: &ListContacts| &request.client_address), contacts::list);
    let router = route(router, Answers::Small, blocks::list);
    let router =
        route(router, Answers::Pages(|request: &ListMessages| &request.client_address), messages::list);
    let router = route(router, Answers::Small, messages::search);
    let router = route(router, Answers::Pages(|request: &ListEvents| &request.client_address), sync::list);
    router
        .fallback(async || HttpError::from(Code::NotFound))
        .method_not_allowed_fallback(async || HttpError::from(Code::MethodNotAllowed))
        .with_state(app.clone())
        .layer(CatchPanicLayer::custom(|_| HttpError::from(Code::Internal).into_response()))
}

/// What surrounds every door: who may come in from where, and what every answer says of itself.
pub(crate) fn surrounded(router: Router, app: &Arc<App>) -> Router {
    router
        .layer(middleware::map_request(lasting::copied))
        .layer(middleware::from_fn(upgrades::guard))
        .layer(middleware::from_fn(strict::guard))
        .layer(RequestBodyTimeoutLayer::new(STALLED))
        .layer(origins::cors(&app.allowed_origins))
        .layer(middleware::from_fn_with_state(app.clone(), origins::guard))
        .layer(middleware::from_fn_with_state(app.clone(), visitors::limited))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
        .layer(SetResponseHeaderLayer::overriding(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(option_layer(app.is_secure.then(|| {
            SetResponseHeaderLayer::overriding(
                header::STRICT_TRANSPORT_SECURITY,
                HeaderValue::from_static(ONE_YEAR),
            )
        })))
}

/// What a route's answers may take while they are made.
enum Answers<R> {
    Small,
    /// Many messages, or large ones. Few are made at once, and one for whoever shows this key.
    Pages(fn(&R) -> &Secret),
}

impl<R> Clone for Answers<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Answers<R> {}

/// A route: GET with a query, POST with a form or JSON, both with the same parameters.
fn route<R, F, H>(router: Router<Arc<App>>, answers: Answers<R>, handler: H) -> Router<Arc<App>>
where
    R: Request + Send + 'static,
    R::Answer: Send,
    F: Future<Output = Result<R::Answer, HttpError>> + Send,
    H: Fn(Arc<App>, R) -> F + Copy + Send + Sync + 'static,
{
    let answer =
        async move |State(app): State<Arc<App>>, request: HttpRequest| -> Result<Response, HttpError> {
            let parameters = parameters::read::<R>(request).await?;
            let answer = timeout(ANSWER, async {
                let _place = match answers {
                    Answers::Small => None,
                    Answers::Pages(key) => {
                        Some(app.pages.place(Asker::Key(keys::digest(key(&parameters)))).await)
                    }
                };
                Ok::<_, HttpError>(Json(handler(app.clone(), parameters).await?).into_response())
            });
            let answer = answer.await.map_err(|_| Code::Busy)??;
            let bytes = answer.body().size_hint().exact().and_then(|bytes| usize::try_from(bytes).ok());
            // What cannot go to this client while others have not taken theirs is made again when he asks again.
            app.unsent.has_room(bytes.unwrap_or_default()).map_err(|_| Code::Busy)?;
            Ok(answer)
        };
    router.route(R::PATH, methods::get_and_post(answer))
}

/// The page, or a plain WebSocket.
async fn root(
    State(app): State<Arc<App>>,
    Extension(visitor): Extension<Visitor>,
    request: HttpRequest,
) -> Response {
    ws::upgrade(&app, visitor, request).unwrap_or_else(|| web::index(&app))
}
