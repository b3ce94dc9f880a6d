//! Orders at the authority (RFC 8555 §7.4): names to prove, and the certificate in the end.

use std::sync::Arc;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::accounts::{Signed, decode};
use super::authority::{Authority, problem};
use super::https::Answer;
use super::validation;

/// What somebody ordered.
pub(crate) struct Order {
    account: usize,
    names: Vec<Name>,
    certificate: Option<String>,
}

struct Name {
    name: String,
    /// What was found there, once somebody has looked.
    found: Option<Result<(), String>>,
}

impl Order {
    fn status(&self) -> &'static str {
        let found = || self.names.iter().map(|name| &name.found);
        if found().any(|found| matches!(found, Some(Err(_)))) {
            "invalid"
        } else if self.certificate.is_some() {
            "valid"
        } else if found().all(Option::is_some) {
            "ready"
        } else {
            "pending"
        }
    }

    fn to_json(&self, authority: &Authority, number: usize) -> Value {
        let url = |what: &str| authority.url(&format!("/{what}/{number}"));
        let looks: Vec<_> =
            (0..self.names.len()).map(|name| format!("{}/{name}", url("authorizations"))).collect();
        let mut order = json!({
            "status": self.status(),
            "identifiers": self.names.iter().map(Name::identifier).collect::<Vec<_>>(),
            "authorizations": looks,
            "finalize": url("finalize"),
        });
        if self.certificate.is_some() {
            order["certificate"] = json!(url("certificates"));
        }
        order
    }
}

impl Name {
    fn identifier(&self) -> Value {
        json!({"type": "dns", "value": self.name})
    }

    fn status(&self) -> &'static str {
        match self.found {
            None => "pending",
            Some(Ok(())) => "valid",
            Some(Err(_)) => "invalid",
        }
    }

    fn challenge(&self, authority: &Authority, order: usize, number: usize) -> Value {
        let url = authority.url(&format!("/challenges/{order}/{number}"));
        let mut challenge = json!({"type": "tls-alpn-01", "url": url, "token": token(order, number), "status": self.status()});
        if let Some(Err(detail)) = &self.found {
            challenge["error"] = problem("connection", detail);
        }
        challenge
    }
}

/// Answers what is asked about orders, by the account that they belong to.
pub(crate) fn answer(authority: &Arc<Authority>, account: usize, path: &[&str], signed: &Signed) -> Answer {
    let numbers: Vec<usize> = path[1..].iter().map(|part| part.parse().expect("a number")).collect();
    if let (["orders"], []) = (path, &numbers[..]) {
        return place(authority, account, signed);
    }
    if authority.books().orders[numbers[0]].account != account {
        return Answer::refusal(401, "unauthorized", "that is somebody else's");
    }
    match (path[0], &numbers[..]) {
        ("challenges", &[order, name]) => look(authority, order, name, signed),
        ("finalize", &[order]) => finalize(authority, order, signed),
        (what, numbers) => show(authority, what, numbers),
    }
}

fn place(authority: &Authority, account: usize, signed: &Signed) -> Answer {
    let mut books = authority.books();
    if let Some((kind, words)) = books.refusal {
        return Answer::refusal(403, kind, words);
    }
    let identifiers = signed.payload["identifiers"].as_array().expect("identifiers");
    let names = identifiers.iter().map(|identifier| Name {
        name: identifier["value"].as_str().expect("a name").to_owned(),
        found: None,
    });
    let (number, order) = (books.orders.len(), Order { account, names: names.collect(), certificate: None });
    let shown = order.to_json(authority, number);
    books.orders.push(order);
    Answer::created(authority.url(&format!("/orders/{number}")), shown)
}

fn show(authority: &Authority, what: &str, numbers: &[usize]) -> Answer {
    let books = authority.books();
    let order = &books.orders[numbers[0]];
    match (what, numbers) {
        ("orders", &[number]) => Answer::ok(order.to_json(authority, number)),
        ("certificates", &[_]) => Answer::ok(json!(order.certificate.as_deref().expect("a certificate"))),
        ("authorizations", &[number, name]) => {
            let (index, name) = (name, &order.names[name]);
            let other =
                json!({"type": "dns-01", "url": authority.url("/none"), "token": "x", "status": "pending"});
            let challenges = [other, name.challenge(authority, number, index)];
            let (status, identifier) = (name.status(), name.identifier());
            Answer::ok(json!({"status": status, "identifier": identifier, "challenges": challenges}))
        }
        _ => Answer::refusal(404, "malformed", "there is nothing"),
    }
}

/// Begins to look whether the name leads to who ordered.
fn look(authority: &Arc<Authority>, order: usize, index: usize, signed: &Signed) -> Answer {
    assert_eq!(signed.payload, json!({}), "whoever only asks has no payload");
    let books = authority.books();
    let thumbprint = books.accounts[books.orders[order].account].thumbprint();
    let name = &books.orders[order].names[index];
    let proof = Sha256::digest(format!("{}.{thumbprint}", token(order, index))).to_vec();
    let (shown, name) = (name.challenge(authority, order, index), name.name.clone());
    let authority = authority.clone();
    tokio::spawn(async move {
        let address = authority.address_of_names().await;
        let found = validation::look(address, &name, &proof).await;
        authority.books().orders[order].names[index].found = Some(found);
    });
    Answer::ok(shown)
}

fn finalize(authority: &Authority, number: usize, signed: &Signed) -> Answer {
    let names: Vec<_> = {
        let books = authority.books();
        let order = &books.orders[number];
        if order.status() != "ready" {
            return Answer::refusal(403, "orderNotReady", "prove your names first");
        }
        order.names.iter().map(|name| name.name.clone()).collect()
    };
    let request = decode(&signed.payload["csr"]).expect("a request");
    match authority.sign(&request, &names) {
        Ok(certificate) => {
            let mut books = authority.books();
            books.orders[number].certificate = Some(certificate);
            Answer::ok(books.orders[number].to_json(authority, number))
        }
        Err(detail) => Answer::refusal(400, "badCSR", &detail),
    }
}

fn token(order: usize, name: usize) -> String {
    format!("token-{order}-{name}")
}
