//! The few pages that the server itself shows. They load nothing and run nothing.

use std::sync::LazyLock;

use axum::response::{Html, IntoResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{StatusCode, header};
use sha2::{Digest, Sha256};
use talker_proto::users::{Confirm, ConfirmCode, Confirmed, PasswordSet, SetCode};

/// A page without scripts and without anything from elsewhere, in nobody's frame, telling nobody where it was.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
});

const STYLE: &str = include_str!("pages.css");

/// The web page's own, in the page itself.
const MARK: &str = include_str!("../../../talker-web/public/icon.svg");

/// What an ordinary visit to `/` shows where the web page is missing.
pub(super) fn no_web_page() -> impl IntoResponse {
    page(
        "Talker is running",
        "<p>This is a chat server. Clients connect here by Socket.IO at <code>/socket.io/</code>, by plain WebSocket \
         at <code>/</code>, and by REST.</p>\
         <p>It was built without the web page to talk on, which takes Node.js 20.19 or newer with npm. Install them and \
         build the server again; if the page is still not here, the build says why.</p>",
    )
}

/// The button that confirms.
pub(super) fn confirm_button(link: &Confirm) -> impl IntoResponse {
    let body = format!(
        "<p>One step is left: confirm that this is your address.</p>\
         <form method=\"post\" action=\"confirm\"><input type=\"hidden\" name=\"id\" value=\"{}\">\
         <input type=\"hidden\" name=\"uuid\" value=\"{}\"><button>Confirm my account</button></form>",
        link.id,
        escaped(&link.uuid.0)
    );
    page("Welcome to Talker", &body)
}

/// What became of it.
pub(super) fn confirmed(confirmed: &Confirmed) -> impl IntoResponse {
    let title = match confirmed.code {
        ConfirmCode::Confirmed => "You are in",
        ConfirmCode::InvalidLink => "This link does not work",
    };
    page(title, &format!("<p>{}</p><p><a href=\"../\">Open Talker</a></p>", escaped(&confirmed.res)))
}

/// The form that sets a password.
pub(super) fn password_form(link: &Confirm) -> impl IntoResponse {
    let body = format!(
        "<p>Choose the password that you log in with from now on. You are logged out everywhere by that.</p>\
         <form method=\"post\" action=\"confirm\"><input type=\"hidden\" name=\"id\" value=\"{}\">\
         <input type=\"hidden\" name=\"uuid\" value=\"{}\">\
         <label for=\"hash\">New password, at least 8 characters</label>\
         <input id=\"hash\" type=\"password\" name=\"hash\" required minlength=\"8\" maxlength=\"255\" autocomplete=\"new-password\" autofocus>\
         <button>Set my password</button></form>",
        link.id,
        escaped(&link.uuid.0)
    );
    page("A new password", &body)
}

/// What became of it.
pub(super) fn password_set(set: &PasswordSet) -> impl IntoResponse {
    let title = match set.code {
        SetCode::Changed => "Your password is changed",
        SetCode::InvalidLink => "This link does not work",
    };
    page(title, &format!("<p>{}</p><p><a href=\"../../\">Open Talker</a></p>", escaped(&set.res)))
}

/// Why nothing can become of a link, with the status that a program would get.
pub(super) fn not_done(status: StatusCode) -> impl IntoResponse {
    let (title, body) = match status {
        StatusCode::BAD_REQUEST => (
            "This link is not complete",
            "<p>A part of it was lost on the way. Open it from the mail once more, or copy all of it into the \
             address bar: it may go on in the next line.</p>",
        ),
        _ => ("Not just now", "<p>The server cannot do this at the moment. Try again a little later.</p>"),
    };
    (status, page(title, body))
}

fn page(title: &str, body: &str) -> impl IntoResponse + use<> {
    let headers =
        [(header::CONTENT_SECURITY_POLICY, POLICY.as_str()), (header::REFERRER_POLICY, "no-referrer")];
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><main>{MARK}<h1>{title}</h1>{body}</main></body></html>"
    );
    (headers, Html(html))
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_outside_is_inert() {
        assert_eq!(escaped("\"><script>'&"), "&quot;&gt;&lt;script&gt;&#39;&amp;");
    }
}
