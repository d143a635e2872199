use super::{
    worker::{DEPTH, GRAMMARS, Grammars, LINE, spans},
    *,
};
use crate::workshop::KEEP;
use app::wire::SpanClass;
use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

/// So that a slow machine changes nothing.
const HOUR: Duration = Duration::from_secs(3_600);

/// One with time.
fn patient(keep: Duration) -> Highlighter {
    Highlighter { workshop: Arc::new(Workshop::new(keep, HOUR)), ..Highlighter::default() }
}

fn block(language: &str, code: &str) -> CodeBlock {
    CodeBlock { language: language.into(), code: code.into() }
}

fn whole(language: &str, code: &str) -> Vec<CodeSpan> {
    let grammars = two_face::syntax::extra_newlines();
    let grammar = languages::find(&grammars, language).unwrap();
    let (spans, whole) = spans(&grammars, grammar, code, Instant::now() + HOUR);
    assert!(whole);
    assert!(spans.iter().all(|span| span.bytes > 0));
    let mut end = 0;
    for span in &spans {
        end += span.bytes as usize;
        assert!(code.is_char_boundary(end), "{language}: {end} of {} is inside of a character", code.len());
    }
    spans
}

/// The text of each span with its class, trimmed.
fn told<'a>(language: &str, code: &'a str) -> Vec<(SpanClass, &'a str)> {
    let mut at = 0;
    let spans = whole(language, code).into_iter().map(|span| {
        let text = &code[at..at + span.bytes as usize];
        at += span.bytes as usize;
        (span.class, text.trim())
    });
    spans.collect()
}

#[test]
fn code_gets_its_colours() {
    use SpanClass::*;
    let told = |language, code: &'static str| told(language, code);
    let rust = told("rust", "// say\nfn main() {\n    let溪 = \"a\\n\"; 7 }");
    for expected in [(Comment, "// say"), (Keyword, "fn"), (Function, "main"), (Constant, "\\n"), (Number, "7")] {
        assert!(rust.contains(&expected), "{expected:?} in {rust:?}");
    }
    let python = told("python3", "def f(x):\n    return x and None\n");
    for expected in [(Keyword, "def"), (Function, "f"), (Keyword, "and"), (Constant, "None")] {
        assert!(python.contains(&expected), "{expected:?} in {python:?}");
    }
    assert_eq!(told("diff", "+ new\n- old\n"), [(Inserted, "+ new"), (Deleted, "- old")]);
    let html = told("html", "<a href=\"x\">y</a>");
    for expected in [(Tag, "a"), (Attribute, "href"), (String, "\"x\"")] {
        assert!(html.contains(&expected), "{expected:?} in {html:?}");
    }
    let json = told("json", "{\"a\": [1, true]}");
    assert!(json.contains(&(Number, "1")) && json.contains(&(Constant, "true")), "{json:?}");
    assert!(told("yaml", "key: value\n").contains(&(Attribute, "key")));
    assert!(told("markdown", "# Title\n").iter().any(|(class, text)| *class == Heading && text.contains("Title")));
    assert!(told("sh", "if true; then echo \"$HOME\"; fi # why").contains(&(Comment, "# why")));
}

#[test]
fn every_grammar_takes_what_is_hostile() {
    let grammars = two_face::syntax::extra_newlines();
    let hostile = [
        "",
        "\n",
        "\0",
        "\r\n\r",
        "溪\u{200d}🐟\u{202e}\u{feff}",
        "\"unclosed 'and `unclosed ${ <!-- /* (((",
        "((((((((((((((((\n))))))))))))))))\n[[[[{{{{<<<<",
        "<<EOF\n$(($(($((\n\\",
    ];
    let end = Instant::now() + HOUR;
    for grammar in grammars.syntaxes() {
        for code in hostile {
            let (spans, _) = spans(&grammars, grammar, code, end);
            let bytes: u32 = spans.iter().map(|span| span.bytes).sum();
            assert!(
                bytes as usize <= code.len() && code.is_char_boundary(bytes as usize),
                "{}: {code:?}",
                grammar.name
            );
        }
    }
}

#[test]
fn a_long_line_and_deep_nesting_stay_plain() {
    let long = format!("let a = 1;\n{}\nlet b = 2;\n", "x = \"".repeat(LINE));
    let spans = whole("js", &long);
    assert!(spans.iter().any(|span| span.class == SpanClass::Plain && span.bytes as usize > 4 * LINE));
    assert!(told("js", &long).contains(&(SpanClass::Number, "2")), "what follows has its colours");

    let deep = "[\n".repeat(10_000);
    assert!(whole("json", &deep).len() <= DEPTH);
}

#[test]
fn what_has_no_time_left_is_to_be_tried_again() {
    let grammars = two_face::syntax::extra_newlines();
    let grammar = languages::find(&grammars, "rust").unwrap();
    assert_eq!(spans(&grammars, grammar, "fn main() {}", Instant::now()), (vec![], false));
}

#[tokio::test]
async fn blocks_are_answered_in_their_order_and_remembered() {
    let highlighter = patient(KEEP);
    let blocks = vec![block("klingon", "nuqneH"), block("rs", "fn f() {}"), block("", "plain"), block("py", "x = 1")];
    let answer = highlighter.highlight(blocks.clone()).await.unwrap();
    assert_eq!(answer.iter().map(Vec::is_empty).collect::<Vec<_>>(), [true, false, true, false]);
    assert_eq!(answer[1][0], CodeSpan { class: SpanClass::Keyword, bytes: 3 });
    assert_eq!(highlighter.done.len(), 2);
    assert_eq!(highlighter.highlight(blocks).await.unwrap(), answer);
    // Another language is another answer.
    let other = highlighter.highlight(vec![block("md", "fn f() {}")]).await.unwrap();
    assert_ne!(other[0], answer[1]);
}

#[tokio::test]
async fn nothing_does_not_need_the_grammars() {
    let highlighter = patient(KEEP);
    assert_eq!(highlighter.highlight(vec![]).await.unwrap(), Vec::<Vec<CodeSpan>>::new());
    assert_eq!(highlighter.workshop.threads.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn too_much_is_refused_and_as_much_as_allowed_is_not() {
    let highlighter = patient(KEEP);
    let code = |answer: Result<Vec<Vec<CodeSpan>>, Error>| answer.map(|spans| spans.len()).map_err(|error| error.code);
    assert_eq!(code(highlighter.highlight(vec![block("", ""); BLOCKS + 1]).await), Err(Code::TooLarge));
    assert_eq!(code(highlighter.highlight(vec![block("rust", &"a".repeat(BYTES))]).await), Err(Code::TooLarge));
    assert_eq!(code(highlighter.highlight(vec![block("rust", &"a".repeat(BYTES - 4))]).await), Ok(1));
    assert_eq!(code(highlighter.highlight(vec![block(&"x".repeat(10_000), "a"); BLOCKS / 4]).await), Ok(BLOCKS / 4));
    assert_eq!(code(highlighter.highlight(vec![block("", ""); BLOCKS]).await), Ok(BLOCKS));
}

/// Until all threads have ended.
fn ended(highlighter: &Highlighter) {
    while highlighter.workshop.threads.load(Ordering::SeqCst) > 0 {
        std::thread::yield_now();
    }
}

#[tokio::test]
async fn grammars_go_when_nobody_asks_for_them() {
    let highlighter = patient(Duration::ZERO);
    for code in ["fn f() {}", "fn g() {}"] {
        assert_ne!(highlighter.highlight(vec![block("rs", code)]).await.unwrap(), [vec![]]);
        ended(&highlighter);
    }
}

#[tokio::test]
async fn a_thread_that_hangs_is_left_behind_once_and_no_oftener() {
    let highlighter = patient(KEEP);
    let ask = async |code| highlighter.highlight(vec![block("rs", code)]).await.unwrap().remove(0).len();
    assert_ne!(ask("fn f() {}").await, 0);
    highlighter.workshop.leave_behind();
    assert_ne!(ask("fn g() {}").await, 0, "another takes its place");
    highlighter.workshop.leave_behind();
    ended(&highlighter);
    // As if two of them hung for ever.
    highlighter.workshop.threads.fetch_add(2, Ordering::SeqCst);
    assert_eq!(ask("fn h() {}").await, 0, "plain");
    assert_ne!(ask("fn g() {}").await, 0, "remembered");
    highlighter.workshop.threads.fetch_sub(2, Ordering::SeqCst);
    assert_ne!(ask("fn h() {}").await, 0);
}

#[test]
fn many_grammars_are_more_than_are_kept() {
    let mut grammars = Grammars::default();
    let languages = ["rs", "c", "go", "java", "lua", "json", "css", "sql", "toml", "ini", "diff", "yaml"];
    let mut find = |language: &&str| {
        let found = grammars.find(7, &block(language, "# { \"a\": 1 } -- [x]\na = 1\n"), Instant::now() + HOUR);
        assert!(found.whole && found.index == 7);
        (found.spans, grammars.used())
    };
    let first: Vec<_> = languages.iter().map(&mut find).collect();
    let again: Vec<_> = languages.iter().map(&mut find).collect();
    for ((first, again), language) in first.iter().zip(&again).zip(languages) {
        assert_eq!(first.0, again.0, "{language}");
    }
    assert!(first.iter().chain(&again).all(|(_, used)| *used <= GRAMMARS), "{first:?}");
}
