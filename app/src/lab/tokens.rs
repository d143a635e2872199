//! What `style/tokens.css` defines: colours by their meaning, the type scale, spacing, corners, shadows and motion.

use super::Bench;
use leptos::prelude::*;

/// Colours by meaning, each with what stands on it.
const SURFACES: [&str; 10] = [
    "background",
    "sidebar",
    "raised",
    "surface",
    "surface-active",
    "surface-press",
    "surface-accent",
    "surface-danger",
    "notice",
    "accent",
];
const INKS: [&str; 8] =
    ["text", "text-quiet", "accent-strong", "danger", "success", "code-keyword", "code-string", "code-type"];
const SIZES: [&str; 5] = ["tiny", "small", "normal", "large", "huge"];
const SPACES: [&str; 8] = ["1", "2", "3", "4", "5", "6", "8", "12"];
const CORNERS: [&str; 4] = ["radius-small", "radius", "radius-large", "round"];
const SHADOWS: [&str; 2] = ["shadow-low", "shadow"];
const MOTIONS: [&str; 2] = ["quick", "calm"];

#[component]
pub fn Tokens() -> impl IntoView {
    view! {
        <Bench name="surfaces">{swatches("surface", &SURFACES)}</Bench>
        <Bench name="inks">{swatches("ink", &INKS)}</Bench>
        <Bench name="type">
            {SIZES.map(|size| view! { <p class="lab-type" data-token=size>{size}" Brook 溪流 0123"</p> }.into_any()).collect_view()}
        </Bench>
        <Bench name="spaces">{swatches("space", &SPACES)}</Bench>
        <Bench name="corners">{swatches("corner", &CORNERS)}</Bench>
        <Bench name="shadows">{swatches("shadow", &SHADOWS)}</Bench>
        <Bench name="motion">{swatches("motion", &MOTIONS)}</Bench>
    }
    .into_any()
}

fn swatches(kind: &'static str, tokens: &'static [&'static str]) -> AnyView {
    let swatch = |token: &&'static str| {
        view! {
            <div class="lab-swatch" data-kind=kind data-token=*token>
                <span>{*token}</span>
            </div>
        }
        .into_any()
    };
    tokens.iter().map(swatch).collect_view().into_any()
}
