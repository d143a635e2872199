//! What is known of models whose provider's list does not tell: a table, with its sources and its date.

use super::{Capabilities, Thinking};
pub use app::wire::Currency;
use app::wire::{ModelFacts, ModelPrice};
use std::{collections::HashMap, sync::LazyLock};

const TABLE: &str = include_str!("models.tsv");

/// What a model can do, and what it costs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Facts {
    pub capabilities: Capabilities,
    pub price: Option<Price>,
}

impl Facts {
    pub fn to_wire(self, continues: bool) -> ModelFacts {
        let Capabilities { images, thinking, tools, context, .. } = self.capabilities;
        let thinks = thinking.map(|thinking| thinking != Thinking::Never);
        let micro = |price: f64| (price * 1e6).round() as u64;
        let price = self.price.map(|Price { currency, input, output, .. }| ModelPrice {
            currency,
            input: micro(input),
            output: micro(output),
        });
        ModelFacts { images, thinks, tools, continues: Some(continues), context, price }
    }
}

/// For a million tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Price {
    pub currency: Currency,
    pub input: f64,
    pub output: f64,
    /// Of what the provider had read before. None: unknown.
    pub cached: Option<f64>,
    /// Above so many tokens that are read it is another.
    pub up_to: Option<u64>,
}

/// The facts of a service's model. Those of `gpt-5` are also those of `gpt-5-2025-08-07` and of `gpt-5-latest`, and of no
/// other that begins alike.
pub fn of(service: &str, model: &str) -> Facts {
    static ROWS: LazyLock<HashMap<(&str, &str), Facts>> = LazyLock::new(|| rows().collect());
    let known = |model: &str| ROWS.get(&(service, model)).copied();
    known(model).or_else(|| known(undated(model)?)).unwrap_or_default()
}

/// The name without the date, or the `latest`, at its end.
fn undated(model: &str) -> Option<&str> {
    if let Some(name) = model.strip_suffix("-latest") {
        return Some(name);
    }
    let digits =
        |text: &str, count: &[usize]| count.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let (name, last) = model.rsplit_once('-')?;
    // `20250807`, `001` and `2508`.
    if digits(last, &[8, 3, 4]) {
        return Some(name);
    }
    // `2025-08-07`.
    let (name, month) = name.rsplit_once('-')?;
    let (name, year) = name.rsplit_once('-')?;
    (digits(last, &[2]) && digits(month, &[2]) && digits(year, &[4])).then_some(name)
}

fn rows() -> impl Iterator<Item = ((&'static str, &'static str), Facts)> {
    TABLE.lines().filter(|line| !line.starts_with('#')).skip(1).filter_map(row)
}

fn row(line: &'static str) -> Option<((&'static str, &'static str), Facts)> {
    let cells: Vec<_> = line.split('\t').collect();
    let [service, model, images, thinking, tools, context, output, input, output_price, cached, currency, up_to, _] =
        cells[..]
    else {
        return None;
    };
    let capabilities = Capabilities {
        images: yes_or_no(images),
        thinking: match thinking {
            "never" => Some(Thinking::Never),
            "always" | "optional" => Some(Thinking::Always),
            _ => None,
        },
        tools: yes_or_no(tools),
        context: context.parse().ok(),
        output: output.parse().ok(),
    };
    let price = match (currency, input.parse(), output_price.parse()) {
        ("USD" | "CNY", Ok(input), Ok(output)) => {
            let currency = if currency == "USD" { Currency::Usd } else { Currency::Cny };
            Some(Price { currency, input, output, cached: cached.parse().ok(), up_to: up_to.parse().ok() })
        }
        _ => None,
    };
    Some(((service, model), Facts { capabilities, price }))
}

fn yes_or_no(cell: &str) -> Option<bool> {
    match cell {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::SERVICES;

    #[test]
    fn each_row_of_the_table_is_read_whole() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).skip(1);
        let mut known = std::collections::HashSet::new();
        for line in lines {
            let cells: Vec<_> = line.split('\t').collect();
            assert_eq!(cells.len(), 13, "{line}");
            let ((service, model), facts) = row(line).unwrap();
            assert!(SERVICES.iter().any(|row| row.id == service), "{line}");
            assert!(known.insert((service, model)), "twice: {line}");
            assert!(["", "yes", "no"].contains(&cells[2]) && ["", "yes", "no"].contains(&cells[4]), "{line}");
            assert!(["", "never", "always", "optional"].contains(&cells[3]), "{line}");
            assert!(
                cells[5..10].iter().chain([&cells[11]]).all(|cell| cell.is_empty() || cell.parse::<f64>().is_ok()),
                "{line}"
            );
            assert_eq!(facts.price.is_some(), !cells[10].is_empty(), "{line}");
            assert!(!cells[12].is_empty(), "a source: {line}");
            if let Some(Price { input, output, cached, .. }) = facts.price {
                assert!(input <= output && cached.is_none_or(|cached| cached <= input), "{line}");
            }
        }
        assert!(known.len() > 80, "{}", known.len());
    }

    #[test]
    fn a_date_at_the_end_is_no_other_model() {
        let price = |service, model| of(service, model).price.map(|price| (price.input, price.output));
        let gpt = price("openai", "gpt-4o");
        assert_eq!(gpt, Some((2.5, 10.0)));
        for same in ["gpt-4o-2024-08-06", "gpt-4o-20240806", "gpt-4o-latest"] {
            assert_eq!(price("openai", same), gpt, "{same}");
        }
        for other in ["gpt-4o-audio-preview", "gpt-4o-realtime", "gpt-4", "gpt-5.9", "gpt-4o-2"] {
            assert_eq!(price("openai", other), None, "{other}");
        }
        assert_ne!(price("openai", "gpt-4o-mini"), gpt);
        assert_eq!(price("openrouter", "gpt-4o"), None);
        assert_eq!(of("anthropic", "claude-haiku-4-5-20251001").capabilities.context, Some(200_000));
        assert_eq!(of("gemini", "gemini-2.5-flash-001").capabilities.images, Some(true));
        assert_eq!(of("openai", "").capabilities, Capabilities::default());
    }
}
