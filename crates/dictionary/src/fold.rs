//! Words as they are compared: lower case, without accents, one blank between words.

/// `"Nb. de Façades "` and `"nb_de_facades"` are the same word. What is folded folds to itself.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut pause = false;
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() {
            rest(&mut folded, &mut pause);
            folded.push(letter.to_ascii_lowercase());
        } else if letter.is_ascii() || !letter.is_alphanumeric() {
            // An accent that stands alone belongs to the letter before it: no pause.
            pause |= !folded.is_empty() && !is_accent(letter);
        } else {
            rest(&mut folded, &mut pause);
            for lower in letter.to_lowercase().filter(|l| !is_accent(*l)) {
                match plain(lower) {
                    Some(letters) => folded.push_str(letters),
                    None => folded.push(lower),
                }
            }
        }
    }
    folded
}

fn rest(folded: &mut String, pause: &mut bool) {
    if std::mem::take(pause) {
        folded.push(' ');
    }
}

const fn is_accent(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

/// The plain letters of an accented Latin letter in lower case.
const fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' | 'ª' => "a",
        'ç' | 'ć' | 'č' | 'ĉ' | 'ċ' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' | 'ģ' | 'ĝ' | 'ġ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => "i",
        'ķ' => "k",
        'ł' | 'ľ' | 'ĺ' | 'ļ' => "l",
        'ñ' | 'ń' | 'ň' | 'ņ' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' | 'º' => "o",
        'ř' | 'ŕ' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ť' | 'ț' | 'ţ' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ž' | 'ż' => "z",
        'œ' => "oe",
        'æ' => "ae",
        'ĳ' => "ij",
        'ß' => "ss",
        'þ' => "th",
        '⁰' | '₀' => "0",
        '¹' | '₁' => "1",
        '²' | '₂' => "2",
        '³' | '₃' => "3",
        '⁴' | '₄' => "4",
        _ => return None,
    })
}
