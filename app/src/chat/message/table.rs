//! A table as CSV (RFC 4180).

use crate::browser::{Element, all_in, plain};

/// What its cells show, row by row.
pub fn of_table(table: &Element) -> Vec<Vec<String>> {
    let cells = |row: &Element| all_in(row, "th, td").iter().map(|cell| plain(cell)).collect();
    all_in(table, "tr").iter().map(cells).collect()
}

pub fn csv(rows: &[Vec<String>]) -> String {
    let line = |row: &Vec<String>| row.iter().map(|cell| field(cell)).collect::<Vec<_>>().join(",") + "\r\n";
    rows.iter().map(line).collect()
}

fn field(cell: &str) -> String {
    let cell = cell.trim();
    // A spreadsheet runs what begins like this, and a model may have been told what to write by a page that it read. So it gets
    // the mark that OWASP asks for, but a number stays one: it runs nothing, and whoever copies a table wants to add it up.
    let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) && !is_number(cell);
    let mark = if runs { "'" } else { "" };
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{mark}{}\"", cell.replace('"', "\"\""))
    } else {
        format!("{mark}{cell}")
    }
}

/// A sign, digits, and what stands between and behind them in one: -1,234.50 %, +2e-3.
fn is_number(cell: &str) -> bool {
    let digits = cell.trim_start_matches(['+', '-']).trim_end_matches(['%', ' ']);
    let unsigned = cell.len() - cell.trim_start_matches(['+', '-']).len() <= 1;
    let plain = digits.replace([',', '_', ' '], "");
    unsigned && plain.starts_with(|c: char| c.is_ascii_digit() || c == '.') && plain.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(cells: &[&str]) -> String {
        csv(&[cells.iter().map(|cell| (*cell).to_owned()).collect()])
    }

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        assert_eq!(line(&["a", "b c", ""]), "a,b c,\r\n");
        assert_eq!(line(&["a,b", "say \"hi\"", "one\ntwo", " x "]), "\"a,b\",\"say \"\"hi\"\"\",\"one\ntwo\",x\r\n");
        assert_eq!(csv(&[vec!["中".into()], vec!["文".into()]]), "中\r\n文\r\n");
        assert_eq!(csv(&[]), "");
    }

    #[test]
    fn what_a_spreadsheet_would_run_is_marked_and_a_number_is_not() {
        for cell in
            ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "--5", "-a", "＝1", "-", "+", "-inf", "-nan", "-1e"]
        {
            assert_eq!(line(&[cell]), format!("'{cell}\r\n"));
        }
        assert_eq!(line(&["=HYPERLINK(\"x\",\"y\")"]), "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"\r\n");
        for cell in ["-5", "+3.25", "-12 %", "-.5", "2e-3", "-1e9", "a=b", "5-3"] {
            assert_eq!(line(&[cell]), format!("{cell}\r\n"));
        }
        assert_eq!(line(&["-1,234.50"]), "\"-1,234.50\"\r\n");
    }

    #[test]
    fn ten_thousand_cells_are_one_text() {
        let rows = vec![vec!["=x,\"y\"".to_owned(); 100]; 100];
        assert_eq!(csv(&rows).len(), 100 * (100 * "\"'=x,\"\"y\"\"\"".len() + 99 + 2));
    }
}
