//! Pages of docs that the program writes itself, and what they name.

use crate::source::read;

#[test]
fn the_page_of_settings_is_what_the_program_reads() {
    let written = include_str!("../../docs/configuration.md");
    let page = brooklet::config::documentation();
    if std::env::var_os("BROOKLET_WRITE_DOCS").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/configuration.md"), &page).unwrap();
        return;
    }
    assert_eq!(written, page, "run BROOKLET_WRITE_DOCS=1 cargo test --test it docs");
}

/// A cell of the table of providers says only what a test shows.
#[test]
fn each_test_that_the_table_of_providers_names_is_there() {
    let page = include_str!("../../docs/providers.md");
    let named: Vec<&str> = page.split('`').skip(1).step_by(2).filter(|code| code.matches('_').count() > 3).collect();
    assert!(named.len() > 15, "{named:?}");
    let files = read(env!("CARGO_MANIFEST_DIR").as_ref(), &["src", "tests"]);
    for name in named {
        let test = format!("fn {name}()");
        assert!(files.iter().any(|file| file.text.contains(&test)), "there is no test `{name}`");
    }
    // Each note is used, and each that is used is there.
    for (number, mark) in ["¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"].iter().enumerate() {
        assert!(page.contains(mark) && page.contains(&format!("\n{}. ", number + 1)), "{mark}");
    }
}
