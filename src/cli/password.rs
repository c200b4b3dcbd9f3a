//! Where a password comes from: standard input for scripts, the terminal for people, never a flag.

use std::io::{BufRead as _, IsTerminal as _};

use zeroize::Zeroizing;

use super::error::CliError;

/// The first line of standard input.
pub(super) fn from_stdin() -> Result<Zeroizing<String>, CliError> {
    let mut line = Zeroizing::new(String::new());
    std::io::stdin().lock().read_line(&mut line).map_err(|error| CliError::io("standard input", error))?;
    Ok(Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}

/// Asked for twice at the terminal, so that a slip of the finger locks nobody out.
pub(super) fn asked() -> Result<Zeroizing<String>, CliError> {
    if !std::io::stdin().is_terminal() {
        return Err(CliError::Usage("there is no terminal to ask for the password; give --password-stdin".to_owned()));
    }
    let ask = |prompt: &str| {
        let typed = rpassword::prompt_password(prompt).map_err(|error| CliError::io("the terminal", error))?;
        Ok::<_, CliError>(Zeroizing::new(typed))
    };
    let (first, again) = (ask("Password (15 characters or more): ")?, ask("The same again: ")?);
    if *first == *again { Ok(first) } else { Err(CliError::Usage("the two passwords differ".to_owned())) }
}
