//! A site's colour, made readable on the light and on the dark paper.

/// Red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Colour(pub [u8; 3]);

/// The papers and panels of the style sheet, on which the accent is written.
const LIGHT: [Colour; 2] = [Colour([0xfb, 0xfa, 0xf6]), Colour([0xf4, 0xf2, 0xed])];
const DARK: [Colour; 2] = [Colour([0x10, 0x18, 0x17]), Colour([0x17, 0x20, 0x1f])];
/// WCAG 2.2, 1.4.3: text against what lies behind it.
const CONTRAST_MIN: f64 = 4.5;
const STEPS: u32 = 40;

impl Colour {
    /// The surveyor's red, of sites that name no colour.
    pub const MARK: Colour = Colour([0xbd, 0x44, 0x19]);

    /// `#bd4419`
    pub fn parse(text: &str) -> Option<Colour> {
        let digits = text.strip_prefix('#').filter(|d| d.len() == 6)?;
        let number = u32::from_str_radix(digits, 16).ok()?;
        let [_, red, green, blue] = number.to_be_bytes();
        Some(Colour([red, green, blue]))
    }

    /// Six digits, without the sign before them.
    pub fn digits(self) -> String {
        let [red, green, blue] = self.0;
        format!("{red:02x}{green:02x}{blue:02x}")
    }

    /// The rule that puts this colour into the style sheet, darker or lighter where it must be.
    pub fn rule(self) -> String {
        let light = self.readable(LIGHT, Colour([0; 3]));
        let dark = self.readable(DARK, Colour([255; 3]));
        format!(
            ":root{{--mark:light-dark(#{},#{})}}\n",
            light.digits(),
            dark.digits()
        )
    }

    /// The nearest on the way to black or white that can be read on all of the papers.
    fn readable(self, papers: [Colour; 2], towards: Colour) -> Colour {
        let readable = |c: &Colour| papers.iter().all(|p| c.contrast(*p) >= CONTRAST_MIN);
        let mut steps = (0..=STEPS).map(|step| self.mixed(towards, step));
        steps.find(readable).unwrap_or(towards)
    }

    fn mixed(self, other: Colour, step: u32) -> Colour {
        let mix = |at: usize| {
            let (own, other) = (u32::from(self.0[at]), u32::from(other.0[at]));
            ((own * (STEPS - step) + other * step) / STEPS) as u8
        };
        Colour([mix(0), mix(1), mix(2)])
    }

    /// The contrast ratio of WCAG 2.2, from 1 to 21.
    fn contrast(self, other: Colour) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn luminance(self) -> f64 {
        let linear = |byte: u8| {
            let part = f64::from(byte) / 255.0;
            if part <= 0.040_45 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_colour_of_a_brand_becomes_one_that_can_be_read_on_both_papers() {
        for text in ["#ffff00", "#000000", "#ffffff", "#bd4419", "#7fd4ff"] {
            let colour = Colour::parse(text).expect("a colour");
            for (papers, towards) in [(LIGHT, [0; 3]), (DARK, [255; 3])] {
                let made = colour.readable(papers, Colour(towards));
                let least = papers.iter().map(|p| made.contrast(*p));
                assert!(least.fold(21.0, f64::min) >= CONTRAST_MIN, "{text}");
            }
        }
        assert_eq!(Colour::parse("red"), None);
        assert_eq!(
            Colour::MARK.readable(LIGHT, Colour([0; 3])),
            Colour::MARK,
            "what is readable stays as it was given"
        );
    }
}
