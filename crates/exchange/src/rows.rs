//! One record of a file, taken apart and handed to whoever makes a listing of it.

use ::store::Account;
use dictionary::Dictionary;

use crate::feed::Reader;
use crate::kyero;
use crate::mapping::Mapping;
use crate::record::{Draft, Drafter};
use crate::report::Problem;

/// A row of a table; one with too many or hardly any cells is refused.
pub(crate) fn table_row(
    reader: &Reader,
    raw: &formats::Raw<'_>,
    drafter: &mut Drafter,
    columns: usize,
    told: &mut dyn FnMut(Problem),
) -> Option<Draft> {
    let refuse = |code, message: String| Problem {
        row: 0,
        line: 0,
        column: String::new(),
        code,
        message,
        refused: true,
    };
    let cells = match reader.cells(raw) {
        Ok(cells) => cells,
        Err(refusal) => {
            told(refuse(refusal.code, refusal.message));
            return None;
        }
    };
    let filled = cells
        .iter()
        .rposition(|c| !c.trim().is_empty())
        .map_or(0, |at| at + 1);
    if filled > columns {
        let said = format!(
            "{filled} cells where the header has {columns}: a delimiter or a quote too many"
        );
        told(refuse("too_many_cells", said));
        return None;
    }
    if columns > 3 && filled * 4 < columns && filled < 3 {
        let said =
            format!("{filled} cells where the header has {columns}: a footer, or a row cut off");
        told(refuse("too_few_cells", said));
        return None;
    }
    drafter.draft(&cells, told)
}

/// A `<property>` of a Kyero feed.
pub(crate) fn kyero_row(
    reader: &Reader,
    raw: &formats::Raw<'_>,
    dictionary: &Dictionary,
    account: &Account,
    mapping: &Mapping,
    told: &mut dyn FnMut(Problem),
) -> Option<Draft> {
    let vertical = dictionary.vertical(&account.vertical)?;
    match reader.node(raw) {
        Ok(node) => kyero::draft(
            &node,
            vertical,
            &account.country,
            mapping.category.as_deref(),
            told,
        ),
        Err(refusal) => {
            let (code, message) = (refusal.code, refusal.message);
            told(Problem {
                row: 0,
                line: 0,
                column: String::new(),
                code,
                message,
                refused: true,
            });
            None
        }
    }
}
