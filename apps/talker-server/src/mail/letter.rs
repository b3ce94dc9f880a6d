//! What mails say: one asks to confirm a registration, the other offers to set a password anew.

use mail_send::mail_builder::MessageBuilder;
use mail_send::mail_builder::headers::raw::Raw;
use mail_send::mail_builder::mime::MimePart;
use talker_domain::Timestamp;
use talker_domain::mails::Subject;
use talker_domain::users::{register, reset_password};

const SENDER: &str = "Talker";

/// The longest line of a mail, in bytes without its end (RFC 5322 §2.1.1).
const LONGEST_LINE: usize = 998;

/// What one mail says, and to whom. Nothing in it can become a header, a command or markup.
#[derive(Clone, Copy)]
pub struct Letter<'a> {
    /// What it is about.
    pub subject: Subject,
    /// Where it goes.
    pub recipient: &'a str,
    /// Whose account it is, or will be.
    pub username: &'a str,
    /// The link to follow.
    pub link: &'a str,
    /// When it is sent.
    pub date: Timestamp,
}

impl Letter<'_> {
    /// The whole mail (RFC 5322) from this address, with a text and an HTML part.
    ///
    /// Every try has the same `Message-ID`: a mail that arrives twice can be recognised.
    #[must_use]
    pub fn render(&self, from: &str) -> Vec<u8> {
        let message = MessageBuilder::new()
            .from((SENDER, from))
            .to(self.recipient)
            .subject(self.title())
            .date(self.date.0.div_euclid(1_000))
            .message_id(format!("{}-{}@{}", self.kind(), self.subject.number(), domain(from)))
            // No answers by machines, please (RFC 3834 §5).
            .header("Auto-Submitted", Raw::new("auto-generated"))
            .body(MimePart::new(
                "multipart/alternative",
                vec![part("text/plain", &self.text()), part("text/html", &self.html())],
            ));
        let mut bytes = Vec::new();
        message.serialize(&mut bytes);
        bytes
    }

    /// What the link is for.
    pub(super) const fn purpose(&self) -> &'static str {
        match self.subject {
            Subject::Registration(_) => "confirm the registration",
            Subject::Reset(_) => "set the password anew",
        }
    }

    const fn kind(&self) -> &'static str {
        match self.subject {
            Subject::Registration(_) => "registration",
            Subject::Reset(_) => "reset",
        }
    }

    const fn title(&self) -> &'static str {
        match self.subject {
            Subject::Registration(_) => "Confirm your Talker account",
            Subject::Reset(_) => "Your Talker password",
        }
    }

    fn text(&self) -> String {
        let (username, link) = (one_line(self.username), one_line(self.link));
        match self.subject {
            Subject::Registration(_) => {
                format!(include_str!("letter.txt"), username = username, link = link, hours = hours())
            }
            Subject::Reset(_) => {
                format!(include_str!("reset.txt"), username = username, link = link, minutes = minutes())
            }
        }
    }

    fn html(&self) -> String {
        let (username, link) = (escape(self.username), escape(self.link));
        match self.subject {
            Subject::Registration(_) => {
                format!(include_str!("letter.html"), username = username, link = link, hours = hours())
            }
            Subject::Reset(_) => {
                format!(include_str!("reset.html"), username = username, link = link, minutes = minutes())
            }
        }
    }
}

fn hours() -> i64 {
    register::LIFETIME / 3_600_000
}

fn minutes() -> i64 {
    reset_password::LIFETIME / 60_000
}

/// What a `Message-ID` may hold of the domain of an address.
fn domain(address: &str) -> String {
    let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
    let domain: String = domain.chars().filter(|c| c.is_alphanumeric() || "-.[]:".contains(*c)).collect();
    if domain.is_empty() { "localhost".into() } else { domain }
}

/// As it is, where a mail may hold it so: a link stays readable and on one line.
fn part<'a>(content_type: &'static str, text: &str) -> MimePart<'a> {
    let plain = text.is_ascii() && text.lines().all(|line| line.len() <= LONGEST_LINE);
    let part = MimePart::new(content_type, text.replace('\n', "\r\n"));
    if plain { part.transfer_encoding("7bit") } else { part }
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The text as HTML shows it, in an element or an attribute in quotes.
fn escape(text: &str) -> String {
    one_line(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use talker_domain::{RegistrationId, ResetId};

    use super::*;

    const LETTER: Letter<'static> = Letter {
        subject: Subject::Registration(RegistrationId::new(5).expect("valid")),
        recipient: "anna@example.org",
        username: "anna",
        link: "https://chat.example.org/register/confirm?id=5&uuid=token",
        date: Timestamp(1_800_000_000_999),
    };

    fn rendered(letter: &Letter<'_>) -> String {
        String::from_utf8(letter.render("talker@chat.example.org")).expect("UTF-8")
    }

    #[test]
    fn a_letter_has_its_headers_and_says_what_to_do() {
        let mail = rendered(&LETTER);
        let (headers, body) = mail.split_once("\r\n\r\n").expect("a body");
        for header in [
            "From: \"Talker\" <talker@chat.example.org>",
            "To: <anna@example.org>",
            "Subject: Confirm your Talker account",
            "Date: Fri, 15 Jan 2027 08:00:00 +0000",
            "Message-ID: <registration-5@chat.example.org>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
        ] {
            assert_eq!(headers.lines().filter(|line| *line == header).count(), 1, "{header} in {headers}");
        }
        for part in [
            "Talker account \"anna\"\r\n",
            "\r\nhttps://chat.example.org/register/confirm?id=5&uuid=token\r\n",
            "href=\"https://chat.example.org/register/confirm?id=5&amp;uuid=token\"",
            "valid for 24 hours",
            "ignore this mail",
        ] {
            assert!(body.contains(part), "{part} in {body}");
        }
        assert!(!mail.replace("\r\n", "").contains(['\r', '\n']), "every line ends alike");
    }

    #[test]
    fn a_letter_about_a_password_says_what_to_do_and_what_not() {
        let reset = Subject::Reset(ResetId::new(6).expect("valid"));
        let mail = rendered(&Letter { subject: reset, ..LETTER });
        for part in [
            "Subject: Your Talker password\r\n",
            "Message-ID: <reset-6@chat.example.org>\r\n",
            "Talker account \"anna\"\r\n",
            "valid for 60 minutes",
            "ignore this mail",
            "href=\"https://chat.example.org/register/confirm?id=5&amp;uuid=token\"",
        ] {
            assert!(mail.contains(part), "{part} in {mail}");
        }
    }

    #[test]
    fn nothing_can_become_a_header() {
        let hostile = "x\r\nBcc: eve@example.org\r\n\r\n.\r\nQUIT\r\n<b>";
        let letter = Letter { recipient: hostile, username: hostile, link: hostile, ..LETTER };
        for mail in [letter.render(hostile), letter.render("a@b>\r\nBcc: eve@example.org")] {
            let mail = String::from_utf8(mail).expect("UTF-8");
            let (headers, body) = mail.split_once("\r\n\r\n").expect("a body");
            assert!(!headers.lines().any(|line| line.starts_with("Bcc")), "{headers}");
            assert!(!body.lines().any(|line| line.starts_with("Bcc") || line == "."), "{body}");
        }
    }

    #[test]
    fn nothing_can_become_markup() {
        for (text, shown) in [
            ("anna", "anna"),
            ("<script>", "&lt;script&gt;"),
            ("\" onclick='x'", "&quot; onclick=&#39;x&#39;"),
            ("&lt;", "&amp;lt;"),
            ("a\r\n\tb\0", "a   b "),
            ("{link}", "{link}"),
        ] {
            let html = Letter { username: text, ..LETTER }.html();
            assert!(html.contains(&format!("<b>{shown}</b>")), "{text}: {html}");
            let html = Letter { link: text, ..LETTER }.html();
            assert!(html.contains(&format!("href=\"{shown}\"")), "{text}: {html}");
        }
    }

    #[test]
    fn what_no_mail_holds_as_it_is_travels_encoded() {
        let long = "a".repeat(LONGEST_LINE + 1);
        for username in ["änna", long.as_str()] {
            let mail = rendered(&Letter { username, ..LETTER });
            assert!(mail.is_ascii() && mail.lines().all(|line| line.len() <= LONGEST_LINE), "{mail}");
        }
    }
}
