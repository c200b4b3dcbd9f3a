//! `anteroom bounce`: a delivery report, from standard input, as a mail system hands it to a command.

use std::{io::Read as _, path::Path};

use super::{error::CliError, output::Output, service};
use crate::app::returned_mail::{Intake, MOST_BYTES};

pub(super) async fn run(file: Option<&Path>, output: Output) -> Result<(), CliError> {
    let mut message = Vec::new();
    // One byte more than is read, so that a larger message is seen to be one.
    let most = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    std::io::stdin()
        .lock()
        .take(most)
        .read_to_end(&mut message)
        .map_err(|error| CliError::io("the message cannot be read", error))?;
    let app = service::open(file).await?;
    let taken = app.take_report(&message).await;
    service::close(&app).await;
    let intake = taken?;
    output.data(&intake, |intake| said(intake).to_owned());
    Ok(())
}

const fn said(intake: &Intake) -> &'static str {
    match intake {
        Intake::Bounced => "the mail bounced",
        Intake::Expired => "the mail was given up",
        Intake::Delayed => "the mail is still tried",
        Intake::Ignored => "no report about a mail of this service; ignored",
    }
}
