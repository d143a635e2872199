//! A script that is taken up in its middle, as by a server that goes on with the last message.

use crate::Step;
use std::time::Duration;

/// The rest of a script behind the text that is given, if it is this script's; its moments count from the new start.
pub fn go_on(steps: Vec<Step>, given: &str) -> Vec<Step> {
    let text: String = steps.iter().filter_map(Step::said).collect();
    if given.is_empty() || !text.starts_with(given) {
        return steps;
    }
    let (mut left, mut waited, mut rest) = (given, Duration::ZERO, Vec::new());
    for step in steps {
        match step {
            Step::Text(text) if left.len() >= text.len() => left = &left[text.len()..],
            Step::Text(text) => {
                rest.push(Step::Text(text[left.len()..].to_owned()));
                left = "";
            }
            Step::Until(time) if left.is_empty() => rest.push(Step::Until(time.saturating_sub(waited))),
            Step::Until(time) => waited = time,
            Step::Reasoning(_) | Step::Gate | Step::Wait(_) if !left.is_empty() => {}
            other => rest.push(other),
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_on_at_the_very_byte_and_at_once() {
        let until = |ms| Step::Until(Duration::from_millis(ms));
        let steps =
            || vec![until(10), Step::text("The "), until(20), Step::text("brook"), until(30), Step::text(" runs")];
        for (given, expected) in [
            ("", "[Until(10ms), Text(\"The \"), Until(20ms), Text(\"brook\"), Until(30ms), Text(\" runs\")]"),
            ("The br", "[Text(\"ook\"), Until(10ms), Text(\" runs\")]"),
            ("The brook", "[Until(10ms), Text(\" runs\")]"),
            ("Another", "[Until(10ms), Text(\"The \"), Until(20ms), Text(\"brook\"), Until(30ms), Text(\" runs\")]"),
        ] {
            assert_eq!(format!("{:?}", go_on(steps(), given)), expected, "{given}");
        }
    }
}
