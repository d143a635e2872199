//! What a reply costs, by its tokens and the list prices of its model.

use crate::providers::{
    Chunk, Sink,
    facts::{Currency, Price},
};
use app::wire::Usage;

/// Anthropic asks a quarter more for tokens that it keeps for the next time (its page on prompt caching, November 2026); the
/// others that keep some ask nothing for it, and do not count them.
const KEPT: f64 = 1.25;

/// Adds to the tokens what they cost.
pub struct Priced<'a> {
    pub sink: &'a mut dyn Sink,
    pub price: Option<Price>,
}

#[async_trait::async_trait]
impl Sink for Priced<'_> {
    async fn push(&mut self, chunk: Chunk) {
        let chunk = match (chunk, &self.price) {
            (Chunk::Usage(usage), Some(price)) => Chunk::Usage(with_cost(usage, price)),
            (chunk, _) => chunk,
        };
        self.sink.push(chunk).await;
    }
}

fn with_cost(mut usage: Usage, price: &Price) -> Usage {
    let cost = cost(&usage, price);
    match price.currency {
        Currency::Usd => usage.micro_usd = cost,
        Currency::Cny => usage.micro_cny = cost,
    }
    usage
}

/// In millionths; a price for a million tokens is one of a token in millionths. None where it is not known exactly.
fn cost(usage: &Usage, price: &Price) -> Option<u64> {
    let (input, output) = (usage.input_tokens?, usage.output_tokens?);
    if price.up_to.is_some_and(|up_to| input > up_to) {
        return None;
    }
    let (cached, kept) = (usage.cached_tokens.unwrap_or(0), usage.kept_tokens.unwrap_or(0));
    let cached_price = if cached == 0 { 0.0 } else { price.cached? };
    let plain = input.checked_sub(cached.checked_add(kept)?)?;
    let tokens = |count: u64, price: f64| count as f64 * price;
    let cost = tokens(plain, price.input)
        + tokens(cached, cached_price)
        + tokens(kept, price.input * KEPT)
        + tokens(output, price.output);
    Some(cost.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRICE: Price =
        Price { currency: Currency::Usd, input: 2.0, output: 10.0, cached: Some(0.2), up_to: Some(1_000) };

    fn usage(input: u64, cached: u64, kept: u64, output: u64) -> Usage {
        let some = |tokens| Some(tokens).filter(|tokens| *tokens > 0);
        Usage {
            input_tokens: Some(input),
            cached_tokens: some(cached),
            kept_tokens: some(kept),
            output_tokens: Some(output),
            ..Usage::default()
        }
    }

    #[test]
    fn tokens_cost_what_the_list_says() {
        assert_eq!(cost(&usage(100, 0, 0, 10), &PRICE), Some(300));
        assert_eq!(cost(&usage(100, 50, 20, 10), &PRICE), Some(60 + 10 + 50 + 100));
        assert_eq!(with_cost(usage(1, 0, 0, 0), &PRICE).micro_usd, Some(2));
        assert_eq!(with_cost(usage(1, 0, 0, 0), &Price { currency: Currency::Cny, ..PRICE }).micro_cny, Some(2));
    }

    #[test]
    fn what_is_not_known_exactly_is_not_known() {
        assert_eq!(cost(&usage(1_001, 0, 0, 0), &PRICE), None, "another price");
        assert_eq!(cost(&usage(100, 1, 0, 0), &Price { cached: None, ..PRICE }), None);
        assert_eq!(cost(&Usage { output_tokens: Some(1), ..Usage::default() }, &PRICE), None);
        assert_eq!(cost(&usage(1, 2, 0, 0), &PRICE), None, "counts that cannot be");
        assert_eq!(cost(&usage(u64::MAX, u64::MAX, u64::MAX, 0), &Price { up_to: None, ..PRICE }), None);
    }
}
