//! What the first look at the page does without: its code comes in WASM files of its own, once for all.
//!
//! A function is in the **later file**, with all that only it leads to, when it is written inside of `later!`; in a file of its own,
//! which few visits need, when a name stands before it: `later! { in settings: pub fn … }`. What two of these files share is in a
//! third, which the loader knows of. Its caller awaits it, and may be told that the file did not come; the next call asks again.

pub use leptos::wasm_split::SplitLoaderError as NotCome;

/// Makes a function part of the later file: `later! { pub fn name(…) -> Type { … } }` is
/// `pub async fn name(…) -> Result<Type, NotCome>`. A build for development is not split, so there it is part of the page.
macro_rules! later {
    (@$file:ident $(#[$doc:meta])* $vis:vis fn $name:ident($($arg:ident: $type:ty),* $(,)?) -> $out:ty $body:block) => {
        #[cfg(not(debug_assertions))]
        #[leptos::wasm_split::wasm_split($file, wasm_split_path = leptos::wasm_split, fallible)]
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
    (in $file:ident: $($function:tt)*) => {
        $crate::later::later!(@$file $($function)*);
    };
    ($($function:tt)*) => {
        $crate::later::later!(@later $($function)*);
    };
}

pub(crate) use later;
