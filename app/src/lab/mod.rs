//! `/lab/ui`: every part of the page in every state, for whoever changes how it looks. The visual tests photograph it.
//!
//! It is a workbench: names here are those of the code, in no language. Nothing on it asks the server for anything until a button is
//! pressed.

mod parts;
mod samples;
mod tokens;

use crate::{
    chat::NoticeBar,
    later::later,
    stream::{List, follow},
    ui::{Later, Make, PageTitle},
};
use leptos::prelude::*;
use parts::Parts;
use samples::Samples;
use std::{borrow::Cow, sync::Arc};
use tokens::Tokens;

/// `/lab/ui`.
#[component]
pub fn LabPage() -> impl IntoView {
    // The sidebar stays current.
    let notice = follow(List::of_page(), None);
    let there = RwSignal::new(true);
    view! {
        <PageTitle words=Cow::Borrowed("Lab") />
        <div class="settings-page">
            <NoticeBar notice />
            <Later when=there close=move |()| there.set(false) view=lab_view />
        </div>
    }
}

later! {
    in lab:
    fn lab_view() -> Make {
        Arc::new(|| {
            view! {
                <div class="lab" data-known="true">
                    <h1>"Design system"</h1>
                    <Tokens />
                    <Parts />
                    <Samples />
                </div>
            }
            .into_any()
        })
    }
}

/// A part of the page, with a name to find and photograph it by.
#[component]
fn Bench(name: &'static str, children: Children) -> impl IntoView {
    view! {
        <section class="lab-bench" data-bench=name aria-labelledby=format!("bench-{name}")>
            <h2 id=format!("bench-{name}")>{name}</h2>
            <div class="lab-row">{children()}</div>
        </section>
    }
    .into_any()
}
