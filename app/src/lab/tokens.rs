//! What `style/tokens.css` defines: colours by their meaning, the type scale, spacing, corners, shadows and motion.

use super::Bench;
use crate::{browser::set_property, ui::in_browser};
use leptos::{html, prelude::*};

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
            {swatches("type", &SIZES)}
        </Bench>
        <Bench name="spaces">{swatches("space", &SPACES)}</Bench>
        <Bench name="corners">{swatches("corner", &CORNERS)}</Bench>
        <Bench name="shadows">{swatches("shadow", &SHADOWS)}</Bench>
        <Bench name="motion">{swatches("motion", &MOTIONS)}</Bench>
    }
    .into_any()
}

fn swatches(kind: &'static str, tokens: &'static [&'static str]) -> AnyView {
    tokens.iter().map(|token| view! { <Swatch kind token=token /> }.into_any()).collect_view().into_any()
}

/// Shows a token in the way of its kind, which `style/lab.css` says.
#[component]
fn Swatch(kind: &'static str, token: &'static str) -> impl IntoView {
    let swatch = NodeRef::<html::Div>::new();
    in_browser(move || {
        if let Some(swatch) = swatch.get() {
            set_property(&swatch, "--shown", &format!("var(--{})", name(kind, token)));
        }
    });
    view! {
        <div class="lab-swatch" data-kind=kind data-token=token node_ref=swatch>
            <span>{token}</span>
        </div>
    }
    .into_any()
}

/// As the style sheet calls it.
fn name(kind: &str, token: &str) -> String {
    if kind == "space" { format!("space-{token}") } else { token.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_defined() {
        let defined = include_str!("../../../style/tokens.css");
        let kinds: [(&str, &[&str]); 7] = [
            ("surface", &SURFACES),
            ("ink", &INKS),
            ("type", &SIZES),
            ("space", &SPACES),
            ("corner", &CORNERS),
            ("shadow", &SHADOWS),
            ("motion", &MOTIONS),
        ];
        for (kind, tokens) in kinds {
            for token in tokens {
                assert!(defined.contains(&format!("--{}:", name(kind, token))), "{kind} {token}");
            }
        }
    }
}
