//! The dark counterpart of a color. The design system grades each family of colors from 0, white, to 100, black, and
//! promises contrast by the difference of two grades. Whoever replaces every grade by what it lacks to 100 keeps all
//! differences, and with them the contrast.

use std::collections::BTreeMap;

/// What stands for white. Pure black behind bright text is hard to read, so that it is a little lighter.
const NIGHT: &str = "#121212";

/// What a color becomes in the dark.
#[derive(Clone, Debug)]
pub(crate) struct Grades(BTreeMap<String, String>);

impl Grades {
    /// Reads the table: on each line a family and its colors, as `blue 5:#eff6fb 10:#d9e8f6`. Where two families have
    /// the same color, the first counts.
    pub(crate) fn read(text: &str) -> Self {
        let mut dark = BTreeMap::from([("#ffffff", NIGHT), ("#000000", "#ffffff")].map(|(a, b)| (a.into(), b.into())));
        for line in text.lines() {
            let family: BTreeMap<u32, &str> = line.split_whitespace().filter_map(color).collect();
            for (grade, light) in &family {
                let wanted = if *grade == 50 { 30 } else { 100 - grade.min(&100) };
                let nearest = family.iter().min_by_key(|(other, _)| other.abs_diff(wanted)).map(|(_, color)| *color);
                if let Some(color) = nearest {
                    dark.entry((*light).to_owned()).or_insert_with(|| color.to_owned());
                }
            }
        }
        Self(dark)
    }

    /// The dark counterpart of a color that is written as `#rrggbb`.
    pub(crate) fn dark(&self, light: &str) -> Option<&str> {
        self.0.get(light).map(String::as_str)
    }
}

fn color(entry: &str) -> Option<(u32, &str)> {
    let (grade, color) = entry.split_once(':')?;
    Some((grade.parse().ok()?, color))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_color_becomes_what_its_grade_lacks_to_a_hundred_in_its_own_family() {
        let grades = Grades::read("blue 5:#eff6fb 40:#4f97d1 60:#2c608a 90:#11181d\nred 40:#e9695f 60:#a23737");
        assert_eq!(grades.dark("#2c608a"), Some("#4f97d1"));
        assert_eq!(grades.dark("#4f97d1"), Some("#2c608a"));
        assert_eq!(grades.dark("#a23737"), Some("#e9695f"));
        assert_eq!(grades.dark("#eff6fb"), Some("#11181d"), "the nearest, where there is no such grade");
        assert_eq!(grades.dark("#ffffff"), Some(NIGHT));
        assert_eq!(grades.dark("#123456"), None);
    }

    #[test]
    fn the_middle_goes_to_thirty_since_it_would_stay_where_it_is() {
        let grades = Grades::read("gray 30:#adadad 50:#757575");
        assert_eq!(grades.dark("#757575"), Some("#adadad"));
    }
}
