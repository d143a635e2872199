//! What is drawn has comrak's own structure, and each thing that is drawn in another way is so on purpose.

use super::{corpus, drawn, page, whole};

/// The elements of comrak's own HTML, as a line of tags, without what we draw in another way.
fn outline(html: &str) -> String {
    let mut outline = String::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        let (tag, after) = after.split_once('>').expect("a tag ends");
        rest = after;
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        if ["h1", "h2", "h3", "ul", "ol", "li", "blockquote", "pre", "td", "th", "tr", "em", "strong", "del"]
            .contains(&name)
        {
            outline.push_str(if tag.starts_with('/') { "/" } else { "" });
            outline.push_str(name);
            outline.push(' ');
        }
    }
    outline
}

#[test]
fn the_structure_is_comraks_own() {
    let mut options = comrak::Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.cjk_friendly_emphasis = true;
    options.extension.math_dollars = true;
    options.extension.math_latex = true;
    options.render.escape = true;
    for document in corpus::documents() {
        // Footnotes and alerts are drawn in another way; raw HTML is text for both, but not the same text. Lines of a formula
        // begin nothing else for us.
        let begins = |line: &str| ["$$\n", "\\[\n", "$$ never"].iter().any(|begin| line.contains(begin));
        let other = ["[^", "[!", "<"].iter().any(|other| document.contains(other));
        if other || begins(&document.replace("\r\n", "\n").replace('\r', "\n")) {
            continue;
        }
        let ours = whole(&document)
            .replace("h5", "h3x")
            .replace("<h3>", "<h1>")
            .replace("<h4>", "<h2>")
            .replace("/h3>", "/h1>")
            .replace("/h4>", "/h2>");
        let ours = outline(&ours.replace("h3x", "h3"));
        assert_eq!(ours, outline(&comrak::markdown_to_html(&document, &options)), "{document:?}");
    }
}

#[test]
fn tightness_is_comraks_own() {
    for (text, loose) in [
        ("- a\n- b\n", false),
        ("- a\n\n- b\n", true),
        ("- a\n\n  b\n", true),
        ("- a\n  - b\n\n- c\n", true),
        ("- a\n  - b\n  - c\n\n", false),
        ("- ```\n\n  x\n  ```\n- b\n", false),
    ] {
        let first = whole(text);
        assert_eq!(!first.starts_with("<ul dir=\"auto\" data-tight=\"true\">"), loose, "{text:?}: {first}");
    }
}

#[test]
fn drawn_in_our_own_way() {
    for (text, html) in [
        ("# a", "<h3>a</h3>"),
        ("a\nb", "<p>a<br>\nb</p>"),
        ("a<br>b<BR/>c", "<p>a<br>\nb<br>\nc</p>"),
        ("**注意：**中文", "<p><strong>注意：</strong>中文</p>"),
        (
            r"\(x_1 * y_1\) and \[ \frac{1}{2} \, z \]",
            r#"<p><span class="math" data-math="inline" dir="ltr">\(x_1 * y_1\)</span> and <span class="math" data-math="block" dir="ltr" role="group" tabindex="0" aria-label="Formula">\[ \frac{1}{2} \, z \]</span></p>"#,
        ),
        (r"\(x and \* $y_1", r#"<p>\(x and * $y_1</p>"#),
        (
            "https://a.example，b",
            "<p><a href=\"https://a.example\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">https://a.example</a>，b</p>",
        ),
        (
            "https://a.example。见**粗体**和`码`",
            "<p><a href=\"https://a.example\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">https://a.example</a>。见<strong>粗体</strong>和<code dir=\"auto\">码</code></p>",
        ),
        (
            "- [x] a",
            "<ul dir=\"auto\" data-tight=\"true\"><li class=\"task\"><input type=\"checkbox\" disabled checked aria-label=\"Done\"><p>a</p></li></ul>",
        ),
    ] {
        assert_eq!(whole(text), html, "{text:?}");
    }
}

#[test]
fn a_table_scrolls_and_has_a_name() {
    let html = whole("| a | b |\n|:-:|--:|\n| 1 |\n");
    assert!(
        html.starts_with("<div class=\"table-box\"><div class=\"table\" role=\"group\" tabindex=\"0\" aria-label=\"Table\"><table dir=\"auto\"><thead><tr>"),
        "{html}"
    );
    assert!(html.contains("<th scope=\"col\" data-align=\"center\">a</th>"), "{html}");
    assert!(html.contains("<tbody><tr><td data-align=\"center\">1</td>"), "{html}");
}

/// A browser asks an element with `dir="auto"` for the letters in it, but for those in an element with a `dir` of its own.
#[test]
fn what_has_text_has_no_direction_of_its_own_and_what_holds_it_asks_for_one() {
    let text = "# أ\n\nب\n\n- ت\n  1. ث\n\n> ج\n\n> [!NOTE]\n> ح\n\n|خ|\n|-|\n|د|\n\n```\nx\n```\n";
    let html = whole(text);
    for holds in ["<ul dir=\"auto\"", "<ol dir=\"auto\"", "<blockquote dir=\"auto\"", "<table dir=\"auto\""] {
        assert!(html.contains(holds), "{holds}: {html}");
    }
    for open in ["<p dir", "<li dir", "<td dir", "<th scope=\"col\" dir", "<h3 dir"] {
        assert!(!html.contains(open), "{open}: {html}");
    }
    // Words of the page and of programs say nothing about it.
    assert!(
        html.contains("<p class=\"alert-title\" dir=\"auto\">") && html.contains("<figure class=\"code\" dir=\"ltr\"")
    );
}

#[test]
fn code_is_exact() {
    let text = "```rust title\n\tlet x = \"<&>\";\r\n\n  // end\n```\n";
    let elements = drawn(text);
    assert!(page::text(&elements).ends_with("\tlet x = \"<&>\";\r\n\n  // end\n"), "{elements:?}");
    assert!(whole(text).starts_with("<figure class=\"code\" dir=\"ltr\" data-language=\"rust\">"));
}

#[test]
fn footnotes_are_numbered_as_they_are_defined_and_stay_where_they_are() {
    let html = whole("a[^x] b[^y] c[^z]\n\n[^y]: Why.\n\n[^x]: Ex.\n");
    assert!(html.contains("a<sup class=\"footnote-mark\"><a href=\"#m-2\">2</a></sup>"), "{html}");
    assert!(html.contains("b<sup class=\"footnote-mark\"><a href=\"#m-1\">1</a></sup> c[^z]"), "{html}");
    assert!(html.contains("<div class=\"footnote\" id=\"m-1\"><span class=\"footnote-number\">1.</span>"), "{html}");
}
