//! Addresses that are signed anew each time they are given out: the picture behind them is the same.

use std::borrow::Cow;

/// Parameters of a signature and of how long it holds; each group by the one that gives it away.
const GROUPS: [(&str, &[&str]); 4] = [
    ("x-amz-signature", &["x-amz-"]),
    ("x-goog-signature", &["x-goog-"]),
    (
        "signature",
        &[
            "signature",
            "expires",
            "policy",
            "key-pair-id",
            "awsaccesskeyid",
            "googleaccessid",
            "x-amz-",
        ],
    ),
    (
        "sig",
        &[
            "sig", "sv", "ss", "srt", "sp", "st", "se", "sr", "spr", "sip", "skoid", "sktid",
            "skt", "ske", "sks", "skv",
        ],
    ),
];

/// An address without its signature, and as it is if it has none.
pub fn unsigned(url: &str) -> Cow<'_, str> {
    let (rest, fragment) = url.split_at(url.find('#').unwrap_or(url.len()));
    let Some((path, query)) = rest.split_once('?') else {
        return Cow::Borrowed(url);
    };
    let name = |pair: &str| pair.split('=').next().unwrap_or(pair).to_ascii_lowercase();
    let names: Vec<String> = query.split('&').map(name).collect();
    let is_in = |name: &String, parts: &[&str]| {
        parts.iter().any(|part| match part.ends_with('-') {
            true => name.starts_with(part),
            false => name == part,
        })
    };
    // A signature alone may be what tells one picture from another.
    let signed = |(sign, parts): &&(&str, &[&str])| {
        names.iter().any(|name| name == sign)
            && names.iter().any(|name| name != sign && is_in(name, parts))
    };
    let Some((_, parts)) = GROUPS.iter().find(signed) else {
        return Cow::Borrowed(url);
    };
    let is_part = |name: &String| is_in(name, parts);
    let kept = query.split('&').zip(&names);
    let kept: Vec<&str> = kept.filter(|(_, n)| !is_part(n)).map(|(p, _)| p).collect();
    let mark = if kept.is_empty() { "" } else { "?" };
    Cow::Owned(format!("{path}{mark}{}{fragment}", kept.join("&")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_no_part_of_an_address_and_all_else_is() {
        for (url, address) in [
            (
                "https://b.example/1.jpg?w=640&X-Amz-Algorithm=A&X-Amz-Date=1&X-Amz-Signature=f0",
                "https://b.example/1.jpg?w=640",
            ),
            (
                "https://b.example/1.jpg?AWSAccessKeyId=A&Expires=17&Signature=a%2Fb=#x",
                "https://b.example/1.jpg#x",
            ),
            (
                "https://c.example/1.jpg?Policy=p&Signature=s&Key-Pair-Id=K",
                "https://c.example/1.jpg",
            ),
            (
                "https://g.example/1.jpg?X-Goog-Expires=9&X-Goog-Signature=s&v=2",
                "https://g.example/1.jpg?v=2",
            ),
            (
                "https://a.example/1.jpg?sv=2024-11-04&st=1&se=2&sr=b&sp=r&sig=x%3D",
                "https://a.example/1.jpg",
            ),
        ] {
            assert_eq!(unsigned(url), address);
        }
        for url in [
            "https://b.example/1.jpg",
            "https://b.example/1.jpg?se=2&st=1&expires=soon",
            "https://b.example/photo?id=7&version=2",
            "https://b.example/image?signature=f00d",
        ] {
            assert_eq!(unsigned(url), url, "nothing is signed");
        }
    }
}
