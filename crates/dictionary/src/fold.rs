//! Words as they are compared: lower case, without accents, one blank between words.

/// `"Nb. de Façades "` and `"nb_de_facades"` are the same word.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut pause = false;
    for letter in text.chars() {
        if letter == '\u{301}' || letter == '\u{300}' || letter == '\u{308}' {
            continue;
        }
        if !letter.is_alphanumeric() {
            pause = !folded.is_empty();
            continue;
        }
        if pause {
            folded.push(' ');
            pause = false;
        }
        match plain(letter) {
            Some(base) => folded.push_str(base),
            None => folded.extend(letter.to_lowercase()),
        }
    }
    folded
}

/// The plain letters of an accented Latin letter.
const fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' | 'À' | 'Á' | 'Â' | 'Ã' | 'Ä' | 'Å'
        | 'ª' => "a",
        'ç' | 'ć' | 'č' | 'Ç' | 'Ć' | 'Č' => "c",
        'ď' | 'đ' | 'Ď' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' | 'È' | 'É' | 'Ê' | 'Ë' | 'Ě' => {
            "e"
        }
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' | 'Ì' | 'Í' | 'Î' | 'Ï' => "i",
        'ł' | 'Ł' => "l",
        'ñ' | 'ń' | 'ň' | 'Ñ' | 'Ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' | 'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ö' | 'Ø' | 'º' => {
            "o"
        }
        'ř' | 'Ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' | 'Ś' | 'Š' | 'Ş' => "s",
        'ť' | 'ț' | 'Ť' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' | 'Ù' | 'Ú' | 'Û' | 'Ü' | 'Ů' => "u",
        'ý' | 'ÿ' | 'Ý' => "y",
        'ź' | 'ż' | 'ž' | 'Ź' | 'Ż' | 'Ž' => "z",
        'œ' | 'Œ' => "oe",
        'æ' | 'Æ' => "ae",
        'ß' => "ss",
        '²' => "2",
        '³' => "3",
        _ => return None,
    })
}
