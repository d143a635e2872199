//! Texts that want to do harm: as markup, as links, by their size and by their depth.

use super::{drawn, grow, grow_by_characters, page, whole};
use crate::markdown::{
    Document,
    chunker::{LONGEST_CHUNK, LONGEST_LINE, LONGEST_TEXT},
    whole_html,
};

/// Runs on a stack half as large as the page's.
fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(512 * 1024).spawn(run).unwrap();
    thread.join().expect("it ends by itself");
}

/// Draws a text whole and in pieces of this size; both must be the same and well-formed.
fn both_ways(text: &str, size: usize) -> usize {
    let whole = drawn(text);
    let (mut document, mut grown) = (Document::new("m"), page::Page::default());
    let ends = text.char_indices().map(|(at, _)| at).step_by(size).skip(1).chain([text.len()]);
    for end in ends {
        grown.apply(document.draw(&text[..end]));
    }
    assert!(grown.elements == whole, "grown differs from whole: {:?}…", &text[..text.floor_char_boundary(60)]);
    document.cost()
}

#[test]
fn markup_is_text() {
    for text in [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "a <b onmouseover=\"alert(1)\">b</b>",
        "<a href=\"javascript:alert(1)\">x</a>",
        "</p></div><style>*{display:none}</style>",
        "<!--><script>alert(1)</script>-->",
        "<![CDATA[<script>]]>",
        "```\"onclick=alert(1)\n</code></pre><script>alert(1)</script>\n```",
        "```js\" autofocus onfocus=\"alert(1)\nx\n```",
        "| <td> | <script> |\n|---|---|\n| </table><script> | x |",
        "> [!NOTE] <script>alert(1)</script>\n> x",
        "[^<b>]\n\n[^<b>]: x",
        "- [x] <input autofocus onfocus=alert(1)>",
        "`<script>`",
        "&lt;script&gt;alert(1)&lt;/script&gt; &#60;script&#62;",
    ] {
        let page = grow_by_characters(text);
        assert_eq!(page.elements, drawn(text));
        let html = whole(text);
        assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("<style"), "{html}");
    }
}

#[test]
fn scripts_are_no_addresses() {
    for address in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "javascript&colon;alert(1)",
        "&#106;avascript:alert(1)",
        "&#x6A;avascript&#x3a;alert(1)",
        "java\\script:alert(1)",
        "java&Tab;script:alert(1)",
        "java&NewLine;script:alert(1)",
        "&#1;javascript:alert(1)",
        "\u{1}javascript:alert(1)",
        "\u{a0}javascript:alert(1)",
        "\u{202e}javascript:alert(1)",
        "data:text/html;base64,PHNjcmlwdD4=",
        "vbscript:msgbox(1)",
        "//evil.example",
        "/api/delete_conversation",
        "#main",
        "file:///etc/passwd",
        "blob:https://x.example/1",
    ] {
        for text in [
            format!("[x]({address})"),
            format!("[x](<{address}>)"),
            format!("<{address}>"),
            format!("![x]({address})"),
            format!("[x]\n\n[x]: {address}\n"),
            format!("[![x]({address})]({address})"),
        ] {
            let html = whole(&text);
            assert!(!html.contains("href"), "{text:?} is {html}");
            page::read(&html);
        }
    }
}

#[test]
fn pictures_are_not_loaded() {
    let html = whole("![a *cat*](https://c.example/cat.png \"t\")");
    assert!(html.contains("<a href=\"https://c.example/cat.png\"") && html.contains(">a <em>cat</em></a>"), "{html}");
    assert_eq!(page::text(&page::read(&whole("![](https://c.example/cat.png)"))), "https://c.example/cat.png");
}

#[test]
fn what_turns_text_around_is_shown() {
    let text = "safe \u{202e}gpj.exe\u{202c} and `\u{2066}code`\n\n```\na\u{202d}b\n```\n";
    let page = grow_by_characters(text);
    let html = whole(text);
    for name in ["RLO", "PDF", "LRI", "LRO"] {
        assert!(html.contains(&format!("data-name=\"{name}\"")), "{name} in {html}");
    }
    assert!(page::text(&page.elements).contains("safe \u{202e}gpj.exe\u{202c} and \u{2066}code"), "nothing is lost");
}

#[test]
fn deep_nesting_is_drawn_flat() {
    on_a_small_stack(|| {
        let deep = 10_000;
        for text in [
            ">".repeat(deep) + "x",
            "> ".repeat(deep) + "x",
            "- ".repeat(deep) + "x",
            "1. ".repeat(deep) + "x",
            "[".repeat(deep) + "x" + &"]".repeat(deep),
            "[".repeat(deep) + "x" + &"](https://x.example)".repeat(deep / 20),
            "![".repeat(deep) + "x" + &"](u)".repeat(deep),
            "*".repeat(deep) + "x" + &"*".repeat(deep),
            "*a ".repeat(deep),
            "*a **b ".repeat(deep / 2),
            "_a __b ".repeat(deep / 2) + &"b__ a_ ".repeat(deep / 2),
            "~~a ".repeat(deep) + &"~~".repeat(deep),
            "`".repeat(deep) + "x",
            (1..200).map(|n| "`".repeat(n) + "x").collect(),
            "<".repeat(deep),
            "<!-- ".repeat(deep / 2),
            "&".repeat(deep),
            "\\".repeat(deep),
            "[^".repeat(deep) + "x" + &"]".repeat(deep),
            "[a]: ".repeat(deep / 2),
            "www.".repeat(deep / 2),
            "a@".repeat(deep),
            "https://".repeat(deep / 4),
            "https://a.b，".repeat(deep / 20),
            "https://a.b，**".repeat(deep / 20),
            "|".repeat(90) + "\n" + &"|-".repeat(89) + "|\n" + &"|\n".repeat(deep),
            (0..300).map(|n| " ".repeat(n * 2) + "- x\n").collect(),
            (0..300).map(|n| "> ".repeat(n) + "x\n").collect(),
            (0..200).map(|n| "> ".repeat(n % 30) + &"- ".repeat(n % 7) + "x\n").collect(),
        ] {
            both_ways(&text, text.len() / 7 + 1);
            let deepest = deepest(&drawn(&text));
            assert!(deepest < 80, "{deepest} deep: {:?}", &text[..40]);
        }
    });
}

fn deepest(nodes: &[page::Node]) -> usize {
    let one = |node: &page::Node| match node {
        page::Node::Element(element) => 1 + deepest(&element.children),
        page::Node::Text(_) => 0,
    };
    nodes.iter().map(one).max().unwrap_or(0)
}

#[test]
fn a_line_of_a_megabyte_is_text() {
    let line = "a *b* [c](https://d.example) ".repeat(1_000_000 / 29);
    for text in [
        line.clone(),
        format!("before\n\n- item\n{line}\nafter *all*\n"),
        format!("```\ncode\n{line}\nmore\n```\nafter\n"),
    ] {
        let cost = both_ways(&text, 9_973);
        assert!(cost < 40 * LONGEST_LINE, "{cost} bytes were parsed");
    }
    let pipes = "|x".repeat(5_000) + "\n" + &"|-".repeat(5_000) + "\n" + &"|\n".repeat(5_000);
    both_ways(&pipes, 997);
}

#[test]
fn what_never_ends_is_closed_by_force() {
    for piece in
        ["word and word\n", "- a\n  - b\n  - c\n", "> - quoted\n", "<!-- html\n", "[label]: https://x.example\n", "\n"]
    {
        let first = if piece.starts_with('-') { "- top\n  - sub\n" } else { "" };
        let text = first.to_owned() + &piece.replace("- a\n", "").repeat(3 * LONGEST_CHUNK / piece.len() / 2);
        let cost = both_ways(&text, 20_011);
        assert!(cost < 60 * text.len(), "{cost} bytes were parsed of {}: {piece:?}", text.len());
    }
}

#[test]
fn what_is_beyond_all_measure_is_text() {
    let text = "# A heading\n\nand *words*\n\n".repeat(LONGEST_TEXT / 20);
    let elements = drawn(&text);
    let page::Node::Element(last) = elements.last().unwrap() else { panic!("an element") };
    assert_eq!(last.attributes[0].1, "verbatim");
    assert!(page::text(&last.children).contains("and *words*"));
    both_ways(&text, 300_007);
}

#[test]
fn many_labels_are_no_trap() {
    let uses: String = (0..800).map(|n| format!("[l{n}] and [^n{n}]\n\n")).collect();
    let definitions: String =
        (0..800).map(|n| format!("[l{n}]: https://x.example/{n}\n\n[^n{n}]: note {n}\n\n")).collect();
    both_ways(&(uses + &definitions), 2_003);
}

#[test]
fn a_label_cannot_repeat_a_long_address() {
    let address = format!("https://x.y/{}", "z".repeat(30_000));
    for text in [
        format!("[a]: {address}\n\n{}", "[a] ".repeat(4_000)),
        format!("[a]: {address}\n\n{}", "[a]\n\n".repeat(1_000)),
    ] {
        both_ways(&text, 4_001);
        let html: usize = drawn(&text).iter().map(|element| format!("{element:?}").len()).sum();
        assert!(html < 30 * text.len(), "{html} bytes from {}", text.len());
    }
}

#[test]
fn ends_of_lines_of_all_kinds() {
    for text in [
        "a\rb\r\rc",
        "a\r\n\r\nb",
        "```\r\nx\r\n```\r\n",
        "\u{feff}# a\n\n\u{feff}b\n\n\u{feff}- c",
        "a\0b\n\n```\n\0\n```",
        "\n\n\n",
        "\r",
    ] {
        grow_by_characters(text);
    }
    grow("a\n\nb", ["a\n\nb"]);
    assert_eq!(whole_html("m", ""), "");
}

#[test]
fn a_table_of_ten_thousand_cells_grows_as_it_is_whole() {
    on_a_small_stack(|| {
        let row = |n: usize| format!("|{}\n", format!(" {n} **b** $x_{n}$ |").repeat(20));
        let rows: String = (0..500).map(row).collect();
        let text = format!("|{}\n|{}\n{rows}", " h |".repeat(20), "---|".repeat(20));
        let html = whole_html("m", &text);
        assert_eq!((html.matches("<td>").count(), html.matches("copy-table").count()), (10_000, 1));
        let cost = both_ways(&text, 4_001);
        assert!(cost < 16 * text.len(), "{cost} bytes parsed of {}", text.len());
    });
}

#[test]
fn broken_and_bomb_like_formulas_grow_as_they_are_whole() {
    on_a_small_stack(|| {
        for text in [
            "$$\n".to_owned() + &"- a\n".repeat(5_000),
            "$a".repeat(5_000),
            "$A$B".repeat(2_000),
            "$$$".repeat(5_000),
            "\\(".repeat(5_000) + &"\\)".repeat(5_000),
            "\\[".repeat(5_000),
            "$$ ".repeat(5_000) + "\n\n" + &"\\[\n".repeat(2_000),
            format!("$${}x{}$$\n\nend", "{".repeat(10_000), "}".repeat(10_000)),
            "$\\frac{a$ $5 `$x$` ".repeat(1_000),
            "> $$\n> - b\n".repeat(1_000),
        ] {
            let cost = both_ways(&text, 1_999);
            println!("{:?}…: {cost} bytes parsed of {}", &text[..12], text.len());
            // What is open is parsed again with each piece, and again for its dollars.
            assert!(cost < 100 * text.len(), "{cost} bytes parsed of {}", text.len());
        }
    });
}
