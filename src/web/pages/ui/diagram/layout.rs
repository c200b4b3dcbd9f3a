//! Where everything in a drawing stands. Each stage is a layer of its own, in the order of the lifecycle. What leads to
//! the next one goes straight down; what leads further on runs in a lane on the right, what leads back in one on the
//! left. All that leads to a stage on one side shares a lane, and no lane passes through a stage.

use std::collections::BTreeSet;

use super::{DiagramStage, DiagramWay};

/// Between the drawing and its edge.
const MARGIN: i64 = 12;
/// Between two layers: room for an arrow and a line of text.
const GAP: i64 = 46;
/// The least height of a stage.
const LEAST: i64 = 36;
/// Between two lines that leave or enter a stage on the same side.
const SLOT: i64 = 20;
/// Between two lanes.
const LANE: i64 = 14;
/// Room for words between the stages and the first lane.
const WORDS: i64 = 250;
/// About the width of a letter within a stage.
const WIDE_LETTER: i64 = 9;
/// About the width of a letter beside a line.
const LETTER: i64 = 7;
/// Radius of the mark where it begins.
const RADIUS: i64 = 9;
/// How far a line reaches out that leads back to its own stage.
const LOOP: i64 = 18;

/// A stage as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) width: i64,
    pub(super) height: i64,
    pub(super) name: String,
    pub(super) ends: bool,
}

/// A line from one stage to another, with what is written at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// From where to where it leads, and all that brings it about.
    pub(super) told: String,
    /// The line.
    pub(super) path: String,
    /// Its arrowhead.
    pub(super) head: String,
    pub(super) words: Words,
}

/// What is written at a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) x: i64,
    pub(super) y: i64,
    /// `start` or `end`: on which side of its place the text stands.
    pub(super) anchor: &'static str,
    pub(super) text: String,
}

/// A whole drawing, in its own units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) width: i64,
    pub(super) height: i64,
    /// Height of the mark where it begins; none where nothing does.
    pub(super) start: Option<i64>,
    /// The middle of every stage.
    pub(super) middle: i64,
    pub(super) radius: i64,
    pub(super) nodes: Vec<Node>,
    pub(super) lines: Vec<Line>,
}

/// On which side of the stages a line runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    Down,
    Right,
    Left,
    Own,
}

fn course(way: &DiagramWay) -> Course {
    let from = way.from.map_or(0, |from| from + 1);
    let to = way.to + 1;
    match to.cmp(&from) {
        std::cmp::Ordering::Equal => Course::Own,
        std::cmp::Ordering::Less => Course::Left,
        std::cmp::Ordering::Greater if to == from + 1 => Course::Down,
        std::cmp::Ordering::Greater => Course::Right,
    }
}

/// A lane: which stage it leads to, from where to where it runs, and its place counted from the stages.
struct Lane {
    to: usize,
    top: i64,
    bottom: i64,
    place: i64,
}

/// What lies where before lines are drawn.
struct Plan<'a> {
    ways: &'a [DiagramWay],
    nodes: Vec<Node>,
    start: Option<i64>,
}

/// Draws the stages and the ways between them; a way to or from a stage that is not there is left out.
pub(super) fn draw(stages: &[DiagramStage], ways: &[DiagramWay]) -> Layout {
    let known = |way: &&DiagramWay| way.to < stages.len() && way.from.is_none_or(|from| from < stages.len());
    let ways: Vec<DiagramWay> = ways.iter().filter(known).cloned().collect();
    let mut plan = plan(stages, &ways);
    let left = plan.lanes(Course::Left);
    let right = plan.lanes(Course::Right);
    let inset = MARGIN + room(&left) + WORDS;
    plan.nodes.iter_mut().for_each(|node| node.x = inset);
    let lines = ways.iter().map(|way| plan.line(way, &left, &right)).collect();
    let stage_width = plan.nodes.first().map_or(0, |node| node.width);
    let bottom = plan.nodes.last().map_or(0, |node| node.y + node.height);
    Layout {
        width: inset + stage_width + WORDS + room(&right) + MARGIN,
        height: bottom + MARGIN,
        start: plan.start,
        middle: inset + stage_width / 2,
        radius: RADIUS,
        nodes: plan.nodes,
        lines,
    }
}

/// How wide these lanes are together.
fn room(lanes: &[Lane]) -> i64 {
    lanes.iter().map(|lane| (lane.place + 1) * LANE).max().unwrap_or(0)
}

fn count(items: impl Iterator) -> i64 {
    items.fold(0, |sum, _| sum + 1)
}

fn letters(text: &str) -> i64 {
    count(text.chars())
}

/// Stages one below the other, each high enough for the lines at its sides.
fn plan<'a>(stages: &[DiagramStage], ways: &'a [DiagramWay]) -> Plan<'a> {
    let longest = stages.iter().map(|stage| letters(&stage.name)).max().unwrap_or(0);
    let width = longest * WIDE_LETTER + 2 * MARGIN;
    let start = ways.iter().any(|way| way.from.is_none()).then_some(MARGIN + RADIUS);
    let mut plan = Plan { ways, nodes: Vec::new(), start };
    let mut y = start.map_or(MARGIN, |at| at + RADIUS + GAP);
    for (place, stage) in stages.iter().enumerate() {
        let slots = plan.slots(place, Course::Right).max(plan.slots(place, Course::Left));
        let height = (slots * SLOT + SLOT / 2).max(LEAST);
        plan.nodes.push(Node { x: 0, y, width, height, name: stage.name.clone(), ends: stage.ends });
        y += height + GAP;
    }
    plan
}

impl Plan<'_> {
    /// The ways on one side that leave a stage: those to itself come after the others on the right.
    fn leaving(&self, place: usize, side: Course) -> impl Iterator<Item = &DiagramWay> {
        let of = move |way: &&DiagramWay, course_of: Course| way.from == Some(place) && course(way) == course_of;
        let own = self.ways.iter().filter(move |way| side == Course::Right && of(way, Course::Own));
        self.ways.iter().filter(move |way| of(way, side)).chain(own)
    }

    fn is_entered(&self, place: usize, side: Course) -> bool {
        self.ways.iter().any(|way| way.to == place && course(way) == side)
    }

    /// How many lines leave or enter a stage on one side; all that enter share one.
    fn slots(&self, place: usize, side: Course) -> i64 {
        count(self.leaving(place, side)) + i64::from(self.is_entered(place, side))
    }

    /// The height of a slot. What comes from above enters at the top, what comes from below at the bottom.
    fn slot(&self, place: usize, number: i64) -> i64 {
        self.nodes.get(place).map_or(0, |node| node.y + SLOT * 3 / 4 + number * SLOT)
    }

    fn entry(&self, place: usize, side: Course) -> i64 {
        let number = if side == Course::Left { count(self.leaving(place, side)) } else { 0 };
        self.slot(place, number)
    }

    /// Where a way leaves its stage; the mark where it begins has no sides.
    fn exit(&self, way: &DiagramWay, side: Course) -> i64 {
        let Some(from) = way.from else { return self.start.unwrap_or(0) };
        let before = count(self.leaving(from, side).take_while(|other| *other != way));
        let entered = side == Course::Right && self.is_entered(from, side);
        self.slot(from, before + i64::from(entered))
    }

    /// The lanes of one side, short ones next to the stages, so that no two that share a height share a place.
    fn lanes(&self, side: Course) -> Vec<Lane> {
        let reach = |to: usize| {
            let entry = self.entry(to, side);
            let exits = self.ways.iter().filter(|way| way.to == to && course(way) == side);
            let ends = exits.map(|way| self.exit(way, side)).chain([entry]);
            let (top, bottom) = ends.fold((entry, entry), |(top, bottom), at| (top.min(at), bottom.max(at)));
            Lane { to, top, bottom, place: 0 }
        };
        let entered = (0..self.nodes.len()).filter(|place| self.is_entered(*place, side));
        let mut wanted: Vec<Lane> = entered.map(reach).collect();
        wanted.sort_by_key(|lane| lane.bottom - lane.top);
        let mut lanes: Vec<Lane> = Vec::new();
        for lane in wanted {
            let meets = |other: &Lane| lane.top <= other.bottom && other.top <= lane.bottom;
            let taken: BTreeSet<i64> = lanes.iter().filter(|other| meets(other)).map(|other| other.place).collect();
            // The places that are taken are counted from 0 on, so that one of as many and one more is free.
            let free = (0..).zip(0..=taken.len()).map(|(place, _)| place).find(|place| !taken.contains(place));
            let place = free.unwrap_or_default();
            lanes.push(Lane { place, ..lane });
        }
        lanes
    }

    fn line(&self, way: &DiagramWay, left: &[Lane], right: &[Lane]) -> Line {
        let side = course(way);
        let (edge, width) = self.nodes.first().map_or((0, 0), |node| (node.x, node.width));
        let (path, head, words) = match side {
            Course::Down => self.down(way, edge + width / 2, width),
            Course::Own => self.own(way, edge + width),
            Course::Left | Course::Right => {
                let lanes = if side == Course::Left { left } else { right };
                let place = lanes.iter().find(|lane| lane.to == way.to).map_or(0, |lane| lane.place);
                self.around(way, side, (edge, width, place))
            }
        };
        Line { told: self.told(way), path, head, words }
    }

    fn told(&self, way: &DiagramWay) -> String {
        let name = |place: usize| self.nodes.get(place).map_or("", |node| &node.name);
        let by = way.by.join(", ");
        match way.from {
            Some(from) => format!("{} to {}: {by}", name(from), name(way.to)),
            None => format!("Begins with {}: {by}", name(way.to)),
        }
    }

    /// Straight to the next stage.
    fn down(&self, way: &DiagramWay, x: i64, width: i64) -> (String, String, Words) {
        let node = way.from.and_then(|from| self.nodes.get(from));
        let top = node.map_or_else(|| self.start.unwrap_or(0) + RADIUS, |node| node.y + node.height);
        let bottom = self.nodes.get(way.to).map_or(top, |node| node.y);
        let room = width / 2 + WORDS - MARGIN;
        let words =
            Words { x: x + MARGIN, y: i64::midpoint(top, bottom) + 4, anchor: "start", text: fitting(&way.by, room) };
        (format!("M{x} {top}V{}", bottom - 8), format!("M{x} {bottom}l-5 -9h10z"), words)
    }

    /// Out of a stage and into it again.
    fn own(&self, way: &DiagramWay, x: i64) -> (String, String, Words) {
        let y = self.exit(way, Course::Right);
        let (top, bottom, out) = (y - 5, y + 5, x + LOOP);
        let words = Words { x: out + 6, y: y + 4, anchor: "start", text: fitting(&way.by, WORDS - LOOP - MARGIN) };
        (format!("M{x} {top}H{out}V{bottom}H{}", x + 8), format!("M{x} {bottom}l9 -5v10z"), words)
    }

    /// Through a lane at the side.
    fn around(&self, way: &DiagramWay, side: Course, at: (i64, i64, i64)) -> (String, String, Words) {
        let (edge, width, place) = at;
        let (exit, entry) = (self.exit(way, side), self.entry(way.to, side));
        let far = WORDS + place * LANE + LANE / 2;
        // The mark where it begins is left from its own middle, whose height no stage shares.
        let inner = if way.from.is_none() { width - width / 2 - RADIUS } else { 0 };
        let (x, lane, sign, anchor) = match side {
            Course::Left => (edge, edge - far, -1, "end"),
            Course::Down | Course::Right | Course::Own => (edge + width, edge + width + far, 1, "start"),
        };
        let out = x - sign * inner;
        let path = format!("M{out} {exit}H{lane}V{entry}H{}", x + sign * 8);
        let head = format!("M{x} {entry}l{} -5v10z", sign * 9);
        let words = Words { x: x + sign * 6, y: exit - 4, anchor, text: fitting(&way.by, WORDS - MARGIN) };
        (path, head, words)
    }
}

/// As many of them as there is room for, with how many there are besides; nothing where not even that fits.
fn fitting(by: &[String], room: i64) -> String {
    let fits = |text: &String| letters(text) * LETTER <= room;
    let some = |taken: usize| {
        let named: Vec<&str> = by.iter().take(taken).map(String::as_str).collect();
        match by.len() - taken {
            0 => named.join(", "),
            rest => format!("{}, and {rest} more", named.join(", ")),
        }
    };
    (1..=by.len()).rev().map(some).find(fits).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stages(count: usize) -> Vec<DiagramStage> {
        (0..count).map(|place| DiagramStage { name: format!("Stage {place}"), ends: place + 1 == count }).collect()
    }

    fn way(from: impl Into<Option<usize>>, to: usize) -> DiagramWay {
        DiagramWay { from: from.into(), to, by: vec!["go on".to_owned(), "by time".to_owned()] }
    }

    /// A flow with every course: down, on the right over others, back, and to itself.
    fn tangled() -> Vec<DiagramWay> {
        let ways = [(0, 1), (1, 2), (2, 3), (3, 4), (0, 4), (1, 4), (2, 4), (0, 3), (4, 0), (3, 1), (2, 1), (2, 2)];
        [way(None, 0)].into_iter().chain(ways.map(|(from, to)| way(from, to))).collect()
    }

    #[test]
    fn stages_stand_in_layers_in_their_order_and_none_overlaps_another() {
        let layout = draw(&stages(5), &tangled());
        assert_eq!(layout.nodes.len(), 5);
        for pair in layout.nodes.windows(2) {
            assert!(pair[0].y + pair[0].height + GAP <= pair[1].y, "{pair:?}");
            assert_eq!((pair[0].x, pair[0].width), (pair[1].x, pair[1].width));
        }
        let start = layout.start.expect("a beginning");
        assert!(start + RADIUS < layout.nodes[0].y);
        for node in &layout.nodes {
            assert!(node.x > 0 && node.x + node.width < layout.width && node.y + node.height < layout.height);
        }
    }

    #[test]
    fn every_way_is_a_line_of_its_own_with_its_words() {
        let ways = tangled();
        let layout = draw(&stages(5), &ways);
        let told = |way: &DiagramWay| match way.from {
            Some(from) => format!("Stage {from} to Stage {}: go on, by time", way.to),
            None => format!("Begins with Stage {}: go on, by time", way.to),
        };
        let drawn: Vec<&str> = layout.lines.iter().map(|line| line.told.as_str()).collect();
        assert_eq!(drawn, ways.iter().map(told).collect::<Vec<_>>());
        assert!(layout.lines.iter().all(|line| line.words.text == "go on, by time"), "{:?}", layout.lines);
        let mut places: Vec<(i64, i64, &str)> =
            layout.lines.iter().map(|line| (line.words.x, line.words.y, line.words.anchor)).collect();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), ways.len(), "no two lines are written over each other");
    }

    #[test]
    fn lanes_that_share_a_height_lie_beside_each_other_and_beyond_the_words() {
        let (stages, ways) = (stages(5), tangled());
        let plan = plan(&stages, &ways);
        for side in [Course::Left, Course::Right] {
            let lanes = plan.lanes(side);
            assert!(lanes.len() >= 2);
            for (number, lane) in lanes.iter().enumerate() {
                for other in lanes.iter().skip(number + 1).filter(|other| other.place == lane.place) {
                    assert!(lane.bottom < other.top || other.bottom < lane.top, "two lanes at one place");
                }
            }
        }
        let layout = draw(&stages, &ways);
        let node = &layout.nodes[0];
        assert!(node.x >= WORDS + MARGIN && layout.width - node.x - node.width >= WORDS + MARGIN);
    }

    #[test]
    fn lines_at_one_side_of_a_stage_have_heights_of_their_own() {
        let (stages, ways) = (stages(5), tangled());
        let plan = plan(&stages, &ways);
        for place in 0..stages.len() {
            for side in [Course::Left, Course::Right] {
                let mut heights: Vec<i64> = plan.leaving(place, side).map(|way| plan.exit(way, side)).collect();
                if plan.is_entered(place, side) {
                    heights.push(plan.entry(place, side));
                }
                let all = heights.len();
                heights.sort_unstable();
                heights.dedup();
                assert_eq!(heights.len(), all, "{place} {side:?}");
                let node = &plan.nodes[place];
                assert!(heights.iter().all(|at| node.y < *at && *at < node.y + node.height), "{place} {side:?}");
            }
        }
    }

    #[test]
    fn a_beginning_that_leads_past_the_first_stage_runs_at_the_side() {
        let layout = draw(&stages(3), &[way(None, 2), way(0, 1)]);
        let line = layout.lines.first().expect("the first line");
        assert!(line.path.starts_with(&format!("M{} {}H", layout.middle + RADIUS, layout.start.expect("a beginning"))));
    }

    #[test]
    fn words_are_as_many_as_there_is_room_for() {
        let by = ["withdraw", "record release", "by time"].map(str::to_owned);
        assert_eq!(fitting(&by, 300), "withdraw, record release, by time");
        assert_eq!(fitting(&by, 225), "withdraw, and 2 more");
        assert_eq!(fitting(&by, 20), "");
        assert_eq!(fitting(&[], 300), "");
    }

    #[test]
    fn what_names_no_stage_is_left_out_and_nothing_is_drawn_of_nothing() {
        assert!(draw(&stages(2), &[way(0, 7), way(9, 0)]).lines.is_empty());
        let layout = draw(&[], &[]);
        assert_eq!((layout.nodes.len(), layout.start), (0, None));
    }
}
