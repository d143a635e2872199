//! Bytes from a provider that is broken or hostile: recordings with anything done to them, in pieces of any size. Whatever
//! comes, a reply ends, nothing panics, and each chunk is text that can be stored.
//!
//! `make test` tries some hundred of each format, `make fuzz` as many as there is time for.

use super::*;
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

/// What is done to a recording.
#[derive(Clone, Debug)]
enum Harm {
    Cut(usize),
    Insert(usize, Vec<u8>),
    Replace(usize, u8),
    Remove(usize, usize),
    /// A part of it comes again.
    Repeat(usize, usize),
    /// What another format would send.
    Mix(usize, usize),
}

/// What parsers stumble over.
const NASTY: [&[u8]; 22] = [
    b"\0",
    b"\xff\xfe",
    b"\xf0\x9f",
    b"\\ud83d",
    b"\\ude00",
    b"\\u0000",
    b"\r",
    b"\n\n",
    b"\r\n\r\n",
    b"data: ",
    b"data: [DONE]\n\n",
    b"event: error\n",
    b"{",
    b"[",
    b"}]}",
    b"\"",
    b"null",
    b"-1",
    b"1e999",
    b"<html>",
    b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    b"\xef\xbb\xbf",
];

fn harm() -> impl Strategy<Value = Harm> {
    let at = any::<usize>();
    let nasty = prop::sample::select(&NASTY[..]).prop_map(<[u8]>::to_vec);
    let bytes = prop_oneof![4 => nasty, 1 => prop::collection::vec(any::<u8>(), 0..40)];
    prop_oneof![
        1 => at.prop_map(Harm::Cut),
        4 => (any::<usize>(), bytes).prop_map(|(at, bytes)| Harm::Insert(at, bytes)),
        4 => (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Harm::Replace(at, byte)),
        2 => (any::<usize>(), 0..200_usize).prop_map(|(at, length)| Harm::Remove(at, length)),
        2 => (any::<usize>(), 0..400_usize).prop_map(|(at, length)| Harm::Repeat(at, length)),
        1 => (any::<usize>(), 0..RECORDINGS.len()).prop_map(|(at, other)| Harm::Mix(at, other)),
    ]
}

fn harmed(mut bytes: Vec<u8>, harms: &[Harm]) -> Vec<u8> {
    for harm in harms {
        let place = |at: usize| at % (bytes.len() + 1);
        match harm {
            Harm::Cut(at) => bytes.truncate(place(*at)),
            Harm::Insert(at, more) => {
                let at = place(*at);
                bytes.splice(at..at, more.iter().copied());
            }
            Harm::Replace(at, byte) => {
                let at = place(*at);
                if let Some(old) = bytes.get_mut(at) {
                    *old = *byte;
                }
            }
            Harm::Remove(at, length) => {
                let at = place(*at);
                bytes.drain(at..(at + length).min(bytes.len()));
            }
            Harm::Repeat(at, length) => {
                let at = place(*at);
                let again = bytes[at..(at + length).min(bytes.len())].to_vec();
                bytes.splice(at..at, again);
            }
            Harm::Mix(at, other) => {
                let at = place(*at);
                bytes.splice(at..at, RECORDINGS[*other].bytes.iter().copied());
            }
        }
    }
    bytes
}

/// As many cases as `BROOKLET_FUZZ_CASES` says, else few enough for every run of the tests.
fn cases() -> u32 {
    std::env::var("BROOKLET_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(300)
}

#[test]
fn no_bytes_break_the_reader_of_any_format() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    for recording in RECORDINGS {
        let config = Config { cases: cases(), failure_persistence: None, ..Config::default() };
        let input = (prop::collection::vec(harm(), 0..6), 1..200_usize, any::<bool>());
        let tried = TestRunner::new(config).run(&input, |(harms, size, broken)| {
            let bytes = harmed(recording.bytes.to_vec(), &harms);
            let whole = runtime.block_on(hear_in(recording.format, bytes.chunks(size), broken));
            // How it was cut into pieces changes nothing.
            let again = runtime.block_on(hear_in(recording.format, [bytes.as_slice()], broken));
            prop_assert_eq!(&whole.0.text, &again.0.text);
            prop_assert_eq!(&whole.0.reasoning, &again.0.reasoning);
            prop_assert_eq!(whole.1, again.1);
            Ok(())
        });
        tried.unwrap_or_else(|error| panic!("{}: {error}", recording.name));
    }
}
