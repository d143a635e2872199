//! What a browser remembers of its reader's choices, in cookies: the server reads them before it draws the page, so the first
//! paint is right. Whatever else stands in a cookie counts as no choice.

use crate::text::Language;

/// The reader's choice, `light` or `dark`; without it the system decides.
pub const THEME: &str = "brooklet_theme";
/// `rail` where the sidebar was collapsed on a wide window.
pub const SIDEBAR: &str = "brooklet_sidebar";
/// Minutes by which the reader's clock is ahead of UTC.
pub const ZONE: &str = "brooklet_zone";
/// The reader's choice, `en` or `zh`; without it the browser's own languages decide.
pub const LANGUAGE: &str = "brooklet_language";

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
    pub language: Language,
    /// The server's clock, in milliseconds since 1970.
    pub now: u64,
}

impl Visit {
    /// From the texts of a `Cookie` and an `Accept-Language` header.
    pub fn from_headers(cookies: &str, accepted: &str, now: u64) -> Self {
        let mut visit = Self { now, ..Self::default() };
        let mut language = None;
        for (name, value) in cookies.split(';').filter_map(|pair| pair.trim().split_once('=')) {
            match name {
                THEME => visit.theme = Theme::from_name(value),
                SIDEBAR => visit.rail = value == "rail",
                ZONE => visit.zone = value.parse().ok().filter(is_zone).unwrap_or_default(),
                LANGUAGE => language = Language::from_name(value),
                _ => {}
            }
        }
        visit.language = language.unwrap_or_else(|| Language::wanted(accepted));
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
        let cookies = "a=b; brooklet_theme=dark;brooklet_sidebar=rail; brooklet_zone=-480; brooklet_language=zh";
        let visit = Visit::from_headers(cookies, "en", 7);
        let language = Language::Chinese;
        assert_eq!(visit, Visit { theme: Some(Theme::Dark), rail: true, zone: -480, language, now: 7 });
    }

    #[test]
    fn what_makes_no_sense_is_no_choice() {
        for cookies in [
            "",
            ";;=",
            "brooklet_theme",
            "brooklet_theme=\"><script>",
            "brooklet_zone=99999",
            "brooklet_sidebar=1",
            "brooklet_language=zh-CN",
        ] {
            assert_eq!(Visit::from_headers(cookies, "", 0), Visit::default(), "{cookies}");
        }
    }

    #[test]
    fn the_readers_choice_of_a_language_comes_before_the_browsers() {
        let language = |cookies, accepted| Visit::from_headers(cookies, accepted, 0).language;
        assert_eq!(language("", "zh-CN,zh;q=0.9"), Language::Chinese);
        assert_eq!(language("brooklet_language=en", "zh-CN,zh;q=0.9"), Language::English);
        assert_eq!(language("brooklet_language=zh", "en"), Language::Chinese);
        assert_eq!(language("brooklet_language=fr", "zh"), Language::Chinese);
        assert_eq!(language("", "fr"), Language::English);
    }
}
