//! What makes a password too weak: its length, and being easy to guess. There are no composition rules and no expiry
//! (SP 800-63B-4; ASVS 6.2.1, 6.2.4, 6.2.5, 6.2.10, 6.2.11).
//!
//! Guessing starts from what people choose, so three things are looked for: a password on the list of common ones, one
//! that follows a pattern, and one that is hardly more than known words - common ones, or those of the service, the
//! organization and the person. What remains of it after taking those away must still be something to guess.

use std::collections::BTreeSet;

use super::known::{COMMON, COMMON_WORDS, PATHS_BOTH_WAYS};

/// The fewest characters of a password.
pub const MIN_CHARACTERS: usize = 15;

/// The most characters of a password; enough for any pass phrase, and a bound for the work.
pub const MAX_CHARACTERS: usize = 1_024;

/// How many characters must remain when all known words and patterns are taken away.
const MIN_REMAINDER: usize = 6;

/// How many different characters a password must have.
const MIN_DISTINCT: usize = 5;

/// A unit up to this long, repeated to the end, is a repetition.
const MAX_REPEATED_UNIT: usize = 12;

/// A number or signs up to this long behind a password are not read as letters: they are what a rule asked for.
const MAX_TAIL: usize = 6;

/// Context words shorter than this are everywhere and prove nothing.
const MIN_CONTEXT_WORD: usize = 3;

/// Why a password is too weak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Fewer than 15 characters.
    #[error("use at least {MIN_CHARACTERS} characters")]
    TooShort,
    /// More than 1,024 characters.
    #[error("use at most {MAX_CHARACTERS} characters")]
    TooLong,
    /// A few characters, or one short piece over and over.
    #[error("this repeats the same few characters")]
    Repetition,
    /// A run over the keyboard, the alphabet or the digits.
    #[error("this follows the keyboard, the alphabet or the digits")]
    Sequence,
    /// On the list of common passwords, or made of common ones.
    #[error("this is a common password or made of common ones")]
    Common,
    /// Hardly more than the name of the service, the organization or the person.
    #[error("this is made of names that others can guess")]
    Context,
}

/// The product's own name, which is a context word for everyone.
const PRODUCT: &str = "anteroom";

/// Says whether `password` is good enough. `context` holds what others know of the person: name, mail address, name of
/// the organization; the product's own name is added. The length counts characters as typed, without normalization.
///
/// # Errors
/// The first [`WeakPassword`] that applies.
pub fn check(password: &str, context: &[&str]) -> Result<(), WeakPassword> {
    match password.chars().count() {
        length if length < MIN_CHARACTERS => return Err(WeakPassword::TooShort),
        length if length > MAX_CHARACTERS => return Err(WeakPassword::TooLong),
        _ => {}
    }
    let [plain, unmasked] = readings(password);
    if is_repetition(&plain) {
        return Err(WeakPassword::Repetition);
    }
    let context = context_words(context);
    for reading in [&plain, &unmasked] {
        if is_listed(reading) {
            return Err(WeakPassword::Common);
        }
        let rest = Remainder::of(reading, &context);
        if rest.characters < MIN_REMAINDER {
            return Err(rest.reason());
        }
    }
    Ok(())
}

/// The password as typed, and with letters for the digits and signs that people put in their place. Both are small
/// letters and digits only, of any script: what stands between them is what people add to please a rule. A password
/// of mostly other signs is taken as it is.
fn readings(password: &str) -> [Vec<char>; 2] {
    let lower: Vec<char> = password.chars().flat_map(char::to_lowercase).collect();
    let words = |text: &[char]| -> Vec<char> { text.iter().copied().filter(|c| c.is_alphanumeric()).collect() };
    let plain = words(&lower);
    if plain.len() * 2 < lower.len() {
        return [lower.clone(), lower];
    }
    let tail = lower.iter().rev().take_while(|c| !c.is_alphabetic()).count();
    let body = if tail <= MAX_TAIL { &lower[..lower.len() - tail] } else { &lower[..] };
    let unmasked: Vec<char> = body.iter().map(|c| unmask(*c)).collect();
    [plain, words(&unmasked)]
}

fn unmask(character: char) -> char {
    match character {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

fn is_repetition(text: &[char]) -> bool {
    let distinct: BTreeSet<char> = text.iter().copied().collect();
    let longest = MAX_REPEATED_UNIT.min(text.len() / 2);
    let repeats = |unit: usize| text.iter().zip(&text[unit..]).all(|(left, right)| left == right);
    distinct.len() < MIN_DISTINCT || (1..=longest).any(repeats)
}

/// Listed as it is, or once the number that people put behind it is taken off.
fn is_listed(text: &[char]) -> bool {
    let text: String = text.iter().collect();
    let bare = text.trim_end_matches(|c: char| c.is_ascii_digit());
    COMMON.contains(text.as_str()) || COMMON.contains(bare)
}

fn context_words(context: &[&str]) -> Vec<Vec<char>> {
    let mut words: BTreeSet<Vec<char>> = BTreeSet::from([PRODUCT.chars().collect()]);
    for text in context {
        let lower = text.to_lowercase();
        let parts = lower.split(|c: char| !c.is_alphanumeric());
        words.extend(parts.map(|part| part.chars().collect()));
        words.insert(lower.chars().filter(|c| c.is_alphanumeric()).collect());
    }
    words.into_iter().filter(|word: &Vec<char>| word.len() >= MIN_CONTEXT_WORD).collect()
}

/// What remains of a password, and what was taken away.
#[derive(Default)]
struct Remainder {
    characters: usize,
    context: bool,
    words: bool,
}

impl Remainder {
    fn of(text: &[char], context: &[Vec<char>]) -> Self {
        let mut rest = Self::default();
        let mut position = 0;
        while position < text.len() {
            let tail = &text[position..];
            let of_context = longest(context.iter().filter(|word| tail.starts_with(word)).map(Vec::len));
            let of_words = longest(COMMON_WORDS.iter().filter(|word| starts_with(tail, word)).map(|word| word.len()));
            let of_pattern = pattern(tail);
            let taken = of_context.max(of_words).max(of_pattern);
            if taken == 0 {
                rest.characters += 1;
            } else if taken == of_context {
                rest.context = true;
            } else if taken == of_words {
                rest.words = true;
            }
            position += taken.max(1);
        }
        rest
    }

    fn reason(&self) -> WeakPassword {
        match (self.context, self.words) {
            (true, _) => WeakPassword::Context,
            (false, true) => WeakPassword::Common,
            (false, false) => WeakPassword::Sequence,
        }
    }
}

fn longest(lengths: impl Iterator<Item = usize>) -> usize {
    lengths.max().unwrap_or(0)
}

fn starts_with(text: &[char], word: &str) -> bool {
    let mut characters = text.iter();
    word.chars().all(|expected| characters.next() == Some(&expected))
}

/// How many characters at the start of `text` are one character repeated, a path of at least four (three digits), or
/// a year.
fn pattern(text: &[char]) -> usize {
    let repeated = text.iter().take_while(|c| **c == text[0]).count();
    let path =
        longest(PATHS_BOTH_WAYS.iter().flat_map(|path| (0..path.len()).map(|start| common(&path[start..], text))));
    let digits = text.iter().take_while(|c| c.is_ascii_digit()).count();
    let year = digits >= 4 && matches!((text[0], text[1]), ('1', '9') | ('2', '0'));
    let least = if digits >= 3 { 3 } else { 4 };
    let run = if path >= least { path } else { 0 };
    let repeated = if repeated >= 3 { repeated } else { 0 };
    run.max(repeated).max(if year { 4 } else { 0 })
}

fn common(left: &[char], right: &[char]) -> usize {
    left.iter().zip(right).take_while(|(l, r)| l == r).count()
}
