//! In which language the page speaks.
//!
//! Words are asked for at hundreds of places, also where no component is at hand (a toast in an event handler, the title of a
//! page that is drawn already), and on the server many pages are drawn by the same threads. So the language is the thread's: the
//! browser's one thread is told once, when the page wakes up, and the server tells it before each step of a request and takes it
//! back behind the step. The context of Leptos was tried and holds on the server as well; but handlers and tasks have none, and each
//! word would be looked up through all owners above it.

use std::{cell::Cell, future::poll_fn};

thread_local! {
    static SPOKEN: Cell<Language> = const { Cell::new(Language::English) };
}

/// A header may be as long as a server takes it; nobody reads more languages than this, and the first are the likely ones.
const MOST_RANGES: usize = 32;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    English,
    Chinese,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// As in the cookie.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.name() == name)
    }

    /// As in `<html lang>`, by BCP 47: voices and fonts go by it.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    /// The language of any such tag: of every Chinese, this one is the nearest that is there.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.name().eq_ignore_ascii_case(primary))
    }

    /// The best match of an `Accept-Language` header, which is anybody's text; of two that are wanted alike, the first.
    pub fn wanted(accepted: &str) -> Self {
        let mut best = (0, Self::default());
        for range in accepted.split(',').take(MOST_RANGES) {
            let mut parts = range.split(';').map(str::trim);
            let language = match parts.next() {
                Some("*") => Some(Self::default()),
                Some(tag) => Self::from_tag(tag),
                None => None,
            };
            let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
            if let (Some(language), Some(weight)) = (language, weight.map_or(Some(1_000), thousandths))
                && weight > best.0
            {
                best = (weight, language);
            }
        }
        best.1
    }

    /// The one that this thread speaks now.
    pub fn spoken() -> Self {
        SPOKEN.get()
    }

    /// From now on this thread speaks it.
    pub fn speak(self) {
        SPOKEN.set(self);
    }

    /// Speaks it as long as this lasts.
    pub fn during<T>(self, act: impl FnOnce() -> T) -> T {
        struct Before(Language);
        impl Drop for Before {
            fn drop(&mut self) {
                self.0.speak();
            }
        }
        // Also behind a panic, which ends a request and not its thread.
        let _before = Before(SPOKEN.replace(self));
        act()
    }

    /// Speaks it in each step of this future, by whichever thread it is made.
    pub async fn throughout<F: Future>(self, future: F) -> F::Output {
        let mut future = Box::pin(future);
        poll_fn(move |context| self.during(|| future.as_mut().poll(context))).await
    }
}

/// `1`, `0.8` or `0.125` as thousandths; none for what RFC 9110 does not know.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, rest) = weight.split_once('.').unwrap_or((weight, ""));
    let is_number = rest.len() <= 3 && rest.bytes().all(|byte| byte.is_ascii_digit());
    let whole = match whole {
        "0" => 0,
        "1" => 1_000,
        _ => return None,
    };
    let rest: u16 = format!("{rest:0<3}").parse().ok().filter(|_| is_number)?;
    Some(whole + rest).filter(|weight| *weight <= 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Msg;
    use futures::executor::block_on;
    use std::{pin::pin, task::Poll};

    #[test]
    fn the_best_match_is_taken() {
        let (english, chinese) = (Language::English, Language::Chinese);
        for (accepted, language) in [
            ("", english),
            ("zh-CN,zh;q=0.9,en;q=0.8", chinese),
            ("en-GB,en;q=0.9,zh-CN;q=0.8", english),
            ("zh-Hant-TW", chinese),
            ("ZH", chinese),
            ("fr-FR, zh;q=0.3", chinese),
            ("fr-FR, de;q=0.3", english),
            ("en;q=0.5, zh;q=0.51", chinese),
            ("zh, en", chinese),
            ("en, zh", english),
            ("zh;q=0", english),
            ("*", english),
            ("zh;q=0.1, *;q=0.5", english),
            ("zh ; q=1.000", chinese),
        ] {
            assert_eq!(Language::wanted(accepted), language, "{accepted}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_not_wanted() {
        let many = format!("{}zh", "fr,".repeat(1_000_000));
        for accepted in [
            "zh;q=2",
            "zh;q=1.001",
            "zh;q=-1",
            "zh;q=0.9999",
            "zh;q=",
            "zh;q=NaN",
            "zh;q=1e9",
            "zh;q=٣",
            "zhuang",
            "-zh",
            "中文",
            ";;,,;q=1",
            "\u{0}",
            &many,
        ] {
            assert_eq!(Language::wanted(accepted), Language::English, "{accepted:.40}");
        }
    }

    #[test]
    fn names_and_tags_are_read_back() {
        for language in Language::ALL {
            assert_eq!(Language::from_name(language.name()), Some(language));
            assert_eq!(Language::from_tag(language.tag()), Some(language));
        }
        assert_eq!(Language::from_name("zh-CN"), None);
        assert_eq!(Language::from_tag("fr"), None);
    }

    #[test]
    fn a_step_speaks_its_language_and_the_thread_its_own_again() {
        let hello = || Msg::NewChat.text().into_owned();
        assert_eq!(hello(), "New chat");
        let inside = Language::Chinese.during(|| (hello(), Language::English.during(hello), hello()));
        assert_eq!(inside, ("新对话".to_owned(), "New chat".to_owned(), "新对话".to_owned()));
        assert!(std::panic::catch_unwind(|| Language::Chinese.during(|| panic!("drawing failed"))).is_err());
        assert_eq!(hello(), "New chat");
        Language::Chinese.speak();
        assert_eq!(hello(), "新对话", "as a page that woke up in it");
        assert_eq!(std::thread::spawn(hello).join().unwrap(), "New chat");
    }

    #[test]
    fn two_requests_on_one_thread_keep_their_languages_over_their_awaits() {
        // Each waits once, so that the other one's step comes between its words.
        let page = || async {
            let first = Msg::NewChat.text();
            let mut waited = false;
            poll_fn(|_| if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }).await;
            format!("{first} {}", Msg::Settings.text())
        };
        let (mut english, mut chinese) =
            (pin!(Language::English.throughout(page())), pin!(Language::Chinese.throughout(page())));
        let both = poll_fn(|context| {
            let steps = (english.as_mut().poll(context), chinese.as_mut().poll(context));
            match steps {
                (Poll::Ready(english), Poll::Ready(chinese)) => Poll::Ready((english, chinese)),
                _ => {
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
            }
        });
        assert_eq!(block_on(both), ("New chat Settings".to_owned(), "新对话 设置".to_owned()));
        assert_eq!(Language::spoken(), Language::English);
    }
}
