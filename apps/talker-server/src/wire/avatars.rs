//! A picture for everybody from the start: the first letter of the name, on a colour of its own.

use talker_domain::users::User;

use super::data_uris;

/// The user's picture, as a data URI of an SVG.
pub(crate) fn avatar(user: &User) -> String {
    // A username holds letters, digits, dots and underscores only, so that nothing needs escaping here.
    let letter = user.username.as_str().chars().next().unwrap_or('.').to_ascii_uppercase();
    let hue = user.id.get().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    let svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'>\
         <rect width='64' height='64' fill='hsl({} 45% 42%)'/>\
         <text x='32' y='44' font-family='sans-serif' font-size='34' fill='#fff' text-anchor='middle'>{letter}</text>\
         </svg>",
        hue % 360
    );
    data_uris::format("image/svg+xml", svg.as_bytes())
}

#[cfg(test)]
mod tests {
    use talker_domain::UserId;
    use talker_domain::users::Username;

    use super::*;

    #[test]
    fn a_picture_is_a_data_uri_and_stays_the_same() {
        let user = User { id: UserId::new(7).unwrap(), username: Username::new("anna").unwrap() };
        assert!(avatar(&user).starts_with("data:image/svg+xml;base64,"));
        assert_eq!(avatar(&user), avatar(&user));
    }
}
