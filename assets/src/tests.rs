//! Whole builds: with a design system that is made up, and without any.

use super::*;
use std::{fs, path::Path};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository").to_path_buf()
}

/// Builds with a `dist` directory, and gives the report, the table and the style sheet.
fn built(out: &Path, dist: &Path) -> (Report, String, String) {
    let places = Places { root: root(), out: out.to_path_buf(), dist: Some(dist.to_path_buf()) };
    let report = build(&places).expect("a build");
    let table = fs::read_to_string(out.join("assets.rs")).expect("the table");
    let digest = table.split("/anteroom.css").next().and_then(|text| text.rsplit('/').next()).expect("a digest");
    let style = fs::read_to_string(out.join(format!("packs/{digest}.raw"))).expect("the style sheet");
    (report, table, style)
}

/// A `dist` directory with a rule that pages use, one that they do not, an image, a face and every icon.
fn made_up(dist: &Path) {
    let icons = fs::read_to_string(root().join("assets/icons.txt")).expect("the list");
    let symbols: String = icons.lines().flat_map(|name| ["<symbol id=\"", name, "\"></symbol>"]).collect();
    let style = ".usa-button{color:#fff;background:url(../img/a.svg)}.usa-no-such-part{top:0}\
        @font-face{src:url(../fonts/sourcesanspro-bold-webfont.woff2)}";
    let files = [
        ("css/uswds.min.css", style),
        ("js/uswds.min.js", "a()"),
        ("js/uswds-init.min.js", "b()"),
        ("img/a.svg", "<svg/>"),
        ("fonts/sourcesanspro-bold-webfont.woff2", "face"),
        ("img/sprite.svg", &symbols),
        ("LICENSE.md", "license"),
    ];
    for (path, content) in files {
        let path = dist.join(path);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, content).expect("a file");
    }
}

#[test]
fn a_build_takes_what_pages_use_under_addresses_of_its_own() {
    let place = tempfile::tempdir().expect("a directory");
    made_up(&place.path().join("dist"));
    let (report, table, style) = built(place.path(), &place.path().join("dist"));
    assert_eq!(report, Report { design_system: true, warnings: Vec::new() });
    assert!(style.contains(".usa-button{color:var(--u-ffffff);background:url(../"), "{style}");
    assert!(!style.contains("usa-no-such-part"), "{style}");
    for name in ["a.svg", "sourcesanspro-bold-webfont.woff2", "uswds-license.txt", "uswds.js"] {
        assert!(table.contains(&format!("name: \"{name}\"")), "{name}");
    }
    let address = style.split("url(..").nth(1).and_then(|rest| rest.split(')').next()).expect("an address");
    assert!(table.contains(&format!("href: \"/assets{address}\"")), "{address}");
}

#[test]
fn a_build_without_the_design_system_warns_and_has_every_name_that_pages_link() {
    let place = tempfile::tempdir().expect("a directory");
    let (report, table, style) = built(place.path(), &place.path().join("nothing"));
    assert!(!report.design_system);
    assert!(report.warnings.iter().any(|warning| warning.contains("without the design system")), "{report:?}");
    for name in ["anteroom.css", "anteroom.js", "favicon.svg", "icons.svg", "uswds-init.js", "uswds.js"] {
        assert!(table.contains(&format!("name: \"{name}\"")), "{name}");
    }
    assert!(style.contains("font-family: system-ui") && style.contains(".ar-facts{"), "{style}");
    assert!(!style.contains("url("), "nothing is named that is not there");
}

#[test]
fn a_second_build_packs_nothing_and_leaves_nothing_behind() {
    let place = tempfile::tempdir().expect("a directory");
    made_up(&place.path().join("dist"));
    let (_, first, _) = built(place.path(), &place.path().join("dist"));
    let packs = place.path().join("packs");
    let when = |name: &Path| fs::metadata(name).and_then(|file| file.modified()).expect("a time");
    let before: Vec<_> = files::below(&packs).expect("packs").into_iter().map(|path| (when(&path), path)).collect();
    let (_, again, _) = built(place.path(), &place.path().join("dist"));
    assert_eq!(first, again);
    assert!(before.iter().all(|(time, path)| when(path) == *time));
    let (_, other, _) = built(place.path(), &place.path().join("nothing"));
    let kept = files::below(&packs).expect("packs");
    let stems = kept.iter().filter_map(|path| path.file_stem()?.to_str());
    assert!(stems.into_iter().all(|stem| other.contains(stem)), "{kept:?}");
}

#[test]
fn every_color_of_ours_has_a_dark_counterpart() {
    let read = |path: &str| fs::read_to_string(root().join(path)).expect(path);
    let grades = sheet::grades::Grades::read(&read("assets/grades.txt"));
    let theme = read("assets/css/theme.css");
    let colors: Vec<&str> = theme.match_indices('#').filter_map(|(at, _)| theme.get(at..at + 7)).collect();
    assert!(colors.len() > 10);
    for color in colors {
        assert!(grades.dark(color).is_some(), "{color}");
    }
}
