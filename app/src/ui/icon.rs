//! The page's own drawings.

use leptos::prelude::*;

/// What is drawn: lines on a grid of 24, by `Icon`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    Again,
    Brook,
    Check,
    Chevron,
    Close,
    Copy,
    Down,
    Download,
    Edit,
    Help,
    Image,
    Language,
    Left,
    Longer,
    Menu,
    Moon,
    More,
    New,
    Numbers,
    Right,
    Search,
    Send,
    Settings,
    Shorter,
    Sidebar,
    Simpler,
    Stop,
    Sun,
    System,
    Text,
    Trash,
    Up,
    Warning,
    Wrap,
}

/// A drawing beside words or inside of a button that says what it does: nothing to read out.
#[component]
pub fn Icon(#[prop(into)] glyph: Signal<Glyph>) -> impl IntoView {
    view! {
        <svg class="icon" data-icon=move || glyph.get().name() viewBox="0 0 24 24" aria-hidden="true">
            <path d=move || glyph.get().path() />
        </svg>
    }
}

impl Glyph {
    /// The drawing in HTML, for what is no view.
    pub fn html(self) -> String {
        let path = self.path();
        format!("<svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"{path}\"></path></svg>")
    }

    /// The few that styles draw in another way.
    fn name(self) -> Option<&'static str> {
        match self {
            Self::Brook => Some("brook"),
            Self::More => Some("more"),
            Self::Stop => Some("stop"),
            _ => None,
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Again => "M19 12a7 7 0 1 1-2.2-5.1L19 9M19 4.5V9h-4.5",
            Self::Brook => {
                "M13.9 2.4c-5.9 2.2-7 5-2.6 7.5 4.1 2.3 3.4 4.8-1.7 6.7-3.4 1.3-5.5 2.9-6.2 5h12.1c.3-1.5 1.3-2.6 \
                 3-4 3.7-3.1 2.8-6.2-2.3-8.8-3.3-1.7-3.5-3.6-.5-6.4z"
            }
            Self::Check => "M5 12.5l4.5 4.5L19 7.5",
            Self::Chevron => "M6 9.5l6 6 6-6",
            Self::Close => "M6.5 6.5l11 11M17.5 6.5l-11 11",
            Self::Copy => {
                "M10.5 9h8A1.5 1.5 0 0 1 20 10.5v8a1.5 1.5 0 0 1-1.5 1.5h-8A1.5 1.5 0 0 1 9 18.5v-8A1.5 1.5 0 0 1 10.5 \
                 9zM15 6V5.5A1.5 1.5 0 0 0 13.5 4h-8A1.5 1.5 0 0 0 4 5.5v8A1.5 1.5 0 0 0 5.5 15H6"
            }
            Self::Down => "M12 5v13.5M6 12.5l6 6 6-6",
            Self::Download => "M12 4.5v10.5M7 10.5l5 5 5-5M5 19.5h14",
            Self::Edit => "M4.5 19.5l.9-4L16.3 4.6a1.7 1.7 0 0 1 2.4 0l.7.7a1.7 1.7 0 0 1 0 2.4L8.5 18.6zM14 7l3 3",
            Self::Help => {
                "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM9.6 9.7a2.5 2.5 0 1 1 3.7 2.2c-.9.5-1.3 1-1.3 1.9M12 \
                 16.6h.01"
            }
            Self::Image => {
                "M6 5h12a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2zM4.5 16.5l4.2-4.2a1.5 1.5 0 0 1 2.1 0l6.4 6.4M15.5 9.5h.01"
            }
            Self::Language => {
                "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM3.5 12h17M12 3.5c2.5 2.3 3.8 5.2 3.8 8.5s-1.3 6.2-3.8 8.5c-2.5-2.3-3.8-5.2-3.8-8.5s1.3-6.2 3.8-8.5z"
            }
            Self::Left => "M14.5 6l-6 6 6 6",
            Self::Longer => "M5 5h14M5 9.7h14M5 14.3h14M5 19h9",
            Self::Menu => "M4 8h16M4 16h11",
            Self::Moon => "M19.6 14.2A8 8 0 0 1 9.8 4.4a8 8 0 1 0 9.8 9.8z",
            Self::More => "M6 12h.01M12 12h.01M18 12h.01",
            Self::New => {
                "M12.5 5h-6A1.5 1.5 0 0 0 5 6.5v11A1.5 1.5 0 0 0 6.5 19h11a1.5 1.5 0 0 0 1.5-1.5v-6M10 14l.5-2.6 \
                 7.3-7.3a1.5 1.5 0 0 1 2.1 2.1l-7.3 7.3z"
            }
            Self::Numbers => {
                "M10.5 6.5H20M10.5 12H20M10.5 17.5H20M4.2 5.6l1.5-1.1v5M4.2 15.2c.2-1.3 2.5-1.3 2.5.1 0 1.3-2.5 2.1-2.5 3.7h2.6"
            }
            Self::Right => "M9.5 6l6 6-6 6",
            Self::Search => "M11 4.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.7 15.7L20 20",
            Self::Send => "M12 19V5.5M6 11.5l6-6 6 6",
            Self::Settings => {
                "M4 7.5h9M18.5 7.5H20M4 16.5h1.5M11 16.5h9M15.7 5.2a2.3 2.3 0 1 1 0 4.6 2.3 2.3 0 0 1 0-4.6zM8.3 14.2a2.3 2.3 0 1 1 0 4.6 2.3 2.3 0 0 1 0-4.6z"
            }
            Self::Shorter => "M5 9.7h14M5 14.3h8",
            Self::Sidebar => "M6 5h12a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2zM9.5 5v14",
            Self::Simpler => {
                "M9.5 17.5h5M10.5 20.5h3M12 3.5a6 6 0 0 0-3.6 10.8c.7.5 1.1 1.2 1.1 2v1.2h5v-1.2c0-.8.4-1.5 1.1-2A6 6 0 0 0 12 3.5z"
            }
            Self::Stop => {
                "M8 6.5h8A1.5 1.5 0 0 1 17.5 8v8a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 16V8A1.5 1.5 0 0 1 8 6.5z"
            }
            Self::Sun => {
                "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2.8v1.7M12 19.5v1.7M2.8 12h1.7M19.5 12h1.7M5.5 5.5l1.2 1.2M17.3 \
                 17.3l1.2 1.2M18.5 5.5l-1.2 1.2M6.7 17.3l-1.2 1.2"
            }
            Self::System => {
                "M5.5 5h13A1.5 1.5 0 0 1 20 6.5v8a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 14.5v-8A1.5 1.5 0 0 1 5.5 \
                 5zM9 19.5h6"
            }
            Self::Text => {
                "M7 3.5h7l5 5V19a1.5 1.5 0 0 1-1.5 1.5H7A1.5 1.5 0 0 1 5.5 19V5A1.5 1.5 0 0 1 7 3.5zM9 12h6M9 15.5h6"
            }
            Self::Trash => {
                "M4.5 7h15M9.5 7V5.5A1.5 1.5 0 0 1 11 4h2a1.5 1.5 0 0 1 1.5 1.5V7M6.5 7l.8 11.6A1.5 1.5 0 0 0 8.8 \
                 20h6.4a1.5 1.5 0 0 0 1.5-1.4L17.5 7M10.3 11v5M13.7 11v5"
            }
            Self::Up => "M12 19V5.5M6 11.5l6-6 6 6",
            Self::Warning => "M12 4.3l8.4 14.4a.9.9 0 0 1-.8 1.3H4.4a.9.9 0 0 1-.8-1.3zM12 10v4.3M12 17.1h.01",
            Self::Wrap => "M4 6h16M4 12h12.5a3 3 0 0 1 0 6H12M14.5 15.5L12 18l2.5 2.5M4 18h4",
        }
    }
}
