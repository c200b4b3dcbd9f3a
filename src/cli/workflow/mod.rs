//! `anteroom workflow`: stages, transitions, guards and actors, from the tables that commands are decided by and the
//! policies that say who may.

mod render;
#[cfg(test)]
mod tests;

use super::{
    args::{WorkflowArgs, WorkflowFormat},
    error::CliError,
    output::Output,
};
use crate::{
    app::error::AppError,
    authz::{Chapter, Engine},
    domain::id::Kind,
};

pub(super) fn run(asked: WorkflowArgs, output: Output) -> Result<(), CliError> {
    let engine = Engine::new().map_err(AppError::internal).map_err(CliError::App)?;
    let kinds: Vec<Kind> = asked.kind.map_or_else(|| Kind::ALL.to_vec(), |kind| vec![kind]);
    let chapters: Vec<Chapter> = kinds.into_iter().map(|kind| Chapter::of(&engine, kind)).collect();
    output.data(&chapters, |chapters| match asked.format {
        WorkflowFormat::Table => render::tables(chapters),
        WorkflowFormat::Mermaid => render::diagrams(chapters),
        WorkflowFormat::Dot => render::dot(chapters),
        WorkflowFormat::Markdown => render::page(chapters),
    });
    Ok(())
}
