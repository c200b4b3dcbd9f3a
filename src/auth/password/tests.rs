//! Which passwords pass, what hashing proves, and that its bound holds.

use super::*;

/// As cheap as argon2 allows: these tests are about the queue and the answers, not about the cost.
const CHEAP: Cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };

const CONTEXT: &[&str] = &["Dana Whitfield", "dana.whitfield@northgate-labs.example", "Northgate Labs"];

fn cheap(workers: usize, queue: usize) -> Passwords {
    Passwords::new(CHEAP, workers, queue, &Ids::seeded(1)).unwrap()
}

#[test]
fn weak_passwords_are_named_by_their_weakness() {
    let long = "a1".repeat(513);
    let cases = [
        ("", WeakPassword::TooShort),
        ("fourteen chars", WeakPassword::TooShort),
        ("\u{1F600}\u{1F601}\u{1F602}\u{1F603}", WeakPassword::TooShort),
        (&long, WeakPassword::TooLong),
        ("aaaaaaaaaaaaaaaaaaaa", WeakPassword::Repetition),
        ("abababababababababab", WeakPassword::Repetition),
        ("password password password", WeakPassword::Repetition),
        ("Kx7!Kx7!Kx7!Kx7!", WeakPassword::Repetition),
        ("!!!!!!!!!!!!!!!!!!", WeakPassword::Repetition),
        ("qwertyuiopasdfghjkl", WeakPassword::Sequence),
        ("1qaz2wsx3edc4rfv5tgb", WeakPassword::Sequence),
        ("poiuytrewqlkjhgfdsa", WeakPassword::Sequence),
        ("abcdefghijklmnop", WeakPassword::Sequence),
        ("123456789012345678", WeakPassword::Sequence),
        ("9876543210 987654", WeakPassword::Sequence),
        ("correct horse battery staple", WeakPassword::Common),
        ("CorrectHorseBatteryStaple99", WeakPassword::Common),
        ("maytheforcebewithyou", WeakPassword::Common),
        ("M4y the F0rce be w1th y0u!", WeakPassword::Common),
        ("Password123456789!", WeakPassword::Common),
        ("P4$$w0rd-Welcome-2026", WeakPassword::Common),
        ("letmein letmein please", WeakPassword::Common),
        ("Summer2026Summer2027", WeakPassword::Common),
        ("anteroomanteroom1", WeakPassword::Context),
        ("Anteroom-Password-1", WeakPassword::Context),
        ("dana.whitfield.2026", WeakPassword::Context),
        ("Northgate Labs 12345", WeakPassword::Context),
        ("northgatelabswhitfield", WeakPassword::Context),
    ];
    for (password, weakness) in cases {
        assert_eq!(check(password, CONTEXT), Err(weakness), "{password}");
    }
}

#[test]
fn good_passwords_pass_without_composition_rules() {
    let thousand = "correct seven otters juggle blue lanterns quietly ".repeat(20)[..1_000].to_owned();
    let cases = [
        "seven otters juggle lanterns",
        "x7Qp-92mz-Lw41-vT8k",
        "Dana bakes nineteen crooked pies",
        "Northgate, but with sleepy hippos",
        "мой кот любит холодный суп",
        "猫は静かな水を飲みながら夢を見る",
        "the password is not what you think, sailor",
        "84739 20516 77482 90335",
        &thousand,
    ];
    for password in cases {
        assert_eq!(check(password, CONTEXT), Ok(()), "{password}");
    }
}

#[test]
fn the_length_counts_characters_and_not_bytes() {
    let unusual = "żółć gęślą jaźń";
    assert_eq!(unusual.chars().count(), MIN_CHARACTERS);
    assert_eq!(check(unusual, &[]), Ok(()));
    assert_eq!(check("żółć gęślą jaź", &[]), Err(WeakPassword::TooShort));
}

#[test]
fn the_list_is_long_sorted_and_in_its_form() {
    let lines: Vec<&str> = include_str!("../../../config/common-passwords.txt").lines().collect();
    assert!(lines.len() >= 2_000, "{}", lines.len());
    assert!(lines.windows(2).all(|pair| pair[0] < pair[1]), "sorted, without doubles");
    for line in &lines {
        assert!(line.len() >= MIN_CHARACTERS, "{line}");
        assert!(line.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "{line}");
        assert!(check(line, &[]).is_err(), "{line} is on the list and must be refused");
    }
}

#[tokio::test]
async fn a_hash_proves_its_password_and_no_other() {
    let passwords = cheap(1, 1);
    let stored = passwords.hash("seven otters juggle lanterns").await.unwrap();
    assert!(stored.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{stored}");
    let cases = [
        ("seven otters juggle lanterns", Verdict::Match { rehash: false }),
        ("seven otters juggle lantern", Verdict::Mismatch),
        ("", Verdict::Mismatch),
    ];
    for (presented, verdict) in cases {
        assert_eq!(passwords.verify(presented, Some(&stored)).await, Ok(verdict), "{presented}");
    }
    assert_ne!(stored, passwords.hash("seven otters juggle lanterns").await.unwrap(), "each hash has its own salt");
}

#[tokio::test]
async fn every_character_of_a_long_pass_phrase_matters() {
    let passwords = cheap(1, 1);
    let long = "q".repeat(MAX_CHARACTERS);
    let stored = passwords.hash(&long).await.unwrap();
    assert_eq!(passwords.verify(&long, Some(&stored)).await, Ok(Verdict::Match { rehash: false }));
    let cut = &long[..MAX_CHARACTERS - 1];
    assert_eq!(passwords.verify(cut, Some(&stored)).await, Ok(Verdict::Mismatch));
}

#[tokio::test]
async fn a_hash_at_another_cost_asks_to_be_made_again() {
    let stored = cheap(1, 1).hash("seven otters juggle lanterns").await.unwrap();
    let dearer = Passwords::new(Cost { passes: 2, ..CHEAP }, 1, 1, &Ids::seeded(1)).unwrap();
    let verdict = dearer.verify("seven otters juggle lanterns", Some(&stored)).await;
    assert_eq!(verdict, Ok(Verdict::Match { rehash: true }));
}

#[tokio::test]
async fn the_standard_cost_is_what_is_promised() {
    let passwords = Passwords::new(Cost::STANDARD, 1, 0, &Ids::seeded(1)).unwrap();
    let stored = passwords.hash("seven otters juggle lanterns").await.unwrap();
    assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
}

#[tokio::test]
async fn an_unknown_account_is_a_mismatch_at_the_same_cost() {
    let passwords = cheap(1, 1);
    assert_eq!(passwords.verify("seven otters juggle lanterns", None).await, Ok(Verdict::Mismatch));
    assert!(passwords.dummy.starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
}

#[tokio::test]
async fn broken_hashes_and_impossible_costs_are_errors() {
    let passwords = cheap(1, 1);
    for broken in ["", "x", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ"] {
        assert_eq!(passwords.verify("whatever", Some(broken)).await, Err(PasswordError::Malformed), "{broken}");
    }
    let impossible = Passwords::new(Cost { memory_kib: 1, ..CHEAP }, 1, 1, &Ids::seeded(1));
    assert_eq!(impossible.err(), Some(PasswordError::Cost));
}

/// The work of this test blocks on a channel that the test holds, so that the order of things is certain.
#[tokio::test]
async fn beyond_the_bound_the_answer_is_busy_and_room_comes_back() {
    let passwords = cheap(1, 1);
    let (release, blocked) = std::sync::mpsc::channel::<()>();
    let mut first = Box::pin(passwords.run(move || blocked.recv().is_ok()));
    let mut second = Box::pin(passwords.run(|| true));
    assert!(poll_once(&mut first).await.is_none());
    assert!(poll_once(&mut second).await.is_none(), "the second waits");
    assert_eq!(passwords.hash("third").await, Err(PasswordError::Busy));

    drop(second);
    let mut third = Box::pin(passwords.run(|| true));
    assert!(poll_once(&mut third).await.is_none(), "a waiter that hung up has made room");

    drop(first);
    assert_eq!(passwords.hash("fourth").await, Err(PasswordError::Busy), "work that runs on still counts");
    release.send(()).unwrap();
    assert_eq!(third.await, Ok(true));
    assert!(passwords.hash("fifth").await.is_ok());
}

/// Polls once.
async fn poll_once<T>(future: &mut std::pin::Pin<Box<impl Future<Output = T>>>) -> Option<T> {
    std::future::poll_fn(|context| {
        std::task::Poll::Ready(match future.as_mut().poll(context) {
            std::task::Poll::Ready(value) => Some(value),
            std::task::Poll::Pending => None,
        })
    })
    .await
}
