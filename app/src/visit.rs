//! What a browser remembers of its reader's choices, in cookies: the server reads them before it draws the page, so the first
//! paint is right. Whatever else stands in a cookie counts as no choice.

/// The reader's choice, `light` or `dark`; without it the system decides.
pub const THEME: &str = "brooklet_theme";
/// `rail` where the sidebar was collapsed on a wide window.
pub const SIDEBAR: &str = "brooklet_sidebar";
/// Minutes by which the reader's clock is ahead of UTC.
pub const ZONE: &str = "brooklet_zone";

/// No place on Earth is farther from UTC than this.
const MOST_MINUTES: i32 = 14 * 60;

/// Light or dark, by choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

impl Theme {
    /// As in the cookie, and in `data-theme` on `<html>`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Light, Self::Dark].into_iter().find(|theme| theme.name() == name)
    }

    /// What the browser's own bars are painted with: `--background` of `style/tokens.css`, which `tests/it/colours.rs` holds.
    pub fn colour(self) -> &'static str {
        match self {
            Self::Light => "#fdfcf9",
            Self::Dark => "#191714",
        }
    }
}

/// Of the request that is being answered; the server puts it into the context.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Visit {
    pub theme: Option<Theme>,
    /// The sidebar is collapsed.
    pub rail: bool,
    /// Minutes east of UTC.
    pub zone: i32,
    /// The server's clock, in milliseconds since 1970.
    pub now: u64,
}

impl Visit {
    /// From the text of a `Cookie` header.
    pub fn from_cookies(cookies: &str, now: u64) -> Self {
        let mut visit = Self { now, ..Self::default() };
        for (name, value) in cookies.split(';').filter_map(|pair| pair.trim().split_once('=')) {
            match name {
                THEME => visit.theme = Theme::from_name(value),
                SIDEBAR => visit.rail = value == "rail",
                ZONE => visit.zone = value.parse().ok().filter(is_zone).unwrap_or_default(),
                _ => {}
            }
        }
        visit
    }
}

fn is_zone(minutes: &i32) -> bool {
    minutes.abs() <= MOST_MINUTES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_its_cookies_and_no_others() {
        let visit = Visit::from_cookies("a=b; brooklet_theme=dark;brooklet_sidebar=rail; brooklet_zone=-480", 7);
        assert_eq!(visit, Visit { theme: Some(Theme::Dark), rail: true, zone: -480, now: 7 });
    }

    #[test]
    fn what_makes_no_sense_is_no_choice() {
        for cookies in
            ["", ";;=", "brooklet_theme", "brooklet_theme=\"><script>", "brooklet_zone=99999", "brooklet_sidebar=1"]
        {
            assert_eq!(Visit::from_cookies(cookies, 0), Visit::default(), "{cookies}");
        }
    }
}
