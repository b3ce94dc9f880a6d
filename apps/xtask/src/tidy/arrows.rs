//! Which crate may lean on which, by what their manifests say.

use std::{path::Path, process::Command};

use serde_json::Value;

/// What a crate may depend on. Tests may reach further, except where two crates are strangers.
enum Rule {
    /// Nothing but these.
    Only(&'static [&'static str]),
    /// No crate of this repository but these.
    OwnOnly(&'static [&'static str]),
    /// None of these.
    Never(&'static [&'static str]),
    /// Not this one, in tests neither.
    Stranger(&'static str),
}

const RULES: [(&str, Rule); 11] = [
    ("talker-proto", Rule::Only(&["serde"])),
    ("talker-proto", Rule::Stranger("talker-domain")),
    ("talker-domain", Rule::Only(&["thiserror"])),
    ("talker-domain", Rule::Stranger("talker-proto")),
    ("talker-store", Rule::OwnOnly(&["talker-domain"])),
    ("talker-store", Rule::Never(&["axum", "socketioxide"])),
    ("talker-client", Rule::OwnOnly(&["talker-proto"])),
    ("socketioxide-parser-common", Rule::OwnOnly(&[])),
    ("talker-bench", Rule::OwnOnly(&["talker-proto"])),
    (
        "talker-server",
        Rule::OwnOnly(&["socketioxide-parser-common", "talker-domain", "talker-proto", "talker-store"]),
    ),
    ("talker-server", Rule::Never(&["diesel", "diesel-async", "openssl", "reqwest", "rust_socketio"])),
];

/// Judges the workspace under `root`.
pub(super) fn complaints(root: &Path) -> Result<Vec<String>, String> {
    metadata(root).map(|metadata| judge(&metadata))
}

fn metadata(root: &Path) -> Result<Value, String> {
    let mut cargo = Command::new("cargo");
    cargo.args(["metadata", "--no-deps", "--format-version", "1", "--offline"]).current_dir(root);
    let output = cargo.output().map_err(|fault| format!("cargo metadata did not start: {fault}"))?;
    serde_json::from_slice(&output.stdout).map_err(|_| {
        let printed = String::from_utf8_lossy(&output.stderr);
        format!("cargo metadata does not know the workspace: {}", printed.trim_end())
    })
}

fn judge(metadata: &Value) -> Vec<String> {
    let judge_one = |(name, rule): &(&str, Rule)| match package(metadata, name) {
        Some(package) => breaches(name, rule, package),
        None => vec![format!("there is no crate {name} whose arrows could be judged")],
    };
    RULES.iter().flat_map(judge_one).collect()
}

fn package<'a>(metadata: &'a Value, name: &str) -> Option<&'a Value> {
    metadata["packages"].as_array()?.iter().find(|package| package["name"] == name)
}

fn breaches(name: &str, rule: &Rule, package: &Value) -> Vec<String> {
    let dependencies = package["dependencies"].as_array().into_iter().flatten();
    let forbidden = dependencies.filter(|dependency| rule.forbids(dependency));
    forbidden.map(|dependency| format!("{name} must not depend on {}", dependency["name"])).collect()
}

impl Rule {
    fn forbids(&self, dependency: &Value) -> bool {
        let name = dependency["name"].as_str().unwrap_or_default();
        let own = !dependency["path"].is_null();
        let shipped = dependency["kind"] != "dev";
        match self {
            Self::Only(allowed) => shipped && !allowed.contains(&name),
            Self::OwnOnly(allowed) => shipped && own && !allowed.contains(&name),
            Self::Never(banned) => shipped && banned.contains(&name),
            Self::Stranger(other) => name == *other,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A workspace in shape, but for one dependency that is added to one crate.
    fn complaints_with(from: &str, dependency: &Value) -> Vec<String> {
        let mut crates = RULES.map(|(name, _)| name).to_vec();
        crates.dedup();
        let packages = crates.into_iter().map(|name| {
            let dependencies = if name == from { vec![dependency.clone()] } else { vec![] };
            json!({ "name": name, "dependencies": dependencies })
        });
        judge(&json!({ "packages": packages.collect::<Vec<_>>() }))
    }

    fn outside(name: &str) -> Value {
        json!({ "name": name, "kind": null })
    }

    fn own(name: &str) -> Value {
        json!({ "name": name, "kind": null, "path": "somewhere" })
    }

    #[test]
    fn forbidden_arrows_are_named() {
        for (from, dependency) in [
            ("talker-proto", outside("tokio")),
            ("talker-domain", outside("serde")),
            ("talker-store", own("talker-proto")),
            ("talker-store", outside("axum")),
            ("talker-store", outside("socketioxide")),
            ("talker-client", own("talker-domain")),
            ("socketioxide-parser-common", own("talker-proto")),
            ("talker-bench", own("talker-client")),
            ("talker-server", own("talker-client")),
            ("talker-server", outside("rust_socketio")),
            ("talker-server", outside("openssl")),
            ("talker-server", outside("diesel")),
            ("talker-server", outside("diesel-async")),
        ] {
            let name = &dependency["name"];
            assert_eq!(complaints_with(from, &dependency), [format!("{from} must not depend on {name}")]);
        }
    }

    #[test]
    fn allowed_arrows_pass() {
        for (from, dependency) in [
            ("talker-proto", outside("serde")),
            ("talker-domain", outside("thiserror")),
            ("talker-store", own("talker-domain")),
            ("talker-client", own("talker-proto")),
            ("talker-server", own("talker-store")),
            ("talker-server", outside("axum")),
        ] {
            assert_eq!(complaints_with(from, &dependency), [""; 0]);
        }
    }

    #[test]
    fn tests_reach_further_but_proto_and_domain_stay_strangers() {
        let in_tests = |name| json!({ "name": name, "kind": "dev", "path": "somewhere" });
        assert_eq!(complaints_with("talker-server", &in_tests("talker-client")), [""; 0]);
        assert_eq!(complaints_with("talker-proto", &in_tests("talker-domain")).len(), 1);
        assert_eq!(complaints_with("talker-domain", &in_tests("talker-proto")).len(), 1);
    }

    #[test]
    fn what_a_build_script_needs_counts() {
        let in_build = json!({ "name": "axum", "kind": "build" });
        assert_eq!(complaints_with("talker-store", &in_build).len(), 1);
    }

    #[test]
    fn a_crate_that_is_gone_is_missed() {
        assert_eq!(judge(&json!({ "packages": [] })).len(), RULES.len());
    }
}
