//! A server as its users reach it: REST questions, and accounts by way of the mails that it keeps.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::plain::Plain;

/// How long a test waits for what must come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// How long a connection is kept for the next question. The server hangs up after ten seconds, and a question that goes out just
/// then has no answer.
const IDLE: Duration = Duration::from_secs(5);

/// The id of nobody: the largest that the wire has.
pub(crate) const NOBODY: u64 = (1 << 53) - 1;

/// Where a running server is reached, and where it keeps its data.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    pub(crate) admin_address: SocketAddr,
    pub(crate) data_dir: PathBuf,
    pub(crate) http: reqwest::Client,
}

/// Somebody with a confirmed account.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: u64,
    pub(crate) username: String,
    pub(crate) hash: String,
}

impl Site {
    pub(crate) fn new(address: SocketAddr, admin_address: SocketAddr, data_dir: PathBuf) -> Self {
        let http = reqwest::Client::builder().no_proxy().pool_idle_timeout(IDLE).build();
        let http = http.expect("an HTTP client");
        Self { address, admin_address, data_dir, http }
    }

    /// `http://127.0.0.1:…`
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn admin_url(&self) -> String {
        format!("http://{}", self.admin_address)
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.data_dir.clone()
    }

    /// Posts JSON and takes JSON.
    pub(crate) async fn post(&self, path: &str, parameters: &Value) -> (u16, Value) {
        answer(self.http.post(self.url() + path).json(parameters)).await
    }

    /// Gets JSON, with a query that is already encoded.
    pub(crate) async fn get(&self, path_and_query: &str) -> (u16, Value) {
        answer(self.http.get(self.url() + path_and_query)).await
    }

    /// Asks a route that takes a session, as the user of this connection, and gets its answer.
    pub(crate) async fn ask(&self, plain: &Plain, path: &str, more: &Value) -> Value {
        let (status, answer) = self.post(path, &merged(&plain.session(), more)).await;
        assert_eq!(status, 200, "{path} {more}: {answer}");
        answer
    }

    /// The newest rows of a conversation, newest first.
    pub(crate) async fn history(&self, plain: &Plain, with: u64) -> Vec<Value> {
        let page = self.ask(plain, "/messeages", &json!({"with_id": with})).await;
        page["messeages"].as_array().expect("rows").clone()
    }

    pub(crate) async fn contacts(&self, plain: &Plain) -> Vec<Value> {
        self.ask(plain, "/contacts", &json!({})).await.as_array().expect("rows").clone()
    }

    /// How the routes that take a session answer to this user and key.
    pub(crate) async fn try_key(&self, user: u64, key: &str) -> Vec<(u16, Value)> {
        let mut answers = Vec::new();
        for (route, more) in session_routes() {
            let session = json!({"user_id": user, "clientAddress": key});
            answers.push(self.post(route, &merged(&session, &more)).await);
        }
        answers
    }

    /// Whether the key is a session of the user. All routes must agree.
    pub(crate) async fn opens(&self, user: u64, key: &str) -> bool {
        let statuses: Vec<_> = self.try_key(user, key).await.into_iter().map(|(status, _)| status).collect();
        let opens = statuses[0] == 200;
        assert_eq!(statuses, vec![if opens { 200 } else { 401 }; statuses.len()]);
        opens
    }

    /// Waits until the key opens nothing: nobody tells when the server has noticed that its connection is gone.
    pub(crate) async fn until_dead(&self, user: u64, key: &str) {
        let dead = timeout(PATIENCE, async {
            while self.try_key(user, key).await.iter().any(|(status, _)| *status == 200) {
                sleep(Duration::from_millis(10)).await;
            }
        });
        dead.await.expect("a key that dies with its connection");
        assert!(!self.opens(user, key).await);
    }

    /// Asks for an account, and returns its confirmation link's `id` and `uuid`, from the mail.
    pub(crate) async fn register(&self, username: &str) -> (String, String) {
        let registration = registration(username);
        let (status, answer) = self.post("/register", &registration).await;
        assert_eq!((status, &answer["code"]), (200, &json!("created")), "{answer}");
        self.confirmation(&email_of(username)).await
    }

    /// Waits for the mail to this address, which is kept in the data folder.
    pub(crate) async fn confirmation(&self, email: &str) -> (String, String) {
        let found = timeout(PATIENCE, async {
            loop {
                if let Some(link) = self.mailed_links(email).pop() {
                    return link;
                }
                // Nobody tells when a file is there.
                sleep(Duration::from_millis(10)).await;
            }
        });
        let link = found.await.expect("a mail");
        let (_, query) = link.split_once("?id=").expect("a link with an id");
        let (id, uuid) = query.split_once("&uuid=").expect("a link with a uuid");
        (id.to_owned(), uuid.to_owned())
    }

    /// The links that were mailed to this address.
    pub(crate) fn mailed_links(&self, email: &str) -> Vec<String> {
        let Ok(mails) = fs::read_dir(self.data_dir.join("mails")) else { return vec![] };
        let texts = mails.filter_map(|mail| fs::read_to_string(mail.ok()?.path()).ok());
        let to_him = texts.filter(|text| text.contains(&format!("<{email}>")));
        let links =
            to_him.filter_map(|mail| mail.lines().find(|line| line.starts_with("http")).map(str::to_owned));
        links.map(|link| link.trim().to_owned()).collect()
    }

    /// Opens an account.
    pub(crate) async fn person(&self, username: &str) -> Person {
        let (id, uuid) = self.register(username).await;
        let (_, answer) = self.post("/register/confirm", &json!({"id": id, "uuid": uuid})).await;
        assert_eq!(answer["code"], "confirmed", "{answer}");
        let (_, found) = self.post("/search/users", &json!({"user_name": username})).await;
        let id = found[0]["id"].as_u64().expect("an id");
        Person { id, username: username.to_owned(), hash: hash_of(username) }
    }

    /// Opens an account, and logs in.
    pub(crate) async fn newcomer(&self, username: &str) -> Plain {
        Plain::log_in(self, &self.person(username).await).await
    }
}

async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.expect("an answer");
    (response.status().as_u16(), response.json().await.expect("JSON"))
}

/// The routes that take a session, and what they need besides.
pub(crate) fn session_routes() -> [(&'static str, Value); 5] {
    [
        ("/blocked/users", json!({})),
        ("/contacts", json!({})),
        ("/sessions", json!({})),
        ("/messeages", json!({"with_id": 1})),
        ("/search/messeages", json!({"talker_id": 1, "messeage": "x"})),
    ]
}

/// Both objects in one.
pub(crate) fn merged(one: &Value, other: &Value) -> Value {
    let mut all = one.as_object().expect("an object").clone();
    all.extend(other.as_object().expect("an object").clone());
    all.into()
}

/// What somebody registers with.
pub(crate) fn registration(username: &str) -> Value {
    json!({"username": username, "email": email_of(username), "hash": hash_of(username)})
}

pub(crate) fn email_of(username: &str) -> String {
    format!("{username}@example.org")
}

pub(crate) fn hash_of(username: &str) -> String {
    format!("the hash of {username}")
}
