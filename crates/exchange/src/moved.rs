//! Tables without a header where one cell says what the others are: the same place is the rent of
//! one record and the price of the next.

use std::borrow::Cow;

use dictionary::fold;

use crate::tree::Made;

/// The columns that a layout adds to the places of a table, and which cell moves into each.
pub(crate) struct Moves {
    places: usize,
    moves: Vec<Move>,
}

struct Move {
    /// None where the layout makes the column of nothing that stands here.
    from: Option<usize>,
    /// It moves only where these places hold one of these words.
    when: Vec<(usize, Vec<String>)>,
}

impl Moves {
    pub(crate) fn of(made: &[Made], places: usize) -> Moves {
        let place = |name: &str| name.parse().ok().filter(|at| *at < places);
        let moves = made.iter().map(|made| {
            let when = made.when.iter();
            let when: Option<Vec<_>> = when
                .map(|(name, words)| Some((place(name)?, words.clone())))
                .collect();
            Move {
                from: made
                    .from
                    .as_deref()
                    .and_then(place)
                    .filter(|_| when.is_some()),
                when: when.unwrap_or_default(),
            }
        });
        Moves {
            places,
            moves: moves.collect(),
        }
    }

    /// How many places a record has.
    pub(crate) const fn places(&self) -> usize {
        self.places
    }

    /// The places and the columns behind them; what has moved no longer stands at its place. Places
    /// that a record leaves out at its end are empty.
    pub(crate) fn cells<'r>(&self, mut cells: Vec<Cow<'r, str>>) -> Vec<Cow<'r, str>> {
        cells.resize(self.places, Cow::Borrowed(""));
        let stands = |m: &Move| {
            let is = |(at, words): &(usize, Vec<String>)| words.contains(&fold(&cells[*at]));
            m.from.filter(|_| m.when.iter().all(is))
        };
        let from: Vec<Option<usize>> = self.moves.iter().map(stands).collect();
        let moved: Vec<Cow<'r, str>> = from
            .iter()
            .map(|from| from.map_or(Cow::Borrowed(""), |at| cells[at].clone()))
            .collect();
        for at in from.into_iter().flatten() {
            cells[at] = Cow::Borrowed("");
        }
        cells.extend(moved);
        cells
    }
}
