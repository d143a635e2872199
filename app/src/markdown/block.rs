//! Top-level blocks as they are drawn. A list, a quote, a table and a code block consist of units (items, blocks, rows,
//! text) that close one by one, so two halves of one block can be joined.

use super::{
    escape::{push_attribute, push_text},
    preview::Preview,
};
use crate::{
    text::{LaterMsg, Msg},
    ui::Glyph,
};

/// One top-level element. HTML in here is finished, except what `html` puts around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    Whole(String),
    List {
        start: Option<usize>,
        loose: bool,
        units: String,
    },
    Quote {
        alert: Option<Alert>,
        units: String,
    },
    Table {
        head: String,
        units: String,
    },
    Code {
        language: String,
        text: String,
    },
    /// Text that is not parsed: too long for it.
    Plain {
        text: String,
    },
}

/// A quote with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    pub name: &'static str,
    /// Finished HTML.
    pub title: String,
}

impl Block {
    /// Goes on with another half of the same block.
    pub fn join(&mut self, next: Self) {
        match (self, next) {
            (Self::List { loose, units, .. }, Self::List { loose: also, units: more, .. }) => {
                *loose |= also;
                units.push_str(&more);
            }
            (Self::Quote { units, .. }, Self::Quote { units: more, .. })
            | (Self::Table { units, .. }, Self::Table { units: more, .. }) => units.push_str(&more),
            (Self::Code { text, .. }, Self::Code { text: more, .. })
            | (Self::Plain { text }, Self::Plain { text: more }) => {
                text.push_str(&more);
            }
            // The halves of a block are of one kind.
            (this, next) => *this = next,
        }
    }

    /// Takes over what only the block's first half tells.
    pub fn follow(&mut self, first: &Self) {
        match (self, first) {
            (Self::List { start, loose, .. }, Self::List { start: at, loose: also, .. }) => {
                *start = *at;
                *loose |= also;
            }
            (Self::Quote { alert, .. }, Self::Quote { alert: first, .. }) => alert.clone_from(first),
            _ => {}
        }
    }

    /// What comes before the units of a block, for a second half of it.
    pub fn without_units(&self) -> Self {
        match self {
            Self::List { start, loose, .. } => Self::List { start: *start, loose: *loose, units: String::new() },
            Self::Quote { alert, .. } => Self::Quote { alert: alert.clone(), units: String::new() },
            Self::Table { head, .. } => Self::Table { head: head.clone(), units: String::new() },
            Self::Code { language, .. } => Self::Code { language: language.clone(), text: String::new() },
            Self::Plain { .. } | Self::Whole(_) => Self::Plain { text: String::new() },
        }
    }

    /// A blank line parts two items.
    pub fn loosen(&mut self) {
        if let Self::List { loose, .. } = self {
            *loose = true;
        }
    }

    /// How many elements stand before the units, in what holds them.
    pub fn fixed(&self) -> usize {
        usize::from(matches!(self, Self::Quote { alert: Some(_), .. }))
    }

    /// The element. One that goes on with what is drawn already lacks what comes before the units.
    pub fn push_html(&self, html: &mut String, goes_on: bool) {
        match self {
            Self::Whole(whole) => html.push_str(whole),
            Self::List { start, loose, units } => {
                push_list_tag(html, *start, *loose);
                html.push_str(units);
                html.push_str(list_end(*start));
            }
            Self::Quote { alert, units } => {
                push_quote_tag(html, alert.as_ref(), !goes_on);
                html.push_str(units);
                html.push_str("</blockquote>");
            }
            Self::Table { head, units } => {
                push_table_tag(html);
                html.push_str(head);
                html.push_str("<tbody>");
                html.push_str(units);
                html.push_str("</tbody>");
                push_table_end(html);
            }
            Self::Code { language, text } => push_code(html, language, text),
            Self::Plain { text } => {
                html.push_str(PLAIN);
                push_text(html, text);
                html.push_str("</p>");
            }
        }
    }
}

// Which way a list, a quote or a table runs is asked of all that is in it, but for what has a `dir` of its own: what has text has none,
// and goes by its own letters all the same (`style/markdown.css`).

/// The tag of text that is shown as it was written.
pub const PLAIN: &str = "<p class=\"verbatim\">";

pub fn push_list_tag(html: &mut String, start: Option<usize>, loose: bool) {
    html.push_str(if start.is_some() { "<ol dir=\"auto\"" } else { "<ul dir=\"auto\"" });
    if !loose {
        html.push_str(" data-tight=\"true\"");
    }
    if let Some(start) = start.filter(|start| *start != 1) {
        html.push_str(" start=\"");
        html.push_str(&start.to_string());
        html.push('"');
    }
    html.push('>');
}

pub fn list_end(start: Option<usize>) -> &'static str {
    if start.is_some() { "</ol>" } else { "</ul>" }
}

pub fn push_quote_tag(html: &mut String, alert: Option<&Alert>, with_title: bool) {
    let Some(Alert { name, title }) = alert else { return html.push_str("<blockquote dir=\"auto\">") };
    html.push_str("<blockquote class=\"alert\" data-alert=\"");
    html.push_str(name);
    html.push_str("\" dir=\"auto\">");
    if with_title {
        html.push_str("<p class=\"alert-title\" dir=\"auto\">");
        html.push_str(title);
        html.push_str("</p>");
    }
}

/// A table scrolls in a box. What can be done with it stands behind that, so that it stays in sight.
pub fn push_table_tag(html: &mut String) {
    html.push_str("<div class=\"table-box\"><div class=\"table\" role=\"group\" tabindex=\"0\" aria-label=\"");
    push_attribute(html, &LaterMsg::Table.text());
    html.push_str("\"><table dir=\"auto\">");
}

pub fn push_table_end(html: &mut String) {
    html.push_str(
        "</table></div><button class=\"code-button table-button\" type=\"button\" data-action=\"copy-table\">",
    );
    push_text(html, &LaterMsg::CopyCsv.text());
    html.push_str("</button></div>");
}

/// A code block; its buttons are served by the page (`chat::code`).
pub fn push_code(html: &mut String, language: &str, text: &str) {
    html.push_str("<figure class=\"code\" dir=\"ltr\"");
    if !language.is_empty() {
        html.push_str(" data-language=\"");
        push_attribute(html, language);
        html.push('"');
    }
    html.push_str("><figcaption class=\"code-head\"><span class=\"code-language\">");
    push_text(html, language);
    html.push_str("</span>");
    if Preview::of(language).is_some() {
        html.push_str(
            "<button class=\"code-button\" type=\"button\" data-action=\"preview-code\" aria-haspopup=\"dialog\">",
        );
        push_text(html, &LaterMsg::Preview.text());
        html.push_str("</button>");
    }
    push_icon_button(html, "save-code", "", Glyph::Download, &LaterMsg::SaveCode);
    push_icon_button(html, "number-code", " aria-pressed=\"false\"", Glyph::Numbers, &LaterMsg::NumberLines);
    push_icon_button(html, "wrap-code", " aria-pressed=\"false\"", Glyph::Wrap, &LaterMsg::WrapCode);
    html.push_str("<button class=\"code-button\" type=\"button\" data-action=\"copy-code\">");
    push_text(html, &Msg::Copy.text());
    html.push_str("</button>");
    html.push_str("</figcaption><pre tabindex=\"0\"><code>");
    push_text(html, text);
    html.push_str("</code></pre></figure>");
}

fn push_icon_button(html: &mut String, action: &str, attributes: &str, icon: Glyph, words: &LaterMsg) {
    let mut name = String::new();
    push_attribute(&mut name, &words.text());
    let icon = icon.html();
    html.push_str(&format!(
        "<button class=\"code-button\" type=\"button\" data-action=\"{action}\" title=\"{name}\" aria-label=\"{name}\"{attributes}>{icon}</button>"
    ));
}
