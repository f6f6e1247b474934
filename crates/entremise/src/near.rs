//! What somebody may have meant who mistyped a name.

const SHOWN: usize = 3;

/// "did you mean lumen?", or None if nothing is near enough to be meant.
pub fn did_you_mean<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let near = near(typed, known);
    (!near.is_empty()).then(|| format!("did you mean {}?", near.join(" or ")))
}

/// The names that are a slip of the fingers away, the nearest first: one letter in three, at most three.
pub fn near<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let typed = typed.to_lowercase();
    let most = (typed.chars().count() / 3).clamp(1, 3);
    let mut near: Vec<(usize, &str)> = known
        .map(|name| (slips(&typed, &name.to_lowercase()), name))
        .filter(|(slips, _)| *slips <= most)
        .collect();
    near.sort();
    near.truncate(SHOWN);
    near.into_iter().map(|(_, name)| name).collect()
}

/// Letters put in, left out, exchanged, or swapped with their neighbour.
fn slips(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let exchanged = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = exchanged.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let known = ["lumen", "autre-toit", "garage-montelune"];
        for typed in ["lumne", "lumem", "Lumen", "luumen", "lume"] {
            assert_eq!(near(typed, known.into_iter()), ["lumen"], "{typed}");
        }
        assert!(near("lugano", known.into_iter()).is_empty());
        assert!(near("garage", known.into_iter()).is_empty());
        assert!(near("", known.into_iter()).is_empty());
    }
}
