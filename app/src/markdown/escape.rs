//! Text that comes from a model, on its way into HTML. Everything here takes any text and gives what is harmless.

use super::math::GUARD;

/// Adds text to HTML. Characters that turn the direction of what follows are each in an element of their own, which
/// holds their effect and shows their name: what they hide is seen, and what is copied is what was sent.
pub fn push_text(html: &mut String, text: &str) {
    let mut from = 0;
    for (at, c) in text.char_indices() {
        let plain = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            // A parser of HTML would make them other characters.
            '\r' => "&#13;",
            '\0' => "\u{fffd}",
            GUARD => "",
            _ => match control_name(c) {
                None => continue,
                Some(name) => {
                    html.push_str(&text[from..at]);
                    html.push_str("<span class=\"control\" data-name=\"");
                    html.push_str(name);
                    html.push_str("\">");
                    html.push(c);
                    html.push_str("</span>");
                    from = at + c.len_utf8();
                    continue;
                }
            },
        };
        html.push_str(&text[from..at]);
        html.push_str(plain);
        from = at + c.len_utf8();
    }
    html.push_str(&text[from..]);
}

/// Adds text between double quotes. Characters that are not seen are left out.
pub fn push_attribute(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            GUARD => {}
            _ if c.is_control() || control_name(c).is_some() => {}
            _ => html.push(c),
        }
    }
}

/// Characters that change the direction of text around them.
fn control_name(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{202a}' => "LRE",
        '\u{202b}' => "RLE",
        '\u{202c}' => "PDF",
        '\u{202d}' => "LRO",
        '\u{202e}' => "RLO",
        '\u{2066}' => "LRI",
        '\u{2067}' => "RLI",
        '\u{2068}' => "FSI",
        '\u{2069}' => "PDI",
        _ => return None,
    })
}

/// Bytes. Servers take no longer ones.
pub const LONGEST_ADDRESS: usize = 2_048;

/// Whether a link may lead there: the web and mail, spelled out. What a browser would have to mend first is no address.
pub fn is_safe_address(url: &str) -> bool {
    let begins = |scheme: &str| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    let named = ["http://", "https://", "mailto:"].into_iter().any(begins);
    named
        && url.len() <= LONGEST_ADDRESS
        && !url.chars().any(|c| c.is_control() || c.is_whitespace() || control_name(c).is_some())
}

/// The language of a code block, from the words behind its fence.
pub fn language(info: &str) -> &str {
    let name = info.split_whitespace().next().unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'#' | b'.' | b'-');
    if name.len() <= 32 && name.bytes().all(is_plain) { name } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> String {
        let mut html = String::new();
        push_text(&mut html, text);
        html
    }

    #[test]
    fn text_stays_text() {
        assert_eq!(text("<b a=\"&\">\r\n\0"), "&lt;b a=\"&amp;\"&gt;&#13;\n\u{fffd}");
        assert_eq!(text("中文🙂\u{200b}"), "中文🙂\u{200b}");
        assert_eq!(text("a\u{202e}b"), "a<span class=\"control\" data-name=\"RLO\">\u{202e}</span>b");
    }

    #[test]
    fn an_attribute_cannot_be_left() {
        let mut html = String::new();
        push_attribute(&mut html, "a\" onclick=\"x\n\u{202e}<>&'");
        assert_eq!(html, "a&quot; onclick=&quot;x&lt;&gt;&amp;'");
    }

    #[test]
    fn only_the_web_and_mail_are_addresses() {
        for url in ["http://a.b", "HTTPS://a.b/ä", "mailto:a@b.c", "https://例子.中国"] {
            assert!(is_safe_address(url), "{url}");
        }
        for url in [
            "",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " https://a.b",
            "java\tscript:alert(1)",
            "\u{1}javascript:x",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "//a.b",
            "/c/1",
            "#x",
            "https:a.b",
            "blob:https://a.b",
            "https://a.b/\u{202e}gpj",
            "https://a.b/ c",
            "ftp://a.b",
            "http:/",
        ] {
            assert!(!is_safe_address(url), "{url:?}");
        }
    }

    #[test]
    fn a_language_is_a_word() {
        assert_eq!(language("rust,ignore"), "");
        assert_eq!(language("c++ title=x"), "c++");
        assert_eq!(language("a\"onclick"), "");
        assert_eq!(language(""), "");
    }
}
