use super::{
    typeset::{Work, mathml},
    *,
};
use crate::workshop::Craft;
use app::markdown::Typeset as _;
use std::collections::BTreeSet;

fn formula(source: &str) -> Formula {
    Formula { source: source.into(), display: true }
}

fn made(source: &str) -> Option<String> {
    let source = formula(source);
    // As the thread has it: a test's stack is smaller.
    let thread = std::thread::Builder::new().stack_size(Work::STACK);
    let made = thread.spawn(move || std::panic::catch_unwind(|| mathml(&source)).unwrap_or_default());
    made.unwrap().join().expect("a formula ends no thread")
}

/// What models write, by subject.
const WRITTEN: [&str; 43] = [
    "a < b > c \\not< d \\nless \\& \\lt \\gt",
    "E = mc^2",
    "\\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}",
    "\\boxed{x = 5}",
    "\\boxed{\\dfrac{1}{2}}",
    "\\int_0^\\infty e^{-x^2}\\,dx = \\frac{\\sqrt{\\pi}}{2}",
    "\\sum_{n=1}^{\\infty} \\frac{1}{n^2} = \\frac{\\pi^2}{6}",
    "\\lim_{x \\to 0} \\frac{\\sin x}{x} = 1",
    "\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}",
    "\\begin{bmatrix} 1 & 0 \\\\ 0 & 1 \\end{bmatrix}^{-1}",
    "\\begin{cases} x & \\text{if } x > 0 \\\\ -x & \\text{otherwise} \\end{cases}",
    "\\begin{aligned} a &= b + c \\\\ &= d \\end{aligned}",
    "\\begin{align*} a &= b \\\\ c &= d \\end{align*}",
    "\\begin{align} a &= b \\nonumber \\\\ c &= d \\tag{1} \\end{align}",
    "\\begin{array}{c|c} a & b \\\\ \\hline c & d \\end{array}",
    "a = b \\\\ c = d",
    "a &= b \\\\ &= d",
    "\\mathbb{R}^n \\to \\mathcal{L}(\\mathfrak{g}, \\mathscr{F})",
    "\\hat{y} = \\bm{w}^\\top \\vec{x} + \\bar b",
    "\\nabla \\times \\mathbf{E} = -\\frac{\\partial \\mathbf{B}}{\\partial t}",
    "\\left( \\frac{a}{b} \\right)^2 \\left[ x \\right] \\left\\{ y \\right\\} \\left. z \\right|_{0}^{1}",
    "\\bigl( x \\bigr) \\Big| y \\Big|",
    "\\operatorname*{argmax}_{\\theta} \\log p(x \\mid \\theta)",
    "\\underbrace{a + b}_{c} \\overbrace{d}^{e}",
    "\\overset{!}{=} \\underset{x}{\\min} \\stackrel{a}{b}",
    "P(A \\mid B) = \\frac{P(B \\mid A)\\,P(A)}{P(B)}",
    "\\binom{n}{k} = \\frac{n!}{k!(n-k)!}",
    "x \\equiv y \\pmod{n}, a \\bmod b",
    "A \\xrightarrow{f} B \\implies C \\iff D",
    "\\text{速度} = \\frac{\\text{距离}}{\\text{时间}}",
    "\\color{red}{x} + \\textcolor{blue}{y}",
    "f'(x) = f''(x)",
    "50\\% \\text{ of } \\$10",
    "\\{ x \\in \\mathbb{Z} : x \\ge 0 \\}",
    "\\lvert x \\rvert \\lVert v \\rVert \\langle u, v \\rangle \\lfloor x \\rfloor \\lceil y \\rceil",
    "\\not= \\neq \\leq \\approx \\sim \\propto",
    "\\ddot{x} + 2\\zeta\\omega_0\\dot{x} + \\omega_0^2 x = 0",
    "\\substack{i < n \\\\ j < m}",
    "\\prod_{i} \\iint \\oint \\bigcup_{k} \\bigoplus",
    "H_2O \\rightarrow H^+ + OH^-",
    "\\mathrm{d}x\\!\\; \\quad \\qquad \\cdots \\vdots \\ddots",
    "\\tfrac12 + \\cfrac{1}{1 + \\cfrac{1}{x}}",
    "\\sqrt[3]{x} \\sqrt 2",
];

#[test]
fn what_models_write_is_typeset() {
    let missing: Vec<_> = WRITTEN.iter().filter(|source| made(source).is_none()).collect();
    assert!(missing.is_empty(), "{missing:#?}");
    let html = made("\\boxed{x}").unwrap();
    assert!(html.contains("<mrow class=\"math-frame\">"), "{html}");
    assert!(made("\\color{red}{x}").unwrap().contains("<mi>x</mi>"));
    for source in WRITTEN {
        let made = made(source).unwrap();
        assert!(made.starts_with("<math display=\"block\">") && made.ends_with("</math>"), "{made}");
        assert!(!made.contains(" style=\""), "{source}: {made}");
    }
}

/// Everything that a page may get is of this, whatever was asked.
fn is_harmless(mathml: &str) -> bool {
    let known: BTreeSet<_> = mathml.split('<').skip(1).map(|tag| tag.trim_start_matches('/')).map(name).collect();
    let known = known.iter().all(|name| name.starts_with('m') && *name != "maction" && *name != "mglyph");
    known && !["href", " style=\"", "<script", "javascript:alert", " on", "url("].iter().any(|bad| mathml.contains(bad))
}

fn name(tag: &str) -> &str {
    &tag[..tag.find([' ', '>']).unwrap_or(tag.len())]
}

#[test]
fn hostile_formulas_are_text_or_nothing() {
    for source in [
        "\\href{javascript:alert(1)}{x}",
        "\\url{javascript:alert(1)}",
        "\\style{color:red}{x}",
        "\\class{evil}{x}",
        "\\cssId{x}{y}",
        "\\htmlData{a=b}{x}",
        "\\htmlStyle{background:url(//e.example)}{x}",
        "\\includegraphics{https://e.example/x.png}",
        "\\color{url(https://e.example)}x",
        "\\color{#ffffff\" onclick=\"alert(1)}x",
        "\\textcolor{#é12345}{x}",
        "\\unicode{x3c}",
        "\\char\"3C script",
        "\\hspace{99999em}x",
        "\\kern-9999em x",
        "\\rule{1000em}{1000em}",
        "\\raise 99em x",
        "\\begin{array}{<script>}a\\end{array}",
        "\\begin{script}x\\end{script}",
        "\\\\[9999em]",
        "\\genfrac{<}{>}{99999pt}{}{a}{b}",
        "\\input{/etc/passwd}",
        "\\write18{rm}",
    ] {
        assert!(made(source).is_none_or(|made| is_harmless(&made)), "{source}: {:?}", made(source));
    }
    for source in [
        "\\text{</math><script>alert(1)</script>}",
        "\\operatorname{<img src=x>}",
        "\\text{\" onclick=\"x}",
        "<b>&amp;",
    ] {
        let made = made(source);
        let harmless = made.as_ref().is_none_or(|made| {
            let tags = made.split('<').skip(1).all(|tag| name(tag.trim_start_matches('/')).starts_with('m'));
            tags && !made.contains("<img")
        });
        assert!(harmless, "{source}: {made:?}");
    }
    assert_eq!(made("\\mathrm{a}\\nosuchcommand"), None);
    for broken in
        ["\\frac{a", "{", "}", "a_b_c", "\\left( x", "\\begin{matrix}", "\\end{x}", "\\sqrt", "^", "&", "\\", "%", "#1"]
    {
        // None of them ends the thread; what can be drawn of one is drawn.
        let _ = made(broken);
    }
}

#[test]
fn what_is_made_of_a_bomb_is_bounded() {
    let nested = |begin: &str, end: &str, size: usize| {
        let count = size / (begin.len() + end.len());
        begin.repeat(count) + "x" + &end.repeat(count)
    };
    let mut bombs = vec![
        "\\def\\a{\\a\\a}\\a".to_owned(),
        "\\newcommand{\\a}{\\b\\b}\\newcommand{\\b}{\\a\\a}\\a".to_owned(),
        "x".repeat(LONGEST),
        "\\relax".repeat(LONGEST / 6),
        "\\hat".repeat(LONGEST / 4),
        "\\sqrt".repeat(LONGEST / 5) + "x",
        "\\not".repeat(LONGEST / 4),
        "\\displaystyle".repeat(LONGEST / 13),
        "&".repeat(LONGEST),
        "\\\\".repeat(LONGEST / 2),
        "a'".repeat(LONGEST / 2),
        "'".repeat(LONGEST),
        "%\n".repeat(LONGEST / 2),
        " ".repeat(LONGEST),
        "{}".repeat(LONGEST / 2),
        "\\begin{matrix}".repeat(LONGEST / 14),
        format!("\\begin{{array}}{{{}}}a\\end{{array}}", "c|".repeat(LONGEST / 3)),
        format!("\\begin{{array}}{{*{{9999999}}{{c}}}}a\\end{{array}}"),
        format!("\\begin{{matrix}}{}\\end{{matrix}}", "a&".repeat(LONGEST / 3)),
    ];
    let groups =
        [("{", "}"), ("\\frac{", "}{b}"), ("\\sqrt{", "}"), ("x^{", "}"), ("\\left(", "\\right)"), ("\\text{", "}")];
    let more = [
        ("\\begin{matrix}", "\\end{matrix}"),
        ("\\hat{", "}"),
        ("\\overbrace{", "}"),
        ("\\boxed{", "}"),
        ("\\mathop{", "}"),
    ];
    bombs.extend(groups.iter().chain(&more).map(|(begin, end)| nested(begin, end, LONGEST)));
    for bomb in &bombs {
        let shown = &bomb[..40.min(bomb.len())];
        assert!(made(bomb).is_none_or(|made| made.len() <= 192 * 1024), "{shown}");
    }
}

#[tokio::test]
async fn formulas_are_answered_in_their_order_and_remembered() {
    let typesetter = Typesetter::default();
    let asked = vec![formula("x"), formula("\\nosuch"), formula(&"x".repeat(LONGEST + 1)), formula("y")];
    let answer = typesetter.typeset(asked.clone()).await.unwrap();
    assert_eq!(answer.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, false, true]);
    assert!(answer[3].as_ref().unwrap().contains("<mi>y</mi>"));
    assert_eq!(typesetter.done.len(), 3, "what is broken is remembered as well");
    assert_eq!(typesetter.typeset(asked.clone()).await.unwrap(), answer);
    assert_eq!(typesetter.for_page().typeset(asked), answer);
    let inline = Formula { display: false, ..formula("x") };
    assert!(typesetter.typeset(vec![inline]).await.unwrap()[0].as_ref().unwrap().contains("display=\"inline\""));
}

#[tokio::test]
async fn too_much_is_refused() {
    let typesetter = Typesetter::default();
    let code = |answer: Result<Vec<Option<String>>, Error>| answer.map(|made| made.len()).map_err(|error| error.code);
    assert_eq!(code(typesetter.typeset(vec![formula("x"); FORMULAS + 1]).await), Err(Code::TooLarge));
    assert_eq!(code(typesetter.typeset(vec![formula(&"x".repeat(BYTES / 8 + 1)); 8]).await), Err(Code::TooLarge));
    assert_eq!(code(typesetter.typeset(vec![formula("x"); FORMULAS]).await), Ok(FORMULAS));
    assert_eq!(code(typesetter.typeset(vec![]).await), Ok(0));
}

#[test]
fn a_page_takes_no_more_than_its_time() {
    let page = PageTypesetter { typesetter: Typesetter::default(), left: Mutex::new(Duration::ZERO) };
    assert_eq!(page.typeset(vec![formula("x")]), [None]);
    assert_eq!(page.typesetter.done.len(), 0, "what had no time is not known to be broken");
    *lock(&page.left) = Duration::from_secs(3_600);
    assert!(page.typeset(vec![formula("x")])[0].is_some());
    *lock(&page.left) = Duration::ZERO;
    assert!(page.typeset(vec![formula("x")])[0].is_some(), "what is known takes no time");
}
