//! Figures of several rounds, and the table that people read: in Markdown, so that it can be kept.

/// Of the same thing, in each round.
pub fn median(mut rounds: Vec<f64>) -> f64 {
    rounds.sort_by(f64::total_cmp);
    let middle = rounds.len() / 2;
    match rounds.len() % 2 {
        _ if rounds.is_empty() => f64::NAN,
        0 => (rounds[middle - 1] + rounds[middle]) / 2.0,
        _ => rounds[middle],
    }
}

/// What this share of the values does not exceed.
pub fn percentile(sorted: &[u32], share: f64) -> f64 {
    let rank = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(rank.max(1) - 1).map_or(f64::NAN, |value| f64::from(*value))
}

/// As many digits as mean something.
pub fn digits(value: f64) -> String {
    match value.abs() {
        _ if value.is_nan() => "–".to_owned(),
        size if size >= 100.0 || size == 0.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Prints rows below a heading, the first of them being the names of the columns.
pub fn print(heading: &str, rows: &[Vec<String>]) {
    println!("\n### {heading}\n");
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<_> = (0..columns).map(width).collect();
    for (index, row) in rows.iter().enumerate() {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| match column {
            0 => format!(" {cell:<width$} "),
            _ => format!(" {cell:>width$} "),
        });
        println!("|{}|", cells.collect::<Vec<_>>().join("|"));
        if index == 0 {
            let line = |(column, width): (usize, &usize)| match column {
                0 => format!(" {} ", "-".repeat(*width)),
                _ => format!(" {}: ", "-".repeat(width - 1)),
            };
            println!("|{}|", widths.iter().enumerate().map(line).collect::<Vec<_>>().join("|"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_are_below_the_median() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
    }

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let sorted: Vec<u32> = (1..=200).collect();
        assert_eq!(
            (percentile(&sorted, 0.5), percentile(&sorted, 0.99), percentile(&sorted, 1.0)),
            (100.0, 198.0, 200.0)
        );
    }
}
