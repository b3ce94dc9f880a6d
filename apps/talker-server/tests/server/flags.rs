//! The settings of the program: that it says what they are, and what is wrong with one.

use tempfile::tempdir;

use crate::program::said;

const SETTINGS: [&str; 41] = [
    "config",
    "listen",
    "admin-listen",
    "data-dir",
    "database-url",
    "database-connections",
    "smtp-url",
    "smtp-ca",
    "mail-from",
    "tls-cert",
    "tls-key",
    "acme-names",
    "acme-directory",
    "acme-contact",
    "acme-root",
    "public-url",
    "confirm-link",
    "reset-link",
    "allowed-origins",
    "trusted-proxies",
    "rate-limits",
    "limit-requests",
    "limit-connections",
    "limit-lookups",
    "limit-registrations",
    "limit-logins",
    "limit-messages",
    "limit-megabytes",
    "limit-unanswered",
    "limit-typing",
    "limit-events",
    "max-connections",
    "max-unsent-megabytes",
    "max-arriving-megabytes",
    "max-media-bytes",
    "search-email",
    "session-grace",
    "sync-days",
    "node",
    "log",
    "log-format",
];

#[test]
fn help_lists_every_setting_with_its_variable() {
    let folder = tempdir().expect("a folder");
    let help = said(folder.path(), &["--help"], &[]);
    let text = String::from_utf8(help.stdout).expect("text");
    assert_eq!(help.status.code(), Some(0));
    for setting in SETTINGS {
        let variable = format!("TALKER_{}", setting.to_uppercase().replace('-', "_"));
        assert!(text.contains(&format!("--{setting} ")), "--{setting} in {text}");
        assert!(text.contains(&format!("env: {variable}")), "{variable} in {text}");
    }
    for default in ["127.0.0.1:8080", "127.0.0.1:9080", "./talker-data", "8388608", "*", "120", "30"] {
        assert!(text.contains(&format!("[default: {default}]")), "{default} in {text}");
    }
    let flags = text.lines().filter(|line| line.trim_start().starts_with("--")).count();
    assert_eq!(flags, SETTINGS.len(), "settings that this test does not know: {text}");
}

#[test]
fn a_variable_that_is_no_setting_is_named() {
    let folder = tempdir().expect("a folder");
    let variables = [("TALKER_EMAIL_SEARCH", "off"), ("TALKER_LISTEN", "192.0.2.1:1")];
    let output = said(folder.path(), &[], &variables);
    let text = String::from_utf8(output.stderr).expect("text");
    assert!(text.contains("WARN TALKER_EMAIL_SEARCH is no setting of this server"), "{text}");
    assert!(!text.contains("TALKER_LISTEN is no"), "{text}");
}

#[test]
fn help_shows_no_secret_from_the_environment() {
    let folder = tempdir().expect("a folder");
    let variables = [
        ("TALKER_SMTP_URL", "smtp://me:hunter2@localhost"),
        ("TALKER_DATABASE_URL", "mysql://me:hunter2@localhost/x"),
    ];
    let help = said(folder.path(), &["--help"], &variables);
    assert!(!String::from_utf8_lossy(&help.stdout).contains("hunter2"));
}

#[test]
fn a_bad_value_stops_the_start_and_names_itself() {
    let folder = tempdir().expect("a folder");
    for (flag, value) in [
        ("listen", "nowhere"),
        ("listen", "localhost:8181"),
        ("admin-listen", "127.0.0.1"),
        ("database-url", "postgres://x/y"),
        ("database-connections", "1"),
        ("smtp-url", "http://mail.example.org"),
        ("mail-from", "nobody"),
        ("acme-names", "*.example.org"),
        ("acme-names", "https://chat.example.org"),
        ("acme-directory", "http://acme.example.org/directory"),
        ("acme-contact", "nobody"),
        ("public-url", "chat.example.org"),
        ("confirm-link", "https://chat.example.org/{id}"),
        ("reset-link", "https://chat.example.org/{uuid}"),
        ("allowed-origins", "chat.example.org"),
        ("trusted-proxies", "nginx"),
        ("rate-limits", "maybe"),
        ("limit-requests", "-1"),
        ("limit-registrations", "few"),
        ("limit-logins", "4294967296"),
        ("limit-messages", "1.5"),
        ("max-media-bytes", "many"),
        ("search-email", "never"),
        ("session-grace", "86401"),
        ("session-grace", "-1"),
        ("sync-days", "0"),
        ("sync-days", "3651"),
        ("node", "64"),
        ("log", "talker=loud"),
        ("log", "verbose"),
        ("log", "warning"),
        ("log-format", "xml"),
        ("config", "/no/such/file.toml"),
    ] {
        let variable = format!("TALKER_{}", flag.to_uppercase().replace('-', "_"));
        let by_flag = said(folder.path(), &[&format!("--{flag}={value}")], &[]);
        let by_variable = said(folder.path(), &[], &[(&variable, value)]);
        for (output, names_variable) in [(by_flag, false), (by_variable, true)] {
            let text = String::from_utf8(output.stderr).expect("text");
            assert_eq!(text.contains(&variable), names_variable && flag != "config", "{text}");
            assert!(output.status.code().is_some_and(|code| code != 0), "{flag}: {:?}", output.status);
            assert!(text.contains(value) || flag.ends_with("-url"), "{text}");
            assert!(flag == "config" || text.contains(&format!("--{flag}")), "{text}");
            assert!(!text.contains("panicked"), "{text}");
        }
    }
}

#[test]
fn a_bad_value_that_holds_a_password_is_not_shown() {
    let folder = tempdir().expect("a folder");
    for (flag, value) in [
        ("smtp-url", "smtp://me:hunter2@"),
        ("smtp-url", "smtp://me:hunter2@mail.example.org?tls=maybe"),
        ("database-url", "mysql://me:hunter2@localhost"),
        ("database-url", "postgres://me:hunter2@localhost/talker"),
    ] {
        let output = said(folder.path(), &[&format!("--{flag}={value}")], &[]);
        let text = String::from_utf8(output.stderr).expect("text");
        assert_ne!(output.status.code(), Some(0));
        assert!(text.contains(&format!("--{flag}")) && !text.contains("hunter2"), "{text}");
    }
}
