//! A text that grows looks, after each character, as if it had come at once.

use super::{corpus, drawn, grow, grow_by_characters, page, whole};
use proptest::prelude::*;

#[test]
fn every_beginning_of_every_document_is_drawn_as_one_parse_draws_it() {
    let documents = corpus::documents();
    assert!(documents.len() >= 300, "{} documents", documents.len());
    for document in &documents {
        let page = grow_by_characters(document);
        assert_eq!(page.elements, drawn(document), "the server's drawing of {document:?}");
    }
}

fn same_by_characters_and_at_once(text: &str) {
    let page = grow_by_characters(text);
    assert_eq!(page::write(&page.elements), page::write(&drawn(text)), "{text:?}");
}

#[test]
fn a_tables_first_line_may_be_something_else_where_it_stands_first() {
    for first in ["<br>", "2. a", "    a", "-"] {
        grow_by_characters(&format!("words\n{first}\n|-|\n| b |\n| c |\n\nend"));
    }
}

#[test]
fn a_formula_in_a_block_that_ends_supposes_no_other_block() {
    for text in
        ["```_\n> a\n  $$| x\n  ````\n", "- ```\n  $$\n  ```\n", "<!--\n$$\n-->\n", "    $$\n", "> ~~~\n> \\[\n> ~~~\n"]
    {
        same_by_characters_and_at_once(text);
        assert!(!whole(text).contains("<p></p>"), "{}", whole(text));
    }
}

#[test]
fn a_footnote_holds_what_is_indented_below_it() {
    for text in [
        "[^1]: \\(x\\)\n    [^b]: \n    > [!NOTE]\n| \r</pre>[^b]\n",
        "[^1]: \\(x\\)\n    [^b]: \n    > [!NOTE]\n| \r\n</pre>[^b]\n",
    ] {
        same_by_characters_and_at_once(text);
    }
}

#[test]
fn a_definition_above_a_tables_first_line_is_text_again() {
    grow_by_characters("[a]: /u\n|-|a\n|--|--|\n\n[a]");
    grow_by_characters("> [a]: /u\n> |-|a\n> |--|--|\n\n[a]");
    grow_by_characters("# one\n[a]: /u\ntwo\n\n[a]");
}

#[test]
fn a_paragraph_above_a_table_is_drawn_again_with_it() {
    for text in ["`\n    ~\r-|\n[^b]\n[^b]:\n", "[b]:*\na\r|-\n[^1]\n[^1]:\n", "[b]:h\n^\n-|\n[a]\n*\n[a]:b"] {
        same_by_characters_and_at_once(text);
    }
}

#[test]
fn a_label_is_explained_however_often_it_is_used() {
    // Comrak resolves no more bytes of addresses than the text is long.
    for text in [
        "[b]: https://u.v[t](https://x.y)\n[b]: https://u.v<br> [A][b]\n- [x] `c`\n",
        "\n[a]:](https://x.y)\n|-|[a] [a]\n\n",
        "[b]\n# [b]\n[b]:.v**注意：",
        "[a] [A]\n\n[a]: https://a.example/a/long/address\n[A ]: /u\n[a] [a] [a] [a]\n",
    ] {
        same_by_characters_and_at_once(text);
    }
    let html = whole("[a]: https://a.example/a/long/address\n\n[a] [a] [a] [a] [a] [a] [a]\n");
    assert_eq!(html.matches("<a ").count(), 7, "{html}");
}

#[test]
fn a_label_of_two_lines_may_stand_in_a_quote() {
    same_by_characters_and_at_once("> [a\n> b]: /u\n\n[a b]");
    same_by_characters_and_at_once("- [a\n  b]: /u\n\n[A  B] [a\nb]");
}

#[test]
fn what_an_address_took_with_it_has_labels() {
    for text in [
        "https://x.y，[a]、[b][A]。\n\n[a]: https://a.b\n",
        "[a]: https://a.b\n\nhttps://x.y，[a]",
        "[a]: https://a.b\nhttps://x.y，[a]",
        "- https://x.y，*[a]*[^1]。www.x.y，[^1]\n\n[^1]: c\n[a]: https://a.b",
    ] {
        same_by_characters_and_at_once(text);
    }
    let html = whole("https://x.y，[a] **见 https://x.y。** https://x.y，**b**\n\n[a]: https://a.b\n");
    assert!(html.contains("</a>，<a href=\"https://a.b\""), "{html}");
    assert!(html.contains("</a>，<strong>b</strong>"), "{html}");
    let html = whole("[见。](https://x.y/见。) <https://x.y/，>");
    assert!(html.contains(">见。</a>") && html.contains(">https://x.y/，</a>"), "{html}");
}

#[test]
fn a_carriage_return_ends_a_line_like_any_other() {
    // Comrak takes it and the line feed of the empty line below for one end.
    for text in [" ```\r \n", "```\ra\r\r\nb\r\n```\r", "> ```\r> \n> a"] {
        same_by_characters_and_at_once(text);
    }
}

#[test]
fn large_pieces_are_as_good_as_small_ones() {
    for document in corpus::answers() {
        for size in [2, 7, 31, 200] {
            let bytes: Vec<_> =
                document.char_indices().map(|(at, _)| at).step_by(size).chain([document.len()]).collect();
            grow(document, bytes.windows(2).map(|cut| &document[cut[0]..cut[1]]));
        }
    }
}

/// A line of one of many kinds, some of which go on with the one before.
pub fn line() -> impl Strategy<Value = String> {
    let inline = prop_oneof![
        4 => "[a-c]{1,4}",
        1 => Just("**b**".to_owned()), 1 => Just("*i".to_owned()), 1 => Just("`c`".to_owned()), 1 => Just("~~d~~".to_owned()),
        1 => Just("[a]".to_owned()), 1 => Just("[A][b]".to_owned()), 1 => Just("[^1]".to_owned()), 1 => Just("[^b]".to_owned()),
        1 => Just("[t](https://x.y)".to_owned()), 1 => Just("https://x.y，".to_owned()), 1 => Just("**注意：**中文".to_owned()),
        1 => Just("<b>".to_owned()), 1 => Just("<br>".to_owned()), 1 => Just("\\(x\\)".to_owned()), 1 => Just("&amp;".to_owned()),
        1 => Just("https://x.y，[a]。".to_owned()), 1 => Just("www.x.y：**b**".to_owned()), 1 => Just("![i](u)".to_owned()),
        1 => Just("「*強*」".to_owned()), 1 => Just("<!--".to_owned()), 1 => Just("a@b.c".to_owned()), 1 => Just("[b][]".to_owned()),
        1 => Just("$x$".to_owned()), 1 => Just("$5".to_owned()), 1 => Just("$$".to_owned()), 1 => Just("\\]".to_owned()),
        1 => Just("| x".to_owned()), 1 => Just("\\".to_owned()), 1 => Just("  ".to_owned()), 1 => Just("_".to_owned()),
    ];
    let content = proptest::collection::vec(inline, 0..4).prop_map(|words| words.join(" "));
    let marker = prop_oneof![
        6 => Just(""), 2 => Just("- "), 1 => Just("* "), 1 => Just("1. "), 1 => Just("2) "), 1 => Just("- [x] "), 2 => Just("> "),
        1 => Just(">"), 1 => Just("# "), 1 => Just("### "), 1 => Just("```"), 1 => Just("~~~"), 1 => Just("````"), 1 => Just("| "),
        1 => Just("|-|"), 1 => Just("|--|--|"), 1 => Just("---"), 1 => Just("==="), 1 => Just("***"), 1 => Just("[a]: /u"),
        1 => Just("[b]: https://u.v"), 1 => Just("[^1]: "), 1 => Just("[^b]: "), 1 => Just("<div>"), 1 => Just("<!-- "),
        1 => Just("-->"), 1 => Just("> [!NOTE]"), 1 => Just("-"), 1 => Just("1."), 1 => Just("> - "), 1 => Just("- > "),
        1 => Just("<pre>"), 1 => Just("</pre>"), 1 => Just("> [!TIP] own"), 1 => Just("> > "), 1 => Just("- - "), 1 => Just("> | "),
        1 => Just("> |-|"), 1 => Just("- | "), 1 => Just("- |-|"), 1 => Just("> ```"), 1 => Just("- ```"), 1 => Just("[^1]: - "),
        1 => Just("[^b]: > "), 1 => Just("[B\n a]: <v> 't'"), 1 => Just("+ "), 1 => Just("10. "), 1 => Just("=="), 2 => Just("$$"), 1 => Just("\\["), 1 => Just("\\]"),
        1 => Just("- $$"), 1 => Just("> $$"), 1 => Just("= "), 1 => Just("    $$"), 1 => Just("- - \\["), 1 => Just("<?"),
        1 => Just("> [a]: /w"), 1 => Just("- [b]: /x"), 1 => Just("- [ ]"), 1 => Just("\t- "),
    ];
    let indent = prop_oneof![8 => Just(""), 2 => Just("  "), 1 => Just("   "), 1 => Just("    "), 1 => Just("\t"), 1 => Just(" ")];
    let end = prop_oneof![8 => Just("\n"), 2 => Just("\n\n"), 1 => Just("\r\n"), 1 => Just("\r")];
    (indent, marker, content, end).prop_map(|(indent, marker, content, end)| format!("{indent}{marker}{content}{end}"))
}

// Other lines each time: a failure prints the smallest text that it finds, which then belongs above.
proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(400),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_lines_grow_as_they_are_whole(lines in proptest::collection::vec(line(), 0..14)) {
        let text = lines.concat();
        let page = grow_by_characters(&text);
        prop_assert_eq!(page::write(&page.elements), page::write(&drawn(&text)));
    }

    #[test]
    fn any_characters_are_drawn_well_formed(text in r"([-*_`~$#>|\[\]()!:^&;<=+ \t\n\r\\/0-9a-c中，：「🙂\u{200b}\u{202e}\u{2066}]|https://|<br>|\]\(){0,60}") {
        page::read(&whole(&text));
        grow_by_characters(&text);
    }
}
