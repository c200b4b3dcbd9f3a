//! Makes the assets that the service carries (`assets/`): see there. A plain build again costs nothing; without npm or
//! a network the build succeeds, and the pages have the base style sheet alone.

use std::{env, error::Error, path::PathBuf};

use anteroom_assets::{Places, WATCHED};

/// Names a directory with the design system's built files, for machines without npm or network.
const DIST: &str = "ANTEROOM_USWDS_DIST";

fn main() -> Result<(), Box<dyn Error>> {
    let directory = |name: &str| env::var_os(name).map(PathBuf::from).ok_or_else(|| format!("cargo sets no {name}"));
    let places = Places {
        root: directory("CARGO_MANIFEST_DIR")?,
        out: directory("OUT_DIR")?,
        dist: env::var_os(DIST).filter(|value| !value.is_empty()).map(PathBuf::from),
    };
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={DIST}");
    for path in WATCHED {
        println!("cargo::rerun-if-changed={path}");
    }
    for warning in anteroom_assets::build(&places)?.warnings {
        println!("cargo::warning={warning}");
    }
    Ok(())
}
