//! What the first look at the page does without: its code comes in a second WASM file, the **later file**, once for all.
//!
//! A function is in the later file, with all that only it leads to, when it is written inside of `later!`. Its caller
//! awaits it, and may be told that the file did not come; the next call asks again.

pub use leptos::wasm_split::SplitLoaderError as NotCome;

/// Makes a function part of the later file: `later! { pub fn name(…) -> Type { … } }` is
/// `pub async fn name(…) -> Result<Type, NotCome>`. A build for development is not split, so there it is part of the page.
macro_rules! later {
    ($(#[$doc:meta])* $vis:vis fn $name:ident($($arg:ident: $type:ty),* $(,)?) -> $out:ty $body:block) => {
        #[cfg(not(debug_assertions))]
        #[leptos::wasm_split::wasm_split(later, wasm_split_path = leptos::wasm_split, fallible)]
        $(#[$doc])*
        $vis fn $name($($arg: $type),*) -> Result<$out, $crate::later::NotCome> {
            Ok($body)
        }

        #[cfg(debug_assertions)]
        $(#[$doc])*
        $vis async fn $name($($arg: $type),*) -> Result<$out, $crate::later::NotCome> {
            Ok($body)
        }
    };
}

pub(crate) use later;
