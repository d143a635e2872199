//! Pages of docs that the program writes itself.

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
