//! One record of a file, taken apart and handed to whoever makes a listing of it.

use std::borrow::Cow;

use ::store::Account;
use dictionary::Dictionary;

use crate::feed::Reader;
use crate::kyero;
use crate::mapping::Mapping;
use crate::record::{Draft, Drafter};
use crate::report::Problem;

/// Why no listing comes of a record.
pub(crate) enum Left {
    Refused,
    /// It was none: a header once more, a comment.
    NoRow,
}

/// A row of a table; one with too many or hardly any cells is refused, and so is one whose cells
/// have moved to nobody knows where.
pub(crate) fn table_row(
    reader: &Reader,
    raw: &formats::Raw<'_>,
    drafter: &mut Drafter,
    columns: usize,
    told: &mut dyn FnMut(Problem),
) -> Result<Draft, Left> {
    let cells = cells_of(reader, raw, columns, told)?;
    drafter.draft(&cells, told).ok_or(Left::Refused)
}

/// The cells of a record, each in its column.
pub(crate) fn cells_of<'r>(
    reader: &Reader,
    raw: &formats::Raw<'r>,
    columns: usize,
    told: &mut dyn FnMut(Problem),
) -> Result<Vec<Cow<'r, str>>, Left> {
    let columns = reader.width().unwrap_or(columns);
    let cells = match reader.lent_cells(raw) {
        Ok(cells) => cells,
        Err(refusal) => {
            told(refuse(refusal.code, refusal.message));
            return Err(Left::Refused);
        }
    };
    let cells = match reader.dialect() {
        Some(dialect) => delimited_row(dialect, raw, cells, columns, told)?,
        None => cells,
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
        return Err(Left::Refused);
    }
    let few = (columns > 3 && filled * 4 < columns && filled < 3) || (columns > 2 && filled == 1);
    if few && !reader.is_tree() {
        let said =
            format!("{filled} cells where the header has {columns}: a footer, or a row cut off");
        told(refuse("too_few_cells", said));
        return Err(Left::Refused);
    }
    Ok(reader.moved(cells))
}

fn refuse(code: &'static str, message: String) -> Problem {
    Problem {
        row: 0,
        line: 0,
        column: String::new(),
        code,
        message,
        refused: true,
    }
}

/// The cells where they belong: a value in its neighbour's column would be a false listing.
fn delimited_row<'r>(
    dialect: &formats::Dialect,
    raw: &formats::Raw<'r>,
    cells: Vec<Cow<'r, str>>,
    columns: usize,
    told: &mut dyn FnMut(Problem),
) -> Result<Vec<Cow<'r, str>>, Left> {
    let mut tell = |code, said: String| {
        told(Problem {
            refused: false,
            ..refuse(code, said)
        });
    };
    if dialect.is_header(&cells) {
        tell(
            "repeated_header",
            "the header once more; passed over".into(),
        );
        return Err(Left::NoRow);
    }
    if cells.len() == columns {
        return Ok(cells);
    }
    if dialect.is_comment(raw.bytes) {
        tell("comment", "a comment; passed over".into());
        return Err(Left::NoRow);
    }
    let counted = format!("{} cells where the header has {columns}", cells.len());
    match formats::mend(raw, dialect) {
        formats::Mended::Row(cells) => {
            let said = format!("{counted}; they fit their columns in one way only and were put so");
            tell("mended", said);
            Ok(cells.into_iter().map(Cow::Owned).collect())
        }
        formats::Mended::Unclear(misfits) if misfits > 1 && cells.len() < columns => {
            let said = format!(
                "{counted}, and {misfits} of them do not look like their column: a delimiter is \
                 missing; correct the row in the file"
            );
            told(refuse("cells_moved", said));
            Err(Left::Refused)
        }
        formats::Mended::Unclear(_) => {
            let said = format!("{counted}; look whether each value stands in its column");
            tell("cells_may_have_moved", said);
            Ok(cells)
        }
        formats::Mended::AsIs => Ok(cells),
    }
}

/// A `<property>` of a Kyero feed.
pub(crate) fn kyero_row(
    reader: &Reader,
    raw: &formats::Raw<'_>,
    dictionary: &Dictionary,
    account: &Account,
    mapping: &Mapping,
    told: &mut dyn FnMut(Problem),
) -> Result<Draft, Left> {
    let vertical = dictionary
        .vertical(&account.vertical)
        .ok_or(Left::Refused)?;
    match reader.node(raw) {
        Ok(node) => {
            let category = mapping.category.as_deref();
            let draft = kyero::draft(&node, vertical, &account.country, category, told);
            draft.ok_or(Left::Refused)
        }
        Err(refusal) => {
            told(refuse(refusal.code, refusal.message));
            Err(Left::Refused)
        }
    }
}
