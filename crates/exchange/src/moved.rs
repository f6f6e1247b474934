//! Tables without a header where one cell says what the others are: the same place is the rent of
//! one record and the price of the next.

use dictionary::fold;

use crate::tree::Made;

/// The columns that a layout adds to the places of a table, and which cell moves into each.
pub(crate) struct Moves {
    places: usize,
    moves: Vec<Move>,
}

struct Move {
    from: usize,
    /// It moves only where these places hold one of these words.
    when: Vec<(usize, Vec<String>)>,
}

impl Moves {
    pub(crate) fn of(made: &[Made], places: usize) -> Moves {
        let place = |name: &str| name.parse().ok().filter(|at| *at < places);
        let moves = made.iter().filter_map(|made| {
            let when = made.when.iter();
            Some(Move {
                from: place(made.from.as_deref()?)?,
                when: when
                    .map(|(name, words)| Some((place(name)?, words.clone())))
                    .collect::<Option<_>>()?,
            })
        });
        Moves {
            places,
            moves: moves.collect(),
        }
    }

    /// The places and the columns behind them; what has moved no longer stands at its place.
    pub(crate) fn cells(&self, mut cells: Vec<String>) -> Vec<String> {
        // A row that does not fit is put right, or refused, by its places alone.
        if cells.len() != self.places {
            cells.extend(self.moves.iter().map(|_| String::new()));
            return cells;
        }
        let holds = |m: &&Move| {
            let is = |(at, words): &(usize, Vec<String>)| words.contains(&fold(&cells[*at]));
            m.when.iter().all(is)
        };
        let stand: Vec<bool> = self.moves.iter().map(|m| holds(&m)).collect();
        let moved = self.moves.iter().zip(&stand);
        let moved: Vec<String> = moved
            .map(|(m, stands)| match stands {
                true => cells[m.from].clone(),
                false => String::new(),
            })
            .collect();
        for (m, _) in self.moves.iter().zip(&stand).filter(|(_, stands)| **stands) {
            cells[m.from].clear();
        }
        cells.extend(moved);
        cells
    }
}
