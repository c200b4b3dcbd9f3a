//! What people choose: common passwords, the words they make others of, and the paths their fingers follow.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The long common passwords, in small letters and digits only. One a line, sorted.
pub(super) static COMMON: LazyLock<BTreeSet<&str>> =
    LazyLock::new(|| include_str!("../../../config/common-passwords.txt").lines().collect());

/// Short passwords that people lengthen by putting two or three together.
pub(super) static COMMON_WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| WORDS.split_whitespace().collect());

const WORDS: &str = "
    abc123 access admin administrator amanda america andrew angel ashley baby bailey baseball basketball batman
    buster butterfly changeme charlie cheese chocolate computer cookie daniel default dragon family flower
    football forever freedom friends ginger google guest hannah harley hello hockey hunter iloveyou internet
    jessica jordan joshua justin killer letmein liverpool login love lovely maggie master matthew michael michelle
    microsoft monkey mustang mypassword naruto nicole ninja passphrase passw0rd password passwort pepper please
    pokemon princess qazwsx qwerty ranger robert samsung secret secure security server shadow soccer spring
    starwars summer sunshine superman system temp temporary test tester testing thomas tigger trustno1 user
    username welcome whatever william windows winter yankees zxcvbn autumn january february march april june july
    august september october november december monday tuesday wednesday thursday friday saturday sunday
";

/// Paths that fingers and minds follow.
const PATHS: &[&str] = &[
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
    "0123456789012345678901234567890",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "1234qwerasdfzxcv",
    "1a2b3c4d5e6f7g8h9i0j",
    "a1b2c3d4e5f6g7h8i9j0",
    "13579",
    "24680",
    "147258369",
    "159357",
    "741852963",
];

/// Those paths in both directions.
pub(super) static PATHS_BOTH_WAYS: LazyLock<Vec<Vec<char>>> = LazyLock::new(|| {
    let forward = PATHS.iter().map(|path| path.chars().collect());
    let backward = PATHS.iter().map(|path| path.chars().rev().collect());
    forward.chain(backward).collect()
});
