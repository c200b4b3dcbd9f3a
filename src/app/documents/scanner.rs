//! The scanner that the operator names: a program that gets a content on its standard input and answers with its status.
//! It is never run while somebody waits for an answer.

use std::{
    io::Write as _,
    process::{Child, Command, Stdio},
    time::Duration,
};

use bytes::Bytes;

use crate::domain::document::Verdict;

/// How often it is looked whether the scanner has ended.
const LOOK: Duration = Duration::from_millis(20);

/// What the scanner says: 0 is clean, 1 is infected, and nothing is said by any other status, a signal, or one that takes
/// longer than `timeout`. To be called where a thread may wait.
pub fn run(words: &[String], content: Bytes, timeout: Duration) -> Option<Verdict> {
    let (program, arguments) = words.split_first()?;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            tracing::error!(%error, "the scanner cannot be started");
            return None;
        }
    };
    if let Some(mut input) = child.stdin.take() {
        // A thread of its own: a scanner that ends without reading must not keep this one waiting. That it does not
        // read to the end is its own affair; its status counts.
        std::thread::spawn(move || input.write_all(&content).ok());
    }
    match ended(&mut child, timeout) {
        Some(0) => Some(Verdict::Clean),
        Some(1) => Some(Verdict::Infected),
        status => {
            tracing::error!(?status, "the scanner gave no verdict");
            None
        }
    }
}

/// The status that the program ends with in time; one that does not is ended.
fn ended(child: &mut Child, timeout: Duration) -> Option<i32> {
    let mut waited = Duration::ZERO;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.code(),
            Ok(None) if waited < timeout => {
                std::thread::sleep(LOOK);
                waited += LOOK;
            }
            Ok(None) | Err(_) => {
                child.kill().ok();
                child.wait().ok();
                return None;
            }
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn says(script: &str, content: &'static [u8], timeout: Duration) -> Option<Verdict> {
        let words = ["sh".to_owned(), "-c".to_owned(), script.to_owned()];
        run(&words, Bytes::from_static(content), timeout)
    }

    #[test]
    fn a_scanner_speaks_by_its_status_and_silence_is_no_verdict() {
        let soon = Duration::from_secs(20);
        assert_eq!(says("cat > /dev/null", b"clean", soon), Some(Verdict::Clean));
        assert_eq!(says("grep -q EICAR && exit 1 || exit 0", b"EICAR", soon), Some(Verdict::Infected));
        assert_eq!(says("grep -q EICAR && exit 1 || exit 0", b"clean", soon), Some(Verdict::Clean));
        assert_eq!(says("exit 2", b"clean", soon), None);
        assert_eq!(says("kill -9 $$", b"clean", soon), None);
        assert_eq!(says("exec sleep 60", b"clean", Duration::from_millis(60)), None);
        assert_eq!(run(&["/nowhere/scanner".to_owned()], Bytes::new(), soon), None);
        assert_eq!(run(&[], Bytes::new(), soon), None);
    }
}
