//! What is known of a reply: its model, its tokens, its times, its price.

use crate::{
    chat::desk::Desk,
    later::later,
    text::{LaterMsg, Msg},
    ui::Make,
    wire::{Message, MessageId, Usage},
};
use leptos::prelude::*;
use std::{borrow::Cow, sync::Arc};

/// Less says nothing of a model's speed, in milliseconds.
const SPEAKS: u64 = 500;

later! {
    /// The list that the model's name opens.
    pub fn about_view(desk: Desk, id: MessageId) -> Make {
        Arc::new(move || view! { <About desk id /> }.into_any())
    }
}

#[component]
fn About(desk: Desk, id: MessageId) -> impl IntoView {
    let facts = Memo::new(move |_| desk.thread.read(id, facts).unwrap_or_default());
    let row = |(name, value): (Cow<'static, str>, Cow<'static, str>)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
        .into_any()
    };
    view! {
        <dl class="message-facts" aria-label=Msg::AboutReply.text()>
            {move || facts.get().into_iter().map(row).collect_view()}
        </dl>
    }
}

type Fact = (Cow<'static, str>, Cow<'static, str>);

fn facts(message: &Message) -> Vec<Fact> {
    let Usage { input_tokens, cached_tokens, output_tokens, reasoning_tokens, first_ms, writing_ms, .. } =
        message.usage.unwrap_or_default();
    let read = |tokens| LaterMsg::TokensRead { tokens, cached: cached_tokens.unwrap_or(0) };
    let written = |tokens| LaterMsg::TokensWritten { tokens, reasoning: reasoning_tokens.unwrap_or(0) };
    let speed = |(tokens, ms)| LaterMsg::TokensASecond { tokens, ms };
    let spoke = output_tokens.zip(writing_ms.filter(|ms| *ms >= SPEAKS));
    let usage = message.usage.unwrap_or_default();
    let dollars = usage.micro_usd.map(|micro| LaterMsg::Cost { sign: "$", micro });
    let yuan = usage.micro_cny.map(|micro| LaterMsg::Cost { sign: "¥", micro });
    let facts = [
        (LaterMsg::FactModel, message.model.clone().map(|model| LaterMsg::ModelId { model })),
        (LaterMsg::FactRead, input_tokens.map(read)),
        (LaterMsg::FactWritten, output_tokens.map(written)),
        (LaterMsg::FactFirst, first_ms.map(|ms| LaterMsg::Seconds { ms })),
        (LaterMsg::FactSpeed, spoke.map(speed)),
        (LaterMsg::FactCost, dollars.or(yuan)),
    ];
    facts.into_iter().filter_map(|(name, value)| Some((name.text(), value?.text()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        stream::example,
        wire::{Role, Status},
    };

    fn told(usage: Option<Usage>) -> String {
        let message = Message { usage, ..example::message(1, Role::Assistant, Status::Complete, "Hi") };
        facts(&message).into_iter().map(|(name, value)| format!("{name}: {value}\n")).collect()
    }

    #[test]
    fn says_what_is_known_and_nothing_else() {
        let usage = Usage {
            input_tokens: Some(12_345),
            cached_tokens: Some(12_000),
            output_tokens: Some(340),
            reasoning_tokens: Some(120),
            first_ms: Some(850),
            writing_ms: Some(4_000),
            micro_usd: Some(3_140),
            ..Usage::default()
        };
        let all = told(Some(usage));
        assert!(
            all.ends_with(
                "Read: 12,345 tokens, 12,000 of them known from before\nWritten: 340 tokens, 120 of them reasoning\n\
             First word: after 0.9 s\nSpeed: 85 tokens a second\nCost: about $0.0031, by list price\n"
            ),
            "{all}"
        );
        assert_eq!(told(None).lines().count(), 1);
        let short = told(Some(Usage { output_tokens: Some(3), writing_ms: Some(20), ..Usage::default() }));
        assert!(short.ends_with("Written: 3 tokens\n"), "{short}");
        let yuan = told(Some(Usage { micro_cny: Some(0), ..Usage::default() }));
        assert!(yuan.ends_with("Cost: nothing, by list price\n"), "{yuan}");
    }
}
