//! What a conversation's models are told beside its messages, as it may be.

use app::wire::{AsIs, Code, Error, Parameters, Setup};

/// Characters of instructions at most.
const INSTRUCTIONS: usize = 100_000;

/// Tokens of a reply at most; no model writes as many.
const TOKENS: u32 = 10_000_000;

/// The setup of a conversation that begins. Errors: `bad_request` as well.
pub fn read_setup(setup: &AsIs) -> Result<Setup, Error> {
    let unreadable = |error| Error::new(Code::BadRequest, format!("the setup could not be read: {error}"));
    checked_setup(setup.read().map_err(unreadable)?)
}

/// The setup as it is kept. Errors: `invalid`, `too_large`.
pub fn checked_setup(mut setup: Setup) -> Result<Setup, Error> {
    let Parameters { temperature, top_p, max_tokens, .. } = setup.parameters;
    let invalid = |message: String| Err(Error::new(Code::Invalid, message));
    // NaN is in no range.
    if let Some(temperature) = temperature.filter(|temperature| !(0.0..=2.0).contains(temperature)) {
        return invalid(format!("the temperature is 0 to 2, not `{temperature}`"));
    }
    if let Some(top_p) = top_p.filter(|top_p| !(0.0..=1.0).contains(top_p)) {
        return invalid(format!("top-p is 0 to 1, not `{top_p}`"));
    }
    if let Some(tokens) = max_tokens.filter(|tokens| !(1..=TOKENS).contains(tokens)) {
        return invalid(format!("a reply has 1 to {TOKENS} tokens, not `{tokens}`"));
    }
    if setup.instructions.chars().count() > INSTRUCTIONS {
        return Err(Error::new(Code::TooLarge, format!("instructions have {INSTRUCTIONS} characters at most")));
    }
    setup.instructions = setup.instructions.trim().replace('\0', "\u{fffd}");
    Ok(setup)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_provider_could_take_is_kept() {
        let with = |parameters| Setup { instructions: " Be brief.\0 ".into(), parameters };
        let fine = Parameters { temperature: Some(0.0), top_p: Some(1.0), max_tokens: Some(1), effort: None };
        assert_eq!(checked_setup(with(fine)).unwrap().instructions, "Be brief.\u{fffd}");
        let bad = [
            (Parameters { temperature: Some(2.1), ..fine }, "the temperature is 0 to 2, not `2.1`"),
            (Parameters { temperature: Some(f64::NAN), ..fine }, "the temperature is 0 to 2, not `NaN`"),
            (Parameters { top_p: Some(-0.5), ..fine }, "top-p is 0 to 1, not `-0.5`"),
            (Parameters { max_tokens: Some(0), ..fine }, "a reply has 1 to 10000000 tokens, not `0`"),
        ];
        for (parameters, told) in bad {
            assert_eq!(checked_setup(with(parameters)).unwrap_err().message, told);
        }
        let long = Setup { instructions: "x".repeat(INSTRUCTIONS + 1), ..Setup::default() };
        assert_eq!(checked_setup(long).unwrap_err().code, Code::TooLarge);
    }
}
